"""A data set under an address: object storage, where nothing can be renamed and each object appears whole.

A capture's parts are written to a folder of this machine and put into place when all are whole; its manifest follows
as the last object, and is what says that the capture is done.  Before the first part, what will be written is noted
below `_work/`: a run that was killed meanwhile is tidied up by the next one.  There are no locks; one run at a time.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from dissect.capture import remote
from dissect.export.dataset import MANIFESTS, WORK, DataSet, Manifest, as_json


class RemoteSet(DataSet):
    """A data set under an address."""

    def __init__(self, out: str) -> None:
        super().__init__(remote.plain(out))
        self._address, self._place = out, remote.place(out)

    @property
    def address(self) -> str:
        """Where it is."""
        return self._address

    def begin(self, shape: dict[str, Any]) -> IO[str]:
        """See whether it is of this shape, and tidy up what a killed run left.  Raises DataSetError, CaptureError."""
        self._agree(shape)
        self.sweep()
        return io.StringIO()  # nothing is locked

    def get(self, name: str) -> dict[str, Any] | None:
        """What one of its JSON files says."""
        with remote.told(self._address, "read"):
            octets = remote.read(self._place.below(name))
            return None if octets is None else dict(json.loads(octets))

    def put(self, name: str, value: dict[str, Any]) -> None:
        """Write a JSON file, whole or not at all."""
        with remote.told(self._address, "written"):
            remote.write(self._place.below(name), as_json(value))

    def names(self, folder: str) -> list[str]:
        """The JSON files of a folder of it."""
        with remote.told(self._address, "read"):
            return [name for name in remote.listed(self._place.below(folder)) if name.endswith(".json")]

    def sweep(self) -> None:
        """Remove what a killed run had begun to write, or had not yet removed."""
        for name in self.names(WORK):
            note = self.get(f"{WORK}/{name}") or {}
            done = self.get(f"{MANIFESTS}/{name}") or {}
            new, old = note.get("files", []), done.get("files", [])
            if done == note.get("manifest"):
                self._remove([file for file in note.get("before", []) if file not in old])
            else:  # parts of this export and of the one before may have the same names: neither is whole
                self._remove([f"{MANIFESTS}/{name}", *{*new, *old}])
            self._remove([f"{WORK}/{name}"])

    def _remove(self, names: list[str]) -> None:
        with remote.told(self._address, "tidied up"):
            for name in names:
                remote.remove(self._place.below(name))

    def work(self, key: str) -> Path:
        """A new folder of this machine for the parts of a capture while they are written."""
        return Path(tempfile.mkdtemp(prefix=f"dissect-{key}."))

    def commit(self, work: Path, manifest: Manifest) -> None:
        """Put the parts of a capture into place, then its manifest; remove those of an earlier export of it."""
        name, told = f"{manifest.key}.json", json.loads(as_json(asdict(manifest)))
        before = (self.get(f"{MANIFESTS}/{name}") or {}).get("files", [])
        self.put(f"{WORK}/{name}", {"manifest": told, "files": manifest.files, "before": before})
        for file in manifest.files:
            if (work / file).exists():
                with remote.told(self._address, "written"):
                    remote.upload(str(work / file), self._place.below(file))
        self.put(f"{MANIFESTS}/{name}", told)
        self._remove([file for file in before if file not in manifest.files])
        self._remove([f"{WORK}/{name}"])
        shutil.rmtree(work, ignore_errors=True)


def export_to(address: str, make: Any) -> None:
    """One file: `make` writes it to a path of this machine; then it is put where it belongs.  Raises CaptureError."""
    place = remote.place(address)
    with tempfile.TemporaryDirectory(prefix="dissect-") as folder:
        path = Path(folder) / (place.path.rpartition("/")[2] or "out")
        make(path)
        with remote.told(address, "written"):
            remote.upload(str(path), place)
