"""Erlang's port mapper: which node listens where.

    length (16 bits) of a request, its code, and what it is about; answers begin with their code
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.sides import sent_to

ALIVE2, PORT2, ALIVE_OK, NAMES, PORT2_OK, DUMP, KILL, STOP, ALIVE_OK_X = 120, 122, 121, 110, 119, 100, 107, 115, 118
CODES = {
    ALIVE2: "EPMD_ALIVE2_REQ", ALIVE_OK: "EPMD_ALIVE2_RESP", ALIVE_OK_X: "EPMD_ALIVE2_X_RESP", PORT2: "EPMD_PORT_PLEASE2_REQ",
    PORT2_OK: "EPMD_PORT2_RESP", NAMES: "EPMD_NAMES_REQ", DUMP: "EPMD_DUMP_REQ", KILL: "EPMD_KILL_REQ", STOP: "EPMD_STOP_REQ",
    97: "EPMD_ALIVE_REQ", 89: "EPMD_ALIVE_OK_RESP", 112: "EPMD_PORT_REQ",
}  # fmt: skip


def is_epmd(p: Any) -> Any:
    """Whether a segment begins with an answer's code, or has a question's behind its length."""
    answers, asks = p.u8(0), p.u8(2)
    answer = (answers == ALIVE_OK) | (answers == ALIVE_OK_X) | (answers == PORT2_OK) | (answers == KILL) | (answers == STOP)
    code = (asks == ALIVE2) | (asks == PORT2) | (asks == NAMES) | (asks == DUMP) | (asks == KILL) | (asks == STOP)
    return (p.length >= 3) & (answer | code | (asks == 97) | (asks == 112))


class EPMD(Layer):
    """One message."""

    name, label, column = "epmd", "Erlang Port Mapper Daemon", "EPMD"
    binds = {"tcp.port": (4369,)}
    accepts = is_epmd

    size_of = u16(None, "epmd.len", "Length")
    type = u8(None, "epmd.type", "Type", names=CODES)
    result = u8(None, "epmd.result", "Result")
    port = u16(None, "epmd.port_no", "Port No")
    node_type = u8(None, "epmd.node_type", "Node Type", names={77: "R3 Hidden Node", 72: "R3 Hidden Node", 110: "R3 Erlang Node"})
    transport = u8(None, "epmd.protocol", "Protocol", names={0: "tcp/ip v4"})
    creation = u16(None, "epmd.creation", "Creation")
    high, low = u16(None, "epmd.dist_high", "Highest Version"), u16(None, "epmd.dist_low", "Lowest Version")
    name_length = u16(None, "epmd.name_len", "Name Length")
    node = string(None, "epmd.name", "Node Name")
    extra_length, extra = u16(None, "epmd.elen", "Elen"), raw(None, "epmd.edata", "Edata")
    known = raw(None, "epmd.names", "Names")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if sent_to(c, 4369) and c.remaining > 2:
            size = c.add(cls.size_of)
            code = c.add(cls.type)
            if code == ALIVE2:
                c.add(cls.port)
                cls._node(c)
            elif code in (PORT2, 112) and size > 1:
                c.add(cls.node, size - 1)
        else:
            code = c.peek(1)
            if code in (ALIVE_OK, PORT2_OK):
                c.add(cls.type)
                result = c.add(cls.result)
                if code == ALIVE_OK:
                    c.add(cls.creation)
                elif result == 0:
                    c.add(cls.port)
                    cls._node(c)
            elif c.remaining > 4:
                c.add(cls.port, 4)
                c.rest(cls.known)
        c.info(CODES.get(code, f"Unknown ({code})"))
        c.rest(cls.other)

    @classmethod
    def _node(cls, c: Cursor) -> None:
        for field in (cls.node_type, cls.transport, cls.high, cls.low):
            c.add(field)
        c.add(cls.node, c.add(cls.name_length))
        if c.remaining >= 2:
            size = c.add(cls.extra_length)
            if size:
                c.add(cls.extra, size)
