"""For every test: a layer's fault is raised, not shown as a note; hypothesis tries the same examples each time; pytest
rewrites tests and nothing else.

A change is judged by what it changes: new examples are for long runs (`--hypothesis-profile=explore`, `tests/fuzz`).
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

from _pytest.assertion.rewrite import AssertionRewritingHook
from hypothesis import HealthCheck, settings

busy = [HealthCheck.too_slow]  # as the machine may be
settings.register_profile("steady", derandomize=True, database=None, suppress_health_check=busy)
settings.register_profile("explore", derandomize=False)
settings.load_profile("steady")

# The command is started some hundred times: where no bytecode is to lie beside the sources it is compiled once all the
# same, elsewhere, and not at each start.  Workers have it from here.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ["PYTHONPYCACHEPREFIX"] = compiled = tempfile.mkdtemp(prefix="dissect-compiled-")
    atexit.register(shutil.rmtree, compiled, ignore_errors=True)

# Packages that bring a plugin are rewritten as tests are: five hundred modules of ours in each worker, which costs
# seconds, and in threads (the screen's workers import at once) ends in a SystemError of Python 3.11.
for finder in sys.meta_path:
    if isinstance(finder, AssertionRewritingHook):
        finder._must_rewrite -= {"dissect", "tui"}
        finder._marked_for_rewrite_cache.clear()


def pytest_configure() -> None:
    """Imports the engine, which is not rewritten any more."""
    from dissect.engine import row

    row.STRICT = True
