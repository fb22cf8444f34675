"""PostgreSQL's protocol (its manual's chapter "Frontend/Backend Protocol").

    +--------+----------------------+
    |  type  |  length (itself too) |
    +--------+----------------------+
    The first message has no type.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    INT32,
    STRINGZ,
    UINT32,
    Field,
    group,
    raw,
    string,
    u8,
    u16,
    u32,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Heard, Messages, Talk
from dissect.layers.streams import heard_of

FRONTEND = {
    "p": "Authentication message", "Q": "Simple query", "P": "Parse", "B": "Bind", "E": "Execute", "D": "Describe",
    "C": "Close", "H": "Flush", "S": "Sync", "F": "Function call", "d": "Copy data", "c": "Copy completion",
    "f": "Copy failure", "X": "Termination",
}  # fmt: skip
BACKEND = {
    "R": "Authentication request", "K": "Backend key data", "S": "Parameter status", "1": "Parse completion",
    "2": "Bind completion", "3": "Close completion", "C": "Command completion", "t": "Parameter description",
    "T": "Row description", "D": "Data row", "I": "Empty query", "n": "No data", "E": "Error", "N": "Notice",
    "s": "Portal suspended", "Z": "Ready for query", "A": "Notification", "V": "Function call response",
    "G": "CopyIn response", "H": "CopyOut response", "W": "CopyBoth response", "d": "Copy data",
    "c": "Copy completion", "v": "Negotiate protocol version",
}  # fmt: skip
AUTHENTICATIONS = {
    0: "Success", 2: "Kerberos V5", 3: "Plaintext password", 4: "crypt()ed password", 5: "MD5 password", 7: "GSSAPI",
    8: "GSSAPI/SSPI continue", 9: "SSPI", 10: "SASL", 11: "SASL continue", 12: "SASL complete",
}  # fmt: skip
PROOFS = {8: "GSSResponse message", 10: "SASLInitialResponse message", 11: "SASLResponse message"}
STATES = {ord("I"): "Idle", ord("T"): "In a transaction", ord("E"): "In a failed transaction"}
PORT, CANCEL, SSL, GSS = 5432, 80877102, 80877103, 80877104
MOST = 1 << 30


def _postgres(octets: bytes, at: int) -> int:
    """Where the message at `at` ends."""
    if len(octets) - at < 5:
        return MORE if len(octets) - at > 1 or octets[at : at + 1] not in (b"S", b"N", b"G") else 1
    if octets[at]:
        size = int.from_bytes(octets[at + 1 : at + 5], "big")
        return 1 + size if chr(octets[at]).isalnum() and 4 <= size < MOST else AS_IT_IS
    size = int.from_bytes(octets[at : at + 4], "big")
    return size if 8 <= size < 10000 else AS_IT_IS


class PostgreSQL(Layer):
    """The messages of a segment."""

    name, label, column = "pgsql", "PostgreSQL", "PGSQL"
    binds = {"tcp.port": (PORT,)}
    accepts = lambda p: (
        (p.u8(0) >= 0x30) & (p.u8(0) < 0x7F) & ((p.length < 5) | (p.u32(1) >= 4) & (p.u32(1) < 1 << 28))
        | (p.u16(0) == 0) & (p.u32(0) >= 8)
    )
    messages = Messages(scan=_postgres)

    message = group("", "PostgreSQL")
    frontend = Field("pgsql.frontend", "Frontend", BOOLEAN)
    type = string(None, "pgsql.type", "Type", size=1)
    size_of = u32(None, "pgsql.length", "Length")
    major = u16(None, "pgsql.version_major", "Protocol major version")
    minor = u16(None, "pgsql.version_minor", "Protocol minor version")
    code_word = u32(None, "", "Request code")
    parameter = Field("pgsql.parameter_name", "Parameter name", STRINGZ)
    value = Field("pgsql.parameter_value", "Parameter value", STRINGZ)
    query = Field("pgsql.query", "Query", STRINGZ)
    password = Field("pgsql.password", "Password", STRINGZ)
    authentication = u32(None, "pgsql.authtype", "Authentication type", names=AUTHENTICATIONS)
    salt = raw(None, "pgsql.salt", "Salt value", size=4)
    mechanism = Field("pgsql.auth.sasl.mech", "SASL authentication mechanism", STRINGZ)
    proof = raw(None, "pgsql.auth.sasl.data", "SASL authentication data")
    statement, portal = Field("pgsql.statement", "Statement", STRINGZ), Field("pgsql.portal", "Portal", STRINGZ)
    returns = u32(None, "pgsql.returns", "Returns")
    tag = Field("pgsql.tag", "Tag", STRINGZ)
    status = u8(None, "pgsql.status", "Status", names=STATES)
    copied = raw(None, "pgsql.copydata", "Copy data")
    error = Field("pgsql.error", "Error", STRINGZ)
    pid, key = u32(None, "pgsql.pid", "PID"), u32(None, "pgsql.key", "Key")
    condition, text = Field("pgsql.condition", "Condition", STRINGZ), Field("pgsql.text", "Text", STRINGZ)
    table, type_oid = u32(None, "pgsql.oid.table", "Table OID"), u32(None, "pgsql.oid.type", "Type OID")
    format = u16(None, "pgsql.format", "Format", names={0: "Text", 1: "Binary"})
    format_of_all = Field("pgsql.format", "Format", format.type, size=1, names={0: "Text", 1: "Binary"})
    count = u16(None, "pgsql.field.count", "Field count")
    name_of_column = Field("pgsql.col.name", "Column name", STRINGZ)
    index = Field("pgsql.col.index", "Column index", UINT32, size=2)
    count_of = u16(None, "", "Parameter types")
    length_of = Field("pgsql.val.length", "Column length", INT32)
    short_length = Field("pgsql.val.length", "Column length", INT32, size=2)
    data = raw(None, "pgsql.val.data", "Data")
    modifier = Field("pgsql.col.typemod", "Type modifier", INT32)
    what = u8(None, "", "Kind")
    kind_of = u8(None, "", "Kind of name")
    oid = u32(None, "pgsql.oid", "OID")
    values_of = u16(None, "", "Parameter values")
    proof_length = Field("pgsql.auth.sasl.data.length", "SASL authentication data length", INT32)
    gss = raw(None, "pgsql.auth.gssapi_sspi.data", "GSSAPI or SSPI authentication data")
    notices = {
        "S": Field("pgsql.severity", "Severity", STRINGZ), "V": text,
        "C": Field("pgsql.code", "Code", STRINGZ), "M": Field("pgsql.message", "Message", STRINGZ),
        "D": Field("pgsql.detail", "Detail", STRINGZ), "H": Field("pgsql.hint", "Hint", STRINGZ),
        "P": Field("pgsql.position", "Position", STRINGZ), "W": Field("pgsql.where", "Context", STRINGZ),
        "s": Field("pgsql.schema_name", "Schema", STRINGZ), "t": Field("pgsql.table_name", "Table", STRINGZ),
        "c": Field("pgsql.column_name", "Column", STRINGZ), "F": Field("pgsql.file", "File", STRINGZ),
        "L": Field("pgsql.line", "Line", STRINGZ), "R": Field("pgsql.routine", "Routine", STRINGZ),
    }  # fmt: skip
    notice_fields = tuple(notices.values())
    other = raw(None, "", "Data")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> int | None:
        """How a client was last asked to prove itself, where it does."""
        octets = heard.octets
        if heard.dstport == PORT:
            return talk.get("pgsql proof") if octets[:1] == b"p" else None
        if octets[:1] == b"R":
            talk["pgsql proof"] = int.from_bytes(octets[5:9], "big")
        return None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        front = carrier is None or carrier.dstport == PORT
        said = list[str]()
        while c.remaining:
            if c.remaining == 1:  # whether the server does TLS
                c.add(cls.other, 1)
                break
            startup = not c.peek(1)
            size = c.peek(4) if startup else 1 + c.peek(4, 1)
            with c.group(cls.message, min(max(size, 5), c.limit - c.pos)) as c:
                said.append(">" if front else "<")
                said[-1] += cls._startup(c) if startup else cls._typed(c, front)
        c.info("/".join(said))

    @classmethod
    def _startup(cls, c: Cursor) -> str:
        c.derived(cls.frontend, True)
        code = c.peek(4, 4)
        kinds = {SSL: "SSL request", GSS: "GSS encrypt request", CANCEL: "Cancel request"}
        c.derived(cls.type, kinds.get(code, "Startup message"))
        c.add(cls.size_of)
        if code in (CANCEL, SSL, GSS):
            c.add(cls.code_word)
            if code == CANCEL:
                c.add(cls.pid)
                c.add(cls.key)
            return kinds[code]
        c.add(cls.major)
        c.add(cls.minor)
        while c.remaining > 1:
            zero(c, cls.parameter)
            zero(c, cls.value)
        c.rest(cls.other)
        return "Startup message"

    @classmethod
    def _typed(cls, c: Cursor, front: bool) -> str:
        letter = chr(c.peek(1))
        name = (FRONTEND if front else BACKEND).get(letter, "Unknown")
        proof = heard_of(c.h) if front and letter == "p" else None
        name = PROOFS.get(proof or 0, name if proof is None else "Password message")
        c.derived(cls.frontend, front)
        c.add(cls.type, 1, value=name)
        c.add(cls.size_of)
        c.label(f"PostgreSQL: {name}")
        if proof in PROOFS:
            cls._prove(c, proof)
            return letter
        read = (FROM_FRONT if front else FROM_BACK).get(letter)
        if read is not None:
            read(c)
        c.rest(cls.other)
        return letter

    @classmethod
    def _prove(cls, c: Cursor, kind: int) -> None:
        """A proof of SASL (the first has a name and a length) or GSSAPI."""
        if kind == 10:
            zero(c, cls.mechanism)
            size = c.add(cls.proof_length)
            if size > 0:
                c.add(cls.proof, size)
        else:
            c.rest(cls.proof if kind == 11 else cls.gss)

    @classmethod
    def notice(cls, c: Cursor) -> None:
        """An error or notice: kinds of texts and the texts."""
        while c.remaining and c.peek(1):
            letter = chr(c.peek(1))
            c.add(cls.what)
            zero(c, cls.notices.get(letter, cls.text))

    @classmethod
    def described(cls, c: Cursor) -> None:
        """The columns of the rows to come."""
        for _ in range(c.add(cls.count)):
            zero(c, cls.name_of_column)
            for field in (cls.table, cls.index, cls.type_oid, cls.short_length, cls.modifier, cls.format):
                c.add(field)

    @classmethod
    def row(cls, c: Cursor) -> None:
        """The values of a row."""
        for _ in range(c.add(cls.count)):
            value(c)

    @classmethod
    def authenticate(cls, c: Cursor) -> None:
        """How a client is to prove itself."""
        kind = c.add(cls.authentication)
        if kind == 5:
            c.add(cls.salt)
        elif kind == 10:
            while c.remaining > 1:
                zero(c, cls.mechanism)
        elif kind in (11, 12):
            c.rest(cls.proof)


def zero(c: Cursor, field: Field) -> str:
    """A text up to its zero."""
    octets = c.peek_bytes(c.remaining)
    end = octets.find(b"\0")
    size = len(octets) if end < 0 else end + 1
    return str(c.add(field, size, value=octets[:size].rstrip(b"\0").decode("utf-8", "replace")))


P = PostgreSQL


def parse(c: Cursor) -> None:
    """A statement, its text, and the types of its parameters."""
    zero(c, P.statement)
    zero(c, P.query)
    types(c)


def formats(c: Cursor) -> None:
    """How values are written."""
    for _ in range(c.add(P.count_of)):
        c.add(P.format)


def values(c: Cursor) -> None:
    """Values of parameters."""
    for _ in range(c.add(P.values_of)):
        value(c)


def value(c: Cursor) -> None:
    """A value, or none."""
    size = c.add(P.length_of)
    if size > 0:
        c.add(P.data, size)


def bind(c: Cursor) -> None:
    """A statement with the values of its parameters, and how its results are wanted."""
    zero(c, P.portal)
    zero(c, P.statement)
    formats(c)
    values(c)
    formats(c)


def describe(c: Cursor) -> None:
    """A statement or a portal."""
    kind = c.peek(1)
    c.add(P.kind_of)
    zero(c, P.portal if kind == ord("P") else P.statement)


def call(c: Cursor) -> None:
    """A function's number and what it gets."""
    c.add(P.oid)
    formats(c)
    values(c)
    c.add(P.format)


def types(c: Cursor) -> None:
    """The types of a statement's parameters."""
    for _ in range(c.add(P.count_of)):
        c.add(P.type_oid)


FROM_FRONT: dict[str, Callable[[Cursor], None]] = {
    "Q": lambda c: (zero(c, P.query), None)[1], "p": lambda c: (zero(c, P.password), None)[1], "P": parse,
    "B": bind, "D": describe, "C": describe, "F": call,
    "E": lambda c: (zero(c, P.portal), c.add(P.returns), None)[2], "d": lambda c: (c.rest(P.copied), None)[1],
    "f": lambda c: (zero(c, P.error), None)[1],
}  # fmt: skip
def copy_response(c: Cursor) -> None:
    """How a table is copied: as text or binary, and each of its columns."""
    c.add(P.format_of_all)
    c.rest(P.other)


FROM_BACK: dict[str, Callable[[Cursor], None]] = {
    "R": P.authenticate, "S": lambda c: (zero(c, P.parameter), zero(c, P.value), None)[2],
    "K": lambda c: (c.add(P.pid), c.add(P.key), None)[2], "C": lambda c: (zero(c, P.tag), None)[1],
    "G": copy_response, "H": copy_response, "W": copy_response,
    "Z": lambda c: (c.add(P.status), None)[1], "T": P.described, "D": P.row, "E": P.notice, "N": P.notice,
    "d": lambda c: (c.rest(P.copied), None)[1],
    "t": types, "V": value, "A": lambda c: (c.add(P.pid), zero(c, P.condition), zero(c, P.text), None)[3],
}  # fmt: skip
