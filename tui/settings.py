"""What the terminal interface remembers: one TOML file.

`DISSECT_CONFIG` names the file; otherwise it is `settings.toml` in the user's configuration folder.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from tui.colouring import RULES, Rule
from tui.columns import DEFAULT, Column

MOST_FILTERS, MOST_FILES = 100, 20


@dataclass(slots=True)
class Settings:
    """What the user chose.  `rules` replace the built-in colouring rules where there are any."""

    theme: str = "textual-dark"
    time_style: str = "r"
    coloured: bool = True
    tree: bool = True
    bytes: bool = True
    beside: bool = False
    history: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=lambda: list(DEFAULT))
    rules: list[Rule] = field(default_factory=lambda: list(RULES))

    def remember(self, filter_text: str = "", file: str = "") -> None:
        """Put a filter, a file at the end of what was used lately."""
        if filter_text:
            self.history = [*(t for t in self.history if t != filter_text), filter_text][-MOST_FILTERS:]
        if file:
            self.recent = [*(t for t in self.recent if t != file), file][-MOST_FILES:]

    def remember_statement(self, text: str) -> list[str]:
        """Put an SQL statement at the end of those used lately; all of them."""
        self.statements = [*(t for t in self.statements if t != text), text][-MOST_FILTERS:]
        return self.statements


def place() -> Path:
    """Where the settings are."""
    named = os.environ.get("DISSECT_CONFIG")
    return Path(named) if named else user_config_path("dissect") / "settings.toml"


def load() -> Settings:
    """The settings; what is missing, or is not what it should be, is as built in."""
    try:
        found: dict[str, Any] = tomllib.loads(place().read_text("utf-8"))
    except (OSError, ValueError):
        return Settings()
    settings = Settings()
    for one in fields(Settings):
        value = found.get(one.name)
        if one.name in ("columns", "rules"):
            made = _made(Column if one.name == "columns" else Rule, value)
            if made:
                setattr(settings, one.name, made)
        elif value is not None and type(value) is type(getattr(settings, one.name)):
            setattr(settings, one.name, value)
    settings.history = [t for t in settings.history if isinstance(t, str)]
    settings.statements = [t for t in settings.statements if isinstance(t, str)]
    settings.recent = [t for t in settings.recent if isinstance(t, str)]
    settings.filters = {name: t for name, t in settings.filters.items() if isinstance(t, str)}
    return settings


def _made(kind: type[Column] | type[Rule], value: Any) -> list[Any]:
    out = []
    for entry in value if isinstance(value, list) else []:
        try:
            out.append(kind(**entry))
        except TypeError:
            continue
    return out


def save(settings: Settings) -> str:
    """Write the settings (not the built-in rules and columns); what went wrong, or nothing."""
    values = asdict(settings)
    if settings.rules == list(RULES):
        del values["rules"]
    if settings.columns == list(DEFAULT):
        del values["columns"]
    target = place()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_text(toml(values), "utf-8")
        part.replace(target)
    except OSError as error:
        return f"settings not saved: {error.strerror or error}"
    return ""


def toml(values: dict[str, Any]) -> str:
    """A table of plain values, then its tables, as TOML."""
    plain = [f"{k} = {_value(v)}" for k, v in values.items() if not _is_table(v)]
    for name, value in values.items():
        if isinstance(value, dict):
            plain += ["", f"[{name}]", *(f"{_text(k)} = {_value(v)}" for k, v in value.items())]
        elif _is_table(value):
            for entry in value:
                plain += ["", f"[[{name}]]", *(f"{k} = {_value(v)}" for k, v in entry.items())]
    return "\n".join(plain) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    # JSON's strings are TOML's, but for the one control character that JSON lets through
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
