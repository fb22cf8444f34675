"""BFD control packets (RFC 5880; seamless BFD: RFC 7880; version 0 as in the drafts).

 0                   1                   2                   3
+-----+---------+---+-+-+-+-+-+-+---------------+---------------+
| ver |  diag   |sta|P|F|C|A|D|M|  detect mult  |    length     |
+-----+---------+---+-+-+-+-+-+-+---------------+---------------+
|                       my discriminator                        |
+---------------------------------------------------------------+
|                      your discriminator                       |
+---------------------------------------------------------------+
|                    desired min tx interval                    |
+---------------------------------------------------------------+
|                   required min rx interval                    |
+---------------------------------------------------------------+
|                 required min echo rx interval                 |
+---------------+---------------+---------------+---------------+
|   auth type   |   auth len    |       authentication data     |   where A is set
+---------------+---------------+---------------+---------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, REST, Field, flag, group, raw, string, u8, u32
from dissect.engine.layer import Layer

DIAGNOSTICS_0 = {
    0: "No Diagnostic", 1: "Control Detection Time Expired", 2: "Echo Function Failed",
    3: "Neighbor Signaled Session Down", 4: "Forwarding Plane Reset", 5: "Path Down", 6: "Concatenated Path Down",
    7: "Administratively Down",
}  # fmt: skip
DIAGNOSTICS = {**DIAGNOSTICS_0, 8: "Reverse Concatenated Path Down", 9: "Mis-Connectivity Defect"}
STATES = {0: "AdminDown", 1: "Down", 2: "Init", 3: "Up"}
AUTHENTICATION = {
    1: "Simple Password", 2: "Keyed MD5", 3: "Meticulous Keyed MD5", 4: "Keyed SHA1", 5: "Meticulous Keyed SHA1",
}  # fmt: skip
DIGESTS = {2: (24, 16), 3: (24, 16), 4: (28, 20), 5: (28, 20)}  # type → length of the section, of its digest


class BFD(Layer):
    """A control packet."""

    name, label, column = "bfd", "BFD Control message", "BFD Control"
    binds = {"udp.port": (3784, 4784, 6784, 7784), "pwach.channel_type": (0x07, 0x22, 0x23)}

    version = u8(0, "bfd.version", "Protocol Version", mask=0xE0)
    diag = u8(0, "bfd.diag", "Diagnostic Code", HEX, mask=0x1F, names=DIAGNOSTICS)
    sta = u8(1, "bfd.sta", "Session State", HEX, mask=0xC0, names=STATES, when=lambda h: h.version != 0)
    flags = u8(1, "bfd.flags", "Message Flags", HEX)
    v0_h = flag(1, "bfd.flags.h", "I hear you", 0x80, within=flags, when=lambda h: h.version == 0)
    v0_d = flag(1, "bfd.flags.d", "Demand", 0x40, within=flags, when=lambda h: h.version == 0)
    poll = flag(1, "bfd.flags.p", "Poll", 0x20, within=flags)
    final = flag(1, "bfd.flags.f", "Final", 0x10, within=flags)
    independent = flag(1, "bfd.flags.c", "Control Plane Independent", 0x08, within=flags, when=lambda h: h.version != 0)
    auth = flag(1, "bfd.flags.a", "Authentication Present", 0x04, within=flags, when=lambda h: h.version != 0)
    demand = flag(1, "bfd.flags.d", "Demand", 0x02, within=flags, when=lambda h: h.version != 0)
    multipoint = flag(1, "bfd.flags.m", "Multipoint", 0x01, within=flags, when=lambda h: h.version != 0)
    multiplier = u8(2, "bfd.detect_time_multiplier", "Detect Time Multiplier")
    len = u8(3, "bfd.message_length", "Message Length", unit="bytes")
    mine = u32(4, "bfd.my_discriminator", "My Discriminator", HEX)
    yours = u32(8, "bfd.your_discriminator", "Your Discriminator", HEX)
    tx = u32(12, "bfd.desired_min_tx_interval", "Desired Min TX Interval", unit="us")
    rx = u32(16, "bfd.required_min_rx_interval", "Required Min RX Interval", unit="us")
    echo = u32(20, "bfd.required_min_echo_interval", "Required Min Echo Interval", unit="us")
    section = group("", "Authentication")
    auth_type = u8(None, "bfd.auth.type", "Authentication Type", names=AUTHENTICATION)
    auth_len = u8(None, "bfd.auth.len", "Authentication Length")
    auth_key = u8(None, "bfd.auth.key", "Authentication Key ID")
    password = string(None, "bfd.auth.password", "Password")
    sequence = u32(None, "bfd.auth.seq_num", "Sequence Number", HEX)
    checksum = Field("bfd.checksum", "Checksum", BYTES)

    @staticmethod
    def info(version: int, diag: int, sta: int, flags: int) -> str:
        if version == 0:
            return f"Diag: {DIAGNOSTICS_0.get(diag, 'Unknown')}, Flags: 0x{flags:02x}"
        return f"Diag: {DIAGNOSTICS.get(diag, 'Unknown')}, State: {STATES[sta]}, Flags: 0x{flags & 0x3E:02x}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if not c.h.auth:
            return
        if c.h.len < 28:
            c.note("warn", "Protocol", f"Authentication: Length of the BFD frame is invalid ({c.h.len})",
                   "bfd.auth.no_data")  # fmt: skip
            return
        kind, size = c.peek(1), c.peek(1, 1)
        name = AUTHENTICATION.get(kind, f"Unknown Authentication Type ({kind})")
        with c.group(cls.section, None, f"Authentication: {name}") as c:
            c.add(cls.auth_type)
            c.add(cls.auth_len)
            c.add(cls.auth_key)
            if kind == 1:
                c.add(cls.password, size - 3)
            elif kind in DIGESTS:
                if size != DIGESTS[kind][0]:
                    c.note("warn", "Protocol", f"Length of authentication section ({size}) is invalid for "
                           f"Authentication Type: {name}", "bfd.auth.len.invalid")  # fmt: skip
                c.skip(1)
                c.add(cls.sequence)
                c.add(cls.checksum, DIGESTS[kind][1])


class BFDEcho(Layer):
    """An echo packet: its content is its sender's own affair (RFC 5880, section 5)."""

    name, label, column = "bfd_echo", "Bidirectional Forwarding Detection Echo Packet", "BFD Echo"
    binds = {"udp.port": (3785,)}

    packet = raw(lambda h: 0, "bfd_echo.packet", "Echo", size=REST)

    length = lambda h: h.limit - h.start

    @staticmethod
    def info() -> str:
        return "Originator specific content"
