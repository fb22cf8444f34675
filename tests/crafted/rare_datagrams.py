"""UDP ports that other traffic has more often than their protocols: true messages, and text, zeros and noise on each."""

from __future__ import annotations

from tests.crafted.frames import udp

LAYERS = ("tapa", "adp", "rsp")
PORTS = (5000, 8200, 664)
FOREIGN = (b"", b"\0", b"a line of text\n", bytes(60), bytes(range(60)), b"\xff" * 30, b"\x90" + bytes(range(90, 140)))
MESSAGES = (
    (5000, bytes.fromhex("01 00 0012 01000003 414243 02000003 58595a")), (5000, bytes.fromhex("02 00 0010 0a000001 00 07 000000000000")),
    (5000, bytes.fromhex("04 00 0012 03000008 41424344 05000006 0102 00000000")), (5000, bytes.fromhex("03 00 000c 0102030405060708")),
    (5000, bytes.fromhex("05 01 0000") + bytes(7) + bytes(range(30))), (5000, bytes.fromhex("05 00 0000") + bytes(7) + bytes(range(40))),
    (5000, bytes.fromhex("01 00 0012 01000030 414243")), (5000, bytes.fromhex("01 00 0012 05000003 414243")),
    (8200, bytes.fromhex("0001 0001 0007 020000000001")), (8200, bytes.fromhex("0001 0002 0007 0a000001")), (8200, bytes.fromhex("0001 0002 0007 0a")),
    (664, bytes.fromhex("0000000a 00000001 06001706 000011be 8000 0000")),
)  # fmt: skip
PACKETS = [udp(50000, port, said) for port, said in (*((port, said) for port in PORTS for said in FOREIGN), *MESSAGES)]
