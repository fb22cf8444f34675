"""Transfers of TFTP: each message tells the file of the request before it, whichever way it goes."""

from __future__ import annotations

from tests.crafted.frames import datagram

LAYERS = ("tftp",)
READ, WRITE = b"\0\1%s\0octet\0", b"\0\2%s\0netascii\0tsize\x000\0"
DATA, DONE, ERROR, OPTIONS = b"\0\3\0\1abc", b"\0\4\0\1", b"\0\5\0\1no such file\0", b"\0\6tsize\x003\0"


def transfer(client: int, port: int, server: int, answering: int, request: bytes, *answers: bytes) -> list[bytes]:
    """A request and what follows, the server's first and then by turns."""
    asked = datagram(client, port, server, 69, request)
    ways = ((server, answering, client, port), (client, port, server, answering))
    return [asked, *(datagram(*ways[i % 2], one) for i, one in enumerate(answers))]


PACKETS = [
    *transfer(1, 2000, 2, 3000, READ % b"one.bin", DATA, DONE),
    *transfer(1, 2001, 2, 3001, WRITE % b"two.txt", OPTIONS, DATA, DONE),
    *transfer(1, 2000, 2, 3002, READ % b"three", ERROR),
    *transfer(1, 2002, 2, 3003, READ % b"one.bin", OPTIONS, DONE, DATA, DONE),
    *transfer(1, 2001, 2, 3001, READ % b"\xffname", DATA),
]
