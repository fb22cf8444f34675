"""Diameter."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values
from tests.layers.test_longtail import tcp

HEAD = "01{:06x} {} 000101 00000000 11223344 55667788"


def message(avps: str, flags: str = "80") -> str:
    """A capabilities exchange with `avps`."""
    return HEAD.format(20 + len(bytes.fromhex(avps)), flags) + avps


def test_names_types_and_padding() -> None:
    body = message("00000108 40 00000b 682e7800 00000101 40 00000e 0001 0a010203 0000 0000010c 40 00000c 000007d1")
    found = values(101, tcp(body, 3868))
    assert found["diameter.Origin-Host"] == ["h.x"]
    assert found["diameter.Host-IP-Address.IPv4"] == [0x0A010203]
    assert found["diameter.Result-Code"] == [2001]
    assert found["diameter.avp.pad"] == [b"\0", b"\0\0"]
    assert tree(101, tcp(body, 3868)).info.startswith("cmd=Capabilities-Exchange Request(257) flags=R---")


def test_groups_and_vendors() -> None:
    group = "000001bb 40 000028" + "000001c2 40 00000c 00000001" + "000001bc 40 000011 3132333435363738 39000000"
    found = values(101, tcp(message(group + "0000000c c0 00000d 000028af 30 000000 00000001 80 00000c 00000009"), 3868))
    assert found["diameter.Subscription-Id-Type"] == [1]
    assert found["diameter.Subscription-Id-Data"] == ["123456789"]
    assert found["diameter.avp.vendorId"] == [10415, 9]


def test_lengths_that_lie() -> None:
    for avps in ("00000108 40 000004", "00000108 40 ffffff 61", "0000010c 40 00000a 00010000"):
        result = tree(101, tcp(message(avps), 3868))
        assert any(layer.notes for layer in result.layers)


def test_groups_within_groups_end() -> None:
    avps = ""
    for _ in range(40):
        avps = f"00000117 40 {len(bytes.fromhex(avps)) + 8:06x}" + avps
    assert tree(101, tcp(message(avps), 3868)).layers[-1].layer.name == "diameter"
