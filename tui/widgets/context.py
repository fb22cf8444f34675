"""What a pane says when a menu is asked for with the other mouse button."""

from __future__ import annotations

from textual.message import Message


class MenuAsked(Message):
    """The pane that sends it has put its cursor where the pointer was."""
