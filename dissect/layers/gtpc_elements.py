"""What information elements of GTP are made of, in both versions: digits, networks, names, PPP's options."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    UINT16,
    Field,
    flag,
    group,
    raw,
    string,
    u8,
    u16,
)
from dissect.engine.layer import Layer

PPP_PROTOCOLS = {0x8021: "ipcp", 0xC021: "lcp", 0xC023: "pap", 0xC223: "chap"}


def bcd(octets: bytes) -> str:
    """Digits, the low half of each octet first, up to the filler."""
    digits = "".join(f"{octet & 15:x}{octet >> 4:x}" for octet in octets)
    return digits.partition("f")[0]


def network(octets: bytes) -> tuple[int, int]:
    """Mobile country code and network code of three octets."""
    a, b, c = octets
    mcc = 100 * (a & 15) + 10 * (a >> 4) + (b & 15)
    mnc = 10 * (c & 15) + (c >> 4)
    return mcc, mnc if b >> 4 == 15 else 10 * mnc + (b >> 4)


def access_point(c: Cursor, field: Field) -> str:
    """A name whose labels have lengths."""
    labels, at, octets = list[str](), 0, c.peek_bytes(c.remaining)
    while at < len(octets):
        labels.append(octets[at + 1 : at + 1 + octets[at]].decode("utf-8", "replace"))
        at += 1 + octets[at]
    name = ".".join(labels)
    if octets:
        c.add(field, len(octets), value=name)
    return name


def place(c: Cursor, mcc: Field, mnc: Field) -> None:
    """A network's codes, three octets."""
    country, own = network(c.peek_bytes(3))
    c.add(mcc, 2, value=country)
    c.pos -= 1
    c.add(mnc, 2, value=own)


def network_fields(name: str = "") -> tuple[Field, Field]:
    """Country and network code."""
    return (
        Field(f"e212.{name}mcc", "Mobile Country Code (MCC)", UINT16),
        Field(f"e212.{name}mnc", "Mobile Network Code (MNC)", UINT16),
    )


class Options(Layer):
    """What both versions say of a mobile and its sessions."""

    element = group("", "Information element")
    other = raw(None, "", "Value")
    imsi = string(None, "e212.imsi", "IMSI")
    associated = string(None, "e212.assoc.imsi", "Association IMSI")
    msisdn = string(None, "e164.msisdn", "E.164 number (MSISDN)")
    option_protocol = u16(None, "gsm_a.gm.sm.pco_pid", "Protocol or Container ID", HEX)
    option_length = u8(None, "gsm_a.gm.sm.pco.length", "Length", HEX)
    configuration = u8(None, "", "Configuration protocol", HEX)
    option_extension = flag(0, "gsm_a.gm.sm.ext", "Extension", 0x80, within=configuration)
    option_kind = u8(0, "gsm_a.gm.configuration_protocol", "Configuration Protocol", mask=0x07, within=configuration)

    @classmethod
    def subscriber(cls, c: Cursor, size: int) -> str:
        """An IMSI."""
        digits = bcd(c.peek_bytes(size))
        c.add(cls.imsi, size, value=digits)
        c.pos -= size
        c.add(cls.associated, size, value=digits)
        return digits

    @classmethod
    def options(cls, c: Cursor) -> None:
        """Protocol configuration options (3GPP TS 24.008, section 10.5.6.3)."""
        if c.remaining:
            c.add(cls.configuration)
        while c.remaining >= 3:
            protocol = c.add(cls.option_protocol)
            size = c.add(cls.option_length)
            layer = PPP_PROTOCOLS.get(protocol)
            if layer is not None and layer in c.run.registry.by_name and 0 < size <= c.remaining:
                locked, c.run.columns_locked = c.run.columns_locked, True
                c.child(layer, size)
                c.run.columns_locked = locked
            elif size:
                c.add(cls.other, size)
        c.rest(cls.other)
