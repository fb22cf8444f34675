"""Frame relay (ITU-T Q.922, RFC 2427; LINKTYPE_FRELAY).

     0             5 6 7   8       11 12 13 14 15
    +---------------+-+--+-----------+--+--+--+--+
    | DLCI, upper 6 |CR|EA| lower 4  |FE|BE|DE|EA|    EA: the last byte of the address (of 2 to 4)
    +---------------+-+--+-----------+--+--+--+--+
      RFC 2427: control (3), NLPID; Cisco: an EtherType
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from typing import Any

from dissect.engine.fields import HEX, Expr, flag, u8, u16, u24, u32, where
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import ETHERTYPES

NLPIDS = {
    0x08: "Q.933", 0x09: "LMI", 0x80: "SNAP", 0x81: "ISO 8473 CLNP", 0x82: "ISO 9542 ES-IS", 0x83: "ISO 10589 IS-IS", 0x8E: "IPv6",
    0xB0: "FRF.9", 0xB1: "FRF.12", 0xCC: "IP", 0xCF: "PPP",
}  # fmt: skip

# bytes of address; 0 where it does not end within four, 1 where it already ends with the first, as it must not
_address: Expr = lambda h: where(h.one, 1, where(h.ea1, 2, where(h.ea2, 3, where(h.ea3, 4, 0))))
_third: Expr = lambda h: (_address(h) == 4) | (_address(h) == 0)
_final: Expr = lambda h: _address(h) > 2
_last: Expr = lambda h: where(_address(h) > 2, _address(h) - 1, 2)
_whole: Expr = lambda h: h.one == 0
_dlci2: Expr = lambda h: (h.upper << 4) | h.second
_number: Expr = lambda h: where(h.one, 0, where(_address(h) == 2, _dlci2(h) & 0x3FF, where(h.dc, where(
    _address(h) == 3, _dlci2(h), (_dlci2(h) << 7) | h.third), where(
    _address(h) == 3, (_dlci2(h) << 6) | h.lower, (((_dlci2(h) << 7) | h.third) << 6) | h.lower))))
# Cisco's frames have a type of Cisco HDLC in place of a control field; which there are Wireshark knows, too
CISCO = (
    0x0111, 0x0600, 0x0800, 0x2000, 0x4242, 0x6003, 0x6558, 0x8035, 0x8038, 0x809B, 0x80F3, 0x8137, 0x86DD, 0x8847, 0x8848,
    0xFEFE,
)  # fmt: skip
UI, XID, Q933 = 0x03, 0xAF, 0x08


def _one_of(value: Any, keys: Iterable[int]) -> Any:
    """Whether a value is one of a few."""
    return functools.reduce(operator.or_, (value == key for key in keys))


# signalling has circuit 0 to itself: what is no unnumbered information there is LAPF (Q.922), and so is an XID
_lapf: Expr = lambda h: (_address(h) > 0) & (h.first != UI) & ((_number(h) == 0) | (h.first == XID))
_other: Expr = lambda h: (_address(h) > 0) & (h.first != UI) & (_number(h) != 0) & (h.first != XID)
_cisco: Expr = lambda h: _other(h) & _one_of(h.kind, CISCO)
_unnumbered: Expr = lambda h: (h.first & 3) == 3
_control_size: Expr = lambda h: where(_unnumbered(h), 1, 2)
# of the rest those are RFC 2427's that have a control field and a protocol that is known
_rfc: Expr = lambda h: (_address(h) > 0) & (
    (h.first == UI) | _other(h) & (_one_of(h.kind, CISCO) == 0) & (h.start + _address(h) + _control_size(h) < h.end) & (
        (h.number == 0) | _one_of(h.number, NLPIDS)))
_osi: Expr = lambda h: _rfc(h) & ((h.nlpid >= 0x81) & (h.nlpid <= 0x83) | (h.nlpid == Q933))  # those have the NLPID as their first octet
_snap: Expr = lambda h: _rfc(h) & (h.nlpid == 0x80)
_control: Expr = lambda h: _rfc(h) | _lapf(h)
# and those are Ethernet frames that have a length or a type where these do
_frame: Expr = lambda h: _other(h) & (_cisco(h) == 0) & (_rfc(h) == 0) & (h.start + _address(h) + 14 <= h.end) & (
    (h.ethernet <= 1500) | _one_of(h.ethernet, ETHERTYPES))


class FrameRelay(Layer):
    """A frame relay header with what RFC 2427 or Cisco put behind it."""

    name, label, column = "fr", "Frame Relay", "FR"
    binds = {"linktype": (107,), "gre.proto": (0x6559,)}

    one = flag(0, "", "Whether the first octet ends the address", 0x01)
    only = u8(0, "fr.first_addr_octet", "First address octet", HEX, when=lambda h: h.one)
    octet0 = u8(0, "fr.first_addr_octet", "First address octet", HEX, when=_whole)
    upper = u8(0, "fr.upper_dlci", "Upper DLCI", HEX, mask=0xFC, within=octet0)
    cr = flag(0, "fr.cr", "CR", 0x02, within=octet0)
    ea0 = flag(0, "fr.ea", "EA", 0x01, within=octet0)
    octet1 = u8(1, "fr.second_addr_octet", "Second address octet", HEX, when=_whole)
    second = u8(1, "fr.second_dlci", "Second DLCI", HEX, mask=0xF0, within=octet1)
    fecn = flag(1, "fr.fecn", "FECN", 0x08, within=octet1)
    becn = flag(1, "fr.becn", "BECN", 0x04, within=octet1)
    de = flag(1, "fr.de", "DE", 0x02, within=octet1)
    ea1 = flag(1, "fr.ea", "EA", 0x01, within=octet1)
    ea2 = flag(lambda h: 2, "", "EA of the third octet", 0x01, when=lambda h: _whole(h) & (h.ea1 == 0))
    ea3 = flag(lambda h: 3, "", "EA of the fourth octet", 0x01, when=lambda h: _whole(h) & (h.ea1 == 0) & (h.ea2 == 0))
    octet2 = u8(lambda h: 2, "fr.third_addr_octet", "Third address octet", HEX, when=_third)
    third = u8(lambda h: 2, "fr.third_dlci", "Third DLCI", HEX, mask=0xFE, when=_third)
    third_ea = flag(lambda h: 2, "fr.ea", "EA", 0x01, when=_third)
    dc = flag(_last, "fr.dc", "DC", 0x02, when=_final)
    lower = u8(_last, "fr.lower_dlci", "Lower DLCI", HEX, mask=0xFC, when=lambda h: _final(h) & (h.dc == 0))
    core = u8(_last, "fr.dlcore_control", "DL-CORE Control", HEX, mask=0xFC, when=lambda h: _final(h) & h.dc)
    last_ea = flag(_last, "fr.ea", "EA", 0x01, when=_final)
    dlci = u32(None, "fr.dlci", "DLCI", when=lambda h: _address(h) > 0, value=_number)
    first = u8(_address, "", "Byte behind the address")
    kind = u16(_address, "", "Two bytes behind the address")
    number = u8(lambda h: _address(h) + _control_size(h), "", "Byte behind the control field")
    ethernet = u16(lambda h: _address(h) + 12, "", "Type or length of an Ethernet frame")
    control = u8(_address, "fr.control", "Control Field", HEX, when=_control)
    command = u8(_address, "fr.control.u_modifier_cmd", "Command", HEX, mask=0xEC,
                 when=lambda h: _rfc(h) & _unnumbered(h) & (h.cr == 0))
    response = u8(_address, "fr.control.u_modifier_resp", "Response", HEX, mask=0xEC,
                  when=lambda h: _rfc(h) & _unnumbered(h) & h.cr)
    n_r = u16(_address, "fr.control.n_r", "N(R)", mask=0xFE00, little=True,
              when=lambda h: _control(h) & (_unnumbered(h) == 0))
    n_s = u16(_address, "fr.control.n_s", "N(S)", mask=0x00FE, little=True,
              when=lambda h: _control(h) & ((h.first & 1) == 0))
    ftype = u16(_address, "fr.control.ftype", "Frame type", HEX, mask=0x03, size=1,
                when=lambda h: _control(h) & ((h.first & 1) == 1))
    i_ftype = u16(_address, "fr.control.ftype", "Frame type", HEX, mask=0x01, size=1,
                  when=lambda h: _control(h) & ((h.first & 1) == 0))
    nlpid = u8(lambda h: _address(h) + _control_size(h), "fr.nlpid", "NLPID", HEX, names=NLPIDS, when=_rfc)
    oui = u24(lambda h: _address(h) + _control_size(h) + 1, "fr.snap.oui", "Organization Code", when=_snap)
    snaptype = u16(lambda h: _address(h) + _control_size(h) + 4, "fr.snaptype", "Type", HEX, names=ETHERTYPES,
                   when=lambda h: _snap(h) & (h.oui == 0))
    pid = u16(lambda h: _address(h) + _control_size(h) + 4, "fr.snap.pid", "Protocol ID", HEX, when=lambda h: _snap(h) & (h.oui != 0))
    chdlctype = u16(_address, "fr.chdlctype", "Type", HEX, names=ETHERTYPES, when=_cisco)

    # what LAPF says begins with its control field
    length = lambda h: where(_address(h) == 0, 3, _address(h)) + where(_rfc(h), _control_size(h) + 1, 0) + where(
        _snap(h), 5, 0) + where(_cisco(h), 2, 0) - where(_osi(h), 1, 0)
    next = (
        To("ip", when=lambda h: _rfc(h) & (h.nlpid == 0xCC)),
        To("ipv6", when=lambda h: _rfc(h) & (h.nlpid == 0x8E)),
        By("ethertype", lambda h: h.snaptype, when=lambda h: _snap(h) & (h.oui == 0)),
        By("llc.bridged", lambda h: h.pid, when=lambda h: _snap(h) & (h.oui == 0x0080C2)),
        By("fr.osinl", lambda h: h.nlpid, when=_osi),
        By("osi.nlpid", lambda h: h.nlpid, when=_osi),
        By("nlpid", lambda h: h.nlpid, when=lambda h: _rfc(h) & (h.nlpid != 0x80) & (h.nlpid != Q933)),
        By("chdlc", lambda h: h.chdlctype, when=_cisco),
        By("ethertype", lambda h: h.chdlctype, when=_cisco),
        To("eth", when=_frame),
    )
