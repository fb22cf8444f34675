"""A mapped file that somebody cuts while it is read, or whose disk fails.

The system answers a look at what is not there with SIGBUS, which ends a process.  Here it is answered otherwise: zeros
come in its place, and the region says where that was, which readers ask when they are done with a chunk.

Only Linux on 64 bits: elsewhere the layout of `struct sigaction` is another, and the signal does what it does.
"""

from __future__ import annotations

import mmap
import platform
import signal
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

SA_SIGINFO, SA_NODEFER = 4, 0x40000000
MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS, PROT_READ = 0x02, 0x10, 0x20, 1
ADDRESS_AT = 16  # of si_addr in siginfo_t
PAGE = mmap.PAGESIZE


class Region:
    """A part of memory onto which a file is mapped."""

    def __init__(self, start: int, size: int) -> None:
        self.start, self.end = start, start + size
        self.lost = -1  # where what was looked at is not there, from the region's start


_regions: list[Region] = []
_kept: list[Any] = []  # what the signal needs, for the life of the process


def watch(mapped: NDArray[np.uint8]) -> Region:
    """Watch over an array that is a map of a file, until `forget`."""
    region = Region(int(mapped.ctypes.data) if len(mapped) else 0, len(mapped))
    _regions.append(region)
    if not _kept and sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64"):
        _install()
    return region


def forget(region: Region) -> None:
    """The map is no longer read."""
    if region in _regions:
        _regions.remove(region)


def _install() -> None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 4]
    kind = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    class Action(ctypes.Structure):  # as glibc and musl have it
        _fields_ = [
            ("handler", kind), ("mask", ctypes.c_ubyte * 128), ("flags", ctypes.c_int), ("restorer", ctypes.c_void_p),
        ]  # fmt: skip

    def answer(number: int, info: int, _: int) -> None:
        address = ctypes.c_void_p.from_address(info + ADDRESS_AT).value or 0
        for region in _regions:
            if region.start <= address < region.end:
                page = address - address % PAGE
                region.lost = page - region.start
                flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS
                libc.mmap(page, region.end - page, PROT_READ, flags, -1, 0)  # all that is behind is gone, too
                return
        signal.signal(number, signal.SIG_DFL)  # another's fault: what would have happened does

    action = Action(kind(answer), flags=SA_SIGINFO | SA_NODEFER)
    libc.sigaction(signal.SIGBUS, ctypes.byref(action), None)
    _kept.append((libc, action))
