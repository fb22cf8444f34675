"""The data of DNS resource records: a row of `RDATA` for each type, what it holds in order.

Each step is a field and how it is read: `None` its own size, a number that many octets, "name" a domain name, "rest" all that
is left, "all" as often as there is room, or a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    HEX,
    UINT16,
    Field,
    ether,
    eui64,
    flag,
    group,
    ipv4,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u32,
)
from dissect.layers import dns_names as names

How = None | int | str | Callable[[Cursor, Field, int], None]
Steps = tuple[tuple[Field, How], ...]
SECOND = 1_000_000_000


def _text(field: str, label: str, length: str, length_label: str) -> Steps:
    """A string behind its length."""
    size = u8(None, length, length_label)

    def read(c: Cursor, shown: Field, base: int) -> None:
        c.add(shown, c.add(size))

    return ((size, lambda c, shown, base: None), (string(None, field, label), read))


def _texts(field: str, label: str, length: str, length_label: str) -> Steps:
    """Strings behind their lengths, as many as there are."""
    size = u8(None, length, length_label)

    def read(c: Cursor, shown: Field, base: int) -> None:
        while c.remaining:
            c.add(shown, c.add(size))

    return ((size, lambda c, shown, base: None), (string(None, field, label), read))


def _time(name: str, label: str) -> tuple[Field, How]:
    """Seconds since 1970, as a time."""

    def read(c: Cursor, shown: Field, base: int) -> None:
        c.add(shown, 4, c.peek(4) * SECOND)

    return Field(name, label, ABSOLUTE_TIME), read


def _signature() -> Steps:
    s = "dns.rrsig"
    return (
        (u16(None, f"{s}.type_covered", "Type Covered", names=names.TYPES), None),
        (u8(None, f"{s}.algorithm", "Algorithm", names=names.ALGORITHMS), None), (u8(None, f"{s}.labels", "Labels"), None),
        (u32(None, f"{s}.original_ttl", "Original TTL", unit="seconds"), None),
        _time(f"{s}.signature_expiration", "Signature Expiration"),
        _time(f"{s}.signature_inception", "Signature Inception"), (u16(None, f"{s}.key_tag", "Key Tag"), None),
        (string(None, f"{s}.signers_name", "Signer's name"), "name"), (raw(None, f"{s}.signature", "Signature"), "rest"),
    )  # fmt: skip


def _key() -> Steps:
    k = "dns.dnskey"
    flags = u16(None, f"{k}.flags", "Flags", HEX)
    bits = (
        flag(None, f"{k}.flags.zone_key", "Zone Key", 0x0100, within=flags),
        flag(None, f"{k}.flags.key_revoked", "Key Revoked", 0x0080, within=flags),
        flag(None, f"{k}.flags.secure_entry_point", "Key Signing Key", 0x0001, within=flags),
        u16(None, f"{k}.flags.reserved", "Key Signing Key", HEX, mask=0xFE7E, within=flags),
    )
    ident = Field(f"{k}.key_id", "Key id", UINT16)

    def tag(c: Cursor, shown: Field, base: int) -> None:
        c.add(shown)
        c.derived(ident, key_tag(c.data[c.pos - 4 : c.end]))

    return (
        (flags, None), *((bit, nothing) for bit in (*bits, ident)),
        (u8(None, f"{k}.protocol", "Protocol"), None),
        (u8(None, f"{k}.algorithm", "Algorithm", names=names.ALGORITHMS), tag),
        (raw(None, f"{k}.public_key", "Public Key"), "rest"),
    )  # fmt: skip


def key_tag(rdata: bytes) -> int:
    """The tag of a DNSKEY's data (RFC 4034, appendix B)."""
    if len(rdata) > 3 and rdata[3] == 1:
        return int.from_bytes(rdata[-3:-1], "big")
    total = sum(octet if i & 1 else octet << 8 for i, octet in enumerate(rdata))
    return (total + (total >> 16)) & 0xFFFF


def nothing(c: Cursor, shown: Field, base: int) -> None:
    """Only declared: its parent or its neighbour adds it."""


TYPES_BITMAP = Field("dns.resp.type", "RR type in bit map", UINT16, names=names.TYPES)
BITMAP = raw(None, "", "Bit map")


def _bitmap(c: Cursor, shown: Field, base: int) -> None:
    """Which types exist (RFC 4034, section 4.1.2): windows of 256 of them."""
    while c.remaining >= 2:
        window, size = c.peek(1), c.peek(1, 1)
        octets = c.peek_bytes(size, 2)
        c.add(BITMAP, 2 + size)
        for bit in range(8 * size):
            if octets[bit >> 3] >> (7 - bit % 8) & 1:
                c.derived(shown, window << 8 | bit)


def _hashed(c: Cursor, shown: Field, base: int) -> None:
    """An owner's hash, in base 32 with the extended hex alphabet (RFC 5155, section 3.3)."""
    size = c.peek(1)
    c.add(HASH_LENGTH)
    octets = c.peek_bytes(size)
    bits, alphabet = "".join(f"{octet:08b}" for octet in octets), "0123456789abcdefghijklmnopqrstuv"
    text = "".join(alphabet[int(bits[i : i + 5].ljust(5, "0"), 2)] for i in range(0, len(bits), 5))
    c.add(shown, size, text)


HASH_LENGTH = u8(None, "dns.nsec3.hash_length", "Hash length")


def _nsec3() -> Steps:
    n = "dns.nsec3"
    flags = u8(None, f"{n}.flags", "NSEC3 flags")
    opt_out = flag(None, f"{n}.flags.opt_out", "NSEC3 Opt-out flag", 0x01, within=flags)
    salt = u8(None, f"{n}.salt_length", "Salt length")

    def salted(c: Cursor, shown: Field, base: int) -> None:
        size = c.add(salt)
        if size:
            c.add(shown, size)

    return (
        (u8(None, f"{n}.algo", "Hash algorithm", names=names.HASHES), None), (flags, None), (opt_out, nothing),
        (u16(None, f"{n}.iterations", "NSEC3 iterations"), None), (salt, nothing),
        (raw(None, f"{n}.salt_value", "Salt value"), salted),
    )  # fmt: skip


def _caa() -> Steps:
    p = "dns.caa"
    flags = u8(None, f"{p}.flags", "CAA Flags", HEX)
    critical = flag(None, f"{p}.flags.issuer_critical", "Issuer Critical", 0x80, within=flags)
    property_ = group("", "Property")
    kinds = {
        "issue": group(f"{p}.issue", "Issue"), "issuewild": group(f"{p}.issuewild", "Issue Wildcard"),
        "iodef": group(f"{p}.iodef", "Report URL"),
    }  # fmt: skip
    unknown = group(f"{p}.unknown", "Unknown tag")
    fields = {name: string(None, field.name, field.label) for name, field in kinds.items()}
    other = string(None, unknown.name, unknown.label)
    length, tag = u8(None, f"{p}.tag_length", "Tag length"), string(None, f"{p}.tag", "Tag")
    value = string(None, f"{p}.value", "Value")

    def read(c: Cursor, shown: Field, base: int) -> None:
        size = c.peek(1)
        word = c.peek_bytes(size, 1).decode("latin-1").lower()
        with c.group(fields.get(word, other), c.remaining) as c:
            c.add(length)
            c.add(tag, size)
            c.rest(value)

    declared = (critical, *fields.values(), other, length, tag, value)
    return ((flags, None), *((field, nothing) for field in declared), (property_, read))


SVCB = "dns.svcb.svcparam"
PARAMETER = group(SVCB, "SvcParam")
PARAMETER_KEY = u16(None, f"{SVCB}.key", "SvcParamKey", names=names.SERVICE_KEYS)
PARAMETER_LENGTH = u16(None, f"{SVCB}.value.length", "SvcParamValue length")
PARAMETER_VALUE = raw(None, f"{SVCB}.value", "SvcParamValue")
ALPN_LENGTH, ALPN = u8(None, f"{SVCB}.alpn.length", "ALPN length"), string(None, f"{SVCB}.alpn", "ALPN")
PARAMETERS: dict[int, tuple[Field, bool]] = {  # field of each parameter; whether it is repeated
    0: (u16(None, f"{SVCB}.mandatory.key", "Mandatory key", names=names.SERVICE_KEYS), True),
    3: (u16(None, f"{SVCB}.port", "Port"), False), 4: (ipv4(None, f"{SVCB}.ipv4hint.ip", "IP"), True),
    6: (ipv6(None, f"{SVCB}.ipv6hint.ip", "IP"), True),
}  # fmt: skip
ECH = raw(None, f"{SVCB}.echconfig", "ECHConfig")


def _parameters(c: Cursor, shown: Field, base: int) -> None:
    """Service parameters (RFC 9460, section 2.2)."""
    while c.remaining:
        key, size = c.peek(2), c.peek(2, 2)
        with c.group(PARAMETER, 4 + size, f"SvcParam: {names.SERVICE_KEYS.get(key, f'key{key}')}") as one:
            one.add(PARAMETER_KEY)
            one.add(PARAMETER_LENGTH)
            known = PARAMETERS.get(key)
            if key == 1:
                while one.remaining:
                    one.add(ALPN, one.add(ALPN_LENGTH))
            elif known is not None:
                while one.remaining:
                    one.add(known[0])
                    if not known[1]:
                        break
            else:
                one.rest(ECH if key == 5 else PARAMETER_VALUE)


def _service() -> Steps:
    declared = (
        PARAMETER_KEY, PARAMETER_LENGTH, PARAMETER_VALUE, ALPN_LENGTH, ALPN, ECH, *(f for f, _ in PARAMETERS.values()),
    )  # fmt: skip
    return (
        (u16(None, "dns.svcb.svcpriority", "SvcPriority"), None), (string(None, "dns.svcb.targetname", "TargetName"), "name"),
        *((field, nothing) for field in declared), (PARAMETER, _parameters),
    )  # fmt: skip


def _tsig() -> Steps:
    t = "dns.tsig"
    size, mac = u16(None, f"{t}.mac_size", "MAC Size"), group(f"{t}.mac", "MAC")
    other_len, other = u16(None, f"{t}.other_len", "Other Len"), raw(None, f"{t}.other_data", "Other Data")

    def signed(c: Cursor, shown: Field, base: int) -> None:
        c.add(shown, 6, c.peek(6) * SECOND)

    def code(c: Cursor, shown: Field, base: int) -> None:
        length = c.add(size)
        with c.group(shown, length):
            pass

    def rest(c: Cursor, shown: Field, base: int) -> None:
        length = c.add(other_len)
        if length:
            c.add(shown, length)

    return (
        (string(None, f"{t}.algorithm_name", "Algorithm Name"), "name"),
        (Field(f"{t}.time_signed", "Time Signed", ABSOLUTE_TIME), signed), (u16(None, f"{t}.fudge", "Fudge"), None),
        (size, nothing), (mac, code), (u16(None, f"{t}.original_id", "Original Id"), None),
        (u16(None, f"{t}.error", "Error", names=names.TSIG_ERRORS), None), (other_len, nothing), (other, rest),
    )  # fmt: skip


def _one_name(field: str, label: str) -> Steps:
    return ((string(None, field, label), "name"),)


SSHFP_ALGORITHMS = {0: "Reserved", 1: "RSA", 2: "DSS", 3: "ECDSA", 4: "Ed25519", 6: "Ed448"}
SSHFP_TYPES = {0: "Reserved", 1: "SHA1", 2: "SHA256"}
USAGES = {
    0: "CA constraint (PKIX-TA)", 1: "Service certificate constraint (PKIX-EE)", 2: "Trust anchor assertion (DANE-TA)",
    3: "Domain-issued certificate (DANE-EE)",
}  # fmt: skip
DS: Steps = (
    (u16(None, "dns.ds.key_id", "Key id", HEX), None),
    (u8(None, "dns.ds.algorithm", "Algorithm", names=names.ALGORITHMS), None),
    (u8(None, "dns.ds.digest_type", "Digest Type", names=names.DIGESTS), None), (raw(None, "dns.ds.digest", "Digest"), "rest"),
)  # fmt: skip
SIGNATURE, KEY, SERVICE = _signature(), _key(), _service()
NSEC3_PARAMETERS = _nsec3()
DATA: Steps = ((raw(None, "dns.data", "Data"), "rest"),)

RDATA: dict[int, Steps] = {
    1: ((ipv4(None, "dns.a", "Address"), None),),
    2: _one_name("dns.ns", "Name Server"), 3: _one_name("dns.md", "Mail Destination"), 4: _one_name("dns.mf", "Mail Forwarder"),
    5: _one_name("dns.cname", "CNAME"),
    6: (
        (string(None, "dns.soa.mname", "Primary name server"), "name"),
        (string(None, "dns.soa.rname", "Responsible authority's mailbox"), "name"),
        (u32(None, "dns.soa.serial_number", "Serial Number"), None),
        (u32(None, "dns.soa.refresh_interval", "Refresh Interval", unit="seconds"), None),
        (u32(None, "dns.soa.retry_interval", "Retry Interval", unit="seconds"), None),
        (u32(None, "dns.soa.expire_limit", "Expire limit", unit="seconds"), None),
        (u32(None, "dns.soa.minimum_ttl", "Minimum TTL", unit="seconds"), None),
    ),
    7: _one_name("dns.mb", "MailBox Domaine"), 8: _one_name("dns.mg", "Mail Group member"),
    9: _one_name("dns.mr", "Mail Rename domaine"), 10: ((raw(None, "dns.null", "Null (data)"), "rest"),),
    12: _one_name("dns.ptr.domain_name", "Domain Name"),
    13: (
        *_text("dns.hinfo.cpu", "CPU", "dns.hinfo.cpu_length", "CPU Length"),
        *_text("dns.hinfo.os", "OS", "dns.hinfo.os_length", "OS Length"),
    ),
    14: (*_one_name("dns.minfo.r", "Responsible Mailbox"), *_one_name("dns.minfo.e", "Error Mailbox")),
    15: ((u16(None, "dns.mx.preference", "Preference"), None), *_one_name("dns.mx.mail_exchange", "Mail Exchange")),
    16: _texts("dns.txt", "TXT", "dns.txt.length", "TXT Length"),
    17: (*_one_name("dns.rp.mailbox", "Mailbox"), *_one_name("dns.rp.txt_rr", "TXT RR")),
    18: ((u16(None, "dns.afsdb.subtype", "Subtype"), None), *_one_name("dns.afsdb.hostname", "Hostname")),
    24: SIGNATURE, 28: ((ipv6(None, "dns.aaaa", "AAAA Address"), None),),
    33: (
        (u16(None, "dns.srv.priority", "Priority"), None), (u16(None, "dns.srv.weight", "Weight"), None),
        (u16(None, "dns.srv.port", "Port"), None), *_one_name("dns.srv.target", "Target"),
    ),
    35: (
        (u16(None, "dns.naptr.order", "Order"), None), (u16(None, "dns.naptr.preference", "Preference"), None),
        *_text("dns.naptr.flags", "Flags", "dns.naptr.flags_length", "Flags Length"),
        *_text("dns.naptr.service", "Service", "dns.naptr.service_length", "Service Length"),
        *_text("dns.naptr.regex", "Regex", "dns.naptr.regex_length", "Regex Length"),
        *_one_name("dns.naptr.replacement", "Replacement"),
    ),
    36: ((u16(None, "dns.kx.preference", "Preference"), None), *_one_name("dns.kx.key_exchange", "Key Exchange")),
    37: (
        (u16(None, "dns.cert.type", "Type", names=names.CERTIFICATES), None),
        (u16(None, "dns.cert.key_tag", "Key Tag", HEX), None),
        (u8(None, "dns.cert.algorithm", "Algorithm", names=names.ALGORITHMS), None),
        (raw(None, "dns.cert.certificate", "Certificate (or CRL)"), "rest"),
    ),
    39: _one_name("dns.dname", "Dname"), 43: DS,
    44: (
        (u8(None, "dns.sshfp.algorithm", "Algorithm", names=SSHFP_ALGORITHMS), None),
        (u8(None, "dns.sshfp.fingerprint.type", "Fingerprint type", names=SSHFP_TYPES), None),
        (raw(None, "dns.sshfp.fingerprint", "Fingerprint"), "rest"),
    ),
    46: SIGNATURE,
    47: (*_one_name("dns.nsec.next_domain_name", "Next Domain Name"), (TYPES_BITMAP, _bitmap)), 48: KEY,
    49: ((raw(None, "dns.dhcid.rdata", "DHCID Data"), "rest"),),
    50: (
        *NSEC3_PARAMETERS, (HASH_LENGTH, nothing), (string(None, "dns.nsec3.hash_value", "Next hashed owner"), _hashed),
        (TYPES_BITMAP, _bitmap),
    ),
    51: NSEC3_PARAMETERS,
    52: (
        (u8(None, "dns.tlsa.certificate_usage", "Certificate Usage", names=USAGES), None),
        (u8(None, "dns.tlsa.selector", "Selector"), None), (u8(None, "dns.tlsa.matching_type", "Matching Type"), None),
        (raw(None, "dns.tlsa.certificate_association_data", "Certificate Association Data"), "rest"),
    ),
    59: DS, 60: KEY, 64: SERVICE, 65: SERVICE,
    99: _texts("dns.spf", "SPF", "dns.spf.length", "SPF Length"),
    108: ((ether(None, "dns.eui48", "EUI48 Address"), None),), 109: ((eui64(None, "dns.eui64", "EUI64 Address"), None),),
    250: _tsig(), 257: _caa(), 32769: DS,
}  # fmt: skip


def record_steps(kind: int) -> Steps:
    """How the data of a type of record is read; plain data where the type is not known."""
    return RDATA.get(kind, DATA)


FIELDS: tuple[Any, ...] = tuple(
    {id(field): field for steps in (*RDATA.values(), DATA) for field, _ in steps if field.name}.values()
)
