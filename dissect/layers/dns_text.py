"""Domain names, and what the packet list says of a DNS message, out of its bytes alone (RFC 1035, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address

from dissect.layers import dns_names as names

MOST_NAME = 255  # octets of a name (RFC 1035, section 2.3.4); a pointer loop ends there
MOST_POINTERS = 128
RESPONSE, UPDATE = 0x8000, 5
ROOT = "<Root>"
LOOPS = "<Name contains a pointer that loops>"


class Beyond(Exception):
    """A name or a record reaches beyond the message."""


def read_name(data: bytes, at: int, base: int = 0, end: int | None = None) -> tuple[str, int]:
    """The name at `at` as text, and where it ends.  Pointers count from `base`.  Raises Beyond."""
    end = len(data) if end is None else end
    labels: list[str] = []
    after, pointers, total = -1, 0, 0
    while True:
        if at >= end:
            raise Beyond
        size = data[at]
        at += 1
        if not size:
            break
        if size >= 0xC0:
            if at >= end:
                raise Beyond
            after = at + 1 if after < 0 else after
            at = base + ((size & 0x3F) << 8 | data[at])
            pointers += 1
            if pointers > MOST_POINTERS:
                return LOOPS, after
            continue
        if size > 63 or at + size > end:
            raise Beyond
        total += size + 1
        if total > MOST_NAME:
            return LOOPS, after if after >= 0 else at + size
        labels.append(data[at : at + size].decode("utf-8", "replace"))
        at += size
    return ".".join(labels) or ROOT, at if after < 0 else after


def type_name(number: int) -> str:
    """`A`: the short name of a record type."""
    known = names.TYPES.get(number)
    return known.partition(" ")[0] if known else f"Unknown ({number})"


def told(data: bytes, base: int = 0, end: int | None = None, multicast: bool = False) -> tuple[str, bool]:
    """The Info column of the message at `base`, as far as it can be read; and whether all of it is plain and there."""
    end = len(data) if end is None else end
    if end - base < 12:
        return "", False
    ident, flags, *counts = (int.from_bytes(data[i : i + 2], "big") for i in range(base, base + 12, 2))
    opcode, rcode = flags >> 11 & 15, flags & 15
    text = names.OPCODES.get(opcode, f"Unknown operation ({opcode})")
    text += f" response 0x{ident:04x}" if flags & RESPONSE else f" 0x{ident:04x}"
    if flags & RESPONSE and rcode:
        text += f" {names.RCODES.get(rcode, f'Unknown error ({rcode})')}"
    at, plain = base + 12, True
    try:
        for _ in range(counts[0]):
            name, at = read_name(data, at, base, end)
            if at + 4 > end:
                raise Beyond
            text += f" {type_name(data[at] << 8 | data[at + 1])} {name}"
            if multicast:
                text += f', "Q{"U" if data[at + 2] & 0x80 else "M"}" question'
            at += 4
        for _ in range(sum(counts[1:])):
            said, at, known = _record(data, at, base, end, multicast)
            text, plain = text + said, plain and known
    except Beyond:
        return text, False
    return text, plain and at == end


def _record(data: bytes, at: int, base: int, end: int, multicast: bool) -> tuple[str, int, bool]:
    """What is said of the record at `at`, where it ends, and whether its data is as it should be."""
    _, at = read_name(data, at, base, end)
    if at + 10 > end:
        raise Beyond
    kind, size = data[at] << 8 | data[at + 1], data[at + 8] << 8 | data[at + 9]
    flush = ", cache flush" if multicast and data[at + 2] & 0x80 and kind != 41 else ""
    at += 10
    if at + size > end:
        raise Beyond
    read = READERS.get(kind)
    said = None if read is None else read(data, at, at + size, base)
    return f" {type_name(kind)}{flush}" + (said or ""), at + size, said is not None


Reader = Callable[[bytes, int, int, int], str | None]


def _address(data: bytes, at: int, end: int, base: int) -> str | None:
    return f" {data[at]}.{data[at + 1]}.{data[at + 2]}.{data[at + 3]}" if end - at == 4 else None


def _address6(data: bytes, at: int, end: int, base: int) -> str | None:
    return f" {IPv6Address(data[at:end])}" if end - at == 16 else None


def _name(data: bytes, at: int, end: int, base: int) -> str | None:
    text, after = read_name(data, at, base)
    return f" {text}" if after == end else None


def _exchange(data: bytes, at: int, end: int, base: int) -> str | None:
    if end - at < 3:
        return None
    text, after = read_name(data, at + 2, base)
    return f" {data[at] << 8 | data[at + 1]} {text}" if after == end else None


def _service(data: bytes, at: int, end: int, base: int) -> str | None:
    if end - at < 7:
        return None
    text, after = read_name(data, at + 6, base)
    words = (data[i] << 8 | data[i + 1] for i in (at, at + 2, at + 4))
    return f" {' '.join(map(str, words))} {text}" if after == end else None


def _authority(data: bytes, at: int, end: int, base: int) -> str | None:
    text, at = read_name(data, at, base)
    _, at = read_name(data, at, base)
    return f" {text}" if end - at == 20 else None


def _strings(data: bytes, at: int, end: int, base: int) -> str | None:
    while at < end:
        at += 1 + data[at]
    return "" if at == end else None


def _options(data: bytes, at: int, end: int, base: int) -> str | None:
    while at + 4 <= end:
        at += 4 + (data[at + 2] << 8 | data[at + 3])
    return "" if at == end else None


READERS: dict[int, Reader] = {
    1: _address, 2: _name, 5: _name, 6: _authority, 12: _name, 15: _exchange, 16: _strings, 28: _address6, 33: _service,
    39: _name, 41: _options,
}  # fmt: skip
