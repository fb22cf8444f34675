"""Checksums over messages, for rows.  A status is Wireshark's: bad, good, unverified (cut), not present."""

from __future__ import annotations

from dissect.engine.cursor import Cursor

STATUS = {0: "Bad", 1: "Good", 2: "Unverified", 3: "Not present"}
BAD, GOOD, UNVERIFIED, NOT_PRESENT = STATUS


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
    ip, ip6 = c.h.outer("ip"), c.h.outer("ipv6")
    if ip6 is not None and (ip is None or ip6.start > ip.start or ip6.octets is not ip.octets):
        return bytes(ip6.octets[ip6.start + 8 : ip6.start + 40]) + size.to_bytes(4, "big") + protocol.to_bytes(4, "big")
    if ip is not None and ipv4:
        return bytes(ip.octets[ip.start + 12 : ip.start + 20]) + protocol.to_bytes(2, "big") + size.to_bytes(2, "big")
    return b""
