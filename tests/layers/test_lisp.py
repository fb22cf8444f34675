"""LISP's control messages."""

from __future__ import annotations

from tests.layers.test_tunnels import INNER, found, layers, shown, udp

NONCE = "0102030405060708"


def mapping(eid: str, *locators: str) -> str:
    """A mapping record."""
    return f"000005a0{len(locators):02x}20 1000 0002 {eid}" + "".join(f"01640164 0007 {one}" for one in locators)


def test_register_with_both_kinds_of_locators() -> None:
    body = "3c000101" + NONCE + "00010004aabbccdd" + mapping("0001 0a000001", "0001 14140801", "0002" + "20" * 16)
    fields = found(udp(4342, body))
    assert (fields["lisp.type"], fields["lisp.mreg.flags.pmr"], fields["lisp.mreg.flags.wmn"]) == ([3], [True], [True])
    assert (fields["lisp.auth"], fields["lisp.mapping.eid.ipv4"]) == ([bytes.fromhex("aabbccdd")], [0x0A000001])
    assert fields["lisp.loc.locator"] == ["20.20.8.1", ":".join(["2020"] * 8)]
    assert shown(udp(4342, body)).info == "Map-Register for 10.0.0.1/32"


def test_instance_in_a_canonical_address() -> None:
    fields = found(udp(4342, "20000001" + NONCE + mapping("4003 0000 0200 000a 00000005 0001 0a000001")))
    assert (fields["lisp.lcaf.type"], fields["lisp.lcaf.iid"]) == ([2], [5])
    assert (fields["lisp.lcaf.iid.afi"], fields["lisp.lcaf.iid.ipv4"]) == ([1], [0x0A000001])


def test_encapsulated_request() -> None:
    request = "10000001" + NONCE + "0000 0001 0a000001 00180001 0a010000"
    packet = udp(4342, "84000000" + udp(4342, request))
    assert layers(packet) == ["ip", "udp", "lisp", "ip", "udp", "lisp"]
    assert found(packet)["lisp.ecm.flags.ddt"] == [True]
    assert found(packet)["lisp.mreq.srceid.string"] == ["not set"]
    assert shown(packet).info == "Encapsulated Map-Request (DDT-originated) for 10.1.0.0/24"


def test_unknown_family_ends_the_records() -> None:
    result = shown(udp(4342, "20000002" + NONCE + "000005a0 0020 1000 0002 0063" + INNER))
    assert [n.name for layer in result.layers for n in layer.notes] == ["lisp.unexpected_field"]
