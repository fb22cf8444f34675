"""The application: opens a capture and shows the main screen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.filter import LineFilter, Monochrome
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

import dissect
from tui import filtering, memory
from tui.keys import shown_keys
from tui.screens.main import Main
from tui.settings import load, save

# what is not on the first screen is imported when it is asked for
SCREENS = {
    "path_mtu": "PathMtu", "expert": "Expert", "properties": "Properties", "io_graph": "IoGraph",
    "flow_graph": "FlowGraph", "sql": "Sql", "choose": "Choose", "decode_as": "DecodeAs", "follow": "Follow",
    "help": "Help", "key_log": "KeyLog", "pick": "Pick", "profiles": "Profiles", "statistics": "Statistics",
    "tcp_graphs": "TcpGraphs",
}  # fmt: skip

PLACES = 1 << 24  # packets of which it is remembered where they are: 64 MB


def screen(name: str, *arguments: Any) -> Screen[Any]:
    """One of the other screens."""
    made: Screen[Any] = getattr(import_module(f"tui.screens.{name}"), SCREENS[name])(*arguments)
    return made


HIGH_CONTRAST = Theme(
    name="high-contrast", primary="#ffff00", secondary="#00ffff", accent="#ffff00", foreground="#ffffff",
    background="#000000", surface="#000000", panel="#202020", success="#00ff00", warning="#ffff00", error="#ff4040",
    dark=True, variables={"surface-lighten-2": "#c0c0c0", "text-muted": "#d8d8d8"},
)  # fmt: skip
NO_COLOUR = Theme(
    name="no-colour", primary="#c0c0c0", secondary="#c0c0c0", accent="#ffffff", foreground="#e0e0e0",
    background="#000000", surface="#000000", panel="#202020", success="#e0e0e0", warning="#e0e0e0", error="#ffffff",
    dark=True,
)  # fmt: skip


class Dissect(App[str | None]):
    """A capture in the terminal; ends with the path of another one to open, or None."""

    CSS_PATH: ClassVar[str] = "styles.tcss"
    TITLE = "dissect"

    def __init__(self, capture: dissect.Capture, profile: str | None = None) -> None:
        super().__init__()
        self.lost: dissect.CaptureError | None = None  # why the capture cannot be read any further
        capture.source.patient = False  # a screen does not wait for packets that are yet to come
        capture.source.places.most = PLACES  # and reads the same file again and again
        capture.source.stays = 0  # in little memory, by whatever measure
        self.settings = load(profile)
        self.register_theme(HIGH_CONTRAST)
        self.register_theme(NO_COLOUR)
        self.given = capture.registry  # with the rules of the command line, without those of the settings
        self._keylog = capture.keylog  # of the command line
        self._main = Main(self._decoded(capture), self.settings)
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

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Greys only, where the theme says so."""
        filters = super().get_line_filters()
        return [*filters, Monochrome()] if self.theme == NO_COLOUR.name else filters

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
        self.push_screen(screen("help"))

    def action_show(self, name: str) -> None:
        """One of the other screens; it may end with a packet to go to or a filter to apply."""
        self.push_screen(screen(name, self._main), self._came_back)

    def action_statistics(self, name: str = "") -> None:
        """A statistic; ask which where none is named."""
        if name:
            self.push_screen(screen("statistics", self._main, name), self._came_back)
            return
        names = list(dissect.STATISTICS)

        def chosen(number: int | None) -> None:
            if number is not None:
                self.action_statistics(names[number])

        self.push_screen(screen("choose", "Statistics", [f"{n}: {dissect.STATISTICS[n]}" for n in names]), chosen)

    def action_decode_as(self) -> None:
        """Ask what ports carry, and dissect anew."""

        def chosen(rules: list[str] | None) -> None:
            if rules is not None and rules != self.settings.decode_as:
                self.settings.decode_as = rules
                self._anew()

        main = self._main
        self.push_screen(screen("decode_as", main.capture.registry, self.settings.decode_as, main.packet), chosen)

    def action_profiles(self) -> None:
        """Ask for a profile, and use it."""

        def chosen(name: str | None) -> None:
            if name is not None:
                save(self.settings)
                self.settings = load(name)
                save(self.settings)
                if self.settings.theme in self.available_themes:
                    self.theme = self.settings.theme
                self._anew()

        self.push_screen(screen("profiles", self.settings), chosen)

    def action_key_log(self) -> None:
        """Ask for TLS secrets, and dissect anew."""

        def chosen(path: str | None) -> None:
            if path is not None:
                self.settings.key_log = path
                self._anew()

        self.push_screen(screen("key_log", self._main.capture, self.settings.key_log), chosen)

    def _decoded(self, capture: dissect.Capture) -> dissect.Capture:
        """The capture by what the settings say of ports and secrets, as far as that makes sense."""
        registry, keys = self.given, self._keylog
        for rule in self.settings.decode_as:
            try:
                registry = registry.decode_as(rule)
            except ValueError:
                continue
        if self.settings.key_log and not self._keylog:
            try:
                keys = dissect.KeyLog.read(self.settings.key_log)
            except OSError:
                keys = self._keylog
        return capture.decoded_by(registry, keys)

    def _anew(self) -> None:
        """The same file by other settings, where the user is now."""
        save(self.settings)
        before = self._main
        before.kept_open = True
        self._main = Main(self._decoded(before.capture), self.settings)
        self._main.carry(before)
        self.switch_screen(self._main)

    def action_follow_stream(self) -> None:
        """What the two ends of the packet's stream said."""
        stream = filtering.stream_of(self._main.packet) if self._main.packet else None
        if stream is None:
            self.notify("this packet is in no TCP or UDP stream", severity="warning")
        else:
            self.push_screen(screen("follow", self._main, *stream), self._came_back)

    def action_tcp_graphs(self) -> None:
        """Graphs of the packet's TCP stream."""
        stream = filtering.stream_of(self._main.packet) if self._main.packet else None
        if stream is None or stream[0] != "tcp":
            self.notify("this packet is in no TCP stream", severity="warning")
        else:
            self.push_screen(screen("tcp_graphs", self._main, stream[1]), self._came_back)

    def action_pick(self) -> None:
        """Ask for another capture, and open it."""
        folder = os.path.dirname(os.path.abspath(self._main.capture.source.path))
        self.push_screen(screen("pick", folder if os.path.isdir(folder) else ".", self.settings.recent), self._picked)

    def _picked(self, path: str | None) -> None:
        if path:
            self.exit(path)

    def _handle_exception(self, error: Exception) -> None:
        """The capture cannot be read any further (it was cut, its disk fails): that ends the session in one line."""
        lost = self._lost(error.error if isinstance(error, WorkerFailed) else error)
        if lost is None:
            super()._handle_exception(error)
        elif self.lost is None:
            self.lost = lost
            self.exit()

    def _lost(self, error: BaseException) -> dissect.CaptureError | None:
        """Why packets that were there are no more, if that is what an exception is about."""
        if isinstance(error, dissect.CaptureError):
            return error
        capture = self._main.capture
        try:
            capture.source.check()
        except dissect.CaptureError as gone:
            return gone
        return capture.damage if len(capture) < self._main.packets.total else None

    def _came_back(self, wish: int | str | None) -> None:
        if isinstance(wish, int):
            self._main.jump_to(wish)
        elif wish:
            self._main.apply_filter(wish)


class Picker(App[str | None]):
    """Nothing but the question which capture to open."""

    CSS_PATH: ClassVar[str] = "styles.tcss"
    TITLE = "dissect"

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder

    def on_mount(self) -> None:
        """Ask."""
        memory.started()
        self.push_screen(screen("pick", self._folder, load().recent), self.exit)


def run(
    path: str,
    registry: dissect.Registry | None = None,
    profile: str | None = None,
    keylog: dissect.KeyLog | None = None,
) -> None:
    """Open a capture (a folder: ask for one of its files) in the terminal until the user leaves.

    Raises CaptureError if it cannot be read.
    """
    if path == "-":  # the packets come by standard input, so the keys have to come from the terminal itself
        packets = os.fdopen(os.dup(0), "rb")
        os.dup2(os.open("/dev/tty", os.O_RDWR), 0)
        capture = dissect.open(packets, registry, keylog=keylog)
        capture.source.path = "standard input"
        following = shown(capture, profile)
    else:
        following = Picker(path).run() if os.path.isdir(path) else path
    while following:
        following = shown(dissect.open(following, registry, keylog=keylog), profile)


def shown(capture: dissect.Capture, profile: str | None) -> str | None:
    """Show a capture until the user leaves; which one is to follow.  Raises CaptureError if it cannot be read."""
    app = Dissect(capture, profile)
    following = app.run()
    if app.lost is not None:
        raise app.lost
    return following
