"""IGMP version 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376).

 0                   1                   2                   3
+---------------+---------------+-------------------------------+
|     type      | max resp time |           checksum            |
+---------------+---------------+-------------------------------+
|                        group address                          |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, NONE, UINT8, Field, flag, ipv4, u8, u16
from dissect.engine.layer import Layer
from dissect.engine.values import ipv4_text
from dissect.layers.checksums import STATUS, message_status

TYPES = {
    0x11: "Membership Query", 0x12: "Membership Report (version 1)", 0x16: "Membership Report (version 2)",
    0x17: "Leave Group", 0x22: "Membership Report (version 3)",
}  # fmt: skip
SAID = {
    0x11: "Membership Query", 0x12: "Membership Report", 0x16: "Membership Report", 0x17: "Leave Group",
    0x22: "Membership Report",
}  # fmt: skip
RECORDS = {
    1: "Mode Is Include", 2: "Mode Is Exclude", 3: "Change To Include Mode", 4: "Change To Exclude Mode",
    5: "Allow New Sources", 6: "Block Old Sources",
}  # fmt: skip
FLOATING = 0x80  # codes from here on are floating point numbers
PIM_VERSION_1 = 0x14  # a message of PIM's first version, from its first octet on


def spread(code: int) -> int:
    """Tenths of a second of a code: from 128 on a floating point number (RFC 3376, section 4.1.1)."""
    return code if code < FLOATING else (code & 0x0F | 0x10) << ((code >> 4 & 7) + 3)


def about_group(kind: int, group: int) -> str:
    """Which group a message of versions 2 and 3 is about, as the packet list says it."""
    if not group:
        return ", general"
    words = {0x11: ", specific for group ", 0x17: " "}
    return words.get(kind, " group ") + ipv4_text(group)


def about_record(kind: int, group: str, sources: list[int]) -> str:
    """What a group record asks for, as the packet list says it."""
    if not sources:
        nothing = {
            1: f"Leave group {group}", 2: f"Join group {group} for any sources", 3: f"Leave group {group}",
            4: f"Join group {group} for any sources",
            5: f"Group {group}, ALLOW_NEW_SOURCES but no source specified (?)",
            6: f"Group {group}, BLOCK_OLD_SOURCES but no source specified (?)",
        }  # fmt: skip
        return " / " + nothing.get(kind, f"Group {group}, unknown record type (?)")
    many = len(sources) > 1
    s, these = "s" * many, ", ".join(map(ipv4_text, sources))
    joined = f"Join group {group} for source{'s in' * many} "
    without = f"Join group {group}, for source{'s not in' if many else ' not'} "
    words = {
        1: joined, 3: joined, 2: without, 4: without,
        5: f"Group {group}, new source{s} ", 6: f"Group {group}, block source{s} ",
    }  # fmt: skip
    return f" / {words.get(kind, f'Group {group}, unknown record type (?), sources ')}{{{these}}}"


class IGMP(Layer):
    """An IGMP message; the version follows from type and length, as RFC 3376 section 7.1 says."""

    name, label, column = "igmp", "Internet Group Management Protocol", "IGMP"
    binds = {"ip.proto": (2,)}
    reaches = ("pim",)
    also_via = ("igmp",)  # Wireshark has a layer that finds out the version, and one of the version, by one name

    version = u8(None, "igmp.version", "IGMP Version")
    type = u8(None, "igmp.type", "Type", HEX, names=TYPES)
    max_resp = u8(None, "igmp.max_resp", "Max Resp Time")
    exponent = u8(None, "igmp.max_resp.exp", "Exponent", HEX)
    mantissa = u8(None, "igmp.max_resp.mant", "Mantissa", HEX)
    reserved = Field("igmp.reserved", "Reserved", BYTES)
    checksum = u16(None, "igmp.checksum", "Checksum", HEX)
    status = Field("igmp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    maddr = ipv4(None, "igmp.maddr", "Multicast Address")
    s = flag(None, "igmp.s", "Suppress router side processing")
    qrv = u8(None, "igmp.qrv", "QRV")
    qqic = u8(None, "igmp.qqic", "QQIC")
    num_src = u16(None, "igmp.num_src", "Num Src")
    saddr = ipv4(None, "igmp.saddr", "Source Address")
    num_records = u16(None, "igmp.num_grp_recs", "Num Group Records")
    record = Field("igmp.group_record", "Group Record", NONE)
    record_type = u8(None, "igmp.record_type", "Record Type", names=RECORDS)
    aux_len = u8(None, "igmp.aux_data_len", "Aux Data Len")
    aux_data = Field("igmp.aux_data", "Aux Data", BYTES)
    data = Field("igmp.data", "Data", BYTES)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, start = c.peek(1), c.pos
        if kind == PIM_VERSION_1:
            c.child("pim")
            return
        version = cls._version(c, kind)
        c.derived(cls.version, version)
        c.add(cls.type)
        c.info(SAID.get(kind, f"Unknown Type:0x{kind:02x}"))
        if kind in SAID:
            c.protocol(f"IGMPv{version}")
        if version == 1 or kind == 0x22:
            c.add(cls.reserved, 1)
        else:
            code = c.peek(1)
            tenths = spread(code) if version == 3 else code
            c.add(cls.max_resp, text=f"Max Resp Time: {tenths / 10:.1f} sec (0x{code:02x})")
            if version == 3 and code >= FLOATING:
                c.derived(cls.exponent, code >> 4 & 7)
                c.derived(cls.mantissa, code & 0x0F)
        c.add(cls.checksum)
        c.derived(cls.status, message_status(c, start, c.limit - start))
        if kind == 0x22:
            cls._report(c)
            return
        group = c.add(cls.maddr)
        if kind in SAID and version > 1:
            c.append_info(about_group(kind, group))
        if kind == 0x11 and version == 3:
            word = c.peek(1)
            c.add(cls.s, 1, bool(word & 8))
            c.derived(cls.qrv, word & 7)
            c.add(cls.qqic)
            sources = [c.add(cls.saddr) for _ in range(c.add(cls.num_src))]
            if sources:
                c.append_info(f", source{'s' * (len(sources) > 1)} {{{', '.join(map(ipv4_text, sources))}}}")

    @classmethod
    def _version(cls, c: Cursor, kind: int) -> int:
        if kind == 0x11:
            return 3 if c.limit - c.pos >= 12 else 1 if c.peek(1, 1) == 0 else 2
        return {0x12: 1, 0x22: 3}.get(kind, 2)

    @classmethod
    def _report(cls, c: Cursor) -> None:
        c.add(cls.reserved, 2)
        records = c.add(cls.num_records)
        if not records:
            c.append_info(" - General query")
        for _ in range(records):
            with c.group(cls.record) as record:
                kind = record.add(cls.record_type)
                aux = record.add(cls.aux_len)
                number = record.add(cls.num_src)
                group = record.add(cls.maddr)
                sources = [record.add(cls.saddr) for _ in range(number)]
                c.append_info(about_record(kind, ipv4_text(group), sources))
                if aux:
                    record.add(cls.aux_data, 4 * aux)
