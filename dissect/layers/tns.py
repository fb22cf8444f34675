"""TNS, the transparent network substrate of Oracle's databases.

     0                             15 16                           31
    +-------------------------------+-------------------------------+
    |            length             |        packet checksum        |
    +---------------+---------------+-------------------------------+
    |     type      |   reserved    |        header checksum        |
    +---------------+---------------+-------------------------------+

The header is dpkt's declaration; messages: connect, accept, refuse, redirect, marker, data by its flags.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, BYTES, HEX, NONE, UINT64, Field, bits, raw, string, u8, u16, u32
from dissect.engine.layer import Layer, To
from dissect.engine.peek import Likely
from dissect.layers.longtail import Adapted, Named

TNS_TYPES = {
    1: "Connect", 2: "Accept", 3: "Acknowledge", 4: "Refuse", 5: "Redirect", 6: "Data", 7: "Null", 9: "Abort",
    11: "Resend", 12: "Marker", 13: "Attention", 14: "Control",
}  # fmt: skip
CONNECT, ACCEPT, REFUSE, REDIRECT, DATA, MARKER = 1, 2, 4, 5, 6, 12
SERVICE_OPTIONS = (
    ("bconn", "Broken Connect Notify", 0x2000), ("pc", "Packet Checksum", 0x1000), ("hc", "Header Checksum", 0x0800),
    ("fd", "Full Duplex", 0x0400), ("hd", "Half Duplex", 0x0200), ("dc1", "Don't Care", 0x0100),
    ("dc2", "Don't Care", 0x0080), ("dio", "Direct IO to Transport", 0x0010), ("ap", "Attention Processing", 0x0008),
    ("ra", "Can Receive Attention", 0x0004), ("sa", "Can Send Attention", 0x0002),
)  # fmt: skip
CHARACTERISTICS = (
    ("hangon", "Hangon to listener connect", 0x8000), ("crel", "Confirmed release", 0x4000),
    ("tduio", "TDU based IO", 0x2000), ("srun", "Spawner running", 0x1000), ("dtest", "Data test", 0x0800),
    ("cbio", "Callback IO supported", 0x0400), ("asio", "ASync IO Supported", 0x0200),
    ("pio", "Packet oriented IO", 0x0100), ("grant", "Can grant connection to another", 0x0080),
    ("handoff", "Can handoff connection to another", 0x0040), ("sigio", "Generate SIGIO signal", 0x0020),
    ("sigpipe", "Generate SIGPIPE signal", 0x0010), ("sigurg", "Generate SIGURG signal", 0x0008),
    ("urgentio", "Urgent IO supported", 0x0004), ("dfio", "Full duplex IO supported", 0x0002),
    ("testop", "Test operation", 0x0001),
)  # fmt: skip
CONNECT_FLAGS = (
    ("nareq", "NA services required", 0x0010), ("nalink", "NA services linked in", 0x0008),
    ("enablena", "NA services enabled", 0x0004), ("ichg", "Interchange is involved", 0x0002),
    ("wantna", "NA services wanted", 0x0001),
)  # fmt: skip
DATA_FLAGS = (
    ("send", "Send Token", 0x0001), ("rc", "Request Confirmation", 0x0002), ("c", "Confirmation", 0x0004),
    ("reserved", "Reserved", 0x0008), ("more", "More Data to Come", 0x0020), ("eof", "End of File", 0x0040),
    ("dic", "Do Immediate Confirmation", 0x0080), ("rts", "Request To Send", 0x0100),
    ("sntt", "Send NT Trailer", 0x0200),
)  # fmt: skip
PORT = 1521


class TNS(Adapted, Layer):
    """A message between a client and a listener."""

    name, label, column = "tns", "Transparent Network Substrate Protocol", "TNS"
    heuristics = ("tcp",)
    likely = Likely(ports=(PORT,))
    probe = lambda p: (
        ((p.h.srcport == PORT) | (p.h.dstport == PORT)) & (p.length >= 8) & (p.u16(0) >= 8) & (p.u8(4) <= 14)
    )
    adapts = "tns.TNS"
    named = {
        "length": Named("tns.length", "Packet Length"),
        "pktsum": Named("tns.packet_checksum", "Packet Checksum", HEX),
        "type": Named("tns.type", "Packet Type", names=TNS_TYPES),
        "rsvd": Named("tns.reserved_byte", "Reserved Byte", type=BYTES),
        "hdrsum": Named("tns.header_checksum", "Header Checksum", HEX),
    }
    request = Field("tns.request", "Request", BOOLEAN, hidden=True)
    response = Field("tns.response", "Response", BOOLEAN, hidden=True)
    body = Field("", "Message", NONE)
    version = u16(None, "tns.version", "Version")
    compatible = u16(None, "tns.compat_version", "Version (Compatible)")
    options = u16(None, "tns.service_options", "Service Options", HEX)
    option = bits(options, "tns.so_flag", *SERVICE_OPTIONS)
    sdu = u16(None, "tns.sdu_size", "Session Data Unit Size")
    tdu = u16(None, "tns.max_tdu_size", "Maximum Transmission Data Unit Size")
    protocol_ = u16(None, "tns.nt_proto_characteristics", "NT Protocol Characteristics", HEX)
    characteristic = bits(protocol_, "tns.ntp_flag", *CHARACTERISTICS)
    turnaround = u16(None, "tns.line_turnaround", "Line Turnaround Value")
    one = raw(None, "tns.value_of_one", "Value of 1 in Hardware", size=2)
    connect_len = u16(None, "tns.connect_data_length", "Length of Connect Data")
    connect_at = u16(None, "tns.connect_data_offset", "Offset to Connect Data")
    connect_max = u32(None, "tns.connect_data_max", "Maximum Receivable Connect Data")
    flags_0 = u8(None, "tns.connect_flags0", "Connect Flags 0", HEX)
    flag_0 = bits(flags_0, "tns.connect_flags", *CONNECT_FLAGS)
    flags_1 = u8(None, "tns.connect_flags1", "Connect Flags 1", HEX)
    flag_1 = bits(flags_1, "tns.connect_flags", *CONNECT_FLAGS)
    trace_1 = u32(None, "tns.trace_cf1", "Trace Cross Facility Item 1", HEX)
    trace_2 = u32(None, "tns.trace_cf2", "Trace Cross Facility Item 2", HEX)
    trace_id = Field("tns.trace_cid", "Trace Unique Connection ID", UINT64, HEX)
    connect = string(None, "tns.connect_data", "Connect Data")
    accept_len = u16(None, "tns.accept_data_length", "Accept Data Length")
    accept_at = u16(None, "tns.accept_data_offset", "Offset to Accept Data")
    accept = string(None, "tns.accept_data", "Accept Data")
    user = u8(None, "tns.refuse_reason_user", "Refuse Reason (User)", HEX)
    system = u8(None, "tns.refuse_reason_system", "Refuse Reason (System)", HEX)
    refuse_len = u16(None, "tns.refuse_data_length", "Refuse Data Length")
    refuse = string(None, "tns.refuse_data", "Refuse Data")
    redirect_len = u16(None, "tns.redirect_data_length", "Redirect Data Length")
    redirect = string(None, "tns.redirect_data", "Redirect Data")
    marker = u8(None, "tns.marker.type", "Marker Type", HEX,
                names={0: "Data Marker - 0 Data Bytes", 1: "Data Marker - 1 Data Byte"})
    marker_data = u8(None, "tns.marker.databyte", "Marker Data Byte", HEX)
    data_flags = u16(None, "tns.data_flag", "Data Flag", HEX)
    data_flag = bits(data_flags, "tns.data_flag", *DATA_FLAGS)

    length = lambda h: h.length_
    next = (To("tns"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, tcp = c.h.type, c.h.outer("tcp")
        answer = tcp is not None and tcp.srcport == PORT
        c.derived(cls.response if answer else cls.request, True)
        c.info(f"{'Response' if answer else 'Request'}, {TNS_TYPES.get(kind, 'Unknown')} ({kind})")
        if kind in TNS_TYPES and c.remaining:
            with c.group(cls.body, text=TNS_TYPES[kind]):
                cls._body(c, kind)
        c.rest(cls.data)

    @classmethod
    def _body(cls, c: Cursor, kind: int) -> None:
        if kind == CONNECT:
            for field in (cls.version, cls.compatible, cls.options, cls.sdu, cls.tdu, cls.protocol_, cls.turnaround,
                          cls.one, cls.connect_len, cls.connect_at, cls.connect_max, cls.flags_0, cls.flags_1):  # fmt: skip
                c.add(field)
            size, at = c.peek(2, -10), c.peek(2, -8)
            if c.h.start + at - c.pos >= 16:
                c.add(cls.trace_1)
                c.add(cls.trace_2)
                c.add(cls.trace_id)
            cls._text(c, cls.connect, at, size)
        elif kind == ACCEPT:
            for field in (cls.version, cls.options, cls.sdu, cls.tdu, cls.one, cls.accept_len, cls.accept_at, cls.flags_0,
                          cls.flags_1):  # fmt: skip
                c.add(field)
            cls._text(c, cls.accept, c.peek(2, -4), c.peek(2, -6))
        elif kind == REFUSE:
            c.add(cls.user)
            c.add(cls.system)
            c.add(cls.refuse, c.add(cls.refuse_len))
        elif kind == REDIRECT:
            c.add(cls.redirect, c.add(cls.redirect_len))
        elif kind == MARKER:
            c.add(cls.marker)
            while c.remaining:
                c.add(cls.marker_data)
        elif kind == DATA:
            c.add(cls.data_flags)

    @classmethod
    def _text(cls, c: Cursor, field: Field, at: int, size: int) -> None:
        """The text at the offset that the message gives, counted from its start."""
        gap = c.h.start + at - c.pos
        if gap < 0 or not size:
            return
        if gap:
            c.skip(gap)
        c.add(field, size)
