"""GSM MAP (3GPP TS 29.002): what registers, switches and message centres ask of each other, in TCAP's components.

Of the operations people meet (locations, authentication, routing, short messages, USSD, subscriber data) arguments and results are
told; of others the operation's name.  CAMEL and INAP: the operation's name.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT16, Field, flag, string, u8
from dissect.engine.layer import Layer
from dissect.layers.asn1 import Element, Schema, peek

OPERATIONS = {
    2: "updateLocation", 3: "cancelLocation", 4: "provideRoamingNumber", 5: "noteSubscriberDataModified", 6: "resumeCallHandling",
    7: "insertSubscriberData", 8: "deleteSubscriberData", 9: "sendParameters", 10: "registerSS", 11: "eraseSS", 12: "activateSS",
    13: "deactivateSS", 14: "interrogateSS", 15: "authenticationFailureReport", 17: "registerPassword", 18: "getPassword",
    19: "processUnstructuredSS-Data", 20: "releaseResources", 22: "sendRoutingInfo", 23: "updateGprsLocation",
    24: "sendRoutingInfoForGprs", 25: "failureReport", 26: "noteMsPresentForGprs", 28: "performHandover", 29: "sendEndSignal",
    30: "performSubsequentHandover", 31: "provideSIWFSNumber", 32: "sIWFSSignallingModify", 33: "processAccessSignalling",
    34: "forwardAccessSignalling", 35: "noteInternalHandover", 37: "reset", 38: "forwardCheckSS", 39: "prepareGroupCall",
    40: "sendGroupCallEndSignal", 41: "processGroupCallSignalling", 42: "forwardGroupCallSignalling", 43: "checkIMEI",
    44: "mt-forwardSM", 45: "sendRoutingInfoForSM", 46: "mo-forwardSM", 47: "reportSM-DeliveryStatus", 48: "noteSubscriberPresent",
    49: "alertServiceCentreWithoutResult", 50: "activateTraceMode", 51: "deactivateTraceMode", 52: "traceSubscriberActivity",
    54: "beginSubscriberActivity", 55: "sendIdentification", 56: "sendAuthenticationInfo", 57: "restoreData", 58: "sendIMSI",
    59: "processUnstructuredSS-Request", 60: "unstructuredSS-Request", 61: "unstructuredSS-Notify", 62: "anyTimeSubscriptionInterrogation",
    63: "informServiceCentre", 64: "alertServiceCentre", 65: "anyTimeModification", 66: "readyForSM", 67: "purgeMS",
    68: "prepareHandover", 69: "prepareSubsequentHandover", 70: "provideSubscriberInfo", 71: "anyTimeInterrogation",
    72: "ss-InvocationNotification", 73: "setReportingState", 74: "statusReport", 75: "remoteUserFree", 76: "registerCC-Entry",
    77: "eraseCC-Entry", 83: "provideSubscriberLocation", 85: "sendRoutingInfoForLCS", 86: "subscriberLocationReport",
    87: "ist-Alert", 88: "ist-Command", 89: "noteMM-Event",
}  # fmt: skip
CAMEL_OPERATIONS = {
    0: "initialDP", 16: "assistRequestInstructions", 17: "establishTemporaryConnection", 18: "disconnectForwardConnection",
    19: "disconnectForwardConnectionWithArgument", 20: "connect", 22: "releaseCall", 23: "requestReportBCSMEvent", 24: "eventReportBCSM",
    27: "collectInformation", 31: "continue", 32: "initiateCallAttempt", 33: "resetTimer", 34: "furnishChargingInformation",
    35: "applyCharging", 36: "applyChargingReport", 41: "callGap", 44: "callInformationReport", 45: "callInformationRequest",
    46: "sendChargingInformation", 47: "playAnnouncement", 48: "promptAndCollectUserInformation", 49: "specializedResourceReport",
    53: "cancel", 55: "activityTest", 56: "continueWithArgument", 60: "initialDPSMS", 61: "furnishChargingInformationSMS",
    62: "connectSMS", 63: "requestReportSMSEvent", 64: "eventReportSMS", 65: "continueSMS", 66: "releaseSMS", 67: "resetTimerSMS",
    70: "activityTestGPRS", 71: "applyChargingGPRS", 72: "applyChargingReportGPRS", 73: "cancelGPRS", 74: "connectGPRS",
    75: "continueGPRS", 76: "entityReleasedGPRS", 77: "furnishChargingInformationGPRS", 78: "initialDPGPRS", 79: "releaseGPRS",
    80: "eventReportGPRS", 81: "requestReportGPRSEvent", 82: "resetTimerGPRS", 83: "sendChargingInformationGPRS",
    86: "dFCWithArgument", 88: "continueWithArgument", 90: "disconnectLeg", 93: "moveLeg", 95: "splitLeg", 96: "entityReleased",
    97: "playTone",
}  # fmt: skip
COMPONENT = """
Component ::= CHOICE { invoke [1] Invoke, returnResultLast [2] ReturnResult, returnError [3] ReturnError,
  reject [4] Reject, returnResultNotLast [7] ReturnResult }
Invoke ::= SEQUENCE { invokeID INTEGER, linkedID [0] INTEGER, opCode OperationCode, invokeparameter Argument }
ReturnResult ::= SEQUENCE { invokeID INTEGER, resultretres ResultRet }
ResultRet ::= SEQUENCE { opCode OperationCode, returnparameter Result }
ReturnError ::= SEQUENCE { invokeID INTEGER, errorCode OperationCode, parameter Left }
Reject ::= SEQUENCE { invokeIDRej CHOICE { derivable INTEGER, not-derivable NULL }, problem CHOICE {
  generalProblem [0] INTEGER, invokeProblem [1] INTEGER, returnResultProblem [2] INTEGER, returnErrorProblem [3] INTEGER } }
OperationCode ::= CHOICE { localValue INTEGER, globalValue OID }
"""
ROSE = """
Component ::= CHOICE { invoke [1] Invoke, returnResult [2] ReturnResult, returnError [3] ReturnError, reject [4] Reject }
Invoke ::= SEQUENCE { invokeId InvokeId, linkedId [0] UNSIGNED, opcode Code, argument Argument }
ReturnResult ::= SEQUENCE { invokeId InvokeId, result SEQUENCE { opcode Code, returned Argument } }
ReturnError ::= SEQUENCE { invokeId InvokeId, errcode Code, parameter Argument }
Reject ::= SEQUENCE { invokeId InvokeId, problem CHOICE { _ [0] INTEGER, _ [1] INTEGER, _ [2] INTEGER,
  _ [3] INTEGER } }
InvokeId ::= CHOICE { present INTEGER, absent NULL }
Code ::= CHOICE { LOCAL INTEGER, global OID }
"""
OLD = """
ForwardSMArg ::= SEQUENCE { sm-RP-DA CHOICE { imsi [0] Imsi, lmsi [1] OCTETS, serviceCentreAddressDA [4] Isdn,
    noSM-RP-DA [5] NULL }, sm-RP-OA CHOICE { msisdn [2] Isdn, serviceCentreAddressOA [4] Isdn, noSM-RP-OA [5] NULL },
  sm-RP-UI Message, moreMessagesToSend NULL }
"""
MODULE = """
UpdateLocationArg ::= SEQUENCE { ms.imsi Imsi, ms.msc-Number [1] Isdn, ms.vlr-Number Isdn, ms.lmsi [10] OCTETS,
  ms.extensionContainer Left }
UpdateLocationRes ::= SEQUENCE { ms.hlr-Number Isdn }
CancelLocationArg ::= [3] SEQUENCE { ms.identity Identity, ms.cancellationType ENUMERATED { updateProcedure (0),
  subscriptionWithdraw (1) } }
Identity ::= CHOICE { imsi Imsi, imsi-WithLMSI SEQUENCE { imsi Imsi, lmsi OCTETS } }
PurgeMSArg ::= [3] SEQUENCE { ms.imsi Imsi, ms.vlr-Number [0] Isdn, ms.sgsn-Number [1] Isdn }
UpdateGprsLocationArg ::= SEQUENCE { ms.imsi Imsi, ms.sgsn-Number Isdn, ms.sgsn-Address OCTETS }
SendAuthenticationInfoArg ::= SEQUENCE { ms.imsi [0] Imsi, ms.numberOfRequestedVectors UNSIGNED,
  ms.segmentationProhibited NULL, ms.immediateResponsePreferred [1] NULL, ms.re-synchronisationInfo Left,
  ms.extensionContainer [2] Left, ms.requestingNodeType [3] ENUMERATED { vlr (0), sgsn (1) } }
ProvideRoamingNumberArg ::= SEQUENCE { ch.imsi [0] Imsi, ch.msc-Number [1] Isdn, ch.msisdn [2] Isdn, ch.lmsi [4] OCTETS }
ProvideRoamingNumberRes ::= SEQUENCE { ch.roamingNumber Isdn }
SendRoutingInfoArg ::= SEQUENCE { ch.msisdn [0] Isdn, ch.numberOfForwarding [2] UNSIGNED,
  ch.interrogationType [3] ENUMERATED { basicCall (0), forwarding (1) }, ch.or-Capability [5] UNSIGNED, ch.gmsc-OrGsmSCF-Address [6] Isdn }
SendRoutingInfoForSMArg ::= SEQUENCE { sm.msisdn [0] Isdn, sm.sm-RP-PRI [1] BOOLEAN, sm.serviceCentreAddress [2] Isdn,
  sm.extensionContainer [6] Left, sm.gprsSupportIndicator [7] NULL, sm.sm-RP-MTI [8] UNSIGNED }
SendRoutingInfoForSMRes ::= SEQUENCE { sm.imsi Imsi, sm.locationInfoWithLMSI [0] SEQUENCE {
  sm.networkNode-Number [1] Isdn, sm.lmsi OCTETS, sm.extensionContainer Left, sm.gprsNodeIndicator [5] NULL } }
ForwardSMArg ::= SEQUENCE { sm.sm-RP-DA CHOICE { sm.imsi [0] Imsi, sm.lmsi [1] OCTETS, sm.serviceCentreAddressDA [4] Isdn,
    sm.noSM-RP-DA [5] NULL }, sm.sm-RP-OA CHOICE { sm.msisdn [2] Isdn, sm.serviceCentreAddressOA [4] Isdn, sm.noSM-RP-OA [5] NULL },
  sm.sm-RP-UI Message, sm.moreMessagesToSend NULL, sm.extensionContainer Left, sm.imsi Imsi }
ReportSMDeliveryStatusArg ::= SEQUENCE { sm.msisdn Isdn, sm.serviceCentreAddress Isdn,
  sm.sm-DeliveryOutcome ENUMERATED { memoryCapacityExceeded (0), absentSubscriber (1), successfulTransfer (2) } }
UssdArg ::= SEQUENCE { ss.ussd-DataCodingScheme OCTETS, ss.ussd-String Ussd, ss.alertingPattern OCTETS, ss.msisdn [0] Isdn }
CheckImei ::= Tbcd
AnyTimeInterrogationArg ::= SEQUENCE { ms.subscriberIdentity [0] CHOICE { imsi [0] Imsi, msisdn [1] Isdn },
  ms.requestedInfo [1] Left, ms.gsmSCF-Address [3] Isdn }
ProvideSubscriberInfoArg ::= SEQUENCE { ms.imsi [0] Imsi, ms.lmsi [1] OCTETS, ms.requestedInfo [2] Left }
InsertSubscriberDataArg ::= SEQUENCE { ms.imsi [0] Imsi, ms.msisdn [1] Isdn, ms.category [2] OCTETS,
  ms.subscriberStatus [3] ENUMERATED { serviceGranted (0), operatorDeterminedBarring (1) } }
"""
ARGUMENTS = {
    2: "UpdateLocationArg", 3: "CancelLocationArg", 4: "ProvideRoamingNumberArg", 7: "InsertSubscriberDataArg",
    22: "SendRoutingInfoArg", 23: "UpdateGprsLocationArg", 44: "ForwardSMArg", 45: "SendRoutingInfoForSMArg", 46: "ForwardSMArg",
    47: "ReportSMDeliveryStatusArg", 56: "SendAuthenticationInfoArg", 59: "UssdArg", 60: "UssdArg", 61: "UssdArg",
    67: "PurgeMSArg", 70: "ProvideSubscriberInfoArg", 71: "AnyTimeInterrogationArg",
}  # fmt: skip
RESULTS = {
    2: "UpdateLocationRes", 4: "ProvideRoamingNumberRes", 45: "SendRoutingInfoForSMRes", 59: "UssdArg", 60: "UssdArg",
}  # fmt: skip
TBCD = "0123456789*#abc"
PAGE = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
INTERNATIONAL, E164 = 1, 1
LONE = {1, 7}  # country codes of one digit


def tbcd(octets: bytes) -> str:
    """Digits in half octets, the low one first; a filler ends them."""
    halves = [half for octet in octets for half in (octet & 15, octet >> 4)]
    return "".join(TBCD[half] for half in (halves[: halves.index(15)] if 15 in halves else halves))


def septets(octets: bytes) -> str:
    """GSM's alphabet, seven bits a character (3GPP TS 23.038)."""
    whole, count = int.from_bytes(octets, "little"), len(octets) * 8 // 7
    text = "".join(PAGE[whole >> 7 * i & 127] for i in range(count))
    return text[:-1] if count % 8 == 0 and text.endswith(("\r", "@")) else text


def country_of(digits: str) -> int | None:
    """The country code that a number begins with (ITU-T E.164, annexed list)."""
    if not digits.isdigit() or not digits:
        return None
    if int(digits[0]) in LONE:
        return int(digits[0])
    two = int(digits[:2])
    pairs = {20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63,
             64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98}  # fmt: skip
    return two if two in pairs else int(digits[:3]) if len(digits) >= 3 else None


def _isdn(c: Cursor, element: Element, _into: Field, _found: dict[str, Any]) -> None:
    """An address: kind and plan, then digits."""
    plan = c.peek(1) & 15
    c.add(G.nature)
    digits = tbcd(c.peek_bytes(c.remaining))
    if plan == E164:
        country = country_of(digits)
        number = c.add(G.msisdn, c.remaining, value=digits)
        if country is not None and number:
            c.derived(G.country, country)
    else:
        c.add(G.digits, c.remaining, value=digits)


def _imsi(c: Cursor, element: Element, _into: Field, _found: dict[str, Any]) -> None:
    """An identity of a subscriber."""
    digits = tbcd(c.peek_bytes(c.remaining))
    c.add(G.imsi, c.remaining, value=digits)
    c.derived(G.associated, digits)


def _ussd(c: Cursor, element: Element, _into: Field, _found: dict[str, Any]) -> None:
    c.add(G.ussd, c.remaining, value=septets(c.peek_bytes(c.remaining)))


def _message(c: Cursor, element: Element, _into: Field, _found: dict[str, Any]) -> None:
    """A short message."""
    if c.remaining:
        c.child("gsm_sms")


def version(c: Cursor) -> int:
    """The version of the application context that the dialogue portion names; 0 if it names none."""
    carrier = c.h.outer("tcap")
    context = carrier.__dict__.get("context", b"") if carrier is not None else b""
    return context[-1] if context else 0


def _arguments(known: dict[int, str]) -> Any:
    """What an operation is asked, or answers: by its number, which came before."""

    def read(c: Cursor, _element: Element, _into: Field, found: dict[str, Any]) -> None:
        number = found.get("localValue", -1)
        name = known.get(number)
        if name is not None:
            (OLD_ARGUMENT if number in FORWARD and version(c) < 3 else ARGUMENT).read(c, name)

    return read


def _nothing(_c: Cursor, _element: Element, _into: Field, _found: dict[str, Any]) -> None:
    """An argument that stays octets."""


FORWARD = (44, 46)
OPERATION = Schema("gsm_old", COMPONENT, whole={"Argument": _arguments(ARGUMENTS), "Result": _arguments(RESULTS)})
CAMEL_PART = Schema("camel", ROSE.replace("LOCAL", "local"), whole={"Argument": _nothing})
INAP_PART = Schema("inap", ROSE.replace("LOCAL", "code.local"), whole={"Argument": _nothing})
HOOKS = {"Isdn": _isdn, "Imsi": _imsi, "Ussd": _ussd, "Message": _message}
ARGUMENT, OLD_ARGUMENT = Schema("gsm_map", MODULE, HOOKS), Schema("gsm_old", OLD, HOOKS)


class GSMMAP(Layer):
    """A component."""

    name, label, column = "gsm_map", "GSM Mobile Application", "GSM MAP"
    reaches = ("gsm_sms",)

    component = Field("gsm_map.old.Component", "Component", ARGUMENT.named("ms.identity").type)
    parts, arguments, old_arguments = OPERATION.fields, ARGUMENT.fields, OLD_ARGUMENT.fields
    nature = u8(None, "", "Nature and plan", HEX)
    extension = flag(None, "gsm_map.extension", "Extension", 0x80, within=nature)
    kind_of = u8(None, "gsm_map.nature_of_number", "Nature of number", HEX, mask=0x70, within=nature)
    plan = u8(None, "gsm_map.number_plan", "Number plan", HEX, mask=0x0F, within=nature)
    msisdn, country = string(None, "e164.msisdn", "E.164 number (MSISDN)"), Field("e164.country_code", "Country Code", UINT16)
    digits = string(None, "gsm_map.address.digits", "Address digits")
    imsi, associated = string(None, "e212.imsi", "IMSI"), string(None, "e212.assoc.imsi", "Association IMSI")
    ussd = string(None, "gsm_map.ussd_string", "USSD String")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tell(c, OPERATION, cls.component, OPERATIONS)


class CAMEL(Layer):
    """A component of CAMEL (3GPP TS 29.078)."""

    name, label, column = "camel", "Camel", "Camel"
    parts = CAMEL_PART.fields
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tell(c, CAMEL_PART, None, CAMEL_OPERATIONS)


class INAP(Layer):
    """A component of INAP (ITU-T Q.1218)."""

    name, label, column = "inap", "Intelligent Network Application Protocol", "INAP"
    parts = INAP_PART.fields
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        tell(c, INAP_PART, None, CAMEL_OPERATIONS)


G = GSMMAP


def tell(c: Cursor, schema: Schema, whole: Field | None, names: dict[int, str]) -> None:
    """A component, and its operation by name."""
    kind = peek(c).number
    if whole is not None:
        with c.group(whole, c.remaining, value=kind):
            found = schema.read(c, "Component")
    else:
        found = schema.read(c, "Component")
    number = next((found[name] for name in ("localValue", "local", "code.local") if name in found), -1)
    operation = "" if kind in (3, 4) else names.get(number, "")
    if names is OPERATIONS and number in FORWARD and version(c) < 3:
        operation = "forwardSM"
    if not c.run.columns_locked:  # a short message inside has its own Protocol, and this Info
        c.run.tree.info = operation if schema is INAP_PART else f"{found.get('Element', 'Unknown')} {operation} "
