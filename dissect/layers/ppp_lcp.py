"""PPP's Link Control Protocol (RFC 1661), with the options of many further RFCs."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    HEX,
    STRING,
    Field,
    ether,
    flag,
    ipv4,
    u8,
    u16,
    u24,
    u32,
)
from dissect.layers.ppp import PROTOCOLS
from dissect.layers.ppp_authentication import CHAP
from dissect.layers.ppp_control import Control, option

CHAP_ALGORITHMS = {
    5: "CHAP with MD5", 6: "CHAP with SHA-1", 7: "CHAP with SHA-256", 8: "CHAP with SHA3-256", 128: "MS-CHAP",
    129: "MS-CHAP-2",
}  # fmt: skip
OPERATIONS = {
    0: "Location is determined by user authentication", 1: "Message is dialing string",
    2: "Message is location identifier", 3: "Message is E.164", 4: "Message is distinguished name",
    6: "Location is determined during CBCP negotiation",
}  # fmt: skip
DISCRIMINATORS = {
    0: "NULL class", 1: "Locally assigned address", 2: "Internet Protocol (IP) address",
    3: "IEEE 802.1 globally assigned MAC address", 4: "PPP Magic-Number block",
    5: "Public Switched Network Directory Number",
}  # fmt: skip
CONTROLS = (
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "lf", "vt", "ff", "cr", "so", "si", "dle",
    "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs", "us",
)  # fmt: skip


def _controls(asyncmap: Field) -> tuple[Field, ...]:
    """One flag a control character."""
    special = {"dc1": "DC1 (XON)", "dc3": "DC3 (XOFF)"}
    return tuple(
        flag(0, f"lcp.opt.asyncmap.{name}", special.get(name, name.upper()), 1 << bit, within=asyncmap)
        for bit, name in enumerate(CONTROLS)
    )


class LCP(Control):
    """The Link Control Protocol."""

    name, label, column = "lcp", "PPP Link Control Protocol", "PPP LCP"
    binds = {"ppp": (0xC021,)}
    exact = {1: 4, 2: 6, 5: 6, 6: 6, 7: 2, 8: 2, 9: 3, 10: 3, 16: 2, 17: 4, 18: 2, 21: 3, 22: 4, 23: 4, 25: 3, 27: 4}
    least = {0: 6, 3: 4, 4: 4, 11: 3, 13: 3, 19: 3, 24: 6, 28: 7}

    opt_kind = u8(None, "lcp.opt.type", "Type")
    opt_size = u8(None, "lcp.opt.length", "Length")
    opt_oui = u24(None, "lcp.opt.oui", "OUI", HEX)
    opt_vendor_kind = u8(None, "lcp.opt.kind", "Kind", DEC_HEX)
    opt_data = Field("lcp.opt.data", "Data", BYTES)
    mru = u16(None, "lcp.opt.mru", "Maximum Receive Unit")
    asyncmap = u32(None, "lcp.opt.asyncmap", "Async Control Character Map", HEX)
    controls = _controls(asyncmap)
    authentication = u16(None, "lcp.opt.auth_protocol", "Authentication Protocol", HEX, names=PROTOCOLS)
    algorithm = u8(None, "lcp.opt.algorithm", "Algorithm", names=CHAP_ALGORITHMS)
    quality = u16(None, "lcp.opt.quality_protocol", "Quality Protocol", HEX, names=PROTOCOLS)
    opt_number = u32(None, "lcp.opt.magic_number", "Magic Number", HEX)
    period = u32(None, "lcp.opt.reporting_period", "Reporting Period")
    sequences = u8(None, "lcp.opt.fcs_alternatives", "FCS Alternatives", HEX)
    fcs_none = flag(0, "lcp.opt.fcs_alternatives.null", "NULL FCS", 0x01, within=sequences)
    fcs_16 = flag(0, "lcp.opt.fcs_alternatives.ccitt16", "CCITT 16-bit", 0x02, within=sequences)
    fcs_32 = flag(0, "lcp.opt.fcs_alternatives.ccitt32", "CCITT 32-bit", 0x04, within=sequences)
    maximum = u8(None, "lcp.opt.maximum", "Maximum")
    window = u8(None, "lcp.opt.window", "Window")
    hdlc_address = Field("lcp.opt.hdlc_address", "Address", BYTES)
    operation = u8(None, "lcp.opt.operation", "Operation", names=OPERATIONS)
    opt_message = Field("lcp.opt.message", "Message", BYTES)
    mrru = u16(None, "lcp.opt.mrru", "MRRU")
    discriminator = u8(None, "lcp.opt.ep_disc_class", "Class", names=DISCRIMINATORS)
    ip_address = ipv4(None, "lcp.opt.ip_address", "IP Address")
    mac_address = ether(None, "lcp.opt.802_1_address", "IEEE 802.1 Address")
    block = Field("lcp.opt.magic_block", "PPP Magic-Number Block", BYTES)
    directory = Field("lcp.opt.psndn", "Public Switched Network Directory Number", BYTES)
    mode = u8(None, "lcp.opt.mode", "Mode")
    unused = Field("lcp.opt.unused", "Unused", BYTES)
    link = u16(None, "lcp.opt.link_discrim", "Link Discriminator", DEC_HEX)
    cobs = u8(None, "lcp.opt.flags", "Flags", HEX)
    cobs_reserved = u8(0, "lcp.opt.flags.reserved", "Reserved", HEX, mask=0xFC, within=cobs)
    cobs_pre = flag(0, "lcp.opt.flags.pre", "PRE", 0x02, within=cobs)
    cobs_zxe = flag(0, "lcp.opt.flags.zxe", "ZXE", 0x01, within=cobs)
    class_ = u8(None, "lcp.opt.class", "Class")
    format_ = u8(None, "lcp.opt.code", "Code", names={2: "Long sequence number fragment format",
                                                      6: "Short sequence number fragment format"})  # fmt: skip
    suspendable = u8(None, "lcp.opt.max_susp_classes", "Max suspendable classes")
    charset = u32(None, "lcp.opt.MIBenum", "MIBenum")
    language = Field("lcp.opt.language_tag", "Language-Tag", STRING)

    vendor = option("lcp.opt.vendor", "Vendor Specific")
    mtu_bytes = option("lcp.opt.mtu_bytes", "Maximum Receive Unit")
    asyncmap_bytes = option("lcp.opt.asyncmap_bytes", "Async Control Character Map")
    auth_bytes = option("lcp.opt.auth_protocol_bytes", "Authentication Protocol")
    quality_bytes = option("lcp.opt.quality_protocol_bytes", "Quality Protocol")
    magic_bytes = option("lcp.opt.magic_number_bytes", "Magic Number")
    monitoring = option("lcp.opt.linkqualmon", "Link Quality Monitoring")
    compressed = option("lcp.opt.field_compress", "Protocol Field Compression")
    uncontrolled = option("lcp.opt.addr_field_compress", "Address and Control Field Compression")
    fcs_bytes = option("lcp.opt.fcs_alternatives_bytes", "FCS Alternatives")
    self_describing = option("lcp.opt.self_desc_pad", "Self Describing Pad")
    numbered = option("lcp.opt.numbered_mode", "Numbered Mode")
    callback = option("lcp.opt.callback", "Callback")
    compound = option("lcp.opt.compound_frames", "Compound Frames (Deprecated)")
    nominal = option("lcp.opt.nomdataencap", "Nominal Data Encapsulation (Deprecated)")
    multilink = option("lcp.opt.multilink_mrru", "Multilink MRRU")
    short_numbers = option("lcp.opt.multilink_ssnh", "Multilink Short Sequence Number Header")
    endpoint = option("lcp.opt.multilink_ep_disc", "Multilink Endpoint Discriminator")
    dce = option("lcp.opt.dce_identifier", "DCE Identifier")
    plus = option("lcp.opt.multilink_pp", "Multi Link Plus Procedure")
    link_bytes = option("lcp.opt.link_discrim_bytes", "Link Discriminator for BACP")
    auth_option = option("lcp.opt.auth", "Authentication Option")
    stuffing = option("lcp.opt.cobs", "Consistent Overhead Byte Stuffing (COBS)")
    elision = option("lcp.opt.prefix_elision", "Prefix Elision")
    header_format = option("lcp.opt.multilink_hdr_fmt", "Multilink header format")
    international = option("lcp.opt.internationalization", "Internationalization")
    sonet = option("lcp.opt.sonet_sdh", "Simple Data Link on SONET/SDH")
    known = {
        0: vendor, 1: mtu_bytes, 2: asyncmap_bytes, 3: auth_bytes, 4: quality_bytes, 5: magic_bytes, 6: monitoring,
        7: compressed, 8: uncontrolled, 9: fcs_bytes, 10: self_describing, 11: numbered, 13: callback, 15: compound,
        16: nominal, 17: multilink, 18: short_numbers, 19: endpoint, 21: dce, 22: plus, 23: link_bytes,
        24: auth_option, 25: stuffing, 26: elision, 27: header_format, 28: international, 29: sonet,
    }  # fmt: skip

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        single = {
            1: cls.mru, 2: cls.asyncmap, 5: cls.opt_number, 9: cls.sequences, 10: cls.maximum, 17: cls.mrru,
            23: cls.link, 25: cls.cobs,
        }  # fmt: skip
        if kind in single:
            c.add(single[kind])
        elif kind == 0:
            c.add(cls.opt_oui)
            c.add(cls.opt_vendor_kind)
            c.rest(cls.opt_data)
        elif kind == 3:
            if c.add(cls.authentication) == CHAP:
                c.add(cls.algorithm)
            c.rest(cls.opt_data)
        elif kind == 4:
            if c.add(cls.quality) == 0xC025:
                c.add(cls.period)
            c.rest(cls.opt_data)
        elif kind == 11:
            c.add(cls.window)
            c.rest(cls.hdlc_address)
        elif kind == 13:
            c.add(cls.operation)
            c.rest(cls.opt_message)
        elif kind == 19:
            cls._endpoint(c)
        elif kind == 21:
            c.add(cls.mode)
        elif kind == 22:
            c.rest(cls.unused)
        elif kind == 26 and c.remaining:
            c.add(cls.class_)
        elif kind == 27:
            c.add(cls.format_)
            c.add(cls.suspendable)
        elif kind == 28:
            c.add(cls.charset)
            c.rest(cls.language)

    @classmethod
    def _endpoint(cls, c: Cursor) -> None:
        """The multilink endpoint's address, by its class (RFC 1990)."""
        kind = c.add(cls.discriminator)
        if kind == 2 and c.remaining == 4:
            c.add(cls.ip_address)
        elif kind == 3 and c.remaining == 6:
            c.add(cls.mac_address)
        elif kind == 4:
            with c.group(cls.block, c.remaining):
                while c.remaining >= 4:
                    c.add(cls.opt_number)
        elif kind == 5:
            c.rest(cls.directory)
        else:
            c.rest(cls.opt_data)
