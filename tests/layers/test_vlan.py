"""VLAN tags, ARP inside them, and what is padding and what trailer."""

from __future__ import annotations

from tests.layers.link_bytes import values

TWO_TAGS = (
    "ffffffffffff0020d25afb3f88a8 00c88100 07d10806"
    "0001080006040001 0020d25afb3f ac154f61 000000000000 ac154f64" + "00" * 14
)


def test_service_tag_around_customer_tag() -> None:
    found = values(1, TWO_TAGS)
    assert found["ieee8021ad.id"] == [200]
    assert found["vlan.id"] == [2001]
    assert found["vlan.etype"] == [0x0806]


def test_a_tag_has_twelve_bits_of_identifier() -> None:
    found = values(1, TWO_TAGS.replace("00c88100 07d1", "bffe8100 fabc"))
    assert found["ieee8021ad.id"] == [0xFFE] and found["ieee8021ad.priority"] == [5]
    assert found["vlan.id"] == [0xABC] and found["vlan.priority"] == [7]
    assert found["vlan.dei"] == [1]


def test_padding_fills_up_to_sixty_bytes_and_the_rest_is_the_tags_trailer() -> None:
    found = values(1, TWO_TAGS)
    assert found["eth.padding"] == [bytes(10)]
    assert found["vlan.trailer"] == [bytes(4)]
    assert "eth.trailer" not in found


def test_arp_request() -> None:
    found = values(1, TWO_TAGS)
    assert found["arp.opcode"] == [1]
    assert found["arp.src.hw_mac"] == [bytes.fromhex("0020d25afb3f")]
    assert found["arp.src.proto_ipv4"] == [0xAC154F61]
    assert found["arp.dst.proto_ipv4"] == [0xAC154F64]
    assert "arp.isgratuitous" not in found
