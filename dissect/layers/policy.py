"""COPS, between who decides and who enforces (RFC 2748), and PCEP, between who computes paths and who asks (RFC 5440).

    COPS: version and flags (4 bits each), operation (1), client type (2), length (4); objects: length (2), class (1), type (1)
    PCEP: version (3 bits), flags (5), message (1), length (2); objects: class (1), type (4 bits), flags (4), length (2)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, Field, group, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

OPERATIONS = {1: "Request (REQ)", 2: "Decision (DEC)", 3: "Report State (RPT)", 4: "Delete Request State (DRQ)",
              5: "Synchronize State Req (SSQ)", 6: "Client-Open (OPN)", 7: "Client-Accept (CAT)", 8: "Client-Close (CC)",
              9: "Keep-Alive (KA)", 10: "Synchronize Complete (SSC)"}  # fmt: skip
HANDLE, CONTEXT, REASON, DECISION, ERROR, TIMER, PEP, REPORT, ACCOUNTING = 1, 2, 5, 6, 8, 10, 11, 12, 15
CLASSES = {HANDLE: "Handle Object (Handle)", CONTEXT: "Context Object (Context)", 3: "In-Interface Object (IN-Int)",
           4: "Out-Interface Object (OUT-Int)", REASON: "Reason Object (Reason)", DECISION: "Decision Object (Decision)",
           7: "LPDP Decision Object (LPDPDecision)", ERROR: "Error Object (Error)",
           9: "Client Specific Information Object (ClientSI)", TIMER: "Keep-Alive Timer Object (KATimer)",
           PEP: "PEP Identification Object (PEPID)", REPORT: "Report-Type Object (Report-Type)",
           13: "PDP Redirect Address Object (PDPRedirAddr)", 14: "Last PDP Address (LastPDPaddr)",
           ACCOUNTING: "Accounting Timer Object (AcctTimer)", 16: "Message Integrity Object (Integrity)"}  # fmt: skip
MESSAGES = {1: "Open", 2: "Keepalive", 3: "Path Computation Request", 4: "Path Computation Reply", 5: "Notification", 6: "Error",
            7: "Close", 10: "Path Computation LSP State Report (PCRpt)", 11: "Path Computation LSP Update Request (PCUpd)",
            12: "Path Computation LSP Initiate (PCInitiate)", 13: "StartTLS"}  # fmt: skip


class COPS(Layer):
    """One message."""

    name, label, column = "cops", "Common Open Policy Service", "COPS"
    partly = True
    binds = {"tcp.port": (2126, 3288, 3918)}
    accepts = lambda p: (p.u8(0) >> 4 == 1) & (p.u8(1) >= 1) & (p.u8(1) <= 10)
    messages = Messages(header=8, length=lambda p: p.u32(4))

    version_flags = u8(0, "cops.ver_flags", "Version and Flags", HEX)
    version = u8(0, "cops.version", "Version", mask=0xF0, within=version_flags)
    flags = u8(0, "cops.flags", "Flags", HEX, mask=0x0F, within=version_flags)
    operation = u8(1, "cops.op_code", "Op Code", names=OPERATIONS)
    client = u16(2, "cops.client_type", "Client Type")
    size_of = u32(4, "cops.msg_len", "Message Length")
    length = lambda h: h.end - h.start

    thing_size = u32(None, "cops.obj.len", "Object Length", size=2)
    klass, kind = u8(None, "cops.c_num", "C-Num", names=CLASSES), u8(None, "cops.c_type", "C-Type")
    values = {
        CONTEXT: (u16(None, "cops.context.r_type", "R-Type", HEX), u16(None, "cops.context.m_type", "M-Type", HEX)),
        REASON: (u16(None, "cops.reason", "Reason"), u16(None, "cops.reason_sub", "Reason Sub-code", HEX)),
        DECISION: (u16(None, "cops.decision.cmd", "Command-Code"), u16(None, "cops.decision.flags", "Flags", HEX)),
        ERROR: (u16(None, "cops.error", "Error"), u16(None, "cops.error_sub", "Error Sub-code", HEX)),
        TIMER: (raw(None, "", "Reserved", size=2), u16(None, "cops.katimer.value", "Contents: KA Timer Value")),
        REPORT: (u16(None, "cops.report_type", "Contents: Report-Type"),),
        ACCOUNTING: (raw(None, "", "Reserved", size=2), u16(None, "cops.accttimer.value", "Contents: ACCT Timer Value")),
    }  # fmt: skip
    values_fields = tuple(field for fields in values.values() for field in fields)
    handle, pep = u32(None, "cops.handle", "Handle", HEX), Field("cops.pepid.id", "Contents: PEP Id", STRING)
    contents = raw(None, "", "Contents")

    @staticmethod
    def info(operation: int) -> str:
        return f"COPS {OPERATIONS.get(operation, f'Unknown Op Code ({operation})')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 8
        while c.remaining >= 4:
            size = max(c.peek(2), 4)
            whole = min(size + -size % 4, max(c.limit - c.pos, size))
            with c.group(cls.klass, whole, value=c.peek(1, 2)) as c:  # Wireshark's subtree is the class, too
                end = c.pos + size
                c.add(cls.thing_size)
                klass, kind = c.add(cls.klass), c.add(cls.kind)
                cls._value(c, klass, kind, end)
                c.rest(cls.contents)

    @classmethod
    def _value(cls, c: Cursor, klass: int, kind: int, end: int) -> None:
        size = end - c.pos
        if klass == HANDLE and size == 4:
            c.add(cls.handle)
        elif klass == PEP and size:
            c.add(cls.pep, size, value=c.peek_bytes(size).split(b"\0")[0].decode("utf-8", "replace"))
        elif klass in cls.values and kind == 1:
            for field in cls.values[klass]:
                if end - c.pos >= int(field.size):  # type: ignore[arg-type]
                    c.add(field)


class PCEP(Layer):
    """One message."""

    name, label, column = "pcep", "Path Computation Element communication Protocol", "PCEP"
    binds = {"tcp.port": (4189,)}
    messages = Messages(header=4, length=lambda p: p.u16(2))

    version = u8(0, "pcep.version", "PCEP version", HEX, mask=0xE0)
    flags = u8(0, "pcep.flags", "PCEP flags", HEX, mask=0x1F)
    type = u8(1, "pcep.msg", "Message Type", names=MESSAGES)
    size_of = u16(2, "pcep.msg_length", "Message length")
    length = lambda h: h.end - h.start

    thing = group("", "Object")
    klass = u32(None, "pcep.object", "Object Class", size=1)
    kind_flags = u8(None, "", "Object type and flags", HEX)
    thing_flags = u8(None, "pcep.obj.hdr.flags", "Object Header Flags", HEX, mask=0x0F, within=kind_flags)
    thing_size = u16(None, "pcep.object_length", "Object Length")
    contents = raw(None, "", "Contents")

    @staticmethod
    def info(type: int) -> str:
        return MESSAGES.get(type, f"Unknown Message ({type})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        while c.remaining >= 4:
            with c.group(cls.thing, max(c.peek(2, 2), 4)) as c:
                for field in (cls.klass, cls.kind_flags, cls.thing_size):
                    c.add(field)
                c.rest(cls.contents)
        c.rest(cls.contents)
