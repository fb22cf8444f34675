"""Where records were found is remembered; who reads again sees the same."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pytest

from dissect.capture import CHUNK, CaptureError, Source, open_source
from dissect.capture import places as places_module
from dissect.capture import source as source_module
from dissect.capture.places import Places
from tests.corpus import captures

from .files import epb, idb, shb
from .test_source import PCAP, PCAPNG, numbers

SPREAD = shb() + idb()  # blocks that are no packets lie between packets, also at the bounds of chunks
SPREAD += b"".join(epb(i, i.to_bytes(4, "big")) + idb() * (i % (CHUNK // 2) == CHUNK // 2 - 1) for i in range(40_000))


def counted(source: Source) -> list[int]:
    """How many calls of `scan` were needed for each look at everything."""
    calls = [0]
    scan = source._format.scan

    def counting(*arguments: object) -> object:
        calls[0] += 1
        return scan(*arguments)  # type: ignore[arg-type]

    source._format.scan = counting  # type: ignore[method-assign,assignment]
    return calls


@pytest.mark.parametrize("data", [PCAP, PCAPNG, SPREAD], ids=["pcap", "pcapng", "spread"])
def test_reading_again_equals_reading_at_first(data: bytes) -> None:
    source = open_source(io.BytesIO(data))
    first = numbers(source, records=777)
    chooser = random.Random(5)
    for records in (100, CHUNK, 3 * CHUNK + 5, 10**6):
        assert numbers(source, records=records) == first
        number = chooser.randrange(len(first))
        start = source.checkpoint(number)
        assert numbers(source, records=records, start=start) == first[start.number :]  # type: ignore[arg-type]
        chunk = source.chunk_of(number)
        assert int.from_bytes(chunk.data(number - chunk.first)[:4], "big") == first[number]
        assert len(numbers(source, records=records, stop=number)) == number


def test_what_was_found_is_not_looked_for_again() -> None:
    source = open_source(io.BytesIO(PCAP))
    source.count()
    calls = counted(source)
    assert len(numbers(source)) == 50_000
    assert calls == [1]  # the last chunk, which is not whole
    source.places = Places(0)
    numbers(source)
    assert calls[0] > 2


def test_places_are_bounded() -> None:
    source = open_source(io.BytesIO(PCAP))
    source.places = Places(CHUNK)
    everything = numbers(source)
    assert len(source.places._chunks) <= 1 + 50_000 // CHUNK and numbers(source) == everything
    small = Places(CHUNK)
    for first in range(0, 10 * CHUNK, 1000):
        small.add(first, np.arange(first, first + 1000, dtype=np.int64) * 80, 0)
    assert len(small._chunks) == 1 and small._held == 0


def test_readers_side_by_side() -> None:
    """Two that walk by turns, one behind the other, spoil nothing."""
    source = open_source(io.BytesIO(PCAP))
    one, other = source.chunks(5000), source.chunks(3000)
    seen: list[list[int]] = [[], []]
    chooser = random.Random(1)
    while one or other:
        turn = chooser.randrange(2)
        chunk = next((one, other)[turn], None)
        if chunk is None:
            break
        seen[turn] += [int.from_bytes(chunk.data(i)[:4], "big") for i in range(len(chunk))]
    assert all(part == list(range(len(part))) for part in seen)
    assert numbers(source) == list(range(50_000))


def test_a_file_that_grows(tmp_path: Path) -> None:
    path = tmp_path / "x"
    cut = len(PCAP) // 3
    path.write_bytes(PCAP[:cut])
    with open_source(path) as source:
        for end in (2 * cut, len(PCAP)):
            source.count()
            with path.open("ab") as file:
                file.write(PCAP[cut:end])
            cut = end
            assert source.grown()
            numbers(source)
        assert numbers(source) == list(range(50_000)) and len(source.places._chunks) == 50_000 // CHUNK


def test_a_large_gap_is_no_distance() -> None:
    places = Places(10**6)
    at = np.arange(2 * CHUNK, dtype=np.int64) * 100
    at[CHUNK // 2 :] += 1 << 32
    places.add(0, at, 0)
    assert [chunk is None for chunk in places._chunks] == [True, False]


def told(source: Source, **reading: int) -> tuple[object, ...]:
    """All that is said of each packet, and what is wrong with the file."""
    chunks = [chunk for chunk in source.chunks(**reading) if len(chunk)]
    names = ("offset", "caplen", "origlen", "time", "interface", "block")
    columns = [np.concatenate([getattr(chunk, name) for chunk in chunks] or [[]]).tolist() for name in names]
    return *columns, str(source.damage)


@pytest.mark.parametrize("harm", ["none", "cut", "length"])
def test_captures_and_damaged_ones_read_again_say_the_same(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_module, "CHUNK", 4)
    monkeypatch.setattr(source_module, "CHUNK", 4)  # samples are short
    for path in [one for one in captures(every=9) if one.stat().st_size < 1 << 20]:
        data = path.read_bytes()
        if harm == "cut":
            data = data[: len(data) * 3 // 4]
        elif harm == "length":
            data = data[: len(data) // 2] + b"\xff" * 40 + data[len(data) // 2 + 40 :]
        try:
            source = open_source(io.BytesIO(data))
        except CaptureError:
            continue  # nothing is left of its header
        with source, open_source(io.BytesIO(data)) as other:
            first = told(source, records=1 << 14)
            assert told(source, records=1 << 14) == first, path
            assert told(source, records=8, early=3) == first, path
            assert other.count() == len(first[0])  # type: ignore[arg-type]
            assert told(other, records=5) == first, path
