"""BitTorrent, bencoding and the DHT, byte for byte; the questions and answers are BEP 5's."""

from __future__ import annotations

from dissect.engine.messages import AS_IT_IS, MORE
from dissect.layers.bittorrent import message_size
from tests.layers.link_bytes import layer_tree, layer_values

HELLO = b"\x13BitTorrent protocol" + bytes(8) + b"H" * 20 + b"P" * 20


def test_messages_of_a_segment() -> None:
    data = HELLO + b"\0\0\0\0" + b"\0\0\0\5\4\0\0\0\7" + b"\0\0\0\x0d\6\0\0\0\1\0\0\0\0\0\0\x40\0"
    found = layer_values("bittorrent", data)
    assert found["bittorrent.msg.type"] == [4, 6] and found["bittorrent.piece.index"] == [7, 1]
    info = layer_tree("bittorrent", data).info
    assert info == "Handshake  KeepAlive  Have, Piece (Idx:0x7)  Request, Piece (Idx:0x1,Begin:0x0,Len:0x4000)  "


def test_where_messages_end() -> None:
    assert message_size(HELLO, 0) == 68 and message_size(HELLO[:5], 0) == MORE
    assert message_size(b"\0\0\0\5\4", 0) == 9 and message_size(b"\xff\xff\xff\xff\0", 0) == AS_IT_IS


def test_an_extension_is_bencoded() -> None:
    tree = layer_tree("bittorrent", b"\0\0\0\x1a\x14\0d1:md11:ut_metadatai1eee")
    assert [layer.layer.name for layer in tree.layers] == ["bittorrent", "bencode"]


def test_dht() -> None:
    found = layer_values("bt-dht", b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe")
    assert found["bt-dht.bencoded.string"][4] == "ping" and "_ws.malformed" not in found
    data = b"d1:rd2:id20:abcdefghij01234567896:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re"
    assert layer_values("bt-dht", data)["bt-dht.port"] == [11893, 28269]
    assert layer_tree("bt-dht", data).info == "BitTorrent DHT Protocol reply=2 peers"


def test_numbers_have_a_sign_and_an_end() -> None:
    assert layer_values("bencode", b"d1:ai-7e1:bi8ee")["bencode.int"] == [-7, 8]
    found = layer_values("bt-dht", b"d1:ad2:bsi1e2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe")
    assert found["bt-dht.bencoded.list.terminator"] == ["e", "e", "e"]


def test_nesting_ends() -> None:
    for layer in ("bencode", "bt-dht"):
        start = b"d1:a" if layer == "bt-dht" else b""
        notes = layer_tree(layer, start + b"l" * 5000).layers[0].notes
        assert next(note.name for note in notes) == f"{layer}.deep"


def test_what_is_no_message() -> None:
    data = b"\x13BitTorr"
    assert layer_values("bittorrent", data)["bittorrent.continuous_data"] == [data]
