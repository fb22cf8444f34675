"""The checks of rule files, evaluated over a capture (see `ruleset` for how they are written)."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.check.model import MOST_EVIDENCE, Failure, Spot
from dissect.check.ruleset import Named
from dissect.filters import Filter, compile_filter
from dissect.library import Capture

Rows = NDArray[np.int64]
TIMES = frozenset({"time_rel", "time_abs"})  # values in ns; checks are written in seconds


def failures(one: Named, cap: Capture, file: str) -> Iterator[Failure]:
    """Why a check does not hold; nothing where it does, or is not meant for this capture."""
    if one.only and not fnmatch.fnmatch(os.path.basename(file), one.only):
        return
    if one.when is not None and not len(cap.filter(one.when)):
        return
    yield from KINDS[one.kind](one, cap)


def packets(count: int) -> str:
    """A number of packets in words."""
    return f"{count:,} packet{'' if count == 1 else 's'}"


def _expect(one: Named, cap: Capture) -> Iterator[Failure]:
    assert one.filter is not None and one.expect is not None
    rows = cap.filter(one.filter)
    value, said = float(len(rows)), f"{packets(len(rows))} match{'es' if len(rows) == 1 else ''}"
    if one.expect.share is not None:
        of = len(cap) if one.share is None else len(cap.filter(one.share))
        value = len(rows) / of if of else 0.0
        said = f"{len(rows):,} of {of:,} packets ({value:.1%}) match"
    if not one.expect.holds(value):
        spots = [Spot(row + 1, f"matches {one.rule.filter}") for row in rows[:MOST_EVIDENCE].tolist()]
        yield Failure(one.rule, "", f"{said}; expected {one.expect.text}", spots, len(rows), filter=one.rule.filter)


def _aggregate(one: Named, cap: Capture) -> Iterator[Failure]:
    assert one.expect is not None
    for subject, values, rows, times in _groups(one, cap):
        value = _value(one.aggregate, values, times)
        if value is None or one.expect.holds(value):
            continue
        form = f"{one.aggregate}({one.field})" if one.field else one.aggregate
        about = f" of {subject}" if subject else ""
        spots = [Spot(row + 1, f"{form}{about}") for row in _showing(one.aggregate, values, rows)]
        what = f"{form}{about} is {value:.6g}; expected {one.expect.text}"
        yield Failure(one.rule, subject, what, spots, len(rows), filter=one.rule.filter)


def _showing(aggregate: str, values: NDArray[Any], rows: Rows) -> list[int]:
    """The packets that show best what a value comes from."""
    if aggregate in ("max", "min") or aggregate[0] == "p":
        order = np.argsort(values, kind="stable")
        rows = rows[order if aggregate == "min" else order[::-1]]
    out: list[int] = rows[:MOST_EVIDENCE].tolist()
    return out


def _groups(one: Named, cap: Capture) -> Iterator[tuple[str, NDArray[Any], Rows, Rows]]:
    """(group, values, rows, times in ns) of the packets that a check is about; all in one group without `by`."""
    parts: dict[str, list[tuple[NDArray[Any], Rows, Rows]]] = {}
    names = sorted({"frame.number", *(name for name in (one.field, one.by) if name)})
    for chunk, columns in cap.columns(names, where=one.filter):
        count = len(chunk)
        numbers = columns.occurrences("frame.number")[1].astype(np.int64) - 1
        at, values = np.arange(count), np.zeros(count)
        if one.field:
            at, raw, field = columns.occurrences(one.field)
            values = raw
            if field is not None and field.type.kind in TIMES:
                values = raw.astype(np.float64) / 1e9
            elif raw.dtype.kind not in "iufb":
                values = np.empty(len(raw), object)
                values[:] = raw.tolist()
        groups = np.zeros(count, np.int64)
        labels = [""]
        if one.by:
            texts = [text.partition(",")[0] for text in cap.texts(columns, count, one.by)]
            labels = sorted(set(texts))
            groups = np.searchsorted(np.array(labels), np.array(texts)) if count else groups
        for number, label in enumerate(labels):
            mine = np.flatnonzero(groups[at] == number)
            if len(mine) and not (one.by and not label):
                part = values[mine], numbers[at[mine]], chunk.time[at[mine]]
                parts.setdefault(label, []).append(part)
    if not one.by and not parts:
        yield "", np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64)
    for label in sorted(parts):
        columns_ = [np.concatenate(column) for column in zip(*parts[label], strict=True)]
        yield label, columns_[0], columns_[1], columns_[2]


def _value(aggregate: str, values: NDArray[Any], times: Rows) -> float | None:
    """The number; None where there is nothing to take it of (but for counts)."""
    if aggregate == "count":
        return float(len(values))
    if aggregate == "rate":
        span = (int(times.max()) - int(times.min())) / 1e9 if len(times) > 1 else 0.0
        return len(times) / span if span else float(len(times))
    if aggregate == "distinct":
        return float(len(set(values.tolist())))
    if not len(values) or values.dtype.kind == "O":
        return None
    if aggregate[0] == "p":
        return float(np.percentile(values.astype(np.float64), float(aggregate[1:]), method="nearest"))
    return float(getattr(values.astype(np.float64), aggregate)())


def _column(cap: Capture, where: Filter, name: str) -> tuple[Rows, Rows, list[str]]:
    """(rows, times, first value as text) of the packets that pass."""
    rows, times, texts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], list[str]()
    for chunk, columns in cap.columns(["frame.number", name], where=where):
        rows.append(columns.occurrences("frame.number")[1].astype(np.int64) - 1)
        times.append(chunk.time)
        texts += [text.partition(",")[0] for text in cap.texts(columns, len(chunk), name)]
    return np.concatenate(rows), np.concatenate(times), texts


def _sequence(one: Named, cap: Capture) -> Iterator[Failure]:
    assert one.expect is not None
    first: dict[str, int] = {}
    reached: dict[str, int] = {}
    for number, step in enumerate(one.sequence):
        rows, _, keys = _column(cap, step, one.per)
        seen: dict[str, int] = {}
        for row, key in zip(rows.tolist(), keys, strict=True):
            if key and key not in seen and (number == 0 or row > reached.get(key, row)):
                seen[key] = row
        first = first or seen
        reached = seen
    done = len(reached)
    value = done / len(first) if one.expect.share is not None and first else float(done)
    if one.expect.share is not None and not first:
        return
    if not one.expect.holds(value):
        missing = {key: row for key, row in first.items() if key not in reached} or reached
        spots = [Spot(row + 1, f"{one.per} {key} begins here") for key, row in missing.items()]
        what = f"{done:,} of {len(first):,} go through all {len(one.sequence)} steps; expected {one.expect.text}"
        yield Failure(one.rule, "", what, spots, len(missing), filter=one.sequence[0].text)


def _followed_by(one: Named, cap: Capture) -> Iterator[Failure]:
    assert one.filter is not None and one.followed_by is not None
    asked, answers = (_keyed(cap, where, one.same) for where in (one.filter, one.followed_by))
    by_key: dict[tuple[str, ...], list[int]] = {}
    for _, time, key in answers:
        by_key.setdefault(key, []).append(time)
    late = list[Spot]()
    for row, time, key in asked:
        times = np.array(by_key.get(key, ()), np.int64)
        after = times[times >= time]
        if not len(after):
            late.append(Spot(row + 1, "nothing follows"))
        elif int(after.min()) - time > one.within:
            late.append(Spot(row + 1, f"followed after {(int(after.min()) - time) / 1e9:.6g} s"))
    if late:
        what = f"{len(late):,} of {len(asked):,} packets are not followed by {one.followed_by.text} within "
        yield Failure(one.rule, "", f"{what}{one.within / 1e9:g} s", late, len(late), filter=one.rule.filter)


def _keyed(cap: Capture, where: Filter, same: tuple[str, ...]) -> list[tuple[int, int, tuple[str, ...]]]:
    columns = [_column(cap, where, name) for name in same or ("frame.interface_id",)]
    rows, times, _ = columns[0]
    keys = list(zip(*(texts for _, _, texts in columns), strict=True)) if same else [()] * len(rows)
    return list(zip(rows.tolist(), times.tolist(), keys, strict=True))


def _values(one: Named, cap: Capture) -> Iterator[Failure]:
    where = one.filter or compile_filter(one.field, cap.registry)
    numbers = {float(v) for v in one.values if not isinstance(v, str)}
    words = {v for v in one.values if isinstance(v, str)}
    found: dict[str, list[Spot]] = {}
    rows, _, texts = _column(cap, where, one.field)
    for row, text in zip(rows.tolist(), texts, strict=True):
        if text and text not in words and not _among(text, numbers):
            found.setdefault(text, []).append(Spot(row + 1, f"{one.field} is {text}"))
    for text, spots in sorted(found.items()):
        what = f"{one.field} is {text} in {packets(len(spots))}; expected one of {', '.join(map(str, one.values))}"
        yield Failure(one.rule, text, what, spots, len(spots), filter=one.rule.filter or one.field)


def _among(text: str, numbers: set[float]) -> bool:
    try:
        return (int(text, 0) if text[:2] == "0x" else float(text)) in numbers
    except ValueError:
        return False


def _has(one: Named, cap: Capture) -> Iterator[Failure]:
    assert one.filter is not None
    rows = cap.filter(one.filter)
    for name in one.has:
        without = np.setdiff1d(rows, cap.filter(compile_filter(name, cap.registry)))
        if len(without):
            spots = [Spot(row + 1, f"no {name}") for row in without[:MOST_EVIDENCE].tolist()]
            what = f"{len(without):,} of {len(rows):,} packets have no {name}"
            yield Failure(one.rule, name, what, spots, len(without), filter=f"({one.rule.filter}) && !{name}")


KINDS: dict[str, Callable[[Named, Capture], Iterator[Failure]]] = {
    "expect": _expect, "aggregate": _aggregate, "sequence": _sequence, "followed_by": _followed_by,
    "values": _values, "has": _has,
}  # fmt: skip
