"""`dissect mtu`: fragments, path MTU and DF, with the packets that prove it."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from dissect.cli import common

if TYPE_CHECKING:
    from dissect.passes.datagrams import Bounds
    from dissect.pathmtu import Finding, Path, Report
    from dissect.pathmtu.points import Between

PATHS_SHOWN = 20
PROOF_SHOWN = 6  # lines of evidence
PACKETS_SHOWN = 8  # in a line
TRY = re.compile(r"^try \d+: ")
WIDTH = 110


@click.command("mtu")
@click.argument("files", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--policy", type=click.Choice(sorted(
    ("first", "last", "bsd", "bsd-right", "linux", "windows", "solaris"))), default="first", show_default=True,
    help="Whose bytes count where fragments overlap.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.001), default=60.0, show_default=True, metavar="SECONDS",
              help="How long a datagram may wait for its fragments.")  # fmt: skip
@click.option("--all", "all_", is_flag=True, help="Every path, not only those with something to say.")
@common.decode_as_option
@common.quiet_option
def command(
    files: Sequence[str], format_: str, policy: str, timeout: float, all_: bool, decode_as: Sequence[str], quiet: bool
) -> int:
    """The paths of FILES with the evidence for their MTU, what is wrong, and what the capture cannot tell.

    Of two FILES that caught the same traffic at two points: also what happened to it between them.
    """
    import dissect
    from dissect.capture import CaptureError
    from dissect.passes.datagrams import Bounds
    from dissect.pathmtu import analyse

    code, out = 0, list[dict[str, Any]]()
    bounds = Bounds(policy, int(timeout * 1e9))
    read, paths = list[str](), common.expand(files)
    for path in paths:
        try:
            with (
                common.progress(os.path.basename(path), quiet) as advance,
                dissect.open(path, common.registry(decode_as), bounds) as capture,
            ):
                report = analyse(capture, progress=advance)
                code = max(code, common.report_damage(capture))
                read.append(path)
        except CaptureError as error:
            print(f"dissect: {error}", file=sys.stderr)
            code = 3
            continue
        if format_ == "json":
            out.append({"file": path, **_plain(report)})
        else:
            sys.stdout.write("\n".join(text(path, report, all_)) + "\n")
    if len(read) == len(paths) == 2 and "-" not in read:
        from dissect.pathmtu import points

        between = _between(read[0], read[1], decode_as, bounds)
        if format_ == "json":
            proven = [dataclasses.asdict(one) for one in points.findings(between)]
            out.append({"files": read, "between": [dataclasses.asdict(one) for one in between], "findings": proven})
        else:
            sys.stdout.write("\n".join(_between_text(between, read[0], read[1])) + "\n")
    if format_ == "json":
        sys.stdout.write(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
    return code


def _plain(report: Report) -> dict[str, Any]:
    paths, findings = map(dataclasses.asdict, report.paths), map(dataclasses.asdict, report.findings)
    limits, datagrams = report.limits, report.datagrams
    return {
        "paths": list(paths), "findings": list(findings), "limits": limits, "datagrams": datagrams,
        "packets": report.packets,
    }  # fmt: skip


def _between(first: str, second: str, decode_as: Sequence[str], bounds: Bounds) -> list[Between]:
    import dissect
    from dissect.pathmtu.points import compare

    known = common.registry(decode_as)
    with dissect.open(first, known, bounds) as one, dissect.open(second, known, bounds) as other:
        return compare(one, other)


def _between_text(between: list[Between], first: str, second: str) -> Iterator[str]:
    """What happened between two captures, in words."""
    from dissect.pathmtu.points import findings, sentences

    yield f"Between {first} and {second}"
    if not between:
        yield "  No packet is in both: other traffic, other times, or addresses that were translated."
    names = (os.path.basename(first), os.path.basename(second))
    for one in between:
        yield f"  {one.source} → {one.destination}"
        yield from wrapped(list(sentences(one, names)), "      ")
    for proven in findings(between):
        yield ""
        yield from _finding(proven)
    yield ""


def text(file: str, report: Report, all_: bool = False) -> Iterator[str]:
    """The report in words."""
    counts = f"{report.packets:,} packets, {len(report.paths):,} paths, {len(report.datagrams):,} fragmented datagrams"
    yield f"{file}: {counts}"
    yield ""
    yield "What this capture cannot tell"
    yield from wrapped(report.limits or ["Nothing stands in the way: both directions, whole packets, no offload seen."])
    yield ""
    yield from _paths(report, all_)
    if report.findings:
        kinds = [(kind, sum(f.severity == kind for f in report.findings)) for kind in ("error", "warning", "note")]
        yield "Findings: " + ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds if count)
    else:
        yield "No findings: nothing is wrong with fragments, path MTU or DF as far as this shows."
    for finding in report.findings:
        yield ""
        yield from _finding(finding)
    yield ""


def _paths(report: Report, all_: bool) -> Iterator[str]:
    told = {(f.source, f.destination) for f in report.findings}
    worth = report.paths if all_ else report.paths.telling(told)
    rest = len(report.paths) - len(worth)
    if not worth:
        yield f"Paths: {rest} with nothing lost and nothing fragmented" + ("" if all_ else " (--all shows them)")
        if rest:
            largest = report.paths.widest()
            if largest and largest.delivered:
                yield f"  largest delivered: {largest.delivered.size} octets, {largest.source} → {largest.destination}"
        yield ""
        return
    yield "Paths"
    shown = worth if all_ else worth[:PATHS_SHOWN]
    for path in shown:
        yield f"  {path.source} → {path.destination}: {path.interval()}"
        yield from wrapped(_path_facts(path), "      ")
    if len(worth) > len(shown) or rest:
        yield f"  … and {len(worth) - len(shown) + rest} more (--all shows them)"
    yield ""


def _path_facts(path: Path) -> list[str]:
    facts = [
        f"{path.packets:,} packets, largest {path.largest} octets, {100 * path.df // max(path.packets, 1)} % with DF"
    ]
    if path.delivered:
        facts.append(f"delivered: {path.delivered.size} octets, packet {path.delivered.packet} ({path.delivered.why})")
    if path.lost:
        facts.append(f"lost: {path.lost.size} octets, packet {path.lost.packet} ({path.lost.why})")
    if path.mss_announced or path.mss_used:
        facts.append(
            f"MSS announced by the source: {path.mss_announced or 'unknown'}; largest segment sent: {path.mss_used}"
        )
    if path.too_big:
        facts.append(f"packet-too-big messages: {path.too_big}")
    if path.datagrams:
        by = f", made by the {path.made_by}" if path.made_by else ""
        facts.append(f"fragmented datagrams: {path.datagrams}, largest fragment {path.largest_fragment} octets{by}")
    facts += [f"tunnel: {name}, {overhead} octets of overhead" for name, overhead in path.tunnels.items()]
    return facts


def _finding(finding: Finding) -> Iterator[str]:
    where = f"  {finding.source} → {finding.destination}" if finding.destination else f"  {finding.source}".rstrip()
    yield f"{finding.code} {finding.severity}: {finding.title}{where}"
    yield from wrapped([finding.what])
    yield from _proofs(finding)
    yield from wrapped([f"Cause: {finding.cause}", f"Remedy: {finding.remedy}"])
    if finding.references:
        yield f"  Source: {', '.join(finding.references)}"
    if finding.filter:
        yield f"  Filter: {finding.filter}"


def _proofs(finding: Finding) -> Iterator[str]:
    """The evidence, packets that show the same in one line."""
    told = itertools.groupby(finding.evidence, key=lambda proof: TRY.sub("", proof.why))
    groups = [(why, [proof.packet for proof in same]) for why, same in told]
    for why, packets in groups[:PROOF_SHOWN]:
        some = ", ".join(map(str, packets[:PACKETS_SHOWN])) + (" …" if len(packets) > PACKETS_SHOWN else "")
        yield from wrapped([f"packet{'s' if len(packets) > 1 else ''} {some}: {why}"], "    ")
    shown = sum(len(packets) for _, packets in groups[:PROOF_SHOWN])
    total = finding.values.get("evidence_packets", len(finding.evidence))
    if total > shown:
        yield f"    … and {total - shown} more packet{'s' if total - shown > 1 else ''}"


def wrapped(sentences: Sequence[str], indent: str = "  ") -> Iterator[str]:
    """Sentences as lines of bearable width."""
    for sentence in sentences:
        yield from textwrap.wrap(sentence, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def entry_lines(code: str) -> list[str]:
    """What a finding's code means, for `dissect explain`."""
    from dissect.pathmtu import CATALOGUE

    entry: Any = CATALOGUE[code]
    lines = [f"{entry.code}: {entry.title} ({entry.severity})"]
    for title, said in (("When", entry.rule), ("Cause", entry.cause), ("Remedy", entry.remedy)):
        lines += wrapped([f"{title}: {said}"])
    if entry.references:
        lines.append(f"  Source: {', '.join(entry.references)}")
    lines.append(f'  Filter: pathmtu.code == "{entry.code}"')
    return lines
