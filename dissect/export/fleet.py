"""Jobs over captures: here one after the other, in processes of this machine, or on a Dask cluster.

Each way gives the outcomes as they come.  A process that dies takes its capture's work with it and nothing else: the
capture is tried again, alone, and is an error where that fails, too.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from dissect.export.job import Job, Outcome, run_job

Watch = Callable[[str, int, int], None]
"""Told a capture's path, the bytes read of it, and how many there are."""

POLL = 0.2  # seconds between looks at what processes say of their progress
RETRIES = 3  # of a job whose worker died


class Stopped(BaseException):
    """The run is over; what is half done is not needed."""


def run_here(jobs: Sequence[Job], watch: Watch | None) -> Iterator[Outcome]:
    """One after the other, in this process."""
    for job in jobs:
        yield run_job(job, _told(job.source, watch))


def _told(source: str, watch: Watch | None) -> Callable[[int, int], None] | None:
    return None if watch is None else (lambda done, total: watch(source, done, total))


# -- processes of this machine ---------------------------------------------------------------------------------


def run_processes(jobs: Sequence[Job], count: int, watch: Watch | None) -> Iterator[Outcome]:
    """In `count` processes; the largest captures first, so that none is left over at the end."""
    waiting = sorted(jobs, key=lambda job: -job.size)
    while waiting:
        begun: set[str] = set()
        broken: list[Job] = []
        for job, outcome in _pool(waiting, count, watch, begun):
            if outcome is None:
                broken.append(job)
            else:
                yield outcome
        suspects = [job for job in broken if job.source in begun]
        waiting = [job for job in broken if job.source not in begun]
        for job in suspects:
            for _, outcome in _pool([job], 1, watch, set()):
                said = f"{job.source}: the process that read it was killed, twice (out of memory?)"
                yield outcome or Outcome(job.source, job.size, error=said, code=4)


def _pool(
    jobs: Sequence[Job], count: int, watch: Watch | None, begun: set[str]
) -> Iterator[tuple[Job, Outcome | None]]:
    """Jobs with their outcomes; None where the pool broke down.  `begun` gets the captures that were being read."""
    context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
    said: Any = context.SimpleQueue()
    stop = context.Event()
    with ProcessPoolExecutor(count, context, initializer=_begin, initargs=(said, stop)) as pool:
        futures: dict[Future[Outcome], Job] = {pool.submit(_job, job): job for job in jobs}
        pending = set(futures)
        try:
            while pending:
                done, pending = wait(pending, POLL, FIRST_COMPLETED)
                while not said.empty():
                    source, *progress = said.get()
                    begun.add(source)
                    if watch is not None:
                        watch(source, *progress)
                for future in done:
                    lost = isinstance(future.exception(), BrokenProcessPool)
                    yield futures[future], None if lost else future.result()
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


_said: Any = None
_stop: Any = None


def _begin(said: Any, stop: Any) -> None:
    """Set up a process: it ends with its parent, and leaves Ctrl-C to it."""
    global _said, _stop
    _said, _stop = said, stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _job(job: Job) -> Outcome:
    def progress(done: int, total: int) -> None:
        if _stop.is_set():
            raise Stopped
        _said.put((job.source, done, total))

    progress(0, job.size)
    return run_job(job, progress)


# -- a cluster -------------------------------------------------------------------------------------------------


class NoCluster(Exception):
    """Dask is not there, or the scheduler does not answer; one line."""


def run_cluster(jobs: Sequence[Job], address: str) -> Iterator[Outcome]:
    """On the workers of a Dask scheduler, who see captures and OUT under the same paths.  Raises NoCluster."""
    try:
        import distributed
    except ImportError:
        raise NoCluster("--cluster needs Dask: pip install 'pcap-dissect[cluster]'") from None
    dask: Any = distributed  # it has no types
    try:
        client = dask.Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise NoCluster(f"no scheduler at {address}: {' '.join(str(error).split())}") from None
    with client:
        ordered = sorted(jobs, key=lambda job: -job.size)
        # not pure: a job is done again although one of the same arguments is remembered
        futures = client.map(run_job, ordered, pure=False, retries=RETRIES)
        by_key = {future.key: job for future, job in zip(futures, ordered, strict=True)}
        for future in dask.as_completed(futures):
            job = by_key[future.key]
            if future.status == "finished":
                yield future.result()
            else:
                said = f"{job.source}: its workers died or failed: {future.exception()}"
                yield Outcome(job.source, job.size, error=" ".join(said.split()), code=4)


@dataclass(frozen=True, slots=True)
class Way:
    """How to run: `processes` of this machine, or the scheduler at `cluster`."""

    processes: int = 1
    cluster: str = ""

    def run(self, jobs: Sequence[Job], watch: Watch | None) -> Iterator[Outcome]:
        """The outcomes, as they come."""
        if self.cluster:
            return run_cluster(jobs, self.cluster)
        if self.processes == 1 or len(jobs) == 1:
            return run_here(jobs, watch)
        return run_processes(jobs, self.processes, watch)
