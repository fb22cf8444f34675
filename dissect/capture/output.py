"""Files that appear under their name only when they are whole: written beside it, then renamed."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import IO, Self

from .errors import CaptureError


class Output:
    """A binary file to write. ``-`` is standard output. Leaving the ``with`` block by an exception, or
    :meth:`discard`, leaves nothing behind."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._temporary: str | None = None
        self._file: IO[bytes]
        self.open = True
        if self.path == "-":
            self._file = sys.stdout.buffer
            return
        import tempfile

        folder, name = os.path.split(os.path.abspath(self.path))
        try:
            if os.path.exists(self.path) and not os.path.isfile(self.path):  # a pipe, /dev/null
                self._file = open(self.path, "wb", buffering=1 << 20)  # noqa: SIM115
                return
            descriptor, self._temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
        except OSError as error:
            raise CaptureError(self.path, f"cannot be written: {error.strerror}") from error
        self._file = os.fdopen(descriptor, "wb", buffering=1 << 20)

    def put(self, *pieces: bytes | memoryview) -> None:
        """Write some bytes."""
        try:
            self._file.writelines(pieces)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CaptureError(self.path, f"cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Give the file its name."""
        if not self.open:
            return
        self.open = False
        try:
            self._file.flush()
            if self.path == "-":
                return
            self._file.close()
            if self._temporary is not None:
                umask = os.umask(0)
                os.umask(umask)
                os.chmod(self._temporary, 0o666 & ~umask)
                os.replace(self._temporary, self.path)
        except BrokenPipeError:
            raise
        except OSError as error:
            self._remove()
            raise CaptureError(self.path, f"cannot be written: {error.strerror}") from error

    def discard(self) -> None:
        """Leave no file."""
        if self.open and self.path != "-":
            self.open = False
            try:
                self._file.close()
            except OSError:  # there is no room for what it still held: it is not wanted
                pass
            self._remove()

    def _remove(self) -> None:
        if self._temporary is not None and os.path.exists(self._temporary):
            os.unlink(self._temporary)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def write_file(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Write a file, whole or not at all.  Raises CaptureError."""
    with Output(path) as out:
        out.put(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
