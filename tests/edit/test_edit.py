"""`dissect edit`: equal to editcap and mergecap, and what these cannot do."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

import dissect
from dissect.capture import PcapWriter
from dissect.cli import main
from dissect.edit import Anonymiser
from tests.check.build import shaken, tcp, write

SAMPLES = Path(__file__).parents[2] / "samples"
TOUR, PMTUD = str(SAMPLES / "tour.pcapng"), str(SAMPLES / "pmtud-v4.pcap")
V6, FRAGMENTS = str(SAMPLES / "pmtud-v6.pcap"), str(SAMPLES / "dns-fragments.pcap")
needs_editcap = pytest.mark.skipif(shutil.which("editcap") is None, reason="editcap is not installed")


def packets(path: Path | str) -> list[tuple[int, bytes, int, str | None]]:
    """(time, bytes, original length, interface's name) of each packet."""
    with dissect.open(path) as cap:
        out = []
        for records in cap.source.chunks():
            for row in range(len(records)):
                it = cap.source.interfaces[int(records.interface[row])]
                out.append((int(records.time[row]), records.data(row), int(records.origlen[row]), it.name))
        return out


def edit(*arguments: str, to: Path) -> list[tuple[int, bytes, int, str | None]]:
    assert main(["edit", *arguments, "-w", str(to), "--quiet"]) == 0
    return packets(to)


def tool(*arguments: str, to: Path) -> list[tuple[int, bytes, int, str | None]]:
    subprocess.run([*arguments], check=True, capture_output=True)
    return packets(to)


@needs_editcap
@pytest.mark.parametrize(("ours", "theirs"), [
    (["--snaplen", "60"], ["-s", "60"]),
    (["--shift", "-3600.5"], ["-t", "-3600.5"]),
    (["--dedupe"], ["-d"]),
])  # fmt: skip
def test_as_editcap(ours: list[str], theirs: list[str], tmp_path: Path) -> None:
    twice = write(tmp_path / "twice.pcap", [p for p in shaken() + [tcp(True, 16, i) for i in range(9)] for _ in (0, 1)])
    for source in (TOUR, PMTUD, str(twice)):
        found = edit(source, *ours, to=tmp_path / "a.pcapng")
        assert found == tool("editcap", *theirs, source, str(tmp_path / "b.pcapng"), to=tmp_path / "b.pcapng")
    assert len(found) == (12 if ours == ["--dedupe"] else 24)


@needs_editcap
def test_packets_without_a_time_are_not_shifted(tmp_path: Path) -> None:
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    interface = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
    simple = struct.pack("<III14sHI", 3, 32, 14, bytes(14), 0, 32)
    source = tmp_path / "simple.pcapng"
    source.write_bytes(section + interface + simple)
    found = edit(str(source), "--shift", "12.5", to=tmp_path / "a.pcapng")
    theirs = tool("editcap", "-t", "12.5", str(source), str(tmp_path / "b.pcapng"), to=tmp_path / "b.pcapng")
    assert [one[:3] for one in found] == [one[:3] for one in theirs] == [(0, bytes(14), 14)]


@needs_editcap
def test_equal_times_are_merged_as_mergecap_does(tmp_path: Path) -> None:
    sources = []
    for name, times in (("A", (1, 2, 2)), ("B", (1, 2, 2)), ("C", (1, 2, 1))):
        with PcapWriter(tmp_path / name, linktype=1) as writer:
            for i, seconds in enumerate(times):
                writer.write(seconds * 10**9, f"{name}{i}".encode() * 10)
        sources.append(str(tmp_path / name))
    merged = edit(*sources, "--merge", to=tmp_path / "a.pcap")
    theirs = tool("mergecap", "-F", "pcap", "-w", str(tmp_path / "b"), *sources, to=tmp_path / "b")
    assert [one[:3] for one in merged] == [one[:3] for one in theirs]
    assert [one[1][:2] for one in merged[:3]] == [b"C0", b"B0", b"A0"]


@needs_editcap
def test_merged_as_mergecap(tmp_path: Path) -> None:
    early, late = write(tmp_path / "early.pcap", shaken()), write(tmp_path / "late.pcap", shaken(81), step=7 * 10**7)
    sources = [str(early), str(late), str(early)]
    merged = [one[:3] for one in edit(*sources, "--merge", to=tmp_path / "a.pcapng")]
    assert merged == [one[:3] for one in tool("mergecap", "-w", str(tmp_path / "b"), *sources, to=tmp_path / "b")]
    assert merged != [one[:3] for one in edit(*sources, to=tmp_path / "c.pcapng")]
    behind = [one[:3] for one in tool("mergecap", "-a", "-w", str(tmp_path / "d"), *sources, to=tmp_path / "d")]
    assert [one[:3] for one in packets(tmp_path / "c.pcapng")] == behind


def test_interfaces_and_comments_are_kept(tmp_path: Path) -> None:
    found = edit(TOUR, PMTUD, "--merge", to=tmp_path / "a.pcapng")
    assert sorted(found) == sorted(packets(TOUR) + packets(PMTUD))
    assert main(["edit", PMTUD, "-w", str(tmp_path / "c.pcapng"), "--comment", "3:look here", "--quiet"]) == 0
    with dissect.open(tmp_path / "c.pcapng") as cap:
        assert cap[2].all("frame.comment") == ["look here"]
        assert not cap[1].all("frame.comment")
    assert packets(tmp_path / "c.pcapng") == packets(PMTUD)


def test_slices(tmp_path: Path) -> None:
    every = packets(TOUR)
    found = edit(TOUR, "--from", "+2", "--to", "+5", to=tmp_path / "a.pcapng")
    start = every[0][0]
    assert found == [one for one in every if start + 2 * 10**9 <= one[0] < start + 5 * 10**9]
    assert 0 < len(found) < len(every)
    with dissect.open(TOUR) as cap:
        numbers = cap.filter("dns").tolist()
    assert edit(TOUR, "-Y", "dns", to=tmp_path / "b.pcapng") == [every[n] for n in numbers]


def test_splits(tmp_path: Path) -> None:
    every = packets(PMTUD)
    assert main(["edit", PMTUD, "-w", str(tmp_path / "p.pcap"), "--split", "packets=10", "--quiet"]) == 0
    parts = [packets(path) for path in sorted(tmp_path.glob("p-*.pcap"))]
    assert [one for part in parts for one in part] == every
    assert {len(part) for part in parts[:-1]} == {10}
    assert main(["edit", PMTUD, "-w", str(tmp_path / "s.pcap"), "--split", "size=4k", "--quiet"]) == 0
    files = sorted(tmp_path.glob("s-*.pcap"))
    assert [one for path in files for one in packets(path)] == every
    assert all(path.stat().st_size <= 4000 + 24 for path in files)
    assert main(["edit", TOUR, "-w", str(tmp_path / "t.pcapng"), "--split", "stream", "--quiet"]) == 0
    with dissect.open(TOUR) as cap:
        expected = cap.filter("tcp.stream == 3").size
    assert len(packets(tmp_path / "t-tcp-3.pcapng")) == expected


STATUSES = [
    "ip.checksum.status",
    "tcp.checksum.status",
    "udp.checksum.status",
    "icmp.checksum.status",
    "icmpv6.checksum.status",
]


MANY = [TOUR, PMTUD, V6, FRAGMENTS, *(str(SAMPLES / name) for name in ("ra-mtu.pcap", "tunnel-gre-ptb.pcap"))]


@pytest.mark.parametrize("source", MANY)
def test_anonymised_checksums_stay_as_they_were(source: str, tmp_path: Path) -> None:
    found = edit(source, "--anonymise", "--key", "k", to=tmp_path / "a.pcapng")
    assert [(t, len(d), o) for t, d, o, _ in found] == [(t, len(d), o) for t, d, o, _ in packets(source)]
    with dissect.open(source) as before, dissect.open(tmp_path / "a.pcapng") as after:
        for name in STATUSES:
            assert before.table([name]) == after.table([name]), name
        names = ["ip.src", "ipv6.src"]
        ours, theirs = (cap.table(names, raw_addresses=True) for cap in (before, after))
        assert ours != theirs
        assert before.table(["frame.protocols", "tcp.stream", "tcp.len"]) == after.table(
            ["frame.protocols", "tcp.stream", "tcp.len"]
        )
    assert edit(source, "--anonymise", "--key", "k", to=tmp_path / "b.pcapng") == found


def _number(address: bytes) -> int:
    return int.from_bytes(address, "big")


def _common(a: bytes, b: bytes) -> int:
    """Bits that two addresses begin with alike."""
    return 8 * len(a) - (_number(a) ^ _number(b)).bit_length()


def test_prefixes_are_kept_and_addresses_are_not() -> None:
    hide = Anonymiser(b"key")
    generator = np.random.default_rng(1)
    addresses = [bytes(map(int, generator.integers(0, 256, 4))) for _ in range(300)]
    hidden = [hide.ipv4(one) for one in addresses]
    assert len(set(hidden)) == len(set(addresses))
    ordinary = [i for i, one in enumerate(addresses) if one[0] not in (0, 127) and one[0] < 224 and hidden[i] != one]
    kept = [
        _common(hide.ipv4(struct.pack(">I", _number(addresses[i]) ^ 1 << 31 - bit)), hidden[i]) == bit
        for i in ordinary[:60]
        for bit in range(4, 32)
    ]
    assert sum(kept) > 0.95 * len(kept)  # all but those that would have become special addresses
    assert hide.ipv4(b"\xff\xff\xff\xff") == b"\xff\xff\xff\xff"
    assert hide.mac(b"\x02\0\0\1\2\3")[:3] == b"\x02\0\0"


def test_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = str(shutil.copy(PMTUD, tmp_path / "here.pcap"))
    for arguments in (
        [here, "-w", here], [here, "-w", "x.pcap", "--split", "hours=3"], [here, "-w", "x.pcap", "--shift", "soon"],
        [here, "-w", "x.pcap", "--from", "yesterday"], [here, "-w", "x.pcapng", "--comment", "seven"],
    ):  # fmt: skip
        assert main(["edit", *arguments]) == 2
    assert main(["edit", here, "-w", str(tmp_path / "x.pcap"), "--comment", "1:no"]) == 3
    assert not (tmp_path / "x.pcap").exists()
    assert "Traceback" not in capsys.readouterr().err
