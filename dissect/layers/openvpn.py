"""OpenVPN (its doc/doxygen/doc_protocol_overview.h), over UDP and, with a length before each packet, over TCP.

     0                   1                   2                   3
    +---------+-----+-----------------------------------------------+
    | opcode  | key |  data: peer id (version 2), then ciphertext;  |
    +---------+-----+  control: session id (8), where the peers use |
    | tls-auth: HMAC (20), packet id (4), time (4); number of acks  |
    | (1), acks (4 each), the peer's session id (8), packet id (4)  |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, abs_time, group, raw, u8, u16, u24, u32, u64
from dissect.engine.layer import Layer
from dissect.engine.messages import Messages

OPCODES = {
    1: "P_CONTROL_HARD_RESET_CLIENT_V1", 2: "P_CONTROL_HARD_RESET_SERVER_V1", 3: "P_CONTROL_SOFT_RESET_V1",
    4: "P_CONTROL_V1", 5: "P_ACK_V1", 6: "P_DATA_V1", 7: "P_CONTROL_HARD_RESET_CLIENT_V2",
    8: "P_CONTROL_HARD_RESET_SERVER_V2", 9: "P_DATA_V2", 10: "P_CONTROL_HARD_RESET_CLIENT_V3", 11: "P_CONTROL_WKC_V1",
}  # fmt: skip
ACK, DATA_1, DATA_2, CONTROL = 5, 6, 9, 4
PIECE = 100  # octets of a piece that others follow, in older versions
NANO = 1_000_000_000


class Packets(Layer):
    """A packet."""

    reaches = ("tls",)
    type = u8(None, "openvpn.type", "Type", HEX)
    opcode = u8(None, "openvpn.opcode", "Opcode", HEX, mask=0xF8, names=OPCODES, within=type)
    key = u8(None, "openvpn.keyid", "Key ID", mask=0x07, within=type)
    length_field = u16(None, "openvpn.plen", "Packet Length")
    peer = u24(None, "openvpn.peerid", "Peer ID")
    session = u64(None, "openvpn.sessionid", "Session ID")
    hmac = raw(None, "openvpn.hmac", "HMAC", size=20)
    packet_id = u32(None, "openvpn.pid", "Replay-Packet-ID")
    net_time = abs_time(None, "openvpn.net_time", "Net Time")
    count = u8(None, "openvpn.mpidarraylength", "Message Packet-ID Array Length")
    acknowledged = u32(None, "openvpn.mpidarrayelement", "Message Packet-ID Array Element")
    remote = u64(None, "openvpn.rsessionid", "Remote Session ID")
    message_id = u32(None, "openvpn.mpid", "Message Packet-ID")
    data = raw(None, "openvpn.data", "Data")
    piece = raw(None, "openvpn.fragment_bytes", "Fragment bytes")

    @classmethod
    def packet(cls, c: Cursor) -> str:
        """One packet; what the list says of it."""
        opcode = c.add(cls.type) >> 3
        said = f"MessageType: {OPCODES.get(opcode, 'Unknown Messagetype')}"
        c.info(said)
        if opcode in (DATA_1, DATA_2):
            if opcode == DATA_2:
                c.add(cls.peer)
            c.rest(cls.data)
            return said
        c.add(cls.session)
        if sum(octet != 0 for octet in c.peek_bytes(4)) > 1:  # as Wireshark guesses that there is a HMAC
            c.add(cls.hmac)
            c.add(cls.packet_id)
            c.add(cls.net_time, 4, value=c.peek(4) * NANO)
        number = c.add(cls.count)
        for _ in range(number):
            c.add(cls.acknowledged)
        if number:
            c.add(cls.remote)
        if opcode != ACK:
            c.add(cls.message_id)
            cls._control(c, opcode)
        return said

    @classmethod
    def _control(cls, c: Cursor, opcode: int) -> None:
        """What the TLS session is made of."""
        if not c.remaining:
            return
        if opcode == CONTROL and c.remaining != PIECE:
            c.child("tls", c.remaining)
            c.info(f"MessageType: {OPCODES[CONTROL]}")
        else:
            c.rest(cls.piece)


class TCPOpenVPN(Packets):
    """The packets of a segment."""

    name, label, column = "openvpn", "OpenVPN Protocol", "OpenVPN"
    binds = {"tcp.port": (1194,)}
    messages = Messages(header=2, length=lambda p: 2 + p.u16(0))
    whole = group("", "Packet")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        while c.remaining:
            with c.group(cls.whole, 2 + c.peek(2)) as c:
                c.add(cls.length_field)
                if c.remaining:
                    cls.packet(c)


class OpenVPN(Packets):
    """A datagram."""

    name, label, column = "openvpn", "OpenVPN Protocol", "OpenVPN"
    binds = {"udp.port": (1194,)}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.packet(c)
