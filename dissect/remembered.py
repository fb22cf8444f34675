"""What is kept between runs: outlines of layers, so that a command need not import hundreds of modules, and which
layers installed packages bring, so that it need not look through all that is installed.

As with Python's own `.pyc` files, what is kept holds as long as the sources have the times and sizes they had, and is
written as these are, behind a sum of it: that is read in a fourth of the time that JSON takes.  It
lies in the user's cache folder; where that cannot be written, everything is imported as if it had never been kept.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import zlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from dissect.engine.layer import Layer
from dissect.engine.outline import Outline, outline_of

FORMAT = 5
MOST = 40  # files that are kept: each Python, and each place this package lies in, has two of its own


def outlines(
    package: str, folders: Sequence[str], others: Sequence[str], load: Callable[[], list[type[Layer]]]
) -> list[Outline]:
    """The outlines of the layers of a package.

    They depend on the sources in `folders` and on the packages `others`; `load` imports them all.
    """
    path = os.path.join(cache_folder(), f"layers-{zlib.crc32(os.fsencode(folders[0])):08x}.kept")
    state = [FORMAT, sys.version, *(entry for folder in folders for entry in sources(folder)), *map(origin, others)]
    try:
        found = [Outline(*values) for values in recall(path, state)["layers"]]
        if all(one.home.startswith(f"{package}.") for one in found):
            return found
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        pass  # none yet, or not as we write it
    found = [outline_of(layer) for layer in load()]
    keep(path, {"state": state, "layers": [tuple(one) for one in found]})
    return found


def entry_points(group: str) -> list[tuple[str, str]]:
    """(name, `module` or `module:attribute`) of each entry point of a group, in order of the names."""
    folders = os.fsencode(os.pathsep.join(sys.path))
    path = os.path.join(cache_folder(), f"{group}-{zlib.crc32(folders):08x}.kept")
    state = [FORMAT, sys.version, *map(changed, sys.path)]
    try:
        return [(str(name), str(value)) for name, value in recall(path, state)["points"]]
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        pass
    from importlib import metadata

    found = sorted({(point.name, point.value) for point in metadata.entry_points(group=group)})
    keep(path, {"state": state, "points": found})
    return found


def recall(path: str, state: object) -> dict[str, Any]:
    """What is kept in a file, if it was made in this state.

    Raises OSError, ValueError, KeyError, TypeError or EOFError.
    """
    with open(path, "rb") as file:
        total, octets = file.read(4), file.read()
    if zlib.crc32(octets).to_bytes(4, "big") != total:
        raise ValueError("not what was kept")
    kept: dict[str, Any] = marshal.loads(octets)
    if kept["state"] != state:
        raise ValueError("made in another state")
    return kept


def changed(folder: str) -> str:
    """A folder where packages may be, and the time of the last change of what is in it."""
    try:
        return f"{folder} {os.stat(folder or os.curdir).st_mtime_ns}"
    except OSError:
        return folder


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


def packed(content: dict[str, Any]) -> bytes:
    """As it is kept."""
    octets = marshal.dumps(content)
    return zlib.crc32(octets).to_bytes(4, "big") + octets


def keep(path: str, content: dict[str, Any]) -> None:
    """Write a file, whole or not at all."""
    draft = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(draft, "wb") as file:
            file.write(packed(content))
        os.replace(draft, path)
        forget(os.path.dirname(path))
    except OSError:  # no place for it: the next run imports everything, too
        with contextlib.suppress(OSError):
            os.unlink(draft)


def forget(folder: str) -> None:
    """Delete what was kept longest ago, beyond `MOST` files.  Raises OSError."""
    with os.scandir(folder) as entries:
        kept = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(".kept")]
    for _, path in sorted(kept)[:-MOST]:
        os.unlink(path)
