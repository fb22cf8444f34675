"""Reassembly: any datagram in any pieces in any order; bounds; time-outs; the same whatever the chunk size."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dissect
from dissect.engine.reassembly import Keys, Waiting
from dissect.passes import datagrams
from dissect.passes.datagrams import Bounds, Datagrams
from dissect.passes.fragments import FragmentPass
from tests.capture.files import pcap
from tests.corpus import SAMPLES
from tests.engine.evaluators import column_cells, disagreements

Packets = list[tuple[float, bytes]]


def fragment(payload: bytes, offset: int, more: bool, ident: int = 7, protocol: int = 17) -> bytes:
    """A raw IPv4 packet that carries a piece at `offset` (a multiple of 8)."""
    head = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, more << 13 | offset >> 3, 64, protocol, 0,
        bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]),
    )  # fmt: skip
    return head + payload


def udp(payload: bytes) -> bytes:
    return struct.pack(">HHHH", 4000, 4001, 8 + len(payload), 0) + payload


def write(path: Path, packets: Packets) -> Path:
    raw_ip = 101
    path.write_bytes(pcap([(int(t), int(t % 1 * 1e6), data, len(data)) for t, data in packets], network=raw_ip))
    return path


def cells(path: Path, names: list[str], records: int = 16384) -> list[dict[str, list[Any]]]:
    with dissect.open(path) as cap:
        return column_cells(cap, names, records)


@given(
    payload=st.binary(min_size=9, max_size=400),
    cuts=st.sets(st.integers(1, 49), max_size=8),
    data=st.data(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_pieces_in_any_order(tmp_path: Path, payload: bytes, cuts: set[int], data: st.DataObject) -> None:
    whole = udp(payload)
    edges = [0, *sorted(8 * c for c in cuts if 8 * c < len(whole)), len(whole)]
    pieces = [fragment(whole[a:b], a, b < len(whole)) for a, b in pairwise(edges)]
    copies = data.draw(st.lists(st.sampled_from(pieces[:-1] or pieces), max_size=3)) if len(pieces) > 1 else []
    order = data.draw(st.permutations(pieces + copies))
    path = write(tmp_path / "x.pcap", [(i / 1000, octets) for i, octets in enumerate(order)])
    found = [c for c in cells(path, ["udp.payload", "udp.srcport"]) if "udp.srcport" in c]
    assert [c["udp.payload"] for c in found] == [[payload]]


@pytest.mark.parametrize("name", ["odd-fragments-v4.pcap", "odd-fragments-v6.pcap", "sender-fragments-v4.pcap"])
def test_the_chunk_size_changes_nothing(name: str) -> None:
    names = [f.name for f in dissect.fields() if f.layer in ("ip", "ipv6.fraghdr", "udp", "data")]
    expected = cells(SAMPLES / name, names)
    for records in (1, 2, 7):
        assert cells(SAMPLES / name, names, records) == expected
    assert not disagreements(SAMPLES / name, records=3)


def reassembly(path: Path, bounds: Bounds) -> tuple[FragmentPass, list[dict[str, list[Any]]]]:
    with dissect.open(path, bounds=bounds) as cap:
        found = column_cells(cap, ["udp.srcport", "ip.reassembled_in", "udp.payload"])
        return cap.fragments, found


def test_what_waits_too_long_is_given_up(tmp_path: Path) -> None:
    whole = udp(b"a" * 16)
    packets = [(0, fragment(whole[:16], 0, True)), (31, fragment(whole[16:], 16, False))]
    path = write(tmp_path / "x.pcap", packets)
    _, slow = reassembly(path, Bounds(timeout=30 * 10**9))
    assert not any("udp.srcport" in c for c in slow)
    _, patient = reassembly(path, Bounds(timeout=60 * 10**9))
    assert patient[1]["udp.srcport"] == [4000] and patient[0]["ip.reassembled_in"] == [2]


def test_the_oldest_is_given_up_first_and_counted(tmp_path: Path) -> None:
    whole = udp(b"a" * 16)
    firsts = [(0, fragment(whole[:16], 0, True, ident)) for ident in range(5)]
    lasts = [(1, fragment(whole[16:], 16, False, ident)) for ident in (0, 4, 3)]
    state, found = reassembly(write(tmp_path / "x.pcap", [*firsts, *lasts]), Bounds(datagrams=3))
    assert [i for i, c in enumerate(found) if "udp.srcport" in c] == [6, 7]
    assert state.datagrams.given_up == 3  # two firsts, and one more for the lone last piece


def test_a_piece_cut_by_the_snap_length_is_never_assembled(tmp_path: Path) -> None:
    whole = udp(b"a" * 64)
    path = write(tmp_path / "x.pcap", [(0, fragment(whole[:32], 0, True)), (0, fragment(whole[32:], 32, False))])
    octets = bytearray(path.read_bytes())
    octets[24 + 8 : 24 + 12] = struct.pack("<I", 40)  # 12 of its 52 bytes are not there
    del octets[24 + 16 + 40 : 24 + 16 + 52]
    path.write_bytes(octets)
    found = cells(path, ["udp.srcport", "ip.fragment.count", "frame.protocols"])
    first = {"udp.srcport": [4000], "frame.protocols": ["raw:ip:udp:data"]}  # as it is: it will never be more
    assert found == [first, {"frame.protocols": ["raw:ip:data"]}]


def test_the_policy_decides_whose_bytes_count(tmp_path: Path) -> None:
    whole, other = udp(b"a" * 24), udp(b"b" * 24)
    packets = [
        (0, fragment(whole[:16], 0, True)), (0, fragment(other[8:24], 8, True)), (0, fragment(whole[24:], 24, False)),
    ]  # fmt: skip
    path = write(tmp_path / "x.pcap", packets)
    payloads = {p: reassembly(path, Bounds(policy=p))[1][2]["udp.payload"] for p in ("first", "last")}
    assert payloads == {"first": [b"a" * 8 + b"b" * 8 + b"a" * 8], "last": [b"b" * 16 + b"a" * 8]}


class OneByOne(Datagrams):
    """The same without what is put together at once."""

    def _groups(self, *_: Any) -> Any:
        return None


PIECES = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from([(0, 8), (8, 8), (16, 8), (0, 16), (8, 16), (16, 16), (24, 0), (0, 24)]),
        st.booleans(), st.sampled_from([0, 0, 0, 1, 40]), st.integers(0, 9),
    ),
    max_size=24,
)  # fmt: skip
WHOLE = st.permutations([(5, (8 * i, 8), i < 4, 0, 1) for i in range(5)])


def waiting(pieces: list[Any], place: int) -> Waiting:
    ident, span, more, _, odd = zip(*pieces, strict=True)
    offset, size = np.array(span).T
    count = len(pieces)
    keys = Keys(np.array([ident, [7] * count], np.uint64).T, np.array(ident) % 2, [(b"a", 2), (b"b", 2)])
    at = np.arange(count)
    return Waiting(at, at * 0 - 1, at + place, offset, size, np.array(more), np.array(odd) > 0, keys)


def taken(kind: type[Datagrams], pieces: list[Any], chunk: int, room: int) -> Any:
    """What becomes of fragments that come in chunks: which complete a datagram, and of each datagram its fragments."""
    table, done = kind(Bounds(timeout=30, datagrams=room)), list[bool]()
    times = np.cumsum([pause for *_, pause, _ in pieces])
    for low in range(0, len(pieces), chunk):
        some = pieces[low : low + chunk]
        numbers = table.add(waiting(some, low), np.arange(low, low + len(some)), times[low : low + chunk])
        done += (numbers >= 0).tolist()
        assert all(n < 0 or table.last[n] == low + i for i, n in enumerate(numbers.tolist()))
    table.settle()
    made = [(table.fragments(d), table.total[d], table.status[d]) for d in range(len(table.last))]
    return done, sorted(made), table.given_up


@given(pieces=PIECES, whole=WHOLE, at=st.integers(0, 24), chunk=st.integers(1, 30), room=st.sampled_from([2, 3, 100]))
@settings(max_examples=200, deadline=None)
def test_at_once_is_as_one_by_one(pieces: Any, whole: Any, at: int, chunk: int, room: int) -> None:
    """Several datagrams' pieces among each other: overlaps, copies, gaps, pauses, empty and cut ones, any chunks."""
    both = [*pieces[:at], *whole, *pieces[at:]]
    one_by_one = taken(OneByOne, both, len(both), room)
    assert taken(Datagrams, both, len(both), room) == one_by_one
    assert taken(Datagrams, both, chunk, room) == one_by_one


def test_what_is_all_here_is_taken_at_once() -> None:
    """The test above would hold if nothing were."""
    table = Datagrams(Bounds())
    pieces = [(n % 50, (8 * (n // 50), 8), n < 100, 0, 1) for n in range(150)]
    left = list[int]()
    table._one_by_one = lambda *rest: left.extend(rest[2].tolist())  # type: ignore[method-assign]
    assert (table.add(waiting(pieces, 0), np.arange(150), np.zeros(150, np.int64)) >= 0).sum() == 50
    assert not left


def test_what_waits_is_known_in_a_batch_of_other_kinds() -> None:
    """A key's number among those of a batch is not that among those of another."""
    table, names = Datagrams(Bounds()), [(b"b", 2), (b"a", 3)]
    late = [(1, (0, 8), True, 0, 1), (1, (8, 8), False, 0, 1)]
    one, both = waiting(late[:1], 0), waiting(late, 8)
    one = one._replace(keys=Keys(one.keys.table, one.keys.kinds * 0, names[:1]))
    wide = np.pad(both.keys.table, ((0, 0), (0, 1)))
    table.add(one, np.arange(1), np.zeros(1, np.int64))
    table.add(both._replace(keys=Keys(wide, both.keys.kinds, names[::-1])), np.arange(2), np.zeros(2, np.int64))
    assert table.fragments(0) == [0, 1, 2] and len(table.last) == 1


@pytest.mark.parametrize("chunk", [1, 3, 8])
def test_a_flood_gives_up_the_oldest_whatever_the_chunk(chunk: int) -> None:
    pieces = [(n, (8 * (n % 2), 8), n % 3 > 0 or n % 2 == 0, 0, 1) for n in range(24)]
    done, made, given_up = taken(Datagrams, pieces, chunk, 8)
    assert not any(done) and given_up == 16
    assert [status for _, _, status in made] == [3] * 16 + [0] * 8
    assert [total for _, total, _ in made] == [-1 if more else sum(span) for _, span, more, *_ in pieces]


def test_one_piece_within_another_adds_nothing(tmp_path: Path) -> None:
    whole = udp(b"a" * 16)
    pieces = [fragment(whole, 0, True), fragment(whole[16:], 16, False)]
    path = write(tmp_path / "x.pcap", [(0, octets) for octets in pieces])
    found = cells(path, ["udp.payload", "ip.reassembled.length"])[1]
    assert found["udp.payload"] == [b"a" * 16] and found["ip.reassembled.length"] == [24]


def test_what_was_given_up_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table stays small in a flood, what is complete stays what it was, and numbers are used again."""
    monkeypatch.setattr(datagrams, "FORGOTTEN", 40)
    table, kept, place = Datagrams(Bounds(timeout=10**9, datagrams=30)), list[int](), 0
    for batch in range(40):
        pieces: list[Any] = [(1000 * batch + n, (8 * (n % 3), 8), True, 0, 1) for n in range(20)]
        pieces += [(1000 * batch + 500, (8 * n, 8), n < 2, 0, 1) for n in range(3)]
        done = table.add(waiting(pieces, place), np.arange(len(pieces)), np.full(len(pieces), batch))
        place += len(pieces)
        kept += done[done >= 0].tolist()
        table.forget()
        assert len(table.packet) <= 2 * (3 * len(kept) + 30) + 63
        assert all([table.offset[i] for i in table.fragments(number)] == [0, 8, 16] for number in kept)
    assert len(kept) == len(set(kept)) == 40
    assert table.given_up == 40 * 20 - 30 + 1 and len(table.last) < 400


@pytest.mark.parametrize("chunk", [5, 16, 64])
def test_a_flood_that_goes_on_with_what_waits(chunk: int) -> None:
    """Identifications go round and round: the same datagrams grow, and are complete in the end."""
    pieces = [(n % 16, (8 * (n // 16), 8), True, 0, 1) for n in range(64)]
    pieces += [(n, (32, 8), False, 0, 1) for n in range(16)]
    one_by_one = taken(OneByOne, pieces, len(pieces), 16)
    assert taken(Datagrams, pieces, chunk, 16) == one_by_one
    assert one_by_one[0] == [False] * 64 + [True] * 16
