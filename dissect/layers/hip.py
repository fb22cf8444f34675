"""HIP, the host identity protocol (RFC 7401).

    next header (1), length (1), type (1, 7 bits), version (4 bits), reserved, checksum (2), controls (2)
    identities of sender and receiver (16 each); parameters: type (2), length (2), value, to a multiple of 8
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, group, raw, u8, u16
from dissect.engine.layer import Layer

TYPES = {1: "HIP I1 (HIP Initiator Packet)", 2: "HIP R1 (HIP Responder Packet)", 3: "HIP I2 (Second HIP Initiator Packet)",
         4: "HIP R2 (Second HIP Responder Packet)", 16: "HIP UPDATE", 17: "HIP NOTIFY", 18: "HIP CLOSE",
         19: "HIP CLOSE_ACK"}  # fmt: skip


class HIP(Layer):
    """One packet."""

    name, label, column = "hip", "Host Identity Protocol", "HIP"
    binds = {"ip.proto": (139,)}

    proto = u8(0, "hip.proto", "Payload Protocol")
    words = u8(1, "hip.hdr_len", "Header Length")
    fixed_p = u8(2, "hip.shim6_fixed_p", "Header fixed bit P", mask=0x80)
    type = u8(2, "hip.packet_type", "Packet Type", mask=0x7F, names=TYPES)
    version = u8(3, "hip.version", "Version", mask=0xF0)
    fixed_s = u8(3, "hip.shim6_fixed_s", "Header fixed bit S", mask=0x01)
    checksum = u16(4, "hip.checksum", "Checksum", HEX)
    controls = u16(6, "hip.controls", "HIP Controls", HEX)
    controls_bits = bits(controls, "hip.controls", ("a", "Anonymous (Sender's HI is anonymous)", 1))
    by, to = raw(8, "hip.hit_sndr", "Sender's HIT", size=16), raw(24, "hip.hit_rcvr", "Receiver's HIT", size=16)
    length = lambda h: h.end - h.start

    parameter = group("", "HIP Parameter")
    kind, size_of = u16(None, "hip.type", "Type"), u16(None, "", "Length")
    contents = raw(None, "", "Contents")

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 40
        end = min(c.h.start + 8 * (c.h.words + 1), c.limit)
        while end - c.pos >= 4:
            size = 4 + c.peek(2, 2)
            with c.group(cls.parameter, min(size + -size % 8, end - c.pos)) as c:
                c.add(cls.kind)
                c.add(cls.size_of)
                c.rest(cls.contents)
        c.rest(cls.contents)
