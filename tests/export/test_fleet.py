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
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.corpus import ROOT, SAMPLES
from tests.export import s3

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
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[s3.Store, str]]:
    """Object storage that the workers know, too: it is there before them."""
    for name, value in s3.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with s3.serving() as found:
        yield found


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


def export(out: Path | str, captures: list[Path] | list[str], *more: str) -> subprocess.Popen[bytes]:
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


def test_object_storage_at_both_ends(
    tmp_path: Path, bucket: tuple[s3.Store, str], cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """A worker is killed in the middle; nothing is lost, doubled, or left over."""
    (store, options), (address, workers) = bucket, cluster
    sources = [SAMPLES / NAMES[i % len(NAMES)] for i in range(COPIES)]
    captures = [Path(shutil.copy(path, tmp_path / f"{i}-{path.name}")) for i, path in enumerate(sources)]
    store.objects |= {f"bucket/in/{path.name}": path.read_bytes() for path in captures}
    assert export(tmp_path / "alone", captures).wait() == 0
    process = export(f"s3://bucket/lake{options}", [f"s3://bucket/in{options}"], "--cluster", address)
    deadline = time.monotonic() + PATIENCE
    while sum("/_manifest/" in name for name in store.log) < 4:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    workers[0].send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE) == 0, process.stderr and process.stderr.read()
    found = {name: pq.read_metadata(BytesIO(data)).num_rows for name, data in store.parquet("bucket/lake/").items()}
    assert found == rows(tmp_path / "alone")
    assert not [name for name in store.objects if "/_work/" in name and name.endswith(".json")]
