"""ONC RPC (RFC 5531) over UDP and, with a record mark, over TCP; the port mapper (RFC 1833) and NFS (RFC 1094, 1813).

    +-+-------------------------------------------------------------+
    |L|         fragment length (TCP only: the record mark)         |
    +-+-------------------------------------------------------------+
    |      XID; message type: call (0) or reply (1)                 |
    +---------------------------------------------------------------+
    |      call: version 2, program, its version, procedure         |
    +---------------------------------------------------------------+
    |      credentials, verifier: flavour, length, octets each      |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT32, Field, flag, group, raw, string, u32, u64, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

PORTMAP, NFS_PROGRAM, MOUNT = 100000, 100003, 100005
PROGRAMS = {
    PORTMAP: "Portmap", 100001: "RSTAT", NFS_PROGRAM: "NFS", 100004: "YPSERV", MOUNT: "MOUNT", 100007: "YPBIND",
    100009: "YPPASSWD", 100011: "RQUOTA", 100012: "SPRAY", 100021: "NLM", 100024: "STAT", 100227: "NFSACL",
}  # fmt: skip
FLAVORS = {0: "AUTH_NULL", 1: "AUTH_UNIX", 2: "AUTH_SHORT", 3: "AUTH_DES", 6: "RPCSEC_GSS"}
ACCEPTED = {0: "RPC executed successfully", 1: "remote hasn't exported program", 2: "remote can't support version #",
            3: "program can't support procedure", 4: "procedure can't decode params", 5: "system error"}  # fmt: skip
REJECTED = {0: "RPC version number != 2", 1: "remote can't authenticate caller"}
MAPPERS = {
    2: {0: "NULL", 1: "SET", 2: "UNSET", 3: "GETPORT", 4: "DUMP", 5: "CALLIT"},
    3: {0: "NULL", 1: "SET", 2: "UNSET", 3: "GETADDR", 4: "DUMP", 5: "CALLIT", 6: "GETTIME"},
}  # fmt: skip
NFS2 = dict(enumerate((
    "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE",
    "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
)))  # fmt: skip
NFS3 = dict(enumerate((
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK",
    "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
)))  # fmt: skip
NFS4 = {0: "NULL", 1: "COMPOUND"}
NAMED = {2: (4, 9, 10, 11, 13, 14, 15), 3: (3, 8, 9, 10, 11, 12, 13, 14)}  # procedures whose handle a name follows
HANDLE_2 = 32
MOST_GROUPS, MOST_HANDLE = 16, 64


def _mark(p: object) -> object:
    """A record's length: that of one fragment; a record of several stays octets."""
    value = p.u32(0)  # type: ignore[attr-defined]
    return where((value >= 0x80000010) & (value < 0x80200000), 4 + (value & 0x7FFFFFFF), AS_IT_IS)


class RPC(Layer):
    """A call or a reply."""

    name, label, column = "rpc", "Remote Procedure Call", "RPC"
    binds = {"udp.port": (111, 2049), "tcp.port": (111, 2049)}
    heuristics = ("udp", "tcp")
    # a call of version 2 of a program of Sun's or of a registered range, with or without a record mark
    probe = lambda p: (
        (p.length >= 40) & (p.u32(4) == 0) & (p.u32(8) == 2) & (p.u32(12) >= PORTMAP) & (p.u32(12) <= 100300)
        & (p.u32(16) <= 5) & (p.u32(24) <= 6) & (p.u32(28) <= 400)
    ) | (
        (p.length >= 44) & (p.u32(0) >= 0x80000028) & (p.u32(8) == 0) & (p.u32(12) == 2) & (p.u32(16) >= PORTMAP)
        & (p.u32(16) <= 100300) & (p.u32(20) <= 5) & (p.u32(28) <= 6)
    )  # fmt: skip
    reaches = ("rpc.program",)
    messages = Messages(header=4, length=_mark)

    message = group("", "Message")
    mark_word = u32(None, "", "Fragment header")
    last = flag(None, "rpc.lastfrag", "Last Fragment", 0x80000000, within=mark_word)
    fragment = u32(None, "rpc.fraglen", "Fragment Length", mask=0x7FFFFFFF, within=mark_word)
    xid = u32(None, "rpc.xid", "XID", HEX)
    kind = u32(None, "rpc.msgtyp", "Message Type", names={0: "Call", 1: "Reply"})
    version = u32(None, "rpc.version", "RPC Version")
    program = u32(None, "rpc.program", "Program", names=PROGRAMS)
    program_version = u32(None, "rpc.programversion", "Program Version")
    procedure = u32(None, "rpc.procedure", "Procedure")
    credentials, verifier = group("", "Credentials"), group("", "Verifier")
    flavor = u32(None, "rpc.auth.flavor", "Flavor", names=FLAVORS)
    auth_length = u32(None, "rpc.auth.length", "Length")
    stamp = u32(None, "rpc.auth.stamp", "Stamp", HEX)
    machine_length = u32(None, "", "Length")
    machine = string(None, "rpc.auth.machinename", "Machine Name")
    uid, gid = u32(None, "rpc.auth.uid", "UID"), u32(None, "rpc.auth.gid", "GID")
    groups = u32(None, "", "Auxiliary GIDs")
    reply_state = u32(None, "rpc.replystat", "Reply State", names={0: "accepted", 1: "denied"})
    accepted = u32(None, "rpc.state_accept", "Accept State", names=ACCEPTED)
    rejected = u32(None, "rpc.state_reject", "Reject State", names=REJECTED)
    auth_state = u32(None, "rpc.state_auth", "Auth State")
    lowest, highest = u32(None, "rpc.version.min", "RPC Version (Minimum)"), u32(
        None, "rpc.version.max", "RPC Version (Maximum)"
    )
    program_low = u32(None, "rpc.programversion.min", "Program Version (Minimum)")
    program_high = u32(None, "rpc.programversion.max", "Program Version (Maximum)")
    continuation = raw(None, "rpc.continuation_data", "Continuation data")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining:
            if c.h.outer("tcp") is not None:
                size = c.peek(4) & 0x7FFFFFFF if c.remaining >= 12 else 0
                if not c.peek(1) & 0x80 or size < 8 or size > c.limit - c.pos - 4 or c.peek(4, 8) > 1:
                    c.info("Continuation")
                    c.rest(cls.continuation)
                    return
                c.add(cls.mark_word)
            else:
                size = c.limit - c.pos
            with c.group(cls.message, size) as c:
                cls._message(c)

    @classmethod
    def _message(cls, c: Cursor) -> None:
        xid = c.add(cls.xid)
        if c.add(cls.kind) == 1:
            c.label(f"Reply XID 0x{xid:x}")
            c.info(f"V0 proc-0 Reply XID 0x{xid:x}")
            cls._reply(c)
            c.rest(cls.other)
            return
        c.add(cls.version)
        program, version, procedure = c.add(cls.program), c.add(cls.program_version), c.add(cls.procedure)
        c.info(f"V{version} proc-{procedure} Call XID 0x{xid:x}")
        cls._proof(c, cls.credentials)
        cls._proof(c, cls.verifier)
        if c.remaining and not c.payload("rpc.program", program):
            c.rest(cls.other)

    @classmethod
    def _proof(cls, c: Cursor, field: Field) -> None:
        size = c.peek(4, 4)
        with c.group(field, 8 + size + -size % 4) as c:
            kind = c.add(cls.flavor)
            c.add(cls.auth_length)
            if kind == 1 and size:
                c.add(cls.stamp)
                length = c.add(cls.machine_length)
                c.add(cls.machine, length)
                c.add(cls.other, -length % 4)
                c.add(cls.uid)
                c.add(cls.gid)
                for _ in range(min(c.add(cls.groups), MOST_GROUPS)):
                    c.add(cls.gid)
            c.rest(cls.other)

    @classmethod
    def _reply(cls, c: Cursor) -> None:
        if c.add(cls.reply_state) == 0:
            cls._proof(c, cls.verifier)
            if c.add(cls.accepted) == 2:
                c.add(cls.program_low)
                c.add(cls.program_high)
        elif c.add(cls.rejected) == 0:
            c.add(cls.lowest)
            c.add(cls.highest)
        else:
            c.add(cls.auth_state)


def called(c: Cursor) -> tuple[int, int]:
    """(version, procedure) of the call around."""
    outer = c.h.outer("rpc")
    if outer is None:
        return 0, 0
    at = outer.start + (4 if outer.outer("tcp") is not None else 0)
    return int.from_bytes(outer.octets[at + 16 : at + 20], "big"), int.from_bytes(outer.octets[at + 20 : at + 24], "big")


class Portmap(Layer):
    """Arguments of a call of the port mapper."""

    name, label, column = "portmap", "Portmap", "Portmap"
    binds = {"rpc.program": (PORTMAP,)}

    procedures = tuple(
        Field(f"portmap.procedure_v{v}", f"V{v} Procedure", UINT32, names=MAPPERS[min(v, 3)]) for v in (2, 3, 4)
    )
    program = u32(None, "portmap.prog", "Program", names=PROGRAMS)
    version = u32(None, "portmap.version", "Version")
    transport = u32(None, "portmap.proto", "Protocol", names={6: "TCP", 17: "UDP"})
    port = u32(None, "portmap.port", "Port")
    wanted = group("portmap.rpcb", "RPCB")
    wanted_program = u32(None, "portmap.rpcb.prog", "Program", names=PROGRAMS)
    wanted_version = u32(None, "portmap.rpcb.version", "Version")
    text_length = u32(None, "", "length")
    network = string(None, "portmap.rpcb.netid", "Network Id")
    address = string(None, "portmap.rpcb.addr", "Universal Address")
    owner = string(None, "portmap.rpcb.owner", "Owner of this Service")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version, procedure = called(c)
        c.derived(RPC.program_version, version)
        if 2 <= version <= 4:
            c.derived(cls.procedures[version - 2], procedure)
        name = MAPPERS.get(min(version, 3), {}).get(procedure, f"proc-{procedure}")
        c.info(f"V{version} {name} Call")
        if version == 2 and procedure in (1, 2, 3):
            for field in (cls.program, cls.version, cls.transport, cls.port):
                c.add(field)
        elif version in (3, 4) and procedure in (1, 2, 3):
            with c.group(cls.wanted, c.remaining) as c:
                c.add(cls.wanted_program)
                c.add(cls.wanted_version)
                for field in (cls.network, cls.address, cls.owner):
                    text(c, cls.text_length, field, cls.other)
        c.rest(cls.other)


def text(c: Cursor, length: Field, field: Field, pad: Field) -> str:
    """An XDR string: length, octets, and zeros up to four octets."""
    size = c.add(length)
    value = c.add(field, size)
    if size % 4:
        c.add(pad, -size % 4)
    return str(value)


class NFS(Layer):
    """Arguments of a call of NFS: the file's handle, its name, or the place in it."""

    name, label, column = "nfs", "Network File System", "NFS"
    binds = {"rpc.program": (NFS_PROGRAM,)}

    procedure_2 = Field("nfs.procedure_v2", "V2 Procedure", UINT32, names=NFS2)
    procedure_3 = Field("nfs.procedure_v3", "V3 Procedure", UINT32, names=NFS3)
    procedure_4 = Field("nfs.procedure_v4", "V4 Procedure", UINT32, names=NFS4)
    handle_length = u32(None, "nfs.fh.length", "length")
    handle_hash = u32(None, "nfs.fh.hash", "hash (CRC-32)", HEX)
    handle = raw(None, "", "FileHandle")
    name_length = u32(None, "", "length")
    file = string(None, "nfs.name", "Name")
    offset = u64(None, "nfs.offset3", "offset")
    count = u32(None, "nfs.count3", "count")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version, procedure = called(c)
        c.derived(RPC.program_version, version)
        fields = {2: cls.procedure_2, 3: cls.procedure_3, 4: cls.procedure_4}
        field = fields.get(version)
        if field is not None:
            c.derived(field, procedure)
            c.info(f"V{version} {field.value_name(procedure) or f'proc-{procedure}'} Call")
        read = READERS.get(version)
        if read is not None and procedure and c.remaining:
            read(c, procedure)
        c.rest(cls.other)

    @classmethod
    def _handle(cls, c: Cursor, size: int) -> None:
        value = zlib.crc32(c.peek_bytes(size))
        c.derived(cls.handle_hash, value)
        c.add(cls.handle, size)
        c.append_info(f", FH: 0x{value:08x}")

    @classmethod
    def version_2(cls, c: Cursor, procedure: int) -> None:
        """RFC 1094."""
        cls._handle(c, HANDLE_2)
        if procedure in NAMED[2]:
            c.append_info(f"/{text(c, cls.name_length, cls.file, cls.other)}")

    @classmethod
    def version_3(cls, c: Cursor, procedure: int) -> None:
        """RFC 1813."""
        size = c.add(cls.handle_length)
        if size > MOST_HANDLE:
            c.note("warn", "Malformed", f"A file handle of {size} octets", "nfs.fh.length.invalid")
            return
        cls._handle(c, size)
        c.add(cls.other, -size % 4)
        if procedure in NAMED[3]:
            c.append_info(f"/{text(c, cls.name_length, cls.file, cls.other)}")
        elif procedure in (6, 7, 21):
            offset, count = c.add(cls.offset), c.add(cls.count)
            c.append_info(f" Offset: {offset} Len: {count}")


READERS: dict[int, Callable[[Cursor, int], None]] = {2: NFS.version_2, 3: NFS.version_3}
