"""What the commands of SMB 1 say that are met most (MS-CIFS, section 2.2.4; MS-SMB, section 2.2.4): sessions, trees, files.

    word count; words: mostly (next command, its offset), then by command; byte count; bytes: texts and octets
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    GUID,
    HEX,
    INT16,
    UINT32,
    Field,
    bits,
    flag,
    raw,
    string,
    u8,
    u16,
    u32,
    u64,
)
from dissect.engine.messages import Talk
from dissect.layers import gss
from dissect.layers.smb_words import ACCESS_BITS, ATTRIBUTE_BITS, COMMANDS, OPTION_BITS

UNICODE, EXTENDED, RESPONSE, NO_MORE = 0x8000, 0x0800, 0x80, 0xFF
EPOCH, TICK, SECOND = 11644473600 * 10_000_000, 100, 1_000_000_000  # of a FILETIME: 1601; nanoseconds
DISPOSITIONS = {0: "Supersede", 1: "Open", 2: "Create", 3: "Open If", 4: "Overwrite", 5: "Overwrite If"}
ACTIONS = {0: "The file existed and was superseded", 1: "The file existed and was opened",
           2: "The file did not exist but was created", 3: "The file was overwritten"}  # fmt: skip
IMPERSONATIONS = {0: "Anonymous", 1: "Identification", 2: "Impersonation", 3: "Delegation"}
FILE_TYPES = {0: "Disk file or directory", 1: "Named pipe in byte mode", 2: "Named pipe in message mode", 3: "Spooled printer"}
FORMATS = {1: "Data Block", 2: "Dialect", 3: "Pathname", 4: "ASCII", 5: "Variable Block"}


def _word(name: str, label: str, **rest: Any) -> Field:
    return u16(None, f"smb.{name}", label, little=True, **rest)


def _long(name: str, label: str, **rest: Any) -> Field:
    return u32(None, f"smb.{name}", label, little=True, **rest)


def _text(name: str, label: str) -> Field:
    return string(None, f"smb.{name}", label)


class Commands:
    """The fields of the commands."""

    words = u8(None, "smb.wct", "Word Count (WCT)")
    word_bytes = raw(None, "", "Words")
    count = _word("bcc", "Byte Count (BCC)")
    other = raw(None, "", "Data")
    pad = raw(None, "smb.reserved", "Reserved")
    padding = raw(None, "smb.padding", "Padding")
    next_command = u8(None, "smb.cmd", "AndXCommand", HEX, names={**COMMANDS, NO_MORE: "No further commands"})
    next_offset = _word("andxoffset", "AndXOffset")
    dialect = string(None, "smb.dialect", "Dialect")
    format = u8(None, "smb.buffer_format", "Buffer Format", names=FORMATS)
    dialect_name = _text("dialect.name", "Name")
    chosen = _word("dialect.index", "Selected Index")
    security = u8(None, "smb.sm", "Security Mode", HEX)
    security_bits = bits(
        security, "smb.sm", ("mode", "Mode", 0x01), ("password", "Password", 0x02), ("signatures", "Signatures", 0x04),
        ("sig_required", "Sig Req", 0x08),
    )  # fmt: skip
    most_mpx, most_vcs = _word("max_mpx_count", "Max Mpx Count"), _word("max_vcs", "Max VCs")
    most_buffer = Field("smb.max_bufsize", "Max Buffer Size", UINT32, little=True)
    most_raw, session_key = _long("max_raw", "Max Raw Buffer"), u32(None, "smb.session_key", "Session Key", HEX, little=True)
    server_caps = u32(None, "smb.server_cap", "Capabilities", HEX, little=True)
    system_time = Field("smb.system.time", "System Time", ABSOLUTE_TIME)
    zone = Field("smb.server_timezone", "Server Time Zone", INT16, little=True)
    challenge_length = u8(None, "smb.challenge_length", "Challenge Length")
    challenge = raw(None, "smb.challenge", "Challenge")
    server_guid = Field("smb.server_guid", "Server GUID", GUID)
    blob = raw(None, "smb.security_blob", "Security Blob")
    blob_length = _word("security_blob_len", "Security Blob Length")
    most_client_buffer, number = _word("max_buf", "Max Buffer"), _word("vc", "VC Number")
    ansi_length, unicode_length = _word("ansi_pwlen", "ANSI Password Length"), _word("unicode_pwlen", "Unicode Password Length")
    ansi, unicode_ = raw(None, "smb.ansi_password", "ANSI Password"), raw(None, "smb.unicode_password", "Unicode Password")
    account, primary = _text("account", "Account"), _text("primary_domain", "Primary Domain")
    native_os, native_manager = _text("native_os", "Native OS"), _text("native_lanman", "Native LAN Manager")
    native_system = _text("native_fs", "Native File System")
    setup_action = u16(None, "smb.setup.action", "Action", HEX, little=True)
    guest = flag(None, "smb.setup.action.guest", "Guest", 0x0001, little=True, within=setup_action)
    connect_flags = u16(None, "smb.connect.flags", "Flags", HEX, little=True)
    connect_bits = bits(
        connect_flags, "smb.connect.flags",
        ("dtid", "Disconnect TID", 0x01), ("extendedsig", "Extended Signature", 0x04),
        ("extendedresp", "Extended Response", 0x08),
    )  # fmt: skip
    password_length, password = _word("pwlen", "Password Length"), raw(None, "smb.password", "Password")
    path, service = _text("path", "Path"), _text("service", "Service")
    support = u16(None, "smb.connect.support", "Optional Support", HEX, little=True)
    support_bits = bits(
        support, "smb.connect.support", ("search", "Search Bits", 0x01), ("dfs", "In Dfs", 0x02),
    )  # fmt: skip
    name_length = _word("file_name_len", "File Name Len")
    create_flags = u32(None, "smb.create_flags", "Create Flags", HEX, little=True)
    root = u32(None, "smb.rfid", "Root FID", HEX, little=True)
    access = u32(None, "smb.access_mask", "Access Mask", HEX, little=True)
    access_bits = bits(access, "smb.access", *ACCESS_BITS)
    allocation = u64(None, "smb.alloc_size64", "Allocation Size", little=True)
    attributes = u32(None, "smb.file_attribute", "File Attributes", HEX, little=True)
    attribute_bits = bits(attributes, "smb.file_attribute", *ATTRIBUTE_BITS)
    sharing = u32(None, "smb.share_access", "Share Access", HEX, little=True)
    sharing_bits = bits(
        sharing, "smb.share.access",
        ("read", "Read", 1), ("write", "Write", 2), ("delete", "Delete", 4),
    )
    disposition = _long("create.disposition", "Disposition", names=DISPOSITIONS)
    options = u32(None, "smb.create_options", "Create Options", HEX, little=True)
    option_bits = bits(options, "smb.nt.create_options", *OPTION_BITS)
    impersonation = _long("impersonation.level", "Impersonation", names=IMPERSONATIONS)
    security_flags = u8(None, "smb.security.flags", "Security Flags", HEX)
    security_flag_bits = bits(
        security_flags, "smb.security.flags", ("context_tracking", "Context Tracking", 0x01),
        ("effective_only", "Effective Only", 0x02),
    )  # fmt: skip
    file = _text("file", "File Name")
    oplock = u8(None, "smb.oplock.level", "Oplock level")
    fid = u16(None, "smb.fid", "FID", HEX, little=True)
    action = _long("create.action", "Create action", names=ACTIONS)
    created = Field("smb.create.time", "Created", ABSOLUTE_TIME)
    accessed = Field("smb.access.time", "Last Access", ABSOLUTE_TIME)
    written = Field("smb.last_write.time", "Last Write", ABSOLUTE_TIME)
    changed = Field("smb.change.time", "Change", ABSOLUTE_TIME)
    end_of_file = u64(None, "smb.end_of_file", "End Of File", little=True)
    file_type = _word("file_type", "File Type", names=FILE_TYPES)
    ipc_state = u16(None, "smb.ipc_state", "IPC State", HEX, little=True)
    is_directory = u8(None, "smb.is_directory", "Is Directory")
    offset, offset_high = _long("offset", "Offset"), _long("offset_high", "High Offset")
    most_low, most_high = _word("maxcount_low", "Max Count Low"), _long("maxcount_high", "Max Count High (multiply with 64K)")
    least, remaining_ = _word("mincount", "Min Count"), _word("remaining", "Remaining")
    write_mode = u16(None, "smb.write.mode", "Write Mode", HEX, little=True)
    write_bits = bits(
        write_mode, "smb.write.mode",
        ("message_start", "Message Start", 0x08), ("raw", "Write Raw", 0x04),
        ("return_remaining", "Return Remaining", 0x02), ("write_through", "Write Through", 0x01),
    )  # fmt: skip
    data_low, data_high = _word("data_len_low", "Data Length Low"), _word("data_len_high", "Data Length High (multiply with 64K)")
    data_high_32 = Field("smb.data_len_high", "Data Length High (multiply with 64K)", data_high.type, size=4, little=True)
    data_at = _word("data_offset", "Data Offset")
    compaction = _word("dcm", "Data Compaction Mode")
    count_low, count_high = _word("count_low", "Count Low"), _word("count_high", "Count High (multiply with 64K)")
    file_data = raw(None, "smb.file_data", "File Data")
    directory = _text("dir_name", "Directory")
    search = u16(None, "smb.search.attribute", "Search Attributes", HEX, little=True)
    search_bits = bits(
        search, "smb.search.attribute",
        ("read_only", "Read Only", 1), ("hidden", "Hidden", 2), ("system", "System", 4), ("volume", "Volume ID", 8),
        ("directory", "Directory", 16), ("archive", "Archive", 32),
    )  # fmt: skip
    old_name = _text("old_file", "Old File Name")
    echo_count, echo_number = _word("echo.count", "Echo Count"), _word("echo.seq_num", "Echo Seq Num")
    echo_data = raw(None, "smb.echo.data", "Echo Data")

    @classmethod
    def command(cls, c: Cursor, code: int, answer: bool, depth: int = 0) -> None:
        """One command, and those chained to it."""
        words = c.add(cls.words)
        read = READERS.get((code, answer))
        start, end = c.pos, c.pos + 2 * words
        following, place = NO_MORE, 0
        if words and code in CHAINING:
            following = c.add(cls.next_command)
            c.add(cls.pad, 1)
            place = c.add(cls.next_offset)
        c.h.__dict__["words"] = (start, end)
        if read is not None:
            read(c, words)
        if c.pos < end:
            c.add(cls.word_bytes, end - c.pos)
        if c.pos == end:
            size = c.add(cls.count)
            after = AFTER.get((code, answer))
            if after is not None and size and c.remaining:
                after(c, words, min(size, c.remaining))
        at = c.h.start + place
        if following != NO_MORE and depth < DEEPEST and c.pos <= at < c.end:
            if at > c.pos:
                c.add(cls.padding, at - c.pos)
            cls.command(c, following, answer, depth + 1)


S = Commands
CHAINING = frozenset({0x24, 0x2D, 0x2E, 0x2F, 0x73, 0x74, 0x75, 0xA2})
DEEPEST, HEADER = 4, 32
Reader = Callable[[Cursor, int], None]


Meant = tuple[str, int, bytes, str]  # a tree's name, an answer's file, how the file was opened, its name
CREATE, TREE_CONNECT, CLOSE = 0xA2, 0x75, 0x04
RENAME = 0x07
NAMING = frozenset({0x00, 0x01, 0x06, RENAME, 0x10})  # what asks for something by its name
FID_AT = {0x2E: 5, 0x2F: 5, CLOSE: 1, 0x24: 5, 0x2D: 5}  # where requests have the file's number, from the word count on


def meant(talk: Talk, octets: bytes) -> Meant | None:
    """What a message's identifiers stand for, by the messages before it."""
    if len(octets) < HEADER + 3:
        return None
    code, answer, key = octets[4], octets[9] & RESPONSE, octets[24:32]  # tree, process, user, multiplex
    body, tree = octets[HEADER:], octets[24:26]
    failed = any(octets[5:9])
    unicode_texts = octets[11] & 0x80
    if code == TREE_CONNECT and body[0] >= 4 and not answer:
        start = 3 + 2 * body[0] + int.from_bytes(body[7:9], "little")
        talk["smb connecting", octets[26:32]] = _text_at(octets, HEADER + start, bool(unicode_texts))
        return None
    if code == TREE_CONNECT and not failed:
        path = talk["smb tree", tree] = talk.get(("smb connecting", octets[26:32]), "")
        return (path, -1, b"", "") if path else None
    path, fid, how, name = talk.get(("smb tree", tree), ""), -1, b"", ""
    if code in NAMING:
        return named_before(talk, octets, path)
    if code == CREATE and not answer and body[0] >= 24:
        talk["smb opening", key] = body[1:52], _text_at(octets, HEADER + 3 + 2 * body[0], bool(unicode_texts))
    elif code == CREATE and not failed and body[0] >= 34:
        fid = int.from_bytes(body[6:8], "little")
        talk["smb file", tree, fid] = talk.get(("smb opening", key), (b"", ""))
        how, name = talk["smb file", tree, fid]
    elif code in FID_AT and not answer:
        at = FID_AT[code]
        fid = int.from_bytes(body[at : at + 2], "little")
        talk["smb asked", key] = fid
        how, name = talk.get(("smb file", tree, fid), (b"", ""))
    elif code in FID_AT:
        fid = talk.get(("smb asked", key), -1)
        opened = talk.get(("smb file", tree, fid))
        fid, (how, name) = (fid, opened) if opened is not None else (-1, (b"", ""))
    return (path, fid, how, name) if path or fid >= 0 else None


def named_before(talk: Talk, octets: bytes, path: str) -> Meant | None:
    """For answers to commands about names: the names of the request."""
    key, code = (octets[24:32], octets[4]), octets[4]
    if octets[9] & RESPONSE:
        old, name = talk.get(("smb named", key), ("", ""))
        return (path, -1, old.encode(), name) if path or name else None
    at = HEADER + 4 + 2 * octets[HEADER]  # behind the words, the count and the format
    old, name = "", _text_at(octets, at, bool(octets[11] & 0x80))
    if code == RENAME:
        old = name
        at += at % 2 + 2 * len(old) + 3 if octets[11] & 0x80 else len(old) + 2
        name = _text_at(octets, at, bool(octets[11] & 0x80))
    talk["smb named", key] = (old, name)
    return (path, -1, b"", "") if path else None


def _text_at(octets: bytes, at: int, unicode_texts: bool) -> str:
    """The text at a place, of 16-bit characters from an even place on."""
    if not unicode_texts:
        return octets[at:].partition(b"\0")[0].decode("latin-1")
    at += at % 2
    end = next((i for i in range(at, len(octets) - 1, 2) if octets[i : i + 2] == b"\0\0"), len(octets))
    return octets[at:end].decode("utf-16-le", "replace")


def told_file(c: Cursor, fid: int = -1) -> None:
    """How the file that a command is about was opened."""
    told: Meant | None = c.h.__dict__.get("told")
    if fid >= 0:
        c.derived(S.fid, fid)
        c.append_info(f", FID: 0x{fid:04x}")
    if told is None or len(told[2]) < 48:
        return
    if told[3]:
        c.derived(S.file, told[3])
    for field, at in ((S.create_flags, 7), (S.access, 15), (S.attributes, 27), (S.sharing, 31), (S.options, 39)):
        c.derived(field, int.from_bytes(told[2][at : at + 4], "little"))
    c.derived(S.disposition, int.from_bytes(told[2][35:39], "little"))


def wide(c: Cursor) -> bool:
    """Whether texts are of 16-bit characters."""
    return bool(c.h.flags2 & UNICODE)


def text(c: Cursor, field: Field, aligned: bool = True, unicode_too: bool = True) -> str:
    """A text up to a zero; one of 16-bit characters begins at an even place."""
    if c.remaining <= 0:
        return ""
    if not (wide(c) and unicode_too):
        end = c.data.find(b"\0", c.pos, c.end)
        size = (c.end if end < 0 else end + 1) - c.pos
        return str(c.add(field, size, value=c.peek_bytes(size).rstrip(b"\0").decode("latin-1")))
    if aligned and (c.pos - c.h.start) % 2:
        c.add(S.other, 1)
    octets = c.peek_bytes(c.remaining)
    end = next((i for i in range(0, len(octets) - 1, 2) if octets[i : i + 2] == b"\0\0"), -1)
    size = len(octets) if end < 0 else end + 2
    if not size:
        return ""
    return str(c.add(field, size, value=octets[: size if end < 0 else end].decode("utf-16-le", "replace")))


def file_time(c: Cursor, field: Field) -> None:
    """Tenths of microseconds since 1601; 0 for none."""
    ticks = c.peek(8, little=True)
    c.add(field, 8, value=(ticks - EPOCH) * TICK if ticks else 0)


def token(c: Cursor, size: int) -> None:
    """A token of GSS-API."""
    if not size:
        return
    octets = c.peek_bytes(min(size, c.remaining))
    layer = gss.direct(octets)
    with c.group(S.blob, len(octets)) as c:
        if layer:
            c.child(layer)
        else:
            c.pos = c.end


def content(c: Cursor, size: int) -> None:
    """What a file or a pipe holds."""
    size = min(size, c.remaining)
    if size <= 0:
        return
    octets = c.peek_bytes(min(size, 16))
    if len(octets) == 16 and octets[:2] == b"\5\0" and octets[2] <= 20 and octets[4] & 0xEF == 0:
        c.child("dcerpc", size)
    else:
        c.add(S.file_data, size)


def negotiate(c: Cursor, _words: int, size: int) -> None:
    """The dialects that a client knows."""
    end = c.pos + size
    while c.pos < end and c.remaining:
        stop = c.data.find(b"\0", c.pos + 1, c.end)
        length = (c.end if stop < 0 else stop + 1) - c.pos
        shown = c.peek_bytes(length)[1:].rstrip(b"\0").decode("latin-1")
        with c.group(S.dialect, length, value=shown) as c:
            c.add(S.format)
            if c.remaining:
                c.add(S.dialect_name, c.remaining, value=shown)


def negotiated(c: Cursor, words: int) -> None:
    """The dialect that a server chooses, and what it can do."""
    c.add(S.chosen)
    if words < 17:
        return
    for field in (S.security, S.most_mpx, S.most_vcs, S.most_buffer, S.most_raw, S.session_key, S.server_caps):
        c.add(field)
    file_time(c, S.system_time)
    c.add(S.zone)
    c.h.__dict__["challenge"] = c.add(S.challenge_length)


def negotiated_more(c: Cursor, words: int, size: int) -> None:
    """Its identifier and a token, or a challenge and its domain."""
    end = c.pos + size
    if words < 17:
        return
    length = c.h.__dict__.get("challenge", 0)
    if length:
        c.add(S.challenge, length)
        if c.pos < end:
            text(c, S.primary, aligned=False)
    elif size >= 16:
        c.add(S.server_guid)
        token(c, end - c.pos)


def setup(c: Cursor, words: int) -> None:
    """Who a client is."""
    for field in (S.most_client_buffer, S.most_mpx, S.number, S.session_key):
        c.add(field)
    sizes = []
    if words == 12:
        sizes = [c.add(S.blob_length)]
    elif words == 13:
        sizes = [c.add(S.ansi_length), c.add(S.unicode_length)]
    elif words == 10:
        sizes = [c.add(S.password_length)]
    c.h.__dict__["sizes"] = sizes
    c.add(S.pad, 4)
    if words > 10:
        c.add(S.server_caps)


def setup_more(c: Cursor, words: int, size: int) -> None:
    """A token or passwords, and names."""
    sizes = c.h.__dict__.get("sizes", [])
    if words == 12 and sizes:
        token(c, sizes[0])
        texts: tuple[Field, ...] = (S.native_os, S.native_manager, S.primary)
    else:
        for field, length in zip((S.ansi, S.unicode_) if words == 13 else (S.password,), sizes, strict=False):
            if length:
                c.add(field, length)
        texts = (S.account, S.primary, S.native_os, S.native_manager)
    for field in texts:
        text(c, field)


def set_up(c: Cursor, words: int) -> None:
    """Whether a client is let in."""
    c.add(S.setup_action)
    c.h.__dict__["sizes"] = [c.add(S.blob_length)] if words == 4 else []


def set_up_more(c: Cursor, _words: int, size: int) -> None:
    """A token, and what the server is."""
    for length in c.h.__dict__.get("sizes", []):
        token(c, length)
    for field in (S.native_os, S.native_manager, S.primary):
        text(c, field)


def connect(c: Cursor, _words: int) -> None:
    """A share that is asked for."""
    c.add(S.connect_flags)
    c.h.__dict__["sizes"] = [c.add(S.password_length)]


def connect_more(c: Cursor, _words: int, size: int) -> None:
    """A password, the share, and what kind it should be."""
    for length in c.h.__dict__.get("sizes", []):
        if length:
            c.add(S.password, length)
    c.append_info(f", Path: {text(c, S.path)}")
    text(c, S.service, unicode_too=False)


def connected(c: Cursor, words: int) -> None:
    """A share that is there."""
    if words >= 3:
        c.add(S.support)
    if words >= 7:
        c.add(S.access)
        c.add(S.access)


def connected_more(c: Cursor, _words: int, size: int) -> None:
    """What kind it is."""
    text(c, S.service, unicode_too=False)
    text(c, S.native_system)


def create(c: Cursor, _words: int) -> None:
    """A file to be opened."""
    c.add(S.pad, 1)
    for field in (
        S.name_length, S.create_flags, S.root, S.access, S.allocation, S.attributes, S.sharing, S.disposition, S.options,
        S.impersonation, S.security_flags,
    ):  # fmt: skip
        c.add(field)


def create_more(c: Cursor, _words: int, size: int) -> None:
    """Its name."""
    c.append_info(f", Path: {text(c, S.file)}")


def created(c: Cursor, _words: int) -> None:
    """A file that was opened."""
    c.add(S.oplock)
    c.append_info(f", FID: 0x{c.add(S.fid):04x}")
    told_file(c)
    c.add(S.action)
    for field in (S.created, S.accessed, S.written, S.changed):
        file_time(c, field)
    for field in (S.attributes, S.allocation, S.end_of_file, S.file_type, S.ipc_state, S.is_directory):
        c.add(field)


def read(c: Cursor, words: int) -> None:
    """Octets that are asked for."""
    c.append_info(f", FID: 0x{c.add(S.fid):04x}")
    told_file(c)
    for field in (S.offset, S.most_low, S.least, S.most_high, S.remaining_):
        c.add(field)
    if words >= 12:
        c.add(S.offset_high)


def was_read(c: Cursor, _words: int) -> None:
    """Octets."""
    c.add(S.remaining_)
    c.add(S.compaction)
    c.add(S.pad, 2)
    low, at = c.add(S.data_low), c.add(S.data_at)
    c.h.__dict__["data"] = (at, low + (c.add(S.data_high_32) << 16))
    c.add(S.pad, 6)


def write(c: Cursor, words: int) -> None:
    """Octets that are to be written."""
    c.append_info(f", FID: 0x{c.add(S.fid):04x}")
    told_file(c)
    c.add(S.offset)
    c.add(S.pad, 4)
    c.add(S.write_mode)
    c.add(S.remaining_)
    high, low, at = c.add(S.data_high), c.add(S.data_low), c.add(S.data_at)
    c.h.__dict__["data"] = (at, low + (high << 16))
    if words >= 14:
        c.add(S.offset_high)


def data_more(c: Cursor, _words: int, size: int) -> None:
    """What is read or written."""
    at, length = c.h.__dict__.get("data", (0, 0))
    gap = c.h.start + at - c.pos
    if 0 < gap <= c.remaining:
        c.add(S.padding, gap)
    content(c, length)


def was_written(c: Cursor, _words: int) -> None:
    """How many were written."""
    c.add(S.count_low)
    c.add(S.remaining_)
    c.add(S.count_high)
    c.add(S.pad, 2)


def close(c: Cursor, _words: int) -> None:
    """A file that is closed."""
    c.append_info(f", FID: 0x{c.add(S.fid):04x}")
    told_file(c)
    value = c.peek(4, little=True)
    c.add(S.written, 4, value=value * SECOND)


def named(field: Field) -> Callable[[Cursor, int, int], None]:
    """A reader of one name."""

    def read_name(c: Cursor, _words: int, _size: int) -> None:
        c.add(S.format)
        c.append_info(f", Path: {text(c, field)}")

    return read_name


def attributes(c: Cursor, _words: int) -> None:
    """Which files are meant."""
    c.add(S.search)


def rename(c: Cursor, _words: int, _size: int) -> None:
    """An old name, and a new one."""
    c.add(S.format)
    text(c, S.old_name)
    if c.remaining:
        c.add(S.format)
        text(c, S.file)


def echo(c: Cursor, _words: int) -> None:
    """How often a server should answer."""
    c.add(S.echo_count)


def echoed(c: Cursor, _words: int) -> None:
    """Its answer's number."""
    c.add(S.echo_number)


def echo_more(c: Cursor, _words: int, size: int) -> None:
    """What it should say."""
    c.add(S.echo_data, min(size, c.remaining))


READERS: dict[tuple[int, bool], Reader] = {
    (0x72, True): negotiated, (0x73, False): setup, (0x73, True): set_up, (0x75, False): connect,
    (0x75, True): connected, (0xA2, False): create, (0xA2, True): created, (0x2E, False): read, (0x2E, True): was_read,
    (0x2F, False): write, (0x2F, True): was_written, (0x04, False): close, (0x06, False): attributes,
    (0x07, False): attributes, (0x2B, False): echo, (0x2B, True): echoed,
}  # fmt: skip
AFTER: dict[tuple[int, bool], Callable[[Cursor, int, int], None]] = {
    (0x72, False): negotiate, (0x72, True): negotiated_more, (0x73, False): setup_more, (0x73, True): set_up_more,
    (0x75, False): connect_more, (0x75, True): connected_more, (0xA2, False): create_more, (0x2E, True): data_more,
    (0x2F, False): data_more, (0x00, False): named(S.directory), (0x01, False): named(S.directory),
    (0x10, False): named(S.directory), (0x06, False): named(S.file), (0x07, False): rename, (0x2B, False): echo_more,
    (0x2B, True): echo_more,
}  # fmt: skip
