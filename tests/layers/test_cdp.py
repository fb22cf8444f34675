"""CDP."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

HEAD = "01000ccccccc 001906eab885 {:04x} aaaa03 00000c 2000"


def packet(body: str) -> str:
    """A frame with the message `body`."""
    return HEAD.format(8 + len(bytes.fromhex(body))) + body


def test_device_port_and_address() -> None:
    body = "02b4ed71 0001000a536c6974 6368 00030007666130 0002001100000001 0101cc0004c0a80001"
    found = values(1, packet(body))
    assert found["cdp.ttl"] == [180]
    assert found["cdp.tlv.type"] == [1, 3, 2]
    assert found["cdp.deviceid"] == ["Slitch"]
    assert found["cdp.portid"] == ["fa0"]
    assert found["cdp.nrgyz.ip_address"] == [0xC0A80001]
    assert tree(1, packet(body)).info == "Device ID: Slitch  Port ID: fa0  "


def test_checksum_of_odd_length_counts_its_last_byte_as_a_signed_number() -> None:
    for last, checksum in (("01", "bc25"), ("81", "bca5")):
        found = values(1, packet(f"02b4{checksum} 00050006410a 000b0005{last}"))
        assert found["cdp.checksum.status"] == [1]
        assert found["cdp.software_version"] == ["A"]
        assert found["cdp.duplex"] == [True]


def test_a_length_below_four_ends_the_message() -> None:
    result = tree(1, packet("02b40000 00010002 ffff"))
    assert "cdp.invalid_data" in [note.name for layer in result.layers for note in layer.notes]
