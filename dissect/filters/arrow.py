"""A filter as a `pyarrow.dataset` expression over exported tables.

It can be one where every field is a column with one value a row: comparisons with constants, sets, `contains` and
`matches` on text, presence, and any junction of these.  Where a packet has several occurrences the table holds the
first only, and so does the expression.  A name for several fields (`ip.addr`) means any, or all, of these columns.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from dissect.engine.fields import Field
from dissect.engine.outline import belongs
from dissect.engine.plan import COLUMNS, PROTOCOLS
from dissect.engine.registry import Registry
from dissect.engine.values import format_value
from dissect.export.schema import member
from dissect.filters.conditions import (
    COMPARE,
    Always,
    Both,
    Comparison,
    Contains,
    Either,
    Exists,
    Matches,
    Member,
    Not,
    NotZero,
    Odd,
    Test,
)
from dissect.filters.errors import FilterError
from dissect.filters.literals import Net
from dissect.filters.operands import Column, Constant, Operand
from dissect.filters.prefixes import ipv4_pattern, ipv6_pattern

if TYPE_CHECKING:
    from dissect.filters.run import Filter


def expression(chosen: Filter, layout: str) -> Any:
    """The expression.  `layout`: "packets" for the full table, "fields" for one exported with `-e`."""
    return _Maker(chosen, layout).make(chosen.test)


class _Maker:
    def __init__(self, chosen: Filter, layout: str) -> None:
        self.text, self.registry, self.layout = chosen.text, chosen.registry, layout

    def _cannot(self, what: str) -> FilterError:
        return FilterError(f"no expression over exported columns: {what}", self.text, 0, len(self.text))

    def make(self, test: Test) -> Any:
        import pyarrow.compute as pc

        match test:
            case Always():
                return pc.scalar(True)
            case Not(test=inner):
                return ~self.make(inner)
            case NotZero():
                raise self._cannot("a calculation")
            case Exists(of=of):
                return self._any([column.is_valid() for column, _ in self._columns(of)])
            case Either(tests=tests):
                return reduce(lambda a, b: a | b, map(self.make, tests))
            case Odd(tests=tests):
                return reduce(lambda a, b: (a & ~b) | (~a & b), map(self.make, tests))
            case Both(tests=tests):
                return reduce(lambda a, b: a & b, map(self.make, tests))
            case Comparison():
                return self._comparison(test)
            case Member(every=every, left=left, elements=elements):
                return self._each(left, every, lambda column, field: self._member(column, field, elements))
            case Contains(every=every, left=left, right=right):
                if left.kind != "string" or not isinstance(right, Constant):
                    raise self._cannot("contains on other things than text")
                return self._each(left, every, lambda column, _: pc.match_substring(column, right.value))
            case Matches(every=every, left=left, pattern=pattern):
                if left.kind != "string":
                    raise self._cannot("matches on other things than text")
                made = pattern.pattern
                return self._each(left, every, lambda c, _: pc.match_substring_regex(c, made, ignore_case=True))
        raise self._cannot(type(test).__name__.lower())

    def _comparison(self, test: Comparison) -> Any:
        right = test.right
        if not isinstance(right, Constant):
            raise self._cannot("two fields compared")
        return self._each(
            test.left, test.every, lambda column, field: self._compare(test.op, column, field, right.value)
        )

    def _compare(self, op: str, column: Any, field: Field, value: Any) -> Any:
        if isinstance(value, Net):
            return self._within(op, column, field, value)
        return COMPARE[op](column, self._scalar(field, value, op))

    def _within(self, op: str, column: Any, field: Field, net: Net) -> Any:
        """Whether an address has a prefix: addresses are text in tables."""
        import pyarrow.compute as pc

        bits = net.mask.bit_count()
        pattern = ipv4_pattern(net.number, bits) if field.type.kind == "ipv4" else ipv6_pattern(net.number, bits)
        if op not in ("eq", "ne") or pattern is None:
            raise self._cannot("the order of addresses" if pattern else "a prefix with zeros that need not be written")
        found = pc.match_substring_regex(column, pattern)
        return found if op == "eq" else ~found

    def _scalar(self, field: Field, value: Any, op: str) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = field.type.kind
        if kind in ("ipv4", "ipv6", "ether", "eui64", "guid", "oid"):
            if op not in ("eq", "ne"):
                raise self._cannot("the order of addresses")
            return pc.scalar(format_value(field, value))
        if kind == "bool":
            return pc.scalar(bool(value))
        if kind == "time_abs":
            return pa.scalar(value, pa.timestamp("ns", "UTC"))
        if kind == "time_rel":
            return pa.scalar(value / 1e9)
        return pc.scalar(value)

    def _member(self, column: Any, field: Field, elements: Any) -> Any:
        parts = []
        for low, high in elements:
            if not isinstance(low, Constant) or not (high is None or isinstance(high, Constant)):
                raise self._cannot("a field in a set")
            if high is None:
                parts.append(self._compare("eq", column, field, low.value))
            else:
                at_least = self._compare("ge", column, field, low.value)
                parts.append(at_least & self._compare("le", column, field, high.value))
        return self._any(parts)

    def _each(self, of: Operand, every: bool, make: Any) -> Any:
        """Any, or all, of an operand's columns; none of them there is false."""
        import pyarrow.compute as pc

        columns = self._columns(of)
        if not every:
            return self._any([pc.coalesce(make(column, field), pc.scalar(False)) for column, field in columns])
        there = self._any([column.is_valid() for column, _ in columns])
        good = [pc.coalesce(make(column, field), pc.scalar(True)) for column, field in columns]
        return reduce(lambda a, b: a & b, good, there)

    def _any(self, parts: list[Any]) -> Any:
        return reduce(lambda a, b: a | b, parts)

    def _columns(self, of: Operand) -> list[tuple[Any, Field]]:
        """The columns of a field with their declarations."""
        import pyarrow.compute as pc

        if not isinstance(of, Column):
            raise self._cannot("something made of a field")
        name, known = of.name, self.registry.fields
        if of.kind == "protocol":
            return [(pc.field(name), known[name][0])]
        if self.layout == "fields":
            found = carriers(self.registry, name) or known.get(name, [])
            return [(pc.field(f.name), f) for f in found]
        if name == PROTOCOLS:
            return [(pc.field("frame", "protocols"), known[name][0])]
        if name in COLUMNS:
            raise self._cannot(f"{name} is not exported")
        owners = [f for f in carriers(self.registry, name) or known[name] if belongs(f, f.layer)]
        seen = {f.name: f for f in owners}
        if not seen:
            raise self._cannot(f"{name} is not a column of the packets table")
        return [(pc.field(f.layer, member(f.name, f.layer)), f) for f in seen.values()]


def carriers(registry: Registry, name: str) -> list[Field]:
    """The fields that have `name` as a further name (`ip.addr`: source and destination)."""
    return [f for layer in registry.layers for f in layer.fields if any(other.name == name for other in f.also)]
