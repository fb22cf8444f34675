"""Work on the chunks of a capture in several threads; what comes of it comes in order.

Whoever reads a chunk works on it, and who takes the results works along: one thread more is as much as two cores need.
Nothing is done ahead of the first result: who stops there has waited for no more than that.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from dissect.engine.apart import Related

Item = TypeVar("Item")
Result = TypeVar("Result")

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = min(CORES, 4)  # more would wait for each other: between two array operations one runs at a time
MOST = THREADS + 1  # items that are held
RECORDS = 3 << 14  # packets of a chunk: small ones make threads wait for each other, larger ones only take memory
EARLY = 1 << 14  # of the first one: until then only one thread works


class Job(Generic[Item, Result]):
    """An item, and what came of it in the end: a result or an error."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.over = False
        self._result: list[Result] = []
        self._error: BaseException | None = None

    def run(self, work: Callable[[Item], Result]) -> None:
        """Do the work."""
        try:
            self._result.append(work(self.item))
        except BaseException as error:
            self._error = error

    def result(self) -> Result:
        """What came of it; raises an error of the work."""
        if self._error is not None:
            raise self._error
        return self._result[0]


class Line(Generic[Item, Result]):
    """Jobs in the order of their items; who reads an item does the job.  `room`: how many may be held."""

    def __init__(self, items: Iterable[Item], work: Callable[[Item], Result]) -> None:
        self._items, self._work = iter(items), work
        self._jobs: deque[Job[Item, Result]] = deque()
        self._changed = threading.Condition()
        self._reading = self._ended = False
        self._error: BaseException | None = None  # of reading
        self.room = 1

    def oldest(self) -> Job[Item, Result] | None:
        """The first job, when it is over; works along until then.  None at the end; raises what reading raised."""
        while self._begin(lambda: self._ended if not self._jobs else self._jobs[0].over):
            self._step()
        if self._jobs:
            with self._changed:
                self._changed.notify_all()
                return self._jobs.popleft()
        if self._error is not None:
            raise self._error
        return None

    def help_along(self) -> None:
        """Work until there is nothing left."""
        while self._begin(lambda: self._ended):
            self._step()

    def end(self) -> None:
        """Read no more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _begin(self, enough: Callable[[], bool]) -> bool:
        """Wait until there is `enough`, or else until this thread may read."""

        def free() -> bool:
            return not self._reading and not self._ended and len(self._jobs) < self.room

        with self._changed:
            self._changed.wait_for(lambda: enough() or free())
            reads = not enough()
            self._reading |= reads
            return reads

    def _step(self) -> None:
        """Read an item and work on it."""
        try:
            job: Job[Item, Result] | None = Job(next(self._items))
        except BaseException as error:
            self._error, job = (None if isinstance(error, StopIteration) else error), None
        with self._changed:
            self._reading = False
            if job is None:
                self._ended = True
            else:
                self._jobs.append(job)
            self._changed.notify_all()
        if job is not None:
            job.run(self._work)
            with self._changed:
                job.over = True
                self._changed.notify_all()


def apart(
    items: Iterable[Item], each: Callable[[Item], Result], alone: Callable[[Item], Result], ahead: Callable[[], bool]
) -> Iterator[tuple[Item, Result]]:
    """Each item with what `each` makes of it, in several threads; or, where packets of it depend on others (`Related`),
    with what `alone` does, in this thread and in order.  `ahead`: see `in_order`."""
    counts = [0, 0]  # of those looked at, and of those that depend on others

    def tried(item: Item) -> list[Result]:
        try:
            return [each(item)]
        except Related:
            return []

    for item, result in in_order(items, tried, lambda: 2 * counts[1] <= counts[0] and ahead()):
        counts[0] += 1
        counts[1] += not result
        yield item, result[0] if result else alone(item)


def in_order(
    items: Iterable[Item], work: Callable[[Item], Result], ahead: Callable[[], bool]
) -> Iterator[tuple[Item, Result]]:
    """Each item with what `work` makes of it.  `ahead`: whether it may go on with items that nobody has asked for."""
    line = Line(items, work)
    helpers: list[threading.Thread] = []
    try:
        while (job := line.oldest()) is not None:
            yield job.item, job.result()
            if THREADS > 1 and ahead():
                line.room = min(2 * line.room, MOST)
                for _ in range(len(helpers), THREADS - 1):
                    helpers.append(threading.Thread(target=line.help_along, name="filter", daemon=True))
                    helpers[-1].start()
            else:
                line.room = 1
    finally:
        line.end()
        for helper in helpers:
            helper.join()
