"""PostgreSQL's and MySQL's protocols (their manuals' chapters "Frontend/Backend Protocol" and "Client/Server Protocol").

    +--------+----------------------+              +------------------------+--------+
    |  type  |  length (itself too) |  PostgreSQL  | length (little-endian) | number |  MySQL
    +--------+----------------------+              +------------------------+--------+
    PostgreSQL's first message has no type.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    HEX,
    INT32,
    STRING,
    STRINGZ,
    UINT32,
    UINT64,
    Field,
    group,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    where,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages

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
    count = u16(None, "pgsql.field.count", "Field count")
    name_of_column = Field("pgsql.col.name", "Column name", STRINGZ)
    index = Field("pgsql.col.index", "Column index", UINT32, size=2)
    count_of = u16(None, "", "Parameter types")
    length_of = Field("pgsql.val.length", "Column length", INT32)
    short_length = Field("pgsql.val.length", "Column length", INT32, size=2)
    data = raw(None, "pgsql.val.data", "Data")
    modifier = Field("pgsql.col.typemod", "Type modifier", INT32)
    what = u8(None, "", "Kind")
    notices = {
        "S": Field("pgsql.severity", "Severity", STRINGZ), "V": Field("pgsql.severity", "Severity", STRINGZ),
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
        c.derived(cls.type, "Startup message")
        c.add(cls.size_of)
        code = c.peek(4)
        if code in (CANCEL, SSL, GSS):
            c.add(cls.code_word)
            if code == CANCEL:
                c.add(cls.pid)
                c.add(cls.key)
            return {SSL: "SSL request", GSS: "GSS encrypt request"}.get(code, "Cancel request")
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
        c.derived(cls.frontend, front)
        c.add(cls.type, 1, value=name)
        c.add(cls.size_of)
        c.label(f"PostgreSQL: {name}")
        read = (FROM_FRONT if front else FROM_BACK).get(letter)
        if read is not None:
            read(c)
        c.rest(cls.other)
        return letter

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
            size = c.add(cls.length_of)
            if size > 0:
                c.add(cls.data, size)

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
    for _ in range(c.add(P.count_of)):
        c.add(P.type_oid)


FROM_FRONT: dict[str, Callable[[Cursor], None]] = {
    "Q": lambda c: (zero(c, P.query), None)[1], "p": lambda c: (zero(c, P.password), None)[1], "P": parse,
    "B": lambda c: (zero(c, P.portal), zero(c, P.statement), None)[2],
    "E": lambda c: (zero(c, P.portal), c.add(P.returns), None)[2], "d": lambda c: (c.rest(P.copied), None)[1],
    "f": lambda c: (zero(c, P.error), None)[1],
}  # fmt: skip
FROM_BACK: dict[str, Callable[[Cursor], None]] = {
    "R": P.authenticate, "S": lambda c: (zero(c, P.parameter), zero(c, P.value), None)[2],
    "K": lambda c: (c.add(P.pid), c.add(P.key), None)[2], "C": lambda c: (zero(c, P.tag), None)[1],
    "Z": lambda c: (c.add(P.status), None)[1], "T": P.described, "D": P.row, "E": P.notice, "N": P.notice,
    "d": lambda c: (c.rest(P.copied), None)[1],
    "A": lambda c: (c.add(P.pid), zero(c, P.condition), zero(c, P.text), None)[3],
}  # fmt: skip

COMMANDS = {
    0: "SLEEP", 1: "Quit", 2: "Use Database", 3: "Query", 4: "Show Fields", 5: "Create Database", 6: "Drop Database",
    7: "Refresh", 8: "Shutdown", 9: "Statistics", 10: "Process List", 12: "Kill Server Thread", 13: "Dump Debuginfo",
    14: "Ping", 17: "Change User", 18: "Binlog Dump", 22: "Prepare Statement", 23: "Execute Statement",
    24: "Send BLOB", 25: "Close Statement", 26: "Reset Statement", 27: "Set Option", 28: "Fetch Data",
}  # fmt: skip
MYSQL_PORT = 3306
OK, END_OF_FILE, ERROR = 0x00, 0xFE, 0xFF
WITH_SCHEMA, SECURE, WITH_PLUGIN = 0x0008, 0x8000, 0x0008


class MySQL(Layer):
    """The packets of a segment."""

    name, label, column = "mysql", "MySQL Protocol", "MySQL"
    binds = {"tcp.port": (MYSQL_PORT,)}
    messages = Messages(
        header=4,
        length=lambda p: where(p.u8(2) < 64, 4 + p.u8(0) + (p.u8(1) << 8) + (p.u8(2) << 16), AS_IT_IS),
    )

    packet = group("", "MySQL Protocol")
    size_of = u24(None, "mysql.packet_length", "Packet Length", little=True)
    number = u8(None, "mysql.packet_number", "Packet Number")
    greeting, login = group("mysql.server_greeting", "Server Greeting"), group("mysql.login_request", "Login Request")
    request = group("mysql.request", "Request Command")
    version_number = u8(None, "mysql.protocol", "Protocol")
    version = Field("mysql.version", "Version", STRINGZ)
    thread = u32(None, "mysql.thread_id", "Thread ID", little=True)
    salt, salt2 = Field("mysql.salt", "Salt", STRINGZ), Field("mysql.salt2", "Salt", STRINGZ)
    server_caps = u16(None, "mysql.caps.server", "Server Capabilities", HEX, little=True)
    server_more = u16(None, "mysql.extcaps.server", "Extended Server Capabilities", HEX, little=True)
    client_caps = u16(None, "mysql.caps.client", "Client Capabilities", HEX, little=True)
    client_more = u16(None, "mysql.extcaps.client", "Extended Client Capabilities", HEX, little=True)
    language = u8(None, "mysql.server_language", "Server Language")
    status = u16(None, "mysql.server_status", "Server Status", HEX, little=True)
    plugin_length = u8(None, "mysql.auth_plugin.length", "Authentication Plugin Length")
    unused = raw(None, "mysql.unused", "Unused")
    plugin = Field("mysql.auth_plugin", "Authentication Plugin", STRINGZ)
    client_plugin = Field("mysql.client_auth_plugin", "Client Auth Plugin", STRING)
    max_packet = u32(None, "mysql.max_packet", "MAX Packet", little=True)
    charset = u8(None, "mysql.charset", "Charset")
    user = Field("mysql.user", "Username", STRINGZ)
    password_length = u8(None, "", "Password length")
    password = raw(None, "mysql.passwd", "Password")
    schema = string(None, "mysql.schema", "Schema")
    command = u8(None, "mysql.command", "Command", names=COMMANDS)
    query = string(None, "mysql.query", "Statement")
    response = u8(None, "mysql.response_code", "Response Code", HEX, names={OK: "OK Packet", ERROR: "ERR Packet",
                  END_OF_FILE: "EOF Packet"})  # fmt: skip
    error = u16(None, "mysql.error_code", "Error Code", little=True)
    state_mark = u8(None, "", "Mark")
    state = string(None, "mysql.sqlstate", "SQL state", size=5)
    error_text = string(None, "mysql.error.message", "Error message")
    affected = Field("mysql.affected_rows", "Affected Rows", UINT64)
    insert = Field("mysql.insert_id", "Last INSERT ID", UINT64)
    warnings = u16(None, "mysql.warnings", "Warnings", little=True)
    fields_count = Field("mysql.num_fields", "Number of fields", UINT64)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        front = carrier is None or carrier.dstport == MYSQL_PORT
        said = list[str]()
        while c.remaining:
            size = c.peek(3, little=True)
            with c.group(cls.packet, min(4 + size, c.limit - c.pos)) as c:
                c.add(cls.size_of)
                number = c.add(cls.number)
                if c.remaining:
                    said.append(cls._client(c, number) if front else cls._server(c, number))
                c.rest(cls.other)
        c.info(" ".join(said))

    @classmethod
    def _client(cls, c: Cursor, number: int) -> str:
        if number == 1 and c.remaining >= 32 and not any(c.peek_bytes(23, 9)):
            with c.group(cls.login, c.remaining) as c:
                return f"Login Request user={cls._login(c)}"
        if number:
            return "Response"
        with c.group(cls.request, c.remaining) as c:
            command = c.add(cls.command)
            c.label(f"Request Command {COMMANDS.get(command, 'Unknown')}")
            if command in (3, 22) and c.remaining:
                c.add(cls.query, c.remaining)
            elif command == 2 and c.remaining:
                c.add(cls.schema, c.remaining)
            return f"Request {COMMANDS.get(command, 'Unknown')}"

    @classmethod
    def _login(cls, c: Cursor) -> str:
        caps, more = c.add(cls.client_caps), c.add(cls.client_more)
        c.add(cls.max_packet)
        c.add(cls.charset)
        c.add(cls.unused, 23)
        user = zero(c, cls.user)
        if caps & SECURE and c.remaining:
            c.add(cls.password, c.add(cls.password_length))
        if caps & WITH_SCHEMA and c.remaining:
            zero(c, cls.schema)
        if more & WITH_PLUGIN and c.remaining:
            zero(c, cls.client_plugin)
        return user

    @classmethod
    def _server(cls, c: Cursor, number: int) -> str:
        code = c.peek(1)
        if not number and code in (9, 10):
            with c.group(cls.greeting, c.remaining) as c:
                c.add(cls.version_number)
                version = zero(c, cls.version)
                cls._greeting(c)
                return f"Server Greeting version={version}"
        if code == ERROR:
            c.add(cls.response)
            error = c.add(cls.error)
            if c.remaining and c.peek(1) == ord("#"):
                c.add(cls.state_mark)
                c.add(cls.state)
            if c.remaining:
                c.add(cls.error_text, c.remaining)
            return f"Response Error {error}"
        if code == OK and c.remaining >= 7:
            c.add(cls.response)
            counted(c, cls.affected)
            counted(c, cls.insert)
            c.add(cls.status)
            c.add(cls.warnings)
            return "Response OK"
        if code == END_OF_FILE and c.remaining < 9:
            c.add(cls.response)
            if c.remaining >= 4:
                c.add(cls.warnings)
                c.add(cls.status)
            return "Response EOF"
        if number == 1 and c.remaining <= 3 and 0 < code < 0xFB:
            counted(c, cls.fields_count)
            return "Response TABULAR"
        return "Response"

    @classmethod
    def _greeting(cls, c: Cursor) -> None:
        c.add(cls.thread)
        zero(c, cls.salt)
        c.add(cls.server_caps)
        if c.remaining < 16:
            return
        for field in (cls.language, cls.status, cls.server_more, cls.plugin_length):
            c.add(field)
        c.add(cls.unused, 10)
        if c.remaining:
            zero(c, cls.salt2)
        if c.remaining:
            zero(c, cls.plugin)


def counted(c: Cursor, field: Field) -> int:
    """A number that its first octet tells the width of."""
    first = c.peek(1)
    width = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first, 0)
    return int(c.add(field, 1 + width, value=c.peek(width, 1, little=True) if width else first))
