"""Opening and reading: compressed, piped, growing, in order and at random."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from dissect.capture import CHUNK, CaptureError, Source, open_source

from .files import epb, idb, pcap, shb, spb

PACKETS = [(1700000000 + i // 100, i % 1000, i.to_bytes(4, "big") + bytes(i % 60), 64) for i in range(50_000)]
PCAP = pcap(PACKETS)
PCAPNG = shb() + idb() + b"".join(epb(i, i.to_bytes(4, "big")) for i in range(20_000))
PCAPNG += (
    shb(">")
    + idb(order=">")
    + b"".join(epb(i, i.to_bytes(4, "big"), order=">") for i in range(20_000, 40_000))
)


def arrow(kind: str, data: bytes) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, kind) as out:
        out.write(data)
    return sink.getvalue().to_pybytes()


PACK = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zstd": lambda data: arrow("zstd", data),
    "lz4": lambda data: arrow("lz4", data),
}


def numbers(source: Source, **how: int) -> list[int]:
    return [int.from_bytes(r.data(i)[:4], "big") for r in source.chunks(**how) for i in range(len(r))]


@pytest.mark.parametrize("kind", PACK)
def test_compressed(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "whatever.txt"
    path.write_bytes(PACK[kind](PCAP))
    with open_source(path) as source:
        assert source.compression == kind
        assert not source.complete or kind == "bz2"  # the first packets come before the last bytes
        assert numbers(source) == list(range(50_000))
        assert source.damage is None and source.size == len(PCAP)


@pytest.mark.parametrize("kind", PACK)
def test_compressed_in_two_members(kind: str) -> None:
    half = len(PCAP) // 2
    source = open_source(io.BytesIO(PACK[kind](PCAP[:half]) + PACK[kind](PCAP[half:])))
    assert numbers(source) == list(range(50_000)) and source.damage is None


@pytest.mark.parametrize("kind", PACK)
def test_compressed_and_cut_short(kind: str) -> None:
    import random

    data = pcap(
        [(1700000000, 1, i.to_bytes(4, "big") + random.Random(i).randbytes(600), 64) for i in range(3000)]
    )
    packed = PACK[kind](data)
    source = open_source(io.BytesIO(packed[: len(packed) * 9 // 10]))
    found = numbers(source)
    assert found == list(range(len(found))) and len(found) > 1000
    assert source.damage is not None and kind in str(source.damage)
    assert source.damage.packet == len(found)


def test_gzip_with_a_wrong_checksum_loses_nothing() -> None:
    packed = bytearray(gzip.compress(PCAP))
    packed[-6] ^= 1
    source = open_source(io.BytesIO(bytes(packed)))
    assert numbers(source) == list(range(50_000))
    assert source.damage is not None and "incorrect data check" in str(source.damage)


def test_compressed_but_no_capture() -> None:
    with pytest.raises(CaptureError, match="inside the gzip stream"):
        open_source(io.BytesIO(gzip.compress(b"hello, world, this is text")))
    with pytest.raises(CaptureError, match="empty"):
        open_source(io.BytesIO(gzip.compress(b"")))


@pytest.mark.parametrize("data", [PCAP, PCAPNG], ids=["pcap", "pcapng"])
def test_random_access_equals_reading_in_order(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    everything = numbers(open_source(path))
    source = open_source(path)
    for number in (len(everything) - 1, 0, CHUNK, CHUNK - 1, 33_333, 19_999, 20_000, 5):
        chunk = source.chunk_of(number)
        assert chunk.first <= number < chunk.first + len(chunk)
        assert int.from_bytes(chunk.data(number - chunk.first)[:4], "big") == everything[number]
    for number in (len(everything), -1, 10**9):
        with pytest.raises(IndexError):
            source.chunk_of(number)
    assert source.count() == len(everything)
    assert len(source.interfaces) == (2 if data is PCAPNG else 1)


def test_start_at_a_checkpoint(tmp_path: Path) -> None:
    source = open_source(io.BytesIO(PCAP))
    source.count()
    point = source.checkpoint(40_000)
    assert point.number == 2 * CHUNK
    assert numbers(source, start=point) == list(range(2 * CHUNK, 50_000))  # type: ignore[arg-type]
    (first, *_) = source.chunks(start=point)
    assert first.first == 2 * CHUNK


@pytest.mark.parametrize("records", [1000, 16_384, 10**9])
def test_chunks_are_full_but_the_last(records: int) -> None:
    sizes = [len(r) for r in open_source(io.BytesIO(PCAPNG)).chunks(records)]
    assert all(size == records for size in sizes[:-1]) and sum(sizes) == 40_000


def test_cancel_and_progress(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(PCAP)
    seen: list[tuple[int, int]] = []
    source = open_source(path)
    assert sum(1 for _ in source.chunks(100, progress=lambda done, total: seen.append((done, total)))) == 500
    assert seen[-1] == (len(PCAP), len(PCAP)) and seen == sorted(seen)
    seen.clear()
    again = open_source(path)
    assert (
        sum(len(r) for r in again.chunks(100, cancel=lambda: bool(seen.append((0, 0)) or len(seen) > 1)))
        < 50_000
    )


def test_a_pipe_gives_what_is_there_without_waiting_for_more() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reading:
        os.write(write, PCAP[:24])
        source = open_source(reading)
        chunks = source.chunks()
        ends = [len(pcap(PACKETS[:n])) for n in (0, 3, 4, 10)]
        os.write(write, PCAP[ends[0] : ends[1] + 5])  # three packets and a bit of the fourth
        assert len(next(chunks)) == 3
        os.write(write, PCAP[ends[1] + 5 : ends[2]])
        chunk = next(chunks)
        assert (chunk.first, len(chunk)) == (3, 1)
        assert len(source.chunk_of(2)) == 4
        os.write(write, PCAP[ends[2] : ends[3]])
        os.close(write)
        assert [len(c) for c in chunks] == [6]
        assert source.count() == 10 and source.damage is None


def test_a_live_pcapng_pipe_cut_in_a_block() -> None:
    read, write = os.pipe()
    threading.Thread(target=lambda: (os.write(write, PCAPNG[:1001]), os.close(write))).start()
    with os.fdopen(read, "rb") as reading:
        source = open_source(reading)
        found = numbers(source)
    assert found == list(range(len(found))) and len(found) > 20
    assert source.damage is not None and source.damage.packet == len(found)


@pytest.mark.parametrize("data", [PCAP, gzip.compress(PCAP)], ids=["plain", "gzip"])
@pytest.mark.parametrize("how", ["pipe", "file"])
def test_standard_input(data: bytes, how: str, tmp_path: Path) -> None:
    program = "from dissect.capture import *; print(sum(len(r) for r in open_source('-').chunks()))"
    command = [sys.executable, "-c", program]
    if how == "pipe":
        done = subprocess.run(command, input=data, capture_output=True, check=True)
    else:
        (tmp_path / "x").write_bytes(data)
        with open(tmp_path / "x", "rb") as file:
            done = subprocess.run(command, stdin=file, capture_output=True, check=True)
    assert done.stdout.strip() == b"50000"


def test_importing_and_reading_does_not_import_pyarrow() -> None:
    program = "import sys, dissect.capture; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_records_stay_valid_while_the_spool_grows() -> None:
    big = pcap([(1700000000, 1, i.to_bytes(4, "big") + bytes(60_000), 60_004) for i in range(1500)])
    source = open_source(io.BytesIO(big))
    chunks = list(source.chunks(records=10))
    assert [int.from_bytes(r.data(0)[:4], "big") for r in chunks] == list(range(0, 1500, 10))


def test_threads_share_a_source(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(PCAPNG)
    source = open_source(path)
    results: list[list[int]] = []
    threads = [threading.Thread(target=lambda: results.append(numbers(source))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [list(range(40_000))] * 4
    assert len(source.interfaces) == 2 and len(source.sections) == 2


def test_simple_packets_only() -> None:
    source = open_source(io.BytesIO(shb() + idb() + spb(b"abcd") * 3 + spb(b"")))
    (records,) = source.chunks()
    assert np.diff(records.block).tolist() == [20, 20, 20]


def test_a_file_that_is_written_on(tmp_path: Path) -> None:
    """What is appended is read once `grown` was asked, also behind a packet that was cut."""
    path = tmp_path / "x"
    path.write_bytes(PCAP[: len(PCAP) // 2])
    with open_source(path) as source:
        before = source.count()
        assert 0 < before < 50_000 and source.damage is not None and not source.grown()
        with path.open("ab") as file:
            file.write(PCAP[len(PCAP) // 2 :])
        assert source.count() == before  # nobody asked
        assert source.grown() and not source.grown()
        assert source.count() == 50_000 and source.damage is None
        assert numbers(source, start=source.checkpoint(before)) == list(range(before // CHUNK * CHUNK, 50_000))  # type: ignore[arg-type]
        assert len(source.chunk_of(49_999)) == 50_000 % CHUNK
