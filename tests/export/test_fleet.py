"""`export --cluster` on a real Dask scheduler with two workers, one of which is killed: nothing is lost or doubled."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.corpus import ROOT, SAMPLES

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

COPIES = 12
NAMES = ("tour.pcapng", "offload.pcap", "random-loss-client.pcap")
PATIENCE = 120.0  # seconds


def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s"}
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler's address, and its two workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
    options = ["--nworkers", "1", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
    workers = [start("dask_worker", address, *options, "--local-directory", str(tmp_path)) for _ in range(2)]
    try:
        wait_for_workers(address, 2)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def wait_for_workers(address: str, count: int) -> None:
    import distributed

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with distributed.Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=PATIENCE)
            return
        except (OSError, TimeoutError):
            assert time.monotonic() < deadline, "the scheduler does not answer"
            time.sleep(0.2)


def export(out: Path, captures: list[Path], *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dissect.cli", "export", *map(str, captures), "-o", str(out), "--quiet"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([*command, "--tables", "packets,flows", *more], stderr=subprocess.PIPE, env=environment)


def rows(out: Path) -> dict[str, int]:
    found = sorted(path for table in ("packets", "flows") for path in (out / table).rglob("*.parquet"))
    return {path.relative_to(out).as_posix(): pq.read_metadata(path).num_rows for path in found}


def test_a_worker_killed_in_the_middle(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    captures = [
        Path(shutil.copy(SAMPLES / name, tmp_path / f"{i}-{name}")) for i in range(COPIES) for name in NAMES
    ]
    alone, fleet = tmp_path / "alone", tmp_path / "fleet"
    assert export(alone, captures).wait() == 0
    process = export(fleet, captures, "--cluster", address)
    deadline = time.monotonic() + PATIENCE
    while len(list((fleet / "_manifest").glob("*.json"))) < 4:  # the middle
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    workers[0].send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE) == 0, process.stderr and process.stderr.read()
    assert rows(fleet) == rows(alone)
    assert len(rows(fleet)) == 2 * len(captures)
    assert not (fleet / "_work").exists()


def test_no_scheduler_is_one_line(tmp_path: Path) -> None:
    process = export(tmp_path / "out", [SAMPLES / "tour.pcapng"], "--cluster", f"tcp://127.0.0.1:{free_port()}")
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert b"no scheduler at" in said and b"Traceback" not in said
