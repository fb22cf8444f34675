"""Context menus: for each pane the actions of the main screen that concern what is under its cursor."""

from __future__ import annotations

PACKET = (
    "apply", "apply('not selected')", "filter_menu", "conversation_filter", "stream", "app.follow_stream", "link",
    "mark", "ignore", "reference", "comment", "app.decode_as", "app.tcp_graphs", "copy",
)  # fmt: skip
COLUMN = ("sort", "move_column(-1)", "move_column(1)", "widen(2)", "widen(-2)", "remove_column", "time_style", "names")
FIELD = (
    "apply", "apply('not selected')", "filter_menu", "add_column", "link", "app.follow_stream", "app.decode_as", "copy",
)  # fmt: skip
BYTES = ("apply", "find", "copy", "save")
MENUS = {"list": PACKET, "titles": COLUMN, "tree": FIELD, "bytes": BYTES}
