"""ATA over Ethernet (AoE, revision 11), version 1.

     0       3 4     7 8      15 16                           31
    +---------+-------+---------+-------------------------------+
    | version | flags |  error  |             major             |
    +---------+-------+---------+-------------------------------+
    |      minor      | command |              tag              |
    +-----------------+---------+-------------------------------+
    |         tag, continued    |
    +---------------------------+
    ATA:    flags, error or feature, sector count, command or status, block address (6, little-endian), reserved (2), data
    config: buffer count (2), firmware version (2), sector count, version and command, length (2), configuration
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC, HEX, REST, UINT64, Expr, Field, flag, framenum, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers.streams import heard_of

COMMANDS = {0: "Issue ATA Command", 1: "Query Config Information"}
ERRORS = {
    1: "Unrecognized command code", 2: "Bad argument parameter", 3: "Device unavailable", 4: "Config string present",
    5: "Unsupported version",
}  # fmt: skip
ATA_COMMANDS = {
    0x00: "NOP", 0x08: "Atapi soft reset", 0x10: "Recalibrate", 0x20: "Read sectors (with retry)",
    0x21: "Read sectors (no retry)", 0x22: "Read long (with retry)", 0x23: "Read long (no retry)", 0x24: "Read ext",
    0x30: "Write sectors (with retry)", 0x31: "Write sectors (no retry)", 0x32: "Write long (with retry)",
    0x33: "Write long (no retry)", 0x34: "Write ext", 0x3C: "Write verify", 0x40: "Read verify sectors (with retry)",
    0x41: "Read verify sectors (no retry)", 0x50: "Format track", 0x70: "Seek", 0x90: "Execute device diagnostics",
    0x91: "Initialize device parameters", 0x92: "Download microcode", 0x94: "Standy immediate",
    0x95: "Idle immediate", 0x96: "Standby", 0x97: "Idle", 0x98: "Check power mode", 0x99: "Sleep",
    0xA0: "Atapi packet", 0xA1: "Atapi identify device", 0xA2: "Atapi service", 0xB0: "Smart", 0xC4: "Read multiple",
    0xC5: "Write multiple", 0xC6: "Set multiple mode", 0xC8: "Read dma (with retry)", 0xC9: "Read dma (no retry)",
    0xCA: "Write dma (with retry)", 0xCB: "Write dma (no retry)", 0xDE: "Door lock", 0xDF: "Door unlock",
    0xE0: "Standy immediate", 0xE1: "Idle immediate", 0xE2: "Standby", 0xE3: "Idle", 0xE4: "Read buffer",
    0xE5: "Check power mode", 0xE6: "Sleep", 0xE8: "Write buffer", 0xEC: "Identify Device", 0xED: "Media eject",
    0xEE: "Identify device dma", 0xEF: "Set features", 0xF1: "Security set password", 0xF2: "Security unlock",
    0xF3: "Security erase prepare", 0xF4: "Security erase unit", 0xF5: "Security freeze",
    0xF6: "Security disable password",
}  # fmt: skip

COMMON, RESERVED, ATA_HEADER = 10, 20, 22

_first: Expr = lambda h: h.version == 1
_ata: Expr = lambda h: (h.version == 1) & (h.cmd_ == 0)
_ata_request: Expr = lambda h: (h.version == 1) & (h.cmd_ == 0) & (h.response_ == 0)
_ata_response: Expr = lambda h: (h.version == 1) & (h.cmd_ == 0) & h.response_


class AoE(Layer):
    """A request to a disk, or its answer."""

    name, label, column = "aoe", "ATAoverEthernet", "AoE"
    binds = {"ethertype": (0x88A2,)}

    # private: conditions above are about these
    response_ = flag(0, "", "Response", 0x08)
    error_ = flag(0, "", "Error", 0x04)
    cmd_ = u8(lambda h: 5, "", "Command", when=_first)
    extended_ = flag(lambda h: 10, "", "Extended", 0x40, when=_ata)
    write_ = flag(lambda h: 10, "", "Write", 0x01, when=_ata)
    opcode_ = u8(lambda h: 13, "", "Opcode", when=_ata)

    version = u8(0, "aoe.version", "Version", mask=0xF0)
    response = flag(0, "aoe.response", "Response flag", 0x08, when=_first)
    flags_error = flag(0, "aoe.flags_error", "Error flag", 0x04, when=_first)
    error = u8(1, "aoe.error", "Error", names=ERRORS, when=lambda h: (h.version == 1) & h.error_)
    no_error = u8(1, "aoe.error_unset", "No error", when=lambda h: (h.version == 1) & (h.error_ == 0))
    major = u16(2, "aoe.major", "Major", HEX, when=_first)
    minor = u8(4, "aoe.minor", "Minor", HEX, when=_first)
    cmd = u8(5, "aoe.cmd", "Command", DEC, names=COMMANDS, when=_first)
    tag = u32(6, "aoe.tag", "Tag", HEX, when=_first)
    e = flag(10, "aoe.aflags.e", "E", 0x40, when=_ata)
    d = flag(10, "aoe.aflags.d", "D", 0x10, when=lambda h: _ata(h) & h.extended_)
    a = flag(10, "aoe.aflags.a", "A", 0x02, when=lambda h: _ata(h) & h.write_)
    w = flag(10, "aoe.aflags.w", "W", 0x01, when=_ata)
    feature = u8(11, "aoe.err_feature", "Err/Feature", HEX, when=_ata)
    sectors = u8(12, "aoe.sector_count", "Sector Count", when=_ata)
    ata_cmd = u8(13, "aoe.ata.cmd", "ATA Cmd", HEX, names=ATA_COMMANDS, when=_ata_request)
    ata_status = u8(13, "aoe.ata.status", "ATA Status", HEX, when=_ata_response)
    lba = Field("aoe.lba", "Lba", UINT64, HEX, at=14, size=6, little=True, when=_ata)
    reserved = raw(20, "", "Reserved", size=2, when=_ata)
    data = raw(22, "", "Data", size=REST, when=_ata)

    length = lambda h: h.end - h.start
    asked_cmd = u8(None, "aoe.ata.cmd", "ATA Cmd", HEX, names=ATA_COMMANDS)
    response_to = framenum(None, "aoe.response_to", "Response To")
    talks = ("major", "minor")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> tuple[int, int] | None:
        """The ATA request that an answer is of: its packet and its command."""
        octets = heard.octets
        if len(octets) < ATA_HEADER or octets[0] >> 4 != 1 or octets[5]:
            return None
        tag = octets[6:10]
        if octets[0] & 0x08:
            return talk.get(tag)
        talk[tag] = heard.packet, octets[13]
        return None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asked = heard_of(c.h)
        if asked is not None:
            c.derived(cls.response_to, asked[0])
            c.derived(cls.asked_cmd, asked[1])
        fields_end = c.h.start + (0 if c.h.version != 1 else RESERVED if c.h.cmd_ == 0 else COMMON)
        c.pos = min(max(c.pos, fields_end), c.end)  # what is behind the fields stays undecoded

    @staticmethod
    def info(version: int, response_: bool, error_: bool, error: int, cmd_: int, opcode_: int) -> str:
        if version != 1:
            return ""
        text = f"Error:{ERRORS.get(error, f'Unknown error<{error}>')} " if error_ else ""
        text += f"{COMMANDS.get(cmd_, f'Unknown command<{cmd_}>')} {'Response' if response_ else 'Request'}"
        if cmd_ == 0 and not response_:
            text += f" ATA:{ATA_COMMANDS.get(opcode_, f' Unknown ATA<0x{opcode_:02x}>')}"
        return text
