"""EtherIP (RFC 3378): an Ethernet frame in IP.

 0                   1
+-------+-----------------------+
|version|       reserved        |
+-------+-----------------------+
"""

from __future__ import annotations

from dissect.engine.fields import HEX, u16
from dissect.engine.layer import Layer, Note, To


class EtherIP(Layer):
    """An EtherIP header."""

    name, label, column = "etherip", "Ethernet over IP", "ETHERIP"
    binds = {"ip.proto": (97,)}

    version = u16(0, "etherip.ver", "Version", mask=0xF000)
    reserved = u16(0, "etherip.reserved", "Reserved", HEX, mask=0x0FFF)

    next = (To("eth"),)
    notes = (
        Note("etherip.ver.not3", "warn", "Protocol", "Version must be 3", when=lambda h: h.version != 3),
        Note("etherip.reserved.not0", "warn", "Protocol", "Reserved field must be 0", when=lambda h: h.reserved != 0),
    )
