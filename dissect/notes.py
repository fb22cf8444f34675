"""Expert notes of a capture, grouped: what, how often, in which packets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from dissect.engine.expert import GROUPS, SEVERITIES
from dissect.filters import Filter
from dissect.library import Capture

NAMES = ("_ws.expert.severity", "_ws.expert.group", "_ws.expert.message")
EXPERT = pa.schema([
    ("packet", pa.int64()), ("severity", pa.string()), ("group", pa.string()), ("message", pa.string()),
])  # fmt: skip
SHOWN = 10  # packets listed of each group; the others are counted
MOST_MESSAGES = 20_000  # different ones: each request for a page is one
OTHERS = "Other messages"


@dataclass(slots=True)
class Notes:
    """Notes of the same severity, group and message: how many, and the numbers of the first packets with one."""

    severity: str
    group: str
    message: str
    count: int = 0
    packets: list[int] = field(default_factory=list)


def expert_notes(cap: Capture, where: Filter | None = None, **reading: Any) -> list[Notes]:
    """The capture's notes, the gravest first.  `reading` goes to the reader: `progress`, `cancel`."""
    found: dict[tuple[int, int, str], Notes] = {}
    for _, columns in cap.columns(["frame.number", *NAMES], where=where, **reading):
        numbers = columns.occurrences("frame.number")[1]
        rows, severities, _ = columns.occurrences(NAMES[0])
        groups, messages = (columns.occurrences(name)[1] for name in NAMES[1:])
        kinds: dict[tuple[int, int, str], list[int]] = {}
        for place, kind in enumerate(zip(severities.tolist(), groups.tolist(), messages.tolist(), strict=True)):
            kinds.setdefault(kind, []).append(place)
        for kind, places in kinds.items():
            severity, group, message = kind
            if kind not in found and len(found) >= MOST_MESSAGES:
                kind = severity, group, message = severity, group, OTHERS
            notes = found.setdefault(kind, Notes(SEVERITIES[severity], GROUPS.get(group, "Protocol"), message))
            notes.count += len(places)
            notes.packets += numbers[np.unique(rows[places])][: SHOWN - len(notes.packets)].tolist()
    return [found[key] for key in sorted(found, key=lambda key: (-key[0], -found[key].count, key[1:]))]


def expert_rows(cap: Capture, where: Filter | None = None, **reading: Any) -> Iterator[pa.RecordBatch]:
    """The notes, a row each, in the order of the packets: batches of the schema `EXPERT`."""
    for _, columns in cap.columns(["frame.number", *NAMES], where=where, **reading):
        numbers = columns.occurrences("frame.number")[1]
        rows, severities, _ = columns.occurrences(NAMES[0])
        groups, messages = (columns.occurrences(name)[1].tolist() for name in NAMES[1:])
        if len(rows):
            arrays = [
                pa.array(numbers[rows], pa.int64()),
                pa.array([SEVERITIES[severity] for severity in severities.tolist()], pa.string()),
                pa.array([GROUPS.get(group, "Protocol") for group in groups], pa.string()),
                pa.array(messages, pa.string()),
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=EXPERT)
