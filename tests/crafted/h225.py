"""H.225.0: messages of a call in Q.931, and of registration over UDP."""

from __future__ import annotations

from tests.crafted.frames import Talk, udp

LAYERS = ("h225",)
X = bytes.fromhex


def element(body: str) -> bytes:
    """A user-user element, its contents in ASN.1."""
    said = b"\5" + X(body)
    return b"\x7e" + len(said).to_bytes(2, "big") + said


def connection() -> list[bytes]:
    """Messages of a call."""
    talk = Talk(45000, 1720)
    for kind, body in ((2, "2100060008914a0002"), (1, "2300060008914a0003"), (7, "2200060008914a0004"), (90, "2500060008914a0004"), (98, "28 0a 00")):
        said = X("08020001") + bytes([kind]) + element(body)
        talk.asks(b"\3\0" + (len(said) + 4).to_bytes(2, "big") + said)
    return talk.packets


ASKED = ("0080 0a04 0001", "0480", "0e80 80 0000 0001", "2480 0a04 0001 aabbccdd", "4000", "5880", "1c80")
PACKETS = [*(udp(1719, 1719, X(body)) for body in ASKED), *connection()]
