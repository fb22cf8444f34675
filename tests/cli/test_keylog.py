"""`--keylog`: what is sealed is shown; a log that is missing, or of no use, is not passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import run as dissect
from tests.corpus import SAMPLES

pytest.importorskip("cryptography")
CAPTURE, KEYS = str(SAMPLES / "tls-keylog.pcap"), str(SAMPLES / "tls-keylog.keys")


def run(*words: str) -> tuple[int, str, str]:
    found = dissect(*words)
    return found.returncode, found.stdout.decode(), found.stderr.decode()


def test_list_and_show_decrypt() -> None:
    code, out, _ = run("list", CAPTURE, "--keylog", KEYS)
    assert code == 0
    assert "GET /answer HTTP/1.0" in out
    code, out, _ = run("show", CAPTURE, "18", "--keylog", KEYS)
    assert "Decrypted" in out or "/answer" in out


def test_a_filter_sees_what_was_sealed() -> None:
    _, out, _ = run("list", CAPTURE, "--keylog", KEYS, "-Y", 'http.request.uri == "/answer"', "-e", "frame.number")
    assert out.split() == ["18"]


def test_a_missing_log_is_an_error_in_one_line() -> None:
    code, _, err = run("list", CAPTURE, "--keylog", "nowhere.keys")
    assert code == 2
    assert "nowhere.keys: No such file" in err


def test_a_log_of_no_use_is_said(tmp_path: Path) -> None:
    other = tmp_path / "other.keys"
    other.write_text("CLIENT_RANDOM " + "00" * 32 + " " + "11" * 48 + "\n")
    code, _, err = run("list", CAPTURE, "--keylog", str(other))
    assert code == 0
    assert "no secret in it is of a connection of this capture" in err


def test_an_export_decrypts(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    code, _, _ = run("export", CAPTURE, "--keylog", KEYS, "-e", "http.request.uri", "-o", str(out))
    assert code == 0
    assert "/answer" in out.read_text()
