"""HAProxy's PROXY header, versions 1 and 2: what a proxy says first of the client that it speaks for.

    version 1: "PROXY", TCP4 | TCP6 | UNKNOWN, source, destination, source port, destination port, CR LF
    version 2: CR LF CR LF 0 CR LF "QUIT" LF, version and command (4 bits each), family and protocol (4 bits each), length (16 bits),
               addresses, then type (8 bits), length (16 bits) and value of each further property
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, UINT8, Field, group, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

WORD, MAGIC = b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"
LONGEST, SHORTEST = len(WORD) + 107, len(WORD) + 2  # of a line; as Wireshark, which counts from behind the word
COMMANDS = {0: "LOCAL", 1: "PROXY"}
FAMILIES = {1: "IPv4", 2: "IPv6", 3: "UNIX"}
PROTOCOLS = {0: "UNSPEC", 0x11: "TCP over IPv4", 0x12: "UDP over IPv4", 0x21: "TCP over IPv6", 0x22: "UDP over IPv6",
             0x31: "UNIX stream", 0x32: "UNIX datagram"}  # fmt: skip
SSL = 0x20
PROPERTIES = {0: "UNSPEC", 1: "ALPN", 2: "AUTHORITY", 3: "CRC32C", 4: "NOOP", 5: "UNIQUE_ID", SSL: "SSL", 0x21: "SSL VERSION",
              0x22: "SSL CN", 0x23: "SSL CIPHER", 0x24: "SSL SIG ALG", 0x25: "SSL KEY ALG", 0x30: "NETNS", 0xEA: "AWS"}  # fmt: skip
DEEPEST = 8


def _is_line(p: Any) -> Any:
    """Whether the word is there, and a line that ends with both CR and LF."""
    ends, open_ = False, True
    for at in range(len(WORD), LONGEST):
        two = p.u16(at)
        ends = ends | (open_ & (two == 0x0D0A))
        open_ = open_ & (two >> 8 != 0x0D) & (two >> 8 != 0x0A)
    return (p.length >= SHORTEST) & (p.u32(0) == 0x50524F58) & (p.u16(4) == 0x5920) & ends


class ProxyV1(Layer):
    """A line; what lies behind it in the segment is told by its octets only."""

    name, label, column = "proxy", "PROXY Protocol", "PROXYv1"
    heuristics = ("tcp", "udp")
    likely = Likely.opening(WORD)
    probe = _is_line
    reaches, guesses = ("data",), ("tcp",)

    magic = Field("proxy.v1.magic", "PROXY v1 magic", NONE)
    proto = string(None, "proxy.v1.proto", "Protocol")
    unknown = string(None, "proxy.v1.unknown", "Unknown data")
    addresses = {
        "TCP4": (IPv4Address, ipv4(None, "proxy.src.ipv4", "Source Address"), ipv4(None, "proxy.dst.ipv4", "Destination Address")),
        "TCP6": (IPv6Address, ipv6(None, "proxy.src.ipv6", "Source Address"), ipv6(None, "proxy.dst.ipv6", "Destination Address")),
    }
    ports = u16(None, "proxy.srcport", "Source Port"), u16(None, "proxy.dstport", "Destination Port")
    all_addresses = tuple(field for _, *ends in addresses.values() for field in ends)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        line = c.peek_bytes(min(c.remaining, LONGEST))
        line = line.partition(b"\r\n")[0]
        behind = c.pos + len(line) + 2
        wrong = cls._line(c, line)
        if wrong:
            c.note("warn", "Malformed", wrong, "proxy.bad_format")
        elif not line.startswith((WORD + b"TCP4 ", WORD + b"TCP6 ")):
            return
        else:
            c.skip(behind - c.pos)
            if c.remaining and not c.guess("tcp"):
                c.child("data")

    @classmethod
    def _line(cls, c: Cursor, line: bytes) -> str:
        """Reads the line; what is wrong with it."""
        start = c.pos
        c.add(cls.magic, len(WORD) - 1, value=True)
        words = line[len(WORD) :].split(b" ")
        if len(words) < 2 or not words[0]:
            return "Badly formatted PROXY header line"
        c.skip(1)
        kind = c.add(cls.proto, len(words[0]))
        if kind not in cls.addresses:
            c.skip(1)
            c.add(cls.unknown, start + len(line) - c.pos)
            return ""
        make, *ends = cls.addresses[kind]
        for at, field in enumerate((*ends, *cls.ports), 1):
            last = at == 4
            word = b" ".join(words[at:]) if last else words[at] if at + 1 < len(words) else b""
            if not word:
                return "Badly formatted PROXY header line"
            value = _address(make, word) if at < 3 else _port(word)
            if value is None:
                return f"Unrecognized {'port' if at > 2 else 'IPv4 address' if kind == 'TCP4' else 'IPv6 address'}"
            c.skip(1)
            c.add(field, len(word), value=value)
        return ""


def _address(make: Any, word: bytes) -> Any:
    """The address as its field has it; None for what is none."""
    try:
        found = make(word.decode("ascii", "replace"))
        return int(found) if found.version == 4 else found.packed
    except AddressValueError:
        return None


def _port(word: bytes) -> int | None:
    """The number; None for what is none."""
    return int(word) if word.isdigit() and len(word) < 9 and int(word) < 1 << 16 else None


class ProxyV2(Layer):
    """A header in binary.  What lies behind it is left alone, as Wireshark 4.0 does."""

    name, label, column = "proxy", "PROXY Protocol", "PROXYv2"
    heuristics = ("tcp", "udp")
    likely = Likely.opening(MAGIC)
    probe = lambda p: (
        (p.length >= 16) & (p.u32(0) == 0x0D0A0D0A) & (p.u32(4) == 0x000D0A51) & (p.u32(8) == 0x5549540A)
    )

    magic = raw(0, "proxy.v2.magic", "Magic", size=12)
    format = u8(12, "proxy.v2.version", "Version", mask=0xF0)
    command = u8(12, "proxy.v2.cmd", "Command", mask=0x0F, names=COMMANDS)
    version = Field("proxy.version", "Version", UINT8, value=lambda h: 2 + 0 * h.format)
    carried = u8(13, "proxy.v2.addr_family_protocol", "Address Family Protocol", HEX, names=PROTOCOLS)
    family = u8(13, "proxy.v2.addr_family", "Address Family", HEX, mask=0xF0, names=FAMILIES, within=carried)
    protocol = u8(13, "proxy.v2.protocol", "Protocol", HEX, mask=0x0F, within=carried)
    size_of = u16(14, "proxy.v2.length", "Length")
    ends_4 = ipv4(None, "proxy.src.ipv4", "Source Address"), ipv4(None, "proxy.dst.ipv4", "Destination Address")
    ends_6 = ipv6(None, "proxy.src.ipv6", "Source Address"), ipv6(None, "proxy.dst.ipv6", "Destination Address")
    ports = u16(None, "proxy.srcport", "Source Port"), u16(None, "proxy.dstport", "Destination Port")
    ends_unix = (
        raw(None, "proxy.v2.src.unix", "Source Address", size=108), raw(None, "proxy.v2.dst.unix", "Destination Address", size=108)
    )  # fmt: skip
    unknown = raw(None, "proxy.v2.unknown", "Unknown data")
    tlv = group("proxy.v2.tlv", "TLV")
    tlv_type = u8(None, "proxy.v2.tlv.type", "Type", HEX, names=PROPERTIES)
    tlv_length = u16(None, "proxy.v2.tlv.length", "Length")
    tlv_value = raw(None, "proxy.v2.tlv.value", "Value")
    ssl_client, ssl_verify = u8(None, "proxy.v2.tlv.ssl.client", "Client", HEX), u32(None, "proxy.v2.tlv.ssl.verify", "Verify", HEX)
    ssl_texts = {
        0x21: string(None, "proxy.v2.tlv.ssl.version", "Version"), 0x22: string(None, "proxy.v2.tlv.ssl.cn", "CN"),
        0x23: string(None, "proxy.v2.tlv.ssl.cipher", "Cipher"), 0x24: string(None, "proxy.v2.tlv.ssl.sig_alg", "SIG ALG"),
        0x25: string(None, "proxy.v2.tlv.ssl.keu_alg", "Key ALG"),
    }  # fmt: skip
    ssl_fields = tuple(ssl_texts.values())

    @classmethod
    def decode(cls, c: Cursor) -> None:
        end = c.pos + c.h.size_of
        family = c.h.carried
        if family in (0x11, 0x12, 0x21, 0x22):
            for field in (*(cls.ends_4 if family < 0x20 else cls.ends_6), *cls.ports):
                c.add(field)
        elif family in (0x31, 0x32):
            for field in cls.ends_unix:
                c.add(field)
        elif c.h.size_of:
            c.add(cls.unknown, c.h.size_of)
        if c.pos > end:
            c.note("warn", "Malformed", "Header length is too small", "proxy.header.length_too_small")
        cls._properties(c, end, 0)

    @classmethod
    def _properties(cls, c: Cursor, end: int, depth: int) -> None:
        if depth == DEEPEST:
            c.skip(end - c.pos)
        while c.pos < end:
            with c.group(cls.tlv) as c:
                kind, size = c.add(cls.tlv_type), c.add(cls.tlv_length)
                start = c.pos
                c.add(cls.tlv_value, size)
                if kind == SSL:
                    c.pos = start
                    c.add(cls.ssl_client)
                    c.add(cls.ssl_verify)
                    cls._properties(c, end, depth + 1)
                elif kind in cls.ssl_texts:
                    c.pos = start
                    c.add(cls.ssl_texts[kind], size)
