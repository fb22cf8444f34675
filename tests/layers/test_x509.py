"""Certificates and OCSP answers as trees; mutated, they are malformed and nothing worse.  So are frames of QUIC."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import dissect
from dissect.engine.row import Dissection
from dissect.layers.certificates import moment, sound
from tests.corpus import SAMPLES
from tests.engine.test_hostile import mutate
from tests.layers.link_bytes import layer_tree

CERTIFICATE = "tls.handshake.certificate"


@cache
def handshake(kind: int) -> dissect.Packet:
    """The first packet of the sample that has a message of this kind."""
    with dissect.open(SAMPLES / "tls12.pcapng") as cap:
        return next(packet for packet in cap if kind in packet.all("tls.handshake.type"))


def test_a_certificate_is_a_tree() -> None:
    packet = handshake(11)
    assert packet.all("x509sat.uTF8String")[:2] == ["Example Trust", "Example Root"]
    assert packet.all("x509ce.dNSName") == ["www.example.com", "*.example.org"]
    assert packet.all("x509ce.IPAddress.ipv6") == ["2001:db8::2"]
    assert packet.all("pkcs1.publicExponent") == [65537, 65537]
    assert packet["x509af.algorithm.id"] == "1.2.840.113549.1.1.11"
    assert packet.all("x509ce.KeyUsage.keyEncipherment") == [True]
    assert "x509ce" in packet.protocols.split(":")


def test_every_octet_of_a_certificate_is_shown() -> None:
    packet = handshake(11)
    [node, *_] = [node for node in packet.tree.walk() if node.field.name == CERTIFICATE]
    assert node.value.startswith(b"\x30\x82")

    def leaves(node: dissect.Node) -> int:
        inner = [child for child in node.children if child.size]
        own = max((child.start + child.size for child in inner), default=0)
        assert not inner or own <= node.start + node.size
        return sum(map(leaves, inner)) if inner else node.size

    assert leaves(node) >= node.size - 40  # bits and paddings share octets; some heads are their group's


def test_a_stapled_answer_is_a_tree() -> None:
    packet = handshake(22)
    assert packet["ocsp.responseStatus"] == 0
    assert packet["ocsp.certStatus"] == 0
    assert packet["ocsp.responseType.id"] == "1.3.6.1.5.5.7.48.1.1"


@pytest.mark.parametrize(
    ("text", "at"), [(b"500101000000Z", -631152000), (b"491231235959Z", 2524607999), (b"20500101000000Z", 2524608000)]
)
def test_years_of_two_digits(text: bytes, at: int) -> None:
    """RFC 5280, section 4.1.2.5.1."""
    assert moment(text) == at * 1_000_000_000
    assert moment(b"never") is None


def plain_quic() -> bytes:
    """The frames of the packet that sets up HTTP/3's streams."""
    with dissect.open(SAMPLES / "quic.pcapng") as cap:
        trees = [packet.tree for packet in cap]
    return next(data for tree in trees for name, data in tree.sources if "QUIC" in name and b"\0\4\x09" in data)


SEEDS = {
    "tls": lambda: handshake(11).tree.sources[-1][1],
    "tls.message": lambda: b"\x0b" + handshake(11).tree.sources[-1][1][6:],
    "quic.plain": plain_quic,
    "http3": lambda: bytes.fromhex("01240000d1d7508cf1e3c2e5f23a6ba0ab90f4ffc15f508525b650c3df2cf2b1fc558308996b"),
}


@pytest.mark.parametrize("layer", list(SEEDS))
def test_mutated_messages(layer: str) -> None:
    seed, rng = SEEDS[layer](), np.random.default_rng(3)
    for _ in range(150):
        tree = layer_tree(layer, mutate(seed, rng))
        for node in tree.layers:
            whole = len(tree.sources[node.source][1])
            for one in node.walk():
                assert 0 <= one.start <= one.start + one.size <= whole


def test_a_certificate_that_is_none() -> None:
    [der, *_] = handshake(11).all(CERTIFICATE)
    assert sound(der)
    assert not sound(der[:-5])
    assert not sound(b"\x30\x84\xff\xff\xff\xff")
    nested = b"\x30\x80" * 2000
    run = Dissection(dissect.builtin(), nested)
    run.enter(dissect.builtin().layer("tls.message"), b"\x0b" + nested, 0, 4001, 4001, None)
    assert not sound(nested)
