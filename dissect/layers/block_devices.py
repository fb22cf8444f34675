"""Disks over TCP: the network block device's protocol, and iSCSI (RFC 7143) by its basic header segments.

    NBD: magic, flags and command, handle (64 bits), offset (64), length (32);  iSCSI: 48 octets, of which the first has the opcode
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, HEX, STRINGZ, UINT32, Field, flag, raw, u8, u32, u64, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

REQUEST, REPLY = 0x25609513, 0x67446698
COMMANDS = {0: "NBD_READ", 1: "NBD_WRITE", 2: "NBD_DISC", 3: "NBD_FLUSH", 4: "NBD_TRIM"}


class NBD(Layer):
    """One request or reply."""

    name, label, column = "nbd", "Network Block Device", "NBD"
    heuristics = ("tcp",)
    likely = Likely.opening(REQUEST.to_bytes(4, "big"), REPLY.to_bytes(4, "big"))
    probe = lambda p: (
        ((p.u32(0) == REQUEST) & (p.length >= 28) & (p.u32(4) <= 4)) | ((p.u32(0) == REPLY) & (p.length >= 16))
    )

    magic = u32(None, "nbd.magic", "Magic", HEX)
    type = u32(None, "nbd.type", "Type", names=COMMANDS)
    error = u32(None, "nbd.error", "Error")
    handle = u64(None, "nbd.handle", "Handle", HEX)
    start_ = u64(None, "nbd.from", "From", HEX)
    size_of = u32(None, "nbd.len", "Length")
    data = raw(None, "nbd.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.add(cls.magic) == REQUEST:
            kind = c.add(cls.type)
            c.add(cls.handle)
            start = c.add(cls.start_)
            c.info(f"{COMMANDS.get(kind, 'Unknown')} Request  Offset:0x{start:x} Length:{c.add(cls.size_of)}")
        else:
            c.add(cls.error)
            c.add(cls.handle)
            c.info("Response")
        c.rest(cls.data)


OPCODES = {
    0x00: "NOP Out", 0x01: "SCSI Command", 0x02: "Task Management Function", 0x03: "Login Command", 0x04: "Text Command",
    0x05: "SCSI Data Out", 0x06: "Logout Command", 0x10: "SNACK Request", 0x20: "NOP In", 0x21: "SCSI Response",
    0x22: "Task Management Function Response", 0x23: "Login Response", 0x24: "Text Response", 0x25: "SCSI Data In",
    0x26: "Logout Response", 0x31: "Ready To Transfer", 0x32: "Asynchronous Message", 0x3F: "Reject",
}  # fmt: skip
PORT, HEADER = 3260, 48
LOGIN, LOGIN_ANSWER, TEXT, TEXT_ANSWER, COMMAND, RESPONSE, LOGOUT = 0x03, 0x23, 0x04, 0x24, 0x01, 0x21, 0x06


def _scsi_length(p: object) -> object:
    """Header, further headers, data padded to words."""
    data = p.uint(5, 3)  # type: ignore[attr-defined]
    return HEADER + 4 * p.u8(4) + ((data + 3) // 4) * 4  # type: ignore[attr-defined]


class ISCSI(Layer):
    """One message; those behind it follow as further layers."""

    name, label, column = "iscsi", "iSCSI", "iSCSI"
    binds = {"tcp.port": (PORT,)}
    reaches = ("iscsi",)
    messages = Messages(
        header=8,
        length=lambda p: where(((p.u8(0) & 0x3F) <= 0x10) | ((p.u8(0) & 0x3F) >= 0x20), _scsi_length(p), AS_IT_IS),
    )

    first = u8(0, "", "Opcode and I")
    immediate = flag(0, "iscsi.I", "I", 0x40, when=lambda h: ((h.first & 0x3F) < 0x20) & ((h.first & 0x3F) != LOGIN))
    opcode = u8(0, "iscsi.opcode", "Opcode", HEX, mask=0x3F, names=OPCODES)
    flags = u8(1, "iscsi.flags", "Flags", HEX, when=lambda h: ((h.first & 0x1F) != LOGIN) & ((h.first & 0x1F) != LOGOUT))
    extra = u8(4, "iscsi.totalahslength", "TotalAHSLength", DEC_HEX)
    size_of = Field("iscsi.datasegmentlength", "DataSegmentLength", UINT32, DEC_HEX, at=5, size=3)
    task = u32(16, "iscsi.initiatortasktag", "InitiatorTaskTag", HEX)
    number = u32(None, "iscsi.cmdsn", "CmdSN", DEC_HEX)
    expected = u32(None, "iscsi.expstatsn", "ExpStatSN", DEC_HEX)
    status_number = u32(None, "iscsi.statsn", "StatSN", DEC_HEX)
    expected_command = u32(None, "iscsi.expcmdsn", "ExpCmdSN", DEC_HEX)
    most_command = u32(None, "iscsi.maxcmdsn", "MaxCmdSN", DEC_HEX)
    transfer = u32(None, "iscsi.scsicommand.expecteddatatransferlength", "ExpectedDataTransferLength", DEC_HEX)
    key_value = Field("iscsi.keyvalue", "KeyValue", STRINGZ)
    other = raw(None, "", "Data")
    padding = raw(None, "iscsi.padding", "Padding")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(opcode: int) -> str:
        return OPCODES.get(opcode, f"Unknown (0x{opcode:02x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        code = h.opcode
        c.pos = h.start + (1 if code & 0x1F in (LOGIN, LOGOUT) else 2)
        c.add(cls.other, h.start + 4 - c.pos)
        c.pos = h.start + 8
        c.add(cls.other, 8)
        c.pos = h.start + 20
        if code < 0x20:
            if code == COMMAND:
                c.add(cls.transfer)
            else:
                c.add(cls.other, 4)
            c.add(cls.number)
            c.add(cls.expected)
        else:
            c.add(cls.other, 4)
            for field in (cls.status_number, cls.expected_command, cls.most_command):
                c.add(field)
        c.add(cls.other, h.start + HEADER + 4 * h.extra - c.pos)
        end = c.pos + h.size_of
        if code in (LOGIN, LOGIN_ANSWER, TEXT, TEXT_ANSWER):
            while c.pos < end and c.remaining:
                stop = c.data.find(b"\0", c.pos, min(end, c.end))
                c.add(cls.key_value, (min(end, c.end) if stop < 0 else stop + 1) - c.pos)
        elif h.size_of and c.remaining:
            c.add(cls.other, min(h.size_of, c.remaining))
        if h.size_of % 4 and c.remaining:
            c.add(cls.padding, min(-h.size_of % 4, c.remaining))
        if c.remaining >= HEADER:
            c.child("iscsi")
        c.rest(cls.other)


