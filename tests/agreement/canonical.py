"""One form for a value, whoever printed it: tshark's text and our JSON values meet here, by field type."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

Plain = bool | int | float | str

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERS = re.compile(r"FT_(U?INT\d+|FRAMENUM|IPXNET|CHAR)$")
HEX_PAIRS = re.compile(r"(?:[0-9A-Fa-f]{2}[:. -]?)*[0-9A-Fa-f]{2}$")
ABSOLUTE = re.compile(r"(\w{3}) +(\d+), (\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?: UTC)?$")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {m: i for i, m in enumerate(MONTH_NAMES, 1)}
CHARACTER = re.compile(r"'(?:\\x([0-9a-f]{2})|\\([0-7]{3})|\\(.)|(.))'$")
CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
SHOWN = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 7: "\\a", 11: "\\v"}
DIGITS = {"FT_FLOAT": 6, "FT_DOUBLE": 15}  # tshark prints floats with so many significant digits
NOTHING = "<none>"  # ours
MISSING = "<MISSING>"  # tshark's word for a field of bytes that is there with no bytes


def canonical(type_: str, value: Plain) -> Plain:
    """The value in the form in which equal values of this (tshark) type are equal.

    What does not look like its type stays text: it then differs from what does, and is seen.
    """
    if type_ in ("FT_NONE", "FT_PROTOCOL"):
        return True
    if type_ == "FT_BOOLEAN":
        return _boolean(value)
    if NUMBERS.match(type_):
        return value if isinstance(value, int) and not isinstance(value, bool) else _number(value)
    if type_ in DIGITS:
        return _float(value, DIGITS[type_])
    if type_ == "FT_ABSOLUTE_TIME":
        return _absolute_time(value)
    if type_ == "FT_RELATIVE_TIME":
        return _nanoseconds(value)
    if type_ in ("FT_BYTES", "FT_UINT_BYTES"):
        return _bytes(value)
    return _text(str(value))


def canonical_list(type_: str, values: list[Plain] | list[str]) -> list[Plain]:
    """All occurrences; nothing for a single empty one, which tshark prints like an absent one."""
    found = [canonical(type_, value) for value in values]
    return [] if found == [""] else found


def same(a: Plain, b: Plain) -> bool:
    """Equality of two canonical values: floats to a billionth, a boolean is not a number."""
    if isinstance(a, float) and isinstance(b, float):
        return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b)) or (a != a and b != b)
    return type(a) is type(b) and a == b


def _boolean(value: Plain) -> Plain:
    if isinstance(value, bool):
        return value
    return {"1": True, "0": False, "true": True, "false": False}.get(str(value).lower(), value)


def _number(value: Plain) -> Plain:
    text = str(value)
    try:
        if text.startswith("0x"):
            return int(text, 16)
        if len(text) > 1 and text[0] == "0" and text.isdigit():
            return int(text, 8)  # BASE_OCT
        return int(text)
    except ValueError:
        pass
    if found := CHARACTER.match(text):
        hexadecimal, octal, letter, plain = found.groups()
        if hexadecimal or octal:
            return int(hexadecimal or octal, 16 if hexadecimal else 8)
        return LETTERS.get(letter, ord(letter)) if letter else ord(plain)
    return text


def _float(value: Plain, digits: int) -> Plain:
    try:
        return float(f"{float(value):.{digits}g}")
    except ValueError:
        return str(value)


def _absolute_time(value: Plain) -> Plain:
    """Nanoseconds since the epoch."""
    found = ABSOLUTE.match(str(value))
    if not found or found[1] not in MONTHS:
        return _nanoseconds(value)
    day, year, hour, minute, second = (int(found[i]) for i in range(2, 7))
    try:
        at = datetime(year, MONTHS[found[1]], day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return str(value)
    seconds = (at - EPOCH) // timedelta(seconds=1)
    return seconds * 1_000_000_000 + int((found[7] or "0").ljust(9, "0")[:9])


def _nanoseconds(value: Plain) -> Plain:
    """Seconds, printed or as a number, in nanoseconds."""
    try:
        return int((Decimal(str(value)) * 1_000_000_000).to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        return str(value)


def _bytes(value: Plain) -> Plain:
    """Hex without separators (some fields of tshark print colons)."""
    text = str(value)
    if text in (MISSING, NOTHING):
        return ""
    return re.sub("[:. -]", "", text).lower() if HEX_PAIRS.match(text) else _text(text)


def _text(text: str) -> str:
    """Control characters made visible; of them tshark escapes only \\b \\f \\n \\r \\t."""
    if text.isprintable():
        return text
    return CONTROL.sub(lambda c: SHOWN.get(ord(c[0])) or f"\\x{ord(c[0]):02x}", text)
