"""XDMCP: which display manager will have an X terminal.

    version (16 bits), opcode (16), length of what follows (16), then by opcode; arrays are a length and octets
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

(BROADCAST, QUERY, INDIRECT, FORWARD, WILLING, UNWILLING, REQUEST, ACCEPT, DECLINE, MANAGE, REFUSE, FAILED, KEEP,
 ALIVE) = range(1, 15)
OPCODES = {
    BROADCAST: "Broadcast_query", QUERY: "Query", INDIRECT: "Indirect_query", FORWARD: "Forward_query",
    WILLING: "Willing", UNWILLING: "Unwilling", REQUEST: "Request", ACCEPT: "Accept", DECLINE: "Decline",
    MANAGE: "Manage", REFUSE: "Refuse", FAILED: "Failed", KEEP: "Keepalive", ALIVE: "Alive",
}  # fmt: skip
MOST = 64


class XDMCP(Layer):
    """One datagram."""

    name, label, column = "xdmcp", "X Display Manager Control Protocol", "XDMCP"
    binds = {"udp.port": (177,)}
    accepts = lambda p: (p.u16(0) == 1) | (p.length < 2)

    version = u16(0, "xdmcp.version", "Version")
    opcode = u16(2, "xdmcp.opcode", "Opcode", HEX, names=OPCODES)
    size_of = u16(4, "xdmcp.length", "Message length")
    count = u8(None, "", "Count")
    width = u16(None, "", "Length")
    authentication = string(None, "xdmcp.authentication_name", "Authentication name")
    authorization = string(None, "xdmcp.authorization_name", "Authorization name")
    hostname = string(None, "xdmcp.hostname", "Hostname")
    status = string(None, "xdmcp.status", "Status")
    session = u32(None, "xdmcp.session_id", "Session ID", HEX)
    display = u16(None, "xdmcp.display_number", "Display number")
    display_id_length = u16(None, "xdmcp.manufacturer_display_id_len", "Manufacturer display ID Length")
    display_id = raw(None, "xdmcp.manufacturer_display_id", "Manufacturer display ID")
    class_length = u16(None, "xdmcp.display_class_len", "Display class Length")
    display_class = raw(None, "xdmcp.display_class", "Display class")
    data_length = u16(None, "xdmcp.authentication_data_len", "Authentication data Length")
    data = raw(None, "xdmcp.authentication_data", "Authentication data")
    more_length = u16(None, "xdmcp.authorization_data_len", "Authorization data Length")
    more = raw(None, "xdmcp.authorization_data", "Authorization data")
    connection_type = u16(None, "xdmcp.connection_type", "Type", HEX, names={0: "Internet", 6: "InternetV6"})
    address = ipv4(None, "xdmcp.connection_address_ipv4", "Address")
    running = u8(None, "xdmcp.session_running", "Session running", names={0: "No", 1: "Yes"})
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(opcode: int) -> str:
        return OPCODES.get(opcode, f"Unknown (0x{opcode:04x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 6
        code = c.h.opcode
        if code in (BROADCAST, QUERY, INDIRECT):
            cls._texts(c, cls.authentication)
        elif code == WILLING:
            cls._array(c, cls.width, cls.authentication)
            cls._array(c, cls.width, cls.hostname)
            cls._array(c, cls.width, cls.status)
        elif code == UNWILLING:
            cls._array(c, cls.width, cls.hostname)
            cls._array(c, cls.width, cls.status)
        elif code == REQUEST:
            cls._request(c)
        elif code == ACCEPT:
            c.add(cls.session)
            cls._array(c, cls.width, cls.authentication)
            cls._array(c, cls.data_length, cls.data)
            cls._array(c, cls.width, cls.authorization)
            cls._array(c, cls.more_length, cls.more)
        elif code == DECLINE:
            cls._array(c, cls.width, cls.status)
            cls._array(c, cls.width, cls.authentication)
            cls._array(c, cls.data_length, cls.data)
        elif code == MANAGE:
            c.add(cls.session)
            c.add(cls.display)
            cls._array(c, cls.class_length, cls.display_class)
        elif code in (REFUSE, FAILED):
            c.add(cls.session)
            if code == FAILED:
                cls._array(c, cls.width, cls.status)
        elif code == KEEP:
            c.add(cls.display)
            c.add(cls.session)
        elif code == ALIVE:
            c.add(cls.running)
            c.add(cls.session)
        c.rest(cls.other)

    @staticmethod
    def _array(c: Cursor, width: Field, field: Field) -> None:
        size = c.add(width)
        if field.type.kind == "string":
            c.add(field, size)
        else:  # octets are shown with their length
            c.add(field, size, value=c.data[c.pos - 2 : c.pos + size])

    @classmethod
    def _texts(cls, c: Cursor, field: Field) -> None:
        for _ in range(c.add(cls.count)):
            cls._array(c, cls.width, field)

    @classmethod
    def _request(cls, c: Cursor) -> None:
        c.add(cls.display)
        kinds = [c.add(cls.connection_type) for _ in range(min(c.add(cls.count), MOST))]
        for _, kind in zip(range(c.add(cls.count)), kinds, strict=False):
            size = c.add(cls.width)
            c.add(cls.address if size == 4 and kind == 0 else cls.other, size)
        cls._array(c, cls.width, cls.authentication)
        cls._array(c, cls.data_length, cls.data)
        cls._texts(c, cls.authorization)
        cls._array(c, cls.display_id_length, cls.display_id)
