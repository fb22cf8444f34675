"""Types of ASN.1 as data: lengths that are not said, elements that no type knows, what costs too much."""

from __future__ import annotations

import time

import pytest

from dissect.engine.tree import PacketTree
from dissect.layers.asn1 import Schema
from tests.layers.link_bytes import layer_tree

READ = bytes.fromhex("a180 020101 a480 a180")  # a response of MMS that reads, no length said


def values(found: PacketTree, name: str) -> list[object]:
    """The values of a field, in order."""
    return [node.value for layer in found.layers for node in layer.walk() if node.field.name == name]


def test_lengths_that_are_not_said_end_at_their_marks() -> None:
    found = layer_tree("mms", READ + bytes.fromhex("830101 a280 850107 0000 850108") + bytes(6))
    assert values(found, "mms.boolean") == [True]
    assert values(found, "mms.integer") == [7, 8]
    assert found.info == "01 confirmed-ResponsePDU"


def test_what_no_type_knows_is_octets_and_what_follows_is_read() -> None:
    found = layer_tree("mms", bytes.fromhex("a10e 020101 9f6f0155 a105 a103 020109 00"))
    assert values(found, "mms.invokeID") == [1]


@pytest.mark.parametrize(
    "octets",
    [READ + b"\xa2\x80" * 30_000, READ + b"\xa2\x80\0\0" * 15_000, bytes.fromhex("6280") + b"\x6c\x80" * 30_000],
    ids=["deeper and deeper", "many empty ones", "none ends"],
)
def test_hostile_lengths_cost_little(octets: bytes) -> None:
    start = time.process_time()
    layer_tree("tcap" if octets[0] == 0x62 else "mms", octets)
    assert time.process_time() - start < 2


def test_a_text_that_is_no_schema_is_a_bug_and_said_so() -> None:
    with pytest.raises(ValueError, match="expected ::="):
        Schema("x", "A SEQUENCE { }")
