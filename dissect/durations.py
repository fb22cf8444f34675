"""Durations as people write them."""

from __future__ import annotations

import re

UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000}


def duration(text: str) -> int:
    """`200ms`, `1.5 s` in ns.  Raises ValueError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min)\s*", text)
    if found is None:
        raise ValueError(f"expected a duration such as '200ms' or '1.5s', not {text!r}")
    return round(float(found[1]) * UNITS[found[2]])
