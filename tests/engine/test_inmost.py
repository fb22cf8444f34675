"""What lies in messages is told by column where it can be, several messages of a segment too: as trees have it."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from dissect.engine.plan import PROTOCOLS, Plan
from dissect.export.schema import packets_schema
from dissect.layers import builtin
from dissect.layers.http import HTTP
from dissect.layers.tls import TLS
from tests.corpus import captures, label
from tests.engine.evaluators import disagreements

MINE = ("tls", "ssl", "http", "https", "tour", "damaged", "icmp", "json", "x509", "smb", "ldap", "fragments")
TABLE = [PROTOCOLS, *(name for layer in packets_schema(builtin()) for _, name in layer.fields)]


def some() -> list[Path]:
    return [path for path in captures(most=60_000) if any(word in label(path).lower() for word in MINE)][:24]


@pytest.mark.parametrize("path", some(), ids=label)
@pytest.mark.parametrize("records", [16384, 7])
def test_the_packets_table_and_its_protocols(path: Path, records: int) -> None:
    try:
        found = disagreements(path, TABLE, records)
    except dissect.CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


@pytest.mark.slow
@pytest.mark.parametrize("path", captures(every=3), ids=label)
def test_the_same_of_everything(path: Path) -> None:
    try:
        found = disagreements(path, TABLE)
    except dissect.CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


def test_it_is_told_only_where_nothing_inside_is_asked_for() -> None:
    registry = builtin()
    assert Plan(registry, TABLE).layers[HTTP].inmost
    assert Plan(registry, TABLE).layers[TLS].inmost
    assert not Plan(registry, [*TABLE, "http.file_data"]).layers[HTTP].inmost
    assert not Plan(registry, [*TABLE, "_ws.col.Info"]).layers[TLS].inmost
    assert Plan(registry, [*TABLE, "json.key"]).wants_any(("json",))
    assert not Plan(registry, TABLE).wants_any(("data-text-lines", "json"))
