"""Thrift's compact protocol as far as Parquet's footers need it: values to octets, and where each value ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

I16, I32, I64, BINARY, LIST, STRUCT = 4, 5, 6, 8, 9, 12
STOP = b"\0"
WIDTHS = {3: 1, 7: 8}  # octets of a byte and of a double; a truth value stands in its field's head


def varint(value: int) -> bytes:
    """A number from 0 on, seven bits an octet."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(value: int) -> bytes:
    """A number from 0 on, of a type with a sign."""
    return varint(value << 1)


def text(octets: bytes) -> bytes:
    """A string."""
    return varint(len(octets)) + octets


def items(kind: int, values: Sequence[bytes]) -> bytes:
    """A list of values of a type."""
    return listed(kind, len(values)) + b"".join(values)


def listed(kind: int, count: int) -> bytes:
    """What a list of so many values of a type begins with."""
    return bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + varint(count)


def struct(*fields: tuple[int, int, bytes]) -> bytes:
    """A struct of (number, type, value), the numbers ascending by less than 16."""
    return members(0, *fields) + STOP


def members(before: int, *fields: tuple[int, int, bytes]) -> bytes:
    """Some fields of a struct, behind that of number `before`."""
    out = bytearray()
    for which, kind, value in fields:
        out.append(which - before << 4 | kind)
        out += value
        before = which
    return bytes(out)


class Reader:
    """Goes over encoded values."""

    def __init__(self, octets: bytes, at: int = 0) -> None:
        self.octets, self.at = octets, at

    def varint(self) -> int:
        """A number from 0 on."""
        value = shift = 0
        while True:
            octet = self.octets[self.at]
            self.at += 1
            value |= (octet & 127) << shift
            if octet < 128:
                return value
            shift += 7

    def number(self) -> int:
        """A number with a sign."""
        raw = self.varint()
        return raw >> 1 ^ -(raw & 1)

    def text(self) -> bytes:
        """A string."""
        size = self.varint()
        self.at += size
        return self.octets[self.at - size : self.at]

    def fields(self) -> Iterator[tuple[int, int]]:
        """Each field of a struct, number and type: whoever asks for the next has read the value, or passed it."""
        which = 0
        while head := self.octets[self.at]:
            self.at += 1
            which = which + (head >> 4) if head >> 4 else self.number()
            yield which, head & 15
        self.at += 1

    def items(self) -> int:
        """The head of a list: how many values follow."""
        head = self.octets[self.at]
        self.at += 1
        return head >> 4 if head >> 4 < 15 else self.varint()

    def skip(self, kind: int) -> None:
        """Pass a value."""
        if kind in (I16, I32, I64):
            self.varint()
        elif kind == BINARY:
            self.text()
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner)
        elif kind == LIST:
            inner = self.octets[self.at] & 15
            for _ in range(self.items()):
                if inner < 3:  # a truth value, which as a field stands in the head
                    self.at += 1
                else:
                    self.skip(inner)
        elif kind in WIDTHS:
            self.at += WIDTHS[kind]
