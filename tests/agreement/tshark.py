"""tshark as the other opinion: the values it prints for a list of fields, packet for packet.

Every run is the same everywhere: an empty configuration, no name resolution, UTC.  Values come out of
`-T fields` separated by the bytes FF and FE, which no UTF-8 text contains (line breaks within values are
written `\\n` by tshark itself).  What was asked once is kept in a folder (`DISSECT_TSHARK_CACHE`, else one
below the system's temporary folder), by the capture's content, tshark's version, its options and the field.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SEPARATOR, AGGREGATOR = b"\xff", b"\xfe"
FIELDS_PER_RUN = 25_000  # of which the command line is some 600 kB, where Linux takes two million
SECONDS_PER_RUN = 120
USAGE = ("-o flag", "aren't valid")  # it refuses the question, whatever the file

# tshark leaves these checksums unverified unless told; we verify them when their status is asked for.
# Telling it changes more than the status (it refuses to reassemble what has a bad checksum), so it is told so
# only in a run of its own, for these fields.
VERIFIED = (".checksum.status", ".checksum_calculated", ".checksum.calculated", ".fcs.status")
PREFERENCES = (
    "ip.check_checksum:TRUE",
    "tcp.check_checksum:TRUE",
    "udp.check_checksum:TRUE",
    "udplite.check_checksum:TRUE",
    "sctp.checksum:CRC 32c",
    "eth.check_fcs:TRUE",
    "wlan.check_checksum:TRUE",
)
VERIFYING = tuple(argument for preference in PREFERENCES for argument in ("-o", preference))


class TsharkError(Exception):
    """tshark could not be run, or printed what cannot be taken apart.  One line."""


@dataclass(slots=True)
class Printed:
    """What tshark printed about one capture.

    `rows` has one dictionary a packet: field name → every occurrence, as printed; absent fields left out.
    `complaint` is what it said about the file, if anything.
    """

    rows: list[dict[str, list[str]]] = field(default_factory=list)
    complaint: str = ""


def available() -> bool:
    """Whether there is a tshark on this machine."""
    return shutil.which("tshark") is not None


@functools.cache
def version() -> str:
    """The first line of `tshark --version`."""
    return _run(["tshark", "--version"]).stdout.decode().splitlines()[0].strip()


@functools.cache
def cache() -> Path:
    """The folder in which answers are kept."""
    named = os.environ.get("DISSECT_TSHARK_CACHE")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"dissect-tshark-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@functools.cache
def known_fields() -> Mapping[str, tuple[str, ...]]:
    """Every field and protocol tshark knows → its type (several where one name is declared several times)."""
    kept = cache() / f"fields-{_digest(version())}"
    if kept.exists():
        text = kept.read_text("utf-8")
    else:
        answer = _run(["tshark", "-G", "fields"]).stdout.decode("utf-8", "replace")
        lines = {"\t".join(_name_and_type(line)) for line in answer.split("\n") if line[:2] in ("F\t", "P\t")}
        text = "\n".join(sorted(lines))
        _write(kept, text.encode())
    found: dict[str, tuple[str, ...]] = {}
    for line in text.split("\n"):
        name, type_ = line.split("\t")
        found[name] = (*found.get(name, ()), type_)
    return found


def shared_fields(ours: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of our fields that tshark knows too → its types (rarely more than one), in our order."""
    known = known_fields()
    return {name: known[name] for name in ours if name in known}


def printed(path: Path, names: Sequence[str], packets: int = 0, two_pass: bool = False) -> Printed:
    """What tshark prints for these fields (which it must know) of the first `packets` packets (0: of all).

    `two_pass` lets it look ahead, so that fields pointing to later packets (`ip.reassembled_in`) are there.
    """
    names = list(dict.fromkeys(names))
    options = (["-c", str(packets)] if packets else []) + (["-2"] if two_pass else [])
    verified = [name for name in names if name.endswith(VERIFIED)]
    result = Printed()
    if plain := sorted(set(names) - set(verified)):
        _ask(path, plain, options, result)
    if verified:
        _ask(path, sorted(verified), [*options, *VERIFYING], result)
    return result


def _ask(path: Path, wanted: list[str], options: list[str], result: Printed) -> None:
    """Put the values of `wanted` into the result: from the cache, and for what is not there from tshark."""
    kept = cache() / _digest(version(), " ".join(options), _content(path))
    missing = set(wanted)
    for part in sorted(kept.glob("*.gz")):
        with gzip.open(part) as lines:
            names = lines.readline().decode().rstrip("\n").split(" ")
            if there := missing.intersection(names):
                _collect(lines.read(), names, there, result, path)
                missing -= there
    ordered = sorted(missing)
    for start in range(0, len(ordered), FIELDS_PER_RUN):
        names = ordered[start : start + FIELDS_PER_RUN]
        body = _complaint_and_rows(path, names, options)
        _write(kept / f"{_digest(*names)}.gz", gzip.compress(" ".join(names).encode() + b"\n" + body, 1))
        _collect(body, names, set(names), result, path)


def _complaint_and_rows(path: Path, names: list[str], options: list[str]) -> bytes:
    command = ["tshark", "-n", "-r", str(path), *options, "-T", "fields", "-E", "occurrence=a"]
    command += ["-E", "separator=" + os.fsdecode(SEPARATOR), "-E", "aggregator=" + os.fsdecode(AGGREGATOR)]
    for name in names:
        command += ["-e", name]
    done = _run(command)
    spoken = done.stderr.decode("utf-8", "replace").splitlines()
    said = [line for line in spoken if "Running as user" not in line]
    if any(mark in line for line in said for mark in USAGE):
        raise TsharkError(" ".join(said)[:300])
    if done.returncode and not said:
        said = [f"tshark ended with {done.returncode}"]
    return " ".join(said).replace(str(path), path.name).encode() + b"\n" + done.stdout


def _collect(body: bytes, names: list[str], there: set[str], result: Printed, path: Path) -> None:
    complaint, _, rest = body.partition(b"\n")
    result.complaint = result.complaint or complaint.decode("utf-8", "replace")
    places = [(i, name) for i, name in enumerate(names) if name in there]
    lines = rest.split(b"\n")[:-1]
    while len(result.rows) < len(lines):
        result.rows.append({})
    for row, line in zip(result.rows, lines, strict=False):
        cells = line.split(SEPARATOR)
        if len(cells) != len(names):
            raise TsharkError(f"{path.name}: tshark printed {len(cells)} values for {len(names)} fields")
        for i, name in places:
            if cells[i]:
                row[name] = [value.decode("utf-8", "replace") for value in cells[i].split(AGGREGATOR)]


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        for name in ("HOME", "XDG_CONFIG_HOME", "WIRESHARK_CONFIG_DIR"):
            environment[name] = home
        try:
            return subprocess.run(
                command, env=environment, capture_output=True, timeout=SECONDS_PER_RUN, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TsharkError(str(error)[:200]) from None


def _name_and_type(line: str) -> tuple[str, str]:
    parts = line.split("\t")
    return (parts[2], "FT_PROTOCOL") if parts[0] == "P" else (parts[2], parts[3])


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _write(path: Path, content: bytes) -> None:
    """All of the file or none of it, also where two processes write the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_bytes(content)
    scratch.replace(path)
