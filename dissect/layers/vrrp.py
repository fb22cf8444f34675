"""VRRP version 2 (RFC 3768) and version 3 (RFC 5798).

     0                   1                   2                   3
    +-------+-------+---------------+---------------+---------------+
    |version| type  | virtual router|   priority    | address count |
    +-------+-------+---------------+---------------+---------------+
    | authentication| advertised (s)|           checksum            |   version 2
    | rsv  |  advertised (1/100 s)  |           checksum            |   version 3
    +---------------+---------------+-------------------------------+
    |           addresses (IPv4, or in version 3 IPv6)              |
    +---------------------------------------------------------------+
    |        authentication data, 8 bytes (version 2 only)          |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, Field, ipv4, ipv6, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.checksums import STATUS, message_status, pseudo_header

TYPES = {1: "Advertisement"}
PRIORITIES = {
    0: "Current Master has stopped participating in VRRP", 100: "Default priority for a backup VRRP router",
    255: "This VRRP router owns the virtual router's IP address(es)",
}  # fmt: skip
AUTHENTICATION = {
    0: "No Authentication", 1: "Simple Text Authentication [RFC 2338] / Reserved [RFC 3768]",
    2: "IP Authentication Header [RFC 2338] / Reserved [RFC 3768]", 254: "Cisco VRRP MD5 authentication",
}  # fmt: skip
SIMPLE_TEXT, CISCO_MD5 = 1, 254


class VRRP(Layer):
    """An advertisement of a virtual router's master."""

    name, label, column = "vrrp", "Virtual Router Redundancy Protocol", "VRRP"
    binds = {"ip.proto": (112,)}

    typever = u8(0, "vrrp.typever", "VRRP message version and type")
    version = u8(0, "vrrp.version", "VRRP protocol version", mask=0xF0, within=typever)
    type = u8(0, "vrrp.type", "VRRP packet type", mask=0x0F, names=TYPES, within=typever)
    router = u8(1, "vrrp.virt_rtr_id", "Virtual Rtr ID")
    priority = u8(2, "vrrp.prio", "Priority", names=PRIORITIES)
    count = u8(3, "vrrp.addr_count", "Addr Count")
    auth_type = u8(4, "vrrp.auth_type", "Auth Type", names=AUTHENTICATION, when=lambda h: h.version != 3)
    interval = u8(5, "vrrp.adver_int", "Adver Int", unit="s", when=lambda h: h.version != 3)
    reserved = u8(4, "vrrp.reserved_mbz", "Reserved", mask=0xF0, when=lambda h: h.version == 3)
    interval_3 = u16(4, "vrrp.short_adver_int", "Adver Int", mask=0x0FFF, when=lambda h: h.version == 3)
    checksum = u16(6, "vrrp.checksum", "Checksum", HEX)
    status = Field("vrrp.checksum.status", "Checksum Status", UINT8, names=STATUS)
    address = ipv4(None, "vrrp.ip_addr", "IP Address")
    address_6 = ipv6(None, "vrrp.ipv6_addr", "IPv6 Address")
    auth_string = string(None, "vrrp.auth_string", "Authentication String", size=8)
    md5 = raw(None, "vrrp.md5_auth_data", "MD5 Authentication Data", size=16)

    @staticmethod
    def info(version: int) -> str:
        return f"Announcement (v{version})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        size = c.limit - c.h.start
        pseudo = pseudo_header(c, size, 112, ipv4=True) if c.h.version == 3 else b""
        c.derived(cls.status, message_status(c, c.h.start, size, pseudo))
        outer = c.h.outer_header
        address = cls.address_6 if outer is not None and outer.layer.name == "ipv6" else cls.address
        for _ in range(c.h.count):
            c.add(address)
        if c.h.version == 3:
            return
        if c.h.auth_type == SIMPLE_TEXT:
            c.add(cls.auth_string)
        elif c.h.auth_type == CISCO_MD5:
            c.skip(4)
            c.add(cls.md5)
