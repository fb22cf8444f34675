"""A DuckDB connection that knows captures and exported tables."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import pyarrow as pa

import dissect
from dissect.engine.registry import Registry
from dissect.export.schema import member
from dissect.export.tables import TABLES as NAMES
from dissect.library import Capture
from dissect.sql import query as queries
from dissect.sql.tables import Packets, analysed

EXPORTED = (".parquet", ".pq")


UNKNOWN = re.compile(r"""key "([^"]+)"|Cannot extract field '(\w+)' from expression .* '(\w+)'""")


class SqlError(ValueError):
    """A statement that makes no sense, or DuckDB is not there."""


def duckdb() -> Any:
    """The library.  Raises SqlError where the `sql` extra is not installed."""
    try:
        import duckdb as library
    except ImportError:
        raise SqlError("SQL needs DuckDB: pip install 'pcap-dissect[sql]'") from None
    return library


class Session:
    """Statements over files: captures, or Parquet files and folders of them (then the table is `packets`)."""

    def __init__(self, paths: Sequence[str] = (), registry: Registry | None = None) -> None:
        self._library = duckdb()
        self.connection = self._library.connect()
        self._open = ExitStack()
        exported = [path for path in paths if is_exported(path)]
        if exported and len(exported) < len(paths):
            raise SqlError("captures and Parquet files cannot be asked together")
        self.captures: list[tuple[str, Capture]] = []
        if exported:
            self._views(exported)
        else:
            for path in paths:
                self.captures.append((path, self._open.enter_context(dissect.open(path, registry))))

    @classmethod
    def over(cls, cap: Capture, name: str = "") -> Session:
        """A session over a capture that is open already, and stays so."""
        out = cls()
        out.captures = [(name, cap)]
        return out

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and the captures that it opened."""
        self.connection.close()
        self._open.close()

    def _views(self, paths: Sequence[str]) -> None:
        files = [os.path.join(path, "**", "*.parquet") if os.path.isdir(path) else path for path in paths]
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        self.connection.execute(f"CREATE VIEW packets AS SELECT * FROM read_parquet([{listed}], union_by_name = true)")

    def table(self, text: str) -> pa.Table:
        """The result of a SELECT as an Arrow table.  Raises SqlError."""
        try:
            if self.captures:
                self._register(queries.read(self.connection, text))
            relation = self.connection.sql(text)
            if relation is None:
                raise SqlError("expected one SELECT statement")
            fetch = getattr(relation, "to_arrow_table", None) or relation.arrow  # the latter before DuckDB 1.4
            found: pa.Table = fetch()
        except (self._library.Error, ValueError) as error:
            raise SqlError(self._said(str(error).strip())) from None
        return in_seconds(found)

    def _said(self, message: str) -> str:
        """DuckDB's words, with the nearest field where one is not known."""
        found = UNKNOWN.search(message)
        if found is None or not self.captures:
            calculates = "TIMESTAMPTZ_NS" in message and "types '" in message
            return message.split("\n", 1)[0].rstrip(".") + ("; write frame.time::TIMESTAMPTZ" if calculates else "")
        registry = self.captures[0][1].registry
        named = [(one.layer, name) for name, [one, *_] in registry.fields.items() if name.startswith(f"{one.layer}.")]
        names = {member(name, layer): f"{layer}.{member(name, layer)}" for layer, name in named}
        word = found[1] or f"{found[3]}_{found[2]}"  # within a layer's columns there are no dots
        near = difflib.get_close_matches(word.replace(".", "_"), names, 1)
        hint = f"; did you mean {names[near[0]]}?" if near else ""
        return f"no field {found[1] or found[2]!r}{hint}"

    def whole(self, tables: Sequence[str]) -> Any:
        """The connection, with these tables of the captures in it."""
        for name in tables:
            self._register(queries.read(self.connection, f"SELECT * FROM {name}"))
            self.connection.execute(f"CREATE TEMP TABLE whole_{name} AS SELECT * FROM {name}")
            self.connection.unregister(name)
            self.connection.execute(f"ALTER TABLE whole_{name} RENAME TO {name}")
        return self.connection

    def _register(self, query: queries.Query) -> None:
        for name in sorted(set(query.tables) & set(NAMES)):
            if name == "packets":
                packets = Packets(self.captures, query)
                reader = pa.RecordBatchReader.from_batches(packets.schema, packets.batches())
                # a reader is read once, and holds no more than a batch; who joins packets with packets needs them all
                self.connection.register(name, reader if query.tables[name] == 1 else reader.read_all())
            else:
                self.connection.register(name, analysed(name, self.captures))


def in_seconds(found: pa.Table) -> pa.Table:
    """The table, with intervals as seconds: what is left of a difference of times."""
    for i, column in enumerate(found.schema):
        if column.type == pa.month_day_nano_interval():
            values = [None if v is None else v.days * 86400 + v.nanoseconds / 1e9 for v in found[i].to_pylist()]
            found = found.set_column(i, column.name, pa.array(values, pa.float64()))
    return found


def is_exported(path: str) -> bool:
    """Whether a path is a Parquet file, or a folder with one."""
    if os.path.isdir(path):
        return any(name.endswith(EXPORTED) for _, _, names in os.walk(path) for name in names)
    return path.endswith(EXPORTED)
