"""Out: to files and to the clipboard."""

from __future__ import annotations

import json

import dissect
from tui.actions.filters import Filters


class Writing(Filters):
    """What leaves the program."""

    def action_save(self) -> None:
        """Write packets, or their fields, to a file."""
        from tui.screens.save import SavePackets

        shown, rows = self.packets, self.packets.rows
        self.app.push_screen(SavePackets(self.reader(), rows, shown.marks, self.filter, shown.ignored, shown.comments))

    def action_copy(self) -> None:
        """Ask what to copy; the terminal takes it (OSC 52)."""
        if self.packet is None:
            return
        node = self.details.chosen_field()
        line = self.packets.line_text(self.packets.cursor).rstrip()
        choices = {
            "the line": line,
            "the field": self.details.chosen_text(),
            "its value": dissect.escape_text(str(self.packet.get(node[0].name, node[1]))) if node else "",
            "the filter for what is selected": self.selected_filter(),
            "the selected bytes, as hex": self.octets.selected.hex(),
            "the packet's bytes, as hex": self.packet.data.hex(),
            "the packet as text": "\n".join(dissect.packet_lines(self.packet, True)),
            "the packet as JSON": json.dumps(dissect.packet_json(self.packet), ensure_ascii=False),
        }
        offered = [name for name, text in choices.items() if text]

        def chosen(number: int | None) -> None:
            if number is not None:
                self.app.copy_to_clipboard(choices[offered[number]])
                self.notify(f"copied {offered[number]}")

        self.choose("Copy", offered, chosen)
