"""Handshakes by column: the same as by row, and only what is not plain is decoded."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dissect
import dissect.engine.column as columns
from dissect.layers.tls_hot import HOT, STEPS
from tests.capture.files import paced, pcap
from tests.engine.evaluators import disagreements
from tests.layers.test_tls import ALPN, CLIENT_HELLO, SERVER_NAME, hello

CHOSEN = bytes.fromhex("002b00020304")
CHANGE, DATA, ALERT = b"\x14\3\3\0\1\1", b"\x17\3\3\0\5hello", b"\x15\3\3\0\2\2\x28"
CHECKS = ["_ws.expert.message", "dns.id", "http.response.code"]  # what else the built-in rules ask for


def record(kind: int, body: bytes, version: bytes = b"\3\3") -> bytes:
    message = bytes([kind]) + len(body).to_bytes(3, "big") + body
    return b"\x16" + version + len(message).to_bytes(2, "big") + message


def server_hello(extensions: bytes = b"") -> bytes:
    body = b"\3\3" + bytes(32) + b"\0" + b"\xc0\x2f\0" + len(extensions).to_bytes(2, "big") + extensions
    return record(2, body)


def capture(path: Path, payloads: list[bytes], port: int = 50000) -> Path:
    """A segment of a server's for each payload."""
    frames, seq = [], 1
    for payload in payloads:
        tcp = struct.pack(">HHIIBBHHH", 443, port, seq, 1, 0x50, 0x18, 8192, 0, 0) + payload
        ip = struct.pack(">BBHHHBBH8s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1, 10, 0, 0, 2])) + tcp
        frames.append(bytes(12) + b"\x08\0" + ip)
        seq += len(payload)
    path.write_bytes(pcap(paced(frames)))
    return path


@pytest.fixture
def by_row(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """(layer, row) of all that the row evaluator is given."""
    seen: list[tuple[str, int]] = []
    real: Callable[..., None] = columns.by_row

    def spy(task: Any, group: Any, index: Any) -> None:
        seen.extend((group.layer.name, row) for row in group.rows[index].tolist())
        real(task, group, index)

    monkeypatch.setattr(columns, "by_row", spy)
    return seen


PAYLOADS = [
    CLIENT_HELLO, hello(SERVER_NAME + ALPN), hello(bytes.fromhex("002b0007060a0a03040303")), server_hello(CHOSEN),
    server_hello(), DATA, DATA + DATA, CHANGE + DATA, ALERT,
    DATA + ALERT + hello(SERVER_NAME), CHANGE + hello(SERVER_NAME),
    server_hello() + record(14, b""), server_hello()[:-2] + b"\0\7", DATA * (STEPS + 2), DATA * STEPS + server_hello(),
    b"\x16\3\3\0\3\1\0\0", record(9, b"what is this"), record(11, b"\0\0\6\0\0\3abc"), DATA + b"\x16\3\3",
]  # fmt: skip


def test_the_same_as_by_row(tmp_path: Path) -> None:
    path = capture(tmp_path / "a.pcap", PAYLOADS)
    assert not disagreements(path, list(HOT))
    assert not disagreements(path, [*HOT, "tls.record.content_type"])
    for name in HOT:
        assert not disagreements(path, [name])


def test_the_same_after_the_version_is_known(tmp_path: Path) -> None:
    """Behind a server's hello of TLS 1.3 a change of ciphers seals nothing."""
    path = capture(
        tmp_path / "a.pcap", [server_hello(CHOSEN), CHANGE + hello(SERVER_NAME), CHANGE + server_hello(CHOSEN)]
    )
    assert not disagreements(path, list(HOT))
    with dissect.open(path) as cap:
        assert cap.table(["tls.handshake.type"]).column(0).to_pylist() == [2, 1, 2]


def test_only_what_is_not_plain_goes_by_row(tmp_path: Path, by_row: list[tuple[str, int]]) -> None:
    plain = [CLIENT_HELLO, server_hello(CHOSEN), DATA, CHANGE + DATA, ALERT]
    path = capture(tmp_path / "a.pcap", [*plain, record(11, b"\0\0\6\0\0\3abc")])
    with dissect.open(path) as cap:
        assert list(cap.columns([*HOT, *CHECKS]))
    assert [row for layer, row in by_row if layer == "tls"] == [len(plain)]
    with dissect.open(path) as cap:
        assert list(cap.columns(["tls.record.content_type"]))
    assert len(by_row) > len(plain), "fields without an extractor still come from trees"


def test_plain_answers_of_http_stay_in_columns(tmp_path: Path, by_row: list[tuple[str, int]]) -> None:
    """Where DNS is asked for by name, only messages that may carry it are decoded."""
    answer = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n"
    odd = b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 2\r\n\r\nab"
    path = capture(tmp_path / "a.pcap", [answer, odd])
    with dissect.open(path) as cap:
        assert list(cap.columns(CHECKS))
    assert {row for layer, row in by_row if layer == "http"} == {1}  # also by the pass that matches questions
