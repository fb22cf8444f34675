"""What a named check expects: `none`, `some`, `== 3`, `<= 1% of tcp`, `< 200ms`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
UNITS = {"": 1.0, "%": 0.01, "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "k": 1e3, "M": 1e6}
FORM = re.compile(r"\s*(==|!=|<=|>=|<|>)\s*(-?\d[\d_]*(?:\.\d+)?)\s*(%|[a-zµ]*|M)\s*(?:of\s+(.+))?", re.DOTALL)
WORDS = {"none": "== 0", "some": ">= 1"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """A comparison.  `share` is a filter: the number is then a part of what it lets through ("" for all packets)."""

    text: str
    operator: str
    number: float
    share: str | None = None

    def holds(self, value: float) -> bool:
        """Whether a value is as expected."""
        return OPERATORS[self.operator](value, self.number)


def expectation(text: str) -> Expectation:
    """Read an expectation.  Raises ValueError, saying what is wrong."""
    found = FORM.fullmatch(WORDS.get(text.strip(), text))
    if found is None or found[3] not in UNITS:
        forms = "none, some, or a comparison such as '== 3', '<= 1% of tcp', '< 200ms'"
        raise ValueError(f"expected {forms}; not {text!r}")
    sign, digits, unit, share = found.groups()
    if share is not None and unit != "%":
        raise ValueError(f"'of {share}' belongs to a share: write a number with %")
    return Expectation(text, sign, float(digits) * UNITS[unit], (share or "").strip() if unit == "%" else None)
