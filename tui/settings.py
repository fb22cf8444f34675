"""What the terminal interface remembers: one TOML file.

`DISSECT_CONFIG` names the file; otherwise it is `settings.toml` in the user's configuration folder.  A profile is such
a file in `profiles` beside it; `profile` in the first says which is in use.  docs/settings.md explains every key.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import dissect
from tui.colouring import RULES, Rule
from tui.columns import DEFAULT, Column

MOST_FILTERS, MOST_FILES = 100, 20


@dataclass(slots=True)
class Settings:
    """What the user chose.  `rules` replace the built-in colouring rules where there are any."""

    profile: str = ""
    theme: str = "textual-dark"
    time_style: str = "r"
    coloured: bool = True
    tree: bool = True
    bytes: bool = True
    beside: bool = False
    list_share: int = 50
    tree_share: int = 0
    names: bool = False
    vendors: bool = False
    services: bool = False
    memory: int = 400
    history: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    decode_as: list[str] = field(default_factory=list)
    key_log: str = ""
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


def place(profile: str = "") -> Path:
    """Where the settings of a profile are."""
    named = os.environ.get("DISSECT_CONFIG")
    if named:
        first = Path(named)
    else:
        from platformdirs import user_config_path

        first = user_config_path("dissect") / "settings.toml"
    return first.parent / "profiles" / f"{profile}.toml" if profile else first


def is_name(profile: str) -> bool:
    """Whether a profile may be called so."""
    return re.fullmatch(r"[\w][\w \-]{0,40}", profile) is not None


def profiles() -> list[str]:
    """The names of the profiles there are, but for the default one."""
    return sorted(path.stem for path in place("x").parent.glob("*.toml") if is_name(path.stem))


def remove(profile: str) -> None:
    """Delete a profile's file."""
    if is_name(profile):
        place(profile).unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def load(profile: str | None = None) -> Settings:
    """The settings of a profile (None: of that in use); what is missing, or not what it should be, is as built in."""
    found = _read(place())
    name = found.get("profile", "") if profile is None else profile
    if isinstance(name, str) and is_name(name) and place(name).is_file():
        found = _read(place(name))
    else:
        name = ""
    settings = Settings()
    for one in fields(Settings):
        value = found.get(one.name)
        if one.name in ("columns", "rules"):
            made = _made(Column if one.name == "columns" else Rule, value)
            if made:
                setattr(settings, one.name, made)
        elif value is not None and type(value) is type(getattr(settings, one.name)):
            setattr(settings, one.name, value)
    for lines in ("history", "statements", "recent", "decode_as"):
        setattr(settings, lines, [t for t in getattr(settings, lines) if isinstance(t, str)])
    settings.filters = {name: t for name, t in settings.filters.items() if isinstance(t, str)}
    settings.profile = name
    return settings


def _made(kind: type[Column] | type[Rule], value: Any) -> list[Any]:
    out = []
    for entry in value if isinstance(value, list) else []:
        try:
            out.append(kind(**entry))
        except TypeError:
            continue
    return out


def save(settings: Settings, profile: str | None = None) -> str:
    """Write the settings (not the built-in rules and columns) as those of a profile (None: theirs), which then is the
    one in use; what went wrong, or nothing."""
    values = asdict(settings)
    name = values["profile"] = settings.profile if profile is None else profile
    if settings.rules == list(RULES):
        del values["rules"]
    if settings.columns == list(DEFAULT):
        del values["columns"]
    try:
        _write(place(name), values)
        first = _read(place())
        if first.get("profile", "") != name:
            _write(place(), first | {"profile": name})
    except (OSError, dissect.CaptureError) as error:
        return f"settings not saved: {error}"
    return ""


def _write(target: Path, values: dict[str, Any]) -> None:
    if target.exists() and not target.is_file():
        return  # a device: nothing is to be kept
    target.parent.mkdir(parents=True, exist_ok=True)
    dissect.write_file(target, toml(values))


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
