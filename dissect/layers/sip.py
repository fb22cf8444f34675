"""SIP (RFC 3261): requests and responses over UDP and TCP.

    INVITE sip:bob@example.com SIP/2.0 \\r\\n      or      SIP/2.0 200 OK \\r\\n
    Via: SIP/2.0/UDP host;branch=z9hG4bK77 \\r\\n  …  (names may be one letter; a line that begins with space goes on)
    \\r\\n
    body, as long as Content-Length says
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import DEC_HEX, STRING, UINT32, Field, group, raw, string, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.peek import Likely
from dissect.layers import bodies
from dissect.layers.q931 import CAUSES

METHODS = tuple(
    b"INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE".split()
)
SCHEMES = tuple(int.from_bytes(word, "big") for word in (b"sip", b"SIP", b"tel", b"Sip"))
LONGEST_HEAD = 1 << 16  # octets of a message's headers over TCP
START = re.compile(rb"SIP/2\.0 \d{3}|[A-Z]{3,12} [A-Za-z]+:\S* SIP/2\.0")
LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})", re.IGNORECASE)
SHORT = {
    "a": "accept-contact", "u": "allow-events", "i": "call-id", "m": "contact", "e": "content-encoding",
    "l": "content-length", "c": "content-type", "o": "event", "f": "from", "n": "identity-info", "y": "identity",
    "r": "refer-to", "b": "referred-by", "j": "reject-contact", "d": "request-disposition", "x": "session-expires",
    "s": "subject", "k": "supported", "t": "to", "v": "via",
}  # fmt: skip
SDP_TYPE = "application/sdp"


def is_start(p: Any) -> Any:
    """Whether a payload begins with a status line or a method and a URI."""
    uri = (p.u32(0) == int.from_bytes(b"SIP/", "big")) & (p.u32(4) == int.from_bytes(b"2.0 ", "big"))
    for word in METHODS:
        begins = p.u32(0) == int.from_bytes(word.ljust(4)[:4], "big")
        if begins is False or not np.any(begins):
            continue  # as nearly always: nothing further is read
        at, schemes = len(word) + 1, p.length < 0
        for scheme in SCHEMES:
            schemes = schemes | (p.uint(at, 3) == scheme)
        uri = uri | (begins & schemes & (p.u8(len(word)) == 0x20))
    return uri & (p.length >= 12)


def message_size(octets: bytes, at: int) -> int:
    """The length of the message at `at`, as `Messages.scan`."""
    if START.match(octets, at) is None and len(octets) - at > LONGEST_HEAD:
        return AS_IT_IS
    end = octets.find(b"\r\n\r\n", at)
    if end < 0:
        begins = octets[at : at + 4]
        known = begins == b"SIP/"[: len(begins)] or any(word[:4].startswith(begins.strip()) for word in METHODS)
        return MORE if known and len(octets) - at <= LONGEST_HEAD else AS_IT_IS
    if START.match(octets, at) is None:
        return AS_IT_IS
    found = LENGTH.search(octets, at, end + 2)
    return end + 4 - at + (int(found[1]) if found else 0)


def text_field(name: str, label: str) -> Field:
    """A part of a header, as text."""
    return string(None, f"sip.{name}", label)


def address_fields(prefix: str, label: str, whole: str = "addr") -> tuple[Field, ...]:
    """Display name, URI, and the URI's user, host, port and parameters."""
    parts = (("display.info", "display info"), (whole, "address"), ("user", "User Part"), ("host", "Host Part"),
             ("port", "Host Port"), ("param", "URI parameter"))  # fmt: skip
    return tuple(text_field(f"{prefix}.{name}", f"{label} {said}") for name, said in parts)


NUMBERS = ("Content-Length", "Expires", "Max-Forwards", "Max-Breadth", "Retry-After", "RSeq")
NAMES = (
    "Accept Accept-Contact Accept-Encoding Accept-Language Accept-Resource-Priority Alert-Info Allow Allow-Events "
    "Answer-Mode Authentication-Info Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding "
    "Content-Language Content-Length Content-Type CSeq Date Diversion Error-Info Event Expires Feature-Caps Flow-Timer "
    "From Geolocation Geolocation-Error Geolocation-Routing History-Info Identity Identity-info Info-Package "
    "In-Reply-To Join Max-Breadth Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Access-Network-Info "
    "P-Answer-State P-Asserted-Identity P-Asserted-Service P-Associated-URI P-Called-Party-ID P-Charge-Info "
    "P-Charging-Function-Addresses P-Charging-Vector P-Early-Media P-Media-Authorization P-Preferred-Identity "
    "P-Preferred-Service P-Profile-Key P-Refused-URI-List P-Served-User P-User-Database P-Visited-Network-ID Path "
    "Permission-Missing Priority Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason "
    "Reason-Phrase Record-Route Recv-Info Refer-Sub Refer-To Referred-by Reject-Contact Replaces Reply-To "
    "Request-Disposition Require Resource-Priority Response-Source Retry-After Route RSeq Security-Client "
    "Security-Server Security-Verify Server Service-Route Session-Expires Session-ID Subject Subscription-State "
    "Supported Target-Dialog Timestamp To Trigger-Consent Unsupported User-Agent Via Warning WWW-Authenticate"
)
SIP_HEADERS = (
    *(Field(f"sip.{name}", name, UINT32 if name in NUMBERS else STRING) for name in NAMES.split()),
    text_field("ETag", "ETag"), text_field("If_Match", "If_Match"), text_field("uui", "User-to-User"),
    text_field("Suppress_If_Match", "Suppress-If-Match"),
)  # fmt: skip
HEADERS = {field.label.lower(): field for field in SIP_HEADERS} | {
    "sip-etag": SIP_HEADERS[-4], "sip-if-match": SIP_HEADERS[-3], "suppress-if-match": SIP_HEADERS[-1],
}  # fmt: skip
ADDRESSES = {
    "from": address_fields("from", "SIP from"), "to": address_fields("to", "SIP to"),
    "contact": address_fields("contact", "Contact", "uri"), "route": address_fields("Route", "Route", "uri"),
    "record-route": address_fields("Record-Route", "Record-Route", "uri"),
    "service-route": address_fields("Service-Route", "Service-Route", "uri"),
    "path": address_fields("Path", "Path", "uri"), "p-asserted-identity": address_fields("pai", "SIP PAI"),
    "p-preferred-identity": address_fields("ppi", "SIP PPI"),
}  # fmt: skip
LISTS = ("contact", "route", "record-route", "service-route", "path")
AUTH = {
    name: text_field(f"auth.{name}", label)
    for name, label in (
        ("nc", "Nonce Count"), ("username", "Username"), ("realm", "Realm"), ("nonce", "Nonce Value"),
        ("algorithm", "Algorithm"), ("opaque", "Opaque Value"), ("qop", "QOP"), ("cnonce", "CNonce Value"),
        ("uri", "Authentication URI"), ("domain", "Authentication Domain"), ("stale", "Stale Flag"),
        ("auts", "Authentication Token"), ("rspauth", "Response auth"), ("nextnonce", "Next Nonce"),
        ("ik", "Integrity Key"), ("ck", "Cyphering Key"),
    )
} | {"response": text_field("auth.digest.response", "Digest Authentication Response")}  # fmt: skip
VIA = {
    name: text_field(f"Via.{name}", label)
    for name, label in (
        ("branch", "Branch"), ("maddr", "Maddr"), ("rport", "RPort"), ("received", "Received"), ("ttl", "TTL"),
        ("comp", "Comp"), ("sigcomp-id", "Sigcomp identifier"),
    )
}  # fmt: skip
WITH_CREDENTIALS = ("authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate")
PARAMETER = re.compile(r'\s*([^=,\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^,\s]*)')
NAME_ADDRESS = re.compile(r'\s*(?P<display>"(?:[^"\\]|\\.)*"|[^"<,;]*)\s*<(?P<uri>[^>]*)>?')
BARE = re.compile(r"\s*(?P<uri>[^\s;,]+)")
URI = re.compile(
    r"(?:(?P<user>[^@]*)@)?(?P<host>\[[^\]]*\]|[^:;?\[]*)(?::(?P<port>[^;?]*))?(?P<rest>.*)", re.DOTALL
)
VIA_LINE = re.compile(
    r"\s*SIP\s*/\s*2\.0\s*/\s*(?P<transport>\S+)\s+\[?(?P<host>(?<=\[)[^\]]*|[^\s:;,]*)\]?(?:\s*:\s*(?P<port>\d+))?",
    re.IGNORECASE,
)


class SIP(Layer):
    """The messages of a datagram, or one that TCP carried."""

    name, label, column = "sip", "Session Initiation Protocol", "SIP"
    likely = Likely.opening(b"SIP/", *METHODS)
    binds = {"udp.port": (5060,), "tcp.port": (5060,)}  # else another port's protocol would come first
    heuristics, probe, accepts = ("udp", "tcp"), is_start, is_start
    messages = Messages(scan=message_size)

    request_line = string(None, "sip.Request-Line", "Request-Line")
    method = string(None, "sip.Method", "Method")
    uri = string(None, "sip.r-uri", "Request-URI")
    uri_parts = address_fields("r-uri", "Request-URI")[2:]
    status_line = string(None, "sip.Status-Line", "Status-Line")
    status = u32(None, "sip.Status-Code", "Status-Code")
    head = string(None, "sip.msg_hdr", "Message Header")
    other_header = string(None, "", "Header")
    known = SIP_HEADERS
    addresses = tuple(field for fields in ADDRESSES.values() for field in fields)
    from_tag = string(None, "sip.from.tag", "SIP from tag")
    to_tag = string(None, "sip.to.tag", "SIP to tag")
    contact_parameter = string(None, "sip.contact.parameter", "Contact parameter")
    display = string(None, "sip.display.info", "SIP Display info", hidden=True)
    tag = string(None, "sip.tag", "SIP tag", hidden=True)
    transport = string(None, "sip.Via.transport", "Transport")
    sent_by = string(None, "sip.Via.sent-by.address", "Sent-by Address")
    sent_port = u16(None, "sip.Via.sent-by.port", "Sent-by port")
    via = tuple(VIA.values())
    call_id = string(None, "sip.call_id_generated", "Generated Call-ID")
    sequence = u32(None, "sip.CSeq.seq", "Sequence Number")
    sequence_method = string(None, "sip.CSeq.method", "Method")
    rack_sequence = u32(None, "sip.RAck.RSeq.seq", "RSeq Sequence Number")
    rack_cseq = u32(None, "sip.RAck.CSeq.seq", "CSeq Sequence Number")
    rack_method = string(None, "sip.RAck.CSeq.method", "CSeq Method")
    auth = string(None, "sip.auth", "Authentication", hidden=True)
    scheme = string(None, "sip.auth.scheme", "Authentication Scheme")
    credentials = tuple(AUTH.values())
    reason = string(None, "sip.reason_protocols", "Reason protocols")
    cause_q850 = u32(None, "sip.reason_cause_q850", "Cause", DEC_HEX, names=CAUSES)
    cause_sip = u32(None, "sip.reason_cause_sip", "Cause")
    cause_other = u32(None, "sip.reason_cause_other", "Cause")
    reason_text = string(None, "sip.reason_text", "Text")
    body = group("sip.msg_body", "Message Body")
    continuation = raw(None, "sip.continuation", "Continuation data")
    reaches = ("sdp", *bodies.LAYERS)
    gates = bodies.GATES

    @classmethod
    def decode(cls, c: Cursor) -> None:
        infos = list[str]()
        while c.remaining:
            if START.match(c.data, c.pos, c.end) is None:
                c.rest(cls.continuation)
                break
            infos.append(cls._message(c))
        c.info("".join(infos) or "Continuation")
        if c.h.run.tree.layers[-1].layer.name == "sdp":
            c.append_protocol("/SDP")

    @classmethod
    def _message(cls, c: Cursor) -> str:
        said, method = cls._first_line(c)
        lines, after = header_lines(c.data, c.pos, c.end)
        found: dict[str, str] = {}
        contacts = 0
        with c.group(cls.head, after - c.pos, "Message Header", c.data[c.pos : after].decode("utf-8", "replace")) as c:
            for start, colon, end in lines:
                contacts += cls._header(c, start, colon, end, found)
            c.pos = c.end
        if not method:
            sequence = found.get("cseq", "").split()
            method = sequence[-1] if sequence else ""
            said += f" ({method})" if said.startswith("Status: 200 OK") and method else ""
            said += f"  ({contacts} binding{'s'[: contacts != 1]})" if said.endswith("200 OK (REGISTER)") else ""
        elif method == "REGISTER":
            said += bindings(found, contacts)
        said += " | "
        length = found.get("content-length", "")
        size = min(int(length), c.remaining) if length.isdecimal() and len(length) < 10 else c.remaining
        if size:
            said += cls._body(c, found, size)
        return said

    @classmethod
    def _first_line(cls, c: Cursor) -> tuple[str, str]:
        """What the list says of the message, and a request's method."""
        end = line_end(c.data, c.pos, c.end)
        line = c.data[c.pos : end].decode("utf-8", "replace")
        first, _, rest = line.partition(" ")
        size = after_end(c.data, end, c.end) - c.pos  # the line's end belongs to it
        if first.startswith("SIP/"):
            with c.group(cls.status_line, size, value=line) as c:
                c.pos += len(first) + 1
                if rest[:3].isdecimal():
                    c.add(cls.status, 3, value=int(rest[:3]))
                c.pos = c.end
            return f"Status: {rest}", ""
        with c.group(cls.request_line, size, value=line) as c:
            c.add(cls.method, len(first))
            c.pos += 1
            uri = rest.rpartition(" ")[0] or rest
            at = c.pos
            with c.group(cls.uri, min(len(uri), c.remaining), value=uri) as c:
                add_uri(c, at, uri, cls.uri_parts, False)
                c.pos = c.end
            c.pos = c.end
        return f"Request: {first} {uri}", first

    @classmethod
    def _header(cls, c: Cursor, start: int, colon: int, end: int, found: dict[str, str]) -> int:
        """A header; how many contacts it gives."""
        c.pos = start
        if colon < 0:
            c.add(cls.other_header, end - start)
            return 0
        word = c.data[start:colon].strip().decode("latin-1").lower()
        word = SHORT.get(word, word)
        raw_value = c.data[colon + 1 : end]
        value = raw_value.strip().decode("latin-1")
        at = colon + 1 + len(raw_value) - len(raw_value.lstrip())
        found.setdefault(word, value)
        field = HEADERS.get(word)
        if field is None:
            c.add(cls.other_header, end - start)
            c.note("note", "Undecoded", f"Unrecognised SIP header ({word})", "sip.unrecognized_header")
            return 0
        shown: Any = raw_value.strip().decode("utf-8", "replace")
        if field.type is UINT32:
            shown = int(value) & 0xFFFFFFFF if value.isdecimal() and len(value) < 12 else 0
        contacts = 0
        with c.group(field, end - start, c.data[start:end].rstrip().decode("utf-8", "replace"), shown) as c:
            if word in ADDRESSES:
                contacts = cls._addresses(c, at, value, word)
            elif word in WITH_CREDENTIALS:
                cls._credentials(c, at, value)
            else:
                cls._parts(c, at, value, word)
            c.pos = c.end
        if word == "call-id":
            c.derived(cls.call_id, value)
        elif word in WITH_CREDENTIALS:
            c.derived(cls.auth, c.data[start:end].decode("utf-8", "replace"))
        return contacts if word == "contact" else 0

    @classmethod
    def _addresses(cls, c: Cursor, at: int, value: str, word: str) -> int:
        fields, done, count = ADDRESSES[word], 0, 0
        while done < len(value) and value != "*":
            found = NAME_ADDRESS.match(value, done) or BARE.match(value, done)
            if found is None:
                break
            display = found.groupdict().get("display") or ""
            if display.strip():
                lead = len(display) - len(display.lstrip())
                add_at(c, fields[0], at + found.start("display") + lead, len(display) - lead)
                add_at(c, cls.display, at + found.start("display") + lead, len(display) - lead)
            start = at + found.start("uri")
            c.pos = start
            with c.group(fields[1], len(found["uri"]), value=found["uri"]) as c:
                add_uri(c, start, found["uri"], fields[2:], "display" in found.groupdict())
                c.pos = c.end
            count += 1
            done = cls._after_address(c, at, value, found.end(), word)
            if word not in LISTS:
                break
        return count

    @classmethod
    def _after_address(cls, c: Cursor, at: int, value: str, done: int, word: str) -> int:
        """The parameters behind an address; where the next one begins."""
        comma = value.find(",", done) if word in LISTS else -1
        end = comma if comma >= 0 else len(value)
        place = done
        for part in value[done:end].split(";")[1:]:
            place = value.index(";", place) + 1
            text, lead = part.strip(), len(part) - len(part.lstrip())
            if text[:4] == "tag=" and word in ("from", "to"):
                for field in (cls.from_tag if word == "from" else cls.to_tag, cls.tag):
                    add_at(c, field, at + place + lead + 4, len(text) - 4)
            elif word == "contact" and text:
                add_at(c, cls.contact_parameter, at + place + lead, len(text))
        return end + 1

    @classmethod
    def _credentials(cls, c: Cursor, at: int, value: str) -> None:
        scheme = value.partition(" ")[0]
        add_at(c, cls.scheme, at, len(scheme))
        for found in PARAMETER.finditer(value, len(scheme)):
            field = AUTH.get(found[1].lower())
            if field is not None:
                add_at(c, field, at + found.start(2), len(found[2]))

    @classmethod
    def _parts(cls, c: Cursor, at: int, value: str, word: str) -> None:
        """What is inside the headers that are neither addresses nor credentials."""
        if word == "via":
            cls._via(c, at, value)
        elif word in ("cseq", "rack"):
            fields: tuple[Field, ...] = (cls.sequence, cls.sequence_method)
            if word == "rack":
                fields = (cls.rack_sequence, cls.rack_cseq, cls.rack_method)
            for field, found in zip(fields, re.finditer(r"\S+", value), strict=False):
                number = field.type is UINT32
                if number and not (found[0].isdecimal() and len(found[0]) < 12):
                    break
                add_at(c, field, at + found.start(), len(found[0]), int(found[0]) & 0xFFFFFFFF if number else None)
        elif word == "reason":
            cls._reason(c, at, value)

    @classmethod
    def _via(cls, c: Cursor, at: int, value: str) -> None:
        for start in [0, *(m.end() for m in re.finditer(",", value))]:
            found = VIA_LINE.match(value, start)
            if found is None:
                return
            add_at(c, cls.transport, at + found.start("transport"), len(found["transport"]))
            add_at(c, cls.sent_by, at + found.start("host"), len(found["host"]))
            if found["port"] and len(found["port"]) < 6:
                add_at(c, cls.sent_port, at + found.start("port"), len(found["port"]), int(found["port"]) & 0xFFFF)
            comma = value.find(",", found.end())
            for part in re.finditer(r";\s*([^;=\s]+)(?:\s*=\s*([^;\s]+))?", value[: comma if comma >= 0 else None]):
                field = VIA.get(part[1].lower())
                if field is not None and part.start() >= found.end():
                    which = 2 if part[2] else 1
                    add_at(c, field, at + part.start(which), len(part[which]))

    @classmethod
    def _reason(cls, c: Cursor, at: int, value: str) -> None:
        protocol = value.partition(";")[0].strip()
        add_at(c, cls.reason, at, len(protocol))
        field = {"Q.850": cls.cause_q850, "SIP": cls.cause_sip}.get(protocol, cls.cause_other)
        cause = re.search(r";\s*cause\s*=\s*(\d{1,9})", value)
        if cause is not None:
            add_at(c, field, at + cause.start(1), len(cause[1]), int(cause[1]))
        text = re.search(r';\s*text\s*=\s*"([^"]*)"', value)
        if text is not None:
            add_at(c, cls.reason_text, at + text.start(1), len(text[1]))

    @classmethod
    def _body(cls, c: Cursor, found: dict[str, str], size: int) -> str:
        """The body; what the list says of it."""
        kind = found.get("content-type", "").partition(";")[0].strip().lower()
        layer = "sdp" if kind == SDP_TYPE else bodies.layer_of(kind)
        c.run.media = found.get("content-type", "")
        with c.group(cls.body, size, "Message Body") as c:
            c.child(layer, size)
        if layer == "sdp" and "call-id" in found:
            c.derived(cls.call_id, found["call-id"])
        return f" ({kind})" if layer == "data-text-lines" else ""


def bindings(found: dict[str, str], contacts: int) -> str:
    """What a registration does."""
    gone = found.get("expires") == "0"
    if found.get("contact") == "*" and gone:
        return "  (remove all bindings)"
    if not contacts:
        return "  (fetch bindings)"
    return f"  ({'remove ' * gone}{contacts} binding{'s'[: contacts != 1]})"


def line_end(data: bytes, at: int, end: int) -> int:
    """Where the line at `at` ends."""
    found = data.find(b"\n", at, end)
    found = end if found < 0 else found
    return found - (found > at and data[found - 1] == 0x0D)


def after_end(data: bytes, at: int, end: int) -> int:
    """Behind the end of line at `at`."""
    at += data[at : at + 1] == b"\r" and at < end
    return min(at + (data[at : at + 1] == b"\n"), end)


def header_lines(data: bytes, at: int, end: int) -> tuple[list[tuple[int, int, int]], int]:
    """Start, colon (-1: none) and end of each header, those that go on in another line too; where the body begins."""
    out = list[tuple[int, int, int]]()
    while at < end:
        stop = line_end(data, at, end)
        after = after_end(data, stop, end)
        if stop == at:
            return out, after
        while data[after : after + 1] in (b" ", b"\t") and after < end:
            after = after_end(data, line_end(data, after, end), end)
        out.append((at, data.find(b":", at, stop), after))
        at = after
    return out, at


def add_at(c: Cursor, field: Field, at: int, size: int, value: Any = None) -> None:
    """Add a field at a place of the header, which is whole."""
    c.pos = at
    c.add(field, size, value=value)


def add_uri(c: Cursor, at: int, uri: str, fields: tuple[Field, ...], bracketed: bool) -> None:
    """User, host, port and (within <>) parameters of a SIP URI at `at`."""
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme.lower() not in ("sip", "sips", "im", "pres"):
        return
    found = URI.match(rest)
    assert found is not None  # the pattern takes anything
    at += len(scheme) + 1
    for name, field in zip(("user", "host", "port"), fields, strict=False):
        if found[name] and (name != "user" or len(found[name]) > 1):
            add_at(c, field, at + found.start(name), len(found[name]))
    if bracketed and len(fields) > 3:
        for part in re.finditer(r";([^;?]+)", found["rest"]):
            add_at(c, fields[3], at + found.start("rest") + part.start(1), len(part[1]))
