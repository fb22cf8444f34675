"""Fields of TLS handshakes by column: only headers with a record of one are looked at one by one.

Where records begin is found for all headers at once, step by step; what a plain handshake says is read as `tls_brief`
does; what is not plain (cut, opened with keys, quoted, of a shape not known there) is *unread*: `decode` says.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.layer import Carried
from dissect.layers import tls_brief
from dissect.layers.certificates import modules
from dissect.layers.tls_names import CERTIFICATE, CLIENT_HELLO, SERVER_HELLO

FIRST, HANDSHAKE, LAST = 20, 22, 24  # types of records
MOST = 16384 + 2048  # as in `tls`: bytes of a record
STEPS = 64  # records of a header that are looked for by column
TYPE, VERSION, SUITE, SUPPORTED, CERTIFICATE_OCTETS, SNI = (
    "tls.handshake.type", "tls.handshake.version", "tls.handshake.ciphersuite",
    "tls.handshake.extensions.supported_version", "tls.handshake.certificate", "tls.handshake.extensions_server_name",
)  # fmt: skip
ASIDE = (TYPE, VERSION, SUITE, SUPPORTED, CERTIFICATE_OCTETS)
NAMES_EXTENSION, VERSIONS_EXTENSION = 0, 43


def shaking(h: Any) -> NDArray[np.bool_]:
    """Which headers of a group have a whole record of a handshake, or so many records that one may be among them."""
    found = np.zeros(len(h.start), bool)
    rows, at, end = np.arange(len(found)), h.start, h.end
    for _ in range(STEPS):
        there = end - at >= 5
        rows, at, end = rows[there], at[there], end[there]
        if not len(rows):
            return found
        kind, version, size = h.octets.uint(at, 1), h.octets.uint(at + 1, 2), h.octets.uint(at + 3, 2)
        size = size.astype(np.int64)
        begins = (kind >= FIRST) & (kind <= LAST) & (version >= 0x0300) & (version <= 0x0304) & (size <= MOST)
        begins &= at + 5 + size <= end  # what goes on elsewhere says nothing here
        found[rows[begins & (kind == HANDSHAKE)]] = True
        on = begins & (kind != HANDSHAKE)
        rows, at, end = rows[on], at[on] + 5 + size[on], end[on]
    found[rows] = True
    return found


def _scan(h: Any) -> tuple[NDArray[np.bool_], list[tuple[int, list[bytes]]]]:
    """Which headers are not read here; and the handshake messages of the others that have any."""
    found = h.__dict__.get("_handshakes")
    if found is not None:
        return found  # type: ignore[no-any-return]
    unread: NDArray[np.bool_] = h.end < h.limit
    if h.outer("icmp", "icmpv6") is not None:
        unread = np.ones(len(unread), bool)
    if h.streams is not None and h.streams.keyed:
        unread = unread | h.streams.opened(h)
    rows = np.flatnonzero(shaking(h) & ~unread)
    heard = list[tuple[int, list[bytes]]]()
    if len(rows):
        known = 0 if h.streams is None else h.streams.versions(h.taken(rows))
        versions, octets = np.broadcast_to(known, rows.shape).tolist(), memoryview(h.octets.u1)
        bounds = zip(rows.tolist(), h.start[rows].tolist(), h.end[rows].tolist(), versions, strict=True)
        for row, start, end, version in bounds:
            spoken = list[bytes]()
            if tls_brief.told(bytes(octets[start:end]), version, spoken) is None:
                unread[row] = True
            elif spoken:
                heard.append((row, spoken))
    h.__dict__["_handshakes"] = unread, heard
    return unread, heard


def unread(h: Any) -> NDArray[np.bool_]:
    """Which headers of a group the extractors here cannot read."""
    return _scan(h)[0]


def certified(h: Any) -> NDArray[np.bool_]:
    """Which headers of a group have certificates, or may have: those of handshakes that are not read here."""
    unread, heard = _scan(h)
    out: NDArray[np.bool_] = unread & (h.octets.uint(h.start, 1) == HANDSHAKE)
    out[[row for row, messages in heard if any(message[0] == CERTIFICATE for message in messages)]] = True
    return out


def carried(h: Any) -> Carried:
    """What lies in each header's records: the modules of ASN.1 that take plain certificates apart."""
    unread, heard = _scan(h)
    out = Carried.of(len(unread), ((row, _modules(messages)) for row, messages in heard))
    rest = ~unread
    rest[[row for row, _ in heard]] = False
    out.which[rest] = len(out.names)
    out.names.append(())
    return out


def _modules(messages: list[bytes]) -> tuple[str, ...]:
    certificates = (octets for message in messages if message[0] == CERTIFICATE for octets in _certificates(message))
    return tuple(name for octets in certificates for name in modules(octets) or ())


def _certificates(message: bytes) -> Iterator[bytes]:
    """The certificates of a plain message of them."""
    at = 7
    while at < len(message):
        size = int.from_bytes(message[at : at + 3], "big")
        if size:
            yield message[at + 3 : at + 3 + size]
        at += 3 + size


def _suites(message: bytes) -> tuple[int, int, int]:
    """Of a plain hello: where its cipher suites begin and end, and where its extensions begin."""
    at = 39 + message[38]
    if message[0] == SERVER_HELLO:
        return at, at + 2, at + 3
    end = at + 2 + int.from_bytes(message[at : at + 2], "big")
    return at + 2, end, end + 1 + message[end]


def _numbers(octets: bytes) -> tuple[int, ...]:
    """Words of 16 bits; an odd octet behind them is none."""
    return struct.unpack(f">{len(octets) // 2}H", octets[: len(octets) & ~1])


def _extension(message: bytes, number: int) -> Iterator[bytes]:
    """The bodies of a plain hello's extensions of this number."""
    listed = tls_brief.extensions(message, _suites(message)[2]) or ()
    return (body for which, body in listed if which == number)


def _names(message: bytes) -> list[str]:
    return [body[5:].decode("ascii") for body in _extension(message, NAMES_EXTENSION) if body]


def _versions(message: bytes) -> list[int]:
    skipped = int(message[0] == CLIENT_HELLO)
    return [one for body in _extension(message, VERSIONS_EXTENSION) for one in _numbers(body[skipped:])]


HELLOS = CLIENT_HELLO, SERVER_HELLO
# of each field: the messages it is in, and what such a plain one says of it, in order
SAYS: dict[str, tuple[tuple[int, ...], Callable[[bytes], Iterable[Any]]]] = {
    TYPE: ((), lambda message: message[:1]),
    VERSION: (HELLOS, lambda message: _numbers(message[4:6])),
    SUITE: (HELLOS, lambda message: _numbers(message[slice(*_suites(message)[:2])])),
    SUPPORTED: (HELLOS, _versions),
    CERTIFICATE_OCTETS: ((CERTIFICATE,), _certificates),
    SNI: (HELLOS, _names),
}


def _of(name: str) -> Callable[[Any], tuple[Any, Any]]:
    """The extractor of a field."""
    kinds, says = SAYS[name]

    def extract(h: Any) -> tuple[Any, Any]:
        rows, values = list[int](), list[Any]()
        for row, messages in _scan(h)[1]:
            for message in messages:
                if not kinds or message[0] in kinds:
                    values += says(message)
            rows += [row] * (len(values) - len(rows))
        if name in (SNI, CERTIFICATE_OCTETS):
            out = np.empty(len(values), object)
            out[:] = values
            return np.array(rows, np.int64), out
        return np.array(rows, np.int64), np.array(values, np.int64)

    return extract


HOT = {name: _of(name) for name in SAYS}
