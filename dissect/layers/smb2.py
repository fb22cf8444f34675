"""SMB 2 and 3 (MS-SMB2): the header, and the fixed part of the commands.

    +---------------------------------------------------------------+
    |       0xFE, "SMB" (0xFD: encrypted, 0xFC: compressed)         |
    +-------------------------------+-------------------------------+
    |       header length (64)      |         credit charge         |
    +-------------------------------+-------------------------------+
    |             status; or channel sequence, reserved             |
    +-------------------------------+-------------------------------+
    |            command            |  credits asked for or granted |
    +-------------------------------+-------------------------------+
    |           flags; offset of the next message (32 each)         |
    |  message id (64); process id, tree id, or async id (64)       |
    |                session id (64); signature (128)               |
    +---------------------------------------------------------------+
    Everything is little-endian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    GUID,
    HEX,
    UINT32,
    Field,
    flag,
    group,
    guid,
    raw,
    string,
    u8,
    u16,
    u32,
    u64,
)
from dissect.engine.layer import Layer
from dissect.layers import gss
from dissect.layers.smb import STATUS

NEGOTIATE, SETUP, LOGOFF, TREE, UNTREE, CREATE, CLOSE, FLUSH, READ, WRITE = range(10)
LOCK, IOCTL, CANCEL, KEEP_ALIVE, FIND, NOTIFY, GET_INFO, SET_INFO, BREAK = range(10, 19)
COMMANDS = {
    NEGOTIATE: "Negotiate Protocol", SETUP: "Session Setup", LOGOFF: "Session Logoff", TREE: "Tree Connect",
    UNTREE: "Tree Disconnect", CREATE: "Create", CLOSE: "Close", FLUSH: "Flush", READ: "Read", WRITE: "Write",
    LOCK: "Lock", IOCTL: "Ioctl", CANCEL: "Cancel", KEEP_ALIVE: "KeepAlive", FIND: "Find", NOTIFY: "Notify",
    GET_INFO: "GetInfo", SET_INFO: "SetInfo", BREAK: "Break",
}  # fmt: skip
DIALECTS = {0x0202: "SMB 2.0.2", 0x0210: "SMB 2.1", 0x0300: "SMB 3.0", 0x0302: "SMB 3.0.2", 0x0311: "SMB 3.1.1",
            0x02FF: "SMB2 wildcard"}  # fmt: skip
SHARES = {1: "Physical disk", 2: "Named pipe", 3: "Printer"}
DISPOSITIONS = {0: "Supersede", 1: "Open", 2: "Create", 3: "Open If", 4: "Overwrite", 5: "Overwrite If"}
ACTIONS = {0: "The file was superseded", 1: "The file existed and was opened",
           2: "The file did not exist but was created", 3: "The file was truncated"}  # fmt: skip
IMPERSONATIONS = {0: "Anonymous", 1: "Identification", 2: "Impersonation", 3: "Delegation"}
PLAIN, ENCRYPTED, COMPRESSED = 0x424D53FE, 0x424D53FD, 0x424D53FC
RESPONSE, ASYNC, HEADER = 0x01, 0x02, 64
EPOCH, TICK = 11644473600 * 10_000_000, 100  # of a FILETIME: 1601; nanoseconds


def _flag(name: str, label: str, mask: int, word: Field) -> Field:
    return flag(None, f"smb2.{name}", label, mask, little=True, within=word)


def _size(name: str, label: str) -> Field:
    return u32(None, f"smb2.{name}", label, little=True)


class SMB2(Layer):
    """One message; those chained to it follow as further layers."""

    name, label, column = "smb2", "SMB2 (Server Message Block Protocol version 2)", "SMB2"
    reaches = ("smb2", "gss-api", "ntlmssp")

    magic = u32(0, "", "Magic", little=True)
    protocol_id = u32(0, "smb2.protocol_id", "ProtocolId", HEX)
    header_len = u16(4, "smb2.header_len", "Header Length", little=True, when=lambda h: h.magic == PLAIN)
    charge = u16(6, "smb2.credit.charge", "Credit Charge", little=True, when=lambda h: h.magic == PLAIN)
    flags_ahead = u32(16, "", "Flags", little=True, when=lambda h: h.magic == PLAIN)
    status = u32(
        8, "smb2.nt_status", "NT Status", HEX, little=True, names=STATUS,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) > 0),
    )  # fmt: skip
    channel = u16(
        8, "smb2.channel_sequence", "Channel Sequence", little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) == 0),
    )  # fmt: skip
    reserved = raw(
        10, "smb2.reserved", "Reserved", size=2,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) == 0),
    )  # fmt: skip
    command = u16(12, "smb2.cmd", "Command", little=True, names=COMMANDS, when=lambda h: h.magic == PLAIN)
    requested = u16(
        14, "smb2.credits.requested", "Credits requested", little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) == 0),
    )  # fmt: skip
    granted = u16(
        14, "smb2.credits.granted", "Credits granted", little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & RESPONSE) > 0),
    )  # fmt: skip
    flags = u32(16, "smb2.flags", "Flags", HEX, little=True, when=lambda h: h.magic == PLAIN)
    flag_response = _flag("flags.response", "Response", RESPONSE, flags)
    flag_async = _flag("flags.async", "Async command", ASYNC, flags)
    flag_chained = _flag("flags.chained", "Chained", 0x04, flags)
    flag_signed = _flag("flags.signature", "Signing", 0x08, flags)
    flag_priority = _flag("flags.priority_mask", "Priority", 0x70, flags)
    flag_dfs = _flag("flags.dfs", "DFS operation", 0x10000000, flags)
    flag_replay = _flag("flags.replay", "Replay operation", 0x20000000, flags)
    chain = u32(20, "smb2.chain_offset", "Chain Offset", HEX, little=True, when=lambda h: h.magic == PLAIN)
    message = u64(24, "smb2.msg_id", "Message ID", little=True, when=lambda h: h.magic == PLAIN)
    process = u32(
        32, "smb2.pid", "Process Id", HEX, little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & ASYNC) == 0),
    )  # fmt: skip
    tree = u32(
        36, "smb2.tid", "Tree Id", HEX, little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & ASYNC) == 0),
    )  # fmt: skip
    async_id = u64(
        32, "smb2.aid", "Async Id", HEX, little=True,
        when=lambda h: (h.magic == PLAIN) & ((h.flags_ahead & ASYNC) > 0),
    )  # fmt: skip
    session = u64(40, "smb2.sesid", "Session Id", HEX, little=True, when=lambda h: h.magic == PLAIN)
    signature = raw(48, "smb2.signature", "Signature", size=16, when=lambda h: h.magic == PLAIN)

    body = group("", "Command")
    other = raw(None, "", "Data")
    sealed = raw(None, "", "Encrypted or compressed data")
    structure = u16(None, "smb2.buffer_code", "StructureSize", HEX, little=True)
    dialects = u16(None, "smb2.dialect_count", "Dialect count", little=True)
    dialect = u16(None, "smb2.dialect", "Dialect", HEX, little=True, names=DIALECTS)
    security = u8(None, "smb2.sec_mode", "Security mode", HEX)
    sign_enabled = flag(None, "smb2.sec_mode.sign_enabled", "Signing enabled", 0x01, within=security)
    sign_required = flag(None, "smb2.sec_mode.sign_required", "Signing required", 0x02, within=security)
    capabilities = u32(None, "smb2.capabilities", "Capabilities", HEX, little=True)
    client = guid(None, "smb2.client_guid", "Client Guid", little=True)
    server = guid(None, "smb2.server_guid", "Server Guid", little=True)
    most_trans = _size("max_trans_size", "Max Transaction Size")
    most_read, most_write = _size("max_read_size", "Max Read Size"), _size("max_write_size", "Max Write Size")
    now = Field("smb2.current_time", "Current Time", ABSOLUTE_TIME)
    boot = Field("smb2.boot_time", "Boot Time", ABSOLUTE_TIME)
    session_flags = u16(None, "smb2.session_flags", "Session Flags", HEX, little=True)
    blob_offset = Field("smb2.olb.offset", "Blob Offset", UINT32, HEX, size=2, little=True)
    blob_length = Field("smb2.olb.length", "Blob Length", UINT32, size=2, little=True)
    blob = raw(None, "smb2.security_blob", "Security Blob")
    previous = u64(None, "smb2.previous_sesid", "Previous Session Id", HEX, little=True)
    share = string(None, "smb2.tree", "Tree")
    share_type = u8(None, "smb2.share_type", "Share Type", HEX, names=SHARES)
    share_flags = u32(None, "smb2.share_flags", "Share flags", HEX, little=True)
    share_caps = u32(None, "smb2.share_caps", "Share Capabilities", HEX, little=True)
    impersonation = u32(None, "smb2.impersonation.level", "Impersonation level", little=True, names=IMPERSONATIONS)
    disposition = u32(None, "smb2.create.disposition", "Disposition", little=True, names=DISPOSITIONS)
    action = u32(None, "smb2.create.action", "Create Action", little=True, names=ACTIONS)
    filename = string(None, "smb2.filename", "Filename")
    file_id = Field("smb2.fid", "File Id", GUID, little=True)
    read_length = _size("read_length", "Read Length")
    write_length = _size("write_length", "Write Length")
    offset = u64(None, "smb2.file_offset", "File Offset", little=True)
    function = u32(None, "smb2.ioctl.function", "Function", HEX, little=True)
    info_class = u8(None, "smb2.class", "Class", HEX)
    info_level = u8(None, "smb2.infolevel", "InfoLevel", HEX)
    pattern = string(None, "smb2.find.pattern", "Search Pattern")

    length = lambda h: h.end - h.start

    @staticmethod
    def info(magic: int, command: int, flags_ahead: int, status: int) -> str:
        if magic != PLAIN:
            return "Encrypted SMB3" if magic == ENCRYPTED else "Compressed SMB3"
        text = f"{COMMANDS.get(command, f'unknown-{command}')} {'Response' if flags_ahead & RESPONSE else 'Request'}"
        return f"{text}, Error: {STATUS.get(status, f'0x{status:08x}')}" if status else text

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        if h.magic != PLAIN:
            c.pos = h.start + 4
            c.rest(cls.sealed)
            return
        c.pos = h.start + HEADER
        whole = c.limit - h.start
        size = h.chain if HEADER < h.chain <= whole else whole
        answer = bool(h.flags_ahead & RESPONSE)
        title = f"{COMMANDS.get(h.command, 'Unknown')} {'Response' if answer else 'Request'} (0x{h.command:02x})"
        with c.group(cls.body, size - HEADER, title) as c:
            if c.remaining:
                c.add(cls.structure)
            read = BODIES.get((h.command, answer))
            failed = answer and h.status >> 30 == 3 and h.command != SETUP
            if read is not None and c.remaining > 6 and not failed:
                read(c)
            c.rest(cls.other)
        if size < whole and c.remaining >= HEADER:
            c.child("smb2")


S = SMB2
Reader = Callable[[Cursor], None]


def skip(c: Cursor, size: int) -> None:
    """Octets that are not taken apart."""
    c.add(S.other, size)


def text(c: Cursor, field: Field, offset: int, size: int) -> str:
    """UTF-16 text at `offset` from the header."""
    place = c.h.start + offset
    if not size or place < c.pos:
        return ""
    if place > c.pos:
        skip(c, place - c.pos)
    octets = c.peek_bytes(size)
    return str(c.add(field, size, value=octets.decode("utf-16-le", "replace")))


def blob(c: Cursor, offset: int, size: int) -> None:
    """A token of GSS-API."""
    place = c.h.start + offset
    if size and place >= c.pos:
        if place > c.pos:
            skip(c, place - c.pos)
        octets = c.peek_bytes(size)
        layer = gss.direct(octets)
        if not layer:
            c.add(S.blob, size)
            return
        with c.group(S.blob, size) as c:
            c.child(layer)


def time(c: Cursor, field: Field) -> None:
    """A FILETIME: tenths of microseconds since 1601."""
    c.add(field, 8, value=(c.peek(8, little=True) - EPOCH) * TICK)


def negotiate(c: Cursor) -> None:
    """2.2.3"""
    count = c.add(S.dialects)
    c.add(S.security)
    skip(c, 3)
    c.add(S.capabilities)
    c.add(S.client)
    skip(c, 8)
    for _ in range(count):
        c.add(S.dialect)


def negotiated(c: Cursor) -> None:
    """2.2.4"""
    c.add(S.security)
    skip(c, 1)
    c.add(S.dialect)
    skip(c, 2)
    for field in (S.server, S.capabilities, S.most_trans, S.most_read, S.most_write):
        c.add(field)
    time(c, S.now)
    time(c, S.boot)
    offset = c.add(S.blob_offset)
    blob(c, offset, c.add(S.blob_length))


def setup(c: Cursor) -> None:
    """2.2.5"""
    skip(c, 1)
    c.add(S.security)
    c.add(S.capabilities)
    skip(c, 4)
    offset = c.add(S.blob_offset)
    size = c.add(S.blob_length)
    c.add(S.previous)
    blob(c, offset, size)


def set_up(c: Cursor) -> None:
    """2.2.6"""
    c.add(S.session_flags)
    offset = c.add(S.blob_offset)
    blob(c, offset, c.add(S.blob_length))


def connect(c: Cursor) -> None:
    """2.2.9"""
    skip(c, 2)
    offset = c.add(S.blob_offset)
    name = text(c, S.share, offset, c.add(S.blob_length))
    c.append_info(f" Tree: {name}")


def connected(c: Cursor) -> None:
    """2.2.10"""
    c.add(S.share_type)
    skip(c, 1)
    c.add(S.share_flags)
    c.add(S.share_caps)


def create(c: Cursor) -> None:
    """2.2.13"""
    skip(c, 2)
    c.add(S.impersonation)
    skip(c, 28)
    c.add(S.disposition)
    skip(c, 4)
    offset = c.add(S.blob_offset)
    name = text(c, S.filename, offset, c.add(S.blob_length))
    c.append_info(f" File: {name}")


def created(c: Cursor) -> None:
    """2.2.14"""
    skip(c, 2)
    c.add(S.action)
    skip(c, 56)
    c.add(S.file_id)


def close(c: Cursor) -> None:
    """2.2.15, 2.2.17"""
    skip(c, 6)
    c.add(S.file_id)


def read(c: Cursor) -> None:
    """2.2.19"""
    skip(c, 2)
    length, offset = c.add(S.read_length), c.add(S.offset)
    c.add(S.file_id)
    c.append_info(f" Len:{length} Off:{offset}")


def written(c: Cursor) -> None:
    """2.2.21"""
    skip(c, 2)
    length, offset = c.add(S.write_length), c.add(S.offset)
    c.add(S.file_id)
    c.append_info(f" Len:{length} Off:{offset}")


def control(c: Cursor) -> None:
    """2.2.31, 2.2.32"""
    skip(c, 2)
    c.add(S.function)
    c.add(S.file_id)


def find(c: Cursor) -> None:
    """2.2.33"""
    c.add(S.info_level)
    skip(c, 5)
    c.add(S.file_id)
    offset = c.add(S.blob_offset)
    name = text(c, S.pattern, offset, c.add(S.blob_length))
    c.append_info(f" Pattern: {name}")


def information(c: Cursor) -> None:
    """2.2.37, 2.2.39"""
    c.add(S.info_class)
    c.add(S.info_level)
    skip(c, 20 if c.h.command == GET_INFO else 12)
    c.add(S.file_id)


BODIES: dict[tuple[int, bool], Reader] = {
    (NEGOTIATE, False): negotiate, (NEGOTIATE, True): negotiated, (SETUP, False): setup, (SETUP, True): set_up,
    (TREE, False): connect, (TREE, True): connected, (CREATE, False): create, (CREATE, True): created,
    (CLOSE, False): close, (FLUSH, False): close, (READ, False): read, (WRITE, False): written,
    (IOCTL, False): control, (IOCTL, True): control, (FIND, False): find, (GET_INFO, False): information,
    (SET_INFO, False): information,
}  # fmt: skip
