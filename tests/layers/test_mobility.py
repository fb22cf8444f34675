"""The mobility header and Shim6."""

from __future__ import annotations

from ipaddress import IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.link_bytes import layer_tree, layer_values

ADDRESS = IPv6Address("2001:db8::2").packed
UPDATE = bytes.fromhex("3b0405000000 0007 c000 0010 0108 0000000000000000") + bytes.fromhex("0310") + ADDRESS
I1 = bytes.fromhex("3b0101000000 123456789abc 0000002a")
LOCATORS = bytes.fromhex("0004001c 00000007 01 02 000000000000") + ADDRESS


def test_binding_update() -> None:
    fields = layer_values("mipv6", UPDATE)
    assert (fields["mip6.mhtype"], fields["mip6.bu.seqnr"], fields["mip6.bu.lifetime"]) == ([5], [7], [16])
    assert (fields["mip6.bu.a_flag"], fields["mip6.bu.h_flag"], fields["mip6.bu.k_flag"]) == ([True], [True], [False])
    assert fields["mip6.acoa.acoa"] == [ADDRESS]
    assert fields["mip6.mobility_opt"] == [1, 3]
    assert layer_tree("mipv6", UPDATE).info == "Binding Update"


def test_test_init_and_revocation() -> None:
    init = layer_values("mipv6", bytes.fromhex("3b01010000000000 0102030405060708"))
    assert init["mip6.hoti.cookie"] == [0x0102030405060708]
    revoked = layer_values("mipv6", bytes.fromhex("3b01100000000201 0005 8000 01020000"))
    assert (revoked["mip6.bri_br.type"], revoked["mip6.bri_status"], revoked["mip6.bri_ap"]) == ([2], [1], [True])


def test_shim6_context() -> None:
    fields = layer_values("shim6", I1)
    assert (fields["shim6.type"], fields["shim6.len_oct"], fields["shim6.p"]) == ([1], [16], [False])
    assert fields["shim6.inonce"] == [0x2A]
    assert layer_tree("shim6", I1).info == "Shim6 (I1)"


def test_shim6_locators() -> None:
    fields = layer_values("shim6", bytes.fromhex("3b05400000 00 123456789abc 00000001") + LOCATORS)
    assert fields["shim6.locator"] == [ADDRESS]
    assert (fields["shim6.opt.locnum"], fields["shim6.opt.total_len"]) == ([1], [32])


def test_shim6_payload() -> None:
    fields = layer_values("shim6", bytes.fromhex("3b00800000000001"))
    assert fields["shim6.p"] == [True]
    assert "shim6.type" not in fields


@given(st.binary(max_size=200), st.integers(0, 19))
def test_any_message(data: bytes, kind: int) -> None:
    layer_tree("mipv6", bytes([59, 20, kind]) + data)


@given(st.binary(max_size=200), st.sampled_from([0, 1, 2, 3, 4, 5, 6, 64, 65, 66, 67, 128]))
def test_any_shim(data: bytes, kind: int) -> None:
    layer_tree("shim6", bytes([59, 20, kind]) + data)
