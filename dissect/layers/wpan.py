"""IEEE 802.15.4 frames (IEEE 802.15.4-2015, clause 7), in little-endian order.

     0                15       23
    +-------------------+--------+-------------+-------------+------------+------------+------------+-------
    |   frame control   | number | destination | destination |   source   |   source   |  security  | ...
    |                   |        |  PAN (0, 2) | (0, 2, 8)   | PAN (0, 2) | (0, 2, 8)  |   header   |
    +-------------------+--------+-------------+-------------+------------+------------+------------+-------
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import FLOAT, HEX, Field, bits, eui64, flag, group, raw, u8, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.layers.checksums import crc16_ccitt_reflected

TYPES = {0: "Beacon", 1: "Data", 2: "Ack", 3: "Command", 5: "Multipurpose", 6: "Fragment", 7: "Extended"}
MODES = {0: "None", 2: "Short/16-bit", 3: "Long/64-bit"}
VERSIONS = {0: "IEEE Std 802.15.4-2003", 1: "IEEE Std 802.15.4-2006", 2: "IEEE Std 802.15.4-2015"}
COMMANDS = {
    1: "Association Request", 2: "Association Response", 3: "Disassociation Notification", 4: "Data Request",
    5: "PAN ID Conflict", 6: "Orphan Notification", 7: "Beacon Request", 8: "Coordinator Realignment", 9: "GTS Request",
}  # fmt: skip
LEVELS = {
    0: "No Security", 1: "32-bit Message Integrity Code", 2: "64-bit Message Integrity Code",
    3: "128-bit Message Integrity Code", 4: "Encryption", 5: "Encryption with 32-bit Message Integrity Code",
    6: "Encryption with 64-bit Message Integrity Code", 7: "Encryption with 128-bit Message Integrity Code",
}  # fmt: skip
BEACON, DATA, ACK, COMMAND = 0, 1, 2, 3
MIC = (0, 4, 8, 16)
LOWPAN, LOWPAN_FRAGMENTS = (0x41, 0x42, 0x50), (0x18, 0x1C)  # what 6LoWPAN's payloads begin with (RFC 4944, section 5.1)


class WPAN(Layer):
    """A frame without check sequence (LINKTYPE_IEEE802_15_4_NOFCS)."""

    name, label, column = "wpan", "IEEE 802.15.4", "IEEE 802.15.4"
    binds = {"linktype": (230,)}
    reaches = ("data", "zbee_nwk", "zbee_beacon", "6lowpan")
    fcs: ClassVar[int] = 0

    control = u16(0, "wpan.fcf", "Frame Control Field", HEX, little=True)
    frame_type = u16(0, "wpan.frame_type", "Frame Type", HEX, mask=0x0007, little=True, names=TYPES, within=control)
    security = flag(0, "wpan.security", "Security Enabled", 0x0008, little=True, within=control)
    pending = flag(0, "wpan.pending", "Frame Pending", 0x0010, little=True, within=control)
    ack_request = flag(0, "wpan.ack_request", "Acknowledge Request", 0x0020, little=True, within=control)
    compression = flag(0, "wpan.pan_id_compression", "PAN ID Compression", 0x0040, little=True, within=control)
    reserved = flag(0, "wpan.fcf.reserved", "Reserved", 0x0080, little=True, within=control)
    suppressed = flag(0, "wpan.seqno_suppression", "Sequence Number Suppression", 0x0100, little=True, within=control)
    elements = flag(0, "wpan.ie_present", "Information Elements Present", 0x0200, little=True, within=control)
    dst_mode = u16(0, "wpan.dst_addr_mode", "Destination Addressing Mode", HEX, mask=0x0C00, little=True, names=MODES,
                   within=control)  # fmt: skip
    version = u16(0, "wpan.version", "Frame Version", mask=0x3000, little=True, names=VERSIONS, within=control)
    src_mode = u16(0, "wpan.src_addr_mode", "Source Addressing Mode", HEX, mask=0xC000, little=True, names=MODES,
                   within=control)  # fmt: skip
    number = u8(None, "wpan.seq_no", "Sequence Number")
    dst_pan = u16(None, "wpan.dst_pan", "Destination PAN", HEX, little=True)
    addr16 = u16(None, "wpan.addr16", "Address", HEX, hidden=True)
    addr64 = eui64(None, "wpan.addr64", "Extended Address", hidden=True)
    dst16 = u16(None, "wpan.dst16", "Destination", HEX, little=True, also=(addr16,))
    dst64 = eui64(None, "wpan.dst64", "Destination", also=(addr64,))
    src_pan = u16(None, "wpan.src_pan", "Source PAN", HEX, little=True)
    src16 = u16(None, "wpan.src16", "Source", HEX, little=True, also=(addr16,))
    src64 = eui64(None, "wpan.src64", "Extended Source", also=(addr64,))
    aux = group("wpan.aux_sec.hdr", "Auxiliary Security Header")
    aux_control = u8(None, "wpan.aux_sec.security_control_field", "Security Control Field", HEX)
    level = u8(None, "wpan.aux_sec.sec_level", "Security Level", HEX, mask=0x07, names=LEVELS, within=aux_control)
    key_mode = u8(None, "wpan.aux_sec.key_id_mode", "Key Identifier Mode", HEX, mask=0x18, within=aux_control)
    no_counter = flag(None, "wpan.aux_sec.frame_counter_suppression", "Frame Counter Suppression", 0x20, within=aux_control)
    in_nonce = flag(None, "wpan.aux_sec.asn_in_nonce", "ASN in Nonce", 0x40, within=aux_control)
    aux_reserved = u8(None, "wpan.aux_sec.reserved", "Reserved", HEX, mask=0x80, within=aux_control)
    counter = u32(None, "wpan.aux_sec.frame_counter", "Frame Counter", little=True)
    key_source4 = u64(None, "wpan.aux_sec.key_source", "Key Source", HEX, size=4)
    key_source8 = u64(None, "wpan.aux_sec.key_source", "Key Source", HEX)
    key_index = u8(None, "wpan.aux_sec.key_index", "Key Index", HEX)
    mic = raw(None, "wpan.mic", "MIC")
    superframe = u16(None, "", "Superframe Specification", HEX, little=True)
    beacon_order = u16(None, "wpan.beacon_order", "Beacon Interval", mask=0x000F, little=True, within=superframe)
    superframe_order = u16(None, "wpan.superframe_order", "Superframe Interval", mask=0x00F0, little=True, within=superframe)
    cap = u16(None, "wpan.cap", "Final CAP Slot", mask=0x0F00, little=True, within=superframe)
    battery = flag(None, "wpan.battery_ext", "Battery Extension", 0x1000, little=True, within=superframe)
    coordinator = flag(None, "wpan.bcn_coord", "PAN Coordinator", 0x4000, little=True, within=superframe)
    permit = flag(None, "wpan.assoc_permit", "Association Permit", 0x8000, little=True, within=superframe)
    gts_count = u8(None, "wpan.gts.count", "GTS Descriptor Count")
    gts_permit = flag(None, "wpan.gts.permit", "GTS Permit", 0)
    pending16 = u16(None, "wpan.pending16", "Address", HEX, little=True)
    pending64 = eui64(None, "wpan.pending64", "Address")
    command = u8(None, "wpan.cmd", "Command Identifier", HEX, names=COMMANDS)
    cinfo = u8(None, "", "Capability Information", HEX)
    cinfo_bits = bits(
        cinfo, "wpan.cinfo",
        ("alt_coord", "Alternate PAN Coordinator", 0x01), ("device_type", "Device Type", 0x02),
        ("power_src", "Power Source", 0x04), ("idle_rx", "Receive On When Idle", 0x08),
        ("sec_capable", "Security Capability", 0x40), ("alloc_addr", "Allocate Address", 0x80),
    )  # fmt: skip
    short = u16(None, "wpan.asoc.addr", "Short Address", HEX, little=True)
    status = u8(None, "wpan.assoc.status", "Association Status", HEX,
                names={0: "Association Successful", 1: "PAN Full", 2: "Association Denied"})  # fmt: skip
    reason = u8(None, "wpan.disassoc.reason", "Disassociation Reason", HEX)
    realign_pan = u16(None, "wpan.realign.pan", "PAN ID", HEX, little=True)
    realign_addr = u16(None, "wpan.realign.addr", "Coordinator Short Address", HEX, little=True)
    realign_channel = u8(None, "wpan.realign.channel", "Logical Channel")
    realign_short = u16(None, "wpan.realign.addr", "Short Address", HEX, little=True)
    realign_page = u8(None, "wpan.realign.channel_page", "Channel Page")
    slots = u8(None, "", "GTS Request", HEX)
    slots_parts = (
        u8(0, "wpan.gtsreq.length", "GTS Length", mask=0x0F, within=slots),
        flag(0, "wpan.gtsreq.direction", "GTS Direction", 0x10, within=slots),
        flag(0, "wpan.gtsreq.type", "Characteristic Type", 0x20, within=slots),
    )
    fcs_field = u16(None, "wpan.fcs", "FCS", HEX, little=True)
    fcs_ok = flag(None, "wpan.fcs_ok", "FCS Valid", 0)

    @staticmethod
    def info(frame_type: int) -> str:
        return TYPES.get(frame_type, "Reserved")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        end = c.limit - cls.fcs
        cls._body(c, end)
        if c.pos < end and c.remaining:
            c.skip(min(end - c.pos, c.remaining))
        cls._check(c)

    @classmethod
    def _body(cls, c: Cursor, end: int) -> None:
        h = c.h
        kind = h.frame_type
        if kind > COMMAND:
            return
        if not (h.suppressed and h.version == 2):
            c.add(cls.number)
        cls._addresses(c)
        mic = 0
        encrypted = False
        if h.security and h.version:
            level = cls._security(c)
            mic, encrypted = MIC[level & 3], level >= 4
        left = end - c.pos - mic
        if left > 0:
            if encrypted or h.elements or h.security or (kind != COMMAND and not cls._good(c)):
                c.child("data", left)
            elif kind == BEACON:
                cls._beacon(c, end - mic)
            elif kind == COMMAND:
                cls._command(c, end - mic)
            else:
                c.child(payload_of(c, left) if kind == DATA else "data", left)
        if mic and c.remaining >= mic:
            c.add(cls.mic, mic)

    @classmethod
    def _addresses(cls, c: Cursor) -> None:
        """Which PANs are there is table 7-2 of IEEE 802.15.4-2015."""
        h = c.h
        dst, src, compressed = h.dst_mode, h.src_mode, h.compression
        if h.version == 2:
            dst_pan = (dst != 0 and not (compressed and not src) and not (compressed and dst == src == 3)) or (
                not dst and not src and compressed
            )
            src_pan = src != 0 and not compressed and not (dst == src == 3)
        else:
            dst_pan, src_pan = dst != 0, src != 0 and not (compressed and dst)
        if dst_pan:
            c.add(cls.dst_pan)
        if dst:
            cls._address(c, cls.dst16, cls.dst64, dst)
        if src_pan:
            c.add(cls.src_pan)
        if src:
            cls._address(c, cls.src16, cls.src64, src)

    @staticmethod
    def _address(c: Cursor, short: Field, long: Field, mode: int) -> None:
        if mode == 2:
            c.add(short)
        elif mode == 3:
            c.add(long, 8, c.peek_bytes(8)[::-1])

    @classmethod
    def _security(cls, c: Cursor) -> int:
        """The auxiliary security header (clause 9.4); its level."""
        word = c.peek(1)
        size = 1 + (0 if word & 0x20 else 4) + (0, 1, 5, 9)[word >> 3 & 3]
        with c.group(cls.aux, size):
            c.add(cls.aux_control)
            if not word & 0x20:
                c.add(cls.counter)
            mode = word >> 3 & 3
            if mode == 2:
                c.add(cls.key_source4)
            elif mode == 3:
                c.add(cls.key_source8)
            if mode:
                c.add(cls.key_index)
        return word & 7

    @classmethod
    def _beacon(cls, c: Cursor, end: int) -> None:
        c.add(cls.superframe)
        word = c.peek(1)
        c.derived(cls.gts_count, word & 7)
        c.derived(cls.gts_permit, bool(word & 0x80))
        c.skip(1 + (1 + 3 * (word & 7) if word & 7 else 0))
        word = c.peek(1)
        c.skip(1)
        for _ in range(word & 7):
            c.add(cls.pending16)
        for _ in range(word >> 4 & 7):
            c.add(cls.pending64, 8, c.peek_bytes(8)[::-1])
        if end > c.pos:
            c.child("zbee_beacon" if zigbee_beacon(c, end - c.pos) else "data", end - c.pos)

    @classmethod
    def _command(cls, c: Cursor, end: int) -> None:
        kind = c.add(cls.command)
        if kind == 1:
            c.add(cls.cinfo)
        elif kind == 2:
            c.add(cls.short)
            c.add(cls.status)
        elif kind == 3:
            c.add(cls.reason)
        elif kind == 8:
            c.add(cls.realign_pan)
            c.add(cls.realign_addr)
            c.add(cls.realign_channel)
            c.add(cls.realign_short)
            if c.remaining:  # since 802.15.4-2006
                c.add(cls.realign_page)
        elif kind == 9:
            c.add(cls.slots)
        if end > c.pos:
            c.child("data", end - c.pos)

    @classmethod
    def _good(cls, c: Cursor) -> bool:
        """Whether the check sequence is right; where there is none, so it is taken to be."""
        if not cls.fcs or c.end < c.limit:
            return True
        end = c.limit - cls.fcs
        return crc16_ccitt_reflected(c.data[c.h.start : end]) == int.from_bytes(c.data[end : c.limit], "little")

    @classmethod
    def _check(cls, c: Cursor) -> None:
        good = cls._good(c)
        if cls.fcs and c.remaining >= cls.fcs:
            c.add(cls.fcs_field)
        c.derived(cls.fcs_ok, good)
        if not good:
            c.note("warn", "Checksum", "Bad FCS", "wpan.fcs.bad")


class CheckedWPAN(WPAN):
    """A frame with its check sequence (LINKTYPE_IEEE802_15_4_WITHFCS)."""

    name, label, column = "wpan", "IEEE 802.15.4", "IEEE 802.15.4"
    binds = {"linktype": (195,), "ethertype": (0x809A,), "sll.ltype": (0x00F6,)}
    fcs: ClassVar[int] = 2


class NonASK(Layer):
    """The synchronisation header and length of the physical layer (LINKTYPE_IEEE802_15_4_NONASK_PHY)."""

    name, label, column = "wpan-nonask-phy", "IEEE 802.15.4 non-ASK PHY", "IEEE 802.15.4 non-ASK PHY"
    binds = {"linktype": (215,)}
    reaches = ("linktype",)

    preamble = u32(0, "wpan-nonask-phy.preamble", "Preamble", HEX, little=True)
    delimiter = u8(4, "wpan-nonask-phy.sfd", "Start of Frame Delimiter", HEX)
    phr = u8(5, "wpan-nonask-phy.phr", "PHR", HEX)
    frame_length = u8(5, "wpan-nonask-phy.frame_length", "Frame Length", HEX, mask=0x7F, within=phr)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining:
            c.payload("linktype", 195, listed=False)


class WPANTap(Layer):
    """The frame with what the radio knew of it (LINKTYPE_IEEE802_15_4_TAP): values of a type and a length each."""

    name, label, column = "wpan-tap", "IEEE 802.15.4 TAP", "IEEE 802.15.4 TAP"
    binds = {"linktype": (283,)}
    reaches = ("linktype",)

    version = u8(0, "wpan-tap.version", "Version")
    reserved = u8(1, "wpan-tap.reserved", "Reserved")
    header_length = u16(2, "wpan-tap.length", "Length", little=True)
    data_length = u16(None, "wpan-tap.data_length", "Data Length", little=True)
    tlv = group("", "TLV")
    tlv_type = u16(None, "wpan-tap.tlv.type", "TLV Type", little=True)
    tlv_length = u16(None, "wpan-tap.tlv.length", "TLV Length", little=True)
    unknown = raw(None, "wpan-tap.tlv.unknown", "Unknown")
    padding = raw(None, "wpan-tap.tlv.padding", "Padding")
    fcs_type = u8(None, "wpan-tap.fcs_type", "FCS Type", names={0: "None", 1: "ITU-T CRC16", 2: "ITU-T CRC32"})
    rss = Field("wpan-tap.rss", "RSS", FLOAT, little=True)
    channel = u16(None, "wpan-tap.ch_num", "Channel", little=True)
    page = u8(None, "wpan-tap.ch_page", "Page")
    bit_rate = u32(None, "wpan-tap.bit_rate", "Bit Rate", little=True)
    began = u64(None, "wpan-tap.sof_ts", "Start of frame timestamp", little=True)
    ended = u64(None, "wpan-tap.eof_ts", "End of frame timestamp", little=True)
    slot_start = u64(None, "wpan-tap.slot_start_ts", "Start of slot timestamp", little=True)
    slot_length = u32(None, "wpan-tap.timeslot_length", "Timeslot length", little=True)
    lqi = u8(None, "wpan-tap.lqi", "Link Quality Indicator")
    asn = u64(None, "wpan-tap.asn", "ASN", little=True)

    simple: ClassVar[dict[int, Field]] = {
        0: fcs_type, 1: rss, 2: bit_rate, 5: began, 6: ended, 7: asn, 8: slot_start, 9: slot_length, 10: lqi,
    }  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        end = c.h.start + c.h.header_length
        c.derived(cls.data_length, max(c.limit - end, 0))
        check = 0
        while end - c.pos >= 4 and c.remaining >= 4:
            size = c.peek(2, 2, True)
            with c.group(cls.tlv, min(4 + size + -size % 4, c.remaining)):
                kind = c.add(cls.tlv_type)
                c.add(cls.tlv_length)
                value = cls._value(c, kind, size)
                check = value if kind == 0 else check
                c.rest(cls.padding)
        if c.remaining:
            c.payload("linktype", 195 if check == 1 else 230, listed=False)

    @classmethod
    def _value(cls, c: Cursor, kind: int, size: int) -> int:
        field = cls.simple.get(kind)
        if field is not None and size == field.type.size:
            value = c.add(field)
            return value if kind == 0 else 0
        if kind == 3 and size == 3:
            c.add(cls.channel)
            c.add(cls.page)
        elif size and size <= c.remaining:
            c.add(cls.unknown, size)
        return 0


def payload_of(c: Cursor, size: int) -> str:
    """Zigbee's network layer, where the first octets can be its (version 2 or 3, frame type, reserved bits)."""
    if size >= 8 and c.peek(2, 0, True) & 0x003C in (0x08, 0x0C) and c.peek(1) & 3 < 3 and c.h.dst_mode == 2:
        return "zbee_nwk" if c.h.src_mode == 2 else "data"
    first = c.peek(1)
    compressed = first in LOWPAN or first >> 5 == 3 or first >> 6 == 2 or first >> 3 in LOWPAN_FRAGMENTS
    return "6lowpan" if compressed else "data"


def zigbee_beacon(c: Cursor, size: int) -> bool:
    """Zigbee's protocol identifier 0 with stack profile and version."""
    return size == 15 and c.peek(1) == 0
