"""A bad packet never raises and never hangs, in either evaluator."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest

import dissect
from dissect import CaptureError
from dissect.engine.column import ColumnEvaluator
from dissect.engine.plan import Plan
from dissect.engine.row import Dissection
from tests.corpus import captures
from tests.engine.evaluators import all_inside, header_names

SLOWEST = 0.05  # seconds a packet may take
REGISTRY = dissect.builtin()


def seeds(limit: int) -> list[tuple[int, bytes]]:
    """(link type, bytes) of packets from the captures at hand: a few of each kind of chain."""
    found: dict[str, list[tuple[int, bytes]]] = {}
    for path in captures():
        try:
            with dissect.open(path) as cap:
                for packet, _ in zip(cap, range(40), strict=False):
                    records = cap.source.chunk_of(packet.number - 1)
                    interface = int(records.interface[packet.number - 1 - records.first])
                    link = cap.source.interfaces[interface].linktype
                    kin = found.setdefault(packet.protocols, [])
                    if len(kin) < 6 and len(packet.data) < 2000:
                        kin.append((link, packet.data))
        except CaptureError:
            continue
        if sum(map(len, found.values())) > limit:
            break
    return [seed for kin in found.values() for seed in kin]


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip bits, overwrite bytes, cut, or replace by noise."""
    out = np.frombuffer(data, np.uint8).copy()
    if not len(out):
        return data
    match int(rng.integers(4)):
        case 0:
            at = rng.integers(len(out), size=int(rng.integers(1, 9)))
            out[at] ^= np.left_shift(np.uint8(1), rng.integers(8, size=len(at)).astype(np.uint8))
        case 1:
            at = rng.integers(len(out), size=int(rng.integers(1, 6)))
            out[at] = rng.choice(np.array([0, 1, 0x7F, 0x80, 0xFE, 0xFF], np.uint8), size=len(at))
        case 2:
            out = out[: int(rng.integers(len(out)))]
        case _:
            start = int(rng.integers(len(out)))
            out[start:] = rng.integers(256, size=len(out) - start, dtype=np.uint8)
    return out.tobytes()


def dissect_row(link: int, data: bytes, reported: int) -> None:
    run = Dissection(REGISTRY, data)
    layer = REGISTRY.find("linktype", link) or REGISTRY.layer("data")
    run.enter(layer, data, 0, len(data), reported, None)
    all_inside(run.tree)


def dissect_columns(packets: list[tuple[int, bytes]], names: list[str]) -> None:
    sizes = np.array([len(data) for _, data in packets], np.int64)
    offset = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    buffer = np.frombuffer(b"".join(data for _, data in packets) + bytes(8), np.uint8)
    batch = SimpleNamespace(buffer=buffer, offset=offset, caplen=sizes, origlen=sizes)
    links = np.array([link for link, _ in packets])
    ColumnEvaluator(Plan(REGISTRY, names)).evaluate(batch, links)


def run(count: int, limit: int) -> None:
    rng = np.random.default_rng(20)
    pool = seeds(limit)
    names = header_names()
    slow = []
    for first in range(0, count, 1000):
        packets = []
        for index in range(min(1000, count - first)):
            link, data = pool[(first + index) % len(pool)]
            packets.append((link, mutate(data, rng)))
        for link, data in packets:
            began = time.perf_counter()
            try:
                dissect_row(link, data, len(data) + int(rng.integers(3)) * 40)
            except Exception as error:
                raise AssertionError(f"link type {link}, bytes {data.hex()}: {error!r}") from error
            took = time.perf_counter() - began
            if took > SLOWEST:
                slow.append((took, link, data.hex()))
        dissect_columns(packets, names)
    # one slow packet may be the machine's fault; the same bytes twice are the program's
    again = []
    for _, link, text in slow:
        best = 1e9
        for _ in range(3):
            began = time.perf_counter()
            dissect_row(link, bytes.fromhex(text), len(text) // 2)
            best = min(best, time.perf_counter() - began)
        if best > SLOWEST:
            again.append((best, link, text))
    assert not again


def test_mutated_packets() -> None:
    run(4_000, 400)


@pytest.mark.slow
def test_many_mutated_packets() -> None:
    run(50_000, 4000)


def test_a_fault_of_a_layer_is_a_note_on_its_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    from dissect.engine import row
    from dissect.layers.arp import ARP
    from tests.layers.link_bytes import tree

    def broken(*_: object) -> None:
        raise LookupError("of the layer's own")

    frame = "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002"
    monkeypatch.setattr(ARP, "decode", broken)
    monkeypatch.setattr(ARP, "has_decode", True)
    with pytest.raises(LookupError):
        tree(1, frame)
    monkeypatch.setattr(row, "STRICT", False)
    found = tree(1, frame)
    assert [layer.name for layer in found.layers] == ["eth", "arp"]
    assert [note.message for note in found.notes] == ["Dissector bug: LookupError in arp"]
    assert sum(node.size for node in found.layers[1].children if not node.field.hidden) == 28
