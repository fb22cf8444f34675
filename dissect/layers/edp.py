"""EDP, Extreme Networks' discovery protocol, with what else is told in its records.

     0             7 8            15 16                           31
    +---------------+---------------+-------------------------------+
    |    version    |   reserved    |            length             |
    +---------------+---------------+-------------------------------+
    |           checksum            |           sequence            |
    +-------------------------------+-------------------------------+
    |         machine id type       |          machine's            |
    +-------------------------------+                               |
    |                         MAC address                           |
    +---------------+---------------+-------------------------------+
    | marker (0x99) |     type      |            length             |   and so on; length counts these four bytes
    +---------------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, PROTOCOL, UINT8, Field, ether, flag, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.checksums import STATUS, message_status

NULL, DISPLAY, INFO, VLAN, ESRP, EAPS, ELRP, ESL, ELSM, LINK = 0, 1, 2, 5, 8, 11, 13, 14, 15, 21
TYPES = {
    NULL: "Null", DISPLAY: "Display", INFO: "Info", VLAN: "VL", ESRP: "ESRP", EAPS: "EAPS", ELRP: "ELRP", ESL: "ESL",
    ELSM: "ELSM", LINK: "Link",
}  # fmt: skip
EAPS_TYPES = {5: "Health", 6: "Ring up flush fdb", 7: "Ring down flush fdb", 8: "Link down"}
EAPS_STATES = {0: "Idle", 1: "Complete", 2: "Failed", 3: "Links up", 4: "Links down", 5: "Pre Forwarding"}
GROUPS = {
    NULL: Field("edp.null", "End", PROTOCOL), DISPLAY: Field("edp.display", "Display", PROTOCOL),
    INFO: Field("edp.info", "Info", PROTOCOL), VLAN: Field("edp.vlan", "Vlan", PROTOCOL),
    ESRP: Field("edp.esrp", "ESRP", PROTOCOL), EAPS: Field("edp.eaps", "EAPS", PROTOCOL),
    ELRP: Field("edp.elrp", "ELRP", PROTOCOL), ESL: Field("edp.esl", "ESL", PROTOCOL),
    ELSM: Field("edp.elsm", "ELSM", PROTOCOL), LINK: Field("edp.link", "Link", PROTOCOL),
}  # fmt: skip
COUNTED_FROM_1 = ("edp.info.slot", "edp.info.port")
UNKNOWN = Field("edp.unknown", "Unknown", PROTOCOL)


def _bytes(name: str, label: str, size: int) -> Field:
    return raw(None, name, label, size=size)


_version = u32(None, "edp.info.version", "Version", HEX)
_flags = u8(None, "edp.vlan.flags", "Flags", HEX)
CONTENTS: dict[int, tuple[Field, ...]] = {  # what a record holds, in order; the last of size 0 takes the rest
    DISPLAY: (string(None, "edp.display.string", "Name"),),
    INFO: (
        u16(None, "edp.info.slot", "Slot"), u16(None, "edp.info.port", "Port"),
        u16(None, "edp.info.vchassid", "Virt chassis"), _bytes("edp.info.reserved", "Reserved", 6), _version,
        _bytes("edp.info.vchassconn", "Connections", 16),
    ),
    VLAN: (
        _flags, _bytes("edp.vlan.reserved1", "Reserved1", 1), u16(None, "edp.vlan.id", "Vlan ID"),
        _bytes("edp.vlan.reserved2", "Reserved2", 4), ipv4(None, "edp.vlan.ip", "IP addr"),
        string(None, "edp.vlan.name", "Name"),
    ),
    ESRP: (
        u8(None, "edp.esrp.proto", "Protocol", names={0: "IP", 1: "IPX", 2: "L2"}), u8(None, "edp.esrp.group", "Group"),
        u16(None, "edp.esrp.prio", "Prio"), u16(None, "edp.esrp.state", "State", names={1: "Master", 2: "Slave"}),
        u16(None, "edp.esrp.ports", "Ports"), ipv4(None, "edp.esrp.virtip", "VirtIP"),
        ether(None, "edp.esrp.sysmac", "Sys MAC"), u16(None, "edp.esrp.hello", "Hello"),
        _bytes("edp.esrp.reserved", "Reserved", 2),
    ),
    EAPS: (
        u8(None, "edp.eaps.ver", "Version"), u8(None, "edp.eaps.type", "Type", names=EAPS_TYPES),
        u16(None, "edp.eaps.vlanid", "Vlan ID"), _bytes("edp.eaps.reserved0", "Reserved0", 4),
        ether(None, "edp.eaps.sysmac", "Sys MAC"), u16(None, "edp.eaps.hello", "Hello"),
        u16(None, "edp.eaps.fail", "Fail"), u8(None, "edp.eaps.state", "State", names=EAPS_STATES),
        _bytes("edp.eaps.reserved1", "Reserved1", 1), u16(None, "edp.eaps.helloseq", "Helloseq"),
        _bytes("edp.eaps.reserved2", "Reserved2", 38),
    ),
    ELRP: (raw(None, "edp.elrp.unknown", "Unknown"),),
    ESL: (
        u8(None, "edp.esl.ver", "Version"), u8(None, "edp.esl.type", "Type", names={1: "Segment Health"}),
        u16(None, "edp.esl.vlanid", "Vlan ID"), _bytes("edp.esl.reserved0", "Reserved0", 4),
        ether(None, "edp.esl.sysmac", "Sys MAC"), _bytes("edp.esl.reserved1", "Reserved1", 4),
        u8(None, "edp.esl.state", "State", names={1: "Ready", 2: "Blocking"}),
        u8(None, "edp.esl.role", "Role", names={1: "Controller", 2: "Partner"}),
        u16(None, "edp.esl.linkid1", "Link ID 1"), u16(None, "edp.esl.failed1", "Failed ID 1"),
        u16(None, "edp.esl.failed2", "Failed ID 2"), _bytes("edp.esl.reserved4", "Reserved4", 2),
        u16(None, "edp.esl.linkid2", "Link ID 2"), _bytes("edp.esl.reserved5", "Reserved5", 2),
        u16(None, "edp.esl.numlinks", "Num Shared Links"),
    ),
    ELSM: (
        u8(None, "edp.elsm.type", "Type", names={1: "Hello"}), u8(None, "edp.elsm.subtype", "Subtype"),
        raw(None, "edp.elsm.unknown", "Magic"),
    ),
    LINK: (raw(None, "edp.link.unknown", "Unknown"),),
}  # fmt: skip


class EDP(Layer):
    """An announcement, or a message about rings and redundant gateways."""

    name, label, column = "edp", "Extreme Discovery Protocol", "EDP"
    binds = {"llc.extreme_pid": (0x00BB,)}

    version = u8(0, "edp.version", "Version")
    reserved = u8(1, "edp.reserved", "Reserved")
    len = u16(2, "edp.length", "Data length")
    checksum = u16(4, "edp.checksum", "EDP checksum", HEX)
    seqno = u16(6, "edp.seqno", "Sequence number")
    midtype = u16(8, "edp.midtype", "Machine ID type", names={0: "MAC"})
    mac = ether(10, "edp.midmac", "Machine MAC")
    status = Field("edp.checksum.status", "EDP checksum status", UINT8, names=STATUS)

    groups = (*GROUPS.values(), UNKNOWN)
    marker = u8(None, "edp.tlv.marker", "TLV Marker", HEX)
    kind = u8(None, "edp.tlv.type", "TLV type", names=TYPES)
    tlv_len = u16(None, "edp.tlv.length", "TLV length")
    contents = tuple(field for fields in CONTENTS.values() for field in fields)
    major1 = u8(0, "edp.info.version.major1", "Version (major1)", within=_version, size=1)
    major2 = u8(1, "edp.info.version.major2", "Version (major2)", within=_version, size=1)
    sustaining = u8(2, "edp.info.version.sustaining", "Version (sustaining)", within=_version, size=1)
    internal = u8(3, "edp.info.version.internal", "Version (internal)", within=_version, size=1)
    vlan_ip = flag(None, "edp.vlan.flags.ip", "Flags-IP", 0x80, within=_flags)
    vlan_reserved = u8(None, "edp.vlan.flags.reserved", "Flags-reserved", HEX, mask=0x7E, within=_flags)
    vlan_unknown = flag(None, "edp.vlan.flags.unknown", "Flags-Unknown", 0x01, within=_flags)
    links = u16(None, "edp.esl.linklist", "Link List")
    esl_rest = raw(None, "edp.esl.rest", "Rest")
    unknown = raw(None, "edp.unknown.data", "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.derived(cls.status, message_status(c, c.h.start, c.h.len or c.limit - c.h.start))
        c.info("EDP:")
        while c.limit - c.pos >= 4:
            kind, size = c.peek(1, 1), c.peek(2, 2)
            if size < 4:
                c.note("error", "Malformed", "TLV is too short", "edp.short_tlv")
                break
            with c.group(GROUPS.get(kind, UNKNOWN), size):
                c.add(cls.marker)
                c.add(cls.kind)
                c.add(cls.tlv_len)
                cls._contents(c, kind)
            if kind == NULL:
                break

    @classmethod
    def _contents(cls, c: Cursor, kind: int) -> None:
        if kind not in CONTENTS:
            c.append_info(f" [0x{kind:02x}]" if kind else "")
            c.rest(cls.unknown)
            return
        c.append_info(f" {TYPES[kind]}")
        value = 0
        for field in CONTENTS[kind]:
            if field.size == 0:
                c.add(field, c.limit - c.pos)
            elif field.name in COUNTED_FROM_1:
                c.add(field, value=c.peek(2) + 1)
            else:
                value = c.add(field)
        if kind == ESL:
            for _ in range(min(value, (c.limit - c.pos) // 2)):
                c.add(cls.links)
            c.rest(cls.esl_rest)
