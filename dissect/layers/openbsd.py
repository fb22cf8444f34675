"""OpenBSD's headers before captured packets: of the packet filter's log (LINKTYPE_PFLOG) and of IPsec (LINKTYPE_ENC).

pflog: length (1), family (1), action (1), reason (1), interface (16), ruleset (16), rule (4), subrule (4),
uid (4), pid (4), rule uid (4), rule pid (4), direction (1), padding; enc: family (4), SPI (4), flags (4).
"""

from __future__ import annotations

from dissect.engine.fields import HEX, STRINGZPAD, Expr, Field, bits, flag, i32, ipv4, ipv6, raw, u8, u16, u32, where
from dissect.engine.layer import Layer, To

FAMILIES = {2: "IPv4", 10: "IPv6", 24: "IPv6", 28: "IPv6", 30: "IPv6"}
ACTIONS = {
    0: "pass", 1: "drop", 2: "scrub", 3: "noscrub", 4: "nat", 5: "nonat", 6: "binat", 7: "nobinat", 8: "rdr", 9: "nordr",
    10: "synproxy-drop",
}  # fmt: skip
REASONS = {
    0: "match", 1: "bad-offset", 2: "fragment", 3: "short", 4: "normalize", 5: "memory", 6: "bad-timestamp",
    7: "congestion", 8: "ip-option", 9: "proto-cksum", 10: "state-mismatch", 11: "state-insert", 12: "state-limit",
    13: "src-limit", 14: "synproxy", 15: "translate", 16: "no-route",
}  # fmt: skip
DIRECTIONS = {0: "inout", 1: "in", 2: "out"}
_addresses: Expr = lambda h: h.length_ >= 100


class PFLog(Layer):
    """A packet with the rule that matched it."""

    name, label, column = "pflog", "OpenBSD Packet Filter log file", "PFLOG"
    binds = {"linktype": (117,)}

    length_ = u8(0, "pflog.length", "Header Length")
    family = u32(1, "pflog.af", "Address Family", size=1, names=FAMILIES)
    action = u16(2, "pflog.action", "Action", size=1, names=ACTIONS)
    reason = u16(3, "pflog.reason", "Reason", size=1, names=REASONS)
    interface = Field("pflog.ifname", "Interface", STRINGZPAD, at=4, size=16)
    ruleset = Field("pflog.ruleset", "Ruleset", STRINGZPAD, at=20, size=16)
    rule = i32(36, "pflog.rulenr", "Rule Number")
    subrule = i32(40, "pflog.subrulenr", "Sub Rule Number")
    uid = i32(44, "pflog.uid", "UID", little=True)
    pid = i32(48, "pflog.pid", "PID", little=True)
    rule_uid = i32(52, "pflog.rule_uid", "Rule UID", little=True)
    rule_pid = i32(56, "pflog.rule_pid", "Rule PID", little=True)
    direction = u16(60, "pflog.dir", "Direction", size=1, names=DIRECTIONS)
    rewritten = u8(lambda h: 61, "pflog.rewritten", "Rewritten", when=_addresses)
    padding2 = raw(lambda h: 62, "pflog.pad", "Padding", size=2, when=_addresses)
    src4 = ipv4(lambda h: 64, "pflog.saddr.ipv4", "Source Address", when=lambda h: _addresses(h) & (h.family == 2))
    dst4 = ipv4(lambda h: 80, "pflog.daddr.ipv4", "Destination Address", when=lambda h: _addresses(h) & (h.family == 2))
    behind_src4 = raw(lambda h: 68, "pflog.unused", "Unused", size=12, when=lambda h: _addresses(h) & (h.family == 2))
    behind_dst4 = raw(lambda h: 84, "pflog.unused", "Unused", size=12, when=lambda h: _addresses(h) & (h.family == 2))
    src6 = ipv6(lambda h: 64, "pflog.saddr.ipv6", "Source Address", when=lambda h: _addresses(h) & (h.family != 2))
    dst6 = ipv6(lambda h: 80, "pflog.daddr.ipv6", "Destination Address", when=lambda h: _addresses(h) & (h.family != 2))
    sport = u16(lambda h: 96, "pflog.sport", "Source Port", when=_addresses)
    dport = u16(lambda h: 98, "pflog.dport", "Destination Port", when=_addresses)
    padding = raw(lambda h: 61, "pflog.pad", "Padding", size=3, when=lambda h: h.length_ < 100)

    # the header is padded to four octets, which its length does not always count
    length = lambda h: where(h.length_ < 61, 64, (h.length_ + 3) // 4 * 4)
    next = (To("ip", when=lambda h: h.family == 2), To("ipv6", when=lambda h: (h.family == 10) | (h.family >= 24)))

    @staticmethod
    def info(action: int, reason: int) -> str:
        return f"[{ACTIONS.get(action, action)}, {REASONS.get(reason, reason)}]"


class Enc(Layer):
    """A packet before or after IPsec."""

    name, label, column = "enc", "OpenBSD Encapsulating device", "ENC"
    binds = {"linktype": (109, 13)}

    big = u32(0, "", "Family, big-endian")
    family_big = u32(0, "enc.af", "Address Family", names=FAMILIES, when=lambda h: h.big < 0x10000)
    family_little = u32(0, "enc.af", "Address Family", names=FAMILIES, little=True, when=lambda h: h.big >= 0x10000)
    family = u32(None, "", "Family", value=lambda h: where(h.big < 0x10000, h.family_big, h.family_little))
    spi = u32(4, "enc.spi", "SPI", HEX)
    flags = u32(8, "enc.flags", "Flags", HEX, when=lambda h: h.big < 0x10000)
    flags_little = u32(8, "enc.flags", "Flags", HEX, little=True, when=lambda h: h.big >= 0x10000)
    flag_bits = bits(
        flags, "enc.flags",
        ("payload_enc", "Payload encrypted", 0x400), ("payload_auth", "Payload authenticated", 0x800),
        ("payload_compress", "Payload compressed", 0x1000), ("header_auth", "Header authenticated", 0x2000),
    )  # fmt: skip
    flag_bits_little = tuple(
        flag(8, f"enc.flags.{name}", label, mask, size=4, little=True, when=lambda h: h.big >= 0x10000)
        for name, label, mask in (
            ("payload_enc", "Payload encrypted", 0x400), ("payload_auth", "Payload authenticated", 0x800),
            ("payload_compress", "Payload compressed", 0x1000), ("header_auth", "Header authenticated", 0x2000),
        )
    )  # fmt: skip

    length = lambda h: 12
    next = (To("ip", when=lambda h: h.family == 2), To("ipv6", when=lambda h: (h.family == 10) | (h.family >= 24)))

    @staticmethod
    def info(spi: int) -> str:
        return f"SPI 0x{spi:08x}"
