"""The application: opens a capture and shows the main screen."""

from __future__ import annotations

import os
from typing import ClassVar

from textual.app import App

import dissect
from tui.screens.help import Help
from tui.screens.main import Main
from tui.screens.path_mtu import PathMtu
from tui.settings import load, save

SCREENS = {"path_mtu": PathMtu}


class Dissect(App[None]):
    """A capture in the terminal."""

    CSS_PATH: ClassVar[str] = "styles.tcss"
    TITLE = "dissect"

    def __init__(self, capture: dissect.Capture) -> None:
        super().__init__()
        self.settings = load()
        self._main = Main(capture, self.settings)
        path = capture.source.path
        if os.path.isfile(path):
            self.settings.remember(file=os.path.abspath(path))

    def on_mount(self) -> None:
        """Show the capture."""
        if self.settings.theme in self.available_themes:
            self.theme = self.settings.theme
        self.push_screen(self._main)

    def watch_theme(self, theme: str) -> None:
        """Remember the theme."""
        self.settings.theme = theme
        if self.is_running and self._main.is_mounted:
            self._main.packets.forget()

    def on_unmount(self) -> None:
        """Remember what was opened and filtered."""
        save(self.settings)

    def action_help(self) -> None:
        """What the keys do."""
        self.push_screen(Help())

    def action_show(self, name: str) -> None:
        """One of the other screens; it may end with a packet to go to or a filter to apply."""
        self.push_screen(SCREENS[name](self._main), self._came_back)

    def _came_back(self, wish: int | str | None) -> None:
        if isinstance(wish, int):
            self._main.jump_to(wish)
        elif wish:
            self._main.apply_filter(wish)


def run(path: str, registry: dissect.Registry | None = None) -> None:
    """Open a capture in the terminal until the user leaves.  Raises CaptureError if it cannot be read."""
    if path == "-":  # the packets come by standard input, so the keys have to come from the terminal itself
        packets = os.fdopen(os.dup(0), "rb")
        os.dup2(os.open("/dev/tty", os.O_RDWR), 0)
        Dissect(dissect.open(packets, registry)).run()
    else:
        Dissect(dissect.open(path, registry)).run()
