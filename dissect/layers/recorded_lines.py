"""Lines and buses as instruments record them: a header of the instrument's, then what it saw.

SEL's RTAC (serial lines, LINKTYPE_RTAC_SERIAL), IPMI's trace blocks (PICMG HPM.2, LINKTYPE_IPMI_HPM_2), Hilscher's netANALYZER
(LINKTYPE_NETANALYZER and _TRANSPARENT), and the preamble of passive optical networks (IEEE 802.3, 65; LINKTYPE_EPON).
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, HEX, RELATIVE_TIME, Field, flag, raw, u8, u16, u32, where
from dissect.engine.layer import Layer, To

EVENTS = {0: "STATUS_CHANGE", 1: "DATA_TX_START", 2: "DATA_RX_START", 3: "DATA_TX_END", 4: "DATA_RX_END", 5: "CAPTURE_DATA_LOST",
          6: "CAPTURE_COMPLETE", 7: "FRAMING_ERROR", 8: "PARITY_ERROR", 9: "SERIAL_BREAK_EVENT", 10: "SERIAL_OVERFLOW_EVENT"}  # fmt: skip
LINES = {"CTS": 0x01, "DCD": 0x02, "DSR": 0x04, "RTS": 0x08, "DTR": 0x10, "RING": 0x20, "MBOK": 0x40}
BLOCKS = {0: "IPMI Trace Packet Data", 1: "Channel State Change Notification", 2: "Embedded ASCII message"}
CHANNELS = {0: "n/a", 1: "IPMB-1.0", 2: "ICMB-1.0", 4: "IPMI-SMBus", 5: "KCS", 6: "SMIC", 7: "BT-10", 8: "BT-15", 9: "TMode",
            0x1C: "OEM Protocol 1", 0x1D: "OEM Protocol 2", 0x1E: "OEM Protocol 3", 0x1F: "OEM Protocol 4"}  # fmt: skip


class RTACSerial(Layer):
    """What a serial line said, and its control lines."""

    name, label, column = "rtacser", "RTAC Serial", "RTAC Serial"
    binds = {"linktype": (250,)}

    stamp = Field("rtacser.timestamp", "Arrived At Time", RELATIVE_TIME)
    event = u8(8, "rtacser.eventtype", "Event Type", HEX, names=EVENTS)
    lines = u8(9, "", "Control lines")
    cts, dcd, dsr = u8(9, "rtacser.cts", "CTS", mask=0x01), u8(9, "rtacser.dcd", "DCD", mask=0x02), u8(9, "rtacser.dsr", "DSR", mask=0x04)
    rts, dtr = u8(9, "rtacser.rts", "RTS", mask=0x08), u8(9, "rtacser.dtr", "DTR", mask=0x10)
    ring, mbok = u8(9, "rtacser.ring", "RING", mask=0x20), u8(9, "rtacser.mbok", "MBOK", mask=0x40)
    footer = u16(10, "rtacser.footer", "Footer", HEX)
    length = lambda h: 12
    next = (To("data"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start
        c.add(cls.stamp, 8, c.peek(4) * 1_000_000_000 + c.peek(4, 4) * 1_000)

    @staticmethod
    def info(event: int, lines: int) -> str:
        states = ", ".join(name if lines & bit else f"/{name}" for name, bit in LINES.items())
        return f"{EVENTS.get(event, 'Unknown Type'):21s} ( {states} )"


class IPMITrace(Layer):
    """A block of IPMI's trace."""

    name, label, column = "ipmi.trace", "IPMI Trace Data Collection", "IPMI"
    binds = {"linktype": (260,)}
    reaches = ("data",)

    block = u8(0, "ipmi.trace.block.type", "Trace Data Block Type", HEX)
    channel = u8(0, "ipmi.trace.chn.num", "IPMI Channel Number being traced", DEC_HEX, mask=0x0F, within=block)
    type = u8(0, "ipmi.trace.packet.type", "Packet Type", mask=0x30, names=BLOCKS, within=block)
    seconds = u32(1, "ipmi.trace.stamp.sec", "Seconds part", little=True)
    milli = u16(5, "ipmi.trace.stamp.msec", "Milliseconds part", little=True)
    stamp = Field("ipmi.trace.stamp", "Timestamp", RELATIVE_TIME, at=1, size=6,
                  value=lambda h: h.seconds * 1_000_000_000 + h.milli * 1_000_000)  # fmt: skip
    kind = u8(7, "ipmi.trace.data.type", "Trace Data Type", HEX, names=CHANNELS)
    more = u16(8, "ipmi.trace.proto.data", "Additional protocol specific data", HEX, little=True)
    link = u16(8, "ipmi.trace.ipmb.link.num", "Radial IPMB Link Number", DEC_HEX, mask=0x3F, little=True, within=more,
               when=lambda h: h.kind == 1)  # fmt: skip
    second = u16(8, "ipmi.trace.ipmb.red.chn", "Redundant Channel Indicator", mask=0x40, little=True, within=more,
                 when=lambda h: h.kind == 1)  # fmt: skip
    direction = u16(8, "ipmi.trace.dir", "Direction", mask=0x80, little=True, within=more,
                    names={0: "From IPM Controller", 1: "To IPM Controller"}, when=lambda h: (h.kind == 1) | (h.kind >= 5) & (h.kind <= 8))
    size_of = u8(10, "ipmi.trace.data.len", "Data length", DEC_HEX)
    format = u8(lambda h: 11, "ipmi.trace.data.format", "Data format", HEX, when=lambda h: (h.type == 1) & (h.kind == 1))
    state = u8(lambda h: 12, "ipmi.trace.ipmb.state", "State Change Information", HEX, when=lambda h: (h.type == 1) & (h.kind == 1))
    overridden = u8(lambda h: 12, "ipmi.trace.ipmb.state.ovr", "IPMB Override status", mask=0x08, within=state,
                    when=lambda h: (h.type == 1) & (h.kind == 1))  # fmt: skip
    local = u8(lambda h: 12, "ipmi.trace.ipmb.state.loc", "IPMB Local status", mask=0x07, within=state,
               when=lambda h: (h.type == 1) & (h.kind == 1))  # fmt: skip
    length = lambda h: where((h.type == 1) & (h.kind == 1), h.end - h.start, 11)
    next = (To("data"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.type == 1 and c.h.kind == 1:
            c.pos = c.h.start + 13
            c.skip(c.remaining)

    @staticmethod
    def column_of(kind: int) -> str:
        return CHANNELS.get(kind, f"Reserved (0x{kind:02x})")

    @staticmethod
    def info(type: int) -> str:
        return {0: "Trace Packet Data", 1: "Channel State Change Notification", 2: "Embedded ASCII message"}.get(type, "Reserved")


def _found(h: Any) -> Any:
    """Whether the preamble's end is where it may be."""
    return (h.opening == 0xD555) | (h.opening == 0x55D5) & (h.third == 0x55)


class EPON(Layer):
    """A frame with the end of its preamble: seven octets or six, of which one is a check of the link's number."""

    name, label, column = "epon", "IEEE 802.3 EPON Preamble", "EPON"
    binds = {"linktype": (259,)}

    opening, third = u16(0, "", "First octets"), u8(lambda h: 2, "", "Third octet")
    skipped = u8(None, "", "", value=lambda h: (h.opening == 0x55D5) * 1)
    guard = u8(lambda h: 2 + h.skipped, "", "Security octet")
    security = u8(lambda h: 2 + h.skipped, "epon.dpoe.sec", "DPoE security", HEX, when=lambda h: _found(h) & (h.guard != 0x55))
    reserved = u8(lambda h: 2 + h.skipped, "epon.dpoe.reserved", "Reserved", mask=0xFC, within=security,
                  when=lambda h: _found(h) & (h.guard != 0x55) & (h.guard & 0xFC != 0x54))  # fmt: skip
    sealed = flag(lambda h: 2 + h.skipped, "epon.dpoe.encrypted", "Encryption enabled", 0x02, within=security,
                  when=lambda h: _found(h) & (h.guard != 0x55))  # fmt: skip
    key = u8(lambda h: 2 + h.skipped, "epon.dpoe.keyid", "Key ID", HEX, mask=0x01, within=security,
             when=lambda h: _found(h) & (h.guard != 0x55))  # fmt: skip
    mode = flag(lambda h: 3 + h.skipped, "epon.mode", "Mode", 0x8000, size=2, when=_found)
    link = u16(lambda h: 3 + h.skipped, "epon.llid", "LLID", DEC_HEX, mask=0x7FFF, when=_found)
    check = u8(lambda h: 5 + h.skipped, "epon.checksum", "Frame check sequence", HEX, when=_found)
    secret = raw(None, "epon.dpoe.encrypted.data", "Encrypted data")
    length = lambda h: where(_found(h) & ((h.guard == 0x55) | (h.guard & 2 == 0)), 6 + h.skipped, h.end - h.start)
    next = (To("eth"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        found = _found(c.h)
        c.pos = c.h.start
        if found:
            c.skip(2 + c.h.skipped)
            c.skip(int(c.h.guard == 0x55))
            c.pos = c.h.start + 6 + c.h.skipped
            c.rest(cls.secret)
        c.skip(c.remaining)

    @staticmethod
    def info() -> str:
        return "EPON Preamble"


def _frame(h: Any) -> Any:
    """Whether it is a frame, not an event of the instrument's own."""
    return h.event == 0


def _faulty(h: Any) -> Any:
    return (h.event == 0) & (h.status != 0)


class NetAnalyzer(Layer):
    """A frame that netANALYZER saw."""

    name, label, column = "netanalyzer", "netANALYZER", "netANALYZER"
    binds = {"linktype": (240,)}

    event = u8(1, "", "Event", mask=0x01)
    port = u8(1, "netanalyzer.port", "Reception Port", mask=0xC0, when=_frame)
    size_of = u16(2, "netanalyzer.framelen", "Ethernet frame length", mask=0x0FFF, little=True, when=_frame)
    status = u8(0, "netanalyzer.packetstatus", "Status", HEX, when=_frame)
    errors = tuple(
        flag(0, f"netanalyzer.packetstatus.{name}", label, mask, when=_faulty)
        for name, label, mask in (
            ("rx_er", "MII RX_ER error", 0x01), ("alignment_error", "Alignment error", 0x02), ("fcs_error", "FCS error", 0x04),
            ("too_long", "Frame too long", 0x08), ("sfd_error", "No valid SFD found", 0x10),
            ("short_frame", "Frame smaller 64 bytes", 0x20), ("short_preamble", "Preamble shorter than 7 bytes", 0x40),
            ("long_preamble", "Preamble longer than 7 bytes", 0x80),
        )
    )  # fmt: skip
    length = lambda h: where(h.event == 0, 4, h.end - h.start)
    next = (To("eth"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start
        c.skip(c.remaining if c.h.event else 4)


class TransparentNetAnalyzer(NetAnalyzer):
    """The same with the preamble, all of it as octets."""

    name, label, column = "netanalyzer", "netANALYZER", "netANALYZER"
    binds = {"linktype": (241,)}
    next = (To("data"),)
