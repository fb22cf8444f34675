"""AMQP 0-9-1 (amqp.org): frames and methods; PPTP's control messages (RFC 2637).

    +------+---------+--------+-----------+------+
    | type | channel |  size  | payload.. | 0xCE |  AMQP
    +------+---------+--------+-----------+------+
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Heard, Messages, Talk
from dissect.layers import bodies
from dissect.layers.streams import heard_of

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8
FRAMES = {METHOD: "Method", HEADER: "Content header", BODY: "Content body", HEARTBEAT: "Heartbeat"}
CLASSES = {10: "Connection", 20: "Channel", 40: "Exchange", 50: "Queue", 60: "Basic", 85: "Confirm", 90: "Tx"}
METHODS = {
    10: {10: "Start", 11: "Start-Ok", 20: "Secure", 21: "Secure-Ok", 30: "Tune", 31: "Tune-Ok", 40: "Open",
         41: "Open-Ok", 50: "Close", 51: "Close-Ok"},
    20: {10: "Open", 11: "Open-Ok", 20: "Flow", 21: "Flow-Ok", 40: "Close", 41: "Close-Ok"},
    40: {10: "Declare", 11: "Declare-Ok", 20: "Delete", 21: "Delete-Ok", 30: "Bind", 31: "Bind-Ok"},
    50: {10: "Declare", 11: "Declare-Ok", 20: "Bind", 21: "Bind-Ok", 30: "Purge", 31: "Purge-Ok", 40: "Delete",
         41: "Delete-Ok", 50: "Unbind", 51: "Unbind-Ok"},
    60: {10: "Qos", 11: "Qos-Ok", 20: "Consume", 21: "Consume-Ok", 30: "Cancel", 31: "Cancel-Ok", 40: "Publish",
         50: "Return", 60: "Deliver", 70: "Get", 71: "Get-Ok", 72: "Get-Empty", 80: "Ack", 90: "Reject",
         120: "Nack"},
    85: {10: "Select", 11: "Select-Ok"},
    90: {10: "Select", 11: "Select-Ok", 20: "Commit", 21: "Commit-Ok", 30: "Rollback", 31: "Rollback-Ok"},
}  # fmt: skip
MAGIC = 0x414D5150
FRAME_HEADER, PREFACE = 7, 8
PROPERTIES = 14  # where a content header's begin: class (2), weight (2), size (8), which are there (2)


def is_frame(p: Any) -> Any:
    """Whether a segment begins as one of a version of AMQP may: with the name, or with a frame's header."""
    old = (p.u8(0) >= 1) & ((p.u8(0) <= 3) | (p.u8(0) == HEARTBEAT)) & (p.u8(3) < 8)
    return (p.u32(0) == MAGIC) | old | (p.u8(0) == 0) & (p.u8(4) == 2) & (p.u8(5) <= 1)


class AMQP(Layer):
    """The frames of a segment; arguments are octets."""

    name, label, column = "amqp", "Advanced Message Queuing Protocol", "AMQP"
    binds = {"tcp.port": (5672,)}
    accepts = is_frame
    reaches = bodies.LAYERS
    messages = Messages(
        header=FRAME_HEADER,
        length=lambda p: where(
            p.u32(0) == MAGIC, PREFACE,
            where((p.u8(0) >= 1) & (p.u8(0) <= HEARTBEAT) & (p.u8(3) < 8), FRAME_HEADER + 1 + (p.u16(3) << 16) + p.u16(5),
                  AS_IT_IS),
        ),
    )  # fmt: skip

    frame = group("", "Frame")
    protocol_name = string(None, "amqp.init.protocol", "Protocol", size=4)
    id_major = u8(None, "amqp.init.id_major", "Protocol ID Major")
    id_minor = u8(None, "amqp.init.id_minor", "Protocol ID Minor")
    major = u8(None, "amqp.init.version_major", "Version Major")
    minor = u8(None, "amqp.init.version_minor", "Version Minor")
    type = u8(None, "amqp.type", "Type", names=FRAMES)
    channel = u16(None, "amqp.channel", "Channel")
    size_of = u32(None, "amqp.length", "Length")
    class_of = u16(None, "amqp.method.class", "Class", names=CLASSES)
    method = u16(None, "amqp.method.method", "Method")
    payload_of = raw(None, "amqp.payload", "Payload")
    other = raw(None, "", "Data")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """The media types of a segment's bodies, which the header before each tells, on its channel."""
        kinds, at, octets = list[str](), 0, heard.octets
        while at + FRAME_HEADER <= len(octets):
            if octets.startswith(b"AMQP", at):
                at += PREFACE
                continue
            channel, start = octets[at + 1 : at + 3], at + FRAME_HEADER
            if octets[at] == HEADER:
                talk[heard.side, channel] = content_type(octets[start:])
            elif octets[at] == BODY:
                kinds.append(talk.get((heard.side, channel), ""))
            at = start + int.from_bytes(octets[at + 3 : at + 7], "big") + 1
        return kinds if any(kinds) else None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("")
        kinds = iter(heard_of(c.h) or ())
        while c.remaining:
            if c.remaining >= 4 and c.peek(4) == MAGIC:
                for field in (cls.protocol_name, cls.id_major, cls.id_minor, cls.major, cls.minor):
                    c.add(field)
                c.append_info("Protocol-Header ")
                continue
            with c.group(cls.frame, min(FRAME_HEADER + 1 + c.peek(4, 3), c.limit - c.pos)) as c:
                cls._frame(c, kinds)

    @classmethod
    def _frame(cls, c: Cursor, kinds: Iterator[str]) -> None:
        kind = c.add(cls.type)
        c.add(cls.channel)
        size = c.add(cls.size_of)
        name = said = FRAMES.get(kind, f"Unknown ({kind})")
        if kind == METHOD:
            family, method = c.add(cls.class_of), c.add(cls.method)
            name = said = f"{CLASSES.get(family, str(family))}.{METHODS.get(family, {}).get(method, str(method))}"
        elif kind == HEADER:
            told = content_type(c.peek_bytes(min(size, c.remaining)))
            said = f"Content-Header type={told}" if told else "Content-Header"
        elif kind == BODY:
            said = "Content-Body"
        c.label(name)
        c.append_info(f"{said} ")
        if kind == BODY:
            size = min(size, c.remaining)
            c.add(cls.payload_of, size)
            cls._content(c, next(kinds, ""), size)
        c.rest(cls.other)

    @classmethod
    def _content(cls, c: Cursor, kind: str, size: int) -> None:
        """What a body of a known media type holds."""
        layer = bodies.layer_of(kind.partition(";")[0].strip().lower()) if kind else bodies.MEDIA
        if layer != bodies.MEDIA and size:
            c.run.media = kind
            c.pos -= size
            c.child(layer, size)


def content_type(header: bytes) -> str:
    """The media type that a content header tells, its first property where it is there."""
    if len(header) < PROPERTIES or not header[PROPERTIES - 2] & 0x80:
        return ""
    return header[PROPERTIES + 1 : PROPERTIES + 1 + header[PROPERTIES]].decode("latin-1") if len(header) > PROPERTIES else ""


CONTROLS = {
    1: "Start-Control-Connection-Request", 2: "Start-Control-Connection-Reply", 3: "Stop-Control-Connection-Request",
    4: "Stop-Control-Connection-Reply", 5: "Echo-Request", 6: "Echo-Reply", 7: "Outgoing-Call-Request",
    8: "Outgoing-Call-Reply", 9: "Incoming-Call-Request", 10: "Incoming-Call-Reply", 11: "Incoming-Call-Connected",
    12: "Call-Clear-Request", 13: "Call-Disconnect-Notify", 14: "WAN-Error-Notify", 15: "Set-Link-Info",
}  # fmt: skip
COOKIE = 0x1A2B3C4D


class PPTP(Layer):
    """A control message."""

    name, label, column = "pptp", "Point-to-Point Tunnelling Protocol", "PPTP"
    binds = {"tcp.port": (1723,)}
    messages = Messages(header=8, length=lambda p: where((p.u32(4) == COOKIE) & (p.u16(0) >= 12), p.u16(0), AS_IT_IS))

    size_of = u16(0, "pptp.length", "Length")
    type = u16(2, "pptp.type", "Message type", names={1: "Control Message", 2: "Management Message"})
    cookie = u32(4, "pptp.magic_cookie", "Magic Cookie", HEX)
    control = u16(8, "pptp.control_message_type", "Control Message Type", names=CONTROLS)
    reserved = raw(10, "pptp.reserved", "Reserved", size=2)
    version = u16(None, "pptp.protocol_version", "Protocol version")
    pad = raw(None, "pptp.reserved", "Reserved")
    framing = u32(None, "pptp.framing_capabilities", "Framing Capabilities")
    bearer = u32(None, "pptp.bearer_capabilities", "Bearer Capabilities")
    channels = u16(None, "pptp.maximum_channels", "Maximum Channels")
    firmware = u16(None, "pptp.firmware_revision", "Firmware Revision")
    host = string(None, "pptp.host_name", "Host Name", size=64)
    vendor = string(None, "pptp.vendor_name", "Vendor Name", size=64)
    result = u8(None, "pptp.control_result", "Result Code")
    error = u8(None, "pptp.error", "Error Code")
    reason = u8(None, "pptp.reason", "Reason")
    stop_result = u8(None, "pptp.stop_result", "Result Code")
    identifier = u32(None, "pptp.identifier", "Identifier")
    echo_result = u8(None, "pptp.echo_result", "Result Code")
    call = u16(None, "pptp.call_id", "Call ID")
    serial = u16(None, "pptp.call_serial_number", "Call Serial Number")
    slowest, fastest = u32(None, "pptp.minimum_bps", "Minimum BPS"), u32(None, "pptp.maximum_bps", "Maximum BPS")
    bearer_type = u32(None, "pptp.bearer_type", "Bearer Type")
    framing_type = u32(None, "pptp.framing_type", "Framing Type")
    window = u16(None, "pptp.packet_receive_window_size", "Packet Receive Window Size")
    delay = u16(None, "pptp.packet_processing_delay", "Packet Processing Delay")
    number_length = u16(None, "pptp.phone_number_length", "Phone Number Length")
    number = string(None, "pptp.phone_number", "Phone Number", size=64)
    subaddress = string(None, "pptp.subaddress", "Subaddress", size=64)
    peer = u16(None, "pptp.peer_call_id", "Peer Call ID")
    out_result = u8(None, "pptp.out_result", "Result Code")
    cause = u16(None, "pptp.cause", "Cause Code")
    speed = u32(None, "pptp.connect_speed", "Connect Speed")
    physical = u32(None, "pptp.physical_channel_id", "Physical Channel ID")
    disconnect = u8(None, "pptp.disc_result", "Result Code")
    statistics = string(None, "pptp.call_Statistics", "Call Statistics", size=128)
    send_map = u32(None, "pptp.send_accm", "Send ACCM", HEX)
    receive_map = u32(None, "pptp.receive_accm", "Receive ACCM", HEX)
    other = raw(None, "", "Data")

    @staticmethod
    def info(control: int) -> str:
        return CONTROLS.get(control, f"Unknown control type ({control})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        for field, size in LAYOUTS.get(c.h.control, ()):
            c.add(field, size or None)
        c.rest(cls.other)


T = PPTP
# control message -> its fields, with the sizes of those that have none of their own
LAYOUTS: dict[int, tuple[tuple[Field, int], ...]] = {
    1: ((T.version, 0), (T.pad, 2), (T.framing, 0), (T.bearer, 0), (T.channels, 0), (T.firmware, 0), (T.host, 0),
        (T.vendor, 0)),
    2: ((T.version, 0), (T.result, 0), (T.error, 0), (T.framing, 0), (T.bearer, 0), (T.channels, 0), (T.firmware, 0),
        (T.host, 0), (T.vendor, 0)),
    3: ((T.reason, 0), (T.pad, 1), (T.pad, 2)),
    4: ((T.stop_result, 0), (T.error, 0), (T.pad, 2)),
    5: ((T.identifier, 0),),
    6: ((T.identifier, 0), (T.echo_result, 0), (T.error, 0), (T.pad, 2)),
    7: ((T.call, 0), (T.serial, 0), (T.slowest, 0), (T.fastest, 0), (T.bearer_type, 0), (T.framing_type, 0),
        (T.window, 0), (T.delay, 0), (T.number_length, 0), (T.pad, 2), (T.number, 0), (T.subaddress, 0)),
    8: ((T.call, 0), (T.peer, 0), (T.out_result, 0), (T.error, 0), (T.cause, 0), (T.speed, 0), (T.window, 0),
        (T.delay, 0), (T.physical, 0)),
    12: ((T.call, 0), (T.pad, 2)),
    13: ((T.call, 0), (T.disconnect, 0), (T.error, 0), (T.cause, 0), (T.pad, 2), (T.statistics, 0)),
    15: ((T.peer, 0), (T.pad, 2), (T.send_map, 0), (T.receive_map, 0)),
}  # fmt: skip
