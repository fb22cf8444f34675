"""For every test: a layer's fault is raised, not shown as a note; hypothesis tries the same examples each time; threads
rewrite modules one after the other.

A change is judged by what it changes: new examples are for long runs (`--hypothesis-profile=explore`, `tests/fuzz`).
"""

from __future__ import annotations

import threading
from typing import Any

from _pytest.assertion import rewrite
from hypothesis import HealthCheck, settings

from dissect.engine import row

row.STRICT = True
busy = [HealthCheck.too_slow]  # as the machine may be
settings.register_profile("steady", derandomize=True, database=None, suppress_health_check=busy)
settings.register_profile("explore", derandomize=False)
settings.load_profile("steady")

_rewrite, _one_at_a_time = rewrite._rewrite_test, threading.Lock()


def _rewritten(*arguments: Any) -> Any:
    """A module with pytest's assertions.  Python 3.11 counts how deep a syntax tree is for all threads together, so two
    that import at once (the screen's workers do) end in a SystemError."""
    with _one_at_a_time:
        return _rewrite(*arguments)


rewrite._rewrite_test = _rewritten
