"""Wireshark's display filters over columns.

Text → tokens (`lexer`) → tree (`parse`, the grammar in `grammar.lark`) → typed operands (`check`) → masks over
batches (`run`).  `completion` serves an input line; `arrow` turns a filter into a `pyarrow.dataset` expression.
"""

from __future__ import annotations

from dissect.filters.completion import Candidate, complete
from dissect.filters.errors import FilterError, FilterWarning
from dissect.filters.run import Filter, compile_filter

__all__ = ["Candidate", "Filter", "FilterError", "FilterWarning", "compile_filter", "complete"]
