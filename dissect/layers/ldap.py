"""LDAP (RFC 4511), and what Microsoft sends of it over UDP (CLDAP).

    LDAPMessage ::= SEQUENCE { messageID INTEGER, protocolOp [APPLICATION n], controls [0] OPTIONAL }
    After SASL has agreed on a layer of its own: a length (4 octets), then what it has made of messages.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, BYTES, STRING, UINT32, Field, group, raw, string, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.layers import ber, gss
from dissect.layers.ldap_values import FIELDS, TYPES, read_value

OPERATIONS = {  # by application tag
    0: "bindRequest", 1: "bindResponse", 2: "unbindRequest", 3: "searchRequest", 4: "searchResEntry", 5: "searchResDone",
    6: "modifyRequest", 7: "modifyResponse", 8: "addRequest", 9: "addResponse", 10: "delRequest", 11: "delResponse",
    12: "modDNRequest", 13: "modDNResponse", 14: "compareRequest", 15: "compareResponse", 16: "abandonRequest",
    19: "searchResRef", 23: "extendedReq", 24: "extendedResp", 25: "intermediateResponse",
}  # fmt: skip
RESULTS = {
    0: "success", 1: "operationsError", 2: "protocolError", 3: "timeLimitExceeded", 4: "sizeLimitExceeded",
    5: "compareFalse", 6: "compareTrue", 7: "authMethodNotSupported", 8: "strongAuthRequired", 10: "referral",
    11: "adminLimitExceeded", 12: "unavailableCriticalExtension", 13: "confidentialityRequired",
    14: "saslBindInProgress", 16: "noSuchAttribute", 17: "undefinedAttributeType", 18: "inappropriateMatching",
    19: "constraintViolation", 20: "attributeOrValueExists", 21: "invalidAttributeSyntax", 32: "noSuchObject",
    33: "aliasProblem", 34: "invalidDNSyntax", 48: "inappropriateAuthentication", 49: "invalidCredentials",
    50: "insufficientAccessRights", 51: "busy", 52: "unavailable", 53: "unwillingToPerform", 65: "objectClassViolation",
    68: "entryAlreadyExists", 80: "other",
}  # fmt: skip
SCOPES = {0: "baseObject", 1: "singleLevel", 2: "wholeSubtree"}
DEREFERENCING = {0: "neverDerefAliases", 1: "derefInSearching", 2: "derefFindingBaseObj", 3: "derefAlways"}
FILTERS = {
    0: "and", 1: "or", 2: "not", 3: "equalityMatch", 4: "substrings", 5: "greaterOrEqual", 6: "lessOrEqual",
    7: "present", 8: "approxMatch", 9: "extensibleMatch",
}  # fmt: skip
PIECES = {0: "initial", 1: "any", 2: "final"}
CHANGES = {0: "add", 1: "delete", 2: "replace", 3: "increment"}
SASL_HEADER = 4
DEEPEST = 30  # filters within filters


def _group(name: str) -> Field:
    return group(f"ldap.{name}_element", name)


def _count(name: str, names: dict[int, str] | None = None) -> Field:
    return Field(f"ldap.{name}", name, UINT32, names=names)


def _text(name: str) -> Field:
    return Field(f"ldap.{name}", name, STRING)


class LDAPFields:
    """Fields of messages, over TCP and UDP."""

    message = _group("LDAPMessage")
    number = _count("messageID")
    operation = _count("protocolOp", OPERATIONS)
    elements = {
        tag: _group(name) for tag, name in OPERATIONS.items() if tag not in (10, 16, 19)
    }  # fmt: skip
    element_fields = tuple(elements.values())
    sasl_length = u32(None, "ldap.sasl_buffer_length", "SASL Buffer Length")
    version, name_of, proof = _count("version"), _text("name"), _count("authentication", {0: "simple", 3: "sasl"})
    simple, sasl, mechanism = _text("simple"), _group("sasl"), _text("mechanism")
    credentials = Field("ldap.credentials", "credentials", BYTES)
    server_credentials = Field("ldap.serverSaslCreds", "serverSaslCreds", BYTES)
    base, search_scope, aliases = _text("baseObject"), _count("scope", SCOPES), _count("derefAliases", DEREFERENCING)
    size_limit, time_limit = _count("sizeLimit"), _count("timeLimit")
    types_only = Field("ldap.typesOnly", "typesOnly", BOOLEAN)
    filter = _count("filter", FILTERS)
    all_of, one_of, none_of = _count("and"), _count("or"), _count("not", FILTERS)
    all_item, one_item = _count("and_item", FILTERS), _count("or_item", FILTERS)
    present = _text("present")
    matches = {3: _group("equalityMatch"), 5: _group("greaterOrEqual"), 6: _group("lessOrEqual"), 8: _group("approxMatch")}
    match_fields = tuple(matches.values())
    substrings, pieces = _group("substrings"), _count("substrings")
    piece = _count("substrings_item", PIECES)
    piece_texts = {0: _text("initial"), 1: _text("any"), 2: _text("final")}
    piece_fields = tuple(piece_texts.values())
    extensible, rule, matched_value = _group("extensibleMatch"), _text("matchingRule"), _text("matchValue")
    of_names = Field("ldap.dnAttributes", "dnAttributes", BOOLEAN)
    attribute, asserted = _text("attributeDesc"), _text("assertionValue")
    attributes = _count("attributes")
    description = _text("AttributeDescription")
    result = _count("resultCode", RESULTS)
    matched, error = _text("matchedDN"), _text("errorMessage")
    object_name = _text("objectName")
    partial = _group("PartialAttributeList_item")
    type_of, values, value = _text("type"), _count("vals"), Field("ldap.AttributeValue", "AttributeValue", BYTES)
    listed = _group("AttributeList_item")
    entry, new_rdn, new_superior = _text("entry"), _text("newrdn"), _text("newSuperior")
    old_goes = Field("ldap.deleteoldrdn", "deleteoldrdn", BOOLEAN)
    changes, change, changed = _count("modification"), _group("modification_item"), _group("modification")
    how = _count("operation", CHANGES)
    compared = _group("ava")
    referral = _count("referral")
    object_, deleted = _text("object"), _text("delRequest")
    abandoned = _count("abandonRequest")
    references, url = _count("searchResRef"), _text("LDAPURL")
    request_name, request_value = _text("requestName"), Field("ldap.requestValue", "requestValue", BYTES)
    response_name = _text("responseName")
    response, response_value = Field("ldap.response", "response", BYTES), Field("ldap.responseValue", "responseValue", BYTES)
    controls, control = _count("controls"), _group("Control")
    control_type, critical = _text("controlType"), Field("ldap.criticality", "criticality", BOOLEAN)
    control_value = Field("ldap.controlValue", "controlValue", BYTES)
    other = raw(None, "", "Data")
    shown = string(None, "", "Text")

    @classmethod
    def told(cls, c: Cursor) -> None:
        """Messages up to the end."""
        said = list[str]()
        while c.remaining:
            if c.remaining > 4 and c.peek(4) == c.limit - c.pos - 4:
                c.info(f"SASL Buffer ({c.add(cls.sasl_length)} bytes)")
                c.rest(cls.other)
                return
            if c.peek(1) != ber.SEQUENCE:
                c.info("SASL wrapped or continuation" if not said else " | ".join(said))
                c.rest(cls.other)
                return
            said.append(message(c))
        c.info(" | ".join(said))


F = LDAPFields


def _size(octets: bytes, at: int) -> int:
    """How long a message is; what SASL seals or signs has its length before it (RFC 4422, section 3.7)."""
    if octets[at : at + 2] == b"\0\0" and len(octets) - at >= SASL_HEADER:
        return SASL_HEADER + int.from_bytes(octets[at : at + SASL_HEADER], "big")
    return ber.message_size(octets, at, MORE, AS_IT_IS)


class LDAPValue(Layer):
    """What a control or an extended operation holds; Wireshark counts it as LDAP once more."""

    name, label = "ldap", "Lightweight Directory Access Protocol"
    binds = {"ldap.value": (0,)}
    values = FIELDS
    other = raw(None, "", "Value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        if around is None or "value" not in around.__dict__:  # nobody has said what it is
            c.rest(cls.other)
        else:
            read_value(c, around.__dict__["value"])


class LDAP(LDAPFields, Layer):
    """The messages of a segment."""

    name, label, column = "ldap", "Lightweight Directory Access Protocol", "LDAP"
    binds = {"tcp.port": (389, 3268)}
    accepts = lambda p: (p.u8(0) == 0x30) | (p.u16(0) == 0) & (p.u32(0) > 0)
    reaches = ("gss-api", "spnego", "ldap.value")
    messages = Messages(scan=_size)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.told(c)


class CLDAP(LDAPFields, Layer):
    """The messages of a datagram."""

    name, label, column = "cldap", "Connectionless Lightweight Directory Access Protocol", "CLDAP"
    binds = {"udp.port": (389,)}
    reaches = ("gss-api", "spnego", "ldap.value")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.told(c)


def message(c: Cursor) -> str:
    """One message; what it is."""
    with ber.inside(c, F.message) as c:
        number = ber.integer(c, F.number)
        tag = ber.peek(c)
        name = OPERATIONS.get(tag.number, "")
        if not name:
            return f"Unknown operation ({tag.number})"
        c.derived(F.operation, tag.number)
        c.label(f"LDAPMessage {name}({number})")
        name = f"{name}({number})"
        if tag.number == 10:
            name += f' "{ber.text(c, F.deleted)}"'
        elif tag.number == 16:
            ber.integer(c, F.abandoned)
        elif tag.number == 19:
            with ber.inside(c, F.references, ber.count(c)) as c:
                while c.remaining:
                    ber.text(c, F.url)
        else:
            with ber.inside(c, F.elements[tag.number]) as c:
                read = READERS.get(tag.number)
                shown = read(c) if read is not None else ""
                name = f"{name} {shown}" if shown else name
        if c.remaining and ber.peek(c).octet == ber.CONTEXT | ber.CONSTRUCTED:
            controls(c)
        return name


def controls(c: Cursor) -> None:
    """What an operation is asked for besides."""
    with ber.inside(c, F.controls, ber.count(c)) as c:
        while c.remaining:
            with ber.inside(c, F.control) as c:
                kind = ber.text(c, F.control_type)
                if c.remaining and c.peek(1) == 0x01:
                    ber.boolean(c, F.critical)
                if c.remaining:
                    value(c, F.control_value, kind)


def value(c: Cursor, field: Field, kind: str) -> None:
    """What an object identifier tells the contents of (`ldap_values`), or octets."""
    if kind not in TYPES:
        ber.octets(c, field)
        return
    c.h.__dict__["value"] = kind
    with ber.inside(c) as c:
        if c.remaining:
            c.payload("ldap.value", 0)


def bind(c: Cursor) -> str:
    """4.2"""
    ber.integer(c, F.version)
    name = ber.text(c, F.name_of)
    tag = ber.peek(c)
    c.derived(F.proof, tag.number)
    if tag.number == 0:
        ber.text(c, F.simple)
        return f'"{name or "<ROOT>"}" simple'
    with ber.inside(c, F.sasl) as c:
        ber.text(c, F.mechanism)
        said = token(c, F.credentials) if c.remaining else ""
    return f'"{name or "<ROOT>"}" {said}sasl'


def token(c: Cursor, field: Field) -> str:
    """What SASL carries; what is to be said of it."""
    octets = ber.octets_of(c)
    with ber.inside(c, field, octets) as c:
        layer = gss.inner(octets)
        if layer and c.remaining == len(octets):
            c.child("gss-api" if layer == "ntlmssp" else layer)
    return gss.said(octets)


def result(c: Cursor) -> str:
    """4.1.9"""
    code = ber.integer(c, F.result)
    ber.text(c, F.matched)
    text = ber.text(c, F.error)
    if c.remaining and ber.peek(c).number == 3:
        with ber.inside(c, F.referral, ber.count(c)) as c:
            while c.remaining:
                ber.text(c, F.url)
    return f"{RESULTS.get(code, str(code))} {f'({text})' if text else ''}".rstrip()


def bound(c: Cursor) -> str:
    """4.2.2"""
    shown = result(c)
    while c.remaining:
        if ber.peek(c).number == 7:
            return f"{shown} {token(c, F.server_credentials)}"
        ber.take(c, F.other, b"")
    return shown


def search(c: Cursor) -> str:
    """4.5.1"""
    base = ber.text(c, F.base)
    scope = ber.integer(c, F.search_scope)
    for field in (F.aliases, F.size_limit, F.time_limit):
        ber.integer(c, field)
    ber.boolean(c, F.types_only)
    condition(c, 0, F.filter)
    with ber.inside(c, F.attributes, ber.count(c)) as c:
        while c.remaining:
            ber.text(c, F.description)
    return f'"{base or "<ROOT>"}" {SCOPES.get(scope, str(scope))}'


def condition(c: Cursor, depth: int, choice: Field) -> None:
    """A filter (4.5.1.7); `choice` tells of which kind it is."""
    tag = ber.peek(c)
    c.derived(choice, tag.number)
    if depth > DEEPEST:
        c.note("warn", "Protocol", "Filters are nested too deep", "ldap.filter.depth")
        ber.take(c, F.other, b"")
    elif tag.number in (0, 1):
        with ber.inside(c, F.all_of if tag.number == 0 else F.one_of, ber.count(c)) as c:
            while c.remaining:
                condition(c, depth + 1, F.all_item if tag.number == 0 else F.one_item)
    elif tag.number == 2:
        with ber.inside(c) as c:
            condition(c, depth + 1, F.none_of)
    elif tag.number in F.matches:
        with ber.inside(c, F.matches[tag.number]) as c:
            ber.text(c, F.attribute)
            ber.text(c, F.asserted)
    elif tag.number == 7:
        ber.text(c, F.present)
    elif tag.number == 4:
        with ber.inside(c, F.substrings) as c:
            ber.text(c, F.type_of)
            with ber.inside(c, F.pieces, ber.count(c)) as c:
                while c.remaining:
                    number = ber.peek(c).number
                    c.derived(F.piece, number)
                    ber.text(c, F.piece_texts.get(number, F.piece_texts[1]))
    elif tag.number == 9:
        with ber.inside(c, F.extensible) as c:
            extensible(c)
    else:
        ber.take(c, F.other, b"")


def extensible(c: Cursor) -> None:
    """A match by a rule (4.5.1.7.7)."""
    texts = {1: F.rule, 2: F.type_of, 3: F.matched_value}
    while c.remaining:
        number = ber.peek(c).number
        if number in texts:
            ber.text(c, texts[number])
        elif number == 4:
            ber.boolean(c, F.of_names)
        else:
            ber.take(c, F.other, b"")


def attributes(c: Cursor, each: Field) -> None:
    """A list of attributes with their values."""
    with ber.inside(c, F.attributes, ber.count(c)) as c:
        while c.remaining:
            with ber.inside(c, each) as c:
                attribute(c)


def attribute(c: Cursor) -> None:
    """An attribute with its values."""
    ber.text(c, F.type_of)
    with ber.inside(c, F.values, ber.count(c)) as c:
        while c.remaining:
            ber.octets(c, F.value)


def found(c: Cursor) -> str:
    """4.5.2"""
    name = ber.text(c, F.object_name)
    attributes(c, F.partial)
    return f'"{name or "<ROOT>"}"'


def modified(c: Cursor) -> str:
    """4.6"""
    name = ber.text(c, F.object_)
    with ber.inside(c, F.changes, ber.count(c)) as c:
        while c.remaining:
            with ber.inside(c, F.change) as c:
                ber.integer(c, F.how)
                with ber.inside(c, F.changed) as c:
                    attribute(c)
    return f'"{name or "<ROOT>"}"'


def added(c: Cursor) -> str:
    """4.7"""
    name = ber.text(c, F.entry)
    attributes(c, F.listed)
    return f'"{name or "<ROOT>"}"'


def compared(c: Cursor) -> str:
    """4.10"""
    name = ber.text(c, F.entry)
    with ber.inside(c, F.compared) as c:
        ber.text(c, F.attribute)
        ber.text(c, F.asserted)
    return f'"{name or "<ROOT>"}"'


def extended(c: Cursor) -> str:
    """4.12"""
    name = ber.text(c, F.request_name)
    if c.remaining:
        value(c, F.request_value, name)
    return name


def extension(c: Cursor) -> str:
    """4.12"""
    shown = result(c)
    while c.remaining:
        number = ber.peek(c).number
        if number == 10:
            ber.text(c, F.response_name)
        elif number == 11:
            ber.octets(c, F.response)
        else:
            ber.take(c, F.other, b"")
    return shown


def intermediate(c: Cursor) -> str:
    """4.13"""
    name = ""
    while c.remaining:
        number = ber.peek(c).number
        if number == 0:
            name = ber.text(c, F.response_name)
        elif number == 1:
            value(c, F.response_value, name)
        else:
            ber.take(c, F.other, b"")
    return name


def renamed(c: Cursor) -> str:
    """4.9"""
    name = ber.text(c, F.entry)
    ber.text(c, F.new_rdn)
    if c.remaining:
        ber.boolean(c, F.old_goes)
    if c.remaining:
        ber.text(c, F.new_superior)
    return f'"{name or "<ROOT>"}"'


READERS: dict[int, Callable[[Cursor], str]] = {
    0: bind, 1: bound, 3: search, 4: found, 5: result, 6: modified, 7: result,
    8: added, 9: result, 11: result, 12: renamed, 13: result, 14: compared, 15: result, 23: extended, 24: extension,
    25: intermediate,
}  # fmt: skip
