"""DHCP and BOOTP (RFC 2131, RFC 951; options: RFC 2132 and the IANA registry).

    +---------------+---------------+---------------+---------------+
    |      op       |    hw type    | hw addr len   |     hops      |
    +---------------+---------------+---------------+---------------+
    | transaction, seconds, flags; client, your, server, relay      |
    | address; hardware address (16), server name (64), file (128)  |
    +---------------------------------------------------------------+
    | magic cookie 99.130.83.99, then options: type, length, value  |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, Field, ether, flag, ipv4, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers import hot_lines
from dissect.layers.dhcp_options import MESSAGES, NAMES, TABLE

OPS = {1: "Boot Request", 2: "Boot Reply"}
HARDWARE = {1: "Ethernet", 6: "IEEE 802", 7: "ARCNET", 15: "Frame Relay", 32: "InfiniBand"}
COOKIE = 0x63825363
PAD, OVERLOAD, MESSAGE_TYPE, CLIENT_ID, END = 0, 52, 53, 61, 255
ETHERNET, OPTIONS_AT = 1, 240


def on_ethernet(h: Any) -> Any:
    """Whether the hardware address is a MAC."""
    return (h.hw_type == ETHERNET) & (h.hw_len == 6)


KIND = "dhcp.option.dhcp"


def message_kind(data: bytes) -> dict[str, int] | None:
    """The message type where it is the first option, as it nearly always is; None: decode it."""
    if len(data) < 243 or data[236:240] != COOKIE.to_bytes(4, "big") or data[240:242] != bytes((MESSAGE_TYPE, 1)):
        return None
    return {KIND: data[242]} if MESSAGE_TYPE not in data[243:] else None


class DHCP(Layer):
    """A message of a client, a server or a relay."""

    name, label, column = "dhcp", "Dynamic Host Configuration Protocol", "DHCP"
    binds = {"udp.port": (67, 68, 4011)}

    type = u8(0, "dhcp.type", "Message type", names=OPS)
    hw_type = u8(1, "dhcp.hw.type", "Hardware type", HEX, names=HARDWARE)
    hw_len = u8(2, "dhcp.hw.len", "Hardware address length")
    hops = u8(3, "dhcp.hops", "Hops")
    id = u32(4, "dhcp.id", "Transaction ID", HEX)
    secs = u16(8, "dhcp.secs", "Seconds elapsed")
    flags = u16(10, "dhcp.flags", "Bootp flags", HEX)
    broadcast = flag(10, "dhcp.flags.bc", "Broadcast flag", 0x8000, within=flags)
    reserved = u16(10, "dhcp.flags.reserved", "Reserved flags", HEX, mask=0x7FFF, within=flags)
    client = ipv4(12, "dhcp.ip.client", "Client IP address")
    your = ipv4(16, "dhcp.ip.your", "Your (client) IP address")
    server_ip = ipv4(20, "dhcp.ip.server", "Next server IP address")
    relay = ipv4(24, "dhcp.ip.relay", "Relay agent IP address")
    mac = ether(28, "dhcp.hw.mac_addr", "Client MAC address", when=on_ethernet)
    mac_padding = raw(34, "dhcp.hw.addr_padding", "Client hardware address padding", size=10, when=on_ethernet)
    hardware = raw(28, "dhcp.hw.addr", "Client address", size=16, when=lambda h: on_ethernet(h) == 0)
    server = string(None, "dhcp.server", "Server host name")
    file = string(None, "dhcp.file", "Boot file name")
    not_given = raw(None, "", "Not given")
    cookie = ipv4(None, "dhcp.cookie", "Magic cookie")
    option = u8(None, "dhcp.option.type", "Option", names=NAMES)
    option_length = u8(None, "dhcp.option.length", "Length")
    option_value = raw(None, "dhcp.option.value", "Value")
    option_octets = raw(None, "dhcp.option.value", "Value", hidden=True)
    option_end = u8(None, "dhcp.option.end", "Option End")
    padding = raw(None, "dhcp.option.padding", "Padding")
    id_hardware = u8(None, "dhcp.hw.type", "Hardware type", HEX, names=HARDWARE)
    id_mac = ether(None, "dhcp.hw.mac_addr", "Client MAC address")
    id_type = u8(None, "dhcp.client_id.type", "Type")
    id_text = string(None, "dhcp.client_id.undef", "Client Identifier")
    id_octets = raw(None, "dhcp.client_id", "Identifier")
    bootp = Field("dhcp.bootp", "Frame is BOOTP", BOOLEAN)
    known_options = tuple(field for field, _, _ in TABLE.values())

    hot = {KIND: hot_lines.texts(hot_lines.lone(message_kind), KIND, (KIND,))}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.pos = h.start + 44
        client = f" from {h.mac.hex(':')} ({h.mac.hex(':')})" if h.type == 1 and h.hw_len == 6 else ""
        c.info(OPS.get(h.type, "Unknown") + client)
        if not c.run.columns_locked:  # without a message type it is BOOTP (RFC 2132, section 9.6)
            c.run.tree.protocol_column = "BOOTP"
        for field, size in ((cls.server, 64), (cls.file, 128)):
            if c.peek(1):
                c.add(field, size)
            else:
                c.add(cls.not_given, size, text=f"{field.label} not given")
        if c.remaining < 4 or c.peek(4) != COOKIE:
            c.derived(cls.bootp, True)
            return
        c.add(cls.cookie)
        kind = cls._options(c)
        if kind:
            name = MESSAGES.get(kind, f"Unknown ({kind})")
            c.info(f"DHCP {name:<8} - Transaction ID 0x{h.id:x}")

    @classmethod
    def _options(cls, c: Cursor) -> int:
        """All options; the message type, or 0."""
        kind = 0
        while c.remaining:
            number = c.peek(1)
            if number == PAD:
                start = c.pos
                while c.pos < c.end and c.data[c.pos] == PAD:
                    c.pos += 1
                size, c.pos = c.pos - start, start
                c.add(cls.padding, size)
                continue
            if number == END:
                with c.group(cls.option, 1, "Option: (255) End", END) as c:
                    c.add(cls.option_end)
                if c.remaining:
                    c.rest(cls.padding)
                break
            with c.group(cls.option, 2 + c.peek(1, 1), f"Option: ({number}) {NAMES.get(number, 'Unknown')}", number) as c:
                c.pos += 1
                size = c.add(cls.option_length)
                if number == MESSAGE_TYPE and size == 1:
                    kind = c.peek(1)
                cls._option(c, number, size)
        return kind

    @classmethod
    def _option(cls, c: Cursor, number: int, size: int) -> None:
        known = TABLE.get(number)
        start = c.pos
        if size:
            c.add(cls.option_octets if known or number == CLIENT_ID else cls.option_value, size)
        if known or number == CLIENT_ID:
            c.pos = start  # the same octets once more, as what they mean
        if number == CLIENT_ID and size:
            cls._client(c, size)
        elif known is None:
            return
        elif known[1] == 0:
            c.rest(known[0])
        else:
            field, width, several = known
            while c.remaining >= width:
                c.add(field)
                if not several:
                    break

    @classmethod
    def _client(cls, c: Cursor, size: int) -> None:
        if c.peek(1) == ETHERNET and size == 7:
            c.add(cls.id_hardware)
            c.add(cls.id_mac)
        elif c.peek(1) == 0:
            c.add(cls.id_type)
            c.rest(cls.id_text)
        else:
            c.add(cls.id_type)
            c.rest(cls.id_octets)


def option_value(number: int, width: int) -> Callable[[Any], tuple[Any, Any]]:
    """A vectorised extractor (see `Layer.hot`) of the first `width` octets of each option of this number."""

    def extract(h: Any) -> tuple[Any, Any]:
        octets = h.octets
        rows = np.flatnonzero(h.end - h.start >= OPTIONS_AT)
        rows = rows[octets.uint(h.start[rows] + OPTIONS_AT - 4, 4) == COOKIE]
        pos = h.start[rows] + OPTIONS_AT
        found_rows, found = [rows[:0]], [octets.uint(pos[:0], width)]
        while len(rows):
            code = octets.u1[pos]
            sized = pos + 1 < h.end[rows]
            size = np.zeros(len(rows), np.int64)
            size[sized] = octets.u1[pos[sized] + 1]
            mine = np.flatnonzero((code == number) & sized & (size >= width) & (pos + 2 + width <= h.end[rows]))
            found_rows.append(rows[mine])
            found.append(octets.uint(pos[mine] + 2, width))
            pos = np.where(code == PAD, pos + 1, pos + 2 + size)
            on = (code != END) & (sized | (code == PAD)) & (pos < h.end[rows])
            rows, pos = rows[on], pos[on]
        order = np.argsort(np.concatenate(found_rows), kind="stable")
        return np.concatenate(found_rows)[order], np.concatenate(found)[order]

    return extract


DHCP.hot = {
    TABLE[53][0].name: option_value(53, 1), TABLE[50][0].name: option_value(50, 4), TABLE[54][0].name: option_value(54, 4),
    TABLE[51][0].name: option_value(51, 4),
}  # fmt: skip
