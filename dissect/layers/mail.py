"""Protocols of lines: FTP (RFC 959), SMTP (RFC 5321), POP (RFC 1939), IMAP (RFC 3501).

    USER name \\r\\n          a request: a word and its argument
    220-text \\r\\n 220 text \\r\\n   a response: a number (POP: +OK, -ERR), `-` where it goes on
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, IPV4, IPV6, STRINGZ, UINT8, UINT16, UINT32, Field, framenum, group, string
from dissect.engine.layer import Layer
from dissect.engine.messages import AT_LEAST, MORE, Heard, Messages, Talk
from dissect.engine.peek import Likely
from dissect.layers.streams import heard_of

LINE_END = re.compile(rb"\r\n|\n")
END_OF_MAIL = re.compile(rb"(?:\A|\r\n|\n)\.\r?\n")
LONGEST_TAIL, MOST_MAIL = 4, 8 << 20
SMTP_PORTS, POP_PORT = (25, 587), 110
ANNOUNCED = re.compile(rb"\+OK[^\d\r\n]*(\d{1,9}) octets", re.IGNORECASE)
LITERAL = re.compile(rb"\{(\d{1,8})\}$")
FETCHED = re.compile(rb"FETCH[^\n]*BODY[^\n]*\{(\d{1,8})\}\r?\n", re.IGNORECASE)
FTP_CODES = {
    110: "Restart marker reply", 120: "Service ready in nnn minutes", 125: "Data connection already open; transfer starting",
    150: "File status okay; about to open data connection", 200: "Command okay",
    202: "Command not implemented, superfluous at this site", 211: "System status, or system help reply",
    212: "Directory status", 213: "File status", 214: "Help message", 215: "NAME system type",
    220: "Service ready for new user", 221: "Service closing control connection",
    225: "Data connection open; no transfer in progress", 226: "Closing data connection", 227: "Entering Passive Mode",
    229: "Entering Extended Passive Mode", 230: "User logged in, proceed", 250: "Requested file action okay, completed",
    257: "PATHNAME created", 331: "User name okay, need password", 332: "Need account for login",
    350: "Requested file action pending further information", 421: "Service not available, closing control connection",
    425: "Can't open data connection", 426: "Connection closed; transfer aborted",
    450: "Requested file action not taken", 451: "Requested action aborted: local error in processing",
    452: "Requested action not taken. Insufficient storage space in system",
    500: "Syntax error, command unrecognized", 501: "Syntax error in parameters or arguments",
    502: "Command not implemented", 503: "Bad sequence of commands",
    504: "Command not implemented for that parameter", 530: "Not logged in", 532: "Need account for storing files",
    550: "Requested action not taken: File unavailable", 551: "Requested action aborted: page type unknown",
    552: "Requested file action aborted: Exceeded storage allocation",
    553: "Requested action not taken: File name not allowed",
}  # fmt: skip
SMTP_CODES = {
    211: "System status, or system help reply", 214: "Help message", 220: "<domain> Service ready",
    221: "<domain> Service closing transmission channel", 235: "Authentication successful",
    250: "Requested mail action okay, completed", 251: "User not local; will forward to <forward-path>",
    252: "Cannot VRFY user, but will accept message and attempt delivery", 334: "AUTH input",
    354: "Start mail input; end with <CRLF>.<CRLF>",
    421: "<domain> Service not available, closing transmission channel",
    450: "Requested mail action not taken: mailbox unavailable",
    451: "Requested action aborted: local error in processing",
    452: "Requested action not taken: insufficient system storage", 500: "Syntax error, command unrecognized",
    501: "Syntax error in parameters or arguments", 502: "Command not implemented", 503: "Bad sequence of commands",
    504: "Command parameter not implemented", 530: "Authentication required",
    535: "Authentication credentials invalid", 550: "Requested action not taken: mailbox unavailable",
    551: "User not local; please try <forward-path>",
    552: "Requested mail action aborted: exceeded storage allocation",
    553: "Requested action not taken: mailbox name not allowed", 554: "Transaction failed",
}  # fmt: skip
SMTP_COMMANDS = frozenset(
    b"STARTTLS X-EXPS RSET SEND SOML SAML VRFY EXPN HELP NOOP QUIT TURN EHLO HELO MAIL RCPT DATA AUTH ATRN ETRN "
    b"BDAT XFORWARD XCLIENT".split()
)


def spoken_on(*ports: int) -> Callable[[Any], Any]:
    """A probe for payloads of these ports, but for TLS records: STARTTLS has been answered then."""

    def probe(p: Any) -> Any:
        known = p.length < 0
        for port in ports:
            known = known | (p.h.srcport == port) | (p.h.dstport == port)
        return known & ((p.u8(0) < 20) | (p.u8(0) > 23) | (p.u8(1) != 3))

    return probe


def line_at(c: Cursor) -> tuple[bytes, int]:
    """The line ahead without its end, and its size with it."""
    found = LINE_END.search(c.data, c.pos, c.end)
    if found is None:
        return c.data[c.pos : c.end], c.end - c.pos
    return c.data[c.pos : found.start()], found.end() - c.pos


def from_server(c: Cursor, ports: tuple[int, ...]) -> bool:
    """Whether a server of these ports speaks."""
    carrier = c.h.outer("tcp")
    return carrier is not None and carrier.dstport not in ports


def shown(line: bytes) -> str:
    """A line as text."""
    return line.decode("utf-8", "replace")


def word_and_rest(c: Cursor, line: bytes, word: Field, rest: Field) -> bytes:
    """Read a line's first word, and what follows it where there is anything."""
    first, _, after = line.partition(b" ")
    begin = c.pos
    c.add(word, len(first))
    after = after.lstrip(b" ")
    if after:
        c.pos = begin + len(line) - len(after)
        c.add(rest, len(after))
    return first


class FTP(Layer):
    """FTP's control connection."""

    name, label, column = "ftp", "File Transfer Protocol (FTP)", "FTP"
    likely = Likely(ports=(21,))
    heuristics, probe = ("tcp",), spoken_on(21)
    line = string(None, "", "Line")
    request = Field("ftp.request", "Request", BOOLEAN)
    response = Field("ftp.response", "Response", BOOLEAN)
    command = string(None, "ftp.request.command", "Request command")
    argument = string(None, "ftp.request.arg", "Request arg")
    code = Field("ftp.response.code", "Response code", UINT32, names=FTP_CODES)
    answer = string(None, "ftp.response.arg", "Response arg")
    passive_ip = Field("ftp.passive.ip", "Passive IP address", IPV4)
    passive_port = Field("ftp.passive.port", "Passive port", UINT16)
    active_ip = Field("ftp.active.cip", "Active IP address", IPV4)
    active_port = Field("ftp.active.port", "Active port", UINT16)
    epsv_port = Field("ftp.epsv.port", "Extended passive port", UINT16)
    eprt_family = Field("ftp.eprt.af", "Extended active address family", UINT8, names={1: "IPv4", 2: "IPv6"})
    eprt_ip = Field("ftp.eprt.ip", "Extended active IP address", IPV4)
    eprt_ip6 = Field("ftp.eprt.ipv6", "Extended active IPv6 address", IPV6)
    eprt_port = Field("ftp.eprt.port", "Extended active port", UINT16)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        server = from_server(c, (21,))
        line, _ = line_at(c)
        c.info(f"{'Response' if server else 'Request'}: {shown(line)}")
        c.derived(cls.response, server)
        c.derived(cls.request, not server)
        while c.remaining:
            line, size = line_at(c)
            with c.group(cls.line, size, shown(line)) as c:
                if not server:
                    word = word_and_rest(c, line, cls.command, cls.argument)
                    if word.upper() == b"PORT":
                        cls._address(c, line, cls.active_ip, cls.active_port)
                    elif word.upper() == b"EPRT":
                        cls._extended(c, line)
                elif c.pos == c.h.start and line[:3].isdigit() and line[3:4] in (b" ", b"-", b""):
                    code = int(line[:3])
                    c.add(cls.code, 3, value=code)
                    if len(line) > 4:
                        c.pos += 1
                        c.add(cls.answer, len(line) - 4)
                    cls._passive(c, line, code)
                elif line and c.pos == c.h.start:
                    c.add(cls.answer, len(line))
                c.pos = c.end

    @classmethod
    def _passive(cls, c: Cursor, line: bytes, code: int) -> None:
        if code == 227:
            cls._address(c, line, cls.passive_ip, cls.passive_port)
        found = re.search(rb"\|(\d{1,5})\|", line)
        if code == 229 and found and int(found[1]) <= 0xFFFF:
            c.derived(cls.epsv_port, int(found[1]))

    @classmethod
    def _extended(cls, c: Cursor, line: bytes) -> None:
        """RFC 2428: |family|address|port|."""
        parts = line[5:].strip().split(line[5:6] or b"|")
        if len(parts) < 4 or not (parts[1].isdigit() and parts[3].isdigit()) or len(parts[3]) > 5:
            return
        c.derived(cls.eprt_family, int(parts[1][:2]))
        try:
            where = ip_address(parts[2].decode("ascii"))
        except ValueError:
            return
        c.derived(cls.eprt_ip, int(where)) if where.version == 4 else c.derived(cls.eprt_ip6, where.packed)
        if int(parts[3]) <= 0xFFFF:
            c.derived(cls.eprt_port, int(parts[3]))

    @classmethod
    def _address(cls, c: Cursor, line: bytes, address: Field, port: Field) -> None:
        found = re.search(rb"(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})", line)
        if found is None or any(int(n) > 255 for n in found.groups()):
            return
        octets = bytes(int(n) for n in found.groups())
        c.derived(address, int.from_bytes(octets[:4], "big"))
        c.derived(port, int.from_bytes(octets[4:], "big"))


class Mail:
    """A mail that is being sent: the packets with their octets."""

    def __init__(self, wanted: int = 0) -> None:
        self.parts: list[tuple[int, bytes]] = []
        self.size, self.tail, self.wanted = 0, b"", wanted
        self.told = False  # shown as far as it goes, for it is too long: the rest of it is still no command


def some_line(octets: bytes, at: int) -> int:
    """The length of what stands there, if a line ends in it: with the first line SMTP takes all that came."""
    return len(octets) - at if octets.find(b"\n", at) >= 0 else MORE


def whole_lines(octets: bytes, at: int) -> int:
    """The length of the lines that end there, with the mails that stand behind some of them."""
    behind = at
    while (fetched := FETCHED.search(octets, behind)) is not None:
        ends = fetched.end() + int(fetched[1])
        if octets.find(b"\n", ends) < 0:  # the line goes on behind the mail
            begins = max(octets.rfind(b"\n", behind, fetched.start()) + 1, behind)
            return begins - at if begins > at else MORE if ends < len(octets) else AT_LEAST + ends + 1 - at
        behind = ends
    end = octets.rfind(b"\n", behind) + 1
    return end - at if end > at else MORE


class SMTP(Layer):
    """Mail being sent."""

    name, label, column = "smtp", "Simple Mail Transfer Protocol", "SMTP"
    likely = Likely(ports=SMTP_PORTS)
    messages = Messages(scan=some_line)
    heuristics, probe = ("tcp",), spoken_on(*SMTP_PORTS)
    reaches = ("imf", "data-text-lines")
    request = Field("smtp.req", "Request", BOOLEAN)
    response = Field("smtp.rsp", "Response", BOOLEAN)
    command_line = string(None, "smtp.command_line", "Command Line")
    command = string(None, "smtp.req.command", "Command")
    argument = string(None, "smtp.req.parameter", "Request parameter")
    user = string(None, "smtp.auth.username", "Username")
    password = string(None, "smtp.auth.password", "Password")
    answer_line = string(None, "smtp.response", "Response")
    code = Field("smtp.response.code", "Response code", UINT32, names=SMTP_CODES)
    answer = string(None, "smtp.rsp.parameter", "Response parameter")
    message = string(None, "smtp.message", "Message")
    pieces = group("smtp.data.fragments", "DATA fragments")
    piece = framenum(None, "smtp.data.fragment", "DATA fragment")
    fragment_count = Field("smtp.data.fragment.count", "DATA fragment count", UINT32)
    whole_length = Field("smtp.data.reassembled.length", "Reassembled DATA length", UINT32)
    eom = group("smtp.eom", "EOM")
    octets_ = string(None, "", "Text")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """Whether a client's segment is of a mail (what is told: "data"), and the whole mail where one ends.

        After DATA a client's octets are a mail, up to a line with a full stop (RFC 5321, section 4.1.1.4).
        """
        if heard.dstport not in SMTP_PORTS:
            if talk.get("smtp data") and heard.octets[:3].isdigit() and heard.octets[:1] in b"45":
                talk["smtp data"] = None
            return None
        if not talk.get("smtp data"):
            sign_in = talk.get("smtp auth", 0)
            talk["smtp auth"] = 2 if heard.octets[:10].upper() == b"AUTH LOGIN" else max(sign_in - 1, 0)
            for line in heard.octets.split(b"\n"):
                if line[:4].upper() == b"DATA" and not line[4:].strip():
                    talk["smtp data"] = Mail()
            return ("auth", sign_in) if sign_in else None
        mail: Mail = talk["smtp data"]
        mail.size += len(heard.octets)
        whole = (mail.tail or b"\n") + heard.octets
        ends = END_OF_MAIL.search(whole)
        mail.tail = whole[-LONGEST_TAIL:]
        if ends is not None:
            talk["smtp data"] = None
        if not mail.told:
            mail.parts.append((heard.packet, heard.octets))
        if mail.told or (ends is None and mail.size < MOST_MAIL):
            return ("data",)
        mail.told = True
        octets = b"".join(part for _, part in mail.parts)
        end = END_OF_MAIL.search(octets)
        after = len(octets) - end.end() if end else 0
        packets = [packet for packet, part in mail.parts if part not in (b".\r\n", b".\n")]
        mail.parts = []
        return ("mail", packets, octets[: end.start() + 2] if end else octets, after, heard.packet in packets)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        server, said = from_server(c, SMTP_PORTS), list[str]()
        if server:
            c.derived(cls.response, True)
        told = None if server else heard_of(c.h)
        if told and told[0] == "data":
            c.info(f"C: DATA fragment, {c.remaining} bytes")
            c.child("data-text-lines")
            c.info(f"C: DATA fragment, {c.limit - c.h.start} bytes")
            return
        if told and told[0] == "mail":
            cls._mail(c, *told[1:])
            return
        while c.remaining:
            line, size = line_at(c)
            if server:
                said.append(f"S: {shown(line)}")
                cls._response(c, line, size)
                continue
            word = line.partition(b" ")[0].upper()
            if told and told[0] == "auth":
                c.derived(cls.request, True)
                field, what = (cls.user, "User") if told[1] == 2 else (cls.password, "Pass")
                said.append(f"C: {what}: {shown(line)}")
                c.add(field, size, value=shown(line))
                told = None
            elif word in SMTP_COMMANDS or len(word) == 4:
                said.append(f"C: {shown(line)}")
                c.derived(cls.request, True)
                with c.group(cls.command_line, size) as c:
                    if len(line) >= 4:
                        cls._command(c, line)
                    c.pos = c.end
            else:
                said.append(f"C: {shown(line)}")
                c.add(cls.message, size)
        c.info(" | ".join(said[:20]))

    @classmethod
    def _command(cls, c: Cursor, line: bytes) -> None:
        """A command of four letters, or of STARTTLS's and the like's length, and what follows a space."""
        width = line.find(b" ")
        width = len(line) if width < 0 else width
        begin = c.pos
        c.add(cls.command, width)
        if len(line) > width + 1:
            c.pos = begin + width + 1
            c.add(cls.argument, len(line) - width - 1)

    @classmethod
    def _mail(cls, c: Cursor, packets: list[int], octets: bytes, after: int, here: bool) -> None:
        """The segment that ends a mail."""
        own = max(c.limit - c.pos - after, 0)
        if len(packets) > 1 or not here:
            with c.group(cls.pieces, min(own, c.remaining)) as c:
                for packet in packets:
                    c.derived(cls.piece, packet)
                c.derived(cls.fragment_count, len(packets))
                c.derived(cls.whole_length, len(octets))
                if c.remaining:
                    c.add(cls.octets_, c.remaining)
            if own:
                c.derived(cls.eom, True)
            c.inside("imf", octets, "Reassembled DATA")
        else:
            with c.group(cls.pieces) as c:
                c.derived(cls.piece, packets[0])
                c.derived(cls.fragment_count, 1)
                c.derived(cls.whole_length, len(octets))
            if octets:
                c.child("imf", min(len(octets), c.remaining))
            if own > len(octets) and c.remaining:
                with c.group(cls.eom, min(own - len(octets), c.remaining)) as c:
                    c.add(cls.octets_, c.remaining)
        if c.remaining:
            with c.group(cls.command_line, c.remaining) as c:
                c.pos = c.end

    @classmethod
    def _response(cls, c: Cursor, line: bytes, size: int) -> None:
        if not line[:3].isdigit():
            c.add(cls.answer_line, size)
            return
        code = line[:3]
        end = c.pos + size
        more = line[3:4] == b"-"
        while more and end < c.end:  # the lines that belong together
            found = LINE_END.search(c.data, end, c.end)
            follows = c.data[end : found.end() if found else c.end]
            if follows[:3] != code:
                break
            more = follows[3:4] == b"-"
            end += len(follows)
        with c.group(cls.answer_line, end - c.pos, shown(line), value=shown(c.peek_bytes(size))) as c:
            first = True
            while c.remaining:
                line, size = line_at(c)
                after = c.pos + size
                if first:
                    c.add(cls.code, 3, value=int(code))
                    first = False
                else:
                    c.pos += 3
                if len(line) > 4:
                    c.pos += 1
                    c.add(cls.answer, len(line) - 4)
                c.pos = after


class POP(Layer):
    """Mail being fetched (POP3)."""

    name, label, column = "pop", "Post Office Protocol", "POP"
    likely = Likely(ports=(POP_PORT,))
    heuristics, probe = ("tcp",), spoken_on(POP_PORT)
    request_line = string(None, "pop.request", "Request")
    command = string(None, "pop.request.command", "Request command")
    argument = string(None, "pop.request.parameter", "Request parameter")
    request_data = string(None, "pop.request.data", "Data")
    text_ = string(None, "", "Text")
    response_line = string(None, "pop.response", "Response")
    indicator = string(None, "pop.response.indicator", "Response indicator")
    answer = string(None, "pop.response.description", "Response description")
    response_data = string(None, "pop.response.data", "Data")
    reaches = ("imf",)

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """Which segments are of a mail that was asked for (b""), and the mail where all announced octets are there."""
        octets = heard.octets
        if heard.srcport != POP_PORT:
            talk["pop asked"] = octets[:4].upper() in (b"RETR", b"TOP ")
            talk["pop mail"] = None
            return None
        if octets[:3] == b"+OK" or octets[:4] == b"-ERR":
            found = ANNOUNCED.match(octets)
            talk["pop mail"] = Mail(int(found[1])) if found and talk.get("pop asked") else None
            if found and talk["pop mail"] is not None:
                talk["pop mail"].size = len(octets) - len(octets.partition(b"\n")[0]) - 1
                talk["pop mail"].parts.append((heard.packet, octets.partition(b"\n")[2]))
            return None
        mail: Mail | None = talk.get("pop mail")
        if mail is None:
            return None
        mail.size += len(octets)
        if mail.told and mail.size - len(octets) < mail.wanted:
            return b""
        mail.parts.append((heard.packet, octets))
        if mail.size < min(mail.wanted, MOST_MAIL):
            return b""
        mail.told = True
        whole = b"".join(part for _, part in mail.parts)
        mail.parts.clear()
        return whole

    @classmethod
    def decode(cls, c: Cursor) -> None:
        server = from_server(c, (POP_PORT,))
        line, _ = line_at(c)
        c.info(f"{'S' if server else 'C'}: {shown(line)}")
        told = heard_of(c.h) if server else None
        if told is not None:
            if told == c.peek_bytes(c.remaining):
                c.child("imf")
            else:
                c.info(f"S: DATA fragment, {c.remaining} bytes")
                c.add(cls.text_, c.remaining)
                if told:
                    c.inside("imf", told, "Reassembled DATA")
            return
        first = True
        while c.remaining:
            line, size = line_at(c)
            if server and (line.startswith((b"+OK", b"-ERR")) and first):
                with c.group(cls.response_line, size, value=shown(line)) as c:
                    word_and_rest(c, line, cls.indicator, cls.answer)
                    c.pos = c.end
            elif not server and first:
                with c.group(cls.request_line, size, value=shown(line)) as c:
                    word_and_rest(c, line, cls.command, cls.argument)
                    c.pos = c.end
            else:
                c.add(cls.response_data if server else cls.request_data, size)
            first = False


def text(name: str, label: str) -> Field:
    """One of IMAP's texts."""
    return Field(name, label, STRINGZ)


class IMAP(Layer):
    """Mail being read (IMAP4)."""

    name, label, column = "imap", "Internet Message Access Protocol", "IMAP"
    likely = Likely(ports=(143,))
    messages = Messages(scan=whole_lines)
    heuristics, probe = ("tcp",), spoken_on(143)
    is_request = Field("imap.isrequest", "Request", BOOLEAN)
    line = text("imap.line", "Line")
    request, response = text("imap.request", "Request"), text("imap.response", "Response")
    request_tag, response_tag = text("imap.request_tag", "Request Tag"), text("imap.response_tag", "Response Tag")
    request_command = text("imap.request.command", "Request Command")
    response_command = text("imap.response.command", "Response Command")
    response_status = text("imap.response.status", "Response Status")
    tag, command = text("imap.tag", "Tag"), text("imap.command", "Command")
    reaches = ("imf",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        server = from_server(c, (143,))
        line, _ = line_at(c)
        c.info(f"{'Response' if server else 'Request'}: {shown(line)}")
        c.derived(cls.is_request, not server)
        mails = list[tuple[int, int]]()
        while c.remaining:
            line, size = line_at(c)
            literal = LITERAL.search(line) if server and b"FETCH" in line.upper() else None
            with c.group(cls.line, size) as c:
                words = line.split(b" ", 3)
                if words[0] not in (b"*", b""):
                    with c.group(cls.response if server else cls.request, len(line)) as c:
                        begin = c.pos
                        c.derived(cls.tag, shown(words[0]))
                        c.add(cls.response_tag if server else cls.request_tag, len(words[0]))
                        if len(words) > 1:
                            c.pos += 1
                            c.add(cls.response_status if server else cls.request_command, len(words[1]))
                        if not server and len(words) > 1:
                            c.derived(cls.command, shown(words[1]))
                        elif server and len(words) > 2 and words[2]:
                            c.pos += 1
                            c.derived(cls.command, shown(words[2]))
                            c.add(cls.response_command, len(words[2]))
                        c.pos = begin + len(line)
                c.pos = c.end
            if literal and b"BODY" in line.upper() and c.remaining:
                mails.append((c.pos, min(int(literal[1]), c.remaining)))
                c.pos += mails[-1][1]
        rest = c.pos
        for c.pos, size in mails:
            c.child("imf", size)
        c.pos = rest
