"""A large capture cut in slices, one process each: the rows are those of one pass, and appear all at once."""

from __future__ import annotations

from pathlib import Path

import dpkt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dissect.capture import CHUNK, PcapWriter
from dissect.cli import main
from dissect.export import job as jobs
from dissect.export.dataset import DataSet
from dissect.export.job import Job, Piece
from dissect.export.tables import Choice

PACKETS = 3 * CHUNK + 4321
FIELDS = ("frame.number", "frame.time_delta", "ip.id", "tcp.stream", "tcp.seq", "udp.length", "ip.reassembled_in")


def conversation(path: Path) -> None:
    """A TCP connection over the whole capture, and datagrams whose fragments lie on both sides of each cut."""
    with PcapWriter(path, linktype=1, nanoseconds=True) as writer:
        for i in range(PACKETS):
            ip = dpkt.ip.IP(src=b"\n\0\0\1", dst=b"\n\0\0\2", id=i & 0xFFFF, p=6)
            if i % CHUNK == CHUNK - 2:
                ip.p, ip.id, ip.mf = 17, i // CHUNK, 1
                ip.data = bytes.fromhex("1000 0009 0040 0000") + bytes(24)
            elif i % CHUNK == 3 and i > 3:
                ip.p, ip.id, ip.offset = 17, i // CHUNK - 1, 4
                ip.data = bytes(32)
            else:
                ip.data = bytes(dpkt.tcp.TCP(sport=1000, dport=80, seq=7 * i, flags=16 if i else 2, data=b"x" * 7))
            ip.len = 20 + len(ip.data)
            writer.write(1_000 * i * i, bytes(dpkt.ethernet.Ethernet(data=bytes(ip), type=0x800)))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slices") / "large.pcap"
    conversation(path)
    return path


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SLICE", CHUNK // 2)


def job(capture: Path, out: Path, *choices: Choice) -> Job:
    DataSet(out).begin({}).close()
    return Job(str(capture), capture.name, str(out), choices, size=capture.stat().st_size)


def cut(capture: Path, out: Path, *choices: Choice) -> list[Piece]:
    pieces = jobs.cut(job(capture, out, *choices), 3)
    assert isinstance(pieces, list)
    return pieces


@pytest.mark.parametrize("filter_", [None, "udp || frame.number % 5 == 1"])
def test_slices_are_one_pass(capture: Path, tmp_path: Path, small_slices: None, filter_: str | None) -> None:
    choice = Choice("parquet", FIELDS, filter=filter_)
    one = jobs.run_job(job(capture, tmp_path / "one", choice))
    assert (one.error, one.packets) == (None, PACKETS)
    pieces = cut(capture, tmp_path / "many", choice)
    assert [(piece.first, piece.stop) for piece in pieces] == [(0, CHUNK), (CHUNK, 2 * CHUNK), (2 * CHUNK, None)]
    made = [jobs.run_piece(piece) for piece in reversed(pieces)]  # whichever is done first
    outcome = jobs.join(pieces[0].job, pieces, made[::-1])
    assert (outcome.error, outcome.packets) == (None, PACKETS)
    whole = pq.read_table(tmp_path / "one" / "packets" / "large.pcap.parquet")
    names = [tmp_path / "many" / "packets" / f"large.pcap.slice{i}.parquet" for i in range(3)]
    parts = pa.concat_tables([pq.read_table(name) for name in names])
    assert parts.cast(whole.schema).equals(whole)
    assert whole["ip.reassembled_in"].null_count < whole.num_rows
    manifest = DataSet(tmp_path / "many").manifests()[str(capture)]
    assert manifest.rows == {"packets": whole.num_rows}
    assert manifest.sha256 == DataSet(tmp_path / "one").manifests()[str(capture)].sha256


def test_other_tables_are_a_piece_of_their_own(capture: Path, tmp_path: Path, small_slices: None) -> None:
    pieces = cut(capture, tmp_path, Choice("parquet", FIELDS), Choice("parquet", table="datagrams"))
    assert [[choice.table for choice in piece.choices] for piece in pieces] == [["datagrams"], *[["packets"]] * 3]


@pytest.mark.parametrize("count", [2, 3, 8])
@pytest.mark.parametrize("before", [0.1, 0.3])
def test_slices_take_as_long_as_each_other(count: int, before: float) -> None:
    starts = jobs.shares(count, before)
    costs = [end - start + before * start for start, end in zip(starts, [*starts[1:], 1.0], strict=True)]
    assert costs == pytest.approx([costs[0]] * count)
    assert starts[0] == 0 and starts == sorted(starts)


def test_one_file_is_one_process(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", str(capture), "-o", str(tmp_path / "one.parquet"), "--jobs", "2", "-e", "ip.id"]
    assert main(command) == 0
    assert "one process writes" in capsys.readouterr().err
    assert pq.read_metadata(tmp_path / "one.parquet").num_rows == PACKETS


def test_what_counts_from_row_to_row_is_not_cut(capture: Path, tmp_path: Path, small_slices: None) -> None:
    choice = Choice("parquet", FIELDS, filter="frame.time_delta_displayed > 1")
    assert len(cut(capture, tmp_path, choice)) == 1


def test_a_piece_that_failed_leaves_nothing(capture: Path, tmp_path: Path, small_slices: None) -> None:
    pieces = cut(capture, tmp_path, Choice("parquet", FIELDS))
    made = [jobs.run_piece(piece) for piece in pieces[:2]]
    made.append(jobs.Made(failed=jobs.Outcome(str(capture), 0, error="killed", code=4)))
    assert jobs.join(pieces[0].job, pieces, made).error == "killed"
    assert not (tmp_path / "packets").exists() and not DataSet(tmp_path).manifests()


@pytest.mark.slow
def test_two_processes_write_what_one_does(capture: Path, tmp_path: Path) -> None:
    large = tmp_path / "larger.pcap"
    data = capture.read_bytes()
    large.write_bytes(data + data[24:] * 11)
    for count in "12":
        out = ["-o", str(tmp_path / count), "--resume", "--jobs", count]
        assert main(["export", str(large), *out, "-e", "tcp.seq"]) == 0
    assert len(list((tmp_path / "2" / "packets").iterdir())) == 2
    one, two = (pq.read_table(tmp_path / count / "packets") for count in "12")
    assert one.num_rows == 12 * PACKETS and one.equals(two.cast(one.schema))
