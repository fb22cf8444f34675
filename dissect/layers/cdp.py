"""CDP, the Cisco discovery protocol, versions 1 and 2.

     0       7 8      15 16            31
    +---------+---------+---------------+
    | version |   TTL   |   checksum    |
    +---------+---------+---------------+
    |       type        |    length     |   length counts these four bytes
    +-------------------+---------------+
    |            value ...              |   and so on to the end
    +-----------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    NONE,
    STRINGZ,
    UINT8,
    Field,
    ether,
    flag,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import Layer
from dissect.layers.checksums import BAD, GOOD, STATUS, UNVERIFIED, ones_complement

TYPES = {
    0x01: "Device ID", 0x02: "Addresses", 0x03: "Port ID", 0x04: "Capabilities", 0x05: "Software version",
    0x06: "Platform", 0x07: "IP Prefix/Gateway (used for ODR)", 0x08: "Protocol Hello", 0x09: "VTP Management Domain",
    0x0A: "Native VLAN", 0x0B: "Duplex", 0x0E: "VoIP VLAN Reply", 0x0F: "VoIP VLAN Query", 0x10: "Power consumption",
    0x11: "MTU", 0x12: "Trust Bitmap", 0x13: "Untrusted Port CoS", 0x14: "System Name", 0x15: "System Object ID",
    0x16: "Management Address", 0x17: "Location", 0x18: "External Port-ID", 0x19: "Power Requested",
    0x1A: "Power Available", 0x1B: "Port Unidirectional", 0x1D: "EnergyWise", 0x1F: "Spare PoE", 0x1000: "BSSID",
    0x1001: "Serial number", 0x1002: "SSID", 0x1003: "Radio1 channel", 0x1006: "SNMP UDP port",
    0x1007: "Web TCP port", 0x1008: "Source MAC address", 0x1009: "Radio2 channel", 0x100A: "Radio1 Operating mode",
    0x100B: "Radio2 Operating mode", 0x100C: "Radio1 Radio mode", 0x100D: "Radio2 Radio mode",
}  # fmt: skip
(DEVICE, ADDRESSES, PORT, CAPABILITIES, SOFTWARE, PLATFORM, PREFIX, HELLO, VTP_DOMAIN, NATIVE, DUPLEX, VOICE_REPLY,
 VOICE_QUERY, POWER, MTU, TRUST, COS, SYSTEM_NAME, SYSTEM_OID, MANAGEMENT, LOCATION, _, REQUESTED, AVAILABLE, _,
 ENERGYWISE, SPARE, *HP) = TYPES  # fmt: skip
ROLE, DOMAIN, NAME, REPLY_TO = 0x07, 0x08, 0x09, 0x17
ENERGYWISE_TYPES = {ROLE: "Role", DOMAIN: "Domain", NAME: "Name", REPLY_TO: "Reply To"}
CLUSTER_MANAGEMENT = 0x0112
PROTOCOL_TYPES = {1: "NLPID", 2: "802.2"}
IPV4_NLPID = b"\xcc"
IPV6_SNAP = bytes.fromhex("aaaa0300000086dd")
CAPABILITY = (
    ("router", "Router"), ("trans_bridge", "Transparent Bridge"), ("src_bridge", "Source Route Bridge"),
    ("switch", "Switch"), ("host", "Host"), ("igmp_capable", "IGMP capable"), ("repeater", "Repeater"),
    ("voip_phone", "VoIP Phone"), ("remote", "Remotely Managed Device"),
    ("cvta", "CVTA/STP Dispute Resolution/Cisco VT Camera"), ("mac_relay", "Two Port Mac Relay"),
)  # fmt: skip
SPARE_POE = (
    ("poe", "PSE Four-Wire PoE"), ("spare_pair_arch", "PD Spare Pair Architecture"),
    ("req_spare_pair_poe", "PD Request Spare Pair PoE"), ("pse_spare_pair_poe", "PSE Spare Pair PoE"),
)  # fmt: skip


def _bits(name: str, bits: tuple[tuple[str, str], ...], within: Field) -> tuple[Field, ...]:
    return tuple(flag(None, f"{name}.{bit}", label, 1 << i, within=within) for i, (bit, label) in enumerate(bits))


class CDP(Layer):
    """An announcement: what a device is called, what it can, and the port it speaks from."""

    name, label, column = "cdp", "Cisco Discovery Protocol", "CDP"
    binds = {"llc.cisco_pid": (0x2000,), "chdlc": (0x2000,), "ppp": (0x0207,), "gre.proto": (0x2000,)}

    version = u8(0, "cdp.version", "Version")
    ttl = u8(1, "cdp.ttl", "TTL", unit="seconds")
    checksum = u16(2, "cdp.checksum", "Checksum", HEX)
    status = Field("cdp.checksum.status", "Checksum Status", UINT8, names=STATUS)

    tlv = Field("", "TLV", NONE)
    kind = u16(None, "cdp.tlv.type", "Type", HEX, names=TYPES)
    len = u16(None, "cdp.tlv.len", "Length")
    device = string(None, "cdp.deviceid", "Device ID")
    addresses = u32(None, "cdp.number_of_addresses", "Number of addresses")
    address = Field("", "Address", NONE)
    protocol_type = u8(None, "cdp.protocol_type", "Protocol type", HEX, names=PROTOCOL_TYPES)
    protocol_length = u8(None, "cdp.protocol_length", "Protocol length")
    protocol_id_ = raw(None, "cdp.protocol", "Protocol")
    address_length = u16(None, "cdp.address_length", "Address length")
    address_bytes = raw(None, "cdp.address", "Address")
    address_ip = ipv4(None, "cdp.nrgyz.ip_address", "IP Address")
    address_ip6 = ipv6(None, "cdp.nrgyz.ipv6_address", "IPv6 Address")
    port = string(None, "cdp.portid", "Sent through Interface")
    capabilities = u32(None, "cdp.capabilities", "Capabilities", HEX)
    capability = _bits("cdp.capabilities", CAPABILITY, capabilities)
    software = Field("cdp.software_version", "Software version", STRINGZ)
    platform = string(None, "cdp.platform", "Platform")
    gateway = ipv4(None, "cdp.odr_default_gateway", "ODR Default gateway")
    prefix = ipv4(None, "cdp.ip_prefix", "IP Prefix")
    prefix_length = u8(None, "", "Prefix length")
    oui = u24(None, "cdp.oui", "OUI")
    hello = u16(None, "cdp.protocol_id", "Protocol ID", HEX, names={CLUSTER_MANAGEMENT: "Cluster Management"})
    master = ipv4(None, "cdp.cluster.master_ip", "Cluster Master IP")
    cluster_ip = ipv4(None, "cdp.cluster.ip", "IP?")
    cluster_version = u8(None, "cdp.cluster.version", "Version?", HEX)
    cluster_sub = u8(None, "cdp.cluster.sub_version", "Sub Version?", HEX)
    cluster_status = u8(None, "cdp.cluster.status", "Status?", HEX)
    cluster_unknown = u8(None, "cdp.cluster.unknown", "Unknown", HEX)
    commander = ether(None, "cdp.cluster.commander_mac", "Cluster Commander MAC")
    switch = ether(None, "cdp.cluster.switch_mac", "Switch's MAC")
    cluster_vlan = u16(None, "cdp.cluster.management_vlan", "Management VLAN")
    hello_unknown = raw(None, "cdp.hello.unknown", "Unknown")
    domain = string(None, "cdp.vtp_management_domain", "VTP Management Domain")
    native = u16(None, "cdp.native_vlan", "Native VLAN")
    duplex = flag(None, "cdp.duplex", "Duplex", size=1)
    data = raw(None, "cdp.data", "Data")
    voice = u16(None, "cdp.voice_vlan", "Voice VLAN")
    power = u16(None, "cdp.power_consumption", "Power Consumption", unit="mW")
    mtu = u32(None, "cdp.mtu", "MTU")
    trust = u8(None, "cdp.trust_bitmap", "Trust Bitmap", HEX)
    cos = u8(None, "cdp.untrusted_port_cos", "Untrusted port CoS", HEX)
    system = string(None, "cdp.system_name", "System Name")
    object_id = raw(None, "cdp.system_object_identifier", "System Object Identifier")
    location_unknown = u8(None, "cdp.location.unknown", "Unknown", HEX)
    location = string(None, "cdp.location", "Location")
    request = u16(None, "cdp.request_id", "Request-ID")
    management = u16(None, "cdp.management_id", "Management-ID")
    requested = u32(None, "cdp.power_requested", "Power Requested", unit="mW")
    available = u32(None, "cdp.power_available", "Power Available", unit="mW")
    spare = u8(None, "cdp.spare_poe_tlv", "Spare Pair PoE", HEX)
    spares = _bits("cdp.spare_poe_tlv", SPARE_POE, spare)
    encrypted = raw(None, "cdp.encrypted_data", "Encrypted Data")
    seen = u32(None, "cdp.seen_sequence", "Seen Sequence?")
    sequence = u32(None, "cdp.sequence_number", "Sequence Number")
    model = Field("cdp.model_number", "Model Number", STRINGZ)
    pad = u16(None, "cdp.unknown_pad", "Unknown Pad", HEX)
    hardware = Field("cdp.hardware_version_id", "Hardware Version ID", STRINGZ)
    serial = Field("cdp.system_serial_number", "System Serial Number", STRINGZ)
    unknown = raw(None, "cdp.nrgyz_unknown_values", "Unknown Values")
    table_len = u16(None, "cdp.len_tlv_table", "Length of TLV table")
    table_count = u16(None, "cdp.num_tlvs_table", "Number of TLVs in table")
    energy_kind = u32(None, "cdp.nrgyz.tlv.type", "TLV Type", HEX, names=ENERGYWISE_TYPES)
    energy_len = Field("cdp.nrgyz.tlv.len", "TLV Length", u16(None, "", "").type, size=4)
    energy_role = Field("cdp.nrgyz_reply_to.role", "Role", STRINGZ)
    energy_domain = Field("cdp.nrgyz_reply_to.domain", "Domain", STRINGZ)
    energy_name = Field("cdp.nrgyz_reply_to.name", "Name", STRINGZ)
    reply_unknown = u16(None, "cdp.nrgyz_reply_to.unknown_field", "Unknown Field", HEX)
    reply_port = u16(None, "cdp.nrgyz_reply_to.port", "Port")
    reply_ip = ipv4(None, "cdp.nrgyz_reply_to.ip_address", "IP Address")
    backup_port = u16(None, "cdp.nrgyz_reply_to.backup_server_port", "Backup server Port?")
    backup_ip = ipv4(None, "cdp.nrgyz_reply_to.backup_server_ip", "Backup Server IP?")

    @staticmethod
    def info() -> str:
        return ""

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.derived(cls.status, _status(c))
        while c.limit > c.pos:
            kind, size = c.peek(2), c.peek(2, 2)
            if size < 4:
                with c.group(cls.tlv, 4, f"TLV with invalid length {size} (< 4)"):
                    c.add(cls.kind)
                    c.add(cls.len)
                c.note("warn", "Malformed", "TLV with invalid length", "cdp.invalid_data")
                break
            if kind == PORT and c.limit > c.pos + size and c.peek(1, size) != 0:
                size += 3  # some speakers leave most of its own four bytes out of the length
            with c.group(cls.tlv, size, TYPES.get(kind, f"Type: Unknown (0x{kind:04x}), length: {size}")):
                c.add(cls.kind)
                c.add(cls.len)
                cls._value(c, kind)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind in (DEVICE, PORT, PLATFORM, VTP_DOMAIN, SYSTEM_NAME) or kind in HP:
            field = {DEVICE: cls.device, PORT: cls.port, VTP_DOMAIN: cls.domain, SYSTEM_NAME: cls.system}
            text = c.add(field.get(kind, cls.platform), c.limit - c.pos)
            c.label(f"{TYPES[kind]}: {text}")
            if kind in (DEVICE, PORT):
                c.append_info(f"{TYPES[kind]}: {text}  ")
        elif kind in (ADDRESSES, MANAGEMENT):
            for _ in range(c.add(cls.addresses)):
                cls._address(c)
        elif kind == CAPABILITIES:
            c.add(cls.capabilities)
        elif kind == SOFTWARE:
            for line in c.peek_bytes(c.limit - c.pos).splitlines(keepends=True):
                c.add(cls.software, len(line), value=line.rstrip(b"\r\n").decode("utf-8", "replace"))
        elif kind == PREFIX and c.limit - c.pos == 4:
            c.add(cls.gateway)
        elif kind == PREFIX:
            while c.remaining:
                c.add(cls.prefix)
                c.add(cls.prefix_length)
        elif kind == HELLO:
            cls._hello(c)
        elif kind in (VOICE_REPLY, VOICE_QUERY):
            c.add(cls.data, 1)
            if c.limit - c.pos >= 2:
                c.add(cls.voice)
        elif kind == LOCATION:
            c.add(cls.location_unknown)
            c.add(cls.location, c.limit - c.pos)
        elif kind in (REQUESTED, AVAILABLE):
            c.add(cls.request)
            c.add(cls.management)
            while c.remaining >= 4:
                c.add(cls.requested if kind == REQUESTED else cls.available)
        elif kind == ENERGYWISE:
            cls._energywise(c)
        elif kind == SYSTEM_OID:
            c.add(cls.object_id, c.limit - c.pos)
        else:
            single = {NATIVE: cls.native, DUPLEX: cls.duplex, POWER: cls.power, MTU: cls.mtu, TRUST: cls.trust,
                      COS: cls.cos, SPARE: cls.spare}.get(kind)  # fmt: skip
            if single is None:
                c.rest(cls.data)
            else:
                c.add(single)

    @classmethod
    def _address(cls, c: Cursor) -> None:
        with c.group(cls.address):
            c.add(cls.protocol_type)
            protocol = c.add(cls.protocol_id_, c.add(cls.protocol_length))
            size = c.add(cls.address_length)
            if protocol == IPV4_NLPID and size == 4:
                c.add(cls.address_ip)
            elif protocol == IPV6_SNAP and size == 16:
                c.add(cls.address_ip6)
            else:
                c.add(cls.address_bytes, size)

    @classmethod
    def _hello(cls, c: Cursor) -> None:
        c.add(cls.oui)
        if c.add(cls.hello) != CLUSTER_MANAGEMENT:
            c.rest(cls.hello_unknown)
            return
        for field in (cls.master, cls.cluster_ip, cls.cluster_version, cls.cluster_sub, cls.cluster_status,
                      cls.cluster_unknown, cls.commander, cls.switch, cls.cluster_unknown, cls.cluster_vlan):  # fmt: skip
            c.add(field)

    @classmethod
    def _energywise(cls, c: Cursor) -> None:
        c.add(cls.encrypted, 20)
        c.add(cls.seen)
        c.add(cls.sequence)
        c.add(cls.model, 16)
        c.add(cls.pad)
        c.add(cls.hardware, 3)
        c.add(cls.serial, 11)
        c.add(cls.unknown, 8)
        c.add(cls.table_len)
        for _ in range(c.add(cls.table_count)):
            kind, size = c.peek(4), c.peek(4, 4)
            if size < 8:
                break
            with c.group(cls.tlv, size, f"EnergyWise {ENERGYWISE_TYPES.get(kind, 'Unknown')}"):
                c.add(cls.energy_kind)
                c.add(cls.energy_len)
                text = {ROLE: cls.energy_role, DOMAIN: cls.energy_domain, NAME: cls.energy_name}.get(kind)
                if text is not None:
                    c.add(text, size - 8)
                elif kind == REPLY_TO:
                    for field in (cls.reply_unknown, cls.reply_port, cls.reply_ip, cls.backup_port, cls.backup_ip):
                        c.add(field)


def _status(c: Cursor) -> int:
    """CDP's checksum: a message of odd length is padded before its last byte, which counts as a signed number."""
    data = c.data[c.h.start : c.limit]
    if c.limit > min(len(c.data), c.end):
        return UNVERIFIED
    if len(data) & 1:
        last = data[-1]
        data = data[:-1] + (last - 0x0101 & 0xFFFF if last & 0x80 else last).to_bytes(2, "big")
    return GOOD if ones_complement(data) == 0xFFFF else BAD
