"""Makes `table.py` of `grammar.lark`: `python -m dissect.filters.generate`.  Needs lark; filters do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def table_source() -> str:
    """The text of `table.py`."""
    from lark import Lark

    grammar = (HERE / "grammar.lark").read_text("utf-8")
    machine = Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False, keep_all_tokens=True)
    table: Any = machine.parser.parser._parse_table
    found = {rule for row in table.states.values() for _, rule in row.values() if hasattr(rule, "origin")}
    rules = sorted(found, key=lambda rule: (str(rule), rule.alias or ""))
    numbers = {rule: i for i, rule in enumerate(rules)}
    order = {table.start_states["start"]: 0}
    todo = list(order)
    for state in todo:  # numbered as they are met, so that the same grammar makes the same text
        for _, (_, arg) in sorted(table.states[state].items(), key=lambda item: str(item[0])):
            if not hasattr(arg, "origin") and arg not in order:
                order[arg] = len(order)
                todo.append(arg)
    lines = [
        '"""The parser\'s table, made of grammar.lark by generate.py; not for editing."""',
        "",
        "# ruff: noqa",
        "# fmt: off",
        "from __future__ import annotations",
        "",
        "# origin, number of children, what makes the node (nothing: the only child stands for it)",
        "RULES: list[tuple[str, int, str]] = [",
    ]
    for rule in rules:
        name = str(rule.origin.name)
        maker = rule.alias or ("" if rule.options.expand1 or name.startswith("__") else name)
        lines.append(f"    ({name!r}, {len(rule.expansion)}, {maker!r}),")
    lines += [
        "]",
        "",
        "# for each state: what each token, or each finished rule, leads to: a state, or ~ the number of a rule",
        "STATES: list[dict[str, int]] = [",
    ]
    for state in sorted(order, key=order.__getitem__):
        row = {}
        for symbol, (_, arg) in table.states[state].items():
            row[str(symbol)] = ~numbers[arg] if hasattr(arg, "origin") else order[arg]
        lines.append(f"    {dict(sorted(row.items()))!r},")
    return "\n".join([*lines, "]", ""])


if __name__ == "__main__":
    (HERE / "table.py").write_text(table_source(), "utf-8")
