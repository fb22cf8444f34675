"""What goes wrong around us: no room, a signal, a capture that is cut while it is read.  One line, no half file."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.corpus import ROOT, SAMPLES

TOUR = SAMPLES / "tour.pcapng"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "dissect.cli", *map(str, arguments)]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 13 MB: `tests/bench` makes it."""
    path = tmp_path_factory.mktemp("large") / "large.pcap"
    maker = ROOT / "tests" / "bench" / "make_capture.py"
    subprocess.run([sys.executable, str(maker), str(path), "--packets", "20000"], check=True, stdout=subprocess.DEVNULL)
    return path


def little_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl", "arrow"])
def test_no_room_for_a_table_is_one_line_and_no_file(large: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    done = subprocess.run(
        command("export", large, "-o", out, "-e", "frame.number", "-e", "ip.src", "-e", "tcp.seq"),
        capture_output=True, text=True, env=ENVIRONMENT, preexec_fn=little_room,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_packets_is_one_line_and_no_file(large: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        command("list", large, "-Y", "tcp", "-w", tmp_path / "out.pcapng"),
        capture_output=True, text=True, env=ENVIRONMENT, preexec_fn=little_room,
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_output_that_is_full_is_one_line() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            command("list", TOUR), stdout=full, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
        )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1 and "No space left" in done.stderr


def test_a_folder_is_no_capture(tmp_path: Path) -> None:
    done = subprocess.run(command("info", tmp_path / "none.pcap"), capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_capture_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    secret = tmp_path / "secret.pcap"
    secret.write_bytes(TOUR.read_bytes())
    secret.chmod(0)
    done = subprocess.run(command("list", secret), capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 3 and "Permission denied" in done.stderr


@pytest.mark.parametrize("arguments", [("list",), ("list", "-e", "ip.src", "-e", "tcp.len")])
def test_a_capture_that_is_cut_while_it_is_read_crashes_nothing(
    large: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    copy = tmp_path / "copy.pcap"
    copy.write_bytes(large.read_bytes())
    verb, *rest = arguments
    with subprocess.Popen(
        command(verb, copy, *rest), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()  # the pipe fills up: it waits for us
        os.truncate(copy, 1_000_000)
        _, said = process.communicate(timeout=120)
    assert first
    assert process.returncode in (0, 3), f"signal {-process.returncode}: {said}"
    if process.returncode == 3:
        assert len(said.splitlines()) == 1 and "copy.pcap" in said


def interrupt(large: Path, tmp_path: Path, times: int, number: signal.Signals, code: int) -> None:
    chance = random.Random(times)
    began = time.monotonic()
    subprocess.run(command("export", large, "-o", tmp_path / "whole.parquet"), check=True, env=ENVIRONMENT)
    took = time.monotonic() - began
    for _ in range(times):
        out = tmp_path / "out.parquet"
        process = subprocess.Popen(
            command("export", large, "-o", out), stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
        )
        time.sleep(took * chance.uniform(0.3, 0.9))
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
        if process.returncode:
            assert process.returncode == code and "Traceback" not in said, said
            assert not out.exists()
        out.unlink(missing_ok=True)


@pytest.mark.slow
def test_interrupted_at_any_moment_leaves_no_half_file(large: Path, tmp_path: Path) -> None:
    interrupt(large, tmp_path, 8, signal.SIGINT, 130)
    assert [path.name for path in tmp_path.iterdir()] == ["whole.parquet"]


@pytest.mark.slow
def test_terminated_at_any_moment_leaves_no_half_file(large: Path, tmp_path: Path) -> None:
    interrupt(large, tmp_path, 8, signal.SIGTERM, -signal.SIGTERM)
