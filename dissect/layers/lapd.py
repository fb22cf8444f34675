"""LAPD, the data link of ISDN's D channel (ITU-T Q.921; LINKTYPE_LAPD, LINKTYPE_LINUX_LAPD).

     0      5 6  7 8        14 15
    +--------+--+--+----------+--+--------------
    |  SAPI  |CR|EA|   TEI    |EA| control (1, 2) ...
    +--------+--+--+----------+--+--------------
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, Expr, Field, flag, raw, u8, u16, u32, where
from dissect.engine.layer import Layer, To

SAPIS = {0: "Q.931 Call control procedure", 1: "Packet mode Q.931 Call control procedure", 16: "X.25 Level 3 procedures",
         63: "Layer 2 management procedures"}  # fmt: skip
COMMANDS = {0x00: "Unnumbered Information", 0x03: "Disconnect Mode", 0x10: "Disconnect", 0x18: "Unnumbered Acknowledge",
            0x1B: "Set Asynchronous Balanced Mode Extended", 0x21: "Frame reject", 0x2B: "Exchange identification"}  # fmt: skip
SUPERVISORY = {0: "Receiver ready", 1: "Receiver not ready", 2: "Reject"}

_unnumbered: Expr = lambda h: (h.first & 3) == 3
_information: Expr = lambda h: (h.first & 1) == 0
_supervisory: Expr = lambda h: (h.first & 3) == 1
_numbered: Expr = lambda h: (h.first & 3) != 3
# a frame is a command where the network's bit is set, or the user's is not; which side it is, is rarely known
_response: Expr = lambda h: h.cr == 1


def _frame(at: int) -> dict[str, Field]:
    """The fields of a frame that begins `at` octets into the layer."""
    two: Any = lambda h: at + 2
    address = u16(at, "lapd.address", "Address Field", HEX)
    control = u16(two, "lapd.control", "Control Field", HEX, size=1, when=_unnumbered)
    control2 = u16(two, "lapd.control", "Control Field", HEX, little=True, when=_numbered)
    return {
        "address": address,
        "sapi": u16(at, "lapd.sapi", "SAPI", mask=0xFC00, within=address, names=SAPIS),
        "cr": u16(at, "lapd.cr", "C/R", mask=0x0200, within=address),
        "ea1": u16(at, "lapd.ea1", "EA1", mask=0x0100, within=address),
        "tei": u16(at, "lapd.tei", "TEI", mask=0x00FE, within=address),
        "ea2": u16(at, "lapd.ea2", "EA2", mask=0x0001, within=address),
        "first": u8(two, "", "First octet of the control field"),
        "control": control,
        "command": u8(two, "lapd.control.u_modifier_cmd", "Command", HEX, mask=0xEC, names=COMMANDS, within=control),
        "u_type": u16(two, "lapd.control.ftype", "Frame type", HEX, mask=0x03, size=1, within=control),
        "u_poll": flag(two, "lapd.control.p", "Poll", 0x10, within=control, when=lambda h: _unnumbered(h) & (h.first & 0x10 != 0)),
        "control2": control2,
        "n_r": u16(two, "lapd.control.n_r", "N(R)", mask=0xFE00, little=True, within=control2),
        "n_s": u16(two, "lapd.control.n_s", "N(S)", mask=0x00FE, little=True, within=control2, when=_information),
        "s_type": u16(two, "lapd.control.s_ftype", "Supervisory frame type", HEX, mask=0x000C, little=True,
                      within=control2, names=SUPERVISORY, when=_supervisory),
        "i_ftype": u16(two, "lapd.control.ftype", "Frame type", HEX, mask=0x0001, little=True, within=control2,
                       when=_information),
        "s_ftype": u16(two, "lapd.control.ftype", "Frame type", HEX, mask=0x0003, little=True, within=control2,
                       when=_supervisory),
    }  # fmt: skip


class LAPD(Layer):
    """A frame."""

    name, label, column = "lapd", "Link Access Procedure, Channel D (LAPD)", "LAPD"
    binds = {"linktype": (203,)}
    locals().update(_frame(0))

    length = lambda h: where((h.first & 3) == 3, 3, 4)
    next = (To("q931", when=lambda h: (h.sapi == 0) & _information(h)),)

    @staticmethod
    def info(sapi: int, tei: int) -> str:
        return f"SAPI {sapi}, TEI {tei}"


class CookedLAPD(Layer):
    """A frame behind Linux's cooked header of 16 octets."""

    name, label, column = "lapd", "Link Access Procedure, Channel D (LAPD)", "LAPD"
    binds = {"linktype": (177,)}

    packet_type = u16(0, "lapd.pseudo.packet_type", "Packet type")
    cooked = raw(2, "lapd.pseudo.cooked", "Cooked header", size=14)
    direction = u32(None, "lapd.direction", "Direction", value=lambda h: (h.packet_type != 4) * 1)
    locals().update(_frame(16))

    length = lambda h: where((h.first & 3) == 3, 19, 20)
    next = (To("q931", when=lambda h: (h.sapi == 0) & _information(h)),)
