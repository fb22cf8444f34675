"""The application: opens a capture and shows the main screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen

import dissect
from tui.screens.expert import Expert
from tui.screens.help import Help, shown_keys
from tui.screens.io_graph import IoGraph
from tui.screens.main import Main
from tui.screens.path_mtu import PathMtu
from tui.screens.properties import Properties
from tui.settings import load, save

SCREENS: dict[str, Callable[[Main], Screen[int | str | None]]] = {
    "path_mtu": PathMtu, "expert": Expert, "properties": Properties, "io_graph": IoGraph,
}  # fmt: skip


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

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Everything that has a key, by name."""
        yield from super().get_system_commands(screen)
        if screen is self._main:
            for one in Main.BINDINGS:
                if isinstance(one, Binding) and not one.action.startswith("app.focus"):
                    run = partial(self.call_later, self._main.run_action, one.action)
                    yield SystemCommand(one.description, f"key: {shown_keys(one.key)}", run)

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
