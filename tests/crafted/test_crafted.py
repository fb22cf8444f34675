"""Packets made by hand: our values are those recorded from tshark, by row and by column; the recording is tshark's."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from tests.agreement import tshark
from tests.agreement.compare import Result, compare_rows
from tests.crafted.corpus import ALWAYS, NAMES, crafted, fields_of, recorded
from tests.engine.evaluators import disagreements
from tests.engine.test_every_byte import check


@pytest.mark.parametrize("name", NAMES)
def test_our_values_are_the_recorded_ones(name: str, tmp_path: Path) -> None:
    one = crafted(name)
    answers = recorded(one)
    assert answers["digest"] == one.digest, "packets changed: python -m tests.crafted.record"
    fields = fields_of(one, answers["types"])
    with dissect.open(one.write(tmp_path)) as capture:
        ours = list(capture.json_rows([*ALWAYS, *answers["types"]]))
    result = Result()
    compare_rows(f"{name}.crafted", fields, ours, answers["rows"], result)
    unlike = [f"{field} ({kind}, {group.count}): {group.examples[0]}" for field, kind, group in result.ranked()]
    assert not unlike, "\n".join(unlike)
    assert len(ours) == len(answers["rows"]) == len(one.packets)
    for number, (row, other) in enumerate(zip(ours, answers["rows"], strict=True), 1):
        mine, theirs = row["frame.protocols"][0], other["frame.protocols"][0]
        if name == "rpc" and mine != theirs:  # a call without arguments: tshark does not list a layer without bytes
            mine = mine.rpartition(":")[0]
        if mine == "ppp:crtp" and theirs == "ppp":  # tshark draws CRTP but does not list it where nothing follows
            continue
        assert mine == theirs, f"packet {number}"


@pytest.mark.parametrize("name", NAMES)
def test_row_equals_column(name: str, tmp_path: Path) -> None:
    one = crafted(name)
    found = disagreements(one.write(tmp_path), list(recorded(one)["types"]))
    assert not found, "\n".join(found[:10])


@pytest.mark.parametrize("name", NAMES)
def test_every_byte(name: str, tmp_path: Path) -> None:
    check(crafted(name).write(tmp_path))


@pytest.mark.slow
@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_the_recording_is_what_tshark_says(name: str, tmp_path: Path) -> None:
    one = crafted(name)
    answers = recorded(one)
    if answers["tshark"] != tshark.version():
        pytest.skip(f"recorded from {answers['tshark']}")
    assert one.asked(one.write(tmp_path)) == answers["rows"]
