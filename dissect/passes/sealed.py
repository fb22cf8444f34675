"""What the passes have in common that open what is sealed (TLS, DTLS, QUIC)."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, ClassVar

from dissect.crypto.keylog import KeyLog
from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry
from dissect.passes.fragments import FragmentPass
from dissect.passes.onward import Onward
from dissect.passes.place import octets_at
from dissect.passes.streams import StreamPass


class Sealed(Onward):
    """A pass that meets headers of the layer `carrier`, and keeps numbers (`columns`) of what it opens, its units."""

    carrier: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        registry: Registry,
        chunk_of: Callable[[int], Any],
        link_types: Callable[[Any], Any],
        fragments: FragmentPass,
        streams: StreamPass,
        keys: Callable[[], KeyLog],
    ) -> None:
        super().__init__(chunk_of)
        self._link_types, self._fragments, self._streams = link_types, fragments, streams
        self.registry, self._keys = registry, keys
        self._evaluator = ColumnEvaluator(Plan(registry, (), visits=(self.carrier,)))
        self._units = {name: array("q") for name in self.columns}
        self.buffer: Any = b""
        self._begin()

    def _begin(self) -> None:
        """What each has besides."""

    def _octets(self, place: int, size: int) -> bytes:
        """Octets of the capture, or of what was put together."""
        return octets_at(place, size, self.buffer, self._payload)

    def _payload(self, number: int) -> bytes:
        """The octets of a reassembled datagram."""
        whole: bytes = self._fragments.payload(number)
        return whole
