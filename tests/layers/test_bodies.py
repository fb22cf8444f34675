"""Bodies of messages: JSON, XML, pictures, parts; compressed ones."""

from __future__ import annotations

import gzip
import random
import time

from tests.layers.link_bytes import layer_tree, layer_values

OBJECT = b'{"a": [1, true, "x\\u00e9"], "b": {"c": null}}'
DOCUMENT = b"<?xml version='1.0'?>\n<r a=\"1\"><!-- no --><e/>text<![CDATA[<x>]]></r>"
PARTS = (
    b'--B\r\nContent-Disposition: form-data; name="f"\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n'
    b"--B\r\nContent-Type: application/json\r\n\r\n[2]\r\n--B--\r\n"
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a 0000000d49484452 00000010 00000008 08020000 00 90916836 0000000049454e44 ae426082"
)
GIF = b"GIF89a" + bytes.fromhex("0200 0300 80 00 00 000000ffffff 2c00000000020003000002028451003b")
JPEG = bytes.fromhex(
    "ffd8 ffe000104a46494600010101004800480000 ffc0000b080010002001011100 ffda0008010100003f00 aabbff00 ffd9"
)


def message(kind: str, body: bytes, more: bytes = b"") -> bytes:
    """An answer with a body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind.encode() + b"\r\n" + more
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_json() -> None:
    found = layer_values("http", message("application/json", OBJECT))
    assert found["json.path_with_value"] == ["/a/[]:1", "/a/[]:true", "/a/[]:x\u00e9", "/b/c:null"]
    assert (found["json.key"], found["json.path"]) == (["a", "c", "b"], ["/a", "/b/c", "/b"])
    tree = layer_tree("http", message("application/json", OBJECT))
    assert tree.info == "HTTP/1.1 200 OK , JavaScript Object Notation (application/json)"
    assert tree.protocol_column == "HTTP/JSON"


def test_no_json_is_text() -> None:
    found = layer_values("json", b'{"a": ')
    assert ("data-text-lines" in found, "json.object" in found) == (True, False)


def test_nesting_is_bounded() -> None:
    for layer, data in (("json", b"[" * 5000 + b"]" * 5000), ("xml", b"<a>" * 5000)):
        notes = [note.message for node in layer_tree(layer, data).layers for note in node.notes]
        assert any("nested too deep" in note for note in notes), layer


def test_xml() -> None:
    found = layer_values("http", message("text/xml", DOCUMENT))
    assert (found["xml.tag"], found["xml.attribute"]) == (['<r a="1">', "<e/>"], ['a="1"'])
    assert (found["xml.cdata"], found["xml.comment"]) == (["text"], ["<!-- no -->"])
    assert (found["xml.cdatasection"], found["xml.xmlpi.xml.version"]) == (["<![CDATA[<x>]]>"], ["1.0"])


def test_pictures() -> None:
    found = layer_values("http", message("image/png", PNG))
    assert (found["png.ihdr.width"], found["png.ihdr.height"]) == ([16], [8])
    assert (found["png.chunk.type"], found["png.chunk.flag.ancillary"]) == (["IHDR", "IEND"], [False, False])
    found = layer_values("http", message("image/gif", GIF))
    assert (found["image-gif.screen.height"], found["image-gif.image.code_size"]) == ([3], [2])
    found = layer_values("http", message("image/jpeg", JPEG))
    assert (found["image-jfif.sof.samples_per_line"], found["image-jfif.Xdensity"]) == ([32], [72])
    assert found["image-jfif.entropy_coded_segment"] == [bytes.fromhex("aabbff00")]


def test_parts() -> None:
    for kind in ("multipart/form-data; boundary=B", 'multipart/mixed; boundary="B"', "multipart/mixed"):
        found = layer_values("http", message(kind, PARTS))
        assert found["mime_multipart.header.content-type"] == ["text/plain", "application/json"]
        assert found["mime_multipart.header.content-disposition"] == ['form-data;name="f"']
        assert (found["json.value.number"], "data-text-lines" in found) == (["2"], True)


def test_parts_within_parts_end() -> None:
    body = b"x"
    for i in range(40):
        body = b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n%s\r\n--%d--\r\n" % (i, i - 1, body, i)
    tree = layer_tree("http", message("multipart/mixed; boundary=39", body))
    assert any("too deep" in note.message for node in tree.layers for note in node.notes)


def test_compressed_json() -> None:
    found = layer_values("http", message("application/json", gzip.compress(OBJECT), b"Content-Encoding: gzip\r\n"))
    assert found["json.value.true"] == [True]


def test_a_bomb_is_shown_in_part() -> None:
    bomb = gzip.compress(bytes(1 << 26))
    tree = layer_tree("http", message("text/plain", bomb, b"Content-Encoding: gzip\r\n"))
    assert [note.name for node in tree.layers for note in node.notes] == ["http.chat", "http.too_large"]
    assert len(tree.sources[-1][1]) == 1 << 22


def test_changed_bytes_raise_nothing() -> None:
    chance = random.Random(3)
    kinds = [
        ("json", OBJECT), ("xml", DOCUMENT), ("png", PNG), ("image-gif", GIF), ("image-jfif", JPEG),
        ("mime_multipart", PARTS),
    ]  # fmt: skip
    started = time.monotonic()
    for layer, text in kinds:
        for _ in range(300):
            data = bytearray(text)
            for _ in range(3):
                data[chance.randrange(len(data))] = chance.choice(b'{}[]<>!-"\\/\0\xff1a\r\n')
            layer_tree(layer, bytes(data[: chance.randrange(len(data))]))
    assert time.monotonic() - started < 0.02 * 300 * len(kinds)
