"""Couchbase, and memcached's binary protocol (port 11210): the header of every message, key and value.

    +-------+--------+------------+--------+-----------+----------------------+------------+--------+-----+--------------
    | magic | opcode | key length | extras | data type | bucket, or status    | total body | opaque | CAS | extras, key, value
    +-------+--------+------------+--------+-----------+----------------------+------------+--------+-----+--------------
      1       1        2            1        1           2                      4            4        8
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

REQUEST, RESPONSE, HEADER = 0x80, 0x81, 24
MAGICS = {REQUEST: "Request", RESPONSE: "Response"}


class Couchbase(Layer):
    """One message."""

    name, label, column = "couchbase", "Couchbase Protocol", "Couchbase"
    binds = {"tcp.port": (11210,)}
    accepts = lambda p: (p.u8(0) == REQUEST) | (p.u8(0) == RESPONSE)
    messages = Messages(header=HEADER, length=lambda p: p.u32(8) + HEADER)

    magic, opcode = u8(0, "couchbase.magic", "Magic", HEX, names=MAGICS), u8(1, "couchbase.opcode", "Opcode", HEX)
    key_length, extras_length = u16(2, "couchbase.key.length", "Key Length"), u8(4, "couchbase.extras.length", "Extras Length")
    data_type = u8(5, "couchbase.datatype", "Data Type", HEX)
    bucket = u16(lambda h: 6, "couchbase.vbucket", "VBucket", when=lambda h: h.magic == REQUEST)
    status = u16(lambda h: 6, "couchbase.status", "Status", HEX, when=lambda h: h.magic != REQUEST)
    body_length = u32(8, "couchbase.total_bodylength", "Total Body Length")
    opaque, cas = u32(12, "couchbase.opaque", "Opaque", HEX, little=True), u64(16, "couchbase.cas", "CAS", HEX)
    body = raw(None, "", "Body")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + HEADER
        c.rest(cls.body)
