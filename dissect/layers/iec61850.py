"""IEC 61850's two on Ethernet: GOOSE, the events of a substation (8-1, annex A), and sampled values (9-2).

    application (2), length (2), reserved (2), reserved (2), then BER:
      GOOSE [APPLICATION 1]: [0] control block, [1] time to live, [2] data set, [3] id, [4] time, [5] state, [6] sequence,
        [7] simulation, [8] revision, [9] needs commissioning, [10] count of entries, [11] the entries
      SV [APPLICATION 0]: [0] count, [2] blocks: [0] id, [1] data set, [2] count, [3] revision, [4] refresh time,
        [5] synchronised, [6] rate, [7] samples, [8] mode
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    FLOAT,
    HEX,
    HEX_DEC,
    INT32,
    UINT32,
    Field,
    flag,
    group,
    i32,
    raw,
    string,
    u16,
    u32,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.layers import ber

DEEPEST = 16  # data of structures in structures
ARRAY, STRUCTURE, BOOL, BITS, INT, UNSIGNED, FLOATING, OCTETS, VISIBLE, BINARY, UTC_TIME = 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 17
KINDS = {ARRAY: "array", STRUCTURE: "structure", BOOL: "boolean", BITS: "bit-string", INT: "integer", UNSIGNED: "unsigned",
         FLOATING: "floating-point", 8: "real", OCTETS: "octet-string", VISIBLE: "visible-string", BINARY: "binary-time",
         13: "bcd", 14: "booleanArray", 15: "objId", 16: "mMSString", UTC_TIME: "utc-time"}  # fmt: skip


def _time(octets: bytes) -> str | None:
    """A time of IEC 61850-8-1: seconds, a binary fraction of 24 bits, quality; None for anything else."""
    if len(octets) != 8:
        return None
    nanoseconds = (int.from_bytes(octets[4:7], "big") * 1_000_000_000) >> 24
    moment = datetime.fromtimestamp(int.from_bytes(octets[:4], "big"), UTC)
    return f"{moment:%b} {moment.day:2d}, {moment:%Y %H:%M:%S}.{nanoseconds:09d} UTC"


def _take(c: Cursor, field: Field) -> None:
    """The element ahead, as what its field's type says."""
    kind, octets = field.type.kind, ber.octets_of(c)
    if field.name.endswith((".t", ".utc_time")):
        ber.take(c, field, _time(octets) or "")
    elif kind == "bytes":
        ber.take(c, field, octets)
    elif kind == "string":
        ber.text(c, field)
    elif kind == "bool":
        ber.boolean(c, field)
    elif kind == "int":
        ber.take(c, field, int.from_bytes(octets[-4:], "big", signed=True))
    else:
        ber.take(c, field, int.from_bytes(octets[-4:], "big"))


class GOOSE(Layer):
    """The state of a data set, told again and again."""

    name, label, column = "goose", "GOOSE", "GOOSE"
    partly = True
    binds = {"ethertype": (0x88B8,)}

    appid = u16(0, "goose.appid", "APPID", HEX_DEC)
    len = u16(2, "goose.length", "Length")
    reserve1 = u16(4, "goose.reserve1", "Reserved 1", HEX_DEC)
    simulated = flag(4, "goose.reserve1.s_bit", "Simulated", 0x8000, within=reserve1)
    reserve2 = u16(6, "goose.reserve2", "Reserved 2", HEX_DEC)
    length = lambda h: h.end - h.start

    pdu = group("goose.goosePdu_element", "goosePdu")
    parts = (
        string(None, "goose.gocbRef", "gocbRef"), i32(None, "goose.timeAllowedtoLive", "timeAllowedtoLive"),
        string(None, "goose.datSet", "datSet"), string(None, "goose.goID", "goID"), string(None, "goose.t", "t"),
        u32(None, "goose.stNum", "stNum"), u32(None, "goose.sqNum", "sqNum"),
        Field("goose.simulation", "simulation", BOOLEAN), i32(None, "goose.confRev", "confRev"),
        Field("goose.ndsCom", "ndsCom", BOOLEAN), i32(None, "goose.numDatSetEntries", "numDatSetEntries"),
    )  # fmt: skip
    entries = u32(None, "goose.allData", "allData")
    data = Field("goose.Data", "Data", UINT32, names=KINDS)
    structure, array = u32(None, "goose.structure", "structure"), u32(None, "goose.array", "array")
    values = {
        BOOL: Field("goose.boolean", "boolean", BOOLEAN), INT: Field("goose.integer", "integer", INT32),
        UNSIGNED: Field("goose.unsigned", "unsigned", INT32), OCTETS: raw(None, "goose.octet_string", "octet-string"),
        VISIBLE: string(None, "goose.visible_string", "visible-string"),
        BINARY: raw(None, "goose.binary_time", "binary-time"), UTC_TIME: string(None, "goose.utc_time", "utc-time"),
    }  # fmt: skip
    kinds = tuple(values.values())
    bit_string = raw(None, "goose.bit_string", "bit-string")
    floating = raw(None, "goose.floating_point", "floating-point")
    number = Field("goose.float_value", "float value", FLOAT)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 8
        if c.remaining and c.peek(1) == 0x61:
            with ber.inside(c, cls.pdu) as c:
                while c.remaining:
                    cls._part(c)
        c.rest(cls.other)

    @classmethod
    def _part(cls, c: Cursor) -> None:
        tag = ber.peek(c)
        if tag.octet & 0xC0 == ber.CONTEXT and tag.number < 11:
            _take(c, cls.parts[tag.number])
        elif tag.number == 11:
            with ber.inside(c, cls.entries, ber.count(c)) as c:
                while c.remaining:
                    cls._data(c, 0)
        else:
            ber.take(c, ber.OTHER, ber.octets_of(c))

    @classmethod
    def _data(cls, c: Cursor, depth: int) -> None:
        tag = ber.peek(c)
        with c.group(cls.data, tag.header + tag.size, value=tag.number) as c:
            if tag.number in (STRUCTURE, ARRAY) and depth < DEEPEST:
                with ber.inside(c, cls.structure if tag.number == STRUCTURE else cls.array, ber.count(c)) as c:
                    while c.remaining:
                        cls._data(c, depth + 1)
            elif tag.number == FLOATING:
                octets = ber.octets_of(c)
                ber.take(c, cls.floating, octets)
                if len(octets) == 5:
                    c.derived(cls.number, struct.unpack(">f", octets[1:])[0])
            elif tag.number == BITS:
                ber.take(c, cls.bit_string, ber.octets_of(c)[1:])
            elif tag.number in cls.values:
                _take(c, cls.values[tag.number])
            else:
                ber.take(c, ber.OTHER, ber.octets_of(c))


class SampledValues(Layer):
    """Currents and voltages as they are measured."""

    name, label, column = "sv", "IEC61850 Sampled Values", "IEC61850 Sampled Values"
    binds = {"ethertype": (0x88BA,)}

    appid = u16(0, "sv.appid", "APPID", HEX)
    len = u16(2, "sv.length", "Length")
    reserve1 = u16(4, "sv.reserve1", "Reserved 1", HEX_DEC)
    simulated = flag(4, "sv.reserve1.s_bit", "Simulated", 0x8000, within=reserve1)
    reserve2 = u16(6, "sv.reserve2", "Reserved 2", HEX_DEC)
    length = lambda h: h.end - h.start

    pdu = group("sv.savPdu_element", "savPdu")
    count = u32(None, "sv.noASDU", "noASDU")
    blocks = u32(None, "sv.seqASDU", "seqASDU")
    block = group("sv.ASDU_element", "ASDU")
    samples = raw(None, "sv.seqData", "seqData")
    parts = {
        0: string(None, "sv.svID", "svID"), 1: string(None, "sv.datSet", "datSet"), 2: u32(None, "sv.smpCnt", "smpCnt"),
        3: u32(None, "sv.confRev", "confRev"), 5: i32(None, "sv.smpSynch", "smpSynch"), 6: u32(None, "sv.smpRate", "smpRate"),
        7: samples, 8: i32(None, "sv.smpMod", "smpMod"),
    }  # fmt: skip
    kinds = tuple(parts.values())
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 8
        if c.remaining and c.peek(1) == 0x60:
            with ber.inside(c, cls.pdu) as c:
                while c.remaining:
                    number = ber.peek(c).number
                    if number == 0:
                        _take(c, cls.count)
                    elif number == 2:
                        cls._blocks(c)
                    else:
                        ber.take(c, ber.OTHER, ber.octets_of(c))
        c.rest(cls.other)

    @classmethod
    def _blocks(cls, c: Cursor) -> None:
        with ber.inside(c, cls.blocks, ber.count(c)) as c:
            while c.remaining:
                with ber.inside(c, cls.block) as c:
                    while c.remaining:
                        _take(c, cls.parts.get(ber.peek(c).number, ber.OTHER))
