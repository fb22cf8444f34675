"""SMB 1 (MS-CIFS): the header of all commands, and transactions; mail slots are among these.

    +---------------------------------------------------------------+
    |                      0xFF, "SMB"                              |
    +---------------+-----------------------------------------------+
    |    command    | status (32 bits), flags (8), flags 2 (16), process id, high half (16), signature (64), ...
    +---------------+---------------+-------------------------------+
    |  tree id, process id, user id, multiplex id: 16 bits each     |
    +---------------+-----------------------------------------------+
    |  word count   | words; byte count (16 bits); bytes            |
    +---------------+-----------------------------------------------+
    Everything is little-endian.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT32, Field, bits, flag, group, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers.smb_commands import CREATE, NAMING, Commands, meant, told_file
from dissect.layers.smb_words import COMMANDS
from dissect.layers.streams import heard_of

TRANS, TRANS2 = 0x25, 0x32
STATUS = {
    0x00000000: "STATUS_SUCCESS", 0x80000005: "STATUS_BUFFER_OVERFLOW", 0x80000006: "STATUS_NO_MORE_FILES",
    0xC0000008: "STATUS_INVALID_HANDLE", 0xC000000D: "STATUS_INVALID_PARAMETER", 0xC000000F: "STATUS_NO_SUCH_FILE",
    0xC0000011: "STATUS_END_OF_FILE", 0xC0000016: "STATUS_MORE_PROCESSING_REQUIRED",
    0xC0000022: "STATUS_ACCESS_DENIED", 0xC0000034: "STATUS_OBJECT_NAME_NOT_FOUND",
    0xC0000035: "STATUS_OBJECT_NAME_COLLISION", 0xC000003A: "STATUS_OBJECT_PATH_NOT_FOUND",
    0xC0000043: "STATUS_SHARING_VIOLATION", 0xC000006D: "STATUS_LOGON_FAILURE", 0x00000103: "STATUS_PENDING",
    0xC00000BA: "STATUS_FILE_IS_A_DIRECTORY", 0xC00000BB: "STATUS_NOT_SUPPORTED", 0xC00000CC: "STATUS_BAD_NETWORK_NAME",
    0xC0000120: "STATUS_CANCELLED", 0xC0000203: "STATUS_USER_SESSION_DELETED", 0xC0000225: "STATUS_NOT_FOUND",
}  # fmt: skip
ERROR_CLASSES = {0x00: "Success", 0x01: "DOS Error", 0x02: "Server Error", 0x03: "Hardware Error", 0xFF: "Bad command"}
SUBCOMMANDS = {
    0x00: "OPEN2", 0x01: "FIND_FIRST2", 0x02: "FIND_NEXT2", 0x03: "QUERY_FS_INFO", 0x04: "SET_FS_INFO",
    0x05: "QUERY_PATH_INFO", 0x06: "SET_PATH_INFO", 0x07: "QUERY_FILE_INFO", 0x08: "SET_FILE_INFO", 0x09: "FSCTL",
    0x0A: "IOCTL2", 0x0B: "FIND_NOTIFY_FIRST", 0x0C: "FIND_NOTIFY_NEXT", 0x0D: "CREATE_DIRECTORY",
    0x0E: "SESSION_SETUP", 0x10: "GET_DFS_REFERRAL", 0x11: "REPORT_DFS_INCONSISTENCY",
}  # fmt: skip
PIPE = "\\PIPE\\"
MAILSLOT, BROWSE = "\\MAILSLOT\\", ("\\MAILSLOT\\BROWSE", "\\MAILSLOT\\LANMAN")
UNICODE, NT_ERROR, RESPONSE = 0x8000, 0x4000, 0x80


class SMB(Commands, Layer):
    """One message."""

    name, label, column = "smb", "SMB (Server Message Block Protocol)", "SMB"
    reaches = ("browser", "dcerpc", "gss-api", "ntlmssp")

    component = u32(0, "smb.server_component", "Server Component", HEX, little=True, names={0x424D53FF: "SMB"})
    code = u8(4, "smb.cmd", "SMB Command", HEX, names=COMMANDS)
    flags2_ahead = u16(10, "", "Flags2", little=True)
    status = u32(
        lambda h: 5, "smb.nt_status", "NT Status", HEX, little=True, names=STATUS,
        when=lambda h: (h.flags2_ahead & NT_ERROR) > 0,
    )  # fmt: skip
    error_class = u8(
        lambda h: 5, "smb.error_class", "Error Class", HEX, names=ERROR_CLASSES,
        when=lambda h: (h.flags2_ahead & NT_ERROR) == 0,
    )  # fmt: skip
    error_pad = raw(
        lambda h: 6, "smb.reserved", "Reserved", size=1, when=lambda h: (h.flags2_ahead & NT_ERROR) == 0
    )
    error_code = u16(
        lambda h: 7, "smb.error_code", "Error Code", HEX, little=True, when=lambda h: (h.flags2_ahead & NT_ERROR) == 0
    )
    flags = u8(9, "smb.flags", "Flags", HEX)
    flag_bits = bits(
        flags, "smb.flags",
        ("response", "Request/Response", RESPONSE), ("notify", "Notify", 0x40), ("oplock", "Oplocks", 0x20),
        ("canon", "Canonicalized Pathnames", 0x10), ("caseless", "Case Sensitivity", 0x08),
        ("receive_buffer", "Receive Buffer Posted", 0x02), ("lock", "Lock and Read", 0x01),
    )  # fmt: skip
    flags2 = u16(10, "smb.flags2", "Flags2", HEX, little=True)
    flag2_bits = tuple(
        flag(None, f"smb.flags2.{name}", label, mask, size=2, little=True)
        for name, label, mask in (
            ("string", "Unicode Strings", UNICODE), ("nt_error", "Error Code Type", NT_ERROR),
            ("roe", "Execute-only Reads", 0x2000), ("dfs", "Dfs", 0x1000),
            ("esn", "Extended Security Negotiation", 0x0800), ("reparse_path", "Reparse Path", 0x0400),
            ("long_names_used", "Long Names Used", 0x0040), ("sec_sig_required", "Security Signatures Required", 0x0010),
            ("compressed", "Compressed", 0x0008), ("sec_sig", "Security Signatures", 0x0004),
            ("ea", "Extended Attributes", 0x0002), ("long_names_allowed", "Long Names Allowed", 0x0001),
        )
    )  # fmt: skip
    for _bit in flag2_bits:
        _bit.within = flags2
    del _bit
    pid_high = u16(12, "smb.pid.high", "Process ID High", little=True)
    signature = raw(14, "smb.signature", "Signature", size=8)
    reserved = raw(22, "smb.reserved", "Reserved", size=2)
    tid = u16(24, "smb.tid", "Tree ID", little=True)
    pid = u16(26, "smb.pid", "Process ID", little=True)
    uid = u16(28, "smb.uid", "User ID", little=True)
    mid = u16(30, "smb.mid", "Multiplex ID", little=True)

    body = group("", "Command")
    total_parameters = Field("smb.tpc", "Total Parameter Count", UINT32, size=2, little=True)
    total_data = Field("smb.tdc", "Total Data Count", UINT32, size=2, little=True)
    most_parameters = Field("smb.mpc", "Max Parameter Count", UINT32, size=2, little=True)
    most_data = Field("smb.mdc", "Max Data Count", UINT32, size=2, little=True)
    most_setup = u8(None, "smb.msc", "Max Setup Count")
    trans_flags = u16(None, "smb.transaction.flags", "Flags", HEX, little=True)
    one_way = flag(None, "smb.transaction.flags.owt", "One Way Transaction", 0x0002, little=True, within=trans_flags)
    disconnect = flag(None, "smb.transaction.flags.dtid", "Disconnect TID", 0x0001, little=True, within=trans_flags)
    timeout = u32(None, "smb.timeout", "Timeout", little=True)
    parameter_count = u16(None, "smb.pc", "Parameter Count", little=True)
    parameter_offset = u16(None, "smb.po", "Parameter Offset", little=True)
    parameter_place = u16(None, "smb.pd", "Parameter Displacement", little=True)
    data_count = u16(None, "smb.dc", "Data Count", little=True)
    data_offset = u16(None, "smb.data_offset", "Data Offset", little=True)
    data_place = u16(None, "smb.data_disp", "Data Displacement", little=True)
    setup_count = u8(None, "smb.sc", "Setup Count")
    subcommand = u16(None, "smb.trans2.cmd", "Subcommand", HEX, little=True, names=SUBCOMMANDS)
    trans_name = string(None, "smb.trans_name", "Transaction Name")
    opcode = u16(None, "mailslot.opcode", "Opcode", little=True, names={1: "Write Mail Slot"})
    priority = u16(None, "mailslot.priority", "Priority", little=True)
    slot_class = u16(
        None, "mailslot.class", "Class", little=True, names={1: "Reliable", 2: "Unreliable & Broadcast"}
    )
    slot_size = u16(None, "mailslot.size", "Size")
    slot_name = string(None, "mailslot.name", "Mailslot Name")

    length = lambda h: h.end - h.start

    @staticmethod
    def info(code: int, flags: int) -> str:
        name = COMMANDS.get(code, f"Unknown (0x{code:02x})")
        return f"{name} {'Response' if flags & RESPONSE else 'Request'}"

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """What a message's tree and file are called: see `smb_commands.meant`."""
        return meant(talk, heard.octets) if heard.octets[:4] == b"\xffSMB" else None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start + 32
        told = c.h.__dict__["told"] = heard_of(c.h)
        if told and told[0]:
            c.derived(cls.path, told[0])
        name = COMMANDS.get(h.code, "Unknown")
        with c.group(cls.body, text=f"{name} {'Response' if h.flags & RESPONSE else 'Request'} (0x{h.code:02x})"):
            words = c.peek(1)
            if h.code in (TRANS, TRANS2) and h.flags & RESPONSE and words >= 10:
                c.add(cls.words)
                cls._response(c, words)
            elif h.code in (TRANS, TRANS2) and not h.flags & RESPONSE and words >= 14:
                c.add(cls.words)
                cls._request(c, words)
            else:
                if told and told[3] and h.code in NAMING:
                    if told[2]:
                        c.derived(cls.old_name, told[2].decode())
                    c.derived(cls.file, told[3])
                if told and h.flags & RESPONSE and told[1] >= 0 and h.code != CREATE:
                    told_file(c, told[1])
                cls.command(c, h.code, bool(h.flags & RESPONSE))
                c.rest(cls.other)

    @classmethod
    def _response(cls, c: Cursor, words: int) -> None:
        c.add(cls.total_parameters)
        c.add(cls.total_data)
        c.add(cls.pad, 2)
        for field in (cls.parameter_count, cls.parameter_offset, cls.parameter_place):
            c.add(field)
        size, place = c.add(cls.data_count), c.add(cls.data_offset)
        c.add(cls.data_place)
        c.add(cls.setup_count)
        c.add(cls.pad, 1)
        c.add(cls.word_bytes, 2 * words - 20)
        c.add(cls.count)
        if c.h.code == TRANS:
            cls._pipe(c, c.h.start + place, size)
        c.rest(cls.other)

    @classmethod
    def _request(cls, c: Cursor, words: int) -> None:
        for field in (cls.total_parameters, cls.total_data, cls.most_parameters, cls.most_data, cls.most_setup):
            c.add(field)
        c.add(cls.pad, 1)
        c.add(cls.trans_flags)
        c.add(cls.timeout)
        c.add(cls.pad, 2)
        c.add(cls.parameter_count)
        c.add(cls.parameter_offset)
        size = c.add(cls.data_count)
        place = c.add(cls.data_offset)
        c.add(cls.setup_count)
        c.add(cls.pad, 1)
        setup = c.peek_bytes(2 * words - 28)
        start = c.pos
        if c.h.code == TRANS2 and len(setup) >= 2:
            c.add(cls.subcommand)
        c.add(cls.word_bytes, len(setup) - (c.pos - start))
        total = c.add(cls.count)
        if c.h.code == TRANS:
            name = cls._name(c)
            if name.startswith(MAILSLOT) and len(setup) >= 6:
                cls._mail(c, start, total, name, c.h.start + place, size)
                return
            if name.upper().startswith(PIPE):
                cls._pipe(c, c.h.start + place, size)
        c.rest(cls.other)

    @classmethod
    def _pipe(cls, c: Cursor, place: int, size: int) -> None:
        """What a pipe is written or read: DCE/RPC, as far as it looks like it."""
        at = place - c.pos
        if at < 0 or size < 16 or c.remaining < at + 16 or c.peek_bytes(2, at) != b"\x05\0":
            return
        if at:
            c.add(cls.padding, at)
        c.child("dcerpc", min(size, c.limit - c.pos), size)

    @classmethod
    def _name(cls, c: Cursor) -> str:
        """The transaction's name: in 16-bit characters or octets, up to a zero."""
        octets = c.peek_bytes(c.remaining)
        if c.h.flags2 & UNICODE:
            if (c.pos - c.h.start) % 2:
                c.add(cls.padding, 1)
                octets = octets[1:]
            end = next((i for i in range(0, len(octets) - 1, 2) if octets[i : i + 2] == b"\0\0"), len(octets) - 2)
            text = octets[:end].decode("utf-16-le", "replace")
            return str(c.add(cls.trans_name, max(end + 2, 0), value=text))
        end = octets.find(b"\0")
        end = len(octets) - 1 if end < 0 else end
        return str(c.add(cls.trans_name, end + 1, value=octets[:end].decode("latin-1")))

    @classmethod
    def _mail(cls, c: Cursor, setup: int, total: int, name: str, place: int, size: int) -> None:
        """What a mail slot is written."""
        after = c.pos
        c.pos = setup
        for field in (cls.opcode, cls.priority, cls.slot_class):
            c.add(field)
        c.pos = after
        c.derived(cls.slot_size, total)
        c.derived(cls.slot_name, name)
        if c.pos <= place <= c.end:
            if place > c.pos:
                c.add(cls.padding, place - c.pos)
            if name.upper() in BROWSE and size:
                c.child("browser", min(size, c.limit - c.pos), size)
        c.rest(cls.other)
