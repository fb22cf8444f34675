"""TDS, the protocol of Sybase's and Microsoft's SQL servers (MS-TDS).

    +----------------+----------------+---------------------------------+
    |      type      |     status     |   length, itself included       |
    +----------------+----------------+----------------+----------------+
    |      channel (SPID)             |  packet number |     window     |
    +---------------------------------+----------------+----------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

QUERY, LOGIN, RPC, RESPONSE, ATTENTION, LOGIN7, SSPI, PRELOGIN = 1, 2, 3, 4, 6, 16, 17, 18
TYPES = {
    QUERY: "SQL batch", LOGIN: "Pre-TDS7 login", RPC: "Remote Procedure Call", RESPONSE: "Response", 5: "Unused",
    ATTENTION: "Attention", 7: "Bulk load data", 8: "Open Channel", 9: "Close Channel", 10: "Resource Error",
    11: "Log Channel ACK", 12: "Echo", 13: "Logout Channel", 14: "Transaction Manager Request",
    15: "TDS5 tokens", LOGIN7: "TDS7 login", SSPI: "SSPI message", PRELOGIN: "TDS7 pre-login message", 23: "TLS exchange",
}  # fmt: skip
OPTIONS = {0: "Version", 1: "Encryption", 2: "InstOpt", 3: "ThreadID", 4: "MARS", 5: "TraceID", 6: "FedAuthRequired",
           7: "NonceOpt", 255: "Terminator"}  # fmt: skip
ENCRYPTIONS = {0: "Encryption is available but off", 1: "Encryption is available and on", 2: "Encryption is not available",
               3: "Encryption is required"}  # fmt: skip
HEADER, MOST = 8, 64
TEXTS = ("clientname", "username", "password", "appname", "servername", "", "libraryname", "locale", "databasename")


class TDS(Layer):
    """One packet; those behind it in a segment follow as further layers."""

    name, label, column = "tds", "Tabular Data Stream", "TDS"
    binds = {"tcp.port": (1433, 2433)}
    accepts = lambda p: (p.u8(0) >= 1) & (p.u8(0) <= 18) & (p.u16(2) >= 8)
    reaches = ("tds", "gss-api", "ntlmssp", "tls")
    messages = Messages(
        header=HEADER,
        length=lambda p: where(
            (p.u8(0) >= 1) & (p.u8(0) <= 23) & (p.u8(1) <= 31) & (p.u16(2) >= HEADER), p.u16(2), AS_IT_IS
        ),
    )  # fmt: skip

    type = u8(0, "tds.type", "Type", names=TYPES)
    status = u8(1, "tds.status", "Status", HEX)
    status_bits = bits(
        status, "tds.status", ("eom", "End of message", 0x01), ("ignore", "Ignore this event", 0x02),
        ("event_notif", "Event notification", 0x04), ("reset_conn", "Reset connection", 0x08),
        ("reset_conn_skip_tran", "Reset connection keeping transaction state", 0x10),
    )  # fmt: skip
    size_of = u16(2, "tds.length", "Length")
    spid = u16(4, "tds.channel", "Channel")
    number = u8(6, "tds.packet_number", "Packet Number")
    window = u8(7, "tds.window", "Window")
    body = group("", "Packet")
    query = string(None, "tds.query", "Query")
    prelogin = group("tds.prelogin", "Pre-Login Message")
    option = group("", "Option")
    token = u8(None, "tds.prelogin.option.token", "Option Token", names=OPTIONS)
    option_offset = u16(None, "tds.prelogin.option.offset", "Option offset")
    option_length = u16(None, "tds.prelogin.option.length", "Option length")
    version = u32(None, "tds.prelogin.option.version", "Version")
    build = u16(None, "tds.prelogin.option.subbuild", "Sub-build")
    encryption = u8(None, "tds.prelogin.option.encryption", "Encryption", names=ENCRYPTIONS)
    thread = u32(None, "tds.prelogin.option.threadid", "ThreadID", little=True)
    mars = u8(None, "tds.prelogin.option.mars", "MARS")
    login_length = u32(None, "tds.7login.total_len", "Total Packet Length", little=True)
    tds_version = u32(None, "tds.7login.version", "TDS version", HEX)
    packet_size = u32(None, "tds.7login.packet_size", "Packet Size", little=True)
    client_version = u32(None, "tds.7login.client_version", "Client version")
    client_pid = u32(None, "tds.7login.client_pid", "Client PID", little=True)
    connection = u32(None, "tds.7login.connection_id", "Connection ID", little=True)
    login_flags = tuple(
        u8(None, f"tds.7login.{name}", label, HEX)
        for name, label in (("option_flags1", "Option Flags 1"), ("option_flags2", "Option Flags 2"),
                            ("sql_type_flags", "SQL Type Flags"), ("reserved_flags", "Reserved Flags"))
    )  # fmt: skip
    zone = u32(None, "tds.7login.time_zone", "Time Zone", HEX, little=True)
    collation = u32(None, "tds.7login.collation", "Collation", HEX, little=True)
    text_offset = u16(None, "tds.7login.offset", "Offset", HEX, little=True)
    text_length = u16(None, "tds.7login.length", "Length", HEX, little=True)
    texts = tuple(string(None, f"tds.7login.{name}", name) for name in TEXTS if name)
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown Packet Type: {type}")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        c.pos = h.start + HEADER
        with c.group(cls.body, max(min(h.size_of, c.limit - h.start) - HEADER, 0)) as c:
            octets = c.peek_bytes(c.remaining)
            if h.type == PRELOGIN and octets[:1] == b"\x16" and octets[1:2] == b"\x03":
                c.child("tls")
            elif h.type == PRELOGIN or (h.type == RESPONSE and octets[:1] == b"\0" and octets[2:3] in (b"\x1a", b"\x15")):
                cls._prelogin(c)
            elif h.type == LOGIN7:
                cls._login(c)
            elif h.type == QUERY:
                cls._query(c, octets)
            elif h.type == SSPI and octets[:1] in (b"\x60", b"\xa1"):
                c.child("gss-api")
            elif h.type == SSPI and octets[:7] == b"NTLMSSP":
                c.child("ntlmssp")
            c.rest(cls.other)
        if c.remaining >= HEADER:
            c.child("tds")

    @classmethod
    def _query(cls, c: Cursor, octets: bytes) -> None:
        size = int.from_bytes(octets[:4], "little")
        if octets[4:6] and 22 <= size < len(octets) and octets[3:4] == b"\0":  # headers in front (MS-TDS, 2.2.5.3)
            c.add(cls.other, size)
            octets = octets[size:]
        wide = octets[1:2] == b"\0"
        c.add(cls.query, len(octets), value=octets.decode("utf-16-le" if wide else "latin-1", "replace"))

    @classmethod
    def _prelogin(cls, c: Cursor) -> None:
        start, items = c.pos, list[tuple[int, int, int]]()
        with c.group(cls.prelogin, c.remaining) as c:
            while c.remaining and len(items) < MOST:
                if c.peek(1) == 255:
                    c.add(cls.token)
                    break
                kind = c.add(cls.token)
                offset = c.add(cls.option_offset)
                items.append((kind, offset, c.add(cls.option_length)))
            for kind, offset, size in items:
                if start + offset < c.pos or not size:
                    continue
                if start + offset > c.pos:
                    c.add(cls.other, start + offset - c.pos)
                if kind == 0 and size == 6:
                    c.add(cls.version)
                    c.add(cls.build)
                elif kind in (1, 4):
                    c.add(cls.encryption if kind == 1 else cls.mars)
                elif kind == 3 and size == 4:
                    c.add(cls.thread)
                else:
                    c.add(cls.other, size)
            c.rest(cls.other)

    @classmethod
    def _login(cls, c: Cursor) -> None:
        start, named = c.pos, iter(cls.texts)
        for field in (
            cls.login_length, cls.tds_version, cls.packet_size, cls.client_version, cls.client_pid, cls.connection,
            *cls.login_flags, cls.zone, cls.collation,
        ):  # fmt: skip
            c.add(field)
        places = []
        for name in TEXTS:
            offset, size = c.add(cls.text_offset), c.add(cls.text_length)
            places.append((offset, 2 * size, next(named) if name else None))
        for offset, size, text in sorted(places, key=lambda one: one[0]):
            if not size or start + offset < c.pos or text is None:
                continue
            if start + offset > c.pos:
                c.add(cls.other, start + offset - c.pos)
            octets = c.peek_bytes(size)
            if text.name.endswith("password"):  # nibbles swapped, then every bit of A5 turned (MS-TDS, 2.2.6.4)
                octets = bytes(((o ^ 0xA5) << 4 | (o ^ 0xA5) >> 4) & 0xFF for o in octets)
            c.add(text, size, value=octets.decode("utf-16-le", "replace"))


