"""The Protocol and Info columns of plain TLS records, out of their bytes alone.

Lists of packets need no more of TLS, and making its trees costs fifty times as much.  What is not plain (a record that
goes on in another segment, an extension whose lengths are odd or whose inside is not known here) is None: `decode` says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from struct import Struct

from dissect.layers import tls_names as names
from dissect.layers.certificates import sound
from dissect.layers.tls_handshake import NAMED_CURVE
from dissect.layers.tls_names import CERTIFICATE, CLIENT_HELLO, CLIENT_KEY, SERVER_DONE, SERVER_HELLO, SERVER_KEY, TLS13

CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION = 20, 21, 22, 23
LEVELS = {1: "Warning", 2: "Fatal"}
TWO = Struct(">HH")


def told(data: bytes, known: int = 0, spoken: list[bytes] | None = None) -> tuple[int, list[str]] | None:
    """The version and what each record says, or None.  `known`: the version, if the session's is.

    `spoken` is given the handshake messages that are not sealed.
    """
    at, end, version, encrypted, said = 0, len(data), known, False, list[str]()
    while at < end:
        if end - at < 5 or data[at + 1] != 3 or data[at + 2] > 4:
            return None
        kind, size = data[at], data[at + 3] << 8 | data[at + 4]
        version = version or data[at + 1] << 8 | data[at + 2]
        at += 5
        if not size or at + size > end:
            return None
        if kind == APPLICATION:
            said.append("Application Data")
        elif kind == CHANGE_CIPHER:
            encrypted = encrypted or version != TLS13
            said.append("Change Cipher Spec")
        elif kind == ALERT and (size != 2 or data[at] not in LEVELS):
            said.append("Encrypted Alert")
        elif kind == ALERT:
            what = names.ALERTS.get(data[at + 1], f"Unknown ({data[at + 1]})")
            said.append(f"Alert (Level: {LEVELS[data[at]]}, Description: {what})")
        elif kind == HANDSHAKE:
            found = _messages(data[at : at + size], encrypted, version, spoken)
            if found is None:
                return None
            version, names_ = found
            said += names_
        else:
            return None
        at += size
    return version, said


def _messages(data: bytes, encrypted: bool, version: int, spoken: list[bytes] | None) -> tuple[int, list[str]] | None:
    """The version after a record's handshake messages, and their names."""
    at, said = 0, list[str]()
    while at < len(data):
        message = data[at : at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")]
        kind = message[0]
        if (
            encrypted
            or len(message) < 4
            or kind not in names.HANDSHAKES
            or message[1]
            or (not kind and len(message) > 4)
        ):
            return version, [*said, "Encrypted Handshake Message"]
        if kind in (CLIENT_HELLO, SERVER_HELLO):
            found = _hello(message)
            if found is None:
                return None
            version, name = found
        elif kind in BELOW_13 and version != TLS13 and BELOW_13[kind](message[4:]):
            name = names.HANDSHAKES[kind]
        else:
            return None
        if len(message) < 4 + int.from_bytes(message[1:4], "big"):
            return None
        said.append(name)
        if spoken is not None:
            spoken.append(message)
        at += len(message)
    return version, said


def _hello(message: bytes) -> tuple[int, str] | None:
    """The version that a record's only message, a hello, settles, and its name."""
    kind, size = message[0], int.from_bytes(message[1:4], "big")
    if kind not in (CLIENT_HELLO, SERVER_HELLO) or size + 4 != len(message) or size < 38:
        return None
    version, at = message[4] << 8 | message[5], 39 + message[38]
    if kind == CLIENT_HELLO:
        ciphers = int.from_bytes(message[at : at + 2], "big")
        at += 2 + ciphers
        if ciphers % 2 or at >= len(message):
            return None
        at += 1 + message[at]
    else:
        at += 3
    listed = extensions(message, at)
    if listed is None:
        return None
    name = ""
    for number, body in listed:
        check = (OFFERED if kind == CLIENT_HELLO else CHOSEN).get(number)
        if check is None or not check(body):
            return None
        if number == 0 and body:
            name = body[5:].decode("ascii")
        elif number == 43 and kind == SERVER_HELLO:
            version = body[0] << 8 | body[1]
    return version, names.HANDSHAKES[kind] + (f" (SNI={name})" if name else "")


@lru_cache(2048)  # hellos of a chunk, each of which is asked for several things
def extensions(message: bytes, at: int) -> list[tuple[int, bytes]] | None:
    """Number and body of each extension, if they fill the rest.  The list is not to be changed."""
    found, end = [], len(message)
    if at == end:
        return []
    if at + 2 > end or at + 2 + int.from_bytes(message[at : at + 2], "big") != end:
        return None
    at += 2
    while at + 4 <= end:
        number, size = TWO.unpack_from(message, at)
        at += 4
        found.append((number, message[at : at + size]))
        at += size
    return found if at == end else None


Check = Callable[[bytes], bool]


def _whatever(_: bytes) -> bool:
    return True


def _empty(body: bytes) -> bool:
    return not body


def _numbers(width: int, unit: int) -> Check:
    """A list of `unit` bytes each behind its length."""

    def check(body: bytes) -> bool:
        size = len(body) - width
        return size > 0 and int.from_bytes(body[:width], "big") == size and size % unit == 0

    return check


def _shares(body: bytes) -> bool:
    end, at = len(body), 2
    while at + 4 <= end:
        at += 4 + (body[at + 2] << 8 | body[at + 3])
    return at == end >= 2 and int.from_bytes(body[:2], "big") == end - 2


def _share(body: bytes) -> bool:
    return len(body) >= 4 and body[2] << 8 | body[3] == len(body) - 4


def _one_name(body: bytes) -> bool:
    """A single host name of harmless letters."""
    size = len(body)
    lengths = body[:2] == (size - 2).to_bytes(2, "big") and body[3:5] == (size - 5).to_bytes(2, "big")
    return size > 5 and lengths and body[5:].isascii() and body[5:].decode("ascii").isprintable()


def _protocols(body: bytes) -> bool:
    end, at = len(body), 2
    while at < end:
        at += 1 + body[at]
    return at == end > 2 and int.from_bytes(body[:2], "big") == end - 2


def _status(body: bytes) -> bool:
    return body == b"\1\0\0\0\0"


def _certificates(body: bytes) -> bool:
    """A list of certificates as before TLS 1.3, all of which can be taken apart."""
    end, at = len(body), 3
    while at + 3 <= end:
        size = int.from_bytes(body[at : at + 3], "big")
        if size and not sound(body[at + 3 : at + 3 + size]):
            return False
        at += 3 + size
    return at == end and int.from_bytes(body[:3], "big") == end - 3


def _server_key(body: bytes) -> bool:
    """A signed key on a named curve."""
    if len(body) < 4 or body[0] != NAMED_CURVE:
        return False
    rest = body[4 + body[3] :]
    signed = rest[2:] if int.from_bytes(rest[:2], "big") + 2 != len(rest) else rest
    return len(signed) >= 2 and int.from_bytes(signed[:2], "big") + 2 == len(signed)


BELOW_13: dict[int, Check] = {
    CERTIFICATE: _certificates, SERVER_KEY: _server_key, SERVER_DONE: _whatever, CLIENT_KEY: _whatever,
}  # fmt: skip
COMMON: dict[int, Check] = {
    11: _numbers(1, 1), 16: _protocols, 21: _whatever, 22: _empty, 23: _empty, 35: _whatever, 65281: lambda b: b == b"\0",
}  # fmt: skip
OFFERED: dict[int, Check] = COMMON | {
    0: _one_name, 5: _status, 10: _numbers(2, 2), 13: _numbers(2, 2), 18: _empty, 27: _numbers(1, 2), 43: _numbers(1, 2),
    45: _numbers(1, 1), 49: _empty, 51: _shares,
} | dict.fromkeys(range(0x0A0A, 0x10000, 0x1010), _whatever)  # fmt: skip
CHOSEN: dict[int, Check] = COMMON | {0: _empty, 5: _empty, 43: lambda b: len(b) == 2, 51: _share}
