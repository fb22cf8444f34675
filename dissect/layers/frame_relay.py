"""Frame relay (ITU-T Q.922, RFC 2427; LINKTYPE_FRELAY).

     0             5 6 7   8       11 12 13 14 15
    +---------------+-+--+-----------+--+--+--+--+
    | DLCI, upper 6 |CR|EA| lower 4  |FE|BE|DE|EA|    EA: the last byte of the address (of 2 to 4)
    +---------------+-+--+-----------+--+--+--+--+
      RFC 2427: control (3), NLPID; Cisco: an EtherType
"""

from __future__ import annotations

from dissect.engine.fields import HEX, Expr, flag, u8, u16, u24, u32, where
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import ETHERTYPES

NLPIDS = {
    0x08: "Q.933", 0x80: "SNAP", 0x81: "ISO 8473 CLNP", 0x82: "ISO 9542 ES-IS", 0x83: "ISO 10589 IS-IS", 0x8E: "IPv6",
    0xB0: "FRF.9", 0xB1: "FRF.12", 0xCC: "IP", 0xCF: "PPP",
}  # fmt: skip

# bytes of address; 0 where it does not end within four
_address: Expr = lambda h: where(h.ea1 | h.ea0, 2, where(h.ea2, 3, where(h.ea3, 4, 0)))
_third: Expr = lambda h: (_address(h) == 4) | (_address(h) == 0)
_final: Expr = lambda h: _address(h) > 2
_last: Expr = lambda h: where(_address(h) > 2, _address(h) - 1, 2)
_dlci2: Expr = lambda h: (h.upper << 4) | h.second
_ui: Expr = lambda h: (_address(h) > 0) & (h.first == 0x03)
_osi: Expr = lambda h: _ui(h) & (h.nlpid >= 0x81) & (h.nlpid <= 0x83)  # those have the NLPID as their first octet
_snap: Expr = lambda h: _ui(h) & (h.nlpid == 0x80)
_number: Expr = lambda h: where(_address(h) == 2, _dlci2(h) & 0x3FF, where(h.dc, where(
    _address(h) == 3, _dlci2(h), (_dlci2(h) << 7) | h.third), where(
    _address(h) == 3, (_dlci2(h) << 6) | h.lower, (((_dlci2(h) << 7) | h.third) << 6) | h.lower)))
# signalling has circuit 0 to itself: what is no unnumbered information there is LAPF (Q.922), and so is an XID
_lapf: Expr = lambda h: (_address(h) > 0) & (h.first != 0x03) & ((_number(h) == 0) | (h.first == 0xAF))
_control: Expr = lambda h: _ui(h) | _lapf(h)
_cisco: Expr = lambda h: (_address(h) > 0) & (h.first != 0x03) & (_lapf(h) == 0)


class FrameRelay(Layer):
    """A frame relay header with what RFC 2427 or Cisco put behind it."""

    name, label, column = "fr", "Frame Relay", "FR"
    binds = {"linktype": (107,), "gre.proto": (0x6559,)}

    octet0 = u8(0, "fr.first_addr_octet", "First address octet", HEX)
    upper = u8(0, "fr.upper_dlci", "Upper DLCI", HEX, mask=0xFC, within=octet0)
    cr = flag(0, "fr.cr", "CR", 0x02, within=octet0)
    ea0 = flag(0, "fr.ea", "EA", 0x01, within=octet0)
    octet1 = u8(1, "fr.second_addr_octet", "Second address octet", HEX)
    second = u8(1, "fr.second_dlci", "Second DLCI", HEX, mask=0xF0, within=octet1)
    fecn = flag(1, "fr.fecn", "FECN", 0x08, within=octet1)
    becn = flag(1, "fr.becn", "BECN", 0x04, within=octet1)
    de = flag(1, "fr.de", "DE", 0x02, within=octet1)
    ea1 = flag(1, "fr.ea", "EA", 0x01, within=octet1)
    ea2 = flag(lambda h: 2, "", "EA of the third octet", 0x01, when=lambda h: h.ea1 == 0)
    ea3 = flag(lambda h: 3, "", "EA of the fourth octet", 0x01, when=lambda h: (h.ea1 == 0) & (h.ea2 == 0))
    octet2 = u8(lambda h: 2, "fr.third_addr_octet", "Third address octet", HEX, when=_third)
    third = u8(lambda h: 2, "fr.third_dlci", "Third DLCI", HEX, mask=0xFE, when=_third)
    third_ea = flag(lambda h: 2, "fr.ea", "EA", 0x01, when=_third)
    dc = flag(_last, "fr.dc", "DC", 0x02, when=_final)
    lower = u8(_last, "fr.lower_dlci", "Lower DLCI", HEX, mask=0xFC, when=lambda h: _final(h) & (h.dc == 0))
    core = u8(_last, "fr.dlcore_control", "DL-CORE Control", HEX, mask=0xFC, when=lambda h: _final(h) & h.dc)
    last_ea = flag(_last, "fr.ea", "EA", 0x01, when=_final)
    dlci = u32(None, "fr.dlci", "DLCI", when=lambda h: _address(h) > 0, value=_number)
    first = u8(_address, "", "Byte behind the address")
    control = u8(_address, "fr.control", "Control Field", HEX, when=_control)
    command = u8(_address, "fr.control.u_modifier_cmd", "Command", HEX, mask=0xEC, when=_ui)
    ftype = u16(_address, "fr.control.ftype", "Frame type", HEX, mask=0x03, size=1, when=_control)
    nlpid = u8(lambda h: _address(h) + 1, "fr.nlpid", "NLPID", HEX, names=NLPIDS, when=_ui)
    oui = u24(lambda h: _address(h) + 2, "fr.snap.oui", "Organization Code", when=_snap)
    snaptype = u16(lambda h: _address(h) + 5, "fr.snaptype", "Type", HEX, names=ETHERTYPES,
                   when=lambda h: _snap(h) & (h.oui == 0))
    pid = u16(lambda h: _address(h) + 5, "fr.snap.pid", "Protocol ID", HEX, when=lambda h: _snap(h) & (h.oui != 0))
    chdlctype = u16(_address, "fr.chdlctype", "Type", HEX, names=ETHERTYPES, when=_cisco)

    length = lambda h: where(_address(h) == 0, 3, _address(h)) + where(_ui(h), 2, 0) + where(_snap(h), 5, 0) + where(
        _cisco(h), 2, 0) + where(_lapf(h), 1, 0) - where(_osi(h), 1, 0)
    next = (
        To("ip", when=lambda h: h.nlpid == 0xCC),
        To("ipv6", when=lambda h: h.nlpid == 0x8E),
        By("ethertype", lambda h: h.snaptype, when=lambda h: _snap(h) & (h.oui == 0)),
        By("llc.bridged", lambda h: h.pid, when=lambda h: _snap(h) & (h.oui == 0x0080C2)),
        By("osi.nlpid", lambda h: h.nlpid, when=_osi),
        By("nlpid", lambda h: h.nlpid, when=lambda h: _ui(h) & (h.nlpid != 0x80)),
        By("chdlc", lambda h: h.chdlctype, when=_cisco),
        By("ethertype", lambda h: h.chdlctype, when=_cisco),
    )
