"""HTTP/2 and gRPC: frames, compressed headers, bodies; what is hostile stays small."""

from __future__ import annotations

import gzip
import random
import struct
import time
from typing import Any

import hpack
import pytest

from dissect.layers import http2_state
from dissect.layers.http2 import PREFACE
from dissect.layers.http2_state import Budget, Connection, integer
from tests.layers.http2_frames import ASKED, CALL, Talk, call, frame, talk
from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing
from tests.passes.test_streams import capture

NAMES = ["http2.type", "http2.headers.path", "http2.headers.status", "http2.header.value", "frame.protocols",
         "http2.body.fragment", "grpc.message_length", "http2.request.full_uri"]  # fmt: skip


def rows(made: Talk) -> list[dict[str, list[Any]]]:
    with capture(made.packets) as cap:
        return list(cap.json_rows(NAMES))


def test_a_connection() -> None:
    found = rows(talk())[3:]
    assert found[0]["http2.type"] == [4]
    assert found[3]["http2.request.full_uri"] == ["http://h.example/a"]
    assert [row.get("http2.headers.status") for row in found[4:7]] == [None, [200], None]
    assert found[6]["http2.body.fragment"] == [9, 10]
    assert found[6]["frame.protocols"] == ["raw:ip:tcp:http2:data-text-lines"]
    assert "one" in found[7]["http2.header.value"]
    assert found[10].get("grpc.message_length") is None
    assert found[11]["grpc.message_length"] == [5, 0, 2]
    assert found[11]["frame.protocols"] == ["raw:ip:tcp:http2:grpc:protobuf:protobuf"]


def test_whichever_packet_is_looked_at_first() -> None:
    made = talk()
    expected = rows(made)
    order = list(range(len(made.packets)))
    random.Random(4).shuffle(order)
    with capture(made.packets) as cap:
        for i in order:
            assert cap[i].all("http2.header.value") == expected[i].get("http2.header.value", [])
            assert cap[i].all("grpc.message_length") == expected[i].get("grpc.message_length", [])
    with capture(made.packets) as cap:  # a filter evaluates some rows only
        chosen = cap.filter('http2.headers.status == 404 && http2.header.value == "s"').tolist()
    assert [expected[i]["http2.headers.status"] for i in chosen] == [[404]]


def test_the_list() -> None:
    with capture(talk().packets) as cap:
        infos = [line.info for line in cap.lines(range(3, 15))]
    assert infos[0] == "Magic, SETTINGS[0]"
    assert infos[3] == "HEADERS[1]: GET /a"
    assert infos[6] == "DATA[1] (text/plain)"
    assert infos[8] == "HEADERS[3]: 404 Not Found"


def test_upgrade() -> None:
    made = Talk()
    made.say(True, b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                   b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n")  # fmt: skip
    made.say(False, b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + frame(4, 0, 0))
    made.say(True, PREFACE, frame(4, 0, 0))
    made.say(False, made.headers(False, [(":status", "204")], 1, 5))
    found = rows(made)[3:]
    assert [row.get("http2.type") for row in found] == [None, [4], None, [4], [1]]
    assert found[4]["http2.headers.status"] == [204]


def test_fields_of_frames() -> None:
    said = b"".join([
        frame(2, 0, 3, struct.pack(">IB", 0x80000001, 15)), frame(3, 0, 3, struct.pack(">I", 8)),
        frame(6, 0, 0, b"12345678"), frame(7, 0, 0, struct.pack(">II", 5, 2) + b"bye"),
        frame(8, 0, 1, struct.pack(">I", 65535)), frame(10, 0, 1, b"\0\3abch2=\":1\""), frame(12, 0, 0, b"\0\1a"),
        frame(0, 9, 1, b"\2hi\0\0"), frame(99, 0, 0, b"?"),
    ])  # fmt: skip
    found = layer_values("http2", said)
    assert found["http2.stream_dependency"] == [1] and found["http2.headers.weight_real"] == [16]
    assert found["http2.rst_stream.error"] == [8] and found["http2.ping"] == [b"12345678"]
    assert found["http2.goaway.addata"] == [b"bye"] and found["http2.window_update.window_size_increment"] == [65535]
    assert found["http2.altsvc.origin"] == ["abc"] and found["http2.origin.origin"] == ["a"]
    assert found["http2.data.data"] == [b"hi"] and found["http2.data.padding"] == [b"\0\0"]
    assert found["http2.unknown"] == [b"?"]


def test_continuation() -> None:
    block = hpack.Encoder().encode(ASKED)
    found = layer_values("http2", frame(1, 0, 1, block[:7]) + frame(9, 4, 1, block[7:]))
    assert found["http2.headers.path"] == ["/a"] and found["http2.header.count"] == [5]


def test_representations() -> None:
    encoder = hpack.Encoder()
    pairs = [*ASKED, hpack.NeverIndexedHeaderTuple("authorization", "secret")]
    values = layer_values("http2", frame(1, 4, 1, encoder.encode(pairs)))["http2.header.repr"]
    assert values[0] == "Indexed Header Field"
    assert values[4] == "Literal Header Field with Incremental Indexing - New Name"
    assert values[5] == "Literal Header Field never Indexed - Indexed Name"


def test_compressed_calls() -> None:
    made = Talk()
    made.say(True, PREFACE, made.headers(True, [*CALL, ("grpc-encoding", "gzip")]))
    made.say(True, frame(0, 1, 1, call(gzip.compress(b"\x08\x01"), 1)))
    with capture(made.packets) as cap:
        tree = cap[5].tree
    assert tree.sources[-1] == ("Uncompressed entity body", b"\x08\x01")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hpack", None)
    tree = layer_tree("http2", frame(1, 4, 1, b"\x82"))
    assert any("hpack" in note.message for note in tree.notes)


def test_a_bomb_of_headers() -> None:
    """One header of 4 kB, a thousand times by an octet each."""
    encoder = hpack.Encoder()
    block = encoder.encode([("x", "y" * 4000)])
    bomb = block + bytes([0x80 | 62]) * 100_000
    began = time.process_time()
    tree = layer_tree("http2", frame(1, 4, 1, bomb))
    assert time.process_time() - began < 5
    assert any("cannot be decompressed" in note.message for note in tree.notes)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Connection(Budget(10))
    assert one.frame(0, 0, 0, 1, b"12345678").body is None
    assert one.frame(0, 0, 0, 1, b"12345678").body is None  # too much: the body is given up
    assert one.frame(0, 0, 1, 1, b"9").body is None
    assert one.budget.left == 10
    monkeypatch.setattr(http2_state, "MOST_STREAMS", 10)
    for number in range(100):
        one.frame(0, 0, 0, number, b"")
    assert len(one.sides[0].streams) == 10
    monkeypatch.setattr(http2_state, "MOST_BLOCK", 100)
    one.frame(1, 1, 0, 1, bytes(60))
    told = one.frame(1, 9, 0, 1, bytes(60))
    assert told.block is not None and "too long" in told.block.problem


def test_integers_that_do_not_end() -> None:
    assert integer(b"\x1f" + b"\xff" * 100, 0, 5)[1] < 10
    assert integer(b"\x1f\x9a\x0a", 0, 5) == (1337, 3)  # RFC 7541, appendix C.1.2


def test_lying_lengths() -> None:
    for size in (0, 1, 5, 8, 9, 12):
        tree = layer_tree("http2", (b"\xff\xff\xff\1\4\0\0\0\1" + b"\x82" * 9)[:size])
        assert tree.layers
    tree = layer_tree("http2", frame(0, 8, 1, b"\xff"))  # more padding than there is
    assert any("Malformed" in note.message for note in tree.notes)


def test_mutations_raise_nothing() -> None:
    asked = frame(1, 4, 1, hpack.Encoder().encode(CALL)) + frame(0, 1, 1, call(b"abc"))
    raises_nothing("http2", PREFACE + frame(4, 0, 0, bytes(12)) + asked, 500, 8)
