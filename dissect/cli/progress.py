"""Progress of many captures at once: a bar for all, and one for each that is being read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SHOWN = 8  # captures with a bar of their own


class Bars:
    """The bars on the screen, in bytes of captures."""

    def __init__(self, bar: Any, total: int) -> None:
        self._bar = bar
        self._all = bar.add_task("all captures", total=total)
        self._tasks: dict[str, Any] = {}
        self._finished = 0
        self._reading: dict[str, int] = {}

    def watch(self, source: str, done: int, total: int) -> None:
        """So much of a capture is read."""
        from dissect.engine.values import escape_text

        if source not in self._tasks and len(self._tasks) < SHOWN:
            title = escape_text(os.path.basename(source)).replace("[", "\\[")
            self._tasks[source] = self._bar.add_task(title, total=total)
        if source in self._tasks:
            self._bar.update(self._tasks[source], completed=done, total=total)
        self._reading[source] = done
        self._show()

    def finished(self, source: str, size: int) -> None:
        """A capture is done, or given up."""
        if source in self._tasks:
            self._bar.remove_task(self._tasks.pop(source))
        self._reading.pop(source, None)
        self._finished += size
        self._show()

    def _show(self) -> None:
        self._bar.update(self._all, completed=self._finished + sum(self._reading.values()))


@contextmanager
def bars(total: int, quiet: bool) -> Iterator[Bars | None]:
    """Bars with rates and times left on standard error; None where that is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    with progress.Progress(
        progress.TextColumn("{task.description}"), progress.BarColumn(), progress.DownloadColumn(),
        progress.TransferSpeedColumn(), progress.TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        yield Bars(bar, total)
