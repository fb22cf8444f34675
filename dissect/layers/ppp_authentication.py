"""How PPP's ends say who they are: PAP (RFC 1334) and CHAP (RFC 1994).

    +---------+------------+------------------+
    | code    | identifier | length           |
    +---------+------------+------------------+
    | PAP: length and name, length and secret |
    | CHAP: value's size, value, name         |
    +-----------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    STRING,
    Field,
    group,
    u8,
    u16,
    where,
)
from dissect.engine.layer import Layer

CHAP, PAP_NUMBER = 0xC223, 0xC023
PAP_CODES = {1: "Authenticate-Request", 2: "Authenticate-Ack", 3: "Authenticate-Nak"}
CHAP_CODES = {1: "Challenge", 2: "Response", 3: "Success", 4: "Failure"}


class PAP(Layer):
    """A name and a password, and the answer."""

    name, label, column = "pap", "PPP Password Authentication Protocol", "PPP PAP"
    binds = {"ppp": (PAP_NUMBER,)}

    code = u8(0, "pap.code", "Code", names=PAP_CODES)
    identifier = u8(1, "pap.identifier", "Identifier")
    size_ = u16(2, "pap.length", "Length")
    data = group("pap.data", "Data")
    peer_size = u8(None, "pap.peer_id.length", "Peer-ID-Length")
    peer = Field("pap.peer_id", "Peer-ID", STRING)
    password_size = u8(None, "pap.password.length", "Password-Length")
    password = Field("pap.password", "Password", STRING)
    message_size = u8(None, "pap.message.length", "Message-Length")
    message = Field("pap.message", "Message", STRING)
    stuff = Field("pap.stuff", "stuff", BYTES)

    @staticmethod
    def info(code: int) -> str:
        return PAP_CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.peek(1)
        with c.group(cls.data):
            if c.h.code == 1:
                name = c.add(cls.peer, c.add(cls.peer_size))
                secret = c.add(cls.password, c.add(cls.password_size))
                c.append_info(f" (Peer-ID='{name}', Password='{secret}')")
            elif c.h.code in (2, 3):
                text = c.add(cls.message, c.add(cls.message_size))
                c.append_info(f" (Message='{text}')")
            else:
                c.rest(cls.stuff)


class CHAPMessage(Layer):
    """A challenge, its response, and what came of it."""

    name, label, column = "chap", "PPP Challenge Handshake Authentication Protocol", "PPP CHAP"
    binds = {"ppp": (CHAP,)}

    code = u8(0, "chap.code", "Code", names=CHAP_CODES)
    identifier = u8(1, "chap.identifier", "Identifier")
    size_ = u16(2, "chap.length", "Length")
    data = group("chap.data", "Data")
    value_size = u8(None, "chap.value_size", "Value Size")
    value = Field("chap.value", "Value", BYTES)
    peer = Field("chap.name", "Name", STRING)
    message = Field("chap.message", "Message", STRING)
    stuff = Field("chap.stuff", "Stuff", BYTES)

    total = lambda h: where((h.size_ >= 4) & (h.size_ <= h.limit - h.start), h.size_, h.limit - h.start)

    @staticmethod
    def info(code: int) -> str:
        return CHAP_CODES.get(code, "Unknown")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.code in (3, 4):
            text = c.data[c.pos : c.end].decode("utf-8", "replace")
            c.rest(cls.message)
            c.append_info(f" (MESSAGE='{text}')")
        elif c.h.code in (1, 2) and c.remaining:
            with c.group(cls.data):
                value = c.add(cls.value, c.add(cls.value_size))
                name = c.data[c.pos : c.end].decode("utf-8", "replace")
                c.rest(cls.peer)
                c.append_info(f" (NAME='{name}', VALUE=0x{bytes(value).hex()})")
        else:
            c.rest(cls.stuff)
