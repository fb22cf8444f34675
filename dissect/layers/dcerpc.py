"""DCE/RPC (The Open Group C706; MS-RPCE): headers, bindings, and where the arguments are.

    +---------------+---------------+---------------+---------------+
    |  version (5)  |     minor     |     type      |     flags     |
    +---------------+---------------+---------------+---------------+
    |     data representation: its first half octet tells the order |
    +-------------------------------+-------------------------------+
    |        fragment length        |      authentication length    |
    +-------------------------------+-------------------------------+
    |                  call id; then by type                        |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal
from uuid import UUID

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, STRINGZ, Field, bits, flag, further, group, guid, raw, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Heard, Messages, Talk
from dissect.engine.peek import Likely
from dissect.layers import gss
from dissect.layers.dcerpc_names import INTERFACES
from dissect.layers.streams import heard_of

REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK, ALTER, ALTER_ACK = 0, 2, 3, 11, 12, 13, 14, 15
TYPES = {
    REQUEST: "Request", 1: "Ping", RESPONSE: "Response", FAULT: "Fault", 4: "Working", 5: "Nocall", 6: "Reject",
    7: "Ack", 8: "Cl_cancel", 9: "Fack", 10: "Cancel_ack", BIND: "Bind", BIND_ACK: "Bind_ack", BIND_NAK: "Bind_nak",
    ALTER: "Alter_context", ALTER_ACK: "Alter_context_resp", 16: "AUTH3", 17: "Shutdown", 18: "Co_cancel",
    19: "Orphaned", 20: "RTS",
}  # fmt: skip
RESULTS = {0: "Acceptance", 1: "User rejection", 2: "Provider rejection", 3: "Negotiate ACK"}
STATUSES = {
    0x00000005: "nca_s_fault_access_denied", 0x000006F7: "nca_s_fault_ndr", 0x1C000001: "nca_s_fault_int_div_by_zero",
    0x1C000009: "nca_s_fault_invalid_tag", 0x1C00001A: "nca_s_fault_context_mismatch", 0x1C010001: "nca_comm_failure",
    0x1C010002: "nca_op_rng_error", 0x1C010003: "nca_unk_if", 0x1C010013: "nca_proto_error", 0x1C010014: "nca_out_args_too_big",
}  # fmt: skip
LITTLE_ORDER, OBJECT, HEADER, MOST = 0x10, 0x80, 16, 32
SIGNED = 16  # octets that prove a message where NTLM does
SPNEGO, NTLM, KERBEROS, PRIVACY = 9, 10, 16, 6  # types and a level of what proves a message


def _pair(at: int | None, name: str, label: str, width: int, **rest: object) -> tuple[Field, Field]:
    """A number in network order, and the same in the other."""
    make = {2: u16, 4: u32}[width]
    return make(at, name, label, **rest), make(at, name, label, little=True, **rest)


class DCERPC(Layer):
    """One PDU; those behind it follow as further layers."""

    name, label = "dcerpc", "Distributed Computing Environment / Remote Procedure Call (DCE/RPC)"
    column = "DCERPC"
    heuristics = ("tcp",)
    likely = Likely({0: b"\5", 1: b"\0\1"})
    probe = lambda p: further((p.length >= HEADER) & (p.u8(0) == 5), lambda: (
        (p.u8(1) <= 1) & (p.u8(2) <= 20) & (p.u8(4) & 0xEF == 0) & (p.u8(5) == 0) & (p.u16(6) == 0)
        & (where(p.u8(4) == LITTLE_ORDER, p.u8(8) + (p.u8(9) << 8), p.u16(8)) >= HEADER)
    ))  # fmt: skip
    reaches = ("dcerpc", "gss-api", "ntlmssp", "kerberos")
    messages = Messages(
        header=10,
        length=lambda p: where(
            (p.u8(0) == 5) & (p.u8(1) <= 1) & (p.u8(2) <= 20),
            where(p.u8(4) == LITTLE_ORDER, p.u8(8) + (p.u8(9) << 8), p.u16(8)), AS_IT_IS,
        ),
    )  # fmt: skip

    version = u8(0, "dcerpc.ver", "Version")
    minor = u8(1, "dcerpc.ver_minor", "Version (minor)")
    type = u8(2, "dcerpc.pkt_type", "Packet type", names=TYPES)
    flags = u8(3, "dcerpc.cn_flags", "Packet Flags", HEX)
    flag_bits = bits(
        flags, "dcerpc.cn_flags",
        ("object", "Object", OBJECT), ("maybe", "Maybe", 0x40), ("dne", "Did Not Execute", 0x20),
        ("mpx", "Multiplex", 0x10), ("reserved", "Reserved", 0x08), ("cancel_pending", "Cancel Pending", 0x04),
        ("last_frag", "Last Frag", 0x02), ("first_frag", "First Frag", 0x01),
    )  # fmt: skip
    drep = raw(4, "dcerpc.drep", "Data Representation", size=4)
    order = u8(4, "dcerpc.drep.byteorder", "Byte order", mask=0xF0, names={0: "Big-endian", 1: "Little-endian"})
    character = u8(4, "dcerpc.drep.character", "Character", mask=0x0F, names={0: "ASCII", 1: "EBCDIC"})
    floating = u8(5, "dcerpc.drep.fp", "Floating-point", names={0: "IEEE", 1: "VAX", 2: "Cray", 3: "IBM"})

    frag_len = _pair(None, "dcerpc.cn_frag_len", "Frag Length", 2)
    auth_len = _pair(None, "dcerpc.cn_auth_len", "Auth Length", 2)
    call_id = _pair(None, "dcerpc.cn_call_id", "Call ID", 4)
    max_xmit = _pair(None, "dcerpc.cn_max_xmit", "Max Xmit Frag", 2)
    max_recv = _pair(None, "dcerpc.cn_max_recv", "Max Recv Frag", 2)
    assoc = _pair(None, "dcerpc.cn_assoc_group", "Assoc Group", 4)
    items = u8(None, "dcerpc.cn_num_ctx_items", "Num Ctx Items")
    item, outcome = group("dcerpc.cn_ctx_item", "Ctx Item"), group("", "Ctx Item")
    context = _pair(None, "dcerpc.cn_ctx_id", "Context ID", 2)
    transfers = u8(None, "dcerpc.cn_num_trans_items", "Num Trans Items")
    abstract = group("dcerpc.cn_bind_abstract_syntax", "Abstract Syntax")
    interface = guid(None, "dcerpc.cn_bind_to_uuid", "Interface UUID"), guid(
        None, "dcerpc.cn_bind_to_uuid", "Interface UUID", little=True
    )
    interface_version = _pair(None, "dcerpc.cn_bind_if_ver", "Interface Ver", 2)
    interface_minor = _pair(None, "dcerpc.cn_bind_if_ver_minor", "Interface Ver Minor", 2)
    transfer = group("dcerpc.cn_bind_trans", "Transfer Syntax")
    transfer_id = guid(None, "dcerpc.cn_bind_trans_id", "ID"), guid(None, "dcerpc.cn_bind_trans_id", "ID", little=True)
    transfer_version = _pair(None, "dcerpc.cn_bind_trans_ver", "ver", 4)
    address_len = _pair(None, "dcerpc.cn_sec_addr_len", "Scndry Addr len", 2)
    address = Field("dcerpc.cn_sec_addr", "Scndry Addr", STRINGZ)
    results = u8(None, "dcerpc.cn_num_results", "Num results")
    result = _pair(None, "dcerpc.cn_ack_result", "Ack result", 2, names=RESULTS)
    reason = _pair(None, "dcerpc.cn_ack_reason", "Ack reason", 2)
    accepted = guid(None, "dcerpc.cn_ack_trans_id", "Transfer Syntax"), guid(
        None, "dcerpc.cn_ack_trans_id", "Transfer Syntax", little=True
    )
    accepted_version = _pair(None, "dcerpc.cn_ack_trans_ver", "Syntax ver", 4)
    reject = _pair(None, "dcerpc.cn_reject_reason", "Reject reason", 2)
    hint = _pair(None, "dcerpc.cn_alloc_hint", "Alloc hint", 4)
    opnum = _pair(None, "dcerpc.opnum", "Opnum", 2)
    cancels = u8(None, "dcerpc.cn_cancel_count", "Cancel count")
    fault_flags = u8(None, "dcerpc.cn_fault_flags", "Fault flags", HEX)
    extended = flag(None, "dcerpc.cn_fault_flags.extended_error", "Extended error information present", 0x01,
                    within=fault_flags)  # fmt: skip
    status = _pair(None, "dcerpc.cn_status", "Status", 4, base=HEX)
    object = guid(None, "dcerpc.obj_id", "Object"), guid(None, "dcerpc.obj_id", "Object", little=True)
    stub = raw(None, "dcerpc.stub_data", "Stub data")
    sealed = raw(None, "dcerpc.encrypted_stub_data", "Encrypted stub data")
    auth = group("dcerpc.auth_info", "Auth Info")
    auth_twice = Field("dcerpc.auth_info", "Auth Info", NONE, hidden=True)
    verifier = group("ntlmssp.verf", "NTLMSSP Verifier")
    verifier_version = u32(None, "ntlmssp.verf.vers", "Version Number", little=True)
    verifier_body = raw(None, "ntlmssp.verf.body", "Verifier Body")
    auth_padding = raw(None, "dcerpc.auth_padding", "Auth Padding")
    auth_type, auth_level = u8(None, "dcerpc.auth_type", "Auth type"), u8(None, "dcerpc.auth_level", "Auth level")
    auth_pad_len = u8(None, "dcerpc.auth_pad_len", "Auth pad len")
    auth_reserved = u8(None, "dcerpc.auth_rsrvd", "Auth Rsrvd")
    auth_context = _pair(None, "dcerpc.auth_ctx_id", "Auth Context ID", 4)
    credentials = raw(None, "dcerpc.auth_credentials", "Auth Credentials")
    body = group("", "Body")
    other = raw(None, "", "Data")

    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown ({type})")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """What a call is of, and an answer: the operation's number and the interface, by the number of the call."""
        octets = heard.octets
        if len(octets) < 24:
            return None
        order: Literal["little", "big"] = "little" if octets[4] & LITTLE_ORDER else "big"
        call = int.from_bytes(octets[12:16], order)
        if octets[2] in (BIND, ALTER):
            for number, interface, version in contexts(octets, order):
                talk["dcerpc context", number] = interface, version
        if octets[2] == REQUEST:
            context = int.from_bytes(octets[20:22], order)
            talk["dcerpc", call] = int.from_bytes(octets[22:24], order), *talk.get(("dcerpc context", context), ("", 0))
        return talk.get(("dcerpc", call)) if octets[2] in (REQUEST, RESPONSE, FAULT) else None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start = c.h.start
        c.pos = start + 8
        little = c.h.order == 1
        size, proof = c.add(cls.frag_len[little]), c.add(cls.auth_len[little])
        call = c.add(cls.call_id[little])
        pieces = {3: "Single", 1: "1st", 2: "Last"}.get(c.h.flags & 3, "Mid")
        c.append_info(f": call_id: {call}, Fragment: {pieces}")
        end = min(start + max(size, HEADER), c.limit)
        proof = proof + 8 if 0 < proof <= end - c.pos - 8 else 0
        carries = c.h.type in (REQUEST, RESPONSE, FAULT)
        with c.group(cls.body, end - c.pos) as c:
            read = READERS.get(c.h.type)
            if read is not None:
                read(c, little, proof)
            kind, level, padding = proof_of(c, proof)
            left = min(c.limit - proof, c.end) - c.pos
            told = heard_of(c.h) if carries else None
            known = INTERFACES.get(told[1]) if told else None
            opened = told is not None and known is not None and pieces == "Single" and known.knows(told[0])  # Wireshark shows no stub then
            if carries and left > 0:
                padding = padding if padding < left and level != PRIVACY else 0
                if left > padding:
                    c.add(cls.sealed if level == PRIVACY else cls.other if opened else cls.stub, left - padding)
                if padding:
                    c.add(cls.auth_padding, padding)
            elif c.limit - proof > c.pos:
                c.add(cls.other, c.limit - proof - c.pos)
            if told is not None and known is None and told[1] and c.h.type != FAULT:
                c.append_info(f" {told[1]} V{told[2]}")
            if told is not None and known is not None and c.h.type != FAULT and pieces in ("Single", "Last") and not c.run.columns_locked:
                c.info(f"{known.operation(told[0])} {'request' if c.h.type == REQUEST else 'response'}")
                c.protocol(known.column)
            if proof:
                if carries:
                    c.derived(cls.auth_twice, True)
                cls._proof(c, little, carries, kind)
        if c.remaining >= HEADER and c.peek(1) == 5:
            c.child("dcerpc")

    @classmethod
    def _proof(cls, c: Cursor, little: bool, carries: bool, kind: int) -> None:
        with c.group(cls.auth, c.limit - c.pos) as c:
            for field in (cls.auth_type, cls.auth_level, cls.auth_pad_len, cls.auth_reserved):
                c.add(field)
            c.add(cls.auth_context[little])
            octets = c.peek_bytes(c.remaining)
            if kind in (SPNEGO, KERBEROS) and gss.inner(octets) != "ntlmssp":
                c.child("gss-api", listed=False)
            elif octets.startswith(gss.SIGNATURE) and not carries:
                c.child("ntlmssp", listed=False)
            elif kind == NTLM and len(octets) == SIGNED:
                with c.group(cls.verifier, SIGNED) as c:
                    c.add(cls.verifier_version)
                    c.rest(cls.verifier_body)
            else:
                c.rest(cls.credentials)


def proof_of(c: Cursor, size: int) -> tuple[int, int, int]:
    """(type, level, padding in front) of what proves a message; it is its last `size` octets."""
    at = c.limit - size - c.pos
    if not size or at < 0 or c.remaining < at + 3:
        return 0, 0, 0
    kind, level, padding = c.peek_bytes(3, at)
    return kind, level, padding


D = DCERPC
NDR = {
    "8a885d04-1ceb-11c9-9fe8-08002b104860": "32bit NDR", "71710533-beba-4937-8319-b5dbef9ccc36": "64bit NDR",
}  # fmt: skip
FEATURES = "6cb71c2c-9812-4540-"  # what a client can do, in the place of a syntax (MS-RPCE 3.3.1.5.3)


def syntax_name(octets: bytes) -> str:
    """What a transfer syntax is called."""
    text = str(UUID(bytes=octets))
    return "6cb71c2c-9812-4540" if text.startswith(FEATURES) else NDR.get(text, text)


def contexts(octets: bytes, order: Literal["little", "big"]) -> Iterator[tuple[int, str, int]]:
    """The contexts that a bind defines: their numbers and interfaces."""
    at, count = 28, octets[24]
    for _ in range(min(count, MOST)):
        if at + 24 > len(octets):
            return
        number, syntaxes = int.from_bytes(octets[at : at + 2], order), octets[at + 2]
        interface = octets[at + 4 : at + 20]
        named = UUID(bytes_le=interface) if order == "little" else UUID(bytes=interface)
        yield number, str(named), int.from_bytes(octets[at + 20 : at + 22], order)
        at += 24 + 20 * syntaxes


def bind(c: Cursor, little: bool, _proof: int) -> None:
    """What interfaces a client wants."""
    for pair in (D.max_xmit, D.max_recv, D.assoc):
        c.add(pair[little])
    count = c.add(D.items)
    said: list[str] = []
    c.add(D.other, 3)
    for _ in range(min(count, MOST)):
        with c.group(D.item) as c:
            c.add(D.context[little])
            transfers = c.add(D.transfers)
            c.add(D.other, 1)
            with c.group(D.abstract) as c:
                interface, major, minor = (c.add(pair[little]) for pair in (D.interface, D.interface_version, D.interface_minor))
            syntaxes = []
            for _ in range(min(transfers, MOST)):
                with c.group(D.transfer) as c:
                    syntaxes.append(c.add(D.transfer_id[little]))
                    c.add(D.transfer_version[little])
            text = str(UUID(bytes=bytes(interface)))
            name = INTERFACES[text].column if text in INTERFACES else text
            name = "EPMv4" if (name, major) == ("EPM", 3) else name
            shown = f" ({', '.join(syntax_name(bytes(one)) for one in syntaxes)})" if syntaxes else ""
            said.append(f"{name} V{major}.{minor}{shown}")
    c.append_info(f", {count} context items{': ' if said else ''}{', '.join(said)}")


def bound(c: Cursor, little: bool, _proof: int) -> None:
    """What a server agrees to."""
    sent, taken, _ = (c.add(pair[little]) for pair in (D.max_xmit, D.max_recv, D.assoc))
    size = c.add(D.address_len[little])
    if size:
        c.add(D.address, size)
    c.add(D.other, -(c.pos - c.h.start) % 4)
    count = c.add(D.results)
    c.add(D.other, 3)
    results = []
    for _ in range(min(count, MOST)):
        with c.group(D.outcome) as c:
            result = c.add(D.result[little])
            results.append(RESULTS.get(result, f"Unknown result ({result})"))
            if result in (1, 2):
                c.add(D.reason[little])
            else:
                c.add(D.other, 2)
            c.add(D.accepted[little])
            c.add(D.accepted_version[little])
    c.append_info(f", max_xmit: {sent} max_recv: {taken}, {count} results: {', '.join(results)}")


def refused(c: Cursor, little: bool, _proof: int) -> None:
    """Why a server does not agree."""
    c.add(D.reject[little])


def request(c: Cursor, little: bool, _proof: int) -> None:
    """A call: its arguments are the stub."""
    c.add(D.hint[little])
    context = c.add(D.context[little])
    number = c.add(D.opnum[little])
    c.append_info(f", opnum: {number}, Ctx: {context}")
    if c.h.flags & OBJECT:
        c.add(D.object[little])


def response(c: Cursor, little: bool, _proof: int) -> None:
    """What came of it."""
    c.add(D.hint[little])
    c.append_info(f", Ctx: {c.add(D.context[little])}")
    c.add(D.cancels)
    c.add(D.other, 1)
    asked = heard_of(c.h)
    if asked is not None:
        c.derived(D.opnum[little], asked[0])


def fault(c: Cursor, little: bool, _proof: int) -> None:
    """Nothing came of it."""
    c.add(D.hint[little])
    context = c.add(D.context[little])
    c.add(D.cancels)
    c.add(D.fault_flags)
    status = c.add(D.status[little])
    c.append_info(f", Ctx: {context}, status: {STATUSES.get(status, f'Unknown (0x{status:08x})')}")
    c.add(D.other, 4)
    asked = heard_of(c.h)
    if asked is not None:
        c.derived(D.opnum[little], asked[0])


READERS: dict[int, Callable[[Cursor, bool, int], None]] = {
    REQUEST: request, RESPONSE: response, FAULT: fault, BIND: bind, ALTER: bind, BIND_ACK: bound, ALTER_ACK: bound,
    BIND_NAK: refused,
}  # fmt: skip
