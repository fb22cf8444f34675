"""What there is to do for a data set: which captures, which of their tables, and what is done already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dissect.capture import CaptureError, is_address
from dissect.export.dataset import DataSet, Manifest, facts, named
from dissect.export.job import Job
from dissect.export.schema import VERSION
from dissect.export.tables import Choice


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: captures, the tables of each, the partition ("" for none), decode-as rules."""

    sources: tuple[str, ...]
    choices: tuple[Choice, ...]
    partition: str = ""
    rules: tuple[str, ...] = ()
    resume: bool = False

    def shape(self) -> dict[str, Any]:
        """The options that all parts of a data set share."""
        one = self.choices[0]
        return {
            "schema": VERSION, "partition": self.partition, "format": one.format, "fields": list(one.fields),
            "occurrence": one.occurrence, "raw_addresses": one.raw_addresses, "filter": one.filter,
            "decode_as": list(self.rules),
        }  # fmt: skip


@dataclass(slots=True)
class Agenda:
    """The jobs, and the captures that need none."""

    jobs: list[Job] = field(default_factory=list)
    done: list[Manifest] = field(default_factory=list)


def agenda(data: DataSet, order: Order) -> Agenda:
    """What is to be done.  The tables of an unchanged capture that are not asked for stay as they are."""
    known = data.manifests()
    sources = list(dict.fromkeys(map(_absolute, order.sources)))
    out = Agenda()
    for source, key in zip(sources, data.keys(sources, known), strict=True):
        before = known.get(named(source))
        if before is not None and not before.unchanged(source):
            before = None
        choices = order.choices
        if before is not None and order.resume:
            choices = tuple(choice for choice in choices if choice.table not in before.rows)
            if not choices:
                out.done.append(before)
                continue
        kept = None if before is None else _without(before, [choice.table for choice in choices])
        out.jobs.append(Job(source, key, data.address, choices, order.partition, order.rules, kept, _size(source)))
    return out


def _absolute(source: str) -> str:
    return source if source == "-" or is_address(source) else os.path.abspath(source)


def _without(manifest: Manifest, tables: Sequence[str]) -> Manifest:
    rows = {table: count for table, count in manifest.rows.items() if table not in tables}
    files = [name for name in manifest.files if name.partition("/")[0] not in tables]
    return replace(manifest, rows=rows, files=files)


def _size(source: str) -> int:
    try:
        return 0 if source == "-" else facts(source)[0]
    except (OSError, CaptureError):  # reading it says what is wrong
        return 0
