"""Objects that a capture carries whole: HTTP's bodies, mails, files of FTP, TFTP and SMB.

An object's name comes from the capture, so nothing of it is trusted: see `safe_name`.  What is larger than the limit
is told of, and not written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dissect.capture import CaptureError
from dissect.export import smb_objects
from dissect.follow import stream_content
from dissect.library import Capture
from dissect.packet import Packet

LIMIT = 256 << 20  # octets of an object
LONGEST = 200  # characters of a file's name
UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]')
BIDIRECTIONAL = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they hide what a name ends with
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)
DATA_ENDS = re.compile(rb"\r?\n\.\r?\n")
DATA_BEGINS = re.compile(rb"(?:\A|\n)DATA\r?\n", re.IGNORECASE)
SUBJECT = re.compile(rb"^subject:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """An object: the packet that completes it, what it is called there, its type as the capture says, its octets."""

    packet: int
    name: str
    kind: str
    data: bytes
    lacking: int = 0  # octets beyond what is kept of all objects


def of_http(capture: Capture) -> Iterator[Found]:
    """Bodies of HTTP's messages (HTTP/2's, too), decompressed; named by what was asked for."""
    for row in capture.filter("http.file_data || http2.data.data").tolist():
        tree = capture[row].tree
        for uri, media, data in tree.bodies:
            yield Found(row + 1, base_name(SCHEME.sub("", uri)), media, data)


def of_imf(capture: Capture) -> Iterator[Found]:
    """Mails that SMTP's clients sent; named by their subject."""
    for number in streams_of(capture, 'smtp.req.command == "DATA"'):
        _, said = stream_content(capture, "tcp", number)
        for end in (0, 1):
            mine = [one for one in said if one.end == end]
            octets = b"".join(one.data for one in mine)
            at = 0
            while begin := DATA_BEGINS.search(octets, at):
                stop = DATA_ENDS.search(octets, begin.end() - 1)
                at = stop.start() + 2 if stop else len(octets)
                mail = re.sub(rb"(?m)^\.\.", b".", octets[begin.end() : at])
                subject = SUBJECT.search(mail)
                text = subject[1].decode("utf-8", "replace").strip() if subject else "mail"
                yield Found(packet_at(mine, begin.start()), f"{text}.eml", "message/rfc822", mail)


def packet_at(said: list[Any], offset: int) -> int:
    """The packet that holds an octet of what one end said."""
    for one in said:
        if offset < len(one.data):
            return int(one.packet)
        offset -= len(one.data)
    return int(said[-1].packet) if said else 0


def streams_of(capture: Capture, text: str) -> list[int]:
    """The numbers of TCP streams with packets that pass a filter, in order."""
    found = {stream(capture[row]): None for row in capture.filter(text).tolist()}
    return [number for number in found if number >= 0]


def stream(packet: Packet) -> int:
    """The packet's TCP stream; -1 where it has none."""
    numbers = packet.all("tcp.stream")
    return int(numbers[0]) if numbers else -1


def of_ftp(capture: Capture) -> Iterator[Found]:
    """Files that FTP carried: the control connection says where, and how they are called."""
    ports: dict[int, int] = {}
    for row in capture.filter("ftp").tolist():
        packet = capture[row]
        control = stream(packet)
        for name in ("ftp.passive.port", "ftp.epsv.port", "ftp.active.port"):
            for port in packet.all(name):
                ports[control] = int(port)
        for command, argument in zip(packet.all("ftp.request.command"), packet.all("ftp.request.arg"), strict=False):
            if str(command).upper() in ("RETR", "STOR", "APPE", "STOU") and control in ports:
                number = data_stream(capture, ports.pop(control), row, control)
                if number < 0:
                    continue
                said = stream_content(capture, "tcp", number)[1]
                yield Found(row + 1, base_name(str(argument)), "", b"".join(one.data for one in said))


def data_stream(capture: Capture, port: int, row: int, control: int) -> int:
    """The stream at a port that is open when a file is asked for in packet `row`, or is opened next."""
    rows = capture.filter(f"tcp.port == {port} && tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.stream != {control}")
    before, after = rows[rows < row], rows[rows >= row]
    chosen = before[-1:] if len(before) else after[:1]
    return stream(capture[int(chosen[0])]) if len(chosen) else -1


def of_tftp(capture: Capture) -> Iterator[Found]:
    """Files that TFTP carried, by the client's port; a file ends with a block that is not full (RFC 1350, RFC 2348)."""
    for row in capture.filter("tftp.opcode == 1 || tftp.opcode == 2").tolist():
        packet = capture[row]
        names = packet.all("tftp.source_file") or packet.all("tftp.destination_file") or [""]
        client, size = str(packet["udp.srcport"]), 512
        blocks = list[bytes]()
        for later in capture.filter(f"udp.port == {client}").tolist():
            data = datagram(capture[later]) if later > row else b""
            kind, number = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
            if kind == 6:
                told = re.search(rb"blksize\0(\d{1,5})\0", data, re.IGNORECASE)
                size = int(told[1]) if told else size
            if kind != 3 or number != (len(blocks) + 1) & 0xFFFF:
                continue
            blocks.append(data[4:])
            if len(data) < 4 + size:
                yield Found(later + 1, base_name(str(names[0])), "", b"".join(blocks))
                break


def datagram(packet: Packet) -> bytes:
    """What the packet's UDP datagram holds."""
    for layer in packet.layers:
        if layer.layer.name == "udp":
            data: bytes = packet.tree.sources[layer.source][1]
            return data[layer.start + 8 : layer.limit]
    return b""


def of_smb(capture: Capture) -> Iterator[Found]:
    """Files that were read or written by SMB, by their path."""
    for packet, name, data, lacking in smb_objects.files(capture, LIMIT):
        yield Found(packet, name, "", data, lacking)


TYPES: dict[str, Callable[[Capture], Iterator[Found]]] = {
    "http": of_http, "imf": of_imf, "ftp": of_ftp, "tftp": of_tftp, "smb": of_smb,
}  # fmt: skip


def base_name(path: str) -> str:
    """What follows the last slash, but for slashes at the end."""
    return path.rstrip("/").rpartition("/")[2] or path[:1]


def safe_name(name: str) -> str:
    """A file name made of what a capture says: one name, no path, nothing that a terminal or a shell would act on."""
    plain = BIDIRECTIONAL.sub("_", UNFIT.sub(lambda m: f"%{ord(m[0]):02x}", name))
    plain = plain.encode("utf-8", "replace").decode("utf-8").strip(" ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > LONGEST:
        ending = dot + ending if dot and len(ending) <= 16 else ""
        plain = (stem if ending else plain)[: LONGEST - len(ending)] + ending
    while len(plain.encode()) > 250:
        plain = plain[: len(plain) * 3 // 4]
    if not plain.strip("."):
        plain = plain.replace(".", "_") or "object"
    return f"_{plain}" if DEVICES.match(plain) or plain[0] in "-." else plain


def numbered(name: str, number: int) -> str:
    """`name(2).png`."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}({number}).{ending}" if dot and stem else f"{name}({number})"


def write(found: Found, folder: str) -> str:
    """Write an object to a new file in `folder`; its name there.  Raises CaptureError."""
    name, number = safe_name(found.name), 0
    while True:
        chosen, handle = numbered(name, number) if number else name, -1
        try:
            # a file that is there (or a link) is never written to
            handle = os.open(os.path.join(folder, chosen), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            with os.fdopen(handle, "wb") as file:
                file.write(found.data)
        except FileExistsError:
            number += 1
        except OSError as error:
            path = os.path.join(folder, chosen)
            if handle >= 0:
                os.unlink(path)
            raise CaptureError(path, f"cannot be written: {error.strerror}") from error
        else:
            return chosen
