"""The floor for finding records: a plain C loop over the mapped file, through ctypes.

It collects what the reader must collect too: offset, captured length, original length and time of each
packet of a little-endian microsecond pcap file.
"""

from __future__ import annotations

import ctypes
import mmap
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SOURCE = r"""
#include <stdint.h>
#include <string.h>

/* Returns the number of packets; -1 when there are more than `room`. */
int64_t find_records(const uint8_t *data, int64_t size, int64_t room,
                     int64_t *offset, uint32_t *captured, uint32_t *original, int64_t *nanoseconds) {
    int64_t at = 24, n = 0;
    while (at + 16 <= size) {
        uint32_t head[4];
        memcpy(head, data + at, 16);
        if (at + 16 + (int64_t)head[2] > size) break;
        if (n == room) return -1;
        offset[n] = at + 16;
        captured[n] = head[2];
        original[n] = head[3];
        nanoseconds[n] = (int64_t)head[0] * 1000000000 + (int64_t)head[1] * 1000;
        at += 16 + head[2];
        n++;
    }
    return n;
}
"""


@cache
def library() -> ctypes.CDLL:
    """Compile the loop with the system's C compiler."""
    with tempfile.TemporaryDirectory() as folder:
        source, shared = Path(folder, "loop.c"), Path(folder, "loop.so")
        source.write_text(SOURCE)
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", shared, source], check=True)
        loaded = ctypes.CDLL(str(shared))
    loaded.find_records.restype = ctypes.c_int64
    return loaded


def find_records(path: Path, room: int) -> tuple[NDArray[Any], ...]:
    """Offsets, captured lengths, original lengths and times, into arrays for at most `room` packets."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data = np.frombuffer(mapped, np.uint8)
        arrays = [np.empty(room, kind) for kind in (np.int64, np.uint32, np.uint32, np.int64)]
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in arrays]
        start = ctypes.c_void_p(data.ctypes.data)
        count = library().find_records(start, ctypes.c_int64(len(data)), ctypes.c_int64(room), *pointers)
        del data
    if count < 0:
        raise ValueError(f"{path}: more than {room} packets")
    return tuple(a[:count] for a in arrays)


if __name__ == "__main__":
    library()
    begin = time.perf_counter()
    offsets, *_ = find_records(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000_000)
    took = time.perf_counter() - begin
    print(f"{len(offsets):,} packets in {took:.3f} s: {len(offsets) / took / 1e6:.1f} M/s")
