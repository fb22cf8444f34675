"""MPEG's transport stream (ISO 13818-1): packets of 188 octets.

    0x47 (1), error, start, priority (1 bit each), PID (13); scrambling, adaptation (2 bits each), counter (4)
    adaptation: length (1), flags (1), PCR (6), OPCR (6), countdown (1), private data (length, octets), stuffing
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT64, Field, group, raw, u8, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

PACKET, SYNC = 188, 0x47


def _clock(octets: bytes) -> int:
    """A clock reference: 33 bits of 90 kHz, six reserved, nine of 27 MHz."""
    word = int.from_bytes(octets, "big")
    return (word >> 15) * 300 + (word & 0x1FF)


class TransportStream(Layer):
    """Some packets of a stream."""

    name, label, column = "mp2t", "ISO/IEC 13818-1", "MPEG TS"
    binds = {"linktype": (243,)}
    heuristics = ("udp",)
    likely = Likely({0: bytes([SYNC])})
    probe = lambda p: (
        (p.length >= PACKET) & (p.length % PACKET == 0) & (p.u8(0) == SYNC)
        & ((p.length == PACKET) | (p.u8(PACKET) == SYNC)) & ((p.length <= 2 * PACKET) | (p.u8(2 * PACKET) == SYNC))
    )

    packet = group("", "Packet")
    head = u32(None, "mp2t.header", "Header", HEX)
    head_parts = (
        u32(None, "mp2t.sync_byte", "Sync Byte", HEX, mask=0xFF000000, within=head),
        u32(None, "mp2t.tei", "Transport Error Indicator", mask=0x800000, within=head),
        u32(None, "mp2t.pusi", "Payload Unit Start Indicator", mask=0x400000, within=head),
        u32(None, "mp2t.tp", "Transport Priority", mask=0x200000, within=head),
        u32(None, "mp2t.pid", "PID", HEX, mask=0x1FFF00, within=head),
        u32(None, "mp2t.tsc", "Transport Scrambling Control", HEX, mask=0xC0, within=head),
        u32(None, "mp2t.afc", "Adaptation Field Control", HEX, mask=0x30, within=head),
        u32(None, "mp2t.cc", "Continuity Counter", mask=0x0F, within=head),
    )
    adaptation = group("mp2t.af", "Adaptation Field")
    size_of = u8(None, "mp2t.af.length", "Adaptation Field Length")
    flags = u8(None, "", "Flags", HEX)
    flags_parts = (
        u8(None, "mp2t.af.di", "Discontinuity Indicator", mask=0x80, within=flags),
        u8(None, "mp2t.af.rai", "Random Access Indicator", mask=0x40, within=flags),
        u8(None, "mp2t.af.espi", "Elementary Stream Priority Indicator", mask=0x20, within=flags),
        u8(None, "mp2t.af.pcr_flag", "PCR Flag", mask=0x10, within=flags),
        u8(None, "mp2t.af.opcr_flag", "OPCR Flag", mask=0x08, within=flags),
        u8(None, "mp2t.af.sp_flag", "Splicing Point Flag", mask=0x04, within=flags),
        u8(None, "mp2t.af.tpd_flag", "Transport Private Data Flag", mask=0x02, within=flags),
        u8(None, "mp2t.af.afe_flag", "Adaptation Field Extension Flag", mask=0x01, within=flags),
    )
    pcr, opcr = Field("mp2t.af.pcr", "Program Clock Reference", UINT64, HEX), Field("mp2t.af.opcr", "Original Program Clock Reference", UINT64, HEX)
    countdown = u8(None, "mp2t.af.sc", "Splice Countdown")
    private_size, private = u8(None, "mp2t.af.tpd_length", "Transport Private Data Length"), raw(None, "mp2t.af.tpd", "Transport Private Data")
    stuffing, contents = raw(None, "", "Stuffing"), raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining >= 4:
            with c.group(cls.packet, min(PACKET, c.limit - c.pos)) as c:
                word = c.add(cls.head)
                if word & 0x20:
                    cls._adaptation(c)
                c.rest(cls.contents)
        c.rest(cls.contents)

    @classmethod
    def _adaptation(cls, c: Cursor) -> None:
        with c.group(cls.adaptation, 1 + c.peek(1)) as c:
            if not c.add(cls.size_of):
                return
            flags = c.add(cls.flags)
            for bit, field in ((0x10, cls.pcr), (0x08, cls.opcr)):
                if flags & bit:
                    c.add(field, 6, value=_clock(c.peek_bytes(6)))
            if flags & 0x04:
                c.add(cls.countdown)
            if flags & 0x02:
                size = c.add(cls.private_size)
                if size:
                    c.add(cls.private, size)
            c.rest(cls.stuffing)
