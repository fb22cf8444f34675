"""A data set on disk: `OUT/<table>/…` beside `OUT/_manifest/`, one small JSON file for every capture that is done.

A capture's parts are written to a folder of their own below `OUT/_work/`, then a manifest beside them: from that
moment the capture is done.  Giving the parts their places (`settle`) can be repeated until it succeeds, so a run that
was killed leaves nothing half: what has a manifest is settled by the next run, what has none is swept away.
Names that begin with `_` are not data to DuckDB, Spark, pyarrow and polars.  `remote` has those that are no folders.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from dissect.capture import CaptureError, is_address

MANIFESTS, WORK, SHAPE = "_manifest", "_work", "_dataset.json"
LONGEST = 60  # characters of a capture's name that its parts have: some file systems allow 255 bytes in all


class DataSetError(Exception):
    """A data set that cannot be written to as asked; one line."""


@dataclass(slots=True)
class Manifest:
    """What was made of one capture.  `size` in bytes, `mtime` in ns, as they were when reading began.

    `source`: its absolute path, or its address without options (see `named`).
    """

    source: str
    key: str
    size: int
    mtime: int
    sha256: str
    packets: int = 0
    damage: str | None = None
    rows: dict[str, int] = field(default_factory=dict)  # by table
    files: list[str] = field(default_factory=list)  # below OUT
    schema: str = ""

    def unchanged(self, source: str) -> bool:
        """Whether the capture is what it was: by size and time, and where only the time is another, by its hash."""
        try:
            size, mtime = facts(source)
            return size == self.size and (mtime == self.mtime or digest(source) == self.sha256)
        except (OSError, CaptureError):
            return False


def data_set(out: str | os.PathLike[str]) -> DataSet:
    """The data set in a folder, or at an address."""
    if is_address(out):
        from dissect.export.remote import RemoteSet

        return RemoteSet(os.fspath(out))
    return DataSet(out)


class DataSet:
    """A data-set folder."""

    def __init__(self, out: str | os.PathLike[str]) -> None:
        self.out = Path(out)

    @property
    def address(self) -> str:
        """Where it is, for processes anywhere."""
        return str(self.out.absolute())

    # -- the run that owns the folder -----------------------------------------------------------------------

    def begin(self, shape: dict[str, Any]) -> IO[str]:
        """Own the folder until the file that is given back is closed; settle what a killed run left.

        `shape`: the options that all parts share.  Raises DataSetError where another run owns it or made it of
        another shape, OSError where it cannot be written.
        """
        (self.out / MANIFESTS).mkdir(parents=True, exist_ok=True)
        lock = open(self.out / MANIFESTS / "_lock", "w", encoding="utf-8")  # noqa: SIM115 - the caller closes it
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise DataSetError(f"{self.out}: another export is writing here") from None
        try:
            self._agree(shape)
            self.sweep()
        except BaseException:
            lock.close()
            raise
        return lock

    def _agree(self, shape: dict[str, Any]) -> None:
        name = f"{MANIFESTS}/{SHAPE}"
        before = self.get(name)
        if before is None:
            self.put(name, shape)
        for name, value in shape.items():
            if before is not None and before.get(name) != value:
                was = "none" if before.get(name) in (None, [], "") else before.get(name)
                raise DataSetError(f"{self.out} holds a data set made with another {name} ({was}); choose another OUT")

    # -- what is written down -------------------------------------------------------------------------------

    def get(self, name: str) -> dict[str, Any] | None:
        """What one of its JSON files says."""
        return _read(self.out / name)

    def put(self, name: str, value: dict[str, Any]) -> None:
        """Write a JSON file, whole or not at all."""
        _write(self.out / name, value)

    def names(self, folder: str) -> list[str]:
        """The JSON files of a folder of it."""
        return sorted(path.name for path in (self.out / folder).glob("*.json"))

    def sweep(self) -> None:
        """Settle the captures that were done when their run was killed; remove what was not done."""
        for work in sorted((self.out / WORK).glob("*")):
            if (work / "manifest.json").exists():
                self.settle(work)
            else:
                shutil.rmtree(work, ignore_errors=True)
        try:
            (self.out / WORK).rmdir()
        except OSError:  # not there, or another run's work is in it
            pass

    # -- captures -------------------------------------------------------------------------------------------

    def manifests(self) -> dict[str, Manifest]:
        """What is done, by the capture's name: see `named`."""
        found = (self.get(f"{MANIFESTS}/{name}") for name in self.names(MANIFESTS) if name != SHAPE)
        return {one["source"]: Manifest(**one) for one in found if one is not None}

    def keys(self, sources: list[str], done: dict[str, Manifest]) -> list[str]:
        """A name for each capture's parts: its own, with a hash of its path where another capture has that name.

        What is in the data set keeps its name, whatever is exported beside it.
        """
        taken = {one.key: source for source, one in done.items()}
        out = []
        for source in sources:
            known = done.get(named(source))
            key = known.key if known else _name(source)
            if taken.setdefault(key, named(source)) != named(source):
                key = f"{key}-{blake2b(os.fsencode(named(source)), digest_size=6).hexdigest()}"
                taken[key] = named(source)
            out.append(key)
        return out

    def work(self, key: str) -> Path:
        """A new folder for the parts of a capture while they are written."""
        (self.out / WORK).mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{key}.", dir=self.out / WORK))

    def commit(self, work: Path, manifest: Manifest) -> None:
        """The capture is done: its parts are in `work`, under the paths that the manifest lists."""
        _write(work / "manifest.json", asdict(manifest))
        self.settle(work)

    def settle(self, work: Path) -> None:
        """Give the parts of a capture that is done their places; remove those of an earlier export of it."""
        new = _read(work / "manifest.json")
        assert new is not None
        place = self.out / MANIFESTS / f"{new['key']}.json"
        for name in new["files"]:
            if (work / name).exists():
                (self.out / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(work / name, self.out / name)
        for name in set((_read(place) or new)["files"]).difference(new["files"]):
            (self.out / name).unlink(missing_ok=True)
        os.replace(work / "manifest.json", place)
        shutil.rmtree(work, ignore_errors=True)


def named(source: str) -> str:
    """What a capture is called in manifests: an address without what may be secret in it."""
    if is_address(source):
        from dissect.capture.remote import plain

        return plain(source)
    return source


def _name(source: str) -> str:
    """A capture's own name, as a file of a data set may have it (a leading _ or . would hide it from readers)."""
    if source == "-":
        return "stdin"
    path = unquote(source.partition("?")[0]) if is_address(source) else source
    return os.path.basename(path).lstrip("._")[:LONGEST] or "capture"


def digest(path: str) -> str:
    """The SHA-256 of a file, in hex."""
    import hashlib

    if is_address(path):
        from dissect.capture.remote import digest as remote_digest

        return remote_digest(path)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def facts(path: str) -> tuple[int, int]:
    """Size and time (ns) of a capture.  Raises OSError, CaptureError."""
    if is_address(path):
        from dissect.capture.remote import facts as remote_facts

        return remote_facts(path)
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    except FileNotFoundError:
        return None


def _write(path: Path, value: dict[str, Any]) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(as_json(value))
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def as_json(value: dict[str, Any]) -> bytes:
    """A JSON file."""
    return (json.dumps(value, indent=1) + "\n").encode("utf-8", "surrogateescape")
