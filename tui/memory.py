"""How much memory a session holds, and what the collector of garbage looks at."""

from __future__ import annotations

import gc


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
