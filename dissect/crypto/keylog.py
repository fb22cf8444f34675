"""Key logs: the lines that TLS libraries write for analysers (draft-ietf-tls-keylogfile, `SSLKEYLOGFILE`).

    LABEL <client random or, of RSA, the sealed premaster secret, in hexadecimal> <secret, in hexadecimal>

What is no such line is passed over, as the format demands; labels nobody here needs (exporters) are, too.
"""

from __future__ import annotations

import os
import re

MASTER = "CLIENT_RANDOM"
SESSION = "RSA Session-ID"
LABELS = frozenset({
    MASTER, "RSA", "CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0",
})  # fmt: skip
QUIC_LABELS = {  # of programs from before QUIC had its number
    "QUIC_CLIENT_EARLY_TRAFFIC_SECRET": "CLIENT_EARLY_TRAFFIC_SECRET",
    "QUIC_CLIENT_HANDSHAKE_TRAFFIC_SECRET": "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "QUIC_SERVER_HANDSHAKE_TRAFFIC_SECRET": "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    "QUIC_CLIENT_TRAFFIC_SECRET_0": "CLIENT_TRAFFIC_SECRET_0",
    "QUIC_SERVER_TRAFFIC_SECRET_0": "SERVER_TRAFFIC_SECRET_0",
}
LINE = re.compile(rb"^([A-Z_0-9]+) ([0-9A-Fa-f]{2,256}) ([0-9A-Fa-f]{2,256})\s*$", re.MULTILINE)
BY_SESSION = re.compile(rb"^RSA Session-ID:([0-9A-Fa-f]{2,64}) Master-Key:([0-9A-Fa-f]{96})\s*$", re.MULTILINE)
MOST = 1 << 20  # lines that are kept
MOST_OCTETS = 256 << 20  # of a file
DSB_TLS = 0x544C534B  # the type of such lines in a pcapng file's secrets


class KeyLog:
    """Secrets by label and client random.  `used` are the client randoms that a connection of the capture had."""

    def __init__(self, text: bytes = b"") -> None:
        self._secrets: dict[tuple[str, bytes], bytes] = {}
        self.used: set[bytes] = set()
        self.add(text)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> KeyLog:
        """The key log in a file.  Raises OSError."""
        with open(path, "rb") as file:
            return cls(file.read(MOST_OCTETS))

    def __bool__(self) -> bool:
        return bool(self._secrets)

    def __len__(self) -> int:
        return len(self._secrets)

    def add(self, text: bytes) -> None:
        """Take the lines of a key log."""
        for label, name, secret in LINE.findall(text):
            known = label.decode("ascii")
            known = QUIC_LABELS.get(known, known)
            if known in LABELS and not (len(name) & 1 or len(secret) & 1) and len(self._secrets) < MOST:
                self._secrets.setdefault((known, bytes.fromhex(name.decode())), bytes.fromhex(secret.decode()))
        for name, secret in BY_SESSION.findall(text):
            if not len(name) & 1:
                self._secrets.setdefault((SESSION, bytes.fromhex(name.decode())), bytes.fromhex(secret.decode()))

    def find(self, label: str, name: bytes) -> bytes | None:
        """The secret that a label has for a client random."""
        found = self._secrets.get((label, name))
        if found is not None:
            self.used.add(name)
        return found
