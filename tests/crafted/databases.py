"""What databases' clients and servers say over several segments: PostgreSQL's proofs and bound values, values of Redis, MySQL's way into TLS."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("pgsql", "resp", "mysql", "tls", "tcp")


def said(letter: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL."""
    return letter + struct.pack(">I", 4 + len(body)) + body


def postgres() -> list[bytes]:
    talk = Talk(40100, 5432)
    talk.asks(struct.pack(">IHH", 17, 3, 0) + b"user\0me\0\0")
    talk.answers(said(b"R", struct.pack(">I", 10) + b"SCRAM-SHA-256\0\0"))
    talk.asks(said(b"p", b"SCRAM-SHA-256\0" + struct.pack(">I", 8) + b"n,,n=,r=a"[:8]))
    talk.answers(said(b"R", struct.pack(">I", 11) + b"r=ab,s=c,i=4096"))
    talk.asks(said(b"p", b"c=biws,r=ab,p=xyz"))
    talk.answers(said(b"R", struct.pack(">I", 0)) + said(b"Z", b"I"))
    talk.asks(
        said(b"P", b"s1\0select $1\0" + struct.pack(">HI", 1, 23))
        + said(b"B", b"p1\0s1\0" + struct.pack(">HHHi4siHH", 1, 1, 2, 4, b"\0\0\0\7", -1, 1, 0))
        + said(b"D", b"Pp1\0") + said(b"D", b"Ss1\0") + said(b"E", b"p1\0\0\0\0\0") + said(b"C", b"Ss1\0") + said(b"S", b"")
    )  # fmt: skip
    talk.answers(said(b"1", b"") + said(b"2", b"") + said(b"t", struct.pack(">HI", 1, 23)) + said(b"n", b""))
    for kind, proof in ((5, b"md5abc\0"), (3, b"secret\0"), (7, b"\x60\x01\0"), (8, b"\x60\x01\0"), (9, b"\x60\x01\0")):
        other = Talk(40101 + kind, 5432)
        other.answers(said(b"R", struct.pack(">I", kind) + (b"salt" if kind == 5 else b"")))
        other.asks(said(b"p", proof))
        talk.packets += other.packets
    return talk.packets


def redis() -> list[bytes]:
    talk = Talk(40110, 6379)
    command = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$40\r\n" + b"v" * 40 + b"\r\n"
    talk.asks(command)
    talk.answers(b"+OK\r\n")
    talk.asks(command[:20])
    talk.asks(command[20:])
    talk.asks(command[:18])
    talk.asks(command[18:])
    talk.answers(b"*2\r\n$3\r\nabc\r\n:1")
    talk.answers(b"2\r\n")
    talk.answers(b"$30\r\n" + b"x" * 10)
    talk.answers(b"x" * 20 + b"\r\n")
    talk.answers(b"-ERR no\r\n*0\r\n$-1\r\n")
    return talk.packets


def mysql() -> list[bytes]:
    talk = Talk(40120, 3306)
    salts = b"abcdefgh\0" + bytes.fromhex("fff7 21 0200 ff81 15") + bytes(10) + b"ijklmnopqrst\0"
    greeting = b"\n5.7.1\0" + bytes.fromhex("07000000") + salts + b"mysql_native_password\0"
    talk.answers(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
    talk.asks(b"\x20\0\0\1" + struct.pack("<IIB23x", 0xAE85 | 0x0800, 1 << 24, 33))
    talk.asks(bytes.fromhex("1603030004 0e000000"))
    talk.answers(bytes.fromhex("1503030002 0228"))
    return talk.packets


PACKETS = [*postgres(), *redis(), *mysql()]
