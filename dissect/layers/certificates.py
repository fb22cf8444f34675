"""X.509 certificates as trees (RFC 5280): a walk over their DER that leaves every element's octets behind.

    SEQUENCE { SEQUENCE { version, serial, algorithm, issuer, validity, subject, key, extensions }, algorithm, BIT STRING }
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from dissect.engine.cursor import Cursor, Short, TooMuch
from dissect.engine.fields import Field
from dissect.engine.header import RowHeader
from dissect.engine.registry import Registry
from dissect.engine.row import Dissection
from dissect.engine.tree import LayerNode
from dissect.engine.values import oid_text
from dissect.layers import ber
from dissect.layers.oids import NAMES
from dissect.layers.x509 import (
    BER,
    CHOICES,
    GENERAL_NAMES,
    OCSP,
    PKCS1,
    X509AF,
    X509CE,
    X509IF,
    X509SAT,
    NetscapeExtensions,
    PKIX1Explicit,
    PKIX1Implicit,
)

UTC_TIME, GENERALIZED_TIME, BOOLEAN = 0x17, 0x18, 0x01
DIRECTORY_STRINGS = {0x14: 0, 0x13: 1, 0x1C: 2, 0x1E: 3, 0x0C: 4}
WIDE = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1"}
SECOND = 1_000_000_000
RSA, EC, DSA, PSS, MGF1 = (
    "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.2.840.10040.4.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8",
)  # fmt: skip
UPN = "1.3.6.1.4.1.311.20.2.3"
ATTRIBUTES = {  # what is no DirectoryString
    "2.5.4.6": X509SAT.country, "2.5.4.5": X509SAT.printable, "2.5.4.46": X509SAT.printable, "2.5.4.20": X509SAT.telephone,
    "1.2.840.113549.1.9.1": X509SAT.ia5, "0.9.2342.19200300.100.1.25": X509SAT.ia5,
    "1.3.6.1.4.1.311.60.2.1.3": X509SAT.country,
}  # fmt: skip
USER_ID = "0.9.2342.19200300.100.1.1"


def heard(c: Cursor, *modules: str) -> None:
    """Let `frame.protocols` name the modules that dissected a part."""
    c.node.within += modules


def named(oid: str) -> str:
    """The name of an object identifier, or itself."""
    return NAMES.get(oid, oid)


def object_id(c: Cursor, field: Field) -> str:
    """An OBJECT IDENTIFIER; as text where the field is text."""
    octets = ber.octets_of(c)
    text = oid_text(octets)
    ber.take(c, field, text if field.type.kind == "string" else octets)
    return text


def text_of(c: Cursor) -> str:
    """The text of the string ahead."""
    octets = ber.octets_of(c)
    return octets.decode(WIDE.get(c.peek(1), "utf-8"), "replace")


def moment(octets: bytes) -> int | None:
    """A UTCTime or GeneralizedTime in ns since the epoch."""
    text = octets.decode("ascii", "replace").rstrip("Z")
    if len(text) in (10, 12):  # two digits of the year: 1950 to 2049
        text = ("19" if text[:2] >= "50" else "20") + text
    if len(text) not in (12, 14) or not (text.isascii() and text.isdecimal()):
        return None
    try:
        at = datetime(int(text[:4]), *(int(text[i : i + 2]) for i in range(4, len(text), 2)))  # type: ignore[arg-type]
    except ValueError:
        return None
    return int(at.replace(tzinfo=UTC).timestamp()) * SECOND


def generalized(c: Cursor, field: Field) -> None:
    """A GeneralizedTime."""
    at = moment(ber.octets_of(c))
    if at is None:
        ber.take(c, ber.OTHER, ber.octets_of(c))
    else:
        ber.take(c, field, at)


def certificate(c: Cursor) -> None:
    """A certificate; `c` stands before it."""
    with ber.inside(c) as c:
        with ber.inside(c, X509AF.signed) as c:
            _signed(c)
        algorithm(c, X509AF.algorithm_identifier)
        bits(c, X509AF.encrypted)


def sound(octets: bytes) -> bool:
    """Whether octets are a certificate that can be taken apart."""
    return modules(octets) is not None


@lru_cache(1024)
def modules(octets: bytes) -> tuple[str, ...] | None:
    """What `frame.protocols` names of a certificate that can be taken apart, else None.  Servers show the same again
    and again."""
    if len(octets) > 1 << 14:
        return None
    run = Dissection(Registry(()), octets)
    h, node = RowHeader(X509AF, octets, 0, len(octets), len(octets), None, run), LayerNode(X509AF, 0)
    try:
        certificate(Cursor(run, h, node, 0, len(octets), len(octets)))
    except (Short, TooMuch):
        return None
    return None if node.notes else tuple(node.within)


def _signed(c: Cursor) -> None:
    if c.peek(1) == 0xA0:
        with ber.inside(c) as c:
            ber.integer(c, X509AF.version)
    ber.octets(c, X509AF.serial)
    algorithm(c, X509AF.signature)
    name(c, X509AF.issuer)
    with ber.inside(c, X509AF.validity) as c:
        for field in (X509AF.not_before, X509AF.not_after):
            _time(c, field)
    name(c, X509AF.subject, X509AF.rdns)
    with ber.inside(c, X509AF.key_info) as c:
        kind = algorithm(c, X509AF.algorithm)
        public_key(c, kind)
    while c.remaining:
        tag = c.peek(1)
        if tag in (0x81, 0x82):
            ber.octets(c, X509AF.issuer_id if tag == 0x81 else X509AF.subject_id)
        elif tag == 0xA3:
            with ber.inside(c) as c:
                extensions(c)
        else:
            ber.octets(c, ber.OTHER)


def _time(c: Cursor, field: Field) -> None:
    utc = c.peek(1) == UTC_TIME
    octets = ber.octets_of(c)
    with ber.inside(c, field, 0 if utc else 1, f"{field.label}: {'utcTime (0)' if utc else 'generalizedTime (1)'}") as c:
        at = moment(octets)
        if at is None:
            return
        if utc:
            c.add(X509AF.utc_time, c.remaining, value=f"{datetime.fromtimestamp(at // SECOND, UTC):%Y-%m-%d %H:%M:%S} (UTC)")
        else:
            c.add(X509AF.generalized, c.remaining, value=at)


def bits(c: Cursor, field: Field, padding: bool = True) -> bytes:
    """A BIT STRING."""
    with ber.inside(c) as c:
        if padding:
            c.add(BER.padding, 1)
        else:
            c.pos += 1
        return bytes(c.add(field, c.remaining))


def flags(c: Cursor, field: Field, parts: tuple[Field, ...]) -> None:
    """A BIT STRING of named bits; a bit that is not there is not set."""
    with ber.inside(c) as c:
        c.add(BER.padding, 1)
        start, octets = c.pos, c.peek_bytes(c.remaining)
        with c.group(field, c.remaining) as c:
            for i, part in enumerate(parts):
                octet = octets[i // 8] if i // 8 < len(octets) else 0
                c.pos = min(start + i // 8, c.end)
                c.add(part, min(1, c.remaining), value=bool(octet & part.mask))
            c.pos = start + len(octets)


def algorithm(c: Cursor, field: Field) -> str:
    """An AlgorithmIdentifier; its object identifier."""
    tag = ber.peek(c)
    with c.group(field, tag.header + tag.size) as c:
        c.add(ber.HEAD, tag.header)
        kind = object_id(c, X509AF.algorithm_id)
        c.label(f"{field.label} ({named(kind)})")
        if c.remaining:
            _parameters(c, kind)
        c.rest(ber.OTHER)
    return kind


def _parameters(c: Cursor, kind: str) -> None:
    """What an algorithm takes."""
    tag = c.peek(1)
    if kind == EC:
        heard(c, "pkcs-1")
        if tag == ber.OID:
            with ber.inside(c, PKCS1.curve, 1) as c:
                c.add(PKCS1.named_curve, c.remaining)
    elif kind == DSA and tag == ber.SEQUENCE:
        heard(c, "x509af")
        with ber.inside(c, X509AF.dss) as c:
            for field in (X509AF.p, X509AF.q, X509AF.g):
                ber.octets(c, field)
    elif kind == PSS and tag == ber.SEQUENCE:
        heard(c, "pkcs-1")
        _pss(c)
    elif kind == MGF1 and tag == ber.SEQUENCE:
        heard(c, "pkcs-1")
        algorithm(c, PKCS1.mask_hash)


def _pss(c: Cursor) -> None:
    """The parameters of RSASSA-PSS (RFC 8017, appendix A.2.3)."""
    with ber.inside(c, PKCS1.pss) as c:
        while c.remaining:
            number = ber.peek(c).number
            with ber.inside(c) as c:
                if number < 2:
                    algorithm(c, PKCS1.mask if number else PKCS1.hash)
                else:
                    ber.integer(c, PKCS1.salt if number == 2 else PKCS1.trailer_field)


def public_key(c: Cursor, kind: str) -> None:
    """A public key: of RSA with its numbers."""
    if kind != RSA:
        bits(c, X509AF.key)
        return
    with ber.inside(c) as c:
        c.pos += 1
        with c.group(X509AF.key, c.remaining) as c, ber.inside(c) as c:
            ber.octets(c, PKCS1.modulus)
            ber.integer(c, PKCS1.exponent)


def name(c: Cursor, field: Field, sequence: Field = X509IF.rdns) -> str:
    """A Name: a choice of one, a sequence of sets; as text, its last part first."""
    tag = ber.peek(c)
    with c.group(field, tag.header + tag.size, f"{field.label}: rdnSequence (0)", 0) as c:
        return rdn_sequence(c, sequence)


def rdn_sequence(c: Cursor, field: Field) -> str:
    """A sequence of relative distinguished names."""
    parts: list[str] = []
    total = ber.count(c)
    with ber.inside(c, field, total) as c:
        while c.remaining:
            with ber.inside(c, X509IF.rdn, ber.count(c)) as c:
                while c.remaining:
                    parts.insert(0, _attribute(c))
        text = ",".join(parts)
    return text


def _attribute(c: Cursor) -> str:
    """An attribute of a name."""
    tag = ber.peek(c)
    with c.group(X509IF.item, tag.header + tag.size) as c:
        c.add(ber.HEAD, tag.header)
        kind = object_id(c, X509IF.oid)
        text = _attribute_value(c, kind)
        c.label(f"{X509IF.item.label} ({named(kind)}={text})")
        c.rest(ber.OTHER)
    return f"{named(kind)}={text}"


def _attribute_value(c: Cursor, kind: str) -> str:
    heard(c, "x509sat")
    field, tag = ATTRIBUTES.get(kind), c.peek(1)
    if kind == USER_ID and tag == 0x0C:
        field = X509SAT.utf8
    if field is not None:
        text = text_of(c)
        ber.take(c, field, text)
        return text
    choice = DIRECTORY_STRINGS.get(tag)
    if choice is None:
        ber.octets(c, ber.OTHER)
        return ""
    text = text_of(c)
    with ber.inside(c, X509SAT.directory, choice, f"DirectoryString: {CHOICES[choice]} ({choice})") as c:
        c.add(X509SAT.choices[choice], c.remaining, value=text)
    return text


def extensions(c: Cursor) -> None:
    """A certificate's extensions."""
    with ber.inside(c, X509AF.extensions, ber.count(c)) as c:
        while c.remaining:
            extension(c, X509AF.extension, X509AF.extension_id, X509AF.critical)


def extension(c: Cursor, field: Field, kind_of: Field, critical: Field) -> None:
    """An extension: its object identifier, whether it is critical, its value within an octet string."""
    tag = ber.peek(c)
    with c.group(field, tag.header + tag.size) as c:
        c.add(ber.HEAD, tag.header)
        kind = object_id(c, kind_of)
        c.label(f"{field.label} ({named(kind)})")
        if c.remaining and c.peek(1) == BOOLEAN:
            ber.boolean(c, critical)
        with ber.inside(c) as c:
            module, decode = EXTENSIONS.get(kind, ("", None))
            if decode is not None and c.remaining:
                heard(c, module)
                decode(c)
        c.rest(ber.OTHER)


def _basic_constraints(c: Cursor) -> None:
    with ber.inside(c, X509CE.constraints) as c:
        if c.remaining and c.peek(1) == BOOLEAN:
            ber.boolean(c, X509CE.ca)
        if c.remaining:
            ber.integer(c, X509CE.path_length)


def _key_usage(c: Cursor) -> None:
    flags(c, X509CE.usage, X509CE.usages)


@contextmanager
def sequence(c: Cursor, field: Field) -> Iterator[Cursor]:
    """A SEQUENCE OF, whose field tells how many there are."""
    with ber.inside(c, field, ber.count(c)) as c:
        yield c


def _key_purposes(c: Cursor) -> None:
    with sequence(c, X509CE.purposes) as c:
        while c.remaining:
            object_id(c, X509CE.purpose)


def _subject_key(c: Cursor) -> None:
    ber.octets(c, X509CE.subject_key)


def _authority_key(c: Cursor) -> None:
    with ber.inside(c, X509CE.authority_key) as c:
        while c.remaining:
            tag = ber.peek(c).number
            if tag == 1:
                _general_names(c, X509CE.authority_issuer)
            else:
                ber.octets(c, {0: X509CE.key_id, 2: X509CE.authority_serial}.get(tag, ber.OTHER))


def _names(c: Cursor) -> None:
    _general_names(c, X509CE.general_names)


def _general_names(c: Cursor, field: Field) -> None:
    with sequence(c, field) as c:
        while c.remaining:
            general_name(c)


def general_name(c: Cursor, field: Field = X509CE.general_name) -> None:
    """A GeneralName, a choice by its tag."""
    choice = ber.peek(c).number
    title = f"{field.label}: {GENERAL_NAMES.get(choice, 'Unknown')} ({choice})"
    with ber.inside(c, field, choice, title) as c:
        if choice in (1, 2, 6):
            text = {1: X509CE.rfc822, 2: X509CE.dns, 6: X509CE.uri}[choice]
            c.add(text, c.remaining, value=c.peek_bytes(c.remaining).decode("utf-8", "replace"))
        elif choice == 7 and c.remaining in (4, 16):
            c.add(X509CE.ip4 if c.remaining == 4 else X509CE.ip6, c.remaining)
        elif choice == 8:
            c.add(X509CE.registered, c.remaining)
        elif choice == 4:
            name(c, X509CE.directory_name)
        elif choice == 0:
            with c.group(X509CE.other_name, c.remaining) as c:
                kind = object_id(c, X509CE.type_id)
                with ber.inside(c) as c:
                    if kind == UPN and c.peek(1) == 0x0C:
                        heard(c, "x509sat")
                        ber.text(c, X509SAT.utf8)


def _policies(c: Cursor) -> None:
    with sequence(c, X509CE.policies) as c:
        while c.remaining:
            with ber.inside(c, X509CE.policy) as c:
                object_id(c, X509CE.policy_id)
                if c.remaining:
                    with sequence(c, X509CE.qualifiers) as c:
                        while c.remaining:
                            _qualifier(c)


def _qualifier(c: Cursor) -> None:
    with ber.inside(c, X509CE.qualifier) as c:
        kind = object_id(c, X509CE.qualifier_id)
        if kind == "1.3.6.1.5.5.7.2.1":
            heard(c, "pkix1explicit")
            ber.text(c, PKIX1Explicit.directory)
        elif kind == "1.3.6.1.5.5.7.2.2":
            heard(c, "pkix1implicit")
            with ber.inside(c, PKIX1Implicit.notice) as c:
                if c.remaining and c.peek(1) == ber.SEQUENCE:
                    with ber.inside(c, PKIX1Implicit.reference) as c:
                        _displayed(c, PKIX1Implicit.organization)
                        with sequence(c, PKIX1Implicit.numbers) as c:
                            while c.remaining:
                                ber.integer(c, PKIX1Implicit.number)
                if c.remaining:
                    _displayed(c, PKIX1Implicit.explicit)


def _displayed(c: Cursor, field: Field) -> None:
    """A DisplayText."""
    choice, text = {0x16: 0, 0x1A: 1, 0x1E: 2, 0x0C: 3}.get(c.peek(1), 3), text_of(c)
    with ber.inside(c, field, choice) as c:
        c.add(PKIX1Implicit.displayed[choice], c.remaining, value=text)


def _points(c: Cursor) -> None:
    with sequence(c, X509CE.points) as c:
        while c.remaining:
            with ber.inside(c, X509CE.point) as c:
                while c.remaining:
                    _point(c)


def _point(c: Cursor) -> None:
    """A part of a distribution point."""
    number = ber.peek(c).number
    if number == 0:
        with ber.inside(c) as c:
            choice, tag = ber.peek(c).number, ber.peek(c)
            with c.group(X509CE.point_name, tag.header + tag.size, None, choice) as c:
                if choice == 0:
                    _general_names(c, X509CE.full_name)
                else:
                    c.rest(ber.OTHER)
    elif number == 1:
        flags(c, X509CE.reasons, X509CE.reason_flags)
    else:
        _general_names(c, X509CE.crl_issuer)


def _access(c: Cursor) -> None:
    with sequence(c, PKIX1Implicit.access) as c:
        while c.remaining:
            with ber.inside(c, PKIX1Implicit.description) as c:
                object_id(c, PKIX1Implicit.method)
                general_name(c, PKIX1Implicit.location)


def _name_constraints(c: Cursor) -> None:
    with ber.inside(c, X509CE.name_constraints) as c:
        while c.remaining:
            with sequence(c, X509CE.excluded if ber.peek(c).number else X509CE.permitted) as c:
                while c.remaining:
                    with ber.inside(c, X509CE.subtree) as c:
                        general_name(c, X509CE.base_name)


def _policy_constraints(c: Cursor) -> None:
    with ber.inside(c, X509CE.policy_constraints) as c:
        while c.remaining:
            ber.integer(c, X509CE.inhibit_mapping if ber.peek(c).number else X509CE.explicit_policy)


def _skip(c: Cursor) -> None:
    ber.integer(c, X509CE.skip_certs)


def _usage_period(c: Cursor) -> None:
    with ber.inside(c, X509CE.usage_period) as c:
        while c.remaining:
            generalized(c, X509CE.period_to if ber.peek(c).number else X509CE.period_from)


def _features(c: Cursor) -> None:
    with sequence(c, PKIX1Explicit.features) as c:
        while c.remaining:
            ber.integer(c, PKIX1Explicit.feature)


def _netscape_type(c: Cursor) -> None:
    flags(c, NetscapeExtensions.type, NetscapeExtensions.types)


def _netscape_comment(c: Cursor) -> None:
    ber.text(c, NetscapeExtensions.comment)


def _no_check(c: Cursor) -> None:
    with ber.inside(c, OCSP.no_check):
        pass


def _nonce(c: Cursor) -> None:
    ber.octets(c, OCSP.nonce)


def _timestamps(c: Cursor) -> None:
    """Signed certificate timestamps, as TLS has them (RFC 6962, section 3.3)."""
    from dissect.layers.tls import TLS
    from dissect.layers.tls_state import State

    with ber.inside(c) as c:
        TLS.handshake.timestamps(c, 0, State())


EXTENSIONS: dict[str, tuple[str, Callable[[Cursor], Any]]] = {
    "2.5.29.19": ("x509ce", _basic_constraints), "2.5.29.15": ("x509ce", _key_usage), "2.5.29.37": ("x509ce", _key_purposes),
    "2.5.29.14": ("x509ce", _subject_key), "2.5.29.35": ("x509ce", _authority_key), "2.5.29.17": ("x509ce", _names),
    "2.5.29.18": ("x509ce", _names), "2.5.29.32": ("x509ce", _policies), "2.5.29.31": ("x509ce", _points),
    "2.5.29.46": ("x509ce", _points), "2.5.29.30": ("x509ce", _name_constraints), "2.5.29.36": ("x509ce", _policy_constraints),
    "2.5.29.54": ("x509ce", _skip), "2.5.29.16": ("x509ce", _usage_period), "1.3.6.1.5.5.7.1.1": ("pkix1implicit", _access),
    "1.3.6.1.5.5.7.1.11": ("pkix1implicit", _access), "1.3.6.1.5.5.7.1.24": ("pkix1explicit", _features),
    "2.16.840.1.113730.1.1": ("ns_cert_exts", _netscape_type), "2.16.840.1.113730.1.13": ("ns_cert_exts", _netscape_comment),
    "1.3.6.1.5.5.7.48.1.5": ("ocsp", _no_check), "1.3.6.1.5.5.7.48.1.2": ("ocsp", _nonce),
    "1.3.6.1.4.1.11129.2.4.2": ("x509ce", _timestamps),
}  # fmt: skip


def ocsp_response(c: Cursor) -> None:
    """An OCSP response (RFC 6960, section 4.2.1)."""
    with ber.inside(c) as c:
        ber.integer(c, OCSP.status)
        if not c.remaining:
            return
        with ber.inside(c) as c, ber.inside(c, OCSP.octets_of) as c:
            kind = object_id(c, OCSP.type_id)
            with ber.inside(c) as c:
                if kind == "1.3.6.1.5.5.7.48.1.1":
                    heard(c, "ocsp")
                    with ber.inside(c, OCSP.basic) as c:
                        _basic(c)


def _basic(c: Cursor) -> None:
    with ber.inside(c, OCSP.data) as c:
        _response_data(c)
    algorithm(c, OCSP.signature_algorithm)
    bits(c, OCSP.signature)
    if c.remaining:
        with ber.inside(c) as c, sequence(c, OCSP.certificates) as c:
            while c.remaining:
                tag = ber.peek(c)
                with c.group(OCSP.certificate, tag.header + tag.size) as c:
                    certificate(c)


def _response_data(c: Cursor) -> None:
    if c.peek(1) == 0xA0:
        with ber.inside(c) as c:
            ber.integer(c, OCSP.version)
    choice = ber.peek(c).number
    with ber.inside(c, OCSP.responder, choice) as c:
        if choice == 1:
            name(c, OCSP.by_name)
        else:
            ber.octets(c, OCSP.by_key)
    generalized(c, OCSP.produced)
    with sequence(c, OCSP.responses) as c:
        while c.remaining:
            with ber.inside(c, OCSP.single) as c:
                _single(c)
    if c.remaining:
        with ber.inside(c) as c:
            _extensions(c, OCSP.extensions)


def _extensions(c: Cursor, field: Field) -> None:
    with sequence(c, field) as c:
        while c.remaining:
            extension(c, PKIX1Explicit.extension, PKIX1Explicit.id, PKIX1Explicit.critical)


def _single(c: Cursor) -> None:
    """What is said of one certificate."""
    with ber.inside(c, OCSP.certificate_id) as c:
        algorithm(c, OCSP.hash_algorithm)
        for field in (OCSP.name_hash, OCSP.key_hash, OCSP.serial):
            ber.octets(c, field)
    choice = ber.peek(c).number
    with ber.inside(c, OCSP.state, choice) as c:
        if choice == 1:
            with c.group(OCSP.revoked, c.remaining) as c:
                generalized(c, OCSP.revocation_time)
                if c.remaining:
                    with ber.inside(c) as c:
                        ber.integer(c, OCSP.revocation_reason)
        else:
            with c.group(OCSP.unknown if choice else OCSP.good, c.remaining):
                pass
    generalized(c, OCSP.this_update)
    while c.remaining:
        number = ber.peek(c).number
        with ber.inside(c) as c:
            if number:
                _extensions(c, OCSP.single_extensions)
            else:
                generalized(c, OCSP.next_update)
