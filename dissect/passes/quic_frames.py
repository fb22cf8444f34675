"""The frames of a QUIC packet (RFC 9000, section 19), as far as passes need them: pieces of streams, new ids."""

from __future__ import annotations

from typing import NamedTuple

from dissect.passes.flows import ALL, MORE, Size

CRYPTO_STREAM = -1  # the stream of the handshake's messages, of each level
NUMBERS = {  # how many variable-length integers frames of other types consist of
    0x04: 3, 0x05: 2, 0x10: 1, 0x11: 2, 0x12: 1, 0x13: 1, 0x14: 1, 0x15: 2, 0x16: 1, 0x17: 1, 0x19: 1, 0x1E: 0,
    0x1F: 0, 0x02F5: 1,
}  # fmt: skip
MOST = 4096  # frames of a packet


class Frames(NamedTuple):
    """Pieces (stream, offset in it, offset in the packet, size) and connection ids that a packet announces."""

    pieces: list[tuple[int, int, int, int]]
    new_ids: list[bytes]


def varint(octets: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer (RFC 9000, section 16), and where it ends.  Raises IndexError where it is cut."""
    width = 1 << (octets[at] >> 6)
    if at + width > len(octets):
        raise IndexError(at)
    return int.from_bytes(octets[at : at + width], "big") & (1 << 8 * width - 2) - 1, at + width


def frames_of(octets: bytes) -> Frames:
    """What the frames of a payload bring; those behind one that is unknown or cut are not looked at."""
    found = Frames([], [])
    at, end = 0, len(octets)
    try:
        for _ in range(MOST):
            if at >= end:
                break
            at = _frame(octets, at, end, found)
    except IndexError:
        pass
    return found


def _frame(octets: bytes, at: int, end: int, found: Frames) -> int:
    """Take the frame at `at`; where the next one begins."""
    kind, at = varint(octets, at)
    if kind in (0x00, 0x01):
        while at < end and octets[at] == 0:
            at += 1
        return at
    if kind == 0x06:
        offset, at = varint(octets, at)
        return _piece(found, CRYPTO_STREAM, offset, octets, at, end)
    if 0x08 <= kind <= 0x0F:
        stream, at = varint(octets, at)
        offset = 0
        if kind & 4:
            offset, at = varint(octets, at)
        if kind & 2:
            return _piece(found, stream, offset, octets, at, end)
        found.pieces.append((stream, offset, at, end - at))
        return end
    if kind in (0x02, 0x03):
        for _ in range(2):
            _, at = varint(octets, at)
        ranges, at = varint(octets, at)
        for _ in range(min(2 * ranges + 1 + (3 if kind == 3 else 0), end)):
            _, at = varint(octets, at)
        return at
    if kind == 0x18:
        for _ in range(2):
            _, at = varint(octets, at)
        size = octets[at]
        found.new_ids.append(octets[at + 1 : at + 1 + size])
        return at + 1 + size + 16
    if kind in (0x1A, 0x1B):
        return at + 8
    if kind in (0x07, 0x31):
        size, at = varint(octets, at)
        return at + size
    if kind in (0x1C, 0x1D):
        for _ in range(2 if kind == 0x1C else 1):
            _, at = varint(octets, at)
        size, at = varint(octets, at)
        return at + size
    if kind not in NUMBERS:
        raise IndexError(at)
    for _ in range(NUMBERS[kind]):
        _, at = varint(octets, at)
    return at


def _piece(found: Frames, stream: int, offset: int, octets: bytes, at: int, end: int) -> int:
    size, at = varint(octets, at)
    if at + size > end:
        raise IndexError(at)
    found.pieces.append((stream, offset, at, size))
    return at + size


def message_size(stream: int) -> Size:
    """How long HTTP/3's messages are in a stream.  A unidirectional one (RFC 9114, section 6.2) begins with its type,
    and only the control stream's octets are frames: all that is there is one message."""
    return _frame_size if not stream & 2 else _all


def _all(octets: bytes) -> int:
    return ALL


def _frame_size(octets: bytes) -> int:
    """The size of a frame of HTTP/3."""
    try:
        _, at = varint(octets, 0)
        size, at = varint(octets, at)
    except IndexError:
        return MORE
    return at + size
