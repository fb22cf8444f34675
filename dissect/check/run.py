"""Checking captures: one, or many in processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

import dissect
from dissect.capture import CaptureError
from dissect.check import builtin, named
from dissect.check.model import SEVERITIES, Report, Spot
from dissect.check.ruleset import Ruleset, read_rules
from dissect.engine.registry import Registry
from dissect.library import Capture


def check_capture(cap: Capture, file: str = "", rules: Ruleset | None = None, **reading: Any) -> Report:
    """What does not hold in a capture, the gravest first.  `reading` goes to the reader: `progress`, `cancel`."""
    rules = rules or Ruleset()
    found = list(builtin.failures(cap, rules.codes, **reading))
    for failure in found:
        failure.severity = rules.severity.get(failure.rule.code, failure.severity)
    for one in rules.named:
        found += named.failures(one, cap, file)
    for failure in found:
        failure.spots = [placed(cap, spot) for spot in failure.spots]
    found.sort(key=lambda one: (-SEVERITIES.index(one.severity), one.rule.code, one.subject))
    return Report(file, len(cap), rules.rules, found, "" if cap.damage is None else str(cap.damage))


def placed(cap: Capture, spot: Spot) -> Spot:
    """A spot with the place of its packet's bytes in the file."""
    records = cap.source.chunk_of(spot.packet - 1)
    row = spot.packet - 1 - records.first
    return replace(spot, offset=int(np.asarray(records.offset)[row]), size=int(np.asarray(records.caplen)[row]))


def check_files(
    paths: Sequence[str], rule_files: Sequence[str], registry: Registry, decode_as: Sequence[str], jobs: int
) -> Iterator[Report | CaptureError]:
    """The report of each file, in order; the error where one could not be read.  Raises RuleError."""
    if jobs <= 1 or len(paths) < 2 or "-" in paths:
        rules = read_rules(rule_files, registry)
        for path in paths:
            yield _one(path, rules, registry)
        return
    read_rules(rule_files, registry)  # what is wrong with them is said once, here
    with ProcessPoolExecutor(min(jobs, len(paths)), initializer=_begin, initargs=(rule_files, decode_as)) as pool:
        yield from pool.map(_in_process, paths)


def _one(path: str, rules: Ruleset, registry: Registry) -> Report | CaptureError:
    try:
        with dissect.open(path, registry) as cap:
            return check_capture(cap, path, rules)
    except CaptureError as error:
        return error


_state: dict[str, Any] = {}  # of a worker process


def _begin(rule_files: Sequence[str], decode_as: Sequence[str]) -> None:
    registry = dissect.builtin()
    for rule in decode_as:
        registry = registry.decode_as(rule)
    _state.update(rules=read_rules(rule_files, registry), registry=registry)


def _in_process(path: str) -> Report | CaptureError:
    return _one(path, _state["rules"], _state["registry"])
