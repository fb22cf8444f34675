"""Asks what to find."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, RadioButton, RadioSet, Static

import dissect
from tui.filtering import to_find

KINDS = ("text", "filter", "regex", "hex")


class Find(ModalScreen[str | None]):
    """Ends with a display filter, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, registry: dissect.Registry) -> None:
        super().__init__()
        self._registry = registry

    def compose(self) -> ComposeResult:
        """What, and as what."""
        with Vertical(classes="dialog"):
            yield Input(placeholder="find in the Info column and the bytes", id="wanted")
            with RadioSet(id="kind"):
                for kind in KINDS:
                    yield RadioButton(kind, value=kind == KINDS[0])
            yield Static("Enter finds, Tab chooses how; then n and N: next and previous", classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Find it, if it can be looked for."""
        if not event.value.strip():
            return
        try:
            text = to_find(KINDS[max(self.query_one(RadioSet).pressed_index, 0)], event.value)
            dissect.compile_filter(text, self._registry)
        except (ValueError, dissect.FilterError) as error:
            self.notify(str(error).splitlines()[0], severity="warning", markup=False)
            return
        self.dismiss(text)
