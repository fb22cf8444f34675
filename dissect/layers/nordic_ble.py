"""Nordic's nRF Sniffer for Bluetooth LE (LINKTYPE_NORDIC_BLE): how its radio heard a packet, then the packet.

    board (1) | header length (1), payload length (1)   version 1
              | payload length (2, little-endian)       versions 2, 3
    protocol version (1), packet counter (2), packet ID (1) | length (1), flags (1), channel (1), RSSI (1), event counter (2),
    time since the packet before (4; version 3: the time itself) | packet of the link layer

The packet's ID is 6; version 3 tells what is sent on advertising channels (2) from the rest (6).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, flag, group, i8, raw, u8, u16, u32
from dissect.engine.layer import Layer

ADVERTISING, EVENT = 2, 6
ACCESS = bytes.fromhex("d6be898e")  # the access address of what is advertised
BEFORE = 9  # octets from the flags to the packet
CHANNELS = frozenset({37, 38, 39})  # of advertising
PHYS = {0: "LE 1M", 1: "LE 2M", 2: "LE Coded", 3: "Reserved"}
AUXILIARY = {0: "AUX_ADV_IND", 1: "AUX_CHAIN_IND", 2: "AUX_SYNC_IND", 3: "AUX_SCAN_RSP"}
ONE, TWO = 0, 1  # millions of symbols a second, by the PHY's number
PREAMBLE = {ONE: 1, TWO: 2}


class NordicBLE(Layer):
    """One packet of the sniffer."""

    name, label, column = "nordic_ble", "nRF Sniffer for Bluetooth LE", "NORDIC_BLE"
    binds = {"linktype": (272,)}
    reaches = ("btle",)

    board = u8(None, "nordic_ble.board_id", "Board")
    head = group("nordic_ble.header", "Header")
    header_length = u8(None, "nordic_ble.hlen", "Length of header")
    payload_length = u16(None, "nordic_ble.plen", "Length of payload", little=True)
    version = u8(None, "nordic_ble.protover", "Protocol version")
    counter = u16(None, "nordic_ble.packet_counter", "Packet counter", little=True)
    packet_id = u8(None, "nordic_ble.packet_id", "Packet ID")
    size_of = u8(None, "nordic_ble.len", "Length of packet")
    flags = u8(None, "nordic_ble.flags", "Flags", HEX)
    good = flag(None, "nordic_ble.crcok", "CRC", 0x01, 1)
    direction = flag(None, "nordic_ble.direction", "Direction", 0x02, 1)
    encrypted = flag(None, "nordic_ble.encrypted", "Encrypted", 0x04, 1)
    mic_good = flag(None, "nordic_ble.micok", "MIC", 0x08, 1)
    mic_not_relevant = u8(None, "nordic_ble.mic_not_relevant", "MIC (not relevant)", mask=0x08)
    reserved1 = u8(None, "nordic_ble.flag_reserved1", "Reserved", mask=0x02)
    reserved2 = u8(None, "nordic_ble.flag_reserved2", "Reserved", mask=0x04)
    auxiliary = u8(None, "nordic_ble.aux_type", "Aux Type", mask=0x06, names=AUXILIARY)
    resolved = flag(None, "nordic_ble.address_resolved", "Address Resolved", 0x08, 1)
    phy = u8(None, "nordic_ble.phy", "PHY", mask=0x70, names=PHYS)
    reserved7 = u8(None, "nordic_ble.flag_reserved7", "Reserved", mask=0x80)
    channel = u8(None, "nordic_ble.channel", "Channel Index")
    rssi = i8(None, "nordic_ble.rssi", "RSSI", unit="dBm")
    event = u16(None, "nordic_ble.event_counter", "Event counter", little=True)
    since = u32(None, "nordic_ble.delta_time", "Delta time (end to start)", unit="us", little=True)
    time = u32(None, "nordic_ble.time", "Timestamp", unit="us", little=True)
    lasts = u32(None, "nordic_ble.packet_time", "Packet time (start to end)", unit="us")
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.board)
        version = c.peek(1, 2)
        with c.group(cls.head) as c:
            if version < 2:
                c.add(cls.header_length)
                size = c.add(cls.payload_length, 1)
            else:
                size = c.add(cls.payload_length)
            c.add(cls.version)
            c.add(cls.counter)
            kind = c.add(cls.packet_id)
        if kind not in (ADVERTISING, EVENT) or version > 3:
            c.rest(cls.rest)
            return
        size -= c.add(cls.size_of)
        bits, channel = c.peek(1), c.peek(1, 1)
        advertises = kind == ADVERTISING if version == 3 else c.remaining >= BEFORE + 4 and c.peek_bytes(4, BEFORE) == ACCESS
        with c.group(cls.flags, 1, value=bits) as c:
            for field in cls._flags(advertises, channel, bits):
                c.add(field)
                c.pos -= 1
            c.pos += 1
        c.add(cls.channel)
        c.add(cls.rssi, value=-c.peek(1))
        c.add(cls.event)
        c.add(cls.since if version < 3 else cls.time)
        if (phy := bits >> 4 & 7) in PREAMBLE:
            c.derived(cls.lasts, (PREAMBLE[phy] + size) * (8 if phy == ONE else 4) & 0xFFFFFFFF)
        if c.remaining:
            c.child("btle")

    @classmethod
    def _flags(cls, advertises: bool, channel: int, bits: int) -> tuple[Field, ...]:
        """What the bits mean of a packet of this kind."""
        if not advertises:
            says: tuple[Field, ...] = cls.direction, cls.encrypted, cls.mic_good if bits & 0x04 else cls.mic_not_relevant
        elif channel in CHANNELS:
            says = cls.reserved1, cls.reserved2, cls.resolved
        else:
            says = cls.auxiliary, cls.resolved
        return (cls.good, *says, cls.phy, cls.reserved7)
