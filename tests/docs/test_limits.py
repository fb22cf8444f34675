"""docs/limits.md says what the code does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.corpus import ROOT

ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<limit>[\d.]+) \| `(?P<where>[\w.]+)` \| [^|]+ \|$")
TABLE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8").splitlines()
TABLES = sum(line == "| --- | --- | --- | --- |" for line in TABLE)
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
    assert len(ROWS) == sum(line.startswith("| ") for line in TABLE) - 2 * TABLES
    assert len(ROWS) > 100


# Called as caps are, and none: what a protocol's field can say, sizes of the code's own buffers, thresholds of rules.
NO_CAPS = {
    "dissect.capture.lanes.MAX_LANES", "dissect.capture.places.LARGEST", "dissect.capture.source.LARGEST_SPAN",
    "dissect.capture.source.CHUNKS_KEPT", "dissect.capture.source.PATIENCE", "dissect.check.connections.PATIENCE",
    "dissect.check.connections.MOST_RESET", "dissect.check.connections.MOST_AGAIN", "dissect.cli.common.PATIENCE",
    "dissect.export.parquet.MOST", "dissect.export.parquet.KEPT", "dissect.engine.ahead.MOST",
    "dissect.filters.prefixes.MOST",
    "dissect.engine.header.BLOCK_LIMIT", "dissect.filters.operands.LIMIT", "dissect.layers.babel.MOST_BITS",
    "dissect.layers.dns_hot.MOST_RECORDS", "dissect.layers.dns_hot.MOST_HOPS",
    "dissect.layers.http_framing.MOST_DIGITS", "dissect.layers.http_framing.MOST_CACHED",
    "dissect.layers.http_lists.MOST_ITEMS", "dissect.layers.http3.MAX_PUSH_ID", "dissect.layers.json_text.MOST_PLAIN",
    "dissect.layers.mqtt.MOST_WIDTH", "dissect.layers.radius.LARGEST_TAG", "dissect.layers.radius.LONGEST",
    "dissect.layers.tcp_options.MOST_STEPS",
    "dissect.layers.tls_hot.MOST", "dissect.passes.quic.MOST_RETRIES", "dissect.passes.headers.MOST_SCALE",
    "dissect.passes.headers.MOST_BLOCKS", "dissect.pathmtu.copies.MOST", "dissect.pathmtu.evidence.MOST_OF_A_SIZE",
    "dissect.pathmtu.paths.MOST_PACKETS",
    "dissect.pathmtu.names.PATIENCE", "dissect.layers.mail.LONGEST_TAIL", "dissect.passes.fragments.LONGEST",
    "dissect.pathmtu.datagrams.LONGEST", "dissect.passes.quic.LONGEST_ID", "dissect.layers.proxy_header.LONGEST",
    "dissect.layers.miop.MOST_IDENTIFIER", "dissect.layers.rpcap.MOST_CAPTURED",
}  # fmt: skip
CAP = re.compile(
    r"(MAX|MOST|LIMIT|DEEPEST|LARGEST|LONGEST|FURTHEST|HELD|COALESCED|KEPT|PATIENCE)(_[A-Z]+)*|[A-Z]+_(LIMIT|KEPT)"
)


def caps() -> Iterator[str]:
    """The numbers of modules whose names say that they are caps."""
    for path in sorted((ROOT / "dissect").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            nodes = (node for target in targets if target for node in ast.walk(target))
            for name in (node.id for node in nodes if isinstance(node, ast.Name)):
                if CAP.fullmatch(name) and isinstance(getattr(import_module(module), name), int | float):
                    yield f"{module}.{name}"


def test_no_cap_of_the_code_is_missing() -> None:
    found, told = set(caps()), {row["where"] for row in ROWS}
    assert not found - told - NO_CAPS, "missing in docs/limits.md"
    assert not NO_CAPS & told and not NO_CAPS - found
