"""Following streams: in any order of arrival, with repeats, overlaps and gaps; and as tshark does."""

from __future__ import annotations

import base64
import random
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dissect
from dissect.cli import main
from dissect.follow import Way, stream_content

SAMPLES = Path(__file__).parents[1] / "samples"
TOUR = str(SAMPLES / "tour.pcapng")


def read(segments: list[tuple[int, bytes]], start: int) -> tuple[bytes, int]:
    """What a way makes of segments, and how much is missing."""
    way, out, missing = Way(start), bytearray(), 0
    for number, (seq, data) in enumerate(segments):
        for _, octets in way.take(number, seq, data):
            out += octets
    for _, octets, gap in way.rest():
        out += octets
        missing += gap
    return bytes(out), missing


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(min_size=1, max_size=200), st.integers(0, 2**32 - 1), st.integers(0, 2**32))
def test_any_order_with_repeats_and_overlaps(content: bytes, start: int, seed: int) -> None:
    chosen = random.Random(seed)
    cuts = sorted({0, len(content), *(chosen.randrange(len(content) + 1) for _ in range(8))})
    pieces = list(pairwise(cuts))
    pieces += [(max(a - 3, 0), min(b + 5, len(content))) for a, b in chosen.choices(pieces, k=3)]
    chosen.shuffle(pieces)
    assert read([((start + a) % 2**32, content[a:b]) for a, b in pieces], start) == (content, 0)


def test_a_gap_is_told() -> None:
    assert read([(100, b"abc"), (110, b"xyz")], 100) == (b"abcxyz", 7)


def test_what_came_first_counts() -> None:
    assert read([(0, b"abc"), (1, b"XYZ")], 0) == (b"abcZ", 0)


def test_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["follow", TOUR, "tcp", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Node 0: 192.0.2.50:54328" in lines
    assert "GET /index.html HTTP/1.1" in lines
    assert "\tHTTP/1.1 200 OK" in lines


def test_one_side_and_a_file(tmp_path: Path) -> None:
    out = tmp_path / "said"
    assert main(["follow", TOUR, "tcp", "1", "--as", "raw", "--side", "first", "-w", str(out)]) == 0
    assert out.read_bytes().startswith(b"GET /index.html HTTP/1.1\r\n")
    assert b"200 OK" not in out.read_bytes()


def test_hex_and_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["follow", TOUR, "udp", "0", "--as", "hex"]) == 0
    assert "\n0000  " in capsys.readouterr().out
    assert main(["follow", TOUR, "tcp", "1", "--as", "yaml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("  - peer: 1")
    assert lines[at + 1 : at + 3] == ['    host: "198.51.100.10"', "    port: 80"]
    data = next(line for line in lines if "!!binary" in line).rpartition(" ")[2]
    assert base64.b64decode(data).startswith(b"GET /index.html")


def test_a_stream_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["follow", TOUR, "tcp", "999"]) == 2
    assert "count from 0" in capsys.readouterr().err


def tsharks(name: str, number: int) -> tuple[bytes, bytes]:
    command = ["tshark", "-n", "-r", str(SAMPLES / name), "-q", "-z", f"follow,tcp,raw,{number}"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    body = lines[lines.index(next(line for line in lines if line.startswith("Node 1:"))) + 1 : -1]
    sides = ("".join(x for x in body if x[:1] != "\t"), "".join(x.strip() for x in body if x[:1] == "\t"))
    return bytes.fromhex(sides[0]), bytes.fromhex(sides[1])


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
@pytest.mark.parametrize(
    ("name", "number"), [*(("tour.pcapng", n) for n in range(6)), ("blackhole-recovered-v4.pcap", 1)]
)
def test_the_octets_are_tsharks(name: str, number: int) -> None:
    with dissect.open(str(SAMPLES / name)) as cap:
        _, said = stream_content(cap, "tcp", number)
    assert tuple(b"".join(one.data for one in said if one.end == end) for end in (0, 1)) == tsharks(name, number)


def test_what_tls_sealed() -> None:
    with dissect.open(SAMPLES / "tls13.pcapng") as cap:
        ends, said = stream_content(cap, "tls", 1)
    assert ends == ["192.0.2.1:55456", "192.0.2.2:443"]
    assert [one.end for one in said] == [0, 1]
    assert said[0].data.startswith(b"GET /answer HTTP/1.0\r\n")
    assert said[1].data.endswith(b"hello, world")
    with dissect.open(SAMPLES / "tls-keylog.pcap") as cap:
        assert stream_content(cap, "tls", 0)[1] == []


@pytest.mark.parametrize(
    "name", ["tour.pcapng", "tunnel-gre.pcap", "sender-fragments-v6.pcap", "random-loss-heavy.pcap"]
)
def test_what_is_known_of_streams_changes_nothing(name: str) -> None:
    with dissect.open(str(SAMPLES / name)) as known, dissect.open(str(SAMPLES / name)) as fresh:
        known.streams.finish()
        for protocol in ("tcp", "udp"):
            for number in range(known.streams.of[protocol].count):
                contents = []
                for cap in (known, fresh):
                    try:
                        contents.append(stream_content(cap, protocol, number))
                    except KeyError:  # it is quoted only
                        contents.append(([], []))
                assert contents[0] == contents[1]
