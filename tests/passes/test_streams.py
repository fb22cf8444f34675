"""Streams: numbers, relative sequence numbers, window scales, times; the same in any chunks and from any packet."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dissect
from tests.capture.files import paced, pcap

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = [
    "tcp.stream", "tcp.seq", "tcp.ack", "tcp.nxtseq", "tcp.window_size", "tcp.window_size_scalefactor",
    "tcp.time_relative", "tcp.time_delta", "udp.stream", "udp.time_delta",
]  # fmt: skip
SYN, SYN_ACK, ACK, FIN, RST = 0x02, 0x12, 0x10, 0x11, 0x04
CLIENT, SERVER = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])


def segment(forth: bool, flags: int, seq: int, ack: int = 0, options: bytes = b"", data: bytes = b"") -> bytes:
    """IPv4 and TCP, from the client's port 1000 to the server's 80 or back."""
    ends = (CLIENT, SERVER, 1000, 80) if forth else (SERVER, CLIENT, 80, 1000)
    size = 20 + len(options)
    tcp = struct.pack(">HHIIHHHH", ends[2], ends[3], seq, ack, size // 4 << 12 | flags, 100, 0, 0) + options + data
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, ends[0], ends[1]) + tcp


def capture(packets: list[bytes]) -> dissect.Capture:
    """A capture of raw IP, a packet a millisecond."""
    return dissect.open(io.BytesIO(pcap(paced(packets, 1000), network=101)))


def values(packets: list[bytes], name: str) -> list[int | None]:
    with capture(packets) as cap:
        return [row.get(name, [None])[0] for row in cap.json_rows([name])]


SCALE_7, SCALE_2 = b"\1\3\3\7", b"\1\3\3\2"
SHAKEN = [
    segment(True, SYN, 500, options=SCALE_7),
    segment(False, SYN_ACK, 0xFFFFFFFF, 501, SCALE_2),
    segment(True, ACK, 501, 0),
]


def test_numbers_count_from_the_first() -> None:
    packets = [*SHAKEN, segment(True, ACK, 501, 0, data=b"abc"), segment(False, ACK, 0, 504)]
    assert values(packets, "tcp.seq") == [0, 0, 1, 1, 1]
    assert values(packets, "tcp.ack") == [0, 1, 1, 1, 4]
    assert values(packets, "tcp.nxtseq") == [1, 1, 1, 4, 1]


def test_a_syn_that_reuses_ports_counts_at_once() -> None:
    packets = [segment(True, SYN, 500), segment(True, RST, 501), segment(True, SYN, 900), segment(True, SYN, 900)]
    assert values(packets, "tcp.completeness") == [0, 1, 1, 1]


def test_without_a_handshake_the_first_segment_is_number_one() -> None:
    packets = [segment(True, ACK, 7000, 9000, data=b"x"), segment(False, ACK, 9000, 7001)]
    assert values(packets, "tcp.seq") == [1, 1]
    assert values(packets, "tcp.ack") == [1, 2]


def test_windows_are_scaled_if_both_ends_offer_it() -> None:
    packets = [*SHAKEN, segment(False, ACK, 0, 501)]
    assert values(packets, "tcp.window_size") == [100, 100, 100 << 7, 100 << 2]
    assert values(packets, "tcp.window_size_scalefactor") == [None, None, 128, 4]
    one_sided = [SHAKEN[0], segment(False, SYN_ACK, 9, 501), segment(True, ACK, 501, 10)]
    assert values(one_sided, "tcp.window_size_scalefactor") == [None, None, -2]
    assert values([segment(True, ACK, 1, 1)], "tcp.window_size_scalefactor") == [-1]


def test_ports_used_again_begin_a_stream() -> None:
    again = [segment(True, SYN, 90_000), segment(False, SYN_ACK, 5, 90_001)]
    assert values([*SHAKEN, *again], "tcp.stream") == [0, 0, 0, 1, 1]
    assert values([*SHAKEN, *again], "tcp.seq")[3:] == [0, 0]


def test_a_syn_sent_again_does_not() -> None:
    assert values([SHAKEN[0], SHAKEN[0], *SHAKEN[1:]], "tcp.stream") == [0, 0, 0, 0]


def test_what_an_error_quotes_keeps_its_numbers() -> None:
    with dissect.open(str(SAMPLES / "pmtud-v4.pcap")) as cap:
        packet = cap[22]  # fragmentation needed, quoting a segment of stream 1
        assert (packet["tcp.stream"], packet["tcp.seq"]) == (1, packet["tcp.seq_raw"])


def test_info_shows_relative_numbers() -> None:
    with capture(SHAKEN) as cap:
        infos = [line.info for line in cap.lines([0, 1, 2])]
    assert infos[2].endswith("1000 → 80 [ACK] Seq=1 Ack=1 Win=12800 Len=0")


@pytest.mark.parametrize("name", ["tour.pcapng", "pmtud-v4.pcap", "tunnel-gre.pcap", "dns-fragments.pcap"])
def test_any_chunks_and_any_packet_first(name: str) -> None:
    path = str(SAMPLES / name)
    with dissect.open(path) as cap:
        whole = [{n: row.get(n, []) for n in NAMES} for row in cap.json_rows(NAMES)]
    with dissect.open(path) as cap:
        last = len(cap) - 1
        assert {n: cap[last].all(n) for n in NAMES} == whole[last]
        parts = [v for _, columns in cap.columns(NAMES, records=7) for v in columns.occurrences("tcp.seq")[1].tolist()]
    assert parts == [value for row in whole for value in row["tcp.seq"]]


steps = st.tuples(st.booleans(), st.sampled_from([SYN, SYN_ACK, ACK, FIN, RST]), st.integers(0, 40), st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=30), st.integers(1, 8))
def test_columns_are_the_trees(packets: list[tuple[bool, int, int, int]], records: int) -> None:
    with capture([segment(*packet) for packet in packets]) as cap:
        trees = [[packet.all(name) for name in NAMES] for packet in cap]
    with capture([segment(*packet) for packet in packets]) as cap:
        rows = [[row.get(name, []) for name in NAMES] for row in cap.json_rows(NAMES)]
    assert rows == trees


def test_completeness_is_what_was_seen_before() -> None:
    packets = [*SHAKEN, segment(True, ACK, 501, 0, data=b"abc"), segment(False, FIN, 0, 504), segment(True, RST, 504)]
    assert values(packets, "tcp.completeness") == [0, 1, 3, 7, 15, 31]
    assert values(packets, "tcp.completeness.str")[-1] == "·FDASS"
    assert values(packets, "tcp.completeness.syn-ack") == [False, False, True, True, True, True]


def test_without_a_handshake_the_first_segment_counts_for_nothing() -> None:
    packets = [segment(True, ACK, 7000, 9000, data=b"x"), segment(False, ACK, 9000, 7001)]
    packets.append(segment(True, ACK, 7001, 9000))
    assert values(packets, "tcp.completeness") == [0, 0, 4]


def test_a_stream_that_begins_in_the_middle_of_a_chunk_of_others() -> None:
    packets = [segment(True, SYN, seq) for seq in (500, 900, 900)]
    packets.insert(2, segment(False, SYN_ACK, 1, 901))
    assert values(packets, "tcp.stream") == [0, 1, 1, 1]


AE, CWR, ECE = 0x100, 0x80, 0x40


@pytest.mark.parametrize(("asked", "answer", "agreed"), [
    (AE | CWR | ECE, CWR, True), (AE | CWR | ECE, AE, True), (AE | CWR | ECE, CWR | ECE, True),
    (AE | CWR | ECE, AE | CWR, True), (AE | CWR | ECE, ECE, False), (AE | CWR | ECE, 0, False),
    (AE | CWR | ECE, AE | CWR | ECE, False), (CWR | ECE, AE | CWR, False),
])  # fmt: skip
def test_three_flags_count_where_both_ends_agreed(asked: int, answer: int, agreed: bool) -> None:
    packets = [
        segment(True, SYN | asked, 500), segment(False, SYN | ACK | answer, 900, 501),
        segment(True, ACK | AE | ECE, 501, 901),
    ]  # fmt: skip
    assert values(packets, "tcp.flags.ace") == [None, None, 5 if agreed else None]
    assert values(packets, "tcp.flags.str")[2] == ("···-5-·A····" if agreed else "···A·E·A····")


@pytest.mark.parametrize(("data", "ack", "name"), [
    (b"early", 506, "tfo_ack"), (b"early", 501, "tfo_ignored"), (b"", 501, None),
])  # fmt: skip
def test_data_in_a_syn_is_taken_or_ignored(data: bytes, ack: int, name: str | None) -> None:
    packets = [
        segment(True, SYN, 500, options=b"\x22\x0a12345678\1\1", data=data), segment(False, SYN | ACK, 900, ack),
    ]  # fmt: skip
    assert values(packets, "tcp.analysis.tfo_syn") == [True, None]
    for one in ("tfo_ack", "tfo_ignored"):
        assert values(packets, f"tcp.analysis.{one}") == [None, True if one == name else None]
    with capture(packets) as cap:
        notes = [note.name for note in cap[1].notes]
    assert (f"tcp.analysis.{name}" in notes) == (name is not None)


def datagram(payload: bytes) -> bytes:
    """A UDP datagram over IPv4."""
    size = 8 + len(payload)
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + size, 1, 0, 64, 17, 0, CLIENT, SERVER)
    return head + struct.pack(">HHHH", 1000, 9, size, 0) + payload


@pytest.mark.parametrize("records", [1, 16384])
def test_an_empty_datagram_has_no_time_of_its_stream(records: int) -> None:
    """tshark 4.0.17 ends with its header; the time of the next one counts from the last that carried something."""
    with capture([datagram(b"one"), datagram(b""), datagram(b"two")]) as cap:
        told = []
        for chunk, columns in cap.columns(["udp.time_delta"], records=records):
            rows, numbers, _ = columns.occurrences("udp.time_delta")
            told += zip((chunk.first + rows).tolist(), numbers.tolist(), strict=True)
        assert cap[1].get("udp.time_delta") is None
    assert told == [(0, 0), (2, 2_000_000)]


@pytest.mark.parametrize("records", [1, 4, 16384])
def test_a_quoted_header_does_not_move_the_time_before_of_udp(records: int) -> None:
    """An ICMP error belongs to the stream it quotes (tshark 4.0.17 has its number, too), but is no datagram of it."""
    udp = datagram(b"data")
    icmp = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 60, 1, 0, 64, 1, 0, SERVER, CLIENT)
    icmp += bytes([3, 3, 0, 0, 0, 0, 0, 0]) + udp
    with capture([udp, icmp, udp, icmp, icmp, udp]) as cap:
        found: dict[str, list[tuple[int, int]]] = {"udp.stream": [], "udp.time_delta": []}
        for chunk, columns in cap.columns([*found], records=records):
            for name, told in found.items():
                rows, numbers, _ = columns.occurrences(name)
                told += zip((chunk.first + rows).tolist(), numbers.tolist(), strict=True)
    assert found["udp.stream"] == [(row, 0) for row in range(6)]
    assert [(row, delta) for row, delta in found["udp.time_delta"] if row in (0, 2, 5)] == [
        (0, 0), (2, 2_000_000), (5, 3_000_000)
    ]  # fmt: skip
