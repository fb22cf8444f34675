"""IEEE 802.11."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values


def test_acknowledgement() -> None:
    found = values(105, "d400 0000 90a4dec0460a")
    assert found["wlan.fc.type_subtype"] == [0x1D]
    assert found["wlan.ra"] == [bytes.fromhex("90a4dec0460a")]
    assert "wlan.ta" not in found


def test_addresses_follow_the_distribution_system() -> None:
    packet = tree(105, "8802 2c00 accf5c786c9c 28c68eab9616 28c68eab9617 2000 0000 aaaa03000000888e 01000000")
    assert packet.protocols == "wlan:llc:eapol"
    assert packet.find("wlan.bssid") == [bytes.fromhex("28c68eab9616")]
    assert packet.find("wlan.sa") == [bytes.fromhex("28c68eab9617")]
    assert packet.find("wlan.seq") == [2]
    assert packet.find("wlan.qos.eosp") == [False]


def test_ccmp() -> None:
    packet = tree(105, "8842 2c00 accf5c786c9c 28c68eab9616 28c68eab9617 2000 0000 1100002000000000 0102030405")
    assert packet.find("wlan.ccmp.extiv") == ["0x000000000011"]
    assert packet.find("wlan.wep.key") == [0]
    assert packet.protocols == "wlan:data"


def test_the_check_sequence_is_there_if_radiotap_says_so() -> None:
    packet = tree(127, "00000900 02000000 10 d400 0000 90a4dec0460a 2731633c")
    assert packet.find("wlan.fcs") == [0x3C633127]


BEACON = "8000 0000 ffffffffffff 28c68eab9616 28c68eab9616 8023 806d690300000000 6400 3104"


def test_beacon() -> None:
    packet = tree(105, BEACON + "0003616263 010482848b96 030101 050401020000 0706555320010b1b")
    assert packet.info == 'Beacon frame, SN=568, FN=0, Flags=........, BI=100, SSID="abc"'
    assert packet.find("wlan.fixed.capabilities.privacy") == [True]
    assert packet.find("wlan.ssid") == [b"abc"]
    assert packet.find("wlan.supported_rates") == [0x82, 0x84, 0x8B, 0x96]
    assert packet.find("wlan.tim.dtim_period") == [2]
    assert packet.find("wlan.country_info.fnm.mtpl") == [27]


def test_rsn() -> None:
    packet = tree(105, BEACON + "3014 0100 000fac04 0100 000fac04 0100 000fac08 0c00")
    assert packet.find("wlan.rsn.akms.type") == [8]
    assert packet.find("wlan.rsn.pcs.oui") == [0x000FAC]
    assert packet.find("wlan.rsn.capabilities.ptksa_replay_counter") == [3]


def test_subelements_of_fast_transition_and_of_neighbors() -> None:
    keys = "0106aabbccddeeff" + "0302" + b"r0".hex() + "0223 0300 10 0102030405060708" + "77" * 24
    packet = tree(105, BEACON + f"37 {82 + 8 + 4 + 37:02x} 0003 {'11' * 16}{'22' * 32}{'33' * 32} {keys}")
    assert packet.find("wlan.ft.subelem.r1kh_id") == [bytes.fromhex("aabbccddeeff")]
    assert packet.find("wlan.ft.subelem.r0kh_id") == [b"r0"]
    assert (packet.find("wlan.ft.subelem.gtk.key_id"), packet.find("wlan.ft.subelem.gtk.key_length")) == ([3], [16])
    assert packet.find("wlan.ft.subelem.gtk.key_encrypted") == [b"\x77" * 24]
    packet = tree(105, BEACON + "34 1a 020000000003 13010000 51 06 07 0301ff 010464006500 0202" + b"US".hex())
    assert packet.find("wlan.nreport.subelem.bss_trn_can_pref") == [255]
    assert packet.find("wlan.nreport.subelem.beacon_interval") == [101]  # its lowest octet comes first
    assert packet.find("wlan.nreport.subelem.country_code") == ["US"]


def test_cells_that_another_beacon_tells_of() -> None:
    packet = tree(105, BEACON + "47 0f 03 000c 53020104 000673656372657421".replace(" ", "")[:34])
    assert packet.find("wlan.ssid") == [b"secret"]
    assert packet.find("wlan.fixed.capabilities") == [0x0431, 0x0401]


def test_an_element_longer_than_the_frame() -> None:
    packet = tree(105, BEACON + "0009616263")
    assert packet.find("wlan.tag.length") == [9]
    assert packet.find("wlan.tag.length.bad") == [True]


def test_radio_information() -> None:
    found = values(127, "00000f00 2a000000 10 00 6c09 a000 e6 d400 0000 90a4dec0460a 2731633c")
    assert found["wlan_radio.phy"] == [4]
    assert found["wlan_radio.channel"] == [1]
    assert found["wlan_radio.signal_dbm"] == [-26]


def test_block_ack_names_the_frames_that_are_missing() -> None:
    packet = tree(105, "9400 0000 accf5c786c9c 28c68eab9616 0500 0064 feffffffffffff7f")
    assert packet.find("wlan.fixed.ssc.sequence") == [0x640]
    assert packet.find("wlan.ba.bm.missing_frame") == [0x640, 0x640 + 63]


def test_add_block_ack() -> None:
    packet = tree(105, "d000 0000 accf5c786c9c 28c68eab9616 28c68eab9616 1000 0300 01 0210 0000 3000")
    assert packet.find("wlan.fixed.baparams.buffersize") == [64]
    assert packet.find("wlan.fixed.ssc.sequence") == [3]


def test_aggregate() -> None:
    head = "8800 0000 accf5c786c9c 28c68eab9616 28c68eab9616 1000 8000"
    one = "accf5c786c9d 28c68eab9617 000a aaaa03000000088e01 00"
    packet = tree(105, head + one + one)
    assert packet.find("wlan_aggregate.a_mdsu.length") == [10, 10]
    assert packet.find("wlan.da") == [bytes.fromhex("accf5c786c9c"), *[bytes.fromhex("accf5c786c9d")] * 2]
