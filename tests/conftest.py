"""For every test: a layer's fault is raised, not shown as a note; hypothesis tries the same examples each time.

A change is judged by what it changes: new examples are for long runs (`--hypothesis-profile=explore`, `tests/fuzz`).
"""

from __future__ import annotations

from hypothesis import settings

from dissect.engine import row

row.STRICT = True
settings.register_profile("steady", derandomize=True, database=None)
settings.register_profile("explore", derandomize=False)
settings.load_profile("steady")
