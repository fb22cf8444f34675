"""LLDP, and EAPOL beside it."""

from __future__ import annotations

from tests.layers.link_bytes import values


def test_identities_and_time_to_live() -> None:
    found = values(1, "0180c200000e 0018ba98688f 88cc 0207040018ba98688f 0407014661302f3133 06020078 0000")
    assert found["lldp.tlv.type"] == [1, 2, 3, 0]
    assert found["lldp.chassis.id.mac"] == [bytes.fromhex("0018ba98688f")]
    assert found["lldp.port.id"] == ["Fa0/13"]
    assert found["lldp.time_to_live"] == [120]


def test_what_follows_the_end_is_the_frames_padding() -> None:
    found = values(1, "0180c200000e 0018ba98688f 88cc 06020078 0000" + "00" * 40)
    assert found["eth.padding"] == [bytes(40)]


def test_eap_identity() -> None:
    found = values(1, "0180c2000003 0018ba98688f 888e 01000009 0201000901 61626364")
    assert found["eapol.len"] == [9]
    assert found["eap.code"] == [2]
    assert found["eap.identity"] == ["abcd"]
