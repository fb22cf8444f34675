"""Signalling system 7's message transfer part, levels 2 (ITU-T Q.703; LINKTYPE_MTP2) and 3 (Q.704; LINKTYPE_MTP3).

     0        7        15       23        31                              63
    +--------+--------+--------+---------+-------------------------------+------
    | BSN  B | FSN  F | length | service | DPC (14), OPC (14), link (4)  | user part
    +--------+--------+--------+---------+-------------------------------+------
      level 2: all        with length 0: fill-in, 1 or 2: status; else level 3, little-endian

Level 2 may end in a check sequence of 16 bits; captures rarely have it and Wireshark takes it not to be there.
"""

from __future__ import annotations

from dissect.engine.fields import HEX, UINT32, Expr, alias, u8, u16, u32, where
from dissect.engine.layer import By, Layer, To

STATES = {0: "Status Indication O", 1: "Status Indication N", 2: "Status Indication E", 3: "Status Indication OS",
          4: "Status Indication PO", 5: "Status Indication B"}  # fmt: skip
USERS = {
    0: "MTP3 Management", 1: "MTP3 Test & Maintenance", 2: "MTP3 Test & Maintenance special", 3: "SCCP", 4: "TUP",
    5: "ISUP", 6: "DUP", 7: "DUP registration", 8: "MTP testing user part", 9: "Broadband ISUP", 10: "Satellite ISUP",
    12: "AAL type2 Signalling", 13: "BICC", 14: "Gateway Control Protocol",
}  # fmt: skip
NETWORKS = {0: "International network", 1: "Spare (for international use only)", 2: "National network",
            3: "Reserved for national use"}  # fmt: skip

_signals: Expr = lambda h: h.li > 2
_status: Expr = lambda h: (h.li == 1) | (h.li == 2)


class MTP2(Layer):
    """A signal unit."""

    name, label, column = "mtp2", "Message Transfer Part Level 2", "MTP2"
    binds = {"linktype": (140,)}

    bsn = u8(0, "mtp2.bsn", "Backward sequence number", mask=0x7F)
    bib = u8(0, "mtp2.bib", "Backward indicator bit", mask=0x80)
    fsn = u8(1, "mtp2.fsn", "Forward sequence number", mask=0x7F)
    fib = u8(1, "mtp2.fib", "Forward indicator bit", mask=0x80)
    li = u8(2, "mtp2.li", "Length Indicator", mask=0x3F)
    spare = u8(2, "mtp2.spare", "Spare", mask=0xC0)
    state = u8(lambda h: 3, "mtp2.sf", "Status field", names=STATES, when=_status)
    state_extra = u8(lambda h: 4, "mtp2.sf_extra", "Status field extra octet", when=lambda h: h.li == 2)

    length = lambda h: where(h.li > 2, 3, 3 + h.li)
    next = (To("mtp3", when=_signals),)

    @staticmethod
    def info(li: int) -> str:
        return "Message Signal Unit" if li > 2 else "Link Status Signal Unit" if li else "Fill-In Signal Unit"


class TaggedMTP2(Layer):
    """The same with a header (LINKTYPE_MTP2_WITH_PHDR): sent or received, Annex A or not, number of the link."""

    name, label, column = "mtp2", "Message Transfer Part Level 2", "MTP2"
    binds = {"linktype": (139,)}

    sent = u8(0, "mtp2.pseudo.sent", "Sent")
    annex_a = u8(1, "mtp2.pseudo.annex_a", "Annex A")
    link = u16(2, "mtp2.pseudo.link", "Link number")
    bsn = u8(4, "mtp2.bsn", "Backward sequence number", mask=0x7F)
    bib = u8(4, "mtp2.bib", "Backward indicator bit", mask=0x80)
    fsn = u8(5, "mtp2.fsn", "Forward sequence number", mask=0x7F)
    fib = u8(5, "mtp2.fib", "Forward indicator bit", mask=0x80)
    li = u8(6, "mtp2.li", "Length Indicator", mask=0x3F)
    spare = u8(6, "mtp2.spare", "Spare", mask=0xC0)
    state = u8(lambda h: 7, "mtp2.sf", "Status field", names=STATES, when=_status)
    state_extra = u8(lambda h: 8, "mtp2.sf_extra", "Status field extra octet", when=lambda h: h.li == 2)

    length = lambda h: where(h.li > 2, 7, 7 + h.li)
    next = (To("mtp3", when=_signals),)


class MTP3(Layer):
    """A message with the ITU's routing label."""

    name, label, column = "mtp3", "Message Transfer Part Level 3", "MTP3"
    binds = {"linktype": (141,)}

    network = u8(0, "mtp3.network_indicator", "Network indicator", HEX, mask=0xC0, names=NETWORKS)
    spare = u8(0, "mtp3.spare", "Spare", HEX, mask=0x30)
    service = u8(0, "mtp3.service_indicator", "Service indicator", HEX, mask=0x0F, names=USERS)
    opc = u32(1, "mtp3.opc", "OPC", mask=0x0FFFC000, little=True, also=(alias("mtp3.pc", UINT32, "PC"),))
    dpc = u32(1, "mtp3.dpc", "DPC", mask=0x00003FFF, little=True, also=(alias("mtp3.pc", UINT32, "PC"),))
    sls = u8(4, "mtp3.sls", "Signalling Link Selector", mask=0xF0)

    length = lambda h: 5
    next = (By("mtp3.service_indicator", lambda h: h.service),)

    @staticmethod
    def info(dpc: int, opc: int, service: int) -> str:
        return f"{USERS.get(service, 'Spare')}: {opc} > {dpc}"
