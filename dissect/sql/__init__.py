"""SQL over captures and exported tables, by DuckDB (the `sql` extra).

`query` reads what a statement names; `tables` makes these tables of captures, decoding only the columns asked for.
"""

from __future__ import annotations

from dissect.sql.session import Session, SqlError

__all__ = ["Session", "SqlError"]
