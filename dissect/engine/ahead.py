"""Work on the chunks of a capture in several threads; what comes of it comes in order.

Whoever takes the results reads the chunks, too, and works along: one thread more is as much as two cores need.  Nothing
is done ahead of the first result: who stops there has waited for no more than that.
"""

from __future__ import annotations

import os
import queue
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
RECORDS = 3 << 15  # packets of a chunk: threads wait for each other between array operations, so these are large
EARLY = 1 << 14  # of the first one: until then only one thread works


class Job(Generic[Item, Result]):
    """Work on one item, by whoever takes it first."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self._taken = threading.Lock()
        self._over = threading.Event()
        self._result: list[Result] = []
        self._error: BaseException | None = None

    def take(self) -> bool:
        """Whether nobody has before."""
        return self._taken.acquire(blocking=False)

    def run(self, work: Callable[[Item], Result]) -> None:
        """Do the work, unless somebody else does."""
        if self.take():
            try:
                self._result.append(work(self.item))
            except BaseException as error:
                self._error = error
            finally:
                self._over.set()

    @property
    def over(self) -> bool:
        """Whether it is done."""
        return self._over.is_set()

    def result(self) -> Result:
        """What came of it, an error as well: waits for it."""
        self._over.wait()
        if self._error is not None:
            raise self._error
        return self._result[0]


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
    jobs: queue.SimpleQueue[Job[Item, Result] | None] = queue.SimpleQueue()
    pending: deque[Job[Item, Result]] = deque()
    helpers: list[threading.Thread] = []

    def help_along() -> None:
        while (job := jobs.get()) is not None:
            job.run(work)

    def oldest() -> tuple[Item, Result]:
        first = pending.popleft()
        for job in (first, *pending):
            if first.over:
                break
            job.run(work)
        return first.item, first.result()

    depth = 1
    try:
        for item in items:
            pending.append(Job(item))
            if helpers:
                jobs.put(pending[-1])
            while len(pending) >= depth:
                yield oldest()
                if THREADS > 1 and ahead():
                    depth = min(2 * depth, MOST)
                    for _ in range(len(helpers), THREADS - 1):
                        helpers.append(threading.Thread(target=help_along, name="filter", daemon=True))
                        helpers[-1].start()
                else:
                    depth = 1
        while pending:
            yield oldest()
    finally:
        for job in pending:
            job.take()
        for _ in helpers:
            jobs.put(None)
        for helper in helpers:
            helper.join()
