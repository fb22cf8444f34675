"""Outlines of a package's layers, kept between runs: so that a command need not import hundreds of modules.

As with Python's own `.pyc` files, what is kept holds as long as the sources have the times and sizes they had.  It
lies in the user's cache folder; where that cannot be written, everything is imported as if it had never been kept.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from dissect.engine.layer import Layer
from dissect.engine.outline import Outline, outline_of

FORMAT = 1


def outlines(
    package: str, folders: Sequence[str], others: Sequence[str], load: Callable[[], list[type[Layer]]]
) -> list[Outline]:
    """The outlines of the layers of a package.

    They depend on the sources in `folders` and on the packages `others`; `load` imports them all.
    """
    path = os.path.join(cache_folder(), f"layers-{zlib.crc32(os.fsencode(folders[0])):08x}.json")
    state = [FORMAT, sys.version, *(entry for folder in folders for entry in sources(folder)), *map(origin, others)]
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        if kept["state"] == state:
            found = [Outline(*values) for values in kept["layers"]]
            if all(one.home.startswith(f"{package}.") for one in found):
                return found
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none yet, or not as we write it
    found = [outline_of(layer) for layer in load()]
    keep(path, {"state": state, "layers": found})
    return found


def sources(folder: str) -> list[str]:
    """Name, time and size of each source file of a folder."""
    with os.scandir(folder) as entries:
        files = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".py")]
    return [f"{name} {stat.st_mtime_ns} {stat.st_size}" for name, stat in sorted(files)]


def origin(package: str) -> str:
    """Where another package lies, and its time."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    return f"{spec.origin} {os.stat(spec.origin).st_mtime_ns}"


def cache_folder() -> str:
    """The folder for what can be made again."""
    if sys.platform in ("win32", "darwin"):
        from platformdirs import user_cache_dir

        return user_cache_dir("pcap-dissect", appauthor=False)
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pcap-dissect")


def keep(path: str, content: object) -> None:
    """Write a file, whole or not at all."""
    draft = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(draft, "w", encoding="utf-8") as file:
            json.dump(content, file, separators=(",", ":"))
        os.replace(draft, path)
    except OSError:
        pass  # no place for it: the next run imports everything, too
