"""ONC RPC (RFC 5531) over UDP and, with a record mark, over TCP; the port mapper (RFC 1833).

A reply says nothing of what it answers: that is known from the call with its number (`hears`).

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

from collections.abc import Iterator
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, UINT32, Field, flag, further, group, raw, string, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Heard, Messages, Talk
from dissect.engine.peek import Likely
from dissect.layers.streams import heard_of

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
MOST_GROUPS, MOST_LISTED = 16, 1000


def _mark(p: object) -> object:
    """A record's length: that of one fragment; a record of several stays octets."""
    value = p.u32(0)  # type: ignore[attr-defined]
    return where((value >= 0x80000010) & (value < 0x80200000), 4 + (value & 0x7FFFFFFF), AS_IT_IS)


def speaks(p: Any) -> Any:
    """Whether a payload is to be taken: on NFS's port what is a call or may be the answer to one."""
    probe: Any = RPC.probe
    return (p.h.srcport == 111) | (p.h.dstport == 111) | probe(p) | is_answer(p)


def is_answer(p: Any) -> Any:
    """Whether a payload begins as an answer does, with or without a record mark."""
    marked = (p.length >= 16) & (p.u32(0) >= 0x80000000) & (p.u32(8) == 1) & (p.u32(12) <= 1)
    return marked | (p.length >= 12) & (p.u32(4) == 1) & (p.u32(8) <= 1)


class RPC(Layer):
    """A call or a reply."""

    name, label, column = "rpc", "Remote Procedure Call", "RPC"
    partly = True
    binds = {"udp.port": (111, 2049), "tcp.port": (111, 2049)}
    accepts = speaks
    heuristics = ("udp", "tcp")
    likely = Likely({8: b"\0", 9: b"\0", 10: b"\0", 11: b"\0\2"})
    # a call of version 2 of a program of Sun's or of a registered range, with or without a record mark
    probe = lambda p: (
        further((p.length >= 40) & (p.u32(4) == 0) & (p.u32(8) == 2), lambda: (
            (p.u32(12) >= PORTMAP) & (p.u32(12) <= 100300) & (p.u32(16) <= 5) & (p.u32(24) <= 6) & (p.u32(28) <= 400)
        )) | further((p.length >= 44) & (p.u32(0) >= 0x80000028) & (p.u32(8) == 0), lambda: (
            (p.u32(12) == 2) & (p.u32(16) >= PORTMAP) & (p.u32(16) <= 100300) & (p.u32(20) <= 5) & (p.u32(28) <= 6)
        ))
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
    machine_length = u32(None, "rpc.opaque_length", "length")
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
    # of XDR, in what programs say
    opaque_length = u32(None, "rpc.opaque_length", "length")
    fill = raw(None, "rpc.fill_bytes", "fill bytes")
    follows = Field("rpc.value_follows", "Value Follows", BOOLEAN, size=4)
    argument_length = u32(None, "rpc.argument_length", "Argument length")

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
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """What the replies in some octets answer: (program, version, procedure) by number."""
        octets, at, told = heard.octets, 0, {}
        while at + 24 <= len(octets):
            size = len(octets) - at
            if heard.tcp:
                size = int.from_bytes(octets[at : at + 4], "big") & 0x7FFFFFFF
                at += 4
            xid, kind, _, *call = (int.from_bytes(octets[at + i : at + i + 4], "big") for i in range(0, 24, 4))
            if kind == 0:
                talk["rpc", xid] = tuple(call)
            elif kind == 1 and ("rpc", xid) in talk:
                told[xid] = talk["rpc", xid]
            at += max(size, 1)
        return told or None

    @classmethod
    def _message(cls, c: Cursor) -> None:
        xid = c.add(cls.xid)
        if c.add(cls.kind) == 1:
            c.label(f"Reply XID 0x{xid:x}")
            called = (heard_of(c.h) or {}).get(xid)
            if called:
                c.derived(cls.program, called[0])
                c.derived(cls.program_version, called[1])
                c.derived(cls.procedure, called[2])
            c.info(f"V{called[1] if called else 0} proc-{called[2] if called else 0} Reply XID 0x{xid:x}")
            cls._reply(c)
            c.h.__dict__["call"] = (*called[1:], True) if called else None
            if called is None or not c.payload("rpc.program", called[0]):
                c.rest(cls.other)
            return
        c.add(cls.version)
        program, version, procedure = c.add(cls.program), c.add(cls.program_version), c.add(cls.procedure)
        c.info(f"V{version} proc-{procedure} Call XID 0x{xid:x}")
        cls._proof(c, cls.credentials)
        cls._proof(c, cls.verifier)
        c.h.__dict__["call"] = (version, procedure, False)
        if not c.payload("rpc.program", program):
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


def called(c: Cursor) -> tuple[int, int, bool]:
    """(version, procedure, whether it is its reply) of the message around."""
    outer = c.h.outer("rpc")
    found: tuple[int, int, bool] | None = None if outer is None else outer.__dict__.get("call")
    return found or (0, 0, False)


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
    asked = u32(None, "portmap.proc", "Procedure")
    agreed = Field("portmap.answer", "Answer", BOOLEAN, size=4)
    result = raw(None, "portmap.result", "Result")
    universal = string(None, "portmap.uaddr", "Universal Address")
    reaches = ("data",)
    network = string(None, "portmap.rpcb.netid", "Network Id")
    address = string(None, "portmap.rpcb.addr", "Universal Address")
    owner = string(None, "portmap.rpcb.owner", "Owner of this Service")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version, procedure, answers = called(c)
        c.derived(RPC.program_version, version)
        if 2 <= version <= 4:
            c.derived(cls.procedures[version - 2], procedure)
        name = MAPPERS.get(min(version, 3), {}).get(procedure, f"proc-{procedure}")
        c.info(f"V{version} {name} {'Reply' if answers else 'Call'}")
        if answers:
            cls._answer(c, version, procedure)
        elif version == 2 and procedure in (1, 2, 3):
            for field in (cls.program, cls.version, cls.transport, cls.port):
                c.add(field)
        elif procedure == 5:
            for field in (cls.program, cls.version, cls.asked):
                c.add(field)
            size = c.add(RPC.argument_length)
            if size and c.remaining:
                c.child("data", min(size, c.remaining))
        elif version in (3, 4) and procedure in (1, 2, 3):
            with c.group(cls.wanted, c.remaining) as c:
                c.add(cls.wanted_program)
                c.add(cls.wanted_version)
                for field in (cls.network, cls.address, cls.owner):
                    text(c, field)
        c.rest(cls.other)

    @classmethod
    def _answer(cls, c: Cursor, version: int, procedure: int) -> None:
        if procedure in (1, 2):
            c.add(cls.agreed)
        elif procedure == 3 and version == 2:
            c.add(cls.port)
        elif procedure == 3:
            text(c, cls.universal)
        elif procedure == 4:
            for _ in range(MOST_LISTED):
                if not c.add(RPC.follows):
                    break
                if version == 2:
                    for field in (cls.program, cls.version, cls.transport, cls.port):
                        c.add(field)
                    continue
                with c.group(cls.wanted) as c:
                    c.add(cls.wanted_program)
                    c.add(cls.wanted_version)
                    for field in (cls.network, cls.address, cls.owner):
                        text(c, field)
        elif procedure == 5 and version == 2:
            c.add(cls.port)
            opaque(c, cls.result)


def text(c: Cursor, field: Field) -> str:
    """An XDR string: length, octets, and zeros up to four octets."""
    size = c.add(RPC.opaque_length)
    value = c.add(field, size)
    if size % 4:
        c.add(RPC.fill, -size % 4)
    return str(value)


def opaque(c: Cursor, field: Field) -> bytes:
    """Octets with their length."""
    size = c.add(RPC.opaque_length)
    value = bytes(c.add(field, size)) if size else b""
    if size % 4:
        c.add(RPC.fill, -size % 4)
    return value


def items(c: Cursor) -> Iterator[None]:
    """The items of a list: each is announced, and so is the end."""
    for _ in range(MOST_LISTED):
        if not c.add(RPC.follows):
            return
        yield
