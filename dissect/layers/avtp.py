"""IEEE 1722, audio and video over Ethernet; its common header, and IEC 61883's streams in it.

    subtype (1), stream valid (1 bit), version (3 bits); for 61883: restart, gateway, time valid (bits), sequence (1),
    reserved and uncertain (1), stream (8), time (4), gateway (4), length (2), tag and channel (1), tcode and sy (1)
"""

from __future__ import annotations

from dissect.engine.fields import HEX, REST, flag, raw, u8, u16, u32, u64
from dissect.engine.layer import Layer, To

SUBTYPES = {0x00: "IEC 61883/IIDC", 0x02: "AVTP Audio Format (AAF)", 0x03: "Compressed Video Format (CVF)",
            0x04: "Clock Reference Format (CRF)", 0x82: "Non-Time-Synchronous Control Format (NTSCF)",
            0x05: "Time-Synchronous Control Format (TSCF)", 0xFA: "AVDECC Discovery Protocol (ADP)",
            0xFB: "AVDECC Enumeration and Control Protocol (AECP)", 0xFC: "AVDECC Connection Management Protocol (ACMP)",
            0xFE: "MAAP"}  # fmt: skip


class AVTP(Layer):
    """What every frame begins with."""

    name, label, column = "ieee1722", "IEEE 1722 Audio Video Transport Protocol (AVTP)", "IEEE1722"
    binds = {"ethertype": (0x22F0,), "udp.port": (17220,)}

    subtype = u8(lambda h: 0, "ieee1722.subtype", "AVTP Subtype", HEX, names=SUBTYPES)
    valid = flag(lambda h: 1, "ieee1722.svfield", "AVTP Stream ID Valid", 0x80)
    version = u8(lambda h: 1, "ieee1722.verfield", "AVTP Version", HEX, mask=0x70)
    length = lambda h: 0
    next = (To("iec61883", when=lambda h: h.subtype == 0), To("data"))


class IEC61883(Layer):
    """A stream of isochronous packets."""

    name, label, column = "iec61883", "IEC 61883 Protocol", "IEC 61883"

    kind = u8(0, "iec61883.subtype", "AVTP Subtype")
    restart = flag(1, "iec61883.mrfield", "Media Clock Restart", 0x08)
    gateway_valid = flag(1, "iec61883.gvfield", "Gateway Info Valid", 0x02)
    time_valid = flag(1, "iec61883.tvfield", "Timestamp Valid", 0x01)
    number = u8(2, "iec61883.seqnum", "Sequence Number", HEX)
    uncertain = flag(3, "iec61883.tufield", "Timestamp Uncertain", 0x01)
    stream = u64(4, "iec61883.stream_id", "Stream ID", HEX)
    time = u32(12, "iec61883.avtp_timestamp", "AVTP Timestamp", HEX)
    gateway = u32(16, "iec61883.gateway_info", "Gateway Info", HEX)
    size_of = u16(20, "iec61883.stream_data_len", "1394 Stream Data Length")
    tag = u8(22, "iec61883.tag", "1394 Packet Format Tag", HEX, mask=0xC0)
    channel = u8(22, "iec61883.channel", "1394 Packet Channel", mask=0x3F)
    tcode = u8(23, "iec61883.tcode", "1394 Packet Tcode", HEX, mask=0xF0)
    sy = u8(23, "iec61883.sy", "1394 App-specific Control", HEX, mask=0x0F)
    stream_data = raw(24, "", "Stream data", size=REST)
    length = lambda h: h.end - h.start
