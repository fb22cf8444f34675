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


def update_3(kind: int, body: str) -> bytes:
    """A version 3 update with one LSA."""
    content = bytes.fromhex(body)
    lsa = bytes.fromhex("0001") + kind.to_bytes(2, "big") + bytes.fromhex("00000002 03030303 80000001 fcec")
    lsa += (20 + len(content)).to_bytes(2, "big") + content
    return bytes.fromhex("0304") + (20 + len(lsa)).to_bytes(2, "big") + bytes(12) + bytes.fromhex("00000001") + lsa


def test_prefixes_of_version_3() -> None:
    fields = layer_values("ospf", update_3(0x2003, "00000014 40000000 20010db800000004"))
    assert (fields["ospf.v3.lsa.fc"], fields["ospf.v3.lsa.s12"], fields["ospf.metric"]) == ([3], [1], [20])
    assert fields["ospf.v3.address_prefix.ipv6"] == [bytes.fromhex("20010db800000004").ljust(16, b"\0")]
    assert fields["ospf.v3.lsa.interprefix"] == [True]


def test_links_of_version_3() -> None:
    fields = layer_values("ospf", update_3(0x2001, "01000033 02000040 00000006 00000007 03030303"))
    assert (fields["ospf.v3.router.lsa.flags.b"], fields["ospf.v3.options.dc"]) == ([True], [True])
    assert (fields["ospf.metric"], fields["ospf.v3.lsa.neighbor_interface_id"]) == ([64], [7])
    external = layer_values("ospf", update_3(0x4005, "01000014 00000000 0000002a"))
    assert (external["ospf.v3.lsa.external_route_tag"], external["ospf.metric"]) == ([42], [20])


def test_a_prefix_too_long_is_noted() -> None:
    assert layer_tree("ospf", update_3(0x2003, "00000014 ff000000 20010db800000004")).notes
