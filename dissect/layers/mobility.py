"""The mobility header of IPv6 (RFC 6275; fast handovers RFC 5568, proxies RFC 5213, heartbeats RFC 5847,
revocation RFC 5846, localized routing RFC 6705).

     0                   1                   2                   3
    +---------------+---------------+---------------+---------------+
    |payload proto. | header length |      type     |    reserved   |
    +---------------+---------------+---------------+---------------+
    |           checksum            |      by type; then options    |
    +-------------------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, Field, bits, flag, group, ipv4, ipv6, raw, string, u8, u16, u32, u64
from dissect.engine.layer import By, Layer
from dissect.layers.names import IP_PROTOCOLS

TYPES = {
    0: "Binding Refresh Request", 1: "Home Test Init", 2: "Care-of Test Init", 3: "Home Test", 4: "Care-of Test",
    5: "Binding Update", 6: "Binding Acknowledgement", 7: "Binding Error", 8: "Fast Binding Update",
    9: "Fast Binding Acknowledgment", 10: "Fast Neighbor Advertisement", 11: "Experimental Mobility Header",
    12: "Home Agent Switch", 13: "Heartbeat", 14: "Handover Initiate", 15: "Handover Acknowledge",
    16: "Binding Revocation", 17: "Localized Routing Initiation", 18: "Localized Routing Acknowledgment",
}  # fmt: skip
OPTIONS = {
    0: "Pad1", 1: "PadN", 2: "Binding Refresh Advice", 3: "Alternate Care-of Address", 4: "Nonce Indices",
    5: "Authorization Data", 6: "Mobile Network Prefix", 7: "Mobility Header Link-Layer Address",
    8: "Mobile Node Identifier", 9: "AUTH", 10: "MESG-ID", 11: "CGA Parameters Request", 12: "CGA Parameters",
    13: "Signature", 14: "Permanent Home Keygen Token", 15: "Care-of Test Init", 16: "Care-of Test",
    17: "DNS-UPDATE-TYPE", 18: "Experimental", 19: "Vendor Specific", 20: "Service Selection",
    21: "Binding Authorization Data for FMIPv6 (BADF)", 22: "Home Network Prefix", 23: "Handoff Indicator",
    24: "Access Technology Type", 25: "Mobile Node Link-layer Identifier", 26: "Link-local Address", 27: "Timestamp",
    28: "Restart Counter", 29: "IPv4 Home Address", 30: "IPv4 Address Acknowledgement", 31: "NAT Detection",
    32: "IPv4 Care-of Address", 33: "GRE Key", 34: "Mobility Header IPv6 Address/Prefix", 35: "Binding Identifier",
    36: "IPv4 Home Address Request", 37: "IPv4 Home Address Reply", 38: "IPv4 Default-Router Address",
    39: "IPv4 DHCP Support Mode", 40: "Context Request", 41: "Local Mobility Anchor Address",
    42: "Mobile Node Link-local Address Interface Identifier", 43: "Transient Binding", 44: "Flow Summary",
    45: "Flow Identification", 46: "Redirect-Capability", 47: "Redirect", 48: "Load Information",
    49: "Alternate IPv4 Care-of Address", 50: "Mobile Node Group Identifier", 51: "MAG IPv6 Address",
    52: "Access Network Identifier", 55: "Delegated Mobile Network Prefix",
}  # fmt: skip
STATUSES = {
    0: "Binding Update accepted", 1: "Accepted but prefix discovery necessary", 128: "Reason unspecified",
    129: "Administratively prohibited", 130: "Insufficient resources", 131: "Home registration not supported",
    132: "Not home subnet", 133: "Not home agent for this mobile node", 134: "Duplicate Address Detection failed",
    135: "Sequence number out of window", 136: "Expired home nonce index", 137: "Expired care-of nonce index",
    138: "Expired nonces", 139: "Registration type change disallowed", 140: "Mobile Router Operation not permitted",
    141: "Invalid Prefix", 142: "Not Authorized for Prefix", 143: "Mobile Network Prefix information unavailable",
    152: "PROXY_REG_NOT_ENABLED", 153: "NOT_LMA_FOR_THIS_MOBILE_NODE", 154: "MAG_NOT_AUTHORIZED_FOR_PROXY_REG",
    155: "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX", 156: "TIMESTAMP_MISMATCH",
}  # fmt: skip
FAST_STATUSES = {
    0: "Fast Binding Update accepted", 1: "Accepted but use supplied NCoA", 128: "Reason unspecified",
    129: "Administratively prohibited", 130: "Insufficient resources", 131: "Incorrect interface identifier length",
}  # fmt: skip
ERRORS = {1: "Unknown binding for Home Address destination option", 2: "Unrecognized MH type value"}
HANDOFFS = {
    0: "Reserved", 1: "Attachment over a new interface",
    2: "Handoff between two different interfaces of the mobile node",
    3: "Handoff between mobile access gateways for the same interface", 4: "Handoff state unknown",
    5: "Handoff state not changed (Re-registration)",
}  # fmt: skip
ACCESS = {0: "Reserved", 1: "Virtual", 2: "PPP", 3: "IEEE 802.3", 4: "IEEE 802.11a/b/g", 5: "IEEE 802.16e",
          6: "3GPP GERAN", 7: "3GPP UTRAN", 8: "3GPP E-UTRAN", 9: "3GPP2 eHRPD", 10: "3GPP2 HRPD",
          11: "3GPP2 1xRTT", 12: "3GPP2 UMB"}  # fmt: skip
REVOCATIONS = {1: "Binding Revocation Indication", 2: "Binding Revocation Acknowledgement"}
PAD1, NO_NEXT_HEADER, SWITCH, REVOCATION = 0, 59, 12, 16


class MobilityHeader(Layer):
    """What mobile nodes, their home agents and their correspondents tell each other."""

    name, label, column = "mipv6", "Mobile IPv6", "MIPv6"
    binds = {"ip.proto": (135, 62)}  # 62: what drafts of it had
    length = lambda h: (h.octets_8 + 1) * 8
    next = (By("ip.proto", lambda h: h.protocol_next, when=lambda h: h.protocol_next != NO_NEXT_HEADER),)

    protocol_next = u8(0, "mip6.proto", "Payload protocol", names=IP_PROTOCOLS)
    octets_8 = u8(1, "mip6.hlen", "Header length")
    type = u8(2, "mip6.mhtype", "Mobility Header Type", names=TYPES)
    reserved = u8(3, "mip6.reserved", "Reserved", HEX)
    checksum = u16(4, "mip6.csum", "Checksum", HEX)
    message = group("", "Message")
    nothing = raw(None, "", "Reserved", size=2)
    one = raw(None, "", "Reserved", size=1)
    refresh = raw(None, "mip6.binding_refresh_request", "Binding Refresh Request", size=2)
    neighbour = raw(None, "mip6.fast_neighbor_advertisement", "Fast Neighbor Advertisement", size=2)
    home_cookie = u64(None, "mip6.hoti.cookie", "Home Init Cookie", HEX)
    care_cookie = u64(None, "mip6.coti.cookie", "Care-of Init Cookie", HEX)
    home_index = u16(None, "mip6.hot.nindex", "Home Nonce Index")
    home_tested = u64(None, "mip6.hot.cookie", "Home Init Cookie", HEX)
    token = u64(None, "mip6.hot.token", "Home Keygen Token", HEX)
    care_index = u16(None, "mip6.cot.nindex", "Care-of Nonce Index")
    care_tested = u64(None, "mip6.cot.cookie", "Care-of Init Cookie", HEX)
    sequence = u16(None, "mip6.bu.seqnr", "Sequence number")
    update_flags = u16(None, "", "Flags")
    update_bits = bits(
        update_flags, "mip6",
        ("bu.a_flag", "Acknowledge (A) flag", 0x8000), ("bu.h_flag", "Home Registration (H) flag", 0x4000),
        ("bu.l_flag", "Link-Local Compatibility (L) flag", 0x2000),
        ("bu.k_flag", "Key Management Compatibility (K) flag", 0x1000),
        ("bu.m_flag", "MAP Registration Compatibility (M) flag", 0x800),
        ("nemo.bu.r_flag", "Mobile Router (R) flag", 0x400), ("bu.p_flag", "Proxy Registration (P) flag", 0x200),
        ("bu.f_flag", "Forcing UDP encapsulation (F) flag", 0x100), ("bu.t_flag", "TLV-header format (T) flag", 0x80),
        ("bu.b_flag", "Bulk-Binding-Update flag (B)", 0x40),
    )  # fmt: skip
    lifetime = u16(None, "mip6.bu.lifetime", "Lifetime")
    ack_status = u8(None, "mip6.ba.status", "Status", names=STATUSES)
    ack_flags = u8(None, "", "Flags")
    ack_bits = bits(
        ack_flags, "mip6",
        ("ba.k_flag", "Key Management Compatibility (K) flag", 0x80),
        ("nemo.ba.r_flag", "Mobile Router (R) flag", 0x40), ("ba.p_flag", "Proxy Registration (P) flag", 0x20),
        ("ba.t_flag", "TLV-header format (T) flag", 0x10), ("ba.b_flag", "Bulk-Binding-Update flag (B)", 0x08),
    )  # fmt: skip
    ack_sequence = u16(None, "mip6.ba.seqnr", "Sequence number")
    ack_lifetime = u16(None, "mip6.ba.lifetime", "Lifetime")
    error = u8(None, "mip6.be.status", "Status", names=ERRORS)
    home = ipv6(None, "mip6.be.haddr", "Home Address")
    fast_sequence = u16(None, "mip6.fbu.seqnr", "Sequence number")
    fast_flags = u16(None, "", "Flags")
    fast_bits = bits(
        fast_flags, "mip6.fbu",
        ("a_flag", "Acknowledge (A) flag", 0x8000), ("h_flag", "Home Registration (H) flag", 0x4000),
        ("l_flag", "Link-Local Compatibility (L) flag", 0x2000),
        ("k_flag", "Key Management Compatibility (K) flag", 0x1000),
    )  # fmt: skip
    fast_lifetime = u16(None, "mip6.fbu.lifetime", "Lifetime")
    fast_status = u8(None, "mip6.fback.status", "Status", names=FAST_STATUSES)
    fast_ack_flags = u8(None, "", "Flags")
    fast_k = flag(None, "mip6.fback.k_flag", "Key Management Compatibility (K) flag", 0x80, within=fast_ack_flags)
    fast_ack_sequence = u16(None, "mip6.fback.seqnr", "Sequence number")
    fast_ack_lifetime = u16(None, "mip6.fback.lifetime", "Lifetime")
    agents = u8(None, "mip6.has.num_addrs", "Number of Addresses")
    agents_reserved = u8(None, "mip6.has.reserved", "Reserved", HEX)
    agent = ipv6(None, "mip6.has.address", "Address")
    beat_flags = u16(None, "", "Flags")
    beat_bits = bits(beat_flags, "mip6.hb", ("u_flag", "Unsolicited (U) flag", 2), ("r_flag", "Response (R) flag", 1))
    beat_sequence = u32(None, "mip6.hb.seqnr", "Sequence number")
    hand_sequence = u16(None, "mip6.hi.seqnr", "Sequence number")
    hand_flags = u8(None, "", "Flags")
    hand_bits = bits(
        hand_flags, "mip6.hi",
        ("s_flag", "Assigned address configuration flag (S) flag", 0x80), ("u_flag", "Buffer flag (U) flag", 0x40),
    )  # fmt: skip
    hand_code = u8(None, "mip6.hi.code", "Code")
    handed_sequence = u16(None, "mip6.hack.seqnr", "Sequence number")
    handed_code = u8(None, "mip6.hack.code", "Code")
    revocation = u8(None, "mip6.bri_br.type", "B.R. Type", names=REVOCATIONS)
    trigger = u8(None, "mip6.bri_r.trigger", "R. Trigger")
    revoked = u8(None, "mip6.bri_status", "Status")
    revocation_sequence = u16(None, "mip6.bri_seqnr", "Sequence Number")
    revocation_flags = u16(None, "", "Flags")
    revocation_bits = bits(
        revocation_flags, "mip6",
        ("bri_ip", "Proxy Binding (P) Flag", 0x8000), ("bri_iv", "IPv4 HoA Binding Only (V) Flag", 0x4000),
        ("bri_ig", "Global (G) Flag", 0x2000),
    )  # fmt: skip
    revoked_flags = u16(None, "", "Flags")
    revoked_bits = bits(
        revoked_flags, "mip6",
        ("bri_ap", "Proxy Binding (P) Flag", 0x8000), ("bri_av", "IPv4 HoA Binding Only (V) Flag", 0x4000),
        ("bri_ag", "Global (G) Flag", 0x2000),
    )  # fmt: skip
    local_sequence = u16(None, "mip6.lri.sequence", "Sequence")
    local_reserved = u16(None, "mip6.lri.reserved", "Reserved", HEX)
    local_lifetime = u16(None, "mip6.lri.lifetime", "Lifetime", HEX)
    localized_sequence = u16(None, "mip6.lra.sequence", "Sequence")
    localized_word = u8(None, "", "Flags")
    localized_u = flag(None, "mip6.lri.unsolicited", "unsolicited", 0x80, within=localized_word)
    localized_reserved = u8(None, "mip6.lra.reserved", "Reserved", HEX, mask=0x7F, within=localized_word)
    localized_status = u8(None, "mip6.lra.status", "Status")
    localized_lifetime = u16(None, "mip6.lra.lifetime", "Lifetime", HEX)
    unknown = raw(None, "mip6.unknown_type_data", "Message Data")
    experimental = raw(None, "mip6.em.data", "Data")
    option = group("", "Mobility Option")
    option_type = u8(None, "mip6.mobility_opt", "Mobility Option", names=OPTIONS)
    option_length = u8(None, "mip6.mobility_opt.len", "Length")
    padn = raw(None, "mip6.padn", "PadN")
    interval = u16(None, "mip6.bra.interval", "Refresh interval")
    alternate = ipv6(None, "mip6.acoa.acoa", "Alternate care-of address")
    home_nonce = u16(None, "mip6.ni.hni", "Home nonce index")
    care_nonce = u16(None, "mip6.ni.cni", "Care-of nonce index")
    authenticator = raw(None, "mip6.bad.auth", "Authenticator")
    link_code = u8(None, "mip6.lla.optcode", "Option-Code", names={2: "Link Layer Address of the MN"})
    link_address = raw(None, "mip6.lla", "Link-layer address")
    prefix_length = u8(None, "mip6.nemo.mnp.pfl", "Mobile Network Prefix Length")
    prefix = ipv6(None, "mip6.nemo.mnp.mnp", "Mobile Network Prefix")
    identifier_type = u8(None, "mip6.mnid.subtype", "Subtype", names={1: "Network Access Identifier (NAI)"})
    identifier = string(None, "mip6.mnid.identifier", "Identifier")
    auth_type = u8(None, "mip6.auth.subtype", "Subtype")
    auth_spi = u32(None, "mip6.auth.mobility_spi", "Mobility SPI")
    auth_data = raw(None, "mip6.auth.auth_data", "Authentication Data")
    parameters = raw(None, "mip6.cgar.cga_par", "CGA Parameters")
    signature = raw(None, "mip6.sign.sign", "CGA Parameters")
    permanent = raw(None, "mip6.phkt.phkt", "Permanent Home Keygen Token")
    care_token = raw(None, "mip6.mocot.co_keygen_tok", "Care-of Keygen Token")
    dns_status = u8(None, "mip6.dnsu.status", "Status")
    dns_flags = u8(None, "", "Flags")
    dns_r = flag(None, "mip6.dnsu.flag.r", "R flag", 0x80, within=dns_flags)
    dns_name = raw(None, "mip6.dnsu.mn_id", "MN identity (FQDN)")
    vendor = u32(None, "mip6.vsm.vendorId", "Vendor Id")
    vendor_type = u8(None, "mip6.vsm.subtype", "Subtype")
    vendor_data = raw(None, "mip6.vsm.data", "Data")
    service = Field("mip6.ss.identifier", "Identifier", STRING)
    fast_spi = u32(None, "mip6.badff.spi", "SPI")
    fast_auth = raw(None, "mip6.badff.auth", "Authenticator")
    handoff_reserved = u8(None, "mip6.hi.reserved", "Reserved")
    handoff = u8(None, "mip6.hi", "Handoff Indicator", names=HANDOFFS)
    access_reserved = u8(None, "mip6.att.reserved", "Reserved")
    access = u8(None, "mip6.att", "Access Technology Type", names=ACCESS)
    node_reserved = u16(None, "mip6.mnlli.reserved", "Reserved")
    node = raw(None, "mip6.mnlli.lli", "Link-layer Identifier")
    link_local = ipv6(None, "mip6.lila_lla", "Link-local Address")
    restarts = u32(None, "mip6.rc", "Restart Counter")
    gre_key = u32(None, "mip6.gre_key", "GRE Key")
    nat_word = u16(None, "", "Flags")
    nat_f = flag(None, "mip6.natd.f_flag", "(F) flag", 0x8000, within=nat_word)
    nat_reserved = u16(None, "mip6.natd.reserved", "Reserved", mask=0x7FFF, within=nat_word)
    nat_refresh = u32(None, "mip6.natd.refresh_t", "Refresh time")
    care_reserved = u16(None, "mip6.ipv4coa.reserved", "Reserved")
    care_address = ipv4(None, "mip6.ipv4coa.addr", "IPv4 Care-of address")
    router_reserved = u16(None, "mip6.ipv4dra.reserved", "Reserved")
    router = ipv4(None, "mip6.ipv4dra.dra", "IPv4 Default-Router Address")
    binding = u16(None, "mip6.bi.bid", "Binding ID (BID)")
    binding_status = u8(None, "mip6.bi.status", "Status")
    binding_flags = u8(None, "", "Flags")
    binding_h = flag(None, "mip6.bi.h_flag", "Simultaneous Home and Foreign Binding (H)", 0x80, within=binding_flags)
    load_priority = u16(None, "mip6.load_inf.priority", "Priority")
    loads = tuple(
        u32(None, f"mip6.load_inf.{name}", label)
        for name, label in (
            ("sessions_in_use", "Sessions in Use"), ("maximum_sessions", "Maximum Sessions"),
            ("used_capacity", "Used Capacity"), ("maximum_capacity", "Maximum Capacity"),
        )
    )  # fmt: skip
    alternate_4 = ipv4(None, "mip6.alt_ip4", "Alternate IPv4 Care-of Address")
    other = raw(None, "", "Option data")

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown ({type})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        fields = MESSAGES.get(kind)
        if kind not in TYPES:
            c.rest(cls.unknown)
            return
        if kind == REVOCATION:
            fields = ANSWERS.get(c.peek(1), (cls.revocation,))
        with c.group(cls.message, text=TYPES[kind]) as c:
            number = 0
            for field in fields or ():
                value = c.add(field)
                number = value if field is cls.agents else number
            for _ in range(number):
                c.add(cls.agent)
            if fields is None:
                c.rest(cls.experimental)
        while c.remaining > 0:
            option(c)


def option(c: Cursor) -> None:
    """A type and, but for Pad1, a length and what the type says; the fields of a short one are left out."""
    kind = c.peek(1)
    size = 1 if kind == PAD1 else 2 + c.peek(1, 1)
    with c.group(M.option, size, OPTIONS.get(kind, f"Unknown ({kind})")) as c:
        c.add(M.option_type)
        if kind == PAD1:
            return
        c.add(M.option_length)
        for field in CONTENTS.get(kind, ()):
            if field.size == 0:
                c.rest(field)
            else:
                c.add(field)
        c.rest(M.other)


M = MobilityHeader
MESSAGES: dict[int, tuple[Field, ...]] = {
    0: (M.refresh,), 1: (M.nothing, M.home_cookie), 2: (M.nothing, M.care_cookie),
    3: (M.home_index, M.home_tested, M.token), 4: (M.care_index, M.care_tested, M.token),
    5: (M.sequence, M.update_flags, M.lifetime), 6: (M.ack_status, M.ack_flags, M.ack_sequence, M.ack_lifetime),
    7: (M.error, M.one, M.home), 8: (M.fast_sequence, M.fast_flags, M.fast_lifetime),
    9: (M.fast_status, M.fast_ack_flags, M.fast_ack_sequence, M.fast_ack_lifetime), 10: (M.neighbour,),
    SWITCH: (M.agents, M.agents_reserved), 13: (M.beat_flags, M.beat_sequence),
    14: (M.hand_sequence, M.hand_flags, M.hand_code), 15: (M.handed_sequence, M.one, M.handed_code),
    17: (M.local_sequence, M.local_reserved, M.local_lifetime),
    18: (M.localized_sequence, M.localized_word, M.localized_status, M.localized_lifetime), REVOCATION: (),
}  # fmt: skip
ANSWERS: dict[int, tuple[Field, ...]] = {
    1: (M.revocation, M.trigger, M.revocation_sequence, M.revocation_flags),
    2: (M.revocation, M.revoked, M.revocation_sequence, M.revoked_flags),
}
CONTENTS: dict[int, tuple[Field, ...]] = {
    1: (M.padn,), 2: (M.interval,), 3: (M.alternate,), 4: (M.home_nonce, M.care_nonce), 5: (M.authenticator,),
    6: (M.one, M.prefix_length, M.prefix), 7: (M.link_code, M.link_address), 8: (M.identifier_type, M.identifier),
    9: (M.auth_type, M.auth_spi, M.auth_data), 12: (M.parameters,), 13: (M.signature,), 14: (M.permanent,),
    16: (M.care_token,), 17: (M.dns_status, M.dns_flags, M.dns_name), 19: (M.vendor, M.vendor_type, M.vendor_data),
    20: (M.service,), 21: (M.fast_spi, M.fast_auth), 22: (M.one, M.prefix_length, M.prefix),
    23: (M.handoff_reserved, M.handoff), 24: (M.access_reserved, M.access), 25: (M.node_reserved, M.node),
    26: (M.link_local,), 28: (M.restarts,), 31: (M.nat_word, M.nat_refresh), 32: (M.care_reserved, M.care_address),
    33: (M.nothing, M.gre_key), 35: (M.binding, M.binding_status, M.binding_flags),
    38: (M.router_reserved, M.router), 48: (M.load_priority, *M.loads), 49: (M.alternate_4,),
}  # fmt: skip
