"""TCP analysis: every rule on segments made for it, tshark on real traces, the same by row, column and chunk."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dissect
from dissect.layers.tcp_rules import ACK, FIN, NAMES, PSH, RST, SYN, Segment, Side, judge
from tests.passes.test_streams import capture, segment

SAMPLES = Path(__file__).parents[2] / "samples"
VALUES = ("acks_frame", "push_bytes_sent", "bytes_in_flight", "rto_frame", "duplicate_ack_num", "duplicate_ack_frame")
FIELDS = [f"tcp.analysis.{name}" for name in (*VALUES, *NAMES, "ack_rtt", "initial_rtt", "rto")]
MS = 1_000_000


def said(*steps: tuple[int, int, int, int, int, int, int]) -> list[set[str]]:
    """The flags of segments: (way, time in ms, seq, ack, flags, size, window)."""
    sides = Side(scale=0), Side(scale=0)
    out = []
    for i, (way, time, seq, ack, flags, size, window) in enumerate(steps, 1):
        verdict = judge(sides[way], sides[1 - way], Segment(i, time * MS, seq, ack, flags, size, window), -1)
        out.append({name for bit, name in enumerate(NAMES) if verdict.flags >> bit & 1})
    return out


OPEN = ((0, 0, 100, 0, SYN, 0, 500), (1, 1, 900, 101, SYN | ACK, 0, 400), (0, 2, 101, 901, ACK, 0, 500))
DATA = (0, 3, 101, 901, ACK | PSH, 50, 500)
CASES: dict[str, tuple[tuple[int, int, int, int, int, int, int], ...]] = {
    "retransmission": (DATA, (0, 300, 101, 901, ACK, 50, 500)),
    "fast_retransmission": (
        DATA, (0, 4, 151, 901, ACK, 50, 500), (1, 5, 901, 101, ACK, 0, 400), (1, 6, 901, 101, ACK, 0, 400),
        (1, 7, 901, 101, ACK, 0, 400), (0, 8, 101, 901, ACK, 50, 500),
    ),
    "spurious_retransmission": (DATA, (1, 4, 901, 151, ACK, 0, 400), (0, 300, 101, 901, ACK, 50, 500)),
    "out_of_order": (DATA, (0, 4, 201, 901, ACK, 50, 500), (0, 5, 151, 901, ACK, 50, 500)),
    "lost_segment": (DATA, (0, 4, 201, 901, ACK, 50, 500)),
    "ack_lost_segment": (DATA, (1, 4, 901, 500, ACK, 0, 400)),
    "window_update": (DATA, (1, 4, 901, 151, ACK, 0, 400), (1, 5, 901, 151, ACK, 0, 300)),
    "window_full": (DATA, (1, 4, 901, 151, ACK, 0, 50), (0, 5, 151, 901, ACK, 50, 500)),
    "keep_alive": (DATA, (1, 4, 901, 151, ACK, 0, 400), (0, 900, 150, 901, ACK, 0, 500)),
    "keep_alive_ack": (
        DATA, (1, 4, 901, 151, ACK, 0, 400), (0, 900, 150, 901, ACK, 0, 500), (1, 901, 901, 151, ACK, 0, 400),
    ),
    "duplicate_ack": (DATA, (1, 4, 901, 151, ACK, 0, 400), (1, 5, 901, 151, ACK, 0, 400)),
    "zero_window": (DATA, (1, 4, 901, 151, ACK, 0, 0)),
    "zero_window_probe": (DATA, (1, 4, 901, 151, ACK, 0, 0), (0, 900, 151, 901, ACK, 1, 500)),
    "zero_window_probe_ack": (
        DATA, (1, 4, 901, 151, ACK, 0, 0), (0, 900, 151, 901, ACK, 1, 500), (1, 901, 901, 151, ACK, 0, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("after", "told"), [(300, (300 * MS, 1)), (-5, (-5 * MS, 1)), (0, (-1, 0))])
def test_a_segment_that_comes_again_at_once_has_no_rto(after: int, told: tuple[int, int]) -> None:
    sides, times = (Side(scale=0), Side(scale=0)), (3 * MS, (3 + after) * MS)
    _, again = (judge(*sides, Segment(i, time, 101, 901, ACK, 50, 500), -1) for i, time in enumerate(times, 1))
    assert "retransmission" in {name for bit, name in enumerate(NAMES) if again.flags >> bit & 1}
    assert (again.rto, again.rto_of) == told


@pytest.mark.parametrize("name", CASES)
def test_rule(name: str) -> None:
    *before, last = said(*OPEN, *CASES[name])
    assert name in last
    assert not any(name in one for one in before if name not in ("duplicate_ack", "zero_window"))
    assert not any(said(*OPEN, DATA))


def test_long_after_the_duplicates_it_is_no_fast_retransmission() -> None:
    *before, (way, time, *rest) = CASES["fast_retransmission"]
    assert said(*OPEN, *before, (way, time + 20, *rest))[-1] == {"retransmission"}


def test_where_time_goes_back_nothing_is_out_of_order() -> None:
    assert said(*OPEN, DATA, (0, 4, 201, 901, ACK, 50, 500), (0, 5, 151, 901, ACK, 50, 500))[-1] == {"out_of_order"}
    assert said(*OPEN, DATA, (0, 4, 201, 901, ACK, 50, 500), (0, 1, 151, 901, ACK, 50, 500))[-1] == {"retransmission"}


def test_ports_used_again() -> None:
    packets = [segment(True, SYN, 500), segment(False, RST, 0, 501), segment(True, SYN, 99999)]
    with capture(packets) as cap:
        assert cap.filter("tcp.analysis.reused_ports").tolist() == [2]
        assert cap[2]["tcp.analysis.reused_ports"] is True
        assert "[TCP Port numbers reused]" in cap[2].tree.info


TRACES = [f"{name}.pcap" for name in ("random-loss-client", "random-loss-heavy", "pmtud-v4", "blackhole-v4-client")]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("name", TRACES)
def test_as_tshark(name: str) -> None:
    chosen = [f"tcp.analysis.{one}" for one in (*VALUES, *NAMES)]
    command = ["tshark", "-r", str(SAMPLES / name), "-T", "fields"]
    for one in chosen:
        command += ["-e", one]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    with dissect.open(SAMPLES / name) as cap:
        for row, line in zip(cap.json_rows(chosen), lines, strict=False):
            for one, theirs in zip(chosen, line.split("\t"), strict=True):
                ours = row.get(one, [])
                if one.removeprefix("tcp.analysis.") in VALUES:
                    assert ",".join(map(str, ours)) == theirs, (one, line)
                else:
                    assert bool(ours) == bool(theirs), (one, line)


STEPS = st.lists(
    st.tuples(
        st.booleans(), st.integers(0, 6), st.integers(0, 6),
        st.sampled_from([ACK, ACK | PSH, ACK | FIN, SYN, RST | ACK]),
        st.sampled_from([0, 0, 10, 20]),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@example([(True, 0, 0, SYN, 0), (False, 0, 0, SYN, 10)])  # acknowledged before it was seen
@given(STEPS)
def test_rows_columns_and_chunks_agree(steps: list[tuple[bool, int, int, int, int]]) -> None:
    packets = [
        segment(forth, flags, 1000 + 10 * seq, 2000 + 10 * ack, data=bytes(size))
        for forth, seq, ack, flags, size in steps
    ]
    with capture(packets) as cap:
        columns = list(cap.json_rows(FIELDS))
        infos = [line.info for line in cap.lines(range(len(cap)))]
        prefixes = [info[: info.rfind("] ") + 2] if info.startswith("[TCP") else "" for info in infos]
        flagged = [bool(info.startswith("[TCP")) for info in infos]
        assert flagged == [any(f"tcp.analysis.{name}" in row for name in NAMES) for row in columns], prefixes
    with capture(packets) as cap:
        trees = [cap[i] for i in range(len(cap))]
        assert [tree.tree.info for tree in trees] == infos
        for tree, row in zip(trees, columns, strict=True):
            assert {n: tree.all(n) for n in FIELDS if tree.all(n)} == row
    with capture(packets) as cap:
        rows = [
            {n: v for n in FIELDS if (v := cap._packet(chunk, i).all(n))}
            for chunk in cap.source.chunks(3)
            for i in range(len(chunk))
        ]
        assert rows == columns
    for size in (1, 3):
        with capture(packets) as cap:
            assert in_pieces(cap, size) == columns


def in_pieces(cap: dissect.Capture, size: int) -> list[dict[str, list[object]]]:
    """As `json_rows`, in chunks of so many packets: passes go by them, too."""
    out = []
    for chunk, columns in cap.columns(FIELDS, size):
        out += cap.dictionaries(columns, len(chunk), FIELDS)
    return out


def test_who_is_silent_in_a_chunk_is_acknowledged_in_it() -> None:
    steps = *OPEN, DATA, (1, 4, 901, 151, ACK, 0, 400)
    packets = [segment(not way, flags, seq, ack, data=bytes(size)) for way, _, seq, ack, flags, size, _ in steps]
    for size in range(1, 6):
        with capture(packets) as cap:
            assert in_pieces(cap, size)[-1]["tcp.analysis.acks_frame"] == [4]
