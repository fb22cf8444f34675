"""What Python and libraries do by the way, and a process that does one thing can do without: for the command line and
the processes that it starts."""

from __future__ import annotations

import gc
import os
import sys
from importlib.machinery import ModuleSpec

DOCSTRINGS = frozenset({"numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars"})


def lean() -> None:
    """Make this process so, before NumPy and pyarrow are imported."""
    # pyarrow imports pandas where it is installed, which takes longer than many a command; nothing here wants it
    sys.meta_path[:0] = Without("pandas"), Undocumented()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's linear algebra is not used: no threads for it
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its other pools keep what was given back to them
    gc.set_threshold(150_000, 20, 20)  # most of what is made stays, and all that is imported


class Without:
    """An import hook: as if a library were not installed."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse the names."""
        if name in self._names:
            raise ModuleNotFoundError(f"{name} is not for this command line", name=name)


class Undocumented:
    """An import hook: NumPy's modules that write docstrings are empty.  They take a third of the time of its import."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """An empty module for these names."""
        return ModuleSpec(name, self) if name in DOCSTRINGS else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: object) -> None:
        """Nothing."""
