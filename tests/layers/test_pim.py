"""PIM version 2, and version 1 in IGMP."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.link_bytes import layer_tree, layer_values

HELLO = bytes.fromhex("200041fe00010002006900140004d76f30dc001300040000000100150004 01000000")
JOIN = bytes.fromhex(
    "2300efa6 0100 0a00000d 00 01 00d2 01000020 ef010101 0001 0001 01000720 01010101 01000020 0a000002"
)
REACHABLE = bytes.fromhex("14040000 10000000 ef7b7b7b ffffffff 01010101 0000 010e")


def test_hello() -> None:
    fields = layer_values("pim", HELLO)
    assert (fields["pim.version"], fields["pim.type"]) == ([2], [0])
    assert fields["pim.optiontype"] == [1, 20, 19, 21]
    assert (fields["pim.holdtime"], fields["pim.dr_priority"]) == ([105], [1])
    assert fields["pim.state_refresh_version"] == [1]
    tree = layer_tree("pim", HELLO)
    assert (tree.protocol_column, tree.info) == ("PIMv2", "Hello")


def test_joins_and_prunes() -> None:
    fields = layer_values("pim", JOIN)
    assert fields["pim.upstream_neighbor"] == [0x0A00000D]
    assert (fields["pim.numjoins"], fields["pim.numprunes"]) == ([1], [1])
    assert (fields["pim.join_ip"], fields["pim.prune_ip"]) == ([0x01010101], [0x0A000002])
    assert fields["pim.source_addr.flags.w"] == [True, False]
    assert fields["pim.mask_len"] == [32, 32, 32]


def test_version_1_in_igmp() -> None:
    fields = layer_values("igmp", REACHABLE)
    assert (fields["pim.igmp_type"], fields["pim.code"]) == (["PIM (0x14)"], [4])
    assert (fields["pim.version"], fields["pim.group_address"]) == ([1], [0xEF7B7B7B])
    assert (fields["pim.rp"], fields["pim.holdtime"]) == ([0x01010101], [270])


def test_an_option_too_short_is_noted_and_the_next_is_read() -> None:
    message = bytes.fromhex("20000000 0014000100 000100020069")
    assert layer_values("pim", message)["pim.holdtime"] == [105]
    assert layer_tree("pim", message).notes


@given(st.binary(max_size=150), st.integers(0, 15))
def test_any_bytes(data: bytes, kind: int) -> None:
    layer_tree("pim", bytes([0x20 | kind]) + data)
    layer_tree("igmp", bytes([0x14, kind]) + data)
