"""BACnet on RS-485: master-slave/token-passing (ANSI/ASHRAE 135, clause 9; LINKTYPE_BACNET_MS_TP).

    +------+------+------------+-------------+--------+--------+------------+------+----------
    | 0x55 | 0xFF | frame type | destination | source | length | header CRC | data | data CRC
    +------+------+------------+-------------+--------+--------+------------+------+----------
      1      1      1            1             1        2        1                   2
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.checksums import crc16_ccitt_reflected

BACNET, PROPRIETARY = frozenset({5, 6}), 128
TYPES = {0: "Token", 1: "Poll For Master", 2: "Reply To Poll For Master", 3: "Test_Request", 4: "Test_Response",
         5: "BACnet Data Expecting Reply", 6: "BACnet Data Not Expecting Reply", 7: "Reply Postponed",
         32: "BACnet Extended Data Expecting Reply", 33: "BACnet Extended Data Not Expecting Reply",
         34: "IPv6 over BACnet (LoBAC)"}  # fmt: skip
BAD, GOOD = 0, 1


def header_crc(data: bytes) -> int:
    """The check of a header (annex G.1)."""
    crc = 0xFF
    for octet in data:
        crc ^= octet
        crc ^= crc << 1 ^ crc << 2 ^ crc << 3 ^ crc << 4 ^ crc << 5 ^ crc << 6 ^ crc << 7
        crc = crc & 0xFE ^ crc >> 8 & 1
    return crc ^ 0xFF


class MSTP(Layer):
    """One frame."""

    name, label, column = "mstp", "BACnet MS/TP", "BACnet"
    binds = {"linktype": (165,)}
    reaches = ("bacnet", "data")

    preamble_55, preamble_ff = u8(None, "mstp.preamble_55", "Preamble 55", HEX), u8(None, "mstp.preamble_FF", "Preamble FF", HEX)
    kind = u8(None, "mstp.frame_type", "Frame Type", names=TYPES)
    to_station, from_station = u8(None, "mstp.dst", "Destination Address"), u8(None, "mstp.src", "Source Address")
    size_of = u16(None, "mstp.len", "Length")
    check = u8(None, "mstp.hdr_crc", "Header CRC", HEX)
    status = u8(None, "mstp.checksum.status", "Checksum status", names={BAD: "Bad", GOOD: "Good"})
    vendor = u16(None, "mstp.vendorid", "VendorID")
    data_check = u16(None, "mstp.data_crc", "Data CRC", HEX)
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start = c.pos
        for field in (cls.preamble_55, cls.preamble_ff):
            c.add(field)
        kind = c.add(cls.kind)
        c.add(cls.to_station)
        c.add(cls.from_station)
        size = c.add(cls.size_of)
        c.info(f"BACnet MS/TP {TYPES.get(kind, f'Unknown Frame Type ({kind})')}")
        cls._checked(c, header_crc(c.data[start + 2 : c.pos]), c.add(cls.check), 2)
        if size:
            cls._data(c, kind, size)
        c.rest(cls.rest)

    @classmethod
    def _data(cls, c: Cursor, kind: int, size: int) -> None:
        if size > c.limit - c.pos - 2:
            c.note("error", "Malformed", "Length field value goes past the end of the payload", "mstp.len.bad")
        end = min(c.pos + size, c.end)
        whole = c.data[c.pos : end]
        if kind >= PROPRIETARY and size >= 2:
            c.add(cls.vendor)
        if end > c.pos:
            c.child("bacnet" if kind in BACNET else "data", end - c.pos)
        if c.remaining >= 2:
            crc = crc16_ccitt_reflected(whole, 0xFFFF) ^ 0xFFFF
            cls._checked(c, (crc & 0xFF) << 8 | crc >> 8, c.add(cls.data_check), 4)

    @classmethod
    def _checked(cls, c: Cursor, computed: int, stated: int, digits: int) -> None:
        c.derived(cls.status, GOOD if computed == stated else BAD)
        if computed != stated:
            c.note("warn", "Checksum", f"Bad Checksum [should be 0x{computed:0{digits}x}]", "mstp.checksum_bad.expert")
