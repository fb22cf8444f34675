"""STUN, byte for byte; the response is RFC 5769's (section 2.2)."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

RESPONSE = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96"
)  # fmt: skip


def test_a_response_with_a_good_fingerprint() -> None:
    found = layer_values("stun", RESPONSE)
    assert found["stun.type.class"] == [0x10] and found["stun.type.method"] == [1]
    assert found["stun.att.port"] == [32853] and found["stun.att.ipv4"] == [0xC0000201]
    assert found["stun.att.software"] == ["test vector"] and found["stun.att.crc32.status"] == [1]
    assert layer_tree("stun", RESPONSE).info == "Binding Success Response XOR-MAPPED-ADDRESS: 192.0.2.1:32853"
    assert layer_values("stun", RESPONSE[:-1] + b"\0")["stun.att.crc32.status"] == [0]


def test_an_error_and_a_channel() -> None:
    error = bytes.fromhex("011100102112a442") + bytes(12) + b"\0\x09\0\x0c\0\0\4\1Unautho!"
    assert layer_tree("stun", error).info.startswith("Binding Error Response error-code: 401 (Unauthenticated)")
    assert layer_values("stun", b"\x40\0\0\2ab")["stun.channel"] == [0x4000]


def test_an_attribute_that_is_longer_than_the_message() -> None:
    assert "_ws.malformed" in layer_values("stun", RESPONSE[:20] + b"\0\6\xff\xffab")


def test_the_old_message() -> None:
    found = layer_values("classicstun", b"\0\1\0\x0c" + bytes(16) + b"\0\1\0\x08\0\1\x12\x34\1\2\3\4")
    assert found["classicstun.att.port"] == [0x1234]
