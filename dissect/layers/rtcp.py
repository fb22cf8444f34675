"""RTCP (RFC 3550; feedback RFC 4585, RFC 5104; extended reports RFC 3611).  A datagram holds several packets.

     0                   1                   2                   3
    +---+-+---------+---------------+-------------------------------+
    |V=2|P|  count  |  packet type  |   length in words, less one   |
    +---+-+---------+---------------+-------------------------------+
    |       SSRC of the sender; then reports, items, feedback       |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    DEC_HEX,
    FLOAT,
    HEX,
    HEX_DEC,
    INT24,
    NONE,
    UINT32,
    Field,
    abs_time,
    flag,
    group,
    i8,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely
from dissect.layers.announced import RTCP_PORT, told

SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR = range(200, 208)
TYPES = {
    200: "Sender Report", 201: "Receiver Report", 202: "Source description", 203: "Goodbye",
    204: "Application specific", 205: "Generic RTP Feedback", 206: "Payload-specific Feedback",
    207: "Extended report (RFC 3611)", 208: "AVB RTCP packet (IEEE1733)", 209: "Receiver Summary Information",
    210: "Port Mapping", 192: "Full Intra-frame Request (H.261)", 193: "Negative Acknowledgement (H.261)",
    194: "SMPTE time-code mapping", 195: "Extended inter-arrival jitter report",
}  # fmt: skip
ITEMS = {
    0: "END", 1: "CNAME (user and domain)", 2: "NAME (common name)", 3: "EMAIL (e-mail address)",
    4: "PHONE (phone number)", 5: "LOC (geographic location)", 6: "TOOL (name/version of source app)",
    7: "NOTE (note about source)", 8: "PRIV (private extensions)", 9: "H323-CADDR (H.323 callable address)",
    10: "Application Specific Identifier",
}  # fmt: skip
RTP_FEEDBACK = {
    1: "Generic negative acknowledgement (NACK)", 3: "Temporary Maximum Media Stream Bit Rate Request (TMMBR)",
    4: "Temporary Maximum Media Stream Bit Rate Notification (TMMBN)",
    15: "Transport-wide Congestion Control (Transport-cc)", 31: "Reserved for future extensions",
}  # fmt: skip
PAYLOAD_FEEDBACK = {
    1: "Picture Loss Indication", 2: "Slice Loss Indication", 3: "Reference Picture Selection Indication",
    4: "Full Intra Request (FIR) Command", 5: "Temporal-Spatial Trade-off Request (TSTR)",
    6: "Temporal-Spatial Trade-off Notification (TSTN)", 7: "Video Back Channel Message (VBCM)",
    15: "Application Layer Feedback", 31: "Reserved for future extensions",
}  # fmt: skip
BLOCKS = {
    1: "Loss Run Length Encoding Report Block", 2: "Duplicate Run Length Encoding Report Block",
    3: "Packet Receipt Times Report Block", 4: "Receiver Reference Time Report Block", 5: "DLRR Report Block",
    6: "Statistics Summary Report Block", 7: "VoIP Metrics Report Block", 8: "BT XNQ RTCP XR (RFC5093) Report Block",
    9: "Texas Instruments Extended VoIP Quality Block", 10: "Post-repair Loss RLE Report Block",
    11: "Multicast Acquisition Report Block", 12: "Inter-destination Media Synchronization Block",
}  # fmt: skip
SHORT = {1: "PLI  ", 2: "SLI  ", 3: "RPSI  ", 4: "FIR  ", 15: "ALFB  "}
VERSIONS = {0: "Old VAT Version", 1: "First Draft Version", 2: "RFC 1889 Version"}
EPOCH_1900 = 2_208_988_800  # seconds from 1900 to 1970
NANO = 1_000_000_000


def looks_so(p: Any) -> Any:
    """Whether a payload is RTCP: its first header says so (what Wireshark asks, too), or SDP has announced it."""
    kind, fits = p.u8(1), (p.length >= 4) & (p.u8(0) >> 6 == 2)
    known = (kind == SR) | (kind == RR) | (kind == BYE) | (kind == APP) | (kind == PSFB)
    sure = fits & known & (p.reported % 4 == 0)
    others = fits & (sure == 0) & (kind >= SR) & (kind <= XR)
    return sure | (others & (told(p) == RTCP_PORT)) if np.any(others) else sure


def ntp_time(seconds: int, fraction: int) -> int:
    """An NTP timestamp as nanoseconds from 1970; before 1968 it is of the next era (RFC 4330)."""
    seconds += 0 if seconds & 0x80000000 else 1 << 32
    return (seconds - EPOCH_1900) * NANO + (fraction * NANO >> 32)


class RTCP(Layer):
    """One packet; those behind it are layers of their own."""

    name, label, column = "rtcp", "Real-time Transport Control Protocol", "RTCP"
    partly = True
    likely = Likely({0: bytes(range(0x80, 0xC0))})
    heuristics, probe = ("udp",), looks_so

    version = u8(None, "rtcp.version", "Version", mask=0xC0, names=VERSIONS)
    padding = flag(None, "rtcp.padding", "Padding", 0x20)
    rc = u8(None, "rtcp.rc", "Reception report count", mask=0x1F)
    sc = u8(None, "rtcp.sc", "Source count", mask=0x1F)
    subtype = u8(None, "rtcp.app.subtype", "Subtype", mask=0x1F)
    rtp_format = u8(None, "rtcp.rtpfb.fmt", "RTCP Feedback message type (FMT)", mask=0x1F, names=RTP_FEEDBACK)
    payload_format = u8(None, "rtcp.psfb.fmt", "RTCP Feedback message type (FMT)", mask=0x1F, names=PAYLOAD_FEEDBACK)
    kind = u8(None, "rtcp.pt", "Packet type", names=TYPES)
    words = u16(None, "rtcp.length", "Length")
    sender = u32(None, "rtcp.senderssrc", "Sender SSRC", HEX_DEC)
    medium = u32(None, "rtcp.mediassrc", "Media source SSRC", HEX_DEC)
    msw = u32(None, "rtcp.timestamp.ntp.msw", "Timestamp, MSW", DEC_HEX)
    lsw = u32(None, "rtcp.timestamp.ntp.lsw", "Timestamp, LSW", DEC_HEX)
    ntp = abs_time(None, "rtcp.timestamp.ntp", "MSW and LSW as NTP timestamp")
    rtp_time = u32(None, "rtcp.timestamp.rtp", "RTP timestamp")
    packets = u32(None, "rtcp.sender.packetcount", "Sender's packet count")
    octets_sent = u32(None, "rtcp.sender.octetcount", "Sender's octet count")
    source_report = group("", "Source")
    identifier = u32(None, "rtcp.ssrc.identifier", "Identifier", HEX_DEC)
    fraction = u8(None, "rtcp.ssrc.fraction", "Fraction lost")
    lost = Field("rtcp.ssrc.cum_nr", "Cumulative number of packets lost", INT24)
    highest = u32(None, "rtcp.ssrc.ext_high", "Extended highest sequence number received")
    cycles = u16(0, "rtcp.ssrc.high_cycles", "Sequence number cycles count", size=2, within=highest)
    high_seq = u16(2, "rtcp.ssrc.high_seq", "Highest sequence number received", size=2, within=highest)
    jitter = u32(None, "rtcp.ssrc.jitter", "Interarrival jitter")
    lsr = u32(None, "rtcp.ssrc.lsr", "Last SR timestamp", DEC_HEX)
    dlsr = u32(None, "rtcp.ssrc.dlsr", "Delay since last SR timestamp")
    chunk = group("", "Chunk")
    item = u8(None, "rtcp.sdes.type", "Type", names=ITEMS)
    item_length = Field("rtcp.sdes.length", "Length", UINT32, size=1)
    item_text = string(None, "rtcp.sdes.text", "Text")
    app_name = string(None, "rtcp.app.name", "Name (ASCII)", size=4)
    app_data = raw(None, "rtcp.app.data", "Application specific data")
    app_text = string(None, "rtcp.app.data_str", "Application specific data")
    nack_pid = u16(None, "rtcp.rtpfb.nack_pid", "RTCP Transport Feedback NACK PID")
    nack_blp = u16(None, "rtcp.rtpfb.nack_blp", "RTCP Transport Feedback NACK BLP", HEX)
    entry = group("", "Entry")
    tmmbr_ssrc = u32(None, "rtcp.rtpfb.tmmbr.fci.ssrc", "SSRC", HEX_DEC)
    tmmbr_exp = u8(None, "rtcp.rtpfb.tmmbr.fci.exp", "MxTBR Exp", mask=0xFC)
    tmmbr_mantissa = u24(None, "rtcp.rtpfb.tmmbr.fci.mantissa", "MxTBR Mantissa", mask=0x3FFFE)
    tmmbr_overhead = u16(None, "rtcp.rtpfb.tmmbr.fci.measuredoverhead", "Measured Overhead", mask=0x1FF)
    base_seq = u16(None, "rtcp.rtpfb.transportcc.baseseq", "Base Sequence Number", DEC_HEX)
    statuses = u16(None, "rtcp.rtpfb.transportcc.statuscount", "Packet Status Count", DEC_HEX)
    ref_time = Field("rtcp.rtpfb.transportcc.reftime", "Reference Time", INT24)
    feedback_count = u8(None, "rtcp.rtpfb.transportcc.pktcount", "Feedback Packets Count", DEC_HEX)
    status_chunk = u16(None, "rtcp.rtpfb.transportcc.pktchunk", "Packet Chunk", DEC_HEX)
    delta = u8(None, "rtcp.rtpfb.transportcc.recv_delta", "Recv Delta", HEX)
    delta_padding = u16(None, "rtcp.rtpfb.transportcc.recv_delta.padding", "Recv Delta Padding", HEX)
    fir_ssrc = u32(None, "rtcp.psfb.fir.fci.ssrc", "SSRC", HEX_DEC)
    fir_seq = u8(None, "rtcp.psfb.fir.fci.csn", "Command Sequence Number")
    fir_reserved = u24(None, "rtcp.psfb.fir.fci.reserved", "Reserved")
    remb_name = string(None, "rtcp.psfb.remb.identifier", "Unique Identifier", size=4)
    remb_count = u8(None, "rtcp.psfb.remb.fci.number_ssrcs", "Number of Ssrcs", mask=0xFF)
    remb_exp = u8(None, "rtcp.psfb.remb.fci.br_exp", "BR Exp", mask=0xFC)
    remb_mantissa = Field("rtcp.psfb.remb.fci.br_mantissa", "Br Mantissa", UINT32, mask=0x3FFFF, size=3)
    remb_ssrc = u32(None, "rtcp.psfb.remb.fci.ssrc", "SSRC", HEX_DEC)
    slice_first = u32(None, "rtcp.psfb.fir.sli.first", "First MB", mask=0xFFF80000)
    slice_number = u32(None, "rtcp.psfb.fir.sli.number", "Number of MBs", mask=0x7FFC0)
    slice_picture = u32(None, "rtcp.psfb.fir.sli.picture_id", "Picture ID", mask=0x3F)
    fci = raw(None, "rtcp.fci", "Feedback Control Information (FCI)")
    block_type = u8(None, "rtcp.xr.bt", "Type", names=BLOCKS)
    block_specific = u8(None, "rtcp.xr.bs", "Type Specific")
    block_length = u16(None, "rtcp.xr.bl", "Length")
    xr_time = abs_time(None, "rtcp.xr.timestamp", "Timestamp")
    last_rr = u32(None, "rtcp.xr.lrr", "Last RR timestamp")
    since_rr = u32(None, "rtcp.xr.dlrr", "Delay since last RR timestamp")
    voip = (
        u8(None, "rtcp.ssrc.fraction", "Fraction lost"), u8(None, "rtcp.ssrc.discarded", "Fraction discarded"),
        u8(None, "rtcp.xr.voipmetrics.burstdensity", "Burst Density"),
        u8(None, "rtcp.xr.voipmetrics.gapdensity", "Gap Density"),
        u16(None, "rtcp.xr.voipmetrics.burstduration", "Burst Duration(ms)"),
        u16(None, "rtcp.xr.voipmetrics.gapduration", "Gap Duration(ms)"),
        u16(None, "rtcp.xr.voipmetrics.rtdelay", "Round Trip Delay(ms)"),
        u16(None, "rtcp.xr.voipmetrics.esdelay", "End System Delay(ms)"),
        i8(None, "rtcp.xr.voipmetrics.signallevel", "Signal Level"),
        i8(None, "rtcp.xr.voipmetrics.noiselevel", "Noise Level"),
        u8(None, "rtcp.xr.voipmetrics.rerl", "Residual Echo Return Loss"), u8(None, "rtcp.xr.voipmetrics.gmin", "Gmin"),
        u8(None, "rtcp.xr.voipmetrics.rfactor", "R Factor"),
        u8(None, "rtcp.xr.voipmetrics.extrfactor", "External R Factor"),
    )  # fmt: skip
    opinion = (
        Field("rtcp.xr.voipmetrics.moslq", "MOS - Listening Quality", FLOAT),
        Field("rtcp.xr.voipmetrics.moscq", "MOS - Conversational Quality", FLOAT),
    )
    concealment = u8(None, "rtcp.xr.voipmetrics.plc", "Packet Loss Concealment Algorithm", mask=0xC0)
    adaptive = u8(None, "rtcp.xr.voipmetrics.jba", "Adaptive Jitter Buffer Algorithm", mask=0x30)
    jitter_rate = u8(None, "rtcp.xr.voipmetrics.jbrate", "Jitter Buffer Rate", mask=0x0F)
    jitter_buffer = (
        u16(None, "rtcp.xr.voipmetrics.jbnominal", "Nominal Jitter Buffer Size"),
        u16(None, "rtcp.xr.voipmetrics.jbmax", "Maximum Jitter Buffer Size"),
        u16(None, "rtcp.xr.voipmetrics.jbabsmax", "Absolute Maximum Jitter Buffer Size"),
    )
    thinning = u8(None, "rtcp.xr.tf", "Thinning factor", mask=0x0F)
    begin_seq, end_seq = u16(None, "rtcp.xr.beginseq", "Begin Sequence Number"), u16(None, "rtcp.xr.endseq", "End Sequence Number")
    chunk_end = Field("rtcp.xr.chunk.null_terminator", "Null Terminator", NONE)
    run_length = u16(None, "rtcp.xr.chunk.length", "Check length", mask=0x3FFF)
    bit_vector = u16(None, "rtcp.xr.chunk.bit_vector", "Bit Vector", HEX, mask=0x7FFF)
    receipt = u32(None, "rtcp.xr.receipt_time_seq", "Receipt Time", DEC_HEX)
    loss_flag = flag(None, "rtcp.xr.stats.lrflag", "Loss Report Flag", 0x80, size=1)
    duplicates_flag = flag(None, "rtcp.xr.stats.dupflag", "Duplicates Report Flag", 0x40, size=1)
    jitter_flag = flag(None, "rtcp.xr.stats.jitterflag", "Jitter Report Flag", 0x20, size=1)
    ttl_flag = u8(None, "rtcp.xr.stats.ttl", "TTL or Hop Limit Flag", mask=0x18)
    summary = (
        u32(None, "rtcp.xr.stats.lost", "Lost Packets"), u32(None, "rtcp.xr.stats.dups", "Duplicate Packets"),
        u32(None, "rtcp.xr.stats.minjitter", "Minimum Jitter"), u32(None, "rtcp.xr.stats.maxjitter", "Maximum Jitter"),
        u32(None, "rtcp.xr.stats.meanjitter", "Mean Jitter"),
        u32(None, "rtcp.xr.stats.devjitter", "Standard Deviation of Jitter"),
        u8(None, "rtcp.xr.stats.minttl", "Minimum TTL or Hop Limit"), u8(None, "rtcp.xr.stats.maxttl", "Maximum TTL or Hop Limit"),
        u8(None, "rtcp.xr.stats.meanttl", "Mean TTL or Hop Limit"), u8(None, "rtcp.xr.stats.devttl", "Standard Deviation of TTL"),
    )  # fmt: skip
    block_rest = raw(None, "", "Contents")
    padding_data = raw(None, "rtcp.padding.data", "Padding data")
    padding_count = u8(None, "rtcp.padding.count", "Padding count")
    checked = flag(None, "rtcp.length_check", "RTCP frame length check")
    reaches = ("rtcp",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = c.h.outer("rtcp") is None
        said = ""
        whole = c.end
        while c.remaining and c.peek(1) >> 6 == 2:
            size = 4 * (c.peek(2, 2) + 1)
            begin = c.pos
            said += cls._packet(c, size)
            c.info(said)
            c.pos = min(begin + size, c.end)
        if first and whole == c.limit:
            c.derived(cls.checked, c.pos == whole)
        c.rest(cls.block_rest)

    @classmethod
    def _packet(cls, c: Cursor, size: int) -> str:
        """A packet of `size` octets; what the list says of it."""
        kind = c.peek(1, 1)
        padded = bool(c.peek(1) & 0x20)
        name = TYPES.get(kind, f"Unknown packet type: {kind}")
        said = f"{name}   "
        counted = COUNTS.get(kind)
        for field in (cls.version, cls.padding, counted):
            if field is not None:
                c.add(field)
                c.pos -= 1
        c.pos += 1
        for field in (cls.kind, cls.words):
            c.add(field)
        count = c.peek(1, -4) & 0x1F
        with c.group(cls.chunk, size - 4, name) as c:
            if padded and c.remaining:
                c.end -= min(c.peek(1, c.remaining - 1), c.remaining)
            if kind in PARTS:
                said += PARTS[kind](c, count)
            c.rest(cls.block_rest)
            if padded:
                c.end = min(c.limit, c.h.end)
                if c.remaining > 1:
                    c.add(cls.padding_data, c.remaining - 1)
                if c.remaining:
                    c.add(cls.padding_count)
        return said


def reports(c: Cursor, count: int) -> str:
    """Blocks on sources heard."""
    for number in range(1, count + 1):
        with c.group(RTCP.source_report, None, f"Source {number}") as c:
            for field in (RTCP.identifier, RTCP.fraction, RTCP.lost, RTCP.highest, RTCP.jitter, RTCP.lsr, RTCP.dlsr):
                c.add(field)
    return ""


def sender_report(c: Cursor, count: int) -> str:
    c.add(RTCP.sender)
    seconds, fraction = c.add(RTCP.msw), c.add(RTCP.lsw)
    c.derived(RTCP.ntp, ntp_time(seconds, fraction))
    for field in (RTCP.rtp_time, RTCP.packets, RTCP.octets_sent):
        c.add(field)
    return reports(c, count)


def receiver_report(c: Cursor, count: int) -> str:
    c.add(RTCP.sender)
    return reports(c, count)


def description(c: Cursor, count: int) -> str:
    """Chunks of items, each filled up to words."""
    for number in range(1, count + 1):
        start = c.pos
        with c.group(RTCP.chunk, None, f"Chunk {number}") as c:
            c.add(RTCP.identifier)
            while c.remaining and c.add(RTCP.item):
                c.add(RTCP.item_text, c.add(RTCP.item_length))
            left = -(c.pos - start) % 4
            c.skip(min(left, c.remaining))
    return ""


def goodbye(c: Cursor, count: int) -> str:
    for _ in range(count):
        c.add(RTCP.identifier)
    if c.remaining:
        c.add(RTCP.item_text, c.add(RTCP.item_length))
        c.skip(c.remaining)
    return ""


def application(c: Cursor, count: int) -> str:
    c.add(RTCP.identifier)
    name = c.add(RTCP.app_name)
    shown = c.peek_bytes(c.remaining)
    if shown:
        c.rest(RTCP.app_text if all(0x20 <= octet < 0x7F for octet in shown) else RTCP.app_data)
    return f"( {name} ) subtype={count}"


def rtp_feedback(c: Cursor, kind: int) -> str:
    c.add(RTCP.sender)
    c.add(RTCP.medium)
    number = 0
    while c.remaining and kind in (1, 3, 4):
        number += 1
        if kind == 1:
            first = c.add(RTCP.nack_pid)
            lost = c.add(RTCP.nack_blp)
            for bit in range(16):
                if lost >> bit & 1:
                    c.derived(RTCP.nack_pid, (first + bit + 1) & 0xFFFF, f"Frame {first + bit + 1} also lost")
            continue
        with c.group(RTCP.entry, 8, f"TMMBR {number}") as c:
            c.add(RTCP.tmmbr_ssrc)
            word = c.peek(4)
            c.add(RTCP.tmmbr_exp, 1)
            c.pos -= 1
            c.add(RTCP.tmmbr_mantissa, 3, value=word >> 9 & 0x1FFFF)
            c.pos -= 1
            c.add(RTCP.tmmbr_overhead, 2)
    if kind == 15:
        transport_wide(c)
    elif c.remaining:
        c.rest(RTCP.fci)
    return ""


def transport_wide(c: Cursor) -> None:
    """Which packets came, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01)."""
    c.add(RTCP.base_seq)
    count = c.add(RTCP.statuses)
    c.add(RTCP.ref_time)
    c.add(RTCP.feedback_count)
    sizes = list[int]()
    while len(sizes) < count:
        chunk = c.add(RTCP.status_chunk)
        if not chunk & 0x8000:
            sizes += [chunk >> 13 & 3] * min(chunk & 0x1FFF, count - len(sizes))
        elif chunk & 0x4000:
            sizes += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            sizes += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    for size in sizes[:count]:
        if size in (1, 2):
            c.add(RTCP.delta, size, value=c.peek(size))
    if c.remaining:
        c.add(RTCP.delta_padding, c.remaining, value=int.from_bytes(c.peek_bytes(c.remaining)[-2:], "big"))


def payload_feedback(c: Cursor, kind: int) -> str:
    c.add(RTCP.sender)
    c.add(RTCP.medium)
    number = 0
    while c.remaining and kind in (2, 4):
        number += 1
        with c.group(RTCP.entry, 4 if kind == 2 else 8, f"{'SLI' if kind == 2 else 'FIR'} {number}") as c:
            if kind == 2:
                for field in (RTCP.slice_first, RTCP.slice_number, RTCP.slice_picture):
                    c.add(field)
                    c.pos = c.end - 4
                c.pos = c.end
                continue
            for field in (RTCP.fir_ssrc, RTCP.fir_seq, RTCP.fir_reserved):
                c.add(field)
    if kind == 15 and c.remaining >= 8 and c.peek_bytes(4) == b"REMB":
        with c.group(RTCP.entry, None, "REMB 0") as c:
            c.add(RTCP.remb_name)
            count = c.add(RTCP.remb_count)
            c.add(RTCP.remb_exp)
            c.pos -= 1
            c.add(RTCP.remb_mantissa)
            for _ in range(count):
                c.add(RTCP.remb_ssrc)
    elif c.remaining:
        c.rest(RTCP.fci)
    return SHORT.get(kind, "")


def sequences(c: Cursor, kind: int) -> None:
    """What became of a range of packets: run lengths and bit vectors, or the times they came at (RFC 3611, 4.1 to 4.3)."""
    for field in (RTCP.identifier, RTCP.begin_seq, RTCP.end_seq):
        c.add(field)
    while c.remaining:
        if kind == 3:
            c.add(RTCP.receipt)
            continue
        chunk = c.peek(2)
        if not chunk:
            c.add(RTCP.chunk_end, 2)
        elif chunk & 0x8000:
            c.add(RTCP.bit_vector)
        else:
            c.add(RTCP.run_length)


def extended(c: Cursor, count: int) -> str:
    c.add(RTCP.sender)
    while c.remaining:
        with c.group(RTCP.entry, 4 + 4 * c.peek(2, 2), BLOCKS.get(c.peek(1), "Block")) as c:
            kind = c.add(RTCP.block_type)
            for field in SPECIFIC.get(kind, (RTCP.block_specific,)):
                c.add(field)
                c.pos -= 1
            c.pos += 1
            c.add(RTCP.block_length)
            if kind in (1, 2, 3):
                sequences(c, kind)
            elif kind == 6:
                for field in (RTCP.identifier, RTCP.begin_seq, RTCP.end_seq, *RTCP.summary):
                    c.add(field)
            elif kind == 4:
                c.add(RTCP.xr_time, 8, value=ntp_time(c.peek(4), c.peek(4, 4)))
            elif kind == 5:
                while c.remaining:
                    for field in (RTCP.identifier, RTCP.last_rr, RTCP.since_rr):
                        c.add(field)
            elif kind == 7:
                c.add(RTCP.identifier)
                for field in RTCP.voip:
                    c.add(field)
                for field in RTCP.opinion:
                    c.add(field, 1, value=c.peek(1) / 10)
                for field in (RTCP.concealment, RTCP.adaptive, RTCP.jitter_rate):
                    c.add(field)
                    c.pos -= 1
                c.skip(2)
                for field in RTCP.jitter_buffer:
                    c.add(field)
            c.rest(RTCP.block_rest)
    return ""


SPECIFIC: dict[int, tuple[Field, ...]] = {  # what the second octet of a block of extended reports says
    1: (RTCP.thinning,), 2: (RTCP.thinning,), 3: (RTCP.thinning,),
    6: (RTCP.loss_flag, RTCP.duplicates_flag, RTCP.jitter_flag, RTCP.ttl_flag),
}  # fmt: skip
COUNTS = {
    SR: RTCP.rc, RR: RTCP.rc, SDES: RTCP.sc, BYE: RTCP.sc, APP: RTCP.subtype, RTPFB: RTCP.rtp_format,
    PSFB: RTCP.payload_format,
}  # fmt: skip
PARTS: dict[int, Callable[[Cursor, int], str]] = {
    SR: sender_report, RR: receiver_report, SDES: description, BYE: goodbye, APP: application, RTPFB: rtp_feedback,
    PSFB: payload_feedback, XR: extended,
}  # fmt: skip
