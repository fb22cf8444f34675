"""`dissect explain`: what a field or a finding means."""

from __future__ import annotations

import difflib
import inspect
import re
import sys

import click

CODE = re.compile(r"[CcMm]\d+")


@click.command("explain")
@click.argument("name")
def command(name: str) -> int:
    """What NAME means: the code of a finding (M01) or check (C07), a field or a protocol."""
    if CODE.fullmatch(name):
        return _explain_code(name.upper())
    import dissect
    from dissect.engine.arrow import arrow_type

    registry = dissect.builtin()
    if name in registry.by_name:
        layer = registry.by_name[name]
        text = inspect.getdoc(sys.modules[layer.__module__]) or layer.label
        sys.stdout.write(f"{name}: {layer.label}\n\n{text}\n")
        return 0
    if name not in registry.fields:
        near = difflib.get_close_matches(name, registry.fields, 1)
        hint = f"did you mean {near[0]}?" if near else "`dissect fields` lists them"
        raise click.UsageError(f"no field or protocol {name!r}; {hint}")
    field = registry.fields[name][0]
    lines = [
        f"{name}: {field.label}",
        f"  protocol  {field.layer}",
        f"  type      {field.type.ft}, Arrow {arrow_type(field)}",
    ]
    if field.unit:
        lines.append(f"  unit      {field.unit}")
    if field.description:
        lines.append(f"  {field.description}")
    if isinstance(field.names, dict):
        lines += ["  values"] + [f"    {value:<8} {text}" for value, text in field.names.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _explain_code(code: str) -> int:
    from dissect.check.catalogue import RULES
    from dissect.cli.mtu_command import entry_lines
    from dissect.pathmtu import CATALOGUE

    if code in RULES and code not in CATALOGUE:
        rule = RULES[code]
        lines = [f"{code} {rule.severity}: {rule.title}", "", f"why  {rule.why}", f"fix  {rule.remedy}"]
        sys.stdout.write("\n".join(lines) + "\n")
        return 0
    if code[0] == "C":
        raise click.UsageError(f"no check {code}; there are {min(RULES)} to {max(c for c in RULES if c[0] == 'C')}")
    if code not in CATALOGUE:
        raise click.UsageError(f"no finding {code}; there are {min(CATALOGUE)} to {max(CATALOGUE)}")
    sys.stdout.write("\n".join(entry_lines(code)) + "\n")
    return 0
