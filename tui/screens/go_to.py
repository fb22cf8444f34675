"""Asks for a packet's number."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.validation import Integer
from textual.widgets import Input


class GoTo(ModalScreen[int | None]):
    """The number, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, total: int) -> None:
        super().__init__()
        self._total = total

    def compose(self) -> ComposeResult:
        """One line."""
        limits = Integer(1, max(self._total, 1), failure_description=f"a number from 1 to {self._total}")
        yield Input(placeholder=f"packet number, 1 to {self._total}", validators=[limits], id="number")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there."""
        if event.validation_result is None or event.validation_result.is_valid:
            self.dismiss(int(event.value))
        else:
            self.notify("; ".join(event.validation_result.failure_descriptions), severity="warning")
