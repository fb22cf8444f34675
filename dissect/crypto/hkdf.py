"""Deriving keys: HKDF (RFC 5869), labels of TLS 1.3 (RFC 8446, section 7.1), the PRF of 1.2 (RFC 5246, section 5)."""

from __future__ import annotations


def mac(key: bytes, message: bytes, digest: str) -> bytes:
    """HMAC (RFC 2104).  OpenSSL is loaded when the first is asked for: few captures have anything to open."""
    import hmac

    return hmac.digest(key, message, digest)


def extract(salt: bytes, secret: bytes, digest: str = "sha256") -> bytes:
    """HKDF-Extract."""
    return mac(salt, secret, digest)


def expand(secret: bytes, info: bytes, size: int, digest: str = "sha256") -> bytes:
    """HKDF-Expand."""
    out, block, number = b"", b"", 1
    while len(out) < size:
        block = mac(secret, block + info + bytes([number]), digest)
        out, number = out + block, number + 1
    return out[:size]


def expand_label(secret: bytes, label: str, size: int, digest: str = "sha256", context: bytes = b"") -> bytes:
    """HKDF-Expand-Label."""
    name = b"tls13 " + label.encode("ascii")
    info = size.to_bytes(2, "big") + bytes([len(name)]) + name + bytes([len(context)]) + context
    return expand(secret, info, size, digest)


def prf(secret: bytes, label: bytes, seed: bytes, size: int, digest: str = "sha256") -> bytes:
    """The pseudorandom function of TLS 1.2; with `digest` "md5sha1", that of the versions before (RFC 2246)."""
    if digest == "md5sha1":
        half = (len(secret) + 1) // 2
        one = _p_hash(secret[:half], label + seed, size, "md5")
        two = _p_hash(secret[len(secret) - half :], label + seed, size, "sha1")
        return bytes(a ^ b for a, b in zip(one, two, strict=True))
    return _p_hash(secret, label + seed, size, digest)


def _p_hash(secret: bytes, seed: bytes, size: int, digest: str) -> bytes:
    out, a = b"", seed
    while len(out) < size:
        a = mac(secret, a, digest)
        out += mac(secret, a + seed, digest)
    return out[:size]


def size_of(digest: str) -> int:
    """How many octets a digest has."""
    import hashlib

    return hashlib.new(digest).digest_size
