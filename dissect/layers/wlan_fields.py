"""The fields of 802.11 management frames, made of the tables of `wlan_words`, and how they are read one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine import fields
from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Base, Field, flag
from dissect.layers.wlan_words import VALUES, WORDS

# octets of values whose type does not say it; numbers that are in network order, though they have several
SIZES = {
    "ft.subelem.gtk.rsc": 8, "ft.subelem.igtk.ipn": 6, "nreport.subelem.country_code": 2, "mmie.ipn": 6, "ft.mic": 16,
    "ft.anonce": 32, "ft.snonce": 32, "country_info.code": 2, "qbss.adc": 1, "timeout_int.value": 4,
}  # fmt: skip
BIG = frozenset({"rsn.gcs", "rsn.pcs", "rsn.akms", "rsn.gmcs", "wfa.ie.wpa.mcs", "wfa.ie.wpa.ucs", "wfa.ie.wpa.akms"})
UNITS = {1: fields.UINT8, 2: fields.UINT16, 3: fields.UINT24, 4: fields.UINT32, 6: fields.UINT48}
KINDS = {**{str(size): type_ for size, type_ in UNITS.items()}, "i": fields.INT8}


def _values() -> dict[str, Field]:
    """The fields of single values, by name."""
    out = {}
    for name, (type_, label) in VALUES.items():
        kind, _, shown = type_.partition(",")
        of = fields.FieldType("FT_INT8", "int", 1) if kind == "INT8" else getattr(fields, kind)
        little = of.kind == "uint" and "oui" not in name and (of.size > 1 or name == "qbss.adc") and name not in BIG
        out[name] = Field(f"wlan.{name}", label, of, HEX if shown else Base.DEC, little=little, size=SIZES.get(name, of.size))
    return out


def word(key: str, name: str = "", label: str = "") -> tuple[Field, ...]:
    """A word of bits and its parts; `name` and `label` instead of those of the table."""
    table_name, table_label, size, bits = WORDS[key]
    type_ = UNITS[1 if key.startswith("hta_") else size]
    parent = Field(f"wlan.{name or table_name}", label or table_label, type_, HEX, size=size, little=True)
    parts = [parent]
    for mask, part, text, kind in bits:
        if kind == "b":
            parts.append(flag(None, f"wlan.{part}", text, mask, size=size, within=parent, little=True))
        else:
            base = HEX if kind.endswith("h") else Base.DEC
            parts.append(Field(f"wlan.{part}", text, KINDS[kind[0]], base, mask=mask, size=size, within=parent, little=True))
    return tuple(parts)


V = _values()
W = {key: word(key) for key in WORDS}
VS = {  # what vendors had before 802.11n was done
    key: word(key, f"vs.{WORDS[key][0]}", f"{WORDS[key][1]} (VS)")
    for key in ("ht_cap", "ampdu_param", "htex", "txbf", "asel")
}


def part(name: str, label: str, mask: int, type_: Any = fields.UINT8, base: Base = HEX, size: int = 1) -> Field:
    """A value of some bits that has no word of its own."""
    return Field(f"wlan.{name}", label, type_, base, mask=mask, size=size, little=True)


def over(c: Cursor, parts: tuple[Field, ...], size: int) -> None:
    """Several values in the same `size` bytes."""
    at = c.pos
    for field in parts:
        c.pos = at
        c.add(field)
    c.pos = at + size


def unknown(c: Cursor) -> None:
    """An element whose value is shown as it is."""
    c.rest(V["tag.data"])


def unknown_extension(c: Cursor) -> None:
    """The same of an extension."""
    c.rest(V["ext_tag.data"])


def subtype(c: Cursor) -> int:
    """Which management frame the element is in; elements are in keys for EAPOL too."""
    return int(c.h.subtype) if c.h.layer.name == "wlan" else -1


def sequence(c: Cursor, names: tuple[str, ...]) -> None:
    """Values one after the other, as far as the element reaches."""
    for name in names:
        if name == "?qosinfo":
            field = W["qosinfo_sta" if subtype(c) in (0, 2) else "qosinfo_ap"][0]
        elif name == "?extcap":
            field = W["extcap_7_alone" if c.remaining == 1 else "extcap_7"][0]
        else:
            field = W[name[1:]][0] if name[0] == "=" else V[name]
        size = int(field.size) if isinstance(field.size, int) and field.size else c.remaining
        if size > c.remaining or not size:
            return
        c.add(field, size)


def parts(c: Cursor, size: int, data: str, names: tuple[str, ...]) -> None:
    """A subelement of `size` bytes: its values, or where none are known the bytes."""
    end = c.pos + size
    for name in names or (data,):
        field = W[name[1:]][0] if name[0] == "=" else V[name]
        width = field.size if isinstance(field.size, int) and field.size else end - c.pos
        if not 0 < width <= end - c.pos:
            break
        c.add(field, width)
    if c.pos < end:
        c.skip(end - c.pos)


def listed(name: str) -> Callable[[Cursor], None]:
    """A reader of values of the same kind to the end."""

    def read(c: Cursor) -> None:
        while c.remaining:
            c.add(V[name])

    return read


def one_word(key: str) -> Callable[[Cursor], None]:
    """A reader of one word."""

    def read(c: Cursor) -> None:
        sequence(c, (f"={key}",))

    return read
