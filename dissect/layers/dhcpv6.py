"""DHCPv6 (RFC 8415; options: the IANA registry), also as a relay wraps it.

    +---------------+-----------------------------------------------+
    |   msg type    |     transaction id      (relayed: hop count,  |
    +---------------+      link address 16, peer address 16)        |
    | options: code (2), length (2), value; some hold options       |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, abs_time, flag, group, ipv4, ipv6, raw, string, stringz, u8, u16, u24, u32
from dissect.engine.layer import Layer

MESSAGES = {
    1: "Solicit", 2: "Advertise", 3: "Request", 4: "Confirm", 5: "Renew", 6: "Rebind", 7: "Reply", 8: "Release",
    9: "Decline", 10: "Reconfigure", 11: "Information-request", 12: "Relay-forw", 13: "Relay-reply", 14: "Leasequery",
    15: "Leasequery-reply", 16: "Leasequery-done", 17: "Leasequery-data", 18: "Reconfigure-request",
    19: "Reconfigure-reply",
}  # fmt: skip
OPTIONS = {
    1: "Client Identifier", 2: "Server Identifier", 3: "Identity Association for Non-temporary Address",
    4: "Identity Association for Temporary Address", 5: "IA Address", 6: "Option Request", 7: "Preference",
    8: "Elapsed time", 9: "Relay Message", 11: "Authentication", 12: "Server unicast", 13: "Status code",
    14: "Rapid Commit", 15: "User Class", 16: "Vendor Class", 17: "Vendor-specific Information", 18: "Interface-Id",
    19: "Reconfigure Message", 20: "Reconfigure Accept", 21: "SIP Server Domain Name List",
    22: "SIP Servers IPv6 Address List", 23: "DNS recursive name server", 24: "Domain Search List",
    25: "Identity Association for Prefix Delegation", 26: "IA Prefix", 27: "Network Information Server",
    28: "Network Information Server V2", 29: "Network Information Server Domain Name",
    30: "Network Information Server V2 Domain Name", 31: "Simple Network Time Protocol Server", 32: "Lifetime",
    33: "BCMCS Server Domain", 34: "BCMCS Servers IPv6 Address List", 36: "Geoconf Civic Address",
    37: "Remote Identifier", 38: "Subscriber Identifier", 39: "Client Fully Qualified Domain Name",
    40: "PANA Agents IPv6 Address List", 41: "Time Zone", 42: "Time Zone Database", 43: "Echo Request Option",
    44: "Leasequery Query", 45: "Leasequery Client Data", 46: "Client Last Transaction Time",
    47: "Leasequery Relay Data", 48: "Leasequery Client Link Address List", 49: "Home Network Identifier FQDN",
    50: "Visited Home Network Information", 51: "LoST Server", 52: "CAPWAP Access Controllers", 53: "Relay-ID",
    54: "MoS IPv6 Address", 55: "MoS Domain Name List", 56: "NTP Server", 57: "Access Network Domain Name",
    58: "SIP User Agent Configuration Service Domains", 59: "Boot File URL", 60: "Boot File Parameters",
    61: "Client System Architecture Type", 62: "Client Network Interface Identifier", 63: "Geolocation",
    64: "Dual-Stack Lite AFTR Name", 65: "ERP Local Domain Name", 66: "Relay-Supplied Options", 67: "Prefix Exclude",
    68: "Virtual Subnet Selection", 69: "Identified Home Network Information",
    70: "Unrestricted Home Network Information", 71: "Home Network Prefix", 72: "Home Agent Address",
    73: "Home Agent FQDN", 74: "RDNSS Selection", 75: "Kerberos Principal Name", 76: "Kerberos Realm Name",
    77: "Kerberos Default Realm Name", 78: "Kerberos KDC", 79: "Client Link-Layer Address", 80: "Link Address",
    81: "RADIUS", 82: "SOL_MAX_RT", 83: "INF_MAX_RT", 84: "Address Selection", 85: "Address Selection table",
    86: "PCP Server", 87: "DHCPv4 Message", 88: "DHCP 4o6 Servers Address", 89: "S46 Rule", 90: "S46 BR",
    91: "S46 DMR", 92: "S46 IPv4/IPv6 Address Binding", 93: "S46 Port Parameters", 94: "S46 MAP-E Container",
    95: "S46 MAP-T Container", 96: "S46 Lightweight 4over6 Container", 97: "4rd Options", 98: "4rd Mapping Rule",
    99: "4rd Non-Mapping Rule", 100: "LQ Server Base Time", 101: "LQ Server Query Start Time",
    102: "LQ Server Query End Time", 103: "Captive Portal", 104: "MPL Parameter Configuration",
    105: "Access Technology Type", 106: "Access Network Name", 107: "Access Point Name", 108: "Access Point BSSID",
    109: "Access Network Operator ID", 110: "Access Network Operator Realm", 111: "S46 Priority",
    112: "Manufacturer Usage Description", 113: "IPv4/IPv6 Multicast Prefixes", 114: "Failover Binding Status",
    115: "Failover Connect Flags", 116: "Failover DNS Removal Info", 117: "Failover DNS Hostname",
    118: "Failover DNS Zone Name", 119: "Failover DNS Flags", 120: "Failover Expiration Time",
    121: "Failover Maximum Number Unacked BNDUPD Messages", 122: "Failover Maximum Client Lead Time (MCLT)",
    123: "Failover Partner Lifetime", 124: "Failover Partner Lifetime Sent", 125: "Failover Partner Down Time",
    126: "Failover Partner Raw Client Time", 127: "Failover Protocol Version", 128: "Failover Keepalive Time",
    129: "Failover Reconfigure Data", 130: "Failover Relationship Name", 131: "Failover Server Flags",
    132: "Failover Server State", 133: "Failover Start Time of State", 134: "Failover State Expiration Time",
    135: "Relay Source Port", 136: "SZTP Redirect", 137: "Softwire Source Binding Prefix Hint",
    143: "ANDSF IPv6 Address", 165: "Mobile IPv6 Home Agent", 166: "Mobile IPv6 Home Address",
    167: "Network Access Identifier",
}  # fmt: skip
STATUSES = {
    0: "Success", 1: "UnspecFail", 2: "NoAddrAvail", 3: "NoBinding", 4: "NotOnLink", 5: "UseMulticast",
    6: "NoPrefixAvail", 7: "UnknownQueryType", 8: "MalformedQuery", 9: "NotConfigured", 10: "NotAllowed",
    11: "QueryTerminated", 12: "DataMissing", 13: "CatchUpComplete", 14: "NotSupported", 15: "TLSConnectionRefused",
}  # fmt: skip
DUIDS = {
    1: "link-layer address plus time", 2: "assigned by vendor based on Enterprise number", 3: "link-layer address",
    4: "Universally Unique IDentifier (UUID)",
}  # fmt: skip
HARDWARE = {1: "Ethernet", 6: "IEEE 802", 15: "Frame Relay DLCI", 27: "EUI-64", 32: "InfiniBand"}
QUERIES = {
    1: "by-address", 2: "by-clientID", 3: "by-relayID", 4: "by-linkAddress", 5: "by-remoteID",
}  # fmt: skip
AUTH_PROTOCOLS = {0: "configuration token", 2: "delayed (obsolete)", 3: "reconfiguration key"}
RELAYED = (12, 13)
DEEPEST = 16  # options within options, messages within messages
EPOCH_2000 = 946_684_800  # DUID times count from 2000-01-01
CABLELABS = 4491  # its options have names of their own
NANO = 1_000_000_000


class DHCPv6(Layer):
    """A message of a client, a server or a relay."""

    name, label, column = "dhcpv6", "DHCPv6", "DHCPv6"
    binds = {"udp.port": (546, 547)}

    msgtype = u8(0, "dhcpv6.msgtype", "Message type", names=MESSAGES)
    xid = u24(1, "dhcpv6.xid", "Transaction ID", HEX, when=lambda h: (h.msgtype != 12) & (h.msgtype != 13))
    hops = u8(1, "dhcpv6.hopcount", "Hopcount", when=lambda h: (h.msgtype == 12) | (h.msgtype == 13))
    link = ipv6(2, "dhcpv6.linkaddr", "Link address", when=lambda h: (h.msgtype == 12) | (h.msgtype == 13))
    peer = ipv6(18, "dhcpv6.peeraddr", "Peer address", when=lambda h: (h.msgtype == 12) | (h.msgtype == 13))
    inner_type = u8(None, "dhcpv6.msgtype", "Message type", names=MESSAGES)
    inner_xid = u24(None, "dhcpv6.xid", "Transaction ID", HEX)
    inner_hops = u8(None, "dhcpv6.hopcount", "Hopcount")
    inner_link = ipv6(None, "dhcpv6.linkaddr", "Link address")
    inner_peer = ipv6(None, "dhcpv6.peeraddr", "Peer address")
    relayed = group("", "DHCPv6")
    option = string(None, "dhcpv6.option.type_str", "Option")
    code = u16(None, "dhcpv6.option.type", "Option", names=OPTIONS)
    size_ = u16(None, "dhcpv6.option.length", "Length")
    value_ = raw(None, "", "Value")
    duid = raw(None, "dhcpv6.duid.bytes", "DUID")
    duid_type = u16(None, "dhcpv6.duid.type", "DUID Type", names=DUIDS)
    llt_type = u16(None, "dhcpv6.duidllt.hwtype", "Hardware type", names=HARDWARE)
    llt_time = abs_time(None, "dhcpv6.duidllt.time", "DUID Time")
    llt_address = string(None, "dhcpv6.duidllt.link_layer_addr", "Link-layer address")
    ll_type = u16(None, "dhcpv6.duidll.hwtype", "Hardware type", names=HARDWARE)
    ll_address = string(None, "dhcpv6.duidll.link_layer_addr", "Link-layer address")
    duid_enterprise = u32(None, "dhcpv6.duiden.enterprise", "Enterprise ID")
    duid_identifier = raw(None, "dhcpv6.duiden.identifier", "Identifier")
    duid_uuid = raw(None, "dhcpv6.duiduuid.bytes", "UUID")
    iaid = string(None, "dhcpv6.iaid", "IAID")
    iata = string(None, "dhcpv6.iata", "IATA")
    t1 = u32(None, "dhcpv6.iaid.t1", "T1")
    t2 = u32(None, "dhcpv6.iaid.t2", "T2")
    address = ipv6(None, "dhcpv6.iaaddr.ip", "IPv6 address")
    address_preferred = u32(None, "dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime")
    address_valid = u32(None, "dhcpv6.iaaddr.valid_lifetime", "Valid lifetime")
    requested = u16(None, "dhcpv6.requested_option_code", "Requested Option code", names=OPTIONS)
    preference = u8(None, "dhcpv6.option_preference", "Pref-value")
    elapsed = u16(None, "dhcpv6.elapsed_time", "Elapsed time", unit="ms")
    auth_protocol = u8(None, "dhcpv6.auth.protocol", "Protocol", names=AUTH_PROTOCOLS)
    auth_algorithm = u8(None, "dhcpv6.auth.algorithm", "Algorithm")
    auth_rdm = u8(None, "dhcpv6.auth.rdm", "RDM")
    auth_replay = raw(None, "dhcpv6.auth.replay_detection", "Replay Detection", size=8)
    auth_info = raw(None, "dhcpv6.auth.info", "Authentication Information")
    unicast = ipv6(None, "dhcpv6.unicast", "IPv6 address")
    status = u16(None, "dhcpv6.status_code", "Status Code", names=STATUSES)
    status_text = string(None, "dhcpv6.status_msg", "Status Message")
    class_enterprise = u32(None, "dhcpv6.vendorclass.enterprise", "Enterprise ID")
    class_length = u16(None, "", "vendor-class-data length")
    class_data = stringz(None, "dhcpv6.vendorclass.data", "vendor-class-data")
    vendor_enterprise = u32(None, "dhcpv6.vendoropts.enterprise", "Enterprise ID")
    vendor_option = group("", "option")
    vendor_code = u16(None, "dhcpv6.vendoropts.enterprise.option_code", "Option code")
    vendor_length = u16(None, "dhcpv6.vendoropts.enterprise.option_length", "Option length")
    vendor_data = raw(None, "dhcpv6.vendoropts.enterprise.option_data", "Option data")
    interface = raw(None, "dhcpv6.interface_id", "Interface-ID")
    reconfigure = u8(None, "dhcpv6.reconf_msg", "Reconfigure message type", names=MESSAGES)
    sip_domain = string(None, "dhcpv6.sip_server_domain_search_fqdn", "SIP Server Domain Search FQDN")
    sip_server = ipv6(None, "dhcpv6.sip_server_a", "SIP server address")
    dns_server = ipv6(None, "dhcpv6.dns_server", "DNS server address")
    search = string(None, "dhcpv6.search_list_entry", "List entry")
    nis_server = ipv6(None, "dhcpv6.nis_server", "NIS server address")
    nisp_server = ipv6(None, "dhcpv6.nisp_server", "NISP server address")
    nis_domain = string(None, "dhcpv6.nis_fqdn", "NIS FQDN")
    nisp_domain = string(None, "dhcpv6.nisp_fqdn", "NISP FQDN")
    sntp_server = ipv6(None, "dhcpv6.sntp_server", "SNTP server address")
    lifetime = u32(None, "dhcpv6.lifetime", "Lifetime")
    bcmcs_domain = string(None, "dhcpv6.bcmcs_server_fqdn", "BCMCS server FQDN")
    bcmcs_server = ipv6(None, "dhcpv6.bcmcs_server_a", "BCMCS server address")
    remote_enterprise = u32(None, "dhcpv6.remoteid.enterprise", "Enterprise ID")
    remote = raw(None, "dhcpv6.remoteid_enterprise_id", "Remote-ID")
    subscriber = string(None, "dhcpv6.subscriber_id", "Subscriber-ID")
    fqdn_flags = u8(None, "dhcpv6.client_fqdn_flags", "Flags", HEX)
    client_n = flag(None, "dhcpv6.clientfqdn.client.n", "N bit", 0x04, within=fqdn_flags)
    client_s = flag(None, "dhcpv6.clientfqdn.client.s", "S bit", 0x01, within=fqdn_flags)
    server_flags = u8(None, "dhcpv6.client_fqdn_flags", "Flags", HEX)
    server_n = flag(None, "dhcpv6.clientfqdn.server.n", "N bit", 0x04, within=server_flags)
    server_o = flag(None, "dhcpv6.clientfqdn.server.o", "O bit", 0x02, within=server_flags)
    server_s = flag(None, "dhcpv6.clientfqdn.server.s", "S bit", 0x01, within=server_flags)
    client_domain = string(None, "dhcpv6.client_domain", "Client Domain Name")
    pana = ipv6(None, "dhcpv6.pana_agent", "PANA agents address")
    timezone = string(None, "dhcpv6.timezone", "Time-zone")
    tzdb = string(None, "dhcpv6.tzdb", "TZ-database")
    query = u8(None, "dhcpv6.lq_query", "Query-type", names=QUERIES)
    query_link = ipv6(None, "dhcpv6.lq_query_link_address", "Link address")
    clt_time = u32(None, "dhcpv6.clt_time", "Clt_time")
    lq_peer = ipv6(None, "dhcpv6.lq_relay_data_peer_addr", "Peer address")
    lq_message = string(None, "dhcpv6.lq_relay_data_msg", "DHCPv6 relay message")
    lq_link = ipv6(None, "dhcpv6.lq_client_link", "LQ client links address")
    capwap = ipv6(None, "dhcpv6.capwap_ac_v6", "CAPWAP Access Controllers address")
    aftr = string(None, "dhcpv6.aftr_name", "DS-Lite AFTR Name")
    prefix_preferred = u32(None, "dhcpv6.iaprefix.pref_lifetime", "Preferred lifetime")
    prefix_valid = u32(None, "dhcpv6.iaprefix.valid_lifetime", "Valid lifetime")
    prefix_length = u8(None, "dhcpv6.iaprefix.pref_len", "Prefix length")
    prefix = ipv6(None, "dhcpv6.iaprefix.pref_addr", "Prefix address")
    home_agent = ipv6(None, "dhcpv6.mip6_home_agent", "Home Agent")
    home_address = ipv6(None, "dhcpv6.mip6_home_address", "Home Address")
    nai = string(None, "dhcpv6.nai", "NAI")
    exclude_length = u8(None, "dhcpv6.pd_exclude.pref_len", "Prefix length")
    exclude_id = raw(None, "dhcpv6.pd_exclude.subnet_id", "IPv6 subnet ID")
    user_length = u16(None, "dhcpv6.userclass.length", "Length")
    user_data = raw(None, "dhcpv6.userclass.opaque_data", "Suboption")
    ntp_option = group("", "Suboption")
    ntp_type = u16(None, "dhcpv6.ntpserver.option.type", "Suboption")
    ntp_length = u16(None, "dhcpv6.ntpserver.option.length", "Length")
    ntp_address = ipv6(None, "dhcpv6.ntpserver.addr", "NTP Server Address")
    ntp_multicast = ipv6(None, "dhcpv6.ntpserver.mc_addr", "NTP Multicast Address")
    ntp_name = string(None, "dhcpv6.ntpserver.fqdn", "NTP Server FQDN")
    portal = string(None, "dhcpv6.captive_portal", "Captive Portal")
    rule_flags = u8(None, "dhcpv6.s46_rule.flags", "Flags", HEX)
    rule_reserved = flag(None, "dhcpv6.s46_rule.flags.reserved", "Reserved", 0xFE, within=rule_flags)
    rule_fmr = flag(None, "dhcpv6.s46_rule.flags.fmr", "Forwarding Mapping Rule", 0x01, within=rule_flags)
    rule_ea = u8(None, "dhcpv6.s46_rule.ea_len", "EA-bit length")
    rule_v4_length = u8(None, "dhcpv6.s46_rule.ipv4_pref_len", "IPv4 prefix length")
    rule_v4 = ipv4(None, "dhcpv6.s46_rule.ipv4_prefix", "IPv4 prefix")
    rule_v6_length = u8(None, "dhcpv6.s46_rule.ipv6_prefix_len", "IPv6 prefix length")
    rule_v6 = ipv6(None, "dhcpv6.s46_rule.ipv6_prefix", "IPv6 prefix")
    border = ipv6(None, "dhcpv6.s46_br.address", "BR address")
    relay_port = u16(None, "dhcpv6.relay_port", "Downstream Source Port")
    mud = string(None, "dhcpv6.mudurl", "MUDURL")
    reaches = ("dhcp",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.msgtype
        said = [MESSAGES.get(kind, f"Message Type {kind}")]
        if kind in RELAYED:
            c.pos = c.h.start + 34
            said.append(f"L: {address_text(c.h.link)}")
        else:
            c.pos = c.h.start + 4
            said.append(f"XID: 0x{c.h.xid:06x}")
        c.info(" ".join(said))
        cls._options(c, said, kind, 0)
        c.info(" ".join(said) + " ")

    @classmethod
    def _options(cls, c: Cursor, said: list[str], kind: int, depth: int) -> None:
        """Options to the end of what is around them."""
        while c.remaining:
            if depth > DEEPEST:
                c.note("warn", "Undecoded", "Options are nested too deeply", "dhcpv6.deep")
                c.rest(cls.value_)
                return
            number, size = c.peek(2), c.peek(2, 2)
            name = OPTIONS.get(number, f"DHCP option {number}")
            with c.group(cls.option, 4 + size, name, name) as c:
                c.add(cls.code)
                c.add(cls.size_)
                cls._option(c, number, said, kind, depth)
                c.rest(cls.value_)

    @classmethod
    def _option(cls, c: Cursor, number: int, said: list[str], kind: int, depth: int) -> None:
        listed = LISTS.get(number)
        if listed is not None:
            while c.remaining:
                c.add(listed)
        elif number in NAMES:
            domains(c, NAMES[number])
        elif number in TEXTS:
            c.rest(TEXTS[number])
        elif number in (1, 2, 53):
            octets = cls._duid(c)
            if number == 1:
                said.append(f"CID: {octets.hex()}")
        elif number in HOLDERS:
            HOLDERS[number](c, said)
            cls._options(c, said, kind, depth + 1)
        elif number == 9:
            cls._relayed(c, said, depth)
        elif number in PARTS:
            PARTS[number](c, kind)

    @classmethod
    def _duid(cls, c: Cursor) -> bytes:
        """A DUID: once as octets, then as what they mean."""
        start = c.pos
        octets: bytes = c.rest(cls.duid)
        if len(octets) < 2:
            return octets
        c.pos = start
        kind = c.add(cls.duid_type)
        if kind in (1, 3):
            hardware = c.add(cls.llt_type if kind == 1 else cls.ll_type)
            if kind == 1:
                c.add(cls.llt_time, 4, value=(c.peek(4) + EPOCH_2000) * NANO)
            if c.remaining:
                shown = c.peek_bytes(c.remaining)
                text = shown.hex(":") if hardware in (1, 6) and len(shown) == 6 else shown.hex()
                c.add(cls.llt_address if kind == 1 else cls.ll_address, c.remaining, value=text)
        elif kind == 2:
            c.add(cls.duid_enterprise)
            c.rest(cls.duid_identifier)
        elif kind == 4:
            c.rest(cls.duid_uuid)
        return octets

    @classmethod
    def _relayed(cls, c: Cursor, said: list[str], depth: int) -> None:
        """A whole message within an option."""
        with c.group(cls.relayed, c.remaining) as c:
            kind = c.add(cls.inner_type)
            said.append(MESSAGES.get(kind, f"Message Type {kind}"))
            if kind in RELAYED:
                c.add(cls.inner_hops)
                said.append(f"L: {address_text(c.add(cls.inner_link))}")
                c.add(cls.inner_peer)
            else:
                said.append(f"XID: 0x{c.add(cls.inner_xid):06x}")
            cls._options(c, said, kind, depth + 1)


def address_text(octets: bytes) -> str:
    """An IPv6 address as text."""
    return str(IPv6Address(bytes(octets)))


def domains(c: Cursor, field: Field) -> None:
    """DNS names (never compressed) to the end; the last may go without its root, and is then no full name."""
    while c.remaining:
        labels, size = list[str](), 0
        while size < c.remaining and (width := c.peek(1, size)):
            labels.append(c.peek_bytes(width, size + 1).decode("utf-8", "replace"))
            size += 1 + width
        full = size < c.remaining
        c.add(field, size + full, value=".".join(labels) + "." * full)


def association(c: Cursor, said: list[str]) -> None:
    """IA_NA and IA_PD: an id and two times."""
    c.add(DHCPv6.iaid, 4, value=c.peek_bytes(4).hex())
    c.add(DHCPv6.t1)
    c.add(DHCPv6.t2)


def temporary(c: Cursor, said: list[str]) -> None:
    """IA_TA: an id."""
    c.add(DHCPv6.iata, 4, value=c.peek_bytes(4).hex())


def ia_address(c: Cursor, said: list[str]) -> None:
    """An address and its lifetimes."""
    said.append(f"IAA: {address_text(c.add(DHCPv6.address))}")
    c.add(DHCPv6.address_preferred)
    c.add(DHCPv6.address_valid)


def ia_prefix(c: Cursor, said: list[str]) -> None:
    """A prefix and its lifetimes."""
    for field in (DHCPv6.prefix_preferred, DHCPv6.prefix_valid, DHCPv6.prefix_length, DHCPv6.prefix):
        c.add(field)


def nothing(c: Cursor, said: list[str]) -> None:
    """Options at once."""


def lease_query(c: Cursor, said: list[str]) -> None:
    """What is asked for, and of which link."""
    c.add(DHCPv6.query)
    c.add(DHCPv6.query_link)


def rule(c: Cursor, said: list[str]) -> None:
    """A mapping rule (RFC 7598)."""
    for field in (DHCPv6.rule_flags, DHCPv6.rule_ea, DHCPv6.rule_v4_length, DHCPv6.rule_v4):
        c.add(field)
    bits = c.add(DHCPv6.rule_v6_length)
    size = min((bits + 7) // 8, 16)
    c.add(DHCPv6.rule_v6, size, value=c.peek_bytes(size).ljust(16, b"\0"))


def preference(c: Cursor, kind: int) -> None:
    c.add(DHCPv6.preference)


def elapsed(c: Cursor, kind: int) -> None:
    """Hundredths of a second on the wire."""
    c.add(DHCPv6.elapsed, 2, value=c.peek(2) * 10)


def authentication(c: Cursor, kind: int) -> None:
    for field in (DHCPv6.auth_protocol, DHCPv6.auth_algorithm, DHCPv6.auth_rdm, DHCPv6.auth_replay):
        c.add(field)
    c.rest(DHCPv6.auth_info)


def status(c: Cursor, kind: int) -> None:
    c.add(DHCPv6.status)
    c.rest(DHCPv6.status_text)


def user_class(c: Cursor, kind: int) -> None:
    while c.remaining:
        c.add(DHCPv6.user_data, c.add(DHCPv6.user_length))


def vendor_class(c: Cursor, kind: int) -> None:
    c.add(DHCPv6.class_enterprise)
    while c.remaining:
        c.add(DHCPv6.class_data, c.add(DHCPv6.class_length))


def vendor_options(c: Cursor, kind: int) -> None:
    if c.add(DHCPv6.vendor_enterprise) == CABLELABS:
        return
    while c.remaining:
        with c.group(DHCPv6.vendor_option) as c:
            c.add(DHCPv6.vendor_code)
            c.add(DHCPv6.vendor_data, c.add(DHCPv6.vendor_length))


def interface(c: Cursor, kind: int) -> None:
    c.rest(DHCPv6.interface)


def remote(c: Cursor, kind: int) -> None:
    c.add(DHCPv6.remote_enterprise)
    c.rest(DHCPv6.remote)


def client_name(c: Cursor, kind: int) -> None:
    """The flags mean something else in an answer."""
    c.add(DHCPv6.server_flags if kind in (2, 7) else DHCPv6.fqdn_flags)
    domains(c, DHCPv6.client_domain)


def relay_data(c: Cursor, kind: int) -> None:
    c.add(DHCPv6.lq_peer)
    c.rest(DHCPv6.lq_message)


def ntp(c: Cursor, kind: int) -> None:
    """RFC 5908's options within the option."""
    while c.remaining:
        with c.group(DHCPv6.ntp_option, 4 + c.peek(2, 2)) as c:
            which = c.add(DHCPv6.ntp_type)
            c.add(DHCPv6.ntp_length)
            if which == 3:
                domains(c, DHCPv6.ntp_name)
            elif which in (1, 2):
                c.add(DHCPv6.ntp_address if which == 1 else DHCPv6.ntp_multicast)


def exclude(c: Cursor, kind: int) -> None:
    c.add(DHCPv6.exclude_length)
    c.rest(DHCPv6.exclude_id)


def dhcpv4(c: Cursor, kind: int) -> None:
    """A DHCPv4 message (RFC 7341)."""
    c.child("dhcp")


D = DHCPv6
LISTS = {
    6: D.requested, 12: D.unicast, 22: D.sip_server, 23: D.dns_server, 27: D.nis_server, 28: D.nisp_server,
    31: D.sntp_server, 34: D.bcmcs_server, 40: D.pana, 48: D.lq_link, 52: D.capwap, 19: D.reconfigure, 32: D.lifetime,
    46: D.clt_time, 90: D.border, 135: D.relay_port,
}  # fmt: skip
NAMES = {
    21: D.sip_domain, 24: D.search, 29: D.nis_domain, 30: D.nisp_domain, 33: D.bcmcs_domain, 64: D.aftr,
}  # fmt: skip
TEXTS = {38: D.subscriber, 41: D.timezone, 42: D.tzdb, 103: D.portal, 112: D.mud, 167: D.nai}
HOLDERS: dict[int, Callable[[Cursor, list[str]], None]] = {
    3: association, 4: temporary, 5: ia_address, 25: association, 26: ia_prefix, 44: lease_query, 45: nothing,
    66: nothing, 89: rule, 94: nothing, 95: nothing, 96: nothing,
}  # fmt: skip
PARTS: dict[int, Callable[[Cursor, int], None]] = {
    7: preference, 8: elapsed, 11: authentication, 13: status, 15: user_class, 16: vendor_class, 17: vendor_options,
    18: interface, 37: remote, 39: client_name, 47: relay_data, 56: ntp, 67: exclude, 87: dhcpv4,
}  # fmt: skip
