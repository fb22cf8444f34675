"""Syslog: `<priority>` and text, as of RFC 3164 or RFC 5424.

    <34>Oct 11 22:14:15 host su: text
    <165>1 2003-10-11T22:14:15.003Z host app process message-id …
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ABSOLUTE_TIME, REST, Field, string, u8
from dissect.engine.layer import Layer

FACILITIES = {
    0: "KERN - kernel messages", 1: "USER - random user-level messages", 2: "MAIL - mail system",
    3: "DAEMON - system daemons", 4: "AUTH - security/authorization messages",
    5: "SYSLOG - messages generated internally by syslogd", 6: "LPR - line printer subsystem",
    7: "NEWS - network news subsystem", 8: "UUCP - UUCP subsystem", 9: "CRON - clock daemon (BSD, Linux)",
    10: "AUTHPRIV - security/authorization messages (private)", 11: "FTP - ftp daemon", 12: "NTP - ntp subsystem",
    13: "LOGAUDIT - log audit", 14: "LOGALERT - log alert", 15: "CRON - clock daemon (Solaris)",
} | {16 + i: f"LOCAL{i} - reserved for local use" for i in range(8)}  # fmt: skip
LEVELS = {
    0: "EMERG - system is unusable", 1: "ALERT - action must be taken immediately", 2: "CRIT - critical conditions",
    3: "ERR - error conditions", 4: "WARNING - warning conditions", 5: "NOTICE - normal but significant condition",
    6: "INFO - informational", 7: "DEBUG - debug-level messages",
}  # fmt: skip
DIGITS = 3  # of a priority
OLD = re.compile(
    rb"(?P<timestamp_old>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d) "
    rb"(?P<hostname>[^ ]+) (?P<process>[^ :\[]+)(?P<message_id>.*)",
    re.DOTALL,
)
NEW = re.compile(
    rb"(?P<version>\d{1,3}) (?P<timestamp>-|[-\d]{10}T[^ ]+) (?P<hostname>[^ ]+) (?P<app>[^ ]+) "
    rb"(?P<process>[^ ]+) (?P<message_id>.*)",
    re.DOTALL,
)


class Syslog(Layer):
    """A message of one datagram."""

    name, label, column = "syslog", "Syslog message", "Syslog"
    binds = {"udp.port": (514,)}

    facility = u8(None, "syslog.facility", "Facility", names=FACILITIES)
    level = u8(None, "syslog.level", "Level", names=LEVELS)
    msg = string(None, "syslog.msg", "Message")
    version = string(None, "syslog.version", "Syslog version")
    timestamp = Field("syslog.timestamp", "Syslog timestamp", ABSOLUTE_TIME)
    timestamp_old = string(None, "syslog.timestamp_rfc3164", "Syslog timestamp (RFC3164)")
    hostname = string(None, "syslog.hostname", "Syslog hostname")
    app = string(None, "syslog.appname", "Syslog app name")
    process = string(None, "syslog.procid", "Syslog process id")
    message_id = string(None, "syslog.msgid", "Syslog message id")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = ""
        if c.peek_bytes(1) == b"<":
            said = cls._priority(c)
        text = c.peek_bytes(c.remaining)
        c.info(said + text.decode("utf-8", "replace"))
        found = OLD.match(text) or NEW.match(text)
        if found is None or not c.remaining:
            c.add(cls.msg, REST)
            return
        start, end = c.pos, c.end
        with c.group(cls.msg, c.remaining) as c:
            for name, value in found.groupdict().items():
                c.pos = start + found.start(name)
                time = unix_time(value) if name == "timestamp" else None
                if name != "timestamp" or time is not None:
                    c.add(getattr(cls, name), len(value), time)
            c.pos = end

    @classmethod
    def _priority(cls, c: Cursor) -> str:
        """`<number>`, of at most three digits; what the Info column says of it."""
        width, number = 1, 0
        while width <= DIGITS and c.peek_bytes(1, width).isdigit():
            number = 10 * number + int(c.peek_bytes(1, width))
            width += 1
        if c.peek_bytes(1, width) == b">":
            width += 1
        facility, level = number >> 3, number & 7
        c.add(cls.facility, width, facility)
        c.derived(cls.level, level)
        return f"{FACILITIES.get(facility, 'UNKNOWN').split()[0]}.{LEVELS[level].split()[0]}: "


def unix_time(text: bytes) -> int | None:
    """Nanoseconds of a time as RFC 5424 writes it; None where it is none."""
    try:
        time = datetime.fromisoformat(text.decode("ascii"))
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        whole = time.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return (whole.days * 86400 + whole.seconds) * 1_000_000_000 + time.microsecond * 1000
