"""RADIUS (RFC 2865, RFC 2866, RFC 5176).

     0                   1                   2                   3
    +---------------+---------------+-------------------------------+
    |     code      |  identifier   |            length             |
    +---------------+---------------+-------------------------------+
    |                   authenticator (16 octets)                   |
    +---------------------------------------------------------------+
    | attributes: type (1), length (1), value; vendors' hold some   |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    ETHER,
    HEX,
    INT32,
    IPV4,
    IPV6,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Field,
    flag,
    group,
    raw,
    u8,
    u16,
    u32,
    where,
)
from dissect.engine.layer import Layer
from dissect.engine.peek import octets_of
from dissect.layers.radius_names import ENUMERATIONS, STANDARD, VENDORS

CODES = {
    1: "Access-Request", 2: "Access-Accept", 3: "Access-Reject", 4: "Accounting-Request", 5: "Accounting-Response",
    6: "Accounting-Status", 7: "Password-Request", 8: "Password-Ack", 9: "Password-Reject", 10: "Accounting-Message",
    11: "Access-Challenge", 12: "Status-Server", 13: "Status-Client", 21: "Resource-Free-Request",
    22: "Resource-Free-Response", 23: "Resource-Query-Request", 24: "Query_Response",
    25: "Alternate-Resource-Reclaim-Request", 26: "NAS-Reboot-Request", 27: "NAS-Reboot-Response",
    29: "Next-Passcode", 30: "New-Pin", 31: "Terminate-Session", 32: "Password-Expired", 33: "Event-Request",
    34: "Event-Response", 40: "Disconnect-Request", 41: "Disconnect-ACK", 42: "Disconnect-NAK", 43: "CoA-Request",
    44: "CoA-ACK", 45: "CoA-NAK", 50: "IP-Address-Allocate", 51: "IP-Address-Release", 129: "ALU-State-Request",
    130: "ALU-State-Accept", 131: "ALU-State-Reject", 132: "ALU-State-Error",
}  # fmt: skip
CODED, LONGEST = octets_of(*CODES), 4096
REQUESTS, RESPONSES = (1, 4, 40, 43), (2, 3, 5, 11, 41, 42, 44, 45)
VENDOR_SPECIFIC, EAP_MESSAGE = 26, 79
VENDOR_NAMES = {9: "ciscoSystems", 311: "Microsoft", 10415: "3GPP", 14122: "Wireless Broadband Alliance (was WISPr)"}
KINDS = {
    "s": STRING, "b": BYTES, "u": UINT32, "h": UINT16, "c": UINT8, "q": UINT64, "i": INT32, "4": IPV4, "6": IPV6,
    "e": ETHER, "t": ABSOLUTE_TIME,
}  # fmt: skip
ROW = re.compile(r"(\d+)(\w)([+*=]*) ([\w.\-]+)")
LARGEST_TAG = 0x1F
NANO = 1_000_000_000


class Attribute(NamedTuple):
    """An attribute: its name, its field, and that of its tag, if it has any."""

    name: str
    field: Field
    tag: Field | None


def attributes(text: str) -> dict[int, Attribute]:
    """The attributes by number, from their table."""
    out = dict[int, Attribute]()
    for number, kind, marks, name in ROW.findall(text):
        plain = name if "=" in marks else re.sub(r"[-.]", "_", name)
        type_ = BYTES if "*" in marks else KINDS[kind]
        known = Field(
            f"radius.{plain}{'_encrypted' * ('*' in marks)}", f"{name}{' (encrypted)' * ('*' in marks)}", type_,
            names=ENUMERATIONS.get(name),
        )  # fmt: skip
        tag = u8(None, f"radius.{plain}.tag", "Tag", HEX) if "+" in marks else None
        out[int(number)] = Attribute(name, known, tag)
    return out


KNOWN = attributes(STANDARD)
OF_VENDORS = {vendor: attributes(text) for vendor, text in VENDORS.items()}
EVERY = [*KNOWN.values(), *(one for table in OF_VENDORS.values() for one in table.values())]


class RADIUS(Layer):
    """A packet of a client or a server."""

    name, label, column = "radius", "RADIUS Protocol", "RADIUS"
    heuristics = ("udp",)
    probe = lambda p: on_port(p) & (p.length >= 20) & (p.u16(2) >= 20) & (p.u16(2) <= LONGEST) & CODED[p.u8(0)]

    code = u8(0, "radius.code", "Code", names=CODES)
    id = u8(1, "radius.id", "Identifier")
    len = u16(2, "radius.length", "Length")
    authenticator = raw(4, "radius.authenticator", "Authenticator", size=16)
    request = flag(None, "radius.req", "Request", hidden=True, value=lambda h: h.code > 0, when=lambda h: among(h.code, REQUESTS))
    response = flag(None, "radius.rsp", "Response", hidden=True, value=lambda h: h.code > 0, when=lambda h: among(h.code, RESPONSES))
    pairs = group("", "Attribute Value Pairs")
    avp = raw(None, "radius.avp", "AVP")
    type = u8(None, "radius.avp.type", "Type")
    avp_length = u8(None, "radius.avp.length", "Length")
    known = tuple(one.field for one in EVERY)
    tags = tuple(one.tag for one in EVERY if one.tag is not None)
    unknown = raw(None, "radius.Unknown_Attribute", "Unknown-Attribute")
    chap_ident = u8(None, "radius.CHAP_Ident", "CHAP Ident", HEX)
    chap_string = raw(None, "radius.CHAP_String", "CHAP String")
    eap_fragment = raw(None, "radius.eap_fragment", "EAP fragment")
    vsa = group("", "VSA")
    vendor = u32(None, "radius.avp.vendor_id", "Vendor ID", names=VENDOR_NAMES)
    vendor_type = u8(None, "radius.avp.vendor_type", "Type")
    vendor_length = u8(None, "radius.avp.vendor_len", "Length")
    vendor_data = raw(None, "", "Vendor data")
    total = lambda h: where((h.len >= 20) & (h.len < h.limit - h.start), h.len, h.limit - h.start)
    reaches = ("eap",)

    @staticmethod
    def info(code: int, id: int) -> str:
        return f"{CODES.get(code, 'Unknown Packet')} id={id}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        eap = list[bytes]()
        if c.remaining:
            with c.group(cls.pairs, c.limit - c.pos) as c:
                while c.remaining:
                    cls._attribute(c, eap)

    @classmethod
    def _attribute(cls, c: Cursor, eap: list[bytes]) -> None:
        number, size = c.peek(1), c.peek(1, 1)
        known = KNOWN.get(number)
        name = "Vendor-Specific" if number == VENDOR_SPECIFIC else known.name if known else "Unknown-Attribute"
        name = "EAP-Message" if number == EAP_MESSAGE else name
        with c.group(cls.avp, max(size, 2), f"AVP: t={name}({number}) l={size}") as c:
            c.add(cls.type)
            c.add(cls.avp_length)
            if number == EAP_MESSAGE:
                cls._eap(c, eap)
            elif number == VENDOR_SPECIFIC and c.remaining >= 4:
                cls._vendor(c)
            else:
                cls._value(c, known)

    @classmethod
    def _value(cls, c: Cursor, known: Attribute | None) -> None:
        """An attribute's value; what does not have its field's size stays octets."""
        if known is None:
            c.rest(cls.unknown)
            return
        width = known.field.type.size
        if known.tag is not None and c.remaining and (c.peek(1) <= LARGEST_TAG or known.field.type.kind == "uint"):
            c.add(known.tag)
            width -= width > 0
        if known.field.type is ABSOLUTE_TIME:
            if c.remaining == 4:
                c.add(known.field, 4, value=c.peek(4) * NANO)
        elif width and known.field.type.kind == "uint" and c.remaining == width:
            c.add(known.field, width, value=c.peek(width))
        elif (not width and c.remaining) or (width and c.remaining == width):
            with c.group(known.field, c.remaining) as c:
                if known.field.name == "radius.CHAP_Password" and c.remaining > 1:
                    c.add(cls.chap_ident)
                    c.rest(cls.chap_string)
                c.pos = c.end
        c.rest(cls.vendor_data)

    @classmethod
    def _eap(cls, c: Cursor, eap: list[bytes]) -> None:
        """A piece of an EAP message; the last dissects it."""
        with c.group(cls.eap_fragment, c.remaining) as c:
            eap.append(c.peek_bytes(c.remaining))
            c.pos = c.end
        more = c.end < c.h.end and c.data[c.end] == EAP_MESSAGE
        if not more and eap[0]:
            if len(eap) == 1:
                c.pos -= len(eap[0])
                c.child("eap")
            else:
                c.inside("eap", b"".join(eap), "Reassembled EAP")
            eap.clear()

    @classmethod
    def _vendor(cls, c: Cursor) -> None:
        vendor = c.add(cls.vendor)
        table = OF_VENDORS.get(vendor)
        if table is None:
            c.rest(cls.vendor_data)
            return
        while c.remaining >= 2:
            number, size = c.peek(1), max(c.peek(1, 1), 2)
            known = table.get(number)
            with c.group(cls.vsa, size, f"VSA: t={known.name if known else 'Unknown-Attribute'}({number}) l={size}") as c:
                c.add(cls.vendor_type)
                c.add(cls.vendor_length)
                cls._value(c, known)


PORTS = (1645, 1646, 1700, 1812, 1813, 3799)


def on_port(p: Any) -> Any:
    """Whether either port is one of RADIUS'."""
    found = p.length < 0
    for port in PORTS:
        found = found | (p.h.srcport == port) | (p.h.dstport == port)
    return found


def among(code: Any, codes: tuple[int, ...]) -> Any:
    """Whether a code is one of these."""
    found = code < 0
    for one in codes:
        found = found | (code == one)
    return found
