"""RTPS (OMG DDSI-RTPS 2.2), by which DDS publishes and subscribes: the header, and its submessages by theirs.

    +----------------+----------------+----------------+----------------+
    |                               "RTPS"                              |
    |   version (16 bits)             |        vendor (16 bits)         |
    |                    GUID prefix (96 bits)                          |
    +----------------+----------------+---------------------------------+
    |  submessage id |     flags      |  octets to the next header      |  ...
    +----------------+----------------+---------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, INT8, Field, group, raw, string, u8, u16, u24, u32
from dissect.engine.layer import Layer
from dissect.engine.peek import Likely

SUBMESSAGES = {
    0x01: "PAD", 0x06: "ACKNACK", 0x07: "HEARTBEAT", 0x08: "GAP", 0x09: "INFO_TS", 0x0C: "INFO_SRC",
    0x0D: "INFO_REPLY_IP4", 0x0E: "INFO_DST", 0x0F: "INFO_REPLY", 0x12: "NACK_FRAG", 0x13: "HEARTBEAT_FRAG",
    0x15: "DATA", 0x16: "DATA_FRAG", 0x30: "SEC_BODY", 0x31: "SEC_PREFIX", 0x32: "SEC_POSTFIX", 0x33: "SRTPS_PREFIX",
    0x34: "SRTPS_POSTFIX",
}  # fmt: skip
VENDORS = {
    0x0101: "Real-Time Innovations, Inc. - Connext DDS", 0x0102: "ADLink Ltd. - OpenSplice DDS",
    0x0103: "Object Computing Incorporated, Inc. (OCI) - OpenDDS", 0x010F: "eProsima - Fast-RTPS",
    0x0110: "Eclipse Foundation - Cyclone DDS",
}  # fmt: skip
HEADER, MOST = 20, 500


class RTPS(Layer):
    """One message of version 2."""

    name, label, column = "rtps", "Real-Time Publish-Subscribe Wire Protocol", "RTPS"
    heuristics = ("udp", "tcp")
    likely = Likely.opening(b"RTPS")
    probe = lambda p: (p.length >= HEADER) & (p.u32(0) == 0x52545053) & (p.u8(4) == 2)

    magic = string(0, "rtps.magic", "Magic", size=4)
    version = u16(4, "rtps.version", "version", HEX)
    major = Field("rtps.version.major", "major", INT8, at=4, within=version)
    minor = Field("rtps.version.minor", "minor", INT8, at=5, within=version)
    vendor = u16(6, "rtps.vendorId", "vendorId", HEX, names=VENDORS)
    prefix = raw(8, "rtps.guidPrefix", "guidPrefix", size=12)
    host = u32(8, "rtps.hostId", "hostId", HEX, within=prefix)
    app = u32(12, "rtps.appId", "appId", HEX, within=prefix)
    submessage = group("", "Submessage")
    identifier = u8(None, "rtps.sm.id", "submessageId", HEX, names=SUBMESSAGES)
    flags = u8(None, "rtps.sm.flags", "Flags", HEX)
    size_of = u16(None, "rtps.sm.octetsToNextHeader", "octetsToNextHeader"), u16(
        None, "rtps.sm.octetsToNextHeader", "octetsToNextHeader", little=True
    )
    reader = u32(None, "rtps.sm.rdEntityId", "readerEntityId", HEX)
    reader_key = u24(None, "rtps.sm.rdEntityId.entityKey", "readerEntityKey", HEX, within=reader)
    writer = u32(None, "rtps.sm.wrEntityId", "writerEntityId", HEX)
    writer_key = u24(None, "rtps.sm.wrEntityId.entityKey", "writerEntityKey", HEX, within=writer)
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + HEADER
        said, count = list[str](), 0
        while c.remaining >= 4 and count < MOST:
            count += 1
            little = c.peek(1, 1) & 1
            size = c.peek(2, 2, little=bool(little))
            kind = c.peek(1)
            whole = c.limit - c.pos if not size and kind not in (0x01, 0x09) else 4 + size
            with c.group(cls.submessage, min(whole, c.limit - c.pos)) as c:
                c.add(cls.identifier)
                c.add(cls.flags)
                c.add(cls.size_of[little])
                said.append(SUBMESSAGES.get(kind, "UNKNOWN"))
                if kind in (0x06, 0x07, 0x08, 0x12, 0x13) and c.remaining >= 8:
                    c.add(cls.reader)
                    c.add(cls.writer)
                elif kind in (0x15, 0x16) and c.remaining >= 12:
                    c.add(cls.other, 4)
                    c.add(cls.reader)
                    c.add(cls.writer)
                c.rest(cls.other)
        c.info(", ".join(said))
        c.rest(cls.other)
