"""Decode as: what a port or another key of a protocol carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

import dissect

KEYS = {
    "tcp.port": ("tcp.dstport", "tcp.srcport"), "udp.port": ("udp.dstport", "udp.srcport"), "ip.proto": ("ip.proto",),
    "ethertype": ("eth.type", "vlan.etype"),
}  # fmt: skip


class DecodeAs(ModalScreen[list[str] | None]):
    """Ends with the rules that are to hold, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+s", "apply", "Apply", priority=True),
        Binding("ctrl+r", "remove", "Remove the rule", priority=True),
    ]

    def __init__(self, registry: dissect.Registry, rules: Sequence[str], packet: dissect.Packet | None) -> None:
        super().__init__()
        self._plain = dissect.builtin() if not rules else registry
        self.rules = list(rules)
        self._proposed = proposals(packet, registry)

    def compose(self) -> ComposeResult:
        """The rules, a line for another."""
        with Vertical(classes="dialog"):
            yield Static("Decode as", classes="title", markup=False)
            yield OptionList(id="rules")
            start = f"{self._proposed[0]}," if self._proposed else ""
            yield Input(start, placeholder="tcp.port==8888,http", id="wanted")
            other = f"   of this packet: {'  '.join(self._proposed)}" if self._proposed else ""
            yield Static(f"Enter adds, Ctrl+R removes, Ctrl+S applies{other}", classes="hint", markup=False)

    def on_mount(self) -> None:
        """What holds now."""
        self._show()
        self.query_one(Input).focus()

    def _show(self) -> None:
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options([Option(Text(rule)) for rule in self.rules])
        shown.display = bool(self.rules)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Add a rule, if it is one; apply where there is nothing to add."""
        rule = event.value.strip()
        if not rule or rule.endswith(","):
            self.action_apply()
            return
        try:
            self._plain.decode_as(rule)
        except ValueError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        key = rule.partition(",")[0]
        self.rules = [*(one for one in self.rules if one.partition(",")[0] != key), rule]
        self._show()
        self.query_one(Input).value = ""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Edit a rule."""
        line = self.query_one(Input)
        line.value = self.rules[event.option_index]
        line.focus()

    def action_remove(self) -> None:
        """Away with the rule under the cursor, or the last."""
        if self.rules:
            at = self.query_one(OptionList).highlighted
            del self.rules[-1 if at is None else at]
            self._show()

    def action_apply(self) -> None:
        """These rules."""
        self.dismiss(self.rules)


def proposals(packet: dissect.Packet | None, registry: dissect.Registry) -> list[str]:
    """The keys by which a packet's layers were found, the innermost first."""
    found = []
    for table, names in KEYS.items():
        values = dict.fromkeys(value for name in names for value in (packet.all(name) if packet else []))
        found += [f"{table}=={value}" for value in values if table in registry.tables and isinstance(value, int)]
    return found
