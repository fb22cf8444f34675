"""Asks what to find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, RadioSet, Static

import dissect
from tui.filtering import octets_to_find, to_find
from tui.widgets.choice import Choice

KINDS = ("text", "filter", "regex", "hex")
PLACES = ("anywhere", "list", "tree", "bytes")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The packets to look for (`filter`); what to highlight in their bytes; or what a line of their tree is to say."""

    filter: str
    octets: re.Pattern[bytes] | None = None
    labels: re.Pattern[str] | None = None

    def __contains__(self, what: object) -> bool:
        return what in (self.filter, self.labels)


def wanted(kind: str, place: str, text: str) -> Wanted:
    """What is asked for.  Raises ValueError (re.error is one)."""
    if place == "tree" and kind in ("text", "regex"):
        return Wanted("", None, re.compile(re.escape(text) if kind == "text" else text, re.IGNORECASE))
    octets = None if place == "list" or kind == "filter" else octets_to_find(kind, text)
    return Wanted(to_find(kind, text, place), octets)


class Find(ModalScreen[Wanted | None]):
    """Ends with what to find, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, registry: dissect.Registry) -> None:
        super().__init__()
        self._registry = registry

    def compose(self) -> ComposeResult:
        """What, as what, and where."""
        with Vertical(classes="dialog"):
            yield Input(placeholder="find", id="wanted")
            for name, choices in (("kind", KINDS), ("place", PLACES)):
                with RadioSet(id=name):
                    for choice in choices:
                        yield Choice(choice, value=choice == choices[0])
            keys = "Enter finds, Tab chooses how and where (anywhere: Info and bytes); then n and N"
            yield Static(keys, classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Find it, if it can be looked for."""
        if not event.value.strip():
            return
        kind, place = (max(self.query_one(f"#{name}", RadioSet).pressed_index, 0) for name in ("kind", "place"))
        try:
            what = wanted(KINDS[kind], PLACES[place], event.value)
            if what.filter:
                dissect.compile_filter(what.filter, self._registry)
        except (ValueError, re.error, dissect.FilterError) as error:
            self.notify(str(error).splitlines()[0], severity="warning", markup=False)
            return
        self.dismiss(what)
