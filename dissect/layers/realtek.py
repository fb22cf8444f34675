"""Realtek's EtherType 0x8899: remote control of switches (RRCP), detection of loops (RLDP).

    RRCP: protocol 0x01, reply and operation (1), key (2), then register (2, little-endian) and its value (4)
    RLDP: protocol 0x03 or 0x23
"""

from __future__ import annotations

from dissect.engine.fields import HEX, REST, Expr, flag, raw, u8, u16, u32, where
from dissect.engine.layer import Layer, To

RRCP_PROTOCOL = 0x01
OPERATIONS = {0: "Hello", 1: "Get Configuration", 2: "Set Configuration"}
_control: Expr = lambda h: h.protocol_ == RRCP_PROTOCOL
_loops: Expr = lambda h: (h.protocol_ == 0x03) | (h.protocol_ == 0x23)


class Realtek(Layer):
    """Which of the protocols it is."""

    name, label, column = "realtek", "Realtek Layer 2 Protocols", "Realtek"
    binds = {"ethertype": (0x8899,)}

    protocol_ = u8(lambda h: 0, "", "Protocol")
    packet = raw(lambda h: 0, "realtek.packet", "Unknown packet", size=REST,
                 when=lambda h: (h.protocol_ != RRCP_PROTOCOL) & (h.protocol_ != 0x03) & (h.protocol_ != 0x23))
    length = lambda h: where(_control(h) | _loops(h), 0, h.end - h.start)
    next = (To("rrcp", when=_control), To("rldp", when=_loops))


class RRCP(Layer):
    """A question to a switch, or its answer."""

    name, label, column = "rrcp", "Realtek Remote Control Protocol", "RRCP"

    protocol_number = u8(0, "rrcp.protocol", "Protocol", HEX)
    reply = flag(1, "rrcp.reply", "Reply", 0x80)
    opcode = u8(1, "rrcp.opcode", "Opcode", HEX, mask=0x7F, names=OPERATIONS)
    key = u16(2, "rrcp.authkey", "Authentication Key", HEX)
    register = u16(lambda h: 4, "", "Register", HEX, little=True, when=lambda h: h.opcode > 0)
    value_ = u32(lambda h: 6, "", "Value", HEX, little=True, when=lambda h: h.opcode > 0)
    data = raw(lambda h: 4, "", "Data", size=REST, when=lambda h: h.opcode == 0)
    length = lambda h: h.end - h.start

    @staticmethod
    def info(reply: bool, opcode: int) -> str:
        return f"{OPERATIONS.get(opcode, 'Unknown')}{' reply' if reply else ''}"


class RLDP(Layer):
    """A frame that a switch looks out for."""

    name, label, column = "rldp", "Realtek Loop Detection Protocol", "RLDP"

    protocol_number = u8(0, "rldp.protocol", "Protocol", HEX)
    data = raw(1, "", "Data", size=REST)
    length = lambda h: h.end - h.start
