"""Jobs over captures: here one after the other, in processes of this machine, or on a Dask cluster.

Each way gives the outcomes as they come.  A process that dies takes its capture's work with it and nothing else: the
capture is tried again, alone, and is an error where that fails, too.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from dissect.engine.ahead import CORES
from dissect.export import run
from dissect.export.job import Job, Made, Outcome, Piece, cut, join, run_job, run_piece
from dissect.lean import lean

Watch = Callable[[str, int, int], None]
"""Told a capture's path, the bytes read of it, and how many there are."""

POLL = 0.2  # seconds between looks at what processes say of their progress
LARGE = 32 << 20  # octets of a capture that is worth cutting
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
    """In `count` processes; the largest captures first, so that none is left over at the end.

    A capture that would keep one process busy while the others are done is cut in slices.
    """
    fair = sum(job.size for job in jobs) / count
    total = Progresses(watch)
    waiting: list[Piece] = []
    open_jobs: dict[str, Open] = {}
    try:
        for job in sorted(jobs, key=lambda job: -job.size):
            pieces = cut(job, count if job.size > max(fair, LARGE) * 0.99 else 1)
            if isinstance(pieces, Outcome):
                yield pieces
                continue
            open_jobs[job.source] = Open(job, pieces)
            waiting += pieces
        for piece, made in _all(waiting, count, total):
            one = open_jobs[piece.job.source]
            one.made[piece.name] = made
            if len(one.made) == len(one.pieces):
                yield join(one.job, one.pieces, [one.made[each.name] for each in one.pieces])
                open_jobs.pop(one.job.source)
                one.remove()
    finally:
        for one in open_jobs.values():
            one.remove()


@dataclass(slots=True)
class Open:
    """A job whose pieces are on their way."""

    job: Job
    pieces: list[Piece]
    made: dict[str, Made] = field(default_factory=dict)

    def remove(self) -> None:
        """Its parts have their places, or will get none."""
        shutil.rmtree(self.pieces[0].work, ignore_errors=True)


class Progresses:
    """Sums up what pieces say of their progress."""

    def __init__(self, watch: Watch | None) -> None:
        self.watch = watch
        self._done: dict[str, dict[str, int]] = {}

    def tell(self, source: str, name: str, done: int, total: int) -> None:
        """Piece `name` of a capture is so far."""
        if self.watch is not None:
            pieces = self._done.setdefault(source, {})
            pieces[name] = done
            self.watch(source, min(sum(pieces.values()), total), total)


def _all(waiting: list[Piece], count: int, total: Progresses) -> Iterator[tuple[Piece, Made]]:
    """All pieces with what they gave.  Those that a dead process had begun are tried again, alone."""
    while waiting:
        begun: set[tuple[str, str]] = set()
        broken: list[Piece] = []
        for piece, made in _pool(waiting, count, total, begun):
            if made is None:
                broken.append(piece)
            else:
                yield piece, made
        suspects = [piece for piece in broken if (piece.job.source, piece.name) in begun]
        waiting = [piece for piece in broken if (piece.job.source, piece.name) not in begun]
        for piece in suspects:
            for _, made in _pool([piece], 1, total, set()):
                yield piece, made or Made(failed=_killed(piece.job))


def _killed(job: Job) -> Outcome:
    said = f"{job.source}: the process that read it was killed, twice (out of memory?)"
    return Outcome(job.source, job.size, error=said, code=4)


def _pool(
    pieces: Sequence[Piece], count: int, total: Progresses, begun: set[tuple[str, str]]
) -> Iterator[tuple[Piece, Made | None]]:
    """Pieces with what they gave; None where the pool broke down.  `begun` gets those that were being read."""
    context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
    said: Any = context.SimpleQueue()
    stop = context.Event()
    with ProcessPoolExecutor(count, context, initializer=_begin, initargs=(said, stop, count)) as pool:
        futures: dict[Future[Made], Piece] = {pool.submit(_piece, piece): piece for piece in pieces}
        pending = set(futures)
        try:
            while pending:
                done, pending = wait(pending, POLL, FIRST_COMPLETED)
                while not said.empty():
                    source, name, *progress = said.get()
                    begun.add((source, name))
                    total.tell(source, name, *progress)
                for future in done:
                    lost = isinstance(future.exception(), BrokenProcessPool)
                    yield futures[future], None if lost else future.result()
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise  # all done, though, a process that has only begun is waited for: it would miss what it is handed


_said: Any = None
_stop: Any = None


def _begin(said: Any, stop: Any, count: int) -> None:
    """Set up one of `count` processes: it ends with its parent, and leaves Ctrl-C to it."""
    global _said, _stop
    _said, _stop = said, stop
    lean()
    run.ALONE[0] = count >= CORES
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _piece(piece: Piece) -> Made:
    def progress(done: int, total: int) -> None:
        if _stop.is_set():
            raise Stopped
        _said.put((piece.job.source, piece.name, done, total))

    progress(0, piece.job.size)
    return run_piece(piece, progress)


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
        for future in dask.as_completed(futures, loop=client.loop):
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
        if self.processes == 1 or any(job.source == "-" for job in jobs):
            return run_here(jobs, watch)
        return run_processes(jobs, self.processes, watch)
