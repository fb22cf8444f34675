"""Packets looked at apart from each other, where nobody may ask the passes: they go over the capture in order."""

from __future__ import annotations

from typing import NoReturn


class Related(BaseException):
    """What was asked of a packet depends on others.  No `Exception`: those are taken for a layer's own fault."""


class Nobody:
    """Stands where passes would."""

    def __getattr__(self, name: str) -> NoReturn:
        """Whatever is asked of them."""
        raise Related(name)
