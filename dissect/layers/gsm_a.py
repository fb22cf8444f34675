"""GSM's signalling: BSSAP above SCCP (3GPP TS 48.006), what base station controllers and switches say (48.008), what mobiles say
(24.008, 44.018), LAPDm on the air (44.006), and a base station's own links (48.058, 12.21) in ip.access' frames.

    BSSAP: 0 (BSSMAP), length, message      1 (DTAP), link, length, message     DTAP: protocol and skip or transaction, type
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, HEX_DEC, Field, flag, group, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.layers import gsm_names

PER_PROTOCOL: dict[int, tuple[str, int, dict[int, str]]] = {
    3: ("gsm_a.dtap.msg_cc_type", 0x3F, gsm_names.CC), 5: ("gsm_a.dtap.msg_mm_type", 0x3F, gsm_names.MM),
    6: ("gsm_a.dtap.msg_rr_type", 0xFF, gsm_names.RR), 8: ("gsm_a.dtap.msg_gmm_type", 0xFF, gsm_names.GMM),
    9: ("gsm_a.dtap.msg_sms_type", 0xFF, gsm_names.SMS), 10: ("gsm_a.dtap.msg_sm_type", 0xFF, gsm_names.SM),
    11: ("gsm_a.dtap.msg_ss_type", 0x3F, gsm_names.SS),
}  # fmt: skip
SEQUENCED = (3, 5, 11)  # whose types have a number in their upper bits
WITH_SKIP = (5, 6, 8)


class BSSAP(Layer):
    """Which of both a message is."""

    name, label, column = "bssap", "BSSAP", "BSSAP"
    binds = {"sccp.guess": (1,)}
    reaches = ("gsm_a.bssmap", "gsm_a.dtap")

    type = u8(0, "bssap.pdu_type", "Message Type", HEX, names={0: "BSS Management", 1: "Direct Transfer"})
    link = u8(None, "", "Data Link Connection Identifier", HEX)
    channel = u8(None, "bssap.dlci.cc", "Control Channel", HEX, mask=0xC0)
    spare = u8(None, "bssap.dlci.spare", "Spare", HEX, mask=0x38)
    sapi = u8(None, "bssap.dlci.sapi", "SAPI", HEX, mask=0x07)
    size_of = u8(None, "bssap.length", "Length")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.protocol("BSSAP")
        direct = c.h.type == 1
        if direct:
            octet = c.peek(1)
            c.add(cls.channel, 1, value=octet >> 6)
            c.derived(cls.spare, octet >> 3 & 7)
            c.derived(cls.sapi, octet & 7)
        size = c.add(cls.size_of)
        if size and c.remaining:
            c.child("gsm_a.dtap" if direct else "gsm_a.bssmap", min(size, c.limit - c.pos))


class BSSMAP(Layer):
    """A message between a base station controller and a switch; its elements as octets."""

    name, label = "gsm_a.bssmap", "GSM A-I/F BSSMAP"

    type = u8(0, "gsm_a.bssmap.msgtype", "BSSMAP Message Type", HEX, names=gsm_names.BSSMAP)
    element = group("", "Element")
    element_id = u8(None, "gsm_a.bssmap.elem_id", "Element ID", HEX)
    size_of, content = u16(None, "gsm_a.len", "Length", size=1), raw(None, "", "Content")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_info(f"(BSSMAP) {gsm_names.BSSMAP.get(c.h.type, 'Unknown')} ")
        c.rest(cls.content)


def _message() -> tuple[Field, Field]:
    """The octet before the type: whose protocol, and the skip indicator."""
    return (
        u8(None, "gsm_a.L3_protocol_discriminator", "Protocol discriminator", HEX),
        u8(None, "gsm_a.skip.ind", "Skip Indicator"),
    )


class DTAP(Layer):
    """What a mobile says to the network, or is told."""

    name, label = "gsm_a.dtap", "GSM A-I/F DTAP"

    discriminator, skip = _message()
    heading = u8(None, "gsm_a.dtap.protocol_discriminator", "Protocol Discriminator")
    number = u8(None, "gsm_a.dtap.seq_no", "Send Sequence Number")
    way = flag(None, "gsm_a.dtap.tiflag", "TI flag", 0x80)
    transaction = u8(None, "gsm_a.dtap.tio", "TIO")
    types = tuple(u8(None, name, "Message Type", HEX, names=names) for name, _, names in PER_PROTOCOL.values())
    content = raw(None, "", "Elements")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        read(c, cls, "DTAP")


class CCCH(Layer):
    """What a base station tells all mobiles: a length, and a message of the radio resources."""

    name, label, column = "gsm_a.ccch", "GSM CCCH", "GSMTAP"

    size_of = u8(0, "gsm_a.rr.l2_pseudo_len", "L2 Pseudo Length value", mask=0xFC)
    discriminator, skip = _message()
    types = (u8(None, "gsm_a.dtap.msg_rr_type", "Message Type", HEX, names=gsm_names.RR),)
    content = raw(None, "", "Elements")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        octet = c.peek(1)
        protocol = octet & 15
        c.info(f"(CCCH) ({gsm_names.PROTOCOLS.get(protocol, 'Unknown')}) ")
        c.add(cls.discriminator, 1, value=protocol)
        c.derived(cls.discriminator, protocol)  # as Wireshark has it: as a heading, and below it
        c.derived(cls.skip, octet >> 4)
        if c.remaining and protocol == 6:
            kind = c.add(cls.types[0])
            c.append_info(f"{gsm_names.RR.get(kind, 'Unknown')} ")
        c.rest(cls.content)


def read(c: Cursor, layer: Any, word: str) -> None:
    """A message of layer 3, as far as its type."""
    octet = c.peek(1)
    protocol = octet & 15
    c.add(layer.discriminator, 1, value=protocol)
    c.derived(layer.heading, protocol)
    if protocol in WITH_SKIP:
        c.derived(layer.skip, octet >> 4)
    elif protocol in (3, 9, 10, 11):
        c.derived(layer.way, bool(octet & 0x80))
        c.derived(layer.transaction, octet >> 4 & 7)
    said = ""
    known = PER_PROTOCOL.get(protocol)
    if known is not None and c.remaining:
        _, mask, names = known
        kind = c.peek(1)
        if protocol in SEQUENCED:
            c.derived(layer.number, kind >> 6)
        c.add(layer.types[list(PER_PROTOCOL).index(protocol)], 1, value=kind & mask)
        said = names.get(kind & mask, "")
    c.append_info(f"({word}) ({gsm_names.PROTOCOLS.get(protocol, 'Unknown')}) {said} ")
    c.rest(layer.content)


SUPERVISORY = {0: "RR", 1: "RNR", 2: "REJ"}
UNNUMBERED = {0x00: "UI", 0x0B: "SABM", 0x03: "DM", 0x10: "DISC", 0x18: "UA"}


def _sized(h: Any) -> Any:
    """Whether a length follows: not where a slow channel tells something (format B4)."""
    radio = h.outer("gsmtap")
    slow = h.control == 256 if radio is None else radio.channel >= 0x80
    return (slow & ((h.control & 0xEF) == 3)) == 0


class LAPDm(Layer):
    """A frame on a dedicated channel (3GPP TS 44.006)."""

    name, label, column = "lapdm", "Link Access Procedure, Channel Dm (LAPDm)", "LAPDm"
    reaches = ("gsm_a.dtap",)

    address = u8(0, "lapdm.address_field", "Address Field", HEX)
    protocol_ = u8(0, "lapdm.lpd", "LPD", mask=0x60, within=address)
    sapi = u8(0, "lapdm.sapi", "SAPI", mask=0x1C, within=address)
    command = u8(0, "lapdm.cr", "C/R", mask=0x02, within=address)
    extension = u8(0, "lapdm.ea", "EA", mask=0x01, within=address)
    control = u8(1, "lapdm.control_field", "Control Field", HEX)
    size_octet = u8(2, "lapdm.length_field", "Length Field", HEX, when=_sized)
    size_of = u8(2, "lapdm.length", "Length", mask=0xFC, within=size_octet, when=_sized)
    more = u8(2, "lapdm.m", "M", mask=0x02, within=size_octet, when=_sized)
    final = u8(2, "lapdm.el", "EL", mask=0x01, within=size_octet, when=_sized)
    padding = raw(None, "", "Fill")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(control: int, command: int) -> str:
        poll = (" P" if command else " F") if control & 16 else ""
        if control & 1 == 0:
            return f"I{poll}, N(R)={control >> 5}, N(S)={control >> 1 & 7}"
        if control & 3 == 1:
            return f"S{poll}, func={SUPERVISORY.get(control >> 2 & 3, 'Unknown')}, N(R)={control >> 5}"
        return f"U{poll}, func={UNNUMBERED.get((control & 0xEC) >> 2, 'Unknown')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        sized = bool(_sized(h))
        c.pos = h.start + (3 if sized else 2)
        carries = sized and (h.control & 1 == 0 or h.control & 3 == 3)
        if carries and 0 < h.size_of <= c.remaining and not h.more and h.protocol_ == 0:
            c.child("gsm_a.dtap", h.size_of)
        c.rest(cls.padding)


DEBUG, GSUP = 0xDD, 5  # Hay Systems' messages for people; one of Osmocom's protocols within its extension


class IPA(Layer):
    """ip.access' frames between base stations and their controller."""

    name, label, column = "gsm_ipa", "GSM over IP ip.access CCM sub-protocol", "IPA"
    binds = {"tcp.port": (3002, 3003, 3006, 4222, 4249, 4250, 5000)}
    reaches = ("gsm_abis_rsl", "gsm_abis_oml", "sccp", "mgcp", "gsup", "data")
    accepts = lambda p: (p.length >= 4) & (p.u16(0) + 3 <= p.length) & (p.u16(0) > 0) & (
        (p.u8(2) <= 1) | (p.u8(2) == 0xFF) | (p.u8(2) == 0xFE) | (p.u8(2) == 0xFD) | (p.u8(2) == 0xFC) | (p.u8(2) == 0xEE) | (p.u8(2) == DEBUG)
    )  # fmt: skip

    size_of, kind = u16(0, "gsm_ipa.data_len", "DataLen"), u8(2, "gsm_ipa.protocol", "Protocol", HEX)
    again, again_kind = u16(None, "gsm_ipa.data_len", "DataLen"), u8(None, "gsm_ipa.protocol", "Protocol", HEX)
    message = u8(None, "ipaccess.msg_type", "MessageType", HEX, names=gsm_names.IPA)
    osmo, text = u8(None, "gsm_ipa.osmo.protocol", "Osmo ext protocol", HEX), string(None, "gsm_ipa.ctrl.data", "CTRL data")
    debug = string(None, "gsm_ipa.hsl_debug", "Debug Message")
    content = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        size, kind = c.h.size_of, c.h.kind
        cls._one(c, kind, size)
        while c.remaining >= 3:
            size = c.add(cls.again)
            kind = c.add(cls.again_kind)
            if not size or not c.remaining:
                break
            cls._one(c, kind, size)
        c.rest(cls.content)

    @classmethod
    def _one(cls, c: Cursor, kind: int, size: int) -> None:
        size = min(size, c.limit - c.pos)
        layer = {0: "gsm_abis_rsl", 1: "gsm_abis_rsl", 0xFF: "gsm_abis_oml", 0xFD: "sccp", 0xFC: "mgcp"}.get(kind)
        if layer is not None:
            c.child(layer, size)
        elif kind == 0xFE:
            message = c.add(cls.message)
            text = f"IPA {gsm_names.IPA.get(message, f'unknown 0x{message:02x}')} "
            if c.pos > c.h.start + 4:
                c.append_info(text)
            else:
                c.info(text)
            c.add(cls.content, size - 1)
        elif kind == 0xEE:
            which = c.add(cls.osmo)
            c.info("OSMO EXT CTRL " if which == 0 else "OSMO EXT ")
            if which == GSUP and size > 1:
                c.child("gsup", size - 1)
            else:
                c.add(cls.text if which == 0 else cls.content, size - 1)
        elif kind == DEBUG:
            c.add(cls.debug, size)
        elif size:
            c.child("data", size)


class RSL(Layer):
    """A radio signalling link's message (3GPP TS 48.058)."""

    name, label, column = "gsm_abis_rsl", "Radio Signalling Link (RSL)", "RSL"
    reaches = ("gsm_a.dtap",)

    discriminator = u8(0, "gsm_abis_rsl.msg_dsc", "Message discriminator", mask=0xFE)
    transparent = flag(0, "gsm_abis_rsl.T_bit", "T bit", 0x01)
    type = u8(1, "gsm_abis_rsl.msg_type", "Message type", HEX_DEC, mask=0x7F, names=gsm_names.RSL)
    element = group("", "Element")
    element_id = u8(None, "gsm_abis_rsl.ie_id", "Element identifier", HEX_DEC)
    channel, slot = u8(None, "gsm_abis_rsl.ch_no_Cbits", "C-bits"), u8(None, "gsm_abis_rsl.ch_no_TN", "Time slot number (TN)")
    size_of = u16(None, "gsm_abis_rsl.ie_length", "Length")
    content = raw(None, "", "Content")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int) -> str:
        return f"{gsm_names.RSL.get(type, 'unknown %u' % type)} "  # noqa: UP031

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining >= 2 and c.peek(1) == 1 and c.h.discriminator in (1, 4):
            c.add(cls.element_id)
            octet = c.peek(1)
            c.add(cls.channel, 1, value=octet >> 3)
            c.derived(cls.slot, octet & 7)
        if c.remaining >= 2 and c.peek(1) == 2:
            c.add(cls.element_id)
            c.add(cls.content, 1)
        if c.remaining >= 4 and c.peek(1) == 0x0B and c.peek(2, 1) <= c.remaining - 3:
            c.add(cls.element_id)
            size = c.add(cls.size_of)
            if size and c.h.type in (1, 2, 6):
                c.child("gsm_a.dtap", size)
        c.rest(cls.content)


class OML(Layer):
    """A base station is managed (3GPP TS 12.21)."""

    name, label, column = "gsm_abis_oml", "GSM A-bis OML", "OML"

    discriminator, placement = u8(0, "gsm_abis_oml.msg_dsc", "Message Discriminator", HEX), u8(1, "gsm_abis_oml.placement", "Placement Indicator", HEX)
    sequence, size_of = u8(2, "gsm_abis_oml.sequence", "Sequence Number", HEX), u8(3, "gsm_abis_oml.length", "Length Indicator")
    type = u8(None, "gsm_abis_oml.fom.msg_type", "FOM Message Type")
    klass = u8(None, "gsm_abis_oml.fom.obj_class", "FOM Object Class", HEX)
    places = tuple(u8(None, f"gsm_abis_oml.fom.obj_inst.{name}", f"FOM Object Instance {name.upper()}") for name in ("bts", "trx", "ts"))
    content = raw(None, "", "Content")
    length = lambda h: h.end - h.start

    @staticmethod
    def info() -> str:
        return "OML "

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.discriminator == 0x80 and c.remaining >= 5:
            kind, klass = c.add(cls.type), c.add(cls.klass)
            place = ",".join(f"{c.add(field):02x}" for field in cls.places)
            c.append_info(f"{gsm_names.OBJECTS.get(klass, f'Unknown 0x{klass:02x}')}({place}) ")
            c.append_info(f"{gsm_names.OML.get(kind, f'Unknown 0x{kind:02x}')} ")
        c.rest(cls.content)
