"""ES-IS, how end systems and routers of OSI find each other (ISO 9542).

    NLPID 0x82 (1), length (1), version (1), reserved (1), type (1), holding time (2), checksum (2), then by type:
      end system hello: count, NSAPs;  router hello: title;  redirect: destination, subnetwork address, title; then options
    addresses: length (1), octets; options: type (1), length (1), value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, SYSTEM_ID, Field, group, raw, string, u8, u16
from dissect.engine.layer import Layer

ESH, ISH, REDIRECT = 2, 4, 6
TYPES = {ESH: "ES HELLO", ISH: "IS HELLO", REDIRECT: "RD REQUEST"}
HEADER, FULL = 9, 20


def _area(octets: bytes) -> str:
    """An area as it is written: by its format where it has one of its own, else as the first octets and the rest."""
    text, colons = octets.hex(), octets.hex(":")
    if octets[0] in (0x39, 0x47) and len(octets) in (13, 14):
        parts = f"[{colons[:2]}|{colons[3:8]}][{colons[9:11]}|{colons[12:20]}|{colons[21:26]}][{colons[27:32]}|{colons[33:38]}]"
        return parts + (f"-[{text[26:]}]" if len(octets) == 14 else "")
    first = 8 if len(octets) > 3 else 2 if len(octets) == 3 else len(text)
    return text[:first] + ("." + text[first:] if text[first:] else "")


def _address(octets: bytes) -> str:
    """An NSAP or a title; of 20 octets with the system and the selector apart."""
    if len(octets) != FULL:
        return _area(octets)
    text = octets.hex()
    return f"{_area(octets[:13])}{text[26:30]}.{text[30:34]}.{text[34:38]}[{text[38:]}]"


class ESIS(Layer):
    """One PDU."""

    name, label, column = "esis", "ISO 9542 ESIS Routeing Information Exchange Protocol", "ESIS"
    binds = {"osi.nlpid": (0x82,)}

    nlpid = u8(0, "esis.nlpi", "Network Layer Protocol Identifier", HEX)
    size_of = u8(1, "esis.length", "PDU Length")
    version = u8(2, "esis.ver", "Version")
    reserved = u8(3, "esis.res", "Reserved(==0)")
    type = u8(4, "esis.type", "PDU Type", mask=0x1F, names=TYPES)
    holding = u16(5, "esis.htime", "Holding Time", unit="seconds")
    checksum = u16(7, "esis.chksum", "Checksum", HEX)
    length = lambda h: h.end - h.start

    count = u8(None, "esis.number_of_source_addresses", "Number of Source Addresses (SA, Format: NSAP)")
    source_size, source_text = u8(None, "esis.sal", "SAL"), string(None, "esis.sa", "SA")
    title_size, title = u8(None, "esis.netl", "NETL"), string(None, "esis.net", "NET")
    target_size, target = u8(None, "esis.dal", "DAL"), string(None, "esis.da", "DA")
    snpa_size, snpa = u8(None, "esis.bsnpal", "BSNPAL"), Field("esis.bsnpa", "BSNPA", SYSTEM_ID)
    option = group("", "Option")
    option_type, option_size = u8(None, "", "Option"), u8(None, "", "Length")
    contents = raw(None, "", "Contents")

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, "Unknown ESIS packet type")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + HEADER
        if c.h.type == ESH:
            for _ in range(min(c.add(cls.count), c.remaining)):
                cls._one(c, cls.source_size, cls.source_text)
        elif c.h.type == ISH:
            cls._one(c, cls.title_size, cls.title)
        elif c.h.type == REDIRECT:
            cls._one(c, cls.target_size, cls.target)
            size = c.add(cls.snpa_size)
            if size:
                c.add(cls.snpa, size, value=c.peek_bytes(size).hex(":"))
            cls._one(c, cls.title_size, cls.title)
        end = min(c.h.start + max(c.h.size_of, HEADER), c.limit)
        while end - c.pos >= 2:
            with c.group(cls.option, min(2 + c.peek(1, 1), end - c.pos)) as c:
                c.add(cls.option_type)
                c.add(cls.option_size)
                c.rest(cls.contents)
        c.rest(cls.contents)

    @classmethod
    def _one(cls, c: Cursor, length: Field, text: Field) -> None:
        size = c.add(length)
        if size:
            c.add(text, size, value=_address(c.peek_bytes(size)))
