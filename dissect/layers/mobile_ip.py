"""Mobile IPv4's registration (RFC 5944).

    request: type (1), flags (1), lifetime (2), home address (4), home agent (4), care-of address (4), identification (8)
    reply: type (1), code (1), lifetime (2), home address (4), home agent (4), identification (8)
    extensions: type (1), length (1), value; of authentication: SPI (4), authenticator
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, HEX, Field, bits, group, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

REQUEST, REPLY = 1, 3
TYPES = {REQUEST: "Registration Request", REPLY: "Registration Reply", 4: "NAT Traversal Tunnel Data", 7: "Registration Revocation"}
SINCE_1900, ERA = 2_208_988_800, 1 << 32  # s
AUTHENTICATIONS, NAI = (32, 33, 34), 131


class MobileIP(Layer):
    """A request of a mobile node, or the agent's reply."""

    name, label, column = "mip", "Mobile IP", "MobileIP"
    binds = {"udp.port": (434,)}
    accepts = lambda p: p.u8(0) != 0

    type = u8(0, "mip.type", "Message Type", names=TYPES)
    length = lambda h: h.end - h.start
    flags = u8(None, "mip.flags", "Flags", HEX)
    flags_bits = bits(
        flags, "mip", ("s", "Simultaneous Bindings", 0x80), ("b", "Broadcast Datagrams", 0x40),
        ("d", "Co-located Care-of Address", 0x20), ("m", "Minimal Encapsulation", 0x10), ("g", "GRE", 0x08),
        ("v", "Van Jacobson", 0x04), ("t", "Reverse Tunneling", 0x02), ("x", "Reserved", 0x01),
    )  # fmt: skip
    code = u8(None, "mip.code", "Reply Code")
    lifetime = u16(None, "mip.life", "Lifetime")
    home, agent = ipv4(None, "mip.homeaddr", "Home Address"), ipv4(None, "mip.haaddr", "Home Agent")
    care_of = ipv4(None, "mip.coa", "Care of Address")
    identification = Field("mip.ident", "Identification", ABSOLUTE_TIME)
    extension = group("", "Extension")
    kind, size_of = u8(None, "mip.ext.type", "Extension Type"), u16(None, "mip.ext.len", "Extension Length", size=1)
    spi, authenticator = u32(None, "mip.auth.spi", "SPI", HEX), raw(None, "mip.auth.auth", "Authenticator")
    nai = string(None, "mip.nai", "NAI")
    value_of, contents = raw(None, "mip.extension", "Extension"), raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 1
        kind = c.h.type
        c.info(TYPES.get(kind, "Unknown"))
        if kind not in (REQUEST, REPLY):
            c.rest(cls.contents)
            return
        c.add(cls.flags if kind == REQUEST else cls.code)
        for field in (cls.lifetime, cls.home, cls.agent, *((cls.care_of,) if kind == REQUEST else ())):
            c.add(field)
        seconds, fraction = c.peek(4), c.peek(4, 4)
        seconds += ERA * (0 < seconds < ERA // 2)  # since 2036 (RFC 5905, section 6)
        moment = (seconds - SINCE_1900) * 1_000_000_000 + (fraction * 1_000_000_000 >> 32) if seconds or fraction else 0
        c.add(cls.identification, 8, value=moment)
        while c.remaining >= 2:
            number, size = c.peek(1), c.peek(1, 1)
            with c.group(cls.extension, 2 + size) as c:
                c.add(cls.kind)
                c.add(cls.size_of)
                if number in AUTHENTICATIONS and size > 4:
                    c.add(cls.spi)
                    c.add(cls.authenticator, size - 4)
                elif size:
                    c.add(cls.nai if number == NAI else cls.value_of, size)
