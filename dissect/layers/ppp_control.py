"""PPP's control protocols: LCP (RFC 1661), IPCP (RFC 1332), IPV6CP (RFC 5072), CCP (RFC 1962), PAP (RFC 1334),
CHAP (RFC 1994), and those of bridging, OSI, CDP, MPLS, multiplexing, bandwidth and callback.

    +---------+------------+------------------+
    | code    | identifier | length           |
    +---------+---------+--+------------------+
    | options: type | length | value          |   configuration requests and their answers
    | PAP: length and name, length and secret |
    | CHAP: value's size, value, name         |
    +-----------------------------------------+
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    HEX,
    PROTOCOL,
    STRING,
    STRINGZ,
    Field,
    ether,
    flag,
    group,
    ipv4,
    u8,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import Layer
from dissect.layers.ppp import PROTOCOLS

CODES = {
    0: "Vendor Specific", 1: "Configuration Request", 2: "Configuration Ack", 3: "Configuration Nak",
    4: "Configuration Reject", 5: "Termination Request", 6: "Termination Ack", 7: "Code Reject",
    8: "Protocol Reject", 9: "Echo Request", 10: "Echo Reply", 11: "Discard Request", 12: "Identification",
    13: "Time Remaining", 14: "Reset Request", 15: "Reset Ack",
}  # fmt: skip
CHAP_ALGORITHMS = {
    5: "CHAP with MD5", 6: "CHAP with SHA-1", 7: "CHAP with SHA-256", 8: "CHAP with SHA3-256", 128: "MS-CHAP",
    129: "MS-CHAP-2",
}  # fmt: skip
CHAP, PAP_NUMBER = 0xC223, 0xC023
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


def option(name: str, label: str) -> Field:
    """An option's subtree, which Wireshark has as a protocol of its own."""
    return Field(name, label, PROTOCOL)


def _controls(asyncmap: Field) -> tuple[Field, ...]:
    """One flag a control character."""
    special = {"dc1": "DC1 (XON)", "dc3": "DC3 (XOFF)"}
    return tuple(
        flag(0, f"lcp.opt.asyncmap.{name}", special.get(name, name.upper()), 1 << bit, within=asyncmap)
        for bit, name in enumerate(CONTROLS)
    )


class Control(Layer):
    """What the control protocols share: the header and how messages are made."""

    code = u8(0, "ppp.code", "Code", names=CODES)
    identifier = u8(1, "ppp.identifier", "Identifier", DEC_HEX)
    size_ = u16(2, "ppp.length", "Length")
    magic = u32(None, "ppp.magic_number", "Magic Number", HEX)
    oui = u24(None, "ppp.oui", "OUI", HEX)
    kind = u8(None, "ppp.kind", "Kind", DEC_HEX)
    data = Field("ppp.data", "Data", BYTES)
    number = u32(None, "lcp.magic_number", "Magic Number", HEX)
    lcp_data = Field("lcp.data", "Data", BYTES)
    message = Field("lcp.message", "Message", STRING)
    seconds = u32(None, "lcp.secs_remaining", "Seconds Remaining")
    rejected = u16(None, "lcp.rej_proto", "Rejected Protocol", HEX, names=PROTOCOLS)
    options = group("", "Options")
    reaches = ("ppp",)
    opt_kind: ClassVar[Field]
    opt_size: ClassVar[Field]
    known: ClassVar[dict[int, Field]]
    exact: ClassVar[dict[int, int]] = {}  # options whose length cannot be another
    least: ClassVar[dict[int, int]] = {}  # options that are at least so long

    total = lambda h: where((h.size_ >= 4) & (h.size_ <= h.limit - h.start), h.size_, h.limit - h.start)

    @staticmethod
    def info(code: int) -> str:
        return CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        code = c.h.code
        if not c.remaining:
            return
        if 1 <= code <= 4:
            with c.group(cls.options, c.remaining):
                while c.remaining:
                    cls._one(c)
        elif code == 0:
            for field in (cls.magic, cls.oui, cls.kind):
                c.add(field)
            c.rest(cls.data)
        else:
            cls._message(c, code)

    @classmethod
    def _message(cls, c: Cursor, code: int) -> None:
        """The data of any message but those that configure."""
        if code == 8:
            number = c.add(cls.rejected)
            if c.remaining and not c.payload("ppp", number):
                c.child("data")
        elif code in (9, 10, 11):
            c.add(cls.number)
            c.rest(cls.lcp_data)
        elif code in (12, 13):
            c.add(cls.number)
            if code == 13:
                c.add(cls.seconds)
            c.rest(cls.message)
        else:
            c.rest(cls.data)

    @classmethod
    def _one(cls, c: Cursor) -> None:
        """One option; a length that cannot be ends the list."""
        kind, size = c.peek(1), c.peek(1, 1)
        if size < 2 or size > c.remaining:
            c.note("error", "Malformed", "Invalid length for option", "ppp.opt.len.invalid")
            c.skip(c.remaining)
            return
        field = cls.known.get(kind)
        if field is None:
            with c.group(cls.options, size, f"Unknown option (0x{kind:02x})"):
                c.skip(size)
            return
        if size != cls.exact.get(kind, size) or size < cls.least.get(kind, 2):
            c.note("warn", "Protocol", f"{field.label}: an option of {size} bytes", "ppp.opt.len.invalid")
            with c.group(cls.options, size, f"{field.label} (wrong length)"):
                c.skip(size)
            return
        with c.group(field, size, field.label, True):
            cls._kind(c, kind)
            cls._value(c, kind)

    @classmethod
    def _kind(cls, c: Cursor, kind: int) -> None:
        """An option's type and length."""
        c.add(cls.opt_kind)
        c.add(cls.opt_size)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        """The value of an option of a known kind; what it leaves becomes undecoded data."""


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


class IPCP(Control):
    """The control protocol of IPv4."""

    name, label, column = "ipcp", "PPP IP Control Protocol", "PPP IPCP"
    binds = {"ppp": (0x8021,)}
    exact = {1: 10, 3: 6, 4: 6, 129: 6, 130: 6, 131: 6, 132: 6}
    least = {2: 4}

    opt_kind = u8(None, "ipcp.opt.type", "Type")
    opt_size = u8(None, "ipcp.opt.length", "Length")
    source_ = ipv4(None, "ipcp.opt.src_address", "Source IP Address")
    destination_ = ipv4(None, "ipcp.opt.dst_address", "Destination IP Address")
    compression = u16(None, "ipcp.opt.compress_proto", "IP Compression Protocol", HEX)
    max_slot = u8(None, "ipcp.opt.max_slot_id", "Max Slot ID")
    comp_slot = flag(None, "ipcp.opt.comp_slot_id", "Comp Slot ID", 0x01, size=1)
    tcp_space = u16(None, "ipcp.opt.tcp_space", "TCP Space")
    other_space = u16(None, "ipcp.opt.non_tcp_space", "Non TCP Space")
    max_period = u16(None, "ipcp.opt.f_max_period", "F Max Period")
    max_time = u16(None, "ipcp.opt.f_max_time", "F Max Time")
    max_header = u16(None, "ipcp.opt.max_header", "Max Header")
    max_cid = u16(None, "ipcp.opt.max_cid", "Max CID")
    mrru = u16(None, "ipcp.opt.mrru", "MRRU")
    opt_data = Field("ipcp.data", "Data", BYTES)
    address = ipv4(None, "ipcp.opt.ip_address", "IP Address")
    home = ipv4(None, "ipcp.opt.mobilenodehomeaddress", "Mobile Node's Home Address")
    dns = ipv4(None, "ipcp.opt.pri_dns_address", "Primary DNS Address")
    nbns = ipv4(None, "ipcp.opt.pri_nbns_address", "Primary NBNS Address")
    dns_2 = ipv4(None, "ipcp.opt.sec_dns_address", "Secondary DNS Address")
    nbns_2 = ipv4(None, "ipcp.opt.sec_nbns_address", "Secondary NBNS Address")

    rohc_kind = u8(None, "ipcp.opt.rohc.type", "Type")
    rohc_size = u8(None, "ipcp.opt.rohc.length", "Length")
    rohc_profile = u16(None, "ipcp.opt.rohc.profile", "Profile", HEX)
    iphc_kind = u8(None, "ipcp.opt.iphc.type", "Type")
    iphc_size = u8(None, "ipcp.opt.iphc.length", "Length")
    iphc_param = u8(None, "ipcp.opt.iphc.param", "Parameter")
    profiles = option("ipcp.opt.rohc.profile_bytes", "Profiles (RFC3241)")
    rtp = option("ipcp.opt.iphc.rtp_compress", "RTP compression (RFC2508)")
    enhanced = option("ipcp.opt.iphc.enhanced_rtp_compress", "Enhanced RTP compression (RFC3545)")
    negotiating = option("ipcp.opt.iphc.neghdrcomp", "Negotiating header compression (RFC3545)")
    addresses = option("ipcp.opt.addrs", "IP Addresses (deprecated)")
    compress = option("ipcp.opt.compress", "IP Compression Protocol")
    address_bytes = option("ipcp.opt.addr", "IP Address")
    mobile = option("ipcp.opt.mobileipv4", "Mobile Node's Home IP Address")
    first_dns = option("ipcp.opt.pri_dns", "Primary DNS Server IP Address")
    first_nbns = option("ipcp.opt.pri_nbns", "Primary NBNS Server IP Address")
    second_dns = option("ipcp.opt.sec_dns", "Secondary DNS Server IP Address")
    second_nbns = option("ipcp.opt.sec_nbns", "Secondary NBNS Server IP Address")
    known = {
        1: addresses, 2: compress, 3: address_bytes, 4: mobile, 129: first_dns, 130: first_nbns, 131: second_dns,
        132: second_nbns,
    }  # fmt: skip

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        single = {3: cls.address, 4: cls.home, 129: cls.dns, 130: cls.nbns, 131: cls.dns_2, 132: cls.nbns_2}
        if kind in single:
            c.add(single[kind])
        elif kind == 1:
            c.add(cls.source_)
            c.add(cls.destination_)
        elif kind == 2:
            number = c.add(cls.compression)
            if number in (0x002D, 0x0037):  # Van Jacobson's, and its number as RFC 1172 misprints it
                c.add(cls.max_slot)
                c.add(cls.comp_slot)
            elif number == 0x0061:  # RFC 2507
                for field in (cls.tcp_space, cls.other_space, cls.max_period, cls.max_time, cls.max_header):
                    c.add(field)
                cls._further(c, {1: cls.rtp, 2: cls.enhanced, 3: cls.negotiating}, cls.iphc_kind, cls.iphc_size)
            elif number == 0x0003:  # ROHC
                for field in (cls.max_cid, cls.mrru, cls.max_header):
                    c.add(field)
                cls._further(c, {1: cls.profiles}, cls.rohc_kind, cls.rohc_size)
            else:
                c.rest(cls.opt_data)

    @classmethod
    def _further(cls, c: Cursor, known: dict[int, Field], kind_field: Field, size_field: Field) -> None:
        """The options within the option of a header compression."""
        while c.remaining >= 2:
            kind, size = c.peek(1), c.peek(1, 1)
            if size < 2 or size > c.remaining or kind not in known:
                c.skip(c.remaining if size < 2 else min(size, c.remaining))
                continue
            with c.group(known[kind], size, known[kind].label, True):
                c.add(kind_field)
                c.add(size_field)
                while known[kind] is cls.profiles and c.remaining >= 2:
                    c.add(cls.rohc_profile)
                if known[kind] is cls.negotiating:
                    c.add(cls.iphc_param)


class IPV6CP(IPCP):
    """The control protocol of IPv6; its compression option is IPCP's."""

    name, label, column = "ipv6cp", "PPP IPv6 Control Protocol", "PPP IPV6CP"
    binds = {"ppp": (0x8057,)}

    id_kind = u8(None, "ipv6cp.opt.type", "Type")
    id_size = u8(None, "ipv6cp.opt.length", "Length")
    interface = Field("ipv6cp.interface_identifier", "Interface Identifier", BYTES)
    interface_bytes = option("ipv6cp.opt.interface_identifier", "Interface Identifier")
    known = {1: interface_bytes, 2: IPCP.compress}
    exact = {1: 10}

    @classmethod
    def _kind(cls, c: Cursor, kind: int) -> None:
        if kind == 1:
            c.add(cls.id_kind)
            c.add(cls.id_size)
        else:
            super()._kind(c, kind)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 1:
            c.add(cls.interface, 8)
        else:
            super()._value(c, kind)


class CCP(Control):
    """The control protocol of compression (and of Microsoft's encryption)."""

    name, label, column = "ccp", "PPP Compression Control Protocol", "PPP CCP"
    binds = {"ppp": (0x80FD,)}
    exact = {18: 6, 21: 3, 23: 6, 24: 4, 25: 3, 26: 4}
    least = {0: 6, 17: 5, 19: 3, 27: 4}

    opt_kind = u8(None, "ccp.opt.type", "Type")
    opt_size = u8(None, "ccp.opt.length", "Length")
    opt_oui = u24(None, "ccp.opt.oui", "OUI", HEX)
    subtype = u8(None, "ccp.opt.subtype", "Subtype", DEC_HEX)
    histories = u16(None, "ccp.opt.history_count", "History Count")
    check = u8(None, "ccp.opt.cm", "Check Mode Field")
    check_reserved = u8(0, "ccp.opt.cm.reserved", "Reserved", mask=0xF8, within=check)
    check_mode = u8(0, "ccp.opt.cm.check_mode", "Check Mode", mask=0x07, within=check)
    bits = u32(None, "ccp.opt.supported_bits", "Supported Bits", HEX)
    bit_h = flag(0, "ccp.opt.supported_bits.h", "H", 0x01000000, within=bits)
    bit_m = flag(0, "ccp.opt.supported_bits.m", "M", 0x80, within=bits)
    bit_s = flag(0, "ccp.opt.supported_bits.s", "S", 0x40, within=bits)
    bit_l = flag(0, "ccp.opt.supported_bits.l", "L", 0x20, within=bits)
    bit_d = flag(0, "ccp.opt.supported_bits.d", "D", 0x10, within=bits)
    bit_c = flag(0, "ccp.opt.supported_bits.c", "C", 0x01, within=bits)
    window = u8(None, "ccp.opt.window", "Window", mask=0xF0)
    method = u8(None, "ccp.opt.method", "Method", mask=0x0F)
    zero = u8(None, "ccp.opt.mbz", "MBZ", mask=0xFC)
    chk = u8(None, "ccp.opt.chk", "Chk", mask=0x03)
    versions = u8(None, "ccp.opt.vd", "Vers/Dict", HEX)
    version = u8(0, "ccp.opt.vd.vers", "Vers", mask=0xE0, within=versions)
    dictionary = u8(0, "ccp.opt.vd.dict", "Dict", mask=0x1F, within=versions)
    history = u8(None, "ccp.opt.history", "History")
    gandalf_version = Field("ccp.opt.version", "Version", BYTES)
    plain_check = u8(None, "ccp.opt.check_mode", "Check Mode")
    process = u8(None, "ccp.opt.process_mode", "Process Mode")
    features = u8(None, "ccp.opt.fe", "Features", mask=0xC0)
    each = flag(None, "ccp.opt.p", "Packet by Packet flag", 0x20, size=1)
    magnalink_history = u8(None, "ccp.opt.History", "History", mask=0x1F)
    contexts = u8(None, "ccp.opt.contexts", "# Contexts")
    mode = u8(None, "ccp.opt.mode", "Mode", names={1: "No Additional Negotiation",
                                                   2: "Full PPP Negotiation and State Machine"})  # fmt: skip
    dictionaries = u16(None, "ccp.opt.mode_dictcount", "Mode/Dictionary Count")
    dictionary_size = u16(None, "ccp.opt.dict_size", "Dictionary Size")
    history_length = u16(None, "ccp.opt.history_length", "History Length")
    opt_data = Field("ccp.opt.data", "Data", BYTES)
    ascend = option("ccp.opt.stac_ascend", "Stac Electronics LZS (Ascend Proprietary version)")
    vendor = option("ccp.opt_oui", "OUI")
    predictor_1 = option("ccp.opt.predict1", "Predictor type 1")
    predictor_2 = option("ccp.opt.predict2", "Predictor type 2")
    puddle = option("ccp.opt.puddle", "Puddle Jumper")
    hewlett = option("ccp.opt.hpppc", "Hewlett-Packard PPC")
    stac = option("ccp.opt.stac", "Stac Electronics LZS")
    microsoft = option("ccp.opt.mppe", "Microsoft PPE/PPC")
    gandalf = option("ccp.opt.gfza", "Gandalf FZA")
    v42bis = option("ccp.opt.v42bis", "V.42bis compression")
    bsd = option("ccp.opt.bsdcomp", "BSD LZW Compress")
    lzsdcp = option("ccp.opt.lzsdcp", "LZS-DCP")
    magnalink = option("ccp.opt.mvrca", "MVRCA (Magnalink)")
    dce = option("ccp.opt.dce", "PPP for Data Compression in Data Circuit-Terminating Equipment (DCE)")
    deflate = option("ccp.opt.deflate", "Deflate")
    v44 = option("ccp.opt.v44lzjh", "V.44/LZJH compression")
    known = {
        0: vendor, 1: predictor_1, 2: predictor_2, 3: puddle, 16: hewlett, 17: stac, 18: microsoft, 19: gandalf,
        20: v42bis, 21: bsd, 23: lzsdcp, 24: magnalink, 25: dce, 26: deflate, 27: v44,
    }  # fmt: skip

    @classmethod
    def _shared(cls, c: Cursor, *fields: Field) -> None:
        """Fields of one byte."""
        for field in fields[:-1]:
            c.add(field)
            c.pos -= 1
        c.add(fields[-1])

    @classmethod
    def _one(cls, c: Cursor) -> None:
        if c.peek(1) == 17 and c.peek(1, 1) == 6 and c.remaining >= 6:
            with c.group(cls.ascend, 6, cls.ascend.label, True):
                cls._kind(c, 17)
                c.rest(cls.opt_data)
        else:
            super()._one(c)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 0:
            c.add(cls.opt_oui)
            c.add(cls.subtype)
        elif kind == 17 and c.remaining == 3:
            c.add(cls.histories)
            c.add(cls.check)
        elif kind == 18:
            c.add(cls.bits)
        elif kind == 21:
            c.add(cls.versions)
        elif kind == 19:
            c.add(cls.history)
            c.rest(cls.gandalf_version)
        elif kind == 23:
            for field in (cls.histories, cls.plain_check, cls.process):
                c.add(field)
        elif kind == 24:
            cls._shared(c, cls.features, cls.each, cls.magnalink_history)
            c.add(cls.contexts)
        elif kind == 25:
            c.add(cls.mode)
        elif kind == 27:
            for field in (cls.dictionaries, cls.dictionary_size, cls.history_length):
                if c.remaining:
                    c.add(field)
        elif kind == 26:
            cls._shared(c, cls.window, cls.method)
            cls._shared(c, cls.zero, cls.chk)
        c.rest(cls.opt_data)


class CDPCP(Control):
    """The control protocol of CDP: no options are known."""

    name, label, column = "cdpcp", "PPP CDP Control Protocol", "PPP CDPCP"
    binds = {"ppp": (0x8207,)}
    known = {}


class MPLSCP(Control):
    """The control protocol of MPLS (RFC 3032, section 4): it has no options."""

    name, label, column = "mplscp", "PPP MPLS Control Protocol", "PPP MPLSCP"
    binds = {"ppp": (0x8281,)}
    known = {}


class OSINLCP(Control):
    """The control protocol of OSI's network layer (RFC 1377)."""

    name, label, column = "osinlcp", "PPP OSI Network Layer Control Protocol", "PPP OSINLCP"
    binds = {"ppp": (0x8023,)}
    exact = {1: 3}

    opt_kind = u8(None, "osinlcp.opt.type", "Type")
    opt_size = u8(None, "osinlcp.opt.length", "Length")
    alignment = u8(None, "osinlcp.opt.alignment", "Alignment")
    align = option("osinlcp.opt.def_pid", "Align-NPDU")
    known = {1: align}

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        c.add(cls.alignment)


class PPPMuxCP(Control):
    """The control protocol of multiplexing (RFC 3153)."""

    name, label, column = "pppmuxcp", "PPPMux Control Protocol", "PPP PPPMuxCP"
    binds = {"ppp": (0x8059,)}
    exact = {1: 4}

    opt_kind = u8(None, "pppmuxcp.opt.type", "Type")
    opt_size = u8(None, "pppmuxcp.opt.length", "Length")
    default = u16(None, "pppmuxcp.def_prot_id", "Default Protocol ID", HEX, names=PROTOCOLS)
    default_bytes = option("pppmuxcp.opt.def_pid", "Default Protocol ID")
    known = {1: default_bytes}

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        c.add(cls.default)


class BACP(Control):
    """The bandwidth allocation control protocol (RFC 2125)."""

    name, label, column = "bacp", "PPP Bandwidth Allocation Control Protocol", "PPP BACP"
    binds = {"ppp": (0xC02B,)}
    exact = {1: 6}

    opt_kind = u8(None, "bacp.opt.type", "Type")
    opt_size = u8(None, "bacp.opt.length", "Length")
    favored = u32(None, "bacp.magic_number", "Magic number", HEX)
    favored_bytes = option("bacp.opt.favored_peer", "Favored-Peer")
    known = {1: favored_bytes}

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        c.add(cls.favored)


class BCP(Control):
    """The control protocol of bridging (RFC 3518)."""

    name, label, column = "bcp_ncp", "PPP Bridging Control Protocol Network Control Protocol", "PPP BCP NCP"
    binds = {"ppp": (0x8031,)}
    exact = {1: 4, 2: 4, 3: 3, 4: 3, 5: 3, 6: 8, 8: 3, 9: 3, 10: 3}

    opt_kind = u8(None, "bcp_ncp.lcp.opt.type", "Type")
    opt_size = u8(None, "bcp_ncp.lcp.opt.length", "Length")
    segment = u16(None, "bcp_ncp.lcp.lan_seg_no", "LAN Segment Number", mask=0xFFF0)
    bridge = u16(None, "bcp_ncp.lcp.bridge_no", "Bridge Number", mask=0x000F)
    mac_type = u8(None, "bcp_bpdu.mac_type", "MAC Type")
    tinygram = flag(None, "bcp_ncp.lcp.tinygram_comp", "Tinygram-Compression", size=1)
    address = ether(None, "bcp_ncp.lcp.mac_addres", "MAC Address")
    spanning = u8(None, "bcp_ncp.lcp.stp_protocol", "Protocol")
    bridge_id = option("bcp_ncp.opt.bridge_id", "Bridge-Identification")
    line_id = option("bcp_ncp.opt.line_id", "Line-Identification")
    mac_support = option("bcp_ncp.opt.mac_sup", "MAC-Support")
    tinygram_bytes = option("bcp_ncp.opt.tinygram_comp", "Tinygram-Compression")
    lan_id = option("bcp_ncp.opt.lan_id", "LAN-Identification (obsolete)")
    mac_address = option("bcp_ncp.opt.mac_addr", "MAC-Address")
    spanning_bytes = option("bcp_ncp.opt.stp", "Spanning Tree Protocol (old formatted)")
    tags = option("bcp_ncp.opt.ieee_802_tagged_frame", "IEEE 802 Tagged Frame")
    inline = option("bcp_ncp.opt.management_inline", "Management Inline")
    indicator = option("bcp_ncp.opt.bcp_ind", "Bridge Control Packet Indicator")
    known = {
        1: bridge_id, 2: line_id, 3: mac_support, 4: tinygram_bytes, 5: lan_id, 6: mac_address, 7: spanning_bytes,
        8: tags, 9: inline, 10: indicator,
    }  # fmt: skip

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind in (1, 2):
            c.add(cls.segment)
            c.pos -= 2
            c.add(cls.bridge)
        elif kind in (3, 4, 6):
            c.add({3: cls.mac_type, 4: cls.tinygram, 6: cls.address}[kind])
        elif kind == 7:
            while c.remaining:
                c.add(cls.spanning)


CALLBACK_CODES = {1: "Callback Request", 2: "Callback Response", 3: "Callback Ack"}


class CBCP(Control):
    """Microsoft's callback control protocol."""

    name, label, column = "cbcp", "PPP Callback Control Protocol", "PPP CBCP"
    binds = {"ppp": (0xC029,)}
    exact = {1: 2, 3: 4}
    least = {2: 4, 4: 4}

    opt_kind = u8(None, "cbcp.opt.type", "Type")
    opt_size = u8(None, "cbcp.opt.length", "Length")
    delay = u8(None, "cbcp.callback_delay", "Callback delay", unit="seconds")
    address_kind = u8(None, "cbcp.address_type", "Address Type", names={1: "PSTN/ISDN", 2: "Other"})
    address = Field("cbcp.address", "Address", STRINGZ)
    none = option("cbcp.opt.no_callback", "No callback")
    user = option("cbcp.opt.callback_user", "Callback to a user-specified number")
    administrator = option("cbcp.opt.callback_admin", "Callback to a pre-specified or admin-specified number")
    several = option("cbcp.opt.callback_list", "Callback to any of a list of numbers")
    known = {1: none, 2: user, 3: administrator, 4: several}

    @staticmethod
    def info(code: int) -> str:
        return CALLBACK_CODES.get(code, "Unknown")

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 1:
            return
        c.add(cls.delay)
        while c.remaining:
            c.add(cls.address_kind)
            end = c.data.find(b"\0", c.pos, c.end)
            c.add(cls.address, (end + 1 if end >= 0 else c.end) - c.pos)


PAP_CODES = {1: "Authenticate-Request", 2: "Authenticate-Ack", 3: "Authenticate-Nak"}
CHAP_CODES = {1: "Challenge", 2: "Response", 3: "Success", 4: "Failure"}


class PAP(Layer):
    """A name and a password, and the answer."""

    name, label, column = "pap", "PPP Password Authentication Protocol", "PPP PAP"
    binds = {"ppp": (PAP_NUMBER,)}

    code = u8(0, "pap.code", "Code", names=PAP_CODES)
    identifier = u8(1, "pap.identifier", "Identifier")
    size_ = u16(2, "pap.length", "Length")
    data = group("pap.data", "Data")
    peer_size = u8(None, "pap.peer_id.length", "Peer-ID-Length")
    peer = Field("pap.peer_id", "Peer-ID", STRING)
    password_size = u8(None, "pap.password.length", "Password-Length")
    password = Field("pap.password", "Password", STRING)
    message_size = u8(None, "pap.message.length", "Message-Length")
    message = Field("pap.message", "Message", STRING)
    stuff = Field("pap.stuff", "stuff", BYTES)

    @staticmethod
    def info(code: int) -> str:
        return PAP_CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.peek(1)
        with c.group(cls.data):
            if c.h.code == 1:
                name = c.add(cls.peer, c.add(cls.peer_size))
                secret = c.add(cls.password, c.add(cls.password_size))
                c.append_info(f" (Peer-ID='{name}', Password='{secret}')")
            elif c.h.code in (2, 3):
                text = c.add(cls.message, c.add(cls.message_size))
                c.append_info(f" (Message='{text}')")
            else:
                c.rest(cls.stuff)


class CHAPMessage(Layer):
    """A challenge, its response, and what came of it."""

    name, label, column = "chap", "PPP Challenge Handshake Authentication Protocol", "PPP CHAP"
    binds = {"ppp": (CHAP,)}

    code = u8(0, "chap.code", "Code", names=CHAP_CODES)
    identifier = u8(1, "chap.identifier", "Identifier")
    size_ = u16(2, "chap.length", "Length")
    data = group("chap.data", "Data")
    value_size = u8(None, "chap.value_size", "Value Size")
    value = Field("chap.value", "Value", BYTES)
    peer = Field("chap.name", "Name", STRING)
    message = Field("chap.message", "Message", STRING)
    stuff = Field("chap.stuff", "Stuff", BYTES)

    total = lambda h: where((h.size_ >= 4) & (h.size_ <= h.limit - h.start), h.size_, h.limit - h.start)

    @staticmethod
    def info(code: int) -> str:
        return CHAP_CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.code in (3, 4):
            text = c.data[c.pos : c.end].decode("utf-8", "replace")
            c.rest(cls.message)
            c.append_info(f" (MESSAGE='{text}')")
        elif c.h.code in (1, 2) and c.remaining:
            with c.group(cls.data):
                value = c.add(cls.value, c.add(cls.value_size))
                name = c.data[c.pos : c.end].decode("utf-8", "replace")
                c.rest(cls.peer)
                c.append_info(f" (NAME='{name}', VALUE=0x{bytes(value).hex()})")
        else:
            c.rest(cls.stuff)
