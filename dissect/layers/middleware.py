"""Messages between programs: CORBA's GIOP, the financial exchange's FIX, and SOME/IP of cars (AUTOSAR).

    GIOP: "GIOP", version, flags, type, size;  FIX: 8=FIX.4.2 SOH 9=length SOH ... 10=checksum SOH
    SOME/IP: service and method (16 bits each), length, client and session (16 bits each), versions, type, return code
"""

from __future__ import annotations

import re

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, HEX, STRING, Field, bits, flag, group, raw, string, u8, u16, u24, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.peek import Likely
from dissect.layers.fix_names import TAGS

GIOP_TYPES = {0: "Request", 1: "Reply", 2: "CancelRequest", 3: "LocateRequest", 4: "LocateReply", 5: "CloseConnection",
              6: "MessageError", 7: "Fragment"}  # fmt: skip
REPLIES = {0: "No Exception", 1: "User Exception", 2: "System Exception", 3: "Location Forward", 4: "Location Forward Perm",
           5: "Needs Addressing Mode"}  # fmt: skip
GIOP_HEADER = 12


class GIOP(Layer):
    """One message by its header, with its number and what is asked for."""

    name, label, column = "giop", "General Inter-ORB Protocol", "GIOP"
    heuristics = ("tcp", "udp")
    likely = Likely.opening(b"GIOP")
    probe = lambda p: (p.length >= GIOP_HEADER) & (p.u32(0) == 0x47494F50) & (p.u8(4) == 1)
    reaches = ("giop",)
    messages = Messages(
        header=GIOP_HEADER,
        length=lambda p: where(
            p.u32(0) == 0x47494F50,
            GIOP_HEADER + where(
                (p.u8(6) & 1) > 0, p.u8(8) + (p.u8(9) << 8) + (p.u8(10) << 16) + (p.u8(11) << 24), p.u32(8)
            ),
            AS_IT_IS,
        ),
    )  # fmt: skip

    magic = string(0, "giop.magic", "Magic", size=4)
    major, minor = u8(4, "giop.major_version", "Major Version"), u8(5, "giop.minor_version", "Minor Version")
    flags = u8(6, "giop.flags", "Message Flags", HEX)
    flag_bits = bits(
        flags, "giop.flags", ("ziop_enabled", "ZIOP Enabled", 0x08), ("ziop_supported", "ZIOP Supported", 0x04),
        ("fragment", "Fragment", 0x02), ("little_endian", "Little Endian", 0x01),
    )  # fmt: skip
    type = u8(7, "giop.type", "Message type", names=GIOP_TYPES)
    size_of = u32(8, "giop.len", "Message size", when=lambda h: (h.flags & 1) == 0)
    size_little = u32(8, "giop.len", "Message size", little=True, when=lambda h: (h.flags & 1) > 0)
    request = u32(None, "giop.request_id", "Request id"), u32(None, "giop.request_id", "Request id", little=True)
    status = u32(None, "giop.replystatus", "Reply status", names=REPLIES), u32(
        None, "giop.replystatus", "Reply status", names=REPLIES, little=True
    )
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(major: int, minor: int, type: int, size_of: int, size_little: int) -> str:
        return f"GIOP {major}.{minor} {GIOP_TYPES.get(type, 'Unknown')}, s={size_of or size_little}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        little = h.flags & 1
        size = h.size_little if little else h.size_of
        c.pos = h.start + GIOP_HEADER
        end = min(c.pos + size, c.limit)
        if h.minor >= 2 and h.type in (0, 1, 3, 4, 7) and c.remaining >= 4:
            c.append_info(f" id={c.add(cls.request[little])}")
            if h.type == 1:
                c.append_info(f": {REPLIES.get(c.add(cls.status[little]), 'Unknown')}")
        if end > c.pos:
            c.add(cls.other, min(end, c.end) - c.pos)
        if c.remaining >= GIOP_HEADER and c.peek_bytes(4) == b"GIOP":
            c.child("giop")


SOH = b"\x01"
LENGTH_TAG = re.compile(rb"8=FIX[^\x01]{1,12}\x019=(\d{1,6})\x01")
FIX_MESSAGES = {
    "0": "Heartbeat", "1": "TestRequest", "2": "ResendRequest", "3": "Reject", "4": "SequenceReset", "5": "Logout",
    "6": "IOI", "8": "ExecutionReport", "9": "OrderCancelReject", "A": "Logon", "B": "News", "D": "NewOrderSingle",
    "F": "OrderCancelRequest", "G": "OrderCancelReplaceRequest", "H": "OrderStatusRequest", "R": "QuoteRequest",
    "S": "Quote", "V": "MarketDataRequest", "W": "MarketDataSnapshotFullRefresh", "X": "MarketDataIncrementalRefresh",
    "Y": "MarketDataRequestReject", "c": "SecurityDefinitionRequest", "d": "SecurityDefinition", "j": "BusinessMessageReject",
}  # fmt: skip
TRAILER, MOST_TAGS = 7, 5000


def fix_size(octets: bytes, at: int) -> int:
    """A message's length."""
    found = LENGTH_TAG.match(octets, at)
    if found is None:
        short = len(octets) - at < 24 and (octets[at : at + 5] == b"8=FIX"[: len(octets) - at])
        return MORE if short else AS_IT_IS
    return found.end() - at + int(found[1]) + TRAILER


class FIX(Layer):
    """The messages of a segment."""

    name, label, column = "fix", "Financial Information eXchange Protocol", "FIX"
    heuristics = ("tcp",)
    likely = Likely.opening(b"8=FIX")
    probe = lambda p: (p.length >= 10) & (p.u32(0) == 0x383D4649) & (p.u8(4) == 0x58)
    messages = Messages(scan=fix_size)

    pair = string(None, "", "Field")
    tags = {number: Field(f"fix.{name}", f"{name} ({number})", STRING) for number, name in TAGS.items()}
    tag_fields = tuple(tags.values())
    unknown = u16(None, "fix.field.tag", "Field Tag")
    value = string(None, "fix.field.value", "Field Value")
    good = Field("fix.checksum_good", "Good Checksum", BOOLEAN)
    bad = Field("fix.checksum_bad", "Bad Checksum", BOOLEAN)
    data = raw(None, "fix.data", "Continuation Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.peek_bytes(min(5, c.remaining)) != b"8=FIX":
            c.info("[FIX continuation]")
            c.rest(cls.data)
            return
        kind, count, start = "", 0, c.pos
        while c.remaining and count < MOST_TAGS:
            count += 1
            end = c.data.find(SOH, c.pos, c.end)
            size = (c.end if end < 0 else end + 1) - c.pos
            number, equals, text = c.peek_bytes(size).rstrip(SOH).partition(b"=")
            if not (number.isdigit() and equals) or len(number) > 5:
                break
            tag, shown = int(number), text.decode("utf-8", "replace")
            if tag == 10:
                cls._checksum(c, start, shown)
                start = c.pos + size
            if tag == 35 and not kind:
                kind = shown
            field = cls.tags.get(tag)
            with c.group(field or cls.pair, size, value=shown) as c:
                if field is None and tag <= 0xFFFF:
                    c.derived(cls.unknown, tag)
                    c.derived(cls.value, shown)
                c.pos = c.end
        c.info(FIX_MESSAGES.get(kind, f"FIX Message ({kind})"))
        c.rest(cls.data)

    @classmethod
    def _checksum(cls, c: Cursor, start: int, said: str) -> None:
        right = said.isdigit() and sum(c.data[start : c.pos]) % 256 == int(said[:4])
        c.derived(cls.good, right)
        c.derived(cls.bad, not right)


SOMEIP_TYPES = {
    0x00: "Request", 0x01: "Request no response", 0x02: "Notification", 0x40: "Request Ack",
    0x41: "Request no response Ack", 0x42: "Notification Ack", 0x80: "Response", 0x81: "Error", 0xC0: "Response Ack",
    0xC1: "Error Ack", 0x20: "Request", 0x21: "Request no response", 0x22: "Notification", 0xA0: "Response", 0xA1: "Error",
}  # fmt: skip
CODES = {
    0: "Ok", 1: "Not Ok", 2: "Unknown Service", 3: "Unknown Method", 4: "Not Ready", 5: "Not Reachable", 6: "Timeout",
    7: "Wrong Protocol Version", 8: "Wrong Interface Version", 9: "Malformed Message", 10: "Wrong Message Type",
}  # fmt: skip
DISCOVERY = 0xFFFF8100
SOMEIP_HEADER = 16


class SomeIP(Layer):
    """One message; those behind it follow as further layers.

    No port leads here, as in Wireshark: ``-d udp.port==30490,someip`` does.
    """

    name, label, column = "someip", "SOME/IP Protocol", "SOME/IP"
    reaches = ("someip", "someipsd")

    message = u32(0, "someip.messageid", "Message ID", HEX)
    service = u16(0, "someip.serviceid", "Service ID", HEX, within=message)
    method = u16(2, "someip.methodid", "Method ID", HEX, within=message)
    size_of = u32(4, "someip.length", "Length")
    client = u16(8, "someip.clientid", "Client ID", HEX)
    session = u16(10, "someip.sessionid", "Session ID", HEX)
    version = u8(12, "someip.protoversion", "SOME/IP Version", HEX)
    interface = u8(13, "someip.interfaceversion", "Interface Version", HEX)
    type = u8(14, "someip.messagetype", "Message Type", HEX, names=SOMEIP_TYPES)
    acknowledged = flag(14, "someip.messagetype.ack", "Message Type Ack Flag", 0x40, within=type)
    segmented = flag(14, "someip.messagetype.tp", "Message Type TP Flag", 0x20, within=type)
    code = u8(15, "someip.returncode", "Return Code", HEX, names=CODES)
    content = raw(None, "someip.payload", "Payload")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(service: int, method: int, type: int) -> str:
        return f"SOME/IP Protocol (Service ID: 0x{service:04x}, Method ID: 0x{method:04x}, Length: {type})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        c.pos = h.start + SOMEIP_HEADER
        size = min(max(h.size_of - 8, 0), c.limit - c.pos)
        if h.message == DISCOVERY and size:
            c.child("someipsd", size)
        elif size:
            c.add(cls.content, min(size, c.remaining))
        if c.remaining >= SOMEIP_HEADER:
            c.child("someip")


ENTRIES = {0: "Find Service", 1: "Offer Service", 6: "Subscribe Eventgroup", 7: "Subscribe Eventgroup Ack"}


class SomeIPDiscovery(Layer):
    """Who offers and who seeks services."""

    name, label, column = "someipsd", "SOME/IP Service Discovery Protocol", "SOME/IP-SD"

    flags = u8(0, "someipsd.flags", "Flags", HEX)
    flag_bits = bits(
        flags, "someipsd.flags", ("reboot", "Reboot Flag", 0x80), ("unicast", "Unicast Flag", 0x40),
        ("exp_init_events", "Explicit Initial Events Flag", 0x20),
    )  # fmt: skip
    reserved = u24(1, "someipsd.reserved", "Reserved")
    entries_length = u32(None, "someipsd.length_entriesarray", "Length of Entries Array")
    entry = group("someipsd.entry", "Entry")
    type = u8(None, "someipsd.entry.type", "Type", HEX, names=ENTRIES)
    service = u16(None, "someipsd.entry.serviceid", "Service ID", HEX)
    instance = u16(None, "someipsd.entry.instanceid", "Instance ID", HEX)
    index_1, index_2 = (u8(None, f"someipsd.entry.index{i}", f"Index {i}", HEX) for i in (1, 2))
    numbers = u8(None, "", "Numbers of options")
    number_1 = u8(None, "someipsd.entry.numopt1", "Number of Opts 1", HEX, mask=0xF0, within=numbers)
    number_2 = u8(None, "someipsd.entry.numopt2", "Number of Opts 2", HEX, mask=0x0F, within=numbers)
    major, ttl = u8(None, "someipsd.entry.majorver", "Major Version"), u24(None, "someipsd.entry.ttl", "TTL")
    minor = u32(None, "someipsd.entry.minorver", "Minor Version")
    reserved_8 = u8(None, "someipsd.entry.reserved", "Reserved", HEX)
    counter_word = u8(None, "", "Counter")
    initial = flag(None, "someipsd.entry.initialevents", "Initial Event Request", 0x80, within=counter_word)
    reserved_3 = u8(None, "someipsd.entry.reserved2", "Reserved", HEX, mask=0x70, within=counter_word)
    counter = u8(None, "someipsd.entry.counter", "Counter", HEX, mask=0x0F, within=counter_word)
    event_group = u16(None, "someipsd.entry.eventgroupid", "Eventgroup ID", HEX)
    options_length = u32(None, "someipsd.length_optionsarray", "Length of Options Array")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info() -> str:
        return "SOME/IP Service Discovery Protocol"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.pos = c.h.start + 4
        end = c.add(cls.entries_length) + c.pos
        said = list[str]()
        while c.pos + 16 <= end and c.remaining >= 16:
            with c.group(cls.entry, 16) as c:
                kind = c.add(cls.type)
                for field in (cls.index_1, cls.index_2, cls.numbers, cls.service, cls.instance, cls.major, cls.ttl):
                    c.add(field)
                if kind in (0, 1):
                    c.add(cls.minor)
                else:
                    c.add(cls.reserved_8)
                    c.add(cls.counter_word)
                    c.add(cls.event_group)
                said.append(ENTRIES.get(kind, f"Unknown ({kind})"))
                c.rest(cls.other)
        if c.remaining >= 4:
            c.add(cls.options_length)
        c.rest(cls.other)
        c.append_info(f" [{', '.join(said)}]" if said else "")
