"""NCP, NetWare's core protocol, over IP (with a header of its own) and over IPX: heads of calls and answers.

    over IP: signature (4), length (4); of a call also version (4), size of the answer's buffer (4)
    | type (2) | sequence (1) | connection, low (1) | task (1) | connection, high (1) | of an answer: completion (1), status (1)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

CALL_MARK, ANSWER_MARK = 0x446D6454, 0x744E6350  # "DmdT", "tNcP"
CREATE, CALL, ANSWER, DESTROY, BURST, BUSY = 0x1111, 0x2222, 0x3333, 0x5555, 0x7777, 0x9999
TYPES = {
    CREATE: "Create a service connection", CALL: "Service request", ANSWER: "Service reply", DESTROY: "Destroy service connection",
    BURST: "Burst mode transfer", BUSY: "Request being processed",
}  # fmt: skip


class NCP(Layer):
    """A call or an answer."""

    name, label, column = "ncp", "NetWare Core Protocol", "NCP"
    binds = {"udp.port": (524,), "tcp.port": (524,)}
    accepts = lambda p: p.length > 1
    messages = Messages(header=8, length=lambda p: where(
        ((p.u32(0) == CALL_MARK) | (p.u32(0) == ANSWER_MARK)) & (p.u16(4) == 0) & (p.u16(6) >= 8), p.u16(6), AS_IT_IS))  # fmt: skip

    signature, size_of = u32(None, "ncp.ip.signature", "NCP over IP signature", HEX), u32(None, "ncp.ip.length", "NCP over IP length")
    version, buffer = u32(None, "ncp.ip.version", "NCP over IP Version"), u32(None, "ncp.ip.replybufsize", "NCP over IP Reply Buffer Size")
    type = u16(None, "ncp.type", "Type", HEX, names=TYPES)
    sequence, connection = u8(None, "ncp.seq", "Sequence Number"), u16(None, "ncp.connection", "Connection Number")
    task = u8(None, "ncp.task", "Task Number")
    completion = u8(None, "ncp.completion_code", "Completion Code")
    status = u8(None, "ncp.connection_status", "Connection Status")
    content = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining >= 8 and c.peek(4) in (CALL_MARK, ANSWER_MARK):
            asked = c.add(cls.signature) == CALL_MARK
            c.add(cls.size_of)
            if asked:
                c.add(cls.version)
                c.add(cls.buffer)
        if c.remaining >= 6 and c.peek(2) in TYPES:
            cls._head(c)
        c.rest(cls.content)

    @classmethod
    def _head(cls, c: Cursor) -> None:
        kind = c.add(cls.type)
        c.add(cls.sequence)
        number = c.peek(1) | c.peek(1, 2) << 8
        task = c.peek(1, 1)
        c.add(cls.connection, 1, value=number)
        c.add(cls.task, 1, value=task)
        c.add(cls.content, 1)
        if kind == ANSWER and c.remaining >= 2:
            code = c.add(cls.completion)
            c.add(cls.status)
            c.info("R OK" if not code else f"R Unknown NCP error 0x{code:02x}")
        elif kind in (CREATE, DESTROY):
            c.info(f"C {'Create' if kind == CREATE else 'Destroy'} Connection Service")
        else:
            c.info(TYPES[kind])
