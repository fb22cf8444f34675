"""What hellos have said: for the records behind them, and for fingerprints (JA3, JA4)."""

from __future__ import annotations

from collections.abc import Callable

from dissect.layers import ja4
from dissect.layers.tls_names import is_grease


class State:
    """What the records of one packet tell the next ones, and what a hello's fingerprint is made of."""

    def __init__(self, version: int = 0, quic: bool = False) -> None:
        self.version = version
        self.quic = quic  # whether QUIC carries these messages
        self.encrypted = False
        self.asked: Callable[[], int] = int  # tells the cipher suite, where a hello before did
        self.whole: dict[int, tuple[bytes, tuple[tuple[int, int], ...]]] = {}  # messages of which the record has the end
        self.upper = False  # whether what is sealed has filled the list's columns
        self.reset()

    def suite(self) -> int:
        """The cipher suite of the session, or 0."""
        return self.ciphers[0] if len(self.ciphers) == 1 else self.asked()

    def reset(self) -> None:
        """Begin a hello."""
        self.ciphers: list[int] = []
        self.extensions: list[int] = []
        self.groups: list[int] = []
        self.formats: list[int] = []
        self.names: list[str] = []
        self.signatures: list[int] = []
        self.offered: list[int] = []
        self.protocol = b""
        self.hello = self.version

    def ja3(self) -> str:
        """Version, cipher suites, extensions, groups and point formats of a client, GREASE left out."""
        lists = (self.ciphers, self.extensions, self.groups)
        parts = ["-".join(str(v) for v in values if not is_grease(v)) for values in lists]
        return ",".join([str(self.hello), *parts, "-".join(map(str, self.formats))])

    def ja4(self, carrier: str) -> tuple[str, str, str]:
        """The first part of a client's JA4 and the texts that its second and third are hashes of."""
        kept = [[v for v in values if not is_grease(v)] for values in (self.ciphers, self.extensions, self.signatures)]
        offered = [v for v in self.offered if not is_grease(v)] or [self.hello]
        newest = min(offered) if carrier == "d" else max(offered)  # DTLS counts down
        return ja4.beginning(carrier, newest, kept[0], kept[1], self.protocol), *ja4.lists(*kept)

    def ja3s(self) -> str:
        """Version, cipher suite and extensions of a server."""
        extensions = "-".join(str(v) for v in self.extensions if not is_grease(v))
        return f"{self.hello},{self.ciphers[0]},{extensions}"
