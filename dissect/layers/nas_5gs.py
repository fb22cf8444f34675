"""What a mobile and 5G's core say to each other (3GPP TS 24.501): security, and which message it is.

    mobility (7E): spare and security (4 each); where secured: code (4), sequence (1), the message inside or its ciphered octets; type
    sessions (2E): session (1), transaction (1), type
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u32
from dissect.engine.layer import Layer

MOBILITY, SESSIONS = 0x7E, 0x2E
PLAIN, INTEGRITY, INTEGRITY_NEW = 0, 1, 3
MM = {
    0x41: "Registration request", 0x42: "Registration accept", 0x43: "Registration complete", 0x44: "Registration reject",
    0x45: "Deregistration request (UE originating)", 0x46: "Deregistration accept (UE originating)",
    0x47: "Deregistration request (UE terminated)", 0x48: "Deregistration accept (UE terminated)", 0x4C: "Service request",
    0x4D: "Service reject", 0x4E: "Service accept", 0x4F: "Control plane service request", 0x54: "Configuration update command",
    0x55: "Configuration update complete", 0x56: "Authentication request", 0x57: "Authentication response",
    0x58: "Authentication reject", 0x59: "Authentication failure", 0x5A: "Authentication result", 0x5B: "Identity request",
    0x5C: "Identity response", 0x5D: "Security mode command", 0x5E: "Security mode complete", 0x5F: "Security mode reject",
    0x64: "5GMM status", 0x65: "Notification", 0x66: "Notification response", 0x67: "UL NAS transport", 0x68: "DL NAS transport",
}  # fmt: skip
SM = {
    0xC1: "PDU session establishment request", 0xC2: "PDU session establishment accept", 0xC3: "PDU session establishment reject",
    0xC5: "PDU session authentication command", 0xC6: "PDU session authentication complete",
    0xC7: "PDU session authentication result", 0xC9: "PDU session modification request", 0xCA: "PDU session modification reject",
    0xCB: "PDU session modification command", 0xCC: "PDU session modification complete",
    0xCD: "PDU session modification command reject", 0xD1: "PDU session release request", 0xD2: "PDU session release reject",
    0xD3: "PDU session release command", 0xD4: "PDU session release complete", 0xD6: "5GSM status",
}  # fmt: skip


class NAS5GS(Layer):
    """One message."""

    name, label = "nas-5gs", "Non-Access-Stratum 5GS (NAS)PDU"

    epd = u8(None, "nas_5gs.epd", "Extended protocol discriminator")
    spare = u8(None, "nas_5gs.spare_half_octet", "Spare Half Octet")
    security = u8(None, "nas_5gs.security_header_type", "Security header type")
    code, sequence = u32(None, "nas_5gs.msg_auth_code", "Message authentication code", HEX), u8(None, "nas_5gs.seq_no", "Sequence number")
    mobility = u8(None, "nas_5gs.mm.message_type", "Message type", HEX, names=MM)
    pdu, transaction = u8(None, "nas_5gs.pdu_session_id", "PDU session identity"), u8(None, "nas_5gs.proc_trans_id", "Procedure transaction identity")
    session = u8(None, "nas_5gs.sm.message_type", "Message type", HEX, names=SM)
    content = raw(None, "", "Elements")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_protocol("/NAS-5GS")
        if c.remaining >= 7 and c.peek(1) == MOBILITY and c.peek(1, 1) & 15 != PLAIN:
            kind = cls._head(c)
            c.add(cls.code)
            c.add(cls.sequence)
            if kind in (INTEGRITY, INTEGRITY_NEW) and c.remaining:
                cls._message(c)
        else:
            cls._message(c)
        c.rest(cls.content)

    @classmethod
    def _head(cls, c: Cursor) -> int:
        c.add(cls.epd)
        octet = c.peek(1)
        c.add(cls.spare, 1, value=octet >> 4)
        c.derived(cls.security, octet & 15)
        return octet & 15

    @classmethod
    def _message(cls, c: Cursor) -> None:
        if c.peek(1) == SESSIONS:
            for field in (cls.epd, cls.pdu, cls.transaction):
                c.add(field)
            kind = c.add(cls.session)
            c.append_info(f", {SM.get(kind, 'Unknown')}")
        elif c.peek(1) == MOBILITY:
            cls._head(c)
            if c.remaining:
                kind = c.add(cls.mobility)
                c.append_info(f", {MM.get(kind, 'Unknown')}")
