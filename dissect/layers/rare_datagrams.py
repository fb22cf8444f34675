"""Services whose UDP ports other traffic has more often than they: what each takes for its own, and its head.

    TAPA (5000), Aruba's discovery (8200) and RMCP's security extensions (664)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, group, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

MESSAGES = (6, 7)  # of RMCP: ASF's and IPMI's


def _tapa_discovers(p: Any) -> Any:
    """Whether a payload is TAPA's discovery: type, length, and of a request what it asks for."""
    size, asks = p.u16(2), p.u8(4)
    return (p.length >= 4) & (p.u8(0) >= 1) & (p.u8(0) <= 5) & (size >= 12) & (size <= 1472) & (
        (p.u8(0) != 1) | ((asks == 1) | (asks == 2)))  # fmt: skip


class TAPA(Layer):
    """Trapeze's access points look for their switch, and the tunnel between them."""

    name, label, column = "tapa", "Trapeze Access Point Access Protocol", "TAPA"
    binds = {"udp.port": (5000,)}
    accepts = lambda p: _tapa_discovers(p) | ((p.length >= 4) & (p.u8(0) < 0x40) & (p.u16(2) == 0) & (p.u8(1) <= 1))

    type = u8(None, "tapa.discover.type", "Type", names={1: "Request", 2: "Reply", 4: "NewRequest", 5: "NewReply"})
    flags = u8(None, "tapa.discover.flags", "Flags", HEX)
    size_of = u16(None, "tapa.discover.length", "Length")
    item = group("", "Item")
    asked = u8(None, "tapa.discover.req.type", "Req type", names={1: "SerialNo", 2: "Model"})
    asked_pad, asked_size = u8(None, "tapa.discover.req.pad", "Req padding"), u16(None, "tapa.discover.req.length", "Req length")
    value = raw(None, "tapa.discover.req.value", "Req value")
    switch = ipv4(None, "tapa.discover.reply.switchip", "Switch Ip")
    unused, bias = u8(None, "tapa.discover.reply.unused", "Reply unused"), u8(None, "tapa.discover.reply.bias", "Reply bias")
    pad = raw(None, "tapa.discover.reply.pad", "Reply pad")
    kind, kind_pad = u8(None, "tapa.discover.newtlv.type", "New tlv type"), u8(None, "tapa.discover.newtlv.pad", "New tlv padding")
    kind_size = u16(None, "tapa.discover.newtlv.length", "New tlv length")
    text, hexed = string(None, "tapa.discover.newtlv.valuetext", "New tlv value"), raw(None, "tapa.discover.newtlv.valuehex", "New tlv value")
    unknown = raw(None, "tapa.discover.unknown", "Tapa unknown packet")
    first = u8(None, "", "Version and five")
    version = u8(None, "tapa.tunnel.version", "Tapa tunnel version", HEX, mask=0xF0, within=first)
    five = u8(None, "tapa.tunnel.five", "Tapa tunnel five", HEX, mask=0x0F, within=first)
    way = u8(None, "tapa.tunnel.type", "Tapa tunnel type", HEX)
    zeros = raw(None, "tapa.tunnel.zero", "Tapa tunnel zeroes", size=8)
    to_mac, from_mac = ether(None, "tapa.tunnel.dmac", "Tapa tunnel dest mac"), ether(None, "tapa.tunnel.smac", "Tapa tunnel src mac")
    mark, tags = u16(None, "tapa.tunnel.0804", "Tapa tunnel 0804", HEX), raw(None, "tapa.tunnel.tags", "Tapa tunnel tags, seqno, pad", size=6)
    number, inner = u16(None, "tapa.tunnel.seqno", "Tapa tunnel seqno"), u16(None, "tapa.tunnel.length", "Tapa tunnel length")
    rest = raw(None, "tapa.tunnel.remaining", "Tapa tunnel all data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, size = c.peek(1), c.peek(2, 2)
        if size < 12:
            cls._tunnel(c)
            return
        known = {1: "Request", 2: "Reply", 4: "NewRequest", 5: "NewReply"}
        c.info(f"Discover - {known.get(kind, f'Unknown ({kind})')}")
        for field in (cls.type, cls.flags, cls.size_of):
            c.add(field)
        if kind == 1:
            cls._asks(c, size - 4)
        elif kind == 2:
            c.append_info(f", Switch: {'.'.join(map(str, c.peek_bytes(4)))}")
            for field in (cls.switch, cls.unused, cls.bias):
                c.add(field)
            c.add(cls.pad, size - 10)
        elif kind in (4, 5):
            cls._newer(c, size - 4)
        else:
            c.add(cls.unknown, size - 4)

    @classmethod
    def _asks(cls, c: Cursor, left: int) -> None:
        """What an access point says of itself: type, padding, length, text."""
        names = {1: "SerialNo", 2: "Model"}
        while left > 0:
            kind, size = c.peek(1), c.peek(2, 2)
            said = "".join(chr(b) if 32 <= b < 127 else f"\\{b:03o}" for b in c.peek_bytes(size, 4))
            c.append_info(f", {names.get(kind, kind)}: {said}")
            with c.group(cls.item, 4 + size) as c:
                for field in (cls.asked, cls.asked_pad, cls.asked_size):
                    c.add(field)
                c.add(cls.value, size)
            left -= size + 4

    @classmethod
    def _newer(cls, c: Cursor, left: int) -> None:
        """The same of later versions: the length counts its own head."""
        while left > 3:
            kind, size = c.peek(1), c.peek(2, 2) - 4
            for field in (cls.kind, cls.kind_pad, cls.kind_size):
                c.add(field)
            if size <= 0:
                c.note("warn", "Malformed", "Length is too short (<= 4)", "tapa.length_too_short")
                return
            printable = all(32 <= b < 128 for b in c.peek_bytes(size, 4))  # Wireshark looks four octets too far, too
            c.append_info(f", T={kind} L={size}")
            c.add(cls.text if printable else cls.hexed, size)
            left -= size + 4

    @classmethod
    def _tunnel(cls, c: Cursor) -> None:
        """A frame between switch and access point."""
        first, kind = c.peek(1), c.peek(1, 1)
        c.info(f"Tunnel - V={first >> 4}, T=Type {kind}")
        for field in (cls.first, cls.way, cls.zeros, cls.to_mac, cls.from_mac):
            c.add(field)
        for field in (cls.mark, cls.tags) if kind == 0 else (cls.number, cls.inner):
            c.add(field)
        c.rest(cls.rest)


class ArubaDiscovery(Layer):
    """Aruba's access points look for their controller."""

    name, label, column = "adp", "Aruba Discovery Protocol", "ADP"
    binds = {"udp.port": (8200,)}

    version = u16(None, "adp.version", "Version")
    type = u16(None, "adp.type", "Type", names={1: "Request", 2: "Response"})
    identifier = u16(None, "adp.id", "Transaction ID")
    mac, switch = ether(None, "adp.mac", "MAC address"), ipv4(None, "adp.switch", "Switch IP")
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("")
        c.add(cls.version)
        kind = c.add(cls.type)
        c.add(cls.identifier)
        if kind == 1:
            c.info(f"ADP Request Src MAC: {c.peek_bytes(6).hex(':')}")
            c.add(cls.mac)
        elif kind == 2:
            c.info(f"ADP Response Switch IP: {'.'.join(map(str, c.peek_bytes(4)))}")
            c.add(cls.switch)
        c.rest(cls.content)


class RSP(Layer):
    """What RMCP has before it where it is secured (DSP0136): whose session, and the message's number."""

    name, label = "rsp", "RMCP Security-extensions Protocol"
    binds = {"udp.port": (664,)}
    reaches = ("rmcp",)

    session, sequence = u32(None, "rsp.session_id", "Session ID", HEX), u32(None, "rsp.sequence", "Sequence", HEX)
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.session)
        c.add(cls.sequence)
        if c.remaining > 3 and c.peek(1, 3) & 0x1F in MESSAGES:
            c.child("rmcp", listed=False)
        c.rest(cls.content)
