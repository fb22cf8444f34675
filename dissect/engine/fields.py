"""Fields: the one declaration from which a tree node, a column and a line of the field reference come.

A `Field` carries a name (Wireshark's wherever the meaning is the same), a label, a type from Wireshark's
vocabulary (`FT_UINT16`, `FT_IPv4`, …), and how it is shown.  In a header layer it also carries its place:
`at` (byte offset from the layer's start), `mask` within those bytes, and, where the header is not fixed,
callables that work on a single header's integers and on whole columns alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of Wireshark's vocabulary: `ft` is its name there, `kind` how values are held here.

    Kinds: ``uint int bool ipv4 bytes ether ipv6 string time_abs time_rel float none``.
    `size` is the width in bytes where the type fixes it, else 0.
    """

    ft: str
    kind: str
    size: int = 0


UINT8 = FieldType("FT_UINT8", "uint", 1)
UINT16 = FieldType("FT_UINT16", "uint", 2)
UINT24 = FieldType("FT_UINT24", "uint", 3)
UINT32 = FieldType("FT_UINT32", "uint", 4)
UINT40 = FieldType("FT_UINT40", "uint", 5)
UINT48 = FieldType("FT_UINT48", "uint", 6)
UINT56 = FieldType("FT_UINT56", "uint", 7)
UINT64 = FieldType("FT_UINT64", "uint", 8)
INT8 = FieldType("FT_INT8", "int", 1)
INT16 = FieldType("FT_INT16", "int", 2)
INT24 = FieldType("FT_INT24", "int", 3)
INT32 = FieldType("FT_INT32", "int", 4)
INT64 = FieldType("FT_INT64", "int", 8)
BOOLEAN = FieldType("FT_BOOLEAN", "bool")
CHAR = FieldType("FT_CHAR", "uint", 1)
IPV4 = FieldType("FT_IPv4", "ipv4", 4)
IPV6 = FieldType("FT_IPv6", "ipv6", 16)
ETHER = FieldType("FT_ETHER", "ether", 6)
EUI64 = FieldType("FT_EUI64", "eui64", 8)
GUID = FieldType("FT_GUID", "guid", 16)
BYTES = FieldType("FT_BYTES", "bytes")
UINT_BYTES = FieldType("FT_UINT_BYTES", "bytes")
OID = FieldType("FT_OID", "oid")
STRING = FieldType("FT_STRING", "string")
STRINGZ = FieldType("FT_STRINGZ", "string")
STRINGZPAD = FieldType("FT_STRINGZPAD", "string")
UINT_STRING = FieldType("FT_UINT_STRING", "string")
ABSOLUTE_TIME = FieldType("FT_ABSOLUTE_TIME", "time_abs", 8)
RELATIVE_TIME = FieldType("FT_RELATIVE_TIME", "time_rel", 8)
SYSTEM_ID = FieldType("FT_SYSTEM_ID", "string")  # of OSI, as its usual text
FRAMENUM = FieldType("FT_FRAMENUM", "uint", 4)
FLOAT = FieldType("FT_FLOAT", "float", 4)
DOUBLE = FieldType("FT_DOUBLE", "float", 8)
NONE = FieldType("FT_NONE", "none")
PROTOCOL = FieldType("FT_PROTOCOL", "none")


class Base(Enum):
    """How a number is shown, as in Wireshark's field definitions."""

    DEC = "dec"
    HEX = "hex"
    DEC_HEX = "dec_hex"
    HEX_DEC = "hex_dec"
    OCT = "oct"


DEC, HEX, DEC_HEX, HEX_DEC, OCT = Base.DEC, Base.HEX, Base.DEC_HEX, Base.HEX_DEC, Base.OCT

# `h` below is a header view (engine.header): over one packet its attributes are Python values,
# over a batch they are arrays; an expression of arithmetic and comparisons serves both.
Expr = Callable[[Any], Any]
REST = -1  # size of a byte field that reaches to the end of what was captured of its layer


LAZY_PARENTS = frozenset({"uint", "int", "bool", "ether", "ipv4", "ipv6", "eui64"})


@dataclass(eq=False, slots=True)
class Field:
    """One field of a layer.  See the module's docstring; placement attributes serve header layers only.

    `at`: offset in bytes from the layer's start, or an expression giving it; None for a field that the
    layer's `decode` adds.  `mask` selects bits of the big-endian unit read there (`little` reads it the
    other way round), shifted down to the mask's lowest bit, times `scale`.  `when` says whether the field
    is there at all.  `within` is the field whose subtree shows this one.  `value` computes a derived
    field (not bytes of the packet).  `also` are further names under which the same value is found
    (`ip.addr`).  `hidden` fields are found by filters and exports but not drawn in a tree; a field without a
    name is private to the declaration's expressions.
    """

    name: str
    label: str
    type: FieldType
    base: Base = DEC
    names: Mapping[int, str] | Callable[[int], str | None] | None = None
    unit: str = ""
    description: str = ""
    at: int | Expr | None = None
    size: int | Expr = 0
    mask: int = 0
    scale: int = 1
    little: bool = False
    when: Expr | None = None
    within: Field | None = None
    value: Expr | None = None
    also: tuple[Field, ...] = ()
    hidden: bool = False
    ahead: bool = False  # it is known from later packets only
    linked: bool = False  # it tells of questions and answers: see passes.exchanges
    # filled in when the layer class is made
    attr: str = ""
    layer: str = ""
    shift: int = 0
    parts: tuple[Field, ...] = ()  # bits shown below this field, made from its value alone
    lazy: bool = False  # whether this field is one of its `within`'s parts
    offset: int = 0  # of a part, in octets
    joined: bool = False  # to its `within`; a layer's base class may have done it

    def __post_init__(self) -> None:
        if self.size == 0:
            self.size = self.type.size
        self.shift = (self.mask & -self.mask).bit_length() - 1 if self.mask else 0

    def join(self, parent: Field) -> None:
        """Become a part of `parent`, taking its place and width where none were given; once."""
        if self.joined:
            return
        self.joined = True
        if self.size == 0:
            self.size = parent.size
        if self.at is None and self.value is None:
            self.at = parent.at
        inside = not parent.mask or (self.mask and not self.mask & ~parent.mask and self.at == parent.at)
        plain = isinstance(parent.size, int) and inside and parent.scale == 1 and parent.type.kind in LAZY_PARENTS
        same_when = self.when is None or self.when is parent.when
        if parent.when is not None and self.when is None:
            self.when = parent.when
        if plain and same_when and self.value is None and parent.value is None and self.offset_in(parent) >= 0:
            self.lazy, self.offset = True, self.offset_in(parent)
            parent.parts += (self,)

    def offset_in(self, parent: Field) -> int:
        """Byte offset of this part within `parent`'s bytes; -1 where that is not fixed."""
        if self.at == parent.at or self.at is None:
            return 0
        if isinstance(self.at, int):
            if isinstance(parent.at, int):
                return self.at - parent.at
            if parent.at is None:
                return self.at
        return -1

    @property
    def in_header(self) -> bool:
        """Whether the field has a place in a header (or a derived value): both evaluators know it."""
        if self.within is not None and self.value is None and self.within.type.kind != "none":
            return self.within.in_header
        return self.at is not None or self.value is not None

    @property
    def fixed(self) -> bool:
        """Whether the place is the same in every header: a plain offset, always present."""
        return isinstance(self.at, int) and isinstance(self.size, int) and self.size > 0 and self.when is None

    def value_name(self, value: Any) -> str | None:
        """The name the protocol gives to `value`, or None."""
        if self.names is None:
            return None
        if callable(self.names):
            return self.names(value)
        return self.names.get(value)

    def __repr__(self) -> str:
        return f"Field({self.name})"


def _maker(type_: FieldType) -> Callable[..., Field]:
    def make(at: int | Expr | None, name: str, label: str, base: Base = DEC, **rest: Any) -> Field:
        return Field(name, label, type_, base, at=at, **rest)

    make.__doc__ = f"A {type_.ft} at byte offset `at`; keywords as `Field`'s attributes."
    return make


u8, u16, u24, u32 = _maker(UINT8), _maker(UINT16), _maker(UINT24), _maker(UINT32)
u40, u48, u56, u64 = _maker(UINT40), _maker(UINT48), _maker(UINT56), _maker(UINT64)
i8, i16, i24, i32, i64 = _maker(INT8), _maker(INT16), _maker(INT24), _maker(INT32), _maker(INT64)
ipv4, ipv6, ether, eui64, guid = _maker(IPV4), _maker(IPV6), _maker(ETHER), _maker(EUI64), _maker(GUID)
string, stringz, raw = _maker(STRING), _maker(STRINGZ), _maker(BYTES)
framenum, float32, float64 = _maker(FRAMENUM), _maker(FLOAT), _maker(DOUBLE)
abs_time, rel_time, oid = _maker(ABSOLUTE_TIME), _maker(RELATIVE_TIME), _maker(OID)


def flag(at: int | Expr | None, name: str, label: str, mask: int = 0, size: int = 0, **rest: Any) -> Field:
    """A FT_BOOLEAN: the bit `mask` of the `size`-byte unit at `at` (default: its `within`'s, else 1)."""
    return Field(name, label, BOOLEAN, at=at, mask=mask, size=size, **rest)


def bits(word: Field, prefix: str, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    """The bits of a word: last part of the name, label, mask."""
    little = word.little
    return tuple(flag(None, f"{prefix}.{name}", label, mask, within=word, little=little) for name, label, mask in rows)


def group(name: str, label: str) -> Field:
    """A FT_NONE field: a named subtree that `decode` opens."""
    return Field(name, label, NONE)


def alias(name: str, type_: FieldType, label: str = "") -> Field:
    """A further name for a field's value (`also=`)."""
    return Field(name, label or name, type_, hidden=True)


def minimum(a: Any, b: Any) -> Any:
    """The smaller of two expressions, on numbers and on arrays."""
    if isinstance(a, (bool, int)) and isinstance(b, (bool, int)):
        return a if a < b else b
    import numpy as np

    return np.minimum(a, b)


def maximum(a: Any, b: Any) -> Any:
    """The larger of two expressions, on numbers and on arrays."""
    if isinstance(a, (bool, int)) and isinstance(b, (bool, int)):
        return a if a > b else b
    import numpy as np

    return np.maximum(a, b)


def further(first: Any, rest: Callable[[], Any]) -> Any:
    """`first & rest()`: what a probe looks at further, where anything is left after a first look."""
    if isinstance(first, (bool, int)):
        return first and rest()
    return first & rest() if first.any() else first


def where(condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds, else `b`: the conditional expression that arrays understand too."""
    if isinstance(condition, (bool, int)):
        return a if condition else b
    import numpy as np

    return np.where(condition, a, b)
