"""Protection of QUIC packets (RFC 9001, section 5; RFC 9369, section 3.3): keys, header protection, packet numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dissect.crypto.ciphers import SUITES, Keys, Suite, traffic_keys
from dissect.crypto.hkdf import expand_label, extract

V1, V2 = 1, 0x6B3343CF
Q050, T050, T051 = 0x51303530, 0x54303530, 0x54303531
INITIAL = SUITES[0x1301]
SAMPLE = 16
SALTS = {
    22: "7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a", 28: "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
    32: "afbfec289993d24c9e9786f19c6111e04390a899", 34: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a",
}  # fmt: skip
SALT_V2 = "0dede3def700a6db819381be6e269dcbf9bd2ed9"
SALTS_GOOGLE = {
    Q050: "504574efd066fe2f9d945cfcdbd3a7f0d3b56b45", T050: "7ff579e5acd072915580304c43a2367c60488310",
    T051: "7a4edef4e7ccee5fa4506c19124fc8ccda6e033d",
}  # fmt: skip


class Packet(NamedTuple):
    """Keys of one direction: what opens payloads, and what makes the mask of headers."""

    keys: Keys
    mask: Callable[[bytes], bytes]


def draft_of(version: int) -> int:
    """The draft that a version is like; 0 for what is no version of QUIC known here."""
    if version == V1:
        return 34
    if version >> 8 == 0xFF0000:
        return version & 0xFF
    return {V2: 100, 0xFACEB001: 22, 0xFACEB002: 27}.get(version, 0)


def salt_of(version: int) -> bytes:
    """The salt of a version's Initial keys; none where there is none."""
    if version in SALTS_GOOGLE:
        return bytes.fromhex(SALTS_GOOGLE[version])
    draft = draft_of(version)
    if version == V2:
        return bytes.fromhex(SALT_V2)
    return next((bytes.fromhex(salt) for last, salt in SALTS.items() if 0 < draft <= last), b"")


def initial_secret(version: int, dcid: bytes, server: bool) -> bytes:
    """The secret of Initial packets, which the client's first destination connection id tells everybody."""
    return expand_label(extract(salt_of(version), dcid), "server in" if server else "client in", 32)


def names(version: int) -> tuple[str, str, str, str]:
    """The labels of keys, initialisation vectors, header protection and key updates."""
    word = "quicv2" if version == V2 else "quic"
    return f"{word} key", f"{word} iv", f"{word} hp", f"{word} ku"


def packet_keys(version: int, suite: Suite, secret: bytes, header_secret: bytes | None = None) -> Packet:
    """The keys of a secret; header protection stays that of the first one when keys are updated."""
    key, iv, hp, _ = names(version)
    mask = expand_label(header_secret or secret, hp, suite.key, suite.digest)
    return Packet(traffic_keys(suite, secret, (key, iv)), masker(suite, mask))


def updated(version: int, suite: Suite, secret: bytes) -> bytes:
    """The secret after a key update (RFC 9001, section 6.1)."""
    return expand_label(secret, names(version)[3], len(secret), suite.digest)


def masker(suite: Suite, key: bytes) -> Callable[[bytes], bytes]:
    """What makes the mask of a header from a sample (RFC 9001, section 5.4)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if suite.aead != "chacha":
        cipher = Cipher(algorithms.AES(key), modes.ECB())
        return lambda sample: cipher.encryptor().update(sample)[:5]
    return lambda sample: Cipher(algorithms.ChaCha20(key, sample), None).encryptor().update(bytes(5))


class Header(NamedTuple):
    """An unprotected header: its first octet, the size of the packet number, and that number cut to it."""

    first: int
    size: int
    number: int


def unprotect(packet: Packet, octets: bytes, at: int) -> Header | None:
    """The header of a packet whose packet number begins at `at`."""
    sample = octets[at + 4 : at + 4 + SAMPLE]
    if len(sample) < SAMPLE:
        return None
    mask = packet.mask(sample)
    first = octets[0] ^ mask[0] & (0x0F if octets[0] & 0x80 else 0x1F)
    size = (first & 3) + 1
    number = int.from_bytes(octets[at : at + size], "big") ^ int.from_bytes(mask[1 : 1 + size], "big")
    return Header(first, size, number)


def full_number(largest: int, cut: int, size: int) -> int:
    """The packet number that is meant (RFC 9000, appendix A.3); `largest`: the largest so far, -1 for none."""
    expected, window = largest + 1, 1 << 8 * size
    number = expected & ~(window - 1) | cut
    if number <= expected - window // 2 and number < (1 << 62) - window:
        return number + window
    if number > expected + window // 2 and number >= window:
        return number - window
    return number


def unseal(packet: Packet, octets: bytes, at: int, header: Header, number: int) -> bytes | None:
    """The plain payload of a packet."""
    head = bytes([header.first]) + octets[1:at] + (number & (1 << 8 * header.size) - 1).to_bytes(header.size, "big")
    return packet.keys.unseal(number, octets[at + header.size :], head)
