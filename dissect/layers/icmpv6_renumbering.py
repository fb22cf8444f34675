"""ICMPv6's router renumbering (RFC 2894): commands that match prefixes of interfaces and make new ones of them, and
what a router did about them.

    +---------------------------------------------------------------+
    |                         sequence number                       |
    +---------------+---------------+-------------------------------+
    |segment number |     flags     |           max delay           |
    +---------------+---------------+-------------------------------+
    |                            reserved                           |
    +---------------------------------------------------------------+
    a command: operations of a match-prefix part (24) and use-prefix parts (32); a result: messages (24)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, flag, group, ipv6, u8, u16, u32

COMMAND, RESULT = 0, 1  # codes
OPERATIONS = {1: "Add", 2: "Change", 3: "Set Global"}
MATCH_SIZE, USE_SIZE, RESULT_SIZE = 24, 32, 24

_P = "icmpv6.rr."
sequence = u32(None, _P + "sequence_number", "Sequence Number")
segment = u8(None, _P + "segment_number", "Segment Number")
flags = u8(None, _P + "flag", "Flags", HEX)
flag_bits = bits(
    flags, "icmpv6.rr.flag", ("t", "Test Command", 0x80), ("r", "Result requested", 0x40),
    ("a", "All Interfaces", 0x20), ("s", "Site-specific", 0x10), ("p", "Processed previously", 0x08),
)  # fmt: skip
flag_rest = u8(None, _P + "flag.rsv", "Reserved", mask=0x07, within=flags)
delay = u16(None, _P + "maxdelay", "Max Delay", unit="ms")

match = group(_P + "pco.mp", "Match-Prefix Part")
operation = u8(None, _P + "pco.mp.opcode", "OpCode", names=OPERATIONS)
operation_length = u8(None, _P + "pco.mp.oplength", "OpLength")
ordinal = u8(None, _P + "pco.mp.ordinal", "Ordinal", HEX)
match_length, shortest = u8(None, _P + "pco.mp.matchlen", "MatchLen"), u8(None, _P + "pco.mp.minlen", "MinLen")
longest = u8(None, _P + "pco.mp.maxlen", "MaxLen")
match_prefix = ipv6(None, _P + "pco.mp.matchprefix", "MatchPrefix")

use = group(_P + "pco.up", "Use-Prefix Part")
use_length, keep_length = u8(None, _P + "pco.up.uselen", "UseLen"), u8(None, _P + "pco.up.keeplen", "KeepLen")
mask = u8(None, _P + "pco.up.flagmask", "FlagMask", HEX)
mask_bits = bits(
    mask, "icmpv6.rr.pco.up.flagmask", ("l", "On-link flag(L)", 0x80),
    ("a", "Autonomous address-configuration flag(A)", 0x40),
)  # fmt: skip
mask_rest = u8(None, _P + "pco.up.flagmask.reserved", "Reserved", mask=0x3F, within=mask)
advertised = u8(None, _P + "pco.up.raflags", "RAFlags", HEX)
advertised_bits = tuple(  # by the names of the mask's, as Wireshark has them
    flag(None, f"icmpv6.rr.pco.up.flagmask.{bit.name[-1]}", bit.label, bit.mask, within=advertised) for bit in mask_bits
)
advertised_rest = u8(None, _P + "pco.up.flagmask.reserved", "Reserved", mask=0x3F, within=advertised)
valid = u32(None, _P + "pco.up.validlifetime", "Valid Lifetime", unit="seconds")
preferred = u32(None, _P + "pco.up.preferredlifetime", "Preferred Lifetime", unit="seconds")
lowered = u32(None, _P + "pco.up.flag", "Flags", HEX)
lowered_bits = bits(
    lowered, "icmpv6.rr.pco.up.flag", ("v", "Decrement valid lifetime", 1 << 31),
    ("p", "Decrement preferred lifetime", 1 << 30),
)  # fmt: skip
lowered_rest = u32(None, _P + "pco.up.flag.reserved", "Reserved", mask=0x3FFFFFFF, within=lowered)
use_prefix = ipv6(None, _P + "pco.up.useprefix", "UsePrefix")

result = group(_P + "rm", "Result Message")
result_flags = u16(None, _P + "rm.flag", "Flags", HEX)
result_bits = bits(result_flags, "icmpv6.rr.rm.flag", ("b", "Bounds", 2), ("f", "Forbidden", 1))
result_rest = u16(None, _P + "rm.flag.reserved", "Reserved", mask=0xFFFC, within=result_flags)
result_ordinal = u8(None, _P + "rm.ordinal", "Ordinal", HEX)
matched_length = u8(None, _P + "rm.matchedlen", "MatchedLen")
interface = u32(None, _P + "rm.interfaceindex", "InterfaceIndex")
matched_prefix = ipv6(None, _P + "rm.matchedprefix", "MatchedPrefix")

FIELDS: tuple[Field, ...] = (
    sequence, segment, flags, *flag_bits, flag_rest, delay, match, operation, operation_length, ordinal, match_length,
    shortest, longest, match_prefix, use, use_length, keep_length, mask, *mask_bits, mask_rest, advertised, *advertised_bits,
    advertised_rest, valid, preferred, lowered, *lowered_bits, lowered_rest, use_prefix, result, result_flags, *result_bits, result_rest,
    result_ordinal, matched_length, interface, matched_prefix,
)  # fmt: skip


def renumbering(c: Cursor, code: int, reserved: Field) -> None:
    """What follows a message's first four octets."""
    for field in (sequence, segment, flags, delay):
        c.add(field)
    c.add(reserved, 4)
    while code == COMMAND and c.limit - c.pos >= MATCH_SIZE:
        with c.group(match, MATCH_SIZE) as part:
            part.add(operation)
            size = 8 * part.add(operation_length)
            for field in (ordinal, match_length, shortest, longest):
                part.add(field)
            part.add(reserved, 2)
            part.add(match_prefix)
        for _ in range((size - MATCH_SIZE) // USE_SIZE):
            with c.group(use, USE_SIZE) as part:
                for field in (use_length, keep_length, mask, advertised, valid, preferred, lowered, use_prefix):
                    part.add(field)
    while code == RESULT and c.limit - c.pos >= RESULT_SIZE:
        with c.group(result, RESULT_SIZE) as part:
            for field in (result_flags, result_ordinal, matched_length, interface, matched_prefix):
                part.add(field)
