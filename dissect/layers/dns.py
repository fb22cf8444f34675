"""DNS over UDP and TCP (RFC 1035; EDNS: RFC 6891), multicast DNS (RFC 6762), LLMNR (RFC 4795).

    +-----------------+-----------------+-----------------+-----------------+----------------+-----------------+
    | id              | flags           | questions       | answers         | authorities    | additional      |
    +-----------------+-----------------+-----------------+-----------------+----------------+-----------------+
    | name | type | class      (a question)    name | type | class | TTL | length | data      (a record)         |

The data of each type of record is a row of a table: see `RDATA`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from dissect.engine.cursor import Cursor, Short
from dissect.engine.fields import (
    HEX,
    RELATIVE_TIME,
    UINT16,
    Field,
    flag,
    framenum,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u32,
    where,
)
from dissect.engine.layer import Layer, Note
from dissect.engine.messages import Messages
from dissect.layers import dns_hot
from dissect.layers import dns_names as names
from dissect.layers.dns_rdata import FIELDS, Steps, record_steps
from dissect.layers.dns_text import Beyond, read_name, told, type_name
from dissect.layers.streams import exchange, in_stream, linked

OPT, CLASS_MASK, TOP_BIT = 41, 0x7FFF, 0x8000
UPDATE = 5


def is_response(h: Any) -> Any:
    """For fields that only answers have."""
    return h.response


def whole(h: Any) -> Any:
    """Whether the message is in a stream and was captured to its end, behind which Wireshark tells of exchanges."""
    return in_stream(h) & (h.end >= h.limit)


def vouched(h: Any) -> Any:
    """Answers say whether they are authentic; questions may ask for it (RFC 6840, section 5.7)."""
    return h.response | (h.flags & 0x0020 > 0)


def on_link(h: Any) -> Any:
    """For fields of LLMNR."""
    return where(h.layer.link_local, h.flags == h.flags, h.flags != h.flags)


def plain(h: Any) -> Any:
    """For fields that LLMNR does not have."""
    return on_link(h) == 0


def plain_response(h: Any) -> Any:
    """For fields that answers have, but not LLMNR's."""
    return h.response & (on_link(h) == 0)


def other(opcode: bool) -> Any:
    """When a count has its name of updates (`opcode`), or the usual one."""
    return (lambda h: h.opcode == UPDATE) if opcode else (lambda h: h.opcode != UPDATE)


def repeats(response: bool) -> Note:
    """What is noted of a question, or an answer, that comes again."""
    asked, told = ("response", "response") if response else ("query", "request")
    return Note(
        f"dns.retransmit_{told}", "warn", "Protocol", f"DNS {asked} retransmission. Original {told} in frame {{}}",
        when=lambda h: whole(h) & (h.response == response) & (exchange(h).again > 0), value=lambda h: exchange(h).again,
        late=True,
    )  # fmt: skip


class Message(Layer):
    """What all kinds of DNS messages share: the header is the class's, at its beginning."""

    queries, answers = group("", "Queries"), group("", "Answers")
    authorities, additional = group("", "Authoritative nameservers"), group("", "Additional records")
    zones, prerequisites, updates = group("", "Zone"), group("", "Prerequisites"), group("", "Updates")
    record = group("", "Record")
    qry_name = string(None, "dns.qry.name", "Name")
    qry_name_len = Field("dns.qry.name.len", "Name Length", UINT16)
    labels = Field("dns.count.labels", "Label Count", UINT16)
    qry_type = u16(None, "dns.qry.type", "Type", names=names.TYPES)
    qry_class = u16(None, "dns.qry.class", "Class", HEX, names=names.CLASSES)
    resp_name = string(None, "dns.resp.name", "Name")
    resp_type = u16(None, "dns.resp.type", "Type", names=names.TYPES)
    resp_class = u16(None, "dns.resp.class", "Class", HEX, names=names.CLASSES)
    class_word = u16(None, "", "Class", HEX)
    qu = flag(None, "dns.qry.qu", '"QU" question', TOP_BIT, within=class_word)
    qu_class = u16(None, "dns.qry.class", "Class", HEX, mask=CLASS_MASK, names=names.CLASSES, within=class_word)
    flush_word = u16(None, "", "Class", HEX)
    flush = flag(None, "dns.resp.cache_flush", "Cache flush", TOP_BIT, within=flush_word)
    flush_class = u16(None, "dns.resp.class", "Class", HEX, mask=CLASS_MASK, names=names.CLASSES, within=flush_word)
    ttl = u32(None, "dns.resp.ttl", "Time to live", unit="seconds")
    data_length = u16(None, "dns.resp.len", "Data length")
    payload_size = u16(None, "dns.rr.udp_payload_size", "UDP payload size")
    ext_rcode = u8(None, "dns.resp.ext_rcode", "Higher bits in extended RCODE", HEX)
    version = u8(None, "dns.resp.edns0_version", "EDNS0 version")
    z_word = u16(None, "dns.resp.z", "Z", HEX)
    do = flag(None, "dns.resp.z.do", "DO bit", TOP_BIT, within=z_word)
    z_reserved = u16(None, "dns.resp.z.reserved", "Reserved", HEX, mask=CLASS_MASK, within=z_word)
    option = group("dns.opt", "Option")
    option_code = u16(None, "dns.opt.code", "Option Code", names=names.OPTIONS)
    option_len = u16(None, "dns.opt.len", "Option Length")
    option_data = raw(None, "dns.opt.data", "Option Data")
    family = u16(None, "dns.opt.client.family", "Family", names={1: "IPv4", 2: "IPv6"})
    netmask = u8(None, "dns.opt.client.netmask", "Source Netmask")
    scope_mask = u8(None, "dns.opt.client.scope", "Scope Netmask")
    subnet = raw(None, "dns.opt.client.addr", "Client Subnet")
    subnet4 = ipv4(None, "dns.opt.client.addr4", "Client Subnet")
    subnet6 = ipv6(None, "dns.opt.client.addr6", "Client Subnet")
    client_cookie = raw(None, "dns.opt.cookie.client", "Client Cookie")
    server_cookie = raw(None, "dns.opt.cookie.server", "Server Cookie")
    keepalive = u16(None, "dns.opt.edns_tcp_keepalive.timeout", "Timeout")
    padding = raw(None, "dns.opt.padding", "Padding")
    trust_point = string(None, "dns.opt.chain.fqdn", "Closest Trust Point")
    error_code = u16(None, "dns.opt.ext_error.info_code", "Info Code")
    error_text = string(None, "dns.opt.ext_error.extra_text", "Extra Text")
    dau, dhu, n3u = u8(None, "dns.opt.dau", "DAU"), u8(None, "dns.opt.dhu", "DHU"), u8(None, "dns.opt.n3u", "N3U")
    extraneous = raw(None, "dns.extraneous.data", "Extraneous Data Bytes")
    rdata_fields = FIELDS
    multicast = False
    link_local = False

    @classmethod
    def sections(cls, c: Cursor, base: int, counts: list[int], opcode: int) -> None:
        """The message's four sections; `base` is where it begins."""
        update = opcode == UPDATE
        titles = (
            (cls.zones, cls.prerequisites, cls.updates, cls.additional)
            if update
            else (cls.queries, cls.answers, cls.authorities, cls.additional)
        )
        for number, (title, count) in enumerate(zip(titles, counts, strict=True)):
            if count:
                with c.group(title):
                    for _ in range(count):
                        cls._query(c, base) if number == 0 else cls._record(c, base)

    @classmethod
    def _query(cls, c: Cursor, base: int) -> None:
        name, after = name_at(c, base)
        with c.group(cls.record, after - c.pos + 4) as c:
            c.add(cls.qry_name, after - c.pos, name)
            c.derived(cls.qry_name_len, len(name.encode()))
            c.derived(cls.labels, name.count(".") + 1)
            kind = c.add(cls.qry_type)
            number = c.peek(2) & (CLASS_MASK if cls.multicast else 0xFFFF)
            c.add(cls.class_word if cls.multicast else cls.qry_class)
            c.label(f"{name}: type {type_name(kind)}, class {class_name(number)}")

    @classmethod
    def _record(cls, c: Cursor, base: int) -> None:
        name, after = name_at(c, base)
        ahead = after - c.pos
        kind, size = c.peek(2, ahead), c.peek(2, ahead + 8)
        with c.group(cls.record, ahead + 10 + size) as c:
            c.add(cls.resp_name, ahead, name)
            c.add(cls.resp_type)
            if kind == OPT:
                c.label(f"{name}: type OPT")
                cls._edns(c)
                return
            number = c.peek(2) & (CLASS_MASK if cls.multicast else 0xFFFF)
            c.add(cls.flush_word if cls.multicast else cls.resp_class)
            c.add(cls.ttl)
            c.add(cls.data_length)
            c.label(f"{name}: type {type_name(kind)}, class {class_name(number)}")
            if c.remaining:
                walk(c, record_steps(kind), base)

    @classmethod
    def _edns(cls, c: Cursor) -> None:
        c.add(cls.payload_size)
        c.add(cls.ext_rcode)
        c.add(cls.version)
        c.add(cls.z_word)
        c.add(cls.data_length)
        while c.remaining:
            code, size = c.peek(2), c.peek(2, 2)
            with c.group(cls.option, 4 + size) as option:
                option.label(f"Option: {names.OPTIONS.get(code, 'Unknown')}")
                option.add(cls.option_code)
                option.add(cls.option_len)
                cls._option(option, code, size)

    @classmethod
    def _option(cls, c: Cursor, code: int, size: int) -> None:
        """The option's data twice, as tshark has it: the bytes, then what they mean."""
        start = c.pos
        if size:
            c.add(cls.option_data, size)
            c.pos = start
        if code in (5, 6, 7):
            field = {5: cls.dau, 6: cls.dhu, 7: cls.n3u}[code]
            while c.remaining:
                c.add(field)
        elif code == 8:
            cls._subnet(c)
        elif code == 10:
            c.add(cls.client_cookie, 8)
            c.rest(cls.server_cookie)
        elif code == 11 and size == 2:
            c.add(cls.keepalive)
        elif code == 12:
            c.rest(cls.padding)
        elif code == 13 and size:
            name, after = name_at(c, c.pos)
            c.add(cls.trust_point, after - c.pos, name)
        elif code == 15:
            c.add(cls.error_code)
            c.rest(cls.error_text)
        c.pos = start + size

    @classmethod
    def _subnet(cls, c: Cursor) -> None:
        family = c.add(cls.family)
        c.add(cls.netmask)
        c.add(cls.scope_mask)
        octets, size = c.peek_bytes(c.remaining), c.remaining
        if family == 1 and size <= 4:
            c.add(cls.subnet4, size, int.from_bytes(octets.ljust(4, b"\0"), "big"))
        elif family == 2 and size <= 16:
            c.add(cls.subnet6, size, octets.ljust(16, b"\0"))
        else:
            c.rest(cls.subnet)


def walk(c: Cursor, steps: Steps, base: int) -> None:
    """Read a record's data as its row of the table says."""
    for field, how in steps:
        if how is None or isinstance(how, int):
            c.add(field, how)
        elif how == "name":
            name, after = name_at(c, base)
            c.add(field, after - c.pos, name)
        elif how == "rest":
            c.rest(field)
        elif how == "all":
            while c.remaining:
                c.add(field)
        elif callable(how):
            how(c, field, base)


def name_at(c: Cursor, base: int) -> tuple[str, int]:
    """The name at the cursor, and where it ends."""
    try:
        name, after = read_name(c.data, c.pos, base, c.h.end)
    except Beyond:
        raise Short from None
    if after > c.end:
        raise Short
    return name, after


def class_name(number: int) -> str:
    """`IN`."""
    return names.CLASSES.get(number, f"Unknown (0x{number:04x})")


def flag_bits(word: Field, response: bool, vouched: bool = False) -> tuple[Field, ...]:
    """The bits of a question's or an answer's flags; `vouched`: of a question that asks for authentic answers."""
    only_answers = (
        flag(None, "dns.flags.authoritative", "Authoritative", 0x0400, within=word),
        flag(None, "dns.flags.recavail", "Recursion available", 0x0080, within=word),
        u16(None, "dns.flags.rcode", "Reply code", mask=0x000F, names=names.RCODES, within=word),
    )
    return (
        flag(None, "dns.flags.response", "Response", 0x8000, within=word),
        u16(None, "dns.flags.opcode", "Opcode", mask=0x7800, names=names.OPCODES, within=word),
        flag(None, "dns.flags.truncated", "Truncated", 0x0200, within=word),
        flag(None, "dns.flags.recdesired", "Recursion desired", 0x0100, within=word),
        flag(None, "dns.flags.z", "Z", 0x0040, within=word),
        *((flag(None, "dns.flags.authenticated", "Answer authenticated", 0x0020, within=word),) if response | vouched else ()),
        flag(None, "dns.flags.checkdisable", "Non-authenticated data", 0x0010, within=word),
        *(only_answers if response else ()),
    )


COUNTS = (("queries", "Questions"), ("answers", "Answer RRs"), ("auth_rr", "Authority RRs"), ("add_rr", "Additional RRs"))
UPDATE_COUNTS = (("zones", "Zones"), ("prerequisites", "Prerequisites"), ("updates", "Updates"), ("add_rr", "Additional RRs"))


class DNSOverTCP(Message):
    """The whole messages of a segment, each behind its length."""

    linked_notes = True
    name, label, column = "dns", "Domain Name System", "DNS"
    binds = {"tcp.port": (53,)}
    messages = Messages(header=2, length=lambda p: p.u16(0) + 2)

    message_length = u16(None, "dns.length", "Length")
    message = group("", "Message")
    ident = u16(None, "dns.id", "Transaction ID", HEX)
    question_flags = u16(None, "dns.flags", "Flags", HEX)
    question_bits = flag_bits(question_flags, response=False)
    asking_flags = u16(None, "dns.flags", "Flags", HEX)
    asking_bits = flag_bits(asking_flags, response=False, vouched=True)
    answer_flags = u16(None, "dns.flags", "Flags", HEX)
    answer_bits = flag_bits(answer_flags, response=True)
    counts = tuple(u16(None, f"dns.count.{name}", label) for name, label in COUNTS)
    update_counts = tuple(u16(None, f"dns.count.{name}", label) for name, label in UPDATE_COUNTS)
    segment = raw(None, "", "Segment of a message")
    response_in = framenum(None, "dns.response_in", "Response In", ahead=True, linked=True)
    response_to = framenum(None, "dns.response_to", "Request In", linked=True)
    time = Field("dns.time", "Time", RELATIVE_TIME, linked=True)
    repeated = flag(None, "dns.retransmission", "Retransmission", linked=True)
    repeated_question = framenum(None, "dns.retransmit_request_in", "Retransmitted request. Original request in", linked=True)
    repeated_answer = framenum(None, "dns.retransmit_response_in", "Retransmitted response. Original response in", linked=True)
    unsolicited = flag(None, "dns.unsolicited", "Unsolicited", linked=True)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        infos = list[str]()
        while c.remaining:
            if c.remaining < 2 or c.remaining < 2 + c.peek(2):
                c.rest(cls.segment)
                break
            with c.group(cls.message, 2 + c.peek(2)) as one:
                size = one.add(cls.message_length)
                infos.append(told(one.data, one.pos, one.pos + size)[0])
                if size >= 12:
                    cls._message(one)
        c.info(", ".join(infos))

    @classmethod
    def _message(cls, c: Cursor) -> None:
        base = c.pos
        c.add(cls.ident)
        word = c.peek(2)
        c.add(cls.answer_flags if word & 0x8000 else cls.asking_flags if word & 0x0020 else cls.question_flags)
        opcode = word >> 11 & 15
        counts = [c.add(field) for field in (cls.update_counts if opcode == UPDATE else cls.counts)]
        cls.sections(c, base, counts, opcode)
        c.rest(cls.extraneous)
        cls._linked(c, base - c.h.start, bool(word & 0x8000))

    @classmethod
    def _linked(cls, c: Cursor, offset: int, response: bool) -> None:
        """What question it answers, and so on."""
        if c.run.streams is None or c.h.layer.name not in c.run.streams.links or c.run.columns_locked:
            return
        found = c.run.streams.exchange(c.h, offset)
        if found.again:
            c.derived(cls.repeated, True)
            c.derived(cls.repeated_answer if response else cls.repeated_question, found.again)
            note = repeats(response)
            c.note(note.severity, note.group, note.text(found.again), note.name)
        if found.alone:
            c.derived(cls.unsolicited, True)
        for field, value in ((cls.response_in, found.answered), (cls.response_to, found.asked)):
            if value:
                c.derived(field, value)
        if found.since >= 0:
            c.derived(cls.time, found.since)


def looks_so(p: Any) -> Any:
    """Whether a datagram on another port is a plain question for one name, or an answer to it."""
    flags, first, second = p.u16(2), p.u8(12), p.u8(13)
    letter = ((second | 0x20 >= 0x61) & (second | 0x20 <= 0x7A)) | ((second >= 0x30) & (second <= 0x39)) | (second == 0x5F)
    name = (first >= 1) & (first < 64) & letter & (p.u16(4) == 1)
    asks = (flags & 0xF84F == 0) & (p.u32(6) == 0) & (p.u16(10) <= 2)
    answers = (flags & 0xF840 == 0x8000) & (flags & 15 <= 5) & (p.u16(6) < 64) & (p.u16(8) < 64) & (p.u16(10) < 64)
    return (p.length >= 17) & name & (asks | answers)


class DNS(Message):
    """A message in a datagram."""

    linked_notes = True
    name, label, column = "dns", "Domain Name System", "DNS"
    binds = {"udp.port": (53,)}
    heuristics: ClassVar[tuple[str, ...]] = ("udp",)
    probe = looks_so
    hot = dns_hot.HOT

    id = u16(0, "dns.id", "Transaction ID", HEX)
    flags = u16(2, "dns.flags", "Flags", HEX)
    response = flag(2, "dns.flags.response", "Response", 0x8000, within=flags)
    opcode = u16(2, "dns.flags.opcode", "Opcode", mask=0x7800, names=names.OPCODES, within=flags)
    authoritative = flag(2, "dns.flags.authoritative", "Authoritative", 0x0400, within=flags, when=plain_response)
    conflict = flag(2, "dns.flags.conflict", "Conflict", 0x0400, within=flags, when=on_link)
    truncated = flag(2, "dns.flags.truncated", "Truncated", 0x0200, within=flags)
    recdesired = flag(2, "dns.flags.recdesired", "Recursion desired", 0x0100, within=flags, when=plain)
    tentative = flag(2, "dns.flags.tentative", "Tentative", 0x0100, within=flags, when=on_link)
    recavail = flag(2, "dns.flags.recavail", "Recursion available", 0x0080, within=flags, when=is_response)
    z = flag(2, "dns.flags.z", "Z", 0x0040, within=flags, when=plain)
    authenticated = flag(2, "dns.flags.authenticated", "Answer authenticated", 0x0020, within=flags, when=vouched)
    checkdisable = flag(2, "dns.flags.checkdisable", "Non-authenticated data", 0x0010, within=flags, when=plain)
    rcode = u16(2, "dns.flags.rcode", "Reply code", mask=0x000F, names=names.RCODES, within=flags, when=is_response)
    queries_count = u16(4, "dns.count.queries", "Questions", when=other(False))
    zones_count = u16(4, "dns.count.zones", "Zones", when=other(True))
    answers_count = u16(6, "dns.count.answers", "Answer RRs", when=other(False))
    prerequisites_count = u16(6, "dns.count.prerequisites", "Prerequisites", when=other(True))
    authorities_count = u16(8, "dns.count.auth_rr", "Authority RRs", when=other(False))
    updates_count = u16(8, "dns.count.updates", "Updates", when=other(True))
    additional_count = u16(10, "dns.count.add_rr", "Additional RRs")
    response_in = linked("dns.response_in", "Response In", "answered", whole, ahead=True)
    response_to = linked("dns.response_to", "Request In", "asked", whole)
    time = Field(
        "dns.time", "Time", RELATIVE_TIME, value=lambda h: exchange(h).since, linked=True,
        when=lambda h: whole(h) & (exchange(h).since >= 0),
    )  # fmt: skip
    repeated = flag(
        None, "dns.retransmission", "Retransmission", value=lambda h: exchange(h).again > 0, linked=True,
        when=lambda h: whole(h) & (exchange(h).again > 0),
    )  # fmt: skip
    repeated_question = framenum(
        None, "dns.retransmit_request_in", "Retransmitted request. Original request in",
        linked=True, value=lambda h: exchange(h).again, when=lambda h: whole(h) & (h.response == 0) & (exchange(h).again > 0),
    )  # fmt: skip
    repeated_answer = framenum(
        None, "dns.retransmit_response_in", "Retransmitted response. Original response in",
        linked=True, value=lambda h: exchange(h).again, when=lambda h: whole(h) & h.response & (exchange(h).again > 0),
    )  # fmt: skip
    unsolicited = flag(
        None, "dns.unsolicited", "Unsolicited", value=lambda h: exchange(h).alone > 0, linked=True,
        when=lambda h: whole(h) & (exchange(h).alone > 0),
    )  # fmt: skip

    notes = repeats(False), repeats(True)

    @classmethod
    def brief(cls, h: Any, messages: list[bytes]) -> Iterator[tuple[str, str] | None]:
        """See `Layer.brief`."""
        for message in messages:
            text, plain = told(message, multicast=cls.multicast)
            yield (cls.column, text) if plain else None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        base = c.h.start
        c.info(told(c.data, base, c.end, cls.multicast)[0])
        counts = [int.from_bytes(c.data[at : at + 2], "big") for at in range(base + 4, base + 12, 2)]
        cls.sections(c, base, counts, c.h.opcode)
        c.rest(cls.extraneous)


class MulticastDNS(DNS):
    """Questions to everybody on the link, and who answers them."""

    name, label, column = "mdns", "Multicast Domain Name System", "MDNS"
    binds = {"udp.port": (5353,)}
    heuristics = ()
    multicast = True


class LLMNR(DNS):
    """Names of the link, asked of everybody on it."""

    name, label, column = "llmnr", "Link-local Multicast Name Resolution", "LLMNR"
    binds = {"udp.port": (5355,)}
    heuristics = ()
    link_local = True
