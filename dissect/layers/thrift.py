"""Apache Thrift: calls and their replies, in the strict binary and the compact protocol, framed or not.

    framed: length of what follows (32 bits)
    binary:  0x8001, unused, type (8 bits), length of the method's name (32 bits), name, sequence (32 bits), fields
             a field: type (8 bits), identifier (16 bits), value; type 0 ends them
    compact: 0x82, type (3 bits), version (5 bits), sequence, length of the name (varints), name, fields
             a field: difference of identifiers (4 bits), type (4 bits), identifier where that difference is 0, value
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    HEX,
    UINT8,
    Field,
    float64,
    further,
    group,
    guid,
    i8,
    i16,
    i32,
    i64,
    raw,
    string,
    u8,
    where,
)
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

CALL, REPLY, EXCEPTION, ONEWAY = 1, 2, 3, 4
TYPES = {CALL: "CALL", REPLY: "REPLY", EXCEPTION: "EXCEPTION", ONEWAY: "ONEWAY"}
PROTOCOLS = {0x80: "Strict Binary Protocol", 0x82: "Compact Protocol"}
BOOL, BYTE, DOUBLE, I16, I32, I64, BINARY, STRUCT, MAP, SET, LIST, UUID = 2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15, 16
VALUES = {0: "T_STOP", 1: "T_VOID", BOOL: "T_BOOL", BYTE: "T_I8", DOUBLE: "T_DOUBLE", I16: "T_I16", I32: "T_I32", I64: "T_I64",
          BINARY: "T_BINARY", STRUCT: "T_STRUCT", MAP: "T_MAP", SET: "T_SET", LIST: "T_LIST", UUID: "T_UUID"}  # fmt: skip
IN_COMPACT = (0, BOOL, BOOL, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT, UUID)  # by the compact protocol's number
COMPACT = {0: "T_STOP", 1: "BOOLEAN_TRUE", 2: "BOOLEAN_FALSE"} | {i: VALUES[kind] for i, kind in enumerate(IN_COMPACT) if i > 2}
FAULTS = {
    0: "Unknown (type of peer)", 1: "Unknown Method", 2: "Invalid Message Type", 3: "Wrong Method Name", 4: "Bad Sequence Id",
    5: "Missing Result", 6: "Internal Error", 7: "Protocol Error (something went wrong during decoding)",
    8: "Invalid Transform", 9: "Invalid Protocol", 10: "Unsupported Client Type",
}  # fmt: skip
SHORTEST = 13  # of a message in the binary protocol: head, empty name, sequence, the end of its fields
NAMED = 100  # octets of a name that are looked at
DEEPEST = 25
YES, NO = 1, 2  # types of the compact protocol
BITS = {I16: 16, I32: 32, I64: 64}


def _printable(p: Any, fits: Any, at: Any, size: Any) -> Any:
    """Of the payloads that fit so far, those whose name is text: its first octets."""
    for i in range(NAMED):
        if not np.any(fits & (size > i)):
            break
        octet = p.uint(at + i, 1)
        fits = fits & ((size <= i) | ((octet >= 0x20) & (octet != 0x7F)))
    return fits


def _is_binary(p: Any, at: int) -> Any:
    """Whether a message in the binary protocol stands there."""
    size = p.u32(at + 4)
    there = (p.length >= at + 12) & (p.u16(at) == 0x8001) & (p.u8(at + 3) & 7 >= CALL) & (p.u8(at + 3) & 7 <= ONEWAY)
    there = there & (size <= p.length - at - 8) & (p.reported >= at + SHORTEST + size)
    if at:
        there = there & (p.u32(0) < 1 << 31) & (p.u32(0) >= SHORTEST + size)
    return further(there, lambda: _printable(p, there, at + 8, size))


def _is_compact(p: Any, at: int) -> Any:
    """The same of the compact protocol, whose numbers are short or long."""
    kind = p.u8(at + 1) >> 5
    there = (p.length >= at + 5) & (p.u8(at) == 0x82) & (p.u8(at + 1) & 0x1F == 1) & (kind >= CALL) & (kind <= ONEWAY)
    if at:
        there = there & (p.u32(0) < 1 << 31) & (p.u32(0) >= 5)
    return further(there, lambda: _is_named(p, there, at + 2))


def _is_named(p: Any, there: Any, at: int) -> Any:
    """Whether a sequence number and a name follow: numbers end with the octet whose highest bit is not set."""
    width = 0 * p.length + 5
    for i in (4, 3, 2, 1):
        width = where(p.u8(at + i - 1) < 0x80, i, width)
    size, behind = p.uint(at + width, 1), at + width + 1
    there = there & (p.uint(behind - 2, 1) < 0x80) & (p.length >= behind)
    short = there & (size < 0x80) & (size <= p.length - behind) & (size < p.reported - behind)
    # a longer name is not looked at, as in Wireshark, which takes its length for a negative one
    return (there & (size >= 0x80)) | _printable(p, short, behind, size)


def probe(p: Any) -> Any:
    """Wireshark's test: a head of either protocol, and a name that is text."""
    return _is_binary(p, 0) | _is_binary(p, 4) | _is_compact(p, 0) | _is_compact(p, 4)


def _varint(c: Cursor) -> tuple[int, int]:
    """A number of seven bits an octet, the lowest first; its octets."""
    value, width = 0, 0
    while True:
        octet = c.peek(1, width)
        value |= (octet & 0x7F) << 7 * width
        width += 1
        if octet < 0x80 or width == 10:
            return value, width


def _signed(value: int, size: int) -> int:
    """Numbers of which every second is negative, in so many bits."""
    value = value >> 1 ^ -(value & 1)
    return (value + (1 << size - 1) & (1 << size) - 1) - (1 << size - 1)


class Thrift(Layer):
    """The messages of a segment, or of one frame."""

    name, label, column = "thrift", "Thrift Protocol", "THRIFT"
    heuristics = ("tcp",)
    likely = Likely({0: bytes((*range(0x80), 0x80, 0x82)), 4: bytes((*range(0x80), 0x80, 0x82))})
    probe = probe
    messages = Messages(header=4, length=lambda p: where(p.u8(0) < 0x80, 4 + p.u32(0), AS_IT_IS))

    frame_size = i32(None, "thrift.frame_len", "Frame length")
    head, data = group("", "Header"), group("", "Data")
    protocol_id = u8(None, "thrift.protocol_id", "Protocol id", HEX, names=PROTOCOLS)
    version = Field("thrift.version", "Version", UINT8)
    unused = u8(None, "", "Unused")
    type = Field("thrift.mtype", "Message type", UINT8, HEX, names=TYPES)
    size_of = i32(None, "thrift.str_len", "Length")
    method = string(None, "thrift.method", "Method")
    sequence = i32(None, "thrift.seq_id", "Sequence Id")
    kind = u8(None, "thrift.type", "Type", HEX, names=VALUES)
    short_kind = u8(None, "thrift.type", "Type", HEX, names=COMPACT)
    identifier, difference = i16(None, "thrift.fid", "Field Id"), Field("thrift.fid_delta", "Field Id Delta", UINT8)
    boolean = Field("thrift.bool", "Boolean", BOOLEAN)
    integers = {
        BYTE: i8(None, "thrift.i8", "Integer8"), I16: i16(None, "thrift.i16", "Integer16"),
        I32: i32(None, "thrift.i32", "Integer32"), I64: i64(None, "thrift.i64", "Integer64"),
    }  # fmt: skip
    integer_fields = tuple(integers.values())
    double, double_little = float64(None, "thrift.double", "Double"), float64(None, "thrift.double", "Double", little=True)
    binary, text = raw(None, "thrift.binary", "Binary"), string(None, "thrift.string", "String")
    uuid = guid(None, "thrift.uuid", "UUID")
    structure = group("thrift.struct", "Struct")
    collections = {LIST: group("thrift.list", "List"), SET: group("thrift.set", "Set"), MAP: group("thrift.map", "Map")}
    collection_fields = tuple(collections.values())
    counts = {
        LIST: i32(None, "thrift.num_list_item", "Number of List Items"), SET: i32(None, "thrift.num_set_item", "Number of Set Items"),
        MAP: i32(None, "thrift.num_map_item", "Number of Map Items"),
    }  # fmt: skip
    count_fields = tuple(counts.values())
    many = Field("thrift.num_item", "More than 14 items", UINT8, HEX)
    quiet_kind, quiet_identifier, hidden = u8(None, "", "Type"), i16(None, "", "Field Id"), i32(None, "", "Length")
    fault_text = string(None, "thrift.exception.message", "Exception Message")
    fault_type = i32(None, "thrift.exception.type", "Exception Type", names=FAULTS)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        told = list[str]()
        while c.remaining:
            if c.peek(1) < 0x80:
                c.add(cls.frame_size)
            reader = Compact(c) if c.peek(1) == 0x82 else Binary(c)
            kind, method = reader.head()
            told.append(f"{TYPES.get(kind, kind)} {method}")
            c.info(", ".join(told))
            with c.group(cls.data):
                if kind == EXCEPTION:
                    c.note("warn", "Protocol", "The application was not able to handle the request.", "thrift.protocol_exception")
                    reader.fault()
                else:
                    reader.fields(0)


class Binary:
    """Reads the binary protocol."""

    def __init__(self, c: Cursor) -> None:
        self.c, self.lost = c, False

    def head(self) -> tuple[int, str]:
        """A message's head: its type and method."""
        c = self.c
        with c.group(Thrift.head) as c:
            c.add(Thrift.protocol_id)
            c.add(Thrift.version, 1, value=c.peek(1) & 0x1F)
            c.add(Thrift.unused)
            kind = c.add(Thrift.type, 1, value=c.peek(1) & 7)
            method = c.add(Thrift.method, c.add(Thrift.size_of))
            c.add(Thrift.sequence)
        return kind, method

    def fields(self, depth: int) -> None:
        """The fields of a message or a structure, up to their end."""
        kind, identifier = self.field(0)
        while kind:
            self.value(kind, depth)
            kind, identifier = (0, 0) if self.lost else self.field(identifier)

    def fault(self) -> None:
        """The fields of an exception, which are known: of them only the values are shown."""
        kind, identifier = self.field(0, quiet=True)
        while kind:
            if (kind, identifier) == (BINARY, 1):
                self.c.add(Thrift.fault_text, self.size(Thrift.hidden))
            elif (kind, identifier) == (I32, 2):
                self.integer(I32, Thrift.fault_type)
            else:
                self.lose("Missing mandatory field id in struct.", "thrift.struct_fid_not_in_seq")
                return
            kind, identifier = self.field(identifier, quiet=True)

    def field(self, before: int, quiet: bool = False) -> tuple[int, int]:
        """A field's type and identifier; where it is `quiet` they are not shown."""
        kind = self.c.add(Thrift.quiet_kind if quiet else Thrift.kind)
        identifier = self.c.add(Thrift.quiet_identifier if quiet else Thrift.identifier) if kind else 0
        if identifier < 0:
            self.c.note("note", "Protocol", "Encountered unexpected negative field id, possibly an old application.",
                        "thrift.negative_field_id")  # fmt: skip
        return kind, identifier

    def value(self, kind: int, depth: int) -> None:
        """A value of a type."""
        c = self.c
        if depth == DEEPEST:
            self.lose("Too many level of sub-types nesting.", "thrift.too_many_subtypes")
        elif kind == BOOL:
            c.add(Thrift.boolean, 1)
        elif kind in Thrift.integers:
            self.integer(kind, Thrift.integers[kind])
        elif kind == DOUBLE:
            c.add(Thrift.double_little if isinstance(self, Compact) else Thrift.double)
        elif kind == UUID:
            c.add(Thrift.uuid)
        elif kind == BINARY:
            size = self.size(Thrift.size_of)
            octets = c.peek_bytes(size)
            c.add(Thrift.text if _is_text(octets) else Thrift.binary, size)
        elif kind in Thrift.collections:
            with c.group(Thrift.collections[kind]):
                self.items(kind, depth + 1)
        elif kind == STRUCT:
            with c.group(Thrift.structure):
                self.fields(depth + 1)
        else:
            self.lose("Type value not expected.", "thrift.wrong_type")

    def lose(self, why: str, name: str) -> None:
        """What follows cannot be read."""
        self.lost = True
        self.c.note("error", "Protocol", why, name)
        self.c.skip(self.c.remaining)

    def integer(self, kind: int, field: Field) -> None:
        """A number, as wide as its type."""
        self.c.add(field)

    def size(self, field: Field) -> int:
        """A length, or a number of items."""
        size: int = self.c.add(field)
        return size

    def items(self, kind: int, depth: int) -> None:
        """What is in a collection."""
        kinds = [self.c.add(Thrift.kind) for _ in range(2 if kind == MAP else 1)]
        self._items(self.size(Thrift.counts[kind]), kinds, depth)

    def _items(self, count: int, kinds: list[int], depth: int) -> None:
        for _ in range(count):
            for kind in kinds:
                if self.lost:
                    return
                self.value(kind, depth)


class Compact(Binary):
    """Reads the compact protocol."""

    def head(self) -> tuple[int, str]:
        c = self.c
        with c.group(Thrift.head) as c:
            c.add(Thrift.protocol_id)
            octet = c.peek(1)
            c.add(Thrift.type, 1, value=octet >> 5)
            c.pos -= 1
            c.add(Thrift.version, 1, value=octet & 0x1F)
            self.integer(I32, Thrift.sequence)
            method = c.add(Thrift.method, self.size(Thrift.size_of))
        return octet >> 5, method

    def field(self, before: int, quiet: bool = False) -> tuple[int, int]:
        c, octet = self.c, self.c.peek(1)
        kind, identifier = octet & 15, before + (octet >> 4)
        if not quiet and octet:
            c.add(Thrift.difference, 1, value=octet >> 4)
            c.pos -= 1
        c.add(Thrift.quiet_kind if quiet else Thrift.short_kind, 1, value=kind)
        if not kind:
            return 0, 0
        if octet >> 4 == 0:
            identifier = self.integer_of(I16, Thrift.quiet_identifier if quiet else Thrift.identifier)
        elif not quiet:
            c.derived(Thrift.identifier, identifier)
        if kind in (YES, NO) and not quiet:
            c.derived(Thrift.boolean, kind == YES)  # its type is its value: Wireshark 4.0 looks for an octet of its own
            return self.field(identifier)
        return self.known(kind), identifier

    def known(self, kind: int) -> int:
        """The type of a number of this protocol; one that there is not for one that is none."""
        return IN_COMPACT[kind] if kind < len(IN_COMPACT) else -1

    def integer(self, kind: int, field: Field) -> None:
        if kind == BYTE:
            self.c.add(field)
        else:
            self.integer_of(kind, field)

    def integer_of(self, kind: int, field: Field) -> int:
        """A number of which every second is negative."""
        value, width = _varint(self.c)
        found: int = self.c.add(field, width, value=_signed(value, BITS[kind]))
        return found

    def size(self, field: Field) -> int:
        value, width = _varint(self.c)
        size: int = self.c.add(field, width, value=value & 0x7FFFFFFF)
        return size

    def items(self, kind: int, depth: int) -> None:
        c = self.c
        if kind == MAP:
            count = self.size(Thrift.counts[MAP])
            octet = c.peek(1) if count else 0
            if count:
                c.add(Thrift.short_kind, 1, value=octet >> 4)
                c.pos -= 1
                c.add(Thrift.short_kind, 1, value=octet & 15)
            self._items(count, [self.known(octet >> 4), self.known(octet & 15)], depth)
            return
        octet = c.peek(1)
        count = octet >> 4
        c.add(Thrift.short_kind, 1, value=octet & 15)
        if count == 15:
            c.pos -= 1
            c.add(Thrift.many, 1, value=15)
            count = self.size(Thrift.counts[kind])
        else:
            c.pos -= 1
            c.add(Thrift.counts[kind], 1, value=count)
        self._items(count, [self.known(octet & 15)], depth)


def _is_text(octets: bytes) -> bool:
    """Whether octets are shown as text: printable UTF-8, which may end in zeros."""
    try:
        text = octets.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return False
    return not octets or (bool(text) and all((letter >= " " and letter != "\x7f") or letter in "\r\n" for letter in text))
