"""What we make of packets written by hand is what tshark makes of them, field by field, and both evaluators agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import handmade
from tests.engine.evaluators import disagreements, unlike_notes

from . import tshark
from .compare import compare, compared_fields
from .compare import last_layer as compare_last

NAMES = frozenset(name for names in handmade.PACKETS for name in names.split())


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
def test_fields_and_layers_are_those_of_tshark(tmp_path: Path) -> None:
    path = tmp_path / "handmade.pcap"
    handmade.write(path)
    fields, _ = compared_fields()
    chosen = [field for field in fields if field.layer in NAMES and field.name not in NAMES]
    result = compare([path], chosen, 1, 0)
    assert not result.failed
    unlike = [f"{name}: {kind}: {group.examples[0]}" for (name, kind), group in result.groups.items()]
    assert not unlike
    assert all(compare_last(ours) == compare_last(theirs) for ours, theirs in result.protocols)
    assert sum(one.equal for one in result.fields.values()) > 300


def test_row_and_column_agree(tmp_path: Path) -> None:
    path = tmp_path / "handmade.pcap"
    handmade.write(path)
    assert not disagreements(path, None, 16)
    assert not unlike_notes(path)
