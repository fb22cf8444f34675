"""Built-in rules about TLS: versions, cipher suites, certificates (C14 to C16, C20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from dissect.check.model import Failure
from dissect.check.seen import Seen, Tally
from dissect.layers.tls_names import CIPHERS, VERSIONS
from dissect.library import Capture

SERVER_HELLO = 2
TLS12 = 0x0303
WEAK = ("NULL", "EXPORT", "RC4", "_DES_", "DES40", "3DES", "anon", "RC2")
SEQUENCE, CONTEXT_0, UTC_TIME = 0x30, 0xA0, 0x17
SHORTEST_RSA = 2048
RSA = bytes.fromhex("2a864886f70d010101")
WEAK_SIGNATURES = {  # by the object identifier's octets
    bytes.fromhex("2a864886f70d010102"): "MD2", bytes.fromhex("2a864886f70d010104"): "MD5",
    bytes.fromhex("2a864886f70d010105"): "SHA-1", bytes.fromhex("2a8648ce3d0401"): "SHA-1",
    bytes.fromhex("2a8648ce380403"): "SHA-1",
}  # fmt: skip


class Sessions:
    """What servers choose, and the certificates that they show."""

    names = (
        "tls.handshake.type", "tls.handshake.version", "tls.handshake.ciphersuite",
        "tls.handshake.extensions.supported_version", "tls.handshake.certificate", "tcp.srcport",
    )  # fmt: skip

    def __init__(self) -> None:
        self.old, self.weak, self.invalid, self.forgeable = Tally(), Tally(), Tally(), Tally()

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        rows, types = seen.all("tls.handshake.type")
        hello = np.unique(rows[types == SERVER_HELLO])
        version, suite = seen.one("tls.handshake.version"), seen.one("tls.handshake.ciphersuite")
        chosen, port = seen.one("tls.handshake.extensions.supported_version"), seen.one("tcp.srcport")
        for row in hello.tolist():  # one a session
            server = f"{seen.ends[row][0]}:{port[row]}"
            number = int(chosen[row] if chosen[row] >= 0 else version[row])
            if 0 <= number < TLS12:
                name = VERSIONS.get(number, f"version {number:#06x}")
                self.old.add(f"{server} {name}", row + seen.first, f"the server chooses {name}")
            name = CIPHERS.get(int(suite[row]), "")
            if any(word in name for word in WEAK):
                self.weak.add(f"{server} {name}", row + seen.first, f"the server chooses {name}")
        rows, certificates = seen.all("tls.handshake.certificate")
        for row, certificate in zip(rows.tolist(), certificates.tolist(), strict=True):
            flaw = weakness(certificate)
            if flaw:
                self.forgeable.add(f"{seen.ends[row][0]}:{port[row]} {flaw}", row + seen.first, flaw)
            period = validity(certificate)
            now = datetime.fromtimestamp(int(seen.time[row]) / 1e9, UTC)
            if period is not None and not period[0] <= now <= period[1]:
                told = f"valid from {period[0]:%Y-%m-%d} to {period[1]:%Y-%m-%d}, seen on {now:%Y-%m-%d}"
                self.invalid.add(f"{seen.ends[row][0]}:{port[row]} {period[1]:%Y-%m-%d}", row + seen.first, told)

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        yield from self.old.failures("C14", "{subject} chosen {count} time{s}", "tls.handshake.type == 2")
        yield from self.weak.failures("C15", "{subject} chosen {count} time{s}", "tls.handshake.type == 2")
        yield from self.forgeable.failures("C20", "{subject}, shown {count} time{s}", "tls.handshake.certificate")
        for failure in self.invalid.failures("C16", "", "tls.handshake.certificate"):
            failure.what = f"{failure.subject.partition(' ')[0]}: {failure.spots[0].why}"
            yield failure


def validity(certificate: bytes) -> tuple[datetime, datetime] | None:
    """From when to when an X.509 certificate (DER) is valid; None if it is none (RFC 5280 section 4.1)."""
    try:
        at = inner(certificate, inner(certificate, 0))  # Certificate, tbsCertificate
        if certificate[at] == CONTEXT_0:
            at = behind(certificate, at)  # version
        for _ in range(3):  # serial number, algorithm, issuer
            at = behind(certificate, at)
        start = inner(certificate, at)
        return moment(certificate, start), moment(certificate, behind(certificate, start))
    except (IndexError, ValueError):
        return None


def weakness(certificate: bytes) -> str:
    """What is weak in an X.509 certificate (DER): how it is signed, unless by itself, or its RSA key; else nothing."""
    try:
        at = inner(certificate, inner(certificate, 0))
        if certificate[at] == CONTEXT_0:
            at = behind(certificate, at)
        algorithm = behind(certificate, at)  # after the serial number
        issuer = behind(certificate, algorithm)
        subject = behind(certificate, behind(certificate, issuer))  # after the validity
        key = behind(certificate, subject)
        signed = WEAK_SIGNATURES.get(value(certificate, inner(certificate, algorithm)), "")
        if signed and value(certificate, issuer) != value(certificate, subject):
            return f"a certificate signed with {signed}"
        kind = inner(certificate, key)
        if value(certificate, inner(certificate, kind)) == RSA:
            numbers = value(certificate, behind(certificate, kind))[1:]
            bits = int.from_bytes(value(numbers, inner(numbers, 0)), "big").bit_length()
            if 0 < bits < SHORTEST_RSA:
                return f"a certificate with an RSA key of {bits} bits"
    except (IndexError, ValueError):
        pass
    return ""


def value(der: bytes, at: int) -> bytes:
    """The value of the element at `at`."""
    start, size = length(der, at)
    return der[start : start + size]


def length(der: bytes, at: int) -> tuple[int, int]:
    """Where the value of the element at `at` begins, and its length (X.690 section 8.1.3)."""
    size = der[at + 1]
    if size < 0x80:
        return at + 2, size
    width = size & 0x7F
    if not 0 < width <= 4:
        raise ValueError
    return at + 2 + width, int.from_bytes(der[at + 2 : at + 2 + width], "big")


def inner(der: bytes, at: int) -> int:
    """Where the first element within a sequence begins."""
    if der[at] != SEQUENCE:
        raise ValueError
    return length(der, at)[0]


def behind(der: bytes, at: int) -> int:
    """Where the next element begins."""
    start, size = length(der, at)
    return start + size


def moment(der: bytes, at: int) -> datetime:
    """A time: two digits of the year below 50 are of this century (RFC 5280 section 4.1.2.5.1)."""
    start, size = length(der, at)
    text = der[start : start + size].decode("ascii").removesuffix("Z")
    if der[at] == UTC_TIME:
        text = ("20" if text < "50" else "19") + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
