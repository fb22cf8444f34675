"""Messages between nodes of clusters and their clients: Artemis, Hazelcast, Kyoto Tycoon, Performance Co-Pilot.

    Artemis: length (4), type (1), channel (8);  Hazelcast: lengths of head, key and value (4 each), version (1), operation (1)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    HEX,
    UINT8,
    UINT32,
    Field,
    flag,
    group,
    i64,
    ipv4,
    raw,
    string,
    u8,
    u16,
    u32,
    u64,
)  # fmt: skip
from dissect.engine.messages import Messages
from dissect.layers.stated import Stated, at_least


class Artemis(Stated):
    """ActiveMQ Artemis' own protocol."""

    name, label, column = "artemis", "Artemis Core Protocol", "ARTEMIS"
    binds = {"tcp.port": (5445,)}
    early = True
    messages = Messages(header=4, length=lambda p: at_least(4, p.u32(0) + 4))

    size_of = u32(None, "artemis.length", "Length")
    type, channel = u8(None, "artemis.type", "Type"), u64(None, "artemis.channel", "Channel")
    buffer = raw(None, "artemis.buffer", "Buffer")

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info("")
        if c.add(cls.size_of) < 9:
            c.note("error", "Protocol", "Frame length is too short", "artemis.len_short")
            return
        c.add(cls.type)
        c.add(cls.channel)
        c.rest(cls.buffer)


HAZELCAST_VERSION = 6
HAZELCAST_RESPONSES = {2: "RESPONSE_NONE", 3: "RESPONSE_SUCCESS", 4: "RESPONSE_FAILURE", 5: "RESPONSE_REDO"}


class Hazelcast(Stated):
    """A data grid, as versions before 3 spoke."""

    name, label, column = "hzlcst", "Hazelcast Wire Protocol", "HAZELCAST"
    binds = {"tcp.port": (5701,)}
    messages = Messages(header=13, length=lambda p: at_least(13, p.u32(0) + p.u32(4) + p.u32(8) + 13))

    head_size = u32(None, "hazelcast.hdr.length", "Hazelcast hdr length")
    key_size = u32(None, "hazelcast.hdr.keylength", "Hazelcast hdr key length")
    value_size = u32(None, "hazelcast.hdr.valuelength", "Hazelcast hdr value length")
    version = u8(None, "hazelcast.hdr.version", "Hazelcast hdr version")
    operation = u8(None, "hazelcast.operation", "Hazelcast operation")
    block = u32(None, "hazelcast.blockID", "Hazelcast blockID", HEX)
    thread = u32(None, "hazelcast.threadID", "Hazelcast threadID")
    flags = Field("hazelcast.flags", "hazelcast flags", UINT32, base=HEX)
    has_locks = flag(0, "hazelcast.flags.lockCount", "hazelcast lockCount flag", 0x01, size=1, within=flags)
    has_timeout = flag(0, "hazelcast.flags.timeout", "hazelcast timeout flag", 0x02, size=1, within=flags)
    has_ttl = flag(0, "hazelcast.flags.ttl", "hazelcast ttl flag", 0x04, size=1, within=flags)
    has_transaction = flag(0, "hazelcast.flags.txn", "hazelcast txn flag", 0x08, size=1, within=flags)
    has_long = flag(0, "hazelcast.flags.longValue", "hazelcast longValue flag", 0x10, size=1, within=flags)
    has_version = flag(0, "hazelcast.flags.version", "hazelcast version flag", 0x20, size=1, within=flags)
    of_client = flag(0, "hazelcast.flags.client", "hazelcast client flag", 0x40, size=1, within=flags)
    no_address = flag(0, "hazelcast.flags.lockAddrNull", "hazelcast lockAddrNull flag", 0x80, size=1, within=flags)
    locks = u32(None, "hazelcast.lockCount", "hazelcast lockCount")
    timeout = u64(None, "hazelcast.timeout", "hazelcast timeout")
    ttl = u64(None, "hazelcast.ttl", "hazelcast ttl")
    transaction = u64(None, "hazelcast.txnID", "hazelcast txnID")
    long_value = u64(None, "hazelcast.longValue", "hazelcast longValue")
    data_version = u64(None, "hazelcast.version", "hazelcast version")
    lock_address = ipv4(None, "hazelcast.lockaddr.ip", "hazelcast lock address IP")
    lock_port = u32(None, "hazelcast.lockaddr.port", "hazelcast lock address Port")
    call = i64(None, "hazelcast.callID", "hazelcast callID")
    response = u8(None, "hazelcast.responseType", "hazelcast response type", names=HAZELCAST_RESPONSES)
    name_size = u32(None, "hazelcast.nameLength", "hazelcast name length")
    map_name = string(None, "hazelcast.name", "hazelcast name")
    indices = u8(None, "hazelcast.indexCount", "hazelcast indexCount")
    key_hash = u32(None, "hazelcast.keyPartitionHash", "hazelcast keyPartitionHash", HEX)
    value_hash = u32(None, "hazelcast.valuePartitionHash", "hazelcast valuePartitionHash", HEX)
    key, value = raw(None, "hazelcast.keys", "hazelcast keys"), raw(None, "hazelcast.values", "hazelcast values")

    @classmethod
    def body(cls, c: Cursor) -> None:
        if c.peek(1, 12) != HAZELCAST_VERSION:
            c.info("Hazelcast unsupported version")
            return
        _, key_size, value_size, _ = (c.add(field) for field in (cls.head_size, cls.key_size, cls.value_size, cls.version))
        c.info(f"Operation {c.add(cls.operation)}")
        c.add(cls.block)
        c.add(cls.thread)
        flags = c.add(cls.flags, 1, value=c.peek(1))
        numbers = (cls.locks, cls.timeout, cls.ttl, cls.transaction, cls.long_value, cls.data_version)
        for bit, field in enumerate(numbers):
            if flags >> bit & 1:
                c.add(field)
        if flags & 0x80 == 0:
            c.add(cls.lock_address)
            c.add(cls.lock_port)
        c.add(cls.call)
        c.add(cls.response)
        size = c.add(cls.name_size)
        if size:
            c.add(cls.map_name, size)
        for field in (cls.indices, cls.key_hash, cls.value_hash):
            c.add(field)
        for field, size in ((cls.key, key_size), (cls.value, value_size)):
            if size:
                c.add(field, size)


WAIT, REPLICATION, SCRIPT, SET, REMOVE, GET, FAILED = 0xB0, 0xB1, 0xB4, 0xB8, 0xB9, 0xBA, 0xBF
KT_MAGICS = {
    WAIT: "replication - waiting for updates", REPLICATION: "replication", SCRIPT: "play_script", SET: "set_bulk",
    REMOVE: "remove_bulk", GET: "get_bulk", FAILED: "error",
}  # fmt: skip


class KyotoTycoon(Stated):
    """A store of keys and values, in its binary protocol.  A request says how much it holds only by its records."""

    name, label, column = "kt", "Kyoto Tycoon Protocol", "KT"
    binds = {"tcp.port": (1978, 1979)}
    accepts = lambda p: (
        (p.u8(0) == WAIT) | (p.u8(0) == REPLICATION) | (p.u8(0) == SCRIPT)
        | (p.u8(0) == SET) | (p.u8(0) == REMOVE) | (p.u8(0) == GET) | (p.u8(0) == FAILED)
    )  # fmt: skip

    magic = u8(None, "kt.magic", "magic", HEX, names=KT_MAGICS)
    type = Field("kt.type", "type", UINT8, base=HEX, names={0: "request", 1: "response"})
    flags, records = u32(None, "kt.flags", "flags", HEX), u32(None, "kt.rnum", "rnum")
    database, server = u16(None, "kt.dbidx", "dbidx"), u16(None, "kt.sid", "sid")
    stamp = Field("kt.ts", "ts", ABSOLUTE_TIME)
    expires, expired = u64(None, "kt.xt", "xt"), Field("kt.xt_resp", "xt", ABSOLUTE_TIME)
    key_size, value_size = u32(None, "kt.ksiz", "ksiz"), u32(None, "kt.vsiz", "vsiz")
    key, value = raw(None, "kt.key", "key"), raw(None, "kt.value", "value")
    hits, size_of, log = u32(None, "kt.hits", "hits"), u32(None, "kt.size", "size"), Field("kt.log", "log", BYTES)
    name_size, script = u32(None, "kt.nsiz", "nsiz"), string(None, "kt.name", "name")
    record = group("kt.record", "record")

    @classmethod
    def body(cls, c: Cursor) -> None:
        while c.remaining and c.peek(1) in KT_MAGICS:
            cls._message(c)

    @classmethod
    def _message(cls, c: Cursor) -> None:
        magic = c.add(cls.magic)
        c.info(KT_MAGICS[magic])
        if magic == WAIT:
            c.add(cls.stamp, 8, value=c.peek(8))
        elif magic == REPLICATION:
            cls._replication(c)
        elif magic != FAILED:
            cls._bulk(c, magic)

    @classmethod
    def _replication(cls, c: Cursor) -> None:
        if not c.remaining:
            c.derived(cls.type, 1)
            c.append_info(" [response]")
        elif c.peek(4) <= 1:
            c.add(cls.flags)
            c.add(cls.stamp, 8, value=c.peek(4) * 10**9 + c.peek(4, 4) * 10**9 // (1 << 32))
            c.add(cls.server)
        else:
            c.add(cls.stamp, 8, value=c.peek(8))
            c.add(cls.log, c.add(cls.size_of))

    @classmethod
    def _bulk(cls, c: Cursor, magic: int) -> None:
        """Requests have flags, which are 0 where answers have hits; an answer of none ends there."""
        first, more = c.peek(4), c.remaining > 4
        asks = more and (first == 0 or magic in (SET, REMOVE))
        c.derived(cls.type, 0 if asks else 1)
        c.append_info(f" [{'request' if asks else 'response'}]")
        if not asks:
            count = c.add(cls.records if magic == SCRIPT and not more else cls.hits)
            for _ in range(count if more else 0):
                cls._record(c, magic, asked=False)
            return
        c.add(cls.flags)
        size = c.add(cls.name_size) if magic == SCRIPT else 0
        count = c.add(cls.records)
        if magic == SCRIPT:
            c.add(cls.script, size)
        for _ in range(count):
            cls._record(c, magic, asked=True)

    @classmethod
    def _record(cls, c: Cursor, magic: int, asked: bool) -> None:
        with c.group(cls.record) as c:
            if magic != SCRIPT:
                c.add(cls.database)
            valued = magic in (SET, SCRIPT) or (magic == GET and not asked)
            key, value = c.add(cls.key_size), c.add(cls.value_size) if valued else 0
            if magic == SET:
                c.add(cls.expires)
            elif magic == GET and not asked:
                c.add(cls.expired, 8, value=c.peek(4, 4) * 10**9)
            c.add(cls.key, key)
            if valued:
                c.add(cls.value, value)


class PCP(Stated):
    """Performance Co-Pilot: how a machine fares."""

    name, label, column = "pcp", "Performance Co-Pilot", "PCP"
    binds = {"tcp.port": (44321,)}
    messages = Messages(header=12, length=lambda p: at_least(12, p.u32(0)))

    size_of, type = u32(None, "pcp.length", "PDU Length"), u32(None, "pcp.type", "Type", HEX)
    sender = u32(None, "pcp.from", "From")
    head = (size_of, type, sender)


class LaplinkTCP(Stated):
    """Laplink's file transfer."""

    name, label, column = "laplink", "Laplink", "Laplink"
    binds = {"tcp.port": (1547,)}
    messages = Messages(header=6, length=lambda p: p.u16(4) + 6)

    identifier = u32(None, "laplink.tcp_ident", "TCP Ident", HEX)
    size_of = u16(None, "laplink.tcp_length", "TCP Data payload length")
    data = raw(None, "laplink.tcp_data", "Unknown TCP data")
    head = (identifier, size_of)

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info(f"TCP TBA ({c.peek(4, -6)})")
        c.add(cls.data, c.remaining)
