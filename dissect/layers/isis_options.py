"""What the options (CLVs, TLVs) of IS-IS's PDUs share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, ipv4, raw, u8, u16

NAMES = {
    1: "Area address(es)", 2: "IS Reachability", 3: "ES Neighbor(s)", 4: "Partition Designated Level 2 IS",
    5: "Prefix Neighbors", 6: "IS Neighbor(s)", 7: "Instance Identifier", 8: "Padding", 9: "LSP entries",
    10: "Authentication", 11: "ESN", 12: "Optional Checksum", 13: "Purge Originator ID",
    14: "Originating neighbor buffer size", 22: "Extended IS reachability", 24: "IS Alias ID",
    128: "IP Internal reachability", 129: "Protocols supported", 130: "IP External reachability",
    131: "Inter-Domain Routing Protocol Info", 132: "IP Interface address(es)", 133: "IP Authentication",
    134: "Traffic Engineering Router ID", 135: "Extended IP Reachability", 137: "Hostname", 138: "Shared Risk Link Group",
    140: "IPv6 Traffic Engineering Router ID", 143: "MT Port Capability", 144: "MT-Capability",
    211: "Restart Signaling", 222: "Multi Topology IS Reachability", 223: "MT IS Neighbor Attribute",
    229: "Multi Topology", 232: "IPv6 Interface address(es)", 235: "Multi Topology Reachable IPv4 Prefixes",
    236: "IPv6 reachability", 237: "Multi Topology Reachable IPv6 Prefixes", 240: "Point-to-point Adjacency State",
    242: "Router Capability",
}  # fmt: skip
NLPIDS = {0x81: "CLNP", 0x82: "ESIS", 0x83: "ISIS", 0x8E: "IPv6", 0xC1: "IEEE 802.1aq (SPB)", 0xCC: "IP"}
PADDING = 8
CLEAR, HMAC_MD5 = 1, 54


def system_id(octets: bytes) -> str:
    """`1921.6800.1003.00-01`: six octets by two, then the pseudonode's, then the fragment's number."""
    text = ".".join(octets[i : i + 2].hex() for i in range(0, min(len(octets), 6), 2))
    if len(octets) > 6:
        text += f".{octets[6]:02x}"
    return f"{text}-{octets[7]:02x}" if len(octets) > 7 else text


def option_fields(pdu: str) -> tuple[Field, ...]:
    """The fields of options that several PDUs have: type, length, area, NLPID, IPv4 address, IID, ITID, proof."""
    name = f"isis.{pdu}"
    proof = f"{name}.{'clv_authentication' if pdu == 'hello' else 'authentication'}"
    return (
        u8(None, f"{name}.clv.type", "Type"),
        u8(None, f"{name}.clv.length", "Length"),
        raw(None, f"{name}.area_address" if pdu != "csnp" else "", "Area address"),
        u8(None, f"{name}.clv_nlpid.nlpid" if pdu != "csnp" else "", "NLPID", HEX, names=NLPIDS),
        ipv4(None, f"{name}.clv_ipv4_int_addr" if pdu != "csnp" else "", "IPv4 interface address"),
        u16(None, f"{name}.iid", "Instance Identifier"),
        u16(None, f"{name}.supported_itid", "Supported ITID"),
        raw(None, proof, "Authentication"),
    )


class OptionFields:
    """What PDUs with options have beside their own fields."""

    value = raw(None, "", "Value")
    proof_type = u8(None, "", "Authentication type", names={1: "Cleartext password", 54: "HMAC-MD5", 3: "Generic"})

    @classmethod
    def repeat(cls, c: Cursor, field: Field) -> None:
        """The field as often as it is there."""
        while c.remaining:
            c.add(field)


def options(c: Cursor, cls: Any, own: Mapping[int, Callable[[Cursor], None]]) -> None:
    """Options up to the end: those of `own`, those common to all PDUs, and unknown ones as octets."""
    while c.remaining:
        kind, size = c.peek(1), c.peek(1, 1)
        name = NAMES.get(kind, "Unknown code")
        with c.group(cls.option, 2 + size, f"{name} (t={kind}, l={size})") as c:
            c.add(cls.option_type)
            c.add(cls.option_length)
            read = own.get(kind)
            if read is not None:
                read(c)
            elif kind in COMMON:
                COMMON[kind](c, cls)
            c.rest(cls.value)


def areas(c: Cursor, cls: Any) -> None:
    """Area addresses, each with its length before it."""
    while c.remaining:
        size = c.peek(1)
        c.add(cls.area, 1 + size, text=f"Area address ({size}): {c.peek_bytes(size, 1).hex()}")


def instance(c: Cursor, cls: Any) -> None:
    """RFC 8202."""
    c.add(cls.iid)
    cls.repeat(c, cls.itid)


def proof(c: Cursor, cls: Any) -> None:
    """RFC 5304, RFC 5310."""
    if c.add(cls.proof_type) in (CLEAR, HMAC_MD5):
        c.rest(cls.authentication)


COMMON: dict[int, Callable[[Cursor, Any], None]] = {
    1: areas,
    7: instance,
    10: proof,
    129: lambda c, cls: cls.repeat(c, cls.nlpid),
    132: lambda c, cls: cls.repeat(c, cls.ipv4_address),
}
