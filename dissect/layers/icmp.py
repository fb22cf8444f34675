"""ICMP (RFC 792; path MTU: RFC 1191; extensions: RFC 4884; router discovery: RFC 1256).

     0                   1                   2                   3
    +---------------+---------------+-------------------------------+
    |     type      |     code      |           checksum            |
    +---------------+---------------+-------------------------------+
    |                 by type: identifier, MTU, gateway …           |
    +---------------------------------------------------------------+

Error messages quote the packet that caused them; the quote is dissected but does not fill the packet list.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    DOUBLE,
    HEX,
    INT32,
    UINT8,
    Field,
    abs_time,
    bits,
    flag,
    group,
    ipv4,
    ipv6,
    rel_time,
    string,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import Carried, Layer
from dissect.engine.record import NO_TIME
from dissect.layers.checksums import BAD, STATUS, UNVERIFIED, message_status
from dissect.layers.streams import answering, exchange, in_stream, linked, request_in

TYPES = {
    0: "Echo (ping) reply", 3: "Destination unreachable", 4: "Source quench", 5: "Redirect", 6: "Alternate host address",
    8: "Echo (ping) request", 9: "Router advertisement", 10: "Router solicitation", 11: "Time-to-live exceeded",
    12: "Parameter problem", 13: "Timestamp request", 14: "Timestamp reply", 15: "Information request",
    16: "Information reply", 17: "Address mask request", 18: "Address mask reply", 30: "Traceroute", 40: "Photuris",
    42: "Extended Echo request", 43: "Extended Echo reply",
}  # fmt: skip
UNREACHABLE = {
    0: "Network unreachable", 1: "Host unreachable", 2: "Protocol unreachable", 3: "Port unreachable",
    4: "Fragmentation needed", 5: "Source route failed", 6: "Destination network unknown", 7: "Destination host unknown",
    8: "Source host isolated", 9: "Network administratively prohibited", 10: "Host administratively prohibited",
    11: "Network unreachable for TOS", 12: "Host unreachable for TOS", 13: "Communication administratively filtered",
    14: "Host precedence violation", 15: "Precedence cutoff in effect",
}  # fmt: skip
CODES = {
    3: UNREACHABLE,
    5: {
        0: "Redirect for network",
        1: "Redirect for host",
        2: "Redirect for TOS and network",
        3: "Redirect for TOS and host",
    },
    11: {0: "Time to live exceeded in transit", 1: "Fragment reassembly time exceeded"},
    12: {0: "Pointer indicates the error", 1: "Required option missing", 2: "Bad length"},
}
ECHO, ERRORS = (0, 8), (3, 4, 5, 11, 12)


ECHO_WORDS = struct.Struct(">HH")


ROLES = {
    0: "IP interface upon which datagram arrived", 1: "Sub-IP component of an IP interface",
    2: "IP interface through which datagram would have been forwarded", 3: "IP next hop to which datagram would be sent",
}  # fmt: skip
MPLS_STACK, INTERFACE, IDENTIFICATION = 1, 2, 3  # classes of extension objects
QUOTED = 128  # octets of a quote that extensions follow without its length being told (RFC 4884, section 5.5)
EXTENDED = (42, 43)
VERSIONS = (1, 2)  # of extensions: those before RFC 4884, and its own
TIMEVAL, DAY = 8, 86_400_000_000_000  # octets; ns


def echo_text(ident: int, seq: int, ttl: int) -> str:
    """What the packet list says of an echo; hosts disagree on the sequence number's byte order."""
    return f"  id=0x{ident:04x}, seq={seq}/{(seq >> 8) | (seq & 0xFF) << 8}, ttl={ttl}"


def sent_at(c: Cursor) -> int | None:
    """When an echo was sent, in ns, where its data begin with a plausible `struct timeval`.

    Ping has always put one there, in its host's byte order: of the two readings the nearer to the packet's own time,
    if it is within a day.
    """
    if c.remaining < TIMEVAL or c.run.time == NO_TIME:
        return None
    best, nearest = None, DAY
    for little in (False, True):
        seconds, micros = c.peek(4, 0, little), c.peek(4, 4, little)
        moment = seconds * 1_000_000_000 + micros * 1000
        away = abs(c.run.time - moment)
        if micros < 1_000_000 and away < nearest:
            best, nearest = moment, away
    return best


def echo_lines(
    h: Any, messages: list[bytes], echo: tuple[int, ...], bound: tuple[str, str],
    describe: Callable[[int, int], str], tell: Callable[[int, int, int], str],
) -> Iterator[tuple[str, str] | None]:  # fmt: skip
    """`Layer.brief` of echoes.  `bound`: the layer around them, and its field that bounds the way; `describe`: a
    message's type and code; `tell`: its identifier, its sequence number and the bound."""
    around, name = h.outer(bound[0]), bound[1]
    bounds = [0] * len(messages) if around is None else getattr(around, name).tolist()
    asked = np.broadcast_to(exchange(h).asked, (len(messages),)).tolist()
    for data, far, packet in zip(messages, bounds, asked, strict=True):
        if len(data) >= 8 and data[0] in echo:
            ident, seq = ECHO_WORDS.unpack_from(data, 4)
            yield h.layer.column, describe(data[0], data[1]) + tell(ident, seq, far) + request_in(packet)
        else:
            yield None


def echoed(h: Any, echo: tuple[int, ...], stamped: bool = False) -> Carried:
    """What lies in echoes: data, if anything.  Of other messages `decode` says."""
    at = np.asarray(h.start + 8) + (timed(h) * TIMEVAL if stamped else 0)
    which = np.where(at < h.end, 1, 0)
    which[~np.isin(h.type, echo) | (at > h.end) | (h.end < h.limit)] = -1
    return Carried(which, [(), ("data",)], at)


def timed(h: Any) -> NDArray[np.bool_]:
    """In which echoes `sent_at` finds a time."""
    start, found = np.asarray(h.start + 8), np.zeros(len(h.start), bool)
    rows = np.flatnonzero((h.end - start >= TIMEVAL) & (h.times != NO_TIME))
    for little in (False, True):
        seconds, micros = (h.octets.uint(start[rows] + at, 4, little).astype(np.int64) for at in (0, 4))
        away = np.abs(h.times[rows] - (seconds * 1_000_000_000 + micros * 1000))
        found[rows] |= (micros < 1_000_000) & (away < DAY)
    return found


class ICMP(Layer):
    """An ICMP message."""

    name, label, column = "icmp", "Internet Control Message Protocol", "ICMP"
    linked_info = True
    binds = {"ip.proto": (1,)}
    reaches = ("ip", "data")
    encloses = lambda h: (h.type == 3) | (h.type == 4) | (h.type == 5) | (h.type == 11) | (h.type == 12)
    inmost = lambda h: echoed(h, ECHO, stamped=True)
    quotes = True

    type = u8(0, "icmp.type", "Type", names=TYPES)
    code = u8(1, "icmp.code", "Code")
    checksum = u16(2, "icmp.checksum", "Checksum", HEX)
    resp_in = linked("icmp.resp_in", "Response frame", "answered", ahead=True)
    resp_to = linked("icmp.resp_to", "Request frame", "asked")
    resp_time = Field(
        "icmp.resptime", "Response time", DOUBLE, unit="ms", value=lambda h: exchange(h).since / 1e6, linked=True,
        when=lambda h: in_stream(h) & (exchange(h).since >= 0),
    )  # fmt: skip
    checksum_status = Field("icmp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    ident = u16(None, "icmp.ident", "Identifier (BE)", DEC_HEX)
    ident_le = u16(None, "icmp.ident_le", "Identifier (LE)", DEC_HEX, little=True)
    seq = u16(None, "icmp.seq", "Sequence Number (BE)", DEC_HEX)
    seq_le = u16(None, "icmp.seq_le", "Sequence Number (LE)", DEC_HEX, little=True)
    sent = abs_time(None, "icmp.data_time", "Timestamp from icmp data")
    sent_ago = rel_time(None, "icmp.data_time_relative", "Timestamp from icmp data (relative)")
    echo_seq = u8(None, "icmp.ext.echo.seq", "Sequence Number")
    request_word = u8(None, "", "Extended request")
    request_reserved = u8(None, "icmp.ext.echo.req.res", "Reserved", HEX, mask=0xFE, within=request_word)
    request_local = flag(None, "icmp.ext.echo.req.local", "Local bit", 0x01, within=request_word)
    reply_word = u8(None, "", "Extended reply")
    reply_state = u8(None, "icmp.ext.echo.rsp.state", "State", mask=0xE0, within=reply_word)
    reply_reserved = u8(None, "icmp.ext.echo.rsp.res", "Reserved", HEX, mask=0x18, within=reply_word)
    reply_bits = bits(
        reply_word, "icmp.ext.echo.rsp",
        ("active", "Active bit", 0x04), ("ipv4", "IPv4 bit", 0x02), ("ipv6", "IPv6 bit", 0x01),
    )  # fmt: skip
    unused = Field("icmp.unused", "Unused", BYTES)
    original_length = u8(None, "icmp.length", "Length")
    original_bytes = u8(None, "icmp.length.original_datagram", "Length of original datagram", unit="bytes")
    mtu = u16(None, "icmp.mtu", "MTU of next hop", unit="bytes")
    gateway = ipv4(None, "icmp.redir_gw", "Gateway Address")
    pointer = u32(None, "icmp.pointer", "Pointer")
    count = u8(None, "icmp.num_addrs", "Number of addresses")
    entry_size = u8(None, "icmp.addr_entry_size", "Address entry size")
    lifetime = u16(None, "icmp.lifetime", "Lifetime", unit="seconds")
    router = ipv4(None, "icmp.router_address", "Router address")
    preference = Field("icmp.pref_level", "Preference level", INT32)
    originate = u32(None, "icmp.originate_timestamp", "Originate Timestamp")
    receive = u32(None, "icmp.receive_timestamp", "Receive Timestamp")
    transmit = u32(None, "icmp.transmit_timestamp", "Transmit Timestamp")
    mask = ipv4(None, "icmp.address_mask", "Address Mask")
    ext = group("icmp.ext", "ICMP Extensions")
    ext_version = u8(None, "icmp.ext.version", "Version")
    ext_reserved = u16(None, "icmp.ext.res", "Reserved", HEX)
    ext_checksum = u16(None, "icmp.ext.checksum", "Checksum", HEX)
    ext_length = u16(None, "icmp.ext.length", "Length")
    ext_checksum_status = Field("icmp.ext.checksum.status", "Checksum Status", UINT8, names=STATUS)
    ext_class = u8(None, "icmp.ext.class", "Class")
    ext_type = u8(None, "icmp.ext.ctype", "C-Type")
    info_type = u8(None, "icmp.ext.ctype", "C-Type")
    info_role = u8(None, "icmp.int_info.role", "Interface Role", mask=0xC0, names=ROLES, within=info_type)
    info_reserved = u8(None, "icmp.int_info.reserved", "Reserved", mask=0x30, within=info_type)
    info_bits = bits(
        info_type, "icmp.int_info",
        ("ifindex", "ifIndex", 0x08), ("ipaddr", "IP Address", 0x04), ("name_present", "Interface Name", 0x02),
        ("mtu_present", "MTU", 0x01),
    )  # fmt: skip
    info_index = u32(None, "icmp.int_info.index", "Interface Index")
    info_family = u16(None, "icmp.int_info.afi", "Address Family Identifier")
    info_address = ipv4(None, "icmp.int_info.ipv4", "Source")
    info_address_6 = ipv6(None, "icmp.int_info.ipv6", "Source")
    info_name_length = u8(None, "icmp.int_info.name_length", "Name Length")
    info_name = string(None, "icmp.int_info.name", "Name")
    info_mtu = u32(None, "icmp.int_info.mtu", "Maximum Transmission Unit", unit="bytes")
    ident_name = string(None, "icmp.int_ident.name", "Name")
    ident_index = u32(None, "icmp.int_ident.index", "Interface Index")
    ident_family = u16(None, "icmp.int_ident.afi", "Address Family Identifier")
    ident_size = u8(None, "icmp.int_ident.addr_length", "Address Length")
    ident_reserved = Field("icmp.int_ident.reserved", "Reserved", BYTES)
    ident_address = ipv4(None, "icmp.int_ident.ipv4", "Address")
    ident_address_6 = ipv6(None, "icmp.int_ident.ipv6", "Address")
    ext_data = Field("icmp.ext.data", "Data", BYTES)
    mpls_label = u24(None, "icmp.mpls.label", "Label")
    mpls_exp = u24(None, "icmp.mpls.exp", "Experimental")
    mpls_s = flag(None, "icmp.mpls.s", "Stack bit")
    mpls_ttl = u8(None, "icmp.mpls.ttl", "Time to live")

    @classmethod
    def brief(cls, h: Any, messages: list[bytes]) -> Iterator[tuple[str, str] | None]:
        """See `Layer.brief`: echo requests and replies."""
        return echo_lines(h, messages, ECHO, ("ip", "ttl"), cls.describe, echo_text)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, code = c.h.type, c.h.code
        quoted = c.h.outer("icmp") is not None
        status = UNVERIFIED if quoted else message_status(c, c.h.start, c.limit - c.h.start)
        c.derived(cls.checksum_status, status)
        c.info(cls.describe(kind, code))
        if kind in (*ECHO, 13, 14, 15, 16, 17, 18):
            cls._identified(c, kind)
        elif kind in EXTENDED:
            cls._extended(c, kind)
        elif kind in ERRORS:
            cls._error(c, kind, code)
        elif kind == 9:
            count = c.add(cls.count)
            c.add(cls.entry_size)
            c.add(cls.lifetime)
            for _ in range(count):
                c.add(cls.router)
                c.add(cls.preference)

    @classmethod
    def describe(cls, kind: int, code: int) -> str:
        """`Destination unreachable (Port unreachable)`."""
        name = CODES.get(kind, {}).get(code)
        return TYPES.get(kind, "Unknown ICMP type") + (f" ({name})" if name else "")

    @classmethod
    def _identified(cls, c: Cursor, kind: int) -> None:
        """Messages with an identifier and a sequence number, in both byte orders as hosts disagree."""
        ident = c.peek(2)
        c.add(cls.ident)
        c.derived(cls.ident_le, (ident >> 8) | (ident & 0xFF) << 8)
        seq = c.peek(2)
        c.add(cls.seq)
        c.derived(cls.seq_le, (seq >> 8) | (seq & 0xFF) << 8)
        if kind in ECHO:
            ttl = getattr(c.h.outer("ip"), "ttl", 0)
            c.append_info(echo_text(ident, seq, ttl) + answering(c.h))
            moment = sent_at(c)
            if moment is not None:
                c.add(cls.sent, TIMEVAL, moment)
                c.derived(cls.sent_ago, c.run.time - moment)
            if c.remaining:
                c.child("data")
        elif kind in (13, 14):
            for field in (cls.originate, cls.receive, cls.transmit):
                c.add(field)
        elif kind in (17, 18):
            c.add(cls.mask)

    @classmethod
    def _extended(cls, c: Cursor, kind: int) -> None:
        """Extended echoes (RFC 8335): a request names an interface in an extension."""
        ident = c.add(cls.ident)
        c.derived(cls.ident_le, (ident >> 8) | (ident & 0xFF) << 8)
        c.add(cls.echo_seq)
        c.add(cls.request_word if kind == EXTENDED[0] else cls.reply_word)
        if kind == EXTENDED[0] and c.remaining:
            cls.extensions(c)

    @classmethod
    def _error(cls, c: Cursor, kind: int, code: int) -> None:
        """Errors: four bytes by type, the quoted packet, perhaps extensions (RFC 4884)."""
        words = 0
        if kind == 5:
            c.add(cls.gateway)
        elif kind == 12:
            c.add(cls.pointer, 1)
            words = cls._original_length(c)
            c.add(cls.unused, 2)
        elif kind in (3, 11):
            words = c.peek(1, 1)
            rest = 2 if kind == 3 and code == 4 else 4  # an MTU ends the word, or nothing
            if words:
                c.add(cls.unused, 1)
                cls._original_length(c)
                rest -= 2
            if rest:
                c.add(cls.unused, rest)
            if kind == 3 and code == 4:
                c.add(cls.mtu)
        else:
            c.add(cls.unused, 4)
        quoted = 4 * words if words else QUOTED
        extended = c.remaining > quoted and (words or (kind in (3, 11, 12) and cls._extended_untold(c)))
        c.child("ip", quoted if extended else None)
        if extended:
            cls.extensions(c)

    @classmethod
    def _extended_untold(cls, c: Cursor) -> bool:
        """Whether extensions follow a quote whose length is not told: most routers just quote more of the packet."""
        start = c.pos + QUOTED
        if c.remaining < QUOTED + 8 or c.peek(1, QUOTED) >> 4 != 2:
            return False
        if c.peek(2, 2) <= QUOTED:  # the packet quoted is no longer: what lies behind it is no more of it
            return True
        fits = 4 <= c.peek(2, QUOTED + 4) <= c.limit - start - 4
        return fits and (c.peek(2, QUOTED + 2) == 0 or message_status(c, start, c.limit - start) != BAD)

    @classmethod
    def _original_length(cls, c: Cursor) -> int:
        words = int(c.add(cls.original_length))
        if words:
            c.derived(cls.original_bytes, 4 * words)
        return words

    @classmethod
    def extensions(cls, c: Cursor) -> None:
        """The extensions of RFC 4884, of a message of either version."""
        size = c.limit - c.pos
        with c.group(cls.ext) as ext:
            start = ext.pos
            version = ext.add(cls.ext_version, 1, ext.peek(1) >> 4)
            ext.pos -= 1
            ext.add(cls.ext_reserved, 2, ext.peek(2) & 0x0FFF)
            if version not in VERSIONS:
                return
            ext.add(cls.ext_checksum)
            ext.derived(cls.ext_checksum_status, message_status(ext, start, size))
            while ext.remaining >= 4:
                length, kind = ext.peek(2), ext.peek(1, 2)
                ext.add(cls.ext_length)
                ext.add(cls.ext_class)
                ctype = ext.add(cls.info_type if kind == INTERFACE else cls.ext_type)
                end = ext.pos + length - 4
                if length < 4:
                    break
                while (kind, ctype) == (MPLS_STACK, 1) and ext.pos + 4 <= end:
                    word = ext.peek(3)
                    ext.add(cls.mpls_label, 3, word >> 4)
                    ext.derived(cls.mpls_exp, word >> 1 & 7)
                    ext.derived(cls.mpls_s, bool(word & 1))
                    ext.add(cls.mpls_ttl)
                if kind == INTERFACE:
                    cls._interface(ext, ctype)
                elif kind == IDENTIFICATION:
                    cls._identification(ext, ctype, end)
                if end > ext.end:
                    ext.note(
                        "error",
                        "Malformed",
                        "An extension object is longer than the message",
                        "icmp.ext.length.invalid",
                    )
                if min(end, ext.end) > ext.pos:
                    ext.add(cls.ext_data, min(end, ext.end) - ext.pos)

    @classmethod
    def _identification(cls, c: Cursor, by: int, end: int) -> None:
        """By what RFC 8335 names an interface: by its name, its index, or an address of it."""
        if by == 1:
            c.add(cls.ident_name, end - c.pos)
        elif by == 2:
            c.add(cls.ident_index)
        elif by == 3:
            family, size = c.add(cls.ident_family), c.add(cls.ident_size)
            c.add(cls.ident_reserved, 1)
            known = {1: cls.ident_address, 2: cls.ident_address_6}.get(family)
            if known is not None and size == known.type.size:
                c.add(known)

    @classmethod
    def _interface(cls, c: Cursor, said: int) -> None:
        """What RFC 5837 tells of an interface: index, address, name and MTU, as far as `said` has their bits."""
        if said & 8:
            c.add(cls.info_index)
        if said & 4:
            family = c.add(cls.info_family)
            c.skip(2)
            if family in (1, 2):
                c.add(cls.info_address if family == 1 else cls.info_address_6)
        if said & 2:
            length = c.add(cls.info_name_length)
            c.add(cls.info_name, max(length - 1, 0))
        if said & 1:
            c.add(cls.info_mtu)
