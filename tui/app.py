"""The application: opens a capture and shows the main screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App

import dissect
from tui.screens.main import Main


class Dissect(App[None]):
    """A capture in the terminal."""

    CSS_PATH: ClassVar[str] = "styles.tcss"
    TITLE = "dissect"

    def __init__(self, path: str, registry: dissect.Registry | None = None) -> None:
        super().__init__()
        self._main = Main(path, registry)

    def on_mount(self) -> None:
        """Show the capture."""
        self.push_screen(self._main)


def run(path: str, registry: dissect.Registry | None = None) -> None:
    """Open a capture in the terminal until the user leaves.  Raises CaptureError if it cannot be read."""
    Dissect(path, registry).run()
