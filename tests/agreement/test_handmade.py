"""What we make of packets written by hand is what tshark makes of them, field by field, and both evaluators agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import handmade
from tests.engine.evaluators import disagreements, unlike_notes

from . import tshark
from .compare import compare, compared_fields
from .compare import last_layer as compare_last

Made = dict[str, tuple[bytes, ...]]
NAMES = frozenset(name for names in (*handmade.PACKETS, *handmade.AIR, *handmade.MOTES) for name in names.split())
SETS = pytest.mark.parametrize(
    ("link", "made"),
    [(handmade.ETHERNET, handmade.PACKETS), (handmade.LOW_ENERGY, handmade.AIR), (handmade.WPAN, handmade.MOTES)],
    ids=["ethernet", "air", "motes"],
)


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@SETS
def test_fields_and_layers_are_those_of_tshark(tmp_path: Path, link: int, made: Made) -> None:
    path = tmp_path / "handmade.pcap"
    handmade.write(path, link, made)
    fields, _ = compared_fields()
    chosen = [field for field in fields if field.layer in NAMES and field.name not in NAMES]
    result = compare([path], chosen, 1, 0)
    assert not result.failed
    unlike = [f"{name}: {kind}: {group.examples[0]}" for (name, kind), group in result.groups.items()]
    assert not unlike
    assert all(compare_last(ours) == compare_last(theirs) for ours, theirs in result.protocols)
    assert sum(one.equal for one in result.fields.values()) > 3 * len(made)


@SETS
def test_row_and_column_agree(tmp_path: Path, link: int, made: Made) -> None:
    path = tmp_path / "handmade.pcap"
    handmade.write(path, link, made)
    assert not disagreements(path, None, 16)
    assert not unlike_notes(path)
