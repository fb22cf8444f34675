"""USB's own packets, as analysers see them on the wire (USB 2.0, section 8; LINKTYPE_USB_2_0 and its three speeds).

    packet ID (1), and  token: address (7 bits), endpoint (4), CRC (5)   start of frame: number (11), CRC (5)
                        data: octets, CRC (2)                            split: hub (7), start or complete (1), port (7), ...

Numbers are little-endian.  Which device a handshake or data belongs to, the packets before it tell, which is not said here.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, raw, string, u8, u16, u24
from dissect.engine.layer import Layer

SOF, SPLIT = 0xA5, 0x78
PIDS = {
    0xE1: "OUT", 0x69: "IN", SOF: "SOF", 0x2D: "SETUP", 0xC3: "DATA0", 0x4B: "DATA1", 0x87: "DATA2", 0x0F: "MDATA", 0xD2: "ACK",
    0x5A: "NAK", 0x1E: "STALL", 0x96: "NYET", 0x3C: "PRE/ERR", SPLIT: "SPLIT", 0xB4: "PING", 0xF0: "Reserved",
}  # fmt: skip
TOKENS, DATAS = frozenset({0xE1, 0x69, 0x2D, 0xB4}), frozenset({0xC3, 0x4B, 0x87, 0x0F})
ENDPOINTS = {0: "Control", 1: "Isochronous", 2: "Bulk", 3: "Interrupt"}
ISOCHRONOUS = 1
BAD, GOOD = 0, 1
STATUS = {BAD: "Bad", GOOD: "Good"}


def crc5(value: int, width: int) -> int:
    """The check of tokens: `width` bits, least significant first."""
    crc = 0x1F
    for bit in range(width):
        crc = crc >> 1 ^ (0x14 if (crc ^ value >> bit) & 1 else 0)
    return crc ^ 0x1F


def crc16(data: bytes) -> int:
    """The check of data."""
    crc = 0xFFFF
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc ^ 0xFFFF


class LinkLayer(Layer):
    """One packet."""

    name, label, column = "usbll", "USB Link Layer", "USBLL"
    binds = {"linktype": (288, 293, 294, 295)}

    pid = u8(None, "usbll.pid", "PID", HEX, names=PIDS)
    said_by, said_to = string(None, "usbll.src", "Source"), string(None, "usbll.dst", "Destination")
    address = u16(None, "usbll.device_addr", "Address", mask=0x7F, little=True)
    endpoint = u16(None, "usbll.endp", "Endpoint", mask=0x780, little=True)
    number = u16(None, "usbll.frame_num", "Frame Number", mask=0x7FF, little=True)
    check = u16(None, "usbll.crc5", "CRC5", HEX, mask=0xF800, little=True)
    check_status = u8(None, "usbll.crc5.status", "CRC5 Status", names=STATUS)
    content = raw(None, "usbll.data", "Data")
    data_check = u16(None, "usbll.crc16", "CRC", HEX, little=True)
    data_status = u8(None, "usbll.crc16.status", "CRC Status", names=STATUS)
    hub = u24(None, "usbll.split_hub_addr", "Hub Address", mask=0x7F, little=True)
    complete = u24(None, "usbll.split_sc", "SC", mask=0x80, little=True)
    port = u24(None, "usbll.split_port", "Port", mask=0x7F00, little=True)
    speed = u24(None, "usbll.split_s", "Speed", mask=0x8000, little=True)
    ending = u24(None, "usbll.split_e", "E", mask=0x10000, little=True)
    unused = u24(None, "usbll.split_u", "U", mask=0x10000, little=True)
    both = u24(None, "usbll.split_se", "Start and End", mask=0x18000, little=True)
    kind = u24(None, "usbll.split_et", "Endpoint Type", mask=0x60000, little=True, names=ENDPOINTS)
    split_check = u24(None, "usbll.split_crc5", "CRC5", HEX, mask=0xF80000, little=True)
    split_status = u8(None, "usbll.split_crc5.status", "CRC5 Status", names=STATUS)
    rest = raw(None, "", "Undecoded")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        pid = c.add(cls.pid)
        name = PIDS.get(pid)
        c.info(name or f"Invalid Packet ID (0x{pid:02x})")
        if name is None:
            c.note("error", "Malformed", "Invalid USB Packet ID", "usbll.invalid_pid")
        if pid == SOF:
            cls._ends(c, "host", "broadcast")
            cls._token(c, cls.number)
        elif pid in TOKENS:
            value = c.peek(2, little=True)
            cls._token(c, cls.address, cls.endpoint)
            cls._ends(c, "host", f"{value & 0x7F}.{value >> 7 & 0x0F}")
        elif pid in DATAS:
            cls._data(c)
        elif pid == SPLIT:
            cls._split(c)
        c.rest(cls.rest)

    @classmethod
    def _ends(cls, c: Cursor, source: str, target: str) -> None:
        c.derived(cls.said_by, source)
        c.derived(cls.said_to, target)

    @classmethod
    def _at_once(cls, c: Cursor, *fields: Field, size: int) -> None:
        for field in fields:
            c.add(field)
            c.pos -= size
        c.pos += size

    @classmethod
    def _checked(cls, c: Cursor, status: Field, stated: int, computed: int) -> None:
        c.derived(status, GOOD if stated == computed else BAD)
        if stated != computed:
            c.note("warn", "Protocol", f"Wrong CRC [should be 0x{computed:04x}]", status.name.replace(".status", ".wrong"))

    @classmethod
    def _token(cls, c: Cursor, *fields: Field) -> None:
        value = c.peek(2, little=True)
        cls._at_once(c, *fields, cls.check, size=2)
        cls._checked(c, cls.check_status, value >> 11, crc5(value, 11))

    @classmethod
    def _data(cls, c: Cursor) -> None:
        size = c.limit - c.pos - 2
        said = c.peek_bytes(size)
        if size:
            c.add(cls.content, size)
        cls._checked(c, cls.data_status, c.add(cls.data_check), crc16(said))

    @classmethod
    def _split(cls, c: Cursor) -> None:
        value = c.peek(3, little=True)
        completes, isochronous = value >> 7 & 1, value >> 17 & 3 == ISOCHRONOUS
        c.append_info(" Complete" if completes else " Start")
        if completes:
            says: tuple[Field, ...] = cls.speed, cls.unused
        else:
            says = (cls.both,) if isochronous else (cls.speed, cls.ending)
        cls._at_once(c, cls.hub, cls.complete, cls.port, *says, cls.kind, cls.split_check, size=3)
        cls._checked(c, cls.split_status, value >> 19, crc5(value, 19))
        cls._ends(c, "host", f"{value & 0x7F}:{value >> 8 & 0x7F}")
