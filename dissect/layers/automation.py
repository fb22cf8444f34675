"""Protocols of automation: Beckhoff's AMS, GE's Ethernet Global Data, HiSLIP of instruments (IVI-6.1), synchrophasors (C37.118).

    AMS: reserved (2), length (4); target (6), its port (2), sender (6), its port (2), command (2), flags (2), length (4),
      error (4), invocation (4): all little-endian
    EGD: type (1), version (1), request (2), producer (4), exchange (4), time (8), status (4), signature (4), reserved (4)
    HiSLIP: "HS", type (1), control (1), parameter (4), length (8)
    C37.118: sync (2), length (2), source (2), second (4), quality (1), fraction (3), data, checksum (2)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    HEX,
    STRING,
    Field,
    bits,
    flag,
    ipv4,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    u64,
)  # fmt: skip
from dissect.engine.layer import Layer, To
from dissect.engine.messages import Messages

AMS_COMMANDS = {1: "ADS Read Device Info", 2: "ADS Read", 3: "ADS Write", 4: "ADS Read State", 5: "ADS Write Control",
                6: "ADS Add Device Notification", 7: "ADS Delete Device Notification", 8: "ADS Device Notification",
                9: "ADS Read Write"}  # fmt: skip
HISLIP_TYPES = {0: "Initialize", 1: "InitializeResponse", 2: "FatalError", 3: "Error", 4: "AsyncLock", 5: "AsyncLockResponse",
                6: "Data", 7: "DataEnd", 8: "DeviceClearComplete", 9: "DeviceClearAcknowledge",
                10: "AsyncRemoteLocalControl", 12: "Trigger", 13: "Interrupted", 14: "AsyncInterrupted",
                15: "AsyncMaximumMessageSize", 16: "AsyncMaximumMessageSizeResponse", 17: "AsyncInitialize",
                18: "AsyncInitializeResponse", 19: "AsyncDeviceClear", 20: "AsyncServiceRequest", 21: "AsyncStatusQuery",
                22: "AsyncStatusResponse", 23: "AsyncDeviceClearAcknowledge"}  # fmt: skip
PHASOR_FRAMES = {0: "Data Frame", 1: "Header Frame", 2: "Configuration Frame 1", 3: "Configuration Frame 2", 4: "Command Frame",
                 5: "Configuration Frame 3"}  # fmt: skip


def _net(octets: bytes) -> str:
    return ".".join(map(str, octets))


def _state(flags: Field) -> tuple[Field, ...]:
    rows = (
        ("response", "RESPONSE", 0x1), ("noreturn", "NO RETURN", 0x2), ("adscmd", "ADS COMMAND", 0x4),
        ("syscmd", "SYSTEM COMMAND", 0x8), ("highprio", "HIGH PRIORITY COMMAND", 0x10),
        ("timestampadded", "TIMESTAMP ADDED", 0x20), ("udp", "UDP COMMAND", 0x40), ("initcmd", "INIT COMMAND", 0x80),
        ("broadcast", "BROADCAST", 0x8000),
    )  # fmt: skip
    return tuple(flag(None, f"ams.state_{name}", label, mask, within=flags, little=True) for name, label, mask in rows)


class AMS(Layer):
    """A message between routers of Beckhoff's controllers."""

    name, label, column = "ams", "AMS", "AMS"
    binds = {"tcp.port": (48898,)}
    messages = Messages(header=6, length=lambda p: 6 + p.uint(2, 4, True))

    tcp_reserved, tcp_length = raw(None, "", "Reserved", size=2), u32(None, "", "Length", little=True)
    target, sender = Field("ams.targetnetid", "AMS Target Net Id", STRING), Field("ams.sendernetid", "AMS Sender Net Id", STRING)
    target_port = u16(None, "ams.targetport", "AMS Target port", little=True)
    sender_port = u16(None, "ams.senderport", "AMS Sender port", little=True)
    command = u16(None, "ams.cmdid", "CmdId", names=AMS_COMMANDS, little=True)
    flags = u16(None, "ams.stateflags", "StateFlags", HEX, little=True)
    flags_bits = _state(flags)
    size_of, error = u32(None, "ams.cbdata", "cbData", little=True), u32(None, "ams.errorcode", "ErrorCode", HEX, little=True)
    invocation = u32(None, "ams.invokeid", "InvokeId", HEX, little=True)
    contents = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.tcp_reserved)
        c.add(cls.tcp_length)
        c.add(cls.target, 6, value=_net(c.peek_bytes(6)))
        c.add(cls.target_port)
        c.add(cls.sender, 6, value=_net(c.peek_bytes(6)))
        c.add(cls.sender_port)
        command, flags = c.add(cls.command), c.add(cls.flags)
        c.info(f"{AMS_COMMANDS.get(command, 'Unknown')} {'Response' if flags & 1 else 'Request'}")
        for field in (cls.size_of, cls.error, cls.invocation):
            c.add(field)
        c.rest(cls.contents)


class EGD(Layer):
    """One exchange that a producer tells of."""

    name, label, column = "egd", "Ethernet Global Data", "EGD"
    binds = {"udp.port": (18246,)}
    accepts = lambda p: (p.u8(0) == 13) & (p.u8(1) == 1) | (p.length < 2)

    type = u8(0, "egd.type", "Type")
    version = u8(1, "egd.ver", "Version")
    request = u16(2, "egd.rid", "RequestID", little=True)
    producer = ipv4(4, "egd.pid", "ProducerID")
    exchange = u32(8, "egd.exid", "ExchangeID", HEX, little=True)
    time = Field("egd.time", "Timestamp", ABSOLUTE_TIME)
    no_time = u64(None, "egd.notime", "Timestamp", HEX)
    status = u32(None, "egd.stat", "Status", little=True)
    signature = u32(None, "egd.csig", "ConfigSignature", little=True)
    reserved = u32(None, "egd.rsrv", "Reserved", little=True)
    length = lambda h: 32
    next = (To("data"),)

    @staticmethod
    def info(exchange: int) -> str:
        return f"Data Msg: ExchangeID=0x{exchange:08X}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 12
        seconds, nanoseconds = c.peek(4, 0, True), c.peek(4, 4, True)
        if seconds or nanoseconds:
            c.add(cls.time, 8, value=seconds * 1_000_000_000 + nanoseconds)
        else:
            c.add(cls.no_time)
        for field in (cls.status, cls.signature, cls.reserved):
            c.add(field)


class HiSLIP(Layer):
    """A message to an instrument, or of it."""

    name, label, column = "hislip", "High-Speed LAN Instrument Protocol", "HiSLIP"
    binds = {"tcp.port": (4880,)}
    accepts = lambda p: p.u16(0) == 0x4853
    messages = Messages(header=16, length=lambda p: 16 + p.u32(12))

    prologue = string(0, "hislip.prologue", "Prologue", size=2)
    type = u8(2, "hislip.messagetype", "Message Type", HEX, names=HISLIP_TYPES)
    control = u8(3, "hislip.control", "Control Code")
    parameter = u32(4, "hislip.parameter", "Message Parameter", HEX)
    size_of = u64(8, "hislip.payloadlength", "Payload Length")
    length = lambda h: h.end - h.start
    contents = string(None, "hislip.data", "Data")

    @staticmethod
    def info(type: int) -> str:
        return HISLIP_TYPES.get(type, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 16
        if c.remaining:
            c.add(cls.contents, c.remaining)


class Synchrophasor(Layer):
    """A frame of measurements, of configuration, or a command."""

    name, label, column = "synphasor", "IEEE C37.118 Synchrophasor Protocol", "SYNCHROPHASOR"
    binds = {"tcp.port": (4712,), "udp.port": (4713,)}
    accepts = lambda p: p.u8(0) == 0xAA
    messages = Messages(header=4, length=lambda p: p.u16(2))

    sync = u16(0, "synphasor.sync", "Synchronization word", HEX)
    type = u16(0, "synphasor.frtype", "Frame Type", HEX, mask=0x0070, names=PHASOR_FRAMES)
    version = u16(0, "synphasor.version", "Version", mask=0x000F)
    size_of = u16(2, "synphasor.frsize", "Framesize")
    source_id = u16(4, "synphasor.idcode_stream_source", "PMU/DC ID number (Stream source ID)")
    second = Field("synphasor.soc", "SOC time stamp", ABSOLUTE_TIME)
    quality = u8(None, "", "Time quality flags", HEX)
    quality_bits = bits(
        quality, "synphasor.timeqal", ("lsdir", "Leap second direction", 0x40), ("lsocc", "Leap second occurred", 0x20),
        ("lspend", "Leap second pending", 0x10),
    )  # fmt: skip
    quality_code = u8(None, "synphasor.timeqal.timequalindic", "Message Time Quality indicator code", HEX, mask=0x0F, within=quality)
    fraction = u24(None, "synphasor.fracsec_raw", "Fraction of second (raw)")
    contents = raw(None, "", "Data")
    checksum = u16(None, "synphasor.checksum", "Checksum", HEX)

    @staticmethod
    def info(type: int) -> str:
        return PHASOR_FRAMES.get(type, "invalid packet type")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 6
        c.add(cls.second, 4, value=c.peek(4) * 1_000_000_000)
        c.add(cls.quality)
        c.add(cls.fraction)
        size = c.limit - c.pos - 2
        if size > 0:
            c.add(cls.contents, size)
        c.add(cls.checksum)
