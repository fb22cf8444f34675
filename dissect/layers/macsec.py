"""MACsec (IEEE 802.1AE-2018, clause 9).

     0                   1                   2                   3
    +-+-+-+-+-+-+---+---+-----------+
    |V|ES|SC|SCB|E|C|AN |0 0|   SL  |
    +---------------+---+-----------+-------------------------------+
    |                         packet number                         |
    +---------------------------------------------------------------+
    |      secure channel: system identifier (6), port (2)  [SC]    |
    +---------------------------------------------------------------+
      secure data, integrity check value (16)

Data that is only protected, not encrypted, is an EtherType and its payload.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Expr, ether, flag, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer
from dissect.layers.names import ETHERTYPES

ICV = 16  # bytes of the integrity check value of the default cipher suite
# bytes of secure data: the short length, else all up to the check value
_secured: Expr = lambda h: where(h.sl > 0, h.sl, h.limit - h.start - where(h.sc, 14, 6) - ICV)


class MACsec(Layer):
    """A security tag."""

    name, label, column = "macsec", "802.1AE Security tag", "MACSEC"
    binds = {"ethertype": (0x88E5,)}

    tci = u8(0, "macsec.TCI", "TCI", HEX, mask=0xFC)
    version = u8(0, "macsec.TCI.V", "VER", HEX, mask=0x80, within=tci)
    es = flag(0, "macsec.TCI.ES", "ES", 0x40, within=tci)
    sc = flag(0, "macsec.TCI.SC", "SC", 0x20, within=tci)
    scb = flag(0, "macsec.TCI.SCB", "SCB", 0x10, within=tci)
    e = flag(0, "macsec.TCI.E", "E", 0x08, within=tci)
    c = flag(0, "macsec.TCI.C", "C", 0x04, within=tci)
    an = u8(0, "macsec.AN", "AN", HEX, mask=0x03)
    sl = u8(1, "macsec.SL", "Short length")
    pn = u32(2, "macsec.PN", "Packet number")
    system = ether(6, "macsec.SCI.system_identifier", "System Identifier", when=lambda h: h.sc)
    port = u16(12, "macsec.SCI.port_identifier", "Port Identifier", when=lambda h: h.sc)
    etype = u16(lambda h: where(h.sc, 14, 6), "macsec.etype", "Ethertype", HEX, names=ETHERTYPES,
                when=lambda h: (h.e == 0) & (h.c == 0))
    icv = raw(None, "macsec.ICV", "ICV")

    length = lambda h: where(h.sc, 14, 6) + where((h.e == 0) & (h.c == 0), 2, 0)
    payload = lambda h: _secured(h) - where((h.e == 0) & (h.c == 0), 2, 0)
    next = (By("ethertype", lambda h: h.etype, when=lambda h: (h.e == 0) & (h.c == 0), via="ethertype"),)
    total = lambda h: where(h.sc, 14, 6) + _secured(h) + ICV

    @classmethod
    def trailer(cls, c: Cursor) -> None:
        c.rest(cls.icv)
