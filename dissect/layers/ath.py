"""Apache Tribes' heartbeats: members of a Tomcat cluster say that they are there.

    TRIBES-B, (Tomcat 7 on: 0100), length (4), time alive (8), ports (4 each: plain, secure, from 7 on UDP), host, command, domain,
    identity (16), payload, TRIBES-E, (0100);  what has no fixed length has it before (1 octet for the host, 4 for others)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, i8, i32, ipv4, ipv6, raw, string, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.layers.named import begins

SIXTH, SEVENTH = 0x2D45, 0x0100
LEAVES = "BABY-ALEX"


class Tribes(Layer):
    """A heartbeat, or a farewell."""

    name, label, column = "ath", "Apache Tribes Heartbeat Protocol", "ATH"
    binds = {"udp.port": (45564,)}
    accepts = lambda p: begins(p, b"TRIBES-B")

    opening, mark = string(None, "ath.begin", "Begin", size=8), u16(None, "ath.padding", "Padding", HEX)
    size_of, alive = u32(None, "ath.length", "Length"), u64(None, "ath.alive", "Alive Time")
    port, secure, datagrams = u32(None, "ath.port", "Port"), i32(None, "ath.sport", "Secure Port"), i32(None, "ath.uport", "UDP Port")
    host_size, host4, host6 = i8(None, "ath.hlen", "Host Length"), ipv4(None, "ath.ipv4", "Host"), ipv6(None, "ath.ipv6", "Host")
    command_size, command = i32(None, "ath.clen", "Command Length"), string(None, "ath.comm", "Command")
    domain_size, domain = i32(None, "ath.dlen", "Domain Length"), string(None, "ath.domain", "Domain")
    identity = raw(None, "ath.unique", "uniqueId", size=16)
    payload_size, carried = i32(None, "ath.plen", "Payload Length"), string(None, "ath.payload", "Payload")
    closing, content = string(None, "ath.end", "End", size=8), raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("")
        kind = c.peek(2, c.remaining - 2)
        if kind not in (SIXTH, SEVENTH):
            c.note("error", "Malformed", "Decode aborted: not an ATH packet", "ath.hmark.invalid")
            c.rest(cls.content)
            return
        c.add(cls.opening)
        for field in ((cls.mark,) * (kind == SEVENTH)) + (cls.size_of, cls.alive, cls.port, cls.secure) + (cls.datagrams,) * (kind == SEVENTH):
            c.add(field)
        host = cls._host(c)
        command, domain = cls._counted(c, cls.command_size, cls.command), cls._counted(c, cls.domain_size, cls.domain)
        c.add(cls.identity)
        cls._counted(c, cls.payload_size, cls.carried)
        c.add(cls.closing)
        c.rest(cls.content)
        of = f"domain {domain}" if domain else "default domain"
        c.info(f"{host} is leaving {of}" if command == LEAVES else f"Heartbeat from {host} to {of}")

    @classmethod
    def _host(cls, c: Cursor) -> str:
        size = c.add(cls.host_size)
        if size == 4:
            said = ".".join(map(str, c.peek_bytes(4)))
            c.add(cls.host4)
            return said
        c.note("error", "Malformed", "Decode aborted: invalid IP length", "ath.hlen.invalid")
        c.skip(size)
        return ""

    @classmethod
    def _counted(cls, c: Cursor, size: Field, field: Field) -> str:
        """A text behind its length; -1 for none."""
        octets = c.add(size)
        return str(c.add(field, octets)) if octets >= 0 else ""
