"""What Cisco switches tell each other beside CDP: DTP, VTP, PAgP and UDLD (RFC 5171), all over SNAP.

    DTP   version (1)                              then records
    UDLD  version and opcode, flags, checksum (2)  then records
    VTP   version, code, followers | sequence number | reserved, length of the domain's name, name (32), by code:
          summary: revision (4), updater (4), time (12), MD5 (16); subset: revision (4), VLANs;
          request: first VLAN (2); join: first VLAN (2), last VLAN (2), a bit for each VLAN

    PAgP  version, flags; of both ends: device (6), learning, priority, port (4), capability (4), group (4);
          number of partners (2) and of records (2)  then records

    record  type (2), length (2), value            length counts all of the record
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, STRINGZ, Field, ether, flag, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.values import ether_text

DOMAIN, STATUS, TYPE, SENDER = 1, 2, 3, 4
DTP_TYPES = {DOMAIN: "Domain", STATUS: "Trunk Status", TYPE: "Trunk Type", SENDER: "Sender ID"}
OPERATING = {0: "Access", 1: "Trunk"}
ADMINISTRATIVE = {1: "On", 2: "Off", 3: "Desirable", 4: "Auto"}
OPERATING_TYPES = {1: "Native", 2: "ISL", 5: "802.1Q"}
ADMINISTRATIVE_TYPES = {0: "Negotiated", **OPERATING_TYPES}


class DTP(Layer):
    """Dynamic trunking: whether a port becomes a trunk, and of what kind."""

    name, label, column = "dtp", "Dynamic Trunk Protocol", "DTP"
    binds = {"llc.cisco_pid": (0x2004,)}

    version = u8(0, "dtp.version", "Version")
    tlv = Field("", "TLV", NONE)
    kind = u16(None, "dtp.tlv_type", "Type", HEX, names=DTP_TYPES)
    len = u16(None, "dtp.tlv_len", "Length")
    domain = string(None, "dtp.domain", "Domain")
    status = u8(None, "", "Value", HEX)
    tos = u8(None, "dtp.tos", "Trunk Operating Status", HEX, mask=0x80, within=status, names=OPERATING)
    tas = u8(None, "dtp.tas", "Trunk Administrative Status", HEX, mask=0x07, within=status, names=ADMINISTRATIVE)
    trunk_type = u8(None, "", "Value", HEX)
    tot = u8(None, "dtp.tot", "Trunk Operating Type", HEX, mask=0xE0, within=trunk_type, names=OPERATING_TYPES)
    tat = u8(None, "dtp.tat", "Trunk Administrative Type", HEX, mask=0x07, within=trunk_type,
             names=ADMINISTRATIVE_TYPES)
    sender = ether(None, "dtp.senderid", "Sender ID")
    data = ether(None, "dtp.data", "Data")

    @staticmethod
    def info() -> str:
        return "Dynamic Trunk Protocol"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.limit > c.pos:
            if c.limit - c.pos < 4:
                c.note("error", "Malformed", "DTP message is truncated prematurely", "dtp.truncated")
                break
            kind, size = c.peek(2), c.peek(2, 2)
            with c.group(cls.tlv, max(size, 4), DTP_TYPES.get(kind, f"Unknown TLV type: 0x{kind:02x}")):
                c.add(cls.kind)
                c.add(cls.len)
                if size <= 4:
                    c.note("error", "Malformed", "Indicated length is less than the minimum length",
                           "dtp.tlv_len.too_short")
                    break
                field, longest = {
                    DOMAIN: (cls.domain, 33), STATUS: (cls.status, 1), TYPE: (cls.trunk_type, 1), SENDER: (cls.sender, 6),
                }.get(kind, (cls.data, 6))  # fmt: skip
                if size - 4 == longest or (kind == DOMAIN and size - 4 < longest):
                    c.add(field, size - 4)
                else:
                    c.note("error", "Malformed", "Indicated length does not correspond to this record type",
                           "dtp.tlv_len.invalid")


UDLD_TYPES = {
    1: "Device ID", 2: "Port ID", 3: "Echo", 4: "Message interval", 5: "Timeout interval", 6: "Device name",
    7: "Sequence number",
}  # fmt: skip
OPCODES = {0: "Reserved", 1: "Probe", 2: "Echo", 3: "Flush"}


class UDLD(Layer):
    """Unidirectional link detection: each end says whom it hears."""

    name, label, column = "udld", "Unidirectional Link Detection", "UDLD"
    binds = {"llc.cisco_pid": (0x0111,), "chdlc": (0x0111,)}
    reaches = ("data",)

    version = u8(0, "udld.version", "Version", mask=0xE0)
    opcode = u8(0, "udld.opcode", "Opcode", mask=0x1F, names=OPCODES)
    flags = u8(1, "udld.flags", "Flags")
    rt = u8(1, "udld.flags.rt", "Recommended timeout", HEX, mask=0x01, within=flags)
    rsy = u8(1, "udld.flags.rsy", "ReSynch", HEX, mask=0x02, within=flags)
    checksum = u16(2, "udld.checksum", "Checksum", HEX)
    tlv = Field("", "TLV", NONE)
    kind = u16(None, "udld.tlv.type", "Type", HEX, names=UDLD_TYPES)
    len = u16(None, "udld.tlv.len", "Length")
    device = Field("udld.device_id", "Device ID", STRINGZ)
    port = string(None, "udld.sent_through_interface", "Sent through Interface")
    data = raw(None, "udld.data", "Data")

    @staticmethod
    def info() -> str:
        return ""

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.limit > c.pos:
            kind, size = c.peek(2), c.peek(2, 2)
            if size < 4:
                with c.group(cls.tlv, 4, f"TLV with invalid length {size} (< 4)"):
                    c.add(cls.kind)
                    c.add(cls.len)
                c.note("warn", "Malformed", "TLV with invalid length (< 4)", "udld.tlv.len.invalid")
                break
            if kind == 2 and c.limit > c.pos + size and c.peek(1, size) != 0:
                size += 3  # as in CDP: its own four bytes are not all counted
            with c.group(cls.tlv, size, UDLD_TYPES.get(kind, f"Type: Unknown (0x{kind:04x}), length: {size}")):
                c.add(cls.kind)
                c.add(cls.len)
                if kind in (1, 2):
                    text = c.add(cls.device if kind == 1 else cls.port, size - 4)
                    c.label(f"{UDLD_TYPES[kind]}: {text}")
                    c.append_info(f"{UDLD_TYPES[kind]}: {text}  ")
                else:
                    c.rest(cls.data)
        if c.remaining:
            c.child("data")


SUMMARY, SUBSET, REQUEST, JOIN = 1, 2, 3, 4
CODES = {
    SUMMARY: "Summary Advertisement", SUBSET: "Subset Advertisement", REQUEST: "Advertisement Request",
    JOIN: "Join/Prune Message",
}  # fmt: skip
VLAN_TYPES = {1: "Ethernet", 2: "FDDI", 3: "TrCRF", 4: "FDDI-net", 5: "TrBRF"}
BRIDGES = {1: "SRT", 2: "SRB"}
ATTRIBUTES = (  # of a VLAN, by type from 1 on
    u16(None, "vtp.vlan_info.src_route_ring_num", "Source-Routing Ring Number", HEX),
    u16(None, "vtp.vlan_info.src_route_bridge_num", "Source-Routing Bridge Number", HEX),
    u16(None, "vtp.vlan_info.stp_type", "Spanning-Tree Protocol Type", HEX, names={**BRIDGES, 3: "Auto"}),
    u16(None, "vtp.vlan_info.parent_vlan", "Parent VLAN", HEX),
    u16(None, "vtp.vlan_info.translationally_bridged_vlans", "Translationally Bridged VLANs", HEX),
    u16(None, "vtp.vlan_info.pruning", "Pruning", HEX, names={1: "Enabled", 2: "Disabled"}),
    u16(None, "vtp.vlan_info.bridge_type", "Bridge Type", HEX, names=BRIDGES),
    u16(None, "vtp.vlan_info.max_are_hop_count", "Max ARE Hop Count"),
    u16(None, "vtp.vlan_info.max_ste_hop_count", "Max STE Hop Count"),
    u16(None, "vtp.vlan_info.backup_crf_mode", "Backup CRF Mode", HEX,
        names={1: "TrCRF is configured as a backup", 2: "TrCRF is not configured as a backup"}),
)  # fmt: skip
ATTRIBUTE_TYPES = {i: field.label for i, field in enumerate(ATTRIBUTES, 1)}


class VTP(Layer):
    """VLAN trunking: which VLANs there are in a management domain."""

    name, label, column = "vtp", "VLAN Trunking Protocol", "VTP"
    binds = {"llc.cisco_pid": (0x2003,)}

    version = u8(0, "vtp.version", "Version", HEX)
    code = u8(1, "vtp.code", "Code", HEX, names=CODES)
    followers = u8(2, "vtp.followers", "Followers", when=lambda h: h.code == SUMMARY)
    sequence = u8(2, "vtp.seq_num", "Sequence Number", when=lambda h: h.code == SUBSET)
    reserved = raw(2, "vtp.reserved", "Reserved", size=1, when=lambda h: (h.code == REQUEST) | (h.code == JOIN))
    md_len = u8(3, "vtp.md_len", "Management Domain Length", when=lambda h: (h.code >= SUMMARY) & (h.code <= JOIN))
    word = u16(2, "", "These two bytes")
    unknown = u16(2, "vtp.unknown", "Unknown", HEX, when=lambda h: (h.code < SUMMARY) | (h.code > JOIN))
    domain = string(None, "vtp.md", "Management Domain", size=32)
    revision = u32(None, "vtp.conf_rev_num", "Configuration Revision Number")
    updater = ipv4(None, "vtp.upd_id", "Updater Identity")
    updated = string(None, "vtp.upd_ts", "Update Timestamp", size=12)
    md5 = raw(None, "vtp.md5_digest", "MD5 Digest", size=16)
    start_value = u16(None, "vtp.start_value", "Start Value", HEX)
    vlan = Field("", "VLAN Information", NONE)
    vlan_len = u8(None, "vtp.vlan_info.len", "VLAN Information Length")
    vlan_status = u8(None, "vtp.vlan_info.status", "Status", HEX)
    suspended = flag(None, "vtp.vlan_info.status.vlan_susp", "VLAN suspended", 0x01, within=vlan_status)
    vlan_type = u8(None, "vtp.vlan_info.vlan_type", "VLAN Type", HEX, names=VLAN_TYPES)
    name_len = u8(None, "vtp.vlan_info.vlan_name_len", "VLAN Name Length")
    isl = u16(None, "vtp.vlan_info.isl_vlan_id", "ISL VLAN ID", HEX)
    mtu = u16(None, "vtp.vlan_info.mtu_size", "MTU Size")
    index = u32(None, "vtp.vlan_info.802_10_index", "802.10 Index", HEX)
    vlan_name = string(None, "vtp.vlan_info.vlan_name", "VLAN Name")
    tlv = Field("", "TLV", NONE)
    kind = u8(None, "vtp.vlan_info.tlv_type", "Type", HEX, names=ATTRIBUTE_TYPES)
    tlv_len = u8(None, "vtp.vlan_info.tlv_len", "Length")
    attributes = ATTRIBUTES
    data = raw(None, "vtp.vlan_info.data", "Data")
    first = u16(None, "vtp.pruning.first", "First VLAN ID")
    last = u16(None, "vtp.pruning.last", "Last VLAN ID")
    bitmap = raw(None, "", "Advertised active (i.e. not pruned) VLANs")
    active = u16(None, "vtp.pruning.active", "VLAN")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        code = c.h.code
        c.info(CODES.get(code, f"Unknown code 0x{code:02x}"))
        if code not in CODES:
            return
        c.add(cls.domain, value=c.peek_bytes(32)[: min(c.h.md_len, 32)].decode("utf-8", "replace"))
        if code == SUMMARY:
            revision = c.add(cls.revision)
            c.append_info(f", Revision: {revision}")
            if c.h.followers:
                c.append_info(f", Followers: {c.h.followers}")
            c.add(cls.updater)
            t = c.peek_bytes(12).decode("latin-1")
            c.add(cls.updated, text=f"Update Timestamp: {t[0:2]}-{t[2:4]}-{t[4:6]} {t[6:8]}:{t[8:10]}:{t[10:12]}")
            c.add(cls.md5)
        elif code == SUBSET:
            c.append_info(f", Revision: {c.add(cls.revision)}, Seq: {c.h.sequence}")
            while c.limit > c.pos:
                cls._vlan(c)
        elif code == REQUEST:
            start = c.add(cls.start_value)
            c.append_info(f", Start value: {start}")
        else:
            first = c.add(cls.first)
            c.add(cls.last)
            with c.group(cls.bitmap, c.limit - c.pos):
                for i in range(c.remaining):
                    octet = c.peek(1, i)
                    for bit in range(8):
                        if octet & 0x80 >> bit:
                            c.derived(cls.active, first + 8 * i + bit)
                c.pos += c.remaining

    @classmethod
    def _vlan(cls, c: Cursor) -> None:
        with c.group(cls.vlan, max(c.peek(1), 1)):
            c.add(cls.vlan_len)
            c.add(cls.vlan_status)
            c.add(cls.vlan_type)
            size = c.add(cls.name_len)
            c.add(cls.isl)
            c.add(cls.mtu)
            c.add(cls.index)
            c.add(cls.vlan_name, (size + 3) // 4 * 4)
            while c.remaining:
                kind, size = c.peek(1), 2 * c.peek(1, 1)
                with c.group(cls.tlv, 2 + size, ATTRIBUTE_TYPES.get(kind, f"Unknown TLV type: 0x{kind:02x}")):
                    c.add(cls.kind)
                    c.add(cls.tlv_len)
                    if kind not in ATTRIBUTE_TYPES:
                        c.rest(cls.data)
                    elif size == 2:
                        c.add(ATTRIBUTES[kind - 1])
                    else:
                        c.note("warn", "Malformed", "Bad length for TLV length", "vtp.vlan_info.tlv_len.bad")


INFO_PDU, FLUSH = 1, 2
LEARNING = {1: "Source-based Distribution", 2: "Arbitrary Distribution"}
DEVICE_NAME, PORT_NAME, MAC = 1, 2, 3
PAGP_TYPES = {DEVICE_NAME: "Device Name TLV", PORT_NAME: "Physical Port Name TLV", MAC: "Agport MAC Address", 4: "Reserved"}


class PAgP(Layer):
    """Port aggregation: which links make one."""

    name, label, column = "pagp", "Port Aggregation Protocol", "PAGP"
    binds = {"llc.cisco_pid": (0x0104,)}

    version = u8(0, "pagp.version", "Version", HEX, names={INFO_PDU: "Info PDU", FLUSH: "Flush PDU"})
    flags = u8(1, "pagp.flags", "Flags", HEX, when=lambda h: h.version != FLUSH)
    slow = flag(1, "pagp.flags.slowhello", "Slow Hello", 0x01, within=flags)
    auto = flag(1, "pagp.flags.automode", "Auto Mode", 0x02, within=flags)
    consistent = flag(1, "pagp.flags.state", "Consistent State", 0x04, within=flags)
    flags_ = u8(1, "", "Flags")
    unused = u8(1, "pagp.flush.reserved", "Reserved", when=lambda h: h.version == FLUSH)
    ends = tuple(
        field
        for end, word in (("local", "Local"), ("partner", "Partner"))
        for field in (
            ether(None, f"pagp.{end}devid", f"{word} Device ID"),
            u8(None, f"pagp.{end}earncap" if end == "local" else f"pagp.{end}learncap", f"{word} Learn Capability", HEX,
               names=LEARNING),
            u8(None, f"pagp.{end}portpri", f"{word} Port Hot Standby Priority"),
            u32(None, f"pagp.{end}sentportifindex", f"{word} Sent Port ifindex"),
            u32(None, f"pagp.{end}groupcap", f"{word} Group Capability", HEX),
            u32(None, f"pagp.{end}groupifindex", f"{word} Group ifindex"),
        )
    )  # fmt: skip
    partners = u16(None, "pagp.partnercount", "Partner Count")
    count = u16(None, "pagp.numtlvs", "Number of TLVs")
    tlv = Field("", "TLV Entry", NONE)
    kind = u16(None, "pagp.tlv", "Type", names=PAGP_TYPES)
    len = u16(None, "pagp.tlv_length", "Length")
    device_name = string(None, "pagp.tlvdevname", "Device Name")
    port_name = string(None, "pagp.tlvportname", "Physical Port Name")
    mac = ether(None, "pagp.tlvagportmac", "Agport MAC Address")
    flush_local = ether(None, "pagp.flushlocaldevid", "Flush Local Device ID")
    flush_partner = ether(None, "pagp.flushpartnerdevid", "Flush Partner Device ID")
    transaction = u32(None, "pagp.transid", "Transaction ID", HEX)
    data = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.version == FLUSH:
            local = ether_text(c.add(cls.flush_local))
            partner = ether_text(c.add(cls.flush_partner))
            c.info(f"Flush PDU; Local DevID: {local}, Partner DevID: {partner}; Transaction ID: 0x{c.peek(4):x} ")
            c.add(cls.transaction)
            return
        values = [c.add(field) for field in cls.ends]
        c.info(f"Info PDU; Flags 0x{c.h.flags_:x}; Local DevID: {ether_text(values[0])}, "
               f"Partner DevID: {ether_text(values[6])}")
        c.add(cls.partners)
        for i in range(c.add(cls.count)):
            kind, size = c.peek(2), c.peek(2, 2)
            with c.group(cls.tlv, max(size, 4), f"TLV Entry #{i + 1}"):
                c.add(cls.kind)
                c.add(cls.len)
                if size < 4:
                    c.note("warn", "Malformed", "Invalid TLV length", "pagp.tlv_length.invalid")
                    break
                if kind in (DEVICE_NAME, PORT_NAME):
                    c.add(cls.device_name if kind == DEVICE_NAME else cls.port_name, size - 4)
                elif kind == MAC:
                    c.add(cls.mac)
                c.rest(cls.data)
