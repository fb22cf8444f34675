"""Rule files: every construct holds for one capture and not for another; what is wrong is said with line and column."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

import dissect
from dissect.check import RuleError, read_rules
from dissect.check.expect import expectation
from dissect.check.ruleset import Ruleset
from dissect.durations import duration
from tests.check.build import CLIENT, SERVER, report, shaken, tcp, udp, write
from tests.check.test_builtin import query

DOCS = Path(__file__).parents[2] / "docs"
SEQUENCE = '["tcp.flags.syn == 1 && tcp.flags.ack == 0", "tcp.flags.syn == 1 && tcp.flags.ack == 1", "tcp.len > 0"]'
ASKED = 'filter = "dns.flags.response == 0"\nfollowed_by = "dns.flags.response == 1"\n'
SAID = [*shaken(), tcp(True, 0x18, 100, 500, b"hello")]
# construct -> (rule, packets for which it holds, packets for which it does not)
CONSTRUCTS: dict[str, tuple[str, list[bytes], list[bytes]]] = {
    "none": ('filter = "tcp.flags.reset == 1"\nexpect = "none"', SAID, [tcp(False, 4, 1)]),
    "some": ('filter = "tcp.len > 0"\nexpect = "some"', SAID, shaken()),
    "count": ('filter = "tcp.flags.syn == 1"\nexpect = "== 2"', SAID, SAID[1:]),
    "share": ('filter = "tcp.flags.syn == 1"\nexpect = "<= 50% of tcp"', SAID, shaken()),
    "share of all": ('filter = "tcp"\nexpect = ">= 100%"', SAID, [*SAID, query()]),
    "variable": ('filter = "ip.src == $(client)"\nexpect = "some"', SAID, [tcp(False, 16, 1)]),
    "max": ('aggregate = "max(ip.len)"\nexpect = "<= 44"', shaken(), SAID),
    "min": ('aggregate = "min(ip.ttl)"\nexpect = ">= 64"', SAID, [SAID[0][:22] + b"\1" + SAID[0][23:]]),
    "mean": ('aggregate = "mean(tcp.len)"\nexpect = "< 1"', shaken(), SAID),
    "sum": ('aggregate = "sum(tcp.len)"\nexpect = "== 5"', SAID, [*SAID, SAID[-1]]),
    "p95": ('aggregate = "p95(tcp.time_delta)"\nexpect = "<= 100ms"', SAID, [*shaken(), query(), SAID[-1]]),
    "distinct": ('aggregate = "distinct(tcp.srcport)"\nexpect = "== 2"', SAID, [*SAID, *shaken(81)]),
    "rate": ('aggregate = "rate"\nfilter = "tcp"\nexpect = "< 14"', SAID, shaken()),
    "count by": ('aggregate = "count"\nby = "ip.src"\nexpect = "<= 2"', shaken(), SAID),
    "sequence": (f"sequence = {SEQUENCE}", SAID, [*SAID, *shaken(client=40001)]),
    "sequence, some": (f'sequence = {SEQUENCE}\nexpect = "some"', SAID, shaken()),
    "followed by": (
        f'{ASKED}same = ["dns.id"]\nwithin = "100ms"',
        [query(), query(0x8180)], [query(), query(0x8180, 8)],
    ),
    "within": (
        f'{ASKED}within = "150ms"',
        [query(), query(0x8180)], [query(), tcp(True, 16, 1), query(0x8180)],
    ),
    "values": ('field = "tcp.dstport"\nvalues = [80, 40000]', SAID, shaken(81)),
    "values, text": ('filter = "udp"\nfield = "ip.src"\nvalues = ["10.0.0.1"]', [query()], [query(0x8180)]),
    "has": ('filter = "udp.port == 53"\nhas = ["dns.qry.name"]', [query()], [udp(CLIENT, SERVER, (9, 53), bytes(12))]),
    "when": ('when = "dns"\nfilter = "tcp"\nexpect = "none"', SAID, [*SAID, query()]),
    "only": ('only = "wrong*"\nfilter = "tcp"\nexpect = "none"', SAID, SAID),
}  # fmt: skip


def ruleset(path: Path, text: str) -> Ruleset:
    path.write_text(text)
    return read_rules([str(path)], dissect.builtin())


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_construct(construct: str, tmp_path: Path) -> None:
    rule, right, wrong = CONSTRUCTS[construct]
    text = f'[variables]\nclient = "10.0.0.1"\n[builtin]\nenable = []\n[[check]]\nname = "it"\n{rule}\n'
    rules = ruleset(tmp_path / "r.toml", text)
    assert [one.what for one in report(write(tmp_path / "right.pcap", right), rules).failures] == []
    failures = report(write(tmp_path / "wrong.pcap", wrong), rules).failures
    assert failures
    assert {one.rule.code for one in failures} == {"it"}
    assert all(one.what and one.rule.where.endswith("r.toml:6") for one in failures)


def test_built_in_rules_are_switched_and_levelled(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pcap", [tcp(True, 0x02, 9), tcp(False, 0x14, 0, 10)])
    levelled = ruleset(tmp_path / "a.toml", '[builtin]\nenable = ["C06"]\nseverity = { C06 = "error" }')
    assert [(one.rule.code, one.severity) for one in report(path, levelled).failures] == [("C06", "error")]
    without = ruleset(tmp_path / "b.toml", '[builtin]\ndisable = ["C06", "M24"]')
    assert not report(path, without).failures


WRONG = [
    ('[[check]]\nname = "a"\nfilter = "tcp.prt == 1"\nexpect = "none"', 3, 11, "did you mean"),
    ('[[check]]\nname = "a"\nfilter = "tcp"\nexpcet = "none"', 4, 1, "did you mean 'expect'"),
    ('[[check]]\nname = "a"\nfilter = "tcp"\nexpect = "few"', 4, 1, "expected none, some"),
    ('[[check]]\nfilter = "tcp"\nexpect = "none"', 1, 1, "needs a name"),
    ('[[check]]\nname = "a"\nfilter = "$(x)"\nexpect = "none"', 3, 1, "no variable 'x'"),
    ('[[check]]\nname = "a"\naggregate = "median(ip.len)"\nexpect = "> 1"', 3, 1, "expected count, rate"),
    ('[[check]]\nname = "a"\naggregate = "max(ip.lne)"\nexpect = "> 1"', 3, 1, "did you mean ip.len"),
    ('[[check]]\nname = "a"\nsequence = ["tcp"]', 3, 1, "at least two"),
    ('[[check]]\nname = "a"\nfilter = "tcp"\nexpect = "none"\nseverity = "bad"', 5, 1, "expected one of"),
    ('[[check]]\nname = "C06"\nfilter = "tcp"\nexpect = "none"', 2, 1, "already"),
    ('[builtin]\ndisable = ["C66"]', 2, 1, "no built-in rule"),
    ('[[check]]\nname = "a\n', 2, 10, "Illegal"),
    ('[[check]]\nname = "a"\nfilter = "dns"\nfollowed_by = "dns"\nwithin = "soon"', 5, 1, "expected a duration"),
]


@pytest.mark.parametrize(("text", "line", "column", "said"), WRONG)
def test_what_is_wrong_is_said_with_its_place(text: str, line: int, column: int, said: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as error:
        ruleset(tmp_path / "r.toml", text)
    assert (error.value.line, error.value.column) == (line, column)
    assert said in str(error.value)


def test_expectations() -> None:
    assert expectation("<= 1% of tcp && ip").share == "tcp && ip"
    assert expectation("< 200ms").number == pytest.approx(0.2)
    assert duration("1.5 s") == 1_500_000_000
    for text in ("", "maybe", "< ", "== 3 of tcp", "< 3 parsecs"):
        with pytest.raises(ValueError, match=r"expected|share"):
            expectation(text)


def test_the_published_schema_takes_what_is_taken_and_refuses_what_is_refused() -> None:
    schema = json.loads((DOCS / "check-rules.schema.json").read_text())
    for rule, _, _ in CONSTRUCTS.values():
        jsonschema.validate(tomllib.loads(f'[[check]]\nname = "it"\n{rule}\n'), schema)
    for text, _, _, _ in WRONG[1:4]:
        if "expcet" in text or "name" not in text:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(tomllib.loads(text), schema)
    example = (DOCS / "ci.md").read_text().split("```toml\n")[1].split("```")[0]
    jsonschema.validate(tomllib.loads(example), schema)
