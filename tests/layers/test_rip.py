"""RIP versions 1 and 2, RIPng, VRRP."""

from __future__ import annotations

from ipaddress import IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.link_bytes import layer_tree, layer_values

ROUTES = bytes.fromhex(
    "02020000 00020001 0a000000 ff000000 00000000 00000002 00020000 c0a80000 ffff0000 0a010101 00000010"
)
SIGNED = bytes.fromhex(
    "02020000 ffff0003 002c 01 14 00000001 0000000000000000"
    "00020000 0a010000 ffff0000 00000000 00000001 ffff0001 000102030405060708090a0b0c0d0e0f"
)
RIPNG = bytes.fromhex("02010000 20010db8000000000000000000000000 0007 20 01")
ADVERTISEMENT = bytes.fromhex("2101640100010000c0a8001e0000000000000000")


def test_routes() -> None:
    fields = layer_values("rip", ROUTES)
    assert fields["rip.ip"] == [0x0A000000, 0xC0A80000]
    assert (fields["rip.metric"], fields["rip.route_tag"]) == ([2, 16], [1, 0])
    assert layer_tree("rip", ROUTES).info == "Response"


def test_a_keyed_digest() -> None:
    fields = layer_values("rip", SIGNED)
    assert (fields["rip.auth.type"], fields["rip.key_id"], fields["rip.seq_num"]) == ([3], [1], [1])
    assert fields["rip.ip"] == [0x0A010000]
    assert fields["rip.authentication_data"] == [bytes(range(16))]


def test_ripng() -> None:
    fields = layer_values("ripng", RIPNG)
    assert fields["ripng.rte.ipv6_prefix"] == [IPv6Address("2001:db8::").packed]
    assert (fields["ripng.rte.prefix_length"], fields["ripng.rte.metric"]) == ([32], [1])


def test_vrrp_version_2() -> None:
    fields = layer_values("vrrp", ADVERTISEMENT)
    assert (fields["vrrp.version"], fields["vrrp.virt_rtr_id"], fields["vrrp.prio"]) == ([2], [1], [100])
    assert (fields["vrrp.ip_addr"], fields["vrrp.adver_int"]) == ([0xC0A8001E], [1])
    assert layer_tree("vrrp", ADVERTISEMENT).info == "Announcement (v2)"


def test_vrrp_version_3() -> None:
    fields = layer_values("vrrp", bytes.fromhex("31016401006400000a000001"))
    assert (fields["vrrp.short_adver_int"], fields["vrrp.ip_addr"]) == ([100], [0x0A000001])
    assert "vrrp.auth_type" not in fields


@given(st.binary(max_size=100), st.sampled_from(["rip", "ripng", "vrrp"]))
def test_any_bytes(data: bytes, layer: str) -> None:
    layer_tree(layer, data)
