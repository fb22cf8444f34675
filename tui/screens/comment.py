"""Asks for a comment on a packet."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class Comment(ModalScreen[str | None]):
    """Ends with the text (empty: no comment), or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, number: int, text: str) -> None:
        super().__init__()
        self._number, self._text = number, text

    def compose(self) -> ComposeResult:
        """One line."""
        with Vertical(classes="dialog"):
            yield Input(self._text, placeholder=f"comment on packet {self._number}", id="wanted")
            yield Static("w writes it with the packets, as .pcapng", classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done."""
        self.dismiss(event.value.strip())
