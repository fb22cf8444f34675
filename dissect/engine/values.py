"""Values at the edge: how each type is written as text and as JSON (`arrow` has Arrow's).

Inside the program numbers are numbers and addresses keep their bytes (an IPv4 address its 32-bit number);
only here do they become text, as Wireshark writes them.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dissect.engine.fields import Base, Field

if TYPE_CHECKING:
    from dissect.engine.tree import Node

TEXTS = 4096  # addresses of a kind whose texts are kept: as many as talk at a time, a megabyte


@lru_cache(TEXTS)
def ipv4_text(value: int) -> str:
    """Dotted decimal."""
    return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"


@lru_cache(TEXTS)
def ipv6_text(value: bytes) -> str:
    """RFC 5952 text, IPv4-mapped and -compatible forms as inet_ntop writes them."""
    if value[:10] == bytes(10) and value[10:12] == b"\xff\xff":
        return f"::ffff:{ipv4_text(int.from_bytes(value[12:], 'big'))}"
    if value[:12] == bytes(12) and value[12:14] != b"\0\0":
        return f"::{ipv4_text(int.from_bytes(value[12:], 'big'))}"
    text = ":".join([f"{high << 8 | low:x}" for high, low in zip(value[::2], value[1::2], strict=True)])
    for groups in range(8, 1, -1):  # the first of the longest runs of zeros, section 4.2
        before, found, behind = f":{text}:".partition(":0" * groups + ":")
        if found:
            return f"{before[1:]}::{behind[:-1]}"
    return text


@lru_cache(TEXTS)
def ether_text(value: bytes) -> str:
    """Colon-separated hex."""
    return value.hex(":")


def guid_text(value: bytes) -> str:
    """A GUID in its usual form."""
    text = bytes(value).hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def oid_text(value: bytes) -> str:
    """An ASN.1 object identifier's content octets in dotted form."""
    parts: list[int] = []
    number = 0
    for byte in value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(number)
            number = 0
    if not parts:
        return ""
    first = min(parts[0] // 40, 2)
    return ".".join(str(p) for p in (first, parts[0] - 40 * first, *parts[1:]))


def absolute_time_text(ns: int) -> str:
    """UTC, as tshark writes a FT_ABSOLUTE_TIME with nanoseconds."""
    seconds, rest = divmod(ns, 1_000_000_000)
    try:
        t = time.gmtime(seconds)
    except (OverflowError, ValueError, OSError):
        return f"{seconds}.{rest:09d}"
    return time.strftime("%b %e, %Y %H:%M:%S", t) + f".{rest:09d} UTC"


def relative_time_text(ns: int) -> str:
    """Seconds with nine decimals."""
    sign = "-" if ns < 0 else ""
    return f"{sign}{abs(ns) // 1_000_000_000}.{abs(ns) % 1_000_000_000:09d}"


def number_text(field: Field, value: int) -> str:
    """A number in its field's base, as `tshark -T fields` prints it."""
    if field.base in (Base.HEX, Base.HEX_DEC):
        width = 2 * (field.type.size or 1)
        if field.mask and field.type.size:
            width = 2 * field.type.size
        return f"0x{value:0{width}x}"
    if field.base is Base.OCT:
        return f"0{value:o}" if value else "0"
    return str(value)


def escape_text(text: str) -> str:
    """Text of a packet made harmless: control characters and terminal escapes become visible."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ESCAPES.get(c) or _escape(c) for c in text)


ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


def _escape(c: str) -> str:
    code = ord(c)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def json_value(field: Field, value: Any) -> Any:
    """The value as `list --format jsonl` gives it: numbers, booleans, else text as Wireshark prints it."""
    kind = field.type.kind
    if kind in ("uint", "int", "float", "bool"):
        return value
    if kind == "none":
        return True
    if kind == "string":
        return escape_text(value) if isinstance(value, str) else escape_text(bytes(value).decode("utf-8", "replace"))
    return format_value(field, value)


def format_value(field: Field, value: Any) -> str:
    """The value as `tshark -T fields` prints it."""
    kind = field.type.kind
    match kind:
        case "uint" | "int":
            return number_text(field, value) if value >= 0 else str(value)
        case "bool":
            return "1" if value else "0"
        case "ipv4":
            return ipv4_text(value)
        case "ipv6":
            return ipv6_text(bytes(value))
        case "ether" | "eui64":
            return ether_text(bytes(value))
        case "bytes":
            return bytes(value).hex() or "<none>"
        case "string":
            return str(json_value(field, value))
        case "time_abs":
            return absolute_time_text(value)
        case "time_rel":
            return relative_time_text(value)
        case "guid":
            return guid_text(value)
        case "oid":
            return oid_text(value)
        case "float":
            return f"{value:g}"
    return field.label


def shown_value(field: Field, value: Any) -> str:
    """The value as a tree shows it: with its name and unit."""
    if field.type.kind == "none":
        return ""
    if field.type.kind == "bool":
        named = field.value_name(value)
        return named if named is not None else ("Set" if value else "Not set")
    text = format_value(field, value)
    if field.type.kind in ("uint", "int"):
        if field.base is Base.DEC_HEX:
            text = f"{value} (0x{value:0{2 * (field.type.size or 1)}x})"
        elif field.base is Base.HEX_DEC:
            text = f"{text} ({value})"
        named = field.value_name(value)
        if named is not None:
            text = f"{named} ({text})"
    return f"{text} {field.unit}" if field.unit else text


def filter_for(field: Field, value: Any) -> str:
    """The display filter for packets that have this field with this value; empty where there is none."""
    if not field.name or field.name.startswith("_ws."):
        return ""
    kind = field.type.kind
    if kind == "none":
        return field.name
    if kind in ("string", "guid"):
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'{field.name} == "{escaped}"'
    text = format_value(field, value)
    if kind == "bytes":
        return f"{field.name} == {bytes(value[:16]).hex(':')}" if value and len(value) <= 16 else field.name
    if kind in ("time_abs", "time_rel", "float"):
        return field.name
    return f"{field.name} == {text}"


LONGEST_SHOWN = 160  # characters of a value in a tree


def label_of(node: Node) -> str:
    """A node of a tree as text, safe for a terminal: `Time to Live: 64`."""
    value = escape_text(node.text) if node.text is not None else shown_value(node.field, node.value)
    if len(value) > LONGEST_SHOWN:
        value = value[:LONGEST_SHOWN] + "…"
    return f"{node.field.label}: {value}" if value else node.field.label


def texts(field: Field, values: Any) -> list[str]:
    """A column as text."""
    kind = field.type.kind
    if kind == "ipv4":
        return [ipv4_text(v) for v in values.tolist()]
    if kind in ("ipv6", "ether", "eui64") and values.dtype.kind == "V":
        size, whole = values.dtype.itemsize, values.tobytes()
        convert = ipv6_text if kind == "ipv6" else ether_text
        return [convert(whole[i : i + size]) for i in range(0, len(whole), size)]
    if kind in ("uint", "int") and field.base in (Base.DEC, Base.DEC_HEX):
        return list(map(str, values.tolist()))
    if kind == "uint" and field.base in (Base.HEX, Base.HEX_DEC) and (size := field.type.size) in (1, 2, 4, 8):
        whole = values if values.dtype.kind in "iu" and len(values) else None
        if whole is not None and whole.min() >= 0 and int(whole.max()) < 1 << 8 * size:
            return ["0x" + word for word in whole.astype(f">u{size}").tobytes().hex(" ", size).split(" ")]
    if kind == "bool":
        return ["1" if v else "0" for v in values.tolist()]
    return [format_value(field, v) for v in values.tolist()]


def python_values(field: Field, values: Any) -> list[Any]:
    """A column as a list of JSON-ready values."""
    kind = field.type.kind
    if values.dtype.kind == "V":
        size, whole = values.dtype.itemsize, values.tobytes()
        return [json_value(field, whole[i : i + size]) for i in range(0, len(whole), size)]
    plain = values.tolist()
    if kind in ("uint", "int", "float", "bool") and values.dtype.kind != "O":
        return plain  # type: ignore[no-any-return]
    return [json_value(field, v) for v in plain]
