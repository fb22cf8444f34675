"""One capture to one file: decoding in this thread, arrays and encoding in a second, few batches between them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dissect.export.sinks import AtomicFile, Writer, open_writer
from dissect.export.tables import Choice, Progress, Tables

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.export.dense import Whole
    from dissect.library import Capture

BATCHES_AHEAD = 2


def export_capture(capture: Capture, target: Path, choice: Choice, progress: Progress | None = None) -> int:
    """Write the table that `choice` names to `target`; how many rows.  The file appears whole or not at all."""
    rows = 0
    with AtomicFile(target) as file:
        with encoder_of(file.part, choice.format) as encoder:
            for stretch in Tables(capture, progress).stretches(choice):
                rows += stretch.rows
                encoder.write(stretch.written)
                del stretch  # else it would stay until the next is made; likewise below
        file.commit()
    return rows


class Encoder:
    """Writes batches in a thread of its own.  An error there is raised at the next `write` or at the end."""

    def __init__(self, path: Path, format_: str) -> None:
        self._path, self._format = path, format_
        self._queue: queue.Queue[Callable[[], pa.RecordBatch | Whole] | None] = queue.Queue(BATCHES_AHEAD)
        self._error: BaseException | None = None
        self._over = False  # the last batch was taken
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Encoder:
        self._thread.start()
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        try:
            self.close()
        except BaseException:
            self._over = True  # interrupted, maybe: a thread that goes on while Python ends would crash it
            self._queue.put(None)
            self._ended.wait()
            if kind is None:
                raise

    def close(self) -> None:
        """Finish the file."""
        self._queue.put(None)
        self._ended.wait()  # a `join` that is interrupted takes the thread for stopped (Python 3.11)
        if self._error is not None:
            raise self._error

    def write(self, make: Callable[[], pa.RecordBatch | Whole]) -> None:
        """Hand a batch to the thread, which makes it; waits while it is behind."""
        if self._error is not None:
            raise self._error
        self._queue.put(make)

    def _taken(self) -> Callable[[], pa.RecordBatch | Whole] | None:
        """The next batch, to be made; None at the end."""
        made = None if self._over else self._queue.get()
        self._over = made is None
        return made

    def _run(self) -> None:
        try:
            self._encode()
        except BaseException as error:
            self._error = error
            while self._taken() is not None:  # let the other thread run to its end
                pass
        finally:
            self._ended.set()

    def _encode(self) -> None:
        writer = None
        try:
            while (make := self._taken()) is not None:
                batch = make()
                del make
                writer = writer or open_writer(self._format, self._path, batch.schema)
                writer.write_batch(batch)
                del batch
        finally:
            if writer is not None:
                writer.close()


class Inline:
    """Writes batches as they come, in the thread that hands them over."""

    def __init__(self, path: Path, format_: str) -> None:
        self._path, self._format = path, format_
        self._writer: Writer | None = None

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        try:
            self.close()
        except BaseException:
            if kind is None:
                raise

    def close(self) -> None:
        """Finish the file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def write(self, make: Callable[[], pa.RecordBatch | Whole]) -> None:
        """Write a batch."""
        batch = make()
        self._writer = self._writer or open_writer(self._format, self._path, batch.schema)
        self._writer.write_batch(batch)


ALONE = [False]  # whether other processes keep every core busy: then two threads would only wait for each other


def encoder_of(path: Path, format_: str) -> Encoder | Inline:
    """What writes a file, in a thread of its own where that is worth while."""
    return Inline(path, format_) if ALONE[0] else Encoder(path, format_)
