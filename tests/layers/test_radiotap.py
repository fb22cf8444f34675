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


def test_ppi() -> None:
    common = "0200 1400 0102030405060708 0100 0c00 6c09 a000 0000 e0a0"
    packet = tree(192, f"00002000 69000000 {common} d4000000 90a4dec0460a 2731633c")
    assert packet.protocols == "ppi:wlan_radio:wlan"
    assert packet.find("ppi.80211-common.rate") == [6000]
    assert packet.find("ppi.80211-common.dbm.antsignal") == [-32]
    assert packet.find("wlan.fcs") == [0x3C633127]


def test_prism_in_either_byte_order() -> None:
    name = b"wlan0".ljust(16, b"\0").hex()
    big = "00000044 00000024" + name + "00030044 0000 0004 00000006"
    little = "44000000 24000000" + name + "44000300 0000 0400 06000000"
    for text in (big, little):
        assert values(119, text + "d4000000 90a4dec0460a")["prism.did.channel"] == [6]


def test_avs() -> None:
    values_ = "00000004 0000000b 0000006e 00000000 00000000 00000002 ffffffce ffffffa6 00000000 00000001"
    packet = tree(163, "80211001 00000040 0000000000000001 0000000000000002" + values_ + "d4000000 90a4dec0460a")
    assert packet.find("wlancap.data_rate") == [11_000_000]
    assert packet.find("wlancap.dbm_antsignal") == [-50]
    assert packet.find("wlan.ra") == [bytes.fromhex("90a4dec0460a")]


def test_radio_information_of_80211ac() -> None:
    found = values(127, "00001400 00002000 4400 04 04 92000000 00 00 0000 d4000000 90a4dec0460a")
    assert found["wlan_radio.phy"] == [8]
    assert found["wlan_radio.11ac.mcs"] == [9]
    assert found["wlan_radio.11ac.nss"] == [2]
    assert round(found["wlan_radio.data_rate"][0], 1) == 866.7
