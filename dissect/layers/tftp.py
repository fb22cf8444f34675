"""TFTP (RFC 1350, options RFC 2347 to 2349).

    +----------------+-------------------------------------------------+
    |  opcode (2)    | name, 0, mode, 0, options  |  block (2), data   |
    +----------------+-------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import Field, group, raw, stringz, u16
from dissect.engine.layer import Layer
from dissect.layers.announced import TFTP_TRANSFER, told

READ, WRITE, DATA, ACKNOWLEDGEMENT, ERROR, OPTIONS = range(1, 7)
OPCODES = {
    1: "Read Request", 2: "Write Request", 3: "Data Packet", 4: "Acknowledgement", 5: "Error Code",
    6: "Option Acknowledgement",
}  # fmt: skip
ERRORS = {
    0: "Not defined", 1: "File not found", 2: "Access violation", 3: "Disk full or allocation exceeded",
    4: "Illegal TFTP Operation", 5: "Unknown transfer ID", 6: "File already exists", 7: "No such user",
    8: "Option negotiation failed",
}  # fmt: skip
BLOCK = 512  # bytes, where no option says otherwise; a shorter one is the last


def transfers(p: Any) -> Any:
    """Whether a payload looks like a transfer's, and a request has announced one."""
    fits = (p.length >= 4) & (p.u16(0) >= 1) & (p.u16(0) <= 6)
    return fits & (told(p) == TFTP_TRANSFER) if np.any(fits) else fits


class TFTP(Layer):
    """A message of a transfer; the server answers from a port of its own, to the one that has asked."""

    name, label, column = "tftp", "Trivial File Transfer Protocol", "TFTP"
    binds = {"udp.port": (69,)}
    heuristics = ("udp",)
    probe = lambda p: transfers(p)
    reaches = ("data",)

    opcode = u16(0, "tftp.opcode", "Opcode", names=OPCODES)
    source_file = stringz(None, "tftp.source_file", "Source File")
    destination_file = stringz(None, "tftp.destination_file", "Destination File")
    mode = stringz(None, "tftp.type", "Type")
    block = u16(None, "tftp.block", "Block")
    error = u16(None, "tftp.error.code", "Error code", names=ERRORS)
    message = stringz(None, "tftp.error.message", "Error message")
    option = group("", "Option")
    option_name = stringz(None, "tftp.option.name", "Option name")
    option_value = stringz(None, "tftp.option.value", "Option value")
    other = raw(None, "tftp.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.opcode
        said = OPCODES.get(kind, f"Unknown (0x{kind:04x})")
        c.info(said)
        if kind not in (READ, WRITE) and c.h.streams is not None and (name := c.h.streams.requested(c.h)):
            c.derived(cls.destination_file, name.decode("utf-8", "replace"))  # whoever reads or writes, as in Wireshark
        if kind in (READ, WRITE):
            name = text(c, cls.source_file if kind == READ else cls.destination_file)
            said += f", File: {name}, Transfer type: {text(c, cls.mode)}"
            said += cls._options(c)
        elif kind == OPTIONS:
            said += cls._options(c)
        elif kind in (DATA, ACKNOWLEDGEMENT):
            said += f", Block: {c.add(cls.block)}"
            if kind == DATA and c.limit - c.pos < BLOCK:
                said += " (last)"
        elif kind == ERROR:
            code = c.add(cls.error)
            said += f", Code: {ERRORS.get(code, f'Unknown ({code})')}, Message: {text(c, cls.message)}"
            c.note("warn", "Response", "TFTP ERROR packet", "tftp.error")
        else:
            c.rest(cls.other)
        c.info(said)
        if kind == DATA and c.remaining:
            c.child("data")

    @classmethod
    def _options(cls, c: Cursor) -> str:
        """The options to the end; `, name=value` of each."""
        said = ""
        while c.remaining:
            with c.group(cls.option) as c:
                one = f"{text(c, cls.option_name)}={text(c, cls.option_value)}"
                c.label(one.replace("=", " = ", 1))
            said += f", {one}"
        return said


def text(c: Cursor, field: Field) -> str:
    """Text up to and with its zero byte.  Raises Short where there is none."""
    end = c.data.find(0, c.pos, c.end)
    size = (end if end >= 0 else c.end) + 1 - c.pos
    return str(c.add(field, size))
