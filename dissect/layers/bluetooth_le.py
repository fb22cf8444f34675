"""Bluetooth Low Energy on the air (Core 5.3, volume 6, part B; LINKTYPE_BLUETOOTH_LE_LL, and _WITH_PHDR with a radio's header).

    access address (4, little-endian), header (2), payload, check sequence (3, each octet's bits reversed)
    advertising: type (4 bits), flags, length; addresses (6 each, reversed), data: entries of length (1), type (1), value
    data: what it is (2 bits), sequence bits, length; L2CAP, or control: operation (1), ...
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, UINT8, Field, ether, flag, group, i8, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer, To

ADVERTISING = 0x8E89BED6
IND, DIRECT, NONCONN, SCAN_REQ, SCAN_RSP, CONNECT, SCAN_IND = range(7)
TYPES = {IND: "ADV_IND", DIRECT: "ADV_DIRECT_IND", NONCONN: "ADV_NONCONN_IND", SCAN_REQ: "SCAN_REQ", SCAN_RSP: "SCAN_RSP",
         CONNECT: "CONNECT_IND", SCAN_IND: "ADV_SCAN_IND", 7: "ADV_EXT_IND"}  # fmt: skip
CONTROLS = {0: "LL_CONNECTION_UPDATE_IND", 1: "LL_CHANNEL_MAP_IND", 2: "LL_TERMINATE_IND", 3: "LL_ENC_REQ", 4: "LL_ENC_RSP",
            5: "LL_START_ENC_REQ", 6: "LL_START_ENC_RSP", 7: "LL_UNKNOWN_RSP", 8: "LL_FEATURE_REQ", 9: "LL_FEATURE_RSP",
            12: "LL_VERSION_IND", 13: "LL_REJECT_IND", 14: "LL_PERIPHERAL_FEATURE_REQ", 15: "LL_CONNECTION_PARAM_REQ",
            16: "LL_CONNECTION_PARAM_RSP", 17: "LL_REJECT_EXT_IND", 18: "LL_PING_REQ", 19: "LL_PING_RSP",
            20: "LL_LENGTH_REQ", 21: "LL_LENGTH_RSP", 22: "LL_PHY_REQ", 23: "LL_PHY_RSP", 24: "LL_PHY_UPDATE_IND"}  # fmt: skip
START, CONTROL = 2, 3
CRC = 3
FLAGS, NAMES, POWER, APPEARANCE, VENDOR = 0x01, (0x08, 0x09), 0x0A, 0x19, 0xFF
UUIDS16, UUIDS32, UUIDS128 = (0x02, 0x03, 0x14), (0x04, 0x05, 0x1F), (0x06, 0x07, 0x15)


def _mirrored(octets: bytes) -> int:
    """The octets with the bits of each the other way round."""
    return int.from_bytes(bytes(int(f"{octet:08b}"[::-1], 2) for octet in octets), "big")


class Air(Layer):
    """What Wireshark calls the whole: it has no bytes of its own."""

    name, label, column = "bluetooth", "Bluetooth", "Bluetooth"
    binds = {"linktype": (251,)}

    kind = u8(lambda h: 0, "", "First octet")
    length = lambda h: 0
    next = (To("btle"),)


class AirWithRadio(Layer):
    """The same, of a radio that tells how it heard the packet."""

    name, label, column = "bluetooth", "Bluetooth", "Bluetooth"
    binds = {"linktype": (256,)}

    kind = u8(lambda h: 0, "", "First octet")
    length = lambda h: 0
    next = (To("btle_rf"),)


class LowEnergy(Layer):
    """A packet of the link layer."""

    name, label, column = "btle", "Bluetooth Low Energy Link Layer", "LE LL"
    reaches = ("btcommon", "btl2cap")

    access = u32(0, "btle.access_address", "Access Address", HEX, little=True)
    length = lambda h: h.end - h.start
    head = u16(None, "btle.advertising_header", "Packet Header", HEX, little=True)
    first = u8(None, "", "Type and flags", HEX)
    kind = u8(None, "btle.advertising_header.pdu_type", "PDU Type", HEX, mask=0x0F, names=TYPES, within=first)
    reserved1 = u8(None, "btle.advertising_header.rfu.1", "Reserved", mask=0x10, within=first)
    random_to = flag(None, "btle.advertising_header.randomized_tx", "Tx Address", 0x40, within=first)
    head_size = u8(None, "btle.advertising_header.length", "Length", also=(Field("btle.length", "Length", UINT8, hidden=True),))
    advertiser = ether(None, "btle.advertising_address", "Advertising Address")
    target = ether(None, "btle.target_address", "Target Address")
    scanner, initiator = ether(None, "btle.scanning_address", "Scanning Address"), ether(None, "btle.initiator_address", "Initiator Address")
    link = group("btle.link_layer_data", "Link Layer Data")
    link_parts = (
        u32(None, "btle.link_layer_data.access_address", "Access Address", HEX, little=True),
        u24(None, "btle.link_layer_data.crc_init", "CRC Init", HEX, little=True),
        u8(None, "btle.link_layer_data.window_size", "Window Size"),
        u16(None, "btle.link_layer_data.window_offset", "Window Offset", little=True),
        u16(None, "btle.link_layer_data.interval", "Interval", little=True),
        u16(None, "btle.link_layer_data.latency", "Latency", little=True),
        u16(None, "btle.link_layer_data.timeout", "Timeout", little=True),
        raw(None, "btle.link_layer_data.channel_map", "Channel Map", size=5),
    )
    hops = u8(None, "", "Hop and clock accuracy", HEX)
    hop = u8(None, "btle.link_layer_data.hop", "Hop", mask=0x1F, within=hops)
    accuracy = u8(None, "btle.link_layer_data.sleep_clock_accuracy", "Sleep Clock Accuracy", mask=0xE0, within=hops)
    data_head = group("btle.data_header", "Data Header")
    data_flags = u8(None, "", "Flags", HEX)
    llid = u8(None, "btle.data_header.llid", "LLID", HEX, mask=0x03, within=data_flags)
    expected = u8(None, "btle.data_header.next_expected_sequence_number", "Next Expected Sequence Number", mask=0x04, within=data_flags)
    number = u8(None, "btle.data_header.sequence_number", "Sequence Number", mask=0x08, within=data_flags)
    more = flag(None, "btle.data_header.more_data", "More Data", 0x10, within=data_flags)
    tone = flag(None, "btle.data_header.cte_info_present", "CTE Info", 0x20, within=data_flags)
    data_reserved = u8(None, "btle.data_header.rfu", "RFU", mask=0xC0, within=data_flags)
    data_size = u8(None, "btle.data_header.length", "Length", also=(Field("btle.length", "Length", UINT8, hidden=True),))
    control = u8(None, "btle.control_opcode", "Control Opcode", HEX, names=CONTROLS)
    contents = raw(None, "", "Contents")
    crc = u24(None, "btle.crc", "CRC", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        if c.h.access == ADVERTISING:
            kind = c.peek(1) & 0x0F
            c.info(TYPES.get(kind, "Unknown"))
            size = c.peek(1, 1)
            with c.group(cls.head, 2, value=c.peek(2, 0, True)) as c:
                c.add(cls.first)
                c.add(cls.head_size)
            end = c.pos + size
            cls._advertising(c, kind, end)
        else:
            size = c.peek(1, 1)
            what = c.peek(1) & 3
            with c.group(cls.data_head, 2) as c:
                c.add(cls.data_flags)
                c.add(cls.data_size)
            end = c.pos + size
            cls._data(c, what, size)
        if end > c.pos:
            c.add(cls.contents, end - c.pos)
        if c.remaining >= CRC:
            c.add(cls.crc, CRC, value=_mirrored(c.peek_bytes(CRC)))
        c.rest(cls.contents)

    @classmethod
    def _address(cls, c: Cursor, field: Field) -> None:
        c.add(field, 6, value=c.peek_bytes(6)[::-1])

    @classmethod
    def _advertising(cls, c: Cursor, kind: int, end: int) -> None:
        if kind in (IND, NONCONN, SCAN_RSP, SCAN_IND):
            cls._address(c, cls.advertiser)
            if end > c.pos:
                c.child("btcommon", end - c.pos)
        elif kind == DIRECT:
            cls._address(c, cls.advertiser)
            cls._address(c, cls.target)
        elif kind == SCAN_REQ:
            cls._address(c, cls.scanner)
            cls._address(c, cls.advertiser)
        elif kind == CONNECT:
            cls._address(c, cls.initiator)
            cls._address(c, cls.advertiser)
            with c.group(cls.link, end - c.pos) as c:
                for field in cls.link_parts:
                    c.add(field)
                c.add(cls.hops)

    @classmethod
    def _data(cls, c: Cursor, what: int, size: int) -> None:
        if what == CONTROL and size:
            c.info(f"Control Opcode: {CONTROLS.get(c.add(cls.control), 'Unknown')}")
        elif what == START and size:
            c.info("L2CAP Data")
            c.child("btl2cap", size)
        else:
            c.info("Empty PDU" if not size else "L2CAP Fragment Continuation")


class RadioInfo(Layer):
    """What a radio says of a packet."""

    name, label, column = "btle_rf", "Bluetooth Low Energy RF Info", "LE RF"

    flags = u16(8, "btle_rf.flags", "Flags", HEX, little=True)
    channel = u8(0, "btle_rf.channel", "RF Channel")
    signal = i8(1, "btle_rf.signal_dbm", "Signal dBm", when=lambda h: (h.flags & 0x02) != 0)
    noise = i8(2, "btle_rf.noise_dbm", "Noise dBm", when=lambda h: (h.flags & 0x04) != 0)
    offenses = u8(3, "btle_rf.access_address_offenses", "Access Address Offenses", when=lambda h: (h.flags & 0x20) != 0)
    reference = u32(4, "btle_rf.reference_access_address", "Reference Access Address", HEX, little=True,
                    when=lambda h: (h.flags & 0x10) != 0)
    no_signal = u8(1, "btle_rf.unused", "Unused", when=lambda h: (h.flags & 0x02) == 0)
    no_noise = u8(2, "btle_rf.unused", "Unused", when=lambda h: (h.flags & 0x04) == 0)
    no_offenses = u8(3, "btle_rf.unused", "Unused", when=lambda h: (h.flags & 0x20) == 0)
    no_reference = u32(4, "btle_rf.unused_reference", "Unused", HEX, when=lambda h: (h.flags & 0x10) == 0)
    next = (To("btle"),)


class AdvertisingData(Layer):
    """What a device advertises of itself (Core supplement, part A)."""

    name, label, column = "btcommon", "Bluetooth Common", "LE LL"

    all = group("btcommon.eir_ad.advertising_data", "Advertising Data")
    entry = group("btcommon.eir_ad.entry", "Entry")
    unused = group("btcommon.eir_ad.unused", "Unused")
    size_of = u8(None, "btcommon.eir_ad.entry.length", "Length")
    kind = u8(None, "btcommon.eir_ad.entry.type", "Type", HEX)
    flags = u8(None, "", "Flags", HEX)
    flags_parts = (
        u8(None, "btcommon.eir_ad.entry.flags.reserved", "Reserved", HEX, mask=0xE0, within=flags),
        u8(None, "btcommon.eir_ad.entry.flags.le_bredr_support_host", "Simultaneous LE and BR/EDR to Same Device Capable (Host)", HEX, mask=0x10, within=flags),
        u8(None, "btcommon.eir_ad.entry.flags.le_bredr_support_controller", "Simultaneous LE and BR/EDR to Same Device Capable (Controller)", HEX, mask=0x08, within=flags),
        u8(None, "btcommon.eir_ad.entry.flags.bredr_not_supported", "BR/EDR Not Supported", HEX, mask=0x04, within=flags),
        u8(None, "btcommon.eir_ad.entry.flags.le_general_discoverable_mode", "LE General Discoverable Mode", HEX, mask=0x02, within=flags),
        u8(None, "btcommon.eir_ad.entry.flags.le_limited_discoverable_mode", "LE Limited Discoverable Mode", HEX, mask=0x01, within=flags),
    )
    uuid16 = u16(None, "btcommon.eir_ad.entry.uuid_16", "UUID 16", HEX, little=True)
    uuid32 = u32(None, "btcommon.eir_ad.entry.uuid_32", "UUID 32", HEX, little=True)
    uuid128 = raw(None, "", "UUID 128", size=16)
    device = Field("btcommon.eir_ad.entry.device_name", "Device Name", STRING)
    power = i8(None, "btcommon.eir_ad.entry.power_level", "Power Level (dBm)")
    appearance = u16(None, "btcommon.eir_ad.entry.appearance", "Appearance", HEX, little=True)
    company = u16(None, "btcommon.eir_ad.entry.company_id", "Company ID", HEX, little=True)
    data, service = raw(None, "btcommon.eir_ad.entry.data", "Data"), raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        with c.group(cls.all, c.limit - c.pos) as c:
            while c.remaining:
                size = c.peek(1)
                if not size:
                    with c.group(cls.unused, c.limit - c.pos) as c:
                        c.rest(cls.service)
                    break
                with c.group(cls.entry, 1 + size) as c:
                    c.add(cls.size_of)
                    cls._entry(c, c.add(cls.kind))
                    c.rest(cls.service)

    @classmethod
    def _entry(cls, c: Cursor, kind: int) -> None:
        if kind == FLAGS and c.remaining:
            c.add(cls.flags)
        elif kind in UUIDS16 + UUIDS32 + UUIDS128:
            field = cls.uuid16 if kind in UUIDS16 else cls.uuid32 if kind in UUIDS32 else cls.uuid128
            while c.remaining >= int(field.size):  # type: ignore[arg-type]
                c.add(field)
        elif kind in NAMES and c.remaining:
            c.add(cls.device, c.remaining)
        elif kind == POWER and c.remaining:
            c.add(cls.power)
        elif kind == APPEARANCE and c.remaining >= 2:
            c.add(cls.appearance)
        elif kind == VENDOR and c.remaining >= 2:
            c.add(cls.company)
            c.rest(cls.data)
