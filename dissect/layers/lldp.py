"""The link layer discovery protocol (IEEE 802.1AB-2016): TLVs, with the extensions of IEEE 802.1, 802.3, TIA and IANA.

     0             7   8                   15
    +-----------------+---------------------+----------
    |  type (7 bits)  |   length (9 bits)   |  value …
    +-----------------+---------------------+----------
"""

from __future__ import annotations

from ipaddress import ip_address

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    DEC_HEX,
    HEX,
    OID,
    STRINGZPAD,
    Field,
    ether,
    flag,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    stringz,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import Layer
from dissect.engine.values import escape_text

TYPES = {
    0: "End of LLDPDU", 1: "Chassis Id", 2: "Port Id", 3: "Time to Live", 4: "Port Description", 5: "System Name",
    6: "System Description", 7: "System Capabilities", 8: "Management Address", 127: "Organization Specific",
}  # fmt: skip
CHASSIS = {
    1: "Chassis component", 2: "Interface alias", 3: "Port component", 4: "MAC address", 5: "Network address",
    6: "Interface name", 7: "Locally assigned",
}  # fmt: skip
PORTS = {
    1: "Interface alias", 2: "Port component", 3: "MAC address", 4: "Network address", 5: "Interface name",
    6: "Agent circuit Id", 7: "Locally assigned",
}  # fmt: skip
FAMILIES = {1: "IPv4", 2: "IPv6", 6: "802", 16: "DNS"}
INTERFACES = {1: "Unknown", 2: "ifIndex", 3: "System port number"}
ORGANIZATIONS = {0x00005E: "IANA", 0x000ECF: "PROFIBUS", 0x0080C2: "IEEE 802.1", 0x00120F: "IEEE 802.3", 0x0012BB: "TIA TR-41"}
DOT1 = {
    1: "Port VLAN ID", 2: "Port and Protocol VLAN ID", 3: "VLAN Name", 4: "Protocol Identity", 5: "VID Usage Digest",
    6: "Management VID", 7: "Link Aggregation", 8: "Congestion Notification", 9: "ETS Configuration",
    10: "ETS Recommendation", 11: "Priority Flow Control Configuration", 12: "Application Protocol", 13: "EVB", 14: "CDCP",
}  # fmt: skip
DOT3 = {
    1: "MAC/PHY Configuration/Status", 2: "Power Via MDI", 3: "Link Aggregation", 4: "Maximum Frame Size",
    5: "EEE (Energy-Efficient Ethernet)",
}  # fmt: skip
MEDIA = {
    1: "Media Capabilities", 2: "Network Policy", 3: "Location Identification", 4: "Extended Power-via-MDI",
    5: "Inventory - Hardware Revision", 6: "Inventory - Firmware Revision", 7: "Inventory - Software Revision",
    8: "Inventory - Serial Number", 9: "Inventory - Manufacturer Name", 10: "Inventory - Model Name",
    11: "Inventory - Asset ID",
}  # fmt: skip
CAPABILITIES = (
    ("other", "Other"), ("repeater", "Repeater"), ("bridge", "Bridge"), ("wlan_access_pt", "WLAN access point"),
    ("router", "Router"), ("telephone", "Telephone"), ("docsis_cable_device", "DOCSIS cable device"),
    ("station_only", "Station only"),
)  # fmt: skip
LINK_MODES = (
    ("1000base_tfd", "1000BASE-T (full duplex mode)"), ("1000base_t", "1000BASE-T (half duplex mode)"),
    ("1000base_xfd", "1000BASE-X (-LX, -SX, -CX full duplex mode)"),
    ("1000base_x", "1000BASE-X (-LX, -SX, -CX half duplex mode)"),
    ("fdx_bpause", "Asymmetric and Symmetric PAUSE (for full-duplex links)"),
    ("fdx_spause", "Symmetric PAUSE (for full-duplex links)"),
    ("fdx_apause", "Asymmetric PAUSE (for full-duplex links)"), ("fdx_pause", "PAUSE (for full-duplex links)"),
    ("100base_t2fd", "100BASE-T2 (full duplex mode)"), ("100base_t2", "100BASE-T2 (half duplex mode)"),
    ("100base_txfd", "100BASE-TX (full duplex mode)"), ("100base_tx", "100BASE-TX (half duplex mode)"),
    ("100base_t4", "100BASE-T4"), ("10base_tfd", "10BASE-T (full duplex mode)"),
    ("10base_t", "10BASE-T (half duplex mode)"), ("other", "Other or unknown"),
)  # fmt: skip


CHASSIS_LETTERS = {1: "CC", 2: "IA", 3: "PC", 4: "MA", 5: "NA", 6: "IN", 7: "LA"}
PORT_LETTERS = {1: "IA", 2: "PC", 3: "MA", 4: "NA", 5: "IN", 6: "AC", 7: "LA"}


def identity_text(octets: bytes, letters: str) -> str:
    """What the packet list says of an identity."""
    if letters == "MA":
        return octets[:6].hex(":")
    if letters == "NA" and len(octets) in (5, 17):
        return str(ip_address(octets[1:]))
    return octets.decode("utf-8", "replace")


def _bits(name: str, bits: tuple[tuple[str, str], ...], within: Field) -> tuple[Field, ...]:
    """A flag for each bit of `within`, lowest first."""
    return tuple(flag(None, f"{name}.{bit}", label, 1 << i, within=within) for i, (bit, label) in enumerate(bits))


def _each(name: str, label: str, within: Field) -> tuple[Field, ...]:
    """A flag for each of eight priorities."""
    return tuple(flag(None, f"{name}{i}", label.format(i), 1 << i, within=within) for i in range(8))


def _nibbles(first: int, within: Field) -> tuple[Field, ...]:
    """The priority groups of four priorities."""
    return tuple(
        u16(None, f"lldp.dcbx.feature.pg.pgid_prio{first + i}", f"PGID for Prio {first + i}", mask=0xF000 >> 4 * i,
            within=within)
        for i in range(4)
    )  # fmt: skip


class LLDP(Layer):
    """What a station says about itself and the port it speaks from."""

    name, label, column = "lldp", "Link Layer Discovery Protocol", "LLDP"
    binds = {"ethertype": (0x88CC, 0x8942)}

    tlv = group("", "TLV")
    head = u16(None, "", "TLV header")
    kind = u16(None, "lldp.tlv.type", "TLV Type", mask=0xFE00, names=TYPES, within=head)
    size_ = u16(None, "lldp.tlv.len", "TLV Length", mask=0x01FF, within=head)

    chassis_subtype = u8(None, "lldp.chassis.subtype", "Chassis Id Subtype", names=CHASSIS)
    chassis_id = raw(None, "lldp.chassis.id", "Chassis Id")
    chassis_mac = ether(None, "lldp.chassis.id.mac", "Chassis Id")
    chassis_ip4 = ipv4(None, "lldp.chassis.id.ip4", "Chassis Id")
    chassis_ip6 = ipv6(None, "lldp.chassis.id.ip6", "Chassis Id")
    port_subtype = u8(None, "lldp.port.subtype", "Port Id Subtype", names=PORTS)
    port_id = string(None, "lldp.port.id", "Port Id")
    port_mac = ether(None, "lldp.port.id.mac", "Port Id")
    port_ip4 = ipv4(None, "lldp.port.id.ip4", "Port Id")
    port_ip6 = ipv6(None, "lldp.port.id.ip6", "Port Id")
    family = u8(None, "lldp.network_address.subtype", "Network Address family", names=FAMILIES)
    ttl = u16(None, "lldp.time_to_live", "Seconds")
    port_desc = string(None, "lldp.port.desc", "Port Description")
    system_name = string(None, "lldp.tlv.system.name", "System Name")
    system_desc = string(None, "lldp.tlv.system.desc", "System Description")
    capabilities = u16(None, "lldp.tlv.system_cap", "Capabilities", HEX)
    capability = _bits("lldp.tlv.system_cap", CAPABILITIES, capabilities)
    enabled = u16(None, "lldp.tlv.enable_system_cap", "Enabled Capabilities", HEX)
    enabled_capability = _bits("lldp.tlv.enable_system_cap", CAPABILITIES, enabled)
    address_len = u8(None, "lldp.mgn.address.len", "Address String Length")
    address_family = u8(None, "lldp.mgn.address.subtype", "Address Subtype", names=FAMILIES)
    address_ip4 = ipv4(None, "lldp.mgn.addr.ip4", "Management Address")
    address_ip6 = ipv6(None, "lldp.mgn.addr.ip6", "Management Address")
    address_hex = raw(None, "lldp.mgn.addr.hex", "Management Address")
    interface_type = u8(None, "lldp.mgn.interface.subtype", "Interface Subtype", names=INTERFACES)
    interface = u32(None, "lldp.mgn.interface.number", "Interface Number")
    object_len = u8(None, "lldp.mgn.obj.len", "OID String Length")
    object_id = Field("lldp.mgn.obj.id", "Object Identifier", OID)
    oui = u24(None, "lldp.orgtlv.oui", "Organization Unique Code", names=ORGANIZATIONS)
    unknown = u8(None, "lldp.unknown_subtype", "Unknown Subtype")
    content = raw(None, "lldp.unknown_subtype.content", "Unknown Subtype Content")

    # IEEE 802.1 (802.1Q-2018, annex D)
    dot1 = u8(None, "lldp.ieee.802_1.subtype", "IEEE 802.1 Subtype", HEX, names=DOT1)
    port_vlan = u16(None, "lldp.ieee.802_1.port_vlan.id", "Port VLAN Identifier", DEC_HEX)
    vlan_flags = u8(None, "lldp.ieee.802_1.port_and_vlan_id_flag", "Flags", HEX)
    vlan_supported = flag(None, "lldp.ieee.802_1.port_and_vlan_id_flag.supported", "Port and Protocol VLAN", 0x02,
                          within=vlan_flags)
    vlan_enabled = flag(None, "lldp.ieee.802_1.port_and_vlan_id_flag.enabled", "Port and Protocol VLAN", 0x04,
                        within=vlan_flags)
    protocol_vlan = u16(None, "lldp.ieee.802_1.port_proto_vlan.id", "Port and Protocol VLAN Identifier", DEC_HEX)
    vlan_id = u16(None, "lldp.ieee.802_1.vlan.id", "VLAN Identifier", DEC_HEX)
    vlan_name_len = u8(None, "lldp.ieee.802_1.vlan.name_len", "VLAN Name Length")
    vlan_name = stringz(None, "lldp.ieee.802_1.vlan.name", "VLAN Name")
    identity_len = u8(None, "lldp.ieee.802_1.proto.id_length", "Protocol Identity Length")
    identity = raw(None, "lldp.ieee.802_1.proto.id", "Protocol Identity")
    cnpv = u8(None, "", "Per-priority CNPV Indicators", HEX)
    cnpv_each = _each("lldp.ieee.802_1qau.cnpv.prio", "Priority {} CNPV Capability", cnpv)
    ready = u8(None, "", "Per-priority Ready Indicators", HEX)
    ready_each = _each("lldp.ieee.802_1qau.ready.prio", "Priority {} Ready Indicator", ready)
    ets = u8(None, "", "ETS", HEX)
    ets_willing = flag(None, "lldp.dcbx.ieee.willing", "Willing", 0x80, within=ets)
    ets_cbs = flag(None, "lldp.dcbx.ieee.ets.cbs", "Credit-Based Shaper", 0x40, within=ets)
    ets_max = u8(None, "lldp.dcbx.ieee.ets.maxtcs", "Maximum Number of Traffic Classes", mask=0x07, within=ets)
    ets_reserved = u8(None, "lldp.dcbx.feature.pg.reserved", "Reserved", HEX, mask=0xFE)
    priorities, priorities_2 = u16(None, "", "Priority Assignment"), u16(None, "", "Priority Assignment")
    groups = _nibbles(0, priorities) + _nibbles(4, priorities_2)
    shares = tuple(u8(None, f"lldp.dcbx.feature.pg.per{i}", f"Bandwidth for PGID {i}") for i in range(8))
    tsas = tuple(u8(None, f"lldp.dcbx.ieee.ets.tsa{i}", f"TSA for Traffic Class {i}") for i in range(8))
    pfc = u8(None, "", "PFC", HEX)
    pfc_willing = flag(None, "lldp.dcbx.ieee.willing", "Willing", 0x80, within=pfc)
    pfc_mbc = flag(None, "lldp.dcbx.ieee.pfc.mbc", "MACsec Bypass Capability", 0x40, within=pfc)
    pfc_max = u8(None, "lldp.dcbx.ieee.pfc.numtcs", "Max PFC Enabled Traffic Classes", mask=0x0F, within=pfc)
    pfc_enable = u8(None, "", "PFC Enable", HEX)
    pfc_each = _each("lldp.dcbx.feature.pfc.prio", "PFC for Priority {}", pfc_enable)
    app_reserved = u8(None, "lldp.dcbx.ieee.app.reserved", "Reserved", HEX)
    app = u8(None, "", "Application Priority")
    app_prio = u8(None, "lldp.dcbx.ieee.app.prio", "Application Priority", mask=0xE0, within=app)
    app_selector = u8(None, "lldp.dcbx.iee.app.sf", "Application Selector", mask=0x07, within=app)
    app_protocol = u16(None, "lldp.dcbx.feature.app.proto", "Application Protocol Id", HEX)

    # IEEE 802.3 (802.3-2018, clause 79)
    dot3 = u8(None, "lldp.ieee.802_3.subtype", "IEEE 802.3 Subtype", HEX, names=DOT3)
    negotiation = u8(None, "lldp.ieee.802_3.mac_phy_auto_neg_status", "Auto-Negotiation Support/Status", HEX)
    negotiation_bits = _bits("lldp.ieee.802_3.mac_phy_auto_neg_status",
                             (("supported", "Auto-Negotiation"), ("enabled", "Auto-Negotiation")), negotiation)
    modes = u16(None, "lldp.ieee.802_3.pmd_auto_neg_advertised_caps", "PMD Auto-Negotiation Advertised Capability", HEX)
    mode = _bits("lldp.ieee.802_3.pmd_auto_neg_advertised_caps", LINK_MODES, modes)
    mode_inverse = _bits("lldp.ieee.802_3.pmd_auto_neg_advertised_caps_inv", LINK_MODES[::-1], modes)
    mau = u16(None, "lldp.ieee.802_3.pmd_mau_type", "Operational MAU Type", HEX)
    power = u8(None, "lldp.ieee.802_3.mdi_power_support", "MDI Power Support", HEX)
    power_bits = _bits("lldp.ieee.802_3.mdi_power_support", (
        ("port_class", "Port Class"), ("supported", "PSE MDI Power"), ("enabled", "PSE MDI Power"),
        ("pse_pairs", "PSE Pairs Control Ability")), power)
    power_pair = u8(None, "lldp.ieee.802_3.mdi_pse_pair", "PSE Power Pair")
    power_class = u8(None, "lldp.ieee.802_3.mdi_power_class", "Power Class")
    power_word = u8(None, "", "Power type, source and priority")
    power_type = u8(None, "lldp.ieee.802_3.mdi_power_type", "Power Type", mask=0xC0, within=power_word)
    power_source = u8(None, "lldp.ieee.802_3.mdi_power_source", "Power Source", mask=0x30, within=power_word)
    power_priority = u8(None, "lldp.ieee.802_3.mdi_power_priority", "Power Priority", mask=0x0F, within=power_word)
    power_requested = u16(None, "lldp.ieee.802_3.mdi_pde_requested", "PD Requested Power Value")
    power_allocated = u16(None, "lldp.ieee.802_3.mdi_pse_allocated", "PSE Allocated Power Value")
    aggregation = u8(None, "lldp.ieee.802_3.aggregation_status", "Aggregation Status", HEX)
    aggregation_bits = _bits("lldp.ieee.802_3.aggregation_status", (
        ("cap", "Aggregation Capability"), ("enabled", "Aggregation Status")), aggregation)
    aggregated_port = u32(None, "lldp.ieee.802_3.aggregated_port_id", "Aggregated Port Id")
    max_frame = u16(None, "lldp.ieee.802_3.max_frame_size", "Maximum Frame Size", unit="bytes")

    # TIA-1057 (LLDP-MED) and IANA
    media = u8(None, "lldp.media.subtype", "Media Subtype", HEX, names=MEDIA)
    media_caps = u16(None, "lldp.media.subtype.caps", "Capabilities", HEX)
    media_cap = _bits("lldp.media.subtype.caps", (
        ("llpd", "LLDP-MED Capabilities"), ("network_policy", "Network Policy"),
        ("location_id", "Location Identification"), ("mdi_pse", "Extended Power via MDI-PSE"),
        ("mid_pd", "Extended Power via MDI-PD"), ("inventory", "Inventory")), media_caps)
    media_class = u8(None, "lldp.media.subtype.class", "Class Type")
    policy_type = u8(None, "lldp.media.app_type", "Application Type")
    policy = u24(None, "", "Policy")
    policy_flag = flag(None, "lldp.media.policy_flag", "Policy", 0x800000, within=policy)
    policy_vlan = u24(None, "lldp.media.vlan_id", "VLAN Id", mask=0x1FFE00, within=policy)
    policy_l2 = u24(None, "lldp.media.l2_prio", "L2 Priority", mask=0x0001C0, within=policy)
    policy_dscp = u24(None, "lldp.media.dscp", "DSCP Priority", mask=0x00003F, within=policy)
    media_power = u8(None, "", "Extended power")
    media_power_type = u8(None, "lldp.media.power.type", "Power Type", mask=0xC0, within=media_power)
    media_power_source = u8(None, "lldp.media.power.source", "Power Source", mask=0x30, within=media_power)
    media_power_prio = u8(None, "lldp.media.power.prio", "Power Priority", mask=0x0F, within=media_power)
    media_power_value = u16(None, "lldp.media.power.value", "Power Value")
    inventory = tuple(Field(f"lldp.media.{name}", label, STRINGZPAD) for name, label in (
        ("hardware", "Hardware Revision"), ("firmware", "Firmware Revision"), ("software", "Software Revision"),
        ("sn", "Serial Number"), ("manufacturer", "Manufacturer Name"), ("model", "Model Name"), ("asset", "Asset ID")))
    iana = u8(None, "lldp.iana.subtype", "IANA Subtype", HEX, names={1: "Manufacturer Usage Description URL"})
    mud = string(None, "lldp.iana.mudurl", "Manufacturer Usage Description URL")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("")
        while c.remaining:
            head = c.peek(2)
            kind, size = head >> 9, head & 0x1FF
            with c.group(cls.tlv, 2 + size, TYPES.get(kind, "Unknown TLV")):
                c.add(cls.head)
                cls._value(c, kind)
            if kind == 0:
                c.finish()

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 1:
            cls._identity(c, c.add(cls.chassis_subtype) in (4,), cls.chassis_subtype)
        elif kind == 2:
            cls._identity(c, c.add(cls.port_subtype) in (3,), cls.port_subtype)
        elif kind == 3:
            c.append_info(f"{c.add(cls.ttl)} ")
        elif kind in (4, 5, 6):
            if kind > 4:
                text = escape_text(c.peek_bytes(c.remaining).decode("utf-8", "replace"))
                c.append_info(f"Sys{'N' if kind == 5 else 'D'}={text} ")
            c.rest((cls.port_desc, cls.system_name, cls.system_desc)[kind - 4])
        elif kind == 7:
            c.add(cls.capabilities)
            c.add(cls.enabled)
        elif kind == 8:
            cls._management(c)
        elif kind == 127:
            oui = c.add(cls.oui)
            decode = {0x0080C2: cls._dot1, 0x00120F: cls._dot3, 0x0012BB: cls._media, 0x00005E: cls._iana}.get(oui)
            if decode is not None:
                decode(c)
            else:
                c.add(cls.unknown)
                c.rest(cls.content)

    @classmethod
    def _identity(cls, c: Cursor, mac: bool, subtype: Field) -> None:
        """A chassis' or a port's identity: an address or anything."""
        chassis = subtype is cls.chassis_subtype
        number = c.peek(1, -1)
        kinds = CHASSIS_LETTERS if chassis else PORT_LETTERS
        if number in kinds:
            c.append_info(f"{kinds[number]}/{identity_text(c.peek_bytes(c.remaining), kinds[number])} ")
        if mac:
            c.add(cls.chassis_mac if chassis else cls.port_mac)
        elif number == (5 if chassis else 4):
            family = c.add(cls.family)
            if family == 1:
                c.add(cls.chassis_ip4 if chassis else cls.port_ip4)
            elif family == 2:
                c.add(cls.chassis_ip6 if chassis else cls.port_ip6)
            else:
                c.rest(cls.chassis_id if chassis else cls.port_id)
        else:
            c.rest(cls.chassis_id if chassis else cls.port_id)

    @classmethod
    def _management(cls, c: Cursor) -> None:
        size = c.add(cls.address_len)
        family = c.add(cls.address_family)
        if family == 1 and size == 5:
            c.add(cls.address_ip4)
        elif family == 2 and size == 17:
            c.add(cls.address_ip6)
        else:
            c.add(cls.address_hex, size - 1)
        c.add(cls.interface_type)
        c.add(cls.interface)
        if c.add(cls.object_len):
            c.rest(cls.object_id)

    @classmethod
    def _dot1(cls, c: Cursor) -> None:
        kind = c.add(cls.dot1)
        if kind == 1:
            c.add(cls.port_vlan)
        elif kind == 2:
            c.add(cls.vlan_flags)
            c.add(cls.protocol_vlan)
        elif kind == 3:
            c.add(cls.vlan_id)
            c.add(cls.vlan_name, c.add(cls.vlan_name_len))
        elif kind == 4:
            c.add(cls.identity, c.add(cls.identity_len))
        elif kind == 8:
            c.add(cls.cnpv)
            c.add(cls.ready)
        elif kind in (9, 10):
            c.add(cls.ets if kind == 9 else cls.ets_reserved)
            for field in (cls.priorities, cls.priorities_2, *cls.shares, *cls.tsas):
                c.add(field)
        elif kind == 11:
            c.add(cls.pfc)
            c.add(cls.pfc_enable)
        elif kind == 12:
            c.add(cls.app_reserved)
            while c.remaining:
                c.add(cls.app)
                c.add(cls.app_protocol)

    @classmethod
    def _dot3(cls, c: Cursor) -> None:
        kind = c.add(cls.dot3)
        if kind == 1:
            for field in (cls.negotiation, cls.modes, cls.mau):
                c.add(field)
        elif kind == 2:
            for field in (cls.power, cls.power_pair, cls.power_class):
                c.add(field)
            if c.remaining >= 5:
                for field in (cls.power_word, cls.power_requested, cls.power_allocated):
                    c.add(field)
        elif kind == 3:
            c.add(cls.aggregation)
            c.add(cls.aggregated_port)
        elif kind == 4:
            c.add(cls.max_frame)

    @classmethod
    def _media(cls, c: Cursor) -> None:
        kind = c.add(cls.media)
        if kind == 1:
            c.add(cls.media_caps)
            c.add(cls.media_class)
        elif kind == 2:
            c.add(cls.policy_type)
            c.add(cls.policy)
        elif kind == 4:
            c.add(cls.media_power)
            c.add(cls.media_power_value)
        elif 5 <= kind <= 11:
            c.rest(cls.inventory[kind - 5])

    @classmethod
    def _iana(cls, c: Cursor) -> None:
        if c.add(cls.iana) == 1:
            c.rest(cls.mud)
