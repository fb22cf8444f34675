"""EAP's methods."""

from __future__ import annotations

from typing import Any

from tests.layers.link_bytes import layer_tree, layer_values

HELLO = "1603010031 0100002d 0301" + "00" * 32 + "00 0006 000400 05000a 0100"


def eap(code: int, method: int, text: str) -> dict[str, list[Any]]:
    body = bytes.fromhex(text)
    return layer_values("eap", bytes([code, 1]) + (5 + len(body)).to_bytes(2, "big") + bytes([method]) + body)


def test_tls_in_one_packet() -> None:
    found = eap(2, 13, "80 00000036" + HELLO)
    assert (found["eap.tls.flags.len_included"], found["eap.tls.len"]) == ([True], [54])
    assert found["tls.handshake.type"] == [1]


def test_a_fragment_of_tls_is_not_opened() -> None:
    found = eap(1, 25, "c1 00001000 160301" + "00" * 20)
    assert found["eap.tls.flags.version"] == [1]
    assert "tls.record.content_type" not in found


def test_fast_begins_with_its_authority() -> None:
    assert eap(1, 43, "21 0004 0002 4142")["eap.fast.authority_id_data"] == [b"AB"]


def test_sim_attributes() -> None:
    found = eap(2, 18, "0a0000 0e030005 3132333435000000 0705 0000" + "4e" * 16)
    assert found["eap.sim.subtype.attribute"] == [14, 7]
    assert found["eap.identity"] == ["12345"]
    assert found["eap.sim.subtype.value"] == [b"\0\0" + b"N" * 16]


def test_a_length_of_zero_ends_the_attributes() -> None:
    assert eap(1, 23, "010000 0100")["eap.aka.subtype"] == [1]


def test_mschap() -> None:
    found = eap(2, 26, "02 05 003a 31" + "50" * 16 + "00" * 8 + "4e" * 24 + "00" + b"user".hex())
    assert (found["eap.ms_chap_v2.peer_challenge"], found["eap.ms_chap_v2.name"]) == ([b"P" * 16], ["user"])


def test_the_identity_of_a_subscriber() -> None:
    found = eap(2, 1, b"1232010000000000@wlan.mnc001.mcc232.3gppnetwork.org".hex())
    assert found["eap.identity.type"] == ["EAP-SIM Permanent"]


def test_leap_is_weak() -> None:
    tree = layer_tree("eap", bytes.fromhex("0101 000c 11 0100 02 4142 7573"))
    assert [note.name for note in tree.notes] == ["eap.dictionary_attacks"]
