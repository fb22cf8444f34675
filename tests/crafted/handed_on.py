"""Connections handed on from HTTP, HTTP/2 where nothing tells of it, and small things that servers say: DNS over TCP, IMAP, SPNEGO on port 139."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("http", "http2", "websocket", "dns", "imap", "spnego", "ntlmssp", "nbss", "data")
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")


def websocket() -> list[bytes]:
    talk = Talk(40200, 80)
    talk.asks(b"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    talk.answers(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    talk.asks(bytes.fromhex("818537fa213d7f9f4d5158"))
    talk.answers(bytes.fromhex("810548656c6c6f"))
    return talk.packets


def unannounced() -> list[bytes]:
    talk = Talk(40201, 50051)
    talk.asks(PREFACE)
    talk.answers(bytes.fromhex("000000040000000000"))
    return talk.packets


def dns() -> list[bytes]:
    talk = Talk(40202, 53)
    question = struct.pack(">HHHHHH", 7, 0x0120, 1, 0, 0, 0) + b"\1a\7example\0" + struct.pack(">HH", 1, 1)
    talk.asks(struct.pack(">H", len(question)) + question)
    return talk.packets


def imap() -> list[bytes]:
    talk = Talk(40203, 143)
    talk.asks(b"a1 AUTHENTICATE CRAM-MD5\r\n")
    talk.answers(b"+ PDM4NTcx\r\n")
    talk.asks(b"bXUgMzcw\r\n")
    talk.answers(b"+ OK\r\n")
    return talk.packets


def element(tag: int, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return bytes([tag]) + (bytes([len(inside)]) if len(inside) < 128 else bytes([0x81, len(inside)])) + inside


def smb1(command: int, status: int, flags: int, words: bytes, octets: bytes) -> bytes:
    head = b"\xffSMB" + struct.pack("<BIBH", command, status, flags, 0xC803) + bytes(12) + struct.pack("<HHHH", 0, 1, 0, 1)
    body = head + bytes([len(words) // 2]) + words + struct.pack("<H", len(octets)) + octets
    return struct.pack(">I", len(body)) + body


def session() -> list[bytes]:
    ntlm = element(6, bytes.fromhex("2b06010401823702020a"))
    hints = element(0x30, element(0xA0, element(0x1B, b"not_defined_in_RFC4178@please_ignore")))
    offer = element(0x60, element(6, bytes.fromhex("2b0601050502")),
                    element(0xA0, element(0x30, element(0xA0, element(0x30, ntlm)), element(0xA3, hints))))  # fmt: skip
    done = element(0xA1, element(0x30, element(0xA0, element(10, b"\0")), element(0xA3, element(4, b"\1\0\0\0" + bytes(range(8)) + bytes(4)))))
    talk = Talk(40204, 139)
    name = b"\x20" + b"CK" * 16 + b"\0"
    talk.asks(struct.pack(">BBH", 0x81, 0, 68) + name + name)
    talk.answers(bytes.fromhex("82000000"))
    talk.asks(smb1(0x72, 0, 8, b"", b"\2NT LM 0.12\0"))
    words = struct.pack("<HBHHIIIIQhB", 0, 3, 50, 1, 16644, 65536, 0, 0x8000F3FD, 0, 0, 0)
    talk.answers(smb1(0x72, 0, 0x88, words, bytes(16) + offer))
    words = struct.pack("<BBHHH", 0xFF, 0, 0, 0, len(done))
    talk.answers(smb1(0x73, 0, 0x88, words, done + b"\0\0\0\0\0\0"))
    return talk.packets


PACKETS = [*websocket(), *unannounced(), *dns(), *imap(), *session()]
