"""ARP (RFC 826), reverse ARP (RFC 903) and inverse ARP (RFC 2390).

     0                   1                   2                   3
    +-------------------------------+-------------------------------+
    |         hardware type         |         protocol type         |
    +---------------+---------------+-------------------------------+
    | hardware size | protocol size |           operation           |
    +---------------+---------------+-------------------------------+
    |  sender hardware address, sender protocol address,            |
    |  target hardware address, target protocol address             |
    +---------------------------------------------------------------+

The addresses are as long as the two sizes say: their places are computed.  Those of Ethernet and IPv4 have
fields of their own types.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import HEX, NONE, Expr, Field, ether, flag, framenum, ipv4, raw, u8, u16, u32, where
from dissect.engine.layer import Layer, Note
from dissect.engine.messages import Claim
from dissect.engine.values import ipv4_text
from dissect.layers.names import ETHERTYPES

HARDWARE = {
    0: "NET/ROM pseudo", 1: "Ethernet", 2: "Experimental Ethernet", 3: "AX.25", 4: "ProNET", 5: "Chaos",
    6: "IEEE 802", 7: "ARCNET", 8: "Hyperchannel", 9: "Lanstar", 10: "Autonet Short Address", 11: "LocalTalk",
    12: "LocalNet", 13: "Ultra link", 14: "SMDS", 15: "Frame Relay DLCI", 16: "ATM", 17: "HDLC", 18: "Fibre Channel",
    19: "ATM (RFC 2225)", 20: "Serial Line", 21: "ATM", 22: "MIL-STD-188-220", 23: "Metricom STRIP", 24: "IEEE 1394.1995",
    25: "MAPOS", 26: "Twinaxial", 27: "EUI-64", 32: "IP over InfiniBand",
}  # fmt: skip
OPERATIONS = {
    1: "request", 2: "reply", 3: "reverse request", 4: "reverse reply", 5: "drarp request", 6: "drarp reply",
    7: "drarp error", 8: "inverse request", 9: "inverse reply", 10: "arp nak",
}  # fmt: skip

_mac: Expr = lambda h: ((h.hw_type == 1) | (h.hw_type == 6)) & (h.hw_size == 6)
_ip: Expr = lambda h: (h.proto_type == 0x0800) & (h.proto_size == 4)
_sender_proto = lambda h: 8 + h.hw_size
_target_hw = lambda h: 8 + h.hw_size + h.proto_size
_target_proto = lambda h: 8 + 2 * h.hw_size + h.proto_size
_whole: Expr = lambda h: _ip(h) & (h.start + 8 + 2 * (h.hw_size + 4) <= h.end)


def disputes(h: Any) -> Claim:
    """What a header's, or a group's, claims dispute: see passes.claims."""
    if h.streams is None or h.layer.name not in h.streams.links:
        return Claim()
    found: Claim | None = h.__dict__.get("_claim")
    if found is None:
        found = h.__dict__["_claim"] = h.streams.exchange(h)
    return found


def disputed(who: str) -> tuple[Field, ...]:
    """The fields of a claim of the `sender` or `target` against who claimed its address first."""
    when: Expr = lambda h: getattr(disputes(h), f"{who}_packet") > 0
    whole = Field("arp.duplicate-address-detected", "Duplicate IP address detected", NONE, value=when, when=when, linked=True)
    return (
        whole,
        framenum(None, "arp.duplicate-address-frame", "Frame showing earlier use of IP address", within=whole,
                 value=lambda h: getattr(disputes(h), f"{who}_packet"), when=when, linked=True),
        u32(None, "arp.seconds-since-duplicate-address-frame", "Seconds since earlier frame seen", within=whole,
            value=lambda h: getattr(disputes(h), f"{who}_seconds"), when=when, linked=True),
    )  # fmt: skip


def claimed_twice(who: str) -> Note:
    """What is noted of such a claim."""
    return Note(
        "arp.duplicate-address-detected", "warn", "Sequence",
        lambda number: f"Duplicate IP address configured ({ipv4_text(number)})", late=True,
        when=lambda h: getattr(disputes(h), f"{who}_packet") > 0, value=lambda h: getattr(h, who),
    )  # fmt: skip


def says(
    opcode: int, src_mac: bytes, src_hw: bytes, src_ip: int, src_proto: bytes, dst_mac: bytes, dst_hw: bytes,
    dst_ip: int, dst_proto: bytes,
) -> str:  # fmt: skip
    """What the list says of a packet."""
    target = bytes(dst_proto).hex() or ipv4_text(dst_ip)
    sender = bytes(src_proto).hex() or ipv4_text(src_ip)
    hardware = bytes(src_hw).hex() or bytes(src_mac).hex(":")
    unknown = not any(bytes(dst_mac)) and not any(bytes(dst_hw))  # who is asked for
    if opcode == 1 and sender == target:
        return f"ARP Announcement for {target}" if unknown else f"Gratuitous ARP for {target} (Request)"
    if opcode == 1:
        return f"Who has {target}? " + ("(ARP Probe)" if unknown and sender == "0.0.0.0" else f"Tell {sender}")
    if opcode == 2:
        return f"Gratuitous ARP for {sender} (Reply)" if sender == target else f"{sender} is at {hardware}"
    other = bytes(dst_hw).hex() or bytes(dst_mac).hex(":")
    if opcode in (3, 5, 8):
        return f"Who is {other}? Tell {hardware}"
    if opcode in (4, 6):
        return f"{other} is at {target}"
    if opcode == 9:
        return f"{hardware} is at {sender}"
    return "DRARP Error" if opcode == 7 else f"Unknown ARP opcode 0x{opcode:04x}"


class ARP(Layer):
    """An ARP packet of any hardware and protocol."""

    linked_info = linked_notes = True

    name, label, column = "arp", "Address Resolution Protocol", "ARP"
    binds = {"ethertype": (0x0806, 0x8035), "chdlc": (0x0806,), "ax25.pid": (0xCD,), "arcnet": (0xD5, 0xD6, 0xF1), "gre.proto": (0x0806,)}

    hw_type = u16(0, "arp.hw.type", "Hardware type", names=HARDWARE)
    proto_type = u16(2, "arp.proto.type", "Protocol type", HEX, names=ETHERTYPES)
    hw_size = u8(4, "arp.hw.size", "Hardware size")
    proto_size = u8(5, "arp.proto.size", "Protocol size")
    opcode = u16(6, "arp.opcode", "Opcode", names=OPERATIONS)
    probe_ = flag(None, "arp.isprobe", "Is probe", value=lambda h: h.sender == 0,
                  when=lambda h: _whole(h) & (h.opcode == 1) & (h.sender == 0))
    gratuitous = flag(None, "arp.isgratuitous", "Is gratuitous", value=lambda h: h.sender == h.target,
                      when=lambda h: _whole(h) & ((h.opcode == 1) | (h.opcode == 2)) & (h.sender == h.target))
    announcement = flag(None, "arp.isannouncement", "Is announcement", value=lambda h: h.target_number == 0,
                        when=lambda h: _whole(h) & (h.opcode == 1) & (h.sender == h.target)
                        & (h.target_number == 0))
    src_mac = ether(8, "arp.src.hw_mac", "Sender MAC address", when=_mac)
    src_hw = raw(8, "arp.src.hw", "Sender hardware address", size=lambda h: h.hw_size, when=lambda h: _mac(h) == 0)
    src_ip = ipv4(_sender_proto, "arp.src.proto_ipv4", "Sender IP address", when=_ip)
    src_proto = raw(_sender_proto, "arp.src.proto", "Sender protocol address", size=lambda h: h.proto_size,
                    when=lambda h: _ip(h) == 0)
    dst_mac = ether(_target_hw, "arp.dst.hw_mac", "Target MAC address", when=_mac)
    dst_hw = raw(_target_hw, "arp.dst.hw", "Target hardware address", size=lambda h: h.hw_size,
                 when=lambda h: _mac(h) == 0)
    dst_ip = ipv4(_target_proto, "arp.dst.proto_ipv4", "Target IP address", when=_ip)
    dst_proto = raw(_target_proto, "arp.dst.proto", "Target protocol address", size=lambda h: h.proto_size,
                    when=lambda h: _ip(h) == 0)
    # the addresses once more as numbers, to compare them
    sender = u32(_sender_proto, "", "Sender")
    target = u32(_target_proto, "", "Target")
    target_number = u32(_target_hw, "", "Target hardware address")

    disputed_by_sender, disputed_by_target = disputed("sender"), disputed("target")
    twice = u32(None, "", "The address that another has claimed, too", value=lambda h: where(
        disputes(h).target_packet > 0, h.target, where(disputes(h).sender_packet > 0, h.sender, 0)), linked=True)
    notes = claimed_twice("sender"), claimed_twice("target")

    length = total = lambda h: 8 + 2 * h.hw_size + 2 * h.proto_size

    @staticmethod
    def info(
        opcode: int, src_mac: bytes, src_hw: bytes, src_ip: int, src_proto: bytes, dst_mac: bytes, dst_hw: bytes,
        dst_ip: int, dst_proto: bytes, twice: int,
    ) -> str:  # fmt: skip
        text = says(opcode, src_mac, src_hw, src_ip, src_proto, dst_mac, dst_hw, dst_ip, dst_proto)
        # tshark says so of an answer only where the target's address is another's, too, though it notes both
        return f"{text} (duplicate use of {ipv4_text(twice)} detected!)" if twice else text

    @staticmethod
    def column_of(opcode: int) -> str:
        return {3: "RARP", 4: "RARP", 5: "DRARP", 6: "DRARP", 7: "DRARP", 8: "Inverse ARP", 9: "Inverse ARP"}.get(opcode, "ARP")
