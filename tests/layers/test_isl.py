"""Cisco's ISL: a frame within one that looks like 802.3."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

INNER = "01000ccccccc 001906eab885 0005 aaaa03 00000c".replace(" ", "") + "00" * 37
FRAME = "01000c000000 001906eab885 004c aaaa03 00000c 0003 0001 0000" + INNER + "f7a7fe42"


def test_a_frame_of_a_vlan() -> None:
    found = values(1, FRAME)
    assert (found["isl.vlan_id"], found["isl.bpdu"], found["isl.len"], found["isl.index"]) == ([1], [True], [76], [1])
    assert (found["isl.dst"], found["isl.src"]) == ([bytes.fromhex("01000c000000")], [bytes.fromhex("001906eab885")])
    assert found["eth.dst"] == [bytes.fromhex("01000ccccccc")], "the outer header is ISL's"
    assert found["eth.fcs"] == [0xF7A7FE42]
    assert tree(1, FRAME).protocols == "eth:isl:eth:llc"


def test_other_frames_for_cisco_are_802_3() -> None:
    assert tree(1, FRAME.replace("01000c000000", "01000ccccccd")).protocols.startswith("eth:llc")
