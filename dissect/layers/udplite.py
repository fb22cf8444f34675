"""UDP-Lite (RFC 3828).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |          source port          |       destination port        |
    +-------------------------------+-------------------------------+
    |       checksum coverage       |            checksum           |
    +-------------------------------+-------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, REST, UINT16, alias, maximum, minimum, raw, u16, where
from dissect.engine.layer import By, Heuristics, Layer, Note
from dissect.layers.checksums import BAD, GOOD, ILLEGAL, UNVERIFIED, status_field


class UDPLite(Layer):
    """A UDP-Lite datagram: UDP whose checksum covers as much as its sender wants covered."""

    name, label, column = "udplite", "Lightweight User Datagram Protocol", "UDP-Lite"
    binds = {"ip.proto": (136,)}

    srcport = u16(0, "udp.srcport", "Source Port", also=(alias("udp.port", UINT16, "Source or Destination Port"),))
    dstport = u16(2, "udp.dstport", "Destination Port", also=(alias("udp.port", UINT16, "Source or Destination Port"),))
    coverage = u16(4, "udp.checksum_coverage", "Checksum coverage", unit="bytes")
    len = u16(None, "udp.length", "Length", unit="bytes", value=lambda h: h.limit - h.start)
    checksum = u16(6, "udp.checksum", "Checksum", HEX)
    checksum_status = status_field("udp.checksum.status", lambda h: partial_status(h))
    payload_bytes = raw(8, "udp.payload", "Payload", size=REST, hidden=True)

    next = (
        By("udp.port", lambda h: minimum(h.srcport, h.dstport)),
        By("udp.port", lambda h: maximum(h.srcport, h.dstport)),
        Heuristics("udp"),
    )
    notes = (
        Note("udplite.checksum_coverage.bad", "error", "Malformed", "Bad checksum coverage length value",
             when=lambda h: ((h.coverage > 0) & (h.coverage < 8)) | (h.coverage > h.limit - h.start)),
        Note("udp.checksum.zero", "error", "Checksum", "Illegal checksum value (0)", when=lambda h: h.checksum == 0),
        Note("udp.checksum.bad", "error", "Checksum", "Bad checksum", when=lambda h: h.checksum_status == BAD),
    )

    @staticmethod
    def info(srcport: int, dstport: int, len: int, coverage: int, checksum: int) -> str:
        text = f"{srcport} → {dstport}"
        if 0 < coverage < 8 or coverage > len:
            return f"{text} [BAD LIGHTWEIGHT UDP CHECKSUM COVERAGE LENGTH {coverage} < 8 or > {len}]"
        return f"{text} Len={len - 8}" + ("" if checksum else " [ILLEGAL CHECKSUM (0)]")


def partial_status(h: Any) -> Any:
    """The status of the checksum over the covered bytes (0: all) and the pseudo header with the whole length."""
    size = h.limit - h.start
    covered = where(h.coverage == 0, size, h.coverage)
    ip = h.outer("ip", "ipv6")
    if ip is None:
        return h.start * 0 + UNVERIFIED
    place, octets = (12, 8) if ip.layer.name == "ip" else (8, 32)
    total = h.sum16(h.start, covered) + ip.sum16(ip.start + place, octets) + 136 + size
    unknown = (h.end < h.start + covered) | (covered < 8) | (covered > size)
    status = where(unknown, UNVERIFIED, where(total % 0xFFFF == 0, GOOD, BAD))
    return where(h.checksum == 0, ILLEGAL, status)
