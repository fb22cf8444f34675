"""LWAPP, how access points were led before CAPWAP (RFC 5412): frames of 802.11, and control, in Ethernet or UDP.

    over UDP to port 12223 the access point's address (6); version (2 bits), slot (3), control (1), fragment (1), last (1),
    fragment's number (1), length (2), RSSI (1), SNR (1); control: type (1), sequence (1), length (2), session (4), elements
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, ether, u8, u16, u24
from dissect.engine.layer import Layer
from dissect.layers.sides import sent_to

CONTROL_PORT = 12223
CONTROLS = {1: "DISCOVERY_REQUEST", 2: "DISCOVERY_REPLY", 3: "JOIN_REQUEST", 4: "JOIN_REPLY", 5: "HANDOFF_REQUEST",
            6: "HANDOFF_REPLY", 7: "HANDOFF_ACK", 10: "CONFIGURE_REQUEST", 11: "CONFIGURE_RESPONSE", 12: "CONFIGURE_ACK",
            13: "CONFIGURE_NAK", 14: "CONFIGURE_SAVED", 15: "CONFIGURE_COMMAND", 16: "CONFIGURE_COMMAND_RES",
            17: "STATISTICS_INFO", 18: "STATISTICS_INFO_RES", 19: "CHANGE_STATE_EVENT", 22: "ECHO_REQUEST",
            23: "ECHO_RESPONSE", 24: "RRM_DATA_REQ", 25: "RRM_DATA_RES"}  # fmt: skip


class LWAPP(Layer):
    """One packet of the tunnel."""

    name, label, column = "lwapp", "LWAPP Encapsulated Packet", "LWAPP"
    binds = {"ethertype": (0x88BB, 0xBBBB), "udp.port": (12222, CONTROL_PORT)}
    reaches = ("wlan", "data")

    point = ether(None, "lwapp.apid", "AP Identity")
    flags = u8(None, "lwapp.flags", "Flags", HEX)
    version = u8(None, "lwapp.version", "Version", mask=0xC0, within=flags)
    slot = u24(None, "lwapp.slotId", "slotId", mask=0x38, within=flags, size=1)
    flags_bits = bits(
        flags, "lwapp.flags", ("type", "Type", 0x04), ("fragment", "Fragment", 0x02), ("fragmentType", "Fragment Type", 0x01)
    )
    fragment = u8(None, "lwapp.fragmentId", "Fragment Id", HEX)
    size_of = u16(None, "lwapp.Length", "Length")
    rssi, snr = u8(None, "lwapp.rssi", "RSSI", HEX), u8(None, "lwapp.snr", "SNR", HEX)
    control = u8(None, "lwapp.control.type", "Control Type", names=CONTROLS)
    number = u8(None, "lwapp.control.seqno", "Control Sequence Number")
    control_size = u16(None, "lwapp.control.length", "Control Length")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if sent_to(c, CONTROL_PORT):
            c.add(cls.point)
        flags = c.add(cls.flags)
        for field in (cls.fragment, cls.size_of, cls.rssi, cls.snr):
            c.add(field)
        if flags & 0x02:
            c.child("data")
        elif flags & 0x04:
            c.info(CONTROLS.get(c.add(cls.control), "Unknown"))
            c.add(cls.number)
            c.add(cls.control_size)
            if c.remaining:
                c.child("data")
        else:
            c.child("wlan")
