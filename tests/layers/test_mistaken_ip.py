"""Bytes that an EtherType or a link type takes for IP, and that are not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import dissect
from tests.capture.files import paced, pcap

ADDRESSES = b"\x0a\0\0\1\x0a\0\0\2"
UDP = struct.pack(">HHHH", 4000, 5000, 12, 0) + b"abcd"


def v4(first: int = 0x45, length: int = 32) -> bytes:
    return struct.pack(">BBHHHBBH", first, 0, length, 7, 0, 64, 17, 0) + ADDRESSES + UDP


def v6(first: int = 0x60) -> bytes:
    return bytes((first, 0, 0, 0)) + struct.pack(">HBB", 12, 17, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + UDP


def rows(tmp_path: Path, ethertype: int, packet: bytes) -> dict[str, object]:
    """What columns and the tree say of a packet between two ordinary ones: the same."""
    packets = ((0x0800, v4()), (ethertype, packet), (0x86DD, v6()))
    frames = [bytes(12) + struct.pack(">H", kind) + data for kind, data in packets]
    path = tmp_path / "odd.pcap"
    path.write_bytes(pcap(paced(frames)))
    names = ["frame.protocols", "ip.version", "ip.hdr_len", "ip.len", "ip.src", "ipv6.version", "ipv6.src"]
    names += ["udp.srcport", "udp.stream"]
    with dissect.open(str(path)) as cap:
        found = [*cap.json_rows(names)]
        shown = cap[1]
        for name in names[1:]:
            assert shown.get(name) == found[1].get(name, [None])[0], name
    assert found[0]["udp.srcport"] == found[2]["udp.srcport"] == [4000]
    return dict(found[1])


def test_the_sixth_version_inside_the_fourth_ones_type(tmp_path: Path) -> None:
    row = rows(tmp_path, 0x0800, v6())
    assert row["frame.protocols"] == ["eth:ethertype:ip:ipv6:udp:data"]
    assert row["ip.version"] == [6, 6] and row["ipv6.version"] == [6] and row["udp.srcport"] == [4000]
    assert "ip.src" not in row and "ip.hdr_len" not in row


@pytest.mark.parametrize(
    ("packet", "said"),
    [
        (v4(0x35), {"ip.version": [3]}),
        (v4(0x44), {"ip.version": [4], "ip.hdr_len": [16]}),
        (v4(length=19), {"ip.version": [4], "ip.hdr_len": [20], "ip.len": [19]}),
    ],
)
def test_no_header_is_believed_further_than_it_can_be(tmp_path: Path, packet: bytes, said: dict[str, object]) -> None:
    assert rows(tmp_path, 0x0800, packet) == {"frame.protocols": ["eth:ethertype:ip"], **said}


def test_what_is_not_the_sixth_version_is_data(tmp_path: Path) -> None:
    row = rows(tmp_path, 0x86DD, v6(0x10))
    assert row["frame.protocols"] == ["eth:ethertype:ipv6:data"]
    assert row["ipv6.version"] == row["ip.version"] == [1] and "udp.srcport" not in row
