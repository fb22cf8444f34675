"""What the keys do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS = """\
Packets
  ↓ ↑, j k            next, previous          Page Down, Page Up   a screen on, back
  Home End, g G       first, last             Ctrl+G               go to a packet by number

Panes
  Tab                 next pane               t, b                 show or hide tree, bytes
  Enter               unfold (in the tree)    click on a byte      its field in the tree

Filter
  /                   type a display filter   Enter                apply it
  →                   take the completion     ↑ ↓                  earlier filters
  f, n                filter on the field under the tree's cursor, or on its absence
  c                   clear                   Escape               back to the list

Screens
  m                   fragments, path MTU and DF: paths, findings, evidence
  Ctrl+P              everything, by name
  ?                   this page               q                    leave"""


class Help(ModalScreen[None]):
    """The keys, on one page."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """One page."""
        with VerticalScroll(id="help"):
            yield Static(KEYS, markup=False)
