"""Tests: from operands to a mask over the rows of a batch."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.filters.errors import FilterError
from dissect.filters.literals import OCTETS, Net
from dissect.filters.operands import Column, Constant, Operand, View, as_bytes, numbers, pairs

Mask = NDArray[np.bool_]
PATIENCE = 1.0  # seconds that a regular expression may take on one value: packets are hostile
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
# an operator of the language: how one pair is compared, and whether all pairs must
OPS = {
    "any_eq": ("eq", False), "all_eq": ("eq", True), "any_ne": ("ne", False), "all_ne": ("ne", True),
    "lt": ("lt", False), "le": ("le", False), "gt": ("gt", False), "ge": ("ge", False),
}  # fmt: skip


class Test:
    """A condition on packets."""

    def mask(self, view: View) -> Mask:
        """For each row whether it holds."""
        raise NotImplementedError

    def operands(self) -> Iterator[Operand]:
        """All operands in it."""
        raise NotImplementedError


@dataclass(slots=True)
class Always(Test):
    """Every packet."""

    def mask(self, view: View) -> Mask:
        """All."""
        return np.ones(view.count, bool)

    def operands(self) -> Iterator[Operand]:
        """None."""
        return iter(())


@dataclass(slots=True)
class Both(Test):
    """All of several."""

    tests: tuple[Test, ...]

    def mask(self, view: View) -> Mask:
        """And."""
        out = self.tests[0].mask(view)
        for test in self.tests[1:]:
            out = out & test.mask(view)
        return out

    def operands(self) -> Iterator[Operand]:
        """Those of all."""
        return (o for test in self.tests for o in test.operands())


@dataclass(slots=True)
class Either(Both):
    """Any of several."""

    def mask(self, view: View) -> Mask:
        """Or."""
        out = self.tests[0].mask(view)
        for test in self.tests[1:]:
            out = out | test.mask(view)
        return out


@dataclass(slots=True)
class Odd(Both):
    """An odd number of several."""

    def mask(self, view: View) -> Mask:
        """Exclusive or."""
        out = self.tests[0].mask(view)
        for test in self.tests[1:]:
            out = out ^ test.mask(view)
        return out


@dataclass(slots=True)
class Not(Test):
    """The opposite."""

    test: Test

    def mask(self, view: View) -> Mask:
        """Negation: also where a field is not there at all."""
        return ~self.test.mask(view)

    def operands(self) -> Iterator[Operand]:
        """Those of the test."""
        return self.test.operands()


@dataclass(slots=True)
class Exists(Test):
    """The operand has an occurrence."""

    of: Operand

    def mask(self, view: View) -> Mask:
        """Rows with one."""
        rows = view.field(self.of.name, False)[0] if isinstance(self.of, Column) else self.of.values(view)[0]
        return _spread(view, rows)

    def operands(self) -> Iterator[Operand]:
        """The operand's."""
        return self.of.parts()


@dataclass(slots=True)
class NotZero(Exists):
    """A calculation has a result other than 0."""

    def mask(self, view: View) -> Mask:
        """Rows with one."""
        rows, values = self.of.values(view)
        if self.of.kind in OCTETS | {"ipv6"}:
            return _spread(view, rows[[any(v) for v in as_bytes(self.of.kind, values)]] if len(rows) else rows)
        return _spread(view, rows[np.asarray(values != 0, bool)])


@dataclass(slots=True)
class Comparison(Test):
    """`left op right` for any or for all pairs of occurrences in a row."""

    op: str
    every: bool
    left: Operand
    right: Operand

    def mask(self, view: View) -> Mask:
        """Rows where it holds."""
        rows, good = compared(view, self.op, self.left, self.right)
        return _quantified(view, rows, good, self.every)

    def operands(self) -> Iterator[Operand]:
        """Of both sides."""
        yield from self.left.parts()
        yield from self.right.parts()


SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def compared(view: View, op: str, left: Operand, right: Operand) -> tuple[Any, Any]:
    """The rows of all pairs and whether each pair is in the relation."""
    if isinstance(left, Constant):
        left, right, op = right, left, SWAPPED[op]
    if isinstance(right, Constant):
        rows, values = left.each(view)
        return rows, against(op, left.kind, values, right.value)
    rows, values = left.values(view)
    other, others = right.values(view)
    i, j = pairs(rows, other, view.count)
    return rows[i], between(op, left.kind, right.kind, values[i], others[j])


def against(op: str, kind: str, values: Any, constant: Any) -> Any:
    """For each value whether it is in relation `op` to a constant."""
    compare = COMPARE[op]
    if isinstance(constant, Net):
        if kind == "ipv4":
            return compare(numbers(values).astype(np.int64) & constant.mask, constant.number)
        plain = as_bytes(kind, values)
        return _flags(compare(int.from_bytes(v, "big") & constant.mask, constant.number) for v in plain)
    if isinstance(constant, bytes):
        if values.dtype.kind == "V" and op in ("eq", "ne") and values.dtype.itemsize == len(constant):
            one = np.frombuffer(constant, values.dtype)[0]
            return np.asarray(compare(values, one), bool)
        return _flags(compare(v, constant) for v in as_bytes(kind, values))
    if isinstance(constant, str):
        return _flags(compare(v, constant) for v in values.tolist())
    return np.asarray(compare(numbers(values), constant), bool)


def between(op: str, kind: str, other: str, values: Any, others: Any) -> Any:
    """For each pair of values whether it is in the relation."""
    compare = COMPARE[op]
    if kind in OCTETS | {"ipv6", "protocol"}:
        a, b = as_bytes(kind, values), as_bytes(other, others)
        return _flags(compare(x, y) for x, y in zip(a, b, strict=True))
    if kind == "string":
        return _flags(compare(x, y) for x, y in zip(values.tolist(), others.tolist(), strict=True))
    return np.asarray(compare(numbers(values), numbers(others)), bool)


@dataclass(slots=True)
class Contains(Test):
    """A value contains another, or bytes or text of the filter."""

    every: bool
    left: Operand
    right: Operand

    def mask(self, view: View) -> Mask:
        """Rows where it holds."""
        rows, values = self.left.values(view)
        if isinstance(self.right, Constant):
            wanted = self.right.value
            plain = values.tolist() if isinstance(wanted, str) else as_bytes(self.left.kind, values)
            return _quantified(view, rows, _flags(wanted in v for v in plain), self.every)
        other, others = self.right.values(view)
        i, j = pairs(rows, other, view.count)
        text = self.left.kind == self.right.kind == "string"
        a = values[i].tolist() if text else as_bytes(self.left.kind, values[i])
        b = others[j].tolist() if text else as_bytes(self.right.kind, others[j])
        return _quantified(view, rows[i], _flags(y in x for x, y in zip(a, b, strict=True)), self.every)

    def operands(self) -> Iterator[Operand]:
        """Of both sides."""
        yield from self.left.parts()
        yield from self.right.parts()


@dataclass(slots=True)
class Matches(Test):
    """A value is found by a regular expression."""

    every: bool
    left: Operand
    pattern: Any  # of the package regex, over text or bytes
    too_slow: FilterError

    def mask(self, view: View) -> Mask:
        """Rows where it holds.  Raises FilterError where the expression is too slow."""
        rows, values = self.left.values(view)
        search = self.pattern.search
        plain = values.tolist() if isinstance(self.pattern.pattern, str) else as_bytes(self.left.kind, values)
        try:
            found = _flags(search(v, timeout=PATIENCE) is not None for v in plain)
        except TimeoutError:
            raise self.too_slow from None
        return _quantified(view, rows, found, self.every)

    def operands(self) -> Iterator[Operand]:
        """The side that has any."""
        return self.left.parts()


@dataclass(slots=True)
class Member(Test):
    """A value is one of a set, or within one of its ranges."""

    every: bool
    left: Operand
    elements: tuple[tuple[Operand, Operand | None], ...]

    def mask(self, view: View) -> Mask:
        """Rows where it holds."""
        rows, values = self.left.values(view)
        found = np.zeros(len(rows), bool)
        plain: list[int] = []
        numeric = np.asarray(values).dtype.kind in "iu"
        for low, high in self.elements:
            if high is None and numeric and isinstance(low, Constant) and type(low.value) is int:
                plain.append(low.value)
            elif high is None:
                found |= self._one(view, rows, values, "eq", low)
            else:
                found |= self._one(view, rows, values, "ge", low) & self._one(view, rows, values, "le", high)
        if plain:
            found |= np.isin(values, [p for p in plain if -(1 << 63) <= p < 1 << 63])
        return _quantified(view, rows, found, self.every)

    def _one(self, view: View, rows: Any, values: Any, op: str, bound: Operand) -> Mask:
        if isinstance(bound, Constant):
            return np.asarray(against(op, self.left.kind, values, bound.value), bool)
        other, others = bound.values(view)
        i, j = pairs(rows, other, view.count)
        good = np.asarray(between(op, self.left.kind, bound.kind, values[i], others[j]), bool)
        out = np.zeros(len(rows), bool)
        out[i[good]] = True
        return out

    def operands(self) -> Iterator[Operand]:
        """Of the value and of the elements."""
        yield from self.left.parts()
        for low, high in self.elements:
            yield from low.parts()
            if high is not None:
                yield from high.parts()


def _flags(results: Any) -> Mask:
    return np.fromiter(results, bool)


def _spread(view: View, rows: Any) -> Mask:
    out = np.zeros(view.count, bool)
    out[rows] = True
    return out


def _quantified(view: View, rows: Any, good: Any, every: bool) -> Mask:
    """Rows with any pair that is good, or with pairs of which all are."""
    good = np.asarray(good, bool)
    if not every:
        return _spread(view, rows[good])
    out = _spread(view, rows)
    out[rows[~good]] = False
    return out


def conjuncts(test: Test) -> Sequence[Test]:
    """The tests that must all hold."""
    if type(test) is Both:
        return [part for one in test.tests for part in conjuncts(one)]
    return [test]
