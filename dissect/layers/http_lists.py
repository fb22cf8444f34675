"""What the packet list says of messages of HTTP/1 without their trees, and of which messages no tree is needed."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.layers import bodies
from dissect.layers.bodies import DATA
from dissect.layers.http_framing import body_size, message_size, unchunked
from dissect.layers.http_hot import told_simply
from dissect.layers.http_words import starts_message
from dissect.layers.json_text import is_json

MOST_ITEMS = 4000  # lines or fields of a form; one with more is decoded
WORDS = {b"content-type", b"content-length", b"transfer-encoding", b"content-encoding"}


def plain_info(data: bytes) -> tuple[str, str] | None:
    """What the list says of a single message with all of its body, behind the protocol and as Info; None: only
    `decode` knows."""
    head, end, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    if not end or not starts_message(first) or head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines):
        return None
    found = dict[str, str]()
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() in WORDS:
            found.setdefault(name.strip().lower().decode(), value.strip().decode("utf-8", "replace"))
    is_response = first.startswith(b"HTTP/")
    if body:
        code = first.partition(b" ")[2].lstrip(b" ")[:3]
        bodyless = is_response and (
            not code.isdigit() or len(code) < 3 or code[:1] in b"01" or code in (b"204", b"304")
        )
        if bodyless:
            return None
        if "transfer-encoding" in found:
            if message_size(data, 0) != len(data):
                return None
        elif body_size(found, len(body) if is_response else 0) < len(body):
            return None
    text = f"{first.decode('utf-8', 'replace')} "
    if not body:
        return "", text
    if "transfer-encoding" in found:
        body = unchunked(body)
    if "content-encoding" in found:
        plain, whole = bodies.decoded(body, found["content-encoding"])
        if plain is None or not whole:
            return None
        body = plain
    if not body or sum(map(body.count, (b"\n", b"\r", b"&"))) > MOST_ITEMS:
        return None
    kind = bodies.plain_kind(found.get("content-type", ""))
    layer = bodies.layer_of(kind)
    if layer == bodies.JSON and "content-encoding" not in found and is_json(body):
        return "/JSON", f"{text}, JavaScript Object Notation ({kind})"
    if layer not in bodies.SUFFIXED and (layer != DATA or "content-encoding" in found):
        return None
    return "", text + (f" ({kind})" if layer in bodies.SUFFIXED else "")


def opening(octets: bytes) -> str | None:
    """What the list says of a segment with which a message begins: its first line, if that is all there."""
    line, end, _ = octets.partition(b"\n")
    line = line.rstrip(b"\r")
    return f"{line.decode('utf-8', 'replace')} " if end and starts_message(line) else None


def lone_heads(h: Any) -> Any:
    """Which of a group are single messages without a body, of which hot fields tell everything that is asked for."""
    found = np.asarray(h.end >= h.limit)
    octets = memoryview(h.octets.u1)
    for row in np.flatnonzero(found).tolist():
        data = bytes(octets[h.start[row] : h.end[row]])
        found[row] = (
            data.find(b"\r\n\r\n") == len(data) - 4
            and told_simply(data)
            and plain_info(data) is not None
        )
    return found
