"""Stores of documents and queues: MongoDB's wire protocol, Kafka's.

    +----------------+----------------+----------------+----------------+
    | message length |   request id   |  response to   |     opcode     |  MongoDB, little-endian
    +----------------+----------------+----------------+----------------+
    | length         | API, version   | correlation id | client         |  Kafka, a request
    +----------------+----------------+----------------+----------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    INT16,
    INT32,
    INT64,
    STRINGZ,
    Field,
    flag,
    group,
    raw,
    string,
    u32,
    where,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

REPLY, UPDATE, INSERT, QUERY, GET_MORE, DELETE, KILL, COMPRESSED, MESSAGE = 1, 2001, 2002, 2004, 2005, 2006, 2007, 2012, 2013
OPCODES = {
    REPLY: "Reply", 1000: "Message", UPDATE: "Update document", INSERT: "Insert document", QUERY: "Query",
    GET_MORE: "Get More", DELETE: "Delete document", KILL: "Kill Cursors", 2010: "Command", 2011: "Command Reply",
    COMPRESSED: "Compressed Data", MESSAGE: "Extensible Message Format",
}  # fmt: skip
HEADER = 16


def _int32(name: str, label: str, **rest: object) -> Field:
    return Field(name, label, INT32, little=True, **rest)  # type: ignore[arg-type]


class Mongo(Layer):
    """The messages of a segment; documents are octets."""

    name, label, column = "mongo", "Mongo Wire Protocol", "MONGO"
    binds = {"tcp.port": (27017,)}
    messages = Messages(
        header=HEADER,
        length=lambda p: where(
            (p.u8(3) <= 2) & (p.u8(14) == 0) & (p.u8(15) == 0) & (p.u8(13) <= 7),
            p.u8(0) + (p.u8(1) << 8) + (p.u8(2) << 16) + (p.u8(3) << 24), AS_IT_IS,
        ),
    )  # fmt: skip

    message = group("", "Message")
    size_of = _int32("mongo.message_length", "Message Length")
    request = u32(None, "mongo.request_id", "Request ID", HEX, little=True)
    response = u32(None, "mongo.response_to", "Response To", HEX, little=True)
    opcode = _int32("mongo.opcode", "OpCode", names=OPCODES)
    flags = u32(None, "mongo.msg.flags", "Message Flags", HEX, little=True)
    checksum = flag(None, "mongo.msg.flags.checksumpresent", "ChecksumPresent", 0x01, little=True, within=flags)
    more = flag(None, "mongo.msg.flags.moretocome", "MoreToCome", 0x02, little=True, within=flags)
    exhaust = flag(None, "mongo.msg.flags.exhaustallowed", "ExhaustAllowed", 0x10000, little=True, within=flags)
    section = group("mongo.msg.sections.section", "Section")
    kind = _int32("mongo.msg.sections.section.kind", "Kind", size=1, names={0: "Body", 1: "Document Sequence"})
    section_size = _int32("mongo.msg.sections.section.size", "Size")
    sequence = string(None, "mongo.msg.sections.section.doc_sequence_id", "SeqID")
    document = group("mongo.document", "Document")
    document_length = _int32("mongo.document.length", "Document length")
    collection = Field("mongo.full_collection_name", "fullCollectionName", STRINGZ)
    to_skip = _int32("mongo.number_to_skip", "Number To Skip")
    to_return = _int32("mongo.number_to_return", "Number to Return")
    cursor = Field("mongo.cursor_id", "Cursor ID", INT64, little=True)
    first = _int32("mongo.starting_from", "Starting From")
    returned = _int32("mongo.number_returned", "Number Returned")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        while c.remaining:
            size = c.peek(4, little=True)
            with c.group(cls.message, min(max(size, HEADER), c.limit - c.pos)) as c:
                for field in (cls.size_of, cls.request, cls.response):
                    c.add(field)
                code = c.add(cls.opcode)
                cls._body(c, code)
                c.rest(cls.other)
            said.append(OPCODES.get(code, f"Unknown ({code})"))
        c.info(", ".join(said))

    @classmethod
    def _body(cls, c: Cursor, code: int) -> None:
        if code == MESSAGE:
            c.add(cls.flags)
            while c.remaining >= 5:
                cls._section(c)
        elif code == QUERY:
            c.add(cls.other, 4)
            octets = c.peek_bytes(c.remaining)
            size = octets.find(b"\0") + 1 or len(octets)
            c.add(cls.collection, size, value=octets[:size].rstrip(b"\0").decode("utf-8", "replace"))
            c.add(cls.to_skip)
            c.add(cls.to_return)
            cls._documents(c)
        elif code == REPLY:
            c.add(cls.other, 4)
            for field in (cls.cursor, cls.first, cls.returned):
                c.add(field)
            cls._documents(c)

    @classmethod
    def _section(cls, c: Cursor) -> None:
        with c.group(cls.section, 1 + c.peek(4, 1, little=True)) as c:
            if c.add(cls.kind) == 1:
                c.add(cls.section_size)
                octets = c.peek_bytes(c.remaining)
                size = octets.find(b"\0") + 1 or len(octets)
                c.add(cls.sequence, size, value=octets[:size].rstrip(b"\0").decode("utf-8", "replace"))
            cls._documents(c)

    @classmethod
    def _documents(cls, c: Cursor) -> None:
        while c.remaining >= 5:
            with c.group(cls.document, max(c.peek(4, little=True), 5)) as c:
                c.add(cls.document_length)
                c.rest(cls.other)


APIS = {
    0: "Produce", 1: "Fetch", 2: "Offsets", 3: "Metadata", 4: "LeaderAndIsr", 5: "StopReplica", 6: "UpdateMetadata",
    7: "ControlledShutdown", 8: "OffsetCommit", 9: "OffsetFetch", 10: "FindCoordinator", 11: "JoinGroup",
    12: "Heartbeat", 13: "LeaveGroup", 14: "SyncGroup", 15: "DescribeGroups", 16: "ListGroups", 17: "SaslHandshake",
    18: "ApiVersions", 19: "CreateTopics", 20: "DeleteTopics", 36: "SaslAuthenticate",
}  # fmt: skip
KAFKA_PORT = 9092


class Kafka(Layer):
    """Requests by their headers; replies, which do not tell what they answer, by their numbers."""

    name, label, column = "kafka", "Kafka", "Kafka"
    binds = {"tcp.port": (KAFKA_PORT,)}
    messages = Messages(header=4, length=lambda p: where((p.u32(0) >= 4) & (p.u32(0) < 1 << 28), 4 + p.u32(0), AS_IT_IS))

    message = group("", "Message")
    size_of = Field("kafka.len", "Length", INT32)
    api = Field("kafka.api_key", "API Key", INT16, names=APIS)
    version = Field("kafka.api_version", "API Version", INT16)
    correlation = Field("kafka.correlation_id", "Correlation ID", INT32)
    client_length = Field("", "Length", INT16)
    client = string(None, "kafka.client_id", "Client ID")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        front = carrier is None or carrier.dstport == KAFKA_PORT
        said = list[str]()
        while c.remaining:
            with c.group(cls.message, min(4 + c.peek(4), c.limit - c.pos)) as c:
                c.add(cls.size_of)
                if front:
                    api, version = c.add(cls.api), c.add(cls.version)
                    said.append(f"Kafka {APIS.get(api, f'Unknown API {api}')} v{version} Request")
                else:
                    said.append("Kafka Response")
                c.add(cls.correlation)
                if front:
                    size = c.add(cls.client_length)
                    if size > 0:
                        c.add(cls.client, size)
                c.rest(cls.other)
        c.info(", ".join(said))
