"""What the C library keeps of memory that nobody needs any more.

Every thread that allocates gets an arena of its own, and large arrays come and go in all of them: what one thread has
given back stays with its arena while another asks the system for more.  Left alone, threads that work on batches of
packets hold a quarter more of nothing, and a session in the terminal some hundred MB.
"""

from __future__ import annotations

from functools import cache
from typing import Any

M_ARENA_MAX = -8


@cache
def library() -> Any:
    """The C library, if it is glibc."""
    try:
        import ctypes

        found = ctypes.CDLL(None)
        return found if hasattr(found, "malloc_trim") and hasattr(found, "mallopt") else None
    except (ImportError, OSError, TypeError):
        return None


def few(count: int = 1) -> None:
    """From now on threads share so many arenas."""
    if library() is not None:
        library().mallopt(M_ARENA_MAX, count)


def give_back() -> None:
    """Return to the system what is free."""
    if library() is not None:
        library().malloc_trim(0)
