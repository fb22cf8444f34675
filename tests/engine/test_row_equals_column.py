"""Row = column: every field of every packet of every capture at hand, by both evaluators."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from dissect import CaptureError
from tests.corpus import SAMPLES, captures, label
from tests.engine.evaluators import disagreements, header_names, row_cells, unlike_columns, unlike_notes

SMALL = (
    60_000  # octets of captures that both evaluators are through with in a second; larger ones are for the slow tests
)


def check(path: Path, names: list[str] | None = None, records: int = 16384) -> None:
    try:
        found = disagreements(path, names, records)
    except CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


@pytest.mark.parametrize("path", captures(every=25, most=SMALL), ids=label)
def test_header_fields(path: Path) -> None:
    check(path, header_names())


@pytest.mark.parametrize("path", captures(every=40, most=SMALL)[::3], ids=label)
def test_all_fields_in_small_chunks(path: Path) -> None:
    check(path, records=3)


@pytest.mark.slow
@pytest.mark.parametrize("path", captures(every=40), ids=label)
def test_all_fields_in_small_chunks_of_more(path: Path) -> None:
    check(path, records=3)


@pytest.mark.parametrize("path", captures(every=25, most=SMALL), ids=label)
def test_the_packet_list_and_the_notes(path: Path) -> None:
    try:
        found = unlike_columns(path) + unlike_notes(path)
    except CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


@pytest.mark.slow
@pytest.mark.parametrize("path", captures(every=12), ids=label)
def test_the_packet_list_and_the_notes_of_more(path: Path) -> None:
    test_the_packet_list_and_the_notes(path)


@pytest.mark.parametrize("name", ["tls-h2.pcapng", "quic-v2.pcapng"])
def test_fields_of_what_was_opened_asked_for_by_layer(name: str) -> None:
    for layer in ("tls", "quic", "x509af"):
        names = [f.name for f in dissect.fields() if f.layer == layer and f.name]
        check(SAMPLES / name, names)


@pytest.mark.slow
@pytest.mark.parametrize("path", captures(), ids=label)
def test_header_fields_of_everything(path: Path) -> None:
    check(path, header_names())


@pytest.mark.slow
@pytest.mark.parametrize("path", captures(every=2), ids=label)
def test_all_fields_of_everything(path: Path) -> None:
    check(path)


def unlike_alone(path: Path) -> list[str]:
    """Fields, of one in five, of which a column asked for by itself has not the occurrences that trees have."""
    found = []
    with dissect.open(path) as cap:
        trees = row_cells(cap)
        names = sorted({name for cells in trees for name in cells if name and not name.startswith(("frame", "_ws"))})
        ours = {layer.name for layer in cap.registry.layers if layer.generated}  # they are met inside others only
        for name in names[::5]:
            counts = [len(cells.get(name, ())) for cells in trees]
            alone = [len(row.get(name, ())) for row in cap.json_rows([name])]
            if counts != alone and name not in ours:
                found.append(f"{name}: {counts} in trees, {alone} asked for alone")
    return found


@pytest.mark.parametrize("path", captures(every=8, most=SMALL)[::4], ids=label)
def test_fields_asked_for_one_at_a_time(path: Path) -> None:
    try:
        assert unlike_alone(path) == []
    except CaptureError:
        pytest.skip("not a capture we read")
