"""Google's QUIC: headers of both kinds, a client hello in the clear."""

from __future__ import annotations

import numpy as np

from tests.engine.test_hostile import mutate
from tests.layers.link_bytes import layer_tree, layer_values

NAME = b"www.example.com"
HELLO = b"CHLO" + b"\2\0" + b"\0\0" + b"SNI\0" + b"\x0f\0\0\0" + b"VER\0" + b"\x13\0\0\0" + NAME + b"Q043"
FRAME = b"\xa0\1" + len(HELLO).to_bytes(2, "big") + HELLO
OLD = b"\x09" + bytes(range(8)) + b"Q043" + b"\1" + bytes(12) + FRAME
LATER = b"\xc0Q046\x50" + bytes(range(8)) + b"\1" + bytes(12) + FRAME


def test_a_client_hello() -> None:
    for packet, version in ((OLD, "Q043"), (LATER, "Q046")):
        found = layer_values("gquic", packet)
        assert found["gquic.version"] == [version]
        assert found["gquic.cid"] == [0x01020304050607]
        assert found["gquic.packet_number"] == [1]
        assert found["gquic.tag"] == ["CHLO"]
        assert found["gquic.tag.sni"] == ["www.example.com"]
        assert found["gquic.tag.version"] == ["Q043"]


def test_what_is_encrypted_is_payload() -> None:
    found = layer_values("gquic", b"\x0c" + bytes(range(8)) + b"\7" + b"\xaa" * 40)
    assert found["gquic.packet_number"] == [7]
    assert found["gquic.payload"] == [b"\xaa" * 40]


def test_mutated_packets() -> None:
    rng = np.random.default_rng(5)
    for seed in (OLD, LATER):
        for _ in range(200):
            tree = layer_tree("gquic", mutate(seed, rng))
            for node in tree.walk():
                assert 0 <= node.start <= node.start + node.size <= len(tree.data)
