"""Local Download Sharing Service: who of a network wants a file, who has it; files themselves go over TCP, by the port told here.

    message (2), digest (1), compression (1), cookie (4), digest (32), size (8), offset (8), time (4), 0 (4), port, rate, priority,
    properties (2 each)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, raw, u8, u16, u32, u64, where
from dissect.engine.layer import Layer

NEEDS, WILL_SEND = 0, 1
MEANINGS = {0: "Peer shutdown", 1: "File search", 2: "File offer", 3: "Promise (download in progress)", 4: "WAN download start", 5: ""}
SAID = (" - peer shutting down", " - search", " - offer", " - promise", " - WAN download start", "")


def _broadcast(p: Any) -> Any:
    """Whether a payload is for all of its network."""
    frame = p.h.outer("eth")
    return p.length < 0 if frame is None else (frame.dst_oui == 0xFFFFFF) & (frame.dst_end == 0xFFFFFF)


def _meaning(h: Any) -> Any:
    """What a broadcast means, which nothing in it states."""
    sized = where((h.whole == 0) & (h.known == 0), 4, where(h.whole == 0, 5, where(h.whole == h.known, 2, 3)))
    return where(h.message == WILL_SEND, where(h.cookie == 0, 0, sized), where(h.message == NEEDS, 1, 5))


class LDSS(Layer):
    """A broadcast."""

    name, label, column = "ldss", "Local Download Sharing Service", "LDSS"
    binds, accepts = {"udp.port": (6087,)}, _broadcast
    length = lambda h: h.end - h.start

    message = u16(0, "ldss.message_id", "LDSS Message ID", names={NEEDS: "Need file", WILL_SEND: "Will send"})
    meaning = u16(None, "ldss.inferred_meaning", "Inferred meaning", names=MEANINGS, value=_meaning)
    digest_type = u8(2, "ldss.digest_type", "Digest Type", names={0: "Unknown", 1: "MD5", 2: "SHA1", 3: "SHA256"})
    compression = u8(3, "ldss.compression", "Compressed Format", names={0: "None", 1: "gzip"})
    cookie, digest = u32(4, "ldss.cookie", "Cookie", HEX), raw(8, "ldss.digest", "Digest", size=32)
    whole, known = u64(40, "ldss.size", "Size"), u64(48, "ldss.offset", "Offset")
    time, reserved = u32(56, "ldss.target_time", "Target time (relative)"), u32(60, "ldss.reserved_1", "Reserved", HEX)
    port, rate = u16(64, "ldss.port", "Port"), u16(66, "ldss.rate", "Rate (B/s)")
    priority, count = u16(68, "ldss.priority", "Priority"), u16(70, "ldss.property_count", "Property Count")
    properties = raw(72, "ldss.properties", "Properties", size=lambda h: h.end - h.start - 72, when=lambda h: h.end - h.start > 72)

    @staticmethod
    def info(message: int, meaning: int) -> str:
        name = {NEEDS: "Need file", WILL_SEND: "Will send"}.get(message, "unknown")
        return f"LDSS Broadcast ({name}{SAID[meaning]})"
