"""Objects out of captures: their octets and their names, which nobody is to be trusted with."""

from __future__ import annotations

import io
import struct
import subprocess
from pathlib import Path

import pytest

import dissect
from dissect.cli import main
from dissect.export import objects
from tests.agreement import tshark
from tests.corpus import captures
from tests.layers.test_bodies import message
from tests.passes.test_exchanges import get, ip
from tests.passes.test_streams import ACK, SHAKEN, segment


def raw_ip(packets: list[bytes]) -> bytes:
    """A capture file of raw IP."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)]
    return b"".join(out + [struct.pack("<IIII", i, 0, len(p), len(p)) + p for i, p in enumerate(packets)])


def asked(path: bytes, body: bytes) -> bytes:
    """A capture of a request, and of an answer in two segments."""
    request, answer = get(path), message("text/plain", body)
    said = 501 + len(request)
    packets = [
        *SHAKEN, segment(True, ACK, 501, 0, data=request), segment(False, ACK, 0, said, data=answer[:60]),
        segment(False, ACK, 60, said, data=answer[60:]),
    ]  # fmt: skip
    return raw_ip(packets)


def test_bodies_of_http() -> None:
    with dissect.open(io.BytesIO(asked(b"/a/b.txt", b"hello there"))) as cap:
        assert list(objects.of_http(cap)) == [objects.Found(6, "b.txt", "text/plain", b"hello there")]


EVIL = (b"/x/../../etc/passwd", b"/%2e%2e/..", b"/a\\..\\b", b"/", b"/-rf", b"/con", b"/" + b"n" * 900)


@pytest.mark.parametrize("path", EVIL, ids=range(len(EVIL)))
def test_names_stay_in_the_folder(path: bytes, tmp_path: Path) -> None:
    capture, out = tmp_path / "in.pcap", tmp_path / "out"
    capture.write_bytes(asked(path, b"evil"))
    assert main(["objects", str(capture), "-o", str(out)]) == 0
    assert main(["objects", str(capture), "-o", str(out)]) == 0  # beside the first, not over it
    assert [file.read_bytes() for file in out.iterdir()] == [b"evil"] * 2
    assert {file.name for file in tmp_path.iterdir()} == {"in.pcap", "out"}
    assert all(file.name[0] not in "-." for file in out.iterdir())


def test_links_are_not_followed(tmp_path: Path) -> None:
    capture, out = tmp_path / "in.pcap", tmp_path / "out"
    capture.write_bytes(asked(b"/f", b"evil"))
    out.mkdir()
    (out / "f").symlink_to(tmp_path / "target")
    assert main(["objects", str(capture), "-o", str(out)]) == 0
    assert not (tmp_path / "target").exists()
    assert (out / "f(1)").read_bytes() == b"evil"


def test_what_is_too_large_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture, out = tmp_path / "in.pcap", tmp_path / "out"
    capture.write_bytes(asked(b"/f", b"12345"))
    assert main(["objects", str(capture), "-o", str(out), "--limit", "4"]) == 0
    assert "larger than the limit" in capsys.readouterr().out
    assert list(out.iterdir()) == []


def test_names() -> None:
    assert objects.safe_name("a?b:c\x1b[0m") == "a%3fb%3ac%1b[0m"
    assert objects.safe_name("gpj\u202eexe.txt") == "gpj_exe.txt"
    assert objects.numbered("a.png", 2) == "a(2).png"


def udp(forth: bool, ports: tuple[int, int], data: bytes) -> bytes:
    """A datagram."""
    return ip(forth, 17, struct.pack(">HHHH", *ports, 8 + len(data), 0) + data)


def test_tftp() -> None:
    packets = [udp(True, (5000, 69), b"\0\1some/file\0octet\0")]
    for number, data in ((1, b"x" * 512), (1, b"x" * 512), (2, b"end")):
        packets += [udp(False, (6000, 5000), struct.pack(">HH", 3, number) + data)]
    with dissect.open(io.BytesIO(raw_ip(packets))) as cap:
        assert list(objects.of_tftp(cap)) == [objects.Found(4, "file", "", b"x" * 512 + b"end")]


KNOWN = ("http_post.pcapng", "sessionhijacking.pcapng", "mail_sender_attachment.pcapng", "tickedoffdeveloper.pcapng")


@pytest.mark.slow
@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@pytest.mark.parametrize("name", KNOWN)
def test_as_tshark(name: str, tmp_path: Path) -> None:
    path = next((path for path in captures() if path.name == name), None)
    if path is None:
        pytest.skip("this capture is not here")
    for ours, theirs in (("http", "http"), ("imf", "imf"), ("tftp", "tftp"), ("ftp", "ftp-data")):
        here, there = tmp_path / f"our-{ours}", tmp_path / ours
        command = ["tshark", "-q", "-r", path, "--export-objects", f"{theirs},{there}"]
        subprocess.run(command, check=True, capture_output=True)
        assert main(["objects", str(path), "--type", ours, "-o", str(here)]) == 0
        expected = sorted(file.read_bytes() for file in there.glob("*"))
        assert sorted(file.read_bytes() for file in here.glob("*")) == expected
