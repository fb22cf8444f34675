"""Memcached's two protocols: lines of text with the values they announce, and binary messages.

    set KEY FLAGS EXPIRATION LENGTH CRLF VALUE CRLF  ->  STORED CRLF        get KEY CRLF  ->  VALUE KEY FLAGS LENGTH CRLF VALUE CRLF END

    +----------------+----------------+---------------------------------+
    |     magic      |     opcode     |           key length            |
    +----------------+----------------+---------------------------------+
    | extras length  |   data type    |        reserved, status         |
    +----------------+----------------+---------------------------------+
    |  length of all that follows (32); opaque (32); CAS (64)           |
    +-------------------------------------------------------------------+
    extras, key, value
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRING, UINT16, UINT32, Field, group, raw, string, u8, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages

BINARY_OPCODES = {
    0: "Get", 1: "Set", 2: "Add", 3: "Replace", 4: "Delete", 5: "Increment", 6: "Decrement", 7: "Quit", 8: "Flush",
    9: "Get Quietly", 10: "NOOP", 11: "Version", 12: "Get Key", 13: "Get Key Quietly", 14: "Append", 15: "Prepend",
    16: "Statistics", 17: "Set Quietly", 18: "Add Quietly", 20: "Delete Quietly",
}  # fmt: skip
STATUS = {0: "No error", 1: "Key not found", 2: "Key exists", 3: "Value too large", 4: "Invalid arguments",
          5: "Item not stored", 0x81: "Unknown command", 0x82: "Out of memory"}  # fmt: skip
MAGIC_REQUEST, MAGIC_RESPONSE, BINARY_HEADER = 0x80, 0x81, 24
SET, ADD, REPLACE, INCREMENT, DECREMENT, FLUSH, GET, GET_KEY = 1, 2, 3, 5, 6, 8, 0, 12
STORES = (b"set", b"add", b"replace", b"append", b"prepend", b"cas")
COUNTS, READS, OTHERS = (b"incr", b"decr"), (b"get", b"gets"), (b"stats", b"version", b"quit")
ANSWERS = (b"STORED", b"NOT_STORED", b"EXISTS", b"NOT_FOUND", b"DELETED", b"OK", b"END")
LINES = (*STORES, *COUNTS, *READS, *OTHERS, b"delete", b"flush_all")
AHEAD = 2048  # octets in which the end of a line is looked for
UDP_HEADER = 8  # request id, number of the datagram, how many, reserved


def message_size(octets: bytes, at: int) -> int:
    """A binary message, or a request with the value that its line announces; what is answered in lines is as it is."""
    if octets[at : at + 1] in (b"\x80", b"\x81"):
        return BINARY_HEADER + int.from_bytes(octets[at + 8 : at + 12], "big") if len(octets) - at >= 12 else MORE
    end = octets.find(b"\n", at, at + AHEAD) + 1
    words = octets[at : end or at + AHEAD].split()
    if not words or words[0] not in LINES:
        return AS_IT_IS
    if not end:
        return MORE if len(octets) - at < AHEAD else AS_IT_IS
    return end - at + announced(words)


def announced(words: list[bytes]) -> int:
    """The length of the value behind a line, with its end."""
    place = 4 if words[0] in STORES else 3
    known = words[0] in (*STORES, b"VALUE") and len(words) > place and words[place].isdigit() and len(words[place]) < 10
    return int(words[place]) + 2 if known else 0


class Memcache(Layer):
    """The messages of a segment or datagram."""

    name, label, column = "memcache", "Memcache Protocol", "MEMCACHE"
    binds = {"tcp.port": (11211,), "udp.port": (11211,)}
    messages = Messages(scan=message_size)

    message = group("", "Message")
    magic = u8(None, "memcache.magic", "Magic", names={MAGIC_REQUEST: "Request", MAGIC_RESPONSE: "Response"})
    opcode = u8(None, "memcache.opcode", "Opcode", names=BINARY_OPCODES)
    key_length = u16(None, "memcache.key.length", "Key Length")
    extras_length = u8(None, "memcache.extras.length", "Extras length")
    data_type = u8(None, "memcache.data_type", "Data type")
    reserved = u16(None, "memcache.reserved", "Reserved")
    status = u16(None, "memcache.status", "Status", names=STATUS)
    value_length = Field("memcache.value.length", "Value length", UINT32)
    body_length = u32(None, "memcache.total_body_length", "Total body length")
    opaque = u32(None, "memcache.opaque", "Opaque")
    cas = u64(None, "memcache.cas", "CAS")
    extras = group("memcache.extras", "Extras")
    extra_flags = u32(None, "memcache.extras.flags", "Flags", HEX)
    extra_expiration = u32(None, "memcache.extras.expiration", "Expiration")
    delta = u64(None, "memcache.extras.delta", "Amount to add")
    initial = u64(None, "memcache.extras.initial", "Initial value")
    counted = u64(None, "memcache.extras.response", "Response")
    key = Field("memcache.key", "Key", STRING)
    value = Field("memcache.value", "Value", STRING)
    command = string(None, "memcache.command", "Command")
    flags = Field("memcache.flags", "Flags", UINT16)
    expiration = Field("memcache.expiration", "Expiration", UINT32)
    quiet = string(None, "memcache.noreply", "Noreply")
    response = string(None, "memcache.response", "Response")
    version = string(None, "memcache.version", "Version")
    stat, stat_value = string(None, "memcache.name", "Stat name"), string(None, "memcache.name_value", "Stat value")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.outer("udp") is not None and c.remaining > UDP_HEADER and c.peek(2, 6) == 0:
            c.add(cls.other, UDP_HEADER)
        said, lines = list[str](), False
        while c.remaining:
            if c.peek(1) in (MAGIC_REQUEST, MAGIC_RESPONSE):
                with c.group(cls.message, min(BINARY_HEADER + c.peek(4, 8), c.limit - c.pos)) as c:
                    said.append(cls._binary(c))
            else:
                said.append(cls._line(c, bool(said)))
                lines = True
        c.info(", ".join(said[:1] if lines else said))

    @classmethod
    def _line(cls, c: Cursor, follows: bool) -> str:
        """A line, and the value behind it; what the list says of it."""
        octets = c.peek_bytes(min(c.remaining, AHEAD))
        size = octets.find(b"\n") + 1 or len(octets)
        words = octets[:size].split()
        fields = layout(words) if words and not (follows and words[0] == b"END") else []
        with c.group(cls.message, size) as c:
            for word, field in zip(words, fields, strict=False):
                at = c.data.find(word, c.pos, c.end)
                if field is not None and at >= c.pos:
                    c.add(cls.other, at - c.pos)
                    cls._word(c, field, word)
            c.rest(cls.other)
        behind = min(announced(words), c.remaining) if words else 0
        if behind:
            end = b"\r\n" if c.peek_bytes(behind)[-2:] == b"\r\n" else b""
            c.add(cls.value, behind - len(end))
            c.add(cls.other, len(end))  # its end
        return octets[:size].decode("latin-1").strip()

    @classmethod
    def _word(cls, c: Cursor, field: Field, word: bytes) -> None:
        if field.type is STRING:
            c.add(field, len(word))
        elif word.isdigit():
            c.add(field, len(word), value=int(word) & (1 << 8 * field.type.size) - 1)
        elif word == b"noreply":
            c.add(cls.quiet, len(word))

    @classmethod
    def _binary(cls, c: Cursor) -> str:
        request = c.add(cls.magic) == MAGIC_REQUEST
        code = c.add(cls.opcode)
        key, extras = c.add(cls.key_length), c.add(cls.extras_length)
        c.add(cls.data_type)
        status = 0 if request else c.peek(2)
        c.add(cls.reserved if request else cls.status)
        size = max(c.peek(4) - key - extras, 0)
        c.derived(cls.value_length, size)
        for field in (cls.body_length, cls.opaque, cls.cas):
            c.add(field)
        if extras:
            with c.group(cls.extras, extras) as c:
                for field in EXTRAS.get((request, code), ()):
                    c.add(field)
                c.rest(cls.other)
        if key:
            c.add(cls.key, key)
        if size == cls.counted.size and not (request or status) and code in (INCREMENT, DECREMENT):
            c.add(cls.counted)
        elif size:
            c.add(cls.value, size)
        failed = f" ({STATUS.get(status, f'Unknown status ({status})')})" if status else ""
        return f"{BINARY_OPCODES.get(code, f'Unknown opcode ({code})')} {'Request' if request else 'Response'}{failed}"


M = Memcache
STORED, COUNTED = (M.extra_flags, M.extra_expiration), (M.delta, M.initial, M.extra_expiration)
# whether asked, opcode -> what stands in the extras
EXTRAS: dict[tuple[bool, int], tuple[Field, ...]] = {
    (True, SET): STORED, (True, ADD): STORED, (True, REPLACE): STORED, (True, 17): STORED, (True, 18): STORED,
    (True, INCREMENT): COUNTED, (True, DECREMENT): COUNTED, (True, FLUSH): (M.extra_expiration,),
    (False, GET): (M.extra_flags,), (False, GET_KEY): (M.extra_flags,), (False, 9): (M.extra_flags,), (False, 13): (M.extra_flags,),
}  # fmt: skip


def layout(words: list[bytes]) -> list[Field | None]:
    """Which fields the words of a line are."""
    name = words[0]
    if name in STORES:
        ends = [M.cas, M.quiet] if name == b"cas" else [M.quiet]
        return [M.command, M.key, M.flags, M.expiration, M.value_length, *ends]
    if name in COUNTS:
        return [M.command, M.key, M.value, M.quiet]
    if name in READS:
        return [M.command, *[M.key] * (len(words) - 1)]
    if name == b"VALUE":
        return [None, M.key, M.flags, M.value_length, M.cas]
    if name == b"STAT":
        return [M.command, M.stat, M.stat_value]
    if name == b"VERSION":
        return [None, M.version]
    if name in ANSWERS:
        return [M.response]
    if name == b"delete":
        return [M.command, M.key, M.quiet]
    if name == b"flush_all":
        return [M.command, M.expiration]
    return [M.command] if name in OTHERS else []
