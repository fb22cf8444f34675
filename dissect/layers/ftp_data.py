"""FTP's data connections (RFC 959), found at the server's port 20 or where the control connection has announced them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import raw, string
from dissect.engine.layer import Layer
from dissect.layers.announced import FTP_DATA, told

PORT = 20
TEXT = frozenset(range(32, 127)) | frozenset(b"\t\r\n\v\f")


def transfers(p: Any) -> Any:
    """Whether a segment is of a connection that was announced, or of the port for data."""
    on_port = (p.h.srcport == PORT) | (p.h.dstport == PORT)
    fits = p.length > 0
    return fits & (on_port | (told(p) == FTP_DATA)) if np.any(fits) else fits


class FTPData(Layer):
    """Octets of a file or a listing; text is shown by its lines."""

    name, label, column = "ftp-data", "FTP Data", "FTP-DATA"
    heuristics, probe = ("tcp",), transfers
    reaches = ("data-text-lines",)

    command = string(None, "ftp-data.command", "Command")
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(f"FTP Data: {c.limit - c.pos} bytes")
        if TEXT.issuperset(c.peek_bytes(c.remaining)):
            c.child("data-text-lines")
            c.info(f"FTP Data: {c.limit - c.h.start} bytes")
        else:
            c.rest(cls.content)
