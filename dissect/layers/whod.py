"""rwho: hosts tell who is logged in, and how busy they are.

    version (1), type (1), pad (2), times of sending and receiving (4 each), host (32), loads (4 each, hundredths), boot time (4)
    users: terminal (8), name (8), since (4), idle (4)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, DOUBLE, STRING, Field, group, raw, u8, u32
from dissect.engine.layer import Layer

SECOND, USER = 1_000_000_000, 24


def _text(octets: bytes) -> str:
    return octets.split(b"\0", 1)[0].decode("utf-8", "replace")


class Who(Layer):
    """One announcement."""

    name, label, column = "who", "Who", "WHO"
    binds = {"udp.port": (513,)}

    version = u8(0, "who.vers", "Version")
    type = u8(1, "who.type", "Type")
    pad = raw(None, "", "Pad")
    length = lambda h: h.end - h.start
    sent, received = Field("who.sendtime", "Send Time", ABSOLUTE_TIME), Field("who.recvtime", "Receive Time", ABSOLUTE_TIME)
    host = Field("who.hostname", "Hostname", STRING)
    loads = (
        Field("who.loadav_5", "Load Average Over Past  5 Minutes", DOUBLE),
        Field("who.loadav_10", "Load Average Over Past 10 Minutes", DOUBLE),
        Field("who.loadav_15", "Load Average Over Past 15 Minutes", DOUBLE),
    )
    booted = Field("who.boottime", "Boot Time", ABSOLUTE_TIME)
    entry = group("who.entry", "Who utmp Entry")
    terminal, user = Field("who.tty", "TTY Name", STRING), Field("who.uid", "User ID", STRING)
    since, idle = Field("who.timeon", "Time On", ABSOLUTE_TIME), u32(None, "who.idle", "Time Idle")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.pad, 2)
        for field in (cls.sent, cls.received):
            c.add(field, 4, value=c.peek(4) * SECOND)
        host = _text(c.peek_bytes(32))
        c.add(cls.host, 32, value=host)
        loads = [c.add(field, 4, value=c.peek(4) / 100) for field in cls.loads]
        c.info(f"{host}: {' '.join(f'{load:.2f}' for load in loads)}")
        c.add(cls.booted, 4, value=c.peek(4) * SECOND)
        while c.remaining >= USER:
            with c.group(cls.entry, USER) as c:
                c.add(cls.terminal, 8, value=_text(c.peek_bytes(8)))
                c.add(cls.user, 8, value=_text(c.peek_bytes(8)))
                c.add(cls.since, 4, value=c.peek(4) * SECOND)
                c.add(cls.idle)
        c.rest(cls.other)
