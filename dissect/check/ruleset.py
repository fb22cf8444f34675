"""Rule files: TOML, read strictly.  What is wrong in one is said with its line and column.

    [builtin]
    disable = ["C12"]                        # codes
    severity = { M07 = "error" }

    [variables]
    server = "10.0.0.1"

    [[check]]
    name = "no-resets"
    filter = "tcp.flags.reset == 1 && ip.addr == $(server)"
    expect = "none"

docs/ci.md has every construct, docs/check-rules.schema.json the schema.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dissect.check.catalogue import RULES
from dissect.check.expect import Expectation, expectation
from dissect.check.model import SEVERITIES, Rule
from dissect.durations import duration
from dissect.engine.registry import Registry
from dissect.filters import Filter, FilterError, compile_filter

FUNCTIONS = r"count|rate|distinct|sum|min|max|mean|p\d{1,2}(?:\.\d+)?"
AGGREGATE = re.compile(rf"\s*({FUNCTIONS})\s*(?:\(\s*([A-Za-z_][\w.]*)\s*\))?\s*")
VARIABLE = re.compile(r"\$\((\w+)\)")
SAYS = ("name", "severity", "why", "remedy", "tags", "when", "only")
KINDS = {
    "aggregate": ("aggregate", "expect", "filter", "by"),
    "sequence": ("sequence", "per", "expect"),
    "followed_by": ("filter", "followed_by", "within", "same"),
    "values": ("filter", "field", "values"),
    "has": ("filter", "has"),
    "expect": ("filter", "expect"),
}
LISTS = {"tags", "sequence", "same", "has", "values"}


class RuleError(ValueError):
    """A rule file that makes no sense.  `line` and `column` count from 1."""

    def __init__(self, message: str, file: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")
        self.message, self.file, self.line, self.column = message, file, line, column


@dataclass(slots=True)
class Named:
    """A check of a rule file, ready to be evaluated.  `kind` says which of the fields are used."""

    rule: Rule
    kind: str
    filter: Filter | None = None
    expect: Expectation | None = None
    share: Filter | None = None
    aggregate: str = ""
    field: str = ""
    by: str = ""
    sequence: tuple[Filter, ...] = ()
    per: str = "tcp.stream"
    followed_by: Filter | None = None
    within: int = 0  # ns
    same: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    has: tuple[str, ...] = ()
    when: Filter | None = None
    only: str = ""


@dataclass(slots=True)
class Ruleset:
    """Built-in codes that are on, with their severities, and the checks of rule files."""

    codes: list[str] = field(default_factory=lambda: list(RULES))
    severity: dict[str, str] = field(default_factory=dict)
    named: list[Named] = field(default_factory=list)

    @property
    def rules(self) -> list[Rule]:
        """Every rule that is on."""
        return [*(RULES[code] for code in self.codes), *(one.rule for one in self.named)]


def read_rules(paths: Iterable[str], registry: Registry) -> Ruleset:
    """The rules of these files over the built-in ones; later files win.  Raises RuleError, OSError."""
    out, variables = Ruleset(), dict[str, str]()
    for path in paths:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8", "replace")
        _File(path, text, registry).into(out, variables)
    return out


class _File:
    def __init__(self, path: str, text: str, registry: Registry) -> None:
        self.path, self.lines, self.registry = path, text.splitlines(), registry
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            line, column = (int(found[1]), int(found[2])) if found else (len(self.lines) or 1, 1)
            raise RuleError(re.sub(r" \(at .*\)", "", str(error)), path, line, column) from None

    def into(self, out: Ruleset, variables: dict[str, str]) -> None:
        self._known(self.data, ("builtin", "variables", "check"), None)
        for name, value in self._table(self.data, "variables").items():
            if not isinstance(value, (str, int, float)):
                raise self._error(f"variable {name}: expected text or a number", None, name)
            variables[name] = str(value)
        self._builtin(out, self._table(self.data, "builtin"))
        checks = self.data.get("check", [])
        if not isinstance(checks, list):
            raise self._error("expected [[check]], an array of tables", None, "check")
        names = {one.rule.code for one in out.named}
        for number, table in enumerate(checks):
            one = self._check(number, table, variables)
            if one.rule.code in names or one.rule.code in RULES:
                raise self._error(f"there is a rule {one.rule.code!r} already", number, "name")
            names.add(one.rule.code)
            out.named.append(one)

    def _builtin(self, out: Ruleset, table: Mapping[str, Any]) -> None:
        self._known(table, ("disable", "enable", "severity"), None)
        for key in ("disable", "enable"):
            for code in table.get(key, []):
                self._code(code, key)
        if "enable" in table:
            out.codes = [code for code in RULES if code in table["enable"]]
        out.codes = [code for code in out.codes if code not in table.get("disable", [])]
        for code, severity in self._table(table, "severity").items():
            self._code(code, "severity")
            self._severity(severity, None, "severity")
            out.severity[code] = severity

    def _code(self, code: Any, key: str) -> None:
        if code not in RULES:
            near = difflib.get_close_matches(str(code), RULES, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise self._error(f"no built-in rule {code!r}{hint}", None, key)

    def _check(self, number: int, table: Any, variables: Mapping[str, str]) -> Named:
        if not isinstance(table, dict):
            raise self._error("expected a table", number, "check")
        self._known(table, (*SAYS, *dict.fromkeys(key for keys in KINDS.values() for key in keys)), number)
        kind = next((kind for kind in KINDS if kind in table), "")
        if not kind:
            raise self._error(f"a check needs one of {', '.join(KINDS)}", number, "")
        self._known(table, (*SAYS, *KINDS[kind]), number)
        if not isinstance(table.get("name"), str) or not table["name"]:
            raise self._error("a check needs a name", number, "")
        filled = {key: self._filled(value, variables, number, key) for key, value in table.items()}
        severity = filled.get("severity", "error")
        self._severity(severity, number, "severity")
        rule = Rule(
            filled["name"], filled.get("why", "") or self._said(filled), severity, filled.get("why", ""),
            filled.get("remedy", ""), tuple(filled.get("tags", ())),
            f"{self.path}:{self._line(number, 'name')[0]}", filled.get("filter", ""),
        )  # fmt: skip
        out = Named(rule, kind, only=filled.get("only", ""))
        out.when = self._filter(filled, "when", number)
        out.filter = self._filter(filled, "filter", number)
        getattr(self, f"_{kind}")(out, filled, number)
        return out

    @staticmethod
    def _said(table: Mapping[str, Any]) -> str:
        """A check in one line, for who gave no reason."""
        keys = ("aggregate", "filter", "field", "sequence", "followed_by", "has")
        parts = [table[key] for key in keys if key in table]
        texts = [", then ".join(part) if isinstance(part, list) else str(part) for part in parts]
        return " ".join([*texts, str(table.get("expect", ""))]).strip()

    def _expect(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        self._needs(table, "filter", number)
        self._expectation(out, table, number)

    def _aggregate(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        found = AGGREGATE.fullmatch(table["aggregate"])
        if found is None or (found[2] is None) != (found[1] in ("count", "rate")):
            what = "count, rate, distinct(FIELD), sum(FIELD), min, max, mean or p95(FIELD)"
            raise self._error(f"expected {what}, not {table['aggregate']!r}", number, "aggregate")
        out.aggregate, out.field = found[1], found[2] or ""
        out.by = table.get("by", "")
        for name, key in ((out.field, "aggregate"), (out.by, "by")):
            self._field(name, number, key)
        self._needs(table, "expect", number)
        self._expectation(out, table, number)

    def _sequence(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        if len(table["sequence"]) < 2:
            raise self._error("a sequence has at least two steps", number, "sequence")
        out.sequence = tuple(self._compiled(step, number, "sequence") for step in table["sequence"])
        out.per = table.get("per", "tcp.stream")
        self._field(out.per, number, "per")
        out.share = None
        out.expect = expectation("== 100%") if table.get("expect", "every") == "every" else None
        if out.expect is None:
            self._expectation(out, table, number)

    def _followed_by(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        self._needs(table, "filter", number)
        self._needs(table, "within", number)
        out.followed_by = self._compiled(table["followed_by"], number, "followed_by")
        try:
            out.within = duration(table["within"])
        except ValueError as error:
            raise self._error(str(error), number, "within") from None
        out.same = tuple(table.get("same", ()))
        for name in out.same:
            self._field(name, number, "same")

    def _values(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        self._needs(table, "field", number)
        out.field, out.values = table["field"], tuple(table["values"])
        self._field(out.field, number, "field")

    def _has(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        self._needs(table, "filter", number)
        out.has = tuple(table["has"])
        for name in out.has:
            self._field(name, number, "has")

    # -- parts

    def _expectation(self, out: Named, table: Mapping[str, Any], number: int) -> None:
        try:
            out.expect = expectation(table["expect"])
        except ValueError as error:
            raise self._error(str(error), number, "expect") from None
        if out.expect.share:
            out.share = self._compiled(out.expect.share, number, "expect")

    def _filter(self, table: Mapping[str, Any], key: str, number: int) -> Filter | None:
        return self._compiled(table[key], number, key) if key in table else None

    def _compiled(self, text: str, number: int, key: str) -> Filter:
        try:
            return compile_filter(text, self.registry)
        except FilterError as error:
            line, column = self._line(number, key)
            at = self.lines[line - 1].find(text) if line <= len(self.lines) else -1
            column = at + error.start + 1 if at >= 0 else column
            raise RuleError(f"{key}: {error}", self.path, line, column) from None

    def _field(self, name: str, number: int, key: str) -> None:
        if name and name not in self.registry.fields:
            near = difflib.get_close_matches(name, self.registry.fields, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise self._error(f"no field {name!r}{hint}", number, key)

    def _filled(self, value: Any, variables: Mapping[str, str], number: int, key: str) -> Any:
        if isinstance(value, list) != (key in LISTS) or not isinstance(value, (str, list)):
            raise self._error(f"{key}: expected {'a list' if key in LISTS else 'text'}", number, key)
        kinds = (str, int, float) if key == "values" else (str,)
        if isinstance(value, list) and not all(isinstance(one, kinds) for one in value):
            raise self._error(f"{key}: expected a list of {'values' if key == 'values' else 'texts'}", number, key)
        if isinstance(value, str):
            return self._replaced(value, variables, number, key)
        return [self._replaced(one, variables, number, key) if isinstance(one, str) else one for one in value]

    def _replaced(self, text: str, variables: Mapping[str, str], number: int, key: str) -> str:
        for name in VARIABLE.findall(text):
            if name not in variables:
                raise self._error(f"no variable {name!r}; declare it in [variables]", number, key)
        return VARIABLE.sub(lambda found: variables[found[1]], text)

    def _needs(self, table: Mapping[str, Any], key: str, number: int) -> None:
        if key not in table:
            raise self._error(f"this check needs {key!r}", number, "")

    def _severity(self, value: Any, number: int | None, key: str) -> None:
        if value not in SEVERITIES:
            raise self._error(f"expected one of {', '.join(SEVERITIES)}, not {value!r}", number, key)

    def _table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise self._error(f"expected [{key}], a table", None, key)
        return value

    def _known(self, table: Mapping[str, Any], keys: Iterable[str], number: int | None) -> None:
        for key in table:
            if key not in keys:
                near = difflib.get_close_matches(key, list(keys), 1)
                hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(keys)}"
                raise self._error(f"unknown key {key!r}; {hint}", number, key)

    def _error(self, message: str, number: int | None, key: str) -> RuleError:
        return RuleError(message, self.path, *self._line(number, key))

    def _line(self, number: int | None, key: str) -> tuple[int, int]:
        """Where a key of check `number` (None: of the file) stands: tomllib does not say, so its line is looked for."""
        begins = [i for i, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*check\s*\]\]", line)]
        start = 0 if number is None else begins[min(number, len(begins) - 1)] if begins else 0
        end = next((i for i in begins if i > start), len(self.lines)) if number is not None else len(self.lines)
        for i in range(start, end):
            found = re.match(rf"\s*(?:\[\s*)?[\"']?{re.escape(key)}\b", self.lines[i]) if key else None
            if found:
                return i + 1, len(self.lines[i]) - len(self.lines[i].lstrip()) + 1
        return start + 1, 1
