"""Asks for a capture to open: the files used lately, and a folder's."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DirectoryTree, Input, OptionList, Static
from textual.widgets.option_list import Option

import dissect

ENDINGS = (".pcap", ".pcapng", ".cap", ".snoop", ".ntar", ".dmp")
PACKED = (".gz", ".zst", ".xz", ".bz2", ".lz4")


class Captures(DirectoryTree):
    """Folders, and files that are named like captures."""

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Only those, and only names that a terminal can be shown."""
        return [p for p in paths if p.name.isprintable() and not p.name.startswith(".") and wanted(p)]


def wanted(path: Path) -> bool:
    """Whether it may be a capture, or a folder with some."""
    name = path.name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return name.endswith(ENDINGS) or path.is_dir()


class Pick(ModalScreen[str | None]):
    """Ends with the path of a file that can be opened, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, folder: str, recent: list[str]) -> None:
        super().__init__()
        self._folder = folder
        self._recent = [path for path in reversed(recent) if os.path.isfile(path)][:8]

    def compose(self) -> ComposeResult:
        """A line to type in, recent files, the folder."""
        with Vertical(classes="dialog tall"):
            yield Input(placeholder="path of a capture", id="name")
            if self._recent:
                yield OptionList(*(Option(Text(dissect.escape_text(path))) for path in self._recent), id="recent")
            yield Captures(self._folder, id="files")
            yield Static("Tab goes on, Enter opens", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin where most choose."""
        self.query_one("#recent" if self._recent else "#files").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The path that was typed."""
        self._take(os.path.expanduser(event.value.strip()))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A recent file."""
        self._take(self._recent[event.option_index])

    def on_directory_tree_file_selected(self, event: DirectoryTree.FileSelected) -> None:
        """A file of the folder."""
        self._take(str(event.path))

    def _take(self, path: str) -> None:
        try:
            dissect.open(path).close()
        except dissect.CaptureError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.dismiss(path)
