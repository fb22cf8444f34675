"""The browser protocol of Microsoft's networks (MS-BRWS): who serves in a workgroup."""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRINGZ, Field, flag, raw, string, u8, u16, u32
from dissect.engine.layer import Layer

HOST, REQUEST, ELECTION, BACKUP_REQUEST, BACKUP_RESPONSE, BECOME, DOMAIN, MASTER, RESET, LOCAL_MASTER = (
    1, 2, 8, 9, 10, 11, 12, 13, 14, 15,
)  # fmt: skip
COMMANDS = {
    HOST: "Host Announcement", REQUEST: "Request Announcement", ELECTION: "Browser Election Request",
    BACKUP_REQUEST: "Get Backup List Request", BACKUP_RESPONSE: "Get Backup List Response",
    BECOME: "Become Backup Browser", DOMAIN: "Domain/Workgroup Announcement", MASTER: "Master Announcement",
    RESET: "Reset Browser State Announcement", LOCAL_MASTER: "Local Master Announcement",
}  # fmt: skip
WINDOWS = {(3, 51): "Windows NT 3.51", (4, 0): "Windows NT 4.0", (5, 0): "Windows 2000", (5, 1): "Windows XP",
           (5, 2): "Windows Server 2003", (6, 0): "Windows Vista or Windows Server 2008",
           (6, 1): "Windows 7 or Windows Server 2008 R2"}  # fmt: skip
SERVERS = (
    ("workstation", "Workstation"), ("server", "Server"), ("sql", "SQL"), ("domain_controller", "Domain Controller"),
    ("backup_controller", "Backup Controller"), ("time", "Time Source"), ("apple", "Apple"), ("novell", "Novell"),
    ("member", "Member"), ("print", "Print"), ("dialin", "Dialin"), ("xenix", "Xenix"), ("ntw", "NT Workstation"),
    ("wfw", "WfW"), ("", ""), ("nts", "NT Server"), ("browser.potential", "Potential Browser"),
    ("browser.backup", "Backup Browser"), ("browser.master", "Master Browser"),
    ("browser.domain_master", "Domain Master Browser"), ("osf", "OSF"), ("vms", "VMS"), ("w95", "Windows 95+"),
    ("dfs", "DFS"), ("", ""), ("", ""), ("", ""), ("", ""), ("", ""), ("", ""), ("local", "Local"),
    ("domainenum", "Domain Enum"),
)  # fmt: skip
NAME = 16


def _servers(word: Field) -> tuple[Field, ...]:
    return tuple(
        flag(None, f"browser.server_type.{name}", label, 1 << bit, little=True, within=word)
        for bit, (name, label) in enumerate(SERVERS)
        if name
    )


def _few(word: Field, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    return tuple(flag(None, f"{word.name}.{name}", label, mask, within=word) for name, label, mask in rows)


class Browser(Layer):
    """One announcement, request or vote."""

    name, label, column = "browser", "Microsoft Windows Browser Protocol", "BROWSER"

    command = u8(0, "browser.command", "Command", HEX, names=COMMANDS)
    update = u8(None, "browser.update_count", "Update Count")
    period = u32(None, "browser.period", "Update Periodicity", little=True)
    server = string(None, "browser.server", "Server Name")
    windows = string(None, "browser.windows_version", "Windows version", size=2)
    os_major, os_minor = u8(None, "browser.os_major", "OS Major Version"), u8(None, "browser.os_minor", "OS Minor Version")
    types = u32(None, "browser.server_type", "Server Type", HEX, little=True)
    type_bits = _servers(types)
    proto_major = u8(None, "browser.proto_major", "Browser Protocol Major Version")
    proto_minor = u8(None, "browser.proto_minor", "Browser Protocol Minor Version")
    sign = u16(None, "browser.sig", "Signature", HEX, little=True)
    mysterious = u32(None, "browser.mysterious_field", "Mysterious Field", HEX, little=True)
    comment = Field("browser.comment", "Host Comment", STRINGZ)
    master = string(None, "browser.mb_server", "Master Browser Server Name")
    unused = u8(None, "browser.unused", "Unused flags", HEX)
    response_name = Field("browser.response_computer_name", "Response Computer Name", STRINGZ)
    version = u8(None, "browser.election.version", "Election Version")
    criteria = u32(None, "browser.election.criteria", "Election Criteria", HEX, little=True)
    desire = u8(None, "browser.election.desire", "Election Desire", HEX)
    desire_bits = _few(
        desire, ("backup", "Backup", 0x01), ("standby", "Standby", 0x02), ("master", "Master", 0x04),
        ("domain_master", "Domain Master", 0x08), ("wins", "WINS", 0x20), ("nt", "NT", 0x80),
    )  # fmt: skip
    os = u8(None, "browser.election.os", "Election OS", HEX)
    os_bits = _few(os, ("wfw", "WfW", 0x01), ("ntw", "NT Workstation", 0x10), ("nts", "NT Server", 0x20))
    uptime = u32(None, "browser.uptime", "Uptime", little=True)
    backup_count = u8(None, "browser.backup.count", "Backup List Requested Count")
    backup_token = u32(None, "browser.backup.token", "Backup Request Token", little=True)
    backup_server = string(None, "browser.backup.server", "Backup Server")
    promoted = Field("browser.browser_to_promote", "Browser to Promote", STRINGZ)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.command
        c.info(COMMANDS.get(kind, f"Unknown (0x{kind:02x})"))
        read = READERS.get(kind)
        if read is not None:
            read(c)
        c.rest(cls.other)


B = Browser


def text(c: Cursor, field: Field) -> str:
    """A text up to its zero."""
    octets = c.peek_bytes(c.remaining)
    end = octets.find(b"\0")
    size = len(octets) if end < 0 else end + 1
    return str(c.add(field, size, value=octets[:size].rstrip(b"\0").decode("latin-1")))


def announcement(c: Cursor) -> None:
    """A server, or a workgroup, and what runs there."""
    c.add(B.update)
    c.add(B.period)
    name = c.peek_bytes(NAME).split(b"\0")[0].decode("latin-1")
    c.add(B.server, NAME, value=name)
    version = (c.peek(1), c.peek(1, 1))
    c.derived(B.windows, WINDOWS.get(version, ""))
    c.add(B.os_major)
    c.add(B.os_minor)
    c.add(B.types)
    if c.h.command == DOMAIN:
        c.add(B.mysterious)
        text(c, B.master)
    else:
        for field in (B.proto_major, B.proto_minor, B.sign):
            c.add(field)
        text(c, B.comment)
    c.append_info(f" {name}")


def request(c: Cursor) -> None:
    """Servers are to announce themselves."""
    c.add(B.unused)
    c.append_info(f" {text(c, B.response_name)}")


def election(c: Cursor) -> None:
    """A vote for the sender."""
    c.add(B.version)
    with c.group(B.criteria, 4, value=c.peek(4, little=True)) as c:
        c.add(B.desire)
        c.add(B.proto_major)
        c.add(B.proto_minor)
        c.add(B.os)
    c.add(B.uptime)
    c.add(B.other, 4)
    text(c, B.server)


def backups(c: Cursor) -> None:
    """Backup browsers wanted or told."""
    count = c.add(B.backup_count)
    c.add(B.backup_token)
    for _ in range(count if c.h.command == BACKUP_RESPONSE else 0):
        text(c, B.backup_server)


READERS: dict[int, Callable[[Cursor], None]] = {
    HOST: announcement, LOCAL_MASTER: announcement, DOMAIN: announcement, REQUEST: request, ELECTION: election,
    BACKUP_REQUEST: backups, BACKUP_RESPONSE: backups, BECOME: lambda c: (text(c, B.promoted), None)[1],
}  # fmt: skip
