"""pcapng options: the code-length-value lists that end its blocks, read leniently and written exactly."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

COMMENT = 1


def options(data: bytes | memoryview, order: str) -> Iterator[tuple[int, bytes]]:
    """Code and value of each option, up to the end mark or to the first that does not fit."""
    at, size = 0, len(data)
    read = struct.Struct(order + "HH").unpack_from
    while at + 4 <= size:
        code, length = read(data, at)
        if code == 0 or at + 4 + length > size:
            return
        yield code, bytes(data[at + 4 : at + 4 + length])
        at += 4 + length + (-length & 3)


def text(value: bytes) -> str:
    """An option's text: UTF-8, whatever else shown as replacement characters, without trailing zeros."""
    return value.rstrip(b"\0").decode("utf-8", "replace")


def pack(items: list[tuple[int, bytes]], order: str = "<") -> bytes:
    """The option list with its end mark; nothing if there are none."""
    if not items:
        return b""
    parts = [
        struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) & 3) for code, value in items
    ]
    return b"".join(parts) + bytes(4)


PACKET_NUMBERS = {2: ("flags", 4), 4: ("dropcount", 8), 5: ("packetid", 8), 6: ("queue", 4)}
PACKET_BYTES = {3: "hash", 7: "verdict"}


def packet_options(items: Iterator[tuple[int, bytes]], order: str) -> dict[str, Any]:
    """Options of a packet block by name: ``comments`` (list), ``flags``, ``dropcount``, ``packetid``,
    ``queue``, ``hash`` and ``verdict`` (lists of bytes, type first), ``custom`` (list of (code, bytes))."""
    named: dict[str, Any] = {}
    byteorder = "little" if order == "<" else "big"
    for code, value in items:
        if code == COMMENT:
            named.setdefault("comments", []).append(text(value))
        elif code in PACKET_NUMBERS and len(value) == PACKET_NUMBERS[code][1]:
            named[PACKET_NUMBERS[code][0]] = int.from_bytes(value, byteorder)  # type: ignore[arg-type]
        elif code in PACKET_BYTES:
            named.setdefault(PACKET_BYTES[code], []).append(value)
        else:
            named.setdefault("custom", []).append((code, value))
    return named


def reorder(items: Iterator[tuple[int, bytes]], order: str) -> list[tuple[int, bytes]]:
    """Packet options with their numbers in little-endian order, which is the one we write."""
    if order == "<":
        return list(items)
    return [(code, value[::-1] if code in PACKET_NUMBERS else value) for code, value in items]
