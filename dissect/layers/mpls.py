"""MPLS label stacks (RFC 3032), pseudowires' control word (RFC 4385) and Ethernet pseudowires (RFC 4448).

     0                   1                   2                   3
    +---------------------------------------+-----+-+---------------+
    |                label                  | exp |S|      TTL      |   until S, the bottom of the stack
    +---------------------------------------+-----+-+---------------+

     0 0 0 0 | flags   |frg|  length   |      sequence number       |   control word
"""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import DEC_HEX, HEX, Field, flag, u8, u16, u32
from dissect.engine.layer import Layer, Note, To

LABELS = {
    0: "IPv4 Explicit-Null", 1: "Router Alert", 2: "IPv6 Explicit-Null", 3: "Implicit-Null",
    7: "Entropy Label Indicator (ELI)", 13: "Generic Associated Channel Label (GAL)", 14: "OAM Alert",
}  # fmt: skip
CHANNEL_LABEL = 13  # RFC 5586: what follows is an associated channel, whatever its first nibble
DEPTH = 8  # labels of one layer; deeper stacks go on in another


def _entry(n: int) -> tuple[Field, ...]:
    """The fields of the label at depth `n`, which is there if the one above it is not the bottom."""

    def there(h: Any) -> Any:
        return h.depth > n

    at: Any = 0 if n == 0 else lambda h: 4 * n
    when = None if n == 0 else there
    return (
        u32(at, "mpls.label", "MPLS Label", DEC_HEX, mask=0xFFFFF000, names=LABELS, when=when),
        u32(at, "mpls.exp", "MPLS Experimental Bits", mask=0x0E00, when=when),
        u32(at, "mpls.bottom", "MPLS Bottom Of Label Stack", mask=0x0100, when=when),
        u32(at, "mpls.ttl", "MPLS TTL", mask=0x00FF, when=when),
    )


def _depth(h: Any) -> Any:
    """How many labels of the stack this layer holds: up to the bottom, or to where the bytes end."""
    going, count = h.bit_0 == 0, h.start * 0 + 1
    for n in range(1, DEPTH):
        going = going & (h.end >= h.start + 4 * n + 4)
        count = count + going * 1
        going = going & (getattr(h, f"bit_{n}") == 0)
    return count


class MPLS(Layer):
    """A label stack.  What it carries is not said: the first nibble behind it tells IPv4 and IPv6."""

    name, label, column = "mpls", "MultiProtocol Label Switching", "MPLS"
    binds = {
        "ethertype": (0x8847, 0x8848), "gre.proto": (0x8847, 0x8848), "ppp": (0x0281, 0x0283), "udp.port": (6635,),
        "ip.proto": (137,),
    }  # fmt: skip

    bit_0 = u8(lambda h: 2, "", "", mask=0x01)
    bit_1 = u8(lambda h: 6, "", "", mask=0x01)
    bit_2 = u8(lambda h: 10, "", "", mask=0x01)
    bit_3 = u8(lambda h: 14, "", "", mask=0x01)
    bit_4 = u8(lambda h: 18, "", "", mask=0x01)
    bit_5 = u8(lambda h: 22, "", "", mask=0x01)
    bit_6 = u8(lambda h: 26, "", "", mask=0x01)
    bit_7 = u8(lambda h: 30, "", "", mask=0x01)
    depth = u8(None, "", "", value=_depth)
    label_0, exp_0, ends_0, ttl_0 = _entry(0)
    label_1, exp_1, ends_1, ttl_1 = _entry(1)
    label_2, exp_2, ends_2, ttl_2 = _entry(2)
    label_3, exp_3, ends_3, ttl_3 = _entry(3)
    label_4, exp_4, ends_4, ttl_4 = _entry(4)
    label_5, exp_5, ends_5, ttl_5 = _entry(5)
    label_6, exp_6, ends_6, ttl_6 = _entry(6)
    label_7, exp_7, ends_7, ttl_7 = _entry(7)
    is_bottom = u8(None, "", "", value=lambda h: (
        h.ends_0 | h.ends_1 | h.ends_2 | h.ends_3 | h.ends_4 | h.ends_5 | h.ends_6 | h.ends_7
    ))  # fmt: skip
    bottom = u32(lambda h: 4 * h.depth - 4, "", "", mask=0xFFFFF000)
    nibble = u8(lambda h: 4 * h.depth, "", "", mask=0xF0, when=lambda h: h.end > h.start + 4 * h.depth)
    more = u8(None, "", "", value=lambda h: (h.end > h.start + 4 * h.depth) * 1)

    length = lambda h: 4 * h.depth
    next = (
        To("mpls", when=lambda h: h.is_bottom == 0),
        To("pwach", when=lambda h: (h.more == 1) & (h.bottom == CHANNEL_LABEL)),
        To("ip", when=lambda h: (h.nibble == 4)),
        To("ipv6", when=lambda h: (h.nibble == 6)),
        To("pwach", when=lambda h: (h.nibble == 1)),
        To("pwethheuristic", when=lambda h: (h.more == 1) & (h.nibble == 0)),
    )
    notes = (
        Note("mpls.invalid_label", "warn", "Protocol", "Invalid Label: Implicit-Null in a label stack",
             when=lambda h: h.label_0 == 3),
    )  # fmt: skip

    @staticmethod
    def info() -> str:
        return "MPLS Label Switched Packet"


def _common(number: Any) -> Any:
    """Whether a number is a type that Ethernet frames often have."""
    found = number == 0x0800
    for other in (0x0806, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8863, 0x8864, 0x88CC, 0x9000):
        found = found | (number == other)
    return found


class PseudowireGuess(Layer):
    """An Ethernet pseudowire whose first nibble is 0: with a control word, or the start of an address (a guess).

    A type where a frame without the word has its own, and none where it would be behind the word, means no word.
    """

    name, label = "pwethheuristic", "Ethernet PW (CW heuristic)"

    type_ = u16(lambda h: 12, "", "", when=lambda h: h.end >= h.start + 14)
    type_behind = u16(lambda h: 16, "", "", when=lambda h: h.end >= h.start + 18)

    length = lambda h: h.start * 0
    next = (
        To("data", when=lambda h: h.limit < h.start + 4),
        To("pwethnocw", when=lambda h: _common(h.type_) & (_common(h.type_behind) == 0)),
        To("pwethcw"),
    )


class PseudowireWithoutControlWord(Layer):
    """An Ethernet frame right behind the labels (RFC 4448, section 4.6 leaves the word out)."""

    name, label, column = "pwethnocw", "Ethernet PW (no CW)", "PW Ethernet"

    length = lambda h: h.start * 0
    next = (To("eth"),)


class PseudowireControlWord(Layer):
    """The control word of an Ethernet pseudowire (RFC 4448, section 4.6)."""

    name, label, column = "pwethcw", "PW Ethernet Control Word", "PW Ethernet"

    word = flag(0, "pweth.cw", "PW Control Word (ethernet)", size=4)
    sequence = u16(2, "pweth.cw.sequence_number", "PW sequence number (ethernet)")
    next = (To("eth"),)


CHANNELS = {
    0x0001: "Management Communication Channel (MCC)", 0x0002: "Signaling Communication Channel (SCC)",
    0x0007: "BFD Control, PW-ACH-encapsulated", 0x0021: "IPv4 packet", 0x0022: "MPLS-TP CC message",
    0x0023: "MPLS-TP CV message", 0x0025: "On-demand CV", 0x0057: "IPv6 packet", 0x0058: "Fault OAM",
}  # fmt: skip


class AssociatedChannel(Layer):
    """A pseudowire's associated channel header (RFC 4385, section 5; RFC 5586)."""

    name, label, column = "pwach", "PW Associated Channel Header", "PW ACH"

    version = u8(0, "pwach.ver", "Channel Version", mask=0x0F)
    reserved = u8(1, "pwach.res", "Reserved", HEX)
    channel = u16(2, "pwach.channel_type", "Channel Type", HEX, names=CHANNELS)
    next = (
        To("ip", when=lambda h: h.channel == 0x21),
        To("ipv6", when=lambda h: h.channel == 0x57),
        To("bfd", when=lambda h: (h.channel == 7) | (h.channel == 0x22) | (h.channel == 0x23)),
    )

    @staticmethod
    def info(channel: int) -> str:
        return CHANNELS.get(channel, "Unknown")
