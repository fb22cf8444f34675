"""Connectivity fault management (IEEE 802.1Q-2018, clause 21; ITU-T G.8013).

    level (3 bits), version (5), opcode (1), flags (1), offset of the first record (1), the opcode's fields, records of
    type (1), length (2) and value; a record of type 0 ends them
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, STRING, Field, ether, raw, u8, u16, u32
from dissect.engine.layer import Layer

OPCODES = {
    1: "Continuity Check Message (CCM)", 2: "Loopback Reply (LBR)", 3: "Loopback Message (LBM)", 4: "Linktrace Reply (LTR)",
    5: "Linktrace Message (LTM)", 33: "Alarm Indication Signal (AIS)", 35: "Lock Signal (LCK)", 37: "Test Signal (TST)",
    39: "Automatic Protection Switching (APS)", 40: "Ring-Automatic Protection Switching (R-APS)",
    41: "Maintenance Communication Channel (MCC)", 42: "Loss Measurement Reply (LMR)", 43: "Loss Measurement Message (LMM)",
    45: "One Way Delay Measurement (1DM)", 46: "Delay Measurement Reply (DMR)", 47: "Delay Measurement Message (DMM)",
    54: "Synthetic Loss Reply (SLR)", 55: "Synthetic Loss Message (SLM)",
}  # fmt: skip
CCM, LBR, LBM, LTR, LTM = range(1, 6)
INTERVALS = {0: "invalid", 1: "300 Hz 3.33 ms", 2: "10 msec", 3: "100 msec", 4: "1 sec", 5: "10 sec", 6: "1 min", 7: "10 min"}


class CFM(Layer):
    """A message of a maintenance point."""

    name, label, column = "cfm", "CFM EOAM IEEE 802.3ag/ITU Protocol", "CFM"
    binds = {"ethertype": (0x8902,)}

    level = u8(0, "cfm.md.level", "CFM MD Level", mask=0xE0)
    version = u8(0, "cfm.version", "CFM Version", mask=0x1F)
    opcode = u8(1, "cfm.opcode", "CFM OpCode", names=OPCODES)
    flags = u8(None, "cfm.flags", "Flags", HEX)
    ccm_flags = u8(None, "cfm.flags", "Flags", HEX)
    rdi = u8(None, "cfm.flags.rdi", "RDI", mask=0x80, within=ccm_flags)
    ccm_reserved = u8(None, "cfm.flags.ccm.reserved", "Reserved", mask=0x78, within=ccm_flags)
    interval = u8(None, "cfm.flags.interval", "Interval Field", mask=0x07, within=ccm_flags, names=INTERVALS)
    offset = u8(None, "cfm.first.tlv.offset", "First TLV Offset")
    sequence = u32(None, "cfm.ccm.seq.num", "Sequence Number")
    mep = u16(None, "cfm.ccm.ma.ep.id", "Maintenance Association End Point Identifier")
    md_format = u8(None, "cfm.maid.md.name.format", "MD Name (Format)")
    md_length = u8(None, "cfm.maid.md.name.length", "MD Name Length")
    md_name = Field("cfm.maid.md.name.string", "MD Name (String)", STRING)
    ma_format = u8(None, "cfm.maid.ma.name.format", "Short MA Name (Format)")
    ma_length = u8(None, "cfm.maid.ma.name.length", "Short MA Name Length")
    ma_name = Field("cfm.maid.ma.name.string", "Short MA Name", STRING)
    ma_hex = raw(None, "cfm.maid.ma.name.hex", "Short MA Name")
    md_hex = raw(None, "cfm.maid.md.name.hex", "MD Name")
    padding = Field("cfm.ccm.maid.padding", "Zero-Padding", NONE)
    txfcf = raw(None, "cfm.itu.txfcf", "TxFCf", size=4)
    rxfcb = raw(None, "cfm.itu.rxfcb", "RxFCb", size=4)
    txfcb = raw(None, "cfm.itu.txfcb", "TxFCb", size=4)
    itu_reserved = raw(None, "cfm.itu.reserved", "Reserved", size=4)
    loopback = u32(None, "cfm.lb.transaction.id", "Loopback Transaction Identifier")
    linktrace = u32(None, "cfm.lt.transaction.id", "Linktrace Transaction Identifier")
    ttl = u8(None, "cfm.lt.ttl", "Linktrace TTL")
    origin = ether(None, "cfm.ltm.orig.addr", "Linktrace Message: Original Address")
    target = ether(None, "cfm.ltm.targ.addr", "Linktrace Message:   Target Address")
    relay = u8(None, "cfm.ltr.relay.action", "Linktrace Reply Relay Action")
    body = raw(None, "", "Fields of the opcode")
    tlv_type = u8(None, "cfm.tlv.type", "TLV Type")
    tlv_length = u16(None, "cfm.tlv.length", "TLV Length")
    tlv_value = raw(None, "", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        opcode = c.h.opcode
        c.add(cls.ccm_flags if opcode == CCM else cls.flags)
        end = c.add(cls.offset) + c.pos
        if opcode == CCM:
            cls._ccm(c)
        elif opcode in (LBR, LBM):
            c.add(cls.loopback)
        elif opcode in (LTR, LTM):
            c.add(cls.linktrace)
            c.add(cls.ttl)
            if opcode == LTM:
                c.add(cls.origin)
                c.add(cls.target)
            else:
                c.add(cls.relay)
        if c.pos < end:
            c.add(cls.body, end - c.pos)
        while c.remaining and c.add(cls.tlv_type):
            c.add(cls.tlv_value, c.add(cls.tlv_length))
        c.info(f"Type {OPCODES.get(opcode, opcode)}")

    @classmethod
    def _ccm(cls, c: Cursor) -> None:
        c.add(cls.sequence)
        c.add(cls.mep)
        end = c.pos + 48
        kind = c.add(cls.md_format)
        if kind != 1:
            size = c.add(cls.md_length)
            if size:
                c.add(cls.md_name if kind in (2, 4) else cls.md_hex, size)
        kind = c.add(cls.ma_format)
        size = c.add(cls.ma_length)
        if size:
            c.add(cls.ma_name if kind == 2 else cls.ma_hex, size)
        if c.pos < end:
            c.add(cls.padding, end - c.pos)
        for field in (cls.txfcf, cls.rxfcb, cls.txfcb, cls.itu_reserved):
            c.add(field)
