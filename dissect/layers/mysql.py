"""MySQL's and MariaDB's protocol (their manuals' chapters "Client/Server Protocol").

    +------------------------+--------+
    | length (little-endian) | number |  and a packet
    +------------------------+--------+
    What a server's packet is depends on the command before it, and on the packets between: `Talking` follows them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    HEX,
    STRING,
    STRINGZ,
    UINT32,
    UINT64,
    Field,
    flag,
    group,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    where,
)
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Heard, Messages, Talk
from dissect.layers.databases import zero
from dissect.layers.streams import heard_of

COMMANDS = {
    0: "SLEEP", 1: "Quit", 2: "Use Database", 3: "Query", 4: "Show Fields", 5: "Create Database", 6: "Drop Database",
    7: "Refresh", 8: "Shutdown", 9: "Statistics", 10: "Process List", 12: "Kill Server Thread", 13: "Dump Debuginfo",
    14: "Ping", 17: "Change User", 18: "Binlog Dump", 22: "Prepare Statement", 23: "Execute Statement",
    24: "Send BLOB", 25: "Close Statement", 26: "Reset Statement", 27: "Set Option", 28: "Fetch Data",
}  # fmt: skip
PORT = 3306
OK, IN_FILE, END_OF_FILE, ERROR = 0x00, 0xFB, 0xFE, 0xFF
LONG_PASSWORD, WITH_SCHEMA, WITH_TLS, SECURE = 0x0001, 0x0008, 0x0800, 0x8000
WITH_PLUGIN, WITH_ATTRIBUTES, NO_EOF = 0x0008, 0x0010, 0x0100  # of the further capabilities
NAMES_SCHEMA, CHANGE_USER = (2, 5, 6), 17  # use, create and drop a schema
QUERY, FIELD_LIST, STATISTICS, PREPARE, EXECUTE = 3, 4, 9, 22, 23
MORE_RESULTS, SHORT_EOF, MOST = 0x0008, 9, 5000
LOGIN, WAITING, COLUMNS, COLUMNS_END, ROWS, IDLE, BINARY = "login", "waiting", "columns", "columns' end", "rows", "idle", "binary"
TYPES = {
    0: "FIELD_TYPE_DECIMAL", 1: "FIELD_TYPE_TINY", 2: "FIELD_TYPE_SHORT", 3: "FIELD_TYPE_LONG", 4: "FIELD_TYPE_FLOAT",
    5: "FIELD_TYPE_DOUBLE", 6: "FIELD_TYPE_NULL", 7: "FIELD_TYPE_TIMESTAMP", 8: "FIELD_TYPE_LONGLONG",
    9: "FIELD_TYPE_INT24", 10: "FIELD_TYPE_DATE", 11: "FIELD_TYPE_TIME", 12: "FIELD_TYPE_DATETIME",
    13: "FIELD_TYPE_YEAR", 15: "FIELD_TYPE_VARCHAR", 16: "FIELD_TYPE_BIT", 245: "FIELD_TYPE_JSON",
    246: "FIELD_TYPE_NEWDECIMAL", 247: "FIELD_TYPE_ENUM", 248: "FIELD_TYPE_SET", 249: "FIELD_TYPE_TINY_BLOB",
    250: "FIELD_TYPE_MEDIUM_BLOB", 251: "FIELD_TYPE_LONG_BLOB", 252: "FIELD_TYPE_BLOB", 253: "FIELD_TYPE_VAR_STRING",
    254: "FIELD_TYPE_STRING", 255: "FIELD_TYPE_GEOMETRY",
}  # fmt: skip


class Talking(NamedTuple):
    """Where a conversation is: what comes next from the server, how many columns are left, whether EOF packets are used."""

    phase: str = LOGIN
    left: int = 0
    no_eof: bool = False
    maria: bool = False
    command: int = 0

    def asked(self, number: int, packet: bytes) -> Talking:
        """After a client's packet."""
        if number == 1 and self.phase == LOGIN and len(packet) >= 4:
            return self._replace(no_eof=bool(int.from_bytes(packet[2:4], "little") & NO_EOF))
        if number == 0 and packet and self.phase != LOGIN:
            return self._replace(phase=WAITING, command=packet[0], left=0)
        return self

    def answered(self, packet: bytes) -> tuple[str, Talking]:
        """What a server's packet is, and what comes next."""
        first = packet[0] if packet else OK
        ends = first == END_OF_FILE and (len(packet) < SHORT_EOF or self.no_eof)
        if first == ERROR:
            return "error", self._replace(phase=LOGIN if self.phase == LOGIN else IDLE)
        if self.phase == LOGIN:
            if first in (9, 10) and len(packet) > 20:
                return "greeting", self._replace(maria=b"MariaDB" in packet[:80])
            return ("ok", self._replace(phase=IDLE)) if first == OK else ("other", self)
        if self.phase == WAITING:
            return self._first(first, packet, ends)
        if self.phase == COLUMNS:
            left = self.left - 1
            after = self._replace(left=left)
            return "column", after if left > 0 else after._replace(phase=ROWS if self.no_eof else COLUMNS_END)
        if self.phase == COLUMNS_END:
            return "eof" if ends else "other", self._replace(phase=ROWS)
        if self.phase == ROWS:
            if not ends:
                return "row", self
            more = more_results(packet, self.no_eof)
            return "ok" if self.no_eof and len(packet) >= 7 else "eof", self._replace(phase=WAITING if more else IDLE)
        return "ok" if first == OK and len(packet) >= 7 else "eof" if ends else "other", self

    def _first(self, first: int, packet: bytes, ends: bool) -> tuple[str, Talking]:
        if self.command == STATISTICS or self.command in (FIELD_LIST, PREPARE):
            return "other", self._replace(phase=IDLE)
        if first == OK:
            return "ok", self._replace(phase=WAITING if more_results(packet, False) else IDLE)
        if first == IN_FILE or ends:
            return "eof" if ends else "other", self._replace(phase=IDLE)
        binary = self.command == EXECUTE
        return "count", self._replace(phase=BINARY if binary else COLUMNS, left=first if first < IN_FILE else MOST)


def more_results(packet: bytes, header_eof: bool) -> bool:
    """Whether an OK or EOF packet says that there is another result."""
    if packet[:1] == b"\xfe" and len(packet) < SHORT_EOF and not header_eof:
        return bool(int.from_bytes(packet[3:5], "little") & MORE_RESULTS)
    at = 1
    for _ in range(2):
        if at >= len(packet):
            return False
        at += 1 + {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(packet[at], 0)
    return bool(int.from_bytes(packet[at : at + 2], "little") & MORE_RESULTS)


def _named(prefix: str, word: Field, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    return tuple(flag(None, f"{prefix}.{name}", label, mask, little=True, within=word) for name, label, mask in rows)


CAPABILITIES = (
    ("lp", "Long Password", 0x0001), ("fr", "Found Rows", 0x0002), ("lf", "Long Column Flags", 0x0004),
    ("cd", "Connect With Database", 0x0008), ("ns", "Don't Allow database.table.column", 0x0010),
    ("cp", "Can use compression protocol", 0x0020), ("ob", "ODBC Client", 0x0040),
    ("li", "Can Use LOAD DATA LOCAL", 0x0080), ("is", "Ignore Spaces before '('", 0x0100),
    ("cu", "Speaks 4.1 protocol (new flag)", 0x0200), ("ia", "Interactive Client", 0x0400),
    ("sl", "Switch to SSL after handshake", 0x0800), ("ii", "Ignore sigpipes", 0x1000),
    ("ta", "Knows about transactions", 0x2000), ("rs", "Speaks 4.1 protocol (old flag)", 0x4000),
    ("sc", "Can do 4.1 authentication", 0x8000),
)  # fmt: skip
FURTHER = (
    ("ms", "Multiple statements", 0x0001), ("mr", "Multiple results", 0x0002), ("pm", "PS Multiple results", 0x0004),
    ("pa", "Plugin Auth", 0x0008), ("ca", "Connect attrs", 0x0010), ("pm", "Plugin Auth LENENC Client Data", 0x0020),
    ("ep", "Client can handle expired passwords", 0x0040), ("session_track", "Session variable tracking", 0x0080),
    ("deprecate_eof", "Deprecate EOF", 0x0100), ("optional_metadata", "Client can hanle optional resultset metadata", 0x0200),
    ("compress_zsd", "ZSTD Compression Algorithm", 0x0400), ("query_attrs", "Query Attributes", 0x0800),
    ("mf_auth", "Multifactor Authentication", 0x1000), ("cap_ext", "Capability Extension", 0x2000),
)  # fmt: skip
STATUS = (
    ("it", "In transaction", 0x0001), ("ac", "AUTO_COMMIT", 0x0002), ("mu", "Multi query / Unused", 0x0004),
    ("mr", "More results", 0x0008), ("bi", "Bad index used", 0x0010), ("ni", "No index used", 0x0020),
    ("cr", "Cursor exists", 0x0040), ("lr", "Last row sent", 0x0080), ("dr", "Database dropped", 0x0100),
    ("bs", "No backslash escapes", 0x0200), ("mc", "Metadata changed", 0x0400), ("query_was_slow", "Query was slow", 0x0800),
    ("ps_out_params", "PS Out Params", 0x1000), ("trans_readonly", "In Trans Readonly", 0x2000),
    ("session_state_changed", "Session state changed", 0x4000),
)  # fmt: skip
MARIA = (
    ("pr", "Progress indication", 0x01), ("cm", "Multi commands", 0x02), ("bo", "Bulk Operations", 0x04),
    ("em", "Extended metadata", 0x08), ("me", "Cache metadata", 0x10),
)  # fmt: skip
COLUMN_FLAGS = (
    ("not_null", "Not null", 0x0001), ("primary_key", "Primary key", 0x0002), ("unique_key", "Unique key", 0x0004),
    ("multiple_key", "Multiple key", 0x0008), ("blob", "Blob", 0x0010), ("unsigned", "Unsigned", 0x0020),
    ("zero_fill", "Zero fill", 0x0040), ("enum", "Enum", 0x0100), ("auto_increment", "Auto increment", 0x0200),
    ("timestamp", "Timestamp", 0x0400), ("set", "Set", 0x0800),
)  # fmt: skip


class MySQL(Layer):
    """The packets of a segment."""

    name, label, column = "mysql", "MySQL Protocol", "MySQL"
    binds = {"tcp.port": (PORT,)}
    reaches = ("tls",)
    messages = Messages(
        header=4,
        length=lambda p: where(p.u8(2) < 64, 4 + p.u8(0) + (p.u8(1) << 8) + (p.u8(2) << 16), AS_IT_IS),
        switch=lambda octets: "tls" if len(octets) == 36 and octets[5] & 8 else "",  # a login with nothing but flags
        switch_at=(0, b"\x20\0\0\1"),
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
    server_cap_bits = _named("mysql.caps", server_caps, *CAPABILITIES)
    server_more = u16(None, "mysql.extcaps.server", "Extended Server Capabilities", HEX, little=True)
    server_more_bits = _named("mysql.caps", server_more, *FURTHER)
    server_unused = u16(None, "mysql.caps.unused", "Unused", HEX, mask=0xC000, little=True, within=server_more)
    client_caps = u16(None, "mysql.caps.client", "Client Capabilities", HEX, little=True)
    client_cap_bits = _named("mysql.caps", client_caps, *CAPABILITIES)
    client_more = u16(None, "mysql.extcaps.client", "Extended Client Capabilities", HEX, little=True)
    client_more_bits = _named("mysql.caps", client_more, *FURTHER)
    client_unused = u16(None, "mysql.caps.unused", "Unused", HEX, mask=0xC000, little=True, within=client_more)
    maria_server = u32(None, "mariadb.extcaps.server", "MariaDB Extended Server Capabilities", HEX, little=True)
    maria_server_bits = _named("mariadb.caps", maria_server, *MARIA)
    maria_client = u32(None, "mariadb.extcaps.client", "MariaDB Extended Client Capabilities", HEX, little=True)
    maria_client_bits = _named("mariadb.caps", maria_client, *MARIA)
    language = u8(None, "mysql.server_language", "Server Language")
    maria_language = u8(None, "mariadb.server_language", "Server Language")
    status = u16(None, "mysql.server_status", "Server Status", HEX, little=True)
    status_bits = _named("mysql.stat", status, *STATUS)
    plugin_length = u8(None, "mysql.auth_plugin.length", "Authentication Plugin Length")
    unused = raw(None, "mysql.unused", "Unused")
    plugin = Field("mysql.auth_plugin", "Authentication Plugin", STRINGZ)
    client_plugin = Field("mysql.client_auth_plugin", "Client Auth Plugin", STRING)
    max_packet = u32(None, "mysql.max_packet", "MAX Packet", little=True)
    charset, maria_charset = u8(None, "mysql.charset", "Charset"), u8(None, "mariadb.charset", "Charset")
    charset_of_change = Field("mysql.charset", "Charset", charset.type, size=2, little=True)
    user = Field("mysql.user", "Username", STRINGZ)
    password_length = u8(None, "", "Password length")
    password = raw(None, "mysql.passwd", "Password")
    schema = string(None, "mysql.schema", "Schema")
    attributes, attribute = group("mysql.connattrs", "Connection Attributes"), group("mysql.connattrs.attr", "Connection Attribute")
    attributes_length = Field("mysql.connattrs.length", "Connection Attributes length", UINT64)
    attribute_name_length = Field("mysql.connattrs.name.length", "Connection Attribute Name Length", UINT64)
    attribute_name = Field("mysql.connattrs.name", "Connection Attribute Name", STRINGZ)
    attribute_value_length = Field("mysql.connattrs.value.length", "Connection Attribute Value Length", UINT64)
    attribute_value = Field("mysql.connattrs.value", "Connection Attribute Value", STRINGZ)
    prefix, counted_length = Field("mariadb.prefix", "Prefix", u8(None, "", "").type), Field("mariadb.length", "Length", UINT64)
    command = u8(None, "mysql.command", "Command", names=COMMANDS)
    query = string(None, "mysql.query", "Statement")
    statement = u32(None, "mysql.stmt_id", "Statement ID", little=True)
    response = u8(None, "mysql.response_code", "Response Code", HEX, names={OK: "OK Packet", ERROR: "ERR Packet",
                  END_OF_FILE: "EOF Packet"})  # fmt: skip
    eof = u8(None, "mysql.eof", "EOF marker")
    error = u16(None, "mysql.error_code", "Error Code", little=True)
    state_mark = u8(None, "", "Mark")
    state = string(None, "mysql.sqlstate", "SQL state", size=5)
    error_text = string(None, "mysql.error.message", "Error message")
    affected = Field("mysql.affected_rows", "Affected Rows", UINT64)
    insert = Field("mysql.insert_id", "Last INSERT ID", UINT64)
    warnings = u16(None, "mysql.warnings", "Warnings", little=True)
    message_text = string(None, "mysql.message", "Message")
    columns_count = Field("mysql.num_fields", "Number of fields", UINT64)
    texts = tuple(
        Field(f"mysql.field.{name}", label, STRING)
        for name, label in (("catalog", "Catalog"), ("db", "Database"), ("table", "Table"),
                            ("org_table", "Original table"), ("name", "Name"), ("org_name", "Original name"))
    )  # fmt: skip
    column_charset = u16(None, "mysql.field.charsetnr", "Charset number", little=True)
    column_length = Field("mysql.field.length", "Length", UINT32, little=True)
    column_type = u8(None, "mysql.field.type", "Type", names=TYPES)
    column_flags = u16(None, "mysql.field.flags", "Flags", HEX, little=True)
    column_flag_bits = _named("mysql.field.flags", column_flags, *COLUMN_FLAGS)
    decimals = u8(None, "mysql.field.decimals", "Decimals")
    row_text = string(None, "mysql.row.text", "text")
    other = raw(None, "", "Data")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """Where the conversation is before a segment's packets."""
        now: Talking = talk.get("mysql", Talking())
        before, octets, at = now, heard.octets, 0
        while at + 4 <= len(octets):
            size = int.from_bytes(octets[at : at + 3], "little")
            packet = octets[at + 4 : at + 4 + size]
            now = now.asked(octets[at + 3], packet) if heard.dstport == PORT else now.answered(packet)[1]
            at += 4 + size
        talk["mysql"] = now
        return before

    @classmethod
    def decode(cls, c: Cursor) -> None:
        carrier = c.h.outer("tcp")
        front = carrier is None or carrier.dstport == PORT
        now: Talking = heard_of(c.h) or Talking(phase=IDLE)
        said = list[str]()
        while c.remaining:
            size = c.peek(3, little=True)
            with c.group(cls.packet, min(4 + size, c.limit - c.pos)) as c:
                c.add(cls.size_of)
                number = c.add(cls.number)
                octets = c.peek_bytes(c.remaining)
                if octets and front:
                    said.append(cls._client(c, number, now))
                    now = now.asked(number, octets)
                elif octets:
                    kind, after = now.answered(octets)
                    if kind == "other" and not number and octets[0] in (9, 10) and len(octets) > 20:
                        kind = "greeting"
                    said.append(cls._server(c, kind, now))
                    now = after
                c.rest(cls.other)
        c.info(" ".join(text for text in dict.fromkeys(said) if text))

    @classmethod
    def _client(cls, c: Cursor, number: int, now: Talking) -> str:
        if number == 1 and c.remaining >= 32 and not any(c.peek_bytes(19, 9)):
            with c.group(cls.login, c.remaining) as c:
                return f"Login Request user={cls._login(c, now)}"
        if number:
            return "Response"
        with c.group(cls.request, c.remaining) as c:
            command = c.add(cls.command)
            c.label(f"Request Command {COMMANDS.get(command, 'Unknown')}")
            if command in (QUERY, PREPARE) and c.remaining:
                c.add(cls.query, c.remaining)
            elif command in NAMES_SCHEMA and c.remaining:
                c.add(cls.schema, c.remaining)
            elif command == CHANGE_USER and c.remaining:
                cls._change(c)
            elif command in (EXECUTE, 25, 26, 24) and c.remaining >= 4:
                c.add(cls.statement)
            return f"Request {COMMANDS.get(command, 'Unknown')}"

    @classmethod
    def _login(cls, c: Cursor, now: Talking) -> str:
        caps, more = c.add(cls.client_caps), c.add(cls.client_more)
        c.add(cls.max_packet)
        c.add(cls.maria_charset if now.maria else cls.charset)
        if now.maria and not caps & LONG_PASSWORD:
            c.add(cls.unused, 19)
            c.add(cls.maria_client)
        else:
            c.add(cls.unused, 23)
        if caps & WITH_TLS and not c.remaining:
            return ""
        user = zero(c, cls.user)
        if caps & SECURE and c.remaining:
            size = c.add(cls.password_length)
            if size:
                c.add(cls.password, size)
        if caps & WITH_SCHEMA and c.remaining:
            zero(c, cls.schema)
        if more & WITH_PLUGIN and c.remaining:
            zero(c, cls.client_plugin)
        if more & WITH_ATTRIBUTES and c.remaining:
            cls._attributes(c)
        return user

    @classmethod
    def _change(cls, c: Cursor) -> None:
        """Another user of the same connection."""
        zero(c, cls.user)
        if c.remaining and (size := c.add(cls.password_length)):
            c.add(cls.password, size)
        if c.remaining:
            zero(c, cls.schema)
        if c.remaining >= 2:
            c.add(cls.charset_of_change)
        if c.remaining:
            zero(c, cls.client_plugin)
        if c.remaining:
            cls._attributes(c)

    @classmethod
    def _attributes(cls, c: Cursor) -> None:
        with c.group(cls.attributes, c.remaining) as c:
            counted(c, cls.attributes_length)
            while c.remaining:
                with c.group(cls.attribute) as c:
                    c.add(cls.attribute_name, counted(c, cls.attribute_name_length))
                    c.add(cls.attribute_value, counted(c, cls.attribute_value_length))

    @classmethod
    def _server(cls, c: Cursor, kind: str, now: Talking) -> str:
        if kind == "greeting":
            with c.group(cls.greeting, c.remaining) as c:
                c.add(cls.version_number)
                version = zero(c, cls.version)
                cls._greeting(c, "MariaDB" in version)
                return f"Server Greeting  proto=10 version={version}"
        if kind == "error":
            return cls._error(c)
        if kind == "ok":
            if c.add(cls.response) == END_OF_FILE:
                c.pos -= 1
                c.add(cls.eof)
            counted(c, cls.affected)
            if c.remaining and c.peek(1):
                counted(c, cls.insert)
            elif c.remaining:
                counted(c, None)
            if c.remaining >= 4:
                c.add(cls.status)
                c.add(cls.warnings)
            if c.remaining > 1 and 0 < c.peek(1) < c.remaining:
                c.add(cls.message_text, counted(c, None))
            return "Response OK"
        if kind == "eof":
            c.add(cls.response)
            c.pos -= 1
            c.add(cls.eof)
            if c.remaining >= 4:
                c.add(cls.warnings)
                c.add(cls.status)
            return "Response EOF"
        if kind == "count":
            counted(c, cls.columns_count)
            return "Response TABULAR"
        if kind == "other" and now.phase == WAITING and now.command == STATISTICS:
            c.rest(cls.message_text)
        if kind == "column":
            cls._column(c)
        elif kind == "row":
            cls._row(c)
        return "Response"

    @classmethod
    def _error(cls, c: Cursor) -> str:
        c.add(cls.response)
        error = c.add(cls.error)
        if c.remaining and c.peek(1) == ord("#"):
            c.add(cls.state_mark)
            c.add(cls.state)
        if c.remaining:
            c.add(cls.error_text, c.remaining)
        return f"Response Error {error}"

    @classmethod
    def _column(cls, c: Cursor) -> None:
        for field in cls.texts:
            size = counted(c, None)
            if size:
                c.add(field, size)
        while c.remaining > 13:  # what MariaDB says more of a type
            c.add(cls.other, counted(c, None))
        if c.remaining >= 11:
            counted(c, None, shown=False)
            for field in (cls.column_charset, cls.column_length, cls.column_type, cls.column_flags, cls.decimals):
                c.add(field)

    @classmethod
    def _row(cls, c: Cursor) -> None:
        while c.remaining:
            if c.peek(1) == IN_FILE:
                c.derived(cls.prefix, IN_FILE)
                c.add(cls.row_text, 1, value="NULL")
                continue
            size = counted(c, None)
            c.add(cls.row_text, size)

    @classmethod
    def _greeting(cls, c: Cursor, maria: bool) -> None:
        c.add(cls.thread)
        zero(c, cls.salt)
        c.add(cls.server_caps)
        if c.remaining < 16:
            return
        for field in (cls.maria_language if maria else cls.language, cls.status, cls.server_more, cls.plugin_length):
            c.add(field)
        if maria:
            c.add(cls.unused, 6)
            c.add(cls.maria_server)
        else:
            c.add(cls.unused, 10)
        if c.remaining:
            zero(c, cls.salt2)
        if c.remaining:
            zero(c, cls.plugin)


def counted(c: Cursor, field: Field | None, shown: bool = True) -> int:
    """A number that its first octet tells the width of; `field` says what it is."""
    first = c.peek(1)
    width = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first, 0)
    value = c.peek(width, 1, little=True) if width else first
    if shown:
        c.derived(MySQL.prefix, first)
        c.derived(MySQL.counted_length, value)
    c.add(field if field is not None else MySQL.other, 1 + width, value=value if field is not None else None)
    return value
