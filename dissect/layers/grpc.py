"""gRPC over HTTP/2: messages of a call, each behind a flag and its length.

    +------------+----------------+
    | compressed |     length     |  then the message (of Protocol Buffers: its octets are shown)
    +------------+----------------+

HTTP/2 puts the Content-Type, the encoding, the path and whether it is a request in `Dissection.media`.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import group, raw, u8, u32
from dissect.engine.layer import Layer
from dissect.layers import bodies


class GRPC(Layer):
    """The messages of a frame, or of several."""

    name, label, column = "grpc", "GRPC Message", "GRPC"
    reaches = ("protobuf", "json")

    message = group("", "GRPC Message")
    first = u8(None, "", "Flags")
    frame_type = u8(None, "grpc.frame_type", "Frame Type", mask=0x80, names={0: "Data", 1: "Trailer"}, within=first)
    compressed = u8(
        None, "grpc.compressed_flag", "Compressed Flag", mask=0x01, within=first,
        names={0: "Not Compressed", 1: "Compressed"},
    )  # fmt: skip
    message_length = u32(None, "grpc.message_length", "Message Length")
    data = raw(None, "grpc.message_data", "Message Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        media, encoding, path, request = (*c.run.media.split("\0"), "", "", "")[:4]
        c.append_info(" (GRPC)")
        while c.remaining:
            if c.remaining < 5 or c.peek(4, 1) > c.remaining - 5:
                c.note("warn", "Undecoded", "GRPC message is not whole", "grpc.body_malformed")
                c.rest(cls.data)
                return
            size = c.peek(4, 1)
            side = "Request" if request else "Response"
            with c.group(cls.message, 5 + size, f"GRPC Message: {path}, {side}" if path else None) as c:
                flags = c.add(cls.first)
                c.add(cls.message_length)
                if size:
                    cls._message(c, size, media, encoding if flags & 1 else "", bool(flags & 1))

    @classmethod
    def _message(cls, c: Cursor, size: int, media: str, encoding: str, compressed: bool) -> None:
        layer = "json" if "+json" in media else "protobuf"
        plain = bodies.decoded(c.peek_bytes(size), encoding)[0] if encoding else None
        begin = c.pos
        if compressed and plain is None:
            c.add(cls.data, size)
            return
        if plain is not None:
            c.add(cls.data, size)
            c.inside(layer, plain, "Uncompressed entity body")
            return
        c.add(cls.data, size)
        c.pos = begin
        c.child(layer, size)


class Protobuf(Layer):
    """Protocol Buffers, whose meaning is in a description that the capture does not have."""

    name, label = "protobuf", "Protocol Buffers"
    message = raw(None, "", "Octets")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.message)
