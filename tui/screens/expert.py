"""Expert notes, grouped."""

from __future__ import annotations

from collections.abc import Callable

import dissect
from tui.screens.table import Row, TableScreen

STYLES = {"Error": "red", "Warning": "yellow", "Note": "cyan", "Chat": "dim"}


class Expert(TableScreen):
    """What the layers, and the findings, have to say; the gravest first."""

    heading = "Expert notes"
    columns = ("Severity", "Group", "Message", "Count", "Packets")

    def made(self, capture: dissect.Capture, cancel: Callable[[], bool]) -> list[Row]:
        """One row a kind of note."""
        where = dissect.compile_filter(self.main.filter, capture.registry) if self.main.filter else None
        return [
            Row(
                (n.severity, n.group, n.message, n.count, " ".join(map(str, n.packets))),
                n.packets[0] if n.packets else 0,
                message_filter(n.message),
                STYLES.get(n.severity, ""),
            )
            for n in dissect.expert_notes(capture, where, cancel=cancel)
        ]


def message_filter(message: str) -> str:
    """The filter for the packets with a note of this message."""
    quoted = message.replace("\\", "\\\\").replace('"', '\\"')
    return f'_ws.expert.message == "{quoted}"'
