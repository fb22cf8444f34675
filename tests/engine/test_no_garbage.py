"""What a batch made goes with it, whenever Python looks for objects that hold each other.

It looks by how many objects there are, and a batch is few, of megabytes: one tree that holds one is enough to keep it.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.engine.header import ColumnHeader, RowHeader
from dissect.engine.plan import COLUMNS
from dissect.engine.row import Dissection

SAMPLES = Path(__file__).parents[2] / "samples"


def lost(path: Path) -> tuple[int, int]:
    """How many packets of a list were dissected one by one; what of these nobody can reach, and is there yet."""
    made = [0]

    class Counted(Dissection):
        def __init__(self, *given: Any) -> None:
            made[0] += 1
            super().__init__(*given)

    with pytest.MonkeyPatch.context() as patch, dissect.open(path) as cap:
        patch.setattr("dissect.engine.oddrows.Dissection", Counted)
        gc.collect()
        gc.disable()
        try:
            for _ in cap.columns(COLUMNS):
                pass
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            return made[0], sum(isinstance(one, (Dissection, RowHeader, ColumnHeader)) for one in gc.garbage)
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()


@pytest.mark.parametrize(
    "name", ["nflog.pcap", "odd-fragments-v4.pcap", "pmtud-v4.pcap", "tls12.pcapng", "tls-h2.pcapng"]
)
def test_the_tree_of_a_row_that_columns_do_not_suit_keeps_no_batch(name: str) -> None:
    one_by_one, left = lost(SAMPLES / name)
    assert one_by_one
    assert not left
