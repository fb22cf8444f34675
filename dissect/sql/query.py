"""What a SELECT names: tables, columns, and conditions that packets must meet (from DuckDB's own parser)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS = {
    "COMPARE_EQUAL": "==", "COMPARE_LESSTHAN": "<", "COMPARE_GREATERTHAN": ">", "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
}  # fmt: skip
MIRRORED = {"==": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    """`column operator constant`: every row of the result meets it."""

    column: tuple[str, ...]
    operator: str
    constant: str | int | float


@dataclass(frozen=True, slots=True)
class Query:
    """`tables` with how often each is read; `columns` as their names' parts; `all_columns`: there is a star."""

    tables: Counter[str]
    columns: frozenset[tuple[str, ...]]
    all_columns: bool
    conditions: tuple[Condition, ...]


def read(connection: Any, text: str) -> Query:
    """What a SELECT names.  Raises ValueError with the parser's words."""
    [[answer]] = connection.execute("SELECT json_serialize_sql(?)", [text]).fetchall()
    data = json.loads(answer)
    if data.get("error"):
        raise ValueError(data.get("error_message") or "no SELECT statement")
    if len(data["statements"]) != 1:
        raise ValueError("expected one SELECT statement")
    top = data["statements"][0]["node"]
    nodes = list(_walk(top))
    tables = Counter(str(node["table_name"]).lower() for node in nodes if node.get("type") == "BASE_TABLE")
    columns = frozenset(_names(node) for node in nodes if node.get("class") == "COLUMN_REF")
    star = any(node.get("class") == "STAR" for node in nodes)
    conditions: tuple[Condition, ...] = ()
    plain = top.get("type") == "SELECT_NODE" and (top.get("from_table") or {}).get("type") == "BASE_TABLE"
    if plain and tables.total() == 1 and top.get("where_clause"):
        conditions = tuple(_conditions(top["where_clause"]))
    return Query(tables, columns, star, conditions)


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def _names(node: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in node["column_names"])


def _conditions(node: dict[str, Any]) -> Iterator[Condition]:
    """The comparisons that must all hold."""
    if node.get("type") == "CONJUNCTION_AND":
        for child in node["children"]:
            yield from _conditions(child)
    operator = COMPARISONS.get(str(node.get("type")))
    if operator is None:
        return
    left, right = node["left"], node["right"]
    if right.get("class") == "COLUMN_REF":
        left, right, operator = right, left, MIRRORED[operator]
    constant = _constant(right) if right.get("class") == "CONSTANT" else None
    if left.get("class") == "COLUMN_REF" and constant is not None:
        yield Condition(_names(left), operator, constant)


def _constant(node: dict[str, Any]) -> str | int | float | None:
    """A literal's value; the tree differs from one version of DuckDB to the next."""
    if "literal" in node:
        kind, text = str(node["literal"].get("kind")), node["literal"].get("text")
    else:
        kind, text = str(node["value"]["type"]["id"]), node["value"].get("value")
    if kind in ("STRING", "VARCHAR"):
        return str(text)
    if kind in ("INTEGER", "BIGINT", "UBIGINT"):
        return int(text)
    return None
