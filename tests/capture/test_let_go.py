"""What a reader has passed does not stay in its memory, however long the file is."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from dissect.capture import PcapWriter, open_source, spool
from dissect.capture import source as source_module


def resident(path: Path) -> int:
    """kB of a mapped file that are in this process's memory."""
    found, mine = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if line.split(" ")[0].count("-") == 1 and ":" not in line.split(" ")[0]:
            mine = line.endswith(str(path))
        elif mine and line.startswith("Rss:"):
            found += int(line.split()[1])
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_pages_behind_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, size = long_file(tmp_path, monkeypatch)
    with open_source(path) as source:
        source.stays = 0
        first, said = list[int](), list[int]()
        for chunk in source.chunks(500):
            first += chunk.buffer[chunk.offset].tolist()
            said += chunk.buffer[chunk.offset[:, None] + np.arange(4)].view(">u4").ravel().tolist()
        assert said == list(range(12_000))
        assert source.count() == 12_000
        for number in range(0, 12_000, 500):
            source.chunk_of(number)
        assert int(chunk.buffer[24 + 16 + 3]) == 0  # and it is there, still
        assert resident(path) < size * 3 // 4


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_what_is_not_large_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, size = long_file(tmp_path, monkeypatch)
    with open_source(path) as source:
        assert sum(map(len, source.chunks(500))) == 12_000
        assert resident(path) > size * 9 // 10


def long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, int]:
    """A capture of which a reader lets go soon, and its size in kB."""
    path = tmp_path / "long.pcap"
    with PcapWriter(path, linktype=1) as writer:
        for number in range(12_000):
            writer.write(number, number.to_bytes(4, "big") * 350)
    size = path.stat().st_size >> 10
    monkeypatch.setattr(spool, "BEHIND", 1 << 20)
    monkeypatch.setattr(spool, "PASSED", 1 << 21)
    monkeypatch.setattr(source_module, "LARGEST_SPAN", 1 << 20)
    return path, size
