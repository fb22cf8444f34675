"""How a frame relay network and its users keep in touch: Q.933's signalling (annex A: status of circuits), and the
local management interface of Cisco and others (the "Gang of Four").

    Q.933   protocol discriminator 8 (frame relay's NLPID) | call reference: length, value | message type | elements
    LMI     call reference, 0 | message type | elements

    element   identifier (1), length (1), value; in Q.933 of one octet where its first bit is set
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, Field, group, raw, u8
from dissect.engine.layer import Layer
from dissect.layers.q931 import begin

MESSAGES = {
    0x01: "ALERTING", 0x02: "CALL PROCEEDING", 0x03: "PROGRESS", 0x05: "SETUP", 0x07: "CONNECT",
    0x0F: "CONNECT ACKNOWLEDGE", 0x45: "DISCONNECT", 0x46: "RESTART", 0x4D: "RELEASE", 0x4E: "RESTART ACKNOWLEDGE",
    0x5A: "RELEASE COMPLETE", 0x60: "SEGMENT", 0x75: "STATUS ENQUIRY", 0x7D: "STATUS",
}  # fmt: skip
REPORTS = {0: "Full Status", 1: "Link verification", 2: "Single PVC"}
REPORT, VERIFICATION = (0x01, 0x51), (0x03, 0x53)  # ANSI's elements and ITU-T's
LMI_MESSAGES = {0x75: "Status Enquiry", 0x7D: "Status", 0x7B: "Update Status"}
LMI_ELEMENTS = {1: "Report", 3: "Keep Alive", 7: "PVC Status"}


class Q933(Layer):
    """A message of Q.933; the status of permanent circuits is what is met most."""

    name, label, column = "q933", "Q.933", "Q.933"
    binds = {"fr.osinl": (8,)}

    disc = u8(0, "q933.disc", "Protocol discriminator", HEX)
    ref_len = u8(1, "q933.call_ref_len", "Call reference value length", mask=0x0F)
    ref_flag = Field("q933.call_ref_flag", "Call reference flag", BOOLEAN)
    ref = raw(None, "q933.call_ref", "Call reference value")
    message = u8(None, "q933.message_type", "Message type", HEX, names=MESSAGES)
    ie = group("", "Information element")
    single, element, size_ = u8(None, "", "Element", HEX), u8(None, "", "Identifier", HEX), u8(None, "", "Length")
    report = u8(None, "q933.report_type", "Report type", names=REPORTS)
    sent = u8(None, "q933.link_verification.txseq", "TX Sequence")
    received = u8(None, "q933.link_verification.rxseq", "RX Sequence")
    data = raw(None, "q933.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        begin(c, cls.ref_flag, cls.ref, cls.message, MESSAGES)
        while c.limit > c.pos:
            if c.peek(1) & 0x80:  # a shift, or an element without a length
                c.add(cls.single)
                continue
            with c.group(cls.ie, 2 + c.peek(1, 1)) as ie:
                kind = ie.add(cls.element)
                size = ie.add(cls.size_)
                if kind in REPORT and size == 1:
                    ie.add(cls.report)
                elif kind in VERIFICATION and size == 2:
                    ie.add(cls.sent)
                    ie.add(cls.received)
                elif size:
                    ie.add(cls.data, size)


class LMI(Layer):
    """A message of the local management interface."""

    name, label, column = "lmi", "Frame Relay Local Management Interface", "LMI"
    binds = {"nlpid": (9,)}

    command = u8(0, "lmi.cmd", "Call reference", HEX)
    message = u8(1, "lmi.msg_type", "Message Type", HEX, names=LMI_MESSAGES)
    ie = group("", "Information Element")
    element = u8(None, "lmi.inf_ele_type", "Type", names=LMI_ELEMENTS)
    size_ = u8(None, "lmi.inf_ele_len", "Length")
    record = u8(None, "lmi.ele_rcd_type", "Record Type", names={0: "Full Status", 1: "Link Integrity Verification Only"})
    sent, received = u8(None, "lmi.send_seq", "Send Seq"), u8(None, "lmi.recv_seq", "Recv Seq")
    high, low = u8(None, "lmi.dlci_hi", "DLCI High", mask=0x3F), u8(None, "lmi.dlci_low", "DLCI Low", mask=0x78)
    status = u8(None, "", "Status", HEX)
    new = u8(None, "lmi.dlci_new", "DLCI New", mask=0x08, within=status)
    active = u8(None, "lmi.dlci_act", "DLCI Active", mask=0x02, within=status)
    rest = raw(None, "", "Contents")

    @staticmethod
    def info(message: int) -> str:
        return LMI_MESSAGES.get(message, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.limit > c.pos:
            with c.group(cls.ie, 2 + c.peek(1, 1)) as ie:
                kind, _ = ie.add(cls.element), ie.add(cls.size_)
                parts = {1: (cls.record,), 3: (cls.sent, cls.received), 7: (cls.high, cls.low, cls.status)}.get(kind, ())
                for field in parts:
                    ie.add(field)
                ie.rest(cls.rest)
