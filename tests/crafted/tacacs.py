"""TACACS+ (RFC 8907), not obfuscated: authentication, authorization and accounting; and TACACS (RFC 1492)."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp

LAYERS = ("tacplus", "tacacs")


def packet(kind: int, number: int, body: bytes) -> bytes:
    return struct.pack(">BBBBII", 0xC0, kind, number, 1, 0xDEADBEEF, len(body)) + body


def counted(*values: bytes) -> bytes:
    return bytes(len(value) for value in values)


def conversation() -> list[bytes]:
    talk = Talk(40060, 49)
    talk.asks(packet(1, 1, b"\1\1\1\1" + counted(b"user", b"tty0", b"10.0.0.1", b"") + b"usertty010.0.0.1"))
    talk.answers(packet(1, 2, struct.pack(">BBHH", 5, 1, 10, 0) + b"Password: "))
    talk.asks(packet(1, 3, struct.pack(">HHB", 6, 0, 0) + b"secret"))
    talk.answers(packet(1, 4, struct.pack(">BBHH", 1, 0, 2, 4) + b"okdata"))
    talk = another(talk, 40061)
    talk.asks(packet(2, 1, b"\6\1\1\1" + counted(b"user", b"tty0", b"10.0.0.1") + b"\2" + counted(b"service=shell", b"cmd=show")
                     + b"usertty010.0.0.1service=shellcmd=show"))
    talk.answers(packet(2, 2, b"\1\1" + struct.pack(">HH", 0, 0) + b"\x0a" + b"priv-lvl=1"))
    talk = another(talk, 40062)
    talk.asks(packet(3, 1, b"\2\6\1\1\1" + counted(b"user", b"tty0", b"10.0.0.1") + b"\1\x09" + b"usertty010.0.0.1task_id=7"))
    talk.answers(packet(3, 2, struct.pack(">HHB", 2, 0, 1) + b"ok"))
    return talk.packets


def another(before: Talk, port: int) -> Talk:
    """Another connection behind one."""
    talk = Talk(port, 49)
    talk.packets = before.packets + talk.packets
    return talk


OLD = [
    udp(1000, 49, struct.pack(">BBHBBBB", 0, 1, 7, 4, 6, 0, 0) + b"usersecret"),
    udp(49, 1000, struct.pack(">BBHBBBB", 0, 2, 7, 0, 0, 1, 0)),
    udp(49, 1000, struct.pack(">BBHBBBB", 0, 2, 8, 0, 0, 2, 3)),
]
PACKETS = [*conversation(), *OLD]
