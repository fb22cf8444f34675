"""One of several, chosen by a dot that is there or not: it can be seen without colours, too."""

from __future__ import annotations

from textual.widgets import RadioButton


class Choice(RadioButton):
    """A radio button."""

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override]
        """The dot."""
        return "●" if self.value else " "
