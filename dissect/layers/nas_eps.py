"""What a mobile and LTE's core say to each other (3GPP TS 24.301): security, and which message it is.

    | security (4) | protocol (4) | then, where secured: code (4), sequence (1), the message inside or its ciphered octets
    | message type (1) |   of sessions: bearer (4), protocol (4), transaction (1), message type (1)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u32
from dissect.engine.layer import Layer

MOBILITY, SESSIONS = 7, 2
PLAIN, INTEGRITY, INTEGRITY_NEW, SERVICE = 0, 1, 3, 12
SECURITY = {
    0: "Plain NAS message, not security protected", 1: "Integrity protected", 2: "Integrity protected and ciphered",
    3: "Integrity protected with new EPS security context", 4: "Integrity protected and ciphered with new EPS security context",
    5: "Integrity protected and partially ciphered NAS message", 12: "Security header for the SERVICE REQUEST message",
}  # fmt: skip
EMM = {
    0x41: "Attach request", 0x42: "Attach accept", 0x43: "Attach complete", 0x44: "Attach reject", 0x45: "Detach request",
    0x46: "Detach accept", 0x48: "Tracking area update request", 0x49: "Tracking area update accept",
    0x4A: "Tracking area update complete", 0x4B: "Tracking area update reject", 0x4C: "Extended service request",
    0x4D: "Control plane service request", 0x4E: "Service reject", 0x4F: "Service accept", 0x50: "GUTI reallocation command",
    0x51: "GUTI reallocation complete", 0x52: "Authentication request", 0x53: "Authentication response",
    0x54: "Authentication reject", 0x5C: "Authentication failure", 0x55: "Identity request", 0x56: "Identity response",
    0x5D: "Security mode command", 0x5E: "Security mode complete", 0x5F: "Security mode reject", 0x60: "EMM status",
    0x61: "EMM information", 0x62: "Downlink NAS transport", 0x63: "Uplink NAS transport", 0x64: "CS Service notification",
    0x68: "Downlink generic NAS transport", 0x69: "Uplink generic NAS transport",
}  # fmt: skip
ESM = {
    0xC1: "Activate default EPS bearer context request", 0xC2: "Activate default EPS bearer context accept",
    0xC3: "Activate default EPS bearer context reject", 0xC5: "Activate dedicated EPS bearer context request",
    0xC6: "Activate dedicated EPS bearer context accept", 0xC7: "Activate dedicated EPS bearer context reject",
    0xC9: "Modify EPS bearer context request", 0xCA: "Modify EPS bearer context accept", 0xCB: "Modify EPS bearer context reject",
    0xCD: "Deactivate EPS bearer context request", 0xCE: "Deactivate EPS bearer context accept", 0xD0: "PDN connectivity request",
    0xD1: "PDN connectivity reject", 0xD2: "PDN disconnect request", 0xD3: "PDN disconnect reject",
    0xD4: "Bearer resource allocation request", 0xD5: "Bearer resource allocation reject",
    0xD6: "Bearer resource modification request", 0xD7: "Bearer resource modification reject", 0xD9: "ESM information request",
    0xDA: "ESM information response", 0xDB: "Notification", 0xE8: "ESM status",
}  # fmt: skip


class NASEPS(Layer):
    """One message."""

    name, label = "nas-eps", "Non-Access-Stratum (NAS)PDU"

    security = u8(None, "nas_eps.security_header_type", "Security header type", names=SECURITY)
    discriminator = u8(None, "gsm_a.L3_protocol_discriminator", "Protocol discriminator", HEX)
    code, sequence = u32(None, "nas_eps.msg_auth_code", "Message authentication code", HEX), u8(None, "nas_eps.seq_no", "Sequence number")
    ciphered = raw(None, "nas_eps.ciphered_msg", "Ciphered message")
    mobility = u8(None, "nas_eps.nas_msg_emm_type", "NAS EPS Mobility Management Message Type", HEX, names=EMM)
    bearer, transaction = u8(None, "nas_eps.bearer_id", "EPS bearer identity"), u8(None, "nas_eps.esm.proc_trans_id", "Procedure transaction identity")
    session = u8(None, "nas_eps.nas_msg_esm_type", "NAS EPS session management messages", HEX, names=ESM)
    content = raw(None, "", "Elements")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.append_protocol("/NAS-EPS")
        octet = c.peek(1)
        kind = octet >> 4
        if octet & 15 == MOBILITY and kind != PLAIN and kind < SERVICE:
            c.add(cls.security, 1, value=kind)
            c.derived(cls.discriminator, MOBILITY)
            c.add(cls.code)
            c.add(cls.sequence)
            if kind in (INTEGRITY, INTEGRITY_NEW) and c.remaining:
                cls._message(c)
            elif c.remaining:
                c.append_info(", Ciphered message")
                c.rest(cls.ciphered)
        else:
            cls._message(c)
        c.rest(cls.content)

    @classmethod
    def _message(cls, c: Cursor) -> None:
        octet = c.peek(1)
        if octet & 15 == SESSIONS:
            c.add(cls.bearer, 1, value=octet >> 4)
            c.derived(cls.discriminator, SESSIONS)
            c.add(cls.transaction)
            kind = c.add(cls.session)
            c.append_info(f", {ESM.get(kind, 'Unknown')}")
        elif octet & 15 == MOBILITY:
            c.add(cls.security, 1, value=octet >> 4)
            c.derived(cls.discriminator, MOBILITY)
            if octet >> 4 >= SERVICE:
                c.append_info(", Service request")
            elif c.remaining:
                kind = c.add(cls.mobility)
                c.append_info(f", {EMM.get(kind, 'Unknown')}")
