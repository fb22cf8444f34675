"""OSPF versions 2 and 3."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.link_bytes import layer_tree, layer_values

HELLO = bytes.fromhex("0201002cc633640200000000d29000000000000000000000ffffff0000020201000000080000000000000000")
UPDATE = bytes.fromhex(
    "0204004cc633640100000000abcd0000000000000000000000000001"
    "00050201c6336401c6336401800000032135003000000002"
    "c0000200ffffff000300000ac6336401ffffffff03000000"
)
HELLO_3 = bytes.fromhex("0301002801010101000000007a2c0000 0000000664000013 000a0028 0000000000000000 02020202")


def test_hello() -> None:
    fields = layer_values("ospf", HELLO)
    assert (fields["ospf.msg"], fields["ospf.srcrouter"]) == ([1], [0xC6336402])
    assert fields["ospf.msg.hello"] == [True]
    assert fields["ospf.hello.network_mask"] == [0xFFFFFF00]
    assert (fields["ospf.hello.hello_interval"], fields["ospf.hello.router_dead_interval"]) == ([2], [8])
    assert (fields["ospf.v2.options"], fields["ospf.v2.options.e"]) == ([2], [True])
    assert "_ws.undecoded" not in fields
    assert layer_tree("ospf", HELLO).info == "Hello Packet"


def test_an_update_with_a_router_lsa() -> None:
    fields = layer_values("ospf", UPDATE)
    assert (fields["ospf.ls.number_of_lsas"], fields["ospf.lsa"]) == ([1], [1])
    assert (fields["ospf.lsa.age"], fields["ospf.lsa.seqnum"]) == ([5], [0x80000003])
    assert fields["ospf.lsa.router.linkid"] == [0xC0000200, 0xC6336401]
    assert fields["ospf.lsa.router.metric0"] == [10, 0]


def test_version_3() -> None:
    fields = layer_values("ospf", HELLO_3)
    assert (fields["ospf.version"], fields["ospf.instance_id"]) == ([3], [0])
    assert (fields["ospf.hello.interface_id"], fields["ospf.v3.options"]) == ([6], [0x13])
    assert fields["ospf.hello.active_neighbor"] == [0x02020202]


def test_lengths_that_lie() -> None:
    assert layer_tree("ospf", UPDATE[:60]).notes
    assert layer_tree("ospf", HELLO[:2] + b"\xff\xff" + HELLO[4:]).notes


@given(st.binary(max_size=120), st.sampled_from([2, 3]), st.integers(0, 6))
def test_any_bytes(data: bytes, version: int, kind: int) -> None:
    layer_tree("ospf", bytes([version, kind]) + data)
