"""docs/limits.md says what the code does."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest

from tests.corpus import ROOT

ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<limit>[\d.]+) \| `(?P<where>[\w.]+)` \| [^|]+ \|$")
TABLE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8").splitlines()
ROWS = [match for line in TABLE if (match := ROW.match(line))]


def constant(where: str) -> Any:
    """A name of a module, or of a class of it."""
    parts = where.split(".")
    for size in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for part in parts[size:]:
            found = getattr(found, part) if not isinstance(found, type) else getattr(found(), part)
        return found
    raise AssertionError(where)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["where"])
def test_a_limit_is_the_codes(row: re.Match[str]) -> None:
    assert constant(row["where"]) == pytest.approx(float(row["limit"]))


def test_every_line_of_the_table_is_looked_at() -> None:
    assert len(ROWS) == sum(line.startswith("| ") for line in TABLE) - 2 > 30
