"""RTP (RFC 3550) and telephone events in it (RFC 4733).  It is found where SDP has announced it.

     0                   1                   2                   3
    +---+-+-+-------+-+-------------+-------------------------------+
    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
    +---+-+-+-------+-+-------------+-------------------------------+
    |                           timestamp                           |
    +---------------------------------------------------------------+
    |           synchronization source (SSRC) identifier            |
    +---------------------------------------------------------------+
    |            contributing sources, 0 to 15 (CC)                 |
    | where X: profile (2), length in words (2), extensions         |
    | payload; where P: padding, whose last octet is its length     |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX_DEC, flag, group, maximum, minimum, raw, u8, u16, u32, where
from dissect.engine.layer import Carried, Layer
from dissect.engine.peek import Likely
from dissect.layers.announced import CODED, RTP_PORT, coding_of, told
from dissect.layers.streams import quoted

PAYLOADS = {
    0: "ITU-T G.711 PCMU", 1: "USA Federal Standard FS-1016", 2: "ITU-T G.721", 3: "GSM 06.10", 4: "ITU-T G.723",
    5: "DVI4 8000 samples/s", 6: "DVI4 16000 samples/s", 7: "Experimental linear predictive encoding from Xerox PARC",
    8: "ITU-T G.711 PCMA", 9: "ITU-T G.722", 10: "16-bit uncompressed audio, stereo",
    11: "16-bit uncompressed audio, monaural", 12: "Qualcomm Code Excited Linear Predictive coding", 13: "Comfort noise",
    14: "MPEG-I/II Audio", 15: "ITU-T G.728", 16: "DVI4 11025 samples/s", 17: "DVI4 22050 samples/s",
    18: "ITU-T G.729", 19: "Comfort noise (old)", 25: "Sun CellB video encoding", 26: "JPEG-compressed video",
    28: "'nv' program", 31: "ITU-T H.261", 32: "MPEG-I/II Video", 33: "MPEG-II transport streams",
    34: "ITU-T H.263",
} | {number: f"DynamicRTP-Type-{number}" for number in range(96, 128)}  # fmt: skip
VERSIONS = {0: "Old VAT Version", 1: "First Draft Version", 2: "RFC 1889 Version"}
EVENTS = {
    0: "DTMF Zero 0", 1: "DTMF One 1", 2: "DTMF Two 2", 3: "DTMF Three 3", 4: "DTMF Four 4", 5: "DTMF Five 5",
    6: "DTMF Six 6", 7: "DTMF Seven 7", 8: "DTMF Eight 8", 9: "DTMF Nine 9", 10: "DTMF Star *", 11: "DTMF Pound #",
    12: "DTMF A", 13: "DTMF B", 14: "DTMF C", 15: "DTMF D", 16: "Flash",
    23: "CRdSeg: second segment of V.8 bis CRd signal", 24: "CReSeg : second segment of V.8 bis CRe signal",
    25: "MRdSeg : second segment of V.8 bis MRd signal", 26: "MReSeg : second segment of V.8 bis MRe signal",
    27: "V32AC : A pattern of bits modulated at 4800 bits / s, emitted by a V.32 / V.32bis answering terminal upon detection of the AA pattern.",
    28: "V8bISeg : first segment of initiating V.8 bis signal",
    29: "V8bRSeg : first segment of responding V.8 bis signal",
    30: "V21L300 : 300 bits / s low channel V.21 indication",
    31: "V21H300 : 300 bits / s high channel V.21 indication", 32: "Fax ANS", 33: "Fax /ANS", 34: "Fax ANSam",
    35: "Fax /ANSam", 36: "Fax CNG", 37: "V.21 channel 1, 0 bit", 38: "V.21 channel 1, 1 bit",
    39: "V.21 channel 2, 0 bit", 40: "V.21 channel 2, 1 bit", 41: "Fax CRdi", 42: "Fax CRdr", 43: "Fax CRe",
    44: "Fax ESi", 45: "Fax ESr", 46: "Fax MRdi", 47: "Fax MRdr", 48: "Fax MRe", 49: "Fax CT",
    52: "ANS2225: 2225 Hz indication for text telephony", 53: "CI(V.8 Call Indicator signal preamble)",
    54: "V.21 preamble flag(T.30)", 55: "V21L110 : 110 bits / s V.21 indication for text telephony",
    56: "B103L300 : Bell 103 low channel indication for text telephony",
    57: "V23Main : V.23 main channel indication for text telephony",
    58: "V23Back : V.23 back channel indication for text telephony",
    59: "Baud4545 : 45.45 bits / s Baudot indication for text telephony",
    60: "Baud50 : 50 bits / s Baudot indication for text telephony",
    61: "VBDGen : Tone patterns indicative of use of an unidentified modem type",
    62: "XCIMark : A pattern of bits modulated in the V.23 main channel, emitted by a V.18 calling terminal",
    63: "V32AA : A pattern of bits modulated at 4800 bits / s, emitted by a V.32 / V.23bis calling terminal",
    64: "Off Hook", 65: "On Hook", 66: "Dial tone", 67: "PABX internal dial tone", 68: "Special dial tone",
    69: "Second dial tone", 70: "Ringing tone", 71: "Special ringing tone", 72: "Busy tone", 73: "Congestion tone",
    74: "Special information tone", 75: "Comfort tone", 76: "Hold tone", 77: "Record tone", 78: "Caller waiting tone",
    79: "Call waiting tone", 80: "Pay tone", 81: "Positive indication tone", 82: "Negative indication tone",
    83: "Warning tone", 84: "Intrusion tone", 85: "Calling card service tone", 86: "Payphone recognition tone",
    87: "CPE alerting signal (CAS)", 88: "Off-hook warning tone", 89: "Ring", 96: "Acceptance tone",
    97: "Confirmation tone", 98: "Dial tone, recall", 99: "End of three party service tone", 100: "Facilities tone",
    101: "Line lockout tone", 102: "Number unobtainable tone", 103: "Offering tone", 104: "Permanent signal tone",
    105: "Preemption tone", 106: "Queue tone", 107: "Refusal tone", 108: "Route tone", 109: "Valid tone",
    110: "Waiting tone", 111: "Warning tone (end of period)", 112: "Warning Tone (PIP tone)",
    115: "North American SIT Segment 1 Low", 116: "North American SIT Segment 1 High",
    117: "North American SIT Segment 2 Low", 118: "North American SIT Segment 2 High",
    119: "North American SIT Segment 3", 120: "North American Coin Deposit", 121: "Continuity check - tone",
    122: "Continuity verify - tone", 123: "MF Code 11 (SS No. 5) or KP3P / ST3P(R1) or North American Ringback",
    124: "MF KP(SS No. 5) or KP1(R1) or North American Coin Return", 125: "MF KP2(SS No. 5) or KP2P / ST2P(R1)",
    126: "MF ST(SS No. 5 and R1) or North American Coin Collect / Operator Released",
    127: "MF Code 12 (SS No. 5) or KP'/STP (R1)", 128: "MF 0", 129: "MF 1", 130: "MF 2", 131: "MF 3", 132: "MF 4",
    133: "MF 5", 134: "MF 6", 135: "MF 7", 136: "MF 8", 137: "MF 9", 138: "MF K0 or KP (start-of-pulsing)",
    139: "MF K1", 140: "MF K2", 141: "MF S0 to ST (end-of-pulsing)", 142: "MF S1", 143: "MF S3",
    144: "ABCD signalling state '0000'", 145: "ABCD signalling state '0001'", 146: "ABCD signalling state '0010'",
    147: "ABCD signalling state '0011'", 148: "ABCD signalling state '0100'", 149: "ABCD signalling state '0101'",
    150: "ABCD signalling state '0110'", 151: "ABCD signalling state '0111'", 152: "ABCD signalling state '1000'",
    153: "ABCD signalling state '1001'", 154: "ABCD signalling state '1010'", 155: "ABCD signalling state '1011'",
    156: "ABCD signalling state '1100'", 157: "ABCD signalling state '1101'", 158: "ABCD signalling state '1110'",
    159: "ABCD signalling state '1111'", 160: "Wink", 161: "Wink off", 162: "Incoming seizure", 163: "Seizure",
    164: "Unseize circuit", 165: "Continuity test", 166: "Default continuity tone",
    167: "Continuity tone (single tone)", 168: "Continuity test send", 170: "Continuity verified", 171: "Loopback",
    172: "Old milliwatt tone (1000 Hz)", 173: "New milliwatt tone (1004 Hz)", 174: "Metering pulse",
    175: "Trunk unavailable", 176: "MFC forward signal 1", 177: "MFC forward signal 2", 178: "MFC forward signal 3",
    179: "MFC forward signal 4", 180: "MFC forward signal 5", 181: "MFC forward signal 6",
    182: "MFC forward signal 7", 183: "MFC forward signal 8", 184: "MFC forward signal 9",
    185: "MFC forward signal 10", 186: "MFC forward signal 11", 187: "MFC forward signal 12",
    188: "MFC forward signal 13", 189: "MFC forward signal 14", 190: "MFC forward signal 15",
    191: "MFC backward signal 1", 192: "MFC backward signal 2", 193: "Cisco NSE: Disable echo cancellation",
    194: "Cisco NSE: Shift to voice mode", 199: "Cisco NSE: Advertise Modem relay capability",
    200: "Cisco NSE: Shift to fax relay mode", 201: "Positive acknowledgement of Cisco NSE",
    202: "Negative acknowledgement of Cisco NSE", 203: "Cisco NSE: Shift to modem relay mode",
}  # fmt: skip
ONE_BYTE = 0xBEDE  # RFC 8285
EVENT_TYPE = 101


def announced(p: Any) -> Any:
    """Whether SDP has said that this is RTP."""
    fits = (p.length >= 12) & (p.u8(0) >> 6 == 2)
    return (told(p) & 0xFF == RTP_PORT) & fits if np.any(fits) else fits


def behind_sources(h: Any) -> Any:
    """Where the contributing sources end."""
    return 12 + 4 * h.cc


def payload_at(h: Any) -> Any:
    """Where the payload begins."""
    return behind_sources(h) + where(h.ext, 4 + 4 * h.ext_len, 0)


def padding_size(h: Any) -> Any:
    """Octets of padding that are believed."""
    return where(h.padding, minimum(h.padding_count, maximum(h.limit - h.start - payload_at(h), 0)), 0)


# what payload types are that need no announcement (RFC 3551), behind those of `CODED`
FIXED = {4: ("g723",), 26: ("jpeg",), 31: ("h261",), 32: ("mpeg1",), 34: ("rfc2190",)}
WITHIN: tuple[tuple[str, ...], ...] = ((), *((name,) for name in CODED), *FIXED.values())
EVENT = WITHIN.index(("rtpevent",))


def within(h: Any) -> Any:
    """Which of `WITHIN` the payload is: as was announced, or by its type.  A telephone event is told by the number that
    nearly everyone gives it, and its length."""
    size = h.limit - h.start - payload_at(h) - padding_size(h)
    streams = h.streams
    found = h.p_type * 0 if streams is None or quoted(h) else coding_of(streams.announced(h), h.p_type)
    for i, number in enumerate(FIXED):
        found = where(h.p_type == number, len(WITHIN) - len(FIXED) + i, found)
    found = where((found == 0) & (h.p_type == EVENT_TYPE) & (size == 4), EVENT, found)
    return where((size > 0) & (h.limit <= h.end), found, 0)


def carried(h: Any) -> Carried:
    """See `Layer.inmost`.  What is within RFC 2190's head is its own to say."""
    which = np.asarray(within(h), np.int64)
    return Carried(np.where(which == WITHIN.index(("rfc2190",)), -1, which), list(WITHIN))


class RTP(Layer):
    """A packet of a stream."""

    name, label, column = "rtp", "Real-Time Transport Protocol", "RTP"
    likely = Likely({0: bytes(range(0x80, 0xC0))})
    heuristics, probe = ("udp",), announced

    version = u8(0, "rtp.version", "Version", mask=0xC0, names=VERSIONS)
    padding = flag(0, "rtp.padding", "Padding", 0x20)
    ext = flag(0, "rtp.ext", "Extension", 0x10)
    cc = u8(0, "rtp.cc", "Contributing source identifiers count", mask=0x0F)
    marker = flag(1, "rtp.marker", "Marker", 0x80)
    p_type = u8(1, "rtp.p_type", "Payload type", mask=0x7F, names=PAYLOADS)
    seq = u16(2, "rtp.seq", "Sequence number")
    timestamp = u32(4, "rtp.timestamp", "Timestamp")
    ssrc = u32(8, "rtp.ssrc", "Synchronization Source identifier", HEX_DEC)
    sources = tuple(
        u32(12 + 4 * i, "rtp.csrc.item", f"CSRC item {i}", HEX_DEC, when=lambda h, i=i: h.cc > i) for i in range(15)
    )
    profile = u16(behind_sources, "rtp.ext.profile", "Defined by profile", HEX_DEC, when=lambda h: h.ext)
    ext_len = u16(lambda h: behind_sources(h) + 2, "rtp.ext.len", "Extension length", when=lambda h: h.ext)
    padding_count = u8(
        lambda h: h.limit - h.start - 1, "rtp.padding.count", "Padding count",
        when=lambda h: h.padding & (h.limit <= h.end) & (h.limit - h.start > payload_at(h)),
    )  # fmt: skip
    payload_bytes = raw(
        payload_at, "rtp.payload", "Payload",
        size=lambda h: maximum(minimum(h.end, h.limit - padding_size(h)) - h.start - payload_at(h), 0),
        when=lambda h: minimum(h.end, h.limit - padding_size(h)) > h.start + payload_at(h),
    )  # fmt: skip
    padding_data = raw(
        lambda h: h.limit - h.start - padding_size(h), "rtp.padding.data", "Padding data",
        size=lambda h: maximum(padding_size(h) - 1, 0), when=lambda h: padding_size(h) > 1,
    )  # fmt: skip
    extensions = group("rtp.hdr_exts", "Header extensions")
    extension = u32(None, "rtp.hdr_ext", "Header extension", HEX_DEC)
    item_id = u8(None, "rtp.ext.rfc5285.id", "Identifier")
    item_length = u8(None, "rtp.ext.rfc5285.len", "Length")
    item_data = raw(None, "rtp.ext.rfc5285.data", "Extension Data")
    reaches = tuple(dict.fromkeys(name for names in WITHIN for name in names))
    encloses = lambda h: within(h) > 0
    inmost = carried

    @staticmethod
    def info(p_type: int, ssrc: int, seq: int, timestamp: int, marker: bool) -> str:
        kind = PAYLOADS.get(p_type, f"Unknown ({p_type})")
        return f"PT={kind}, SSRC=0x{ssrc:X}, Seq={seq}, Time={timestamp}{', Mark' * marker}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        if h.ext:
            c.pos = h.start + int(behind_sources(h)) + 4
            with c.group(cls.extensions, 4 * h.ext_len) as c:
                if h.profile == ONE_BYTE:
                    cls._items(c)
                while c.remaining:
                    c.add(cls.extension)
        names = WITHIN[int(within(h))]
        if names:
            c.pos = h.start + int(payload_at(h))
            c.child(names[0], h.limit - padding_size(h) - c.pos)
        c.pos = c.end

    @classmethod
    def _items(cls, c: Cursor) -> None:
        """Extensions with headers of one octet."""
        while c.remaining:
            head = c.peek(1)
            if head >> 4 in (0, 15):
                c.pos += 1
                continue
            c.add(cls.item_id, 1, value=head >> 4)
            c.pos -= 1
            size = c.add(cls.item_length, 1, value=(head & 15) + 1)
            c.add(cls.item_data, size)


class RTPEvent(Layer):
    """A telephone event."""

    name, label, column = "rtpevent", "RFC 2833 RTP Event", "RTP EVENT"

    event = u8(0, "rtpevent.event_id", "Event ID", names=EVENTS)
    end_of_event = flag(1, "rtpevent.end_of_event", "End of Event", 0x80)
    reserved = flag(1, "rtpevent.reserved", "Reserved", 0x40)
    volume = u8(1, "rtpevent.volume", "Volume", mask=0x3F)
    duration = u16(2, "rtpevent.duration", "Event Duration")

    @staticmethod
    def info(event: int, end_of_event: bool) -> str:
        return f"Payload type=RTP Event, {EVENTS.get(event, 'Unknown')}{' (end)' * end_of_event}"
