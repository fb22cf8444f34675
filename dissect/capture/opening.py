"""What a path, a file object or an address is: which format, mapped or spooled, packed or plain; and a source of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from .errors import CaptureError
from .feed import Begun, Feed, Pipe, Stream, compression, inflate, is_address
from .formats import Format
from .pcap import Pcap, is_pcap
from .pcapng import MAGIC as PCAPNG_MAGIC
from .pcapng import Pcapng
from .records import Bytes
from .snoop import MAGIC as SNOOP_MAGIC
from .snoop import Snoop
from .source import PATIENCE, Source
from .spool import MappedFile, Spool

# -- opening -----------------------------------------------------------------------------------------------


def open_source(
    path: str | os.PathLike[str] | BinaryIO | Sequence[str | os.PathLike[str]], *, spool: str | None = None
) -> Source:
    """Open a capture: a path, ``-`` for standard input, an address (``s3://…``), or a binary file object; or several
    paths, read in sequence.

    What kind of file it is, and whether it is compressed, its content tells. Compressed files and pipes are
    written to a temporary file in the folder ``spool`` (default: the system's) while they are read.
    Raises CaptureError if it is no capture or cannot be read.
    """
    if isinstance(path, (list, tuple)):
        if len(path) != 1:
            return _open_sequence(path, spool)
        path = path[0]
    assert not isinstance(path, Sequence) or isinstance(path, str)
    name = _name(path)
    if is_address(path):
        from .remote import Remote

        return _open_feed(name, Remote(path), spool)
    try:
        descriptor, stream = _descriptor(path)
        if descriptor is not None and _mappable(descriptor):
            return _open_file(name, descriptor, spool)
        feed: Feed = Pipe(descriptor) if descriptor is not None else Stream(stream)
    except OSError as error:
        raise CaptureError(name, f"cannot be opened: {error.strerror or error}") from error
    return _open_feed(name, feed, spool)


def _open_sequence(paths: Sequence[str | os.PathLike[str]], spool: str | None) -> Source:
    from .sequence import InSequence

    name = ", ".join(os.fspath(path) for path in paths)
    try:
        return _open_feed(name, InSequence(paths), spool)
    except OSError as error:
        raise CaptureError(name, f"cannot be opened: {error.strerror or error}") from error


def _name(path: str | os.PathLike[str] | BinaryIO) -> str:
    if isinstance(path, (str, os.PathLike)):
        if is_address(path):
            from .remote import plain

            return plain(path)
        return "standard input" if path == "-" else os.fspath(path)
    return str(getattr(path, "name", "stream"))


def _descriptor(path: str | os.PathLike[str] | BinaryIO) -> tuple[int | None, Any]:
    """A descriptor of our own to read from; or the file object, if it has none."""
    if isinstance(path, (str, os.PathLike)):
        if path == "-":
            return os.dup(sys.stdin.fileno()), None
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC), None
    try:
        return (os.dup(path.fileno()), None) if path.tell() == 0 else (None, path)
    except (AttributeError, OSError):  # not seekable, or not backed by a file: it may hold bytes of its own
        return None, path


def _mappable(descriptor: int) -> bool:
    import stat

    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        os.close(descriptor)
        raise IsADirectoryError(21, "it is a folder")
    return stat.S_ISREG(mode) and os.lseek(descriptor, 0, os.SEEK_CUR) == 0


def _open_file(name: str, descriptor: int, spool: str | None) -> Source:
    try:
        head = os.pread(descriptor, 16, 0)
        packed = compression(head)
        if packed is not None:
            return _open_packed(name, packed, Pipe(descriptor), spool)
        _refuse_strangers(name, head)
        store = MappedFile(descriptor)
        return Source(name, store, _format(name, store.bytes(), True), None)
    except BaseException:
        try:
            os.close(descriptor)
        except OSError:
            pass
        raise


def _open_feed(name: str, feed: Feed, spool: str | None) -> Source:
    head = b""
    while len(head) < 16 and (piece := feed.read()):
        head += piece
    packed = compression(head)
    if packed is not None:
        return _open_packed(name, packed, Begun(head, feed), spool)
    _refuse_strangers(name, head, feed.problem)
    return _open_spool(name, Spool(feed, head, spool), None)


def _open_packed(name: str, packed: str, feed: Feed, spool: str | None) -> Source:
    store = Spool(inflate(packed, feed), folder=spool)
    while len(store.bytes()) < 16 and not store.complete:
        store.more(PATIENCE)
    problem = f"{store.problem}; " if store.problem else ""
    _refuse_strangers(name, store.bytes()[:16].tobytes(), problem, f" inside the {packed} stream")
    return _open_spool(name, store, packed)


def _open_spool(name: str, store: Spool, packed: str | None) -> Source:
    """Read on until the file header is there, then open."""
    while True:
        complete = store.complete
        buffer = store.bytes()
        enough = complete or len(buffer) >= _header_size(buffer)
        if enough:
            return Source(name, store, _format(name, buffer, complete), packed)
        store.more(PATIENCE)


def _header_size(buffer: Bytes) -> int:
    """How many bytes the file header needs."""
    head = buffer[:16].tobytes()
    if head.startswith(PCAPNG_MAGIC):
        little = head[8:12] == b"\x4d\x3c\x2b\x1a"
        return min(max(28, int.from_bytes(head[4:8], "little" if little else "big")), 1 << 24)
    return 16 if head.startswith(SNOOP_MAGIC) else 28 if head[:1] in b"\xab\xac\x1c" else 24


def _format(name: str, buffer: Bytes, complete: bool) -> Format:
    head = buffer[:16].tobytes()
    if head.startswith(PCAPNG_MAGIC):
        return Pcapng(name, buffer, complete)
    if head.startswith(SNOOP_MAGIC):
        return Snoop(name, buffer, complete)
    return Pcap(name, buffer, complete)


def _refuse_strangers(name: str, head: bytes, problem: str = "", where: str = "") -> None:
    if is_pcap(head) or head.startswith((PCAPNG_MAGIC, SNOOP_MAGIC)):
        return
    if not head:
        raise CaptureError(name, f"{problem}expected a capture, the file is empty{where}", 0)
    raise CaptureError(
        name, f"{problem}expected a pcap, pcapng or snoop file, found the bytes {head[:8].hex(' ')}{where}", 0
    )
