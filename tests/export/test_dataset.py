"""Data sets: partitions, what a killed run leaves, what --resume does, errors that stop nothing else."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from dissect.cli import main
from tests.corpus import SAMPLES

CAPTURES = [
    str(SAMPLES / name)
    for name in ("tour.pcapng", "pmtud-v4.pcap", "multicast.pcap", "tunnel-gre.pcap", "dns-fragments.pcap")
]


def export(*arguments: str) -> int:
    return main(["export", *arguments])


def files(out: Path) -> dict[str, bytes]:
    """The data of a data set: all but the manifests."""
    found = (path for path in out.rglob("*") if path.is_file() and not path.relative_to(out).parts[0].startswith("_"))
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def manifest(out: Path, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((out / "_manifest" / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize(
    ("partition", "where"),
    [
        ("source", "packets/source=tour.pcapng"),
        ("date", "packets/date=2026-11-23"),
        ("hour", "packets/date=2026-11-23/hour=15"),
    ],
)
def test_partitions_are_what_readers_of_hive_expect(tmp_path: Path, partition: str, where: str) -> None:
    assert export(*CAPTURES[:2], "-o", str(tmp_path), "--partition", partition, "-e", "frame.number") == 0
    assert (tmp_path / where / "tour.pcapng.parquet").exists()
    table = ds.dataset(tmp_path / "packets", partitioning="hive").to_table()
    assert table.num_rows == 242 + pq.read_table(next(tmp_path.rglob("pmtud-v4*.parquet"))).num_rows
    assert partition in table.column_names


def test_every_table_and_its_rows_are_in_the_manifest(tmp_path: Path) -> None:
    tables = ["packets", "flows", "expert", "paths", "findings", "datagrams"]
    assert export(CAPTURES[3], "-o", str(tmp_path), "--tables", ",".join(tables)) == 0
    said = manifest(tmp_path, "tunnel-gre.pcap")
    rows = {name: pq.read_table(tmp_path / name / "tunnel-gre.pcap.parquet").num_rows for name in tables}
    assert said["rows"] == rows
    assert said["packets"] == rows["packets"] > 0
    assert said["size"] == os.path.getsize(CAPTURES[3])


def test_a_capture_over_midnight_is_two_partitions(tmp_path: Path) -> None:
    from dissect.capture import PcapWriter

    late = tmp_path / "late.pcap"
    times = [86_400_000_000_000 * 20_000 + ns for ns in (-2, -1, 0, 1, -1)]
    with PcapWriter(late, linktype=1, nanoseconds=True) as writer:
        for when in times:
            writer.write(when, bytes(60))
    out = tmp_path / "out"
    assert export(str(late), "-o", str(out), "--partition", "date", "-e", "frame.number") == 0
    rows = {name: pq.read_table(out / name)["frame.number"].to_pylist() for name in files(out)}
    assert rows == {
        "packets/date=2024-10-03/late.pcap.parquet": [1, 2, 5],
        "packets/date=2024-10-04/late.pcap.parquet": [3, 4],
    }


def test_resume_does_only_what_is_missing_or_changed(tmp_path: Path) -> None:
    first, second = (shutil.copy(path, tmp_path) for path in CAPTURES[1:3])
    out = tmp_path / "out"
    one = ["-o", str(out), "--resume", "-e", "frame.number"]
    assert export(first, *one) == 0
    before = (out / "packets" / "pmtud-v4.pcap.parquet").stat()
    os.utime(first, (1, 1))  # touched, not changed
    assert export(first, second, *one) == 0
    assert (out / "packets" / "pmtud-v4.pcap.parquet").stat() == before
    shutil.copy(CAPTURES[0], first)
    assert export(first, second, *one) == 0
    assert pq.read_table(out / "packets" / "pmtud-v4.pcap.parquet").num_rows == 242
    assert export(first, *one, "--tables", "packets,flows") == 0
    assert list(manifest(out, "pmtud-v4.pcap")["rows"]) == ["packets", "flows"]  # type: ignore[call-overload]


def test_a_changed_capture_leaves_no_old_partition(tmp_path: Path) -> None:
    from dissect.capture import PcapWriter

    out, path = tmp_path / "out", tmp_path / "c.pcap"
    for day in (1, 2):
        with PcapWriter(path, linktype=1) as writer:
            writer.write(day * 86_400_000_000_000, bytes(60))
        assert export(str(path), "-o", str(out), "--partition", "date", "--resume", "-e", "frame.number") == 0
    assert list(files(out)) == ["packets/date=1970-01-03/c.pcap.parquet"]


def test_captures_of_one_name_keep_theirs(tmp_path: Path) -> None:
    paths = []
    for folder, source in zip("ab", CAPTURES, strict=False):
        (tmp_path / folder).mkdir()
        paths.append(shutil.copy(source, tmp_path / folder / "x.pcap"))
    out = tmp_path / "out"
    for given in (paths[1:], paths):
        assert export(*map(str, given), "-o", str(out), "-e", "frame.number", "--resume") == 0
    assert manifest(out, "x.pcap")["source"] == str(paths[1])
    assert len(files(out)) == 2


def test_errors_of_one_stop_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut, none = tmp_path / "cut.pcapng", tmp_path / "none.txt"
    cut.write_bytes(Path(CAPTURES[0]).read_bytes()[:20_000])
    none.write_text("no capture")
    out = tmp_path / "out"
    arguments = [str(cut), str(none), CAPTURES[1], "-o", str(out), "-e", "frame.number", "--resume"]
    for _ in range(2):
        assert export(*arguments) == 3
        said = capsys.readouterr().err.splitlines()
        assert any(line.startswith(f"dissect: {none}: ") for line in said)
        assert any(line.startswith(f"dissect: {cut}: packet ") for line in said)
    assert sorted(files(out)) == ["packets/cut.pcapng.parquet", "packets/pmtud-v4.pcap.parquet"]
    assert "byte" in str(manifest(out, "cut.pcapng")["damage"])


def test_one_data_set_has_one_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(CAPTURES[1], "-o", str(tmp_path), "-e", "frame.number", "--partition", "date") == 0
    assert export(CAPTURES[1], "-o", str(tmp_path), "-e", "frame.number") == 2
    assert "another partition (date)" in capsys.readouterr().err


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that nobody may write to")
def test_a_folder_that_cannot_be_written_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert export(CAPTURES[1], "-o", "/proc/nothing", "--resume") == 3
    assert len(capsys.readouterr().err.splitlines()) == 1


def kill_and_resume(tmp_path: Path, times: int) -> None:
    """Kill an export so often at random moments, then resume it: it equals one that was left alone."""
    command = [sys.executable, "-m", "dissect.cli", "export", *CAPTURES, "--quiet", "--jobs", "2"]
    tables = ["--tables", "packets,flows", "--partition", "hour"]
    alone, killed = tmp_path / "alone", tmp_path / "killed"
    began = time.monotonic()
    subprocess.run([*command, *tables, "-o", str(alone)], check=True)
    took = time.monotonic() - began
    chance = random.Random(times)
    for _ in range(times):
        process = subprocess.Popen([*command, *tables, "-o", str(killed), "--resume"])
        time.sleep(took * chance.uniform(0.2, 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name in files(killed):  # whatever has its name is whole
            assert pq.read_metadata(killed / name).num_rows
    time.sleep(0.5)  # its processes have seen that it is gone
    subprocess.run([*command, *tables, "-o", str(killed), "--resume"], check=True)
    assert files(killed) == files(alone)
    assert not (killed / "_work").exists()


@pytest.mark.slow
def test_killed_twenty_times(tmp_path: Path) -> None:
    kill_and_resume(tmp_path, 20)
