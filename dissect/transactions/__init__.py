"""Questions with their answers, a row each, as Arrow tables: one file a protocol, each with a SCHEMA and `batches`.

`messages` reads what a capture's packets say of a protocol, message by message; `rows` keeps the rows in the order of
their first packets while they wait for what completes them.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

TABLES = ("dns", "http", "tls", "dhcp")


def schema(name: str) -> pa.Schema:
    """The columns of a table.  Raises KeyError."""
    return _module(name).SCHEMA


def batches(name: str, cap: Capture, where: Filter | None = None, **reading: Any) -> Iterator[pa.RecordBatch]:
    """The rows of a table, in order of their first packets; `where` chooses packets.  Raises KeyError."""
    return _module(name).batches(cap, where, **reading)  # type: ignore[no-any-return]


def transaction_table(name: str, cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A table as a whole.  Raises KeyError."""
    import pyarrow as pa

    return pa.Table.from_batches(batches(name, cap, where, **reading), schema(name))


def _module(name: str) -> Any:
    if name not in TABLES:
        raise KeyError(name)
    return importlib.import_module(f"dissect.transactions.{name}")
