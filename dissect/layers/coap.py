"""CoAP (RFC 7252; observing RFC 7641, blocks RFC 7959, no-response RFC 7967).

     0                   1                   2                   3
    +---+---+-------+---------------+-------------------------------+
    |Ver| T |  TKL  |     code      |          message id           |
    +---+---+-------+---------------+-------------------------------+
    | token (0 to 8 octets); options: delta and length, 4 bits each |
    | (13: an octet more, 14: two more), value; 0xFF and a payload  |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT8, UINT16, UINT32, Field, minimum, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers import bodies
from dissect.layers.streams import heard_of

TYPES = {0: "Confirmable", 1: "Non-Confirmable", 2: "Acknowledgement", 3: "Reset"}
SHORT = ("CON", "NON", "ACK", "RST")
CODES = {
    0: "Empty Message", 1: "GET", 2: "POST", 3: "PUT", 4: "DELETE", 5: "FETCH", 6: "PATCH", 7: "iPATCH",
    65: "2.01 Created", 66: "2.02 Deleted", 67: "2.03 Valid", 68: "2.04 Changed", 69: "2.05 Content",
    95: "2.31 Continue", 128: "4.00 Bad Request", 129: "4.01 Unauthorized", 130: "4.02 Bad Option",
    131: "4.03 Forbidden", 132: "4.04 Not Found", 133: "4.05 Method Not Allowed", 134: "4.06 Not Acceptable",
    136: "4.08 Request Entity Incomplete", 137: "4.09 Conflict", 140: "4.12 Precondition Failed",
    141: "4.13 Request Entity Too Large", 143: "4.15 Unsupported Content-Format", 150: "4.22 Unprocessable Entity",
    157: "4.29 Too Many Requests", 160: "5.00 Internal Server Error", 161: "5.01 Not Implemented",
    162: "5.02 Bad Gateway", 163: "5.03 Service Unavailable", 164: "5.04 Gateway Timeout",
    165: "5.05 Proxying Not Supported", 168: "5.08 Hop Limit Reached", 225: "7.01 CSM", 226: "7.02 Ping",
    227: "7.03 Pong", 228: "7.04 Release", 229: "7.05 Abort",
}  # fmt: skip
END = 0xFF
ANSWERS, ERRORS, SIGNALS = 64, 128, 224  # the first codes of each
PATH, QUERY, HOST, COAP_PORT, OBSERVE, BLOCK1, BLOCK2, CONTENT = 11, 15, 3, 7, 6, 27, 23, 12
OPTIONS = {
    1: "If-Match", 3: "Uri-Host", 4: "Etag", 5: "If-None-Match", 6: "Observe", 7: "Uri-Port", 8: "Location-Path",
    9: "OSCORE", 11: "Uri-Path", 12: "Content-Format", 14: "Max-age", 15: "Uri-Query", 16: "Hop-Limit", 17: "Accept",
    20: "Location-Query", 23: "Block2", 27: "Block1", 28: "Size2", 35: "Proxy-Uri", 39: "Proxy-Scheme", 60: "Size1",
}  # fmt: skip
FORMATS = {
    0: "text/plain; charset=utf-8", 16: 'application/cose; cose-type="cose-encrypt0"', 40: "application/link-format",
    41: "application/xml", 42: "application/octet-stream", 47: "application/exi", 50: "application/json",
    51: "application/json-patch+json", 52: "application/merge-patch+json", 60: "application/cbor",
    61: "application/cwt", 62: "application/multipart-core", 63: "application/cbor-seq", 110: "application/senml+json",
    111: "application/sensml+json", 112: "application/senml+cbor", 113: "application/sensml+cbor",
    114: "application/senml-exi", 115: "application/sensml-exi", 1542: "application/vnd.oma.lwm2m+tlv",
    1543: "application/vnd.oma.lwm2m+json", 10000: "application/vnd.ocf+cbor", 11542: "application/vnd.oma.lwm2m+tlv",
    11543: "application/vnd.oma.lwm2m+json",
}  # fmt: skip
OCTETS = "application/octet-stream"
TOLD = 79  # of what Wireshark tells of a payload
DIAGNOSTIC = "text/plain; charset=utf-8"  # what an error's payload is (RFC 7252, 5.5.2)


class Said(NamedTuple):
    """What options have told."""

    path: list[str]
    query: list[str]
    host: list[str]
    port: list[str]
    kind: list[str]
    block: list[int]
    more: list[bool]


class CoAP(Layer):
    """A message."""

    name, label, column = "coap", "Constrained Application Protocol", "CoAP"
    binds = {"udp.port": (5683,)}
    reaches = bodies.LAYERS

    version = u8(0, "coap.version", "Version", mask=0xC0)
    type = u8(0, "coap.type", "Type", mask=0x30, names=TYPES)
    token_length = u8(0, "coap.token_len", "Token Length", mask=0x0F)
    code = u8(1, "coap.code", "Code", names=CODES)
    mid = u16(2, "coap.mid", "Message ID")
    token = raw(4, "coap.token", "Token", size=lambda h: minimum(h.token_length, 8), when=lambda h: h.token_length > 0)
    option = string(None, "coap.opt.name", "Opt Name")
    description = string(None, "coap.opt.desc", "Opt Desc")
    delta = u8(None, "coap.opt.delta", "Opt Delta")
    opt_length = u8(None, "coap.opt.length", "Opt Length")
    delta_more = Field("coap.opt.delta_ext", "Opt Delta extended", UINT16)
    length_more = Field("coap.opt.length_ext", "Opt Length extended", UINT16)
    end_marker = u8(None, "coap.opt.end_marker", "End of options marker")
    ctype = string(None, "coap.opt.ctype", "Content-type")
    max_age = Field("coap.opt.max_age", "Max-age", UINT32)
    proxy_uri = string(None, "coap.opt.proxy_uri", "Proxy-Uri")
    proxy_scheme = string(None, "coap.opt.proxy_scheme", "Proxy-Scheme")
    size1 = Field("coap.opt.size1", "Size1", UINT32)
    etag = raw(None, "coap.opt.etag", "Etag")
    uri_host = string(None, "coap.opt.uri_host", "Uri-Host")
    location_path = string(None, "coap.opt.location_path", "Location-Path")
    uri_port = Field("coap.opt.uri_port", "Uri-Port", UINT16)
    location_query = string(None, "coap.opt.location_query", "Location-Query")
    uri_path = string(None, "coap.opt.uri_path", "Uri-Path")
    whole_path = string(None, "coap.opt.uri_path_recon", "Uri-Path")
    observe = Field("coap.opt.observe", "Observe", UINT32)
    hop_limit = Field("coap.opt.hop_limit", "Hop Limit", UINT8)
    accept = string(None, "coap.opt.accept", "Accept")
    if_match = raw(None, "coap.opt.if_match", "If-Match")
    block_number = Field("coap.opt.block_number", "Block Number", UINT32)
    block_more = Field("coap.opt.block_mflag", "More Flag", UINT8)
    block_size = Field("coap.opt.block_size", "Block Size", UINT8)
    uri_query = string(None, "coap.opt.uri_query", "Uri-Query")
    unknown = raw(None, "coap.opt.unknown", "Unknown")
    block_payload = raw(None, "coap.block_payload", "Block Payload")
    block_length = u32(None, "coap.block_length", "Block Length")
    payload_text = string(None, "coap.payload", "Payload")
    payload_kind = string(None, "coap.payload_desc", "Payload Desc")
    payload_length = u32(None, "coap.payload_length", "Payload Length")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """The URI asked for with the token of an answer."""
        octets = heard.octets
        if len(octets) < 4:
            return None
        token, code = octets[4 : 4 + (octets[0] & 15)], octets[1]
        if ANSWERS <= code < SIGNALS:
            return talk.get(("coap", token))
        if 0 < code < ANSWERS:
            talk["coap", token] = asked_for(octets, 4 + len(token))
        return None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        c.pos = h.start + 4 + min(h.token_length, 8)
        code = CODES.get(h.code, f"{h.code >> 5}.{h.code & 31:02} Unknown")
        info = f"{SHORT[h.type]}, MID:{h.mid}, {code}"
        token = f", TKN:{h.token.hex(' ')}" if h.token_length else ""
        c.info(info)
        said = Said([], [], [], [], [], [], [])
        number, count = 0, 0
        while c.remaining and c.peek(1) != END:
            count += 1
            if 15 in (c.peek(1) >> 4, c.peek(1) & 15):
                c.note("warn", "Malformed", "End of the options without the marker", "coap.option_length_bad")
                c.rest(cls.unknown)
                break
            number += cls._option(c, number, count, said)
        if said.block:
            token += f", Block #{said.block[-1]}"
        uri = path_of(said) or heard_of(h) or ""
        if c.remaining:
            c.add(cls.end_marker)
            cls._payload(c, said, uri)
        elif uri:
            c.derived(cls.whole_path, uri)
        query = "?" + "&".join(said.query) if said.query else ""
        c.append_info(token + (f", {uri}{query}" if uri or query else ""))

    @classmethod
    def _option(cls, c: Cursor, before: int, count: int, said: Said) -> int:
        """An option; the difference of its number."""
        head = c.peek(1)
        delta, size, width = head >> 4, head & 15, 1
        ext = [0, 0]
        for i, nibble in enumerate((delta, size)):
            if nibble in (13, 14):
                ext[i] = c.peek(nibble - 12, width)
                width += nibble - 12
        step = delta + ext[0] + (255 if delta == 14 else 0)
        length = size + ext[1] + (255 if size == 14 else 0)
        number = before + step
        name = OPTIONS.get(number, f"Unknown Option ({number})")
        shown = f"#{count}: {name}"
        what = f"Type {number}, {'Critical' if number & 1 else 'Elective'}, {'Unsafe' if number & 2 else 'Safe'}"
        with c.group(cls.option, width + length, f"Opt Name: {shown}", shown) as c:
            start = c.pos
            c.derived(cls.description, what)
            c.add(cls.delta, 1, value=delta)
            c.pos = start
            c.add(cls.opt_length, 1, value=size)
            for nibble, field, value in ((delta, cls.delta_more, ext[0]), (size, cls.length_more, ext[1])):
                if nibble in (13, 14):
                    c.add(field, nibble - 12, value=value)
            c.end = min(c.end, c.pos + length)
            cls._value(c, number, said)
        return step

    @classmethod
    def _value(cls, c: Cursor, number: int, said: Said) -> None:
        size = c.remaining
        if number in (BLOCK1, BLOCK2) and size <= 3:
            word = c.peek(size)
            c.add(cls.block_number, size, value=word >> 4)
            c.derived(cls.block_more, word >> 3 & 1)
            c.derived(cls.block_size, word & 7)
            said.block.append(word >> 4)
            said.more.append(bool(word & 8))
        elif number in TEXTS:
            field, kept = TEXTS[number]
            text = str(c.add(field, size))
            if kept:
                getattr(said, kept).append(text)
        elif number in NUMBERS and size <= 4:
            value = c.add(NUMBERS[number], size, value=c.peek(size))
            if number == COAP_PORT:
                said.port.append(str(value))
        elif number in (CONTENT, 17) and size <= 2:
            kind = FORMATS.get(c.peek(size), f"Unknown Type {c.peek(size)}")
            c.add(cls.ctype if number == CONTENT else cls.accept, size, value=kind)
            if number == CONTENT:
                said.kind.append(kind)
        elif number in (1, 4):
            c.add(cls.if_match if number == 1 else cls.etag, size)
        elif size:
            c.rest(cls.unknown)

    @classmethod
    def _payload(cls, c: Cursor, said: Said, uri: str) -> None:
        """What follows the options."""
        size = c.remaining
        blocks = bool(said.block) and (said.more[-1] or said.block[-1] > 0)
        if not size:
            return
        if blocks:
            c.add(cls.block_payload, size)
            c.derived(cls.block_length, size)
        else:
            assumed = DIAGNOSTIC if c.h.code >= ERRORS else OCTETS
            kind = said.kind[-1] if said.kind else assumed
            shown = kind if said.kind else f"{assumed} (no Content-Format)"
            text = f"Payload Content-Format: {shown}, Length: {size}"[:TOLD]
            with c.group(cls.payload_text, size, f"Payload: {text}", text) as c:
                c.derived(cls.payload_kind, kind)
                c.derived(cls.payload_length, size)
                c.pos = c.end
        if uri:
            c.derived(cls.whole_path, uri)
        if blocks:
            return
        layer = bodies.layer_of(kind.partition(";")[0])
        c.run.media = kind
        if layer == "media":
            return
        c.pos -= size
        c.child(layer, size)


def path_of(said: Said) -> str:
    """The URI as far as the options give it."""
    path = "".join(f"/{part}" for part in said.path)
    if said.host:
        return f"coap://{said.host[-1]}{':' + said.port[-1] if said.port else ''}{path}"
    return path


def asked_for(octets: bytes, at: int) -> str:
    """The URI of a request whose options begin at `at`."""
    said = Said([], [], [], [], [], [], [])
    for number, value in options_of(octets, at):
        if number == COAP_PORT:
            said.port.append(str(int.from_bytes(value, "big")))
        elif number in (PATH, HOST):
            getattr(said, TEXTS[number][1]).append(value.decode("utf-8", "replace"))
    return path_of(said)


def options_of(octets: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Numbers and values of options."""
    number = 0
    while at < len(octets) and octets[at] != END:
        told = [octets[at] >> 4, octets[at] & 15]  # delta, length
        at += 1
        for i, nibble in enumerate(tuple(told)):
            if nibble in (13, 14):
                width = nibble - 12
                told[i] = int.from_bytes(octets[at : at + width], "big") + (13, 269)[width - 1]
                at += width
        number += told[0]
        yield number, octets[at : at + told[1]]
        at += told[1]


C = CoAP
TEXTS = {
    HOST: (C.uri_host, "host"), 8: (C.location_path, ""), PATH: (C.uri_path, "path"), QUERY: (C.uri_query, "query"),
    20: (C.location_query, ""), 35: (C.proxy_uri, ""), 39: (C.proxy_scheme, ""),
}  # fmt: skip
NUMBERS = {COAP_PORT: C.uri_port, OBSERVE: C.observe, 14: C.max_age, 16: C.hop_limit, 60: C.size1, 28: C.size1}
