"""NTP versions 1 to 4 (RFC 5905; extension fields: RFC 7822).

    +----+-----+------+---------------+---------------+---------------+
    | LI | VN  | mode |    stratum    |     poll      |   precision   |
    +----+-----+------+---------------+---------------+---------------+
    |                   root delay, root dispersion                   |
    |     reference identifier; reference, origin, receive and        |
    |     transmit time stamps of 64 bits                             |
    +-----------------------------------------------------------------+

Control and private messages (modes 6 and 7) have another header; of these only the flags are decoded.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, HEX, Field, group, raw, u8, u16, u32
from dissect.engine.layer import Layer

SECOND = 1_000_000_000
EPOCH = 2_208_988_800  # seconds from 1900 to 1970
LEAPS = {
    0: "no warning", 1: "last minute of the day has 61 seconds", 2: "last minute of the day has 59 seconds",
    3: "unknown (clock unsynchronized)",
}  # fmt: skip
MODES = {
    0: "reserved", 1: "symmetric active", 2: "symmetric passive", 3: "client", 4: "server", 5: "broadcast",
    6: "reserved for NTP control message", 7: "reserved for private use",
}  # fmt: skip
SHORT_MODES = MODES | {6: "control", 7: "private"}
STRATA = {0: "unspecified or invalid", 1: "primary reference"}
CONTROL, PRIVATE = 6, 7
LEAST_EXTENSION = 16  # octets; what is shorter is a message authentication code


def moment(stamp: int) -> int:
    """A time stamp as ns since 1970; those with the top bit clear are of the era that begins in 2036 (RFC 4330)."""
    seconds, fraction = stamp >> 32, stamp & 0xFFFFFFFF
    era = 0 if seconds & 0x80000000 else 1 << 32
    return (seconds + era - EPOCH) * SECOND + (fraction * SECOND >> 32) if stamp else 0


class NTP(Layer):
    """A message of the network time protocol."""

    name, label, column = "ntp", "Network Time Protocol", "NTP"
    binds = {"udp.port": (123,)}

    flags = u8(0, "ntp.flags", "Flags", HEX)
    leap = u8(0, "ntp.flags.li", "Leap Indicator", mask=0xC0, names=LEAPS, within=flags)
    version = u8(0, "ntp.flags.vn", "Version number", mask=0x38, within=flags)
    mode = u8(0, "ntp.flags.mode", "Mode", mask=0x07, names=MODES, within=flags)
    stratum = u8(None, "ntp.stratum", "Peer Clock Stratum", names=STRATA)
    poll = u8(None, "ntp.ppoll", "Peer Polling Interval")
    precision = u8(None, "ntp.precision", "Peer Clock Precision")
    root_delay = u32(None, "ntp.rootdelay", "Root Delay")
    root_dispersion = u32(None, "ntp.rootdispersion", "Root Dispersion")
    reference = raw(None, "ntp.refid", "Reference ID", size=4)
    reftime = Field("ntp.reftime", "Reference Timestamp", ABSOLUTE_TIME)
    org = Field("ntp.org", "Origin Timestamp", ABSOLUTE_TIME)
    rec = Field("ntp.rec", "Receive Timestamp", ABSOLUTE_TIME)
    xmt = Field("ntp.xmt", "Transmit Timestamp", ABSOLUTE_TIME)
    extension = group("ntp.ext", "Extension")
    ext_type = u16(None, "ntp.ext.type", "Field Type", HEX)
    ext_length = u16(None, "ntp.ext.length", "Length")
    ext_value = raw(None, "ntp.ext.value", "Value")
    key = raw(None, "ntp.keyid", "Key ID", size=4)
    mac = raw(None, "ntp.mac", "Message Authentication Code")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.info(f"NTP Version {h.version}, {SHORT_MODES[h.mode]}")
        if h.mode in (CONTROL, PRIVATE):
            return
        for field in (
            cls.stratum, cls.poll, cls.precision, cls.root_delay, cls.root_dispersion, cls.reference,
        ):  # fmt: skip
            c.add(field)
        for field in (cls.reftime, cls.org, cls.rec, cls.xmt):
            c.add(field, 8, moment(c.peek(8)))
        while h.version >= 4 and c.remaining >= LEAST_EXTENSION and c.peek(2, 2) >= LEAST_EXTENSION:
            if c.remaining in (20, 24) and c.peek(2, 2) > c.remaining:
                break
            with c.group(cls.extension, c.peek(2, 2)) as c:
                c.add(cls.ext_type)
                c.add(cls.ext_length)
                c.rest(cls.ext_value)
        if c.remaining >= 4:
            c.add(cls.key)
            c.rest(cls.mac)
