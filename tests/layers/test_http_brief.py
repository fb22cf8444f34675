"""What the list says of HTTP's bodies without a tree: the same as with one, or nothing."""

from __future__ import annotations

import gzip

import pytest

from dissect.layers import http_lists
from tests.layers.link_bytes import layer_tree

TEXT, JSON = b"<p>hello</p>\n" * 20, b' {"name": [1, -2.5e3, "a\\"b", true, null, {}]} \n'


def answer(body: bytes, *headers: str, chunked: bool = False) -> bytes:
    if chunked:
        sizes = (body[:7], body[7:])
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in sizes if part) + b"0\r\n\r\n"
    lines = [*headers, "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"]
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode() + body


HTML, AS_JSON, PACKED = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Type: application/json",
    "Content-Encoding: gzip",
)
PLAIN = [
    answer(TEXT, HTML), answer(TEXT, HTML, chunked=True), answer(gzip.compress(TEXT), HTML, PACKED),
    answer(gzip.compress(TEXT), HTML, PACKED, chunked=True), answer(JSON, AS_JSON), answer(JSON, AS_JSON, chunked=True),
    answer(gzip.compress(TEXT), "Content-Type: video/mp4", PACKED),
    answer(b"a=1&b=2", "Content-Type: application/x-www-form-urlencoded"),
]  # fmt: skip
ODD = [
    answer(b"", HTML, chunked=True), answer(gzip.compress(b""), HTML, PACKED), answer(b"not gzip", HTML, PACKED),
    answer(JSON + b"more", AS_JSON), answer(b"[" * 100, AS_JSON), answer(b"[1," * 9000, AS_JSON),
    answer(b"nothing", AS_JSON), answer(gzip.compress(b"\n" * 50_000), HTML, PACKED),
    answer(gzip.compress(bytes(1 << 23)), HTML, PACKED),
    answer(JSON[:-3], AS_JSON), answer(gzip.compress(JSON), AS_JSON, PACKED),
    answer(b"x", HTML, "Content-Encoding: zstd"),
]  # fmt: skip


@pytest.mark.parametrize("message", PLAIN)
def test_plain_bodies_are_told_as_trees_tell_them(message: bytes) -> None:
    said, tree = http_lists.plain_info(message), layer_tree("http", message)
    assert said is not None
    assert ("HTTP" + said[0], said[1]) == (tree.protocol_column, tree.info)


@pytest.mark.parametrize("message", ODD)
def test_odd_bodies_are_left_to_decode(message: bytes) -> None:
    assert http_lists.plain_info(message) is None
