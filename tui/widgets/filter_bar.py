"""The filter bar: says while typing whether the filter is one."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

import dissect

SHOWN = 8  # completions shown at a time


class Completions(OptionList, can_focus=False):
    """What can stand at the cursor of the filter bar."""

    def show(self, candidates: list[Any]) -> None:
        """These candidates, or none."""
        self.clear_options()
        self.display = bool(candidates)
        for one in candidates:
            text = Text(one.text)
            text.append(f"  {one.label}", style="dim")
            self.add_option(Option(text))
        self.styles.height = min(len(candidates), SHOWN) + 2


class FilterBar(Input):
    """A display filter.  Green: valid; red: not, and the border says why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "history(-1)", "Completion above, or earlier filter", show=False),
        Binding("down", "history(1)", "Completion below, or later filter", show=False),
        Binding("tab", "accept", "Take the completion", show=False),
        Binding("escape", "leave", "Close the completions; back to the list", show=False),
    ]

    class Apply(Message):
        """A valid filter (or an empty one) is to be applied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Leave(Message):
        """The list is to have the focus."""

    def __init__(self, registry: dissect.Registry, completions: Completions, id: str | None = None) -> None:
        super().__init__(placeholder="display filter, e.g. tcp.port == 443 && ip.ttl < 64", id=id)
        self.registry = registry
        self.history: list[str] = []
        self._completions = completions
        self._candidates: list[Any] = []
        self._at = 0
        self._set = ""  # what was put here by the program: nothing is to be completed in it

    def put(self, text: str) -> None:
        """A filter that was made elsewhere."""
        self._set = text
        self.value = text
        self.cursor_position = len(text)

    def problem(self, text: str) -> str:
        """What is wrong with a filter; empty if nothing is."""
        if not text.strip():
            return ""
        try:
            dissect.compile_filter(text, self.registry)
        except dissect.FilterError as error:
            return str(error).splitlines()[0]
        return ""

    def watch_value(self, value: str) -> None:
        """Colour by validity; complete."""
        problem = self.problem(value)
        self.set_class(bool(problem), "wrong")
        self.set_class(bool(value.strip()) and not problem, "right")
        self.border_subtitle = problem.replace("[", "\\[")[: max(self.size.width - 6, 10)]
        self.call_next(self._complete)  # the cursor moves after the text has changed

    def _complete(self) -> None:
        """Show what can stand at the cursor."""
        value = self.value
        if self.has_focus and value.strip() and value != self._set:
            found = dissect.complete(value, self.cursor_position, self.registry)
            self._candidates = [c for c in found if value[: c.start] + c.text + value[c.end :] != value]
        else:
            self._candidates = []
        self._completions.show(self._candidates)

    def on_blur(self) -> None:
        """No completions without the cursor."""
        self._candidates = []
        self._completions.show([])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply what is valid; take a completion that was picked."""
        event.stop()
        if self._candidates and self._completions.highlighted is not None:
            self.action_accept()
            return
        if self.problem(self.value):
            return
        self._at = 0
        self.post_message(self.Apply(self.value.strip()))

    def action_accept(self) -> None:
        """Take the completion that is picked, or the first."""
        if not self._candidates:
            self.screen.focus_next()
            return
        one = self._candidates[self._completions.highlighted or 0]
        whole = self.value[: one.start] + one.text
        rest = self.value[one.end :]
        self._set = whole + rest
        self.value = whole + rest
        self.cursor_position = len(whole)

    def action_history(self, by: int) -> None:
        """Another completion, or an earlier or later filter."""
        if self._candidates:
            at = self._completions.highlighted
            self._completions.highlighted = 0 if at is None else (at + by) % len(self._candidates)
        elif self.history:
            self._at = max(-len(self.history), min(self._at + by, 0))
            self.put(self.history[self._at] if self._at else "")

    def action_leave(self) -> None:
        """Close the completions, or back to the list."""
        if self._candidates:
            self.on_blur()
        else:
            self.post_message(self.Leave())
