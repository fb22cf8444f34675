"""Remote capturing (rpcapd): a client asks for interfaces, opens one, filters; packets come over the connection or in datagrams.

    version (8 bits, 0), type (8 bits; the highest bit is a reply's), value (16 bits), length of what follows (32 bits)
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, HEX, UINT32, Field, bits, group, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages
from dissect.engine.peek import Likely

HEADER, PACKET_HEADER, MOST_CAPTURED = 8, 20, 65535
ERROR, OPEN, START, FILTER, PACKET, AUTH, SAMPLING = 1, 3, 4, 5, 7, 8, 11
FOUND, OPENED, STARTED, AUTHENTICATED, STATISTICS = 0x82, 0x83, 0x84, 0x88, 0x89
TYPES = {
    ERROR: "Error", 2: "Find all interfaces request", OPEN: "Open request", START: "Start capture request",
    FILTER: "Update filter request", 6: "Close", PACKET: "Packet", AUTH: "Authentication request", 9: "Statistics request",
    10: "End capture request", SAMPLING: "Set sampling request", FOUND: "Find all interfaces reply", OPENED: "Open reply",
    STARTED: "Start capture reply", 0x85: "Update filter reply", AUTHENTICATED: "Authentication reply",
    STATISTICS: "Statistics reply", 0x8A: "End capture reply", 0x8B: "Set sampling reply",
}  # fmt: skip
ERRORS = {
    1: "Network error", 2: "Initial timeout has expired", 3: "Authentication error", 4: "Generic findalldevs error",
    5: "No remote interfaces", 6: "Generic pcap_open error", 7: "Generic updatefilter error", 8: "Generic pcap_stats error",
    9: "Generic pcap_next_ex error", 10: "The host is not authorized", 11: "Generic pcap_remoteaccept error",
    12: "Generic pcap_startcapture error", 13: "Generic pcap_endcapture error", 14: "Runtime timeout has expired",
    15: "Error in setting sampling parameters", 16: "Unrecognized message", 17: "Incompatible version",
}  # fmt: skip
SIZES = {2: 0, 0x85: 0, 9: 0, 6: 0, 0x8B: 0, 10: 0, 0x8A: 0, OPENED: 8, STARTED: 8, SAMPLING: 8, STATISTICS: 16}  # of what follows
VARYING = (FOUND, ERROR, OPEN, START, FILTER, AUTH, AUTHENTICATED)
IPV4_FAMILIES, IPV6_FAMILIES = (2, 0x1002, 0x1000), (23, 0x1C18, 0x1C1C, 0x1C1E, 0x1C00, 10, 22, 24, 26)
SOCKADDR = 128
BPF_CLASSES = {0: "ld", 1: "ldx", 2: "st", 3: "stx", 4: "alu", 5: "jmp", 6: "ret", 7: "misc"}
BPF_SIZES, BPF_SOURCES, BPF_RESULTS = {0: "w", 1: "h", 2: "b"}, {0: "k", 1: "x"}, {0: "k", 1: "x", 2: "a"}
BPF_MODES = {0: "imm", 1: "abs", 2: "ind", 3: "mem", 4: "len", 5: "msh"}
BPF_ALU = {0: "add", 1: "sub", 2: "mul", 3: "div", 4: "or", 5: "and", 6: "lsh", 7: "rsh", 8: "neg"}
BPF_JUMPS = {0: "ja", 1: "jeq", 2: "jgt", 3: "jge", 4: "jset"}


def _is_message(p: Any) -> Any:
    """Wireshark's test: type, value and length go together."""
    kind, value, size, there = p.u8(1), p.u16(2), p.u32(4), p.reported - HEADER
    fits = (kind == PACKET) & (size >= PACKET_HEADER) & (p.u32(16) == size - PACKET_HEADER) & (p.u32(16) <= MOST_CAPTURED)
    for each, fixed in SIZES.items():
        fits = fits | ((kind == each) & (size == fixed) & (there == fixed))
    for each in VARYING:
        fits = fits | ((kind == each) & (size == there))
    valued = (kind == FOUND) | ((kind == ERROR) & (value <= max(ERRORS)))
    return (p.length >= HEADER) & (p.u8(0) == 0) & ((value == 0) | valued) & fits


class RPCAP(Layer):
    """One message.  Which link the packets are of another connection has told, so they are shown as data."""

    name, label, column = "rpcap", "Remote Packet Capture", "RPCAP"
    heuristics = ("tcp",)
    likely = Likely({0: b"\0", 1: bytes(TYPES)})
    probe = _is_message
    messages = Messages(header=HEADER, length=lambda p: HEADER + p.u32(4))
    reaches = ("data", "rpcap")

    version, type = u8(0, "rpcap.version", "Version"), u8(1, "rpcap.type", "Message type", HEX, names=TYPES)
    value = u16(2, "rpcap.value", "Message value", when=lambda h: h.type != ERROR)
    error_value = u16(2, "rpcap.error_value", "Error value", names=ERRORS, when=lambda h: h.type == ERROR)
    size_of = u32(4, "rpcap.len", "Payload length")
    error = string(None, "rpcap.error", "Error")
    packet = group("rpcap.packet", "Packet")
    time = Field("rpcap.time", "Arrival time", ABSOLUTE_TIME)
    captured, number = u32(None, "rpcap.cap_len", "Capture length"), u32(None, "rpcap.number", "Frame number")
    frame_length = u32(None, "rpcap.len", "Frame length")
    auth_request, auth_reply = group("rpcap.auth_request", "Authentication request"), group("rpcap.auth_reply", "Authentication reply")
    auth_type = u16(None, "rpcap.auth_type", "Authentication type", names={0: "None", 1: "Password"})
    dummy = u16(None, "rpcap.dummy", "Dummy")
    dummies = u16(None, "rpcap.dummy", "Dummy", size=1), dummy
    auth_lengths = tuple(u16(None, f"rpcap.auth_len{n}", f"Authentication item length {n}") for n in (1, 2))
    auth_texts = string(None, "rpcap.username", "Username"), string(None, "rpcap.password", "Password")
    auth_versions = (
        u8(None, "rpcap.auth_minvers", "Minimum version number supported"),
        u8(None, "rpcap.auth_maxvers", "Maximum version number supported"),
    )
    open_request, open_reply = string(None, "rpcap.open_request", "Open request"), group("rpcap.open_reply", "Open reply")
    opened = u32(None, "rpcap.linktype", "Link type"), u32(None, "rpcap.tzoff", "Timezone offset")
    start_request, start_reply = (
        group("rpcap.startcap_request", "Start capture request"), group("rpcap.startcap_reply", "Start capture reply")
    )  # fmt: skip
    snap, timeout = u32(None, "rpcap.snaplen", "Snap length"), u32(None, "rpcap.read_timeout", "Read timeout")
    flags = u16(None, "rpcap.flags", "Flags")
    flag_bits = bits(
        flags, "rpcap.flags", ("promisc", "Promiscuous mode", 1), ("dgram", "Use Datagram", 2), ("serveropen", "Server open", 4),
        ("inbound", "Inbound", 8), ("outbound", "Outbound", 16),
    )  # fmt: skip
    client_port, server_port = u16(None, "rpcap.client_port", "Client Port"), u16(None, "rpcap.server_port", "Server port")
    buffer = u32(None, "rpcap.bufsize", "Buffer size")
    filter, instruction = group("rpcap.filter", "Filter"), group("rpcap.filterbpf_insn", "Filter BPF instruction")
    filter_type, items = u16(None, "rpcap.filtertype", "Filter type"), u32(None, "rpcap.nitems", "Number of items")
    code = u16(None, "rpcap.opcode", "Op code", HEX)
    code_class = u16(None, "rpcap.opcode.class", "Class", HEX, mask=0x07, names=BPF_CLASSES)
    code_src = u16(None, "rpcap.opcode.src", "Src", HEX, mask=0x08, names=BPF_SOURCES)
    code_load = (
        u16(None, "rpcap.opcode.size", "Size", HEX, mask=0x18, names=BPF_SIZES),
        u16(None, "rpcap.opcode.mode", "Mode", HEX, mask=0xE0, names=BPF_MODES),
    )
    code_alu = u16(None, "rpcap.opcode.aluop", "Op", HEX, mask=0xF0, names=BPF_ALU)
    code_jump = u16(None, "rpcap.opcode.jmpop", "Op", HEX, mask=0xF0, names=BPF_JUMPS)
    code_return = u16(None, "rpcap.opcode.rval", "Rval", HEX, mask=0x18, names=BPF_RESULTS)
    code_misc = u16(None, "rpcap.opcode.miscop", "Op", HEX, mask=0xF8, names={0: "tax", 0x10: "txa"})
    code_other = u16(None, "rpcap.opcode.fields", "Fields", HEX, mask=0xF8)
    operands = u8(None, "rpcap.jt", "JT"), u8(None, "rpcap.jf", "JF"), u32(None, "rpcap.instr_value", "Instruction value")
    statistics = group("rpcap.stats_reply", "Statistics")
    counts = (
        u32(None, "rpcap.ifrecv", "Received by kernel filter"), u32(None, "rpcap.ifdrop", "Dropped by network interface"),
        u32(None, "rpcap.krnldrop", "Dropped by kernel filter"), u32(None, "rpcap.srvcapt", "Captured by rpcapd"),
    )  # fmt: skip
    found, interface = group("rpcap.findalldevs_reply", "Find all devices"), group("rpcap.if", "Interface")
    name_length = u16(None, "rpcap.namelen", "Name length")
    description_length = Field("rpcap.desclen", "Description length", UINT32, size=2)
    if_flags = u32(None, "rpcap.if.flags", "Interface flags", HEX)
    addresses = Field("rpcap.naddr", "Number of addresses", UINT32, size=2)
    if_name, if_text = string(None, "rpcap.ifname", "Name"), string(None, "rpcap.ifdesc", "Description")
    if_address = group("rpcap.ifaddr", "Interface address")
    ends = (
        group("rpcap.addr", "Address"), group("rpcap.netmask", "Netmask"), group("rpcap.broadaddr", "Broadcast"),
        group("rpcap.dstaddr", "P2P destination address"),
    )  # fmt: skip
    family, port = u16(None, "rpcap.if.af", "Address family", HEX), u16(None, "rpcap.if.port", "Port")
    if_ipv4, if_ipv6 = ipv4(None, "rpcap.if.ipv4", "IPv4 address"), ipv6(None, "rpcap.if.ipv6", "IPv6 address")
    flow, scope_id = u32(None, "rpcap.if.flowinfo", "Flow information", HEX), u32(None, "rpcap.if.scopeid", "Scope ID", HEX)
    padding, unknown = raw(None, "rpcap.if.padding", "Padding"), raw(None, "rpcap.if.unknown", "Unknown address")
    sampling = group("rpcap.sampling_request", "Sampling")
    method = u8(None, "rpcap.sampling_method", "Method", names={0: "No sampling", 1: "1 every N", 2: "First after N ms"})
    sample_value = u32(None, "rpcap.sampling_value", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        end, limit = c.end, c.limit
        c.limit = min(c.pos + c.h.size_of, limit)
        c.end = min(end, c.limit)
        cls._body(c)
        c.skip(max(c.end - c.pos, 0))
        c.end, c.limit = end, limit
        if c.remaining >= HEADER:
            c.child("rpcap", listed=False)

    @classmethod
    def _body(cls, c: Cursor) -> None:
        kind = c.h.type
        c.info(TYPES.get(kind, f"Unknown: 0x{kind:02x}"))
        bodies = {ERROR: cls._error, START: cls._start, FILTER: cls._filter, PACKET: cls._packet, AUTH: cls._auth,
                  AUTHENTICATED: cls._authenticated, SAMPLING: cls._sampling, FOUND: cls._found}  # fmt: skip
        plain = {OPENED: (cls.open_reply, cls.opened), STATISTICS: (cls.statistics, cls.counts),
                 STARTED: (cls.start_reply, (cls.buffer, cls.server_port, cls.dummy))}  # fmt: skip
        if kind in bodies:
            bodies[kind](c)
        elif kind in plain:
            whole, fields = plain[kind]
            with c.group(whole) as c:
                for field in fields:
                    c.add(field)
        elif kind == OPEN:
            c.rest(cls.open_request)
        elif c.remaining:
            c.child("data")

    @classmethod
    def _error(cls, c: Cursor) -> None:
        if c.remaining:
            said = c.add(cls.error, c.remaining)
            c.note("note", "Sequence", f"Error: {said}", "rpcap.error.expert")
            c.append_info(f": {said}")

    @classmethod
    def _packet(cls, c: Cursor) -> None:
        with c.group(cls.packet, PACKET_HEADER) as c:
            c.add(cls.time, 8, value=c.peek(4) * 1_000_000_000 + c.peek(4, 4) * 1000)
            size = c.add(cls.captured)
            c.add(cls.frame_length)
            c.add(cls.number)
        if size > c.limit - c.pos:
            c.note("error", "Malformed", "Caplen is bigger than the remaining message length", "rpcap.caplen_too_big")
        elif size:
            c.child("data", size)

    @classmethod
    def _auth(cls, c: Cursor) -> None:
        with c.group(cls.auth_request) as c:
            kind = c.add(cls.auth_type)
            c.add(cls.dummy)
            sizes = [c.add(field) for field in cls.auth_lengths]
            if kind == 1:
                for field, size in zip(cls.auth_texts, sizes, strict=True):
                    c.add(field, size)

    @classmethod
    def _authenticated(cls, c: Cursor) -> None:
        if c.remaining:  # older servers say no versions
            with c.group(cls.auth_reply) as c:
                for field in cls.auth_versions:
                    c.add(field)

    @classmethod
    def _sampling(cls, c: Cursor) -> None:
        with c.group(cls.sampling) as c:
            c.add(cls.method)
            c.add(cls.dummies[0])
            c.add(cls.dummies[1])
            c.add(cls.sample_value)

    @classmethod
    def _start(cls, c: Cursor) -> None:
        with c.group(cls.start_request) as c:
            for field in (cls.snap, cls.timeout, cls.flags, cls.client_port):
                c.add(field)
            cls._filter(c)

    @classmethod
    def _filter(cls, c: Cursor) -> None:
        with c.group(cls.filter) as c:
            c.add(cls.filter_type)
            c.add(cls.dummy)
            for _ in range(c.add(cls.items)):
                if not c.remaining:
                    c.note("warn", "Malformed", "No more data in packet", "rpcap.no_more_data")
                    break
                cls._instruction(c)

    @classmethod
    def _instruction(cls, c: Cursor) -> None:
        with c.group(cls.instruction, 8) as c:
            kind = c.peek(2) & 7
            parts = {0: cls.code_load, 1: cls.code_load, 4: (cls.code_src, cls.code_alu), 5: (cls.code_src, cls.code_jump),
                     6: (cls.code_return,), 7: (cls.code_misc,)}.get(kind, (cls.code_other,))  # fmt: skip
            with c.group(cls.code, 2) as c:
                start = c.pos
                for field in (cls.code_class, *parts):
                    c.pos = start
                    c.add(field)
            for field in cls.operands:
                c.add(field)

    @classmethod
    def _found(cls, c: Cursor) -> None:
        with c.group(cls.found) as c:
            for _ in range(c.h.value):
                if not c.remaining:
                    c.note("warn", "Malformed", "No more data in packet", "rpcap.no_more_data")
                    break
                with c.group(cls.interface) as c:
                    cls._one_interface(c)

    @classmethod
    def _one_interface(cls, c: Cursor) -> None:
        sizes = c.add(cls.name_length), c.add(cls.description_length)
        c.add(cls.if_flags)
        addresses = c.add(cls.addresses)
        c.add(cls.dummy)
        for field, size in zip((cls.if_name, cls.if_text), sizes, strict=True):
            if size:
                c.add(field, size)
        for _ in range(addresses):
            if not c.remaining:
                c.note("warn", "Malformed", "No more data in packet", "rpcap.no_more_data")
                break
            with c.group(cls.if_address) as c:
                for field in cls.ends:
                    cls._address(c, field)

    @classmethod
    def _address(cls, c: Cursor, whole: Field) -> None:
        with c.group(whole, SOCKADDR) as c:
            family = c.add(cls.family)
            if family in IPV4_FAMILIES:
                fields: tuple[Field, ...] = (cls.port, cls.if_ipv4)
            elif family in IPV6_FAMILIES:
                fields = (cls.port, cls.flow, cls.if_ipv6, cls.scope_id)
            else:
                c.rest(cls.unknown)
                return
            for field in fields:
                c.add(field)
            c.rest(cls.padding)


class RPCAPDatagram(RPCAP):
    """A packet in a datagram: datagrams carry nothing else."""

    heuristics = ("udp",)
    likely = Likely.opening(bytes((0, PACKET)))
    probe = lambda p: (p.u8(1) == PACKET) & _is_message(p)
