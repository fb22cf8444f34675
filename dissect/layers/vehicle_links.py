"""Buses of vehicles beside CAN: LIN (LINKTYPE_LIN) and FlexRay (LINKTYPE_FLEXRAY), with what recorders say of each frame.

    LIN      revision (1), reserved (3), length (4 bits), message type (2), checksum type (2), identifier and parity (1),
             checksum (1), errors (1), data; or an event's number (4)
    FlexRay  channel and kind (1), errors (1), frame header (5), data
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, flag, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer

FRAME, EVENT = 0, 3
EVENTS = {0xB0B00001: "Go-to-Sleep event by Go-to-Sleep frame", 0xB0B00002: "Go-to-Sleep event by Inactivity for more than 4s",
          0xB0B00004: "Wake-up event by Wake-up signal"}  # fmt: skip


class LIN(Layer):
    """A frame of a local interconnect network (ISO 17987)."""

    name, label, column = "lin", "LIN Protocol", "LIN"
    binds = {"linktype": (212,)}
    reaches = ("data",)

    revision = u8(None, "lin.message_format", "Message Format Revision")
    reserved = u24(None, "lin.reserved", "Reserved", HEX)
    word = u8(None, "", "Length and types", HEX)
    size_of = u8(0, "lin.length", "Length", mask=0xF0, within=word)
    kind = u8(0, "lin.message_type", "Message Type", mask=0x0C, within=word, names={FRAME: "Frame", EVENT: "Event"})
    checks = u8(0, "lin.checksum_type", "Checksum Type", mask=0x03, within=word,
                names={0: "Unknown/Error", 1: "Classic", 2: "Enhanced", 3: "Undefined"})  # fmt: skip
    event_size = u8(None, "lin.length", "Length", mask=0xF0)
    event_kind = u8(None, "lin.message_type", "Message Type", mask=0x0C, names={FRAME: "Frame", EVENT: "Event"})
    protected = u8(None, "lin.protected_id", "Protected ID", HEX)
    identifier = u8(0, "lin.frame_id", "Frame ID", HEX, mask=0x3F, within=protected)
    parity = u8(0, "lin.frame_parity", "Parity", HEX, mask=0xC0, within=protected)
    check = u8(None, "lin.checksum", "Checksum", HEX)
    errors = u8(None, "lin.errors", "Errors", HEX)
    error_bits = bits(
        errors, "lin.errors", ("overflow_error", "Overflow Error", 0x20), ("invalid_id_error", "Invalid ID Error", 0x10),
        ("checksum_error", "Checksum Error", 0x08), ("parity_error", "Parity Error", 0x04),
        ("framing_error", "Framing Error", 0x02), ("no_slave_response", "No Slave Response Error", 0x01),
    )  # fmt: skip
    event = u32(None, "lin.event_id", "Event ID", HEX, names=EVENTS)
    rest = raw(None, "", "Rest")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.revision)
        c.add(cls.reserved)
        size, kind = c.peek(1) >> 4, c.peek(1) >> 2 & 3
        if kind == EVENT:
            for field in (cls.event_size, cls.event_kind):
                c.add(field)
                c.pos -= 1
            c.pos += 1
            c.add(cls.rest, 2)
            c.add(cls.errors)
            number = c.add(cls.event)
            c.info(f"LIN Event: {EVENTS.get(number, f'0x{number:08x}')}")
        else:
            c.info("LIN Frame")
            for field in (cls.word, cls.protected, cls.check, cls.errors):
                c.add(field)
            if size and c.remaining:
                c.child("data", min(size, c.limit - c.pos))
        c.rest(cls.rest)


SYMBOL = 2


class FlexRay(Layer):
    """A frame, or a symbol, of FlexRay (ISO 17458)."""

    name, label, column = "flexray", "FlexRay Protocol", "FLEXRAY"
    binds = {"linktype": (210,)}
    reaches = ("data",)

    measured = u8(None, "flexray.mhf", "Measurement Header", HEX)
    other_channel = flag(0, "flexray.ch", "Channel", 0x80, within=measured)
    kind = u8(0, "flexray.ti", "Type Index", HEX, mask=0x7F, within=measured, names={1: "FRAME", SYMBOL: "SYMB"})
    errors = u8(None, "flexray.eff", "Error Flags", HEX)
    error_bits = bits(
        errors, "flexray", ("fcrc_err", "Frame CRC error", 0x10), ("hcrc_err", "Header CRC error", 0x08),
        ("fes_err", "Frame End Sequence error", 0x04), ("cod_err", "Coding error", 0x02), ("tss_viol", "TSS violation", 0x01),
    )  # fmt: skip
    head = u8(None, "flexray.ff", "FlexRay Frame", HEX)
    head_bits = bits(
        head, "flexray", ("ppi", "Payload preamble Indicator", 0x40), ("sfi", "Sync Frame Indicator", 0x10),
        ("stfi", "Startup Frame Indicator", 0x08),
    )  # fmt: skip
    null = flag(None, "flexray.nfi", "Null Frame", 0x20, 1)
    identifier = u16(None, "flexray.fid", "Frame ID", mask=0x7FF)
    words = u8(None, "flexray.pl", "Payload length", mask=0xFE)
    head_check = u24(None, "flexray.hcrc", "Header CRC", mask=0x1FFC0)
    cycle = u8(None, "flexray.cc", "Cycle Counter", mask=0x3F)
    symbol = u8(None, "flexray.sl", "Symbol length", mask=0x7F)
    rest = raw(None, "", "Rest")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.peek(1) & 0x7F
        c.add(cls.measured)
        if kind == SYMBOL:
            c.info(f"SYMB: SL {c.add(cls.symbol):>3}")
            c.rest(cls.rest)
            return
        c.add(cls.errors)
        start = c.pos
        number, cycle = c.peek(2) & 0x7FF, c.peek(1, 4) & 0x3F
        has = bool(c.peek(1) & 0x20)
        c.info(f"FRAME: ID {number:>4} CC {cycle:>2}" + ("" if has else "   NF"))
        with c.group(cls.head, 5, value=c.peek(1)) as c:
            for field, at in cls._places():
                c.pos = start + at
                c.add(field)
            c.pos = start + 5
        if c.remaining:
            c.child("data", c.limit - c.pos)

    @classmethod
    def _places(cls) -> tuple[tuple[Field, int], ...]:
        """The parts of a frame's header and where they begin."""
        return (*((bit, 0) for bit in cls.head_bits), (cls.null, 0), (cls.identifier, 0), (cls.words, 2), (cls.head_check, 2),
                (cls.cycle, 4))  # fmt: skip
