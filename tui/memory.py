"""What the C library keeps of memory that nobody needs any more.

Every thread that allocates gets an arena of its own, and large arrays come and go in all of them: left alone, a session
over a million packets holds some hundred MB of nothing.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import Any

M_ARENA_MAX = -8
ARENAS = 2


@cache
def _library() -> Any:
    """The C library, if it is glibc."""
    try:
        import ctypes

        library = ctypes.CDLL(None)
        return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
    except (ImportError, OSError, TypeError):
        return None


def few_arenas() -> None:
    """From now on threads share arenas."""
    if _library() is not None:
        _library().mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return to the system what is free."""
    if _library() is not None:
        _library().malloc_trim(0)


def held() -> int:
    """MB of our own; the mapped file's pages belong to the system.  0 where that cannot be told."""
    try:
        with open("/proc/self/status", encoding="ascii") as lines:
            return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("RssAnon")), 0)
    except (OSError, ValueError):
        return 0


def started() -> None:
    """The first screen is there.  `dissect open` looks for no garbage before: what is made then is there to stay."""
    gc.freeze()
    gc.enable()
