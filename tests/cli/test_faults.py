"""What goes wrong around us: no room, a signal, a capture that is cut while it is read.  One line, no half file."""

from __future__ import annotations

import gzip
import os
import random
import resource
import shlex
import signal
import subprocess
import sys
import threading
import time
import tty
from pathlib import Path

import pytest
from pyarrow.parquet import read_metadata

from tests.corpus import ROOT, SAMPLES
from tests.full_disk import fill, needs_root, small

TOUR = SAMPLES / "tour.pcapng"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


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
    """Files end after 4 KB (which is why no bytecode is to be written)."""
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


def through_a_terminal(data: bytes) -> int:
    """A descriptor from which the data comes and then, as nobody holds the other end, an error: EIO."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)

    def feed() -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(theirs, rest[:4096]) :]
        time.sleep(0.2)  # what is still in the line when its end is closed is lost
        os.close(theirs)

    threading.Thread(target=feed, daemon=True).start()
    return ours


READING = """
list -
list - -e ip.src
list - -w out.pcapng
export - -o out.parquet
export - -o out.csv -e ip.src
edit - -w out.pcapng --quiet
stats - conversations
info -
"""


@pytest.mark.parametrize("line", READING.split("\n")[1:-1])
def test_a_read_error_in_the_middle(line: str, tmp_path: Path) -> None:
    """One line that says so; what was read before is there, and nothing else is."""
    data, words = TOUR.read_bytes(), line.split()
    done = subprocess.run(
        command(*words), stdin=through_a_terminal(data[: len(data) * 2 // 3]), capture_output=True, text=True,
        env=ENVIRONMENT, cwd=tmp_path, timeout=120,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert len(done.stderr.splitlines()) == 1 and "Input/output error" in done.stderr and "packet" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [word for word in words if word.startswith("out.")]
    assert done.stdout or "-o" in words or "-w" in words


WRITING = """
list LARGE -w OUT/a.pcapng
edit LARGE -w OUT/a.pcap --quiet
edit LARGE --split packets=5000 -w OUT/a.pcap
export LARGE -o OUT/a.parquet
export LARGE -o OUT/a.csv -e ip.src
follow TOUR tcp 2 --as hex -w OUT/a.txt
objects TOUR -o OUT
check TOUR -o OUT/a.txt
check TOUR --save-evidence OUT --fail-on note
check TOUR --baseline OUT/a.json --update-baseline
diff TOUR TOUR -o OUT/a.txt --no-findings
sql TOUR 'SELECT * FROM dns' --format csv -o OUT/a.csv
sql TOUR 'SELECT * FROM dns' --format parquet -o OUT/a.parquet
"""


@needs_root
@pytest.mark.parametrize("line", WRITING.split("\n")[1:-1])
def test_a_full_disk_is_one_line_and_no_file(line: str, large: Path, tmp_path: Path) -> None:
    with small(tmp_path / "small", "256k") as out:
        fill(out)
        for name, path in (("LARGE", large), ("TOUR", TOUR), ("OUT", out)):
            line = line.replace(name, str(path))
        done = subprocess.run(command(*shlex.split(line)), capture_output=True, text=True, env=ENVIRONMENT)
        assert done.returncode == 3, done.stderr
        assert len(done.stderr.splitlines()) == 1 and "No space left on device" in done.stderr, done.stderr
        assert [path.name for path in out.iterdir()] == ["full"]


@needs_root
def test_no_room_to_unpack(large: Path, tmp_path: Path) -> None:
    """A capture that is compressed is read as far as there is room for it."""
    packed = tmp_path / "large.pcap.gz"
    packed.write_bytes(gzip.compress(large.read_bytes(), 1))
    with small(tmp_path / "small", "4m") as out:
        done = subprocess.run(
            command("list", packed), capture_output=True, text=True, env=ENVIRONMENT | {"TMPDIR": str(out)}
        )
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1, done.stderr
    assert str(packed) in done.stderr and "No space left on device" in done.stderr
    assert len(done.stdout.splitlines()) > 1000


@needs_root
@pytest.mark.parametrize("words", [("list",), ("list", "-e", "ip.src"), ("export", "-o", "out.parquet")], ids=" ".join)
def test_a_disk_that_fails_under_the_map(words: tuple[str, ...], large: Path, tmp_path: Path) -> None:
    """A hole in a file of a full file system in memory: what is mapped there cannot be read."""
    data = large.read_bytes()
    with small(tmp_path / "small", "16m") as folder:
        with (folder / "holed.pcap").open("wb") as file:
            file.write(data[: 8 << 20])
            file.seek(9 << 20)
            file.write(data[9 << 20 :])
        fill(folder)
        verb, *rest = words
        done = subprocess.run(
            command(verb, folder / "holed.pcap", *rest), capture_output=True, text=True, env=ENVIRONMENT, cwd=tmp_path
        )
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert len(done.stderr.splitlines()) == 1 and f"byte {8 << 20}: the file cannot be read here" in done.stderr
    assert not (tmp_path / "out.parquet").exists()


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
    whole = read_metadata(tmp_path / "whole.parquet")
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
            assert not out.exists() or read_metadata(out).num_rows == whole.num_rows  # it was renamed the moment before
        out.unlink(missing_ok=True)


@pytest.mark.slow
def test_interrupted_at_any_moment_leaves_no_half_file(large: Path, tmp_path: Path) -> None:
    interrupt(large, tmp_path, 8, signal.SIGINT, 130)
    assert [path.name for path in tmp_path.iterdir()] == ["whole.parquet"]


@pytest.mark.slow
def test_terminated_at_any_moment_leaves_no_half_file(large: Path, tmp_path: Path) -> None:
    interrupt(large, tmp_path, 8, signal.SIGTERM, -signal.SIGTERM)
