"""D-Bus, messages between programs of one machine (D-Bus Specification 0.43; LINKTYPE_DBUS).

    +-----------+------+-------+---------+-------------+--------+--------------------+---------+------
    | 'l' / 'B' | type | flags | version | body length | serial | header fields      | padding | body
    +-----------+------+-------+---------+-------------+--------+--------------------+---------+------
      1           1      1       1         4             4        array of (code,
                                                                  variant)             to 8

What follows is typed by signatures: basic types by a letter, `a` an array of the next, `(...)` a structure, `{..}` an entry of
a dictionary, `v` a variant (a signature, then the value).  Values are aligned from the start of the message.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor, Short
from dissect.engine.fields import (
    BOOLEAN,
    DOUBLE,
    HEX,
    INT16,
    INT32,
    INT64,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    UINT_STRING,
    Field,
    bits,
    raw,
    u8,
    u32,
)
from dissect.engine.layer import Layer

LITTLE, BIG = ord("l"), ord("B")
CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
TYPES = {0: "Invalid", CALL: "Method Call", RETURN: "Method Return", ERROR: "Error", SIGNAL: "Signal"}
CODES = {1: "Path", 2: "Interface", 3: "Member", 4: "Error name", 5: "Reply serial", 6: "Destination", 7: "Sender",
         8: "Signature", 9: "Unix FDs"}  # fmt: skip
PATH, MEMBER, ERROR_NAME, SIGNATURE = 1, 3, 4, 8
NAMES = ("path", "interface", "member", "error_name", "reply_serial", "destination", "sender", "signature", "unix_fds")
NUMBERS = {"y": UINT8, "b": BOOLEAN, "n": INT16, "q": UINT16, "i": INT32, "u": UINT32, "x": INT64, "t": UINT64, "d": DOUBLE, "h": UINT32}
SIZES = {"y": 1, "b": 4, "n": 2, "q": 2, "i": 4, "u": 4, "x": 8, "t": 8, "d": 8, "h": 4}
LABELS = {"y": "byte", "b": "boolean", "n": "int16", "q": "uint16", "i": "int32", "u": "uint32", "x": "int64", "t": "uint64",
          "d": "double", "h": "unix_fd"}  # fmt: skip
ALIGNED = {**SIZES, "s": 4, "o": 4, "g": 1, "v": 1, "a": 4, "(": 8, "{": 8}
DEEPEST = 64


def _numbers(little: bool) -> dict[str, Field]:
    """A field for each type of number."""
    return {
        letter: Field(f"dbus.type.{LABELS[letter]}", LABELS[letter].title(), kind, size=SIZES[letter], little=little)
        for letter, kind in NUMBERS.items()
    }


def complete(signature: str, at: int) -> int:
    """Where the complete type that begins at a place of a signature ends."""
    depth = 0
    while at < len(signature):
        letter = signature[at]
        depth += (letter in "({") - (letter in ")}")
        at += 1
        if depth <= 0 and letter != "a":
            break
    return at


class DBus(Layer):
    """One message."""

    name, label, column = "dbus", "D-Bus", "D-Bus"
    partly = True
    binds = {"linktype": (231,)}

    order = u8(None, "dbus.endianness", "Endianness", names={LITTLE: "little-endian", BIG: "big-endian"})
    type = u8(None, "dbus.message_type", "Message Type", names=TYPES)
    flags = u8(None, "dbus.flags", "Message Flags", HEX)
    flag_bits = bits(flags, "dbus.flags", ("no_reply_expected", "No Reply Expected", 0x01), ("no_auto_start", "No Auto Start", 0x02),
                     ("allow_interactive_authorization", "Allow Interactive Authorization", 0x04))  # fmt: skip
    version = u8(None, "dbus.version", "Protocol Version")
    body_lengths = (u32(None, "dbus.body_length", "Message Body Length", little=True), u32(None, "dbus.body_length", "Message Body Length"))
    serials = (u32(None, "dbus.serial", "Message Serial", little=True), u32(None, "dbus.serial", "Message Serial"))
    code = u8(None, "dbus.field_code", "Field Code", names=CODES)
    padding = raw(None, "dbus.padding", "Padding")
    texts = tuple(Field(f"dbus.{name}", CODES[number], UINT_STRING) for number, name in enumerate(NAMES, 1) if number not in (5, 9))
    counts = tuple(Field(f"dbus.{name}", name, UINT32, little=little) for name in ("reply_serial", "unix_fds") for little in (True, False))
    body = raw(None, "dbus.body", "Body")
    numbers_little, numbers_big = tuple(_numbers(True).values()), tuple(_numbers(False).values())
    string = Field("dbus.type.string", "String", UINT_STRING)
    object_path = Field("dbus.type.object_path", "Object Path", UINT_STRING)
    signature = Field("dbus.type.signature", "Signature", UINT_STRING)
    array = raw(None, "dbus.type.array", "Array")
    array_lengths = (u32(None, "dbus.type.array.length", "Array Length", little=True), u32(None, "dbus.type.array.length", "Array Length"))
    structure, variant = raw(None, "dbus.type.struct", "Struct"), raw(None, "dbus.type.variant", "Variant")
    variant_signature = Field("dbus.type.variant.signature", "Variant Signature", UINT_STRING)
    entry = raw(None, "dbus.type.dict_entry", "Dict Entry")
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        little = c.add(cls.order) == LITTLE
        kind = c.add(cls.type)
        c.add(cls.flags)
        c.add(cls.version)
        size = c.add(cls.body_lengths[not little])
        c.add(cls.serials[not little])
        said = cls._head(c, little)
        cls._align(c, 8)
        c.info(cls._info(kind, said))
        signature = str(said.get(SIGNATURE, ""))
        if size:
            with c.group(cls.body, size) as c:
                at = 0
                while at < len(signature) and c.remaining:
                    end = complete(signature, at)
                    cls._value(c, signature[at:end], little, 0)
                    at = end
                c.rest(cls.rest)
        c.rest(cls.rest)

    @classmethod
    def _info(cls, kind: int, said: dict[int, object]) -> str:
        what = f"{said.get(MEMBER, '')}() @ {said.get(PATH, '')}"
        if kind == RETURN:
            return f"-> '{said.get(SIGNATURE, '')}'"
        return f"-> {said.get(ERROR_NAME, '')}" if kind == ERROR else f"* {what}" if kind == SIGNAL else what

    @classmethod
    def _head(cls, c: Cursor, little: bool) -> dict[int, object]:
        """The header fields: by code what each says."""
        said: dict[int, object] = {}
        with c.group(cls.array, 4 + c.peek(4, 0, little)) as c:
            c.add(cls.array_lengths[not little])
            while c.remaining:
                cls._align(c, 8)
                with c.group(cls.entry) as c:
                    code = c.add(cls.code)
                    with c.group(cls.variant) as c:
                        said[code] = cls._field(c, code, cls._text(c, cls.variant_signature, 1, little), little)
                        c.octets()
                    c.octets()
        return said

    @classmethod
    def _field(cls, c: Cursor, code: int, signature: str, little: bool) -> object:
        """The value of a header field, under the field's own name where the type is right."""
        name = f"dbus.{NAMES[code - 1]}" if 1 <= code <= len(NAMES) else ""
        if signature == "u" and code in (5, 9):
            cls._align(c, 4)
            return c.add(cls.counts[(code == 9) * 2 + (not little)])
        if name and signature in ("s", "o", "g") and code not in (5, 9):
            width = 1 if signature == "g" else 4
            cls._align(c, width)
            return cls._text(c, next(field for field in cls.texts if field.name == name), width, little)
        cls._value(c, signature, little, 0)
        return None

    @classmethod
    def _text(cls, c: Cursor, field: Field, width: int, little: bool) -> str:
        """A text with its length before it and a zero behind it."""
        size = c.peek(width, 0, little)
        text = c.peek_bytes(size, width).decode("utf-8", "replace")
        c.add(field, width + size + 1, value=text)
        return text

    @classmethod
    def _align(cls, c: Cursor, size: int) -> None:
        missing = -(c.pos - c.h.start) % size
        if missing:
            c.add(cls.padding, missing)

    @classmethod
    def _value(cls, c: Cursor, signature: str, little: bool, depth: int) -> None:
        """A value of one complete type."""
        letter = signature[:1]
        if letter not in ALIGNED or depth > DEEPEST:
            raise Short
        cls._align(c, ALIGNED[letter])
        if letter in NUMBERS:
            field = (cls.numbers_little if little else cls.numbers_big)[list(NUMBERS).index(letter)]
            c.add(field, value=bool(c.peek(4)) if letter == "b" else None)
        elif letter in "sog":
            field = {"s": cls.string, "o": cls.object_path, "g": cls.signature}[letter]
            cls._text(c, field, 1 if letter == "g" else 4, little)
        elif letter == "v":
            with c.group(cls.variant) as c:
                cls._value(c, cls._text(c, cls.variant_signature, 1, little), little, depth + 1)
                c.octets()
        elif letter == "a":
            cls._array(c, signature[1:], little, depth + 1)
        else:
            cls._members(c, signature, little, depth + 1)

    @classmethod
    def _array(cls, c: Cursor, signature: str, little: bool, depth: int) -> None:
        size = c.peek(4, 0, little)
        gap = -(c.pos + 4 - c.h.start) % ALIGNED.get(signature[:1], 1)
        with c.group(cls.array, 4 + gap + size) as c:
            c.add(cls.array_lengths[not little])
            cls._align(c, ALIGNED.get(signature[:1], 1))
            while c.remaining:
                before = c.pos
                cls._value(c, signature, little, depth)
                if c.pos == before:  # a structure of nothing
                    raise Short

    @classmethod
    def _members(cls, c: Cursor, signature: str, little: bool, depth: int) -> None:
        """A structure, or an entry of a dictionary."""
        with c.group(cls.structure if signature[0] == "(" else cls.entry) as c:
            at = 1
            while at < len(signature) - 1:
                end = complete(signature, at)
                cls._value(c, signature[at:end], little, depth)
                at = end
            c.octets()
