"""The time column: packets without a time have none, whatever is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from dissect.capture import NO_TIME
from dissect.cli.times import FORMATS, TimeColumn
from dissect.engine.cells import as_texts

START = 1_340_954_905_298_858_000


@pytest.mark.parametrize("style", FORMATS)
def test_a_packet_without_a_time_is_blank(style: str) -> None:
    column = TimeColumn(style, 6, lambda: START)
    times = np.array([START, NO_TIME, START + 2_000_000, START + 3_500_000])
    texts = column.texts(times)
    assert [not text for text in texts] == [False, True, style in ("d", "dd"), False]
    if style in ("d", "dd"):
        assert texts[3] == "0.001500"
    elif style == "r":
        assert texts[2:] == ["0.002000", "0.003500"]
    elif style == "e":
        assert texts[2:] == ["1340954905.300858", "1340954905.302358"]


def test_deltas_go_on_over_batches() -> None:
    column = TimeColumn("d", 3, lambda: START)
    assert column.texts(np.array([START, START + 5_000_000])) == ["0.000", "0.005"]
    assert column.texts(np.array([START + 7_000_000])) == ["0.002"]
    assert column.texts(np.array([], np.int64)) == []


def test_a_capture_that_begins_without_a_time_counts_from_the_epoch() -> None:
    assert TimeColumn("r", 6, lambda: NO_TIME).texts(np.array([NO_TIME, 2_000_000_000])) == ["", "2.000000"]


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("times", [[0, 5, 10**9 + 1, 123 * 10**9], [5, 3, -(10**9), 7], [NO_TIME, 5], [7]])
def test_cells_are_texts(style: str, times: list[int]) -> None:
    for first in (5, 0, NO_TIME):
        one, other = (TimeColumn(style, 6, lambda first=first: first) for _ in range(2))
        for _ in range(2):  # what was said before counts
            assert as_texts(one.cells(np.array(times))) == other.texts(np.array(times))
