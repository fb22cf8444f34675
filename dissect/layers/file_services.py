"""Files kept alike on two hosts: git's packets (gitprotocol-pack) and rsync's daemon.

    git: a length of four hexadecimal digits (0000 flush, 0001 delimiter, 0002 response end), and octets
    rsync: "@RSYNCD: version", a module's name, a greeting and "@RSYNCD: OK"; then octets
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, raw, string, u8
from dissect.engine.fields import UINT16 as WORD
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.layers.sides import line_ahead, sent_to

GIT, RSYNC = 9418, 873
SPECIAL = {0: "Flush", 1: "Delimiter", 2: "Response end"}
BANDS = {1: "Packfile data", 2: "Progress message", 3: "Fatal error message"}
MAGIC = b"@RSYNCD:"
DIGITS = frozenset(b"0123456789abcdefABCDEF")
MOST = 2000


def packet_size(octets: bytes, at: int) -> int:
    """A packet's length."""
    word = octets[at : at + 4]
    if len(word) < 4:
        return MORE
    if not DIGITS.issuperset(word):
        return AS_IT_IS
    return max(int(word, 16), 4)


def is_packet_line(p: Any) -> Any:
    """Whether a segment begins with four hexadecimal digits."""
    found = p.length >= 4
    for i in range(4):
        digit, letter = p.u8(i), p.u8(i) & 0xDF
        found = found & ((digit >= 0x30) & (digit <= 0x39) | (letter >= 0x41) & (letter <= 0x46))
    return found


class Git(Layer):
    """The packets of a segment."""

    name, label, column = "git", "Git Smart Protocol", "GIT"
    binds = {"tcp.port": (GIT,)}
    accepts = is_packet_line
    messages = Messages(scan=packet_size)

    special = u8(None, "git.packet_type", "Git Packet Type", names=SPECIAL)
    length_ = Field("git.length", "Packet length", WORD, HEX, size=4)
    band = u8(None, "git.sideband_control_code", "Sideband control code", HEX, names=BANDS)
    data = raw(None, "git.data", "Packet data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("Git Smart Protocol")
        count = 0
        while c.remaining >= 4 and count < MOST:
            count += 1
            word = c.peek_bytes(4)
            if not DIGITS.issuperset(word):
                break
            size = int(word, 16)
            if size < 4:
                c.add(cls.special, 4, value=size)
                continue
            c.add(cls.length_, 4, value=size)
            if size > 4 and c.peek(1) in BANDS:
                c.add(cls.band)
                size -= 1
            if size > 4:
                c.add(cls.data, size - 4)
        c.rest(cls.data)


class Rsync(Layer):
    """One segment."""

    name, label, column = "rsync", "RSYNC File Synchroniser", "RSYNC"
    binds = {"tcp.port": (RSYNC,)}

    gap = raw(None, "", "Space")
    magic = string(None, "rsync.hdr_magic", "Magic Header")
    version = string(None, "rsync.hdr_version", "Header Version")
    query = string(None, "rsync.query", "Client Query String")
    motd = string(None, "rsync.motd", "Server MOTD String")
    command = string(None, "rsync.command", "Client Command String")
    response = string(None, "rsync.response", "RSYNCD Response String")
    data = raw(None, "rsync.data", "rsync data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, RSYNC)
        who = "Client" if asks else "Server"
        line, size = line_ahead(c)
        said = line.decode("utf-8", "replace")
        if line.startswith(MAGIC) and line[9:10].isdigit():
            c.info(f"{who} Initialisation (Version {said[9:]})")
            c.add(cls.magic, 8)
            c.add(cls.gap, 1)
            c.add(cls.version, c.remaining)
        elif line.startswith(MAGIC):
            c.info(f"{who} Response: {said}")
            c.add(cls.response, size)
        elif asks and line.startswith(b"--"):
            c.info(f"Client Command: {said}")
            end = c.data.find(b"\0", c.pos, c.end)
            c.add(cls.command, (c.end if end < 0 else end) - c.pos)
        elif asks and size == c.remaining and line.isascii() and b"\0" not in line:
            c.info(f"Client Query: {said}")
            c.add(cls.query, size)
        else:
            c.info(f"{who} Data")
        c.rest(cls.data)
