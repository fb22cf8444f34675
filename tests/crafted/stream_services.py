"""Services over TCP: memcached's two protocols, a login to iSCSI, TURN's channels, AMQP with bodies whose media type a header tells."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, udp

LAYERS = ("memcache", "iscsi", "amqp", "json", "data-text-lines", "stun")


def binary(magic: int, code: int, key: bytes = b"", extras: bytes = b"", value: bytes = b"", status: int = 0) -> bytes:
    size = len(key) + len(extras) + len(value)
    return struct.pack(">BBHBBHIIQ", magic, code, len(key), len(extras), 0, status, size, 7, 0) + extras + key + value


def frame(kind: int, body: bytes, channel: int = 1) -> bytes:
    return struct.pack(">BHI", kind, channel, len(body)) + body + b"\xce"


def content(size: int, media: bytes = b"") -> bytes:
    properties = struct.pack(">HB", 0x8000, len(media)) + media if media else b"\0\0"
    return frame(2, struct.pack(">HHQ", 60, 0, size) + properties)


def pdu(code: int, flags: int, data: bytes = b"") -> bytes:
    head = struct.pack(">BBHI", code, flags, 0, len(data)) + bytes(8) + struct.pack(">I", 5) + bytes(28)
    return head + data + bytes(-len(data) % 4)


CACHE = Talk(50010, 11211)
CACHE.asks(b"set a 1 60 5\r\nhello\r\n")
CACHE.answers(b"STORED\r\n")
CACHE.asks(b"set b 1 60 12\r\n")
CACHE.asks(b"hello again!\r\n")
CACHE.answers(b"NOT_STORED\r\n")
CACHE.asks(b"get a b\r\n")
CACHE.answers(b"VALUE a 1 5\r\nhello\r\nEND\r\n")
CACHE.asks(b"incr n 5\r\n")
CACHE.answers(b"15\r\n")
CACHE.asks(b"delete a noreply\r\n")
CACHE.asks(b"stats\r\n")
CACHE.answers(b"STAT pid 1\r\nSTAT uptime 2\r\nEND\r\n")
CACHE.asks(b"version\r\n")
CACHE.answers(b"VERSION 1.6.18\r\n")
CACHE.asks(b"bogus\r\n")
CACHE.answers(b"ERROR\r\n")
BINARY = Talk(50011, 11211)
STORED = struct.pack(">II", 9, 60)
BINARY.asks(binary(0x80, 1, b"k", STORED, b"value"))
BINARY.answers(binary(0x81, 1))
BINARY.asks(binary(0x80, 0, b"k"))
BINARY.answers(binary(0x81, 0, b"", STORED[:4], b"value"))
BINARY.asks(binary(0x80, 5, b"n", struct.pack(">QQI", 1, 10, 0)))
BINARY.answers(binary(0x81, 5, b"", b"", struct.pack(">Q", 10)))
BINARY.answers(binary(0x81, 0, b"", b"", b"Not found", 1))
DISK = Talk(50012, 3260)
DISK.asks(pdu(0x43, 0x87, b"SessionType=Discovery\0"))
DISK.answers(pdu(0x23, 0x87))
DISK.asks(pdu(0x46, 0x80))
DISK.answers(pdu(0x26, 0x80))
QUEUE = Talk(50013, 5672)
QUEUE.asks(content(7, b"application/json"))
QUEUE.asks(frame(3, b'{"a":1}'))
QUEUE.asks(content(2))
QUEUE.asks(frame(3, b"{}"))
QUEUE.answers(content(5, b"text/plain") + frame(3, b"a\nbc\n") + content(2, b"application/json") + frame(3, b"[]"))

RELAY = Talk(50014, 3478)
BINDING = struct.pack(">HHI", 1, 0, 0x2112A442) + b"transaction."
RELAY.asks(BINDING)
RELAY.answers(bytes.fromhex("4001 0006") + b"relay\1\0\0" + bytes.fromhex("4001 0004") + b"\1two")
RELAY.asks(bytes.fromhex("4002 0003") + b"\1ab\0" + BINDING)

PACKETS = [*CACHE.packets, *BINARY.packets, *DISK.packets, *QUEUE.packets, *RELAY.packets, udp(50015, 3478, bytes.fromhex("4001 0003 01616200"))]
