"""Arista's timestamps in front of the frame's type."""

from __future__ import annotations

from tests.layers.link_bytes import values

ETHER = "000000000001 001122334455 d28b"
IP = "45000014000000004011000001020304 05060708"


def test_timestamp_of_64_bits_before_a_label() -> None:
    found = values(1, ETHER + "0001 0010 5ceeed58 36ab6e7c 8847 00400140" + IP)
    assert (found["avsp.64sec"], found["avsp.64ns"]) == ([1559162200], [917204604])
    assert (found["avsp.etype"], found["mpls.label"], found["ip.src"]) == ([0x8847], [1024], [0x01020304])


def test_timestamp_of_48_bits() -> None:
    found = values(1, ETHER + "0001 0120 edd5 1815ab34 0800" + IP)
    assert (found["avsp.48sec"], found["avsp.48ns"]) == ([0xEDD5], [0x1815AB34])
    assert found["ip.src"] == [0x01020304]


def test_version_nobody_knows() -> None:
    found = values(1, ETHER + "0001 0011 5ceeed58")
    assert "avsp.ts.unknown_version" in found
    assert "avsp.etype" not in found
