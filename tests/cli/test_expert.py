"""`dissect expert`, and notes as fields of filters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dissect
from dissect.cli import main

SAMPLES = Path(__file__).parents[2] / "samples"
BLACK_HOLE = str(SAMPLES / "blackhole-v4-client.pcap")


def test_notes_are_grouped_gravest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expert", BLACK_HOLE]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines.index("Errors (7)") < lines.index("Warnings (6)")
    assert any("M01: TCP path-MTU black hole" in line and "Path MTU" in line for line in lines)


def test_json_has_the_packets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expert", BLACK_HOLE, "--format", "json"]) == 0
    [capture] = json.loads(capsys.readouterr().out)
    hole = capture["notes"][0]
    assert (hole["severity"], hole["group"], hole["count"]) == ("Error", "Path MTU", len(hole["packets"]))


def test_a_filter_chooses_the_packets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expert", BLACK_HOLE, "-Y", "tcp.len > 1000"]) == 0
    assert "Errors (6)" in capsys.readouterr().out  # the witness of what is delivered is a small packet


def test_a_missing_file_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expert", "no-such.pcap", BLACK_HOLE]) == 3
    out = capsys.readouterr()
    assert "Errors (7)" in out.out
    assert "no-such.pcap" in out.err


def test_findings_are_fields_of_their_packets() -> None:
    with dissect.open(BLACK_HOLE) as cap:
        proven = {e.packet for f in dissect.analyse(cap).findings if f.code == "M01" for e in f.evidence}
        assert set((cap.filter('pathmtu.code == "M01"') + 1).tolist()) == proven
        assert set((cap.filter('_ws.expert.message contains "M01"') + 1).tolist()) == proven
        packet = cap[min(proven) - 1]
        assert "M01" in packet.all("pathmtu.code")
        assert packet["pathmtu.lost"] == 1500
        assert "pathmtu" not in packet.protocols


def test_severities_and_groups_have_names() -> None:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        rows = cap.filter('_ws.expert.severity == "Warning" && _ws.expert.group == "Sequence"').tolist()
        assert [row for row in rows if cap[row]["tcp.flags.reset"]] == [167]
        trouble = "tcp.flags.reset == 1 || tcp.analysis.lost_segment || tcp.analysis.out_of_order"
        assert rows == cap.filter(trouble).tolist()
