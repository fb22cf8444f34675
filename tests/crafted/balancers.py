"""What load balancers and their proxies ask: Alteon's and Microsoft's, true messages, cut ones, and what else may come to their ports."""

from __future__ import annotations

from tests.crafted.frames import udp
from tests.crafted.rare_datagrams import FOREIGN

LAYERS = ("tpcp", "msrcp")
ASKS = bytes.fromhex("01 01 0005 0007 abcd c0000201 c0000202")
ANSWERS = bytes.fromhex("02 02 000a 0007 abcd c0000201 c0000202 c0000203 c0000204 01020304")
REQUEST = bytes.fromhex("0a000001 01 00 0000 0100 2000 05000000 0200 0400 0a0b0c0d")
RESPONSE = bytes.fromhex("0a000001 01 00 0100 0000 2000 05000000 0000 0000 00000000")
PACKETS = [
    udp(50000, port, said) for port, said in (
        *((3121, said) for said in (*FOREIGN, ASKS, ANSWERS, ASKS[:4], ANSWERS[:-4], b"\3" + ASKS[1:], ASKS + b"more")),
        *((3343, said) for said in (REQUEST, RESPONSE, REQUEST[:18], udp(7, 9, b"inside"))))
]  # fmt: skip
