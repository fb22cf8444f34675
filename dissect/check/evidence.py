"""The packets of a failed check as a small capture of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

import numpy as np

import dissect
from dissect.capture import PcapngWriter
from dissect.check.model import Failure, Report

MOST_NAME = 60


def save_evidence(folder: str, reports: Sequence[Report], severity: str) -> Iterator[str]:
    """Write a pcapng a failure that counts; their paths.  Raises OSError, CaptureError."""
    os.makedirs(folder, exist_ok=True)
    used = set[str]()
    for report in reports:
        failures = [failure for failure in report.at_least(severity) if failure.spots]
        if not failures or report.file == "-":
            continue
        with dissect.open(report.file) as cap:
            for failure in failures:
                path = os.path.join(folder, _name(report.file, failure, used))
                numbers = np.unique([spot.packet for spot in failure.spots])
                with PcapngWriter(path, source=cap.source) as writer:
                    for chunk, rows in cap.stretches(numbers - 1):
                        writer.write_records(chunk, rows)
                yield path


def _name(file: str, failure: Failure, used: set[str]) -> str:
    """A file name of nothing but letters, digits and dashes: rule names and subjects come from outside."""
    stem = os.path.basename(file).split(".")[0]
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{stem}-{failure.rule.code}-{failure.subject}").strip("-")[:MOST_NAME]
    number, chosen = 1, name
    while chosen in used:
        number += 1
        chosen = f"{name}-{number}"
    used.add(chosen)
    return f"{chosen}.pcapng"
