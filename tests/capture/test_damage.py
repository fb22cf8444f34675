"""Broken files: all before the damage is given, nothing of a sound file is lost, one line says where."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import pytest

from dissect.capture import CaptureError, open_source

from .files import block, epb, idb, pcap, shb, snoop

PACKETS = [(1700000000 + i, i, bytes([i]) * (i + 1), i + 1) for i in range(10)]


def damage_of(data: bytes) -> tuple[int, CaptureError | None]:
    source = open_source(io.BytesIO(data))
    return sum(len(r) for r in source.chunks()), source.damage


def ng(packets: int = 10) -> bytes:
    return shb() + idb() + b"".join(epb(i, bytes([i + 1]) * i) for i in range(packets))


def test_every_cut_of_a_pcap() -> None:
    whole = pcap(PACKETS)
    ends = [len(pcap(PACKETS[:n])) for n in range(11)]
    for cut in range(24, len(whole) + 1):
        count, damage = damage_of(whole[:cut])
        assert count == sum(end <= cut for end in ends[1:])
        assert (damage is None) == (cut in ends)
        if damage:
            assert (damage.packet, damage.offset) == (count, ends[count])


def test_every_cut_of_a_pcapng() -> None:
    ends = [len(ng(n)) for n in range(11)]
    whole = ng()
    for cut in range(ends[0], len(whole) + 1):
        count, damage = damage_of(whole[:cut])
        assert count == sum(end <= cut for end in ends[1:])
        assert (damage is None) == (cut in ends)
        if damage:
            assert (damage.packet, damage.offset) == (count, ends[count])


def test_every_cut_of_a_snoop() -> None:
    whole = snoop(PACKETS)
    for cut in range(16, len(whole) + 1):
        count, _ = damage_of(whole[:cut])
        assert count <= 10
    assert damage_of(whole) == (10, None)


@pytest.mark.parametrize("zeros", [17, 64, 4096, 5_000_000])
def test_zeros_at_the_end(zeros: int) -> None:
    for whole in (pcap(PACKETS), ng()):
        count, damage = damage_of(whole + bytes(zeros))
        assert count == 10
        assert damage is not None and damage.offset == len(whole)
        assert "zeros to the end" in str(damage)


def test_an_empty_packet_at_time_zero_is_a_packet() -> None:
    assert damage_of(pcap([(0, 0, b"", 0), (1, 0, b"a", 1)])) == (2, None)
    assert damage_of(pcap([*PACKETS, (0, 0, b"", 0)])) == (11, None)


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0xFFFFFFFF, 262_145, 400_000])
def test_a_lying_length(length: int) -> None:
    whole = bytearray(pcap(PACKETS) + pcap([(1, 2, b"\xee" * 1_000_000, 1)])[24:])
    at = len(pcap(PACKETS[:5]))
    struct.pack_into("<I", whole, at + 8, length)
    count, damage = damage_of(bytes(whole))
    assert count == 5
    assert damage is not None and (damage.packet, damage.offset) == (5, at)
    assert str(damage).startswith(f"stream: packet 6, byte {at}: expected ")


@pytest.mark.parametrize("length", [0, 8, 13, 44, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_lying_block_length(length: int) -> None:
    whole = bytearray(ng())
    at = len(ng(5))
    struct.pack_into("<I", whole, at + 4, length)
    count, damage = damage_of(bytes(whole))
    assert count == 5 and damage is not None and damage.offset == at


def test_pcapng_packet_longer_than_its_block() -> None:
    whole = bytearray(ng())
    at = len(ng(5))
    struct.pack_into("<I", whole, at + 20, 9)
    count, damage = damage_of(bytes(whole))
    assert count == 5 and damage is not None
    assert "expected at most 8 bytes of packet data in its block, found 9" in str(damage)


def test_pcapng_interface_not_declared() -> None:
    count, damage = damage_of(
        shb() + idb() + epb(1, b"a") + epb(2, b"b", interface=1) + idb() + epb(3, b"c", 1)
    )
    assert count == 1 and damage is not None and "found interface 1" in str(damage)


def test_pcapng_short_interface_block_after_packets() -> None:
    count, damage = damage_of(ng() + block(1, b"\1\0\0\0") + epb(3, b"c"))
    assert count == 10 and damage is not None and "interface description" in str(damage)


def test_pcapng_section_of_an_unknown_version() -> None:
    second = bytearray(shb())
    second[12] = 2
    count, damage = damage_of(ng() + bytes(second))
    assert count == 10 and damage is not None and "found 2.0" in str(damage)


def test_a_file_cut_while_it_is_open_does_not_kill_us(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    many = [(1700000000, 1, b"p" * 1000, 1000)] * 5000
    path.write_bytes(pcap(many))
    source = open_source(path)
    chunks = source.chunks(records=100)
    next(chunks)
    os.truncate(path, 100_000)
    count = 100 + sum(len(r) for r in chunks)
    assert count < 5000 and source.damage is not None
