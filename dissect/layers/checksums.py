"""Internet checksums (RFC 1071).  A status is Wireshark's: bad, good, unverified (cut, offloaded), not present."""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT8, Field, where

STATUS = {0: "Bad", 1: "Good", 2: "Unverified", 3: "Not present", 4: "Illegal"}
BAD, GOOD, UNVERIFIED, NOT_PRESENT, ILLEGAL = STATUS


def ones_complement(data: bytes) -> int:
    """The 16-bit one's complement sum of big-endian words (RFC 1071), an odd last byte padded with zero."""
    if len(data) & 1:
        data += b"\0"
    # a 16-bit one's complement sum is the big number modulo 65535, never 0 but for all zeros
    total = int.from_bytes(data, "big")
    return total % 0xFFFF or (0xFFFF if total else 0)


def message_status(c: Cursor, start: int, size: int, pseudo: bytes = b"") -> int:
    """The status of the Internet checksum that lies within the `size` bytes at `start`; `pseudo` header first."""
    if start + size > min(len(c.data), c.end):
        return UNVERIFIED
    return GOOD if ones_complement(pseudo + c.data[start : start + size]) == 0xFFFF else BAD


def pseudo_header(c: Cursor, size: int, protocol: int, ipv4: bool = False) -> bytes:
    """Addresses, length and protocol: of IPv6 (RFC 8200, section 8.1), of IPv4 only if asked for."""
    ip = c.h.outer("ip", "ipv6")
    if ip is not None and ip.layer.name == "ipv6":
        return bytes(ip.octets[ip.start + 8 : ip.start + 40]) + size.to_bytes(4, "big") + protocol.to_bytes(4, "big")
    if ip is not None and ipv4:
        return bytes(ip.octets[ip.start + 12 : ip.start + 20]) + protocol.to_bytes(2, "big") + size.to_bytes(2, "big")
    return b""


def status_field(name: str, verify: Any) -> Field:
    """A derived field `name`: what `verify(h)` says, where checksums are to be verified at all."""
    return Field(name, "Checksum Status", UINT8, names=STATUS, value=lambda h: verify(h) if h.verify else UNVERIFIED)


def header_status(h: Any) -> Any:
    """The status of an IPv4 header's checksum."""
    return where(h.sum16(h.start, h.hdr_len) == 0, GOOD, BAD)


def transport_status(h: Any, protocol: int, size: Any) -> Any:
    """The status of the checksum over the `size` bytes from the header on and the pseudo header of the IP around.

    A cut packet is unverified, and so is one whose field holds the pseudo header's sum alone: the network card
    was to complete it.  Over IPv6 with a routing header the final destination is not known here.
    """
    ip = h.outer("ip", "ipv6")
    if ip is None or h.outer("ip", "ipv6.routing", "ipv6").layer.name == "ipv6.routing":
        return h.start * 0 + UNVERIFIED
    place, octets = (12, 8) if ip.layer.name == "ip" else (8, 32)
    pseudo = (ip.sum16(ip.start + place, octets) + protocol + size) % 0xFFFF
    good = (h.sum16(h.start, size) + pseudo) % 0xFFFF == 0
    offloaded = h.checksum % 0xFFFF == pseudo
    return where(h.end < h.start + size, UNVERIFIED, where(good, GOOD, where(offloaded, UNVERIFIED, BAD)))


def crc16_ccitt_reflected(data: bytes, crc: int = 0) -> int:
    """The CRC of IEEE 802.15.4 (ITU-T V.41 polynomial, least significant bit first, nothing inverted)."""
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return crc
