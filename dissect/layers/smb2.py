"""SMB 2 and 3 (MS-SMB2): the header, and what a conversation tells of its identifiers.

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

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, flag, group, raw, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers import smb2_files as files
from dissect.layers import smb2_sessions as sessions
from dissect.layers.smb import STATUS
from dissect.layers.smb2_fields import Commands, Reader
from dissect.layers.smb2_words import (
    ASYNC,
    CLOSE,
    COMMANDS,
    CREATE,
    ENCRYPTED,
    FIND,
    FLUSH,
    GET_INFO,
    HEADER,
    IOCTL,
    KEEP_ALIVE,
    LOCK,
    LOGOFF,
    NEGOTIATE,
    NOTIFY,
    PLAIN,
    READ,
    RESPONSE,
    SET_INFO,
    SETUP,
    TREE,
    UNTREE,
    WRITE,
)
from dissect.layers.streams import heard_of


class SMB2(Commands, Layer):
    """One message; those chained to it follow as further layers."""

    name, label, column = "smb2", "SMB2 (Server Message Block Protocol version 2)", "SMB2"
    reaches = ("smb2", "gss-api", "ntlmssp", "dcerpc", "data")

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
    flag_bits = bits(
        flags, "smb2.flags",
        ("response", "Response", RESPONSE), ("async", "Async command", ASYNC), ("chained", "Chained", 0x04),
        ("signature", "Signing", 0x08), ("priority_mask", "Priority", 0x70),
        ("dfs", "DFS operation", 0x10000000), ("replay", "Replay operation", 0x20000000),
    )  # fmt: skip
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
    sealed = raw(None, "", "Encrypted or compressed data")
    structure = u16(None, "smb2.buffer_code", "StructureSize", HEX, little=True)
    fixed_length = u16(None, "smb2.buffer_code.length", "Fixed Part Length", mask=0xFFFE, little=True, within=structure)
    dynamic = flag(None, "smb2.buffer_code.dynamic", "Dynamic Part", 0x0001, little=True, within=structure)

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
            failed = answer and h.status and h.command != SETUP and c.data[h.start + HEADER : h.start + HEADER + 2] == b"\t\0"
            read = sessions.failure if failed else READERS.get((h.command, answer))
            cls._told(c, answer)
            if read is not None and c.remaining >= 2:
                read(c)
            c.rest(cls.other)
        if size < whole and c.remaining >= HEADER:
            c.child("smb2")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """What a message's identifiers stand for: its tree's name and type, its file's name."""
        octets, told = heard.octets, None
        while len(octets) >= HEADER + 2 and octets[:4] == b"\xfeSMB":
            found = meant(talk, octets)
            told = told or found
            chain = int.from_bytes(octets[20:24], "little")
            if chain < HEADER:
                break
            octets = octets[chain:]
        return told

    @classmethod
    def _told(cls, c: Cursor, answer: bool) -> None:
        """What the conversation has told of a message's identifiers."""
        told = heard_of(c.h)
        if not told:
            return
        tree, kind, name, asked = told
        if tree:
            c.derived(cls.share, tree)
        if kind:
            c.derived(cls.share_type, kind)
        if asked and answer and c.h.command == FIND:
            c.derived(cls.find_level, asked[0])
            c.h.__dict__["find level"] = asked[0]
        elif asked and answer:
            c.derived(cls.info_class, asked[0])
            c.derived(cls.levels.get(asked[0], cls.info_level), asked[1])
        if name and c.h.command in (READ, WRITE, CLOSE, FIND, GET_INFO, SET_INFO, IOCTL):
            c.append_info(f" File: {name}")


def number(octets: bytes, at: int, size: int) -> int:
    """A little-endian number."""
    return int.from_bytes(octets[at : at + size], "little")


def meant(talk: Talk, octets: bytes) -> tuple[str, int, str, bytes] | None:
    """See `SMB2.hears`; of one message."""
    command, answer, message = number(octets, 12, 2), octets[16] & RESPONSE, octets[24:32]
    status, tree = number(octets, 8, 4), octets[40:48] + octets[36:40]
    body = octets[HEADER:]
    if octets[16] & ASYNC:
        tree = talk.get(("smb2 tree of", message), tree)
    elif not answer:
        talk["smb2 tree of", message] = tree
    name = ""
    if command == TREE and not answer:
        at, size = number(body, 4, 2), number(body, 6, 2)
        talk["smb2 path", message] = octets[at : at + size].decode("utf-16-le", "replace")
        return None
    if command == TREE and not status:
        before = talk.get(("smb2 tree", tree))
        talk["smb2 tree", tree] = talk.get(("smb2 path", message), ""), body[2] if len(body) > 2 else 0
        return (*before, "", b"") if before else None
    if command == CREATE and not answer:
        at, size = number(body, 44, 2), number(body, 46, 2)
        talk["smb2 file", message] = octets[at : at + size].decode("utf-16-le", "replace")
    elif command == CREATE and not status and len(body) >= 80:
        talk["smb2 name", body[64:80]] = talk.get(("smb2 file", message), "")
    elif command in FILE_AT and not answer:
        at = FILE_AT[command]
        name = talk.get(("smb2 name", body[at : at + 16]), "")
        talk["smb2 asked", message] = name
        if command in (GET_INFO, SET_INFO, FIND):
            talk["smb2 info", message] = body[2:4]
    elif answer:
        name = talk.get(("smb2 asked", message), "")
    where, kind = talk.get(("smb2 tree", tree), ("", 0))
    asked = talk.get(("smb2 info", message), b"") if answer and command in (GET_INFO, SET_INFO, FIND) else b""
    return (where, kind, name, asked) if where or name or asked else None


FILE_AT = {CLOSE: 8, FLUSH: 8, READ: 16, WRITE: 16, LOCK: 8, IOCTL: 8, FIND: 8, NOTIFY: 8, GET_INFO: 24, SET_INFO: 16}
READERS: dict[tuple[int, bool], Reader] = {
    (NEGOTIATE, False): sessions.negotiate, (NEGOTIATE, True): sessions.negotiated, (SETUP, False): sessions.setup,
    (SETUP, True): sessions.set_up, (LOGOFF, False): sessions.flushed, (LOGOFF, True): sessions.ended,
    (UNTREE, False): sessions.ended, (UNTREE, True): sessions.ended, (TREE, False): sessions.connect,
    (TREE, True): sessions.connected, (CREATE, False): files.create, (CREATE, True): files.created,
    (CLOSE, False): files.close, (CLOSE, True): files.closed, (FLUSH, False): files.flush,
    (FLUSH, True): sessions.flushed, (READ, False): files.read, (READ, True): files.was_read,
    (WRITE, False): files.write, (WRITE, True): files.written, (IOCTL, False): files.control,
    (IOCTL, True): files.controlled, (FIND, False): files.find, (FIND, True): files.were_found,
    (GET_INFO, False): files.get_information, (GET_INFO, True): files.got_information,
    (SET_INFO, False): files.set_information, (NOTIFY, False): files.notify, (KEEP_ALIVE, False): sessions.flushed,
    (KEEP_ALIVE, True): sessions.flushed,
}  # fmt: skip
