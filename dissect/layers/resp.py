"""RESP, the protocol of Redis (redis.io/docs/reference/protocol-spec), and Dropbox's announcements on a LAN.

    *2\\r\\n  $4\\r\\nECHO\\r\\n  $2\\r\\nhi\\r\\n        +OK\\r\\n  -ERR ...\\r\\n  :1000\\r\\n
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import INT32, INT64, Field, group, raw, string
from dissect.engine.layer import Layer
from dissect.engine.messages import AT_LEAST, MORE, Messages

PORT = 6379
DEEPEST = 100  # arrays within arrays
ITEMS = 20_000  # of a segment: shown, the others stay octets
END = b"\r\n"
LONG = 1 << 15  # octets of a value
MOST = 1 << 28  # octets of a text that are waited for


def size_of(octets: bytes, at: int) -> int:
    """How long the whole values from `at` on are: they go together; of one not all there, what it takes at least."""
    size = value_size(octets, at)
    while 0 < size < AT_LEAST and at + size < len(octets):
        more = value_size(octets, at + size)
        if not 0 < more < AT_LEAST:
            break
        size += more
    return size


def value_size(octets: bytes, at: int) -> int:
    """How long one value is."""
    pos, due = at, 1  # items still to come
    while due and pos < len(octets):
        end = octets.find(END, pos)
        if end < 0:
            return further(octets, at)
        kind, text = octets[pos : pos + 1], octets[pos + 1 : end]
        number = int(text) if text.isdigit() and len(text) < 10 else -1
        pos, due = end + len(END), due - 1
        if kind == b"*" and number > 0:
            due += number
            if pos == len(octets):
                return further(octets, at)
        elif kind == b"$" and 0 <= number <= MOST:
            pos += number + len(END)
            if pos > len(octets):
                return AT_LEAST + pos - at if octets[at : at + 1] == kind else further(octets, at)
    return pos - at  # Wireshark waits for a value that is cut, not for those to come behind whole ones


def further(octets: bytes, at: int) -> int:
    """How much a value takes whose end is not there: another segment; of long ones a good part more, lest each be read anew."""
    have = len(octets) - at
    return MORE if have < LONG else AT_LEAST + have + have // 4


class RESP(Layer):
    """Commands and answers of a segment."""

    name, label, column = "resp", "Redis Serialization Protocol", "RESP"
    binds = {"tcp.port": (PORT,)}
    messages = Messages(scan=size_of, begun=True)

    text = string(None, "resp.string", "String")
    error = string(None, "resp.error", "Error")
    integer = Field("resp.integer", "Integer", INT64)
    bulk = group("resp.bulk_string", "Bulk String")
    bulk_length = Field("resp.bulk_string.length", "Length", INT32)
    value = raw(None, "resp.bulk_string.value", "Value")
    array = group("resp.array", "Array")
    array_length = Field("resp.array.length", "Length", INT64)
    fragment = group("resp.fragment", "Fragment")
    other = raw(None, "", "Data")
    word = string(None, "", "Command")
    mark = string(None, "", "Mark", size=1)
    ending = raw(None, "", "End of line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        count = 0
        transport = c.h.outer("tcp")
        asked = transport is not None and transport.dstport == PORT
        while c.remaining and count < ITEMS:
            count += 1
            cls._item(c, 0, said, asked)
        if c.remaining:
            c.note("warn", "Protocol", f"Only the first {ITEMS} elements are shown", "resp.partial")
            c.rest(cls.other)
        c.info(f"{'Request' if asked else 'Response'}: {' '.join(said)}")

    @classmethod
    def _line(cls, c: Cursor) -> int:
        """How far the line goes, without its end; -1 where that is not there."""
        return c.data.find(END, c.pos, c.end) - c.pos

    @classmethod
    def _number(cls, c: Cursor, field: Field) -> int:
        """A number and the end of its line; -1 where it is none."""
        size = cls._line(c)
        text = c.peek_bytes(size)
        good = text[text[:1] in (b"-", b"+") :].isdigit() and size <= 20
        number = int(text) if good else -1
        if good:
            c.add(field, size, value=number)
        else:
            c.note("error", "Malformed", "Malformed length specified", "resp.malformed_length")
            c.add(cls.other, size)
        c.add(cls.ending, 2)
        return number

    @classmethod
    def _item(cls, c: Cursor, depth: int, said: list[str], asked: bool) -> None:
        """A value; `said` gets what the Info column tells: words of requests, and of responses what is in no array."""
        kind, size = c.peek_bytes(1), cls._line(c)
        told = said if not depth else []
        if size < 0 or depth > DEEPEST:
            with c.group(cls.fragment, c.remaining):
                c.add(cls.other, c.remaining)
        elif kind in (b"+", b"-"):
            c.add(cls.mark)
            told.append(("" if kind == b"+" else "Error: ") + c.add(cls.text if kind == b"+" else cls.error, size - 1))
            c.add(cls.ending, 2)
        elif kind == b":":
            c.add(cls.mark)
            told.append(str(cls._number(c, cls.integer)))
        elif kind == b"$":
            cls._bulk(c, said if asked else told)
        elif kind == b"*":
            with c.group(cls.array) as c:
                c.add(cls.mark)
                count = cls._number(c, cls.array_length)
                if count > 0 and not asked:
                    told.append(f"Array({count})")
                while c.remaining and count > 0:
                    cls._item(c, depth + 1, said, asked)
                    count -= 1
        else:  # a command as the words of a line
            with c.group(cls.fragment) as c:
                c.add(cls.word, size)
                told.append("[fragment]")
                c.add(cls.ending, 2)

    @classmethod
    def _bulk(cls, c: Cursor, said: list[str]) -> None:
        with c.group(cls.bulk) as c:
            c.add(cls.mark)
            size = cls._number(c, cls.bulk_length)
            if size < 0:
                return
            octets = c.add(cls.value, min(size, c.remaining))
            text = octets.decode("utf-8", "replace")
            said.append(text if text.isprintable() else "")
            if c.remaining:
                c.add(cls.ending, min(2, c.remaining))


class Dropbox(Layer):
    """What a client tells on a LAN: JSON."""

    name, label, column = "db-lsp-disc", "Dropbox LAN sync Discovery Protocol", "DB-LSP-DISC"
    binds = {"udp.port": (17500,)}

    reaches = ("json",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(cls.label)
        c.child("json")
