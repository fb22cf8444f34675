"""swIPe (draft-ipsec-swipe): what secured IP before IPsec did.

     0        8        16                32
    +--------+--------+-----------------+
    | type   | size   | policy          |
    +--------+--------+-----------------+----------------
    | sequence number                   | authenticator ...
    +-----------------------------------+----------------
"""

from __future__ import annotations

from dissect.engine.fields import BYTES, Field, maximum, u8, u16, u32
from dissect.engine.layer import Layer, To

HEADER = 8
TYPES = {0: "Plain encapsulation", 1: "Packet is authenticated but not encrypted", 2: "Packet is encrypted",
         3: "Packet is both authenticated and encrypted"}  # fmt: skip


class SwIPe(Layer):
    """A packet within a packet, which Wireshark takes for one of IPv6."""

    name, label, column = "swipe", "swIPe IP Security Protocol", "swIPe"
    binds = {"ip.proto": (53,)}

    type, size_of = u8(0, "swipe.packet_type", "Packet type", names=TYPES), u8(1, "swipe.len", "Header Length")
    policy, number = u16(2, "swipe.policy_id", "Policy identifier"), u32(4, "swipe.packet_seq", "Packet sequence number")
    authenticator = Field("swipe.authenticator", "Authenticator", BYTES, at=HEADER, size=lambda h: maximum(h.size_of - HEADER, 0),
                          when=lambda h: h.size_of > HEADER)  # fmt: skip
    length = lambda h: h.size_of
    next = (To("ipv6"),)
