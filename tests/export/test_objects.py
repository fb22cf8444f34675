"""Objects out of captures: their octets and their names, which nobody is to be trusted with."""

from __future__ import annotations

import io
import struct
import subprocess
from pathlib import Path

import pytest

import dissect
from dissect.cli import main
from dissect.export import objects, smb_objects
from tests.agreement import tshark
from tests.capture.files import paced, pcap
from tests.corpus import captures
from tests.layers.test_bodies import message
from tests.passes.test_exchanges import get, ip
from tests.passes.test_streams import ACK, SHAKEN, segment


def raw_ip(packets: list[bytes]) -> bytes:
    """A capture file of raw IP."""
    return pcap(paced(packets), network=101)


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


def smb2(command: int, body: bytes, number: int, answer: bool = False, following: int = 0) -> bytes:
    """A message of SMB 2."""
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, 0, command, 1, int(answer), following, number, 0, 1, 9,
                       bytes(16))  # fmt: skip
    return head + body


def told(forth: bool, octets: bytes, at: dict[bool, int]) -> bytes:
    """A segment of a NetBIOS session's message on port 445."""
    data = len(octets).to_bytes(4, "big") + octets
    packet = segment(forth, ACK, at[forth], at[not forth], data=data)
    at[forth] += len(data)
    packet = packet.replace(b"\x03\xe8\x00\x50", b"\x03\xe8\x01\xbd", 1)
    return packet.replace(b"\x00\x50\x03\xe8", b"\x01\xbd\x03\xe8", 1)


HANDLE = b"h" * 16
NAME = "dir\\f.txt".encode("utf-16-le")


def smb2_capture() -> bytes:
    """A file of SMB 2 is opened, read in two pieces, the second first, and written to."""
    at = {True: 501, False: 0}

    def read(offset: int) -> bytes:
        return struct.pack("<HBBIQ", 49, 0, 0, 5, offset) + HANDLE + bytes(17)

    def data(octets: bytes) -> bytes:
        return struct.pack("<HBBIII", 17, 80, 0, len(octets), 0, 0) + octets

    create = b"\x39" + bytes(43) + struct.pack("<HHII", 64 + 56, len(NAME), 0, 0) + NAME
    opened = b"\x59" + bytes(47) + struct.pack("<QII", 15, 0x20, 0) + HANDLE + bytes(8)
    write = struct.pack("<HHIQ", 49, 64 + 48, 5, 10) + HANDLE + bytes(16) + b"third"
    said = [
        (True, smb2(5, create, 1)), (False, smb2(5, opened, 1, True)),
        (True, smb2(8, read(5), 2)), (False, smb2(8, data(b"other"), 2, True)),
        (True, smb2(8, read(0), 3)), (False, smb2(8, data(b"first"), 3, True)),
        (True, smb2(9, write, 4)), (False, smb2(9, b"\x11\0\0\0\5" + bytes(12), 4, True)),
    ]  # fmt: skip
    return raw_ip([told(forth, octets, at) for forth, octets in said])


def test_files_of_smb2(tmp_path: Path) -> None:
    with dissect.open(io.BytesIO(smb2_capture())) as cap:
        assert list(objects.of_smb(cap)) == [objects.Found(7, "\\dir\\f.txt", "", b"firstotherthird")]
    (tmp_path / "in.pcap").write_bytes(smb2_capture())
    assert main(["objects", str(tmp_path / "in.pcap"), "--type", "smb", "-o", str(tmp_path / "out")]) == 0
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["%5cdir%5cf.txt"]


def test_files_of_smb_are_bounded() -> None:
    known = smb_objects.Files(100)
    known.take((1,), 1 << 60, b"far", 1)
    known.take((1,), 0, b"near", 1)
    known.take((1,), 10, bytes(200), 1)
    [one] = known.found.values()
    assert one.octets(100) == b"nearfar" and known.held == 7
