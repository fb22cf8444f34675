"""Who somebody is: GSS-API's tokens (RFC 2743), SPNEGO (RFC 4178) and NTLM (MS-NLMP).

    InitialContextToken ::= [APPLICATION 0] SEQUENCE { mechanism OBJECT IDENTIFIER, token }
    NTLM: "NTLMSSP" and a zero; message type; by type, texts as length, room and offset.  Little-endian.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    ABSOLUTE_TIME,
    BYTES,
    HEX,
    OID,
    STRING,
    UINT32,
    Field,
    flag,
    group,
    raw,
    string,
    u8,
    u16,
    u32,
)
from dissect.engine.layer import Layer
from dissect.engine.values import oid_text
from dissect.layers import ber
from dissect.layers.krb5_tokens import is_token

KRB5_OIDS = frozenset({"1.2.840.113554.1.2.2", "1.2.840.48018.1.2.2"})
SPNEGO_OID = "1.3.6.1.5.5.2"
SIGNATURE = b"NTLMSSP\0"
FIRST, INITIAL, RESPONSE = 0x60, 0xA0, 0xA1
TYPES = {1: "NTLMSSP_NEGOTIATE", 2: "NTLMSSP_CHALLENGE", 3: "NTLMSSP_AUTH"}
SEQUENCE = 0x30
STATES = {0: "accept-completed", 1: "accept-incomplete", 2: "reject", 3: "request-mic"}
UNICODE, VERSION = 0x00000001, 0x02000000
FLAGS = [
    "negotiateunicode", "negotiateoem", "requesttarget", "negotiate00000008", "negotiatesign", "negotiateseal",
    "negotiatedatagram", "negotiatelmkey", "negotiate00000100", "negotiatentlm", "negotiatentonly",
    "negotiateanonymous", "negotiateoemdomainsupplied", "negotiateoemworkstationsupplied", "negotiate00004000",
    "negotiatealwayssign", "targettypedomain", "targettypeserver", "targettypeshare", "negotiatentlm2",
    "negotiateidentify", "negotiatent00200000", "requestnonntsession", "negotiatetargetinfo",
    "negotiatent01000000", "negotiateversion", "negotiatent04000000", "negotiatent08000000",
    "negotiatent10000000", "negotiate128", "negotiatekeyexch", "negotiate56",
]  # fmt: skip
EPOCH, TICK = 11644473600 * 10_000_000, 100  # of a FILETIME: 1601; nanoseconds


def is_signature(octets: bytes) -> bool:
    """Whether it is NTLM's signature of a message (MS-NLMP 2.2.2.9)."""
    return len(octets) == 16 and octets.startswith(b"\1\0\0\0")


def inner(octets: bytes) -> str:
    """The layer that a token is of; "" where it looks like none."""
    if octets.startswith(SIGNATURE) or is_signature(octets):
        return "ntlmssp"
    return {FIRST: "gss-api", INITIAL: "spnego", RESPONSE: "spnego"}.get(octets[0], "") if octets else ""


def direct(octets: bytes) -> str:
    """The layer that a token is given to where NTLM is the only one asked for by itself."""
    found = inner(octets)
    return "gss-api" if found == "spnego" else found


def said(octets: bytes) -> str:
    """What the list says of the NTLM message in a token."""
    at = octets.find(SIGNATURE)
    if at < 0 or len(octets) < at + 12:
        return ""
    kind = octets[at + 8]
    text = f", {TYPES.get(kind, 'Unknown NTLMSSP message type')}"
    if kind != 3 or len(octets) < at + 44:
        return text
    wide = len(octets) < at + 64 or octets[at + 60] & UNICODE
    names = []
    for place in (at + 28, at + 36):
        size = int.from_bytes(octets[place : place + 2], "little")
        start = int.from_bytes(octets[place + 4 : place + 8], "little")
        found = octets[at + start : at + start + size]
        names.append(found.decode("utf-16-le" if wide else "latin-1", "replace") if found else "NULL")
    domain, user = names
    return f"{text}, User: {domain}\\{user}"


class GSSAPI(Layer):
    """A token, with its mechanism where it is a first one."""

    name, label = "gss-api", "GSS-API Generic Security Service Application Program Interface"
    reaches = ("spnego", "ntlmssp", "spnego-krb5", "data")

    mechanism = Field("gss-api.OID", "OID", STRING)
    token = raw(None, "gss-api.token_object", "Token object")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        octets = c.peek_bytes(c.remaining)
        kind = inner(octets)
        if kind != cls.name:
            c.child(kind or ("spnego-krb5" if is_token(octets) else "data"))
            return
        with ber.inside(c) as c:
            name = oid_text(ber.octets_of(c))
            ber.take(c, cls.mechanism, name)
            if name == SPNEGO_OID and c.remaining:
                c.child("spnego")
            elif name in KRB5_OIDS and c.remaining:
                c.child("spnego-krb5")
            c.rest(cls.token)


class SPNEGO(Layer):
    """What mechanisms there are, and the token of one."""

    name, label = "spnego", "Simple Protected Negotiation"
    reaches = ("ntlmssp", "spnego-krb5")

    initial = group("spnego.negTokenInit_element", "negTokenInit")
    answer = group("spnego.negTokenTarg_element", "negTokenTarg")
    mechanisms = Field("spnego.mechTypes", "mechTypes", UINT32)
    mechanism = Field("spnego.MechType", "MechType", OID)
    flags = Field("spnego.reqFlags", "reqFlags", BYTES)
    token = Field("spnego.mechToken", "mechToken", BYTES)
    response = Field("spnego.responseToken", "responseToken", BYTES)
    integrity = Field("spnego.mechListMIC", "mechListMIC", BYTES)
    hints = group("spnego.negHints_element", "negHints")
    hint_name = Field("spnego.hintName", "hintName", STRING)
    state = Field("spnego.negResult", "negResult", UINT32, names=STATES)
    supported = Field("spnego.supportedMech", "supportedMech", OID)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = ber.peek(c).octet == INITIAL
        with ber.inside(c, cls.initial if first else cls.answer) as c, ber.inside(c) as c:
            while c.remaining:
                number = ber.peek(c).number
                with ber.inside(c) as c:
                    if c.remaining:
                        (cls._initial if first else cls._answer)(c, number)

    @classmethod
    def _initial(cls, c: Cursor, number: int) -> None:
        if number == 0:
            with ber.inside(c, cls.mechanisms, ber.count(c)) as c:
                while c.remaining:
                    ber.octets(c, cls.mechanism)
        elif number in (1, 3):
            if number == 1:
                ber.octets(c, cls.flags)
            elif ber.peek(c).octet == SEQUENCE:  # what Windows' negTokenInit2 has there (MS-SPNG 2.2.1)
                with ber.inside(c, cls.hints) as c:
                    while c.remaining:
                        with ber.inside(c) as c:
                            ber.take(c, cls.hint_name, ber.octets_of(c).decode("utf-8", "replace"))
            else:
                cls._token(c, cls.integrity)
        elif number == 2:
            cls._token(c, cls.token)

    @classmethod
    def _answer(cls, c: Cursor, number: int) -> None:
        if number == 0:
            ber.integer(c, cls.state)
        elif number == 1:
            ber.octets(c, cls.supported)
        elif number == 2:
            cls._token(c, cls.response)
        else:
            cls._token(c, cls.integrity)

    @classmethod
    def _token(cls, c: Cursor, field: Field) -> None:
        octets = ber.octets_of(c)
        kind = inner(octets)
        if kind == "gss-api" or is_token(octets):
            kind = "spnego-krb5"
        if kind in ("ntlmssp", "spnego-krb5"):
            with ber.inside(c, field, octets) as c:
                c.child(kind)
        else:
            ber.octets(c, field)


class Items:
    """The fields of a list of names (MS-NLMP 2.2.2.1), as they are called in one of the places where it occurs."""

    def __init__(self, prefix: str, item: str) -> None:
        self.type = u16(None, f"{prefix}.item.type", f"{item} Item Type", HEX, little=True)
        self.length = u16(None, f"{prefix}.item.length", f"{item} Item Length", little=True)
        self.whole = group("", item)
        self.texts = {
            number: Field(f"{prefix}.{name}", label, STRING)
            for number, (name, label) in {
                1: ("nb_computer_name", "NetBIOS Computer Name"), 2: ("nb_domain_name", "NetBIOS Domain Name"),
                3: ("dns_computer_name", "DNS Computer Name"), 4: ("dns_domain_name", "DNS Domain Name"),
                5: ("dns_tree_name", "DNS Tree Name"), 9: ("target_name", "Target Name"),
            }.items()
        }  # fmt: skip
        self.flags = u32(None, f"{prefix}.flags", "Flags", HEX, little=True)
        self.time = Field(f"{prefix}.timestamp", "Timestamp", ABSOLUTE_TIME)
        self.octets = {
            8: raw(None, f"{prefix}.restrictions", "Restrictions"),
            10: raw(None, f"{prefix}.channel_bindings", "Channel Bindings"),
        }

    def declared(self) -> tuple[Field, ...]:
        """All of them."""
        rest = (self.type, self.length, self.whole, self.flags, self.time)
        return (*rest, *self.texts.values(), *self.octets.values())

    def read(self, c: Cursor) -> None:
        """The list, up to its end."""
        while c.remaining >= 4:
            kind, length = c.add(self.type), c.add(self.length)
            if kind == 0:
                break
            if kind in self.texts:
                c.add(self.texts[kind], length, value=c.peek_bytes(length).decode("utf-16-le", "replace"))
            elif kind == 6 and length == 4:
                c.add(self.flags)
            elif kind == 7 and length == 8:
                filetime(c, self.time)
            else:
                c.add(self.octets.get(kind, OTHER), length)


OTHER = raw(None, "", "Data")
OTHER.attr = "other"
ITEMS = Items("ntlmssp.challenge.target_info", "Target Info")
ITEMS_2 = Items("ntlmssp.ntlmv2_response", "NTLMV2 Response")


def filetime(c: Cursor, field: Field) -> None:
    """Eight octets: when it was."""
    c.add(field, 8, value=(c.peek(8, little=True) - EPOCH) * TICK)


class NTLM(Layer):
    """One of the three messages."""

    name, label = "ntlmssp", "NTLM Secure Service Provider"

    verifier = group("ntlmssp.verf", "NTLMSSP Verifier")
    verifier_version = u32(None, "ntlmssp.verf.vers", "Version Number", little=True)
    verifier_body = raw(None, "ntlmssp.verf.body", "Verifier Body")
    identifier = string(None, "ntlmssp.identifier", "NTLMSSP identifier", size=8)
    type = u32(None, "ntlmssp.messagetype", "NTLM Message Type", HEX, little=True, names=TYPES)
    flags = u32(None, "ntlmssp.negotiateflags", "Negotiate Flags", HEX, little=True)
    flag_bits = tuple(flag(None, f"ntlmssp.{name}", name, 1 << i, size=4, little=True) for i, name in enumerate(FLAGS))
    for _bit in flag_bits:
        _bit.within = flags
    del _bit
    from_domain = Field("ntlmssp.negotiate.domain", "Calling workstation domain", STRING)
    from_host = Field("ntlmssp.negotiate.callingworkstation", "Calling workstation name", STRING)
    target = Field("ntlmssp.challenge.target_name", "Target Name", STRING)
    challenge = raw(None, "ntlmssp.ntlmserverchallenge", "NTLM Server Challenge", size=8)
    reserved = raw(None, "ntlmssp.reserved", "Reserved", size=8)
    length_of = u16(None, "ntlmssp.string.length", "Length", little=True)
    room = u16(None, "ntlmssp.string.maxlen", "Maxlen", little=True)
    offset = u32(None, "ntlmssp.string.offset", "Offset", little=True)
    blob_length = u16(None, "ntlmssp.blob.length", "Length", little=True)
    blob_room = u16(None, "ntlmssp.blob.maxlen", "Maxlen", little=True)
    blob_offset = u32(None, "ntlmssp.blob.offset", "Offset", little=True)
    information = group("ntlmssp.challenge.target_info", "Target Info")
    info_length = u16(None, "ntlmssp.challenge.target_info.length", "Length", little=True)
    info_room = u16(None, "ntlmssp.challenge.target_info.maxlen", "Maxlen", little=True)
    info_offset = u32(None, "ntlmssp.challenge.target_info.offset", "Offset", little=True)
    items = ITEMS.declared()
    proof = ITEMS_2.declared()
    first_challenge = raw(None, "ntlmssp.ntlmclientchallenge", "LMv2 Client Challenge", size=8)
    second = raw(None, "ntlmssp.ntlmv2_response", "NTLMv2 Response")
    second_parts = (
        raw(None, "ntlmssp.ntlmv2_response.ntproofstr", "NTProofStr", size=16),
        u8(None, "ntlmssp.ntlmv2_response.rversion", "Response Version"),
        u8(None, "ntlmssp.ntlmv2_response.hirversion", "Hi Response Version"),
        raw(None, "ntlmssp.ntlmv2_response.z", "Z", size=6),
        Field("ntlmssp.ntlmv2_response.time", "Time", ABSOLUTE_TIME),
        raw(None, "ntlmssp.ntlmv2_response.chal", "NTLMv2 Client Challenge", size=8),
        raw(None, "ntlmssp.ntlmv2_response.z", "Z", size=4),
    )
    lan_manager = Field("ntlmssp.auth.lmresponse", "Lan Manager Response", BYTES)
    nt_response = Field("ntlmssp.auth.ntresponse", "NTLM Response", BYTES)
    domain = Field("ntlmssp.auth.domain", "Domain name", STRING)
    user = Field("ntlmssp.auth.username", "User name", STRING)
    host = Field("ntlmssp.auth.hostname", "Host name", STRING)
    key = Field("ntlmssp.auth.sesskey", "Session Key", BYTES)
    version = group("ntlmssp.version", "Version")
    major, minor = u8(None, "ntlmssp.version.major", "Major Version"), u8(None, "ntlmssp.version.minor", "Minor Version")
    build = u16(None, "ntlmssp.version.build_number", "Build Number", little=True)
    revision = u8(None, "ntlmssp.version.ntlm_current_revision", "NTLM Current Revision")
    other = OTHER

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start = c.pos
        if is_signature(c.peek_bytes(c.remaining)):
            with c.group(cls.verifier) as c:
                c.add(cls.verifier_version)
                c.rest(cls.verifier_body)
            return
        if c.peek_bytes(8) != SIGNATURE:
            c.rest(OTHER)
            return
        c.add(cls.identifier, 8, value="NTLMSSP")
        kind = c.add(cls.type)
        c.append_info(said(c.data[start : c.end]))
        read = {1: cls._negotiate, 2: cls._challenge, 3: cls._authenticate}.get(kind)
        if read is not None:
            c.pos = max(read(c, start), c.pos)
        c.rest(OTHER)

    @classmethod
    def _version(cls, c: Cursor, flags: int) -> None:
        if flags & VERSION and c.remaining >= 8:
            with c.group(cls.version, 8) as c:
                for field in (cls.major, cls.minor, cls.build):
                    c.add(field)
                c.add(OTHER, 3)
                c.add(cls.revision)

    @classmethod
    def _text(cls, c: Cursor, start: int, field: Field, wide: bool) -> int:
        """A text by its place; where it ends."""
        size, at = c.peek(2, little=True), start + c.peek(4, 4, little=True)
        if not size:
            c.add(field, 8, value="NULL")
            return 0
        shown = "NULL"
        if at + size <= c.end:
            octets = c.data[at : at + size]
            shown = octets.decode("utf-16-le" if wide else "latin-1", "replace")
        with c.group(field, 8, f"{field.label}: {shown}", shown) as c:
            for one in (cls.length_of, cls.room, cls.offset):
                c.add(one)
        return at + size

    @classmethod
    def _blob(cls, c: Cursor, start: int, field: Field) -> int:
        """Octets by their place; where they end."""
        size, at = c.peek(2, little=True), start + c.peek(4, 4, little=True)
        if not size:
            c.add(field, 8)
            return 0
        with c.group(field, 8, value=c.data[at : at + size] if at + size <= c.end else b"") as c:
            for one in (cls.blob_length, cls.blob_room, cls.blob_offset):
                c.add(one)
        return at + size

    @classmethod
    def _negotiate(cls, c: Cursor, start: int) -> int:
        flags = c.add(cls.flags)
        if c.remaining < 16:
            return c.pos
        ends = [cls._text(c, start, field, False) for field in (cls.from_domain, cls.from_host)]
        cls._version(c, flags)
        return cls._up_to(c, ends)

    @classmethod
    def _challenge(cls, c: Cursor, start: int) -> int:
        wide = bool(c.peek(4, 8, little=True) & UNICODE)
        ends = [cls._text(c, start, cls.target, wide)]
        flags = c.add(cls.flags)
        c.add(cls.challenge)
        if c.remaining >= 16:
            c.add(cls.reserved)
            size, at = c.peek(2, little=True), start + c.peek(4, 4, little=True)
            with c.group(cls.information, 8) as c:
                for field in (cls.info_length, cls.info_room, cls.info_offset):
                    c.add(field)
            cls._version(c, flags)
            if size and c.pos <= at and at + size <= c.end:
                if at > c.pos:
                    c.add(OTHER, at - c.pos)
                with c.group(ITEMS.whole, size) as c:
                    ITEMS.read(c)
        return cls._up_to(c, ends)

    @classmethod
    def _authenticate(cls, c: Cursor, start: int) -> int:
        wide = bool(c.peek(4, 48, little=True) & UNICODE) if c.remaining >= 52 else True
        old, new = c.peek(2, little=True), c.peek(2, 8, little=True)
        ends = [cls._blob(c, start, cls.lan_manager), cls._blob(c, start, cls.nt_response)]
        if old >= 24 and c.data[ends[0] - old + 8 : ends[0] - old + 24] == bytes(16):
            c.derived(cls.first_challenge, c.data[ends[0] - old : ends[0] - old + 8])
        ends += [cls._text(c, start, field, wide) for field in (cls.domain, cls.user, cls.host)]
        if c.remaining >= 12 and min((end for end in ends if end), default=c.end) > c.pos:
            ends.append(cls._blob(c, start, cls.key))
            cls._version(c, c.add(cls.flags))
        if new > 24 and c.pos <= ends[1] - new and ends[1] <= c.end:
            cls._second(c, ends[1] - new, new)
        return cls._up_to(c, ends)

    @classmethod
    def _second(cls, c: Cursor, at: int, size: int) -> None:
        """An NTLMv2 response (2.2.2.8), `size` octets at `at`."""
        cls._up_to(c, [at])
        with c.group(cls.second, size) as c:
            for field in cls.second_parts:
                if field.type is ABSOLUTE_TIME:
                    filetime(c, field)
                else:
                    c.add(field)
            ITEMS_2.read(c)

    @classmethod
    def _up_to(cls, c: Cursor, ends: list[int]) -> int:
        """Show what lies between the fixed part and the last text's end."""
        end = min(max(ends, default=0), c.end)
        if end > c.pos:
            c.add(OTHER, end - c.pos)
        return c.pos
