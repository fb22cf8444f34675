"""Berkeley's remote commands: rlogin (RFC 1282), rsh and rexec.

    rsh, rexec: a port for errors, names (rexec: and a password), a command, a zero behind each; then what is said
    rlogin: a zero; two names, a terminal's type with its speed, a zero behind each; then what is typed
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRINGZ, UINT32, Field, group, raw, string, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.sides import sent_to

EXEC_PORT, RLOGIN_PORT, RSH_PORT = 512, 513, 514
PORT_DIGITS = 5


def words(c: Cursor, fields: tuple[Field, ...]) -> bool:
    """Read texts that end in zeros where the segment is made of just these."""
    octets = c.peek_bytes(c.remaining)
    parts = octets.split(b"\0")
    count = len(parts) - 1
    if parts[-1] or count not in (1, len(fields) - 1, len(fields)):
        return False
    if count < len(fields) - 1 or count == len(fields):
        if len(parts[0]) > PORT_DIGITS or not (parts[0] or b"0").isdigit():
            return False
    else:
        fields = fields[1:]
    for field, part in zip(fields, parts, strict=False):
        c.add(field, len(part) + 1)
    return True


def session(c: Cursor, asks: bool, opening: tuple[Field, ...], data: tuple[Field, Field]) -> None:
    """A segment of rsh or rexec: the words that open a session, or what is said by either side."""
    c.info("Client -> Server data" if asks else "Server -> Client Data")
    if asks and words(c, opening):
        c.info("Session Establishment")
    c.rest(data[0] if asks else data[1])


class Exec(Layer):
    """One segment."""

    name, label, column = "exec", "Remote Process Execution", "EXEC"
    binds = {"tcp.port": (EXEC_PORT,)}

    port = Field("exec.stderr_port", "Stderr port (optional)", STRINGZ)
    user = Field("exec.username", "Client username", STRINGZ)
    password = Field("exec.password", "Client password", STRINGZ)
    command = Field("exec.command", "Command to execute", STRINGZ)
    asked = raw(None, "exec.client_server_data", "Client -> Server Data")
    said = raw(None, "exec.server_client_data", "Server -> Client Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        session(c, sent_to(c, EXEC_PORT), (cls.port, cls.user, cls.password, cls.command), (cls.asked, cls.said))


class RSH(Layer):
    """One segment."""

    name, label, column = "rsh", "Remote Shell", "RSH"
    binds = {"tcp.port": (RSH_PORT,)}

    port = Field("rsh.stderr_port", "Stderr port (optional)", STRINGZ)
    client = Field("rsh.client_username", "Client username", STRINGZ)
    server = Field("rsh.server_username", "Server username", STRINGZ)
    command = Field("rsh.command", "Command to execute", STRINGZ)
    asked = raw(None, "rsh.client_server_data", "Client -> Server Data")
    said = raw(None, "rsh.server_client_data", "Server -> Client Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        session(c, sent_to(c, RSH_PORT), (cls.port, cls.client, cls.server, cls.command), (cls.asked, cls.said))


CONTROLS = {0x02: "Clear buffer", 0x10: "Raw mode", 0x20: "Cooked mode", 0x80: "Window size request"}


class RLogin(Layer):
    """One segment."""

    name, label, column = "rlogin", "Rlogin Protocol", "Rlogin"
    binds = {"tcp.port": (RLOGIN_PORT,)}

    start_flag = u8(None, "rlogin.client_startup_flag", "Client startup flag", HEX)
    received = u8(None, "rlogin.startup_info_received_flag", "Startup info received flag", HEX)
    user_info = string(None, "rlogin.user_info", "User Info")
    client = string(None, "rlogin.client_user_name", "Client-user-name")
    server = string(None, "rlogin.server_user_name", "Server-user-name")
    terminal = string(None, "rlogin.terminal_type", "Terminal-type")
    speed = Field("rlogin.terminal_speed", "Terminal-speed", UINT32)
    control = u8(None, "rlogin.control_message", "Control message", HEX, names=CONTROLS)
    window = group("rlogin.window_size", "Window Info")
    cookie = u16(None, "rlogin.magic_cookie", "Magic Cookie", HEX)
    marker = string(None, "rlogin.window_size.ss", "Window size marker")
    rows = u16(None, "rlogin.window_size.rows", "Rows")
    columns = u16(None, "rlogin.window_size.cols", "Columns")
    x_pixels = u16(None, "rlogin.window_size.x_pixels", "X Pixels")
    y_pixels = u16(None, "rlogin.window_size.y_pixels", "Y Pixels")
    data = string(None, "rlogin.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, RLOGIN_PORT)
        octets = c.peek_bytes(c.remaining)
        carrier = c.h.outer("tcp")
        if carrier is not None and carrier.urgent >= len(octets) > 0 and carrier.flags & 0x20:
            c.info("Control Message")
            c.add(cls.control)
        elif octets == b"\0":
            c.info("Client startup flag" if asks else "Startup info received")
            c.add(cls.start_flag if asks else cls.received)
        elif asks and octets[:4] == b"\xff\xffss" and len(octets) >= 12:
            c.info("Terminal Info")
            with c.group(cls.window, 12) as c:
                c.add(cls.cookie)
                c.add(cls.marker, 2)
                for field in (cls.rows, cls.columns, cls.x_pixels, cls.y_pixels):
                    c.add(field)
        elif asks and octets.count(b"\0") == 3 and octets.endswith(b"\0") and octets[0]:
            c.info(f"User name: {octets.split(bytes(1))[0].decode('latin-1')}")
            cls._user(c, octets)
        else:
            c.info("Data: " + octets[:120].decode("latin-1"))
        if c.remaining:
            c.add(cls.data, c.remaining)

    @classmethod
    def _user(cls, c: Cursor, octets: bytes) -> None:
        client, server, terminal, _ = octets.split(b"\0")
        with c.group(cls.user_info, len(octets)) as c:
            for field, part in ((cls.client, client), (cls.server, server)):
                c.add(field, len(part) + 1)
            kind, slash, speed = terminal.partition(b"/")
            c.add(cls.terminal, len(kind))
            if slash and speed.isdigit() and len(speed) < 9:
                c.pos += 1
                c.add(cls.speed, len(speed), value=int(speed))
            c.pos = c.end
