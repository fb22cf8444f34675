"""What OSI has above its transport: session (ISO 8327), presentation (ISO 8823), association control (ISO 8650).

    session: | SI | length | parameters: PI or PGI, length, value ... |     user data is the parameter C1; of data (01), what follows
    presentation and ACSE: BER.  Which syntax a presentation context stands for is said when the connection is made.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, bits, group, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers.asn1 import Element, Schema
from dissect.layers.streams import heard_of

DATA, FINISH, DISCONNECT, REFUSE, CONNECT, ACCEPT, ABORT = 1, 9, 10, 12, 13, 14, 25
SPDUS = {
    DATA: "DATA TRANSFER (DT) SPDU", 2: "PLEASE TOKENS (PT) SPDU", 5: "EXPEDITED (EX) SPDU", 7: "PREPARE (PR) SPDU",
    8: "NOT FINISHED (NF) SPDU", FINISH: "FINISH (FN) SPDU", DISCONNECT: "DISCONNECT (DN) SPDU", REFUSE: "REFUSE (RF) SPDU",
    CONNECT: "CONNECT (CN) SPDU", ACCEPT: "ACCEPT (AC) SPDU", 15: "CONNECT DATA OVERFLOW (CDO) SPDU",
    16: "OVERFLOW ACCEPT (OA) SPDU", 21: "GIVE TOKENS CONFIRM (GTC) SPDU", 22: "GIVE TOKENS ACK (GTA) SPDU", ABORT: "ABORT (AB) SPDU",
    26: "ABORT ACCEPT (AA) SPDU", 29: "ACTIVITY RESUME (AR) SPDU", 33: "TYPED DATA (TD) SPDU", 34: "RESYNCHRONIZE ACK (RA) SPDU",
    41: "MAJOR SYNC POINT (MAP) SPDU", 42: "MAJOR SYNC ACK (MAA) SPDU", 45: "ACTIVITY START (AS) SPDU", 48: "EXCEPTION DATA (ED) SPDU",
    49: "MINOR SYNC POINT (MIP) SPDU", 50: "MINOR SYNC ACK (MIA) SPDU", 53: "RESYNCHRONIZE (RS) SPDU",
    57: "ACTIVITY DISCARD (AD) SPDU", 58: "ACTIVITY DISCARD ACK (ADA) SPDU", 61: "CAPABILITY DATA (CD) SPDU", 62: "CAPABILITY DATA ACK (CDA) SPDU",
}  # fmt: skip
GROUPS, USER_DATA, EXTENDED, WIDE = (1, 5, 33, 34), 0xC1, 0xC2, 0xFF
SYNTAXES = {bytes.fromhex("52010001"): "acse", bytes.fromhex("28ca220201"): "mms"}


def is_session(octets: bytes) -> bool:
    """Whether octets begin with an SPDU that says what there is of it."""
    if len(octets) < 2 or octets[0] not in SPDUS or octets[0] == 50:
        return False
    wide = octets[1] == WIDE
    if wide and len(octets) < 4:
        return False
    size = int.from_bytes(octets[2:4], "big") + 4 if wide else octets[1] + 2
    return size <= len(octets) and (octets[0] != DATA or size == 2)


class Session(Layer):
    """The SPDUs of a transport data unit: data has the giving of tokens before it."""

    name, label, column = "ses", "ISO 8327-1 OSI Session Protocol", "SES"
    reaches = ("pres", "data")

    spdu = group("", "SPDU")
    type, size_of = u8(None, "ses.type", "SPDU Type", names=SPDUS), u16(None, "ses.length", "Length", size=1)
    parameter = group("", "Parameter")
    code = u8(None, "ses.parameter_type", "Parameter type")
    parameter_size = u32(None, "ses.parameter_length", "Parameter length", size=1)
    wide = raw(None, "", "A length of two octets follows", size=1)
    options = u8(None, "ses.connect.flags", "Flags", HEX)
    concatenation = bits(options, "ses.connect", ("f1", "Able to receive extended concatenated SPDU", 0x01))
    versions = u8(None, "ses.version.flags", "Flags", HEX)
    version_bits = bits(versions, "ses", ("protocol_version2", "Protocol Version 2", 0x02), ("protocol_version1", "Protocol Version 1", 0x01))
    wanted = u16(None, "ses.req.flags", "Flags", HEX)
    wanted_bits = bits(
        wanted, "ses", ("exception_report", "Session exception report", 0x2000), ("data_sep", "Data separation function unit", 0x1000),
        ("symm_sync", "Symmetric synchronize function unit", 0x0800), ("typed_data", "Typed data function unit", 0x0400),
        ("exception_data", "Exception function unit", 0x0200), ("capability_data", "Capability function unit", 0x0100),
        ("negotiated_release", "Negotiated release function unit", 0x0080), ("activity_management", "Activity management function unit", 0x0040),
        ("resynchronize", "Resynchronize function unit", 0x0020), ("major_resynchronize", "Major resynchronize function unit", 0x0010),
        ("minor_resynchronize", "Minor resynchronize function unit", 0x0008), ("expedited_data", "Expedited data function unit", 0x0004),
        ("duplex", "Duplex functional unit", 0x0002), ("half_duplex", "Half-duplex functional unit", 0x0001),
    )  # fmt: skip
    calling, called = raw(None, "ses.calling_session_selector", "Calling Session Selector"), raw(None, "ses.called_session_selector", "Called Session Selector")
    ended = u8(None, "ses.transport_flags", "Flags", HEX)
    ended_bits = bits(
        ended, "ses.transport_flags", ("connection", "Transport connection", 0x01), ("user_abort", "User abort", 0x02),
        ("protocol_error", "Protocol error", 0x04), ("no_reason", "No reason", 0x08),
        ("implementation_restriction", "Implementation restriction", 0x10),
    )  # fmt: skip
    value = raw(None, "", "Value")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first, kind = True, 0
        user = 0
        while c.remaining >= 2 and not user and c.peek(1) in SPDUS and not (kind == DATA and not first):
            again = kind == DATA
            kind = c.peek(1)
            wide = c.peek(1, 1) == WIDE
            size = c.peek(2, 2) if wide else c.peek(1, 1)
            head = 4 if wide else 2
            first = first and not again
            with c.group(cls.spdu, head + size) as c:
                c.add(cls.type)
                cls._size(c, cls.size_of)
                user = cls._parameters(c)
            if not again:
                c.info(SPDUS[kind])
            if user:
                c.pos -= user
            elif kind == DATA and c.remaining and not again and not (c.peek(1) == DATA and c.remaining >= 2 and c.peek(1, 1) == 0):
                break
        c.h.__dict__["spdu"] = kind
        if user:
            c.child("pres", user)
        elif c.remaining and kind == DATA:
            c.child("pres")
        c.rest(cls.value)

    @classmethod
    def _size(cls, c: Cursor, field: Any) -> int:
        if c.peek(1) == WIDE:
            c.add(cls.wide)
            return int(c.add(field, 2))
        return int(c.add(field))

    @classmethod
    def _parameters(cls, c: Cursor) -> int:
        """The parameters; how many octets of user data are the last of them."""
        while c.remaining >= 2:
            code = c.peek(1)
            wide = c.peek(1, 1) == WIDE
            size = c.peek(2, 2) if wide else c.peek(1, 1)
            head = 4 if wide else 2
            if code in (USER_DATA, EXTENDED) and head + size == c.remaining:
                with c.group(cls.parameter, head) as c:
                    c.add(cls.code)
                    cls._size(c, cls.parameter_size)
                c.pos += size
                return size
            with c.group(cls.parameter, head + size) as c:
                c.add(cls.code)
                cls._size(c, cls.parameter_size)
                if code in GROUPS:
                    cls._parameters(c)
                else:
                    cls._parameter(c, code, size)
                c.rest(cls.value)
        return 0

    @classmethod
    def _parameter(cls, c: Cursor, code: int, size: int) -> None:
        known = {(19, 1): cls.options, (22, 1): cls.versions, (20, 2): cls.wanted, (17, 1): cls.ended}.get((code, size))
        if known is not None:
            c.add(known)
        elif code in (51, 52) and size:
            c.add(cls.calling if code == 51 else cls.called, size)


PRESENTATION = """
CP ::= SET { mode-selector [0] SET { mode-value [0] INTEGER { x410-1984-mode (0), normal-mode (1) } },
  normal-mode-parameters [2] SEQUENCE { protocol-version [0] BITS AS Protocol.version { version-1 (0) },
    calling-presentation-selector [1] OCTETS, called-presentation-selector [2] OCTETS,
    presentation-context-definition-list [4] Context-list, default-context-name [6] Left,
    presentation-requirements [8] BITS AS Presentation.requirements { context-management (0), restoration (1) },
    user-session-requirements [9] OCTETS, user-data User-data } }
CPA ::= SET { mode-selector [0] SET { mode-value [0] INTEGER },
  normal-mode-parameters [2] SEQUENCE { protocol-version [0] BITS AS Protocol.version { version-1 (0) },
    responding-presentation-selector [3] OCTETS,
    presentation-context-definition-result-list [5] SEQUENCE OF Result-list-item,
    presentation-requirements [8] BITS AS Presentation.requirements { context-management (0), restoration (1) },
    user-session-requirements [9] OCTETS, user-data User-data } }
Context-list ::= SEQUENCE OF Context-list-item
Context-list-item ::= SEQUENCE { presentation-context-identifier INTEGER, abstract-syntax-name OID,
  transfer-syntax-name-list SEQUENCE OF Transfer-syntax-name }
Transfer-syntax-name ::= OID
Result-list-item ::= SEQUENCE { result [0] INTEGER { acceptance (0), user-rejection (1), provider-rejection (2) },
  transfer-syntax-name [1] Transfer-syntax-name, provider-reason [2] INTEGER }
User-data ::= CHOICE { simply-encoded-data [APPLICATION 0] OCTETS, fully-encoded-data [APPLICATION 1] Fully }
Fully ::= SEQUENCE OF PDV-list
PDV-list ::= SEQUENCE { transfer-syntax-name OID, presentation-context-identifier INTEGER, presentation-data-values Values }
Values ::= CHOICE { single-ASN1-type [0] EXPLICIT Syntax, octet-aligned [1] OCTETS, arbitrary [2] BITS }
"""
ASSOCIATION = """
ACSE-apdu ::= CHOICE { aarq [APPLICATION 0] AARQ, aare [APPLICATION 1] AARE, rlrq [APPLICATION 2] RLRQ,
  rlre [APPLICATION 3] RLRE, abrt [APPLICATION 4] ABRT }
AARQ ::= SEQUENCE { protocol-version [0] BITS AS T.AARQ.protocol.version { version1 (0) }, aSO-context-name [1] EXPLICIT OID,
  called-AP-title [2] Title, called-AE-qualifier [3] Qualifier, called-AP-invocation-identifier [4] EXPLICIT INTEGER,
  called-AE-invocation-identifier [5] EXPLICIT INTEGER, calling-AP-title [6] Title, calling-AE-qualifier [7] Qualifier,
  calling-AP-invocation-identifier [8] EXPLICIT INTEGER, calling-AE-invocation-identifier [9] EXPLICIT INTEGER,
  sender-acse-requirements [10] Left, mechanism-name [11] OID, calling-authentication-value [12] EXPLICIT Value,
  implementation-information [29] GraphicString, user-information [30] Information }
AARE ::= SEQUENCE { protocol-version [0] BITS AS T.AARE.protocol.version { version1 (0) }, aSO-context-name [1] EXPLICIT OID,
  result [2] EXPLICIT UNSIGNED { accepted (0), rejected-permanent (1), rejected-transient (2) },
  result-source-diagnostic [3] CHOICE { service-user [1] EXPLICIT UNSIGNED, service-provider [2] EXPLICIT UNSIGNED },
  responding-AP-title [4] Title, responding-AE-qualifier [5] Qualifier, responding-AP-invocation-identifier [6] EXPLICIT INTEGER,
  responding-AE-invocation-identifier [7] EXPLICIT INTEGER, responder-acse-requirements [8] Left, mechanism-name [9] OID,
  responding-authentication-value [10] EXPLICIT Value, implementation-information [29] GraphicString, user-information [30] Information }
RLRQ ::= SEQUENCE { reason [0] INTEGER, user-information [30] Information }
RLRE ::= SEQUENCE { reason [0] INTEGER, user-information [30] Information }
ABRT ::= SEQUENCE { abort-source [0] UNSIGNED { service-user (0), service-provider (1) }, abort-diagnostic [1] ENUMERATED,
  user-information [30] Information }
Title ::= CHOICE { _ SEQUENCE { }, ap-title-form2 OID }
Qualifier ::= CHOICE { _ SET { }, aso-qualifier-form2 INTEGER }
Value ::= CHOICE { charstring [0] GraphicString, bitstring [1] BITS, external [2] Left }
Information ::= SEQUENCE OF EXTERNALt
EXTERNALt ::= [UNIVERSAL 8] SEQUENCE { direct-reference OID, indirect-reference INTEGER, encoding Encoding }
Encoding ::= CHOICE { single-ASN1-type [0] EXPLICIT Syntax, octet-aligned [1] OCTETS, arbitrary [2] BITS }
"""


def _syntax(c: Cursor, element: Element, _into: Any, found: dict[str, Any]) -> None:
    """What is spoken in the presentation context that was named last."""
    numbers = [value for name, value in found.get("every", ()) if name in ("presentation-context-identifier", "indirect-reference")]
    where = c.h if c.h.layer.name == "pres" else c.h.outer("pres")
    contexts = where.__dict__.get("contexts", {}) if where is not None else {}
    layer = contexts.get(numbers[-1]) if numbers else None
    if layer is not None and layer != c.h.layer.name:
        c.child(layer, element.whole)


PRESENTED = Schema("pres", PRESENTATION, whole={"Syntax": _syntax})
ASSOCIATED = Schema("acse", ASSOCIATION, whole={"Syntax": _syntax})


def agreed(octets: bytes) -> dict[int, str]:
    """The layers of the contexts that a connection's first PPDU defines: an identifier is followed by its syntax."""
    found: dict[int, str] = {}
    for syntax, layer in SYNTAXES.items():
        said = bytes([6, len(syntax)]) + syntax
        at = octets.find(said)
        while at >= 3:
            if octets[at - 3 : at - 1] == b"\2\1":
                found[octets[at - 1]] = layer
            at = octets.find(said, at + 1)
    return found


class Presentation(Layer):
    """A PPDU."""

    name, label, column = "pres", "ISO 8823 OSI Presentation Protocol", "PRES"
    reaches = ("acse", "mms")

    connect, accept = group("pres.cptype", "CP-type"), group("pres.cpapdu", "CPA-PPDU")
    parts = PRESENTED.fields
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Any:
        """Which contexts the connection has."""
        if heard.octets[:1] == b"\x31":
            for number, layer in agreed(heard.octets).items():
                talk["pres", number] = layer
        found = {key[1]: layer for key, layer in talk.items() if isinstance(key, tuple) and key[0] == "pres"}
        return found or None

    @classmethod
    def decode(cls, c: Cursor) -> None:
        octets = c.peek_bytes(c.remaining)
        c.h.__dict__["contexts"] = {**(heard_of(c.h) or {}), **(agreed(octets) if octets[:1] == b"\x31" else {})}
        session = c.h.outer("ses")
        kind = session.__dict__.get("spdu") if session is not None else DATA
        if octets[:1] == b"\x31" and kind in (CONNECT, ACCEPT):
            with c.group(cls.connect if kind == CONNECT else cls.accept, c.remaining) as c:
                PRESENTED.read(c, "CP" if kind == CONNECT else "CPA")
                c.rest(cls.other)
        elif octets[:1] == b"\x61":
            PRESENTED.read(c, "User-data", PRESENTED.named("user_data"))
        c.rest(cls.other)


class ACSE(Layer):
    """An APDU: an association is asked for, made, released, or broken."""

    name, label, column = "acse", "ISO 8650-1 OSI Association Control Service", "ACSE"
    reaches = ("mms",)

    parts = ASSOCIATED.fields
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        place = len(c.run.tree.layers)
        found = ASSOCIATED.read(c, "ACSE-apdu")
        if len(c.run.tree.layers) == place and "Element" in found:
            c.info(NAMES.get(found["Element"], ""))


NAMES = {
    "aarq": "A-Associate-Request", "aare": "A-Associate-Response", "rlrq": "Release-Request", "rlre": "Release-Response",
    "abrt": "Abort",
}  # fmt: skip
