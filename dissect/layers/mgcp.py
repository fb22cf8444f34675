"""MGCP (RFC 3435): lines by which a call agent tells a gateway what to do with its lines.

    verb transaction endpoint "MGCP" version       a command
    code transaction text                          a response
    letters ": " value                             parameters; after an empty line, SDP
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, UINT32, Field, group, string
from dissect.engine.layer import Layer
from dissect.layers.sides import line_ahead

PARAMETERS = {
    b"K": ("rspack", "ResponseAck (K)"), b"B": ("bearerinfo", "BearerInformation (B)"), b"C": ("callid", "CallId (C)"),
    b"I": ("connectionid", "ConnectionIdentifier (I)"), b"I2": ("secondconnectionid", "SecondConnectionID (I2)"),
    b"N": ("notifiedentity", "NotifiedEntity (N)"), b"X": ("requestid", "RequestIdentifier (X)"),
    b"L": ("localconnectionoptions", "LocalConnectionOptions (L)"), b"M": ("connectionmode", "ConnectionMode (M)"),
    b"R": ("reqevents", "RequestedEvents (R)"), b"RD": ("restartdelay", "RestartDelay (RD)"),
    b"RM": ("restartmethod", "RestartMethod (RM)"), b"S": ("signalreq", "SignalRequests (S)"),
    b"D": ("digitmap", "DigitMap (D)"), b"O": ("observedevents", "ObservedEvents (O)"),
    b"P": ("connectionparam", "ConnectionParameters (P)"), b"E": ("reasoncode", "ReasonCode (E)"),
    b"T": ("detectedevents", "DetectedEvents (T)"), b"Q": ("quarantinehandling", "QuarantineHandling (Q)"),
    b"A": ("capabilities", "Capabilities (A)"), b"ES": ("eventstates", "EventStates (ES)"),
    b"F": ("reqinfo", "RequestedInfo (F)"), b"Z": ("specificendpoint", "SpecificEndpointID (Z)"),
    b"Z2": ("secondendpointid", "SecondEndpointID (Z2)"), b"PL": ("packagelist", "PackageList (PL)"),
}  # fmt: skip
VERBS = frozenset({b"EPCF", b"CRCX", b"MDCX", b"DLCX", b"RQNT", b"NTFY", b"AUEP", b"AUCX", b"RSIP", b"MESG"})
MOST = 500


def is_mgcp(p: Any) -> Any:
    """Whether a datagram begins with a verb or with three digits."""
    digits = (p.u8(0) >= 0x30) & (p.u8(0) <= 0x39) & (p.u8(1) >= 0x30) & (p.u8(1) <= 0x39) & (p.u8(2) >= 0x30)
    verb = p.u8(0) & 0xDF == ord("X")
    for known in VERBS:
        verb = verb | (p.u32(0) & 0xDFDFDFDF == int.from_bytes(known, "big"))
    return digits & (p.u8(2) <= 0x39) | verb


class MGCP(Layer):
    """One datagram."""

    name, label, column = "mgcp", "Media Gateway Control Protocol", "MGCP"
    binds = {"udp.port": (2427, 2727), "tcp.port": (2427, 2727)}
    accepts = is_mgcp
    reaches = ("sdp",)

    request = Field("mgcp.req", "Request", BOOLEAN)
    response = Field("mgcp.rsp", "Response", BOOLEAN)
    first, line = string(None, "", "First line"), string(None, "", "Parameter")
    verb = string(None, "mgcp.req.verb", "Verb")
    transaction = string(None, "mgcp.transid", "Transaction ID")
    endpoint = string(None, "mgcp.req.endpoint", "Endpoint")
    version = string(None, "mgcp.version", "Version")
    code = Field("mgcp.rsp.rspcode", "Response Code", UINT32)
    said = string(None, "mgcp.rsp.rspstring", "Response String")
    parameters = group("mgcp.params", "Parameters")
    known = tuple(string(None, f"mgcp.param.{name}", label) for name, label in PARAMETERS.values())
    extension = string(None, "mgcp.param.extension", "Extension Parameter (non-critical)")
    invalid = string(None, "mgcp.param.invalid", "Invalid Parameter")
    other = string(None, "", "Text")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        line, size = line_ahead(c)
        words = line.split(b" ")
        c.info(line.decode("utf-8", "replace"))
        if words[0].upper() in VERBS and len(words) > 2:
            c.derived(cls.request, True)
            with c.group(cls.first, size) as c:
                cls._words(c, words[:3], (cls.verb, cls.transaction, cls.endpoint))
                if len(words) > 3:
                    c.add(cls.version, len(line) - (c.pos - c.h.start))
                c.pos = c.end
        elif words[0].isdigit() and len(words[0]) == 3:
            c.derived(cls.response, True)
            with c.group(cls.first, size) as c:
                c.add(cls.code, 3, value=int(words[0]))
                c.pos += len(words) > 1
                cls._words(c, words[1:2], (cls.transaction,))
                if len(words) > 2:
                    c.add(cls.said, len(line) - (c.pos - c.h.start))
                c.pos = c.end
        else:
            c.add(cls.other, c.remaining)
            return
        if c.remaining:
            cls._parameters(c)

    @staticmethod
    def _words(c: Cursor, words: list[bytes], fields: tuple[Field, ...]) -> None:
        for word, field in zip(words, fields, strict=False):
            c.add(field, len(word))
            c.pos = min(c.pos + 1, c.end)

    @classmethod
    def _parameters(cls, c: Cursor) -> None:
        fields = dict(zip(PARAMETERS, cls.known, strict=True))
        count = 0
        with c.group(cls.parameters) as c:
            while c.remaining and count < MOST:
                count += 1
                line, size = line_ahead(c)
                if not line:
                    break
                letters, colon, value = line.partition(b":")
                name = letters.strip().upper()
                field = fields.get(name, cls.extension if name.startswith(b"X") else cls.invalid)
                value = value.lstrip()
                with c.group(cls.line, size) as c:
                    if field in cls.known and colon and name != b"L":
                        c.pos += len(line) - len(value)
                        c.add(field, len(value))
                    else:
                        c.add(field, len(line))
                    c.pos = c.end
        if c.remaining and not line_ahead(c)[0]:
            c.add(cls.other, line_ahead(c)[1])
        if c.remaining:
            c.child("sdp")
