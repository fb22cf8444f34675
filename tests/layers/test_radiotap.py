"""Radiotap."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values


def test_values_lie_in_the_order_of_the_present_bits() -> None:
    found = values(127, "00001800 8e580000 00 02 6c09 a000 5800 00 2a 0000 00000000")
    assert found["radiotap.datarate"] == [1.0]
    assert found["radiotap.channel.freq"] == [2412]
    assert found["radiotap.channel.flags.cck"] == [True]
    assert found["radiotap.quality"] == [88]
    assert found["radiotap.db_antsignal"] == [42]
    assert "radiotap.dbm_antsignal" not in found


def test_values_are_aligned_from_the_start_of_the_header() -> None:
    found = values(127, "00001800 2f000000 0102030405060708 10 02 6c09 a000 e6 00")
    assert found["radiotap.mactime"] == [0x0807060504030201]
    assert found["radiotap.flags.fcs"] == [True]
    assert found["radiotap.dbm_antsignal"] == [-26]


def test_a_second_namespace_repeats_values() -> None:
    found = values(127, "00001000 200000a0 20080000 e6 e0 01 00")
    assert found["radiotap.dbm_antsignal"] == [-26, -32]
    assert found["radiotap.antenna"] == [1]


def test_mcs_shows_what_is_known() -> None:
    found = values(127, "00000b00 00000800 27 25 07")
    assert found["radiotap.mcs.index"] == [7]
    assert found["radiotap.mcs.gi"] == [1]
    assert found["radiotap.mcs.stbc"] == [1]
    assert "radiotap.mcs.fec" not in found


def test_a_value_beyond_the_stated_length_is_not_read() -> None:
    found = tree(127, "00000900 06000000 10 02 ffff")
    assert found.find("radiotap.flags") == [0x10]
    assert found.find("radiotap.datarate") == []
