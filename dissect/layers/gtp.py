"""GTP-U, version 1 (3GPP TS 29.281).

 0                   1                   2                   3
+-----+-+-+-+-+-+---------------+-------------------------------+
| ver |T|*|E|S|N| message type  |             length            |
+-----+-+-+-+-+-+---------------+-------------------------------+
|               tunnel endpoint identifier (TEID)               |
+-------------------------------+---------------+---------------+
|        sequence number        |  N-PDU number | next extension|   where E, S or N is set
+---------------+---------------+---------------+---------------+
|  length / 4   |           contents            | next extension|   extension headers
+---------------+-------------------------------+---------------+
|   a packet (G-PDU), or information elements of a message      |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, HEX_DEC, NONE, Field, flag, ipv4, ipv6, minimum, u8, u16, u24, u32, where
from dissect.engine.layer import Layer, Note, To
from dissect.engine.peek import octets_of

MESSAGES = {
    1: "Echo request", 2: "Echo response", 3: "Version not supported", 26: "Error indication",
    31: "Supported extension header notification", 253: "Tunnel status", 254: "End Marker", 255: "T-PDU",
}  # fmt: skip
EXTENSIONS = {
    0x00: "No more extension headers", 0x01: "MBMS support indication", 0x02: "MS Info Change Reporting support indication",
    0x03: "Long PDCP PDU number", 0x20: "Service Class Indicator", 0x40: "UDP Port number", 0x81: "RAN container",
    0x82: "Long PDCP PDU number", 0x83: "Xw RAN container", 0x84: "NR RAN container", 0x85: "PDU Session container",
    0xC0: "PDCP PDU number", 0xC1: "Suspend Request", 0xC2: "Suspend Response",
}  # fmt: skip
PDU_TYPES = {0: "DL PDU SESSION INFORMATION", 1: "UL PDU SESSION INFORMATION"}
G_PDU = 255
MANY = 4  # extension headers whose lengths are followed without a loop


def behind(h: Any, count: int) -> Any:
    """Where `count` extension headers end."""
    end = 12
    for i in range(1, count + 1):
        end = end + 4 * getattr(h, f"words_{i}")
    return end


def header_length(h: Any) -> Any:
    """The header with all its extension headers; of a message that carries no packet, all of it."""
    head = where(h.optional == 0, 8, behind(h, MANY))
    return where(h.message == G_PDU, head, minimum(h.len + 8, h.limit - h.start))


KNOWN = octets_of(  # message types of either version (3GPP TS 29.060, table 1)
    range(1, 8), range(16, 38), range(48, 63), 70, range(96, 106), range(112, 122), 128, 129, 240, 241, 254, 255,
)  # fmt: skip


class GTP(Layer):
    """A GTP-U header."""

    name, label, column = "gtp", "GPRS Tunneling Protocol", "GTP"
    binds = {"udp.port": (2152,)}
    accepts = lambda p: (p.u8(0) >> 5 <= 1) & (p.u8(0) & 0x10 > 0) & KNOWN[p.u8(1)]

    flags = u8(0, "gtp.flags", "Flags", HEX)
    version = u8(0, "gtp.flags.version", "Version", mask=0xE0, within=flags)
    payload_type = u8(0, "gtp.flags.payload", "Protocol type", mask=0x10, names={0: "GTP'", 1: "GTP"}, within=flags)
    spare = u8(0, "gtp.flags.reserved", "Reserved", mask=0x08, within=flags)
    e = flag(0, "gtp.flags.e", "Is Next Extension Header present?", 0x04, within=flags)
    s = flag(0, "gtp.flags.s", "Is Sequence Number present?", 0x02, within=flags)
    pn = flag(0, "gtp.flags.pn", "Is N-PDU number present?", 0x01, within=flags)
    optional = u8(0, "", "E, S or PN", mask=0x07)
    message = u8(1, "gtp.message", "Message Type", HEX, names=MESSAGES)
    len = u16(2, "gtp.length", "Length", unit="bytes")
    teid = u32(4, "gtp.teid", "TEID", HEX_DEC)
    seq = u16(8, "gtp.seq_number", "Sequence number", HEX_DEC, when=lambda h: h.s)
    npdu = u8(10, "gtp.npdu_number", "N-PDU Number", HEX, when=lambda h: h.pn)
    next_1 = u8(11, "gtp.ext_hdr.next", "Next extension header type", HEX, names=EXTENSIONS, when=lambda h: h.e)
    words_1 = u8(12, "", "Words", when=lambda h: h.next_1 != 0)
    next_2 = u8(lambda h: behind(h, 1) - 1, "", "Next", when=lambda h: h.words_1 != 0)
    words_2 = u8(lambda h: behind(h, 1), "", "Words", when=lambda h: h.next_2 != 0)
    next_3 = u8(lambda h: behind(h, 2) - 1, "", "Next", when=lambda h: h.words_2 != 0)
    words_3 = u8(lambda h: behind(h, 2), "", "Words", when=lambda h: h.next_3 != 0)
    next_4 = u8(lambda h: behind(h, 3) - 1, "", "Next", when=lambda h: h.words_3 != 0)
    words_4 = u8(lambda h: behind(h, 3), "", "Words", when=lambda h: h.next_4 != 0)
    inner = u8(header_length, "", "First byte of the packet", when=lambda h: h.message == G_PDU)
    inner_type = u16(lambda h: header_length(h) + 12, "", "EtherType", when=lambda h: h.message == G_PDU)

    ext = Field("gtp.ext_hdr", "Extension header", NONE)
    ext_len = u8(None, "gtp.ext_hdr.length", "Extension Header Length")
    ext_next = u8(None, "gtp.ext_hdr.next", "Next extension header type", HEX, names=EXTENSIONS)
    ext_port = u16(None, "gtp.ext_hdr.udp_port", "UDP Port")
    ext_ran = Field("gtp.ext_hdr.ran_cont", "RAN Container", BYTES)
    ext_xw = Field("gtp.ext_hdr.xw_ran_cont", "Xw RAN Container", BYTES)
    ext_spare_bits = u8(None, "gtp.ext_hdr.spare_bits", "Spare", HEX)
    ext_long_sn = u24(None, "gtp.ext_hdr.long_pdcp_sn", "Long PDCP Sequence Number")
    ext_spare_bytes = Field("gtp.ext_hdr.spare_bytes", "Spare", BYTES)
    ext_sn = u16(None, "gtp.ext_hdr.pdcp_sn", "PDCP Sequence Number")
    session = u8(None, "", "PDU Session Container")
    session_type = u8(0, "gtp.ext_hdr.pdu_ses_con.pdu_type", "PDU Type", mask=0xF0, names=PDU_TYPES, within=session)
    session_spare = u8(0, "gtp.spare.h1", "Spare", HEX, mask=0x0F, within=session)
    down = u8(None, "", "Downlink")
    down_ppp = flag(0, "gtp.ext_hdr.pdu_ses_cont.ppp", "Paging Policy Presence (PPP)", 0x80, within=down)
    down_rqi = flag(0, "gtp.ext_hdr.pdu_ses_cont.rqi", "Reflective QoS Indicator (RQI)", 0x40, within=down)
    down_qfi = u8(0, "gtp.ext_hdr.pdu_ses_con.qos_flow_id", "QoS Flow Identifier (QFI)", mask=0x3F, within=down)
    paging = u8(None, "", "Paging")
    paging_ppi = u8(0, "gtp.ext_hdr.pdu_ses_cont.ppi", "Paging Policy Indicator (PPI)", mask=0xE0, within=paging)
    paging_spare = u8(0, "gtp.spare.b4b0", "Spare", HEX, mask=0x1F, within=paging)
    up = u8(None, "", "Uplink")
    up_spare = u8(0, "gtp.spare.b7b6", "Spare", HEX, mask=0xC0, within=up)
    up_qfi = u8(0, "gtp.ext_hdr.pdu_ses_con.qos_flow_id", "QoS Flow Identifier (QFI)", mask=0x3F, within=up)

    element = Field("", "Information element", NONE)
    ie_id = u8(None, "gtp.ie_id", "IE Id")
    recovery = u8(None, "gtp.recovery", "Recovery")
    teid_data = u32(None, "gtp.teid_data", "TEID Data I", HEX_DEC)
    gsn_length = u16(None, "gtp.gsn_address_length", "GSN address length")
    gsn_ipv4 = ipv4(None, "gtp.gsn_ipv4", "GSN address IPv4")
    gsn_ipv6 = ipv6(None, "gtp.gsn_ipv6", "GSN address IPv6")
    ext_types = u8(None, "gtp.num_ext_hdr_types", "Number of Extension Header Types in list (i.e., length)")
    ext_type = u8(None, "gtp.ext_hdr_type", "Extension Header Type", names=EXTENSIONS)
    private_length = u16(None, "gtp.ext_length", "Length")
    private_id = u16(None, "gtp.ext_id", "Extension identifier")
    private = Field("gtp.ext_val", "Extension value", BYTES)

    length = header_length
    total = lambda h: minimum(h.len + 8, h.limit - h.start)
    next = (
        To("ip", when=lambda h: (h.inner >= 0x45) & (h.inner <= 0x4E)),
        To("ipv6", when=lambda h: h.inner >> 4 == 6),
        To("eth", when=lambda h: (h.inner_type == 0x0800) | (h.inner_type == 0x0806) | (h.inner_type == 0x86DD)),
        To("data"),
    )
    scope = ("teid",)
    notes = (
        Note("gtp.ext_length.invalid", "warn", "Protocol", "Extension header length is zero",
             when=lambda h: h.e & (h.next_1 != 0) & (h.words_1 == 0)),
    )  # fmt: skip

    @staticmethod
    def info(message: int) -> str:
        return MESSAGES.get(message, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.optional:
            for given, size in ((h.s, 2), (h.pn, 1), (h.e, 1)):
                if given:
                    c.pos += size
                else:
                    c.skip(size)
        following = h.next_1
        while following:
            size = 4 * c.peek(1)
            if size == 0:
                return
            with c.group(cls.ext, size, f"Extension header ({EXTENSIONS.get(following, 'Unknown')})") as ext:
                cls.extension(ext, following, size)
            following = c.data[c.pos - 1]
        if h.message != G_PDU:
            while c.remaining:
                cls.information(c)

    @classmethod
    def extension(cls, c: Cursor, kind: int, size: int) -> None:
        """One extension header of `size` bytes."""
        c.add(cls.ext_len)
        if kind == 0x40 and size == 4:
            c.add(cls.ext_port)
        elif kind in (0x81, 0x83):
            c.add(cls.ext_ran if kind == 0x81 else cls.ext_xw, size - 2)
        elif kind in (0x03, 0x82) and size == 8:
            c.derived(cls.ext_spare_bits, c.peek(1) >> 2)
            c.add(cls.ext_long_sn)
            c.add(cls.ext_spare_bytes, 3)
        elif kind == 0x85:
            cls.session_container(c)
        elif kind == 0xC0 and size == 4:
            c.add(cls.ext_sn)
        c.skip(c.end - 1 - c.pos)
        c.add(cls.ext_next)

    @classmethod
    def session_container(cls, c: Cursor) -> None:
        """What 5G says about a packet (3GPP TS 38.415)."""
        kind = c.add(cls.session) >> 4
        if kind == 0:
            if c.add(cls.down) & 0x80:
                c.add(cls.paging)
        elif kind == 1:
            c.add(cls.up)
        else:
            c.note("warn", "Protocol", "Unknown PDU type", "gtp.unknown_pdu_type")

    @classmethod
    def information(cls, c: Cursor) -> None:
        """One information element; those below 128 have a fixed length, the others state it."""
        kind = c.peek(1)
        if kind == 14:
            c.skip(1)
            c.add(cls.recovery)
        elif kind == 16:
            c.skip(1)
            c.add(cls.teid_data)
        elif kind == 133:
            c.skip(1)
            size = c.add(cls.gsn_length)
            if size in (4, 16):
                c.add(cls.gsn_ipv4 if size == 4 else cls.gsn_ipv6)
            else:
                c.skip(size)
        elif kind == 141:
            c.skip(1)
            for _ in range(c.add(cls.ext_types)):
                c.add(cls.ext_type)
        elif kind == 255:
            c.skip(1)
            size = c.add(cls.private_length)
            if size >= 2:
                c.add(cls.private_id)
                if size > 2:
                    c.add(cls.private, size - 2)
        elif kind >= 128:
            c.skip(3 + c.peek(2, 1))
        else:
            c.skip(c.remaining)
