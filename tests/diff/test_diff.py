"""What `dissect diff` finds, and what it does not: each change made to a capture on its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dissect
from dissect.capture import PcapWriter
from dissect.diff import Diff, Masks, diff_captures
from dissect.diff.align import align
from tests.corpus import SAMPLES

TOUR = SAMPLES / "tour.pcapng"
Packets = list[tuple[int, bytearray]]
DNS = 42  # Ethernet, IPv4, UDP


def packets(path: Path = TOUR) -> Packets:
    with dissect.open(path) as cap:
        return [
            (int(chunk.time[i]), bytearray(chunk.buffer[chunk.offset[i] : chunk.offset[i] + chunk.caplen[i]].tobytes()))
            for chunk in cap.source.chunks()
            for i in range(len(chunk))
        ]


def compare(tmp_path: Path, edit: Callable[[Packets], Packets], how: Diff | None = None) -> list[tuple[str, str]]:
    """(code, what) of the differences between the tour and an edited copy."""
    changed = tmp_path / "new.pcap"
    with PcapWriter(changed, linktype=1) as writer:
        for time, data in edit(packets()):
            writer.write(time, bytes(data))
    with dissect.open(TOUR) as golden, dissect.open(changed) as new:
        report = diff_captures(golden, new, how or Diff(findings=False), ("tour.pcapng", "new.pcap"))
    return [(failure.rule.code, failure.what) for failure in report.failures]


def udp_of(data: bytearray) -> bool:
    return data[12:14] == b"\x08\x00" and data[14] == 0x45 and data[23] == 17


def tcp_of(data: bytearray) -> bool:
    return data[12:14] == b"\x08\x00" and data[14] == 0x45 and data[23] == 6


def dns_of(data: bytearray) -> bool:
    return udp_of(data) and 53 in (data[34] << 8 | data[35], data[36] << 8 | data[37])


def noise(all_: Packets) -> Packets:
    """Other times, passing ports, identifiers, sequence numbers, windows, time stamps: what a new run always has."""
    for number, (_, data) in enumerate(all_):
        if dns_of(data):
            data[DNS] ^= 0x5A
        if udp_of(data) or tcp_of(data):
            data[18:20] = (number * 7 & 0xFFFF).to_bytes(2, "big")  # ip.id
            for at in (34, 36):
                port = int.from_bytes(data[at : at + 2], "big")
                if port >= 32768:
                    data[at : at + 2] = (port ^ 0x0101).to_bytes(2, "big")
        if tcp_of(data):
            for at, sender in ((38, 34), (42, 36)):
                by = 1000 if int.from_bytes(data[sender : sender + 2], "big") >= 32768 else 2_000_000
                moved = (int.from_bytes(data[at : at + 4], "big") + by) & 0xFFFFFFFF
                data[at : at + 4] = moved.to_bytes(4, "big") if at == 38 or data[47] & 0x10 else bytes(4)
    return [(time + 40_000_000_000_000 + number * 50_000, data) for number, (time, data) in enumerate(all_)]


def test_a_capture_equals_itself(tmp_path: Path) -> None:
    assert compare(tmp_path, lambda all_: all_) == []


def test_what_every_run_changes_is_masked(tmp_path: Path) -> None:
    assert compare(tmp_path, noise) == []


def test_without_masks_it_is_seen(tmp_path: Path) -> None:
    found = compare(tmp_path, noise, Diff(Masks(compare=["dns.id"]), findings=False))
    assert {code for code, _ in found} == {"D05"} and all("dns.id" in what for _, what in found)


def first(all_: Packets, which: Callable[[bytearray], bool]) -> int:
    return next(i for i, (_, data) in enumerate(all_) if which(data))


def test_a_flow_that_vanished_and_one_that_appeared(tmp_path: Path) -> None:
    arp = [("D01", "ARP"), ("D02", "ARP")]
    found = compare(tmp_path, lambda all_: [one for one in all_ if one[1][12:14] != b"\x08\x06"])
    assert {code for code, _ in found} == {arp[0][0]} and all(arp[0][1] in what for _, what in found)

    def other(all_: Packets) -> Packets:
        data = bytearray(all_[first(all_, dns_of)][1])
        data[30:34] = bytes([203, 0, 113, 9])
        return [*all_, (all_[-1][0], data)]

    [(code, what)] = compare(tmp_path, other)
    assert code == "D02" and "203.0.113.9:53 udp" in what and "DNS Standard query" in what


def test_messages_that_vanished_and_appeared(tmp_path: Path) -> None:
    def without(all_: Packets) -> Packets:
        del all_[first(all_, dns_of)]
        return all_

    def twice(all_: Packets) -> Packets:
        at = first(all_, dns_of)
        return [*all_[:at], all_[at], *all_[at:]]

    assert [code for code, _ in compare(tmp_path, without)] == ["D03"]
    assert [code for code, _ in compare(tmp_path, twice)] == ["D04"]


def test_a_field_that_changed(tmp_path: Path) -> None:
    def other(all_: Packets) -> Packets:
        data = all_[first(all_, dns_of)][1]
        data[DNS + 14] ^= 0x02  # a letter of the name that is asked
        return all_

    found = compare(tmp_path, other)
    assert {code for code, _ in found} == {"D05"} and any("dns.qry.name: " in what for _, what in found)
    assert compare(tmp_path, other, Diff(Masks(["dns.*"]), findings=False)) == []


def test_options_of_segments_that_open(tmp_path: Path) -> None:
    def other(all_: Packets) -> Packets:
        at = first(all_, lambda data: tcp_of(data) and data[47] == 0x02)
        assert all_[at][1][54:56] == b"\x02\x04"
        all_[at][1][56:58] = (1000).to_bytes(2, "big")
        return all_

    [(code, what)] = compare(tmp_path, other)
    assert code == "D05" and "tcp.options.mss_val" in what and "became 1000 bytes" in what


@pytest.mark.parametrize(("tolerance", "codes"), [(None, []), (200_000_000, ["D06"]), (400_000_000, [])])
def test_timing(tmp_path: Path, tolerance: int | None, codes: list[str]) -> None:
    def late(all_: Packets) -> Packets:
        at = first(all_, lambda data: dns_of(data) and data[DNS + 2] & 0x80 > 0)
        return [*all_[:at], *((time + 300_000_000, data) for time, data in all_[at:])]

    found = compare(tmp_path, late, Diff(tolerance=tolerance, findings=False))
    assert sorted({code for code, _ in found}) == codes
    for _, what in found:
        came, was = (float(number) for number in re.findall(r"(\d+\.\d{6}) s", what))
        assert came - was == pytest.approx(0.3, abs=1e-5)


def test_findings_of_checks(tmp_path: Path) -> None:
    with dissect.open(SAMPLES / "pmtud-v4.pcap") as golden, dissect.open(SAMPLES / "blackhole-v4-client.pcap") as new:
        there, back = (diff_captures(*pair).failures for pair in ((golden, new), (new, golden)))
    assert any(f.rule.code == "D07" and f.what.startswith("M01") and "MSS" in f.rule.remedy for f in there)
    assert any(f.rule.code == "D08" and f.what.startswith("M01") for f in back)


def test_addresses_may_be_ignored(tmp_path: Path) -> None:
    def renumbered(all_: Packets) -> Packets:
        for _, data in all_:
            if data[12:14] == b"\x08\x00":
                for at in (26, 30):
                    data[at : at + 2] = bytes([172, 16]) if data[at] in (192, 198) else data[at : at + 2]
        return all_

    assert {"D01", "D02"} <= {code for code, _ in compare(tmp_path, renumbered)}
    ignoring = Masks(["ip.*", "arp.*", "dns.a", "dns.ptr*", "icmp.*", "eth.*", "dhcp.*"])
    left = compare(tmp_path, renumbered, Diff(ignoring, findings=False))
    assert [what for code, what in left if code in ("D01", "D02")] == []


COURSE = st.lists(st.integers(0, 4), max_size=30)


@given(COURSE, COURSE)
def test_alignment_has_every_place_once_and_in_order(a: list[int], b: list[int]) -> None:
    pairs = list(align(a, b, a, b))
    assert sorted(i for i, _ in pairs if i is not None) == list(range(len(a)))
    assert sorted(k for _, k in pairs if k is not None) == list(range(len(b)))
    equal = [(i, k) for i, k in pairs if i is not None and k is not None and a[i] == b[k]]
    assert len(equal) >= sum(x == y for x, y in zip(a, b, strict=False) if a == b)
    if a == b:
        assert all(i == k for i, k in pairs)


def test_long_courses_are_not_tried_pair_by_pair(monkeypatch: Any) -> None:
    monkeypatch.setattr("dissect.diff.align.MOST_COMPARED", 4)
    assert list(align([1, 2, 3, 4], [5, 6, 7], [0, 1, 0, 1], [1, 0, 0])) == [(0, 1), (1, 0), (2, 2), (3, None)]
