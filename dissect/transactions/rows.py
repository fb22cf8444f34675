"""Rows that wait for what completes them, given out in the order in which they began."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MOST_WAITING = 1 << 16  # rows that are held
FURTHEST = 100_000  # packets that a row waits
BATCH = 8192


class Rows:
    """Rows as dictionaries.  An open row has a key; a row that is `closed` waits only for those before it."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._queue: deque[tuple[int, dict[str, Any], list[Hashable]]] = deque()
        self._open: OrderedDict[Hashable, dict[str, Any]] = OrderedDict()
        self._closed: set[int] = set()  # ids of rows in the queue
        self._made: list[dict[str, Any]] = []

    def add(self, packet: int, row: dict[str, Any], *keys: Hashable) -> dict[str, Any]:
        """A new row; without a key nothing can be added to it."""
        for key in keys:
            self._open[key] = row
            self._open.move_to_end(key)
        if not keys:
            self._closed.add(id(row))
        self._queue.append((packet, row, list(keys)))
        return row

    def get(self, key: Hashable) -> dict[str, Any] | None:
        """The open row of a key."""
        return self._open.get(key)

    def close(self, row: dict[str, Any]) -> None:
        """Nothing more will come for a row; its key finds it for a while, to tell what comes again."""
        self._closed.add(id(row))

    def ready(self, packet: int) -> Iterator[pa.RecordBatch]:
        """Batches of what need not wait any longer at `packet`."""
        queue = self._queue
        while queue:
            began, row, _ = queue[0]
            if id(row) not in self._closed and packet - began < FURTHEST and len(queue) < MOST_WAITING:
                break
            self._give()
        if len(self._made) >= BATCH:
            yield self._batch()

    def rest(self) -> Iterator[pa.RecordBatch]:
        """Batches of all that is left."""
        while self._queue:
            self._give()
            if len(self._made) >= BATCH:
                yield self._batch()
        if self._made:
            yield self._batch()

    def _give(self) -> None:
        _, row, keys = self._queue.popleft()
        if id(row) in self._closed:
            self._closed.discard(id(row))
        else:
            for key in keys:
                if self._open.get(key) is row:
                    del self._open[key]
        while len(self._open) > 2 * MOST_WAITING:
            self._open.popitem(last=False)
        self._made.append({name: value for name, value in row.items() if name in self.schema.names})

    def _batch(self) -> pa.RecordBatch:
        import pyarrow as pa

        batch = pa.RecordBatch.from_pylist(self._made, self.schema)
        self._made = []
        return batch
