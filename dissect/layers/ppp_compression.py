"""Headers that PPP compresses: TCP's after Van Jacobson (RFC 1144), UDP's and RTP's (RFC 2508, as RFC 2509 numbers it).

Van Jacobson's compressed packets say what has changed of the header before them:

     0 1 2 3 4 5 6 7
    +-+-+-+-+-+-+-+-+------------+--------------+----------------------------------------------+------
    |0|C|I|P|S|A|W|U| connection | TCP checksum | urgent pointer, changes of window, ack, seq, | data
    +-+-+-+-+-+-+-+-+   (if C)   |     (2)      | IP ID: one octet each, or 0 and two octets   |
                    +------------+--------------+----------------------------------------------+
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, BYTES, HEX, HEX_DEC, INT16, Field, bits, flag, u8, u16, where
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers.checksums import ones_complement
from dissect.layers.ppp import NO_WAY
from dissect.layers.streams import heard_of

UNCOMPRESSED = 0x2F
TCP, TCP_HEADER, PROTOCOL = 6, 20, 9
CONNECTION, IDENTIFIED, PUSH, SPECIAL, ECHOED = 0x40, 0x20, 0x10, 0x0F, 0x0B  # of the change mask
SEQUENCE, ACKNOWLEDGED, WINDOW, URGENT = 0x08, 0x04, 0x02, 0x01
MASK = 0xFFFF


class Header(NamedTuple):
    """A connection's last header, IP's and TCP's, and how much data was behind it."""

    octets: bytes
    data: int


class Heading(NamedTuple):
    """What stands before a compressed packet's data: changes, places of which are counted from the mask."""

    mask: int
    connection: int
    checksum: bytes
    urgent: int
    window: int
    acknowledged: int
    sequence: int
    identification: int
    size: int


def original(octets: bytes) -> bytes:
    """An uncompressed packet as it was: its protocol, where the connection's number stands, is TCP."""
    return octets[:PROTOCOL] + bytes((TCP,)) + octets[PROTOCOL + 1 :]


def is_original(octets: bytes) -> bool:
    """Whether octets are an uncompressed packet: an IPv4 header of its size and with its checksum."""
    if len(octets) < 2 * TCP_HEADER or octets[0] >> 4 != 4 or int.from_bytes(octets[2:4], "big") > len(octets):
        return False
    return ones_complement(original(octets)[: (octets[0] & 15) * 4]) == MASK


def heading_of(octets: bytes) -> Heading | None:
    """What a compressed packet says; None for one that is cut."""
    try:
        return _heading(octets)
    except IndexError:
        return None


def _heading(octets: bytes) -> Heading:
    mask, at = octets[0], 1

    def delta(bit: int, otherwise: int = 0) -> int:
        nonlocal at
        if not mask_of_rest & bit:
            return otherwise
        long = octets[at] == 0
        value = octets[at + 1] << 8 | octets[at + 2] if long else octets[at]
        at += 3 if long else 1
        return value

    connection = octets[at] if mask & CONNECTION else -1
    at += mask & CONNECTION != 0
    checksum = bytes((octets[at], octets[at + 1]))
    at += 2
    special = mask & SPECIAL in (SPECIAL, ECHOED)
    mask_of_rest = mask & ~SPECIAL if special else mask
    urgent = octets[at] << 8 | octets[at + 1] if mask_of_rest & URGENT else 0
    at += 2 * (mask_of_rest & URGENT)
    window = delta(WINDOW)
    acknowledged, sequence, identification = delta(ACKNOWLEDGED), delta(SEQUENCE), delta(IDENTIFIED, 1)
    return Heading(mask, connection, checksum, urgent, window, acknowledged, sequence, identification, at)


def rebuilt(last: Header, said: Heading, data: int) -> Header:
    """The header that a compressed packet stands for (RFC 1144, 3.2.3)."""
    made, ip = bytearray(last.octets), (last.octets[0] & 15) * 4
    by_data = last.data if said.mask & SPECIAL in (SPECIAL, ECHOED) else 0

    def add(at: int, size: int, delta: int) -> None:
        value = int.from_bytes(made[at : at + size], "big") + delta
        made[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "big")

    made[2:4] = (len(made) + data & MASK).to_bytes(2, "big")
    add(4, 2, said.identification)
    made[10:12] = bytes(2)
    made[10:12] = (~ones_complement(bytes(made[:ip])) & MASK).to_bytes(2, "big")
    add(ip + 4, 4, said.sequence or by_data)
    add(ip + 8, 4, said.acknowledged or by_data * (said.mask & SPECIAL == ECHOED))
    add(ip + 14, 2, said.window)
    made[ip + 13] = made[ip + 13] & ~0x28 | (0x08 if said.mask & PUSH else 0) | (0x20 if said.urgent else 0)
    made[ip + 16 : ip + 18] = said.checksum
    made[ip + 18 : ip + 20] = said.urgent.to_bytes(2, "big")
    return Header(bytes(made), data)


def of_link(h: Any, attr: str) -> Any:
    """What PPP's header says; nothing where a packet stands alone."""
    ppp = h.outer("ppp")
    return NO_WAY + 0 * h.start if ppp is None else getattr(ppp, attr)


class VanJacobson(Layer):
    """A packet with the number of its connection, or what has changed since the last; the direction tells the connections apart.

    Where the link does not tell it (as in Wireshark), nothing is put together.
    """

    name, label, column = "vjc", "Van Jacobson PPP compression", "VJC"
    binds = {"ppp": (0x002D, UNCOMPRESSED)}
    reaches = ("ip",)
    talks = ("way",)

    whole = u8(None, "", "", value=lambda h: (of_link(h, "number") == UNCOMPRESSED) * 1)
    way = u8(None, "", "", value=lambda h: where(of_link(h, "way") == NO_WAY, NO_WAY, (of_link(h, "way") > 0) * 1))
    compressed = Field("vjc.compressed", "Is compressed", BOOLEAN)
    connection = u8(None, "vjc.connection_number", "Connection number")
    mask = u8(None, "vjc.change_mask", "Change mask", HEX)
    mask_bits = bits(
        mask, "vjc.change_mask", ("reserved", "Reserved", 0x80), ("connection_number", "Connection number flag", CONNECTION),
        ("ip_id", "IP ID flag", IDENTIFIED), ("psh", "TCP PSH flag", PUSH), ("seq", "TCP Sequence flag", SEQUENCE),
        ("ack", "TCP Acknowledgement flag", ACKNOWLEDGED), ("win", "TCP Window flag", WINDOW), ("urg", "TCP Urgent flag", URGENT),
    )  # fmt: skip
    checksum, urgent = u16(None, "vjc.checksum", "TCP Checksum", HEX), u16(None, "vjc.urgent_pointer", "Urgent pointer")
    window = Field("vjc.delta_window", "Delta window", INT16)
    acknowledged, sequence = u16(None, "vjc.delta_ack", "Delta ack"), u16(None, "vjc.delta_seq", "Delta seq")
    identification = u16(None, "vjc.delta_ipid", "Delta IP ID")
    tcp_data = Field("vjc.tcp_data", "TCP data", BYTES)

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> tuple[int, Header | None, int] | None:
        """Of a compressed packet: its connection, its header, and how much data the one before had."""
        if is_original(heard.octets):
            size = (heard.octets[0] & 15) * 4 + TCP_HEADER
            number = talk["last"] = heard.octets[PROTOCOL]
            talk[number] = Header(original(heard.octets)[:size], len(heard.octets) - size + TCP_HEADER)
            return None
        said = heading_of(heard.octets)
        if said is None:
            return None
        number = talk["last"] = talk.get("last", -1) if said.connection < 0 else said.connection
        last: Header | None = talk.get(number)
        if last is None:
            return number, None, 0
        talk[number] = rebuilt(last, said, len(heard.octets) - said.size)
        return number, talk[number], last.data

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if not c.h.whole and heading_of(c.peek_bytes(c.remaining)) is None:
            c.note("error", "Protocol", "Packet truncated, compression header incomplete", "vjc.bad_data")
            c.skip(c.remaining)
            return
        c.derived(cls.compressed, c.h.whole == 0)
        if c.h.whole:
            octets = c.peek_bytes(c.remaining)
            c.skip(PROTOCOL)
            c.add(cls.connection)
            c.skip(c.remaining)
            c.inside("ip", original(octets), "Original TCP/IP data")
        else:
            cls._changes(c)

    @classmethod
    def _changes(cls, c: Cursor) -> None:
        number, header, data = heard_of(c.h) or (-1, None, 0)
        mask = c.add(cls.mask)
        if mask & CONNECTION:
            c.add(cls.connection)
        elif number >= 0:
            c.derived(cls.connection, number)
        c.add(cls.checksum)
        header = header if c.h.way != NO_WAY else None
        if mask & SPECIAL in (SPECIAL, ECHOED):
            data = data if header else 0
            c.derived(cls.acknowledged, data if mask & SPECIAL == ECHOED else 0)
            c.derived(cls.sequence, data)
        else:
            if mask & URGENT:
                c.add(cls.urgent)
            for bit, field in ((WINDOW, cls.window), (ACKNOWLEDGED, cls.acknowledged), (SEQUENCE, cls.sequence)):
                if mask & bit:
                    cls._delta(c, field)
        if mask & IDENTIFIED:
            cls._delta(c, cls.identification)
        else:
            c.derived(cls.identification, 1)
        rest = c.peek_bytes(c.remaining)
        if header is None:
            c.skip(c.remaining)
            return
        c.rest(cls.tcp_data)
        c.inside("ip", header.octets + rest, "Decompressed TCP/IP data")

    @staticmethod
    def _delta(c: Cursor, field: Field) -> None:
        """An octet, or a zero and two.  The octet has no sign (RFC 1144, A.2), though Wireshark gives the window's one."""
        if c.peek(1):
            c.add(field, 1, value=c.peek(1))
        else:
            c.skip(1)
            c.add(field)


# -- UDP's and RTP's headers

LONG_CONTEXT, NUMBERED, UDP = 0x80, 0x40, 17


class _CRTP(Layer):
    """What the kinds of packets share; of each the context's number, and octets that a reader would have to put together."""

    flags = u8(None, "crtp.fh_flags", "Flags", HEX, mask=0xC0)
    long_context = flag(None, "crtp.fh_flags.cidlen", "CID Length", LONG_CONTEXT, size=1)
    numbered = flag(None, "crtp.fh_flags.data", "Sequence (Data)", NUMBERED, size=1)
    generation = u8(None, "crtp.gen", "Generation", mask=0x3F)
    context, short_context = u16(None, "crtp.cid", "Context Id"), u16(None, "crtp.cid", "Context Id", size=1)
    number = u8(None, "crtp.seq", "Sequence (Data)", mask=0x0F)
    identification = u16(None, "crtp.ip-id", "IP-ID", HEX_DEC)
    states, count = u8(None, "crtp.cs_flags", "Flags"), u8(None, "crtp.cnt", "Count")
    invalid = flag(None, "crtp.invalid", "Invalid", 0x80, size=1)
    content = Field("crtp.data", "Data", BYTES)

    @classmethod
    def at(cls, c: Cursor, place: int, *fields: Field) -> Any:
        """Fields of one place."""
        value = None
        for field in fields:
            c.pos = c.h.start + place
            value = c.add(field)
        return value


class FullHeader(_CRTP):
    """IP and UDP as they are, but for their lengths, in which context and number stand."""

    name, label, column = "crtp", "CRTP", "CRTP"
    binds = {"ppp": (0x0061,)}
    reaches = ("ip",)

    @staticmethod
    def info() -> str:
        return "Full Header"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        octets = bytearray(c.peek_bytes(c.remaining))
        cls.at(c, 2, cls.flags, cls.long_context, cls.numbered, cls.generation)
        head, flags = (octets[0] & 15) * 4, octets[2]
        known = octets[0] >> 4 == 4 and octets[9] == UDP
        if octets[0] >> 4 != 4:
            c.note("warn", "Protocol", f"IP version is {octets[0] >> 4}: the only supported version is 4", "crtp.ip_version_unsupported")
        elif not known:
            c.note("warn", "Protocol", f"Next protocol is {octets[9]}: the only supported protocol is UDP", "crtp.next_protocol_unsupported")
        else:
            number = 3 if flags & LONG_CONTEXT else head + 5
            if not flags & LONG_CONTEXT:
                cls.at(c, 3, cls.short_context)
            c.pos = c.h.start + number
            if flags & NUMBERED or c.peek(1):
                cls.at(c, number, cls.number)
            if flags & LONG_CONTEXT:
                cls.at(c, head + 4, cls.context)
        c.pos = c.h.start
        c.skip(c.remaining)
        if known:
            octets[2:4] = len(octets).to_bytes(2, "big")
            octets[head + 4 : head + 6] = (len(octets) - head).to_bytes(2, "big")
            c.inside("ip", bytes(octets), "Decompressed Data")


class CompressedUDP(_CRTP):
    """A context of one octet, a number, and what has changed."""

    name, label, column = "crtp", "CRTP", "CRTP"
    binds = {"ppp": (0x0067,)}

    @staticmethod
    def info() -> str:
        return "Compressed UDP 8"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for field in (cls.short_context, cls.number):
            c.add(field)
        c.rest(cls.content)


class CompressedUDP16(_CRTP):
    """A context of two octets."""

    name, label, column = "crtp", "CRTP", "CRTP"
    binds = {"ppp": (0x2067,)}

    @staticmethod
    def info() -> str:
        return "Compressed UDP 16"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for field in (cls.context, cls.number):
            c.add(field)
        c.rest(cls.content)


class ContextState(_CRTP):
    """A receiver tells what it lost."""

    name, label, column = "crtp", "CRTP", "CRTP"
    binds = {"ppp": (0x2065,)}

    @staticmethod
    def info() -> str:
        return "Context State"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        short, count = c.add(cls.states) == 1, c.add(cls.count)
        size = (3 if short else 4) * count
        while c.pos - c.h.start < size:
            c.add(cls.short_context if short else cls.context)
            cls.at(c, c.pos - c.h.start, cls.invalid, cls.number)
            c.add(cls.generation)
        c.skip(c.remaining)


class CompressedNonTCP(_CRTP):
    """IP's packets of other protocols."""

    name, label, column = "crtp", "CRTP", "CRTP"
    binds = {"ppp": (0x0065,)}

    @staticmethod
    def info() -> str:
        return "Compressed Non TCP"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = c.peek(1)
        flags = c.peek(1, 1)
        if flags & LONG_CONTEXT:
            c.add(cls.context, 3, first << 8 | c.peek(1, 2))
            at = 3
        else:
            c.add(cls.short_context)
            at = 2
        cls.at(c, 1, cls.flags, cls.long_context, cls.numbered, cls.generation)
        c.pos = c.h.start + at
        if flags & NUMBERED:
            c.add(cls.number)
        c.add(cls.identification)
        c.rest(cls.content)
