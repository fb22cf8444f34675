"""The parts of one capture's table: a file a partition, the rows of each in file order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from dissect.engine.record import NO_TIME
from dissect.export.run import Encoder, Inline, encoder_of
from dissect.export.tables import Stretch

NOWHERE = "__HIVE_DEFAULT_PARTITION__"
OPEN = 4  # files open at a time; a capture whose clock jumps about gets more files, not more memory
HOUR, DAY = 3_600_000_000_000, 86_400_000_000_000


class Parts:
    """Writes a table to files below `folder`: `<table>/<partition>/<key>.<format>`.  `files` lists them.

    `partition`: source, date, hour or "" (none).  `start` (ns) is the time of rows that have none of their own.
    """

    def __init__(self, folder: Path, table: str, key: str, format_: str, partition: str, start: int) -> None:
        self.folder, self.table, self.key, self.format = folder, table, key, format_
        self.partition, self.start = partition, start
        self.files: list[str] = []
        self.rows = 0
        self._open: OrderedDict[str, Encoder | Inline] = OrderedDict()
        self._made: dict[str, int] = {}

    def write(self, stretch: Stretch) -> None:
        """Write some rows."""
        self.rows += stretch.rows
        if self.partition in ("", "source"):
            where = f"source={quote(self.key, safe='')}" if self.partition else ""
            self._encoder(where).write(stretch.written)
            return
        times = np.full(stretch.rows, self.start) if stretch.times is None else stretch.times
        parts = list(self._split(times))
        batch = stretch.make() if len(parts) > 1 else None
        for where, rows in parts:
            self._encoder(where).write(stretch.make if batch is None else partial(batch.take, rows))

    def _split(self, times: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Partitions with the places of their rows."""
        unit = DAY if self.partition == "date" else HOUR
        slots, inverse = np.unique(np.where(times == NO_TIME, NO_TIME, times // unit), return_inverse=True)
        for i, slot in enumerate(slots.tolist()):
            yield place(slot, self.partition), np.flatnonzero(inverse == i)

    def _encoder(self, where: str) -> Encoder | Inline:
        if where in self._open:
            self._open.move_to_end(where)
            return self._open[where]
        if len(self._open) == OPEN:
            self._open.popitem(last=False)[1].close()
        number = self._made.get(where, 0)
        self._made[where] = number + 1
        name = f"{self.key}{f'.{number}' if number else ''}.{self.format}"
        path = self.folder / self.table / where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files.append(path.relative_to(self.folder).as_posix())
        encoder = self._open[where] = encoder_of(path, self.format)
        return encoder.__enter__()

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Finish all files; their errors are raised unless another is on its way."""
        while self._open:
            encoder = self._open.popitem()[1]
            try:
                encoder.close()
            except BaseException:
                if kind is None:
                    kind = OSError
                    self.__exit__(kind)
                    raise


def place(slot: int, partition: str) -> str:
    """The folder of a day (days since the epoch) or an hour (hours since it)."""
    if slot == NO_TIME:
        return f"date={NOWHERE}" + (f"/hour={NOWHERE}" if partition == "hour" else "")
    if partition == "date":
        return f"date={np.datetime64(slot, 'D')}"
    return f"date={np.datetime64(slot // 24, 'D')}/hour={slot % 24:02d}"
