"""Rows whose layer says that nothing asked for is in them stay in columns: what is found is what trees say."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

import dissect
from dissect.engine.plan import Plan
from dissect.layers import builtin
from dissect.layers.http import HTTP
from dissect.layers.tls import TLS, sealed_only
from tests.corpus import captures, label
from tests.engine.evaluators import disagreements, every_name, unlike_notes

OWN = TLS.settled_fields | {f.name for f in HTTP.fields if f.name not in HTTP.hot}
MINE = ("tls", "ssl", "http", "https", "tour", "damaged")


def some() -> list[Path]:
    return [path for path in captures() if any(word in label(path).lower() for word in MINE)][:24]


def long(path: Path) -> list[pytest.MarkDecorator]:
    """The mark of a capture that takes seconds."""
    return [pytest.mark.slow] if path.stat().st_size > 60_000 else []


@pytest.mark.parametrize("path", [pytest.param(path, id=label(path), marks=long(path)) for path in some()])
@pytest.mark.parametrize("records", [16384, 7])
def test_all_but_what_settled_rows_have(path: Path, records: int) -> None:
    names = [name for name in every_name() if name not in OWN]
    try:
        found = disagreements(path, names, records) + unlike_notes(path)
    except dissect.CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


def test_such_rows_stay_only_where_their_fields_are_not_asked_for() -> None:
    registry = builtin()
    assert Plan(registry, ["tls.handshake.random", "tls"]).layers[TLS].settled
    assert not Plan(registry, ["tls.handshake.type", "tls"]).layers[TLS].by_row  # an extractor reads these
    assert not Plan(registry, ["tls.handshake.random", "tls.app_data"]).layers[TLS].settled
    assert not Plan(registry, ["tls.handshake.random", "_ws.col.Info"]).layers[TLS].settled


class Octets:
    def __init__(self, data: bytes) -> None:
        self.data = np.frombuffer(data, np.uint8)

    def uint(self, at: np.ndarray, size: int) -> np.ndarray:  # type: ignore[type-arg]
        return sum(self.data[at + i].astype(np.int64) << 8 * (size - 1 - i) for i in range(size))  # type: ignore


def record(kind: int, size: int, version: int = 0x0303) -> bytes:
    return struct.pack(">BHH", kind, version, size) + bytes(size)


@pytest.mark.parametrize(
    ("data", "settled"),
    [
        (record(23, 40), True),
        (record(20, 1) + record(23, 9) + record(21, 2), True),
        (record(20, 1) + record(22, 40), False),
        (record(24, 9), False),
        (record(23, 40)[:-1], False),
        (record(23, 40) + b"\x17\x03\x03", False),
        (record(23, 40) + record(23, 40, 0x0505), False),
        (record(23, 0), False),
    ],
)
def test_what_is_settled(data: bytes, settled: bool) -> None:
    class Around:
        class layer:
            name = "tcp"

    class Header:
        start, end, limit = np.array([0]), np.array([len(data)]), np.array([len(data)])
        octets, outer_header, streams = Octets(data + bytes(8)), Around, None

    assert sealed_only(Header).tolist() == [settled]
