"""Lines of text made all at once are those made value by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dissect
from dissect.engine.cells import counts, decimals, filled, of_values, padded, placed, thousandths
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    BYTES,
    ETHER,
    FLOAT,
    HEX,
    IPV4,
    IPV6,
    OCT,
    PROTOCOL,
    RELATIVE_TIME,
    STRING,
    UINT16,
    UINT24,
    UINT64,
    Field,
)
from dissect.engine.values import texts

VALUES: list[tuple[Field, Any]] = [
    (Field("a.a", "A", UINT16), np.array([0, 7, 65535], np.uint16)),
    (Field("a.a", "A", UINT16), np.array([-1, 7, -(1 << 63)], np.int64)),
    (Field("a.a", "A", UINT24, HEX), np.array([0, 0xABCDEF], np.int64)),
    (Field("a.a", "A", UINT64, HEX), np.array([0, (1 << 64) - 1], np.uint64)),
    (Field("a.a", "A", UINT16, HEX), np.array([5, 0x12345], np.int64)),
    (Field("a.a", "A", UINT16, HEX), np.array([-5, 3], np.int64)),
    (Field("a.a", "A", UINT16, OCT), np.array([0, 8], np.int64)),
    (Field("a.a", "A", RELATIVE_TIME), np.array([0, 1, 9_999_999_999], np.int64)),
    (Field("a.a", "A", RELATIVE_TIME), np.array([-1, 10**10, -(1 << 63), (1 << 63) - 1], np.int64)),
    (Field("a.a", "A", ABSOLUTE_TIME), np.array([-1, 0, 1_767_225_600_000_000_001, -(1 << 63), (1 << 63) - 1])),
    (Field("a.a", "A", BYTES), np.array([b"", b"\0\1"], object)),
    (Field("a.a", "A", STRING), np.array(["", "a\nb", b"\xff", '"', "é"], object)),
    (Field("a.a", "A", IPV4), np.array([0, 0xFFFFFFFF], np.uint32)),
    (Field("a.a", "A", IPV6), np.frombuffer(bytes(15) + b"\1" + bytes(16), "V16")),
    (Field("a.a", "A", ETHER), np.frombuffer(bytes(range(12)), "V6")),
    (Field("a.a", "A", BOOLEAN), np.array([0, 2, 1], np.uint8)),
    (Field("a.a", "A", FLOAT), np.array([0.5, 1e30], np.float32)),
    (Field("a.a", "A", PROTOCOL), np.ones(2, bool)),
]


@pytest.mark.parametrize(("field", "values"), VALUES)
def test_cells_are_texts(field: Field, values: Any) -> None:
    made = of_values(field, values)
    assert made is not None
    assert [row.tobytes().replace(b"\0", b"").decode() for row in made] == texts(field, values)
    none = of_values(field, values[:0])
    assert none is not None and len(none) == 0


def test_long_texts_are_left_to_others() -> None:
    assert of_values(Field("a.a", "A", STRING), np.array(["x" * 1000, ""], object)) is None


def test_numbers_of_any_width() -> None:
    values = np.array([0, 1, 9, 10, 99, 100, 105, 65535, 2**32 - 1, 2**32, 2**63 - 1])
    for high in range(1, len(values) + 1):
        some = values[:high]
        made = [row.tobytes().replace(b"\0", b"").decode() for row in decimals(some, int(some.max()))]
        assert made == [str(value) for value in some.tolist()]


def test_hosts_text_of_every_octet() -> None:
    field = dissect.fields()
    [address] = [one for one in field if one.name == "ip.src"]
    values = np.array([n << 24 | (255 - n) << 16 | n << 8 | n for n in range(256)], np.uint32)
    made = of_values(address, values)
    assert made is not None
    assert [row.tobytes().replace(b"\0", b"").decode() for row in made] == texts(address, values)


def test_many_values_of_one_row_are_left_to_others() -> None:
    cells = np.full((200, 2), ord("7"), np.uint8)
    assert placed(cells, np.zeros(200, np.int64), 3) is None
    few = placed(cells[:3], np.array([0, 0, 2]), 3)
    assert few is not None
    assert [row.tobytes().replace(b"\0", b"") for row in few] == [b"77,77", b"", b"77"]


def said(cells: Any) -> list[str]:
    return [row.tobytes().replace(b"\0", b"").decode() for row in cells]


def test_counts_in_groups_of_three() -> None:
    values = np.array([0, 7, 42, 999, 1000, 1234, 99_999, 100_000, 1_000_000, 12_345_678_901])
    for high in range(len(values) + 1):
        assert said(counts(values[:high])) == [f"{value:,}" for value in values[:high].tolist()]


def test_thousandths_round_half_up() -> None:
    values = np.array([0, 0.0004, 0.0625, 1.25, -3.5, -0.0001, 86_400.9996, 0.9999])
    assert said(thousandths(values)) == ["0.000", "0.000", "0.063", "1.250", "-3.500", "0.000", "86401.000", "1.000"]


def test_cells_are_filled_on_either_side() -> None:
    cells = counts(np.array([7, 1234]))
    assert said(padded(cells, 4)) == ["   7", "1,234"] and said(filled(cells, 4)) == ["7   ", "1,234"]
