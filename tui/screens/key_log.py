"""Asks for a key log: a file of TLS secrets, with which TLS and QUIC are decrypted."""

from __future__ import annotations

import os
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

import dissect


class KeyLog(ModalScreen[str | None]):
    """Ends with the path of a key log (empty: none), or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, capture: dissect.Capture, now: str) -> None:
        super().__init__()
        self._now = now
        secrets = capture.keys()
        self._known = f"{len(secrets):,} secrets are known, {len(secrets.used):,} of them of connections met so far"

    def compose(self) -> ComposeResult:
        """One line."""
        with Vertical(classes="dialog"):
            yield Static("Key log", classes="title", markup=False)
            yield Input(self._now, placeholder="a file that SSLKEYLOGFILE named; empty: none", id="wanted")
            yield Static(self._known, classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """That file, if it can be read and has secrets."""
        name = os.path.expanduser(event.value.strip())
        if not name:
            self.dismiss("")
            return
        try:
            found = len(dissect.KeyLog.read(name))
        except OSError as error:
            self.notify(f"{name}: {error.strerror or error}", severity="warning", markup=False)
            return
        if found:
            self.dismiss(os.path.abspath(name))
        else:
            self.notify(f"{name} has no secrets: lines like CLIENT_RANDOM …", severity="warning", markup=False)
