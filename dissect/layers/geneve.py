"""Geneve (RFC 8926).

 0                   1                   2                   3
+---+-----------+-+-+-----------+-------------------------------+
|ver|  opt len  |O|C| reserved  |         protocol type         |
+---+-----------+-+-+-----------+---------------+---------------+
|       virtual network identifier (VNI)        |   reserved    |
+-----------------------------------------------+---------------+
|          options: class, type, reserved and length, data      |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, HEX_DEC, Field, flag, raw, u8, u16, u24, u32, u64
from dissect.engine.layer import By, Layer, Note
from dissect.layers.names import ETHERTYPES

DIRECTIONS = {0: "Egress", 1: "Ingress"}
OPTION_NAMES = {0x013201: "GCP Virtual Network ID", 0x013202: "GCP Endpoint ID", 0x013203: "GCP Profile ID"}


def option_class(number: int) -> str:
    """Who assigns the types of an option class (IANA's registry)."""
    ranges = (
        (0x00FF, "Standard"), (0x0100, "Linux"), (0x0101, "Open vSwitch"),
        (0x0102, "Open Virtual Networking (OVN)"), (0x0103, "In-band Network Telemetry (INT)"), (0x0104, "VMware"),
        (0x0105, "Amazon.com, Inc."), (0x0106, "Cisco Systems, Inc."), (0x0107, "Oracle Corporation"),
        (0x0110, "Amazon.com, Inc."), (0x0118, "IBM"), (0x0128, "Ericsson"), (0x0129, "Unassigned"),
        (0x0130, "Cisco Systems, Inc."), (0x0131, "Unassigned"), (0x0132, "Google Inc."), (0xFEFF, "Unassigned"),
    )  # fmt: skip
    return next((name for last, name in ranges if number <= last), "Experimental")


class Geneve(Layer):
    """A Geneve header with its options."""

    name, label, column = "geneve", "Generic Network Virtualization Encapsulation", "Geneve"
    binds = {"udp.port": (6081,)}

    version = u8(0, "geneve.version", "Version", mask=0xC0)
    opts_len = u8(0, "geneve.option.length", "Length", mask=0x3F, scale=4, unit="bytes")
    flags = u8(1, "geneve.flags", "Flags", HEX)
    oam = flag(1, "geneve.flags.oam", "Operations, Administration and Management Frame", 0x80, within=flags)
    critical = flag(1, "geneve.flags.critical", "Critical Options Present", 0x40, within=flags)
    flags_reserved = flag(1, "geneve.flags.reserved", "Reserved", 0x3F, within=flags)
    proto_type = u16(2, "geneve.proto_type", "Protocol Type", HEX, names=ETHERTYPES)
    vni = u24(4, "geneve.vni", "Virtual Network Identifier (VNI)", HEX_DEC)
    reserved = u8(7, "geneve.reserved", "Reserved", HEX)
    options = Field("geneve.options", "Geneve Options", BYTES)
    option = Field("geneve.option", "Option", BYTES)
    opt_class = u16(None, "geneve.option.class", "Class", HEX, names=option_class)
    opt_type = u8(None, "geneve.option.type", "Type", HEX)
    opt_critical = flag(0, "geneve.option.type.critical", "Critical Option", 0x80, within=opt_type)
    opt_flags = u8(None, "geneve.option.flags", "Flags", HEX)
    opt_reserved = flag(None, "geneve.option.flags.reserved", "Reserved")
    opt_length = u8(None, "geneve.option.length", "Length", unit="bytes")
    gcp_vnid = u32(None, "geneve.option.gcp.vnid", "GCP Virtual Network ID")
    gcp_direction = flag(None, "geneve.option.gcp.direction", "GCP Traffic Direction", names=DIRECTIONS)
    gcp_reserved = flag(None, "geneve.option.gcp.reserved", "GCP Reserved bits")
    gcp_endpoint = raw(None, "geneve.option.gcp.endpoint", "GCP Endpoint ID")
    gcp_profile = u64(None, "geneve.option.gcp.profile", "GCP Profile ID")
    unknown = raw(None, "geneve.option.unknown.data", "Unknown Option Data")

    length = lambda h: 8 + h.opts_len
    next = (By("ethertype", lambda h: h.proto_type),)
    scope = ("vni",)
    notes = (Note("geneve.version.unknown", "warn", "Protocol", "Unknown version", when=lambda h: h.version != 0),)

    @staticmethod
    def info(proto_type: int) -> str:
        return f"Encapsulated {ETHERTYPES.get(proto_type, f'0x{proto_type:04x} (unknown)')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.opts_len == 0:
            return
        with c.group(cls.options, c.h.opts_len, f"Options: ({c.h.opts_len} bytes)") as c:
            while c.remaining:
                size = 4 + 4 * (c.peek(1, 3) & 0x1F)
                if c.pos + size > c.limit:
                    c.note("warn", "Protocol", "Invalid length for option", "geneve.option.length.invalid")
                    return
                with c.group(cls.option, size) as option:
                    cls.decode_option(option, size)

    @classmethod
    def decode_option(cls, c: Cursor, size: int) -> None:
        """One option of `size` bytes, its head of four included."""
        word = c.peek(3)
        name = OPTION_NAMES.get(word, "Unknown")
        c.label(
            f"{name}, Class: {option_class(word >> 8)} (0x{word >> 8:04x}) Type: 0x{word & 0xFF:02x} "
            f"({'Critical' if word & 0x80 else 'Non-critical'})"
        )
        c.add(cls.opt_class)
        c.add(cls.opt_type)
        last = c.peek(1)
        c.derived(cls.opt_flags, last >> 5)
        c.derived(cls.opt_reserved, last & 0xE0 != 0)
        c.add(cls.opt_length, 1, size)
        if word == 0x013201:
            data = c.peek(4)
            c.add(cls.gcp_vnid, 4, data >> 4)
            c.derived(cls.gcp_direction, bool(data & 1))
            c.derived(cls.gcp_reserved, data & 0x0E != 0)
        elif word == 0x013202:
            c.add(cls.gcp_endpoint, size - 4)
        elif word == 0x013203:
            c.add(cls.gcp_profile)
        else:
            c.add(cls.unknown, size - 4)
