"""Every key of the help page does what it says: each is pressed here, and a key that is not fails a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, OptionList, TabbedContent

from tests.tui.driving import drive, main, packets, until
from tui.app import Dissect
from tui.screens.choose import Choose
from tui.screens.comment import Comment
from tui.screens.decode_as import DecodeAs
from tui.screens.expert import Expert
from tui.screens.find import Find
from tui.screens.flow_graph import FlowGraph
from tui.screens.follow import Follow
from tui.screens.go_to import GoTo
from tui.screens.help import Help
from tui.screens.io_graph import IoGraph
from tui.screens.key_log import KeyLog
from tui.screens.main import Main
from tui.screens.path_mtu import PathMtu
from tui.screens.pick import Pick
from tui.screens.profiles import Profiles
from tui.screens.properties import Properties
from tui.screens.rules import Rules
from tui.screens.save import SavePackets, SaveTable
from tui.screens.sql import Sql
from tui.screens.statistics import Statistics
from tui.screens.table import TableScreen
from tui.screens.tcp_graphs import TcpGraphs
from tui.widgets.bytes_pane import BytesPane
from tui.widgets.filter_bar import FilterBar
from tui.widgets.packet_list import PacketList
from tui.widgets.stream_text import StreamText
from tui.widgets.tree_pane import TreePane

# a step: the keys to press (any of them), what must then become true, and the keys that lead back
Check = Callable[[Dissect], Any]
Step = tuple[str, Check, str]


def on(kind: type[Any]) -> Check:
    """That screen is shown."""
    return lambda app: isinstance(app.screen, kind)


def at(line: int) -> Check:
    """The list's cursor is there."""
    return lambda app: packets(app).cursor == line


def shows(text: str) -> Check:
    """The list shows what this filter lets through."""
    return lambda app: main(app).filter == text and main(app).note == "" and packets(app).rows is not None


def column(*titles: str) -> Check:
    """The list has these columns first."""
    return lambda app: tuple(c.title for c in packets(app).columns[: len(titles)]) == titles


def everything(app: Dissect) -> bool:
    """All packets are shown, in their order."""
    return packets(app).rows is None


FIRST: list[Step] = [  # in the list, at packet 56 of the tour: [SYN, ACK] of TCP stream 1
    ("ctrl+down", at(56), ""), ("ctrl+up", at(55), ""), ("f8", at(56), ""), ("f7", at(55), ""),
    ("o", on(Choose), "escape"), ("shift+f10", on(Choose), "escape"),
    ("ctrl+g", on(GoTo), "escape"), ("ctrl+f", on(Find), "escape"),
    *((key, on(Find), "escape") for key in ("n", "N", "ctrl+n", "ctrl+b")),
    ("full_stop", at(56), ""), ("comma", at(55), ""),
    ("p", lambda app: "ip.addr ==" in main(app).filter and shows(main(app).filter)(app), ""), ("c", everything, ""),
    ("r", shows("tcp.stream == 1"), "c"),
    ("f", shows("frame.number == 56"), "c"), ("x", shows("!(frame.number == 56)"), "c"),
    ("F", on(Choose), "escape"),
    ("M", lambda app: len(packets(app).marks) == 1, ""),
    ("left_square_bracket", lambda app: packets(app).chosen_row in packets(app).marks, "up"),
    ("right_square_bracket", lambda app: packets(app).chosen_row in packets(app).marks, ""),
    ("backspace", lambda app: packets(app).chosen_row not in packets(app).marks, ""),
    ("alt+left", lambda app: True, ""),
    ("d", lambda app: len(packets(app).ignored) == 1, ""), ("ctrl+d", lambda app: len(packets(app).ignored) == 2, ""),
    ("P", on(Comment), "escape"), ("ctrl+t", lambda app: packets(app).references, "ctrl+t"),
    ("T", on(Choose), "escape"), ("y", on(Choose), "escape"), ("w", on(SavePackets), "escape"),
    ("ctrl+s", on(SavePackets), "escape"), ("K", lambda app: not packets(app).coloured, "K"),
    ("ctrl+k", on(Rules), "escape"), ("D", on(DecodeAs), "escape"), ("U", on(Profiles), "escape"),
    ("L", on(KeyLog), "escape"), ("O", on(Pick), "escape"), ("ctrl+o", on(Pick), "escape"),
    ("question_mark", on(Help), "escape"), ("f1", on(Help), "escape"),
    ("A", lambda app: packets(app).cursor == 241 and main(app).follows, "A"),
]  # fmt: skip
SECOND: list[Step] = [  # columns and panes
    ("right", lambda app: packets(app).at_column == 1, ""), ("left", lambda app: packets(app).at_column == 0, ""),
    ("greater_than_sign", column("Time", "No."), ""), ("less_than_sign", column("No.", "Time"), ""),
    ("plus", lambda app: packets(app).columns[0].width == 10, ""),
    ("minus", lambda app: packets(app).columns[0].width == 8, ""),
    ("s", lambda app: packets(app).sorted_by == "+frame.number" and main(app).note == "", ""),
    ("s", lambda app: packets(app).sorted_by == "-frame.number" and packets(app).row_at(0) == 241, "s"),
    ("X", column("Time", "Source"), ""),
    ("b", lambda app: not main(app).octets.display, "b"), ("t", lambda app: not main(app).details.display, "t"),
    ("z", lambda app: app.settings.beside, "z"),
    ("left_curly_bracket", lambda app: app.settings.list_share == 45, ""),
    ("right_curly_bracket", lambda app: app.settings.list_share == 50, ""),
    ("left_parenthesis", lambda app: app.settings.tree_share == 45, ""),
    ("right_parenthesis", lambda app: app.settings.tree_share == 50, ""),
    ("end", at(241), ""), ("home", at(0), ""), ("G", at(241), ""), ("g", at(0), ""),
    ("pagedown", lambda app: packets(app).cursor > 5, ""), ("pageup", at(0), ""), ("j", at(1), ""), ("k", at(0), ""),
    ("down", at(1), ""), ("up", at(0), ""),
    ("H", lambda app: main(app).note == "", ""), ("escape", lambda app: main(app).note == "", ""),
    ("B", lambda app: True, ""),  # nothing is saved yet
    ("slash", lambda app: isinstance(app.focused, FilterBar), "escape"),
    ("ctrl+slash", lambda app: isinstance(app.focused, FilterBar), "escape"),
    ("tab", lambda app: isinstance(app.focused, TreePane), ""),
    ("shift+tab", lambda app: isinstance(app.focused, PacketList), ""),
    ("enter", lambda app: isinstance(app.focused, TreePane), "shift+tab"),
    ("q", lambda app: not app.is_running or app._exit, ""),
]  # fmt: skip
THIRD: list[Step] = [  # screens
    ("m", on(PathMtu), "escape"), ("e", on(Expert), "escape"), ("i", on(Properties), "escape"),
    ("v", on(Choose), "escape"), ("I", on(IoGraph), "escape"), ("W", on(FlowGraph), "escape"), ("Q", on(Sql), "escape"),
    *((key, on(Statistics), "escape") for key in "EVhu1234"),
    ("S", on(TcpGraphs), "escape"), ("R", on(Follow), "escape"),
    ("l", lambda app: packets(app).cursor != 55, ""),
]  # fmt: skip
TREE: list[Step] = [
    ("down", lambda app: tree(app).cursor_line == 1, ""), ("up", lambda app: tree(app).cursor_line == 0, ""),
    ("j", lambda app: tree(app).cursor_line == 1, ""), ("k", lambda app: tree(app).cursor_line == 0, ""),
    ("right", lambda app: tree(app).root.children[0].is_expanded, ""),
    ("left", lambda app: not tree(app).root.children[0].is_expanded, ""),
    ("space", lambda app: tree(app).root.children[0].is_expanded, "space"),
    ("asterisk", lambda app: all(b.is_expanded for b in tree(app).root.children), ""),
    ("underscore", lambda app: not any(b.is_expanded for b in tree(app).root.children), ""),
    ("ctrl+right", lambda app: all(b.is_expanded for b in tree(app).root.children), ""),
    ("G", lambda app: tree(app).cursor_line == tree(app).last_line, ""),
    ("C", lambda app: len(packets(app).columns) == 8, ""),
    ("g", lambda app: tree(app).cursor_line == 0, ""),
    ("ctrl+left", lambda app: not any(b.is_expanded for b in tree(app).root.children), ""),
]  # fmt: skip
BYTES: list[Step] = [
    ("right", lambda app: main(app).octets.cursor == 1, ""), ("left", lambda app: main(app).octets.cursor == 0, ""),
    ("down", lambda app: main(app).octets.cursor > 1, ""), ("up", lambda app: main(app).octets.cursor == 0, ""),
    ("j", lambda app: main(app).octets.cursor > 1, ""), ("k", lambda app: main(app).octets.cursor == 0, ""),
    ("right_square_bracket", lambda app: main(app).octets.place[0] == 1, ""),
    ("left_square_bracket", lambda app: main(app).octets.place[0] == 0, ""),
]  # fmt: skip
BAR: list[Step] = [
    ("tab", lambda app: main(app).bar.value == "arp.opcode", ""),
    ("enter", shows("arp.opcode"), "c slash"),
    ("up", lambda app: main(app).bar.value == "arp.opcode", ""), ("down", lambda app: main(app).bar.value == "", ""),
    ("escape", lambda app: isinstance(app.focused, PacketList), ""),
]  # fmt: skip
TABLE: list[Step] = [
    ("j", lambda app: app.screen.query_one(DataTable).cursor_row == 1, ""),
    ("k", lambda app: app.screen.query_one(DataTable).cursor_row == 0, ""),
    ("s", lambda app: app.screen._sorted == 0, ""), ("S", lambda app: app.screen._descending, ""),
    ("w", on(SaveTable), "escape"), ("question_mark", on(Help), "escape"), ("f1", on(Help), "escape"),
    ("R", on(Follow), "escape"), ("q", on(Main), "V"), ("f", lambda app: main(app).filter != "", "c V"),
    ("escape", on(Main), "1"), ("t", lambda app: app.screen.each, "t"), ("escape", on(Main), ""),
]  # fmt: skip
FOLLOW: list[Step] = [
    ("slash", lambda app: isinstance(app.focused, Input), "escape"),
    ("ctrl+f", lambda app: isinstance(app.focused, Input), "h t t p enter"),
    ("n", lambda app: text(app).cursor > 0, ""), ("N", lambda app: True, ""),
    ("a", lambda app: app.screen._side == 1, "a a"), ("t", on(Choose), "escape"),
    ("left_square_bracket", lambda app: app.screen.ready and app.screen.number == 0, ""),
    ("right_square_bracket", lambda app: app.screen.ready and app.screen.number == 1, ""),
    ("end", lambda app: text(app).place is text(app)._lines[-1], ""), ("home", lambda app: text(app).cursor == 0, ""),
    ("G", lambda app: text(app).place is text(app)._lines[-1], ""), ("g", lambda app: text(app).cursor == 0, ""),
    ("down", lambda app: text(app).cursor == 1, ""), ("up", lambda app: text(app).cursor == 0, ""),
    ("j", lambda app: text(app).cursor == 1, ""), ("k", lambda app: text(app).cursor == 0, ""),
    ("pagedown", lambda app: text(app).cursor > 1, ""), ("pageup", lambda app: text(app).cursor == 0, ""),
    ("space", lambda app: text(app).cursor > 1, ""), ("w", lambda app: app.screen.query("#name"), "escape"),
    ("question_mark", on(Help), "escape"), ("f1", on(Help), "escape"),
    ("q", on(Main), "R"), ("escape", on(Main), "R"), ("f", shows("tcp.stream == 1"), "R"), ("enter", on(Main), ""),
]  # fmt: skip
PATHS: list[Step] = [
    ("p", lambda app: app.focused.id == "paths", ""), ("tab", lambda app: app.focused.id != "paths", ""),
    ("2", lambda app: tab(app) == "of-datagrams", ""), ("3", lambda app: app.screen.timeline is not None, ""),
    ("1", lambda app: tab(app) == "of-findings", ""), ("w", on(SaveTable), "escape"),
    ("question_mark", on(Help), "escape"), ("f1", on(Help), "escape"),
    ("escape", on(Main), "m"), ("q", on(Main), "m"), ("m", on(Main), "m"), ("e", on(Main), "m"),
    ("f", lambda app: main(app).filter != "", ""),
]  # fmt: skip
GRAPHS: list[Step] = [
    *((str(n), lambda app, n=n: app.screen.shown == list(graphs())[n - 1], "") for n in range(1, 6)),  # type: ignore[misc]
    ("d", lambda app: app.screen._direction == 0, ""), ("plus", lambda app: app.screen._part == 0.5, ""),
    ("right", lambda app: app.screen._from > 0.25, ""), ("left", lambda app: app.screen._from == 0.25, ""),
    ("l", lambda app: app.screen._from > 0.25, ""), ("h", lambda app: app.screen._from == 0.25, ""),
    ("minus", lambda app: app.screen._part == 1, ""), ("w", on(SaveTable), "escape"),
    ("question_mark", on(Help), "escape"), ("f1", on(Help), "escape"),
    ("escape", on(Main), "S"), ("q", on(Main), "S"), ("f", shows("tcp.stream == 1"), ""),
]  # fmt: skip
FLOWS: list[Step] = [
    ("j", lambda app: app.screen.query_one(OptionList).highlighted == 56, ""),
    ("k", lambda app: app.screen.query_one(OptionList).highlighted == 55, ""),
    ("n", lambda app: True, ""), ("p", lambda app: True, ""),  # there are no more
    ("w", on(SaveTable), "escape"), ("question_mark", on(Help), "escape"), ("f1", on(Help), "escape"),
    ("escape", on(Main), "W"), ("q", on(Main), "W"),
    ("a", lambda app: main(app).filter == "tcp.stream == 1" and isinstance(app.screen, FlowGraph), "escape"),
]  # fmt: skip
RATES: list[Step] = [
    ("ctrl+u", lambda app: app.screen._unit == 1, ""), ("ctrl+s", on(SaveTable), "escape"),
    ("f1", on(Help), "escape"), ("escape", on(Main), ""),
]  # fmt: skip
SQL: list[Step] = [
    ("ctrl+up", lambda app: True, ""), ("ctrl+down", lambda app: True, ""),
    ("e", lambda app: isinstance(app.focused, Input), ""),
    ("slash", lambda app: isinstance(app.focused, Input), ""),
]  # fmt: skip
PRESSED: dict[type[Any], Sequence[list[Step]]] = {
    Main: (FIRST, SECOND, THIRD, TREE), PacketList: (SECOND,), TreePane: (TREE,), BytesPane: (BYTES,),
    FilterBar: (BAR,), TableScreen: (TABLE,), Statistics: (TABLE,), Follow: (FOLLOW,), StreamText: (FOLLOW,),
    PathMtu: (PATHS,), TcpGraphs: (GRAPHS,), FlowGraph: (FLOWS,), IoGraph: (RATES,), Sql: (SQL,),
}  # fmt: skip


def tree(app: Dissect) -> TreePane:
    """The tree."""
    return main(app).details


def text(app: Dissect) -> StreamText:
    """What a stream says."""
    return app.screen.query_one(StreamText)


def tab(app: Dissect) -> str:
    """The tab that is shown."""
    return app.screen.query_one(TabbedContent).active


def graphs() -> dict[str, str]:
    """The graphs of a TCP stream."""
    from tui.screens.tcp_graphs import GRAPHS

    return GRAPHS


async def take(app: Dissect, pilot: Pilot[None], steps: list[Step]) -> None:
    """Press, see, go back."""
    for key, check, back in steps:
        screen = app.screen
        await pilot.press(key)
        try:
            await until(pilot, lambda: check(app))  # noqa: B023
        except AssertionError:
            raise AssertionError(f"{key} on {screen!r}: now {app.screen!r}, {main(app).filter!r}") from None
        for one in back.split():
            await pilot.press(one)
            await until(pilot, lambda: ready(app))


def ready(app: Dissect) -> bool:
    """Nothing is being made."""
    return getattr(app.screen, "ready", True) and main(app).note == ""


async def to(app: Dissect, pilot: Pilot[None], number: int) -> None:
    """At a packet."""
    packets(app).go_to(number)
    await until(pilot, lambda: main(app).packet is not None and main(app).packet.number == number)  # type: ignore[union-attr]


WAYS: dict[str, tuple[str, list[Step], str]] = {  # what leads there: a sample, keys
    "list": ("tour.pcapng", FIRST, ""),
    "columns": ("tour.pcapng", SECOND, "home"),
    "screens": ("tour.pcapng", THIRD, ""),
    "tree": ("tour.pcapng", TREE, "tab g"),
    "bytes": ("odd-fragments-v4.pcap", BYTES, "tab tab"),
    "bar": ("tour.pcapng", BAR, "slash a r p full_stop o p c"),
    "table": ("tour.pcapng", TABLE, "V"),
    "follow": ("tour.pcapng", FOLLOW, "R"),
    "paths": ("blackhole-recovered-v4.pcap", PATHS, "m"),
    "graphs": ("tour.pcapng", GRAPHS, "S"),
    "flows": ("tour.pcapng", FLOWS, "W"),
    "rates": ("tour.pcapng", RATES, "I"),
    "sql": ("tour.pcapng", SQL, "Q enter"),
}


def test_every_key_is_pressed_by_a_test() -> None:
    for kind, steps in PRESSED.items():
        pressed = {key for some in steps for first, _, back in some for key in (first, *back.split())}
        bound = {key for b in kind.BINDINGS if isinstance(b, Binding) for key in b.key.split(",")}
        assert not bound - pressed, f"no test presses these keys of {kind.__name__}"


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_keys_do_what_they_say(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way in ("sql", "screens"):
        pytest.importorskip("duckdb")
    name, steps, keys = WAYS[way]

    async def scenario(app: Dissect, pilot: Pilot[None]) -> None:
        if name != "blackhole-recovered-v4.pcap":
            await to(app, pilot, 56 if name == "tour.pcapng" else 7)  # in a TCP stream; with a datagram put together
        for key in keys.split():
            await pilot.press(key)
        await until(pilot, lambda: ready(app))
        if way == "graphs":
            await until(pilot, lambda: app.screen.segments is not None)  # type: ignore[attr-defined]
        if way == "paths":
            await until(pilot, lambda: app.screen._report is not None)  # type: ignore[attr-defined]
        if way == "flows":
            await until(pilot, lambda: app.screen.lines)  # type: ignore[attr-defined]
        await take(app, pilot, steps)

    drive(name, scenario, (120, 40))
