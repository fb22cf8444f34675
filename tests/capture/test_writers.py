"""What is written reads back the same, here and in Wireshark's own tools."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.capture import CaptureError, Interface, PcapngWriter, PcapWriter, Source, open_source

from .files import block, epb, idb, opts, pcap, shb, spb

SECOND = 10**9


def everything(source: Source) -> list[tuple[int, bytes, int, int, dict[str, object]]]:
    return [
        (int(r.time[i]), r.data(i), int(r.origlen[i]), int(r.interface[i]), source.packet_options(r, i))
        for r in source.chunks()
        for i in range(len(r))
    ]


@pytest.mark.parametrize("order", "<>")
def test_pcapng_keeps_interfaces_times_comments_and_options(order: str, tmp_path: Path) -> None:
    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little" if order == "<" else "big")

    first = [
        (2, b"eth0"),
        (9, b"\x09"),
        (14, number(10, 8)),
        (6, b"\2\0\0\0\0\1"),
        (13, b"\4"),
        (11, b"\0udp"),
    ]
    file = shb(order, [(1, b"section"), (2, b"HW")]) + idb(1, 96, order, first)
    file += block(4, opts([(1, b"\x0a\0\0\1host\0")], order), order)
    file += block(10, number(0x544C534B, 4) + number(4, 4) + b"KEYS", order)
    file += epb(5, b"one", order=order, items=[(1, b"note"), (2, number(1, 4)), (4, number(9, 8))])
    file += idb(101, 0, order, [(9, b"\x94")]) + epb(1 << 20 | 333, b"twotwo", 1, 99, order)
    statistics = number(0, 4) + number(0, 4) + number(9, 4) + opts([(4, number(100, 8))], order)
    file += block(5, statistics, order)
    source = open_source(io.BytesIO(file))
    path = tmp_path / "out.pcapng"
    with PcapngWriter(path, source=source) as writer:
        for records in source.chunks():
            writer.write_records(records)
    copy = open_source(path)
    assert everything(copy) == everything(source)
    assert copy.names == source.names and copy.secrets == source.secrets
    assert copy.sections[0].comments == ["section"] and copy.sections[0].hardware == "HW"
    for mine, theirs in zip(copy.interfaces, source.interfaces, strict=True):
        for name in ("linktype", "snaplen", "name", "tsresol", "tsoffset", "mac", "fcs_len", "filter"):
            assert getattr(mine, name) == getattr(theirs, name)
    assert copy.interfaces[0].statistics["received"] == 100


@given(st.lists(st.tuples(st.integers(0, 2**62), st.binary(max_size=70), st.text(max_size=20)), max_size=30))
@settings(max_examples=50, deadline=None)
def test_pcapng_packets_one_by_one(packets: list[tuple[int, bytes, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.pcapng"
        with PcapngWriter(path, interfaces=[Interface(0, 1, tsresol=SECOND)]) as writer:
            for time, data, comment in packets:
                writer.write(time, data, comments=[comment])
        found = everything(open_source(path))
    assert [(p[0], p[1]) for p in found] == [(time, data) for time, data, _ in packets]
    expected = [comment.rstrip("\0") for _, _, comment in packets]
    assert [p[4]["comments"] for p in found] == [[comment] for comment in expected]


@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B23C4D])
def test_pcap_keeps_its_resolution_and_the_chosen_rows(magic: int, tmp_path: Path) -> None:
    packets = [(1700000000 + i, i * 7, bytes([i]) * i, i + 5) for i in range(100)]
    source = open_source(io.BytesIO(pcap(packets, magic=magic, network=0x2400_0001)))
    path = tmp_path / "out.pcap"
    (records,) = source.chunks()
    with PcapWriter(path, source=source) as writer:
        writer.write_records(records, np.arange(100) % 2 == 0)
        writer.write_records(records, [1, 3])
    copy = open_source(path)
    assert copy.format == source.format and copy.interfaces[0].fcs_len == 4
    before = everything(source)
    assert everything(copy) == [*before[::2], before[1], before[3]]


def test_pcap_has_one_link_type(tmp_path: Path) -> None:
    source = open_source(io.BytesIO(shb() + idb(1) + idb(101) + epb(1, b"a", 0) + epb(2, b"b", 1)))
    (records,) = source.chunks()
    path = tmp_path / "out.pcap"
    with pytest.raises(CaptureError, match="one link type"), PcapWriter(path, source=source) as writer:
        writer.write_records(records)
    assert os.listdir(tmp_path) == []
    with PcapWriter(path, source=source) as writer:
        writer.write_records(records, [1])
    assert open_source(path).interfaces[0].linktype == 101


def test_packets_without_a_time_can_be_written(tmp_path: Path) -> None:
    source = open_source(io.BytesIO(shb() + idb(1) + spb(b"abcd")))
    (records,) = source.chunks()
    for writer in (PcapWriter(tmp_path / "a", source=source), PcapngWriter(tmp_path / "b", source=source)):
        with writer:
            writer.write_records(records)
    assert everything(open_source(tmp_path / "a"))[0][:2] == (0, b"abcd")
    assert everything(open_source(tmp_path / "b"))[0][:2] == (0, b"abcd")


def test_no_file_under_its_name_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.pcap"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), PcapWriter(path, linktype=1) as writer:
        writer.write(SECOND, b"abc")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["out.pcap"]
    with PcapWriter(path, linktype=1) as writer:
        writer.write(SECOND, b"abc")
        assert path.read_bytes() == b"old"
    assert open_source(path).count() == 1


def test_errors_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"none/x\.pcap: cannot be written"):
        PcapWriter(tmp_path / "none" / "x.pcap")
    with (
        PcapngWriter(tmp_path / "x") as writer,
        pytest.raises(CaptureError, match="interface 0 is not declared"),
    ):
        writer.write(0, b"")
    with PcapWriter(tmp_path / "x", linktype=1) as writer:
        with pytest.raises(CaptureError, match="no comments"):
            writer.write(0, b"", comments=["x"])
        with pytest.raises(CaptureError, match="1970 to 2106"):
            writer.write(2**62, b"")


@pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not installed")
def test_wireshark_reads_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    with PcapngWriter(path, interfaces=[Interface(0, 1, name="eth0", tsresol=SECOND)]) as writer:
        writer.write(1_700_000_000_123_456_789, bytes(60), comments=["hello"])
        writer.write(1_700_000_001_000_000_001, bytes(61), 1514)
    said = subprocess.run(["capinfos", path], capture_output=True, text=True, check=True).stdout
    assert "Number of packets:   2" in said and "Name = eth0" in said and "0.876543212 seconds" in said
