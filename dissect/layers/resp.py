"""RESP, the protocol of Redis (redis.io/docs/reference/protocol-spec), and Dropbox's announcements on a LAN.

    *2\\r\\n  $4\\r\\nECHO\\r\\n  $2\\r\\nhi\\r\\n        +OK\\r\\n  -ERR ...\\r\\n  :1000\\r\\n
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import INT32, INT64, Field, group, raw, string
from dissect.engine.layer import Layer

PORT = 6379
DEEPEST = 100  # arrays within arrays
ITEMS = 5000  # of a segment: shown, the others stay octets
END = b"\r\n"


class RESP(Layer):
    """Commands and answers of a segment."""

    name, label, column = "resp", "Redis Serialization Protocol", "RESP"
    binds = {"tcp.port": (PORT,)}

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
