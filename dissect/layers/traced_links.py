"""Links and programs as they trace themselves: SITA's airport lines (LINKTYPE_SITA), the vector packet processor
(LINKTYPE_VPP_DISPATCH), and Windows' events (LINKTYPE_ETW).
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRINGZ, Expr, Field, flag, guid, u8, u16, u32, u64
from dissect.engine.layer import Layer, To

PROTOCOLS = {0: "Unused", 1: "LAPB", 2: "Ethernet", 3: "Async (Interrupt I/O)", 4: "Async (Block I/O)", 5: "IPARS", 6: "UTS",
             7: "PPP/HDLC", 8: "SDLC", 9: "Token Ring", 16: "I2C", 17: "DPM Link", 18: "Frame Relay"}  # fmt: skip
RECEIVED: Expr = lambda h: h.remote
SENT: Expr = lambda h: h.remote == 0


def _errors(at: int, when: Expr, *names: tuple[str, str, int]) -> tuple[Field, ...]:
    return tuple(flag(at, f"sita.errors.{name}", label, mask, when=when) for name, label, mask in names)


class SITA(Layer):
    """A frame, its line's signals, and what went wrong."""

    name, label, column = "sita", "Societe Internationale de Telecommunications Aeronautiques", "SITA"
    binds = {"linktype": (196,)}

    kind = u8(4, "sita.errors.protocol", "Protocol", HEX, names=PROTOCOLS)
    dropped = flag(0, "sita.flags.droppedframe", "No Buffers", 0x80)
    remote = flag(0, "sita.flags.flags", "Direction", 0x01)
    signals = u8(1, "sita.signals", "Signals", HEX)
    lines = tuple(
        flag(1, f"sita.signals.{name}", name.upper(), mask)
        for name, mask in (("dcd", 0x10), ("rts", 0x08), ("cts", 0x04), ("dtr", 0x02), ("dsr", 0x01))
    )
    received = _errors(2, RECEIVED, ("shortframe", "Short Frame", 0x10), ("longframe", "Long Frame", 0x08),
                       ("collision", "Collision", 0x04), ("parity", "Parity", 0x02), ("framing", "Framing", 0x01))  # fmt: skip
    received_too = _errors(
        3, RECEIVED, ("break", "Break", 0x80), ("crc", "CRC", 0x40), ("length", "Length", 0x20), ("overrun", "Overrun", 0x10),
        ("rxdpll", "DPLL", 0x08), ("lostcd", "Carrier", 0x04), ("abort", "Abort", 0x02), ("nonaligned", "NonAligned", 0x01),
    )  # fmt: skip
    sent = _errors(3, SENT, ("rtxlimit", "Retx Limit", 0x08), ("uarterror", "UART", 0x04), ("lostcts", "Clear To Send", 0x02),
                   ("underrun", "Underrun", 0x01))  # fmt: skip
    length = lambda h: 5
    next = (To("lapb", when=lambda h: h.kind == 1), To("fr", when=lambda h: h.kind == 18), To("data"))

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 2
        c.skip(2)

    @staticmethod
    def info(kind: int) -> str:
        return f"IOP protocol number: {kind}"


class _Text(Layer):
    """Lines of text, up to a zero."""

    text: ClassVar[Field]
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining:
            said = c.peek_bytes(c.remaining)
            line = said.find(b"\n") + 1 or len(said)
            c.add(cls.text, line, value=said[:line].rstrip(b"\r\n\0").decode("utf-8", "replace"))


class VPPMetadata(_Text):
    """The buffer's own data."""

    name, label, column = "vpp-metadata", "VPP Buffer Metadata", "VPP-Metadata"
    text = Field("vpp.metadata", "Metadata", STRINGZ)


class VPPOpaque(_Text):
    """What the node keeps in the buffer."""

    name, label, column = "vpp-opaque", "VPP Buffer Opaque", "VPP-Opaque"
    text = Field("vpp.opaque", "Opaque", STRINGZ)


class VPPOpaque2(_Text):
    """More of it."""

    name, label, column = "vpp-opaque2", "VPP Buffer Opaque2", "VPP-Opaque2"
    text = Field("vpp.opaque2", "Opaque2", STRINGZ)


class VPPTrace(_Text):
    """What the nodes before say they did."""

    name, label, column = "vpp-trace", "VPP Buffer Trace", "VPP-Trace"
    text = Field("vpp.trace", "Trace", STRINGZ)


class VPP(Layer):
    """A packet before a node of the graph, with texts of what the processor knows of it."""

    name, label, column = "vpp", "VPP Dispatch Trace", "VPP"
    binds = {"linktype": (280,)}
    reaches = ("vpp-metadata", "vpp-opaque", "vpp-opaque2", "vpp-trace", "eth", "ip", "ipv6", "tcp", "udp")
    hints: ClassVar = {1: "eth", 2: "ip", 3: "ipv6", 4: "tcp", 5: "udp"}
    versions: ClassVar = {0x45: "ip", 0x60: "ipv6"}  # what the first octet tells without a hint

    other_major = u8(None, "vpp.MajorVersion", "MajorVersion")
    other_minor = u8(None, "vpp.MinorVersion", "MinorVersion")
    other_hint = u8(None, "vpp.ProtocolHint", "ProtocolHint")
    index = u32(None, "vpp.BufferIndex", "BufferIndex", HEX)
    node = Field("vpp.NodeName", "NodeName", STRINGZ)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        major, minor, texts, hint = (c.peek(1, i) for i in range(4))
        if major != 1:
            c.add(cls.other_major)
            c.note("error", "Malformed", f"Major Version Mismatch read {major} not 1", "vpp.bad_major_version")
            c.skip(c.remaining)
            return
        c.skip(1)
        if minor:
            c.add(cls.other_minor)
            c.note("warn", "Undecoded", f"Minor Version Mismatch read {minor} not 0", "vpp.bad_minor_version")
        else:
            c.skip(1)
        c.skip(1)
        if hint >= 6:
            c.add(cls.other_hint)
            c.note("warn", "Protocol", f"Protocol hint {hint} out of range, max 6", "vpp.bad_protocol_hint")
        else:
            c.skip(1)
        c.add(cls.index)
        c.add(cls.node, cls._size(c))
        for layer in ("vpp-metadata", "vpp-opaque", "vpp-opaque2", "vpp-trace")[: 4 if texts > 4 else 3]:
            c.child(layer, cls._size(c))
        c.child(cls.hints.get(hint) or cls.versions.get(c.peek(1), "eth"))

    @staticmethod
    def _size(c: Cursor) -> int:
        """To the next zero."""
        return c.peek_bytes(c.remaining).find(b"\0") + 1 or c.remaining + 1


class ETW(Layer):
    """An event of Windows: its header, its data, and both as text."""

    name, label, column = "etw", "Event Tracing for Windows", "ETW"
    binds = {"linktype": (290,)}

    size_of, header_type = u16(0, "etw.size", "Size", little=True), u16(2, "etw.header_type", "Header Type", little=True)
    flags, event_property = u16(4, "etw.flags", "Flags", little=True), u16(6, "etw.event_property", "Event Property", little=True)
    thread, process = u32(8, "etw.thread_id", "Thread ID", little=True), u32(12, "etw.process_id", "Process ID", little=True)
    stamp = u64(16, "etw.time_stamp", "Time Stamp", little=True)
    provider = guid(24, "etw.provider_id", "Provider ID", little=True)
    number = u16(40, "etw.descriptor.id", "ID", little=True)
    version, channel = u8(42, "etw.descriptor.version", "Version"), u8(43, "etw.descriptor.channel", "Channel")
    level, opcode = u8(44, "etw.descriptor.level", "Level"), u8(45, "etw.descriptor.opcode", "Opcode")
    task = u16(46, "etw.descriptor.task", "Task", little=True)
    keywords = u64(48, "etw.descriptor.keywords", "Keywords", little=True)
    processor_time = u64(56, "etw.processor_time", "Processor Time", little=True)
    activity = guid(64, "etw.activity_id", "Activity ID", little=True)
    processor, alignment = u8(80, "etw.buffer_context.processor_number", "Processor Number"), u8(81, "etw.buffer_context.alignment", "Alignment")
    logger = u16(82, "etw.buffer_context.logger_id", "ID", little=True)
    data_size = u32(84, "etw.user_data_length", "User Data Length", little=True)
    text_size = u32(88, "etw.message_length", "Message Length", little=True)
    name_size = u32(92, "etw.provider_name_length", "Provider Name Length", little=True)
    text = Field("etw.message", "Event Message", STRINGZ)
    provider_name = Field("etw.provider_name", "Provider Name", STRINGZ)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.skip(c.h.data_size)
        for field, size in ((cls.text, c.h.text_size), (cls.provider_name, c.h.name_size)):
            c.skip(-(c.pos - c.h.start) % 4)
            if size:
                c.add(field, size, value=c.peek_bytes(size).decode("utf-16-le", "replace").partition("\0")[0])
        c.skip(c.remaining)
