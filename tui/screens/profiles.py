"""Profiles: settings under names."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui import settings

DEFAULT = "default"


class Profiles(ModalScreen[str | None]):
    """Ends with the name of the profile to use (empty: the default one), or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("delete,x", "remove", "Remove the profile"),
        Binding("j", "go(1)", "Next", show=False),
        Binding("k", "go(-1)", "Previous", show=False),
    ]

    def __init__(self, now: settings.Settings) -> None:
        super().__init__()
        self._now = now
        self._names: list[str] = []

    def compose(self) -> ComposeResult:
        """The profiles, a line for the name of a new one."""
        with Vertical(classes="dialog"):
            yield Static("Profiles", classes="title", markup=False)
            yield OptionList(id="profiles")
            yield Input(placeholder="a name: a new profile, made of what is set now", id="wanted")
            yield Static("Enter uses, x removes, Tab: a new one", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Those there are."""
        self._show()

    def _show(self) -> None:
        self._names = ["", *settings.profiles()]
        shown = self.query_one(OptionList)
        shown.clear_options()
        for name in self._names:
            mark = "● " if name == self._now.profile else "  "
            shown.add_option(Option(Text(mark + (name or DEFAULT))))
        shown.highlighted = self._names.index(self._now.profile) if self._now.profile in self._names else 0
        shown.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        self.dismiss(self._names[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A new one."""
        name = event.value.strip()
        if not settings.is_name(name):
            self.notify("a name has letters, digits, spaces, - and _", severity="warning")
            return
        problem = settings.save(self._now, name)
        if problem:
            self.notify(problem, severity="warning", markup=False)
        else:
            self.dismiss(name)

    def action_remove(self) -> None:
        """Away with it, unless it is in use."""
        at = self.query_one(OptionList).highlighted or 0
        name = self._names[at]
        if not name or name == self._now.profile:
            self.notify("the profile in use, and the default one, stay", severity="warning")
            return
        settings.remove(name)
        self._show()

    def action_go(self, by: int) -> None:
        """Another one."""
        shown = self.query_one(OptionList)
        (shown.action_cursor_down if by > 0 else shown.action_cursor_up)()
