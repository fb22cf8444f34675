"""What routers and caches tell each other and anyone around: MSDP, ICP, and MikroTik's neighbour discovery.

MSDP (RFC 3618): type, length, what it says; ICP (RFC 2186): a header of twenty octets and a URL.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    HEX,
    RELATIVE_TIME,
    Field,
    ether,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

SA, SA_REQUEST, SA_RESPONSE, KEEPALIVE, NOTIFICATION = 1, 2, 3, 4, 5
MSDP_TYPES = {
    SA: "IPv4 Source-Active", SA_REQUEST: "IPv4 Source-Active Request", SA_RESPONSE: "IPv4 Source-Active Response",
    KEEPALIVE: "KeepAlive", NOTIFICATION: "Notification", 6: "MSDP traceroute in progress",
    7: "MSDP traceroute reply",
}  # fmt: skip


class MSDP(Layer):
    """The messages of a segment."""

    name, label, column = "msdp", "Multicast Source Discovery Protocol", "MSDP"
    binds = {"tcp.port": (639,)}
    messages = Messages(header=3, length=lambda p: p.u16(1) + 3 * (p.u16(1) < 3))
    reaches = ("ip",)

    message = group("", "Message")
    type = u8(None, "msdp.type", "Type", names=MSDP_TYPES)
    size_of = u16(None, "msdp.length", "Length")
    entries = u8(None, "msdp.sa.entry_count", "Entry Count")
    rendezvous = ipv4(None, "msdp.sa.rp_addr", "RP Address")
    reserved = u24(None, "msdp.sa.reserved", "Reserved", HEX)
    prefix = u8(None, "msdp.sa.sprefix_len", "Sprefix len")
    group_address = ipv4(None, "msdp.sa.group_addr", "Group Address")
    source_address = ipv4(None, "msdp.sa.src_addr", "Source Address")
    asked_reserved = u8(None, "msdp.sa_req.res", "Reserved", HEX)
    asked = ipv4(None, "msdp.sa_req.group_addr", "Group Address")
    error_word = u8(None, "", "Error")
    open = u8(None, "msdp.not.o", "Open-bit", HEX, mask=0x80, within=error_word)
    error = u8(None, "msdp.not.error", "Error Code", mask=0x7F, within=error_word)
    sub_error = u8(None, "msdp.not.error_sub", "Error subcode")
    contents = raw(None, "msdp.tlv_contents", "TLV contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining >= 3:
            kind, size = c.peek(1), c.peek(2, 1)
            said.append(MSDP_TYPES.get(kind, "<Unknown type>"))
            with c.group(cls.message, max(min(size, c.limit - c.pos), 3)) as c:
                c.add(cls.type)
                c.add(cls.size_of)
                cls._body(c, kind)
                c.rest(cls.contents)
        c.info(" ".join(said))

    @classmethod
    def _body(cls, c: Cursor, kind: int) -> None:
        if kind in (SA, SA_RESPONSE):
            count = c.add(cls.entries)
            c.add(cls.rendezvous)
            for _ in range(count):
                for field in (cls.reserved, cls.prefix, cls.group_address, cls.source_address):
                    c.add(field)
            if c.remaining >= 20 and c.peek(1) >> 4 == 4:
                c.child("ip")
        elif kind == SA_REQUEST:
            c.add(cls.asked_reserved)
            c.add(cls.asked)
        elif kind == NOTIFICATION:
            c.add(cls.error_word)
            c.add(cls.sub_error)


ICP_OPCODES = {
    0: "ICP_INVALID", 1: "ICP_QUERY", 2: "ICP_HIT", 3: "ICP_MISS", 4: "ICP_ERR", 10: "ICP_SECHO", 11: "ICP_DECHO",
    21: "ICP_MISS_NOFETCH", 22: "ICP_DENIED", 23: "ICP_HIT_OBJ",
}  # fmt: skip


class ICP(Layer):
    """A question to another cache, or its answer."""

    name, label, column = "icp", "Internet Cache Protocol", "ICP"
    binds = {"udp.port": (3130,)}

    opcode = u8(0, "icp.opcode", "Opcode", HEX, names=ICP_OPCODES)
    version = u8(1, "icp.version", "Version")
    size_of = u16(2, "icp.length", "Length")
    number = u32(4, "icp.nr", "Request Number")
    options, option_data = u32(8, "icp.options", "Options", HEX), u32(12, "icp.option_data", "Option data", HEX)
    sender = ipv4(16, "icp.sender_host_ip_address", "Sender Host IP address")
    requester = ipv4(None, "icp.requester_host_address", "Requester Host Address")
    url = string(None, "icp.url", "URL")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(opcode: int, number: int) -> str:
        return f"Opcode: {ICP_OPCODES.get(opcode, 'UNKNOWN')} ({opcode}), Req Nr: {number}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 20
        if c.h.opcode == 1:
            c.add(cls.requester)
        if c.remaining and c.h.opcode in (1, 2, 3, 4, 10, 11, 21, 22, 23):
            end = c.data.find(b"\0", c.pos, c.end)
            size = (c.end if end < 0 else end + 1) - c.pos
            c.add(cls.url, size, value=c.peek_bytes(size).rstrip(b"\0").decode("latin-1"))
        c.rest(cls.other)


MNDP_TYPES = {
    1: "MAC-Address", 5: "Identity", 7: "Version", 8: "Platform", 10: "Uptime", 11: "Software-ID", 12: "Board",
    14: "Unpack", 15: "IPv6-Address", 16: "Interface name", 17: "IPv4-Address",
}  # fmt: skip


class MNDP(Layer):
    """MikroTik's neighbour discovery: types, lengths, values."""

    name, label, column = "mndp", "Mikrotik Neighbor Discovery Protocol", "MNDP"
    binds = {"udp.port": (5678,)}
    accepts = lambda p: (p.length >= 4) & (p.u16(0) == 0)

    unknown = raw(0, "mndp.header.unknown", "Header Unknown", size=2)
    sequence = u16(2, "mndp.header.seqno", "SeqNo")
    item = group("", "Item")
    type = u16(None, "mndp.tlv.type", "TlvType", names=MNDP_TYPES)
    size_of = u16(None, "mndp.tlv.length", "TlvLength")
    mac = ether(None, "mndp.mac", "MAC-Address")
    identity = string(None, "mndp.identity", "Identity")
    version = string(None, "mndp.version", "Version")
    platform = string(None, "mndp.platform", "Platform")
    uptime = Field("mndp.uptime", "Uptime", RELATIVE_TIME)
    software = string(None, "mndp.softwareid", "Software-ID")
    board = string(None, "mndp.board", "Board")
    unpack = u8(None, "mndp.unpack", "Unpack")
    address_6 = ipv6(None, "mndp.ipv6address", "IPv6-Address")
    interface = string(None, "mndp.interfacename", "Interface name")
    address = ipv4(None, "mndp.ipv4address", "IPv4-Address")
    data = Field("mndp.tlv.data", "TlvData", BYTES)
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        known = {1: cls.mac, 5: cls.identity, 7: cls.version, 8: cls.platform, 11: cls.software, 12: cls.board,
                 14: cls.unpack, 15: cls.address_6, 16: cls.interface, 17: cls.address}  # fmt: skip
        while c.remaining >= 4:
            kind, size = c.peek(2), c.peek(2, 2)
            with c.group(cls.item, 4 + size) as c:
                c.add(cls.type)
                c.add(cls.size_of)
                field = known.get(kind)
                if kind == 10 and size == 4:
                    c.add(cls.uptime, 4, value=c.peek(4, little=True) * 1_000_000_000)
                elif field is not None and size and field.size in (0, size):
                    c.add(field, size)
                c.rest(cls.data)
        c.rest(cls.data)
