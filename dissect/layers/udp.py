"""UDP (RFC 768).

     0      7 8     15 16    23 24    31
    +--------+--------+--------+--------+
    |   source port   | destination port|
    +--------+--------+--------+--------+
    |     length      |    checksum     |
    +--------+--------+--------+--------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, REST, UINT16, Field, alias, maximum, minimum, raw, u16, u32, where
from dissect.engine.layer import By, Heuristics, Layer, Note
from dissect.layers.believed import OVER_UDP
from dissect.layers.checksums import BAD, NOT_PRESENT, status_field, transport_status
from dissect.layers.streams import empty, quoted, stream_fields

TRACED = 33434  # where traceroute begins to count its ports: three a hop


def _traced(port: int) -> str:
    hop, attempt = divmod(port - TRACED - 1, 3)
    return f"Possible traceroute: hop #{hop + 1}, attempt #{attempt + 1}"


class UDP(Layer):
    """A UDP datagram."""

    name, label, column = "udp", "User Datagram Protocol", "UDP"
    binds = {"ip.proto": (17,)}

    srcport = u16(0, "udp.srcport", "Source Port", also=(alias("udp.port", UINT16, "Source or Destination Port"),))
    dstport = u16(2, "udp.dstport", "Destination Port", also=(alias("udp.port", UINT16, "Source or Destination Port"),))
    len = u16(4, "udp.length", "Length", unit="bytes")
    checksum = u16(6, "udp.checksum", "Checksum", HEX)
    checksum_status = status_field("udp.checksum.status", lambda h: udp_status(h))
    stream, since_first, since_previous = stream_fields("udp", "UDP", lambda h: (quoted(h) == 0) & (empty(h) == 0))
    room = u32(None, "", "Bytes of what IP carries", value=lambda h: h.limit - h.start)
    payload_bytes = raw(8, "udp.payload", "Payload", size=REST, hidden=True)

    total = lambda h: where((h.len >= 8) & (h.len <= h.limit - h.start), h.len, h.limit - h.start)
    next = (
        By("udp.port", lambda h: minimum(h.srcport, h.dstport)),
        By("udp.port", lambda h: maximum(h.srcport, h.dstport)),
        Heuristics("udp"),
    )
    spoken_for = lambda h: OVER_UDP[h.srcport] | OVER_UDP[h.dstport]
    notes = (
        Note("udp.possible_traceroute", "chat", "Sequence", _traced, value=lambda h: h.dstport,
             when=lambda h: (h.dstport > TRACED) & (h.dstport <= TRACED + 30)),
        Note("udp.length.bad", "error", "Malformed", "Bad length value {} < 8", value=lambda h: h.len,
             when=lambda h: h.len < 8),
        Note("udp.length.bad", "error", "Malformed", "Bad length value {} > IP payload length", value=lambda h: h.len,
             when=lambda h: (h.len >= 8) & (h.len > h.limit - h.start) & (quoted(h) == 0)),
        Note("udp.checksum.bad", "error", "Checksum", "Bad checksum", when=lambda h: h.checksum_status == BAD),
    )

    tells = sighted = True
    odd = lambda h: h.len < 8

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        return None if big_enough(h.len, h.limit - h.start) else (cls.len, "")

    @staticmethod
    def info(srcport: int, dstport: int, len: int, room: int) -> str:
        text = f"{srcport} → {dstport}"
        if not big_enough(len, room):
            return f"{text} [BAD UDP LENGTH {len} < 8]"
        if len > room:
            text += f" [BAD UDP LENGTH {len} > IP PAYLOAD LENGTH]"
        return f"{text} Len={len - 8}" if len else f"{text} Len={room - 8} [Jumbogram]"


def big_enough(size: int, room: int) -> bool:
    """Whether the length has room for the header, or is left to IP (RFC 2675, section 4)."""
    return size >= 8 or (size == 0 and room > 0xFFFF)


def udp_status(h: Any) -> Any:
    """The checksum's status; over IPv4 a checksum of 0 says that there is none (RFC 768)."""
    return where(h.checksum == 0, NOT_PRESENT, transport_status(h, 17, h.limit - h.start))
