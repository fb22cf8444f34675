"""Quake's three networks: NetQuake, QuakeWorld and Quake III (id Software's released sources).

    0xFFFFFFFF and text: outside a game; else sequence numbers whose highest bit says that it must arrive
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, STRINGZ, UINT32, Field, flag, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.sides import sent_to

OUTSIDE, CONTROL = 0xFFFFFFFF, 0x8000
COMMANDS = {0x01: "connect", 0x02: "server_info", 0x03: "player_info", 0x04: "rule_info", 0x81: "accept", 0x82: "reject",
            0x83: "server_info", 0x84: "player_info", 0x85: "rule_info"}  # fmt: skip


class Quake(Layer):
    """NetQuake."""

    name, label, column = "quake", "Quake Network Protocol", "QUAKE"
    binds = {"udp.port": (26000,)}

    flags = u16(0, "quake.header.flags", "Flags", HEX)
    is_data = flag(0, "quake.header.flags.data", "Data", 0x0001, within=flags)
    is_ack = flag(0, "quake.header.flags.ack", "Acknowledgment", 0x0002, within=flags)
    no_ack = flag(0, "quake.header.flags.no_ack", "No Acknowledgment", 0x0004, within=flags)
    last = flag(0, "quake.header.flags.endmsg", "End Of Message", 0x0008, within=flags)
    unreliable = flag(0, "quake.header.flags.unreliable", "Unreliable", 0x0010, within=flags)
    is_control = flag(0, "quake.header.flags.control", "Control", CONTROL, within=flags)
    size_of = u16(2, "quake.header.length", "Length")
    sequence = u32(None, "quake.header.sequence", "Sequence", HEX)
    command = u8(None, "quake.control.command", "Command", HEX, names=COMMANDS)
    game = Field("quake.control.connect.game", "Game", STRINGZ)
    reaches = ("data",)
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        if c.h.flags & CONTROL:
            code = c.add(cls.command)
            c.info(f"control: {COMMANDS.get(code, 'Unknown')}")
            if code == 1 and c.remaining:
                end = c.data.find(b"\0", c.pos, c.end)
                c.add(cls.game, (c.end if end < 0 else end + 1) - c.pos)
        else:
            c.info(f"seq 0x{c.add(cls.sequence):x}")
        if c.remaining:
            c.child("data")


class Quake3(Layer):
    """Quake III and its kin."""

    name, label, column = "quake3", "Quake III Arena Network Protocol", "QUAKE3"
    binds = {"udp.port": (27950, 27951, 27952, 27953, 27960, 27961, 27962, 27963)}

    outside = Field("quake3.connectionless", "Connectionless", UINT32)
    inside_ = Field("quake3.game", "Game", UINT32)
    marker = u32(None, "quake3.connectionless.marker", "Marker", HEX)
    text = string(None, "", "Text")
    sequence = u32(None, "quake3.game.seq1", "Sequence Number", mask=0x7FFFFFFF, little=True)
    reliable = Field("quake3.game.rel1", "Reliable", BOOLEAN)
    reaches = ("data",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        text = tell(cls, c, sent_to(c, *cls.binds["udp.port"]))
        if text is not None:
            c.append_info(f" {text[:60].decode('latin-1')}")


class QuakeWorld(Layer):
    """QuakeWorld."""

    name, label, column = "quakeworld", "QuakeWorld Network Protocol", "QUAKEWORLD"
    binds = {"udp.port": (27500,)}

    outside = Field("quakeworld.connectionless", "Connectionless", UINT32)
    inside_ = Field("quakeworld.game", "Game", UINT32)
    to_server = Field("quakeworld.c2s", "Client to Server", UINT32)
    to_client = Field("quakeworld.s2c", "Server to Client", UINT32)
    marker = u32(None, "quakeworld.connectionless.marker", "Marker", HEX)
    text = string(None, "", "Text")
    sequence = u32(None, "quakeworld.game.seq1", "Sequence Number", mask=0x7FFFFFFF, little=True)
    reliable = Field("quakeworld.game.rel1", "Reliable", BOOLEAN)
    reaches = ("data",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        client = sent_to(c, *cls.binds["udp.port"])
        c.derived(cls.to_server if client else cls.to_client, 1)
        tell(cls, c, client)


def tell(layer: type[Quake3 | QuakeWorld], c: Cursor, client: bool) -> bytes | None:
    """A datagram of the game, or one outside of a connection: its text."""
    way = "Client to Server" if client else "Server to Client"
    if c.remaining >= 4 and c.peek(4) == OUTSIDE:
        c.derived(layer.outside, 1)
        c.add(layer.marker)
        c.info(f"{way} Connectionless")
        text = c.peek_bytes(c.remaining)
        if text:
            c.add(layer.text, len(text))
        return text
    c.derived(layer.inside_, 1)
    c.derived(layer.reliable, bool(c.peek(1, 3) & 0x80))
    c.info(f"{way} Game seq={c.add(layer.sequence)}")
    if c.remaining:
        c.child("data")
    return None
