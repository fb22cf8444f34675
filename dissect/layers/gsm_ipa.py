"""GSM over IP as ip.access has it, and the Osmocom programs: what lies between base stations and their controllers.

    length (2), protocol (1), payload
    Osmocom's extension: its own protocol (1), payload; ip.access's own (CCM): type (1), attributes
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

RSL_MOST, DEBUG, EXTENSION, MGCP, SCCP, CCM, OML = 0x20, 0xDD, 0xEE, 0xFC, 0xFD, 0xFE, 0xFF
PROTOCOLS = {0: "RSL", DEBUG: "HSL Debug", EXTENSION: "OSMO EXT", MGCP: "MGCP (old)", SCCP: "SCCP", CCM: "IPA", OML: "OML"}
CONTROL, EXTENDED_MGCP, SUBSCRIBERS = 0, 1, 5
EXTENSIONS = {CONTROL: "CTRL", EXTENDED_MGCP: "MGCP", 2: "LAC", 3: "SMSC", 4: "ORC", SUBSCRIBERS: "GSUP", 6: "OAP", 7: "RSPRO"}
MESSAGES = {0: "PING?", 1: "PONG!", 4: "IDENTITY REQUEST", 5: "IDENTITY RESPONSE", 6: "IDENTITY CONF", 7: "IDENTITY NACK",
            8: "PROXY REQUEST", 9: "PROXY ACK", 10: "PROXY NACK"}  # fmt: skip
TAGS = {0: "Serial Number", 1: "Unit Name", 2: "Location", 3: "Unit Type", 4: "Equipment Version", 5: "Software Version",
        6: "IP Address", 7: "MAC Address", 8: "Unit ID"}  # fmt: skip
REQUEST, RESPONSE = 4, 5


class IPA(Layer):
    """One message."""

    name, label, column = "gsm_ipa", "GSM over IP protocol as used by ip.access", "IPA"
    binds = {"tcp.port": (3002, 3003, 3006, 4222, 4249, 4250, 5000)}
    accepts = lambda p: (
        (p.length >= 4) & ((p.u8(2) < RSL_MOST) | (p.u8(2) == DEBUG) | (p.u8(2) == EXTENSION) | (p.u8(2) >= MGCP))
    )
    messages = Messages(header=3, length=lambda p: p.u16(0) + 3)
    reaches = ("gsm_abis_rsl", "gsm_abis_oml", "mgcp", "sccp", "ipaccess", "gsup", "data")

    size_of = u16(None, "gsm_ipa.data_len", "DataLen")
    protocol_id = u8(None, "gsm_ipa.protocol", "Protocol", HEX, names=PROTOCOLS)
    debug = string(None, "gsm_ipa.hsl_debug", "Debug Message")
    extension = u8(None, "gsm_ipa.osmo.protocol", "Osmo ext protocol", HEX, names=EXTENSIONS)
    control = string(None, "gsm_ipa.ctrl.data", "CTRL data")
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        size = c.add(cls.size_of)
        kind = c.add(cls.protocol_id)
        c.info(f"{PROTOCOLS.get(kind, f'unknown 0x{kind:02x}')} ")
        child = {OML: "gsm_abis_oml", CCM: "ipaccess", SCCP: "sccp", MGCP: "mgcp"}.get(kind)
        if kind < RSL_MOST:
            child = "gsm_abis_rsl"
        size = min(size, c.limit - c.pos)
        if kind == EXTENSION and size:
            cls._extension(c, size - 1)
        elif kind == DEBUG:
            c.add(cls.debug, size)
        elif child and size:
            c.child(child, size, listed=child != "ipaccess")
        c.rest(cls.rest)

    @classmethod
    def _extension(cls, c: Cursor, size: int) -> None:
        kind = c.add(cls.extension)
        c.append_info(f"{EXTENSIONS.get(kind, f'unknown 0x{kind:02x}')} ")
        if kind == CONTROL:
            c.add(cls.control, size)
        elif size:
            c.child({EXTENDED_MGCP: "mgcp", SUBSCRIBERS: "gsup"}.get(kind, "data"), size)


class Connection(Layer):
    """Who is there, and is he still."""

    name, label, column = "ipaccess", "GSM over IP ip.access CCM sub-protocol", "IPA"

    type = u8(None, "ipaccess.msg_type", "MessageType", HEX, names=MESSAGES)
    attribute = group("", "Attribute")
    form = u8(None, "", "Form", HEX)
    size_of = u8(None, "", "Length")
    tag = u8(None, "ipaccess.attr_tag", "Tag", HEX, names=TAGS)
    text = string(None, "ipaccess.attr_string", "String")
    unknown = u8(None, "ipaccess.attr_unk", "Unknown attribute type", HEX)
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.add(cls.type)
        c.append_info(f"{MESSAGES.get(kind, f'unknown 0x{kind:02x}')} ")
        while kind in (REQUEST, RESPONSE) and c.remaining >= 2 and c.peek(1) < 2:
            with c.group(cls.attribute) as c:
                if c.add(cls.form) == 1:
                    c.add(cls.tag)
                else:
                    size = c.add(cls.size_of)
                    c.add(cls.tag)
                    c.add(cls.text, size - 1)
        c.rest(cls.rest)


class RSL(Layer):
    """The radio link between base station and controller (3GPP TS 48.058): its first two octets."""

    name, label, column = "gsm_abis_rsl", "Radio Signalling Link (RSL)", "RSL"

    discriminator = u8(0, "gsm_abis_rsl.msg_dsc", "Message discriminator", HEX, mask=0xFE)
    transparent = flag(0, "gsm_abis_rsl.T_bit", "T bit", 0x01)
    type = u8(1, "gsm_abis_rsl.msg_type", "Message type", HEX, mask=0x7F)
    elements = raw(None, "", "Elements")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 2
        c.rest(cls.elements)


class Maintenance(Layer):
    """Operation and maintenance of a base station (3GPP TS 52.021): its head."""

    name, label, column = "gsm_abis_oml", "GSM A-bis OML", "OML"

    discriminator = u8(0, "gsm_abis_oml.msg_dsc", "Message Discriminator", HEX)
    placement = u8(1, "gsm_abis_oml.placement", "Placement Indicator", HEX)
    number = u8(2, "gsm_abis_oml.sequence", "Sequence Number", HEX)
    size_of = u8(3, "gsm_abis_oml.length", "Length Indicator")
    elements = raw(None, "", "Elements")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        c.rest(cls.elements)


class Subscribers(Layer):
    """What Osmocom's registers are asked of subscribers (GSUP): a type, then elements of tag (1), length (1), value."""

    name, label, column = "gsup", "Osmocom General Subscriber Update Protocol", "GSUP"

    type = u8(None, "gsup.msg_type", "Message Type")
    element = group("", "Element")
    tag, size_of = u8(None, "gsup.ie.iei", "Element"), u8(None, "gsup.ie.len", "Length")
    value = raw(None, "", "Value")
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.type)
        while c.remaining >= 2:
            with c.group(cls.element, 2 + min(c.peek(1, 1), c.remaining - 2)) as c:
                c.add(cls.tag)
                c.add(cls.size_of)
                c.rest(cls.value)
        c.rest(cls.rest)
