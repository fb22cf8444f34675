"""DLSw, data links switched over TCP (RFC 1795): the header of every message, SNA or NetBIOS within.

    +---------+---------------+----------------+------------+----------------+----------+------+--------------+----
    | version | header length | message length | remote DLC | port ID        | reserved | type | flow control | ...
    +---------+---------------+----------------+------------+----------------+----------+------+--------------+----
      1         1               2                4            4                2          1      1
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

TYPES = {
    0x03: "CANUREACH", 0x04: "ICANREACH", 0x05: "REACH_ACK", 0x07: "XIDFRAME", 0x08: "CONTACT", 0x09: "CONTACTED", 0x0A: "DATAFRAME",
    0x0B: "INFOFRAME", 0x0E: "HALT_DL", 0x0F: "DL_HALTED", 0x10: "RESTART_DL", 0x11: "DL_RESTARTED", 0x12: "NETBIOS_NQ",
    0x13: "NETBIOS_NR", 0x14: "DATAFRAME", 0x15: "HALT_DL_NOACK", 0x16: "NETBIOS_ANQ", 0x17: "NETBIOS_ANR", 0x1D: "KEEPALIVE",
    0x20: "CAP_EXCHANGE", 0x21: "IFCM", 0x22: "TEST_CIRCUIT_REQ", 0x23: "TEST_CIRCUIT_RSP",
}  # fmt: skip


class DLSw(Layer):
    """One message of the switch-to-switch protocol."""

    name, label, column = "dlsw", "Data Link SWitching", "DLSw"
    binds = {"tcp.port": (2065, 2067), "udp.port": (2067,)}
    accepts = lambda p: (p.u8(0) == 0x31) | (p.u8(0) == 0x32) | (p.u8(0) == 0x33) | (p.u8(0) == 0x4B)
    messages = Messages(header=4, length=lambda p: p.u8(1) + p.u16(2))

    version = u8(0, "dlsw.version", "Version", names={0x31: "Version 1 (RFC 1795)", 0x32: "Version 2 (RFC 2166)"})
    header_length, message_length = u8(1, "dlsw.header_length", "Header Length"), u16(2, "dlsw.message_length", "Message Length")
    remote, remote_port = u32(4, "dlsw.remote_dlc", "Remote DLC"), u32(8, "dlsw.remote_dlc_pid", "Remote DLC PID")
    type = u8(14, "dlsw.message_type", "Message Type", HEX, names=TYPES)
    flow = u8(15, "dlsw.flow_ctrl_byte", "Flow ctrl byte", HEX)
    length = lambda h: h.end - h.start
    content = raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(f"DLSw {TYPES.get(c.h.type, f'Unknown message type (0x{c.h.type:02x})')}")
        c.pos = c.h.start + 12
        c.add(cls.content, 2)
        c.pos = c.h.start + 16
        c.rest(cls.content)
