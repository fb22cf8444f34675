"""TCP (RFC 9293).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |          source port          |       destination port        |
    +-------------------------------+-------------------------------+
    |                        sequence number                        |
    +---------------------------------------------------------------+
    |                    acknowledgment number                      |
    +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
    | offset| rsv |A|C|E|U|A|P|R|S|F|            window             |
    +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
    |            checksum           |         urgent pointer        |
    +-------------------------------+-------------------------------+
    |                    options, padded to 32 bits                 |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cells import beside, constant, in_rows, integers, of_texts
from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    HEX,
    INT64,
    REST,
    STRING,
    UINT16,
    Field,
    alias,
    flag,
    i32,
    maximum,
    minimum,
    raw,
    string,
    u8,
    u16,
    u32,
    where,
)
from dissect.engine.layer import By, Heuristics, Layer, Note, Segments
from dissect.engine.reassembly import tree as reassembly_tree
from dissect.engine.window import grouped
from dissect.layers import tcp_analysis, tcp_options
from dissect.layers.believed import OVER_TCP
from dissect.layers.checksums import BAD, status_field, transport_status
from dissect.layers.streams import CLOSED_BY_PEER, in_stream, known, quoted, relative, stream_fields

SEEN = (
    (5, "rst", "RST"), (4, "fin", "FIN"), (3, "data", "Data"), (2, "ack", "ACK"), (1, "syn-ack", "SYN-ACK"),
    (0, "syn", "SYN"),
)  # fmt: skip


def completeness_names() -> dict[int, str]:
    """What each set of parts makes of a connection."""
    known = {1: "Incomplete, SYN_SENT", 3: "Incomplete, CLIENT_ESTABLISHED", 7: "Incomplete, ESTABLISHED",
             15: "Incomplete, DATA"}  # fmt: skip
    ends = {number for number in range(64) if number & 0x30}
    known |= {number: "Complete, NO_DATA" for number in ends if number & 0x0F == 7}
    known |= {number: "Complete, WITH_DATA" for number in ends if number & 0x0F == 15}
    return {number: known.get(number, "Incomplete") for number in range(64)}


COMPLETENESS = completeness_names()


def seen_field(bit: int, name: str, label: str) -> Field:
    """Whether a part of the connection was seen before a segment."""
    return Field(
        f"tcp.completeness.{name}", label, BOOLEAN, value=lambda h: (known(h).complete >> bit & 1) == 1,
        when=in_stream,
    )  # fmt: skip


_seen_letters = ["".join(a if number >> 5 - i & 1 else "·" for i, a in enumerate("RFDASS")) for number in range(64)]


def seen_letters(complete: Any) -> Any:
    """`··DASS`: a letter for each part of a connection that was seen, of one segment or of many."""
    if isinstance(complete, int):
        return _seen_letters[complete]
    return np.array(_seen_letters, object)[complete]


class TCP(Layer):
    """A TCP segment's header."""

    name, label, column = "tcp", "Transmission Control Protocol", "TCP"
    partly = True
    binds = {"ip.proto": (6,)}

    srcport = u16(0, "tcp.srcport", "Source Port", also=(alias("tcp.port", UINT16, "Source or Destination Port"),))
    dstport = u16(2, "tcp.dstport", "Destination Port", also=(alias("tcp.port", UINT16, "Source or Destination Port"),))
    stream, since_first, since_previous = stream_fields("tcp", "TCP", lambda h: (h.end - h.start >= 20) & (h.hdr_len >= 20))
    completeness = u8(
        None, "tcp.completeness", "Conversation completeness", names=COMPLETENESS, value=lambda h: known(h).complete & 0x3F,
        when=in_stream,
    )  # fmt: skip
    seen = tuple(seen_field(bit, name, label) for bit, name, label in SEEN)
    seen_text = Field(
        "tcp.completeness.str", "Completeness Flags", STRING, value=lambda h: seen_letters(known(h).complete & 0x3F),
        when=in_stream,
    )  # fmt: skip
    len = u32(None, "tcp.len", "TCP Segment Len", value=lambda h: carried(h), when=lambda h: is_whole(h))
    seq = u32(None, "tcp.seq", "Sequence Number", value=lambda h: counted(h, h.seq_raw, "base"))
    seq_raw = u32(4, "tcp.seq_raw", "Sequence Number (raw)")
    nxtseq = u32(
        None, "tcp.nxtseq", "Next Sequence Number", when=lambda h: follows(h),
        value=lambda h: (h.seq + h.len + where(h.syn | h.fin, 1, 0)) & 0xFFFFFFFF,
    )  # fmt: skip
    ack_number = u32(None, "tcp.ack", "Acknowledgment Number", value=lambda h: acknowledged(h))
    ack_raw = u32(8, "tcp.ack_raw", "Acknowledgment number (raw)")
    hdr_len = u8(12, "tcp.hdr_len", "Header Length", mask=0xF0, scale=4, unit="bytes")
    flags = u16(12, "tcp.flags", "Flags", HEX, mask=0x0FFF)
    res = flag(12, "tcp.flags.res", "Reserved", 0x0E00, within=flags)
    ae = flag(12, "tcp.flags.ae", "Accurate ECN", 0x0100, within=flags)
    cwr = flag(12, "tcp.flags.cwr", "Congestion Window Reduced", 0x0080, within=flags)
    ece = flag(12, "tcp.flags.ece", "ECN-Echo", 0x0040, within=flags)
    ace = u8(
        None, "tcp.flags.ace", "ACE", value=lambda h: h.flags >> 6 & 7, when=lambda h: accurate(h), within=flags,
    )  # fmt: skip
    urg = flag(12, "tcp.flags.urg", "Urgent", 0x0020, within=flags)
    ack = flag(12, "tcp.flags.ack", "Acknowledgment", 0x0010, within=flags)
    push = flag(12, "tcp.flags.push", "Push", 0x0008, within=flags)
    reset = flag(12, "tcp.flags.reset", "Reset", 0x0004, within=flags)
    syn = flag(12, "tcp.flags.syn", "Syn", 0x0002, within=flags)
    fin = flag(12, "tcp.flags.fin", "Fin", 0x0001, within=flags)
    flags_text = Field("tcp.flags.str", "TCP Flags", STRING, value=lambda h: flag_letters(h.flags | where(accurate(h), ACCURATE, 0)))
    window = u16(14, "tcp.window_size_value", "Window")
    window_size = u32(None, "tcp.window_size", "Calculated window size", value=lambda h: scaled(h))
    scale_factor = i32(
        None, "tcp.window_size_scalefactor", "Window size scaling factor",
        when=lambda h: in_stream(h) & (h.syn == 0), value=lambda h: factor(h),
    )  # fmt: skip
    checksum = u16(16, "tcp.checksum", "Checksum", HEX)
    checksum_status = status_field("tcp.checksum.status", lambda h: transport_status(h, 6, h.limit - h.start))
    urgent = u16(18, "tcp.urgent_pointer", "Urgent Pointer")
    option_bytes = raw(lambda h: 20, "", "Options", size=lambda h: maximum(h.hdr_len - 20, 0), when=lambda h: h.hdr_len > 20)
    options = tcp_options.FIELDS
    counts = Field("", "Whether the segment's length is known", BOOLEAN, value=lambda h: is_whole(h))
    back = Field("", "The peer's first sequence number, -1 if not known", INT64, value=lambda h: h.flags * 0 + base(h))
    said_flags = u16(None, "", "Flags, and whether three are a counter", value=lambda h: h.flags | where(accurate(h), ACCURATE, 0))
    beginning = Field("", "What the analysis says", STRING, value=tcp_analysis.beginning)
    analysis = tcp_analysis.FIELDS
    hot = tcp_options.HOT
    segment_data = raw(None, "tcp.segment_data", "TCP segment data")
    reassembly = reassembly_tree("tcp", "TCP", piece="segment", many="Reassembled TCP Segments")
    segments = Segments(reassembly, segment_data, tcp_analysis.resent)
    payload_bytes = raw(lambda h: h.hdr_len, "tcp.payload", "TCP payload", size=REST, hidden=True, when=lambda h: h.reset == 0)

    reset_cause = string(
        lambda h: h.hdr_len, "tcp.reset_cause", "Reset cause", size=REST, when=lambda h: h.reset & (h.limit - h.start > h.hdr_len)
    )

    length = lambda h: h.hdr_len
    payload = lambda h: where(h.reset, 0, maximum(h.limit - h.start - h.hdr_len, 0))  # a RST's says why (RFC 9293)
    tells = sighted = True
    enough, cut_to = 16, "dstport"  # up to the window Wireshark reads it before it shows more than ports
    odd = lambda h: (h.hdr_len < 20) | (h.hdr_len > h.limit - h.start)
    uneasy = tcp_options.uneasy
    goes_by = tcp_options.has_multipath  # Wireshark names each of its options a protocol
    next = (
        By("tcp.port", lambda h: minimum(h.srcport, h.dstport)),
        By("tcp.port", lambda h: maximum(h.srcport, h.dstport)),
        Heuristics("tcp"),
    )
    spoken_for = lambda h: OVER_TCP[h.srcport] | OVER_TCP[h.dstport]
    notes = (
        Note("tcp.hdr_len.bogus", "error", "Protocol", "Bogus TCP header length ({}, must be at least 20)",
             when=lambda h: h.hdr_len < 20, value=lambda h: h.hdr_len),
        Note("tcp.connection.syn", "chat", "Sequence", "Connection establish request (SYN): server port {}",
             when=lambda h: h.syn & (h.ack == 0), value=lambda h: h.dstport),
        Note("tcp.connection.synack", "chat", "Sequence", "Connection establish acknowledge (SYN+ACK): server port {}",
             when=lambda h: h.syn & h.ack, value=lambda h: h.srcport),
        Note("tcp.connection.fin", "chat", "Sequence", "Connection finish (FIN)", when=lambda h: h.fin),
        Note("tcp.connection.fin_active", "note", "Sequence", "This frame initiates the connection closing", late=True,
             when=lambda h: h.fin & in_stream(h) & (known(h).complete & CLOSED_BY_PEER == 0)),
        Note("tcp.connection.fin_passive", "note", "Sequence", "This frame undergoes the connection closing", late=True,
             when=lambda h: h.fin & in_stream(h) & (known(h).complete & CLOSED_BY_PEER > 0)),
        Note("tcp.connection.rst", "warn", "Sequence", "Connection reset (RST)", when=lambda h: h.reset),
        Note("tcp.ack.nonzero", "note", "Protocol",
             "The acknowledgment number field is nonzero while the ACK flag is not set",
             when=lambda h: (h.ack == 0) & (h.ack_raw != 0)),
        Note("tcp.urgent_pointer.non_zero", "note", "Protocol",
             "The urgent pointer field is nonzero while the URG flag is not set",
             when=lambda h: (h.urg == 0) & (h.urgent != 0)),
        *tcp_options.NOTES,
        Note("tcp.checksum_bad.expert", "error", "Checksum", "Bad checksum", when=lambda h: h.checksum_status == BAD),
        *tcp_analysis.NOTES,
    )

    @classmethod
    def mistaken(cls, h: Any) -> tuple[Field | None, str] | None:
        return (cls.hdr_len, cls.name) if h.hdr_len < 20 else None

    decodes_options = True

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tcp_options.decode(c)

    fence = "beginning"

    @staticmethod
    def info(
        srcport: int, dstport: int, said_flags: int, seq: int, ack_number: int, window_size: int, urgent: int, len: int,
        option_bytes: bytes, back: int, hdr_len: int,
        counts: bool,
    ) -> str:  # fmt: skip
        text = f"{srcport} → {dstport} [{flag_names(said_flags)}] Seq={seq}"
        if said_flags & 0x10:
            text += f" Ack={ack_number}"
        text += f" Win={window_size}"
        if hdr_len < 20:
            return f"{text}, bogus TCP header length ({hdr_len}, must be at least 20)"
        if said_flags & 0x20:
            text += f" Urg={urgent}"
        return f"{text} Len={len}{tcp_options.text(option_bytes, back)}" if counts else text

    @classmethod
    def infos(cls, h: Any) -> Any:
        """See `Layer.infos`: acknowledgments without options, or with nothing but time stamps, are all alike."""
        stamps = tcp_options.stamps(h)
        plain = (h.flags & 0x30 == 0x10) & ((h.hdr_len == 20) | (stamps[0] >= 0))
        others = np.flatnonzero(~plain)
        if not others.size:
            return plain_infos(h, stamps)
        rest = of_texts(super().infos(h.taken(others)))
        if rest is None:
            return super().infos(h)
        rows = np.flatnonzero(plain)
        cells = plain_infos(h, stamps, rows)
        out = np.zeros((len(h), max(rest.shape[1], cells.shape[1])), np.uint8)
        out[others, : rest.shape[1]], out[rows, : cells.shape[1]] = rest, cells
        return out


def plain_infos(h: Any, stamps: tuple[Any, Any], rows: Any = slice(None)) -> Any:
    """What the list says of acknowledgments whose only options, if any, are these time stamps (-1: none)."""
    ports, window, size = (h.srcport[rows], h.dstport[rows]), h.window_size[rows], h.len[rows]
    count = len(size)
    distinct, _, inverse = grouped(h.said_flags[rows])
    flags = of_texts([flag_names(flags) for flags in distinct.tolist()])
    assert flags is not None
    parts = [
        integers(ports[0]), constant(" → ", count), integers(ports[1]), constant(" [", count), flags[inverse],
        constant("] Seq=", count), integers(h.seq[rows]), constant(" Ack=", count), integers(h.ack_number[rows]),
        constant(" Win=", count), integers(window), constant(" Len=", count), integers(size),
    ]  # fmt: skip
    stamped = stamps[0][rows] >= 0
    if stamped.any():
        for words, stamp in zip((" TSval=", " TSecr="), stamps, strict=True):
            parts += [in_rows(stamped, words), integers(np.maximum(stamp[rows], 0)) * stamped[:, None]]
    return beside(*parts)


def base(h: Any) -> Any:
    """The peer's first sequence number, where numbers are counted from it."""
    return -1 if h.streams is None or quoted(h) else known(h).back


def is_whole(h: Any) -> Any:
    """Whether the header is no longer than what IP carries, and that is no fragment.  Of others nothing is counted."""
    found = h.__dict__.get("_is_whole")
    if found is None:
        found = h.__dict__["_is_whole"] = (h.hdr_len <= h.limit - h.start) & unfragmented(h)
    return found


def unfragmented(h: Any) -> Any:
    """Whether a segment is not the first fragment of one."""
    ip, more = h.outer("ip"), h.outer("ipv6.fraghdr")
    return (True if ip is None else ip.mf == 0) & (True if more is None else more.more == 0)


def counted(h: Any, number: Any, base: str) -> Any:
    """A sequence number counted from its stream's first."""
    return where(is_whole(h), relative(h, number, base), number)


def carried(h: Any) -> Any:
    """The octets behind the header."""
    return maximum(h.limit - h.start - h.hdr_len, 0)


def follows(h: Any) -> Any:
    """Whether the number behind a segment's last can be told."""
    return (quoted(h) == 0) & is_whole(h) & (h.hdr_len >= 20)


def acknowledged(h: Any) -> Any:
    """The acknowledgment number, counted from the peer's first; 0 where there is none and a peer is not known yet."""
    return where(h.ack, counted(h, h.ack_raw, "back"), h.ack_raw)


def factor(h: Any) -> Any:
    """What the window is to be multiplied with; -1: not known, -2: no scaling is used (RFC 7323)."""
    scale = known(h).scale
    return where(scale < 0, scale, 1 << maximum(scale, 0))


def scaled(h: Any) -> Any:
    """The window in bytes."""
    if h.streams is None or quoted(h):
        return h.window
    return where(h.syn, h.window, h.window * maximum(factor(h), 1))


FLAG_NAMES = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")
_flag_names: dict[int, str] = {}


def flag_names(flags: int) -> str:
    """`SYN, ACK`: the names of the flags that are set."""
    text = _flag_names.get(flags)
    if text is None:
        known = flags & (~0x1C0 if flags & ACCURATE else -1)
        names = [name for bit, name in enumerate(FLAG_NAMES) if known >> bit & 1]
        if flags & 0xE00:
            names.append("Reserved")
        if flags & ACCURATE:
            names.append(f"ACE={flags >> 6 & 7}")
        text = _flag_names[flags] = ", ".join(names) or "<None>"
    return text


def accurate(h: Any) -> Any:
    """Whether both ends have agreed on accurate ECN: three flags are then a counter (draft-ietf-tcpm-accurate-ecn)."""
    return in_stream(h) & (known(h).complete >> 6 & 3 == 3) & (h.syn == 0) & (not quoted(h))


FLAG_LETTERS = "RRRACEUAPRSF"
ACCURATE = 0x1000  # beside the flags
_flag_letters: dict[int, str] = {}


def flag_letters(flags: Any) -> Any:
    """`·······AP···`: a letter for each flag that is set, of one header or of many."""
    if not isinstance(flags, int):
        unique, _, inverse = grouped(flags)
        texts = np.empty(len(unique), object)
        texts[:] = [flag_letters(int(f)) for f in unique]
        return texts[inverse]
    text = _flag_letters.get(flags)
    if text is None:
        bits = f"{flags & 0xFFF:012b}"
        text = "".join(a if bit == "1" else "·" for a, bit in zip(FLAG_LETTERS, bits, strict=True))
        if flags & ACCURATE:
            text = f"{text[:3]}-{flags >> 6 & 7}-{text[6:]}"
        _flag_letters[flags] = text
    return text
