"""Fibre Channel over Ethernet (FC-BB-5) and its initialisation protocol, and Fibre Channel's frame (FC-FS-3).

    FCoE: version (4 bits), reserved (100), start of frame (1); a frame, its check sequence (4); end of frame (1), reserved (3)
    FIP: version (4 bits), reserved, operation (2), reserved (1), subcode (1), descriptors' length (2, words), flags (2)
    FC: routing (1), destination (3), class control (1), source (3), type (1), frame control (3), sequence (1), data
        control (1), count (2), exchanges of both sides (2 each), parameter (4)
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, REST, alias, bits, ether, raw, u8, u16, u24, u32, where
from dissect.engine.layer import Layer, To

FIP_OPERATIONS = {1: "Discovery", 2: "Link Service", 3: "Control", 4: "VLAN", 5: "VN2VN"}
DISCOVERY = {1: "Solicitation", 2: "Advertisement"}
PRIORITY, MAC, FC_MAP, NAME, FABRIC, SIZE, VN_PORT, INTERVAL, VENDOR, VLAN = 1, 2, 3, 4, 5, 6, 11, 12, 13, 14
TYPES = {0: "Basic Link Service", 1: "Extended Link Service", 5: "IP over FC", 8: "FCP", 0x20: "Fibre Channel Common Transport",
         0x22: "SW_ILS", 0x58: "VIA"}  # fmt: skip
STARTS = {
    0xBCB51717: "SOFc1", 0xBCB55757: "SOFi1", 0xBCB53737: "SOFn1", 0xBCB55555: "SOFi2", 0xBCB53535: "SOFn2", 0xBCB55656: "SOFi3",
    0xBCB53636: "SOFn3", 0xBCB51919: "SOFc4", 0xBCB55959: "SOFi4", 0xBCB53939: "SOFn4", 0xBCB55858: "SOFf",
}  # fmt: skip
ENDS = {0xBC957575: "EOFt-", 0xBCB57575: "EOFt+", 0xBC95D5D5: "EOFn-", 0xBCB5D5D5: "EOFn+", 0xBC95F5F5: "EOFa-", 0xBCB5F5F5: "EOFa+"}


class FCoE(Layer):
    """A frame of Fibre Channel in Ethernet."""

    name, label, column = "fcoe", "Fibre Channel over Ethernet", "FCoE"
    binds = {"ethertype": (0x8906,)}

    version = u32(0, "fcoe.ver", "Version", mask=0xF0000000)
    reserved = raw(4, "fcoe.reserved", "Reserved", size=9)
    sof = u8(13, "fcoe.sof", "SOF", HEX)
    payload = lambda h: h.limit - h.start - 22
    next = (To("fc"),)

    crc_field = u32(None, "fcoe.crc", "CRC", HEX)
    eof_field = u8(None, "fcoe.eof", "EOF", HEX)
    padding = raw(None, "", "Reserved")

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        if c.remaining >= 8:
            c.add(cls.crc_field)
            c.add(cls.eof_field)
        c.rest(cls.padding)


class Delimited(Layer):
    """A frame of Fibre Channel with its delimiters (LINKTYPE_FC_2_WITH_FRAME_DELIMS)."""

    name, label, column = "fcsof", "Fibre Channel Delimiter", "FC"
    binds = {"linktype": (225,)}
    reaches = ("fc",)

    begins = u32(None, "fc.sof", "SOF", HEX, names=STARTS)
    ends = u32(None, "fc.eof", "EOF", HEX, names=ENDS)
    check = u32(None, "fc.crc", "CRC", HEX)
    status = u8(None, "fc.crc.status", "CRC Status", names={0: "Bad", 1: "Good"})
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.begins)
        size = max(c.limit - c.pos - 8, 0)
        said = c.peek_bytes(min(size, c.remaining))
        c.child("fc", size)
        if c.remaining == 8:
            stated = c.add(cls.check)
            computed = int.from_bytes(crc32(said).to_bytes(4, "little"), "big")
            c.derived(cls.status, int(stated == computed))
            if stated != computed:
                c.note("error", "Checksum", f"Bad checksum [should be 0x{computed:08x}]", "fc.crc.bad")
            c.add(cls.ends)
        c.rest(cls.rest)


class FibreChannel(Layer):
    """A frame's header; LINKTYPE_FC_2 has nothing around it."""

    name, label, column = "fc", "Fibre Channel", "FC"
    binds = {"linktype": (224,)}

    r_ctl = u8(0, "fc.r_ctl", "R_CTL", HEX)
    to = raw(1, "fc.d_id", "Dest Addr", size=3, also=(alias("fc.id", BYTES, "Addr"),))
    cs_ctl = u8(4, "fc.cs_ctl", "CS_CTL", HEX)
    by = raw(5, "fc.s_id", "Src Addr", size=3, also=(alias("fc.id", BYTES, "Addr"),))
    type = u8(8, "fc.type", "Type", HEX, names=TYPES)
    f_ctl = u24(9, "fc.f_ctl", "F_CTL", HEX)
    f_ctl_bits = bits(
        f_ctl, "fc.fctl", ("exchange_responder", "ExgRpd", 0x800000), ("seq_recipient", "SeqRec", 0x400000),
        ("exchange_first", "ExgFst", 0x200000), ("exchange_last", "ExgLst", 0x100000), ("seq_last", "SeqLst", 0x80000),
        ("priority", "Pri", 0x20000), ("transfer_seq_initiative", "TSI", 0x10000), ("rexmitted_seq", "RetSeq", 0x200),
        ("rel_offset", "RelOff", 0x8),
    )  # fmt: skip
    last_data = u24(9, "fc.fctl.last_data_frame", "LDF", HEX, mask=0xC000, within=f_ctl)
    ack = u24(9, "fc.fctl.ack_0_1", "A01", HEX, mask=0x3000, within=f_ctl)
    abort = u24(9, "fc.fctl.abts_ack", "AA", HEX, mask=0x30, within=f_ctl)
    seq_id = u8(12, "fc.seq_id", "SEQ_ID", HEX)
    df_ctl = u8(13, "fc.df_ctl", "DF_CTL", HEX)
    count = u16(14, "fc.seq_cnt", "SEQ_CNT")
    ox_id, rx_id = u16(16, "fc.ox_id", "OX_ID", HEX), u16(18, "fc.rx_id", "RX_ID", HEX)
    parameter = u32(20, "fc.parameter", "Parameter", HEX)
    contents = raw(lambda h: 24, "", "Contents", size=REST, when=lambda h: _known(h))
    length = lambda h: where(_known(h), h.end - h.start, 24)
    next = (To("data"),)

    @staticmethod
    def info(type: int, ox_id: int, rx_id: int) -> str:
        return f"{TYPES.get(type, f'Type 0x{type:02x}')} OXID 0x{ox_id:04x} RXID 0x{rx_id:04x}"


def _known(h: Any) -> Any:
    """Whether the frame is of a kind that has a name: link services and control, SCSI, common transport, ..."""
    kind = h.type
    named = (kind == 0x01) | (kind == 0x08) | (kind == 0x20) | (kind == 0x22) | (kind >= 0x18) & (kind <= 0x1E)
    return named | (h.r_ctl >= 0x20)


class FIP(Layer):
    """A message of initialisation."""

    name, label, column = "fip", "FCoE Initialization Protocol", "FIP"
    binds = {"ethertype": (0x8914,)}

    version = u8(0, "fip.ver", "Version", mask=0xF0)
    operation = u16(2, "fip.opcode", "Opcode", HEX, names=FIP_OPERATIONS)
    reserved = u8(1, "fip.reserved", "Reserved", HEX)
    before_code = u8(4, "fip.reserved", "Reserved", HEX)
    other_code = u8(5, "fip.subcode", "Subcode", HEX, when=lambda h: (h.operation != 1) & (h.operation != 4))
    discovery = u8(5, "fip.disc_subcode", "Discovery Subcode", HEX, names=DISCOVERY, when=lambda h: h.operation == 1)
    vlan_code = u8(5, "fip.vlan_subcode", "VLAN Subcode", HEX, when=lambda h: h.operation == 4)
    words = u16(6, "fip.dl_len", "Length of Descriptors (words)")
    flags = u16(8, "fip.flags", "Flags", HEX)
    flags_bits = bits(
        flags, "fip.flags", ("fpma", "Fabric Provided MAC addr", 0x8000), ("spma", "Server Provided MAC addr", 0x4000),
        ("rec_p2p", "REC/P2P", 0x8), ("available", "Available", 0x4), ("sol", "Solicited", 0x2), ("fport", "F_Port", 0x1),
    )  # fmt: skip
    length = lambda h: h.end - h.start

    descriptor = raw(None, "", "Descriptor")
    kind, size_of = u8(None, "fip.desc_type", "Descriptor Type", HEX), u8(None, "fip.desc_len", "Descriptor Length (words)")
    unused, priority = raw(None, "", "Reserved", size=1), u8(None, "fip.pri", "Priority")
    mac = ether(None, "fip.mac", "MAC Address")
    fcoe_size = u16(None, "fip.fcoe_size", "Max FCoE frame size")
    vlan = u16(None, "fip.vlan", "VLAN")
    port = ether(None, "fip.vn.mac", "VN_Port MAC Address")
    rest_of = raw(None, "", "Data")

    @staticmethod
    def info(operation: int) -> str:
        return FIP_OPERATIONS.get(operation, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 10
        end = min(c.pos + 4 * c.h.words, c.limit)
        while end - c.pos >= 4 and c.peek(1, 1):
            kind, size = c.peek(1), 4 * c.peek(1, 1)
            with c.group(cls.descriptor, size) as c:
                c.add(cls.kind)
                c.add(cls.size_of)
                if kind == PRIORITY:
                    c.add(cls.unused)
                    c.add(cls.priority)
                elif kind == MAC:
                    c.add(cls.mac)
                elif kind == SIZE:
                    c.add(cls.fcoe_size)
                elif kind == VLAN:
                    c.add(cls.vlan)
                elif kind == VN_PORT:
                    c.add(cls.port)
                c.rest(cls.rest_of)
        c.rest(cls.rest_of)
