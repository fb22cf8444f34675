"""TZSP: frames that sensors caught, sent on in UDP.

    version (1), type (1), what is carried (2); tags: number (1), length (1), value; 0 pads and 1 ends, without a length
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, INT16, UINT8, Field, ether, group, i8, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

TYPES = {0: "Received tag list", 1: "Packet for transmit", 2: "Reserved", 3: "Configuration", 4: "Keepalive", 5: "Port opener"}
ETHERNET, WLAN = 1, 18
CARRIES = {0: "Unknown", ETHERNET: "Ethernet", WLAN: "IEEE 802.11", 119: "Prism", 127: "WLAN AVS"}
PAD, END = 0, 1
TAGS = {PAD: "Padding", END: "End", 10: "Signal", 11: "Noise", 12: "Rate", 13: "Time", 17: "FCS", 18: "Channel",
        40: "Packet Id", 41: "Original Length", 60: "Sensor MAC"}  # fmt: skip


class TZSP(Layer):
    """One frame with what is known of it."""

    name, label, column = "tzsp", "Tazmen Sniffer Protocol", "TZSP"
    binds = {"udp.port": (0x9090,), "linktype": (128,)}
    reaches = ("eth", "wlan", "data")

    version = u8(0, "tzsp.version", "Version")
    type = u8(1, "tzsp.type", "Type", names=TYPES)
    carries = u16(2, "tzsp.encap", "Encapsulation", names=CARRIES)
    length = lambda h: h.end - h.start

    option = group("", "Tag")
    tag, size_of = u8(None, "tzsp.option_tag", "Option Tag", names=TAGS), u8(None, "tzsp.option_length", "Option Length")
    signal = i8(None, "tzsp.wlan.signal", "Signal")
    silence = i8(None, "tzsp.wlan.silence", "Silence")
    rate = Field("tzsp.wlan.rate", "Rate", UINT8)
    time = u32(None, "tzsp.wlan.time", "Time", HEX)
    channel = u16(None, "tzsp.wlan.channel", "Channel", size=1)
    original = Field("tzsp.original_length", "Original Length", INT16)
    sensor = ether(None, "tzsp.sensormac", "Sensor Address")
    device = string(None, "tzsp.device_name", "Device Name")
    unknown = raw(None, "tzsp.unknown", "Unknown tag")

    @staticmethod
    def info(type: int, carries: int) -> str:
        return f"{TYPES.get(type, 'Unknown')}, {CARRIES.get(carries, 'Unknown')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        if c.h.type > 1:
            c.rest(cls.unknown)
            return
        tag = -1
        while tag != END and c.remaining:
            with c.group(cls.option) as c:
                tag = c.add(cls.tag)
                if tag > END:
                    size = c.add(cls.size_of)
                    field = _VALUES.get(tag, cls.unknown)
                    c.add(field if field.size in (0, size) else cls.unknown, size)
        if c.remaining:
            c.child({ETHERNET: "eth", WLAN: "wlan"}.get(c.h.carries, "data"))


_VALUES: dict[int, Field] = {
    10: TZSP.signal, 11: TZSP.silence, 12: TZSP.rate, 13: TZSP.time, 18: TZSP.channel, 41: TZSP.original, 60: TZSP.sensor,
}  # fmt: skip
