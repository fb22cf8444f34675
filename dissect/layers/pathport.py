"""Pathport: lights are dimmed over UDP, and the nodes that do it asked and set.

    0xED01, version, sequence (16 bits each), reserved (48 bits), source, destination (32 bits each), then messages:
    type, length (16 bits each), body, filled up to four octets
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, Field, group, ipv4, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

ARP_REQUEST, ARP_REPLY, ARP_INFO, GET, GET_REPLY, DATA, SET = 0x0301, 0x0302, 0x0303, 0x0222, 0x0223, 0x0100, 0x0400
TYPES = {
    ARP_REQUEST: "ARP Request", ARP_REPLY: "ARP Reply", ARP_INFO: "ARP Extend Info", GET: "Get", GET_REPLY: "Get Reply",
    DATA: "XDMX Data", SET: "Set",
}  # fmt: skip
GROUPS = {0xFFFFFFFF: "Broadcast", 0xEFFFEDFF: "All", 0xEFFFED01: "Data", 0xEFFFED02: "Manage"}
ENCODINGS = {0x0101: "Flat", 0x0103: "Release"}
PROPERTIES = {
    0x0000: "Pad", 0x0401: "Node Name", 0x0411: "Port Name", 0x0412: "Patch Name", 0x0413: "Port Speed",
    0x0414: "Bi Directional", 0x0415: "Physical", 0x0416: "Is Male", 0x0417: "Is Sink", 0x0418: "XDMX Channel Count",
    0x041A: "Alt Start Code List", 0x041B: "Max # Patches", 0x041C: "Current # Patches", 0x041E: "Is Terminated",
    0x041F: "Input Priority (Static)", 0x0420: "Input Priority Channel", 0x0421: "Ethernet Address",
    0x0422: "IP Address", 0x0423: "IP Netmask", 0x0424: "Default Router", 0x0461: "Pathport ID",
    0x0462: "Pathport ID Mask", 0x0463: "Pathport Data Transmit Offset", 0x0481: "Backlight",
    0x0482: "Software Version", 0x0483: "Hardware Type", 0x0484: "Loader Version", 0x0485: "Identify",
    0x0486: "IR Enable", 0x0487: "Serial Number", 0x0488: "Front Panel Lockout", 0x0489: "ArtNet Rx Enable",
    0x048A: "Data Tx Proto", 0x048B: "Shownet Rx Enable", 0x048D: "Universe Patched By Jumper",
    0x048E: "sACN (E1.31) Rx Enable", 0x048F: "ETCNet2 Rx Enable", 0x0490: "xDMX Rx Enable",
    0x0491: "sACN TX is Draft", 0x04A1: "Reboot", 0x04A2: "Boot Order", 0x04A4: "Factory Default", 0x04C1: "Test LCD",
    0x04C4: "Port Enable", 0x04C5: "DMX Active", 0x04C6: "xDMX Active", 0x04C7: "Signal Loss Hold Time (DMX OUT)",
    0x04C8: "Signal Loss Infinite Hold", 0x04C9: "Signal Loss Fade Enable", 0x04CA: "Signal Loss Fade Time",
    0x04CB: "Signal Loss Port Shutdown", 0x04D1: "xDMX Universe", 0x04D2: "Crossfade Time(ms)",
    0x04D3: "Crossfade Enable", 0x04D4: "Ignore Input Priority", 0x04D5: "ArtNet Alternate Univ Mapping",
    0x04D6: "Output Patch File CRC", 0x04D7: "Config Change Notify", 0x04D8: "Port Active Bitmap",
    0x04D9: "Number Supported Univ", 0x04DA: "Signal Loss Hold Time (DMX IN)", 0x04DB: "Per Channel Priority Enable",
    0x04DC: "Input Universe", 0x04DD: "Model Name", 0x04DE: "Manufacturer Name", 0x04DF: "Firmware Ver (String)",
    0x04E0: "Serial Number (String)", 0x04E1: "Node User Notes", 0x04E2: "Port User Notes", 0x04E3: "User Node ID",
    0x0601: "MDG Generator Status", 0x0602: "Embedded Device ID", 0x0603: "Embedded Device DMX Address",
    0x0605: "RDM Discovery Enable", 0x0701: "Ethernet Link Mode", 0x0702: "Ethernet Link Status",
    0x0703: "Connected PP Devices", 0x0704: "PoE Status", 0x0705: "PoE External Supply Wattage",
    0x0706: "PoE Current Supply Wattage", 0x0707: "SFP Module Type", 0x0708: "PoE External Supply Present",
    0x0709: "PoE Capable Port", 0x070A: "Ethernet Port Type", 0x070B: "PoE Max Alloc mW",
    0x070C: "PoE Current Alloc mW", 0x070D: "VLAN Range Start", 0x070E: "VLAN Range End",
    0x070F: "VLAN Port is Tagged", 0x0710: "VLAN Port VID", 0x0711: "VLAN Management VID", 0x0712: "VLAN Enable",
    0x0713: "EAPS Mode", 0x0714: "EAPS Control VLAN", 0x0715: "EAPS Primary Port", 0x0716: "EAPS Secondary Port",
    0x0717: "LLDP Partner MAC", 0x0718: "LLDP Partner Port", 0xFFFF: "End",
}  # fmt: skip
SHORTEST, UNIVERSE = 24, 512


class Pathport(Layer):
    """The messages of a datagram."""

    name, label, column = "pathport", "Pathport Protocol", "Pathport"
    binds = {"udp.port": (3792,)}
    heuristics = ("udp",)
    likely = Likely.opening(b"\xed\x01")
    accepts = probe = lambda p: (p.length >= SHORTEST) & (p.u16(0) == 0xED01)

    protocol_id, version = u16(0, "pathport.prot", "Protocol", HEX), u16(2, "pathport.version", "Version", HEX)
    sequence, reserved = u16(4, "pathport.seq", "Sequence"), raw(6, "pathport.resv", "Reserved", size=6)
    sender, target = u32(12, "pathport.src", "Source ID", HEX), u32(16, "pathport.dst", "Destination ID", HEX)
    message = group("", "PDU")
    type, size_of = u16(None, "pathport.pdu", "PDU", HEX, names=TYPES), u16(None, "pathport.len", "Length")
    body = raw(None, "pathport.payload", "Payload")
    asked = u16(None, "pathport.get.pid", "Get", HEX, names=PROPERTIES)
    item = group("", "Property")
    kind, item_size = u16(None, "pathport.pid", "Property", HEX, names=PROPERTIES), u16(None, "pathport.pid.len", "Length")
    value_of, padding = raw(None, "pathport.pid.value", "Value"), raw(None, "pathport.pid.pad_bytes", "Pad bytes")
    block = group("", "xDMX Data")
    encoding = u16(None, "pathport.data.encoding", "Data Encoding", HEX, names=ENCODINGS)
    block_size = u16(None, "pathport.data.len", "Data Length", HEX)
    block_reserved, start_code = raw(None, "pathport.resv", "Reserved", size=1), u8(None, "pathport.data.startcode", "DMX Start Code", HEX)
    first = u16(None, "pathport.data.dst", "xDMX Destination", HEX)
    levels = Field("pathport.data.levels", "Levels", NONE)
    node, address = u32(None, "pathport.arp.id", "ID", HEX), ipv4(None, "pathport.arp.ip", "IP")
    about = (
        u8(None, "pathport.arp.manuf", "Manufacturer", HEX), u8(None, "pathport.arp.class", "Device Class", HEX),
        u8(None, "pathport.arp.type", "Device Type", HEX), u8(None, "pathport.arp.numdmx", "Subcomponents", HEX),
    )  # fmt: skip
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(_info(c))
        while c.remaining:
            with c.group(cls.message) as c:
                kind, size = c.add(cls.type), c.add(cls.size_of)
                end = c.pos + size
                cls._message(c, kind, end)
                if c.pos < end:
                    c.skip(end - c.pos)
                c.skip(min(-size % 4, c.remaining))

    @classmethod
    def _message(cls, c: Cursor, kind: int, end: int) -> None:
        if kind == ARP_REPLY:
            for field in (cls.node, cls.address, *cls.about):
                c.add(field)
        elif kind == GET:
            while c.pos < end:
                c.add(cls.asked)
        elif kind in (SET, GET_REPLY, ARP_INFO):
            while c.pos < end:
                cls._property(c)
        elif kind == DATA:
            while c.pos < end:
                cls._levels(c)
        else:
            c.add(cls.body, end - c.pos)

    @classmethod
    def _property(cls, c: Cursor) -> None:
        with c.group(cls.item) as c:
            c.add(cls.kind)
            size = c.add(cls.item_size)
            c.add(cls.value_of, size)
            filled = -(c.pos - c.h.start) % 4
            if filled:
                c.add(cls.padding, filled)

    @classmethod
    def _levels(cls, c: Cursor) -> None:
        """How bright each of a stretch of lights is."""
        with c.group(cls.block) as c:
            c.add(cls.encoding)
            size = c.add(cls.block_size)
            for field in (cls.block_reserved, cls.start_code, cls.first):
                c.add(field)
            c.add(cls.levels, size, value=True)
            c.skip(min(-size % 4, c.remaining))


def _info(c: Cursor) -> str:
    """What the list says: of the first message."""
    kind = c.peek(2)
    sender, target = (GROUPS.get(number, f"{number:X}") for number in (c.h.sender, c.h.target))
    if kind == ARP_REQUEST:
        return f"Who has {target}? Tell {sender}"
    if kind == ARP_REPLY and c.remaining >= 16:
        node = c.peek(4, 4)
        return f"{GROUPS.get(node, f'{node:X}')} is at {'.'.join(map(str, c.peek_bytes(4, 8)))}"
    if kind == DATA and c.remaining >= 12:
        first = c.peek(2, 10)
        return f"xDMX Data - {c.peek(2, 6)} channels @ {first} (Univ {first // UNIVERSE + 1}.{first % UNIVERSE})"
    return TYPES.get(kind, f"Unknown ({kind:04x})")
