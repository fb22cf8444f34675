"""TCAP (ITU-T Q.773): dialogues of components above SCCP, in BER.

    begin [62] | continue [65] | end [64] | abort [67] | unidirectional [61]: transaction ids (otid [48], dtid [49]),
    a dialogue portion [6B], components [6C]: invoke [A1], result [A2], error [A3], reject [A4], a part of a result [A7]
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, Field
from dissect.engine.layer import Layer
from dissect.layers.asn1 import Element, Schema

MODULE = """
TCMessage ::= CHOICE {
  unidirectional [APPLICATION 1] Unidirectional, begin [APPLICATION 2] Begin, end [APPLICATION 4] End,
  continue [APPLICATION 5] Continue, abort [APPLICATION 7] Abort }
Unidirectional ::= SEQUENCE { _ Dialogue, components Components }
Begin ::= SEQUENCE { otid OrigTransactionID, _ Dialogue, components Components }
End ::= SEQUENCE { dtid DestTransactionID, _ Dialogue, components Components }
Continue ::= SEQUENCE { otid OrigTransactionID, dtid DestTransactionID, _ Dialogue, components Components }
Abort ::= SEQUENCE { dtid DestTransactionID, reason Reason }
Reason ::= CHOICE { p-abortCause [APPLICATION 10] UNSIGNED { unrecognizedMessageType (0), unrecognizedTransactionID (1),
    badlyFormattedTransactionPortion (2), incorrectTransactionPortion (3), resourceLimitation (4) },
  u-abortCause Dialogue }
OrigTransactionID ::= [APPLICATION 8] Tid
DestTransactionID ::= [APPLICATION 9] Tid
Dialogue ::= [APPLICATION 11] Said
Components ::= [APPLICATION 12] SEQUENCE OF Component
Component ::= CHOICE { invoke [1] Invoke, returnResultLast [2] ReturnResult, returnError [3] ReturnError,
  reject [4] Reject, returnResultNotLast [7] ReturnResult }
"""
SPOKEN = """
ExternalPDU ::= [UNIVERSAL 8] SEQUENCE { oid OID, _ [0] EXPLICIT DialoguePDU }
DialoguePDU ::= CHOICE { dialogueRequest [APPLICATION 0] AARQ, dialogueResponse [APPLICATION 1] AARE,
  dialogueAbort [APPLICATION 4] ABRT }
AARQ ::= SEQUENCE { protocol-version [0] BITS AS AARQ.protocol.version { version1 (0) }, application-context-name [1] EXPLICIT OID, user-information [30] Info }
AARE ::= SEQUENCE { protocol-version [0] BITS AS AARE.protocol.version { version1 (0) }, application-context-name [1] EXPLICIT OID,
  result [2] EXPLICIT INTEGER { accepted (0), reject-permanent (1) },
  result-source-diagnostic [3] EXPLICIT Diagnostic, user-information [30] Info }
ABRT ::= SEQUENCE { abort-source [0] INTEGER { dialogue-service-user (0), dialogue-service-provider (1) },
  user-information [30] Info }
Diagnostic ::= CHOICE {
  dialogue-service-user [1] EXPLICIT INTEGER { null (0), no-reason-given (1), application-context-name-not-supported (2) },
  dialogue-service-provider [2] EXPLICIT INTEGER { null (0), no-reason-given (1), no-common-dialogue-portion (2) } }
Info ::= SEQUENCE OF Said
"""
USERS = {146: "camel", 106: "inap", 241: "inap"} | dict.fromkeys((6, 7, 8, 9, 145, 148, 149, 150), "gsm_map")
WORDS = {"begin": "Begin", "end": "End", "continue": "Continue", "abort": "Abort", "unidirectional": "Unidirectional"}
TID = Field("tcap.tid", "Transaction Id", BYTES)


def _tid(c: Cursor, element: Element, _into: Field, found: dict[str, Any]) -> None:
    found.setdefault("ids", []).append(("o" if element.number == 8 else "d", c.peek_bytes(element.size)))
    c.add(TID, element.size)


def _said(c: Cursor, _element: Element, _into: Field, _found: dict[str, Any]) -> None:
    """A dialogue portion: an EXTERNAL that says what is to be spoken."""
    if c.remaining:
        c.h.__dict__["context"] = DIALOGUE.read(c, "ExternalPDU").get("application-context-name", b"")


def _component(c: Cursor, element: Element, _into: Field, _found: dict[str, Any]) -> None:
    """A component, for who uses the dialogue."""
    carrier = c.h.outer("sccp")
    numbers = carrier.__dict__.get("subsystems", ()) if carrier is not None else ()
    user = next((USERS[number] for number in numbers if number in USERS), "data")
    c.child(user, element.whole)


SCHEMA = Schema("tcap", MODULE, {"Tid": _tid, "Said": _said}, whole={"Component": _component})
DIALOGUE = Schema("tcap", SPOKEN)


class TCAP(Layer):
    """A message of a transaction."""

    name, label, column = "tcap", "Transaction Capabilities Application Part", "TCAP"
    binds = {"sccp.ssn": (*range(5, 15), 106, 145, 146, 148, 149, 150, 241)}
    reaches = ("gsm_map", "camel", "inap", "data")

    tid = TID
    message, dialogue = SCHEMA.fields, DIALOGUE.fields
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        place = len(c.run.tree.layers)
        found = SCHEMA.read(c, "TCMessage")
        inner = c.run.tree.layers[place].layer.name if len(c.run.tree.layers) > place else "data"
        ids = "".join(f"{kind}tid({value.hex()}) " for kind, value in found.get("ids", ()))
        text = f"{WORDS.get(found.get('Element', ''), 'Unknown')} {ids}"
        if inner == "data":
            c.info(text)
        elif inner == "inap" and not c.run.columns_locked:
            c.run.tree.info = text + c.run.tree.info
