"""`dissect open` in a terminal: the first screen, a key, the way out."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

import pytest

from tests.corpus import ROOT, SAMPLES

TOUR = SAMPLES / "tour.pcapng"


def _until(reader: int, what: bytes, seconds: float = 60) -> bytes:
    """What a terminal was sent up to and with `what`."""
    seen, end = b"", time.monotonic() + seconds
    while what not in seen:
        ready = select.select([reader], [], [], max(0.0, end - time.monotonic()))[0]
        assert ready, f"{what!r} never came: {seen[-500:]!r}"
        try:
            chunk = os.read(reader, 65536)
        except OSError:  # the program is gone, and its terminal with it
            chunk = b""
        assert chunk, f"it ended before {what!r}: {seen[-500:]!r}"
        seen += chunk
    return seen


@pytest.mark.parametrize("words", [("open",), ()])
def test_opened_looked_at_and_left(words: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    own = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "HOME": str(home), "COLUMNS": "100", "LINES": "30"}
    own |= {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "dissect.cli", *words, str(TOUR)]
    program = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=os.environ | own)
    os.close(terminal)
    try:
        _until(screen, b"DHCP")
        os.write(screen, b"q")
        left = time.monotonic() + 60
        while program.poll() is None and time.monotonic() < left:  # it writes as it goes: somebody must read
            if select.select([screen], [], [], 0.1)[0]:
                try:
                    os.read(screen, 65536)
                except OSError:
                    break
        assert program.wait(10) == 0
    finally:
        program.kill()
        program.wait()
        os.close(screen)
