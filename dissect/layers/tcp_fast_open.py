"""TCP Fast Open (RFC 7413): data in a SYN, and the cookie that allows it."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.layers.tcp_options import walk

SYN, ACK = 0x02, 0x10
FAST_OPEN, EXPERIMENT, MAGIC = 34, 254, b"\xf9\x89"  # the option, and as the experiment that it was (RFC 6994)


def has_cookie(options: bytes) -> bool:
    """Whether a cookie is among a header's options."""
    at = 0
    while at + 1 < len(options) and options[at]:
        kind, size = options[at], 1 if options[at] == 1 else max(options[at + 1], 2)
        if (kind == FAST_OPEN and size > 2) or (
            kind == EXPERIMENT and size > 4 and options[at + 2 : at + 4] == MAGIC
        ):
            return True
        at += size
    return False


def with_cookie(h: Any) -> Any:
    """Whether a SYN, or which of a group's, asks with one: not an answer."""
    if isinstance(h.octets, bytes):
        asks = h.flags & (SYN | ACK) == SYN
        return asks and has_cookie(h.octets[h.start + 20 : min(h.start + h.hdr_len, h.end)])
    out = np.zeros(len(h), bool)
    rows = np.flatnonzero((h.hdr_len > 20) & (h.flags & (SYN | ACK) == SYN))
    if len(rows):
        asking = h.taken(rows)
        options = walk(asking)
        some = rows[options.row[(options.number == FAST_OPEN) | (options.number == EXPERIMENT)]]
        octets = memoryview(h.octets.u1)
        for row in set(some.tolist()):  # rare
            start = int(h.start[row])
            out[row] = has_cookie(bytes(octets[start + 20 : min(start + int(h.hdr_len[row]), int(h.end[row]))]))
    return out
