"""Cassandra's CQL, binary protocol versions 3 to 5 (native_protocol_v4.spec).

     0                   1                   2                   3
    +---+-----------+---------------+-------------------------------+
    |dir|  version  |     flags     |            stream             |
    +---+-----------+---------------+-------------------------------+
    |    opcode     |  length (4), then the body                    |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT32, Field, flag, group, i16, i32, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

OPCODES = {
    0: "ERROR", 1: "STARTUP", 2: "READY", 3: "AUTHENTICATE", 5: "OPTIONS", 6: "SUPPORTED", 7: "QUERY", 8: "RESULT",
    9: "PREPARE", 10: "EXECUTE", 11: "REGISTER", 12: "EVENT", 13: "BATCH", 14: "AUTH_CHALLENGE", 15: "AUTH_RESPONSE",
    16: "AUTH_SUCCESS",
}  # fmt: skip
CONSISTENCIES = {
    0: "ANY", 1: "ONE", 2: "TWO", 3: "THREE", 4: "QUORUM", 5: "ALL", 6: "LOCAL_QUORUM", 7: "EACH_QUORUM", 8: "SERIAL",
    9: "LOCAL_SERIAL", 10: "LOCAL_ONE",
}  # fmt: skip
KINDS = {
    1: "VOID", 2: "Rows", 3: "Set Keyspace", 4: "Prepared", 5: "Schema Change",
}  # fmt: skip
TYPES = {
    0: "CUSTOM", 1: "ASCII", 2: "BIGINT", 3: "BLOB", 4: "BOOLEAN", 5: "COUNTER", 6: "DECIMAL", 7: "DOUBLE",
    8: "FLOAT", 9: "INT", 11: "TIMESTAMP", 12: "UUID", 13: "VARCHAR", 14: "VARINT", 15: "TIMEUUID", 16: "INET",
    17: "DATE", 18: "TIME", 19: "SMALLINT", 20: "TINYINT", 32: "LIST", 33: "MAP", 34: "SET", 48: "UDT", 49: "TUBPLE",
}  # fmt: skip
DIRECTIONS = {0: "Request", 8: "Response"}
ERROR, STARTUP, READY, AUTHENTICATE, OPTIONS, SUPPORTED, QUERY, RESULT, PREPARE, EXECUTE = 0, 1, 2, 3, 5, 6, 7, 8, 9, 10
REGISTER, EVENT, BATCH, AUTH_RESPONSE, AUTH_SUCCESS = 11, 12, 13, 15, 16
ROWS, SET_KEYSPACE, PREPARED = 2, 3, 4
COMPRESSED = 0x01
MOST = 2000  # frames of a segment, items of a list


class CQL(Layer):
    """The frames of a segment, or one that TCP put together."""

    name, label, column = "cql", "Cassandra CQL Protocol", "CQL"
    binds = {"tcp.port": (9042,)}
    accepts = lambda p: (p.u8(0) & 0x7F >= 3) & (p.u8(0) & 0x7F <= 5)
    messages = Messages(header=9, length=lambda p: where(
        ((p.u8(0) & 0x7F) >= 3) & ((p.u8(0) & 0x7F) <= 5), 9 + p.u32(5), AS_IT_IS))  # fmt: skip

    frame = group("", "Frame")
    version = u8(None, "cql.version", "Version", HEX)
    protocol_version = u8(0, "cql.protocol_version", "Protocol version", mask=0x0F, within=version)
    direction = u8(0, "cql.direction", "Direction", HEX, mask=0xF0, within=version, names=DIRECTIONS)
    flags = u8(None, "cql.flags", "Flags", HEX)
    compression = flag(0, "cql.flags.compression", "Compression", 0x01, within=flags)
    tracing = flag(0, "cql.flags.tracing", "Tracing", 0x02, within=flags)
    custom_payload = flag(0, "cql.flags.custom_payload", "Custom Payload", 0x04, within=flags)
    warning = flag(0, "cql.flags.warning", "Warning", 0x08, within=flags)
    reserved = u8(0, "cql.flags.reserved", "Reserved", HEX, mask=0xFC, within=flags)
    stream = i16(None, "cql.stream", "Stream Identifier")
    opcode = u8(None, "cql.opcode", "Opcode", mask=0x7F, names=OPCODES)
    message_length = u32(None, "cql.message_length", "Message Length")
    body = group("", "Message")
    map_size = u16(None, "cql.string_map_size", "String Map Size")
    list_size = u16(None, "cql.string_list_size", "String List Size")
    short_length = Field("cql.string_length", "String Length", UINT32, size=2)
    long_length = Field("cql.string_length", "String Length", UINT32)
    text = string(None, "cql.string", "String")
    consistency = u16(None, "cql.consistency", "Consistency", HEX, names=CONSISTENCIES)
    query_flags = u8(None, "cql.query.flags", "Flags", HEX)
    query_values = flag(0, "cql.query.flags.values", "Values", 0x01, within=query_flags)
    skip_metadata = flag(0, "cql.query.flags.skip_metadata", "Skip Metadata", 0x02, within=query_flags)
    page_size_flag = flag(0, "cql.query.flags.page_size", "Page Size", 0x04, within=query_flags)
    paging_flag = flag(0, "cql.query.flags.paging_state", "Paging State", 0x08, within=query_flags)
    serial_flag = flag(0, "cql.query.flags.serial_consistency", "Serial Consistency", 0x10, within=query_flags)
    timestamp_flag = flag(0, "cql.query.flags.default_timestamp", "Default Timestamp", 0x20, within=query_flags)
    names_flag = flag(0, "cql.query.flags.value_names", "Names for Values", 0x40, within=query_flags)
    query_reserved = u8(0, "cql.query_flags.reserved", "Reserved", HEX, mask=0x80, within=query_flags)
    value_count = u16(None, "cql.value_count", "Value count")
    int_length = i32(None, "cql.bytes_length.int", "Bytes length")
    short_bytes = u16(None, "cql.bytes_length.short", "Bytes length")
    value_octets = raw(None, "cql.bytes", "Bytes")
    page_size = i32(None, "cql.page_size", "Page size")
    query_id = raw(None, "cql.query_id", "Query ID")
    error_code = i32(None, "cql.error_code", "Error Code")
    result_kind = i32(None, "cql.result.kind", "Result Kind", names=KINDS)
    batch_type = u8(None, "cql.batch_type", "Batch type")
    batch_size = u16(None, "cql.batch_query_size", "Batch Query Size")
    rows_flags = Field("cql.result.rows.flags", "Rows Result Flags", UINT32)
    global_tables = flag(0, "cql.result.rows.flags.global_tables", "Global tables spec.", 0x01, within=rows_flags, size=4)
    more_pages = flag(0, "cql.result.rows.flags.has_more_pages", "Has More Pages", 0x02, within=rows_flags, size=4)
    no_metadata = flag(0, "cql.result.rows.flags.no_metadata", "No Metadata", 0x04, within=rows_flags, size=4)
    columns = i32(None, "cql.result.rows.column_count", "Column Count")
    keyspace = string(None, "cql.result.rows.keyspace_name", "Global Spec Keyspace Name")
    table = string(None, "cql.result.rows.table_name", "Global Spec Table Name")
    column_name = string(None, "cql.result.rows.column_name", "Column Name")
    data_type = u16(None, "cql.data_type", "CQL Data Type", names=TYPES)
    compressed = raw(None, "cql.raw_compressed_bytes", "Raw compressed bytes")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said, count = list[str](), 0
        while c.remaining and count < MOST:
            count += 1
            with c.group(cls.frame, 9 + c.peek(4, 5)) as c:
                said.append(cls._frame(c))
            c.info(", ".join(said))
        c.rest(cls.other)

    @classmethod
    def _frame(cls, c: Cursor) -> str:
        version = c.add(cls.version)
        flags = c.add(cls.flags)
        c.add(cls.stream)
        opcode = c.add(cls.opcode)
        size = c.add(cls.message_length)
        way = "S->C" if version & 0x80 else "C->S"
        name = OPCODES.get(opcode, f"0x{opcode:02x}")
        if size and c.remaining:
            with c.group(cls.body, size, f"Message {name}") as c:
                if flags & COMPRESSED:
                    c.rest(cls.compressed)
                elif opcode in READERS:
                    READERS[opcode](c)
                c.rest(cls.other)
        return f"v{version & 15} {way} Type {name}"


def short(c: Cursor, field: Field | None = None) -> None:
    """A text with two octets of length."""
    c.add(field or CQL.text, c.add(CQL.short_length))


def startup(c: Cursor) -> None:
    for _ in range(c.add(CQL.map_size)):
        short(c)
        short(c)


def supported(c: Cursor) -> None:
    for _ in range(c.add(CQL.map_size)):
        short(c)
        register(c)


def register(c: Cursor) -> None:
    for _ in range(c.add(CQL.list_size)):
        short(c)


def parameters(c: Cursor) -> None:
    """What goes with a query."""
    c.add(CQL.consistency)
    flags = c.add(CQL.query_flags)
    if flags & 0x01:
        for _ in range(c.add(CQL.value_count)):
            if flags & 0x40:
                short(c)
            size = c.add(CQL.int_length)
            if size > 0:
                c.add(CQL.value_octets, size)
    if flags & 0x04:
        c.add(CQL.page_size)


def query(c: Cursor) -> None:
    c.add(CQL.text, c.add(CQL.long_length))
    parameters(c)


def prepare(c: Cursor) -> None:
    c.add(CQL.text, c.add(CQL.long_length))


def execute(c: Cursor) -> None:
    c.add(CQL.query_id, c.add(CQL.short_bytes))
    parameters(c)


def batch(c: Cursor) -> None:
    c.add(CQL.batch_type)
    c.add(CQL.batch_size)


def failure(c: Cursor) -> None:
    c.add(CQL.error_code)
    short(c)


def event(c: Cursor) -> None:
    short(c)


def result(c: Cursor) -> None:
    kind = c.add(CQL.result_kind)
    if kind == ROWS:
        rows(c)
    elif kind == SET_KEYSPACE:
        short(c)
    elif kind == PREPARED:
        c.add(CQL.query_id, c.add(CQL.short_bytes))


def rows(c: Cursor) -> None:
    """The columns of rows; the rows stay octets."""
    flags = c.add(CQL.rows_flags)
    count = c.add(CQL.columns)
    if flags & 0x02:
        c.add(CQL.value_octets, max(c.add(CQL.int_length), 0))
    if flags & 0x04:
        return
    if flags & 0x01:
        short(c, CQL.keyspace)
        short(c, CQL.table)
    for _ in range(min(max(count, 0), MOST)):
        if not flags & 0x01:
            short(c, CQL.keyspace)
            short(c, CQL.table)
        short(c, CQL.column_name)
        if c.add(CQL.data_type) in (0x00, 0x20, 0x21, 0x22, 0x30, 0x31):
            return  # a type that has types


READERS: dict[int, Callable[[Cursor], None]] = {
    ERROR: failure, STARTUP: startup, SUPPORTED: supported, QUERY: query, RESULT: result, PREPARE: prepare,
    EXECUTE: execute, REGISTER: register, EVENT: event, BATCH: batch, AUTHENTICATE: event,
}  # fmt: skip
