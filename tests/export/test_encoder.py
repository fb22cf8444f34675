"""The thread that writes a file has ended when whoever gave it batches goes on, interrupted or not."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from dissect.export.run import Encoder


def test_interrupted_while_it_finishes(tmp_path: Path) -> None:
    """By Ctrl-C while the last rows are encoded: Python that ends beside a thread at work may crash."""
    encoder = Encoder(tmp_path / "out.parquet", "parquet")
    at_work, done = threading.Event(), threading.Event()

    def encode() -> None:
        at_work.set()
        time.sleep(0.5)
        done.set()

    encoder._encode = encode  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt), encoder:
        assert at_work.wait(10)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.signal(signal.SIGALRM, before)
    assert done.is_set()
