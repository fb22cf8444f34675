"""Links that are balanced, in HDLC's frames of one octet each of address and control.

LAPB (ITU-T X.25, 2.4) in Ethernet (Linux's lapbether), SDLC (LINKTYPE_SDLC), and SNA over Ethernet, an LLC frame with its size.

     0   2 3 4   6 7            bits: information N(R) P/F N(S) 0, supervisory N(R) P/F type 01,
    +-----+-+-----+-+                 unnumbered modifier P/F modifier 11
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT16, Expr, Field, flag, u8, u16, where
from dissect.engine.layer import Layer, To

COMMANDS = {0x00: "Unnumbered Information", 0x0C: "Disconnect Mode", 0x40: "Disconnect", 0x60: "Unnumbered Acknowledge",
            0x2C: "Set Asynchronous Balanced Mode", 0x84: "Frame reject", 0xAC: "Exchange identification"}  # fmt: skip
SUPERVISORY = {0: "Receiver ready", 1: "Receiver not ready", 2: "Reject", 3: "Selective reject"}
FRAMES = {0: "Information frame", 1: "Supervisory frame", 3: "Unnumbered frame"}

ADDRESSES = (0x01, 0x03, 0x07, 0x0F)  # of LAPB

_information: Expr = lambda h: h.control & 1 == 0


def _valid(h: Any) -> Any:
    """Whether a frame of LAPB has an address that it may have."""
    return (h.first == 1) | (h.first == 3) | (h.first == 7) | (h.first == 15)


def _always(h: Any) -> Any:
    return h.control >= 0


def control_fields(control: Field, prefix: str, response: bool, there: Expr = _always, at: int = 1) -> dict[str, Field]:
    """The fields of a control octet; `response`: how frames are read whose direction is not known."""
    which, text = ("u_modifier_resp", "Response") if response else ("u_modifier_cmd", "Command")
    information: Expr = lambda h: there(h) & (h.control & 1 == 0)
    unnumbered: Expr = lambda h: there(h) & (h.control & 3 == 3)
    polled: Expr = lambda h: there(h) & (h.control & 0x10 != 0)
    return {
        "n_r": u8(at, f"{prefix}.n_r", "N(R)", mask=0xE0, within=control, when=lambda h: there(h) & (h.control & 3 != 3)),
        "n_s": u8(at, f"{prefix}.n_s", "N(S)", mask=0x0E, within=control, when=information),
        "s_type": u8(at, f"{prefix}.s_ftype", "Supervisory frame type", HEX, mask=0x0C, names=SUPERVISORY, within=control,
                     when=lambda h: there(h) & (h.control & 3 == 1)),
        "modifier": u8(at, f"{prefix}.{which}", text, HEX, mask=0xEC, within=control, when=unnumbered),
        "polls": flag(at, f"{prefix}.p", "Poll", 0x10, within=control,
                      when=lambda h: polled(h) & ((h.control & 1 == 0) | (not response))),
        "ends": flag(at, f"{prefix}.f", "Final", 0x10, within=control,
                     when=lambda h: polled(h) & (h.control & 1 == 1) & response),
        "kind_i": u8(at, f"{prefix}.ftype", "Frame type", HEX, mask=0x01, names=FRAMES, within=control, when=information),
        "kind_su": u8(at, f"{prefix}.ftype", "Frame type", HEX, mask=0x03, names=FRAMES, within=control,
                      when=lambda h: there(h) & (h.control & 1 == 1)),
    }  # fmt: skip


class LAPB(Layer):
    """A frame of X.25's second level; addresses that it does not have are those of no frame of it."""

    name, label, column = "lapb", "Link Access Procedure Balanced (LAPB)", "LAPB"

    first = u8(0, "", "First octet")
    address = u8(0, "lapb.address", "Address", HEX, when=_valid)
    control = u8(lambda h: 1, "lapb.control", "Control Field", HEX, when=_valid)
    locals().update(control_fields(control, "lapb.control", False, _valid))
    length = lambda h: where(_valid(h) & _information(h), 2, h.end - h.start)
    next = (To("x25", when=lambda h: _valid(h) & _information(h)),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        valid = c.h.first in ADDRESSES
        if not valid or not _information(c.h):
            c.pos = c.h.start + (2 if valid else 0)
            c.skip(c.remaining)


class LAPBEther(Layer):
    """LAPB in Ethernet."""

    name, label, column = "lapbether", "Link Access Procedure Balanced Ethernet (LAPBETHER)", "LAPBETHER"
    binds = {"ethertype": (0x6000,)}

    size_of = u16(0, "lapbether.length", "Length Field", little=True)
    total = lambda h: h.size_of + 2
    next = (To("lapb"),)


class SDLC(Layer):
    """IBM's synchronous data link."""

    name, label, column = "sdlc", "Synchronous Data Link Control (SDLC)", "SDLC"
    binds = {"linktype": (268,)}

    address = u8(0, "sdlc.address", "Address Field", HEX)
    control = Field("sdlc.control", "Control Field", UINT16, HEX, at=1, size=1)
    locals().update(control_fields(control, "sdlc.control", True))
    next = (To("sna", when=_information), To("data"))


class SNAEther(Layer):
    """SNA over Ethernet: the size of an LLC frame."""

    name, label, column = "snaeth", "SNA-over-Ethernet", "SNA"
    binds = {"ethertype": (0x80D5,)}

    size_of = u16(0, "snaeth.len", "Length")
    padding = u8(2, "snaeth.padding", "Padding", HEX)
    total = lambda h: h.size_of + 3
    next = (To("llc"),)
