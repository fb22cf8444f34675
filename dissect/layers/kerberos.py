"""Kerberos 5 (RFC 4120): requests, replies, tickets and errors.

    KDC-REQ ::= [APPLICATION 10 or 12] SEQUENCE { pvno [1], msg-type [2], padata [3], req-body [4] }
    Over TCP a record mark of 32 bits, the length, comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    INT32,
    UINT8,
    UINT32,
    Field,
    flag,
    group,
    ipv4,
    raw,
    string,
    u32,
    where,
)
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely
from dissect.layers import ber

MESSAGES = {
    10: "AS-REQ", 11: "AS-REP", 12: "TGS-REQ", 13: "TGS-REP", 14: "AP-REQ", 15: "AP-REP", 20: "KRB-SAFE",
    21: "KRB-PRIV", 22: "KRB-CRED", 30: "KRB-ERROR",
}  # fmt: skip
ENCRYPTIONS = {
    1: "eTYPE-DES-CBC-CRC", 2: "eTYPE-DES-CBC-MD4", 3: "eTYPE-DES-CBC-MD5", 16: "eTYPE-DES3-CBC-SHA1",
    17: "eTYPE-AES128-CTS-HMAC-SHA1-96", 18: "eTYPE-AES256-CTS-HMAC-SHA1-96", 19: "eTYPE-AES128-CTS-HMAC-SHA256-128",
    20: "eTYPE-AES256-CTS-HMAC-SHA384-192", 23: "eTYPE-ARCFOUR-HMAC-MD5", 24: "eTYPE-ARCFOUR-HMAC-MD5-56",
    -128: "eTYPE-ARCFOUR-MD4", -133: "eTYPE-ARCFOUR-HMAC-OLD", -135: "eTYPE-ARCFOUR-HMAC-OLD-EXP",
}  # fmt: skip
NAMES = {0: "kRB5-NT-UNKNOWN", 1: "kRB5-NT-PRINCIPAL", 2: "kRB5-NT-SRV-INST", 3: "kRB5-NT-SRV-HST",
         10: "kRB5-NT-ENTERPRISE-PRINCIPAL"}  # fmt: skip
PREAUTHENTICATION = {
    1: "pA-TGS-REQ", 2: "pA-ENC-TIMESTAMP", 3: "pA-PW-SALT", 11: "pA-ETYPE-INFO", 16: "pA-PK-AS-REQ",
    17: "pA-PK-AS-REP", 19: "pA-ETYPE-INFO2", 128: "pA-PAC-REQUEST", 129: "pA-FOR-USER", 133: "pA-FX-COOKIE",
    136: "pA-FX-FAST", 149: "pA-REQ-ENC-PA-REP", 165: "pA-SUPPORTED-ETYPES", 167: "pA-PAC-OPTIONS",
}  # fmt: skip
ERRORS = {
    0: "eRR-NONE", 6: "eRR-C-PRINCIPAL-UNKNOWN", 7: "eRR-S-PRINCIPAL-UNKNOWN", 12: "eRR-POLICY", 13: "eRR-BADOPTION",
    14: "eRR-ETYPE-NOSUPP", 18: "eRR-CLIENT-REVOKED", 23: "eRR-KEY-EXPIRED", 24: "eRR-PREAUTH-FAILED",
    25: "eRR-PREAUTH-REQUIRED", 31: "eRR-BAD-INTEGRITY", 32: "eRR-TKT-EXPIRED", 33: "eRR-TKT-NYV", 34: "eRR-REPEAT",
    37: "eRR-SKEW", 41: "eRR-MODIFIED", 52: "eRR-RESPONSE-TOO-BIG", 60: "eRR-GENERIC", 68: "eRR-WRONG-REALM",
}  # fmt: skip
OPTIONS = ["reserved", "forwardable", "forwarded", "proxiable", "proxy", "allow.postdate", "postdated", "unused7", "renewable", "unused9", "unused10", "opt.hardware.auth", "unused12", "unused13", "constrained.delegation", "canonicalize", "request.anonymous", "unused17", "unused18", "unused19", "unused20", "unused21", "unused22", "unused23", "unused24", "unused25", "disable.transited.check", "renewable.ok", "enc.tkt.in.skey", "unused29", "renew", "validate"]
TGS_REQUEST, MARK = 1, 4
AP_REQUEST_TAG = 0x6E


def _options(prefix: str, names: list[str]) -> tuple[Field, ...]:
    return tuple(flag(None, f"kerberos.{prefix}.{name}", name.replace(".", "-"), 0x80 >> i % 8) for i, name in enumerate(names))


def _group(name: str, label: str) -> Field:
    return group(f"kerberos.{name}_element", label)


class Kerberos(Layer):
    """The messages of a datagram or segment."""

    name, label, column = "kerberos", "Kerberos", "KRB5"
    binds = {"tcp.port": (88,)}
    accepts = lambda p: (p.u32(0) <= 10 << 20) & ((p.length < 5) | (p.u8(4) & 0xE0 == 0x60))
    reaches = ("krb4",)
    heuristics = ("udp",)
    likely = Likely({0: bytes((4, *range(0x6A, 0x70), 0x7E))})
    probe = lambda p: ((p.length >= 12) & (p.u8(0) == 4) & ((p.h.srcport == 88) | (p.h.dstport == 88))) | (p.length >= 12) & ((p.u8(0) >= 0x6A) & (p.u8(0) <= 0x6F) | (p.u8(0) == 0x7E)) & (
        ((p.u8(1) == 0x82) & (p.u16(2) + 4 == p.length) & (p.u8(4) == ber.SEQUENCE))
        | ((p.u8(1) == 0x81) & (p.u8(2) + 3 == p.length) & (p.u8(3) == ber.SEQUENCE))
        | ((p.u8(1) + 2 == p.length) & (p.u8(2) == ber.SEQUENCE))
    )
    messages = Messages(header=4, length=lambda p: where((p.u32(0) >= 10) & (p.u32(0) < 1 << 20), MARK + p.u32(0), AS_IT_IS))

    mark_word = u32(None, "", "Record Mark")
    mark_reserved = flag(None, "kerberos.rm.reserved", "Reserved", 0x80000000, within=mark_word)
    mark_length = u32(None, "kerberos.rm.length", "Record Length", mask=0x7FFFFFFF, within=mark_word)
    requests = {
        10: _group("as_req", "as-req"), 11: _group("as_rep", "as-rep"), 12: _group("tgs_req", "tgs-req"),
        13: _group("tgs_rep", "tgs-rep"), 14: _group("ap_req", "ap-req"), 15: _group("ap_rep", "ap-rep"),
        30: _group("krb_error", "krb-error"),
    }  # fmt: skip
    request_fields = tuple(requests.values())
    version = Field("kerberos.pvno", "pvno", UINT32)
    type = Field("kerberos.msg_type", "msg-type", INT32, names=MESSAGES)
    padata = Field("kerberos.padata", "padata", UINT32)
    pa = _group("PA_DATA", "PA-DATA")
    pa_type = Field("kerberos.padata_type", "padata-type", INT32, names=PREAUTHENTICATION)
    pa_value = Field("kerberos.padata_value", "padata-value", BYTES)
    body = _group("req_body", "req-body")
    options = Field("kerberos.kdc_options", "kdc-options", BYTES)
    option_fields = _options("KDCOptions", OPTIONS)
    ap_options = Field("kerberos.ap_options", "ap-options", BYTES)
    ap_fields = _options("APOptions", ["reserved", "use.session.key", "mutual.required"])
    padding = Field("ber.bitstring.padding", "Padding", UINT8)
    cname, sname = _group("cname", "cname"), _group("sname", "sname")
    name_type = Field("kerberos.name_type", "name-type", INT32, names=NAMES)
    cnames, snames = Field("kerberos.cname_string", "cname-string", UINT32), Field(
        "kerberos.sname_string", "sname-string", UINT32
    )
    cstring = string(None, "kerberos.CNameString", "CNameString")
    sstring = string(None, "kerberos.SNameString", "SNameString")
    realm, crealm = string(None, "kerberos.realm", "realm"), string(None, "kerberos.crealm", "crealm")
    start_time, till = Field("kerberos.from", "from", ABSOLUTE_TIME), Field("kerberos.till", "till", ABSOLUTE_TIME)
    rtime, stime = Field("kerberos.rtime", "rtime", ABSOLUTE_TIME), Field("kerberos.stime", "stime", ABSOLUTE_TIME)
    ctime = Field("kerberos.ctime", "ctime", ABSOLUTE_TIME)
    cusec, susec = Field("kerberos.cusec", "cusec", UINT32), Field("kerberos.susec", "susec", UINT32)
    nonce = Field("kerberos.nonce", "nonce", UINT32)
    etypes = Field("kerberos.kdc-req-body.etype", "etype", UINT32)
    encryption = Field("kerberos.ENCTYPE", "ENCTYPE", INT32, names=ENCRYPTIONS)
    addresses = Field("kerberos.addresses", "addresses", UINT32)
    address = _group("HostAddress", "HostAddress")
    address_type = Field("kerberos.addr_type", "addr-type", INT32, names={2: "iPv4", 20: "nETBIOS", 24: "iPv6"})
    address_ip = ipv4(None, "kerberos.addr_ip", "IP Address")
    ticket = _group("ticket", "ticket")
    ticket_version = Field("kerberos.tkt_vno", "tkt-vno", UINT32)
    encrypted, authenticator = _group("enc_part", "enc-part"), _group("authenticator", "authenticator")
    etype = Field("kerberos.etype", "etype", INT32, names=ENCRYPTIONS)
    kvno = Field("kerberos.kvno", "kvno", UINT32)
    cipher = Field("kerberos.cipher", "cipher", BYTES)
    error = Field("kerberos.error_code", "error-code", INT32, names=ERRORS)
    error_text = string(None, "kerberos.e_text", "e-text")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        over_tcp = c.h.outer_header is not None and c.h.outer_header.layer.name == "tcp"
        while c.remaining:
            if over_tcp:
                if c.remaining < MARK + 2 or c.peek(4) > c.limit - c.pos - MARK:
                    c.info("Continuation")
                    c.rest(cls.other)
                    return
                c.add(cls.mark_word)
            if c.peek(1) == 4 and c.pos == c.h.start:
                c.child("krb4")
                return
            tag = ber.peek(c)
            if tag.octet & 0xE0 != ber.APPLICATION | ber.CONSTRUCTED:
                c.rest(cls.other)
                break
            said.append(MESSAGES.get(tag.number, f"Unknown message ({tag.number})"))
            message(c)
        c.info(" ".join(said))


K = Kerberos
Readers = Mapping[int, Callable[[Cursor], object]]


def message(c: Cursor) -> None:
    """One message of any kind."""
    tag = ber.peek(c)
    with ber.inside(c, K.requests.get(tag.number, ber.PLAIN)) as c:
        if c.remaining and tag.number in MESSAGE_PARTS:
            parts(c, MESSAGE_PARTS[tag.number])


def parts(c: Cursor, readers: Readers) -> None:
    """A SEQUENCE of members that their context tags tell apart."""
    with ber.inside(c) as c:
        while c.remaining:
            read = readers.get(ber.peek(c).number)
            with ber.inside(c) as c:
                if read is not None and c.remaining:
                    read(c)


def listed(c: Cursor, field: Field, read: Callable[[Cursor], object]) -> None:
    """A SEQUENCE OF, with its count."""
    with ber.inside(c, field, ber.count(c)) as c:
        while c.remaining:
            read(c)


def bit_string(c: Cursor, field: Field, flags: tuple[Field, ...]) -> None:
    """A BIT STRING, and its bits by name."""
    octets = ber.octets_of(c)
    tag = ber.peek(c)
    with c.group(field, tag.header + tag.size, value=octets[1:]) as c:
        c.add(ber.HEAD, tag.header)
        if octets:
            c.add(K.padding, 1)
        bits = int.from_bytes(octets[1:5].ljust(4, b"\0"), "big")
        start = c.pos
        for i, one in enumerate(flags):
            if i // 8 < len(octets) - 1:
                c.pos = start + i // 8
                c.add(one, 1, value=bool(bits >> 31 - i & 1))
        c.pos = start + max(len(octets) - 1, 0)


def principal(element: Field, strings: Field, one: Field) -> Callable[[Cursor], None]:
    """A reader of a PrincipalName."""

    def read(c: Cursor) -> None:
        c.derived(element, True)
        parts(c, {0: lambda c: ber.integer(c, K.name_type), 1: lambda c: listed(c, strings, lambda c: ber.text(c, one))})

    return read


client, server = principal(K.cname, K.cnames, K.cstring), principal(K.sname, K.snames, K.sstring)


def sealed(element: Field) -> Callable[[Cursor], None]:
    """A reader of EncryptedData."""

    def read(c: Cursor) -> None:
        c.derived(element, True)
        parts(c, SEALED)

    return read


def ticket(c: Cursor) -> None:
    """A Ticket."""
    with ber.inside(c, K.ticket) as c:
        parts(c, TICKET)


def preauthentication(c: Cursor) -> None:
    """PA-DATA; that of a ticket's request holds an AP-REQ."""
    kinds = list[int]()

    def value(c: Cursor) -> None:
        octets = ber.octets_of(c)
        if kinds == [TGS_REQUEST] and octets[:1] == bytes([AP_REQUEST_TAG]):
            with ber.inside(c, K.pa_value, octets) as c:
                message(c)
        else:
            ber.octets(c, K.pa_value)

    c.derived(K.pa, True)
    parts(c, {1: lambda c: kinds.append(ber.integer(c, K.pa_type)), 2: value})


def host(c: Cursor) -> None:
    """A HostAddress."""

    def value(c: Cursor) -> None:
        octets = ber.octets_of(c)
        if len(octets) == 4:
            ber.take(c, K.address_ip, int.from_bytes(octets, "big"))

    c.derived(K.address, True)
    parts(c, {0: lambda c: ber.integer(c, K.address_type), 1: value})


def body(c: Cursor) -> None:
    """KDC-REQ-BODY."""
    c.derived(K.body, True)
    parts(c, BODY)


SEALED: Readers = {
    0: lambda c: ber.integer(c, K.etype), 1: lambda c: ber.integer(c, K.kvno), 2: lambda c: ber.octets(c, K.cipher),
}  # fmt: skip
TICKET: Readers = {
    0: lambda c: ber.integer(c, K.ticket_version), 1: lambda c: ber.text(c, K.realm), 2: server,
    3: sealed(K.encrypted),
}  # fmt: skip
BODY: Readers = {
    0: lambda c: bit_string(c, K.options, K.option_fields), 1: client, 2: lambda c: ber.text(c, K.realm), 3: server,
    4: lambda c: ber.time(c, K.start_time), 5: lambda c: ber.time(c, K.till), 6: lambda c: ber.time(c, K.rtime),
    7: lambda c: ber.integer(c, K.nonce),
    8: lambda c: listed(c, K.etypes, lambda c: ber.integer(c, K.encryption)),
    9: lambda c: listed(c, K.addresses, host),
}  # fmt: skip
REQUEST: Readers = {
    1: lambda c: ber.integer(c, K.version), 2: lambda c: ber.integer(c, K.type),
    3: lambda c: listed(c, K.padata, preauthentication), 4: body,
}  # fmt: skip
REPLY: Readers = {
    0: lambda c: ber.integer(c, K.version), 1: lambda c: ber.integer(c, K.type),
    2: lambda c: listed(c, K.padata, preauthentication), 3: lambda c: ber.text(c, K.crealm), 4: client, 5: ticket,
    6: sealed(K.encrypted),
}  # fmt: skip
AP_REQUEST: Readers = {
    0: lambda c: ber.integer(c, K.version), 1: lambda c: ber.integer(c, K.type),
    2: lambda c: bit_string(c, K.ap_options, K.ap_fields), 3: ticket, 4: sealed(K.authenticator),
}  # fmt: skip
AP_REPLY: Readers = {
    0: lambda c: ber.integer(c, K.version), 1: lambda c: ber.integer(c, K.type), 2: sealed(K.encrypted),
}  # fmt: skip
ERROR: Readers = {
    0: lambda c: ber.integer(c, K.version), 1: lambda c: ber.integer(c, K.type), 2: lambda c: ber.time(c, K.ctime),
    3: lambda c: ber.integer(c, K.cusec), 4: lambda c: ber.time(c, K.stime), 5: lambda c: ber.integer(c, K.susec),
    6: lambda c: ber.integer(c, K.error), 7: lambda c: ber.text(c, K.crealm), 8: client,
    9: lambda c: ber.text(c, K.realm), 10: server, 11: lambda c: ber.text(c, K.error_text),
}  # fmt: skip
MESSAGE_PARTS: dict[int, Readers] = {
    10: REQUEST, 11: REPLY, 12: REQUEST, 13: REPLY, 14: AP_REQUEST, 15: AP_REPLY, 30: ERROR,
}  # fmt: skip
