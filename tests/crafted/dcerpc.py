"""DCE/RPC: calls of known and unknown interfaces, over a connection and in datagrams."""

from __future__ import annotations

import struct
from uuid import UUID

from tests.crafted.frames import Talk, udp

LAYERS = ("dcerpc",)
SAMR, UNKNOWN, PROFINET = (UUID(text) for text in (
    "12345778-1234-abcd-ef00-0123456789ac", "12345678-0000-4000-8000-000000000001", "dea00001-6c97-11d1-8271-00a02442df7d"))  # fmt: skip
NDR = UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
OBJECT, ACTIVITY = UUID(int=1), UUID(int=2)


def pdu(kind: int, body: bytes, call: int, flags: int = 3) -> bytes:
    """A PDU of a connection."""
    return struct.pack("<BBBBIHHI", 5, 0, kind, flags, 0x10, 16 + len(body), 0, call) + body


def datagram(interface: UUID, kind: int, operation: int, said: bytes, little: bool = True) -> bytes:
    """A PDU without one."""
    order, octets = ("<", "bytes_le") if little else (">", "bytes")
    ids = b"".join(getattr(one, octets) for one in (OBJECT, interface, ACTIVITY))
    numbers = struct.pack(f"{order}IIIHHHHH", 0, 1, 7, operation, 0xFFFF, 0xFFFF, len(said), 0)
    return bytes([4, kind, 0x28, 0, 0x10 if little else 0, 0, 0, 0]) + ids + numbers + bytes(2) + said


def connection(client: int, interface: UUID) -> list[bytes]:
    """A bind, a call, its answer, and a call that fails."""
    talk = Talk(client, 49152)
    talk.asks(pdu(11, struct.pack("<HHIB3xHBx", 4280, 4280, 0, 1, 0, 1) + interface.bytes_le + struct.pack("<HH", 1, 0) + NDR, 1))
    talk.answers(pdu(12, struct.pack("<HHIH", 4280, 4280, 1, 4) + b"135\0\0\0" + struct.pack("<B3xHH", 1, 0, 0) + NDR, 1))
    talk.asks(pdu(0, struct.pack("<IHH", 24, 0, 1) + bytes(20), 2))
    talk.answers(pdu(2, struct.pack("<IHBx", 24, 0, 0) + bytes(4), 2))
    talk.asks(pdu(0, struct.pack("<IHH", 24, 0, 77) + bytes(20), 3))
    talk.answers(pdu(3, struct.pack("<IHBxII", 24, 0, 0, 0x1C010002, 0), 3))
    return talk.packets


PACKETS = [
    *connection(40000, SAMR), *connection(40001, UNKNOWN),
    udp(40002, 49153, datagram(UNKNOWN, 0, 3, bytes(12))), udp(40002, 49153, datagram(UNKNOWN, 2, 3, bytes(12), little=False)),
    udp(40002, 34964, datagram(PROFINET, 1, 0, b"")), udp(40002, 49153, datagram(UNKNOWN, 7, 0, b"")),
]  # fmt: skip
