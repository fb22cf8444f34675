"""AYIYA, anything in anything (draft-massar-v6ops-ayiya-02): IPv6 of tunnel brokers in UDP.

    identity's length and type (4 bits each), signature's length and hash (4 each), authentication and operation (4 each),
    next header (1), epoch (4), identity (2 to the length), signature (four times its length), payload
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, HEX, Field, raw, u8
from dissect.engine.layer import Layer

FORWARD = 1
OPERATIONS = {0: "NOOP", 1: "Forward", 2: "Echo Request", 3: "Echo Request and Forward", 4: "Echo Response", 5: "MOTD",
              6: "Query Request", 7: "Query Response"}  # fmt: skip


class AYIYA(Layer):
    """One packet of a tunnel."""

    name, label, column = "ayiya", "Anything in Anything Protocol", "AYIYA"
    binds = {"udp.port": (5072,)}
    reaches = ("ip.proto",)

    identity_size = u8(0, "ayiya.idlen", "Identity field length", HEX, mask=0xF0)
    identity_type = u8(0, "ayiya.idtype", "Identity field type", HEX, mask=0x0F)
    signature_size = u8(1, "ayiya.siglen", "Signature Length", HEX, mask=0xF0)
    hash_method = u8(1, "ayiya.hashmethod", "Hash method", HEX, mask=0x0F)
    authentication = u8(2, "ayiya.authmethod", "Authentication method", HEX, mask=0xF0)
    operation = u8(2, "ayiya.opcode", "Operation Code", HEX, mask=0x0F, names=OPERATIONS)
    following = u8(3, "ayiya.nextheader", "Next Header", HEX)
    length = lambda h: h.end - h.start
    epoch = Field("ayiya.epoch", "Epoch", ABSOLUTE_TIME)
    identity, signature = raw(None, "ayiya.identity", "Identity"), raw(None, "ayiya.signature", "Signature")
    contents = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        c.add(cls.epoch, 4, value=c.peek(4) * 1_000_000_000)
        c.add(cls.identity, 1 << c.h.identity_size)
        if c.h.signature_size:
            c.add(cls.signature, 4 * c.h.signature_size)
        if c.h.operation == FORWARD and c.remaining:
            c.payload("ip.proto", c.h.following)
        c.rest(cls.contents)
