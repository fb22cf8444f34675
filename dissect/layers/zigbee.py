"""Zigbee over IEEE 802.15.4 (Zigbee specification, revision 21): beacon, network and application support headers.

     0            15           31          47       55       63      (8)          (8)
    +---------------+------------+-----------+--------+--------+------------+------------+------
    | frame control | destination|  source   | radius | number | ext. dest. | ext. source| ...
    +---------------+------------+-----------+--------+--------+------------+------------+------

What is secured stays so: it is shown as data before its integrity code.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, eui64, flag, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer

FRAMES = {0: "Data", 1: "Command", 3: "Interpan"}
APS_FRAMES = {0: "Data", 1: "Command", 2: "Ack", 3: "Interpan"}
DELIVERY = {0: "Unicast", 1: "Indirect", 2: "Broadcast", 3: "Group"}
KEYS = {0: "Link Key", 1: "Network Key", 2: "Key-Transport Key", 3: "Key-Load Key"}
DEVICE_PROFILE, MIC = 0x0000, 4


class ZigbeeBeacon(Layer):
    """The payload of a beacon: the network's properties."""

    name, label, column = "zbee_beacon", "ZigBee Beacon", "ZigBee"

    protocol = u8(0, "zbee_beacon.protocol", "Protocol ID")
    profile = u16(1, "zbee_beacon.profile", "Stack Profile", HEX, mask=0x000F, little=True)
    version = u16(1, "zbee_beacon.version", "Protocol Version", mask=0x00F0, little=True)
    router = flag(1, "zbee_beacon.router", "Router Capacity", 0x0400, size=2, little=True)
    depth = u16(1, "zbee_beacon.depth", "Device Depth", mask=0x7800, little=True)
    end_device = flag(1, "zbee_beacon.end_dev", "End Device Capacity", 0x8000, size=2, little=True)
    network = eui64(None, "zbee_beacon.ext_panid", "Extended PAN ID")
    offset = u24(None, "zbee_beacon.tx_offset", "Tx Offset", little=True)
    update = u8(None, "zbee_beacon.update_id", "Update ID")

    @staticmethod
    def info() -> str:
        return "Beacon"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.network, 8, c.peek_bytes(8)[::-1])
        if c.remaining >= 3:
            c.add(cls.offset)
        if c.remaining:
            c.add(cls.update)


class Secured(Layer):
    """What both headers share: the auxiliary security header (section 4.5)."""

    name, label, column = "zbee.sec", "ZigBee Security", "ZigBee"

    sec = u8(None, "zbee.sec.field", "Security Control Field", HEX)
    sec_key = u8(None, "zbee.sec.key_id", "Key Id", HEX, mask=0x18, names=KEYS, within=sec)
    sec_nonce = flag(None, "zbee.sec.ext_nonce", "Extended Nonce", 0x20, within=sec)
    sec_counter = u32(None, "zbee.sec.counter", "Frame Counter", little=True)
    sec_source = eui64(None, "zbee.sec.src64", "Extended Source")
    sec_number = u8(None, "zbee.sec.key_seqno", "Key Sequence Number")
    sec_mic = raw(None, "zbee.sec.mic", "Message Integrity Code")

    @classmethod
    def _secured(cls, c: Cursor) -> None:
        word = c.add(cls.sec)
        c.add(cls.sec_counter)
        if word & 0x20:
            c.add(cls.sec_source, 8, c.peek_bytes(8)[::-1])
        if word >> 3 & 3 == 1:
            c.add(cls.sec_number)
        if c.remaining > MIC:
            c.child("data", c.remaining - MIC)
        if c.remaining:
            c.add(cls.sec_mic, min(MIC, c.remaining))
        c.note("warn", "Undecoded", "Encrypted Payload", "zbee_sec.encrypted_payload")


class ZigbeeNetwork(Secured):
    """The network header."""

    name, label, column = "zbee_nwk", "ZigBee Network Layer", "ZigBee"
    reaches = ("data", "zbee_aps")

    control = u16(0, "zbee_nwk.fcf", "Frame Control Field", HEX, little=True)
    frame_type = u16(0, "zbee_nwk.frame_type", "Frame Type", HEX, mask=0x0003, little=True, names=FRAMES, within=control)
    version = u16(0, "zbee_nwk.proto_version", "Protocol Version", mask=0x003C, little=True, within=control)
    discovery = u16(0, "zbee_nwk.discovery", "Discover Route", HEX, mask=0x00C0, little=True, within=control)
    multicast = flag(0, "zbee_nwk.multicast", "Multicast", 0x0100, little=True, within=control)
    security = flag(0, "zbee_nwk.security", "Security", 0x0200, little=True, within=control)
    routed = flag(0, "zbee_nwk.src_route", "Source Route", 0x0400, little=True, within=control)
    has_dst = flag(0, "zbee_nwk.ext_dst", "Destination", 0x0800, little=True, within=control)
    has_src = flag(0, "zbee_nwk.ext_src", "Extended Source", 0x1000, little=True, within=control)
    initiator = flag(0, "zbee_nwk.end_device_initiator", "End Device Initiator", 0x2000, little=True, within=control)
    addr = u16(None, "zbee_nwk.addr", "Address", HEX, hidden=True)
    addr64 = eui64(None, "zbee_nwk.addr64", "Extended Address", hidden=True)
    dst = u16(2, "zbee_nwk.dst", "Destination", HEX, little=True, also=(addr,))
    src = u16(4, "zbee_nwk.src", "Source", HEX, little=True, also=(addr,))
    radius = u8(6, "zbee_nwk.radius", "Radius")
    number = u8(7, "zbee_nwk.seqno", "Sequence Number")
    dst64 = eui64(None, "zbee_nwk.dst64", "Destination", also=(addr64,))
    src64 = eui64(None, "zbee_nwk.src64", "Extended Source", also=(addr64,))
    cast = u8(None, "zbee_nwk.multicast.cf", "Multicast Control Field", HEX)
    cast_mode = u8(None, "zbee_nwk.multicast.mode", "Multicast Mode", mask=0x03, within=cast)
    cast_radius = u8(None, "zbee_nwk.multicast.radius", "Non-Member Radius", mask=0x1C, within=cast)
    cast_most = u8(None, "zbee_nwk.multicast.max_radius", "Max Non-Member Radius", mask=0xE0, within=cast)
    relays = u8(None, "zbee_nwk.relay.count", "Relay Count")
    relay_index = u8(None, "zbee_nwk.relay.index", "Relay Index")
    relay = u16(None, "zbee_nwk.relay", "Relay", HEX, little=True)

    @staticmethod
    def info(frame_type: int) -> str:
        return FRAMES.get(frame_type, "Reserved")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.has_dst:
            c.add(cls.dst64, 8, c.peek_bytes(8)[::-1])
        if h.has_src:
            c.add(cls.src64, 8, c.peek_bytes(8)[::-1])
        if h.multicast:
            c.add(cls.cast)
        if h.routed:
            count = c.add(cls.relays)
            c.add(cls.relay_index)
            for _ in range(count):
                c.add(cls.relay)
        if h.security:
            cls._secured(c)
        elif c.remaining:
            c.child("zbee_aps" if h.frame_type == 0 else "data")


class ZigbeeSupport(Secured):
    """The header of the application support layer."""

    name, label, column = "zbee_aps", "ZigBee Application Support Layer", "ZigBee"
    reaches = ("data",)

    frame_type = u8(0, "zbee_aps.type", "Frame Type", HEX, mask=0x03, names=APS_FRAMES)
    delivery = u8(0, "zbee_aps.delivery", "Delivery Mode", HEX, mask=0x0C, names=DELIVERY)
    ack_format = flag(0, "zbee_aps.ack_format", "Acknowledgement Format", 0x10,
                      when=lambda h: h.frame_type == 2)  # fmt: skip
    security = flag(0, "zbee_aps.security", "Security", 0x20)
    ack_req = flag(0, "zbee_aps.ack_req", "Acknowledgement Request", 0x40)
    extended = flag(0, "zbee_aps.ext_header", "Extended Header", 0x80)
    dst = u8(None, "zbee_aps.dst", "Destination Endpoint")
    group = u16(None, "zbee_aps.group", "Group", HEX, little=True)
    cluster = u16(None, "zbee_aps.cluster", "Cluster", HEX, little=True)
    zdp_cluster = u16(None, "zbee_aps.zdp_cluster", "Cluster", HEX, little=True)
    profile = u16(None, "zbee_aps.profile", "Profile", HEX, little=True)
    src = u8(None, "zbee_aps.src", "Source Endpoint")
    counter = u8(None, "zbee_aps.counter", "Counter")
    fragmentation = u8(None, "zbee_aps.fragmentation", "Fragmentation", HEX, mask=0x03)
    block = u8(None, "zbee_aps.block", "Block Number")
    block_acks = u8(None, "zbee_aps.block_acks", "Block Acknowledgements", HEX)

    @staticmethod
    def info(frame_type: int) -> str:
        return APS_FRAMES.get(frame_type, "Reserved")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        addressed = h.frame_type == 0 or (h.frame_type == 2 and not h.ack_format)
        if addressed:
            if h.frame_type == 0 and h.delivery == 3:
                c.add(cls.group)
            else:
                c.add(cls.dst)
            c.add(cls.zdp_cluster if c.peek(2, 2, True) == DEVICE_PROFILE else cls.cluster)
            c.add(cls.profile)
            c.add(cls.src)
        if h.frame_type != 3:
            c.add(cls.counter)
        if h.extended:
            piece = c.add(cls.fragmentation)
            if piece & 3:
                c.add(cls.block)
                if h.frame_type == 2:
                    c.add(cls.block_acks)
        if h.security:
            cls._secured(c)
        elif c.remaining:
            c.child("data")
