"""CAPWAP (RFC 5415): what a controller and its access points tell each other, and the frames between them.

    +---------+--------+---------------------------------------------+
    | version |  type  |  type 0: length, radio, binding, flags T F L W M K (24 bits); type 1: DTLS
    +---------+--------+---------------------------------------------+
    |  fragment id; offset; then a radio's MAC and wireless information where the flags say so
    +----------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, flag, group, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer

CONTROL_PORT, DATA_PORT = 5246, 5247
NATIVE, HAS_WIRELESS, HAS_MAC, KEEP_ALIVE, FRAGMENT = 0x100, 0x20, 0x10, 0x08, 0x80
MESSAGES = {
    1: "Discovery Request", 2: "Discovery Response", 3: "Join Request", 4: "Join Response",
    5: "Configuration Status Request", 6: "Configuration Status Response", 7: "Configuration Update Request",
    8: "Configuration Update Response", 9: "WTP Event Request", 10: "WTP Event Response", 11: "Change State Event Request",
    12: "Change State Event Response", 13: "Echo Request", 14: "Echo Response", 15: "Image Data Request",
    16: "Image Data Response", 17: "Reset Request", 18: "Reset Response", 19: "Primary Discovery Request",
    20: "Primary Discovery Response", 21: "Data Transfer Request", 22: "Data Transfer Response",
    23: "Clear Configuration Request", 24: "Clear Configuration Response", 25: "Station Configuration Request",
    26: "Station Configuration Response",
}  # fmt: skip
MOST = 500


class Header(Layer):
    """The preamble and the header, of control and of data."""

    preamble = group("capwap.preamble", "Preamble")
    word = u8(None, "", "Preamble")
    version = u8(None, "capwap.preamble.version", "Version", mask=0xF0, within=word)
    type = u8(None, "capwap.preamble.type", "Type", mask=0x0F, names={0: "CAPWAP Header", 1: "CAPWAP DTLS Header"}, within=word)
    reserved = u24(None, "capwap.preamble.reserved", "Reserved")
    header_ = group("capwap.header", "Header")
    bits_word = u24(None, "", "Header")
    header_length = u24(None, "capwap.header.length", "Header Length", mask=0xF80000, within=bits_word)
    radio = u24(None, "capwap.header.rid", "Radio ID", mask=0x07C000, within=bits_word)
    binding = u24(None, "capwap.header.wbid", "Wireless Binding ID", mask=0x003E00, names={1: "IEEE 802.11"}, within=bits_word)
    flags = u24(None, "capwap.header.flags", "Header Flags", HEX, mask=0x1FF, within=bits_word)
    flag_bits = tuple(
        flag(None, f"capwap.header.flags.{name}", label, mask, size=3)
        for name, label, mask in (
            ("t", "Payload Type", NATIVE), ("f", "Fragment", FRAGMENT), ("l", "Last Fragment", 0x40),
            ("w", "Wireless header", HAS_WIRELESS), ("m", "Radio MAC header", HAS_MAC), ("k", "Keep-Alive", KEEP_ALIVE),
        )
    )  # fmt: skip
    for _bit in flag_bits:
        _bit.within = bits_word
    del _bit
    flags_reserved = u24(None, "capwap.header.flags.r", "Reserved", HEX, mask=0x07, within=bits_word)
    fragment_id = u16(None, "capwap.header.fragment.id", "Fragment ID")
    offset_word = u16(None, "", "Fragment offset")
    fragment_offset = u16(None, "capwap.header.fragment.offset", "Fragment Offset", mask=0xFFF8, within=offset_word)
    fragment_reserved = u16(None, "capwap.header.fragment.reserved", "Reserved", mask=0x07, within=offset_word)
    mac_length, mac = u8(None, "capwap.header.mac.length", "MAC length"), ether(None, "capwap.header.mac.eui48", "MAC address")
    wireless_length = u8(None, "capwap.header.wireless.length", "Wireless length")
    wireless = raw(None, "capwap.header.wireless.data", "Wireless data")
    padding = raw(None, "capwap.header.padding", "Padding for 4 Byte Alignment")
    other = raw(None, "", "Data")

    @classmethod
    def head(cls, c: Cursor) -> int:
        """Read both; the flags, or -1 where DTLS follows."""
        start = c.pos
        with c.group(cls.preamble) as c:
            if c.add(cls.word) & 0x0F:
                c.add(cls.reserved)
                return -1
        with c.group(cls.header_) as c:
            word = c.add(cls.bits_word)
            c.add(cls.fragment_id)
            c.add(cls.offset_word)
            if word & HAS_MAC:
                size = c.add(cls.mac_length)
                c.add(cls.mac if size == 6 else cls.other, size)
                cls._align(c, start)
            if word & HAS_WIRELESS:
                size = c.add(cls.wireless_length)
                if size:
                    c.add(cls.wireless, size)
                cls._align(c, start)
            left = start + 4 * (word >> 19) - c.pos
            if left > 0:
                c.add(cls.other, left)
        return int(word) & 0x1FF

    @classmethod
    def _align(cls, c: Cursor, start: int) -> None:
        if (start - c.pos) % 4:
            c.add(cls.padding, (start - c.pos) % 4)


class CapwapControl(Header):
    """Control: a message and its elements."""

    name, label, column = "capwap", "Control And Provisioning of Wireless Access Points - Control", "CAPWAP-Control"
    binds = {"udp.port": (CONTROL_PORT,)}
    reaches = ("dtls",)

    control = group("capwap.control.header", "Control Header")
    message = u32(None, "capwap.control.header.message_type", "Message Type")
    enterprise = u24(None, "capwap.control.header.message_type.enterprise_number", "Message Type (Enterprise Number)")
    specific = u8(None, "capwap.control.header.message_type.enterprise_specific", "Message Type (Enterprise Specific)", names=MESSAGES)
    sequence = u8(None, "capwap.control.header.sequence_number", "Sequence Number")
    elements_length = u16(None, "capwap.control.header.message_element_length", "Message Element Length")
    control_flags = u8(None, "capwap.control.header.flags", "Flags")
    element = group("capwap.control.message_element", "Message Element")
    element_type = u16(None, "capwap.message_element.type", "Type")
    element_length = u16(None, "capwap.message_element.length", "Length")
    element_value = raw(None, "capwap.message_element.value", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        flags = cls.head(c)
        if flags < 0:
            c.info("CAPWAP-Control")
            if c.remaining:
                c.child("dtls")
            return
        if flags & FRAGMENT or c.remaining < 8:
            c.info("CAPWAP-Control (Fragment)")
            c.rest(cls.other)
            return
        with c.group(cls.control, 8) as c:
            with c.group(cls.message, 4) as c:
                c.add(cls.enterprise)
                kind = c.add(cls.specific)
            for field in (cls.sequence, cls.elements_length, cls.control_flags):
                c.add(field)
        c.info(f"CAPWAP-Control - {MESSAGES.get(kind, f'Unknown ({kind})')}")
        count = 0
        while c.remaining >= 4 and count < MOST:
            count += 1
            with c.group(cls.element, 4 + c.peek(2, 2)) as c:
                c.add(cls.element_type)
                c.add(cls.element_length)
                c.rest(cls.element_value)
        c.rest(cls.other)


class CapwapData(Header):
    """Data: a frame of Ethernet or of IEEE 802.11."""

    name, label, column = "capwap.data", "Control And Provisioning of Wireless Access Points - Data", "CAPWAP-Data"
    binds = {"udp.port": (DATA_PORT,)}
    reaches = ("dtls", "wlan", "eth", "data")

    keep_alive = raw(None, "", "Keep-alive")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("CAPWAP-Data")
        flags = cls.head(c)
        if flags < 0:
            if c.remaining:
                c.child("dtls")
        elif flags & KEEP_ALIVE:
            c.info("CAPWAP-Data Keep-Alive[Malformed Packet]" if not c.remaining else "CAPWAP-Data Keep-Alive")
            c.rest(cls.keep_alive)
        elif flags & FRAGMENT:
            c.rest(cls.other)
        elif c.remaining:
            c.child("wlan" if flags & NATIVE else "eth")


