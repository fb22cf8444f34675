"""Names of hosts: by a file's Name Resolution Blocks, by its DNS answers."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import dissect
from dissect.cli import main
from tests.capture.files import block, epb, idb, shb
from tests.corpus import SAMPLES

TOUR = str(SAMPLES / "tour.pcapng")
IP = bytes.fromhex("45000014000100004011 0000 c0000201 20010db8".replace(" ", ""))


def record(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, len(value)) + value + bytes(-len(value) % 4)


@pytest.fixture
def named(tmp_path: Path) -> str:
    """A packet from 192.0.2.1, and behind it a block that names this and an address of version 6."""
    body = record(1, bytes([192, 0, 2, 1]) + b"first.example\0second.example\0")
    body += record(2, bytes.fromhex("20010db8" + "00" * 11 + "01") + b"six\x1b.example\0") + record(0, b"")
    path = tmp_path / "named.pcapng"
    path.write_bytes(shb() + idb(101) + epb(0, IP) + block(4, body))
    return str(path)


def test_the_files_blocks(named: str) -> None:
    with dissect.open(named) as cap:
        assert dissect.host_names(cap) == {"192.0.2.1": "first.example", "2001:db8::1": "six\\x1b.example"}
        assert dissect.host_names(cap, blocks=False) == {}


def test_dns_answers() -> None:
    with dissect.open(TOUR) as cap:
        names = dissect.host_names(cap)
        assert (names["198.51.100.10"], names["2001:db8:2::10"]) == ("alias.example.com", "www.example.com")
        assert dissect.host_names(cap, answers=False) == {}


@pytest.mark.parametrize(
    ("letters", "source"),
    [(["-N", "n"], "first.example"), (["-N", "d"], "192.0.2.1"), (["-nNn"], "192.0.2.1"), ([], "192.0.2.1")],
)
def test_the_list_shows_them_when_asked(
    named: str, letters: list[str], source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", named, *letters]) == 0
    assert capsys.readouterr().out.split()[2] == source


@pytest.mark.parametrize("letters", [["-N", "n"], ["-N", "d"], []])
def test_fields_that_say_hosts_name_them(named: str, letters: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", named, *letters, "-e", "ip.src_host", "-e", "ip.src", "-e", "ip.dst_host"]) == 0
    source = "first.example" if "n" in letters else "192.0.2.1"
    assert capsys.readouterr().out == f"{source}\t192.0.2.1\t32.1.13.184\n"


def test_other_letters_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", TOUR, "-N", "xt"]) == 2
    assert "-N xt" in capsys.readouterr().err
