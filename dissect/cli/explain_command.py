"""`dissect explain`: what a field means."""

from __future__ import annotations

import difflib
import inspect
import sys

import click


@click.command("explain")
@click.argument("name")
def command(name: str) -> int:
    """What the field or protocol NAME means."""
    import dissect
    from dissect.engine.values import arrow_type

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
