"""Our values beside tshark's, cell by cell.

    python -m tests.agreement.compare FILES|FOLDERS [--layer tcp] [--field ip.src] [--top 20] [--json OUT] [--floor P]

A cell is a packet and a field of which either side says something; it is equal when all occurrences are, in
order.  Differences are counted by field and kind, most frequent first, with packets to look at.  Those that
`known.toml` explains are counted apart.  Exits with 1 where unexplained differences are left or, with a floor,
where fewer cells are equal (per cent), and where a capture could not be read or has another number of packets.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import json
import multiprocessing
import sys
import tomllib
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from . import tshark
from .canonical import Plain, canonical_list, same

HERE = Path(__file__).parent
PROTOCOLS, LINK_TYPE = "frame.protocols", "frame.encap_type"
EXAMPLES, EXAMPLES_A_FILE = 6, 2
ONLY_OURS, ONLY_THEIRS = "only ours", "only theirs"


@dataclass(frozen=True, slots=True)
class Compared:
    """A field both sides have: `type` is the type of tshark by which values are compared."""

    name: str
    layer: str
    type: str


@dataclass(frozen=True, slots=True)
class Known:
    """An explained difference: entries of `known.toml`.  Patterns as of file names (`tcp.*`)."""

    field: str
    right: str
    why: str
    file: str = "*"
    kind: str = "*"

    def explains(self, field: str, file: str, kind: str) -> bool:
        """Whether a difference of this kind in this field of this file is the one meant."""
        pairs = ((field, self.field), (file, self.file), (kind, self.kind))
        return all(fnmatch.fnmatchcase(text, pattern) for text, pattern in pairs)


@dataclass(slots=True)
class Count:
    """Cells of a field, a layer or of everything."""

    cells: int = 0
    equal: int = 0
    explained: int = 0
    only_ours: int = 0
    only_theirs: int = 0
    different: int = 0

    def add(self, other: Count) -> None:
        """Sum up."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def agreement(self) -> float:
        """Per cent of the cells not explained away that are equal."""
        judged = self.cells - self.explained
        return 100.0 * self.equal / judged if judged else 100.0


@dataclass(slots=True)
class Example:
    """A packet that shows a difference."""

    file: str
    packet: int
    ours: list[Plain]
    theirs: list[str]

    def __str__(self) -> str:
        return f"{self.file} packet {self.packet}: ours {_shown(self.ours)}, tshark {_shown(self.theirs)}"


@dataclass(slots=True)
class Group:
    """All differences of one kind in one field."""

    count: int = 0
    files: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class Result:
    """What the comparison of some files found."""

    files: int = 0
    packets: int = 0
    fields: dict[str, Count] = field(default_factory=dict)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    explained: dict[Known, Group] = field(default_factory=dict)
    same_protocols: int = 0
    same_last: int = 0
    protocols: Counter[tuple[str, str]] = field(default_factory=Counter)  # differing (ours, tshark's)
    uneven: list[str] = field(default_factory=list)  # files in which the numbers of packets differ
    failed: list[str] = field(default_factory=list)  # files that we could not read, or broke on
    skipped: list[str] = field(default_factory=list)  # files that tshark could not read

    def add(self, other: Result) -> None:
        """Sum up."""
        for name in ("files", "packets", "same_protocols", "same_last"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, count in other.fields.items():
            self.fields.setdefault(name, Count()).add(count)
        self.protocols.update(other.protocols)
        self.uneven += other.uneven
        self.failed += other.failed
        self.skipped += other.skipped
        _add_groups(self.groups, other.groups)
        _add_groups(self.explained, other.explained)

    def layers(self, compared: Iterable[Compared]) -> dict[str, Count]:
        """The counts by layer, the most cells first."""
        found: dict[str, Count] = {}
        for one in compared:
            if one.name in self.fields:
                found.setdefault(one.layer, Count()).add(self.fields[one.name])
        return dict(sorted(found.items(), key=lambda item: -item[1].cells))

    def total(self) -> Count:
        """The counts of everything."""
        count = Count()
        for one in self.fields.values():
            count.add(one)
        return count

    def ranked(self) -> list[tuple[str, str, Group]]:
        """The unexplained differences (field, kind, group), most frequent first."""
        ordered = sorted(self.groups.items(), key=lambda item: (-item[1].count, item[0]))
        return [(name, kind, group) for (name, kind), group in ordered]


def compared_fields(
    layers: Sequence[str] = (), names: Sequence[str] = ()
) -> tuple[list[Compared], list[str]]:
    """The fields both sides have, of these layers or with these names (patterns; none: all).

    And lines on those whose type is not tshark's.
    """
    import dissect
    from dissect.layers import builtin

    declared = builtin().fields  # a name may be several layers'
    ours = {
        f.name: next((one for one in declared[f.name] if one.layer in layers), f) for f in dissect.fields() if f.name
    }
    found, unlike = [], []
    for name, types in tshark.shared_fields(ours).items():
        one = ours[name]
        if one.layer.startswith("_ws."):
            continue  # what is worth a note, and in which words, is for each to say
        type_ = one.type.ft
        chosen = one.layer in layers or any(fnmatch.fnmatchcase(name, pattern) for pattern in names)
        if not chosen and (layers or names):
            continue
        if type_ == "FT_BYTES" and types == ("FT_PROTOCOL",):
            types = (type_,)  # a protocol by name only is listed so, and printed as the bytes it is
        if type_ not in types:
            unlike.append(f"{name}: ours {type_}, tshark {'/'.join(types)}")
        found.append(Compared(name, one.layer, type_ if type_ in types else types[0]))
    return found, unlike


def compare_file(path: Path, fields: Sequence[Compared], packets: int = 0, two_pass: bool = False) -> Result:
    """One capture through both.  Never raises: what goes wrong is in the result."""
    result = Result(files=1)
    try:
        theirs = tshark.printed(path, [PROTOCOLS, LINK_TYPE, *(f.name for f in fields)], packets, two_pass)
    except tshark.TsharkError as error:
        result.skipped.append(f"{path.name}: {error}")
        return result
    if not theirs.rows:
        result.skipped.append(f"{path.name}: {theirs.complaint or 'no packets'}")
        return result
    ours: list[dict[str, list[Any]]] = []
    try:
        ours.extend(_our_rows(path, [f.name for f in fields], packets))
    except Exception as error:  # a fault of ours must not hide the other files' results
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        result.failed.append(f"{path.name}: {type(error).__name__}: {str(error)[:200]} ({where})")
        return result
    if len(ours) != len(theirs.rows):
        known = _explanation("frame.number", path.name, "packets")
        line = f"{path.name}: {len(ours)} packets, tshark {len(theirs.rows)} {theirs.complaint}".rstrip()
        if known:
            _note(result.explained, known, Example(path.name, len(theirs.rows), [], [line]))
        else:
            result.uneven.append(line)
        # tshark numbers pcapng's custom blocks as if they were packets: they have no link type
        theirs.rows = [row for row in theirs.rows if LINK_TYPE in row]
    compare_rows(path.name, fields, ours, theirs.rows, result)
    return result


def compare_rows(
    file: str,
    fields: Sequence[Compared],
    ours: Sequence[dict[str, list[Any]]],
    theirs: Sequence[dict[str, list[str]]],
    result: Result,
) -> None:
    """The cells of the packets both sides have, counted into `result`."""
    by_name = {f.name: f for f in fields}
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1):
        result.packets += 1
        _compare_protocols(mine.get(PROTOCOLS, [""])[0], other.get(PROTOCOLS, [""])[0], result)
        for name in dict.fromkeys(chain(mine, other)):
            if one := by_name.get(name):
                _compare_cell(one, Example(file, number, mine.get(name, []), other.get(name, [])), result)


def _compare_cell(one: Compared, cell: Example, result: Result) -> None:
    mine, other = canonical_list(one.type, cell.ours), canonical_list(one.type, cell.theirs)
    if not mine and not other:
        return
    count = result.fields.setdefault(one.name, Count())
    count.cells += 1
    if len(mine) == len(other) and all(map(same, mine, other)):
        count.equal += 1
        return
    kind = _kind(mine, other)
    known = _explanation(one.name, cell.file, kind)
    if known:
        count.explained += 1
        _note(result.explained, known, cell)
        return
    if kind == ONLY_OURS:
        count.only_ours += 1
    elif kind == ONLY_THEIRS:
        count.only_theirs += 1
    else:
        count.different += 1
    _note(result.groups, (one.name, kind), cell)


def _explanation(name: str, file: str, kind: str) -> Known | None:
    return next((known for known in known_differences() if known.explains(name, file, kind)), None)


def _kind(mine: list[Plain], other: list[Plain]) -> str:
    if not other:
        return ONLY_OURS
    if not mine:
        return ONLY_THEIRS
    if len(mine) > len(other):
        return "more of ours"
    if len(mine) < len(other):
        return "more of theirs"
    return "order" if sorted(map(repr, mine)) == sorted(map(repr, other)) else "value"


def _compare_protocols(mine: str, other: str, result: Result) -> None:
    if mine == other:
        result.same_protocols += 1
    else:
        result.protocols[mine, other] += 1
    if last_layer(mine) == last_layer(other):
        result.same_last += 1


def last_layer(protocols: str) -> str:
    """The last layer that is one: not undecoded data, not a note that the packet is cut or malformed."""
    named = [p for p in protocols.split(":") if p != "data" and not p.startswith("_ws.")]
    return named[-1] if named else ""


def _our_rows(path: Path, names: list[str], packets: int) -> Iterator[dict[str, list[Any]]]:
    import dissect

    with dissect.open(path) as capture:
        wanted = list(dict.fromkeys([PROTOCOLS, *names]))
        yield from islice(capture.json_rows(wanted), packets or None)


def _note(groups: dict[Any, Group], key: Any, example: Example) -> None:
    group = groups.setdefault(key, Group(files=1))
    group.count += 1
    if len(group.examples) < EXAMPLES_A_FILE:
        group.examples.append(example)


def _add_groups(mine: dict[Any, Group], theirs: dict[Any, Group]) -> None:
    for key, group in theirs.items():
        into = mine.setdefault(key, Group())
        into.count += group.count
        into.files += group.files
        into.examples = (into.examples + group.examples)[:EXAMPLES]


@functools.cache
def known_differences() -> tuple[Known, ...]:
    """The entries of `known.toml`."""
    with (HERE / "known.toml").open("rb") as file:
        return tuple(Known(**entry) for entry in tomllib.load(file).get("known", []))


def compare(
    paths: Sequence[Path], fields: Sequence[Compared], jobs: int = 1, packets: int = 0, two_pass: bool = False
) -> Result:
    """All captures through both, `jobs` at a time; the result does not depend on `jobs`."""
    result = Result()
    one = functools.partial(compare_file, fields=fields, packets=packets, two_pass=two_pass)
    if jobs <= 1 or len(paths) < 4:
        for path in paths:
            result.add(one(path))
        return result
    tshark.known_fields()
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(one, paths, chunksize=4):
            result.add(part)
    return result


def captures(paths: Iterable[Path]) -> list[Path]:
    """The files, and those in the folders that may be captures, in one order everywhere."""
    found = []
    for path in paths:
        inside = path.rglob("*") if path.is_dir() else (path,)
        found += [p for p in inside if p.is_file() and p.suffix not in NOT_CAPTURES]
    return sorted(found)


NOT_CAPTURES = (".md", ".txt", ".toml", ".py", ".sh", ".json", ".yaml", ".keys")


def report(result: Result, fields: Sequence[Compared], unlike: Sequence[str], top: int) -> str:
    """The result for a reader."""
    total = result.total()
    lines = [f"{result.files} files, {result.packets:,} packets, {len(fields)} shared fields", ""]
    lines.append(
        f"{'layer':24}{'cells':>12}{'agree %':>10}{'only ours':>11}"
        f"{'only theirs':>12}{'differ':>9}{'explained':>10}"
    )
    for layer, count in [*result.layers(fields).items(), ("all", total)]:
        lines.append(
            f"{layer:24}{count.cells:>12,}{count.agreement:>10.3f}{count.only_ours:>11,}"
            f"{count.only_theirs:>12,}{count.different:>9,}{count.explained:>10,}"
        )
    if result.packets:
        lines += [
            "",
            f"frame.protocols equal in {100 * result.same_protocols / result.packets:.3f} % of the packets",
        ]
        lines += [f"last layer equal in {100 * result.same_last / result.packets:.3f} %"]
        for (mine, other), times in result.protocols.most_common(top):
            lines.append(f"{times:>8,}  {mine}\n{'':>10}{other} (tshark)")
    ranked = result.ranked()
    lines += [
        "",
        f"{len(ranked)} kinds of differences, most frequent first:" if ranked else "No differences.",
    ]
    for name, kind, group in ranked[:top]:
        lines.append(f"{group.count:>8,}  {name}: {kind} (in {group.files} files)")
        lines += [f"{'':>10}{example}" for example in group.examples[:3]]
    if result.explained:
        lines += ["", "Explained:"]
    for known, group in sorted(result.explained.items(), key=lambda item: -item[1].count):
        lines.append(f"{group.count:>8,}  {known.field} ({known.right} right): {known.why}")
    for title, listed in (
        ("Types that are not tshark's", unlike),
        ("Different numbers of packets", result.uneven),
        ("Not read by us", result.failed),
        ("Not read by tshark, left out", result.skipped),
    ):
        if listed:
            lines += ["", f"{title} ({len(listed)}):", *(f"  {line}" for line in listed)]
    return "\n".join(lines)


def as_json(result: Result, fields: Sequence[Compared]) -> dict[str, Any]:
    """The whole result for a program."""

    def counted(counts: dict[str, Count]) -> dict[str, Any]:
        return {name: {**asdict(count), "agreement": count.agreement} for name, count in counts.items()}

    return {
        "files": result.files,
        "packets": result.packets,
        "total": counted({"all": result.total()})["all"],
        "layers": counted(result.layers(fields)),
        "fields": counted(result.fields),
        "differences": [{"field": n, "kind": k, **asdict(g)} for n, k, g in result.ranked()],
        "explained": [{**asdict(k), **asdict(g)} for k, g in result.explained.items()],
        "same_protocols": result.same_protocols,
        "same_last_layer": result.same_last,
        "protocols": [{"ours": a, "theirs": b, "count": n} for (a, b), n in result.protocols.most_common()],
        "uneven": result.uneven,
        "failed": result.failed,
        "skipped": result.skipped,
    }


def _shown(values: Sequence[Plain]) -> str:
    text = ", ".join(v if isinstance(v, str) else json.dumps(v) for v in values) if values else "nothing"
    text = text if text.isprintable() else repr(text)
    return text if len(text) <= 160 else f"{text[:157]}…"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("compare", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER")
    parser.add_argument("--layer", action="append", default=[], help="only this layer (repeatable)")
    parser.add_argument("--field", action="append", default=[], help="only these fields (pattern)")
    parser.add_argument("--top", type=int, default=20, help="how many kinds of differences to show")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write everything found as JSON")
    parser.add_argument("--jobs", type=int, default=1, help="captures at a time")
    parser.add_argument("--limit-packets", type=int, default=0, metavar="N", help="of each file")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th file")
    parser.add_argument("--floor", type=float, metavar="PERCENT", help="fail below, and not at every difference")
    parser.add_argument("--two-pass", action="store_true", help="let tshark look ahead (-2)")
    options = parser.parse_args(arguments)
    if not tshark.available():
        print("compare: there is no tshark on this machine", file=sys.stderr)
        return 2
    if missing := [str(path) for path in options.paths if not path.exists()]:
        print(f"compare: not there: {', '.join(missing)}", file=sys.stderr)
        return 2
    fields, unlike = compared_fields(options.layer, options.field)
    if not fields:
        print("compare: tshark shares none of these fields", file=sys.stderr)
        return 2
    paths = captures(options.paths)[:: options.every]
    result = compare(paths, fields, options.jobs, options.limit_packets, options.two_pass)
    print(report(result, fields, unlike, options.top))
    if options.json:
        found = json.dumps(as_json(result, fields), indent=1, ensure_ascii=False)
        options.json.write_text(found + "\n", "utf-8", "surrogatepass")
    differs = bool(result.groups) if options.floor is None else result.total().agreement < options.floor
    return 1 if differs or result.failed or result.uneven else 0


if __name__ == "__main__":
    sys.exit(main())
