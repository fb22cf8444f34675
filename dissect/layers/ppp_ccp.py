"""PPP's Compression Control Protocol (RFC 1962)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    HEX,
    Field,
    flag,
    u8,
    u16,
    u24,
    u32,
)
from dissect.layers.ppp_control import Control, option


class CCP(Control):
    """The control protocol of compression (and of Microsoft's encryption)."""

    name, label, column = "ccp", "PPP Compression Control Protocol", "PPP CCP"
    binds = {"ppp": (0x80FD,)}
    exact = {18: 6, 21: 3, 23: 6, 24: 4, 25: 3, 26: 4}
    least = {0: 6, 17: 5, 19: 3, 27: 4}

    opt_kind = u8(None, "ccp.opt.type", "Type")
    opt_size = u8(None, "ccp.opt.length", "Length")
    opt_oui = u24(None, "ccp.opt.oui", "OUI", HEX)
    subtype = u8(None, "ccp.opt.subtype", "Subtype", DEC_HEX)
    histories = u16(None, "ccp.opt.history_count", "History Count")
    check = u8(None, "ccp.opt.cm", "Check Mode Field")
    check_reserved = u8(0, "ccp.opt.cm.reserved", "Reserved", mask=0xF8, within=check)
    check_mode = u8(0, "ccp.opt.cm.check_mode", "Check Mode", mask=0x07, within=check)
    bits = u32(None, "ccp.opt.supported_bits", "Supported Bits", HEX)
    bit_h = flag(0, "ccp.opt.supported_bits.h", "H", 0x01000000, within=bits)
    bit_m = flag(0, "ccp.opt.supported_bits.m", "M", 0x80, within=bits)
    bit_s = flag(0, "ccp.opt.supported_bits.s", "S", 0x40, within=bits)
    bit_l = flag(0, "ccp.opt.supported_bits.l", "L", 0x20, within=bits)
    bit_d = flag(0, "ccp.opt.supported_bits.d", "D", 0x10, within=bits)
    bit_c = flag(0, "ccp.opt.supported_bits.c", "C", 0x01, within=bits)
    window = u8(None, "ccp.opt.window", "Window", mask=0xF0)
    method = u8(None, "ccp.opt.method", "Method", mask=0x0F)
    zero = u8(None, "ccp.opt.mbz", "MBZ", mask=0xFC)
    chk = u8(None, "ccp.opt.chk", "Chk", mask=0x03)
    versions = u8(None, "ccp.opt.vd", "Vers/Dict", HEX)
    version = u8(0, "ccp.opt.vd.vers", "Vers", mask=0xE0, within=versions)
    dictionary = u8(0, "ccp.opt.vd.dict", "Dict", mask=0x1F, within=versions)
    history = u8(None, "ccp.opt.history", "History")
    gandalf_version = Field("ccp.opt.version", "Version", BYTES)
    plain_check = u8(None, "ccp.opt.check_mode", "Check Mode")
    process = u8(None, "ccp.opt.process_mode", "Process Mode")
    features = u8(None, "ccp.opt.fe", "Features", mask=0xC0)
    each = flag(None, "ccp.opt.p", "Packet by Packet flag", 0x20, size=1)
    magnalink_history = u8(None, "ccp.opt.History", "History", mask=0x1F)
    contexts = u8(None, "ccp.opt.contexts", "# Contexts")
    mode = u8(None, "ccp.opt.mode", "Mode", names={1: "No Additional Negotiation",
                                                   2: "Full PPP Negotiation and State Machine"})  # fmt: skip
    dictionaries = u16(None, "ccp.opt.mode_dictcount", "Mode/Dictionary Count")
    dictionary_size = u16(None, "ccp.opt.dict_size", "Dictionary Size")
    history_length = u16(None, "ccp.opt.history_length", "History Length")
    opt_data = Field("ccp.opt.data", "Data", BYTES)
    ascend = option("ccp.opt.stac_ascend", "Stac Electronics LZS (Ascend Proprietary version)")
    vendor = option("ccp.opt_oui", "OUI")
    predictor_1 = option("ccp.opt.predict1", "Predictor type 1")
    predictor_2 = option("ccp.opt.predict2", "Predictor type 2")
    puddle = option("ccp.opt.puddle", "Puddle Jumper")
    hewlett = option("ccp.opt.hpppc", "Hewlett-Packard PPC")
    stac = option("ccp.opt.stac", "Stac Electronics LZS")
    microsoft = option("ccp.opt.mppe", "Microsoft PPE/PPC")
    gandalf = option("ccp.opt.gfza", "Gandalf FZA")
    v42bis = option("ccp.opt.v42bis", "V.42bis compression")
    bsd = option("ccp.opt.bsdcomp", "BSD LZW Compress")
    lzsdcp = option("ccp.opt.lzsdcp", "LZS-DCP")
    magnalink = option("ccp.opt.mvrca", "MVRCA (Magnalink)")
    dce = option("ccp.opt.dce", "PPP for Data Compression in Data Circuit-Terminating Equipment (DCE)")
    deflate = option("ccp.opt.deflate", "Deflate")
    v44 = option("ccp.opt.v44lzjh", "V.44/LZJH compression")
    known = {
        0: vendor, 1: predictor_1, 2: predictor_2, 3: puddle, 16: hewlett, 17: stac, 18: microsoft, 19: gandalf,
        20: v42bis, 21: bsd, 23: lzsdcp, 24: magnalink, 25: dce, 26: deflate, 27: v44,
    }  # fmt: skip

    @classmethod
    def _shared(cls, c: Cursor, *fields: Field) -> None:
        """Fields of one byte."""
        for field in fields[:-1]:
            c.add(field)
            c.pos -= 1
        c.add(fields[-1])

    @classmethod
    def _one(cls, c: Cursor) -> None:
        if c.peek(1) == 17 and c.peek(1, 1) == 6 and c.remaining >= 6:
            with c.group(cls.ascend, 6, cls.ascend.label, True):
                cls._kind(c, 17)
                c.rest(cls.opt_data)
        else:
            super()._one(c)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 0:
            c.add(cls.opt_oui)
            c.add(cls.subtype)
        elif kind == 17 and c.remaining == 3:
            c.add(cls.histories)
            c.add(cls.check)
        elif kind == 18:
            c.add(cls.bits)
        elif kind == 21:
            c.add(cls.versions)
        elif kind == 19:
            c.add(cls.history)
            c.rest(cls.gandalf_version)
        elif kind == 23:
            for field in (cls.histories, cls.plain_check, cls.process):
                c.add(field)
        elif kind == 24:
            cls._shared(c, cls.features, cls.each, cls.magnalink_history)
            c.add(cls.contexts)
        elif kind == 25:
            c.add(cls.mode)
        elif kind == 27:
            for field in (cls.dictionaries, cls.dictionary_size, cls.history_length):
                if c.remaining:
                    c.add(field)
        elif kind == 26:
            cls._shared(c, cls.window, cls.method)
            cls._shared(c, cls.zero, cls.chk)
        c.rest(cls.opt_data)
