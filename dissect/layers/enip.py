"""EtherNet/IP and the header of CIP (ODVA, volumes 1 and 2).

    +-------------------------------+-------------------------------+
    |            command            |            length             |
    +-------------------------------+-------------------------------+
    |  session (32); status (32); sender's context (64); options (32)
    +---------------------------------------------------------------+
    Numbers are little-endian.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, Field, group, raw, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

NOP, LIST_SERVICES, LIST_IDENTITY, LIST_INTERFACES = 0x00, 0x04, 0x63, 0x64
REGISTER, UNREGISTER, SEND_RR, SEND_UNIT = 0x65, 0x66, 0x6F, 0x70
COMMANDS = {
    NOP: "NOP", LIST_SERVICES: "List Services", LIST_IDENTITY: "List Identity", LIST_INTERFACES: "List Interfaces",
    REGISTER: "Register Session", UNREGISTER: "Unregister Session", SEND_RR: "Send RR Data",
    SEND_UNIT: "Send Unit Data", 0x72: "Indicate Status", 0x73: "Cancel",
}  # fmt: skip
ITEMS = {
    0x0000: "Null Address Item", 0x000C: "List Identity Response", 0x0086: "Security", 0x00A1: "Connected Address Item",
    0x00B1: "Connected Data Item", 0x00B2: "Unconnected Data Item", 0x0100: "List Services Response",
    0x8000: "Socket Address Info O->T", 0x8001: "Socket Address Info T->O", 0x8002: "Sequenced Address Item",
}  # fmt: skip
CONNECTED_ADDRESS, CONNECTED, UNCONNECTED, SEQUENCED = 0x00A1, 0x00B1, 0x00B2, 0x8002
SERVICES = {
    0x01: "Get Attributes All", 0x02: "Set Attributes All", 0x03: "Get Attribute List", 0x04: "Set Attribute List",
    0x05: "Reset", 0x06: "Start", 0x07: "Stop", 0x08: "Create", 0x09: "Delete", 0x0A: "Multiple Service Packet",
    0x0D: "Apply Attributes", 0x0E: "Get Attribute Single", 0x10: "Set Attribute Single", 0x4B: "Execute PCCC Service",
    0x4C: "Read Tag", 0x4D: "Write Tag", 0x4E: "Forward Close", 0x52: "Unconnected Send", 0x54: "Forward Open",
    0x5B: "Large Forward Open",
}  # fmt: skip
STATUS = {0x00: "Success", 0x01: "Connection failure", 0x02: "Resource unavailable", 0x04: "Path segment error",
          0x05: "Path destination unknown", 0x08: "Service not supported", 0x0E: "Attribute not settable",
          0x13: "Not enough data", 0x14: "Attribute not supported", 0x15: "Too much data"}  # fmt: skip
HEADER, PORT = 24, 44818


def seeks(h: Any) -> Any:
    """Whether a message asks who is there: it says nothing else, or goes to the port of those that answer."""
    carrier = h.outer("tcp", "udp")
    return (h.command == LIST_IDENTITY) & ((h.size_of == 0) | (False if carrier is None else carrier.dstport == PORT))


class ENIP(Layer):
    """One encapsulation message; those behind it follow as further layers."""

    name, label, column = "enip", "EtherNet/IP (Industrial Protocol)", "ENIP"
    binds = {"tcp.port": (PORT,), "udp.port": (PORT,)}
    reaches = ("cip", "enip")
    messages = Messages(
        header=4,
        length=lambda p: where(
            (p.u8(1) == 0) & ((p.u8(0) <= 4) | ((p.u8(0) >= LIST_IDENTITY) & (p.u8(0) <= 0x73))),
            HEADER + p.u8(2) + (p.u8(3) << 8), AS_IT_IS,
        ),
    )  # fmt: skip

    command = u16(0, "enip.command", "Command", HEX, little=True, names=COMMANDS)
    size_of = u16(2, "enip.length", "Length", little=True)
    session = u32(4, "enip.session", "Session Handle", HEX, little=True)
    status = u32(8, "enip.status", "Status", HEX, little=True)
    asks = Field("", "Whether it asks who is there", BOOLEAN, value=lambda h: seeks(h))
    delay = u16(12, "enip.listid_delay", "Max Response Delay", little=True, unit="ms", when=lambda h: h.asks)
    context = raw(
        lambda h: where(h.asks, 14, 12), "enip.context", "Sender Context", size=lambda h: where(h.asks, 6, 8)
    )  # fmt: skip
    options = u32(20, "enip.options", "Options", HEX, little=True)
    version = u16(None, "enip.rs.version", "Protocol Version", little=True)
    flags = u16(None, "enip.rs.flags", "Option Flags", HEX, little=True)
    rr_handle = u32(None, "enip.srrd.iface", "Interface Handle", HEX, little=True)
    unit_handle = u32(None, "enip.sud.iface", "Interface Handle", HEX, little=True)
    timeout = u16(None, "enip.timeout", "Timeout", little=True)
    items = u16(None, "enip.cpf.itemcount", "Item Count", little=True)
    item = group("", "Item")
    item_type = u16(None, "enip.cpf.typeid", "Type ID", HEX, little=True, names=ITEMS)
    item_length = u16(None, "enip.cpf.length", "Length", little=True)
    connection = u32(None, "enip.cpf.cai.connid", "Connection ID", HEX, little=True)
    sequenced = u32(None, "enip.cpf.sai.connid", "Connection ID", HEX, little=True)
    sequence = u32(None, "enip.cpf.sai.seq", "Encapsulation Sequence Number", little=True)
    count = u16(None, "cip.seq", "CIP Sequence Count", little=True)
    item_data = raw(None, "enip.cpf.data", "Data")
    body = group("", "Command Specific Data")
    other = raw(None, "enip.encap_data", "Encap Data")

    length = lambda h: h.end - h.start

    @staticmethod
    def info(command: int, session: int) -> str:
        return f"{COMMANDS.get(command, f'Unknown (0x{command:04x})')}, Session: 0x{session:08x}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + HEADER
        size = min(c.h.size_of, c.limit - c.pos)
        with c.group(cls.body, size) as c:
            if c.h.command == REGISTER and c.remaining:
                c.add(cls.version)
                c.add(cls.flags)
            elif c.h.command in (SEND_RR, SEND_UNIT) and c.remaining:
                c.add(cls.rr_handle if c.h.command == SEND_RR else cls.unit_handle)
                c.add(cls.timeout)
                cls._items(c)
            elif c.h.command in (LIST_SERVICES, LIST_IDENTITY, LIST_INTERFACES) and c.remaining:
                cls._items(c)
            c.rest(cls.other)
        if c.remaining >= HEADER:
            c.child("enip")

    @classmethod
    def _items(cls, c: Cursor) -> None:
        for _ in range(c.add(cls.items)):
            if not c.remaining:
                return
            kind, size = c.peek(2, little=True), c.peek(2, 2, little=True)
            with c.group(cls.item, 4 + size, ITEMS.get(kind, f"Unknown (0x{kind:04x})")) as c:
                c.add(cls.item_type)
                c.add(cls.item_length)
                if kind == CONNECTED_ADDRESS:
                    c.add(cls.connection)
                elif kind == SEQUENCED:
                    c.add(cls.sequenced)
                    c.add(cls.sequence)
                elif kind == CONNECTED and c.h.command == SEND_UNIT:
                    c.add(cls.count)
                    c.child("cip")
                elif kind == UNCONNECTED and size:
                    c.child("cip")
                c.rest(cls.item_data)


class CIP(Layer):
    """A service asked for, or what came of it."""

    name, label, column = "cip", "Common Industrial Protocol", "CIP"

    service = u8(0, "cip.service", "Service", HEX)
    response = u8(0, "cip.rr", "Request/Response", HEX, mask=0x80, names={0: "Request", 1: "Response"})
    code = u8(0, "cip.sc", "Service", HEX, mask=0x7F, names=SERVICES)
    path_size = u8(None, "cip.request_path_size", "Request Path Size", unit="words")
    path = raw(None, "cip.epath", "EPath")
    reserved = raw(None, "", "Reserved", size=1)
    status = u8(None, "cip.genstat", "General Status", HEX, names=STATUS)
    more_size = u8(None, "cip.addstat_size", "Additional Status Size", unit="words")
    more = raw(None, "", "Additional Status")
    other = raw(None, "", "Command Specific Data")

    @staticmethod
    def info(code: int) -> str:
        return SERVICES.get(code, f"Service (0x{code:02x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.response:
            c.add(cls.reserved)
            status = c.add(cls.status)
            c.info(f"{STATUS.get(status, f'Status 0x{status:02x}')}: {SERVICES.get(c.h.code, 'Service')}")
            c.add(cls.more, 2 * c.add(cls.more_size))
        else:
            c.add(cls.path, 2 * c.add(cls.path_size))
        c.rest(cls.other)
