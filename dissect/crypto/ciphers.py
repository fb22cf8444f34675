"""The ciphers of QUIC and TLS, made from their keys.  What wrong keys cannot open is None."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from dissect.crypto.hkdf import expand_label

Opener = Callable[[bytes, bytes, bytes], bytes | None]  # (nonce, sealed octets, additional data) -> plain octets
EXTRA = "install pcap-dissect[crypto] to decrypt"


class Suite(NamedTuple):
    """An AEAD with its key and tag sizes, and the digest that keys are derived with."""

    aead: str
    key: int
    digest: str
    tag: int = 16


SUITES = {  # of TLS 1.3 (RFC 8446, appendix B.4)
    0x1301: Suite("gcm", 16, "sha256"),
    0x1302: Suite("gcm", 32, "sha384"),
    0x1303: Suite("chacha", 32, "sha256"),
    0x1304: Suite("ccm", 16, "sha256"),
    0x1305: Suite("ccm", 16, "sha256", 8),
}


@cache
def available() -> bool:
    """Whether the library of ciphers is installed."""
    return find_spec("cryptography") is not None


def opener(aead: str, key: bytes, tag: int = 16) -> Opener:
    """What opens octets sealed with a key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

    cipher: AESGCM | AESCCM | ChaCha20Poly1305
    if aead == "gcm":
        cipher = AESGCM(key)
    elif aead == "ccm":
        cipher = AESCCM(key, tag)
    else:
        cipher = ChaCha20Poly1305(key)

    def opened(nonce: bytes, sealed: bytes, extra: bytes) -> bytes | None:
        try:
            return cipher.decrypt(nonce, sealed, extra)
        except (InvalidTag, ValueError, OverflowError):
            return None

    return opened


class Keys(NamedTuple):
    """One direction's keys of TLS 1.3 or QUIC."""

    open: Opener
    iv: bytes

    def unseal(self, number: int, sealed: bytes, extra: bytes) -> bytes | None:
        """The plain octets of the record or packet with this number (RFC 8446, section 5.3)."""
        nonce = (int.from_bytes(self.iv, "big") ^ number).to_bytes(len(self.iv), "big")
        return self.open(nonce, sealed, extra)


def traffic_keys(suite: Suite, secret: bytes, names: tuple[str, str] = ("key", "iv")) -> Keys:
    """The keys of a traffic secret (RFC 8446, section 7.3; QUIC has other names for them)."""
    key = expand_label(secret, names[0], suite.key, suite.digest)
    return Keys(opener(suite.aead, key, suite.tag), expand_label(secret, names[1], 12, suite.digest))
