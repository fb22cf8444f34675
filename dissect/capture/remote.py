"""Files that have an address and no path (`s3://bucket/key`, `gs://…`, `abfs://…`, `hdfs://…`, `file:///…`).

pyarrow's file systems know most; where fsspec is installed, it knows others.  Who may read and write is told to them as
usual: by the environment, by profiles, by the machine's role.  What they raise becomes one line, a CaptureError.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from .errors import CaptureError
from .feed import Stream

RENAMES = frozenset({"local", "hdfs", "mock", "subtree"})  # where a file that is not whole could be seen, but renamed

PIECE = 1 << 22  # octets read or written at a time


class Place(NamedTuple):
    """A file system of pyarrow's, and a path in it."""

    files: Any
    path: str

    def below(self, name: str) -> Place:
        """What has a name below this."""
        return Place(self.files, f"{self.path.rstrip('/')}/{name}")


@lru_cache(256)
def place(address: str) -> Place:
    """Where an address is.  Raises CaptureError."""
    from pyarrow import fs

    with told(address):
        try:
            return Place(*fs.FileSystem.from_uri(address))
        except ValueError as error:
            if "nrecognized filesystem" not in str(error):
                raise
        return Place(*_by_fsspec(address))


def _by_fsspec(address: str) -> tuple[Any, str]:
    from pyarrow import fs

    scheme = address.partition(":")[0]
    try:
        core: Any = importlib.import_module("fsspec.core")  # it has no types
        files, path = core.url_to_fs(address)
    except ImportError as error:
        raise ValueError(f"nothing here knows {scheme}:// ({error})") from None
    return fs.PyFileSystem(fs.FSSpecHandler(files)), path


@contextmanager
def told(address: str, verb: str = "opened") -> Iterator[None]:
    """What libraries raise becomes a CaptureError of one line."""
    try:
        yield
    except CaptureError:
        raise
    except (OSError, ValueError, NotImplementedError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise CaptureError(plain(address), f"cannot be {verb}: {' '.join(reason.split())}") from error


def plain(address: str) -> str:
    """An address without what may be secret in it: options, and who asks."""
    return re.sub(r"(?<=://)[^/@]*@", "", address.partition("?")[0])


def facts(address: str) -> tuple[int, int]:
    """Size and time (ns) of a file.  Raises CaptureError."""
    with told(address):
        info = _info(place(address))
        if not info.is_file:
            raise FileNotFoundError(2, "")
        return info.size or 0, info.mtime_ns or 0


def _info(where: Place) -> Any:
    return where.files.get_file_info([where.path])[0]


def expand(address: str) -> list[str]:
    """The files that an address names: one, those below a folder, or those that match a pattern.

    Raises CaptureError where there is no such place; a file that is not there is told of when it is opened.
    """
    from fnmatch import fnmatchcase

    from pyarrow import fs

    head, mark, options = address.partition("?")
    pattern = re.search(r"[^/]*[*\[]", head.partition("://")[2])
    base = address
    if pattern:
        base = head[: len(head.partition("://")[0]) + 3 + pattern.start()].rstrip("/") + mark + options
    with told(plain(address)):
        start = place(base)
        if not pattern and _info(start).type != fs.FileType.Directory:
            return [address]
        found = start.files.get_file_info(fs.FileSelector(start.path, allow_not_found=bool(pattern), recursive=True))
    wanted = unquote(head[len(base.partition("?")[0]) :].strip("/")) if pattern else ""
    out = []
    for info in found:
        below = info.path[len(start.path) :].strip("/")
        right = fnmatchcase(below, wanted) if wanted else PurePosixPath(below).name[:1] not in ("", ".")
        if info.is_file and right:
            out.append(f"{base.partition('?')[0].rstrip('/')}/{quote(below)}{mark}{options}")
    return sorted(out)


class Remote(Stream):
    """A remote file as bytes that arrive."""

    def __init__(self, address: str) -> None:
        where = place(address)
        with told(address):
            info = _info(where)
            if not info.is_file:
                raise FileNotFoundError(2, "") if not info.base_name or not info.size else OSError("it is a folder")
            self._all = int(info.size or 0)
            super().__init__(where.files.open_input_stream(where.path, compression=None, buffer_size=PIECE))

    def progress(self) -> tuple[int, int]:
        """Bytes read, and how many there are."""
        return self._done, self._all

    def close(self) -> None:
        """Close the connection."""
        self._file.close()


def digest(address: str) -> str:
    """The SHA-256 of a file, in hex."""
    import hashlib

    where, out = place(address), hashlib.sha256()
    with told(address), where.files.open_input_stream(where.path, compression=None) as file:
        while piece := file.read(PIECE):
            out.update(piece)
    return out.hexdigest()


def read(where: Place) -> bytes | None:
    """A small file; None where there is none."""
    if not _info(where).is_file:
        return None
    with where.files.open_input_stream(where.path, compression=None) as file:
        return bytes(file.read())


def listed(where: Place) -> list[str]:
    """The names of the files right below."""
    from pyarrow import fs

    found = where.files.get_file_info(fs.FileSelector(where.path, allow_not_found=True))
    return sorted(info.base_name for info in found if info.is_file)


def remove(where: Place) -> None:
    """Delete a file, if it is there."""
    try:
        where.files.delete_file(where.path)
    except FileNotFoundError:
        pass
    except OSError:
        if _info(where).is_file:
            raise


def write(where: Place, octets: bytes) -> None:
    """A small file, whole or not at all."""
    with _appearing(where) as aim, where.files.open_output_stream(aim) as file:
        file.write(octets)


def upload(source: str, where: Place) -> None:
    """A file of this machine, whole or not at all.

    By a thread, which no key interrupts: an object of which half was written is finished when it is closed.
    """
    with _appearing(where) as aim, ThreadPoolExecutor(1) as apart:
        apart.submit(_copy, source, Place(where.files, aim)).result()


def _copy(source: str, aim: Place) -> None:
    with open(source, "rb") as here, aim.files.open_output_stream(aim.path) as there:
        while piece := here.read(PIECE):
            there.write(piece)


@contextmanager
def _appearing(where: Place) -> Iterator[str]:
    """The path to write to.  An object is there when it was written; a file gets its name then."""
    folder, _, name = where.path.rpartition("/")
    if where.files.type_name not in RENAMES:
        try:
            yield where.path
        except BaseException:
            with suppress(OSError):
                remove(where)
            raise
        return
    where.files.create_dir(folder or "/", recursive=True)
    part = f"{folder}/.{name}.{os.getpid()}.part"
    try:
        yield part
        where.files.move(part, where.path)
    except BaseException:
        remove(Place(where.files, part))
        raise
