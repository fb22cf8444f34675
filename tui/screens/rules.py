"""Colouring rules: the first that lets a packet through gives its line a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

import dissect
from tui.colouring import RULES, Rule

FIELDS = ("name", "filter", "background", "foreground")
HINTS = ("name", "display filter", "background, e.g. #7ac030 or green", "foreground; empty: the theme's")


class Rules(ModalScreen[list[Rule] | None]):
    """Ends with the rules that are to hold, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel"),
        Binding("ctrl+s", "apply", "Apply", priority=True),
        Binding("space", "switch", "On or off"),
        Binding("a", "add", "Add above"),
        Binding("e", "edit", "Edit"),
        Binding("delete,x", "remove", "Remove"),
        Binding("K,shift+up", "move(-1)", "Up"),
        Binding("J,shift+down", "move(1)", "Down"),
        Binding("D", "defaults", "Those built in"),
        Binding("j", "go(1)", "Next", show=False),
        Binding("k", "go(-1)", "Previous", show=False),
    ]

    def __init__(self, registry: dissect.Registry, rules: Sequence[Rule]) -> None:
        super().__init__()
        self._registry = registry
        self.rules = list(rules)
        self._edited = -1

    def compose(self) -> ComposeResult:
        """The rules; the lines to edit one."""
        with Vertical(classes="dialog wide"):
            yield Static("Colouring rules", classes="title", markup=False)
            yield OptionList(id="rules")
            with Vertical(id="one"):
                for name, hint in zip(FIELDS, HINTS, strict=True):
                    yield Input(placeholder=hint, id=name, compact=True)
            keys = "Enter edits, Space on or off, a adds, x removes, J K move, D built in, Ctrl+S applies"
            yield Static(keys, classes="hint", markup=False)

    def on_mount(self) -> None:
        """The list first."""
        self.query_one("#one").display = False
        self._show(0)

    def _show(self, at: int) -> None:
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options([Option(self._line(rule)) for rule in self.rules])
        shown.highlighted = max(0, min(at, len(self.rules) - 1)) if self.rules else None
        shown.focus()

    def _line(self, rule: Rule) -> Text:
        ground = self.background_colors[1].blend(Color.parse(rule.background), rule.strength)
        colour = Color.parse(rule.foreground) if rule.foreground else ground.get_contrast_text(0.9)
        style = Style(bgcolor=ground.rich_color, color=(ground + colour).rich_color)
        line = Text("● " if rule.on else "○ ", no_wrap=True, overflow="ellipsis")
        return line.append(f" {rule.name:28.28} ", style).append(f" {rule.filter}", "" if rule.on else "dim")

    @property
    def _at(self) -> int:
        at = self.query_one(OptionList).highlighted
        return -1 if at is None else at

    def on_option_list_option_selected(self, _: OptionList.OptionSelected) -> None:
        """Edit it."""
        self.action_edit()

    def action_go(self, by: int) -> None:
        """Another rule."""
        shown = self.query_one(OptionList)
        (shown.action_cursor_down if by > 0 else shown.action_cursor_up)()

    def action_switch(self) -> None:
        """On or off."""
        if self._at >= 0:
            self.rules[self._at] = replace(self.rules[self._at], on=not self.rules[self._at].on)
            self._show(self._at)

    def action_add(self) -> None:
        """A rule of one's own, above the one under the cursor."""
        self.rules.insert(max(self._at, 0), Rule("new", "frame", "#3a7ac0", 0.4))
        self._show(max(self._at, 0))
        self.action_edit()

    def action_edit(self) -> None:
        """The lines of the rule under the cursor."""
        if self._at >= 0:
            self._edited = self._at
            self.query_one("#one").display = True
            for name in FIELDS:
                self.query_one(f"#{name}", Input).value = getattr(self.rules[self._edited], name)
            self.query_one("#name", Input).focus()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Keep what was edited, if it makes sense."""
        values: dict[str, Any] = {name: self.query_one(f"#{name}", Input).value.strip() for name in FIELDS}
        try:
            dissect.compile_filter(values["filter"], self._registry)
            for name in ("background", "foreground"):
                if values[name] or name == "background":
                    Color.parse(values[name])
        except (dissect.FilterError, ColorParseError) as error:
            self.notify(str(error).splitlines()[0], severity="warning", markup=False)
            return
        self.rules[self._edited] = replace(self.rules[self._edited], **values)
        self.query_one("#one").display = False
        self._show(self._edited)

    def action_remove(self) -> None:
        """Away with it."""
        at = self._at
        if at >= 0:
            del self.rules[at]
            self._show(at)

    def action_move(self, by: int) -> None:
        """It and its neighbour change places."""
        at = self._at
        if at >= 0 and 0 <= at + by < len(self.rules):
            self.rules[at], self.rules[at + by] = self.rules[at + by], self.rules[at]
            self._show(at + by)

    def action_defaults(self) -> None:
        """The rules that are built in."""
        self.rules = list(RULES)
        self._show(0)

    def action_close(self) -> None:
        """Out of the lines first."""
        if self.query_one("#one").display:
            self.query_one("#one").display = False
            self.query_one(OptionList).focus()
        else:
            self.dismiss(None)

    def action_apply(self) -> None:
        """These rules."""
        self.dismiss(self.rules)
