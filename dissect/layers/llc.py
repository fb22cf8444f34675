"""Logical link control (IEEE 802.2-1998) with the subnetwork access protocol (IEEE 802-2014, clause 9.5).

     0       7 8      15 16     23 [24    31]
    +---------+---------+---------+---------+
    |  DSAP   |  SSAP   |      control      |   one byte for unnumbered frames, else two, the first one low
    +---------+---------+---------+---------+
    | with SNAP (both SAPs 0xAA): organization (3), protocol (2) |
    +------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, Expr, flag, raw, u8, u16, u24, where
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import ETHERTYPES

SAPS = {
    0x00: "NULL LSAP", 0x02: "LLC Sub-Layer Management", 0x04: "SNA Path Control", 0x06: "TCP/IP", 0x08: "SNA",
    0x0C: "SNA", 0x0E: "PROWAY (IEC955) Network Management and Initialization", 0x18: "Texas Instruments",
    0x42: "Spanning Tree BPDU", 0x4E: "EIA RS-511 Manufacturing Message Service", 0x7E: "X.25 over 802.2",
    0x7F: "ISO 802.2", 0x80: "Xerox Network Systems (XNS)", 0x82: "BACnet", 0x86: "Nestar", 0x8E: "PROWAY (IEC955) Active Station List Maintenance",
    0x98: "ARP", 0xAA: "SNAP", 0xBA: "Banyan Vines IP", 0xBC: "Banyan Vines", 0xE0: "NetWare", 0xF0: "NetBIOS",
    0xF4: "IBM Net Management", 0xF8: "HP Extended LLC", 0xFA: "Ungermann-Bass", 0xFC: "RPL",
    0xFE: "ISO Network Layer", 0xFF: "Global DSAP",
}  # fmt: skip
ORGANIZATIONS = {
    0x000000: "Encapsulated Ethernet", 0x00000C: "Cisco Systems, Inc", 0x0000F8: "Cisco 90-Compatible",
    0x0080C2: "Frame Relay or ATM bridged frames", 0x080007: "AppleTalk", 0x00E02B: "Extreme Networks",
    0x00000F: "NeXT", 0x000081: "Nortel Networks", 0x00E0B1: "Force10", 0x00E052: "Foundry", 0x004096: "Cisco Wireless (Aironet)",
}  # fmt: skip
CISCO = {
    0x0102: "DRiP", 0x0104: "Port Aggregation Protocol", 0x0105: "MLS Hello", 0x010B: "PVSTP+", 0x010C: "VLAN Bridge",
    0x0111: "UDLD", 0x2000: "CDP", 0x2001: "CGMP", 0x2003: "VTP", 0x2004: "DTP", 0x200A: "STP Uplink Fast",
}  # fmt: skip
NORTEL = {0x01A1: "NDP flatnet hello", 0x01A2: "NDP segment hello", 0x01A3: "NDP Bridge-level"}
COMMANDS = {
    0x00: "Unnumbered Information", 0x03: "Disconnect Mode", 0x10: "Disconnect", 0x18: "Unnumbered Acknowledge",
    0x1B: "Set Asynchronous Balanced Mode Extended", 0x1F: "Set Asynchronous Balanced Mode Extended",
    0x21: "Frame reject", 0x2B: "Exchange identification", 0x38: "Test",
}  # fmt: skip
SUPERVISORY = {0: "Receiver ready", 1: "Receiver not ready", 2: "Reject"}
FRAMES = {0: "Information frame", 1: "Supervisory frame", 2: "Information frame", 3: "Unnumbered frame"}

_unnumbered: Expr = lambda h: (h.first & 3) == 3
_numbered: Expr = lambda h: (h.first & 3) != 3
_information: Expr = lambda h: (h.first & 1) == 0
_supervisory: Expr = lambda h: (h.first & 3) == 1
_carries: Expr = lambda h: ((h.first & 1) == 0) | ((h.first & 0xEF) == 0x03)
_snap: Expr = lambda h: (h.dsap == 0xAA) & (h.ssap == 0xAA)
_at: Expr = lambda h: where((h.first & 3) == 3, 3, 4)
_bridged: Expr = lambda h: _snap(h) & (h.oui == 0x0080C2) & ((h.pid == 1) | (h.pid == 7))
BRIDGES = 0x0180C2  # groups of IEEE 802.1: of the last octet's number


def _group(h: Any) -> Any:
    """The number of the bridges' group that an Ethernet frame is for; 0 if it is for none."""
    frame = h.outer("eth")
    return h.dsap * 0 if frame is None else where((frame.dst_oui == BRIDGES) & (frame.dst_end < 256), frame.dst_end, 0)


_ethernet: Expr = lambda h: (h.oui == 0) | (h.oui == 0x0000F8) | (h.oui == 0x080007)


class LLC(Layer):
    """An 802.2 header, with SNAP where the SAPs say so."""

    name, label, column = "llc", "Logical-Link Control", "LLC"
    binds = {
        "sll.ltype": (4,), "linktype": (100, 106), "ppp": (0x0000, 0x004B), "arcnet": (0xE9,), "ethertype": (0x8870,),
        "udp.port": tuple(range(12000, 12005)),  # RFC 2353, section 2.6.1
    }  # fmt: skip

    dsap = u8(0, "llc.dsap", "DSAP", HEX, names=SAPS)
    dsap_sap = u8(0, "llc.dsap.sap", "SAP", mask=0xFE, within=dsap)
    dsap_ig = flag(0, "llc.dsap.ig", "IG Bit", 0x01, within=dsap)
    ssap = u8(1, "llc.ssap", "SSAP", HEX, names=SAPS)
    ssap_sap = u8(1, "llc.ssap.sap", "SAP", mask=0xFE, within=ssap)
    ssap_cr = flag(1, "llc.ssap.cr", "CR Bit", 0x01, within=ssap)
    first = u8(2, "", "First byte of the control field")
    control = u16(2, "llc.control", "Control", HEX, size=1, when=_unnumbered)
    command = u8(2, "llc.control.u_modifier_cmd", "Command", HEX, mask=0xEC, names=COMMANDS, within=control,
                 when=lambda h: _unnumbered(h) & (h.ssap_cr == 0))
    response = u8(2, "llc.control.u_modifier_resp", "Response", HEX, mask=0xEC, names=COMMANDS, within=control,
                  when=lambda h: _unnumbered(h) & h.ssap_cr)
    ftype = u16(2, "llc.control.ftype", "Frame type", HEX, mask=0x03, size=1, names=FRAMES, within=control)
    control2 = u16(2, "llc.control", "Control", HEX, little=True, when=_numbered)
    n_r = u16(2, "llc.control.n_r", "N(R)", mask=0xFE00, little=True, within=control2)
    n_s = u16(2, "llc.control.n_s", "N(S)", mask=0x00FE, little=True, within=control2, when=_information)
    s_ftype = u16(2, "llc.control.s_ftype", "Supervisory frame type", HEX, mask=0x000C, little=True, within=control2,
                  names=SUPERVISORY, when=_supervisory)
    i_ftype = u16(2, "llc.control.ftype", "Frame type", HEX, mask=0x0001, little=True, within=control2, names=FRAMES,
                  when=_information)
    s_type = u16(2, "llc.control.ftype", "Frame type", HEX, mask=0x0003, little=True, within=control2, names=FRAMES,
                 when=_supervisory)
    pf = flag(2, "", "Poll or final", 0x10)
    pf2 = flag(lambda h: 3, "", "Poll or final", 0x01, when=_numbered)
    poll = flag(2, "llc.control.p", "Poll", 0x10, within=control, when=lambda h: _unnumbered(h) & (h.ssap_cr == 0) & h.pf)
    final = flag(2, "llc.control.f", "Final", 0x10, within=control, when=lambda h: _unnumbered(h) & h.ssap_cr & h.pf)
    poll2 = flag(2, "llc.control.p", "Poll", 0x0100, little=True, within=control2,
                 when=lambda h: _numbered(h) & ((h.ssap_cr == 0) | _information(h)) & h.pf2)
    final2 = flag(2, "llc.control.f", "Final", 0x0100, little=True, within=control2,
                  when=lambda h: _supervisory(h) & h.ssap_cr & h.pf2)
    oui = u24(_at, "llc.oui", "Organization Code", names=ORGANIZATIONS, when=_snap)
    type = u16(lambda h: _at(h) + 3, "llc.type", "Type", HEX, names=ETHERTYPES, when=lambda h: _snap(h) & _ethernet(h))
    cisco = u16(lambda h: _at(h) + 3, "llc.cisco_pid", "PID", HEX, names=CISCO,
                when=lambda h: _snap(h) & (h.oui == 0x00000C))
    extreme = u16(lambda h: _at(h) + 3, "llc.extreme_pid", "PID", HEX, names={0x00BB: "EDP"},
                  when=lambda h: _snap(h) & (h.oui == 0x00E02B))
    nortel = u16(lambda h: _at(h) + 3, "llc.nortel_pid", "PID", HEX, names=NORTEL,
                 when=lambda h: _snap(h) & (h.oui == 0x000081))
    pid = u16(lambda h: _at(h) + 3, "llc.pid", "Protocol ID", HEX,
              when=lambda h: _snap(h) & (_ethernet(h) == 0) & (h.oui != 0x00000C) & (h.oui != 0x00E02B) & (h.oui != 0x000081))

    pad = raw(lambda h: _at(h) + 5, "llc.pad", "Padding", size=2, when=lambda h: _bridged(h))

    length = lambda h: where((h.first & 3) == 3, 3, 4) + where(_snap(h), 5, 0) + where(_bridged(h), 2, 0)
    next = (
        To("data", when=lambda h: _carries(h) == 0),
        By("ethertype", lambda h: h.type, when=lambda h: _snap(h) & _ethernet(h)),
        By("llc.cisco_pid", lambda h: h.cisco, when=lambda h: _snap(h) & (h.oui == 0x00000C)),
        By("llc.extreme_pid", lambda h: h.extreme, when=lambda h: _snap(h) & (h.oui == 0x00E02B)),
        By("llc.nortel_pid", lambda h: h.nortel, when=lambda h: _snap(h) & (h.oui == 0x000081)),
        By("llc.bridged", lambda h: h.pid, when=lambda h: _snap(h) & (h.oui == 0x0080C2)),
        By("llc.garp", _group, when=lambda h: h.dsap == 0x42),
        By("llc.dsap", lambda h: h.dsap, when=lambda h: _snap(h) == 0),
    )

    @staticmethod
    def info(dsap: int, ssap: int, first: int) -> str:
        kind = "UI" if first & 0xEF == 3 else "U" if first & 3 == 3 else "S" if first & 1 else "I"
        names = (SAPS.get(sap & 0xFE, f"0x{sap:02x}") for sap in (dsap, ssap))
        return f"{kind}; DSAP {next(names)}; SSAP {next(names)}"
