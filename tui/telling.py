"""How a thread hands what it found to its screen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import Worker


def tell(screen: Screen[Any], worker: Worker[Any], what: Callable[..., object], *arguments: Any) -> None:
    """Call something in the screen's own thread, unless nobody waits for it any more."""
    if not worker.is_cancelled and screen.app.is_running:
        screen.app.call_from_thread(_told, what, *arguments)


def _told(what: Callable[..., object], *arguments: Any) -> None:
    with suppress(NoMatches):  # while a screen goes, its widgets go before its threads are told to stop
        what(*arguments)
