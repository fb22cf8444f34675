"""Linux netlink (LINKTYPE_NETLINK): a cooked header, then messages in the byte order of the capturing host.

     0      15          31                                  111      127
    +------+-----------+-----------------------------------+----------+
    | type | link type | unused                            | family   |     cooked header
    +------------+------------------------------------------+----------+
    | length (4) | type (2) | flags (2) | sequence (4) | port (4) | payload, padded to 4 octets
    +------------+----------+-----------+--------------+----------+-------------------------------
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, Field, i32, raw, u16, u32
from dissect.engine.layer import Layer

FAMILIES = {
    0: "Route", 1: "Unused", 2: "User-mode", 3: "Unused (formerly: ip_queue)", 4: "sock_diag", 5: "nflog/ULOG",
    6: "xfrm", 7: "SELinux events", 8: "Open-iSCSI", 9: "Auditing", 10: "FIB lookup", 11: "Kernel connector",
    12: "Netfilter", 13: "IPv6 firewall", 14: "DECnet routing messages", 15: "Kernel messages to userspace",
    16: "Generic", 18: "SCSI Transport", 19: "ecryptfs", 20: "RDMA", 21: "Crypto layer",
}  # fmt: skip
TYPES = {1: "No operation", 2: "Error", 3: "End of a dump", 4: "Data lost"}
ROUTE = {
    16: "Create network interface", 17: "Delete network interface", 18: "Get network interface info",
    19: "Set network interface info", 20: "Add IP address", 21: "Delete IP address", 22: "Get IP address",
    24: "Add network route", 25: "Delete network route", 26: "Get network route", 28: "Add neighbor table entry",
    29: "Delete neighbor table entry", 30: "Get neighbor table entry",
}  # fmt: skip


class Netlink(Layer):
    """A packet: its messages' headers; what is in them is told by the family."""

    name, label, column = "netlink", "Linux netlink", "Netlink"
    binds = {"linktype": (253,), "sll.hatype": (824,)}
    reaches = ("data",)

    packet_type = u16(0, "netlink.pseudo.packet_type", "Packet type")
    unused = raw(4, "netlink.pseudo.unused", "Unused", size=10)
    hatype = u16(2, "netlink.hatype", "Link-layer address type", names={824: "Netlink"})
    family = u16(14, "netlink.family", "Family", HEX, names=FAMILIES)
    message = Field("", "Netlink message", NONE)
    length_ = u32(None, "netlink.hdr_len", "Length", little=True)
    kind = u16(None, "netlink.hdr_type", "Message type", HEX, little=True, names=TYPES)
    flags = u16(None, "netlink.hdr_flags", "Flags", HEX, little=True)
    flag_bits = tuple(
        u16(None, f"netlink.hdr_flags.{name}", label, mask=mask, little=True)
        for name, label, mask in (
            ("request", "Request", 0x01), ("multi", "Multipart message", 0x02), ("ack", "Ack", 0x04),
            ("echo", "Echo", 0x08), ("dump_intr", "Dump inconsistent", 0x10), ("dump_filtered", "Dump filtered", 0x20),
        )
    )  # fmt: skip
    get_bits = tuple(
        u16(None, f"netlink.hdr_flags.{name}", label, mask=mask, little=True)
        for name, label, mask in (
            ("root", "Specify tree root", 0x100), ("match", "Return all matching", 0x200), ("atomic", "Atomic", 0x400),
        )
    )  # fmt: skip
    new_bits = tuple(
        u16(None, f"netlink.hdr_flags.{name}", label, mask=mask, little=True)
        for name, label, mask in (
            ("replace", "Replace", 0x100), ("excl", "Excl", 0x200), ("create", "Create", 0x400),
            ("append", "Append", 0x800),
        )
    )  # fmt: skip
    sequence = u32(None, "netlink.hdr_seq", "Sequence", little=True)
    port = u32(None, "netlink.hdr_pid", "Port ID", little=True)
    error = i32(None, "netlink.error", "Error code", little=True)

    @staticmethod
    def info(family: int) -> str:
        return FAMILIES.get(family, f"Family 0x{family:04x}")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining >= 16:
            size = c.peek(4, 0, True)
            if size < 16:
                break
            with c.group(cls.message, min(size, c.remaining)):
                if cls._header(c) == 2:
                    c.add(cls.error)
                    if c.remaining >= 16:
                        cls._header(c)
                elif c.remaining:
                    c.child("data")
            if c.remaining and size % 4:
                c.skip(min(-size % 4, c.remaining))

    @classmethod
    def _header(cls, c: Cursor) -> int:
        c.add(cls.length_)
        kind = int(c.add(cls.kind))
        word = c.add(cls.flags)
        for field in (*cls.flag_bits, *((*cls.get_bits, *cls.new_bits) if word & 0xFF00 else ())):
            c.derived(field, word >> field.shift & 1)
        c.add(cls.sequence)
        c.add(cls.port)
        return kind
