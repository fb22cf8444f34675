"""The work on one capture of a data set: what a process, here or on another machine, is given and gives back."""

from __future__ import annotations

import errno
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dissect.capture import CaptureError
from dissect.engine.record import NO_TIME
from dissect.export.dataset import DataSet, Manifest, digest
from dissect.export.parts import Parts
from dissect.export.schema import VERSION
from dissect.export.tables import Choice, Progress, Tables

if TYPE_CHECKING:
    from dissect.library import Capture

# the folder's fault, not the capture's: no other capture would fare better
FATAL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


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


def run_job(job: Job, progress: Progress | None = None) -> Outcome:
    """Do the job.  Nothing is raised but what `progress` raises: a capture's errors are in the outcome."""
    began = time.monotonic()
    outcome = Outcome(job.source, job.size)
    try:
        packets, damage = _export(job, progress)
        outcome = replace(outcome, packets=packets, error=damage, code=3 if damage else 0)
    except CaptureError as error:
        outcome = replace(outcome, error=str(error), code=3)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)  # Arrow's has a line of its own
        said = f"{error.filename or job.out}: {reason}"
        outcome = replace(outcome, error=said, code=3, fatal=error.errno in FATAL)
    except Exception as error:
        outcome = replace(outcome, error=f"{job.source}: internal fault: {type(error).__name__}: {error}", code=4)
    return replace(outcome, seconds=time.monotonic() - began)


def _export(job: Job, progress: Progress | None) -> tuple[int, str | None]:
    """Packets and damage."""
    import dissect
    from dissect.layers import builtin

    registry = builtin()
    for rule in job.rules:
        registry = registry.decode_as(rule)
    facts = _stat(job.source)
    data = DataSet(job.out)
    with dissect.open(job.source, registry) as capture, ThreadPoolExecutor(1) as beside:
        # read beside the decoder: the pages are in memory, and hashing leaves the interpreter free
        hashed = beside.submit(digest, job.source) if job.source != "-" else None
        work = data.work(job.key)
        try:
            rows, files = _write(job, capture, work, progress)
            damage = str(capture.damage) if capture.damage else None
            checked = hashed.result() if hashed else ""
            manifest = Manifest(job.source, job.key, *facts, checked, len(capture), damage, rows, files, VERSION)
            if job.before is not None:
                manifest.rows = {**job.before.rows, **rows}
                manifest.files = sorted({*job.before.files, *files})
            data.commit(work, manifest)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return manifest.packets, damage


def _stat(source: str) -> tuple[int, int]:
    if source == "-":
        return 0, 0
    try:
        facts = os.stat(source)
    except OSError as error:
        raise CaptureError(source, f"cannot be opened: {error.strerror}") from error
    return facts.st_size, facts.st_mtime_ns


def _write(job: Job, capture: Capture, work: Path, progress: Progress | None) -> tuple[dict[str, int], list[str]]:
    """The rows of each table, and the files."""
    tables = Tables(capture, progress)
    rows, files = {}, []
    for choice in job.choices:
        with ExitStack() as stack:
            parts: Parts | None = None
            for stretch in tables.stretches(choice):
                if parts is None:  # now the first packet has been read
                    start = capture.start_time if len(capture) else NO_TIME
                    made = Parts(work, choice.table, job.key, choice.format, job.partition, start)
                    parts = stack.enter_context(made)
                parts.write(stretch)
        assert parts is not None
        rows[choice.table] = parts.rows
        files += parts.files
    return rows, files
