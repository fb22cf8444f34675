"""What a word or a string means, by the type of the field it is held against."""

from __future__ import annotations

import calendar
import ipaddress
import re
import time
from functools import cache
from typing import Any, NamedTuple

from dissect.engine.fields import Field

# kinds of operands: those of the fields, and "protocol" for a layer's bytes
INTEGERS = frozenset({"uint", "int"})
OCTETS = frozenset({"bytes", "ether", "eui64", "guid", "oid"})
SLICEABLE = OCTETS | {"string", "protocol", "ipv4", "ipv6"}
MATCHABLE = OCTETS | {"string", "protocol"}
CALCULABLE = INTEGERS | {"float", "time_rel", "time_abs"}
MASKABLE = INTEGERS | OCTETS | {"ipv4", "ipv6"}
SIZES = {"ether": 6, "eui64": 8, "guid": 16}
TITLES = {
    "uint": "an unsigned number", "int": "a number", "bool": "true or false", "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address", "ether": "an Ethernet address", "bytes": "bytes", "string": "text",
    "time_abs": "a time", "time_rel": "a duration", "float": "a number with fraction", "protocol": "a protocol's bytes",
    "none": "without a value", "eui64": "an EUI-64", "guid": "a GUID", "oid": "an object identifier",
}  # fmt: skip


class Net(NamedTuple):
    """An address with a prefix: the masked number and the mask."""

    number: int
    mask: int


class BadLiteral(Exception):
    """Why a word is no value of a type."""


def value_of(kind: str, word: str, field: Field | None, quoted: bool, char: bool = False) -> Any:
    """A word, a quoted string or a character as a value of `kind`.  Raises BadLiteral."""
    if char and kind in INTEGERS:
        return ord(word)
    if kind in INTEGERS:
        return _integer(word, kind, field, quoted)
    if kind in OCTETS or kind == "protocol":
        return _octets(kind, word, quoted or char)
    maker = _MAKERS.get(kind)
    if maker is None:
        raise BadLiteral("a field without a value can only be tested for being there")
    return maker(word, field, quoted)


NUMBER = re.compile(r"([+-]?)(?:0[xX]([0-9A-Fa-f]+)|0[bB]([01]+)|(0[0-7]*)|([1-9][0-9]*))")


def _integer(word: str, kind: str, field: Field | None, quoted: bool) -> int:
    match = None if quoted else NUMBER.fullmatch(word)
    if match is None:
        found = named_value(field, word)
        if found is not None:
            return found
        if field is not None and field.names is not None:
            raise BadLiteral(f'"{word}" is not among the values of {field.name}')
        raise BadLiteral(f'"{word}" is not a number')
    sign, hexa, binary, octal, decimal = match.groups()
    if len(word) > 30:
        raise BadLiteral("the number is too big")
    digits, base = next((d, b) for d, b in ((hexa, 16), (binary, 2), (octal, 8), (decimal, 10)) if d)
    number = int(f"{sign}{digits}", base)
    size = 8 * (field.type.size or 8) if field is not None and field.type.kind in INTEGERS else 64
    if field is None:
        return number
    low, high = (0, (1 << size) - 1) if kind == "uint" else (-(1 << size - 1), (1 << size - 1) - 1)
    if not low <= number <= high:
        raise BadLiteral(f"{word} does not fit this field: {low} to {high}")
    return number


def named_value(field: Field | None, word: str) -> int | None:
    """The number that a field's value names call `word`."""
    if field is None or field.names is None:
        return None
    return _reverse(field).get(word.lower())


@cache
def _reverse(field: Field) -> dict[str, int]:
    out: dict[str, int] = {}
    if callable(field.names):
        pairs = ((i, field.names(i)) for i in range(1 << min(16, 8 * (field.type.size or 2))))
    else:
        pairs = ((k, v) for k, v in (field.names or {}).items())
    for number, name in pairs:
        if name is not None:
            out.setdefault(str(name).lower(), int(number))
    return out


HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{1,2}(?:[:.\-][0-9A-Fa-f]{1,2})*[:.\-]?|(?:[0-9A-Fa-f]{4}\.)+[0-9A-Fa-f]{4}")


def hex_octets(word: str) -> bytes | None:
    """Bytes written in hex, with or without separators."""
    if re.fullmatch(r"0[xX][0-9A-Fa-f]{1,2}", word):
        return bytes([int(word, 16)])
    if re.fullmatch(r"[0-9A-Fa-f]{2,}", word):  # what is odd ends with half a byte, as Wireshark reads it
        return bytes.fromhex(word if len(word) % 2 == 0 else f"{word[:-1]}0{word[-1]}")
    if re.fullmatch(r"[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4})+", word):
        return bytes.fromhex(word.replace(".", ""))
    if HEX_PAIRS.fullmatch(word):
        return bytes(int(part, 16) for part in re.split(r"[:.\-]", word) if part)
    return None


def _octets(kind: str, word: str, quoted: bool) -> bytes:
    size = SIZES.get(kind)
    if quoted and size is None and kind != "oid":
        return word.encode("latin-1") if max(word, default="") < "\u0100" else word.encode("utf-8")
    if kind == "guid" and re.fullmatch(r"[0-9A-Fa-f-]{36}", word):
        return bytes.fromhex(word.replace("-", ""))
    if kind == "oid" and re.fullmatch(r"\d+(\.\d+)+", word):
        return _oid([int(p) for p in word.split(".")])
    found = hex_octets(word)
    if found is None:
        raise BadLiteral(f'"{word}" is no string of bytes, such as 47:45:54; text goes in quotes')
    if size is not None and len(found) != size:
        raise BadLiteral(f'"{word}" has {len(found)} bytes, {TITLES[kind]} has {size}')
    return found


def _oid(numbers: list[int]) -> bytes:
    out = bytearray()
    for number in (numbers[0] * 40 + numbers[1], *numbers[2:]):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return bytes(out)


def _boolean(word: str, field: Field | None, quoted: bool) -> int:
    low = word.lower()
    if low in ("true", "false"):
        return int(low == "true")
    if not quoted and NUMBER.fullmatch(word) and len(word) < 30:
        return int(_integer(word, "uint", None, False) != 0)
    if field is not None:
        names = [(field.value_name(bool(v)) or ("Set" if v else "Not set"), v) for v in (1, 0)]
        for name, value in names:
            if name.lower() == low:
                return value
    raise BadLiteral(f'"{word}" is neither true nor false')


def _ipv4(word: str, _: Field | None, quoted: bool) -> Any:
    address, slash, bits = word.partition("/")
    try:
        number = int(ipaddress.IPv4Address(address))
        if not slash:
            return number
        mask = (0xFFFFFFFF << 32 - _prefix(bits, 32)) & 0xFFFFFFFF
    except ValueError:
        raise BadLiteral(f'"{word}" is no IPv4 address (names are not resolved)') from None
    return Net(number & mask, mask)


def _ipv6(word: str, _: Field | None, quoted: bool) -> Any:
    address, slash, bits = word.partition("/")
    try:
        packed = ipaddress.IPv6Address(address).packed
        if not slash:
            return packed
        full = (1 << 128) - 1
        mask = (full << 128 - _prefix(bits, 128)) & full
    except ValueError:
        raise BadLiteral(f'"{word}" is no IPv6 address (names are not resolved)') from None
    return Net(int.from_bytes(packed, "big") & mask, mask)


def _prefix(bits: str, most: int) -> int:
    if not bits.isdecimal() or int(bits) > most:
        raise ValueError
    return int(bits)


def _string(word: str, _: Field | None, quoted: bool) -> str:
    return word


def _float(word: str, _: Field | None, quoted: bool) -> float:
    try:
        return float(word)
    except ValueError:
        raise BadLiteral(f'"{word}" is not a number') from None


DURATION = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?")


def _duration(word: str, _: Field | None, quoted: bool) -> int:
    match = DURATION.fullmatch(word)
    if match is None or not (match[2] or match[3]) or len(word) > 40:
        raise BadLiteral(f'"{word}" is no duration in seconds, such as 0.25')
    ns = int(match[2] or 0) * 10**9 + int((match[3] or "").ljust(9, "0")[:9])
    return -ns if match[1] == "-" else ns


MONTHS = {m.lower(): i for i, m in enumerate(calendar.month_abbr) if m}
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
WORDY = re.compile(r"([A-Za-z]{3})[a-z]*\s+(\d{1,2}),\s*(\d{4})")
CLOCK = re.compile(r"[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?|\s*(Z|UTC)?")


def _moment(word: str, _: Field | None, quoted: bool) -> int:
    bad = BadLiteral(f'"{word}" is no time, such as "2024-01-31 12:34:56.5" or "Jan 31, 2024 12:34:56 UTC"')
    word = word.strip()
    if date := DATE.match(word):
        year, month, day = (int(x) for x in date.groups())
    elif date := WORDY.match(word):
        year, month, day = int(date[3]), MONTHS.get(date[1].lower(), 0), int(date[2])
    elif re.fullmatch(r"\d+(\.\d*)?", word):
        return _duration(word, None, False)
    else:
        raise bad
    clock = CLOCK.fullmatch(word, date.end())
    if clock is None or not 1 <= month <= 12 or not 1 <= day <= 31 or not 1970 <= year <= 2262:
        raise bad
    hour, minute, second = (int(clock[i] or 0) for i in (1, 2, 3))
    zone = clock[5] or clock[6]
    when = (year, month, day, hour, minute, second, 0, 0, -1)
    if zone is None:
        try:
            seconds = int(time.mktime(when))
        except (OverflowError, ValueError):
            raise bad from None
    else:
        seconds = calendar.timegm(when)
        if zone[0] in "+-":
            away = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
            seconds -= away if zone[0] == "+" else -away
    return seconds * 10**9 + int((clock[4] or "").ljust(9, "0"))


_MAKERS = {
    "bool": _boolean, "ipv4": _ipv4, "ipv6": _ipv6, "string": _string, "float": _float,
    "time_rel": _duration, "time_abs": _moment,
}  # fmt: skip


def compatible(a: str, b: str) -> bool:
    """Whether values of two kinds can be held against one another."""
    if a == b:
        return True
    for kinds in (INTEGERS | {"float"}, OCTETS | {"protocol"}):
        if a in kinds and b in kinds:
            return True
    return {a, b} == {"protocol", "string"}
