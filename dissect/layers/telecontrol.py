"""Telecontrol: IEC 60870-5-104 and DNP3 (IEEE 1815).

    +------+--------+------------------+        +------+------+--------+--------+---------+--------+-----+
    | 0x68 | length | control, 4 bytes | 104    | 0x05 | 0x64 | length | control | destination | source | CRC |
    +------+--------+------------------+        +------+------+--------+--------+---------+--------+-----+
    Numbers are little-endian.  Behind DNP3's header every 16 octets have a CRC of their own.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT16, UINT32, Field, alias, bits, flag, group, raw, u8, u16, u24, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

START, HEADER = 0x68, 6
FORMATS = {0: "I", 1: "S", 3: "U"}
U_TYPES = {0x01: "STARTDT act", 0x02: "STARTDT con", 0x04: "STOPDT act", 0x08: "STOPDT con", 0x10: "TESTFR act",
           0x20: "TESTFR con"}  # fmt: skip
ASDUS = {
    1: "M_SP_NA_1", 3: "M_DP_NA_1", 5: "M_ST_NA_1", 7: "M_BO_NA_1", 9: "M_ME_NA_1", 11: "M_ME_NB_1", 13: "M_ME_NC_1",
    15: "M_IT_NA_1", 30: "M_SP_TB_1", 31: "M_DP_TB_1", 34: "M_ME_TD_1", 35: "M_ME_TE_1", 36: "M_ME_TF_1",
    37: "M_IT_TB_1", 45: "C_SC_NA_1", 46: "C_DC_NA_1", 47: "C_RC_NA_1", 48: "C_SE_NA_1", 49: "C_SE_NB_1",
    50: "C_SE_NC_1", 58: "C_SC_TA_1", 70: "M_EI_NA_1", 100: "C_IC_NA_1", 101: "C_CI_NA_1", 102: "C_RD_NA_1",
    103: "C_CS_NA_1", 105: "C_RP_NA_1", 107: "C_TS_TA_1", 120: "F_FR_NA_1", 121: "F_SR_NA_1", 122: "F_SC_NA_1",
}  # fmt: skip
CAUSES = {
    1: "Per/Cyc", 2: "Back", 3: "Spont", 4: "Init", 5: "Req", 6: "Act", 7: "ActCon", 8: "Deact", 9: "DeactCon",
    10: "ActTerm", 11: "Retrem", 12: "Retloc", 13: "File", 20: "Inrogen",
}  # fmt: skip


class IEC104(Layer):
    """APDUs of a segment."""

    name, label, column = "iec60870_104", "IEC 60870-5-104", "IEC 60870-5-104"
    binds = {"tcp.port": (2404,)}
    reaches = ("iec60870_asdu",)
    messages = Messages(header=2, length=lambda p: where((p.u8(0) == START) & (p.u8(1) >= 4), 2 + p.u8(1), AS_IT_IS))

    apdu = group("", "APDU")
    start_octet = u8(None, "", "START", HEX)
    size_of = u8(None, "iec60870_104.apdulen", "ApduLen")
    word = u32(None, "", "Control", little=True)
    format = Field("iec60870_104.type", "Type", UINT32, HEX, names=FORMATS)
    utype = Field("iec60870_104.utype", "UType", UINT32, HEX, names=U_TYPES)
    sent = Field("iec60870_104.tx", "Tx", UINT32)
    received = Field("iec60870_104.rx", "Rx", UINT32)
    data = raw(None, "iec60870_104.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            if c.peek(1) != START or c.remaining < 2 or c.peek(1, 1) < 4:
                c.rest(cls.data)
                break
            said.append(cls._apdu(c))
        c.info(" ".join(said))

    @classmethod
    def _apdu(cls, c: Cursor) -> str:
        size = c.peek(1, 1)
        with c.group(cls.apdu, HEADER) as c:
            c.add(cls.start_octet)
            c.add(cls.size_of)
            word = c.peek(4, little=True)
            kind = word & 3 if word & 1 else 0
            start = c.pos
            values = {0: ((cls.sent, word >> 1 & 0x7FFF), (cls.received, word >> 17)), 1: ((cls.received, word >> 17),),
                      3: ((cls.utype, word >> 2 & 0x3F),)}  # fmt: skip
            for field, value in ((cls.format, kind), *values[kind]):
                c.pos = start
                c.add(field, 4, value=value)
            c.label(f"APDU: {FORMATS[kind]}")
        if kind == 3:
            return f"U ({U_TYPES.get(word >> 2 & 0x3F, 'unknown')})"
        shown = f"{FORMATS[kind]} ({f'{word >> 1 & 0x7FFF},' if not kind else ''}{word >> 17})"
        if not kind and size > 4:
            c.child("iec60870_asdu", min(size - 4, c.limit - c.pos), size - 4)
        return shown


class ASDU(Layer):
    """What is told or commanded."""

    name, label, column = "iec60870_asdu", "IEC 60870-5-101/104 ASDU", "IEC 60870-5 ASDU"

    type = u8(0, "iec60870_asdu.typeid", "TypeId", names=ASDUS)
    sequence = flag(1, "iec60870_asdu.sq", "SQ", 0x80)
    count = u8(1, "iec60870_asdu.numix", "NumIx", mask=0x7F)
    cause = u8(2, "iec60870_asdu.causetx", "CauseTx", mask=0x3F, names=CAUSES)
    negative = flag(2, "iec60870_asdu.nega", "Negative", 0x40)
    test = flag(2, "iec60870_asdu.test", "Test", 0x80)
    originator = u8(3, "iec60870_asdu.oa", "OA")
    address = u16(4, "iec60870_asdu.addr", "Addr", little=True)
    object_ = u24(None, "iec60870_asdu.ioa", "IOA", little=True)
    other = raw(None, "", "Information")

    @staticmethod
    def info(address: int, cause: int, type: int) -> str:
        return f"ASDU={address} {ASDUS.get(type, f'<TypeId={type}>')} {CAUSES.get(cause, f'<CauseTx={cause}>')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining:
            c.append_info(f" IOA={c.add(cls.object_)}")
        c.rest(cls.other)


PRIMARY = {0: "Reset of Remote Link", 1: "Reset of User Process", 2: "Test Function For Link",
           3: "User Data", 4: "Unconfirmed User Data", 9: "Request Link Status"}  # fmt: skip
SECONDARY = {0: "ACK", 1: "NACK", 11: "Status of Link", 14: "Link Service Not Functioning",
             15: "Link Service Not Used or Implemented"}  # fmt: skip
FUNCTIONS = {
    0: "Confirm", 1: "Read", 2: "Write", 3: "Select", 4: "Operate", 5: "Direct Operate", 6: "Direct Operate No ACK",
    7: "Immediate Freeze", 8: "Immediate Freeze No ACK", 9: "Freeze and Clear", 10: "Freeze and Clear No ACK",
    13: "Cold Restart", 14: "Warm Restart", 15: "Initialize Data", 16: "Initialize Application",
    17: "Start Application", 18: "Stop Application", 20: "Enable Spontaneous Messages",
    21: "Disable Spontaneous Messages", 22: "Assign Classes", 23: "Delay Measurement", 24: "Record Current Time",
    129: "Response", 130: "Unsolicited Response",
}  # fmt: skip
LINK, USER = 10, 15  # octets of the link header; the least that an application's header ends at


class DNP3(Layer):
    """A frame: link, transport and application headers; objects are octets."""

    name, label, column = "dnp3", "Distributed Network Protocol 3.0", "DNP 3.0"
    binds = {"tcp.port": (20000,), "udp.port": (20000,)}
    accepts = lambda p: (p.u16(0) == 0x0564) | (p.length < 2)
    heuristics = ("tcp",)
    likely = Likely.opening(b"\5\x64")
    probe = lambda p: (p.length >= LINK) & (p.u16(0) == 0x0564) & (p.u8(2) >= 5)
    reaches = ("dnp3",)
    messages = Messages(
        header=3,
        length=lambda p: where(
            (p.u16(0) == 0x0564) & (p.u8(2) >= 5), LINK + (p.u8(2) - 5) + 2 * ((p.u8(2) + 10) // 16), AS_IT_IS
        ),
    )

    start_octets = u16(0, "dnp3.start", "Start Bytes", HEX)
    size_of = u8(2, "dnp3.len", "Length")
    control = u8(3, "dnp3.ctl", "Control", HEX)
    direction = flag(3, "dnp3.ctl.dir", "Direction", 0x80)
    primary = flag(3, "dnp3.ctl.prm", "Primary", 0x40)
    count_bit = flag(3, "dnp3.ctl.fcb", "Frame Count Bit", 0x20, when=lambda h: h.primary)
    count_valid = flag(3, "dnp3.ctl.fcv", "Frame Count Valid", 0x10, when=lambda h: h.primary)
    flow = flag(3, "dnp3.ctl.dfc", "Data Flow Control", 0x10, when=lambda h: h.primary == 0)
    asked = u8(3, "dnp3.ctl.prifunc", "Control Function Code", mask=0x0F, names=PRIMARY, when=lambda h: h.primary)
    told = u8(
        3, "dnp3.ctl.secfunc", "Control Function Code", mask=0x0F, names=SECONDARY, when=lambda h: h.primary == 0
    )
    to = u16(4, "dnp3.dst", "Destination", little=True, also=(alias("dnp3.addr", UINT16, "Address"),))
    origin = u16(6, "dnp3.src", "Source", little=True, also=(alias("dnp3.addr", UINT16, "Address"),))
    crc = u16(8, "dnp3.hdr.CRC", "Data Link Header checksum", HEX, little=True)
    transport = u8(None, "dnp3.tr.ctl", "Transport Control", HEX)
    transport_bits = bits(transport, "dnp3.tr", ("fin", "Final", 0x80), ("fir", "First", 0x40))
    transport_sequence = u8(None, "dnp3.tr.seq", "Sequence", mask=0x3F, within=transport)
    application = u8(None, "dnp3.al.ctl", "Application Control", HEX)
    application_bits = bits(
        application, "dnp3.al", ("fir", "First", 0x80), ("fin", "Final", 0x40), ("con", "Confirm", 0x20),
        ("uns", "Unsolicited", 0x10),
    )  # fmt: skip
    application_sequence = u8(None, "dnp3.al.seq", "Sequence", mask=0x0F, within=application)
    function = u8(None, "dnp3.al.func", "Application Layer Function Code", names=FUNCTIONS)
    indications = u16(None, "dnp3.al.iin", "Internal Indications", HEX)
    indication_bits = bits(
        indications, "dnp3.al.iin",
        ("rst", "Device Restart", 0x8000), ("dt", "Device Trouble", 0x4000), ("dol", "Digital Outputs in Local", 0x2000),
        ("tsr", "Time Sync Required", 0x1000), ("cls3d", "Class 3 Data Available", 0x0800),
        ("cls2d", "Class 2 Data Available", 0x0400), ("cls1d", "Class 1 Data Available", 0x0200),
        ("bmsg", "Broadcast Msg Rx", 0x0100), ("cc", "Configuration Corrupt", 0x0020),
        ("oae", "Operation Already Executing", 0x0010), ("ebo", "Event Buffer Overflow", 0x0008),
        ("pioor", "Parameters Invalid or Out of Range", 0x0004), ("obju", "Requested Objects Unknown", 0x0002),
        ("fcni", "Function Code not implemented", 0x0001),
    )  # fmt: skip
    user = group("", "User data")
    other = raw(None, "", "Data")

    @staticmethod
    def info(to: int, origin: int, primary: int, asked: int, told: int) -> str:
        name = PRIMARY.get(asked, "Unknown") if primary else SECONDARY.get(told, "Unknown")
        return f"from {origin} to {to}, {name}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        octets = max(c.h.size_of - 5, 0)
        size = octets + 2 * ((octets + 15) // 16)
        with c.group(cls.user, min(size, c.limit - c.pos)) as c:
            if octets and c.add(cls.transport) & 0x40 and octets >= 3:
                c.add(cls.application)
                function = c.add(cls.function)
                c.append_info(f", {FUNCTIONS.get(function, f'Function {function}')}")
                if function in (129, 130) and octets >= 5:
                    c.add(cls.indications)
            c.rest(cls.other)
        if c.remaining >= LINK and c.peek(2) == 0x0564:
            c.child("dnp3")
