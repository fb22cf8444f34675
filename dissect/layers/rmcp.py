"""RMCP (ASF 2.0, section 3.2): remote management; in it ASF's messages, or sessions of IPMI (2.0, section 13).

    +----------------+----------------+----------------+-+--------------+
    |  version (6)   |    reserved    |    sequence    |A|    class     |
    +----------------+----------------+----------------+-+--------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, Field, flag, raw, u8, u32
from dissect.engine.layer import By, Layer, To

ASF_CLASS, IPMI_CLASS = 6, 7
CLASSES = {ASF_CLASS: "ASF", IPMI_CLASS: "IPMI", 8: "OEM"}
ASF_TYPES = {
    0x10: "Reset", 0x11: "Power-up", 0x12: "Unconditional Power-down", 0x13: "Power Cycle", 0x40: "Presence Pong",
    0x41: "Capabilities Response", 0x42: "System State Response", 0x43: "RSSP Open Session Response",
    0x44: "Close Session Response", 0x80: "Presence Ping", 0x81: "Capabilities Request", 0x82: "System State Request",
    0x83: "Open Session Request", 0x84: "Close Session Request", 0xC0: "RAKP Message 1", 0xC1: "RAKP Message 2",
    0xC2: "RAKP Message 3",
}  # fmt: skip
PLAIN, MD2, MD5, PASSWORD, OEM, RMCP_PLUS = 0, 1, 2, 4, 5, 6
AUTHENTICATION = {PLAIN: "NONE", MD2: "MD2", MD5: "MD5", PASSWORD: "Password/Key", OEM: "OEM", RMCP_PLUS: "RMCP+"}
PAYLOADS = {
    0x00: "IPMI Message", 0x01: "SOL (serial over LAN)", 0x02: "OEM Explicit", 0x10: "RMCP+ Open Session Request",
    0x11: "RMCP+ Open Session Response", 0x12: "RAKP Message 1", 0x13: "RAKP Message 2", 0x14: "RAKP Message 3",
    0x15: "RAKP Message 4",
}  # fmt: skip


class RMCP(Layer):
    """The header."""

    name, label, column = "rmcp", "Remote Management Control Protocol", "RMCP"
    binds = {"udp.port": (623,)}
    accepts = lambda p: p.u8(0) == 6

    version = u8(0, "rmcp.version", "Version", HEX)
    reserved = u8(1, "rmcp.reserved", "Reserved", HEX)
    sequence = u8(2, "rmcp.sequence", "Sequence", HEX)
    kind = u8(3, "rmcp.type", "Message Type", HEX, mask=0x80, names={0: "Normal RMCP", 1: "RMCP ACK"})
    class_ = u8(3, "rmcp.class", "Class", HEX, mask=0x1F, names=CLASSES)

    next = (By("rmcp.class", lambda h: h.class_, when=lambda h: h.kind == 0),)

    @staticmethod
    def info(class_: int, kind: int, sequence: int) -> str:
        text = f"{'ACK' if kind else 'Normal'} RMCP, Class: {CLASSES.get(class_, f'Unknown ({class_})')}"
        return text if sequence == 0xFF else f"{text}, Seq: {sequence}"


class ASF(Layer):
    """Alert standard format."""

    name, label, column = "asf", "Alert Standard Forum", "ASF"
    binds = {"rmcp.class": (ASF_CLASS,)}

    iana = u32(0, "asf.iana", "IANA Enterprise Number", HEX)
    type = u8(4, "asf.type", "Message Type", HEX, names=ASF_TYPES)
    tag = u8(5, "asf.tag", "Message Tag", HEX)
    reserved = u8(6, "asf.reserved", "Reserved")
    size_of = u8(7, "asf.len", "Data Length", HEX)
    length = lambda h: 8 + 0 * h.type
    next = (To("data"),)

    @staticmethod
    def info(type: int) -> str:
        return ASF_TYPES.get(type, f"Unknown (0x{type:02x})")


class IPMISession(Layer):
    """A session's header, of version 1.5 or 2.0 (RMCP+); the messages in it are octets."""

    name, label, column = "ipmi_session", "Intelligent Platform Management Interface Session Wrapper", "IPMI"
    binds = {"rmcp.class": (IPMI_CLASS,)}

    authentication = u8(None, "ipmi_session.authtype", "Authentication Type", HEX, names=AUTHENTICATION)
    type_word = u8(None, "", "Payload type and flags")
    encrypted = flag(None, "ipmi_session.payloadtype.enc", "Encryption", 0x80, within=type_word)
    authenticated = flag(None, "ipmi_session.payloadtype.auth", "Authenticated", 0x40, within=type_word)
    payload_type = u8(None, "ipmi_session.payloadtype", "Payload Type", HEX, mask=0x3F, within=type_word, names=PAYLOADS)
    oem_iana = raw(None, "ipmi_session.oem.iana", "OEM IANA")
    oem_payload = raw(None, "ipmi_session.oem.payloadid", "OEM Payload ID")
    sequence = u32(None, "ipmi_session.sequence", "Session Sequence Number", HEX, little=True)
    session = u32(None, "ipmi_session.id", "Session ID", HEX, little=True)
    code = raw(None, "ipmi_session.authcode", "Authentication Code")
    size_8 = u8(None, "ipmi_session.msg.len", "Message Length")
    size_16 = Field("ipmi_session.msg.len", "Message Length", UINT8, size=2, little=True)
    rest_ = raw(None, "ipmi_session.trailer", "IPMI Session Wrapper (trailer)")
    reaches = ("data",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.add(cls.authentication)
        if kind == RMCP_PLUS:
            word = c.add(cls.type_word)
            if word & 0x3F == 2:
                c.add(cls.oem_iana, 4)
                c.add(cls.oem_payload, 2)
            c.add(cls.session)
            c.add(cls.sequence)
            size = c.add(cls.size_16)
            c.info(PAYLOADS.get(word & 0x3F, "IPMI"))
        else:
            c.add(cls.sequence)
            c.add(cls.session)
            if kind:
                c.add(cls.code, 16)
            size = c.add(cls.size_8)
            c.info("IPMI Message")
        if size and c.remaining:
            c.child("data", min(size, c.limit - c.pos))
        c.rest(cls.rest_)
