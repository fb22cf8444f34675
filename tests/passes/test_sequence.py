"""What is cut in two files and read in sequence says what the whole says; nor does the size of chunks matter."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.capture.errors import CaptureError
from dissect.cli import main
from dissect.follow import stream_content
from dissect.stats import conversations, hierarchy

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = (
    "frame.number", "tcp.stream", "udp.stream", "tcp.seq", "tcp.ack", "tcp.window_size", "tcp.time_delta",
    "tcp.completeness.str", "tcp.analysis.flags", "tcp.analysis.ack_rtt", "tcp.analysis.bytes_in_flight",
    "tcp.analysis.rto", "tcp.analysis.duplicate_ack_num", "tcp.segment.count", "tcp.reassembled.length",
    "frame.protocols",
)  # fmt: skip
TRACES = ["random-loss-heavy.pcap", "pmtud-v4.pcap", "sender-fragments-v4.pcap"]


def cut(path: Path, at: int, folder: Path) -> list[Path]:
    """The first `at` packets, and the others."""
    octets = path.read_bytes()
    order = "<" if octets[:1] in b"\xd4\x4d" else ">"
    place = 24
    for _ in range(at):
        place += 16 + struct.unpack_from(order + "I", octets, place + 8)[0]
    parts = [folder / f"{path.stem}-{i}.pcap" for i in (1, 2)]
    parts[0].write_bytes(octets[:place])
    parts[1].write_bytes(octets[:24] + octets[place:])
    return parts


def told(cap: dissect.Capture) -> list[Any]:
    """Rows, conversations, hierarchy and the first stream."""
    with cap:
        rows = list(cap.json_rows(NAMES))
        tables = [module.table(cap).to_pylist() for module in (conversations, hierarchy)]
        said = stream_content(cap, "tcp", 0) if any("tcp.stream" in row for row in rows) else None
    return [rows, tables, said]


@pytest.mark.parametrize("name", TRACES)
def test_two_files_in_sequence(name: str, tmp_path: Path) -> None:
    whole = told(dissect.open(SAMPLES / name))
    for at in (1, 9):
        assert told(dissect.open(cut(SAMPLES / name, at, tmp_path))) == whole


def test_chunks_of_any_size() -> None:
    with dissect.open(SAMPLES / TRACES[0]) as cap:
        whole = list(cap.json_rows(NAMES))
    for size in (1, 7, 100):
        with dissect.open(SAMPLES / TRACES[0]) as cap:
            rows = []
            for chunk, columns in cap.columns(NAMES, size):
                rows += cap.dictionaries(columns, len(chunk), NAMES)
        assert rows == whole


def test_sections_of_pcapng_follow_each_other() -> None:
    tour = SAMPLES / "tour.pcapng"
    with dissect.open([tour, tour]) as cap:
        assert len(cap) == 484


def test_what_does_not_follow_is_damage(tmp_path: Path) -> None:
    with dissect.open([SAMPLES / TRACES[0], SAMPLES / "tour.pcapng"]) as cap:
        assert len(cap) > 0
        assert cap.damage is not None and "another format" in str(cap.damage)
    with pytest.raises(CaptureError, match="cannot be opened"):
        dissect.open([tmp_path / "absent.pcap", SAMPLES / TRACES[0]])


def test_commands_read_in_sequence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = [str(path) for path in cut(SAMPLES / TRACES[0], 20, tmp_path)]
    whole = str(SAMPLES / TRACES[0])
    for before, after in ((["list"], []), (["stats"], ["conversations"]), (["follow"], ["tcp", "0"])):
        said = []
        for files in ([whole], parts):
            assert main([*before, *files, *after]) == 0
            said.append(capsys.readouterr().out)
        assert said[0] == said[1]
