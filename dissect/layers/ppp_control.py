"""What PPP's control protocols have in common (RFC 1661), and the smaller ones: of CDP (RFC 1493), MPLS (RFC 3032), OSI
(RFC 1377), multiplexing (RFC 3153), bandwidth (RFC 2125), bridging (RFC 3518) and callback.

    +---------+------------+------------------+
    | code    | identifier | length           |
    +---------+---------+--+------------------+
    | options: type | length | value          |   configuration requests and their answers
    +-----------------------------------------+
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    HEX,
    PROTOCOL,
    STRING,
    STRINGZ,
    Field,
    ether,
    flag,
    group,
    u8,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import Layer
from dissect.layers.ppp import PROTOCOLS

CODES = {
    0: "Vendor Specific", 1: "Configuration Request", 2: "Configuration Ack", 3: "Configuration Nak",
    4: "Configuration Reject", 5: "Termination Request", 6: "Termination Ack", 7: "Code Reject",
    8: "Protocol Reject", 9: "Echo Request", 10: "Echo Reply", 11: "Discard Request", 12: "Identification",
    13: "Time Remaining", 14: "Reset Request", 15: "Reset Ack",
}  # fmt: skip


def option(name: str, label: str) -> Field:
    """An option's subtree, which Wireshark has as a protocol of its own."""
    return Field(name, label, PROTOCOL)


class Control(Layer):
    """What the control protocols share: the header and how messages are made."""

    code = u8(0, "ppp.code", "Code", names=CODES)
    identifier = u8(1, "ppp.identifier", "Identifier", DEC_HEX)
    size_ = u16(2, "ppp.length", "Length")
    magic = u32(None, "ppp.magic_number", "Magic Number", HEX)
    oui = u24(None, "ppp.oui", "OUI", HEX)
    kind = u8(None, "ppp.kind", "Kind", DEC_HEX)
    data = Field("ppp.data", "Data", BYTES)
    number = u32(None, "lcp.magic_number", "Magic Number", HEX)
    lcp_data = Field("lcp.data", "Data", BYTES)
    message = Field("lcp.message", "Message", STRING)
    seconds = u32(None, "lcp.secs_remaining", "Seconds Remaining")
    rejected = u16(None, "lcp.rej_proto", "Rejected Protocol", HEX, names=PROTOCOLS)
    options = group("", "Options")
    reaches = ("ppp",)
    opt_kind: ClassVar[Field]
    opt_size: ClassVar[Field]
    known: ClassVar[dict[int, Field]]
    exact: ClassVar[dict[int, int]] = {}  # options whose length cannot be another
    least: ClassVar[dict[int, int]] = {}  # options that are at least so long

    total = lambda h: where((h.size_ >= 4) & (h.size_ <= h.limit - h.start), h.size_, h.limit - h.start)

    @staticmethod
    def info(code: int) -> str:
        return CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        code = c.h.code
        if not c.remaining:
            return
        if 1 <= code <= 4:
            with c.group(cls.options, c.remaining):
                while c.remaining:
                    cls._one(c)
        elif code == 0:
            for field in (cls.magic, cls.oui, cls.kind):
                c.add(field)
            c.rest(cls.data)
        else:
            cls._message(c, code)

    @classmethod
    def _message(cls, c: Cursor, code: int) -> None:
        """The data of any message but those that configure."""
        if code == 8:
            number = c.add(cls.rejected)
            if c.remaining and not c.payload("ppp", number):
                c.child("data")
        elif code in (9, 10, 11):
            c.add(cls.number)
            c.rest(cls.lcp_data)
        elif code in (12, 13):
            c.add(cls.number)
            if code == 13:
                c.add(cls.seconds)
            c.rest(cls.message)
        else:
            c.rest(cls.data)

    @classmethod
    def _one(cls, c: Cursor) -> None:
        """One option; a length that cannot be ends the list."""
        kind, size = c.peek(1), c.peek(1, 1)
        if size < 2 or size > c.remaining:
            c.note("error", "Malformed", "Invalid length for option", "ppp.opt.len.invalid")
            c.skip(c.remaining)
            return
        field = cls.known.get(kind)
        if field is None:
            with c.group(cls.options, size, f"Unknown option (0x{kind:02x})"):
                c.skip(size)
            return
        if size != cls.exact.get(kind, size) or size < cls.least.get(kind, 2):
            c.note("warn", "Protocol", f"{field.label}: an option of {size} bytes", "ppp.opt.len.invalid")
            with c.group(cls.options, size, f"{field.label} (wrong length)"):
                c.skip(size)
            return
        with c.group(field, size, field.label, True):
            cls._kind(c, kind)
            cls._value(c, kind)

    @classmethod
    def _kind(cls, c: Cursor, kind: int) -> None:
        """An option's type and length."""
        c.add(cls.opt_kind)
        c.add(cls.opt_size)

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        """The value of an option of a known kind; what it leaves becomes undecoded data."""


class CDPCP(Control):
    """The control protocol of CDP: no options are known."""

    name, label, column = "cdpcp", "PPP CDP Control Protocol", "PPP CDPCP"
    binds = {"ppp": (0x8207,)}
    known = {}


class MPLSCP(Control):
    """The control protocol of MPLS (RFC 3032, section 4): it has no options."""

    name, label, column = "mplscp", "PPP MPLS Control Protocol", "PPP MPLSCP"
    binds = {"ppp": (0x8281,)}
    known = {}


class OSINLCP(Control):
    """The control protocol of OSI's network layer (RFC 1377)."""

    name, label, column = "osinlcp", "PPP OSI Network Layer Control Protocol", "PPP OSINLCP"
    binds = {"ppp": (0x8023,)}
    exact = {1: 3}

    opt_kind = u8(None, "osinlcp.opt.type", "Type")
    opt_size = u8(None, "osinlcp.opt.length", "Length")
    alignment = u8(None, "osinlcp.opt.alignment", "Alignment")
    align = option("osinlcp.opt.def_pid", "Align-NPDU")
    known = {1: align}

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        c.add(cls.alignment)


class PPPMuxCP(Control):
    """The control protocol of multiplexing (RFC 3153)."""

    name, label, column = "pppmuxcp", "PPPMux Control Protocol", "PPP PPPMuxCP"
    binds = {"ppp": (0x8059,)}
    exact = {1: 4}

    opt_kind = u8(None, "pppmuxcp.opt.type", "Type")
    opt_size = u8(None, "pppmuxcp.opt.length", "Length")
    default = u16(None, "pppmuxcp.def_prot_id", "Default Protocol ID", HEX, names=PROTOCOLS)
    default_bytes = option("pppmuxcp.opt.def_pid", "Default Protocol ID")
    known = {1: default_bytes}

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        c.add(cls.default)


class BACP(Control):
    """The bandwidth allocation control protocol (RFC 2125)."""

    name, label, column = "bacp", "PPP Bandwidth Allocation Control Protocol", "PPP BACP"
    binds = {"ppp": (0xC02B,)}
    exact = {1: 6}

    opt_kind = u8(None, "bacp.opt.type", "Type")
    opt_size = u8(None, "bacp.opt.length", "Length")
    favored = u32(None, "bacp.magic_number", "Magic number", HEX)
    favored_bytes = option("bacp.opt.favored_peer", "Favored-Peer")
    known = {1: favored_bytes}

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        c.add(cls.favored)


class BCP(Control):
    """The control protocol of bridging (RFC 3518)."""

    name, label, column = "bcp_ncp", "PPP Bridging Control Protocol Network Control Protocol", "PPP BCP NCP"
    binds = {"ppp": (0x8031,)}
    exact = {1: 4, 2: 4, 3: 3, 4: 3, 5: 3, 6: 8, 8: 3, 9: 3, 10: 3}

    opt_kind = u8(None, "bcp_ncp.lcp.opt.type", "Type")
    opt_size = u8(None, "bcp_ncp.lcp.opt.length", "Length")
    segment = u16(None, "bcp_ncp.lcp.lan_seg_no", "LAN Segment Number", mask=0xFFF0)
    bridge = u16(None, "bcp_ncp.lcp.bridge_no", "Bridge Number", mask=0x000F)
    mac_type = u8(None, "bcp_bpdu.mac_type", "MAC Type")
    tinygram = flag(None, "bcp_ncp.lcp.tinygram_comp", "Tinygram-Compression", size=1)
    address = ether(None, "bcp_ncp.lcp.mac_addres", "MAC Address")
    spanning = u8(None, "bcp_ncp.lcp.stp_protocol", "Protocol")
    bridge_id = option("bcp_ncp.opt.bridge_id", "Bridge-Identification")
    line_id = option("bcp_ncp.opt.line_id", "Line-Identification")
    mac_support = option("bcp_ncp.opt.mac_sup", "MAC-Support")
    tinygram_bytes = option("bcp_ncp.opt.tinygram_comp", "Tinygram-Compression")
    lan_id = option("bcp_ncp.opt.lan_id", "LAN-Identification (obsolete)")
    mac_address = option("bcp_ncp.opt.mac_addr", "MAC-Address")
    spanning_bytes = option("bcp_ncp.opt.stp", "Spanning Tree Protocol (old formatted)")
    tags = option("bcp_ncp.opt.ieee_802_tagged_frame", "IEEE 802 Tagged Frame")
    inline = option("bcp_ncp.opt.management_inline", "Management Inline")
    indicator = option("bcp_ncp.opt.bcp_ind", "Bridge Control Packet Indicator")
    known = {
        1: bridge_id, 2: line_id, 3: mac_support, 4: tinygram_bytes, 5: lan_id, 6: mac_address, 7: spanning_bytes,
        8: tags, 9: inline, 10: indicator,
    }  # fmt: skip

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind in (1, 2):
            c.add(cls.segment)
            c.pos -= 2
            c.add(cls.bridge)
        elif kind in (3, 4, 6):
            c.add({3: cls.mac_type, 4: cls.tinygram, 6: cls.address}[kind])
        elif kind == 7:
            while c.remaining:
                c.add(cls.spanning)


CALLBACK_CODES = {1: "Callback Request", 2: "Callback Response", 3: "Callback Ack"}


class CBCP(Control):
    """Microsoft's callback control protocol."""

    name, label, column = "cbcp", "PPP Callback Control Protocol", "PPP CBCP"
    binds = {"ppp": (0xC029,)}
    exact = {1: 2, 3: 4}
    least = {2: 4, 4: 4}

    opt_kind = u8(None, "cbcp.opt.type", "Type")
    opt_size = u8(None, "cbcp.opt.length", "Length")
    delay = u8(None, "cbcp.callback_delay", "Callback delay", unit="seconds")
    address_kind = u8(None, "cbcp.address_type", "Address Type", names={1: "PSTN/ISDN", 2: "Other"})
    address = Field("cbcp.address", "Address", STRINGZ)
    none = option("cbcp.opt.no_callback", "No callback")
    user = option("cbcp.opt.callback_user", "Callback to a user-specified number")
    administrator = option("cbcp.opt.callback_admin", "Callback to a pre-specified or admin-specified number")
    several = option("cbcp.opt.callback_list", "Callback to any of a list of numbers")
    known = {1: none, 2: user, 3: administrator, 4: several}

    @staticmethod
    def info(code: int) -> str:
        return CALLBACK_CODES.get(code, "Unknown")

    @classmethod
    def _value(cls, c: Cursor, kind: int) -> None:
        if kind == 1:
            return
        c.add(cls.delay)
        while c.remaining:
            c.add(cls.address_kind)
            end = c.data.find(b"\0", c.pos, c.end)
            c.add(cls.address, (end + 1 if end >= 0 else c.end) - c.pos)
