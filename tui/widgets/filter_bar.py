"""The filter bar: says while typing whether the filter is one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

import dissect

MOST_REMEMBERED = 100


class FieldNames(Suggester):
    """Completes the name at the end of what was typed."""

    def __init__(self, registry: dissect.Registry) -> None:
        super().__init__(use_cache=True, case_sensitive=True)
        self._registry = registry

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with its last name completed."""
        for candidate in dissect.complete(value, len(value), self._registry):
            whole = value[: candidate.start] + candidate.text
            if whole != value:
                return whole
        return None


class FilterBar(Input):
    """A display filter.  Green: valid; red: not, and the border says why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "history(-1)", "Earlier filter", show=False),
        Binding("down", "history(1)", "Later filter", show=False),
        Binding("escape", "leave", "Back to the list", show=False),
    ]

    class Apply(Message):
        """A valid filter (or an empty one) is to be applied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Leave(Message):
        """The list is to have the focus."""

    def __init__(self, registry: dissect.Registry, id: str | None = None) -> None:
        super().__init__(placeholder="display filter, e.g. tcp.port == 443 && ip.ttl < 64", id=id)
        self.registry = registry
        self.suggester = FieldNames(registry)
        self._history: list[str] = []
        self._at = 0

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
        """Colour by validity."""
        problem = self.problem(value)
        self.set_class(bool(problem), "wrong")
        self.set_class(bool(value.strip()) and not problem, "right")
        self.border_subtitle = problem.replace("[", "\\[")[: max(self.size.width - 6, 10)]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply what is valid."""
        event.stop()
        if self.problem(self.value):
            return
        if self.value.strip() and self.value not in self._history[-1:]:
            self._history = [*self._history, self.value][-MOST_REMEMBERED:]
        self._at = len(self._history)
        self.post_message(self.Apply(self.value.strip()))

    def action_history(self, by: int) -> None:
        """An earlier or later filter."""
        if self._history:
            self._at = max(0, min(self._at + by, len(self._history)))
            self.value = self._history[self._at] if self._at < len(self._history) else ""
            self.cursor_position = len(self.value)

    def action_leave(self) -> None:
        """Back to the list."""
        self.post_message(self.Leave())
