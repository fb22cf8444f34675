"""What PPP settles of IP: IPCP (RFC 1332, RFC 1877), IPV6CP (RFC 5072), and the compression of headers (RFC 3544)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    HEX,
    Field,
    flag,
    ipv4,
    u8,
    u16,
)
from dissect.layers.ppp_control import Control, option


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
