"""The work on one capture of a data set: what a process, here or on another machine, is given and gives back.

A job is done in *pieces*.  A capture is one piece, or where it is large and several processes are at hand, slices of
its packets (each a part of its own) and one piece for the other tables.  Every process reads the whole file's index
and lets passes go over what comes before its slice, so streams, fragments and numbers are those of one pass.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dissect.capture import CHUNK, CaptureError, is_address
from dissect.engine.record import NO_TIME
from dissect.export.dataset import Manifest, data_set, digest, facts, named
from dissect.export.parts import Parts
from dissect.export.schema import VERSION
from dissect.export.tables import Choice, Progress, Tables

if TYPE_CHECKING:
    from dissect.engine.registry import Registry
    from dissect.library import Capture

# the folder's fault, not the capture's: no other capture would fare better
FATAL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
SLICED = "packets"  # the table whose rows do not need the whole capture
SLICE = 4 * CHUNK  # packets a slice has at least
# what passes cost for a packet before a slice, beside a packet of it: of the whole table; of some fields few need any
BEFORE, BEFORE_FIELDS = 0.36, 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """Export one capture.  `choices`: a table each; `rules`: decode as; `before`: what is done of it already."""

    source: str
    key: str
    out: str
    choices: tuple[Choice, ...]
    partition: str = ""
    rules: tuple[str, ...] = ()
    before: Manifest | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job.  `error`: a line, with `code` 3 (the file's) or 4 (ours); `fatal`: others would fail, too.
    """

    source: str
    size: int
    packets: int = 0
    seconds: float = 0.0
    error: str | None = None
    code: int = 0
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What one process does of a job: `choices` of the packets from `first` to before `stop` (None: to the end).

    `work`: the folder for its parts; `name`: theirs; `size`: octets of the capture, for progress.
    """

    job: Job
    work: str
    choices: tuple[Choice, ...]
    name: str
    first: int = 0
    stop: int | None = None
    size: int = 0


@dataclass(slots=True)
class Made:
    """What a piece gave: rows a table, files below the data set, or what went wrong."""

    rows: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    packets: int = 0
    damage: str | None = None
    facts: tuple[int, int] = (0, 0)  # size and time of the file
    sha256: str = ""
    failed: Outcome | None = None


def run_job(job: Job, progress: Progress | None = None) -> Outcome:
    """Do the job.  Nothing is raised but what `progress` raises: a capture's errors are in the outcome."""
    began = time.monotonic()
    pieces = cut(job, 1)
    if isinstance(pieces, Outcome):
        return pieces
    try:
        outcome = join(job, pieces, [run_piece(piece, progress) for piece in pieces])
    finally:
        shutil.rmtree(pieces[0].work, ignore_errors=True)
    return replace(outcome, seconds=time.monotonic() - began)


def cut(job: Job, most: int) -> list[Piece] | Outcome:
    """The pieces of a job, at most about `most`; what went wrong where there can be none."""
    try:
        bounds = _bounds(job, most) if most > 1 else []
        work = str(data_set(job.out).work(job.key))
    except Exception as error:
        return _failed(job, error)
    if not bounds:
        return [Piece(job, work, job.choices, job.key, size=job.size)]
    whole = tuple(choice for choice in job.choices if choice.table != SLICED)
    sliced = tuple(choice for choice in job.choices if choice.table == SLICED)
    pieces = [Piece(job, work, whole, job.key, size=job.size)] if whole else []
    share = job.size // len(bounds)
    return pieces + [
        Piece(job, work, sliced, f"{job.key}.slice{i}", first, stop, share) for i, (first, stop) in enumerate(bounds)
    ]


def _bounds(job: Job, most: int) -> list[tuple[int, int | None]]:
    """Where slices begin and end: on the reader's checkpoints; none where the capture is too small to be cut.

    One that is on another machine is read once.
    """
    import dissect

    if is_address(job.source) or not any(choice.table == SLICED for choice in job.choices):
        return []
    if any(_in_order(choice) for choice in job.choices):
        return []
    with dissect.open(job.source, _registry(job)) as capture:
        packets = len(capture)
    count = min(most, packets // SLICE)
    if count < 2:
        return []
    whole = any(choice.table == SLICED and not choice.fields for choice in job.choices)
    starts = [round(share * packets) // CHUNK * CHUNK for share in shares(count, BEFORE if whole else BEFORE_FIELDS)]
    return list(zip(starts, [*starts[1:], None], strict=True))


def shares(count: int, before: float) -> list[float]:
    """Where slices begin, as parts of the whole, for all to take as long: a packet before one costs `before`, not 1."""
    each = before / (1 - (1 - before) ** count)
    starts = [0.0]
    for _ in range(count - 1):
        starts.append(starts[-1] * (1 - before) + each)
    return starts


def _in_order(choice: Choice) -> bool:
    """Whether rows depend on the rows before: the time since the packet before that a filter lets through."""
    return "_displayed" in f"{choice.filter} {choice.fields}"


def run_piece(piece: Piece, progress: Progress | None = None) -> Made:
    """Write the parts of a piece.  Nothing is raised but what `progress` raises."""
    import dissect

    job = piece.job
    made = Made()
    try:
        made.facts = _stat(job.source)
        with dissect.open(job.source, _registry(job)) as capture, ThreadPoolExecutor(1) as beside:
            # read beside the decoder: the pages are in memory, and hashing leaves the interpreter free
            hashed = beside.submit(digest, job.source) if piece.first == 0 and job.source != "-" else None
            _write(piece, capture, made, progress)
            made.packets, made.damage = len(capture), str(capture.damage) if capture.damage else None
            made.sha256 = hashed.result() if hashed else ""
    except Exception as error:
        made.failed = _failed(job, error)
    return made


def join(job: Job, pieces: Sequence[Piece], made: Sequence[Made]) -> Outcome:
    """All pieces are done: their parts get their places, at once, with the manifest."""
    for one in made:
        if one.failed is not None:
            return one.failed
    first = made[0]
    if any(one.facts != first.facts for one in made):
        return Outcome(job.source, job.size, error=f"{job.source}: it changed while it was read", code=3)
    rows: dict[str, int] = {}
    for one in made:
        for table, count in one.rows.items():
            rows[table] = rows.get(table, 0) + count
    files = [name for one in made for name in one.files]
    sha256 = next((one.sha256 for one in made if one.sha256), "")
    if job.before is not None:
        rows, files = {**job.before.rows, **rows}, sorted({*job.before.files, *files})
    manifest = Manifest(
        named(job.source), job.key, *first.facts, sha256, first.packets, first.damage, rows, files, VERSION
    )
    try:
        data_set(job.out).commit(Path(pieces[0].work), manifest)
    except Exception as error:
        return _failed(job, error)
    return Outcome(job.source, job.size, first.packets, error=first.damage, code=3 if first.damage else 0)


def _failed(job: Job, error: Exception) -> Outcome:
    outcome = Outcome(job.source, job.size, code=3)
    if isinstance(error, CaptureError):
        return replace(outcome, error=str(error))
    if isinstance(error, OSError):
        reason = os.strerror(error.errno) if error.errno else str(error)  # Arrow's has a line of its own
        return replace(outcome, error=f"{error.filename or job.out}: {reason}", fatal=error.errno in FATAL)
    said = f"{job.source}: internal fault: {type(error).__name__}: {error}"
    return replace(outcome, error=said, code=4)


def _registry(job: Job) -> Registry:
    from dissect.layers import builtin

    registry = builtin()
    for rule in job.rules:
        registry = registry.decode_as(rule)
    return registry


def _stat(source: str) -> tuple[int, int]:
    if source == "-":
        return 0, 0
    try:
        return facts(source)
    except OSError as error:
        raise CaptureError(source, f"cannot be opened: {error.strerror}") from error


def _write(piece: Piece, capture: Capture, made: Made, progress: Progress | None) -> None:
    """The rows of each table, and the files."""
    job = piece.job
    tables = Tables(capture, progress, piece.first, piece.stop)
    for choice in piece.choices:
        with ExitStack() as stack:
            parts: Parts | None = None
            for stretch in tables.stretches(choice):
                if parts is None:  # now the first packet has been read
                    start = capture.start_time if len(capture) else NO_TIME
                    opened = Parts(Path(piece.work), choice.table, piece.name, choice.format, job.partition, start)
                    parts = stack.enter_context(opened)
                parts.write(stretch)
        assert parts is not None
        made.rows[choice.table] = parts.rows
        made.files += parts.files
