"""Every sample says what was set up when it was recorded; the analysis must find it, and nothing that is false."""

from __future__ import annotations

import functools
import tomllib
from typing import Any

import pytest

import dissect
from dissect.pathmtu import Finding, Report, analyse
from tests.corpus import SAMPLES, captures, label

with (SAMPLES / "truth.toml").open("rb") as file:
    TRUTH: list[dict[str, Any]] = tomllib.load(file)["capture"]


SOME = frozenset(captures(every=4))


@functools.cache
def report(name: str) -> Report:
    with dissect.open(SAMPLES / name) as cap:
        return analyse(cap)


def facts(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "source": finding.source, "destination": finding.destination, **finding.values}


def of(kind: str) -> list[Any]:
    return [
        pytest.param(entry["file"], wanted, id=f"{entry['file']}-{wanted if isinstance(wanted, str) else i}")
        for entry in TRUTH
        for i, wanted in enumerate(entry.get(kind, []))
    ]


@pytest.mark.parametrize(("name", "wanted"), of("must"))
def test_what_must_be_found(name: str, wanted: dict[str, Any]) -> None:
    found = [facts(f) for f in report(name).findings]
    assert any(wanted.items() <= f.items() for f in found), found


@pytest.mark.parametrize(("name", "code"), of("must_not"))
def test_what_would_be_false(name: str, code: str) -> None:
    assert not [f.what for f in report(name).findings if f.code == code]


@pytest.mark.parametrize(("name", "wanted"), of("paths"))
def test_the_interval_holds(name: str, wanted: dict[str, Any]) -> None:
    ends = wanted["source"], wanted["destination"]
    [path] = [p for p in report(name).paths if (p.source, p.destination) == ends]
    delivered = path.delivered.size if path.delivered else 0
    lost = path.lost.size if path.lost else 1 << 20
    assert delivered <= wanted["mtu"] < lost
    assert wanted.get("delivered", delivered) == delivered
    assert wanted.get("lost", lost) == lost


@pytest.mark.parametrize(("name", "wanted"), of("fragments"))
def test_who_made_the_fragments(name: str, wanted: dict[str, Any]) -> None:
    ends = wanted["source"], wanted["destination"]
    [path] = [p for p in report(name).paths if (p.source, p.destination) == ends]
    assert path.datagrams == wanted["datagrams"]
    assert path.made_by == wanted["made_by"]
    assert path.largest_fragment == wanted["largest"]


@pytest.mark.parametrize("entry", TRUTH, ids=lambda e: e["file"])
def test_findings_are_complete(entry: dict[str, Any]) -> None:
    """Each says what, why and what to do, and names packets that exist."""
    found = report(entry["file"])
    for finding in found.findings:
        assert finding.what and finding.cause and finding.remedy
        assert finding.evidence and all(1 <= e.packet <= found.packets and e.why for e in finding.evidence)


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=label(p), marks=() if p in SOME else pytest.mark.slow) for p in captures()]
)
def test_no_black_hole_where_nobody_made_one(path: Any) -> None:
    """None of the 1,049 shared captures has one: in none a full segment is sent three times with growing gaps while
    smaller ones get through.  So M01, M02 and M33 are reported of samples that were recorded so, nothing else."""
    made = {e["file"] for e in TRUTH if any(m["code"] in ("M01", "M02") for m in e.get("must", []))}
    if path.name in made:
        return
    try:
        with dissect.open(path) as cap:
            found = analyse(cap)
    except dissect.CaptureError:
        pytest.skip("not a capture we read")
    assert not [f.what for f in found.findings if f.code in ("M01", "M02", "M33")]
