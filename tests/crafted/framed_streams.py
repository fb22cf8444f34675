"""More services that believe the lengths they read, or their first line: true messages, and what else may come to their ports."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk
from tests.crafted.stated_streams import FOREIGN

LAYERS = (
    "ancp", "cmpp", "opsi", "sasp", "uma", "lisp-tcp", "ilp", "idmp", "ndmp", "spdy", "bzr", "acap", "kismet", "reload-framing",
    "xmcp", "ndps", "tibia", "eti", "xti", "scop", "s5066sis",
)  # fmt: skip
PORTS = (
    6068, 7890, 4002, 3860, 14001, 4342, 7276, 1102, 10000, 6121, 4155, 674, 2501, 6084, 4788, 3016, 7171, 19506, 19042, 17755, 5066,
)  # fmt: skip


def sized(form: str, body: bytes, more: int = 0) -> bytes:
    return struct.pack(form, len(body) + more) + body


def ndmp(sequence: int, kind: int, message: int, body: bytes) -> bytes:
    content = struct.pack(">IIIIII", sequence, 1_600_000_000, kind, message, 0, 0) + body
    return struct.pack(">I", 0x80000000 | len(content)) + content


def spdy(kind: int, body: bytes) -> bytes:
    return struct.pack(">HHI", 0x8003, kind, len(body)) + body


ADJACENCY = bytes.fromhex("31 0a 64 01 020000000001 020000000002 00000001 00000002 00 000001 00 000002 00 01 0004 0001 0000")
STRUCTURE = struct.pack(">I", 2) + b"de"
TRUE: tuple[tuple[int, tuple[bytes, ...]], ...] = (
    (6068, (b"\x88\x0c" + sized(">H", ADJACENCY), b"\x88\x0c" + sized(">H", bytes.fromhex("32 5b 3004 00 000007 8001 0010 0000")))),
    (7890, (bytes.fromhex("0000000c 00000008 00000001"), bytes.fromhex("0000000d 80000008 00000001 00"))),
    (4002, (bytes.fromhex("01000a010008 0001"),)),
    (3860, (bytes.fromhex("2010 000d 01 0000000d 00000001"),)),
    (1102, (bytes.fromhex("01 01 00000000"),)),
    (10000, (ndmp(1, 0, 0x900, struct.pack(">I", 4)), ndmp(1, 1, 0x900, b""), ndmp(2, 0, 0x108, b""))),
    (6121, (
        b"\0\0\0\x01\x01\0\0\x05hello", spdy(6, struct.pack(">I", 7)), spdy(3, struct.pack(">II", 1, 5)),
        spdy(7, struct.pack(">II", 1, 0)), spdy(9, struct.pack(">II", 1, 0x1000)),
    )),
    (4155, (b"bzr message 3 (bzr 1.6)\n" + STRUCTURE + b"s" + STRUCTURE + b"oSb" + sized(">I", b"abc") + b"e",)),
    (674, (b"a001 LOGIN x y\r\n", b"* ACAP\r\n", b"tag")),
    (2501, (b"!1 REMOVE TIME\n", b"*TIME: 1600000000 \n")),
    (4788, (bytes.fromhex("0001 0000 7f5a9bc7") + bytes(range(12)),)),
    (17755, (bytes.fromhex("02 01 0007 00 06 00"), bytes.fromhex("82 01 0006 0102"))),
    (5066, (bytes.fromhex("90eb 00 0001 11"),)),
)  # fmt: skip


# Many messages of a segment that are all too short: Wireshark goes on with the next, we end at the first.
LEFT = {(14001, bytes(40)), (1102, b"\xff" * 40)}


def connections() -> list[bytes]:
    """Each foreign payload to each port by itself; a service's true messages one after the other, then two at once."""
    packets: list[bytes] = []
    for number, (port, said) in enumerate((port, said) for port in PORTS for said in FOREIGN if (port, said) not in LEFT):
        talk = Talk(52000 + number, port)
        talk.asks(said)
        packets += talk.packets[3:]
    for number, (port, messages) in enumerate(TRUE):
        talk = Talk(53000 + number, port)
        for said in messages:
            talk.asks(said)
        talk.answers(messages[0])
        talk.asks(messages[0] + messages[-1])
        packets += talk.packets
    return packets


PACKETS = connections()
