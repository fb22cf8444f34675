"""NFS (RFC 1094, 1813, 7530): what is asked of a file server, and its answers.

    version 2: handles of 32 octets; version 3: handles with their length, attributes behind every answer;
    version 4: one procedure, in which operations follow each other
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    HEX,
    OCT,
    RELATIVE_TIME,
    UINT8,
    UINT32,
    Field,
    bits,
    group,
    raw,
    string,
    u32,
    u64,
)
from dissect.engine.layer import Layer
from dissect.layers.rpc import NFS_PROGRAM, RPC, called, items, opaque, text

NFS2 = dict(enumerate((
    "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE",
    "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
)))  # fmt: skip
NFS3 = dict(enumerate((
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK",
    "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
)))  # fmt: skip
NFS4 = {0: "NULL", 1: "COMPOUND"}
OPERATIONS = dict(enumerate((
    "ACCESS", "CLOSE", "COMMIT", "CREATE", "DELEGPURGE", "DELEGRETURN", "GETATTR", "GETFH", "LINK", "LOCK", "LOCKT",
    "LOCKU", "LOOKUP", "LOOKUPP", "NVERIFY", "OPEN", "OPENATTR", "OPEN_CONFIRM", "OPEN_DOWNGRADE", "PUTFH",
    "PUTPUBFH", "PUTROOTFH", "READ", "READDIR", "READLINK", "REMOVE", "RENAME", "RENEW", "RESTOREFH", "SAVEFH",
    "SECINFO", "SETATTR", "SETCLIENTID", "SETCLIENTID_CONFIRM", "VERIFY", "WRITE", "RELEASE_LOCKOWNER",
    "BACKCHANNEL_CTL", "BIND_CONN_TO_SESSION", "EXCHANGE_ID", "CREATE_SESSION", "DESTROY_SESSION", "FREE_STATEID",
    "GET_DIR_DELEGATION", "GETDEVINFO", "GETDEVLIST", "LAYOUTCOMMIT", "LAYOUTGET", "LAYOUTRETURN",
    "SECINFO_NO_NAME", "SEQUENCE", "SET_SSV", "TEST_STATEID", "WANT_DELEG", "DESTROY_CLIENTID", "RECLAIM_COMPLETE",
), 3))  # fmt: skip
STATUS = {
    0: "OK", 1: "ERR_PERM", 2: "ERR_NOENT", 5: "ERR_IO", 6: "ERR_NXIO", 13: "ERR_ACCES", 17: "ERR_EXIST",
    18: "ERR_XDEV", 19: "ERR_NODEV", 20: "ERR_NOTDIR", 21: "ERR_ISDIR", 22: "ERR_INVAL", 27: "ERR_FBIG",
    28: "ERR_NOSPC", 30: "ERR_ROFS", 31: "ERR_MLINK", 63: "ERR_NAMETOOLONG", 66: "ERR_NOTEMPTY", 69: "ERR_DQUOT",
    70: "ERR_STALE", 71: "ERR_REMOTE", 10001: "ERR_BADHANDLE", 10002: "ERR_NOT_SYNC", 10003: "ERR_BAD_COOKIE",
    10004: "ERR_NOTSUPP", 10005: "ERR_TOOSMALL", 10006: "ERR_SERVERFAULT", 10007: "ERR_BADTYPE",
    10008: "ERR_JUKEBOX",
}  # fmt: skip
STATUS_3 = {k: f"NFS3_{v}" if not k else f"NFS3{v}" for k, v in STATUS.items()}
STATUS_4 = {k: f"NFS4_{v}" if not k else f"NFS4{v}" for k, v in STATUS.items()}
FILES = {1: "Regular File", 2: "Directory", 3: "Block Device", 4: "Character Device", 5: "Symbolic Link", 6: "Socket",
         7: "Named Pipe"}  # fmt: skip
STABLE = {0: "UNSTABLE", 1: "DATA_SYNC", 2: "FILE_SYNC"}
FOLLOWS = {0: "no value", 1: "value follows"}
NAMED_2, NAMED_3 = (4, 9, 10, 11, 13, 14, 15), (3, 8, 9, 10, 11, 12, 13, 14)  # procedures whose handle a name follows
HANDLE_2, MOST_HANDLE, MOST_OPERATIONS = 32, 64, 100
NO_ARGUMENTS = frozenset({10, 16, 23, 24, 31, 32})  # operations of version 4 that are asked with nothing more
SECOND = 1_000_000_000


def _number(name: str, label: str) -> Field:
    return u32(None, f"nfs.{name}", label)


def _long(name: str, label: str) -> Field:
    return u64(None, f"nfs.{name}", label)


class NFS(Layer):
    """A call's arguments, or what came of it."""

    name, label, column = "nfs", "Network File System", "NFS"
    partly = True
    binds = {"rpc.program": (NFS_PROGRAM,)}

    procedure_2 = Field("nfs.procedure_v2", "V2 Procedure", UINT32, names=NFS2)
    procedure_3 = Field("nfs.procedure_v3", "V3 Procedure", UINT32, names=NFS3)
    procedure_4 = Field("nfs.procedure_v4", "V4 Procedure", UINT32, names=NFS4)
    handle_length = _number("fh.length", "length")
    handle_hash = u32(None, "nfs.fh.hash", "hash (CRC-32)", HEX)
    handle = raw(None, "nfs.fhandle", "FileHandle")
    file = string(None, "nfs.name", "Name")
    offset, count = _long("offset3", "offset"), _number("count3", "count")
    status = Field("nfs.status", "Status", UINT32, names=STATUS, hidden=True)
    status_2 = u32(None, "nfs.status2", "Status", names=STATUS)
    status_3 = u32(None, "nfs.status3", "Status", names=STATUS_3)
    status_4 = u32(None, "nfs.nfsstat4", "Status", names=STATUS_4)
    attributes_follow = u32(None, "nfs.attributes_follow", "attributes_follow", names=FOLLOWS)
    handle_follows = u32(None, "nfs.handle_follow", "handle_follow", names=FOLLOWS)
    attributes = group("", "Attributes")
    type = u32(None, "nfs.fattr3.type", "Type", names=FILES)
    mode = u32(None, "nfs.mode3", "Mode", OCT)
    mode_bits = bits(
        mode, "nfs.mode3",
        ("suid", "S_ISUID", 0x800), ("sgid", "S_ISGID", 0x400), ("sticky", "S_ISVTX", 0x200),
        ("rusr", "S_IRUSR", 0x100), ("wusr", "S_IWUSR", 0x80), ("xusr", "S_IXUSR", 0x40),
        ("rgrp", "S_IRGRP", 0x20), ("wgrp", "S_IWGRP", 0x10), ("xgrp", "S_IXGRP", 0x08),
        ("roth", "S_IROTH", 0x04), ("woth", "S_IWOTH", 0x02), ("xoth", "S_IXOTH", 0x01),
    )  # fmt: skip
    links, uid, gid = _number("fattr3.nlink", "nlink"), _number("fattr3.uid", "uid"), _number("fattr3.gid", "gid")
    size_of, used = _long("fattr3.size", "size"), _long("fattr3.used", "used")
    device_1, device_2 = _number("specdata1", "specdata1"), _number("specdata2", "specdata2")
    file_system, file_id = u64(None, "nfs.fattr3.fsid", "fsid", HEX), _long("fattr3.fileid", "fileid")
    atime = Field("nfs.atime", "atime", ABSOLUTE_TIME)
    atime_sec, atime_nsec = _number("atime.sec", "seconds"), _number("atime.nsec", "nano seconds")
    mtime = Field("nfs.mtime", "mtime", ABSOLUTE_TIME)
    mtime_sec, mtime_nsec = _number("mtime.sec", "seconds"), _number("mtime.nsec", "nano seconds")
    ctime = Field("nfs.ctime", "ctime", ABSOLUTE_TIME)
    ctime_sec, ctime_nsec = _number("ctime.sec", "seconds"), _number("ctime.nsec", "nano seconds")
    dtime = Field("nfs.dtime", "time delta", RELATIVE_TIME)
    dtime_sec, dtime_nsec = _number("dtime.sec", "seconds"), _number("dtime.nsec", "nano seconds")
    before_size = _long("wcc_attr.size", "size")
    eof = Field("nfs.read.eof", "EOF", BOOLEAN, size=4)
    data = raw(None, "nfs.data", "Data")
    stable = u32(None, "nfs.write.stable", "Stable", names=STABLE)
    committed = u32(None, "nfs.write.committed", "Committed", names=STABLE)
    verifier = raw(None, "nfs.verifier", "Verifier")
    access_asked = Field("nfs.access_check", "Check access", UINT8, HEX, size=4)
    access_given = Field("nfs.access_rights", "Access rights (of requested)", UINT8, HEX, size=4)
    link_to = string(None, "nfs.readlink.data", "Data")
    cookie = _long("cookie3", "cookie")
    most, dir_most = _number("count3_maxcount", "maxcount"), _number("count3_dircount", "dircount")
    entry = group("", "Entry")
    entry_id, entry_name = _long("readdir.entry3.fileid", "File ID"), string(None, "nfs.readdir.entry3.name", "Name")
    entry_cookie = _long("readdir.entry3.cookie", "Cookie")
    plus_id, plus_name = _long("readdirplus.entry.fileid", "File ID"), string(None, "nfs.readdirplus.entry.name", "Name")
    plus_cookie = _long("readdirplus.entry.cookie", "Cookie")
    list_eof = _number("readdir.eof", "EOF")
    space = tuple(
        _long(f"fsstat3_resok.{name}", label)
        for name, label in (
            ("tbytes", "Total bytes"), ("fbytes", "Free bytes"), ("abytes", "Available free bytes"),
            ("tfiles", "Total file slots"), ("ffiles", "Free file slots"), ("afiles", "Available free file slots"),
        )
    )  # fmt: skip
    invariant = _number("fsstat.invarsec", "invarsec")
    limits = tuple(
        _number(f"fsinfo.{name}", name) for name in ("rtmax", "rtpref", "rtmult", "wtmax", "wtpref", "wtmult", "dtpref")
    )
    most_size = _long("fsinfo.maxfilesize", "maxfilesize")
    properties = u32(None, "nfs.fsinfo.properties", "Properties", HEX)
    property_bits = bits(
        properties, "nfs.fsinfo.properties",
        ("setattr", "SETATTR can set time on server", 0x10), ("pathconf", "PATHCONF", 0x08),
        ("symlinks", "File System supports symbolic links", 0x02), ("hardlinks", "File System supports hard links", 0x01),
    )  # fmt: skip
    tag = string(None, "nfs.tag", "Tag")
    minor = _number("minorversion", "minorversion")
    operations = _number("ops.count", "Operations")
    operation = u32(None, "nfs.opcode", "Opcode", names=OPERATIONS)
    main = Field("nfs.main_opcode", "Main Opcode", UINT32, names=OPERATIONS)
    access_4 = u32(None, "", "Access")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version, procedure, answers = called(c)
        c.derived(RPC.program_version, version)
        field = {2: cls.procedure_2, 3: cls.procedure_3, 4: cls.procedure_4}.get(version)
        if field is not None:
            c.derived(field, procedure)
            name = field.value_name(procedure) or f"proc-{procedure}"
            c.info(f"V{version} {name} {'Reply' if answers else 'Call'}")
        read = READERS.get((version, answers))
        if read is not None and procedure and c.remaining:
            read(c, procedure)
        c.rest(cls.other)


N = NFS


def handle(c: Cursor, size: int) -> int:
    """A handle's octets, and a number that is easier on the eye."""
    if size > MOST_HANDLE or size < 1:
        c.note("warn", "Malformed", f"A file handle of {size} octets", "nfs.fh.length.invalid")
        return 0
    value = zlib.crc32(c.peek_bytes(size))
    c.derived(N.handle_hash, value)
    c.add(N.handle, size)
    if size % 4:
        c.add(RPC.fill, -size % 4)
    return value


def sized_handle(c: Cursor, title: str = "FH") -> None:
    """A handle with its length."""
    size = c.add(N.handle_length)
    if size:
        c.append_info(f", {title}: 0x{handle(c, size):08x}")


def moment(c: Cursor, fields: tuple[Field, Field, Field], absolute: bool = True) -> None:
    """Seconds and nanoseconds."""
    value = c.peek(4) * SECOND + c.peek(4, 4)
    with c.group(fields[0], 8, value=value) as c:
        c.add(fields[1])
        c.add(fields[2])


TIMES = ((N.atime, N.atime_sec, N.atime_nsec), (N.mtime, N.mtime_sec, N.mtime_nsec), (N.ctime, N.ctime_sec, N.ctime_nsec))


def attributes(c: Cursor) -> None:
    """What a file is (version 3)."""
    with c.group(N.attributes, 84) as c:
        for field in (
            N.type, N.mode, N.links, N.uid, N.gid, N.size_of, N.used, N.device_1, N.device_2, N.file_system, N.file_id,
        ):  # fmt: skip
            c.add(field)
        for fields in TIMES:
            moment(c, fields)


def maybe_attributes(c: Cursor) -> None:
    """The same, where they are there."""
    if c.add(N.attributes_follow):
        attributes(c)


def changed(c: Cursor) -> None:
    """What a file was before and is now."""
    if c.add(N.attributes_follow):
        c.add(N.before_size)
        moment(c, TIMES[1])
        moment(c, TIMES[2])
    maybe_attributes(c)


def call_2(c: Cursor, procedure: int) -> None:
    """RFC 1094."""
    c.append_info(f", FH: 0x{handle(c, HANDLE_2):08x}")
    if procedure in NAMED_2:
        c.append_info(f"/{text(c, N.file)}")


def reply_2(c: Cursor, procedure: int) -> None:
    """RFC 1094."""
    status = c.add(N.status_2)
    c.derived(N.status, status)
    if not status and procedure in (4, 9, 14):
        handle(c, HANDLE_2)


def call_3(c: Cursor, procedure: int) -> None:
    """RFC 1813."""
    sized_handle(c, "DH" if procedure in (*NAMED_3, 19) else "FH")
    if procedure in NAMED_3:
        c.append_info(f"/{text(c, N.file)}")
    elif procedure == 4:
        c.add(N.access_asked)
    elif procedure in (6, 7, 21):
        offset, count = c.add(N.offset), c.add(N.count)
        c.append_info(f" Offset: {offset} Len: {count}")
        if procedure == 7:
            c.add(N.stable)
            opaque(c, N.data)
    elif procedure in (16, 17):
        c.add(N.cookie)
        c.add(N.verifier, 8)
        if procedure == 17:
            c.add(N.dir_most)
            c.add(N.most)
        else:
            c.add(N.count)
    if procedure == 14:
        sized_handle(c, "to DH")
        c.append_info(f"/{text(c, N.file)}")


def reply_3(c: Cursor, procedure: int) -> None:
    """RFC 1813."""
    status = c.add(N.status_3)
    c.derived(N.status, status)
    if status:
        c.append_info(f"  Error: {STATUS_3.get(status, status)}")
    read = REPLIES_3.get(procedure)
    if read is not None and c.remaining:
        read(c, status)


def got(c: Cursor, status: int) -> None:
    """3.3.1"""
    if not status:
        attributes(c)


def looked_up(c: Cursor, status: int) -> None:
    """3.3.3"""
    if not status:
        sized_handle(c)
        maybe_attributes(c)
    maybe_attributes(c)


def accessed(c: Cursor, status: int) -> None:
    """3.3.4"""
    maybe_attributes(c)
    if not status:
        c.add(N.access_given)


def linked(c: Cursor, status: int) -> None:
    """3.3.5"""
    maybe_attributes(c)
    if not status:
        text(c, N.link_to)


def was_read(c: Cursor, status: int) -> None:
    """3.3.6"""
    maybe_attributes(c)
    if not status:
        c.append_info(f" Len: {c.add(N.count)}")
        c.add(N.eof)
        opaque(c, N.data)


def written(c: Cursor, status: int) -> None:
    """3.3.7"""
    changed(c)
    if not status:
        c.append_info(f" Len: {c.add(N.count)}")
        c.add(N.committed)
        c.add(N.verifier, 8)


def created(c: Cursor, status: int) -> None:
    """3.3.8 to 3.3.11"""
    if not status:
        if c.add(N.handle_follows):
            sized_handle(c)
        maybe_attributes(c)
    changed(c)


def removed(c: Cursor, _status: int) -> None:
    """3.3.2, 3.3.12, 3.3.13"""
    changed(c)


def renamed(c: Cursor, _status: int) -> None:
    """3.3.14"""
    changed(c)
    changed(c)


def hard_linked(c: Cursor, _status: int) -> None:
    """3.3.15"""
    maybe_attributes(c)
    changed(c)


def listed(c: Cursor, status: int, plus: bool = False) -> None:
    """3.3.16, 3.3.17"""
    maybe_attributes(c)
    if status:
        return
    c.add(N.verifier, 8)
    for _ in items(c):
        with c.group(N.entry) as c:
            c.add(N.plus_id if plus else N.entry_id)
            text(c, N.plus_name if plus else N.entry_name)
            c.add(N.plus_cookie if plus else N.entry_cookie)
            if plus:
                maybe_attributes(c)
                if c.add(N.handle_follows):
                    sized_handle(c)
    c.add(N.list_eof)


def room(c: Cursor, status: int) -> None:
    """3.3.18"""
    maybe_attributes(c)
    if not status:
        for field in (*N.space, N.invariant):
            c.add(field)


def about(c: Cursor, status: int) -> None:
    """3.3.19"""
    maybe_attributes(c)
    if not status:
        for field in (*N.limits, N.most_size):
            c.add(field)
        moment(c, (N.dtime, N.dtime_sec, N.dtime_nsec), absolute=False)
        c.add(N.properties)


def committed(c: Cursor, status: int) -> None:
    """3.3.21"""
    changed(c)
    if not status:
        c.add(N.verifier, 8)


REPLIES_3: dict[int, Callable[[Cursor, int], None]] = {
    1: got, 2: removed, 3: looked_up, 4: accessed, 5: linked, 6: was_read, 7: written, 8: created, 9: created, 10: created,
    11: created, 12: removed, 13: removed, 14: renamed, 15: hard_linked, 16: listed,
    17: lambda c, status: listed(c, status, plus=True), 18: room, 19: about, 21: committed,
}  # fmt: skip


def call_4(c: Cursor, _procedure: int) -> None:
    """RFC 7530, section 16.2: the operations, as far as their arguments are known."""
    text(c, N.tag)
    c.add(N.minor)
    said = list[str]()
    for _ in range(min(c.add(N.operations), MOST_OPERATIONS)):
        code = c.add(N.operation)
        said.append(OPERATIONS.get(code, str(code)))
        if code == 22:
            sized_handle(c)
        elif code in (15, 28):
            text(c, N.file)
        elif code == 3:
            c.add(N.access_4)
        elif code not in NO_ARGUMENTS:
            break
    c.info(f"V4 Call {' | '.join(said)}")


def reply_4(c: Cursor, _procedure: int) -> None:
    """RFC 7530, section 16.2."""
    c.derived(N.status, c.add(N.status_4))
    text(c, N.tag)
    said = list[str]()
    for _ in range(min(c.add(N.operations), MOST_OPERATIONS)):
        code = c.add(N.operation)
        said.append(OPERATIONS.get(code, str(code)))
        status = c.add(N.status_4)
        c.derived(N.status, status)
        if code == 10 and not status:
            sized_handle(c)
        elif code not in (22, 24, 23, 15, 16, 31, 32) and not status:
            break
    c.info(f"V4 Reply {' | '.join(said)}")


READERS: dict[tuple[int, bool], Callable[[Cursor, int], None]] = {
    (2, False): call_2, (2, True): reply_2, (3, False): call_3, (3, True): reply_3, (4, False): call_4,
    (4, True): reply_4,
}  # fmt: skip
