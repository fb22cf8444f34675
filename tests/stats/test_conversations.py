"""Conversations and endpoints."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.cli import main
from dissect.stats import conversations, endpoints, hierarchy
from dissect.stats.pairs import KINDS
from tests.capture.files import paced, pcap

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = ["tour.pcapng", "pmtud-v4.pcap", "tunnel-gre.pcap", "sender-fragments-v6.pcap", "multicast.pcap"]


def rows(name: str, kind: str, where: str = "") -> list[dict[str, Any]]:
    with dissect.open(str(SAMPLES / name)) as cap:
        chosen = dissect.compile_filter(where) if where else None
        return [row for row in conversations.table(cap, chosen).to_pylist() if row["type"] == kind]


def test_a_conversation() -> None:
    [row] = [row for row in rows("tour.pcapng", "tcp") if row["port_a"] == 54348]
    assert (row["address_a"], row["address_b"], row["port_b"]) == ("192.0.2.50", "198.51.100.10", 80)
    assert (row["packets"], row["packets_a_b"], row["packets_b_a"]) == (22, 12, 10)
    assert (row["bytes"], row["bytes_a_b"], row["bytes_b_a"]) == (10871, 963, 9908)
    assert row["start"] == pytest.approx(7.071333)
    assert row["duration"] == pytest.approx(0.2087, abs=1e-4)


def test_a_filter_chooses_packets() -> None:
    [row] = rows("tour.pcapng", "tcp", "tcp.port == 54348 && tcp.flags.syn == 1")
    assert row["packets"] == 2


def test_endpoints_add_up_to_conversations() -> None:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        ends = endpoints.table(cap).to_pylist()
        both = conversations.table(cap).to_pylist()
    for kind in ("eth", "ip", "ipv6", "tcp", "udp"):
        packets = sum(row["packets"] for row in both if row["type"] == kind)
        assert sum(row["packets_sent"] for row in ends if row["type"] == kind) == packets
        assert sum(row["packets_received"] for row in ends if row["type"] == kind) == packets


def tsharks(name: str, kind: str) -> set[tuple[str, str, int, int]]:
    """(A, B, frames B to A, frames A to B) of each conversation that tshark counts."""
    command = ["tshark", "-n", "-r", str(SAMPLES / name), "-q", "-z", f"conv,{kind}"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    cells = [line.split() for line in lines if "<->" in line]
    return {(c[0], c[2], int(c[3]), int(c[6])) for c in cells}


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["eth", "ip", "ipv6", "tcp", "udp"])
def test_conversations_are_tsharks(name: str, kind: str) -> None:
    if (kind, name) == ("ipv6", "sender-fragments-v6.pcap"):
        pytest.skip("tshark counts of IPv6 fragments only those that complete a datagram, of IPv4 all, as we do")

    def end(row: dict[str, Any], side: str) -> str:
        return row[f"address_{side}"] + (f":{row[f'port_{side}']}" if row[f"port_{side}"] is not None else "")

    ours = {(end(r, "a"), end(r, "b"), r["packets_b_a"], r["packets_a_b"]) for r in rows(name, kind)}
    assert ours == tsharks(name, kind)


def test_what_the_analysis_says_of_a_connection() -> None:
    with dissect.open(str(SAMPLES / "random-loss-heavy.pcap")) as cap:
        repeated = len(cap.filter("tcp.analysis.retransmission"))
        largest = max(row["tcp.len"][0] for row in cap.json_rows(["tcp.len"]) if "tcp.len" in row)
        found = [row for row in conversations.table(cap).to_pylist() if row["type"] == "tcp"]
    assert sum(row["retransmissions_a_b"] + row["retransmissions_b_a"] for row in found) == repeated > 0
    assert max(max(row["largest_segment_a_b"], row["largest_segment_b_a"]) for row in found) == largest
    assert all(0 < row["rtt_median"] <= row["rtt_p95"] for row in found if row["rtt_median"] is not None)


def test_path_mtu_findings_stand_beside_the_connection() -> None:
    found = [row for row in rows("blackhole-v4-client.pcap", "tcp") if row["path_mtu"]]
    assert any("M01" in row["path_mtu"] for row in found)


def test_sctp_conversations() -> None:
    [*found] = rows("sctp.pcap", "sctp")
    assert found and all(row["port_a"] and row["port_b"] for row in found)
    if shutil.which("tshark"):
        assert len(found) == len(tsharks("sctp.pcap", "sctp"))


def test_only_some_protocols() -> None:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        table = conversations.table(cap, kinds=("ip", "tcp"), analysed=False)
    assert set(table["type"].to_pylist()) == {"ip", "tcp"}
    assert table.schema == conversations.schema()


def test_a_record_without_a_time_is_of_1970(tmp_path: Path) -> None:
    """As in Wireshark: the times of others are counted from the first packet of the file, whatever its time."""
    frame = bytes(6) + b"\2" * 6 + b"\x88\xb5" + bytes(46)
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    interface = struct.pack("<IIHHII", 1, 20, 1, 0, 65535, 20)
    simple = struct.pack("<III", 3, 16 + 60, 60) + frame + struct.pack("<I", 16 + 60)
    enhanced = struct.pack("<IIIIIII", 6, 32 + 60, 0, 0, 5_000_000, 60, 60) + frame + struct.pack("<I", 32 + 60)
    path = tmp_path / "timeless.pcapng"
    path.write_bytes(section + interface + simple + enhanced)
    with dissect.open(str(path)) as cap:
        [row] = conversations.table(cap, analysed=False).to_pylist()
    assert (row["packets"], row["start"], row["duration"]) == (2, 0.0, 5.0)


@pytest.mark.parametrize("records", [1, 7, 100_000])
def test_any_size_of_chunks_counts_the_same(records: int) -> None:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        expected = conversations.table(cap, analysed=False)
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        assert conversations.table(cap, analysed=False, records=records).equals(expected)


def test_addresses_of_a_header_that_is_none_are_not_counted(tmp_path: Path) -> None:
    good = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20, 0, 0, 64, 59, 0, b"\x0a\0\0\1", b"\x0a\0\0\2")
    packets = [good, b"\x44" + good[1:], b"\x35" + good[1:], good[:2] + b"\0\x13" + good[4:]]
    path = tmp_path / "odd.pcap"
    path.write_bytes(pcap(paced(bytes(12) + b"\x08\0" + data for data in packets)))
    with dissect.open(str(path)) as cap:
        assert [row["packets"] for row in conversations.table(cap, analysed=False, kinds=("ip",)).to_pylist()] == [1]


@pytest.mark.parametrize("name", ["tour.pcapng", "random-loss-heavy.pcap"])
def test_a_capture_cut_in_two_counts_the_same(name: str, tmp_path: Path) -> None:
    with dissect.open(str(SAMPLES / name)) as whole:
        half = len(whole) // 2
        expected = [conversations.table(whole), endpoints.table(whole), hierarchy.table(whole)]
    parts = []
    for i, chosen in enumerate((f"frame.number <= {half}", f"frame.number > {half}")):
        parts.append(str(tmp_path / f"{i}.pcapng"))
        assert main(["edit", str(SAMPLES / name), "-w", parts[-1], "-Y", chosen]) == 0
    with dissect.open(parts) as cap:
        found = [conversations.table(cap), endpoints.table(cap), hierarchy.table(cap)]
    assert [table.to_pylist() for table in found] == [table.to_pylist() for table in expected]


def made(tmp_path: Path, packets: list[bytes]) -> dict[str, int]:
    """How many conversations of each kind there are in IP packets."""
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(paced(packets), network=101))
    with dissect.open(str(path)) as cap:
        kinds = conversations.table(cap, analysed=False)["type"].to_pylist()
    return {kind: kinds.count(kind) for kind in set(kinds)}


def test_headers_that_are_none_make_no_conversation(tmp_path: Path) -> None:
    """TCP's with less than 20 octets or not all there, UDP's with less than 8: Wireshark returns before it counts."""

    def ip(proto: int, data: bytes) -> bytes:
        size = 20 + len(data)
        return struct.pack(">BBHHHBBH4s4s", 0x45, 0, size, 0, 0, 64, proto, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") + data

    def tcp(port: int, words: int) -> bytes:
        return ip(6, struct.pack(">HHIIBBHHH", port, 80, 1, 1, words << 4, 0x10, 500, 0, 0))

    def udp(port: int, size: int) -> bytes:
        return ip(17, struct.pack(">HHHH", port, 4000, size, 0))

    assert made(tmp_path, [tcp(1, 5), tcp(2, 4), tcp(3, 6), udp(1, 8), udp(2, 7)]) == {"ip": 1, "tcp": 1, "udp": 1}


CAPTURES = Path("/work/shared/captures")
UNLIKE = {  # files in which our rows are not tshark's, and why
    "bigtcp": "a length of 0 in UDP: tshark 4.0 looks no further, we do",
    "oobr": "a header that reaches beyond the packet: tshark counts, or stops, where it gives up",
    "heapoverflow": "the same", "asan": "the same", "invalid": "IPv6 in a capture of IPv4", "trunc": "the same",
    "frag": "of IPv6's fragments tshark counts those that complete a datagram, of IPv4's all, as we do",
    "routing-header": "tshark takes the last address of a routing header for the receiver",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tshark") is None or not CAPTURES.is_dir(), reason="no tshark, or no captures")
def test_conversations_of_many_captures_are_tsharks() -> None:
    names = sorted(path for path in CAPTURES.rglob("*") if path.is_file() and path.stat().st_size < 1 << 20)[::25]
    rows, right, wrong = 0, 0, []
    for path in names:
        if any(word in path.name for word in UNLIKE):
            continue
        command = ["tshark", "-n", "-r", str(path), "-q", *(w for k in KINDS for w in ("-z", f"conv,{k}"))]
        said = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace").stdout
        cells = [line.split() for line in said.splitlines() if "<->" in line]
        theirs = Counter((c[0], c[2], int(c[3]), int(c[6])) for c in cells)
        ours = Counter[tuple[str, str, int, int]]()
        try:
            with dissect.open(str(path)) as cap:
                for row in conversations.table(cap, analysed=False).to_pylist():
                    port = "" if row["port_a"] is None else f":{row['port_a']}"
                    other = "" if row["port_b"] is None else f":{row['port_b']}"
                    ends = row["address_a"] + port, row["address_b"] + other
                    ours[*ends, row["packets_b_a"], row["packets_a_b"]] += 1
        except dissect.CaptureError:
            continue
        rows, right = rows + max(ours.total(), theirs.total()), right + (ours & theirs).total()
        if ours != theirs:
            wrong.append((path.name, ours - theirs, theirs - ours))
    assert rows > 50 and right >= 0.995 * rows, wrong
