"""SIGTRAN: signalling system 7 over SCTP.  M3UA (RFC 4666), M2UA (RFC 3331), SUA (RFC 3868), M2PA (RFC 4165).

    version (1), reserved (1), class (1), type (1), length (4); parameters: tag (2), length (2), value, to a multiple of 4
    M3UA's data: origin (4), destination (4), service (1), network (1), priority (1), link (1), user part
    M2PA instead: unused (1), backward number (3), unused (1), forward number (3); data: priority (1), MTP3; or status (4)
"""

from __future__ import annotations

from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, UINT32, Field, alias, group, raw, string, u8, u16, u24, u32, where
from dissect.engine.layer import Layer, To
from dissect.layers.ss7 import USERS

CLASSES = {0: "Management messages", 1: "Transfer messages", 2: "SS7 signalling network management messages",
           3: "ASP state maintenance messages", 4: "ASP traffic maintenance messages", 6: "MTP2 user adaptation messages",
           7: "Connectionless messages", 8: "Connection-oriented messages", 9: "Routing key management messages",
           10: "Interface identifier management messages"}  # fmt: skip
TYPES = {
    (0, 0): "Error (ERR)", (0, 1): "Notify (NTFY)", (1, 1): "Payload data (DATA)", (2, 1): "Destination unavailable (DUNA)",
    (2, 2): "Destination available (DAVA)", (2, 3): "Destination state audit (DAUD)",
    (2, 4): "SS7 Network congestion state (SCON)", (2, 5): "Destination User Part Unavailable (DUPU)",
    (3, 1): "ASP up (ASPUP)", (3, 2): "ASP down (ASPDN)", (3, 3): "Heartbeat (BEAT)", (3, 4): "ASP up ack (ASPUP_ACK)",
    (3, 5): "ASP down ack (ASPDN_ACK)", (3, 6): "Heartbeat ack (BEAT_ACK)", (4, 1): "ASP active (ASPAC)",
    (4, 2): "ASP inactive (ASPIA)", (4, 3): "ASP active ack (ASPAC_ACK)", (4, 4): "ASP inactive ack (ASPIA_ACK)",
    (6, 1): "Data", (6, 2): "Establish request", (6, 3): "Establish confirm", (6, 4): "Release request",
    (7, 1): "Connectionless Data Transfer (CLDT)", (7, 2): "Connectionless Data Response (CLDR)",
}  # fmt: skip
TEXT_ID, INTERFACE, INFO, CONTEXT, DIAGNOSTIC, HEARTBEAT, MODE, ERROR, STATUS, ASP, AFFECTED, CORRELATION = (
    0x03, 0x01, 0x04, 0x06, 0x07, 0x09, 0x0B, 0x0C, 0x0D, 0x11, 0x12, 0x13
)  # fmt: skip
NETWORK, DATA, M2UA_DATA = 0x0200, 0x0210, 0x0300


def _head(name: str) -> tuple[Field, ...]:
    return (
        u8(0, f"{name}.version", "Version"), u8(1, f"{name}.reserved", "Reserved", HEX),
        u8(2, f"{name}.message_class", "Message class", names=CLASSES), u8(3, f"{name}.message_type", "Message Type"),
        u32(4, f"{name}.message_length", "Message length"),
    )  # fmt: skip


def _shared(name: str) -> dict[int, tuple[Field, ...]]:
    """What the parameters of all the adaptations hold."""
    return {
        INFO: (string(None, f"{name}.info_string", "Info string"),),
        DIAGNOSTIC: (raw(None, f"{name}.diagnostic_information", "Diagnostic information"),),
        HEARTBEAT: (raw(None, f"{name}.heartbeat_data", "Heartbeat data"),),
        MODE: (u32(None, f"{name}.traffic_mode_type", "Traffic mode Type"),),
        ERROR: (u32(None, f"{name}.error_code", "Error code"),),
        STATUS: (u16(None, f"{name}.status_type", "Status type"), u16(None, f"{name}.status_info", "Status info")),
        ASP: (u32(None, f"{name}.asp_identifier", "ASP identifier"),),
    }


class _Adaptation(Layer):
    """What M3UA, M2UA and SUA have in common: a header and parameters."""

    named: ClassVar[dict[int, tuple[Field, ...]]] = {}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 8
        kind = (c.h.klass, c.h.type)
        c.info(TYPES.get(kind, f"Class {kind[0]} type {kind[1]}"))
        parameter, tag, size_of, padding, contents = (
            cls.by_attr[name] for name in ("parameter", "tag", "size_of", "padding", "contents")
        )
        while c.remaining >= 4:
            size = max(c.peek(2, 2), 4)
            whole = min(size + -size % 4, max(c.limit - c.pos, size))
            with c.group(parameter, whole) as c:
                end = c.pos + size
                number = c.add(tag)
                c.add(size_of)
                cls.take(c, number, end)
                if end > c.pos:
                    c.add(contents, end - c.pos)
                c.rest(padding)

    @classmethod
    def take(cls, c: Cursor, number: int, end: int) -> None:
        """Read what a parameter of this number holds, as far as is known."""
        for field in cls.named.get(number, ()):
            size = field.type.size
            if end - c.pos >= max(size, 1):
                c.add(field, size or end - c.pos)


def _repeated(c: Cursor, field: Field, end: int) -> None:
    while end - c.pos >= 4:
        c.add(field)


class M3UA(_Adaptation):
    """MTP3's users, carried."""

    name, label, column = "m3ua", "MTP 3 User Adaptation Layer", "M3UA"
    binds = {"sctp.ppi": (3,), "sctp.port": (2905,)}
    reaches = ("mtp3.service_indicator", "data")

    head = _head("m3ua")
    klass, type = u8(2, "", "Message class"), u8(3, "", "Message Type")
    length = lambda h: h.end - h.start
    parameter = group("", "Parameter")
    tag, size_of = u16(None, "m3ua.parameter_tag", "Parameter Tag"), u16(None, "m3ua.parameter_length", "Parameter length")
    contents, padding = raw(None, "m3ua.parameter_value", "Parameter value"), raw(None, "m3ua.parameter_padding", "Padding")
    named: ClassVar[dict[int, tuple[Field, ...]]] = {
        **_shared("m3ua"), NETWORK: (u32(None, "m3ua.network_appearance", "Network appearance"),),
        CORRELATION: (u32(None, "m3ua.correlation_identifier", "Correlation Identifier"),),
    }  # fmt: skip
    named_fields = tuple(field for fields in named.values() for field in fields)
    context = u32(None, "m3ua.routing_context", "Routing context")
    mask = u8(None, "m3ua.affected_point_code_mask", "Mask")
    affected = u24(None, "m3ua.affected_point_code_pc", "Affected point code")
    opc = u32(None, "m3ua.protocol_data_opc", "OPC",
              also=(alias("mtp3.opc", UINT32, "OPC"), alias("mtp3.pc", UINT32, "PC")))
    dpc = u32(None, "m3ua.protocol_data_dpc", "DPC",
              also=(alias("mtp3.dpc", UINT32, "DPC"), alias("mtp3.pc", UINT32, "PC")))
    service = u8(None, "m3ua.protocol_data_si", "SI", names=USERS)
    network = u8(None, "m3ua.protocol_data_ni", "NI", also=(alias("mtp3.ni", UINT8, "NI"),))
    priority = u8(None, "m3ua.protocol_data_mp", "MP")
    link = u8(None, "m3ua.protocol_data_sls", "SLS", also=(alias("mtp3.sls", UINT8, "Signalling Link Selector"),))

    @classmethod
    def take(cls, c: Cursor, number: int, end: int) -> None:
        if number == CONTEXT:
            _repeated(c, cls.context, end)
        elif number == AFFECTED:
            while end - c.pos >= 4:
                c.add(cls.mask)
                c.add(cls.affected)
        elif number == DATA and end - c.pos >= 12:
            c.add(cls.opc)
            c.add(cls.dpc)
            service = c.add(cls.service)
            for field in (cls.network, cls.priority, cls.link):
                c.add(field)
            _user(c, service, end)
        else:
            super().take(c, number, end)


def _user(c: Cursor, service: int, end: int) -> None:
    """The user part, outside of the parameter's subtree as layers are."""
    if end > c.pos and not c.payload("mtp3.service_indicator", service, end - c.pos):
        c.child("data", end - c.pos)


class M2UA(_Adaptation):
    """MTP2's users, carried."""

    name, label, column = "m2ua", "MTP 2 User Adaptation Layer", "M2UA"
    binds = {"sctp.ppi": (2,), "sctp.port": (2904,)}
    reaches = ("mtp3",)

    head = _head("m2ua")
    klass, type = u8(2, "", "Message class"), u8(3, "", "Message Type")
    length = lambda h: h.end - h.start
    parameter = group("", "Parameter")
    tag, size_of = u16(None, "m2ua.parameter_tag", "Parameter Tag", HEX), u16(None, "m2ua.parameter_length", "Parameter length")
    contents, padding = raw(None, "m2ua.parameter_value", "Parameter value"), raw(None, "m2ua.parameter_padding", "Padding")
    named: ClassVar[dict[int, tuple[Field, ...]]] = {
        **_shared("m2ua"), INTERFACE: (u32(None, "m2ua.interface_identifier_int", "Interface Identifier (integer)"),),
        TEXT_ID: (string(None, "m2ua.interface_identifier_text", "Interface identifier (text)"),),
        CORRELATION: (u32(None, "m2ua.correlation_identifier", "Correlation identifier"),),
    }  # fmt: skip
    named_fields = tuple(field for fields in named.values() for field in fields)

    @classmethod
    def take(cls, c: Cursor, number: int, end: int) -> None:
        if number == M2UA_DATA and end > c.pos:
            c.child("mtp3", end - c.pos)
        else:
            super().take(c, number, end)


class SUA(_Adaptation):
    """SCCP's users, carried."""

    name, label, column = "sua", "SS7 SCCP-User Adaptation Layer", "SUA (RFC 3868)"
    binds = {"sctp.ppi": (4,), "sctp.port": (14001,)}

    version = u8(0, "sua.version", "Version")
    reserved = raw(1, "sua.reserved", "Reserved", size=1)
    klass = u8(2, "sua.message_class", "Message Class", names=CLASSES)
    type = u8(3, "sua.message_type", "Message Type")
    size_stated = u32(4, "sua.message_length", "Message Length")
    length = lambda h: h.end - h.start
    parameter = group("", "Parameter")
    tag, size_of = u16(None, "sua.parameter_tag", "Parameter Tag", HEX), u16(None, "sua.parameter_length", "Parameter Length")
    contents, padding = raw(None, "sua.parameter_value", "Parameter Value"), raw(None, "sua.parameter_padding", "Padding")
    named: ClassVar[dict[int, tuple[Field, ...]]] = _shared("sua")
    named_fields = tuple(field for fields in named.values() for field in fields)
    context = u32(None, "sua.routing_context", "Routing context")
    mask = u8(None, "sua.affected_point_code_mask", "Mask", HEX)
    affected = u24(None, "sua.affected_pointcode_dpc", "Affected DPC")

    @classmethod
    def take(cls, c: Cursor, number: int, end: int) -> None:
        if number == CONTEXT:
            _repeated(c, cls.context, end)
        elif number == AFFECTED:
            while end - c.pos >= 4:
                c.add(cls.mask)
                c.add(cls.affected)
        else:
            super().take(c, number, end)


class M2PA(Layer):
    """MTP2 between peers."""

    name, label, column = "m2pa", "MTP2 Peer Adaptation Layer", "M2PA"
    binds = {"sctp.ppi": (5,), "sctp.port": (3565,)}

    version = u8(0, "m2pa.version", "Version")
    spare = u8(1, "m2pa.spare", "Spare", HEX)
    klass = u8(2, "m2pa.class", "Message Class")
    type = u8(3, "m2pa.type", "Message Type", names={1: "User Data", 2: "Link Status"})
    size_of = u32(4, "m2pa.length", "Message length")
    unused1 = u8(8, "m2pa.unused", "Unused")
    bsn = u24(9, "m2pa.bsn", "BSN")
    unused2 = u8(12, "m2pa.unused", "Unused")
    fsn = u24(13, "m2pa.fsn", "FSN")
    priority = u8(lambda h: 16, "m2pa.priority", "Priority", HEX, mask=0xC0, when=lambda h: _carries(h))
    spare2 = u8(lambda h: 16, "m2pa.priority_spare", "Spare", HEX, mask=0x3F, when=lambda h: _carries(h))
    state = u32(lambda h: 16, "m2pa.status", "Link Status", when=lambda h: h.type == 2)
    length = lambda h: 16 + where(_carries(h), 1, 0) + where(h.type == 2, 4, 0)
    total = lambda h: where((h.size_of >= 16) & (h.size_of < h.limit - h.start), h.size_of, h.limit - h.start)
    next = (To("mtp3", when=lambda h: h.type == 1),)

    @staticmethod
    def info(type: int) -> str:
        return {1: "User Data", 2: "Link Status"}.get(type, "Unknown")


def _carries(h: Any) -> Any:
    return (h.type == 1) & (h.limit - h.start > 16)
