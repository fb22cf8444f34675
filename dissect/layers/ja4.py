"""JA4, the fingerprint of a TLS client (FoxIO's technical details of JA4, BSD licence).

    t13d1516h2_8daaf6152771_e5627efa2ab1
    |||| | |   |            +- SHA-256 of the sorted extensions and the signature algorithms, 12 digits of it
    |||| | |   +- SHA-256 of the sorted cipher suites, 12 digits of it
    |||| | +- first and last character of the first ALPN protocol
    |||| +- number of extensions, after the number of cipher suites
    |||+- a name (SNI) was asked for: d, else i
    |+- highest version offered
    +- t, d or q: what carries the hello

Numbers that are GREASE are to be left out by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SNI, ALPN = 0, 16
NOTHING = "0" * 12
VERSIONS = {
    0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
    0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3",
}  # fmt: skip


def beginning(carrier: str, version: int, ciphers: Sequence[int], extensions: Sequence[int], protocol: bytes) -> str:
    """The first part; `protocol` is the first of the ALPN protocols, or empty."""
    name = "d" if SNI in extensions else "i"
    counts = f"{min(len(ciphers), 99):02}{min(len(extensions), 99):02}"
    return f"{carrier}{VERSIONS.get(version, '00')}{name}{counts}{ends(protocol)}"


def ends(protocol: bytes) -> str:
    """First and last character; of their hexadecimal form where one is neither letter nor digit."""
    if not protocol:
        return "00"
    edges = protocol[:1] + protocol[-1:]
    if edges.isalnum():  # of bytes: ASCII letters and digits only
        return edges.decode("ascii")
    digits = edges.hex()
    return digits[0] + digits[-1]


def lists(ciphers: Iterable[int], extensions: Iterable[int], signatures: Iterable[int]) -> tuple[str, str]:
    """The texts that the second and third part are hashes of."""
    suites = ",".join(sorted(f"{value:04x}" for value in ciphers))
    kept = ",".join(sorted(f"{value:04x}" for value in extensions if value not in (SNI, ALPN)))
    algorithms = ",".join(f"{value:04x}" for value in signatures)
    return suites, f"{kept}_{algorithms}" if algorithms and kept else kept


def digest(text: str) -> str:
    """Twelve digits of the text's SHA-256; zeros for none."""
    import hashlib  # it loads OpenSSL: not where no hello is met

    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else NOTHING


def ja3(text: str) -> str:
    """The older fingerprint of what a hello says."""
    import hashlib

    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
