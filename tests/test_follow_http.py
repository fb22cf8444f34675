"""Following HTTP: messages without chunks and compression; HTTP/2 by its streams."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dissect.cli import main
from dissect.follow_http import http_content
from tests.export.test_objects import raw_ip
from tests.layers.http2_frames import talk
from tests.passes.test_streams import ACK, SHAKEN, capture, segment


def packets() -> list[bytes]:
    """A request, and an answer in chunks that are compressed."""
    request = b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
    plain = gzip.compress(b"the plain text")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    answer = head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(plain), plain)
    said = 501 + len(request)
    return [
        *SHAKEN, segment(True, ACK, 501, 0, data=request), segment(False, ACK, 0, said, data=answer[:120]),
        segment(False, ACK, 120, said, data=answer[120:]),
    ]  # fmt: skip


def test_http() -> None:
    with capture(packets()) as cap:
        ends, said = http_content(cap, "http", 0)
        with pytest.raises(KeyError):
            http_content(cap, "http", 1)
    assert ends == ["10.0.0.1:1000", "10.0.0.2:80"]
    assert [(one.end, one.packet) for one in said] == [(0, 4), (1, 6), (1, 6)]
    assert said[0].data == b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n" and said[2].data == b"the plain text"


def test_http2() -> None:
    with capture(talk().packets) as cap:
        _, said = http_content(cap, "http2", 0, 1)
        assert [one.end for one in said] == [0, 1, 1, 1]
        assert said[0].data.startswith(b":method: GET\n") and said[2].data + said[3].data == b"first second"
        _, said = http_content(cap, "http2", 0)
    assert b"".join(one.data for one in said).count(b":status: ") == 2


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.pcap"
    path.write_bytes(raw_ip(packets()))
    assert main(["follow", str(path), "http", "0"]) == 0
    assert "\tthe plain text" in capsys.readouterr().out
    assert main(["follow", str(path), "http", "0", "--substream", "1"]) == 2
