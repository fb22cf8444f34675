"""Services of UDP that are seldom met now: Kerberos 4, the time daemon's TSP, Cisco's Auto-RP, BIND's lwres, LMP (RFC 4204).

    Each is a header by which it is known, and what is said most.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRINGZ, Field, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer

KRB4_TYPES = {1: "AUTH_MSG_KDC_REQUEST", 2: "AUTH_MSG_KDC_REPLY", 3: "AUTH_MSG_APPL_REQUEST",
              4: "AUTH_MSG_APPL_REQUEST_MUTUAL", 5: "AUTH_MSG_ERR_REPLY", 6: "AUTH_MSG_PRIVATE", 7: "AUTH_MSG_SAFE",
              8: "AUTH_MSG_APPL_ERR", 63: "AUTH_MSG_DIE"}  # fmt: skip


class Krb4(Layer):
    """One message: who asks for a ticket of whom."""

    name, label, column = "krb4", "Kerberos v4", "KRB4"
    binds = {"udp.port": (750,)}
    accepts = lambda p: p.u8(0) == 4

    version = u8(None, "krb4.version", "Version")
    word = u8(None, "krb4.auth_msg_type", "Msg Type", HEX)
    type = u8(None, "krb4.m_type", "M Type", HEX, mask=0xFE, within=word, names=KRB4_TYPES)
    order = u8(None, "krb4.byte_order", "Byte Order", HEX, mask=0x01, within=word)
    client, instance, realm = (
        Field(f"krb4.{name}", name.capitalize(), STRINGZ) for name in ("name", "instance", "realm")
    )
    service, service_instance = Field("krb4.s_name", "Service Name", STRINGZ), Field("krb4.s_instance", "Service Instance", STRINGZ)
    lifetime = u8(None, "krb4.lifetime", "Lifetime")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.add(cls.version)
        kind = c.add(cls.word) >> 1
        c.info(KRB4_TYPES.get(kind, f"Unknown ({kind})"))
        if kind == 1:
            for field in (cls.client, cls.instance, cls.realm):
                zero_ended(c, field)
            c.add(cls.other, 4)
            c.add(cls.lifetime)
            zero_ended(c, cls.service)
            zero_ended(c, cls.service_instance)
        elif kind == 2:
            for field in (cls.client, cls.instance, cls.realm):
                zero_ended(c, field)
        c.rest(cls.other)


def zero_ended(c: Cursor, field: Field) -> None:
    """A text up to a zero."""
    end = c.data.find(b"\0", c.pos, c.end)
    c.add(field, (c.end if end < 0 else end + 1) - c.pos)


TSP_TYPES = {
    1: "adjtime", 2: "ack", 3: "masterreq", 4: "masterack", 5: "settime", 6: "master", 7: "slaveup", 8: "masterup",
    9: "election", 10: "accept", 11: "refuse", 12: "conflict", 13: "resolve", 14: "quit", 15: "date", 16: "datereq",
    17: "dateack", 18: "traceon", 19: "traceoff", 20: "msite", 21: "msitereq", 22: "test", 23: "setdate", 24: "setdatereq",
    25: "loop",
}  # fmt: skip


class TSP(Layer):
    """The time daemon's messages."""

    name, label, column = "tsp", "Time Synchronization Protocol", "TSP"
    binds = {"udp.port": (525,)}

    type = u8(0, "tsp.type", "Type", names=TSP_TYPES)
    version = u8(1, "tsp.version", "Version")
    sequence = u16(2, "tsp.sequence", "Sequence")
    hops = u8(None, "tsp.hopcnt", "Hop Count")
    seconds, microseconds = u32(None, "tsp.sec", "Seconds"), u32(None, "tsp.usec", "Microseconds")
    machine = Field("tsp.name", "Machine Name", STRINGZ)
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int) -> str:
        return TSP_TYPES.get(type, f"Unknown message type (0x{type:02x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        if c.h.type == 25:
            c.add(cls.hops)
            c.add(cls.other, 7)
        elif c.h.type in (1, 5, 15, 23, 24):
            c.add(cls.seconds)
            c.add(cls.microseconds)
        else:
            c.add(cls.other, 8)
        if c.remaining:
            zero_ended(c, cls.machine)
        c.rest(cls.other)


class AutoRP(Layer):
    """Where Cisco's routers find rendezvous points."""

    name, label, column = "auto_rp", "Cisco Auto-RP", "Auto-RP"
    binds = {"udp.port": (496,)}

    word = u8(0, "", "Version and type")
    version = u8(0, "auto_rp.version", "Protocol version", mask=0xF0, names={1: "1 or 1+"})
    type = u8(0, "auto_rp.type", "Packet type", mask=0x0F, names={1: "RP announcement", 2: "RP mapping", 3: "RP discovery"})
    count = u8(1, "auto_rp.rp_count", "RP count")
    hold = u16(2, "auto_rp.holdtime", "Holdtime", unit="s")
    reserved = u32(4, "auto_rp.reserved", "Reserved", HEX)
    point = group("", "RP")
    address = ipv4(None, "auto_rp.rp_addr", "RP address")
    pim_word = u8(None, "", "Maximum PIM version")
    pim = u8(None, "auto_rp.pim_ver", "Version", mask=0x03, within=pim_word)
    groups = u8(None, "auto_rp.group_num", "Number of groups this RP maps to")
    sign_word = u8(None, "", "Group prefix")
    sign = u8(None, "auto_rp.prefix_sign", "Sign", mask=0x01, within=sign_word)
    mask_length, prefix = u8(None, "auto_rp.mask_len", "Mask length"), ipv4(None, "auto_rp.group_prefix", "Prefix")
    junk = raw(None, "auto_rp.trailing_junk", "Trailing junk")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int, count: int) -> str:
        name = {1: "RP announcement", 2: "RP mapping", 3: "RP discovery"}.get(type, "unknown")
        return f"{name} (v1 or 1+) for {count} RP{'' if count == 1 else 's'}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 8
        for _ in range(c.h.count):
            with c.group(cls.point) as c:
                c.add(cls.address)
                c.add(cls.pim_word)
                for _ in range(c.add(cls.groups)):
                    c.add(cls.sign_word)
                    c.add(cls.mask_length)
                    c.add(cls.prefix)
        c.rest(cls.junk)


class LwRes(Layer):
    """BIND's lightweight resolver, by its header."""

    name, label, column = "lwres", "Light Weight DNS RESolver (BIND9)", "lw_res"
    binds = {"udp.port": (921,)}

    size_of = u32(0, "lwres.length", "Length")
    version = u16(4, "lwres.version", "Version")
    flags = u16(6, "lwres.flags", "Packet Flags", HEX)
    serial = u32(8, "lwres.serial", "Serial", HEX)
    opcode = u32(12, "lwres.opcode", "Operation code", names={0: "Noop", 0x10001: "getaddrbyname", 0x10002: "getnamebyaddr",
                 0x10003: "getrrsetbyname"})  # fmt: skip
    result = u32(16, "lwres.result", "Result")
    received = u32(20, "lwres.recvlen", "Received length")
    auth_type, auth_length = u16(24, "lwres.authtype", "Auth. type"), u16(26, "lwres.authlen", "Auth. length")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(opcode: int, flags: int) -> str:
        return f"opcode {opcode}, {'response' if flags & 1 else 'request'}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.rest(cls.other)


LMP_TYPES = {
    1: "Config", 2: "ConfigAck", 3: "ConfigNack", 4: "Hello", 5: "BeginVerify", 6: "BeginVerifyAck", 7: "BeginVerifyNack",
    8: "EndVerify", 9: "EndVerifyAck", 10: "Test", 11: "TestStatusSuccess", 12: "TestStatusFailure", 13: "TestStatusAck",
    14: "LinkSummary", 15: "LinkSummaryAck", 16: "LinkSummaryNack", 17: "ChannelStatus", 18: "ChannelStatusAck",
    19: "ChannelStatusRequest", 20: "ChannelStatusResponse", 50: "ServiceConfig", 51: "ServiceConfigAck",
    52: "ServiceConfigNack",
}  # fmt: skip


class LMP(Layer):
    """Link management, by its header and its objects' types."""

    name, label, column = "lmp", "Link Management Protocol (LMP)", "LMP"
    binds = {"udp.port": (701,)}

    version = u8(0, "", "Version", mask=0xF0)
    flags = u8(2, "lmp.header_flags", "Flags", HEX)
    type = u8(3, "lmp.msg", "Message Type", names=LMP_TYPES)
    other = raw(None, "", "Objects")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int) -> str:
        return f"{LMP_TYPES.get(type, f'Unknown ({type})')} Message. "

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start
        c.add(cls.other, 2)
        c.pos = c.h.start + 4
        c.rest(cls.other)
