"""Services that are asked with a line and answer with text.

WHOIS (RFC 3912), Finger (RFC 1288), Gopher (RFC 1436), NNTP (RFC 3977), ICAP (RFC 3507), line printers (RFC 1179).
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, CHAR, HEX, Field, string, u8
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, UNTIL_END, Messages
from dissect.layers.sides import MOST_LINES, first_line, line_ahead, lines, sent_from, sent_to

WHOIS_PORT, FINGER_PORT, GOPHER_PORT, NNTP_PORT, ICAP_PORT, LPD_PORT = 43, 79, 70, 119, 1344, 515


def one_line_or_all(octets: bytes, at: int) -> int:
    """A single line is a question (or an answer as short); more is an answer, which ends with the stream."""
    end = octets.find(b"\n", at)
    return AS_IT_IS if end == len(octets) - 1 or end < 0 else UNTIL_END


class Whois(Layer):
    """A name, or what is known of it."""

    name, label, column = "whois", "whois", "WHOIS"
    binds = {"tcp.port": (WHOIS_PORT,)}
    messages = Messages(scan=one_line_or_all)

    query = string(None, "whois.query", "Query")
    answer = string(None, "whois.answer", "Answer")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, WHOIS_PORT)
        c.info(f"Query: {first_line(c)}" if asks else f"Answer: {first_line(c)}")
        if asks:
            c.add(cls.query, c.remaining)
        else:
            lines(c, cls.answer)


class Finger(Layer):
    """A user, or what is known of one."""

    name, label, column = "finger", "finger", "FINGER"
    binds = {"tcp.port": (FINGER_PORT,)}
    messages = Messages(scan=one_line_or_all)

    query = string(None, "finger.query", "Query")
    response = string(None, "finger.response", "Response")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, FINGER_PORT)
        c.info(f"Query: {first_line(c)}" if asks else "Response")
        if asks:
            c.add(cls.query, c.remaining)
        elif c.remaining:
            c.add(cls.response, c.remaining)


GOPHER_TYPES = {
    ord("+"): "Redundant server", ord("0"): "Text file", ord("1"): "Menu", ord("2"): "CSO phone book entity",
    ord("3"): "Error", ord("4"): "BinHexed Macintosh file", ord("5"): "DOS binary file", ord("6"): "Uuencoded file",
    ord("7"): "Index server", ord("8"): "Telnet session", ord("9"): "Binary file", ord("g"): "GIF file",
    ord("h"): "HTML file", ord("i"): "Informational text", ord("I"): "Image file", ord("s"): "Audio file",
    ord("T"): "Tn3270 session",
}  # fmt: skip


class Gopher(Layer):
    """A selector, or a menu, or text."""

    name, label, column = "gopher", "Gopher", "Gopher"
    binds = {"tcp.port": (GOPHER_PORT,)}

    request = string(None, "gopher.request", "Gopher client request")
    item = string(None, "gopher.directory", "Directory item")
    type = Field("gopher.directory.type", "Type", CHAR, HEX, names=GOPHER_TYPES)
    item_name = string(None, "gopher.directory.name", "Name")
    selector = string(None, "gopher.directory.selector", "Selector")
    host = string(None, "gopher.directory.host", "Host")
    port = string(None, "gopher.directory.port", "Port")
    unknown = string(None, "gopher.unknown", "Unknown Gopher transaction data")
    closing = string(None, "", "End of the list")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if sent_to(c, GOPHER_PORT):
            line, size = line_ahead(c)
            said = line.decode("utf-8", "replace") or "[Directory list]"
            c.info(f"Request: {said}")
            c.add(cls.request, size, value=said)
            return
        c.info("Response: [Directory list]" if cls._is_item(line_ahead(c)[0]) else "Response")
        count = 0
        while c.remaining and count < MOST_LINES:
            line, size = line_ahead(c)
            if not cls._is_item(line):
                break
            with c.group(cls.item, size, value=line[1:].split(b"\t")[0].decode("utf-8", "replace")) as c:
                cls._item(c, line)
            count += 1
        if c.remaining and line_ahead(c)[0] != b".":
            c.add(cls.unknown, c.remaining)
        lines(c, cls.closing)

    @staticmethod
    def _is_item(line: bytes) -> bool:
        return line.count(b"\t") >= 3 and line[0] in GOPHER_TYPES

    @classmethod
    def _item(cls, c: Cursor, line: bytes) -> None:
        name, selector, host, port, *_ = line[1:].split(b"\t")
        c.add(cls.type)
        for field, text in ((cls.item_name, name), (cls.selector, selector), (cls.host, host), (cls.port, port)):
            c.add(field, len(text))
            c.pos = min(c.pos + 1, c.end)
        c.pos = c.end


class NNTP(Layer):
    """News: commands, answers, articles."""

    name, label, column = "nntp", "Network News Transfer Protocol", "NNTP"
    binds = {"tcp.port": (NNTP_PORT,)}

    request = Field("nntp.request", "Request", BOOLEAN, hidden=True)
    response = Field("nntp.response", "Response", BOOLEAN, hidden=True)
    line = string(None, "", "Line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        answers = sent_from(c, NNTP_PORT)
        c.info(f"{'Response' if answers else 'Request'}: {first_line(c)}")
        c.derived(cls.response if answers else cls.request, True)
        lines(c, cls.line)


class Icap(Layer):
    """Content that is adapted: HTTP's messages within messages like HTTP's."""

    name, label, column = "icap", "Internet Content Adaptation Protocol", "ICAP"
    binds = {"tcp.port": (ICAP_PORT,)}

    response = Field("icap.response", "Response", BOOLEAN, hidden=True)
    reqmod = Field("icap.reqmod", "Reqmod", BOOLEAN, hidden=True)
    respmod = Field("icap.respmod", "Respmod", BOOLEAN, hidden=True)
    options = Field("icap.options", "Options", BOOLEAN, hidden=True)
    line = string(None, "", "Line")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = line_ahead(c)[0]
        kinds: tuple[tuple[bytes, Any], ...] = (
            (b"ICAP/", cls.response), (b"REQMOD ", cls.reqmod), (b"RESPMOD ", cls.respmod), (b"OPTIONS ", cls.options),
        )  # fmt: skip
        field = next((field for word, field in kinds if said.startswith(word)), None)
        if field is not None:
            c.info(said.decode("utf-8", "replace"))
            c.derived(field, True)
        else:
            c.info("Continuation")
        lines(c, cls.line)


LPD_CODES = {
    1: "LPC: start print / jobcmd: abort", 2: "LPR: transfer a printer job / jobcmd: receive control file",
    3: "LPQ: print short form of queue status / jobcmd: receive data file", 4: "LPQ: print long form of queue status",
    5: "LPRM: remove jobs", 6: "LPRng lpc: do control operation",
    7: "LPRng lpr: transfer a block format print job", 8: "LPRng lpc: secure command transfer",
    9: "LPRng lpq: verbose status information",
}  # fmt: skip
LPD_ANSWERS = {0: "Success: accepted, proceed", 1: "Queue not accepting jobs",
               2: "Queue temporarily full, retry later", 3: "Bad job format, do not retry"}  # fmt: skip


class Lpd(Layer):
    """Jobs for a printer."""

    name, label, column = "lpd", "Line Printer Daemon Protocol", "LPD"
    binds = {"tcp.port": (LPD_PORT,)}

    request = Field("lpd.request", "Request", BOOLEAN, hidden=True)
    response = Field("lpd.response", "Response", BOOLEAN, hidden=True)
    code = u8(None, "lpd.client_code", "Client code", names=LPD_CODES)
    option = string(None, "lpd.printer_option", "Printer/options")
    ending = string(None, "", "End of line")
    answer = u8(None, "lpd.response_code", "Response", names=LPD_ANSWERS)
    reaches = ("data",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, LPD_PORT)
        first, size = c.peek(1), c.remaining
        if asks:
            c.derived(cls.request, True)
            end = c.data.find(b"\n", c.pos + 1, c.end) - c.pos
            if 0 < first <= 9 and end > 0 and size > 2 and 0x20 < c.peek(1, 1) < 0x7F:
                c.info(LPD_CODES[first])
                c.add(cls.code)
                c.add(cls.option, end - 1)
                c.add(cls.ending, 1)
            else:
                c.info("LPD continuation")
        else:
            c.derived(cls.response, True)
            if first <= 3 and size == 1:
                c.info("LPD response")
                c.add(cls.answer)
            else:
                c.info("LPD continuation")
        if c.remaining:
            c.child("data")
