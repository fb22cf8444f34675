"""DOCSIS's MAC management messages (CM-SP-MULPI, section 6.4): all by name, those that come all the time in full.

    +-------------+--------+--------+------+------+---------+---------+------+----------+---------+-----
    | destination | source | length | DSAP | SSAP | control | version | type | reserved | message | CRC
    +-------------+--------+--------+------+------+---------+---------+------+----------+---------+-----
      6             6        2        1      1      1         1         1      1                    4
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, group, i8, i16, i32, raw, u8, u16, u32
from dissect.engine.layer import Layer

SYNC, UCD, MAP, RNG_REQ, RNG_RSP = 1, 2, 3, 4, 5
NAMES = {
    SYNC: "Sync Message", UCD: "Type 2 UCD Message", MAP: "Map Message", RNG_REQ: "Ranging Request", RNG_RSP: "Ranging Response",
    6: "Registration Request", 7: "Registration Response", 8: "Upstream Channel Change request",
    9: "Upstream Channel Change response", 12: "BPKM Request", 13: "BPKM Response", 14: "Registration Acknowledge",
    15: "Dynamic Service Addition Request", 16: "Dynamic Service Add Response", 17: "Dynamic Service Add Acknowledge",
    18: "Dynamic Service Change Request", 19: "Dynamic Service Change Response", 20: "Dynamic Service Change Acknowledge",
    21: "Dynamic Service Delete Request", 22: "Dynamic Service Delete Response", 23: "DCC-REQ Message", 24: "DCC-RSP Message",
    25: "DCC-ACK Message", 29: "Type 29 UCD Message", 30: "Initial Ranging Request", 32: "DCD Message", 33: "MDD Message",
    34: "Bonded Initial Ranging Request", 35: "Type 35 UCD Message", 36: "Dynamic Bonding Change Request",
    37: "Dynamic Bonding Change Response", 38: "Dynamic Bonding Change Acknowledge", 39: "DOCSIS Path Verify Request",
    40: "DOCSIS Path Verify Response", 41: "CM-STATUS Report", 42: "CM Control Request", 43: "CM Control Response",
    44: "REG-REQ-MP Message", 45: "REG-RSP-MP Message", 46: "EM-REQ", 47: "EM-RSP", 48: "CM-STATUS Report Acknowledge",
    49: "OCD", 50: "DPD", 51: "Type 51 UCD Message", 54: "OPT-REQ", 55: "OPT-RSP", 56: "OPT-ACK", 61: "RBA",
}  # fmt: skip
# settings (annex C) fill these from an octet on; others have a transaction's or a station's number before what is not told
SETTINGS = {6: 2, 7: 3, 14: 3, 15: 2, 16: 3, 17: 3, 18: 2, 19: 3, 20: 3, 37: 3, 38: 2}
NUMBERED = {15, 16, 17, 18, 19, 20, 21, 22, 36, 37, 38, 39, 40, 41, 42, 43, 46, 47, 48}
CHANNELS = {8, 9, 29, 35, 51}
USES = {1: "Request", 2: "REQ/Data", 3: "Initial Maintenance", 4: "Station Maintenance", 5: "Data Profile IUC5",
        6: "Data Profile IUC6", 7: "NULL IE", 8: "Data Ack", 9: "Data Profile IUC9", 10: "Data Profile IUC10",
        11: "Data Profile IUC11", 12: "Data Profile IUC12", 13: "Data Profile IUC13", 15: "Expansion"}  # fmt: skip
ADJUSTMENTS = {1: "Timing Adjust (6.25us/64)", 2: "Power Level Adjust (0.25dB units)", 3: "Offset Freq Adjust (Hz)",
               4: "Transmit Equalization Adjust", 5: "Ranging Status", 6: "Downstream Frequency Override (Hz)",
               7: "Upstream Channel ID Override"}  # fmt: skip
STATES = {1: "continue", 2: "abort", 3: "success"}


class Management(Layer):
    """One message."""

    name, label, column = "docsis_mgmt", "DOCSIS MAC Management", "DOCSIS MGMT"
    reaches = ("data", "docsis_tlv")

    to_address = ether(None, "docsis_mgmt.dst", "Destination Address")
    from_address = ether(None, "docsis_mgmt.src", "Source Address")
    size_of = u16(None, "docsis_mgmt.msglen", "Message Length - DSAP to End (Bytes)")
    dsap, ssap = u8(None, "docsis_mgmt.dsap", "DSAP", HEX), u8(None, "docsis_mgmt.ssap", "SSAP", HEX)
    control = u8(None, "docsis_mgmt.control", "Control", HEX)
    version, type = u8(None, "docsis_mgmt.version", "Version"), u8(None, "docsis_mgmt.type", "Type", names=NAMES)
    reserved = u8(None, "docsis_mgmt.rsvd", "Reserved")
    multipart = u8(None, "docsis_mgmt.multipart", "Multipart", HEX)
    parts = u8(0, "docsis_mgmt.multipart.number_of_fragments", "Number of Fragments", mask=0xF0, within=multipart)
    part = u8(0, "docsis_mgmt.multipart.fragment_sequence_number", "Fragment Sequence Number", mask=0x0F, within=multipart)
    transaction = u16(None, "docsis_mgmt.tranid", "Transaction ID")
    upstream = u8(None, "docsis_mgmt.upchid", "Upstream Channel ID")
    downstream = u8(None, "docsis_mgmt.downchid", "Downstream Channel ID")

    stamp = u32(None, "docsis_sync.cmts_timestamp", "CMTS Timestamp")
    changes = u8(None, "docsis_ucd.confcngcnt", "Config Change Count")
    slot = u8(None, "docsis_ucd.mslotsize", "Mini Slot Size (6.25us TimeTicks)")
    map_counts = (u8(None, "docsis_map.ucdcount", "UCD Count"), u8(None, "docsis_map.numie", "Number of IE's"))
    map_reserved = u8(None, "docsis_map.rsvd", "Reserved [0x00]", HEX, mask=0x70)
    map_start = u32(None, "docsis_map.allocstart", "Alloc Start Time (minislots)")
    map_ack = u32(None, "docsis_map.acktime", "ACK Time (minislots)")
    map_backoffs = (u8(None, "docsis_map.rng_start", "Ranging Backoff Start"), u8(None, "docsis_map.rng_end", "Ranging Backoff End"),
                    u8(None, "docsis_map.data_start", "Data Backoff Start"), u8(None, "docsis_map.data_end", "Data Backoff End"))  # fmt: skip
    grant = u32(None, "docsis_map.ie", "Information Element", HEX)
    grant_sid = u32(0, "docsis_map.sid", "Service Identifier", mask=0xFFFC0000, within=grant)
    grant_use = u32(0, "docsis_map.iuc", "Interval Usage Code", mask=0x3C000, within=grant, names=USES)
    grant_at = u32(0, "docsis_map.offset", "Offset", mask=0x3FFF, within=grant)

    request_bits = u8(None, "docsis_rngreq.sid_field_bit15_14", "SID field bit 15 to 14", HEX, mask=0xC0)
    request_sid = u16(None, "docsis_rngreq.sid", "Service Identifier", mask=0x3FFF)
    pending = u8(None, "docsis_rngreq.pendcomp", "Pending Till Complete")
    response_sid = u16(None, "docsis_rngrsp.sid", "Service Identifier")
    adjustment = group("", "Adjustment")
    kind = u8(None, "docsis_rngrsp.type", "Type", names=ADJUSTMENTS)
    kind_size = u8(None, "docsis_rngrsp.length", "Length")
    adjustments = (
        i32(None, "docsis_rngrsp.timingadj", "Timing Adjust (6.25us/64)"),
        i8(None, "docsis_rngrsp.poweradj", "Power Level Adjust (0.25dB units)"),
        i16(None, "docsis_rngrsp.freqadj", "Offset Freq Adjust (Hz)"),
        raw(None, "docsis_rngrsp.xmit_eq_adj", "Transmit Equalization Adjust"),
        u8(None, "docsis_rngrsp.rng_stat", "Ranging Status", names=STATES),
        u32(None, "docsis_rngrsp.freq_over", "Downstream Frequency Override (Hz)"),
        u8(None, "docsis_rngrsp.chid_override", "Upstream Channel ID Override"),
    )
    initial_sid = u16(None, "docsis_intrngreq.sid", "Service Identifier", mask=0x3FFF)
    message = group("", "Message")
    content = raw(None, "", "Content")
    crc = raw(None, "", "CRC")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for field in (cls.to_address, cls.from_address):
            c.add(field)
        size = c.add(cls.size_of)
        for field in (cls.dsap, cls.ssap, cls.control, cls.version):
            c.add(field)
        kind = c.add(cls.type)
        c.add(cls.multipart if kind in (44, 45) else cls.reserved)
        c.info(NAMES.get(kind, ""))
        with c.group(cls.message, max(min(size - 6, c.remaining), 0)) as c:
            cls._message(c, kind)
        c.rest(cls.crc)

    @classmethod
    def _message(cls, c: Cursor, kind: int) -> None:
        special = {SYNC: cls._sync, UCD: cls._channel, MAP: cls._map, RNG_REQ: cls._range, RNG_RSP: cls._ranged}.get(kind)
        if kind not in NAMES:
            if c.remaining:
                c.child("data", c.remaining)
        elif special:
            special(c)
        elif kind == 30:
            c.info(f"Initial Ranging Request: SID = {c.peek(2) & 0x3FFF}")
            c.add(cls.initial_sid)
            c.add(cls.downstream)
            c.add(cls.upstream)
        elif kind in CHANNELS:
            c.info(f"{NAMES[kind]}: Channel ID = {_channel(c.add(cls.upstream))}")
        elif kind in NUMBERED:
            c.info(f"{NAMES[kind]}: Transaction ID = {c.add(cls.transaction)}")
        if kind in SETTINGS:
            before = SETTINGS[kind] - (2 if kind in NUMBERED else 0)
            if before:
                c.add(cls.content, before)
            c.child("docsis_tlv", c.remaining)
        c.rest(cls.content)

    @classmethod
    def _sync(cls, c: Cursor) -> None:
        c.add(cls.stamp)

    @classmethod
    def _channel(cls, c: Cursor) -> None:
        c.info(f"Type 2 UCD Message: Channel ID = {_channel(c.add(cls.upstream))}")
        for field in (cls.changes, cls.slot, cls.downstream):
            c.add(field)

    @classmethod
    def _map(cls, c: Cursor) -> None:
        version = c.peek(1, -3)
        channel = c.add(cls.upstream)
        changes, count = c.add(cls.map_counts[0]), c.add(cls.map_counts[1])
        c.info(f"Map Message:  Version: {version}, Channel ID = {_channel(channel)}, UCD Count = {changes},  # IE's = {count}")
        c.add(cls.map_reserved)
        for field in (cls.map_start, cls.map_ack, *cls.map_backoffs):
            c.add(field)
        for _ in range(min(count, c.remaining // 4)):
            c.add(cls.grant)

    @classmethod
    def _range(cls, c: Cursor) -> None:
        c.info(f"Ranging Request: SID = {c.peek(2)}")
        c.add(cls.request_bits)
        c.pos -= 1
        for field in (cls.request_sid, cls.downstream, cls.pending):
            c.add(field)

    @classmethod
    def _ranged(cls, c: Cursor) -> None:
        sid, channel = c.add(cls.response_sid), c.add(cls.upstream)
        c.info(f"Ranging Response: SID = {sid}, Upstream Channel = {_channel(channel)}")
        while c.remaining >= 2:
            with c.group(cls.adjustment, 2 + min(c.peek(1, 1), c.remaining - 2)) as c:
                kind = c.add(cls.kind)
                size = c.add(cls.kind_size)
                field = cls.adjustments[kind - 1] if 1 <= kind <= len(cls.adjustments) else cls.content
                c.add(field if field.size in (0, size) else cls.content, size)


def _channel(number: int) -> str:
    return f"{number} (U{number - 1})" if number else "Telephony Return"


class Settings(Layer):
    """Settings by type and length (annex C), told as octets."""

    name, label, column = "docsis_tlv", "DOCSIS Appendix C TLVs", "DOCSIS TLVs"

    content = raw(None, "", "Settings")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.content)
