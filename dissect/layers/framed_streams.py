"""Frames over TCP that few captures hold: SPDY, Bazaar, ACAP (RFC 2244), Kismet's server, RELOAD (RFC 6940), XMCP, exchanges
(ETI, XTI), print servers (NDPS), games (Tibia), Fieldbus (FF), ZigBee gateways (SCoP), power utilities (ELCOM-90), SigComp
(RFC 3320) and radios (STANAG 5066).

    SPDY: control bit, version (2), type (2), flags (1), length (3);  or stream (4), flags (1), length (3)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    CHAR,
    HEX,
    UINT32,
    Field,
    flag,
    group,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    where,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.layers.stated import Stated, asked, at_least

SPDY_TYPES = {
    0: "DATA", 1: "SYN_STREAM", 2: "SYN_REPLY", 3: "RST_STREAM", 4: "SETTINGS", 6: "PING", 7: "GOAWAY", 8: "HEADERS",
    9: "WINDOW_UPDATE", 10: "CREDENTIAL", 11: "INVALID",
}  # fmt: skip


class SPDY(Stated):
    """What became HTTP/2."""

    name, label, column = "spdy", "SPDY", "SPDY"
    binds = {"tcp.port": (6121,)}
    messages = Messages(header=8, length=lambda p: at_least(8, (p.u32(4) & 0xFFFFFF) + 8))

    control = flag(None, "spdy.control_bit", "Control frame", 0x8000, size=2)
    version, type = u16(None, "spdy.version", "Version", mask=0x7FFF), u16(None, "spdy.type", "Type", names=SPDY_TYPES)
    stream = u32(None, "spdy.streamid", "Stream ID", mask=0x7FFFFFFF)
    flags, size_of = u8(None, "spdy.flags", "Flags", HEX), u24(None, "spdy.length", "Length")
    data, block = raw(None, "spdy.data", "Data"), raw(None, "", "Header block")
    status = u32(None, "spdy.rst_stream_status", "Reset Status")
    settings, setting = u32(None, "spdy.num_settings", "Number of Settings"), group("spdy.setting", "Setting")
    setting_flags = u8(None, "spdy.flags", "Flags", HEX)
    identifier, value = u24(None, "spdy.setting.id", "ID"), u32(None, "spdy.setting.value", "Value")
    ping = u32(None, "spdy.ping_id", "Ping ID")
    last_good = u32(None, "spdy.goaway_last_good_stream_id", "Last Good Stream ID", mask=0x7FFFFFFF)
    away = u32(None, "spdy.goaway_status", "Go Away Status")
    delta = u32(None, "spdy.window_update_delta", "Window Update Delta", mask=0x7FFFFFFF)

    @classmethod
    def body(cls, c: Cursor) -> None:
        first = c.pos == c.h.start
        controls = c.add(cls.control, 2)
        c.pos -= 2
        kind = 0
        if controls:
            c.add(cls.version)
            kind = c.add(cls.type)
        else:
            c.add(cls.stream)
        said = SPDY_TYPES.get(kind, f"Unknown({kind})")
        (c.info if first else c.append_info)(said if first else f", {said}")
        c.add(cls.flags)
        c.add(cls.size_of)
        cls._payload(c, kind)

    @classmethod
    def _payload(cls, c: Cursor, kind: int) -> None:
        if kind == 0:
            c.add(cls.data, c.remaining)
        elif kind in (1, 2, 3, 8, 9):
            c.add(cls.stream)
            if kind == 3:
                c.add(cls.status)
            elif kind == 9:
                c.add(cls.delta)
        elif kind == 4:
            for _ in range(c.add(cls.settings)):
                with c.group(cls.setting, 8) as c:
                    for field in (cls.setting_flags, cls.identifier, cls.value):
                        c.add(field)
        elif kind == 6:
            c.add(cls.ping)
        elif kind == 7:
            c.add(cls.last_good)
            c.add(cls.away)


BZR_PARTS = {0x73: "Structure", 0x62: "Bytes", 0x6F: "Single byte", 0x65: "End"}
STRUCTURE, PREFIXED, SINGLE, END = 0x73, 0x62, 0x6F, 0x65


def _bzr(octets: bytes, at: int) -> int:
    """A line, a counted structure, and parts until the one that ends it."""
    line = octets.find(b"\n", at)
    pos = line + 5
    if line < 0 or pos > len(octets):
        return MORE
    pos += int.from_bytes(octets[line + 1 : line + 5], "big")
    while pos < len(octets):
        kind, pos = octets[pos], pos + 1
        if kind == END:
            return pos - at
        if kind in (STRUCTURE, PREFIXED):
            if pos + 4 > len(octets):
                return MORE
            pos += 4 + int.from_bytes(octets[pos : pos + 4], "big")
        elif kind == SINGLE:
            pos += 1
    return MORE


class Bazaar(Stated):
    """Bazaar's repositories."""

    name, label, column = "bzr", "Bazaar Smart Protocol", "BZR"
    binds = {"tcp.port": (4155,)}
    messages = Messages(scan=_bzr)
    reaches = ("bencode",)

    version = string(None, "bzr.protocol_version", "Protocol version")
    structure, structure_size = group("bzr.bencode", "Bencode packet"), u32(None, "bzr.bencode.length", "Bencode packet length", HEX)
    counted, counted_size = group("bzr.bytes", "Prefixed bytes"), u32(None, "bzr.bytes.length", "Prefixed bytes length", HEX)
    counted_data = raw(None, "bzr.bytes.data", "Prefixed bytes data")
    kind = Field("bzr.kind", "Packet kind", CHAR, base=HEX, names=BZR_PARTS)
    result = Field("bzr.result", "Result", CHAR, base=HEX)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info("Bazaar Smart Protocol")
        end = c.data.find(b"\n", c.pos, c.end)
        c.add(cls.version, (c.end if end < 0 else end + 1) - c.pos)
        cls._structure(c)
        while c.remaining:
            kind = c.add(cls.kind)
            if kind == STRUCTURE:
                cls._structure(c)
            elif kind == PREFIXED:
                with c.group(cls.counted, 4 + c.peek(4)) as c:
                    c.add(cls.counted_data, c.add(cls.counted_size))
            elif kind == SINGLE:
                c.add(cls.result)

    @classmethod
    def _structure(cls, c: Cursor) -> None:
        with c.group(cls.structure, 4 + c.peek(4)) as c:
            c.child("bencode", c.add(cls.structure_size))
            c.protocol(cls.column)


def _line(c: Cursor) -> bytes:
    """The first line, without its end."""
    return c.peek_bytes(c.remaining).partition(b"\n")[0].removesuffix(b"\r")


ACAP_PORT, KISMET_PORT = 674, 2501


class ACAP(Layer):
    """Settings of programs, wherever one sits: lines of a tag and what it is about."""

    name, label, column = "acap", "Application Configuration Access Protocol", "ACAP"
    binds = {"tcp.port": (ACAP_PORT,)}
    accepts = lambda p: (p.u8(0) >= 0x20) & (p.u8(0) < 0x7F)

    request = Field("acap.request", "Request", BOOLEAN, hidden=True)
    response = Field("acap.response", "Response", BOOLEAN, hidden=True)
    request_tag, response_tag = string(None, "acap.request_tag", "Request Tag"), string(None, "acap.response_tag", "Response Tag")
    request_data, response_data = string(None, "acap.request_data", "Request"), string(None, "acap.response_data", "Response")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks, line = asked(c, ACAP_PORT), _line(c)
        c.info(f"{'Request' if asks else 'Response'}: {line.decode('latin-1')}")
        c.derived(cls.request if asks else cls.response, True)
        tag, space, said = line.partition(b" ")
        c.add(cls.request_tag if asks else cls.response_tag, len(tag))
        if space:
            c.add(cls.other, 1)
        if said:
            c.add(cls.request_data if asks else cls.response_data, len(said))
        c.rest(cls.other)


class Kismet(Layer):
    """Kismet's server tells its clients what is on the air."""

    name, label, column = "kismet", "Kismet Client/Server Protocol", "kismet"
    binds = {"tcp.port": (KISMET_PORT,)}
    accepts = lambda p: (
        (p.length >= 8)
        & (p.u8(0) >= 32) & (p.u8(0) <= 128) & (p.u8(1) >= 32) & (p.u8(1) <= 128) & (p.u8(2) >= 32) & (p.u8(2) <= 128)
        & (p.u8(3) >= 32) & (p.u8(3) <= 128) & (p.u8(4) >= 32) & (p.u8(4) <= 128) & (p.u8(5) >= 32) & (p.u8(5) <= 128)
        & (p.u8(6) >= 32) & (p.u8(6) <= 128) & (p.u8(7) >= 32) & (p.u8(7) <= 128)
    )  # fmt: skip
    reaches = ("data",)

    request, response = Field("kismet.request", "Request", BOOLEAN), Field("kismet.response", "Response", BOOLEAN)
    other = raw(None, "", "Lines")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = asked(c, KISMET_PORT)
        if not asks and c.peek(1) not in b"*!":
            c.info("Continuation")
            c.child("data", c.remaining)
            return
        c.info(f"{'Request' if asks else 'Response'}: {_line(c).decode('latin-1')}")
        c.derived(cls.request if asks else cls.response, True)
        c.rest(cls.other)


RELOAD_DATA, RELOAD_ACK, RELOAD_TOKEN, RELOAD_LEAST = 128, 129, 0xD2454C4F, 38


class ReloadFraming(Stated):
    """Peers that find each other: data and what acknowledges them."""

    name, label, column = "reload-framing", "REsource LOcation And Discovery Framing", "RELOAD Frame"
    binds = {"tcp.port": (6084,)}
    messages = Messages(header=9, length=lambda p: where(p.u8(0) == RELOAD_DATA, 8 + (p.u32(4) & 0xFFFFFF), 9))

    type = u8(None, "reload_framing.type", "type (FramedMessageType)", names={RELOAD_DATA: "DATA", RELOAD_ACK: "ACK"})
    sequence = u32(None, "reload_framing.sequence", "sequence (uint32)")
    message = group("reload_framing.message", "message")
    size_of = Field("reload_framing.message.length", "length (uint24)", UINT32)
    data = raw(None, "reload_framing.message.data", "data")

    @classmethod
    def body(cls, c: Cursor) -> None:
        if c.remaining < 12 or c.peek(1) != RELOAD_DATA or c.peek(3, 5) < RELOAD_LEAST or c.peek(4, 8) != RELOAD_TOKEN:
            c.protocol("TCP")
            return
        c.info("DATA")
        c.add(cls.type)
        c.add(cls.sequence)
        with c.group(cls.message) as c:
            size = c.add(cls.size_of, 3, value=c.peek(3))
            c.add(cls.data, size)


XMCP_COOKIE = 0x7F5A9BC7


class XMCP(Stated):
    """Services of a network are announced."""

    name, label, column = "xmcp", "eXtensible Messaging Client Protocol", "XMCP"
    binds = {"tcp.port": (4788,)}
    messages = Messages(header=20, length=lambda p: p.u16(2) + 20)

    type = u16(None, "xmcp.type", "Message Type", HEX)
    reserved = u16(0, "xmcp.type.reserved", "Reserved", HEX, mask=0xC000, within=type)
    klass = u16(0, "xmcp.type.class", "Class", HEX, mask=0x0110, within=type)
    method = u16(0, "xmcp.type.method", "Method", HEX, mask=0x3EEF, within=type)
    size_of, cookie = u16(None, "xmcp.length", "Message Length"), u32(None, "xmcp.cookie", "XMCP Magic Cookie", HEX)
    transaction = raw(None, "xmcp.id", "Transaction ID")

    @classmethod
    def body(cls, c: Cursor) -> None:
        if c.peek(4, 4) != XMCP_COOKIE:
            c.protocol("TCP")
            return
        for field in (cls.type, cls.size_of, cls.cookie):
            c.add(field)
        c.add(cls.transaction, 12)


class NDPS(Stated):
    """Novell's printing."""

    name, label, column = "ndps", "Novell Distributed Print System", "NDPS"
    binds = {"tcp.port": (3014, 3016, 3017, 3018, 3019, 3369)}
    messages = Messages(header=4, length=lambda p: p.u16(2) + 4)

    mark, size_of = u16(None, "ndps.record_mark", "Record Mark", HEX), u16(None, "ndps.record_length", "Record Length")
    exchange, type = u32(None, "ndps.xid", "Exchange ID", HEX), u32(None, "ndps.packet_type", "Packet Type", HEX)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info("")
        c.peek(4, 8)  # Wireshark shows nothing of a message that ends before its type
        for field in (cls.mark, cls.size_of, cls.exchange, cls.type):
            c.add(field)


class Tibia(Stated):
    """A game's client and servers."""

    name, label, column = "tibia", "Tibia Protocol", "Tibia"
    binds = {"tcp.port": (7171, 7172)}
    messages = Messages(header=2, length=lambda p: p.u8(0) + (p.u8(1) << 8) + 2)


class ETI(Stated):
    """Orders on Eurex; numbers are little-endian."""

    name, label, column = "eti", "Enhanced Trading Interface 10.0", "ETI"
    binds = {"tcp.port": (19006, 19043, 19506, 19543)}
    messages = Messages(header=4, length=lambda p: at_least(4, p.uint(0, 4, little=True)))

    size_of = u32(None, "eti.bodylen", "BodyLen", little=True)
    template = u16(None, "eti.templateid", "TemplateID", little=True)
    head = (size_of, template)


class XTI(Stated):
    """Orders on Xetra; numbers are little-endian."""

    name, label, column = "xti", "Enhanced Cash Trading Interface 10.0", "XTI"
    binds = {"tcp.port": (19042,)}
    messages = Messages(header=4, length=lambda p: at_least(4, p.uint(0, 4, little=True)))

    size_of = u32(None, "xti.bodylen", "BodyLen", little=True)
    template = u16(None, "xti.templateid", "TemplateID", little=True)
    head = (size_of, template)


SCOP_TYPES = {
    0: "Hello", 1: "Hello Response", 2: "Hello Acknowledgment", 4: "Goodbye", 5: "Goodbye Response", 6: "Keep Alive Ping",
    7: "Keep Alive Pong",
}  # fmt: skip


class SCoP(Stated):
    """Gateways of ZigBee networks."""

    name, label, column = "scop", "ZigBee SCoP", "SCoP"
    binds = {"tcp.port": (17755, 17756)}
    messages = Messages(header=4, length=lambda p: at_least(4, p.u16(2)))

    transport, version = u8(None, "scop.transport", "Transport Type"), u8(None, "scop.version", "Version")
    size_of, service = u16(None, "scop.length", "Length"), u8(None, "scop.service", "Service Identifier")
    type = u8(None, "scop.type", "Packet Type", names=SCOP_TYPES)
    head = (transport, version, size_of)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info("")
        if c.peek(1, -4) in (129, 130):  # sealed
            return
        if c.add(cls.service) == 0:
            c.info(SCOP_TYPES.get(c.add(cls.type), "Reserved Type"))


SYNC = 0x90EB
S5066_TYPES = {
    1: "S_BIND_REQUEST", 2: "S_UNBIND_REQUEST", 3: "S_BIND_ACCEPTED", 4: "S_BIND_REJECTED", 5: "S_UNBIND_INDICATION",
    14: "S_SUBNET_AVAILABILITY", 15: "S_DATAFLOW_ON", 16: "S_DATAFLOW_OFF", 17: "S_KEEP_ALIVE", 20: "S_UNIDATA_REQUEST",
    21: "S_UNIDATA_INDICATION", 22: "S_UNIDATA_REQUEST_CONFIRM", 23: "S_UNIDATA_REQUEST_REJECTED",
}  # fmt: skip


class S5066(Stated):
    """Users of a modem for short waves (STANAG 5066)."""

    name, label, column = "s5066sis", "STANAG 5066 (SIS layer)", "S5066"
    binds = {"tcp.port": (5066,)}
    accepts = lambda p: (p.length >= 5) & (p.u16(0) == SYNC) & (p.u8(2) == 0)
    messages = Messages(header=5, length=lambda p: where((p.u16(0) == SYNC) & (p.u8(2) == 0), p.u16(3) + 5, AS_IT_IS))

    sync, version = u16(None, "s5066sis.sync", "Sync preamble", HEX), u8(None, "s5066sis.version", "S5066 version", HEX)
    size_of, type = u16(None, "s5066sis.size", "S_Primitive size"), u8(None, "s5066sis.type", "PDU Type")
    head = (sync, version, size_of)

    @classmethod
    def body(cls, c: Cursor) -> None:
        kind = c.add(cls.type)
        c.info(f"PDU type {S5066_TYPES.get(kind, 'Unknown')}")
