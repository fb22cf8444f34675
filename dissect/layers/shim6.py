"""Shim6 (RFC 5533) and its failure detection, REAP (RFC 5534): a host's addresses change below its transports.

 0                   1                   2                   3
+---------------+---------------+-+-----------------------------+
|  next header  |    length     |1|   context tag, 47 bits      |   a payload follows
+---------------+---------------+-+---------------------------+-+
|  next header  |    length     |0|     type    |   reserved  |0|   control: then by type, and options
+---------------+---------------+-+-------------+-------------+-+
|           checksum            |                               |
+-------------------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, UINT8, UINT16, Field, flag, group, ipv6, raw, u8, u16, u32
from dissect.engine.layer import By, Layer
from dissect.layers.checksums import STATUS, message_status
from dissect.layers.names import IP_PROTOCOLS

I1, R1, I2, R2, R1BIS, I2BIS = range(1, 7)
UPDATE, UPDATE_ACK, KEEPALIVE, PROBE = range(64, 68)
TYPES = {
    I1: "I1", R1: "R1", I2: "I2", R2: "R2", R1BIS: "R1bis", I2BIS: "I2bis", UPDATE: "Update Request",
    UPDATE_ACK: "Update Acknowledgment", KEEPALIVE: "Keepalive", PROBE: "Probe",
}  # fmt: skip
OPTIONS = {
    1: "Responder Validator Option", 2: "Locator List Option", 3: "Locator Preferences Option",
    4: "CGA Parameter Data Structure Option", 5: "CGA Signature Option", 6: "ULID Pair Option",
    7: "Forked Instance Identifier Option",
}  # fmt: skip
VALIDATOR, LOCATORS, PREFERENCES, PARAMETERS, SIGNATURE, PAIR, FORKED = OPTIONS
NO_NEXT_HEADER = 59
FIXED = 6  # octets of a control message before what its type says


class Shim6(Layer):
    """An extension header of IPv6: a control message, or the tag of the context that a payload belongs to."""

    name, label, column = "shim6", "SHIM6", "Shim6"
    binds = {"ip.proto": (140,)}
    length = lambda h: (h.octets_8 + 1) * 8
    next = (By("ip.proto", lambda h: h.next_header, when=lambda h: h.next_header != NO_NEXT_HEADER),)
    informs = True

    next_header = u8(0, "shim6.nxt", "Next Header", names=IP_PROTOCOLS)
    octets_8 = u8(1, "shim6.len", "Length")
    octets_all = Field("shim6.len_oct", "Length", UINT16, unit="bytes", value=lambda h: (h.octets_8 + 1) * 8)
    p = flag(2, "shim6.p", "P Bit", 0x80)
    kind = u8(2, "shim6.type", "Message Type", mask=0x7F, names=TYPES, when=lambda h: h.p == 0)
    protocol_bit = u8(3, "shim6.proto", "Protocol", mask=0x01, names={0: "SHIM6", 1: "HIP"}, when=lambda h: h.p == 0)
    checksum = u16(4, "shim6.checksum", "Checksum", HEX, when=lambda h: h.p == 0)
    status = Field("shim6.checksum.status", "Checksum Status", UINT8, names=STATUS)
    tag = group("shim6.ct", "Context Tag")
    initiator = u32(None, "shim6.inonce", "Initiator Nonce")
    responder = u32(None, "shim6.rnonce", "Responder Nonce")
    reserved = raw(None, "shim6.reserved", "Reserved")
    reserved_2 = raw(None, "shim6.reserved2", "Reserved2")
    counts = u8(None, "", "Probes")
    sent = u8(None, "shim6.psent", "Probes Sent", mask=0x0F, within=counts)
    received = u8(None, "shim6.precvd", "Probes Received", mask=0xF0, within=counts)
    reap = u8(None, "shim6.reap", "REAP State", mask=0xC0, names={0: "Operational", 1: "Exploring", 2: "InboundOK"})
    probe_group = group("", "Probe")
    probe_source = ipv6(None, "shim6.psrc", "Source Address")
    probe_destination = ipv6(None, "shim6.pdst", "Destination Address")
    probe_nonce = u32(None, "shim6.pnonce", "Nonce")
    probe_data = u32(None, "shim6.pdata", "Data", HEX)
    option = group("", "Option")
    option_word = u16(None, "", "Option")
    option_type = u16(None, "shim6.opt.type", "Option Type", mask=0xFFFE, names=OPTIONS, within=option_word)
    critical = flag(None, "shim6.opt.critical", "Option Critical Bit", 0x0001, within=option_word)
    option_length = u16(None, "shim6.opt.len", "Content Length")
    option_total = Field("shim6.opt.total_len", "Total Length", UINT16)
    validator = Field("shim6.validator", "Validator", BYTES)
    parameters = Field("shim6.cga_parameter_data_structure", "CGA Parameter Data Structure", BYTES)
    signature = Field("shim6.cga_signature", "CGA Signature", BYTES)
    generation = u32(None, "shim6.opt.loclist", "Locator List Generation")
    locators = u8(None, "shim6.opt.locnum", "Num Locators")
    method = u8(None, "shim6.opt.verif_method", "Verification Method", names={1: "HBA", 2: "CGA", 3: "CBA"})
    locator = ipv6(None, "shim6.locator", "Locator")
    element = u8(None, "shim6.opt.elemlen", "Element Length")
    preference = group("", "Locator Preferences")
    flags = u8(None, "shim6.loc.flags", "Flags")
    priority = u8(None, "shim6.loc.prio", "Priority")
    weight = u8(None, "shim6.loc.weight", "Weight")
    sender = ipv6(None, "shim6.sulid", "Sender ULID")
    receiver = ipv6(None, "shim6.rulid", "Receiver ULID")
    forked = u32(None, "shim6.opt.fii", "Forked Instance Identifier")
    padding = raw(None, "shim6.padding", "Padding")

    @staticmethod
    def info(p: int, kind: int) -> str:
        return "Shim6 (Payload)" if p else f"Shim6 ({TYPES.get(kind, 'Unknown')})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.p:
            c.pos = c.h.start + 2
            context(c, "Receiver Context Tag")
            return
        c.pos = c.h.start + FIXED
        c.derived(cls.status, message_status(c, c.h.start, (c.h.octets_8 + 1) * 8))
        message(c, c.h.kind)
        while c.remaining > 0:
            option(c)


def context(c: Cursor, text: str) -> None:
    """A context tag of 47 bits, in six octets."""
    with c.group(Shim6.tag, 6, f"{text}: {c.peek(6) & (1 << 47) - 1:012x}"):
        c.pos += 6


def message(c: Cursor, kind: int) -> None:
    """What lies between the checksum and the options."""
    if kind == R1:
        c.add(Shim6.reserved_2, 2)
    elif kind in TYPES:
        whose = "Initiator" if kind in (I1, I2) else "Packet" if kind in (R1BIS, I2BIS) else "Responder"
        context(c, f"{whose if kind <= I2BIS else 'Receiver'} Context Tag")
    if kind in (I1, R1, I2, R2):
        c.add(Shim6.initiator)
    if kind in (R1, I2, R1BIS, UPDATE, UPDATE_ACK):
        c.add(Shim6.responder)
    if kind in (I2, KEEPALIVE):
        c.add(Shim6.reserved_2, 4)
    elif kind == I2BIS:
        c.add(Shim6.initiator)
        c.add(Shim6.responder)
        c.add(Shim6.reserved_2, 6)
        context(c, "Initiator Context Tag")
    elif kind == PROBE:
        counts = c.add(Shim6.counts)
        c.add(Shim6.reap, 0, c.peek(1) >> 6)
        c.add(Shim6.reserved_2, 3)
        for _ in range((counts & 15) + (counts >> 4)):
            with c.group(Shim6.probe_group) as c:
                for field in (Shim6.probe_source, Shim6.probe_destination, Shim6.probe_nonce, Shim6.probe_data):
                    c.add(field)


def option(c: Cursor) -> None:
    """Type and length of the content; padded to eight octets (RFC 5533, section 5.15)."""
    kind, size = c.peek(2) >> 1, c.peek(2, 2)
    total = (4 + size + 7) // 8 * 8
    with c.group(Shim6.option, total, OPTIONS.get(kind, "Unknown Option Type")) as c:
        c.add(Shim6.option_word)
        c.add(Shim6.option_length)
        c.derived(Shim6.option_total, total)
        content = {VALIDATOR: Shim6.validator, PARAMETERS: Shim6.parameters, SIGNATURE: Shim6.signature}.get(kind)
        if content is not None:
            c.add(content, size)
        elif kind == LOCATORS:
            locators(c)
        elif kind == PREFERENCES:
            preferences(c, c.pos + size)
        elif kind == PAIR:
            c.add(Shim6.reserved, 4)
            c.add(Shim6.sender)
            c.add(Shim6.receiver)
        elif kind == FORKED:
            c.add(Shim6.forked)
        if kind in OPTIONS:
            c.rest(Shim6.padding)


def locators(c: Cursor) -> None:
    c.add(Shim6.generation)
    count = c.add(Shim6.locators)
    for _ in range(count):
        c.add(Shim6.method)
    if 7 - count % 8 > 0:
        c.add(Shim6.padding, 7 - count % 8)
    for _ in range(count):
        c.add(Shim6.locator)


def preferences(c: Cursor, stop: int) -> None:
    """An element for each locator: flags, priority, weight, as far as it is long."""
    c.add(Shim6.generation)
    width = c.add(Shim6.element)
    if not 1 <= width <= 3:
        c.note("warn", "Malformed", f"Invalid element length: {width}", "shim6.opt.elemlen.invalid")
        return
    while c.pos + width <= stop:
        with c.group(Shim6.preference, width) as c:
            for field in (Shim6.flags, Shim6.priority, Shim6.weight)[:width]:
                c.add(field)
