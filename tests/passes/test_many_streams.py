"""A flood of connections that are never answered costs memory for each connection, and little."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.capture.files import pcap

MOST = 500  # MB
JOB = """
import sys
import dissect


def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) // 1024


with dissect.open(sys.argv[1]) as cap:
    streams = flagged = most = 0
    for chunk, columns in cap.columns(["tcp.stream", "tcp.analysis.flags", "tcp.analysis.bytes_in_flight"]):
        streams = max(streams, int(columns.occurrences("tcp.stream")[1].max()) + 1)
        flagged += len(columns.occurrences("tcp.analysis.flags")[0])
        most = max(most, anonymous())
print(streams, flagged, most)
"""


def flood(path: Path, count: int, again: int) -> None:
    """SYNs of `count` clients to one server; then the first `again` of them once more."""
    numbers = np.concatenate([np.arange(count), np.arange(again)])
    record = np.dtype([
        ("sec", "<u4"), ("usec", "<u4"), ("caplen", "<u4"), ("origlen", "<u4"), ("eth", "V12"), ("type", ">u2"),
        ("version", "u1"), ("tos", "u1"), ("total", ">u2"), ("id", ">u2"), ("offset", ">u2"), ("ttl", "u1"),
        ("proto", "u1"), ("sum", ">u2"), ("src", ">u4"), ("dst", ">u4"), ("sport", ">u2"), ("dport", ">u2"),
        ("seq", ">u4"), ("ack", ">u4"), ("size", "u1"), ("flags", "u1"), ("window", ">u2"), ("check", ">u2"),
        ("urgent", ">u2"),
    ])  # fmt: skip
    out = np.zeros(len(numbers), record)
    out["sec"], out["usec"] = np.arange(len(numbers)) // 100_000 + 1, np.arange(len(numbers)) % 100_000 * 10
    out["caplen"] = out["origlen"] = 54
    out["type"], out["version"], out["total"], out["ttl"], out["proto"] = 0x0800, 0x45, 40, 64, 6
    out["src"], out["dst"] = 0x0A000000 + numbers // 50_000, 0xC0000201
    out["sport"], out["dport"], out["seq"] = 1024 + numbers % 50_000, 80, numbers * 7919
    out["size"], out["flags"], out["window"] = 0x50, 2, 1024
    path.write_bytes(pcap([]) + out.tobytes())


def measured(path: Path) -> tuple[int, int, int]:
    done = subprocess.run([sys.executable, "-c", JOB, str(path)], capture_output=True, text=True, check=True)
    streams, flagged, megabytes = map(int, done.stdout.split())
    return streams, flagged, megabytes


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_million_half_open_connections(tmp_path: Path) -> None:
    path = tmp_path / "flood.pcap"
    flood(path, 1_000_000, 50_000)
    streams, flagged, megabytes = measured(path)
    assert (streams, flagged) == (1_000_000, 50_000)
    assert megabytes < MOST
