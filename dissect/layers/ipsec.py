"""IPsec: AH (RFC 4302), ESP (RFC 4303), its encapsulation in UDP (RFC 3948); IPComp (RFC 3173).

 0                   1                   2                   3
+---------------+---------------+-------------------------------+
|  next header  |    length     |           reserved            |   AH
+---------------+---------------+-------------------------------+
|                 security parameters index (SPI)               |   AH, ESP
+---------------------------------------------------------------+
|                        sequence number                        |   AH, ESP
+---------------------------------------------------------------+
|  integrity check value (AH), or what is encrypted (ESP)       |
+---------------------------------------------------------------+

+---------------+---------------+-------------------------------+
|  next header  |     flags     | compression parameter index   |   IPComp
+---------------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.fields import HEX, HEX_DEC, NONE, Field, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer, To
from dissect.layers.names import IP_PROTOCOLS

CPI = {0: "OUI", 1: "DEFLATE", 2: "LZS"}


class AH(Layer):
    """An authentication header; its length is in words, less two."""

    name, label, column = "ah", "Authentication Header", "AH"
    binds = {"ip.proto": (51,)}

    next_header = u8(0, "ah.next_header", "Next header", names=IP_PROTOCOLS)
    len = u8(1, "ah.length", "Length")
    reserved = raw(2, "ah.reserved", "Reserved", size=2)
    spi = u32(4, "ah.spi", "AH SPI", HEX)
    sequence = u32(8, "ah.sequence", "AH Sequence")
    icv = raw(12, "ah.icv", "AH ICV", size=lambda h: 4 * (h.len - 1), when=lambda h: h.len > 1)

    length = lambda h: 4 * (h.len + 2)
    next = (By("ip.proto", lambda h: h.next_header),)

    @staticmethod
    def info(spi: int) -> str:
        return f"AH (SPI=0x{spi:08x})"


class ESP(Layer):
    """An encapsulating security payload: without its keys nothing behind the sequence number is to be read."""

    name, label, column = "esp", "Encapsulating Security Payload", "ESP"
    binds = {"ip.proto": (50,)}

    spi = u32(0, "esp.spi", "ESP SPI", HEX_DEC)
    sequence = u32(4, "esp.sequence", "ESP Sequence")

    @staticmethod
    def info(spi: int) -> str:
        return f"ESP (SPI=0x{spi:08x})"


class UDPEncapsulation(Layer):
    """ESP in UDP, marked where it is IKE instead; or the byte that keeps a NAT's mapping alive."""

    name, label, column = "udpencap", "UDP Encapsulation of IPsec Packets", "UDPENCAP"
    binds = {"udp.port": (4500,)}

    first = u8(lambda h: 0, "", "First byte")
    spi = u32(lambda h: 0, "", "SPI")
    keepalive = Field(
        "udpencap.nat_keepalive",
        "NAT-keepalive packet",
        NONE,
        at=lambda h: 0,
        size=1,
        when=lambda h: (h.first == 0xFF) & (h.limit - h.start == 1),
    )
    marker = Field(
        "udpencap.non_esp_marker",
        "Non-ESP Marker",
        NONE,
        at=lambda h: 0,
        size=4,
        when=lambda h: (h.spi == 0) & (h.limit - h.start >= 4),
    )

    length = lambda h: where(h.limit - h.start == 1, 1, where(h.spi == 0, 4, 0))
    next = (
        To("isakmp", when=lambda h: h.spi == 0),
        To("esp", when=lambda h: h.spi != 0),
    )

    @staticmethod
    def info(first: int, spi: int) -> str:
        return "ESP" if spi else "NAT-keepalive" if first == 0xFF else "ISAKMP"


class IPComp(Layer):
    """A compressed payload."""

    name, label, column = "ipcomp", "IP Payload Compression", "IPComp"
    binds = {"ip.proto": (108,)}

    next_header = u8(0, "ipcomp.next_header", "Next Header", HEX, names=IP_PROTOCOLS)
    flags = u8(1, "ipcomp.flags", "IPComp Flags", HEX)
    cpi = u16(2, "ipcomp.cpi", "IPComp CPI", HEX, names=CPI)

    next = (To("data"),)

    @staticmethod
    def info(cpi: int) -> str:
        known = CPI.get(cpi)
        return f"IPComp (CPI={known})" if known else f"IPComp (CPI=0x{cpi:04x})"
