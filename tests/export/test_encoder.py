"""The thread that writes a file has ended when whoever gave it batches goes on, interrupted or not."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

import dissect
from dissect.export import run
from dissect.export.run import Encoder
from dissect.export.tables import Choice
from tests.corpus import SAMPLES


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


def test_in_the_same_thread_it_is_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for alone in (False, True):
        monkeypatch.setattr(run, "ALONE", [alone])
        with dissect.open(SAMPLES / "tour.pcapng") as cap:
            run.export_capture(cap, tmp_path / f"{alone}.parquet", Choice("parquet"))
        made.append((tmp_path / f"{alone}.parquet").read_bytes())
    assert made[0] == made[1]


def test_in_the_same_thread_an_error_is_raised_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ALONE", [True])
    with pytest.raises(ZeroDivisionError), run.encoder_of(tmp_path / "out.parquet", "parquet") as encoder:
        encoder.write(lambda: 1 // 0)  # type: ignore[arg-type, return-value]
