"""MPLS echo (RFC 8029), "LSP ping".

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |            version            |            flags              |
    +---------------+---------------+---------------+---------------+
    |     type      |  reply mode   | return code   |    subcode    |
    +---------------+---------------+---------------+---------------+
    | sender's handle, sequence; times sent and received (8 each)   |
    | TLVs: type (2), length (2), value filled up to words          |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, abs_time, flag, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.rtcp import ntp_time

TYPES = {
    1: "MPLS Echo Request", 2: "MPLS Echo Reply", 3: "MPLS Data Plane Verification Request",
    4: "MPLS Data Plane Verification Reply",
}  # fmt: skip
MODES = {
    1: "Do not reply", 2: "Reply via an IPv4/IPv6 UDP packet",
    3: "Reply via an IPv4/IPv6 UDP packet with Router Alert", 4: "Reply via application level control channel",
}  # fmt: skip
CODES = {
    0: "No return code", 1: "Malformed echo request received", 2: "One or more of the TLVs was not understood",
    3: "Replying router is an egress for the FEC at stack depth RSC",
    4: "Replying router has no mapping for the FEC at stack depth RSC", 5: "Downstream Mapping Mismatch",
    6: "Upstream Interface Index Unknown", 7: "Reserved", 8: "Label switched at stack-depth RSC",
    9: "Label switched but no MPLS forwarding at stack-depth RSC",
    10: "Mapping for this FEC is not the given label at stack depth RSC", 11: "No label entry at stack-depth RSC",
    12: "Protocol not associated with interface at FEC stack depth RSC",
    13: "Premature termination, label stack shrinking to a single label",
    14: "See DDM TLV for meaning of Return Code and Return SubCode", 15: "Label switched with FEC change",
}  # fmt: skip
TLVS = {
    1: "Target FEC Stack", 2: "Downstream Mapping", 3: "Pad", 4: "Error Code", 5: "Vendor Enterprise Code", 6: "TDB",
    7: "IPv4 Interface and Label Stack Object", 8: "IPv6 Interface and Label Stack Object", 9: "Errored TLVs",
    10: "Reply TOS Byte", 11: "P2MP Responder Identifier", 12: "P2MP Echo Jitter", 13: "Source Identifier TLV",
    14: "Destination Identifier TLV", 15: "BFD Discriminator TLV", 16: "Reverse-path Target FEC Stack",
    20: "Detailed Downstream Mapping", 64512: "Vendor Private",
}  # fmt: skip
ELEMENTS = {
    1: "LDP IPv4 prefix", 2: "LDP IPv6 prefix", 3: "RSVP IPv4 Session Query", 4: "RSVP IPv6 Session Query",
    5: "Reserved", 6: "VPN IPv4 prefix", 7: "VPN IPv6 prefix", 8: "L2 VPN endpoint",
    9: "FEC 128 Pseudowire - IPv4 (Deprecated)", 10: "FEC 128 Pseudowire - IPv4", 11: "FEC 129 Pseudowire - IPv4",
    12: "BGP labeled IPv4 prefix", 13: "BGP labeled IPv6 prefix", 14: "Generic IPv4 prefix",
    15: "Generic IPv6 prefix", 16: "Nil FEC", 17: "RSVP P2MP IPv4 Session Query", 18: "RSVP P2MP IPv6 Session Query",
    22: "Static LSP", 23: "Static Pseudowire", 24: "FEC 128 Pseudowire - IPv6", 25: "FEC 129 Pseudowire - IPv6",
    34: "IPv4 IGP-Prefix Segment ID", 35: "IPv6 IGP-Prefix Segment ID", 36: "IGP-Adjacency Segment ID",
    64512: "Vendor Private",
}  # fmt: skip
FEC_STACK = (1, 16, 21)


class MPLSEcho(Layer):
    """A request or a reply."""

    name, label, column = "mpls-echo", "Multiprotocol Label Switching Echo", "MPLS ECHO"
    binds = {"udp.port": (3503,)}
    accepts = lambda p: p.u16(0) == 1

    version = u16(0, "mpls_echo.version", "Version")
    flags = u16(2, "mpls_echo.flags", "Global Flags", HEX)
    reserved = u16(None, "mpls_echo.flag_sbz", "Reserved", HEX, mask=0xFFF8, within=flags)
    validate = flag(None, "mpls_echo.flag_v", "Validate FEC Stack", 0x01, within=flags)
    expired = flag(None, "mpls_echo.flag_t", "Respond only if TTL expired", 0x02, within=flags)
    reverse = flag(None, "mpls_echo.flag_r", "Validate Reverse Path", 0x04, within=flags)
    type = u8(4, "mpls_echo.msg_type", "Message Type", names=TYPES)
    mode = u8(5, "mpls_echo.reply_mode", "Reply Mode", names=MODES)
    code = u8(6, "mpls_echo.return_code", "Return Code", names=CODES)
    subcode = u8(7, "mpls_echo.return_subcode", "Return Subcode")
    handle = u32(8, "mpls_echo.sender_handle", "Sender's Handle", HEX)
    sequence = u32(12, "mpls_echo.sequence", "Sequence Number")
    sent = abs_time(None, "mpls_echo.timestamp_sent", "Timestamp Sent")
    received = abs_time(None, "mpls_echo.timestamp_rec", "Timestamp Received")
    tlv = group("", "TLV")
    tlv_type = u16(None, "mpls_echo.tlv.type", "Type", names=TLVS)
    tlv_length = u16(None, "mpls_echo.tlv.len", "Length")
    tlv_value = raw(None, "mpls_echo.tlv.value", "Value")
    element = group("", "FEC Element")
    fec_type = u16(None, "mpls_echo.tlv.fec.type", "Type", names=ELEMENTS)
    fec_length = u16(None, "mpls_echo.tlv.fec.len", "Length")
    fec_value = raw(None, "mpls_echo.tlv.fec.value", "Value")
    ldp_ip = ipv4(None, "mpls_echo.tlv.fec.ldp_ipv4", "IPv4 Prefix")
    ldp_mask = u8(None, "mpls_echo.tlv.fec.ldp_ipv4_mask", "Prefix Length")
    rsvp_end = ipv4(None, "mpls_echo.tlv.fec.rsvp_ipv4_ep", "IPv4 Tunnel endpoint address")
    rsvp_zero = u16(None, "mpls_echo.tlv.fec.rsvp_ip_mbz1", "Must Be Zero")
    rsvp_tunnel = u16(None, "mpls_echo.tlv.fec.rsvp_ip_tun_id", "Tunnel ID")
    rsvp_extended = u32(None, "mpls_echo.tlv.fec.rsvp_ipv4_ext_tun_id", "Extended Tunnel ID", HEX)
    rsvp_sender = ipv4(None, "mpls_echo.tlv.fec.rsvp_ipv4_sender", "IPv4 Tunnel sender address")
    rsvp_zero_2 = u16(None, "mpls_echo.tlv.fec.rsvp_ip_mbz2", "Must Be Zero")
    rsvp_lsp = u16(None, "mpls_echo.tlv.fec.rsvp_ip_lsp_id", "LSP ID")
    padding = raw(None, "mpls_echo.padding", "Padding")

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown Message Type (0x{type:02X})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start + 16
        for field in (cls.sent, cls.received):
            c.add(field, 8, value=ntp_time(c.peek(4), c.peek(4, 4)) if c.peek(8) else 0)
        while c.remaining >= 4:
            kind, size = c.peek(2), c.peek(2, 2)
            with c.group(cls.tlv, 4 + size, TLVS.get(kind, "Unknown TLV")) as c:
                c.add(cls.tlv_type)
                c.add(cls.tlv_length)
                while kind in FEC_STACK and c.remaining >= 4:
                    cls._element(c)
                c.rest(cls.tlv_value)
        c.rest(cls.padding)

    @classmethod
    def _element(cls, c: Cursor) -> None:
        kind, size = c.peek(2), c.peek(2, 2)
        filled = min(4 + size + -size % 4, max(c.remaining, 4 + size))
        with c.group(cls.element, filled, ELEMENTS.get(kind, "Unknown FEC")) as c:
            c.add(cls.fec_type)
            c.add(cls.fec_length)
            if kind == 1 and size >= 5:
                c.add(cls.ldp_ip)
                c.add(cls.ldp_mask)
            elif kind == 3 and size == 20:
                for field in (
                    cls.rsvp_end, cls.rsvp_zero, cls.rsvp_tunnel, cls.rsvp_extended, cls.rsvp_sender, cls.rsvp_zero_2,
                    cls.rsvp_lsp,
                ):  # fmt: skip
                    c.add(field)
            elif size:
                c.add(cls.fec_value, size)
            c.rest(cls.padding)
