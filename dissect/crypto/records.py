"""Protection of TLS records: keys out of secrets, records opened with them (RFC 8446 section 5, RFC 5246 section 6.2).

What opens a record is a `Seal`: plain data, made ready by `open_record`, which keeps the ciphers used last.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from dissect.crypto import hkdf
from dissect.crypto.ciphers import SUITES, Opener, Suite, opener
from dissect.crypto.hkdf import expand_label, prf

SSL3, TLS10, TLS11, TLS12, TLS13 = range(0x0300, 0x0305)
DTLS10, DTLS12 = 0xFEFF, 0xFEFD
NAME = re.compile(
    r"WITH_(?:(AES|CAMELLIA|ARIA|SEED|3DES_EDE)_?(128|256)?_(GCM|CCM_8|CCM|CBC)|(CHACHA20)_POLY1305)(?:_(SHA256|SHA384|SHA|MD5))?$"
)
MACS = {"SHA": ("sha1", 20), "SHA256": ("sha256", 32), "SHA384": ("sha384", 48), "MD5": ("md5", 16)}
EXPLICIT = 8  # octets of a record's own part of the nonce


class Seal(NamedTuple):
    """What one side's records are sealed with.  `mode`: gcm, ccm, chacha (`modern`: as TLS 1.3 uses them) or cbc."""

    mode: str
    key: bytes
    iv: bytes
    tag: int = 16
    modern: bool = False
    digest: str = ""  # of the MAC, with cbc
    mac: bytes = b""
    mac_first: bool = False  # encrypt-then-MAC (RFC 7366)
    chained: bool = False  # the initialisation vector is the record's before (TLS 1.0)


def cipher_of(name: str) -> tuple[str, int, int, str, str] | None:
    """Mode, key size, tag size, digests of the PRF and of the MAC of a cipher suite before TLS 1.3."""
    found = NAME.search(name)
    if found is None:
        return None
    block, bits, mode, chacha, digest = found.groups()
    hashed = "sha384" if digest == "SHA384" else "sha256"
    if chacha:
        return "chacha", 32, 16, hashed, ""
    if block != "AES":
        return None
    size = int(bits) // 8
    if mode == "CBC":
        return "cbc", size, 0, hashed, digest or "SHA"
    return mode[:3].lower(), size, 8 if mode == "CCM_8" else 16, hashed, ""


def seals(
    name: str, version: int, master: bytes, client: bytes, server: bytes, mac_first: bool
) -> tuple[Seal, Seal] | None:
    """The client's and the server's seals before TLS 1.3, out of the master secret and both randoms."""
    found = cipher_of(name)
    if found is None or len(master) != 48:
        return None
    mode, size, tag, digest, mac = found
    old = version in (SSL3, TLS10, TLS11, DTLS10)
    if version == SSL3:
        return None
    mac_digest, mac_size = MACS.get(mac, ("", 0))
    iv_size = {"cbc": 16, "chacha": 12}.get(mode, 4)
    total, used = 2 * (mac_size + size + iv_size), "md5sha1" if old else digest
    block = prf(master, b"key expansion", server + client, total, used)
    parts, at = list[bytes](), 0
    for width in (mac_size, mac_size, size, size, iv_size, iv_size):
        parts.append(block[at : at + width])
        at += width
    chained = mode == "cbc" and version == TLS10
    first, second = (
        Seal(mode, parts[2 + i], parts[4 + i], tag, False, mac_digest, parts[i], mac_first, chained) for i in range(2)
    )
    return first, second


def modern_seal(number: int, secret: bytes) -> Seal | None:
    """The seal of a traffic secret of TLS 1.3 for a cipher suite."""
    suite: Suite | None = SUITES.get(number)
    if suite is None:
        return None
    key, iv = expand_label(secret, "key", suite.key, suite.digest), expand_label(secret, "iv", 12, suite.digest)
    return Seal(suite.aead, key, iv, suite.tag, True)


def updated(number: int, secret: bytes) -> bytes:
    """The traffic secret after a key update (RFC 8446, section 7.2)."""
    return expand_label(secret, "traffic upd", len(secret), SUITES[number].digest)


@lru_cache(256)
def _opener(mode: str, key: bytes, tag: int) -> Opener:
    return opener(mode, key, tag)


def open_record(seal: Seal, number: int, kind: int, version: int, sealed: bytes, iv: bytes = b"") -> bytes | None:
    """The plain octets of a record with this sequence number; None where they cannot be had.

    `iv`: the last block of the record before, where the seal is `chained`.
    """
    if seal.modern:
        return _open_modern(seal, number, kind, version, sealed)
    if seal.mode == "cbc":
        return _open_cbc(seal, number, kind, version, sealed, iv)
    if seal.mode == "chacha":
        nonce = (int.from_bytes(seal.iv, "big") ^ number).to_bytes(12, "big")
        body = sealed
    else:
        nonce, body = seal.iv + sealed[:EXPLICIT], sealed[EXPLICIT:]
    size = len(body) - seal.tag
    if size < 0:
        return None
    return _opener(seal.mode, seal.key, seal.tag)(nonce, body, _header(number, kind, version, size))


def _header(number: int, kind: int, version: int, size: int) -> bytes:
    """What is authenticated beside the octets."""
    return number.to_bytes(8, "big") + bytes([kind]) + version.to_bytes(2, "big") + size.to_bytes(2, "big")


def _open_modern(seal: Seal, number: int, kind: int, version: int, sealed: bytes) -> bytes | None:
    """A record of TLS 1.3; its own type is the last octet that is not zero."""
    nonce = (int.from_bytes(seal.iv, "big") ^ number).to_bytes(12, "big")
    extra = bytes([kind]) + version.to_bytes(2, "big") + len(sealed).to_bytes(2, "big")
    return _opener(seal.mode, seal.key, seal.tag)(nonce, sealed, extra)


def inner(plain: bytes) -> tuple[int, bytes]:
    """The type and the octets of a plain record of TLS 1.3."""
    octets = plain.rstrip(b"\0")
    return (octets[-1], octets[:-1]) if octets else (0, b"")


def _open_cbc(seal: Seal, number: int, kind: int, version: int, sealed: bytes, iv: bytes) -> bytes | None:
    """A record of a block cipher with a MAC within the sealed octets, or behind them."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    body, mac_size = sealed, len(seal.mac)
    if seal.mac_first:
        body, mac = sealed[:-mac_size], sealed[-mac_size:]
        said = _header(number, kind, version, len(body)) + body
        if hkdf.mac(seal.mac, said, seal.digest) != mac:
            return None
    if not seal.chained:
        iv, body = body[:16], body[16:]
    if not body or len(body) % 16 or len(iv) != 16:
        return None
    cipher = Cipher(algorithms.AES(seal.key), modes.CBC(iv)).decryptor()
    plain = cipher.update(body) + cipher.finalize()
    plain = plain[: -plain[-1] - 1]
    if seal.mac_first:
        return plain
    plain, mac = plain[:-mac_size], plain[-mac_size:]
    said = _header(number, kind, version, len(plain)) + plain
    return plain if hkdf.mac(seal.mac, said, seal.digest) == mac else None
