"""LISP: the header of encapsulated packets (RFC 9300), and control messages (RFC 9301, addresses: RFC 8060).

 0                   1                   2                   3
+-+-+-+-+-+-----+-----------------------------------------------+
|N|L|E|V|I|     |          nonce (N) or map version (V)         |   data
+-+-+-+-+-+-----+-----------------------------------------------+
|   instance id and locator status bits (I), or only those (L)  |
+---------------------------------------------------------------+

+-------+---------------------------------------+---------------+
| type  |           flags, reserved             | record count  |   control
+-------+---------------------------------------+---------------+
|                           nonce (8)                           |
+---------------------------------------------------------------+
|   authentication (Map-Register, Map-Notify), then records     |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    ETHER,
    HEX,
    IPV4,
    IPV6,
    NONE,
    STRING,
    STRINGZ,
    UINT16,
    Field,
    flag,
    group,
    raw,
    u8,
    u16,
    u24,
    u32,
    u64,
    where,
)
from dissect.engine.layer import Layer, Note, To
from dissect.engine.values import ether_text, ipv4_text, ipv6_text

MESSAGES = {
    1: "Map-Request", 2: "Map-Reply", 3: "Map-Register", 4: "Map-Notify", 6: "Map-Referral", 7: "Info",
    8: "Encapsulated Control Message",
}  # fmt: skip
REQUEST, REPLY, REGISTER, NOTIFY, REFERRAL, INFO, ENCAPSULATED = MESSAGES
AFIS = {
    0: "Reserved", 1: "IPv4", 2: "IPv6", 6: "802 (includes all 802 media plus Ethernet 'canonical format')",
    17: "Distinguished Name", 16387: "LISP Canonical Address Format (LCAF)", 16389: "48-bit MAC",
}  # fmt: skip
LCAF = 16387
MACS = (6, 16389)
ACTIONS = {0: "No-Action", 1: "Natively-Forward", 2: "Send-Map-Request", 3: "Drop"}
LCAF_TYPES = {
    0: "Null Body", 1: "AFI List", 2: "Instance ID", 3: "AS Number", 4: "Application Data", 5: "Geo Coordinates",
    6: "Opaque Key", 7: "NAT Traversal", 8: "Nonce Locator", 9: "Multicast Info", 10: "Explicit Locator Path",
    11: "Security Key", 12: "Source/Dest Key", 13: "Replication List Entry", 14: "JSON Data Model",
    15: "Key/Value Address Pair", 255: "Vendor Specific LCAF",
}  # fmt: skip


class Family(NamedTuple):
    """The fields of an address that its address family precedes."""

    afi: Field
    ipv4: Field
    ipv6: Field
    mac: Field | None = None
    dn: Field | None = None


def family(name: str, label: str, afi: str = "", mac: bool = False, dn: bool = False, joint: str = ".") -> Family:
    """The fields `name`.afi, .ipv4, .ipv6 and so on."""
    return Family(
        Field(f"{name}.afi", afi or f"{label} AFI", UINT16, names=AFIS),
        Field(f"{name}{joint}ipv4", label, IPV4),
        Field(f"{name}{joint}ipv6", label, IPV6),
        Field(f"{name}.mac", label, ETHER) if mac else None,
        Field(f"{name}.dn", label, STRINGZ) if dn else None,
    )


class LISPData(Layer):
    """An encapsulated packet's header."""

    name, label, column = "lisp-data", "Locator/ID Separation Protocol (Data)", "LISP"
    binds = {"udp.port": (4341,)}

    flags = u8(0, "lisp-data.flags", "Flags", HEX)
    n = flag(0, "lisp-data.flags.nonce", "N bit (Nonce present)", 0x80, within=flags)
    lsb_bit = flag(0, "lisp-data.flags.lsb", "L bit (Locator-Status-Bits field enabled)", 0x40, within=flags)
    e = flag(0, "lisp-data.flags.enr", "E bit (Echo-Nonce-Request)", 0x20, within=flags)
    v = flag(0, "lisp-data.flags.mv", "V bit (Map-Version present)", 0x10, within=flags)
    i = flag(0, "lisp-data.flags.iid", "I bit (Instance ID present)", 0x08, within=flags)
    res = u8(0, "lisp-data.flags.res", "Reserved", HEX, mask=0x07, within=flags)
    nonce = u24(1, "lisp-data.nonce", "Nonce", DEC_HEX, when=lambda h: h.n)
    mapver = u24(1, "lisp-data.mapver", "Map-Version", HEX, when=lambda h: h.v & (h.n == 0))
    source_version = u24(1, "lisp-data.srcmapver", "Source Map-Version", mask=0xFFF000, within=mapver)
    dest_version = u24(1, "lisp-data.dstmapver", "Destination Map-Version", mask=0x000FFF, within=mapver)
    iid = u24(4, "lisp-data.iid", "Instance ID", when=lambda h: h.i)
    lsb8 = u8(7, "lisp-data.lsb8", "Locator-Status-Bits", HEX, when=lambda h: h.i & h.lsb_bit)
    lsb = u32(4, "lisp-data.lsb", "Locator-Status-Bits", HEX, when=lambda h: h.lsb_bit & (h.i == 0))
    rest = u32(4, "", "Instance ID and locator status bits")
    inner = u8(lambda h: 8, "", "First byte of the packet")

    length = lambda h: 8
    next = (
        To("ip", when=lambda h: h.inner >> 4 == 4),
        To("ipv6", when=lambda h: h.inner >> 4 == 6),
        To("data"),
    )
    scope = ("iid",)
    notes = (
        Note("lisp-data.flags.en_invalid", "warn", "Protocol", "Invalid flag combination: if E is set, N MUST be set",
             when=lambda h: h.e & (h.n == 0)),
        Note("lisp-data.flags.nv_invalid", "warn", "Protocol", "Invalid flag combination: N and V can't be set both",
             when=lambda h: h.n & h.v),
    )  # fmt: skip

    @staticmethod
    def info() -> str:
        return "LISP Encapsulation Header"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 1
        for used, size in ((c.h.n or c.h.v, 3), (c.h.i or c.h.lsb_bit, 3), (c.h.lsb_bit, 1)):
            if used:
                c.pos += size
            else:
                c.skip(size)


def shown(*types: int) -> Any:
    """Whether the message is one of these types."""
    return lambda h: sum((h.type == one) * 1 for one in types) > 0


class LISP(Layer):
    """A control message."""

    name, label, column = "lisp", "Locator/ID Separation Protocol", "LISP"
    binds = {"udp.port": (4342,)}

    type = u24(0, "lisp.type", "Type", mask=0xF00000, names=MESSAGES)
    ecm_sec = flag(0, "lisp.ecm.flags.sec", "S bit (LISP-SEC capable)", 0x08000000, size=4, when=shown(ENCAPSULATED))
    ecm_ddt = flag(0, "lisp.ecm.flags.ddt", "D bit (DDT-originated)", 0x04000000, size=4, when=shown(ENCAPSULATED))
    ecm_res = u32(0, "lisp.ecm.res", "Reserved bits", HEX, mask=0x03FFFFFF, when=shown(ENCAPSULATED))
    request = u24(0, "lisp.mreq.flags", "Flags", HEX, mask=0x0FC000, when=shown(REQUEST))
    request_a = flag(0, "lisp.mreq.flags.auth", "A bit (Authoritative)", 0x080000, within=request)
    request_m = flag(0, "lisp.mreq.flags.mrp", "M bit (Map-Reply present)", 0x040000, within=request)
    request_probe = flag(0, "lisp.mreq.flags.probe", "P bit (Probe)", 0x020000, within=request)
    request_smr = flag(0, "lisp.mreq.flags.smr", "S bit (Solicit-Map-Request)", 0x010000, within=request)
    request_pitr = flag(0, "lisp.mreq.flags.pitr", "p bit (Proxy ITR)", 0x008000, within=request)
    request_smri = flag(0, "lisp.mreq.flags.smri", "s bit (SMR-invoked)", 0x004000, within=request)
    request_res = u24(0, "lisp.mreq.res", "Reserved bits", HEX, mask=0x003FE0, when=shown(REQUEST))
    irc = u24(0, "lisp.irc", "ITR-RLOC Count", mask=0x00001F, when=shown(REQUEST))
    reply_probe = flag(0, "lisp.mrep.flags.probe", "P bit (Probe)", 0x080000, size=3, when=shown(REPLY))
    reply_e = flag(
        0,
        "lisp.mrep.flags.enlr",
        "E bit (Echo-Nonce locator reachability algorithm enabled)",
        0x040000,
        size=3,
        when=shown(REPLY),
    )
    reply_sec = flag(0, "lisp.mrep.flags.sec", "S bit (LISP-SEC capable)", 0x020000, size=3, when=shown(REPLY))
    reply_res = u24(0, "lisp.mrep.res", "Reserved bits", HEX, mask=0x01FFFF, when=shown(REPLY))
    register_pmr = flag(0, "lisp.mreg.flags.pmr", "P bit (Proxy-Map-Reply)", 0x080000, size=3, when=shown(REGISTER))
    register_sec = flag(0, "lisp.mreg.flags.sec", "S bit (LISP-SEC capable)", 0x040000, size=3, when=shown(REGISTER))
    register_i = flag(0, "lisp.mreg.flags.xtrid", "I bit (xTR-ID present)", 0x020000, size=3, when=shown(REGISTER))
    register_rtr = flag(0, "lisp.mreg.flags.rtr", "R bit (Built for an RTR)", 0x010000, size=3, when=shown(REGISTER))
    register_res = u24(0, "lisp.mreg.res", "Reserved bits", HEX, mask=0x00FFFE, when=shown(REGISTER))
    register_m = flag(0, "lisp.mreg.flags.wmn", "M bit (Want-Map-Notify)", 0x000001, size=3, when=shown(REGISTER))
    notify_i = flag(0, "lisp.mnot.flags.xtrid", "I bit (xTR-ID present)", 0x080000, size=3, when=shown(NOTIFY))
    notify_rtr = flag(0, "lisp.mnot.flags.rtr", "R bit (Built for an RTR)", 0x040000, size=3, when=shown(NOTIFY))
    notify_res = u24(0, "lisp.mnot.res", "Reserved bits", HEX, mask=0x03FFFF, when=shown(NOTIFY))
    referral_res = u24(0, "lisp.mref.res", "Reserved bits", HEX, mask=0x0FFFFF, when=shown(REFERRAL))
    info_r = flag(0, "lisp.info.r", "R bit (Info-Reply)", 0x080000, size=3, when=shown(INFO))
    info_res1 = u32(0, "lisp.info.res1", "Reserved bits", HEX, mask=0x07FFFFFF, when=shown(INFO))
    records = u8(3, "lisp.records", "Record Count", when=shown(REQUEST, REPLY, REGISTER, NOTIFY, REFERRAL))
    nonce = u64(4, "lisp.nonce", "Nonce", HEX, when=shown(REQUEST, REPLY, REGISTER, NOTIFY, REFERRAL, INFO))
    inner = u8(lambda h: 4, "", "First byte of the packet", when=shown(ENCAPSULATED))

    keyid = u16(None, "lisp.keyid", "Key ID", HEX)
    authlen = u16(None, "lisp.authlen", "Authentication Data Length")
    auth = Field("lisp.auth", "Authentication Data", BYTES)
    rtr_keyid = u16(None, "lisp.msrtr.keyid", "MS-RTR Key ID", HEX)
    rtr_authlen = u16(None, "lisp.msrtr.authlen", "MS-RTR Authentication Data Length")
    rtr_auth = Field("lisp.msrtr.auth", "MS-RTR Authentication Data", BYTES)
    xtrid = raw(None, "lisp.xtrid", "xTR-ID", size=16)
    siteid = raw(None, "lisp.siteid", "Site-ID", size=8)
    source_eid = Family(
        Field("lisp.mreq.srceid.afi", "Source EID AFI", UINT16, names=AFIS),
        Field("lisp.mreq.srceid.ipv4", "Source EID", IPV4), Field("lisp.mreq.srceid_ipv6", "Source EID", IPV6),
        Field("lisp.mreq.srceid.mac", "Source EID", ETHER),
    )  # fmt: skip
    source_none = Field("lisp.mreq.srceid.string", "Source EID", STRING)
    itr = group("lisp.mreq.itr_rloc", "ITR-RLOC")
    itr_rloc = family("lisp.mreq.itr_rloc", "ITR-RLOC Address", "ITR-RLOC AFI", joint="_")
    record = group("lisp.mreq.record", "Map-Request Record")
    record_res = u8(None, "lisp.mreq.record.res", "Reserved", HEX)
    record_length = u8(None, "lisp.mreq.record.prefix.length", "Prefix Length")
    record_prefix = family("lisp.mreq.record.prefix", "Prefix", "Prefix AFI", mac=True, dn=True)
    reply = group("lisp.mrep.record", "Map-Reply Record")
    info_ttl = u32(None, "lisp.info.ttl", "TTL")
    info_res2 = u8(None, "lisp.info.res2", "Reserved bits", HEX)
    info_mask = u8(None, "lisp.info.prefix.masklen", "EID Prefix Mask Length")
    info_prefix = family("lisp.info.prefix", "Prefix", "Prefix AFI")
    info_afi = u16(None, "lisp.info.afi", "AFI", names=AFIS)

    mapping = group("lisp.mapping", "Mapping Record")
    ttl = u32(None, "lisp.mapping.ttl", "Record TTL")
    loccnt = u8(None, "lisp.mapping.loccnt", "Locator Count")
    eid_mask = u8(None, "lisp.mapping.eid.masklen", "EID Mask Length")
    action_word = u16(None, "", "Action and flags")
    act = u16(0, "lisp.mapping.act", "Action", mask=0xE000, names=ACTIONS, within=action_word)
    authoritative = flag(0, "lisp.mapping.auth", "Authoritative bit", 0x1000, within=action_word)
    res1 = u16(0, "lisp.mapping.res1", "Reserved", HEX, mask=0x07FF, within=action_word)
    incomplete = flag(None, "lisp.referral.incomplete", "Incomplete")
    version_word = u16(None, "", "Version")
    res2 = u16(0, "lisp.mapping.res2", "Reserved", HEX, mask=0xF000, within=version_word)
    version = u16(0, "lisp.mapping.ver", "Mapping Version", mask=0x0FFF, within=version_word)
    referral_word = u16(None, "", "Version")
    sigcnt = u16(0, "lisp.referral.sigcnt", "Signature Count", mask=0xF000, within=referral_word)
    referral_version = u16(0, "lisp.mapping.ver", "Mapping Version", mask=0x0FFF, within=referral_word)
    eid = family("lisp.mapping.eid", "EID Prefix", "EID Prefix AFI", mac=True, dn=True)
    loc = group("lisp.loc", "Locator Record")
    priority = u8(None, "lisp.loc.priority", "Priority")
    weight = u8(None, "lisp.loc.weight", "Weight")
    multicast_priority = u8(None, "lisp.loc.multicast_priority", "Multicast Priority")
    multicast_weight = u8(None, "lisp.loc.multicast_weight", "Multicast Weight")
    loc_flags = u16(None, "lisp.loc.flags", "Flags", HEX)
    loc_res = u16(0, "lisp.loc.flags.res", "Reserved", HEX, mask=0xFFF8, within=loc_flags)
    loc_local = flag(0, "lisp.loc.flags.local", "Local", 0x0004, within=loc_flags)
    loc_probe = flag(0, "lisp.loc.flags.probe", "Probe", 0x0002, within=loc_flags)
    loc_reach = flag(0, "lisp.loc.flags.reach", "Reachable", 0x0001, within=loc_flags)
    loc_afi = u16(None, "lisp.loc.afi", "AFI", names=AFIS)
    locator = Field("lisp.loc.locator", "Locator", STRING)

    lcaf = group("lisp.lcaf", "LCAF")
    lcaf_header = Field("lisp.lcaf.header", "LCAF Header", BYTES)
    lcaf_res1 = u8(None, "lisp.lcaf.res1", "Reserved bits", HEX)
    lcaf_flags = u8(None, "lisp.lcaf.flags", "Flags", HEX)
    lcaf_type = u8(None, "lisp.lcaf.type", "Type", names=LCAF_TYPES)
    lcaf_res2 = u8(None, "lisp.lcaf.res2", "Reserved bits", HEX)
    lcaf_length = u16(None, "lisp.lcaf.length", "Length")
    item = group("lisp.lcaf.afi_list.item", "List Item")
    item_address = family("lisp.lcaf.afi_list", "List Item Address", "List Item AFI", mac=True, dn=True)
    iid = u32(None, "lisp.lcaf.iid", "Instance ID")
    iid_address = family("lisp.lcaf.iid", "Address", mac=True, dn=True)
    asn = u32(None, "lisp.lcaf.asn", "AS Number")
    asn_address = family("lisp.lcaf.asn", "Address", mac=True, dn=True)
    lat = group("lisp.lcaf.geo.lat", "Latitude")
    lat_word = u16(None, "", "Hemisphere and degrees")
    lat_hemisphere = u16(0, "lisp.lcaf.geo.lat.hemisphere", "Hemisphere", mask=0x8000, within=lat_word)
    lat_deg = u16(0, "lisp.lcaf.geo.lat.deg", "Degrees", mask=0x7FFF, within=lat_word)
    lat_min = u8(None, "lisp.lcaf.geo.lat.min", "Minutes")
    lat_sec = u8(None, "lisp.lcaf.geo.lat.sec", "Seconds")
    lon = group("lisp.lcaf.geo.lon", "Longitude")
    lon_word = u16(None, "", "Hemisphere and degrees")
    lon_hemisphere = u16(0, "lisp.lcaf.geo.lon.hemisphere", "Hemisphere", mask=0x8000, within=lon_word)
    lon_deg = u16(0, "lisp.lcaf.geo.lon.deg", "Degrees", mask=0x7FFF, within=lon_word)
    lon_min = u8(None, "lisp.lcaf.geo.lon.min", "Minutes")
    lon_sec = u8(None, "lisp.lcaf.geo.lon.sec", "Seconds")
    alt = Field("lisp.lcaf.geo.alt", "Altitude", NONE)
    geo_address = family("lisp.lcaf.geo", "Address", mac=True, dn=True)
    ms_port = u16(None, "lisp.lcaf.natt.msport", "MS UDP Port Number")
    etr_port = u16(None, "lisp.lcaf.natt.etrport", "ETR UDP Port Number")
    natt = group("lisp.lcaf.natt.rloc", "RLOC")
    natt_rloc = family("lisp.lcaf.natt.rloc", "RLOC")
    nonce_res = u8(None, "lisp.lcaf.nonce_loc.res", "Reserved bits", HEX)
    nonce_loc = u24(None, "lisp.lcaf.nonce_loc", "Nonce", HEX)
    nonce_address = family("lisp.lcaf.nonce_loc", "Address", mac=True, dn=True)
    mc_flags = u8(None, "lisp.lcaf.mcinfo.flags", "Multicast Info Flags", HEX)
    mc_flags_res = u8(0, "lisp.lcaf.mcinfo.flags.res", "Reserved", HEX, mask=0xF8, within=mc_flags)
    mc_rp = flag(0, "lisp.lcaf.mcinfo.flags.rp", "RP-bit", 0x04, within=mc_flags)
    mc_leave = flag(0, "lisp.lcaf.mcinfo.flags.leave", "Leave (L-bit)", 0x02, within=mc_flags)
    mc_join = flag(0, "lisp.lcaf_mcinfo.flags.join", "Join (J-bit)", 0x01, within=mc_flags)
    mc_iid = u32(None, "lisp.lcaf.mcinfo_iid", "Instance ID")
    mc_res = u16(None, "lisp.lcaf.mcinfo.res", "Reserved bits", HEX)
    mc_source_mask = u8(None, "lisp.lcaf.mcinfo.src.masklen", "Source Mask Length")
    mc_group_mask = u8(None, "lisp.lcaf.mcinfo.grp.masklen", "Group Mask Length")
    mc_source = group("lisp.lcaf.mcinfo.src", "Source/Subnet Address")
    mc_source_address = family("lisp.lcaf.mcinfo.src", "Source/Subnet Address", "Source/Subnet AFI")
    mc_group = group("lisp.lcaf.mcinfo.grp", "Group Address")
    mc_group_address = family("lisp.lcaf.mcinfo.grp", "Group Address", "Group AFI")
    hop = group("lisp.lcaf.elp_hop", "Reencap Hop")
    hop_flags = u16(None, "lisp.lcaf.elp_hop.flags", "Flags", HEX)
    hop_res = u16(0, "lisp.lcaf.elp_hop.flags.res", "Reserved", HEX, mask=0xFFF8, within=hop_flags)
    hop_lookup = flag(0, "lisp.lcaf.elp_hop.flags.local", "Lookup", 0x0004, within=hop_flags)
    hop_probe = flag(0, "lisp.lcaf.elp_hop.flags.probe", "Probe", 0x0002, within=hop_flags)
    hop_strict = flag(0, "lisp.lcaf_elp_hop.flags.strict", "Strict", 0x0001, within=hop_flags)
    hop_address = family("lisp.lcaf.elp_hop", "Reencap Hop")
    key_res = u16(None, "lisp.lcaf.srcdst.res", "Reserved bits", HEX)
    key_source_mask = u8(None, "lisp.lcaf.srcdst.src.masklen", "Source Prefix Mask Length")
    key_dest_mask = u8(None, "lisp.lcaf.srcdst.dst.masklen", "Destination Prefix Mask Length")
    key_source = group("lisp.lcaf.srcdst.src", "Source Prefix")
    key_source_address = family("lisp.lcaf.srcdst.src", "Source Prefix", mac=True)
    key_dest = group("lisp.lcaf.srcdst.dst", "Destination Prefix")
    key_dest_address = family("lisp.lcaf.srcdst.dst", "Destination Prefix", mac=True)
    rle = group("lisp.lcaf.rle_entry", "RTR/ETR")
    rle_res = u24(None, "lisp.lcaf.rle_entry.res", "Reserved bits", HEX)
    rle_level = u8(None, "lisp.lcaf.rle_entry.level", "Level Value")
    rle_address = family("lisp.lcaf.rle_entry", "RTR/ETR")
    pair_key = group("lisp.lcaf.kv_key", "Key")
    pair_key_address = family("lisp.lcaf.kv_key", "Key", mac=True, dn=True)
    pair_value = group("lisp.lcaf.kv_value", "Value")
    pair_value_address = family("lisp.lcaf.kv_value", "Value", mac=True, dn=True)
    vendor_res = u8(None, "lisp.lcaf.vendor.res", "Reserved", HEX)
    vendor_oui = u24(None, "lisp.lcaf.vendor.oui", "OUI", HEX)
    vendor_data = Field("lisp.lcaf.vendor.data", "Vendor Specific Data", BYTES)

    informs = True
    odd = lambda h: h.end - h.start < 12  # the nonce may be missing
    length = lambda h: where(h.type == ENCAPSULATED, 4, h.limit - h.start)
    next = (
        To("ip", when=lambda h: h.inner >> 4 == 4),
        To("ipv6", when=lambda h: h.inner >> 4 == 6),
        To("data"),
    )

    @staticmethod
    def info(type: int, request_pitr: bool, request_smr: bool, request_probe: bool, request_smri: bool,
             reply_probe: bool, register_rtr: bool, notify_rtr: bool, info_r: bool) -> str:  # fmt: skip
        text = MESSAGES.get(type, f"Unknown LISP Control Packet ({type})")
        marks = (
            (request_pitr, " by P-ITR"), (request_smr, " (SMR)"), (request_probe, " (RLOC-probe)"),
            (request_smri, " (SMR-invoked)"), (reply_probe, " (RLOC-probe reply)"),
            (register_rtr or notify_rtr, " (RTR)"), (type == INFO and info_r, "-Reply"),
            (type == INFO and not info_r, "-Request"),
        )  # fmt: skip
        return text + "".join(mark for holds, mark in marks if holds)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.type == ENCAPSULATED:
            c.pos = h.start + 4
            return
        if h.type not in MESSAGES:
            return
        outer = h.outer("lisp")
        if outer is not None and not c.run.columns_locked:
            c.info(f"Encapsulated {c.run.tree.info}" + (" (DDT-originated)" if outer.ecm_ddt else ""))
        c.pos = h.start + 12
        if h.type == REQUEST:
            cls.decode_request(c)
        elif h.type == INFO:
            cls.decode_information(c)
        else:
            if h.type in (REGISTER, NOTIFY):
                cls.authentication(c)
            for _ in range(h.records):
                if not cls.decode_mapping(c, h.records == 1):
                    return
            if h.register_i or h.notify_i:
                c.add(cls.xtrid)
                c.add(cls.siteid)
            if h.notify_rtr:
                c.add(cls.rtr_keyid)
                c.add(cls.rtr_auth, c.add(cls.rtr_authlen))

    @classmethod
    def authentication(cls, c: Cursor) -> None:
        """Key, length and authentication data."""
        c.add(cls.keyid)
        c.add(cls.auth, c.add(cls.authlen))

    @classmethod
    def decode_request(cls, c: Cursor) -> None:
        """Who asks, where to answer to, what is asked for; and maybe a mapping of the one who asks."""
        if c.peek(2) == 0:
            c.add(cls.source_eid.afi)
            c.derived(cls.source_none, "not set")
        elif cls.address(c, cls.source_eid) is None:
            return
        for _ in range(c.h.irc + 1):
            with c.group(cls.itr) as itr:
                if cls.address(itr, cls.itr_rloc) is None:
                    return
        for _ in range(c.h.records):
            if c.peek(2, 2) not in AFIS:
                cls.unexpected(c, c.peek(2, 2))
                return
            with c.group(cls.record) as record:
                record.add(cls.record_res)
                mask = record.add(cls.record_length)
                prefix = cls.address(record, cls.record_prefix)
            if c.h.records == 1:
                c.append_info(f" for {prefix}/{mask}")
        if c.h.request_m:
            with c.group(cls.reply) as reply:
                cls.decode_mapping(reply, False)

    @classmethod
    def decode_information(cls, c: Cursor) -> None:
        """An Info-Request or -Reply, which finds out about NATs."""
        cls.authentication(c)
        c.add(cls.info_ttl)
        c.add(cls.info_res2)
        mask = c.add(cls.info_mask)
        prefix = cls.address(c, cls.info_prefix)
        if prefix is None:
            return
        c.append_info(f" for {prefix}/{mask}")
        if c.add(cls.info_afi) == LCAF and c.h.info_r:
            cls.canonical(c)

    @classmethod
    def unexpected(cls, c: Cursor, afi: int) -> None:
        """Note an address family that is not known here."""
        c.note("error", "Protocol", f"Unexpected AFI ({afi}), cannot decode", "lisp.unexpected_field")

    @classmethod
    def decode_mapping(cls, c: Cursor, only: bool) -> bool:
        """A mapping record; False where its prefix cannot be read."""
        if c.peek(2, 10) not in AFIS:
            cls.unexpected(c, c.peek(2, 10))
            return False
        referral = c.h.type == REFERRAL
        with c.group(cls.mapping) as mapping:
            mapping.add(cls.ttl)
            count = mapping.add(cls.loccnt)
            mask = mapping.add(cls.eid_mask)
            word = mapping.add(cls.action_word)
            if referral:
                mapping.derived(cls.incomplete, word & 0x0800 != 0)
            mapping.add(cls.referral_word if referral else cls.version_word)
            prefix = cls.address(mapping, cls.eid)
            if only:
                c.append_info(f" for {prefix}/{mask}")
            for _ in range(count):
                with mapping.group(cls.loc) as locator:
                    cls.decode_locator(locator)
        return True

    @classmethod
    def decode_locator(cls, c: Cursor) -> None:
        """A locator of a mapping."""
        for field in (cls.priority, cls.weight, cls.multicast_priority, cls.multicast_weight, cls.loc_flags):
            c.add(field)
        afi = c.add(cls.loc_afi)
        if afi == LCAF:
            cls.canonical(c)
        elif afi == 0:
            c.derived(cls.locator, "not set")
        elif afi == 1:
            c.add(cls.locator, 4, ipv4_text(c.peek(4)))
        elif afi == 2:
            c.add(cls.locator, 16, ipv6_text(c.peek_bytes(16)))
        elif afi in MACS:
            c.add(cls.locator, 6, ether_text(c.peek_bytes(6)))
        elif afi == 17:
            size = cls.zero_ended(c)
            c.add(cls.locator, size, c.peek_bytes(size)[:-1].decode("ascii", "replace"))
        else:
            cls.unexpected(c, afi)

    @classmethod
    def zero_ended(cls, c: Cursor) -> int:
        """The size of a string, its zero included."""
        found = c.peek_bytes(c.remaining).find(0)
        return found + 1 if found >= 0 else c.remaining + 1

    @classmethod
    def address(cls, c: Cursor, fields: Family) -> str | None:
        """An address family and such an address; its text, None where the family is not expected here."""
        afi = c.add(fields.afi)
        if afi == 0:
            return "not set"
        if afi == 1:
            return ipv4_text(c.add(fields.ipv4))
        if afi == 2:
            return ipv6_text(c.add(fields.ipv6))
        if afi == LCAF:
            return cls.canonical(c)
        if afi in MACS and fields.mac is not None:
            return ether_text(c.add(fields.mac))
        if afi == 17 and fields.dn is not None:
            return str(c.add(fields.dn, cls.zero_ended(c)))
        cls.unexpected(c, afi)
        return None

    @classmethod
    def canonical(cls, c: Cursor) -> str:
        """An address in LISP's canonical format; its text."""
        kind, size = c.peek(1, 2), c.peek(2, 4)
        text = LCAF_TYPES.get(kind, f"Unknown ({kind})")
        with c.group(cls.lcaf, 6 + size, f"LCAF: {text}") as lcaf:
            with lcaf.group(cls.lcaf_header, 6) as header:
                header.add(cls.lcaf_res1)
                header.add(cls.lcaf_flags)
                header.add(cls.lcaf_type)
                header.add(cls.mc_flags if kind == 9 else cls.lcaf_res2)
                header.add(cls.lcaf_length)
            number = lcaf.peek(4) if kind in (2, 3) else 0
            inside = cls.canonical_value(lcaf, kind)
        return {2: f"[{number}] {inside}", 3: f"{inside} (ASN {number})"}.get(kind, text)

    @classmethod
    def canonical_value(cls, c: Cursor, kind: int) -> str | None:
        """What follows the head of an address in canonical format; the text of the one address in it."""
        repeated = {
            1: (cls.item, (), cls.item_address), 7: (cls.natt, (), cls.natt_rloc),
            10: (cls.hop, (cls.hop_flags,), cls.hop_address), 13: (cls.rle, (cls.rle_res, cls.rle_level), cls.rle_address),
        }.get(kind)  # fmt: skip
        single = {2: (cls.iid, cls.iid_address), 3: (cls.asn, cls.asn_address)}.get(kind)
        pair = {
            9: (cls.mc_source, cls.mc_source_address, cls.mc_group, cls.mc_group_address),
            12: (cls.key_source, cls.key_source_address, cls.key_dest, cls.key_dest_address),
            15: (cls.pair_key, cls.pair_key_address, cls.pair_value, cls.pair_value_address),
        }.get(kind)
        for field in {
            7: (cls.ms_port, cls.etr_port), 9: (cls.mc_iid, cls.mc_res, cls.mc_source_mask, cls.mc_group_mask),
            8: (cls.nonce_res, cls.nonce_loc), 12: (cls.key_res, cls.key_source_mask, cls.key_dest_mask),
            255: (cls.vendor_res, cls.vendor_oui),
        }.get(kind, ()):  # fmt: skip
            c.add(field)
        if single is not None:
            c.add(single[0])
            return cls.address(c, single[1])
        elif repeated is not None:
            node, before, fields = repeated
            while c.remaining:
                with c.group(node) as part:
                    for field in before:
                        part.add(field)
                    if cls.address(part, fields) is None:
                        return None
        elif pair is not None:
            for node, fields in ((pair[0], pair[1]), (pair[2], pair[3])):
                with c.group(node) as part:
                    cls.address(part, fields)
        elif kind == 5:
            cls.coordinates(c)
        elif kind == 8:
            cls.address(c, cls.nonce_address)
        elif kind == 255:
            c.rest(cls.vendor_data)
        return None

    @classmethod
    def coordinates(cls, c: Cursor) -> None:
        """A place on earth."""
        with c.group(cls.lat) as lat:
            for field in (cls.lat_word, cls.lat_min, cls.lat_sec):
                lat.add(field)
        with c.group(cls.lon) as lon:
            for field in (cls.lon_word, cls.lon_min, cls.lon_sec):
                lon.add(field)
        c.add(cls.alt, 4)
        cls.address(c, cls.geo_address)
