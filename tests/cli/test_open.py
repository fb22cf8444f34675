"""`dissect open` in a terminal: the first screen, a key, the way out."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

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


def _opened(home: Path, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    """A command in a terminal of its own, and that."""
    own = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "HOME": str(home), "COLUMNS": "100", "LINES": "30"}
    own |= {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "dissect.cli", *words]
    program = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=os.environ | own)
    os.close(terminal)
    return program, screen


def _left(program: subprocess.Popen[bytes], screen: int) -> bytes:
    """The last that it writes: somebody must read while it goes."""
    seen, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([screen], [], [], 0.1)[0]:
            try:
                seen += os.read(screen, 65536)
            except OSError:
                break
        elif program.poll() is not None:
            break
    program.wait(10)
    return seen


@pytest.mark.parametrize("words", [("open",), ()])
def test_opened_looked_at_and_left(words: tuple[str, ...], tmp_path: Path) -> None:
    program, screen = _opened(tmp_path, *words, str(TOUR))
    try:
        _until(screen, b"DHCP")
        os.write(screen, b"q")
        _left(program, screen)
        assert program.returncode == 0
    finally:
        program.kill()
        program.wait()
        os.close(screen)


def test_a_capture_that_is_cut_while_it_is_open_ends_the_session_in_one_line(tmp_path: Path) -> None:
    capture = tmp_path / "large.pcap"
    maker = ROOT / "tests" / "bench" / "make_capture.py"
    subprocess.run([sys.executable, maker, capture, "--packets", "20000"], check=True, stdout=subprocess.DEVNULL)
    program, screen = _opened(tmp_path, "open", str(capture))
    try:
        _until(screen, b"20,000")
        os.truncate(capture, 1_000_000)
        os.write(screen, b"\x1b[F")  # End
        said = _left(program, screen)
        assert program.returncode == 3
        [line] = [line for line in said.decode("utf-8", "replace").splitlines() if "dissect: " in line]
        assert f"dissect: {capture}: " in line and "the file was cut while it was read" in line
        assert b"Traceback" not in said
    finally:
        program.kill()
        program.wait()
        os.close(screen)
