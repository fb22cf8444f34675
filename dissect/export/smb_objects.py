"""Files that SMB 1 and 2 carried: what was read and written by handle, put together by offset.

    SMB 2 (MS-SMB2 section 2.2.1): FE 'SMB', a header of 64 octets, then the command's body; several in a chain
    SMB 1 (MS-CIFS section 2.2.3): FF 'SMB', a header of 32 octets, then words and bytes

Only these few octets are looked at, whatever else a message says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dissect.library import Capture

CREATE, READ, WRITE = 5, 8, 9
NT_CREATE, READ_ANDX, WRITE_ANDX = 0xA2, 0x2E, 0x2F
MOST_WAITING, MOST_FILES = 1 << 16, 1 << 16
Key = tuple[Any, ...]


@dataclass(slots=True)
class File:
    """What is known of a file's octets: by offset, the first that came."""

    name: str
    packet: int = 0
    pieces: dict[int, bytes] = field(default_factory=dict)
    lacking: int = 0  # octets for which there was no room

    def octets(self, most: int) -> bytes:
        """The file as far as it is known; what never came is zeros, unless that made it larger than `most`."""
        parts, end = list[bytes](), 0
        for offset in sorted(self.pieces):
            piece = self.pieces[offset][max(end - offset, 0) :]
            if piece:
                start = max(offset, end)
                parts += [bytes(start - end)] if start > end and start <= most else []
                parts.append(piece)
                end = start + len(piece)
        return b"".join(parts)


class Files:
    """The files of a capture's connections."""

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0
        self.found: dict[Key, File] = {}
        self._asked: dict[Key, Any] = {}  # requests whose answers may come

    def ask(self, key: Key, what: Any) -> None:
        """Remember a request."""
        if len(self._asked) >= MOST_WAITING:
            del self._asked[next(iter(self._asked))]
        self._asked[key] = what

    def asked(self, key: Key) -> Any:
        """The request of an answer, once."""
        return self._asked.pop(key, None)

    def opened(self, key: Key, name: str) -> None:
        """A handle is a file's."""
        if len(self.found) < MOST_FILES:
            old = self.found.pop(key, None)
            if old is not None and old.pieces:  # the handle was used before
                self.found[(*key, old.packet)] = old
            self.found[key] = File(name)

    def take(self, key: Key, offset: int, octets: bytes, packet: int) -> None:
        """Octets of a file; nothing more is held than `most` of all files together."""
        if not octets or (key not in self.found and len(self.found) >= MOST_FILES):
            return
        one = self.found.setdefault(key, File(""))
        more = len(octets) - len(one.pieces.get(offset, b""))
        if more <= 0:
            return
        one.packet = packet
        if self.held + more > self.most:
            one.lacking += more
            return
        self.held += more
        one.pieces[offset] = octets


def files(capture: Capture, most: int) -> Iterator[tuple[int, str, bytes, int]]:
    """(last packet, name, octets, how many are lacking) of each file, in the order in which they were opened."""
    known = Files(most)
    for row in capture.filter("smb || smb2").tolist():
        packet = capture[row]
        streams = packet.all("tcp.stream")
        where = int(streams[0]) if streams else -1
        for layer in packet.layers:
            if layer.layer.name in ("smb", "smb2"):
                octets = packet.tree.sources[layer.source][1][layer.start : layer.limit]
                take = second if layer.layer.name == "smb2" else first
                try:
                    take(known, where, bytes(octets), row + 1)
                except (struct.error, IndexError):  # shorter than it says
                    continue
    for one in known.found.values():
        if one.pieces or one.lacking:
            yield one.packet, one.name or "file", one.octets(most), one.lacking


def second(known: Files, where: int, octets: bytes, packet: int) -> None:
    """The messages of SMB 2 in some octets."""
    at = 0
    while octets[at : at + 4] == b"\xfeSMB" and at + 64 <= len(octets):
        status, command = struct.unpack_from("<IH", octets, at + 8)
        flags, following, number = struct.unpack_from("<IIQ", octets, at + 16)
        session = struct.unpack_from("<Q", octets, at + 40)[0]
        message = octets[at : at + following] if following else octets[at:]
        body, key = message[64:], (where, 2, session, number)
        if flags & 1:
            what = known.asked(key)
            if what is None or (status and command != READ) or what[0] != command:
                pass
            elif command == CREATE:
                known.opened((where, 2, body[64:80]), what[1])
            elif command == READ and status in (0, 0x80000005):
                start, size = body[2], struct.unpack_from("<I", body, 4)[0]
                known.take((where, 2, what[1]), what[2], message[start : start + size], packet)
        elif command == CREATE:
            start, size = struct.unpack_from("<HH", body, 44)
            known.ask(key, (CREATE, "\\" + message[start : start + size].decode("utf-16-le", "replace")))
        elif command == READ:
            known.ask(key, (READ, body[16:32], struct.unpack_from("<Q", body, 8)[0]))
        elif command == WRITE:
            start, size, offset = struct.unpack_from("<HIQ", body, 2)
            known.take((where, 2, body[16:32]), offset, message[start : start + size], packet)
        if not following:
            return
        at += following


def first(known: Files, where: int, octets: bytes, packet: int) -> None:
    """A message of SMB 1."""
    if octets[:4] != b"\xffSMB" or len(octets) < 35:
        return
    command, status, flags, wide = octets[4], octets[5:9], octets[9], octets[11] & 0x80
    tree, _, _, number = struct.unpack_from("<HHHH", octets, 24)
    words, key = octets[33:], (where, 1, tree, *struct.unpack_from("<HH", octets, 26), number)
    if flags & 0x80:
        what = known.asked(key)
        if what is None or any(status) or what[0] != command:
            return
        if command == NT_CREATE:
            known.opened((where, 1, tree, struct.unpack_from("<H", words, 5)[0]), what[1])
        elif command == READ_ANDX:
            size, start, high = struct.unpack_from("<HHH", words, 10)
            size += high << 16
            known.take((where, 1, tree, what[1]), what[2], octets[start : start + size], packet)
    elif command == NT_CREATE:
        size, count = struct.unpack_from("<H", words, 5)[0], 2 * octets[32]
        start = 33 + count + 2
        start += start & 1 if wide else 0
        name = octets[start : start + size].decode("utf-16-le" if wide else "latin-1", "replace")
        known.ask(key, (NT_CREATE, name.rstrip("\0")))
    elif command == READ_ANDX:
        handle, offset = struct.unpack_from("<HI", words, 4)
        if octets[32] >= 12:
            offset |= struct.unpack_from("<I", words, 20)[0] << 32
        known.ask(key, (READ_ANDX, handle, offset))
    elif command == WRITE_ANDX:
        handle, offset = struct.unpack_from("<HI", words, 4)
        high, size, start = struct.unpack_from("<HHH", words, 18)
        if octets[32] >= 14:
            offset |= struct.unpack_from("<I", words, 24)[0] << 32
        known.take((where, 1, tree, handle), offset, octets[start : start + size + (high << 16)], packet)
