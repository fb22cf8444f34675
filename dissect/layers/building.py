"""BACnet over UDP (ASHRAE 135, annex J) and OPC UA over TCP (IEC 62541-6): headers.

    +------+----------+--------+  +---------+---------+  +--------------+
    | 0x81 | function | length |  | version | control |  | APDU         |  BACnet: BVLC, NPDU, APDU
    +------+----------+--------+  +---------+---------+  +--------------+
    +-----------------+-------+------------------------------+
    | "HEL", "MSG" .. | chunk | message size (little-endian) |              OPC UA
    +-----------------+-------+------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, Expr, Field, ether, flag, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer, To
from dissect.engine.messages import AS_IT_IS, Messages

FUNCTIONS = {
    0x00: "BVLC-Result", 0x01: "Write-Broadcast-Distribution-Table", 0x02: "Read-Broadcast-Distribution-Table",
    0x03: "Read-Broadcast-Distribution-Table-Ack", 0x04: "Forwarded-NPDU", 0x05: "Register-Foreign-Device",
    0x06: "Read-Foreign-Device-Table", 0x07: "Read-Foreign-Device-Table-Ack", 0x08: "Delete-Foreign-Device-Table-Entry",
    0x09: "Distribute-Broadcast-To-Network", 0x0A: "Original-Unicast-NPDU", 0x0B: "Original-Broadcast-NPDU",
    0x0C: "Secured-BVLL",
}  # fmt: skip
FORWARDED, CARRIERS = 0x04, (0x04, 0x09, 0x0A, 0x0B)
APDUS = {
    0: "Confirmed-REQ", 1: "Unconfirmed-REQ", 2: "Simple-ACK", 3: "Complex-ACK", 4: "Segment-ACK", 5: "Error",
    6: "Reject", 7: "Abort",
}  # fmt: skip
CONFIRMED = {
    0: "acknowledgeAlarm", 1: "confirmedCOVNotification", 2: "confirmedEventNotification", 3: "getAlarmSummary",
    4: "getEnrollmentSummary", 5: "subscribeCOV", 6: "atomicReadFile", 7: "atomicWriteFile", 8: "addListElement",
    9: "removeListElement", 10: "createObject", 11: "deleteObject", 12: "readProperty",
    13: "readPropertyConditional", 14: "readPropertyMultiple", 15: "writeProperty", 16: "writePropertyMultiple",
    17: "deviceCommunicationControl", 18: "confirmedPrivateTransfer", 19: "confirmedTextMessage",
    20: "reinitializeDevice", 26: "readRange", 28: "subscribeCOVProperty", 29: "getEventInformation",
}  # fmt: skip
UNCONFIRMED = {
    0: "i-Am", 1: "i-Have", 2: "unconfirmedCOVNotification", 3: "unconfirmedEventNotification",
    4: "unconfirmedPrivateTransfer", 5: "unconfirmedTextMessage", 6: "timeSynchronization", 7: "who-Has", 8: "who-Is",
    9: "utcTimeSynchronization",
}  # fmt: skip


class BVLC(Layer):
    """BACnet's virtual link."""

    name, label, column = "bvlc", "BACnet Virtual Link Control", "BVLC"
    binds = {"udp.port": (47808,)}
    accepts = lambda p: (p.u8(0) == 0x81) | (p.u8(0) == 0x82)
    reaches = ("bacnet", "data")

    type = u8(0, "bvlc.type", "Type", HEX, names={0x81: "BACnet/IP (Annex J)"})
    function = u8(1, "bvlc.function", "Function", HEX, names=FUNCTIONS)
    packet_size = u16(2, "bvlc.packet_length", "BACnet packet length")
    header_size = u16(
        None, "bvlc.length", "BVLC-Length", value=lambda h: where(h.function == FORWARDED, 10, 4)
    )  # of this header, as Wireshark has it
    forwarded = raw(None, "", "Forwarded from", size=6)
    other = raw(None, "", "Data")

    @staticmethod
    def info(function: int) -> str:
        return f"BVLC Function {FUNCTIONS.get(function, f'Unknown 0x{function:02x}')}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.function == FORWARDED:
            c.add(cls.forwarded)
        if c.h.function in CARRIERS and c.remaining:
            c.child("bacnet")
        elif c.h.function not in FUNCTIONS and c.remaining:
            c.child("data")
        c.rest(cls.other)


_origin: Expr = lambda h: where(h.has_target, 8 + h.target_len, 5)  # where the source's address begins


class BACnet(Layer):
    """The network layer's header."""

    name, label, column = "bacnet", "Building Automation and Control Network NPDU", "BACnet"
    binds = {"llc.dsap": (0x82,)}
    next = (To("bacapp", when=lambda h: h.is_network == 0),)

    version = u8(0, "bacnet.version", "Version")
    control = u8(1, "bacnet.control", "Control", HEX)
    is_network = flag(1, "bacnet.control_net", "NSDU contains", 0x80)
    control_6 = flag(1, "bacnet.control_res1", "Reserved", 0x40)
    has_target = flag(1, "bacnet.control_dest", "Destination Specifier", 0x20)
    control_4 = flag(1, "bacnet.control_res2", "Reserved", 0x10)
    has_origin = flag(1, "bacnet.control_src", "Source specifier", 0x08)
    expects = flag(1, "bacnet.control_expect", "Expecting Reply", 0x04)
    priority_high = flag(1, "bacnet.control_prio_high", "Priority", 0x02)
    priority_low = flag(1, "bacnet.control_prio_low", "Priority", 0x01)
    target = u16(lambda h: 2, "bacnet.dnet", "Destination Network Address", when=lambda h: h.has_target)
    target_len = u8(lambda h: 4, "bacnet.dlen", "Destination MAC Layer Address Length", when=lambda h: h.has_target)
    target_station = u8(lambda h: 5, "bacnet.dadr_mstp", "DADR", when=lambda h: h.target_len == 1)
    target_ether = ether(lambda h: 5, "bacnet.dadr_eth", "Destination ISO 8802-3 MAC Address", when=lambda h: h.target_len == 6)
    target_mac = raw(lambda h: 5, "bacnet.dadr_tmp", "Unknown Destination MAC", size=lambda h: h.target_len,
                     when=lambda h: (h.target_len > 1) & (h.target_len != 6))  # fmt: skip
    origin = u16(
        lambda h: where(h.has_target, 5 + h.target_len, 2), "bacnet.snet", "Source Network Address",
        when=lambda h: h.has_origin,
    )  # fmt: skip
    origin_len = u8(
        lambda h: where(h.has_target, 7 + h.target_len, 4), "bacnet.slen", "Source MAC Layer Address Length",
        when=lambda h: h.has_origin,
    )  # fmt: skip
    origin_station = u8(_origin, "bacnet.sadr_mstp", "SADR", when=lambda h: h.origin_len == 1)
    origin_ether = ether(_origin, "bacnet.sadr_eth", "SADR", when=lambda h: h.origin_len == 6)
    origin_mac = raw(_origin, "bacnet.sadr_tmp", "Unknown Source MAC", size=lambda h: h.origin_len,
                     when=lambda h: (h.origin_len > 1) & (h.origin_len != 6))  # fmt: skip
    hops = u8(
        lambda h: 5 + h.target_len + where(h.has_origin, 3 + h.origin_len, 0), "bacnet.hopc", "Hop Count",
        when=lambda h: h.has_target,
    )  # fmt: skip
    message = u8(lambda h: _network_end(h), "bacnet.mesgtyp", "Network Layer Message Type", HEX,
                 when=lambda h: h.is_network)  # fmt: skip

    length = lambda h: _network_end(h) + where(h.is_network, 1, 0)


def _network_end(h: object) -> object:
    """Where the addresses end."""
    target = where(h.has_target, 4 + h.target_len, 0)  # type: ignore[attr-defined]
    return 2 + target + where(h.has_origin, 3 + h.origin_len, 0)  # type: ignore[attr-defined]


class BACapp(Layer):
    """A request, or what came of it; what it is about are octets."""

    name, label = "bacapp", "Building Automation and Control Network APDU"
    column = "BACnet-APDU"

    type = u8(0, "bacapp.type", "APDU Type", mask=0xF0, names=APDUS)
    flags = u8(0, "bacapp.pduflags", "PDU Flags", HEX, mask=0x0F, when=lambda h: (h.type == 0) | (h.type == 3))
    sizes = raw(None, "", "Sizes", size=1)
    segment = raw(None, "", "Sequence number and window", size=2)
    invoke = u8(None, "bacapp.invoke_id", "Invoke ID")
    confirmed = u8(None, "bacapp.confirmed_service", "Service Choice", names=CONFIRMED)
    unconfirmed = u8(None, "bacapp.unconfirmed_service", "Unconfirmed Service Choice", names=UNCONFIRMED)
    other = raw(None, "", "Data")

    @staticmethod
    def info(type: int) -> str:
        return APDUS.get(type, f"Unknown APDU ({type})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.type
        if kind == 1:
            service = c.add(cls.unconfirmed)
            c.append_info(f" {UNCONFIRMED.get(service, str(service))}")
        elif kind <= 7:
            if kind == 0:
                c.add(cls.sizes)
            invoke = c.add(cls.invoke)
            if kind in (0, 3) and c.h.octets[c.h.start] & 0x08:
                c.add(cls.segment)
            if kind in (0, 2, 3, 5):
                service = c.add(cls.confirmed)
                c.append_info(f" {CONFIRMED.get(service, str(service)):<10}[{invoke:3}]")
        c.rest(cls.other)


TYPES = {"HEL": "Hello", "ACK": "Acknowledge", "ERR": "Error", "OPN": "OpenSecureChannel", "CLO": "CloseSecureChannel",
         "MSG": "UA Secure Conversation Message", "RHE": "Reverse Hello"}  # fmt: skip
CHANNELED, HELLO, ACKNOWLEDGE = ("OPN", "CLO", "MSG"), "HEL", "ACK"
HEADER = 8


def is_message(p: Any) -> Any:
    """Whether a segment begins with a type in capitals and a chunk's letter: F, C or A."""
    letters = (p.u8(0) >= 0x41) & (p.u8(0) <= 0x5A) & (p.u8(1) >= 0x41) & (p.u8(1) <= 0x5A) & (p.u8(2) >= 0x41)
    return letters & (p.u8(2) <= 0x5A) & ((p.u8(3) == 0x46) | (p.u8(3) == 0x43) | (p.u8(3) == 0x41))


class OPCUA(Layer):
    """The messages of a segment; services are octets."""

    name, label, column = "opcua", "OpcUa Binary Protocol", "OpcUa"
    binds = {"tcp.port": (4840,)}
    accepts = is_message
    messages = Messages(
        header=HEADER,
        length=lambda p: where(
            (p.u8(7) == 0) & (p.u8(6) < 0x40) & (p.u8(0) >= 0x41) & (p.u8(0) <= 0x5A),
            p.u8(4) + (p.u8(5) << 8) + (p.u8(6) << 16), AS_IT_IS,
        ),
    )  # fmt: skip

    message = group("", "Message")
    type = string(None, "opcua.transport.type", "Message Type", size=3)
    chunk = string(None, "opcua.transport.chunk", "Chunk Type", size=1)
    size_of = u32(None, "opcua.transport.size", "Message Size", little=True)
    version = u32(None, "opcua.transport.ver", "Version", little=True)
    receive = u32(None, "opcua.transport.rbs", "ReceiveBufferSize", little=True)
    send = u32(None, "opcua.transport.sbs", "SendBufferSize", little=True)
    most = u32(None, "opcua.transport.mms", "MaxMessageSize", little=True)
    chunks = u32(None, "opcua.transport.mcc", "MaxChunkCount", little=True)
    endpoint = Field("opcua.transport.endpoint", "EndpointUrl", STRING)
    channel = u32(None, "opcua.transport.scid", "SecureChannelId", little=True)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            size = c.peek(4, 4, little=True)
            with c.group(cls.message, min(max(size, HEADER), c.limit - c.pos)) as c:
                kind = c.add(cls.type)
                c.add(cls.chunk)
                c.add(cls.size_of)
                if kind in (HELLO, ACKNOWLEDGE):
                    for field in (cls.version, cls.receive, cls.send, cls.most, cls.chunks):
                        c.add(field)
                    if kind == HELLO and c.remaining >= 4:
                        length = c.peek(4, little=True)
                        c.add(cls.endpoint, 4 + length, value=c.peek_bytes(length, 4).decode("utf-8", "replace"))
                elif kind in CHANNELED:
                    c.add(cls.channel)
                c.rest(cls.other)
            said.append(f"{TYPES.get(kind, 'Unknown')} message")
        c.info(", ".join(said))
