"""`-Y` on list, show and export; `-w` with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from dissect.cli import main
from tests.corpus import SAMPLES

TOUR = str(SAMPLES / "tour.pcapng")


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What a command prints; it must end well."""
    assert main(arguments) == 0
    return capsys.readouterr().out.splitlines()


def matching(text: str) -> list[int]:
    with dissect.open(TOUR) as capture:
        return [int(row) + 1 for row in capture.filter(text)]


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = [int(line.split()[0]) for line in lines(capsys, "list", TOUR, "-Y", "tcp.flags.syn == 1")]
    assert numbers == matching("tcp.flags.syn == 1")
    assert len(lines(capsys, "list", TOUR, "-Y", "tcp", "-c", "3")) == 3


@pytest.mark.parametrize("format_", ["tsv", "jsonl", "csv"])
def test_fields(capsys: pytest.CaptureFixture[str], format_: str) -> None:
    found = lines(capsys, "list", TOUR, "-Y", "ip.src#2", "-e", "frame.number", "--format", format_)
    assert len(found) == len(matching("ip.src#2")) + (format_ == "csv")


def test_write(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    lines(capsys, "list", TOUR, "-Y", "udp", "-w", str(out))
    with dissect.open(out) as written:
        assert len(written) == len(matching("udp"))
        assert len(written.filter("udp")) == len(written)


def test_show_and_export(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shown = lines(capsys, "show", TOUR, "-Y", "arp", "--format", "json")
    assert len(shown) == len(matching("arp"))
    import pyarrow.parquet as pq

    out = tmp_path / "out.parquet"
    lines(capsys, "export", TOUR, "-o", str(out), "-Y", "tcp")
    assert pq.read_table(out).num_rows == len(matching("tcp"))


def test_a_wrong_filter_is_shown_with_a_caret(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", TOUR, "-Y", "tcp and tcp.prt == 1"]) == 2
    message, text, caret = capsys.readouterr().err.splitlines()
    assert "did you mean tcp.port?" in message
    assert text.index("tcp.prt") == caret.index("^")
