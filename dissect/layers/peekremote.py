"""What access points send to OmniPeek and AiroPeek of the 802.11 frames they hear; in its newer form it tells itself.

    00 FF AB CD, version (8 bits), size of the header, type (32 bits each), rate or index, channel (16 bits each), frequency, band, flags (32 bits each),
    signal and noise in percent, in dBm, and in dBm of four antennas each (8 bits each), length, slice (16 bits each), flags, status (8 bits each),
    time (64 bits); then the frame with its check sequence
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, bits, i8, u8, u16, u32, u64, where
from dissect.engine.layer import Layer, Note, To
from dissect.engine.peek import Likely

MAGIC, VERSION, HEADER = 0x00FFABCD, 2, 55
NEWER = 0x20080  # flags: 802.11ac or 802.11ax
TYPES = {6: "kMediaSpecificHdrType_Wireless3"}


def _known(h: Any) -> Any:
    """Whether the header is one whose fields are known."""
    return (h.version == VERSION) & (h.size_of == HEADER)


class PeekRemote(Layer):
    """A frame that was heard.  What 802.11's radio header tells of it is left to this one's own fields."""

    name, label, column = "peekremote", "AiroPeek/OmniPeek encapsulated IEEE 802.11", "PEEKREMOTE"
    heuristics = ("udp",)
    likely = Likely.opening(MAGIC.to_bytes(4, "big"))
    probe = lambda p: (p.length >= 4) & (p.u32(0) == MAGIC)

    magic, version = u32(0, "peekremote.magic_number", "Magic number", HEX), u8(4, "peekremote.header_version", "Header version")
    size_of = u32(5, "peekremote.header_size", "Header size")
    type = u32(lambda h: 9, "peekremote.type", "Type", names=TYPES, when=_known)
    index = u16(lambda h: 13, "peekremote.mcs_index", "MCS index", when=lambda h: _known(h) & (h.extended & NEWER == 0))
    index_newer = u16(
        lambda h: 13, "peekremote.mcs_index_ac", "11ac/11ax MCS index", when=lambda h: _known(h) & (h.extended & NEWER != 0)
    )
    channel = u16(lambda h: 15, "peekremote.channel", "Channel", when=_known)
    frequency = u32(lambda h: 17, "peekremote.frequency", "Frequency [Mhz]", when=_known)
    band = u32(lambda h: 21, "peekremote.band", "Band", when=_known)
    extended = u32(lambda h: 25, "peekremote.extflags", "Extended flags", HEX, when=_known)
    extended_bits = bits(extended, "peekremote.extflags.", *((name, label, 1 << i) for i, (name, label) in enumerate((
        ("20mhz_lower", "20 MHz Lower"), ("20mhz_upper", "20 MHz Upper"), ("40mhz", "40 MHz"), ("half_gi", "Half Guard Interval"),
        ("full_gi", "Full Guard Interval"), ("ampdu", "AMPDU"), ("amsdu", "AMSDU"), ("11ac", "802.11ac"),
        ("future_use", "MCS index used"), ("80mhz", "80 Mhz"), ("shortpreamble", "Short preamble"),
    ))), ("11ax", "802.11ax", 0x20000), ("160mhz", "160Mhz", 0x40000))  # fmt: skip
    streams = u32(None, "peekremote.extflags.spatialstreams", "Spatial streams", mask=0x1C000, within=extended)
    extended_rest = u32(None, "peekremote.extflags.reserved", "Reserved", HEX, mask=0xFFFC0000, within=extended)
    percents = tuple(
        u8(lambda h, i=i: 29 + i, f"peekremote.{name}_percent", f"{name.title()} [percent]", when=_known) for i, name in enumerate(("signal", "noise"))
    )  # fmt: skip
    levels = tuple(
        i8(lambda h, i=i: 31 + i, f"peekremote.{name}_dbm", f"{name.title()} [dBm]", when=_known) for i, name in enumerate(("signal", "noise"))
    )  # fmt: skip
    antennas = tuple(
        i8(lambda h, at=33 + 4 * j + i: at, f"peekremote.{name}_{i + 1}_dbm", f"{name.title()} {i + 1} [dBm]", when=_known)
        for j, name in enumerate(("signal", "noise")) for i in range(4)
    )  # fmt: skip
    packet_size = u16(lambda h: 41, "peekremote.packetlength", "Packet length", when=_known)
    slice_size = u16(lambda h: 43, "peekremote.slicelength", "Slice length", when=_known)
    flags = u8(lambda h: 45, "peekremote.flags", "Flags", HEX, when=_known)
    flag_bits = bits(flags, "peekremote.flags.", ("control_frame", "Is a Control frame", 1), ("has_crc_error", "Has CRC error", 2),
                     ("has_frame_error", "Has frame error", 4))  # fmt: skip
    flags_rest = u8(None, "peekremote.flags.reserved", "Reserved", HEX, mask=0xF8, within=flags)
    status = u8(lambda h: 46, "peekremote.status", "Status", HEX, when=_known)
    status_bits = bits(status, "peekremote.status.", ("protected", "Protected", 4), ("with_decrypt_error", "With decrypt error", 8),
                       ("with_short_preamble", "With short preamble", 0x40))  # fmt: skip
    status_rest = u8(None, "peekremote.status.reserved", "Reserved", HEX, mask=0xB3, within=status)
    time = u64(lambda h: 47, "peekremote.timestamp", "TSF timestamp", when=_known)

    frame_check = u8(None, "", "Frame check sequence", value=lambda h: 1 + 0 * h.version)

    length = lambda h: where(h.size_of > 9, h.size_of, 9)
    next = (To("wlan_radio"),)
    notes = (
        Note("peekremote.unknown_header_version", "error", "Undecoded", "Unknown header version",
             when=lambda h: h.version != VERSION),
        Note("peekremote.invalid_header_size", "error", "Undecoded", "Invalid header size for that header version",
             when=lambda h: (h.version == VERSION) & (h.size_of != HEADER)),
    )

    @staticmethod
    def info() -> str:
        return ""
