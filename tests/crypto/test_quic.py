"""Keys and numbers of QUIC, by the examples of RFC 9000 and RFC 9001, and RFC 9369."""

from __future__ import annotations

import pytest

from dissect.crypto import quic
from dissect.crypto.hkdf import expand_label

pytest.importorskip("cryptography")
DCID = bytes.fromhex("8394c8f03e515708")


@pytest.mark.parametrize(
    ("version", "server", "key", "iv", "hp"),
    [
        (1, False, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2"),
        (1, True, "cf3a5331653c364c88f0f379b6067e37", "0ac1493ca1905853b0bba03e", "c206b8d9b9f0f37644430b490eeaa314"),
        (
            quic.V2, False, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f",
            "45b95e15235d6f45a6b19cbcb0294ba9",
        ),
    ],
)  # fmt: skip
def test_initial_keys(version: int, server: bool, key: str, iv: str, hp: str) -> None:
    secret = quic.initial_secret(version, DCID, server)
    sizes = 16, 12, 16
    made = [expand_label(secret, name, size).hex() for name, size in zip(quic.names(version), sizes, strict=False)]
    assert made == [key, iv, hp]


def test_chacha_short_header() -> None:
    """RFC 9001, appendix A.5."""
    secret = bytes.fromhex("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b")
    from dissect.crypto.ciphers import SUITES

    packet = quic.packet_keys(1, SUITES[0x1303], secret)
    octets = bytes.fromhex("4cfe4189655e5cd55c41f69080575d7999c25a5bfb")
    header = quic.unprotect(packet, octets, 1)
    assert header is not None
    number = quic.full_number(654360563, header.number, header.size)
    assert number == 654360564
    assert quic.unseal(packet, octets, 1, header, number) == b"\1"
    assert quic.unseal(packet, octets[:-1] + b"\0", 1, header, number) is None


@pytest.mark.parametrize(
    ("largest", "cut", "size", "number"),
    [(0xA82F30EA, 0x9B32, 2, 0xA82F9B32), (-1, 0, 1, 0), (0xFF, 0x00, 1, 0x100), (0x100, 0xFF, 1, 0xFF)],
)
def test_packet_numbers(largest: int, cut: int, size: int, number: int) -> None:
    """RFC 9000, appendix A.3."""
    assert quic.full_number(largest, cut, size) == number


def test_versions_without_keys_have_no_salt() -> None:
    assert not quic.salt_of(0)
    assert not quic.salt_of(0x0A0A0A0A)
    assert quic.salt_of(0xFF00001D) != quic.salt_of(1)
