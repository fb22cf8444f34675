"""ENTTEC's stage lights: a word says what a message is, DMX levels as they are, by channel, or with their repetitions counted."""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, group, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

POLL_REPLY, POLL, LEVELS = 0x45535052, 0x45535050, 0x45534444
HEADS = {
    POLL_REPLY: "Poll Reply", POLL: "Poll", 0x45534150: "Ack/nAck", LEVELS: "DMX Data", 0x45534E43: "Config", 0x45535A5A: "Reset",
}  # fmt: skip
PLAIN, CHANNELS, COUNTED = 1, 2, 4
UNIVERSE, A_ROW = 512, 16


def _known(p: Any) -> Any:
    """Whether a payload opens with one of the words."""
    found = p.length < 0
    for word in HEADS:
        found = found | (p.u32(0) == word)
    return found


def _count(said: bytes) -> int:
    """How many levels counted repetitions are."""
    levels = place = 0
    while place < len(said) and levels < UNIVERSE:
        counted = said[place] == 0xFE
        levels += min(said[place + 1], UNIVERSE - levels) if counted and place + 1 < len(said) else 1
        place += 3 if counted else 2 if said[place] == 0xFD else 1
    return levels


class ENTTEC(Layer):
    """A message."""

    name, label, column = "enttec", "ENTTEC", "ENTTEC"
    binds = {"udp.port": (3333,)}
    accepts = _known
    length = lambda h: h.end - h.start

    head = u32(0, "enttec.head", "Head", HEX, names=HEADS)
    mac, node = ether(None, "enttec.poll_reply.mac", "MAC"), u16(None, "enttec.poll_reply.node_type", "Node Type", HEX)
    version = u8(None, "enttec.poll_reply.version", "Version")
    switches = u8(None, "enttec.poll_reply.switch_settings", "Switch settings", HEX)
    called = string(None, "enttec.poll_reply.name", "Name", size=10)
    option, tos = u8(None, "enttec.poll_reply.option_field", "Option Field", HEX), u8(None, "enttec.poll_reply.tos", "TOS", HEX)
    ttl, asked = u8(None, "enttec.poll_reply.ttl", "TTL"), u8(None, "enttec.poll.reply_type", "Reply Type")
    universe, start_code = u8(None, "enttec.dmx_data.universe", "Universe"), u8(None, "enttec.dmx_data.start_code", "Start Code")
    type = u8(None, "enttec.dmx_data.type", "Data Type", HEX,
              names={PLAIN: "Uncompressed DMX", CHANNELS: "Channel+Value", COUNTED: "RLE Compressed DMX"})  # fmt: skip
    size_of, levels = u16(None, "enttec.dmx_data.size", "Data Size"), group("enttec.dmx_data.data", "DMX Data")
    raw_levels, row = raw(None, "enttec.dmx_data.data_filter", "DMX Data"), group("enttec.dmx_data.dmx_data", "DMX Data")
    content = raw(None, "", "Data")

    @staticmethod
    def info(head: int) -> str:
        return HEADS.get(head, "")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.head == POLL_REPLY:
            for field in (cls.mac, cls.node, cls.version, cls.switches, cls.called, cls.option, cls.tos, cls.ttl):
                c.add(field)
        elif c.h.head == POLL:
            c.add(cls.asked)
        elif c.h.head == LEVELS:
            cls._levels(c)
        c.rest(cls.content)

    @classmethod
    def _levels(cls, c: Cursor) -> None:
        c.add(cls.universe)
        c.add(cls.start_code)
        kind = c.add(cls.type)
        size = min(c.add(cls.size_of), UNIVERSE)
        if kind not in (PLAIN, COUNTED):
            c.add(cls.raw_levels, size)
            return
        said = c.peek_bytes(size)
        with c.group(cls.levels, size) as c:
            for _ in range(-(-(_count(said) if kind == COUNTED else size) // A_ROW)):
                c.derived(cls.row, True)
            c.add(cls.raw_levels, size)
