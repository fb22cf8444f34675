"""Threads share what the C library has got from the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dissect import arenas

COUNTED = """
import ctypes, threading
from dissect import arenas
{few}
held, met = [], threading.Barrier(8)
def ask():
    met.wait()
    held.append([bytes(1000) for _ in range(100)])
    met.wait()
threads = [threading.Thread(target=ask) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
ctypes.CDLL(None).malloc_stats()
"""


def counted(few: str) -> int:
    """Arenas there are after eight threads have asked for memory at once."""
    program = COUNTED.format(few=few)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stderr.count("Arena")


@pytest.mark.skipif(arenas.library() is None, reason="another C library")
def test_threads_share_an_arena() -> None:
    assert counted("") > 1
    assert counted("arenas.few()") == 1
