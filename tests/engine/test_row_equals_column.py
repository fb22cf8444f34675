"""Row = column: every field of every packet of every capture at hand, by both evaluators."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from dissect import CaptureError
from tests.corpus import SAMPLES, captures, label
from tests.engine.evaluators import disagreements, header_names, unlike_columns, unlike_notes


def check(path: Path, names: list[str] | None = None, records: int = 16384) -> None:
    try:
        found = disagreements(path, names, records)
    except CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


@pytest.mark.parametrize("path", captures(every=12), ids=label)
def test_header_fields(path: Path) -> None:
    check(path, header_names())


@pytest.mark.parametrize("path", captures(every=40), ids=label)
def test_all_fields_in_small_chunks(path: Path) -> None:
    check(path, records=3)


@pytest.mark.parametrize("path", captures(every=12), ids=label)
def test_the_packet_list_and_the_notes(path: Path) -> None:
    try:
        found = unlike_columns(path) + unlike_notes(path)
    except CaptureError:
        pytest.skip("not a capture we read")
    assert not found, "\n".join(found[:10])


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
