"""The application parts of mobile networks over SCTP, as far as all of them are alike (3GPP 36.413, 36.423, 38.413, 38.463, 38.473).

    aligned PER: extension (1 bit) and choice (2 bits), procedure (1), criticality (2 bits), length (1 or 2), the message:
    extension and options (1), count (2), elements: id (2), criticality (2 bits), length (1 or 2), value
"""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT32, Field, group, raw, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.named import Named

OUTCOMES = {0: "initiatingMessage", 1: "successfulOutcome", 2: "unsuccessfulOutcome"}
SGS = {
    1: "SGsAP-PAGING-REQUEST", 2: "SGsAP-PAGING-REJECT", 6: "SGsAP-SERVICE-REQUEST", 7: "SGsAP-DOWNLINK-UNITDATA",
    8: "SGsAP-UPLINK-UNITDATA", 9: "SGsAP-LOCATION-UPDATE-REQUEST", 10: "SGsAP-LOCATION-UPDATE-ACCEPT",
    11: "SGsAP-LOCATION-UPDATE-REJECT", 12: "SGsAP-TMSI-REALLOCATION-COMPLETE", 13: "SGsAP-ALERT-REQUEST", 14: "SGsAP-ALERT-ACK",
    15: "SGsAP-ALERT-REJECT", 16: "SGsAP-UE-ACTIVITY-INDICATION", 17: "SGsAP-EPS-DETACH-INDICATION", 18: "SGsAP-EPS-DETACH-ACK",
    19: "SGsAP-IMSI-DETACH-INDICATION", 20: "SGsAP-IMSI-DETACH-ACK", 21: "SGsAP-RESET-INDICATION", 22: "SGsAP-RESET-ACK",
    23: "SGsAP-SERVICE-ABORT-REQUEST", 24: "SGsAP-MO-CSFB-INDICATION", 26: "SGsAP-MM-INFORMATION-REQUEST", 27: "SGsAP-RELEASE-REQUEST",
    29: "SGsAP-STATUS", 31: "SGsAP-UE-UNREACHABLE",
}  # fmt: skip


S1_PROCEDURES: dict[int, tuple[str, ...]] = {
    0: ("HandoverRequired", "HandoverCommand", "HandoverPreparationFailure"),
    1: ("HandoverRequest", "HandoverRequestAcknowledge", "HandoverFailure"), 2: ("HandoverNotify",),
    3: ("PathSwitchRequest", "PathSwitchRequestAcknowledge", "PathSwitchRequestFailure"),
    4: ("HandoverCancel", "HandoverCancelAcknowledge"), 5: ("E-RABSetupRequest", "E-RABSetupResponse"),
    6: ("E-RABModifyRequest", "E-RABModifyResponse"), 7: ("E-RABReleaseCommand", "E-RABReleaseResponse"),
    8: ("E-RABReleaseIndication",),
    9: ("InitialContextSetupRequest", "InitialContextSetupResponse", "InitialContextSetupFailure"), 10: ("Paging",),
    11: ("DownlinkNASTransport",), 12: ("InitialUEMessage",), 13: ("UplinkNASTransport",), 14: ("Reset", "ResetAcknowledge"),
    15: ("ErrorIndication",), 16: ("NASNonDeliveryIndication",), 17: ("S1SetupRequest", "S1SetupResponse", "S1SetupFailure"),
    18: ("UEContextReleaseRequest",),
    21: ("UEContextModificationRequest", "UEContextModificationResponse", "UEContextModificationFailure"),
    22: ("UECapabilityInfoIndication",), 23: ("UEContextReleaseCommand", "UEContextReleaseComplete"),
    24: ("ENBStatusTransfer",), 25: ("MMEStatusTransfer",), 26: ("DeactivateTrace",), 27: ("TraceStart",), 28: ("TraceFailureIndication",),
    29: ("ENBConfigurationUpdate", "ENBConfigurationUpdateAcknowledge", "ENBConfigurationUpdateFailure"),
    30: ("MMEConfigurationUpdate", "MMEConfigurationUpdateAcknowledge", "MMEConfigurationUpdateFailure"), 34: ("OverloadStart",),
    35: ("OverloadStop",), 36: ("WriteReplaceWarningRequest", "WriteReplaceWarningResponse"), 37: ("ENBDirectInformationTransfer",),
    38: ("MMEDirectInformationTransfer",), 43: ("KillRequest", "KillResponse"),
}  # fmt: skip


NG_PROCEDURES: dict[int, tuple[str, ...]] = {
    0: ("AMFConfigurationUpdate", "AMFConfigurationUpdateAcknowledge", "AMFConfigurationUpdateFailure"), 1: ("AMFStatusIndication",),
    2: ("CellTrafficTrace",), 3: ("DeactivateTrace",), 4: ("DownlinkNASTransport",), 9: ("ErrorIndication",),
    10: ("HandoverCancel", "HandoverCancelAcknowledge"), 11: ("HandoverNotify",),
    12: ("HandoverRequired", "HandoverCommand", "HandoverPreparationFailure"),
    13: ("HandoverRequest", "HandoverRequestAcknowledge", "HandoverFailure"),
    14: ("InitialContextSetupRequest", "InitialContextSetupResponse", "InitialContextSetupFailure"), 15: ("InitialUEMessage",),
    19: ("NASNonDeliveryIndication",), 20: ("NGReset", "NGResetAcknowledge"),
    21: ("NGSetupRequest", "NGSetupResponse", "NGSetupFailure"), 22: ("OverloadStart",), 23: ("OverloadStop",), 24: ("Paging",),
    25: ("PathSwitchRequest", "PathSwitchRequestAcknowledge", "PathSwitchRequestFailure"),
    26: ("PDUSessionResourceModifyRequest", "PDUSessionResourceModifyResponse"), 27: ("PDUSessionResourceModifyIndication",),
    28: ("PDUSessionResourceReleaseCommand", "PDUSessionResourceReleaseResponse"),
    29: ("PDUSessionResourceSetupRequest", "PDUSessionResourceSetupResponse"), 30: ("PDUSessionResourceNotify",),
    35: ("RANConfigurationUpdate", "RANConfigurationUpdateAcknowledge", "RANConfigurationUpdateFailure"),
    36: ("RerouteNASRequest",), 40: ("UEContextModificationRequest", "UEContextModificationResponse", "UEContextModificationFailure"),
    41: ("UEContextReleaseCommand", "UEContextReleaseComplete"), 42: ("UEContextReleaseRequest",),
    44: ("UERadioCapabilityInfoIndication",), 46: ("UplinkNASTransport",),
}  # fmt: skip


def _sized(c: Cursor, at: int = 0) -> tuple[int, int]:
    """The octets of a length ahead, and what it says (X.691, section 11.9; no fragments)."""
    first = c.peek(1, at)
    return (2, c.peek(2, at) & 0x3FFF) if first & 0x80 else (1, first)


class _Part(Layer):
    """What an application part's message begins with."""

    twice = False  # whether Wireshark names what it makes of the message so, too
    procedures: ClassVar[dict[int, tuple[str, ...]]] = {}  # the names of their messages, by outcome
    carries: ClassVar[tuple[int, str]] = (0, "")  # the element that holds a mobile's own message, and its layer

    @classmethod
    def decode(cls, c: Cursor) -> None:
        pdu, outcomes, procedure, head, element, number, value = (
            cls.by_attr[name] for name in ("pdu", "outcomes_0", "procedure", "head", "element", "number", "content")
        )
        choice = c.peek(1) >> 5 & 3
        if cls.twice:
            c.node.within.append(cls.name)
        outcomes = cls.by_attr.get(f"outcomes_{choice}", outcomes)
        c.add(pdu, 1, value=choice)
        with c.group(outcomes, c.limit - c.pos) as c:
            code = c.add(procedure, 1, value=c.peek(1))
            known = cls.procedures.get(code)
            said = known[min(choice, len(known) - 1)] if known else f"{OUTCOMES.get(choice, 'Unknown')}, procedure {code}"
            c.info(said)
            c.add(head, 1)
            c.add(head, _sized(c)[0])
            if c.remaining >= 3:
                c.add(head, 1)
                c.add(head, 2)
            while c.remaining >= 4:
                width, size = _sized(c, 3)
                with c.group(element, min(3 + width + size, c.limit - c.pos)) as c:
                    known = c.add(number)
                    c.add(head, 1 + width)
                    if cls.carries[1] and known == cls.carries[0] and c.remaining > 1:
                        width, size = _sized(c)
                        c.add(head, width)
                        if 0 < size <= c.remaining:
                            c.child(cls.carries[1], size)
                    c.rest(value)
            c.rest(value)


def _fields(name: str, pdu: str) -> tuple[Field, tuple[Field, ...], Field, Field, Field, Field, Field]:
    return (
        Field(f"{name}.{pdu}", f"{pdu.replace('_', '-')}", UINT32, names=OUTCOMES),
        tuple(group(f"{name}.{outcome}_element", outcome) for outcome in OUTCOMES.values()),
        Field(f"{name}.procedureCode", "procedureCode", UINT32),
        raw(None, "", "Head"), group("", "Element"), u16(None, "", "Id"), raw(None, "", "Value"),
    )  # fmt: skip


class S1AP(_Part):
    """Between LTE's base stations and its core."""

    name, label, column = "s1ap", "S1 Application Protocol", "S1AP"
    binds = {"sctp.ppi": (18,), "sctp.port": (36412,)}
    reaches, carries = ("nas-eps",), (26, "nas-eps")
    procedures = S1_PROCEDURES
    pdu, outcomes, procedure, head, element, number, content = _fields("s1ap", "S1AP_PDU")


class X2AP(_Part):
    """Between LTE's base stations."""

    name, label, column = "x2ap", "EUTRAN X2 Application Protocol (X2AP)", "X2AP"
    binds = {"sctp.ppi": (27,), "sctp.port": (36422,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("x2ap", "X2AP_PDU")


class NGAP(_Part):
    """Between 5G's base stations and its core."""

    name, label, column = "ngap", "NG Application Protocol", "NGAP"
    binds = {"sctp.ppi": (60,), "sctp.port": (38412,)}
    reaches, carries = ("nas-5gs",), (38, "nas-5gs")
    twice, procedures = True, NG_PROCEDURES
    pdu, outcomes, procedure, head, element, number, content = _fields("ngap", "NGAP_PDU")


class F1AP(_Part):
    """Between the halves of 5G's base stations."""

    name, label, column = "f1ap", "F1 Application Protocol", "F1AP"
    binds = {"sctp.ppi": (62,), "sctp.port": (38472,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("f1ap", "F1AP_PDU")


class XNAP(_Part):
    """Between 5G's base stations."""

    name, label, column = "xnap", "NG-RAN Xn Application Protocol (XnAP)", "XnAP"
    binds = {"sctp.ppi": (61,), "sctp.port": (38422,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("xnap", "XnAP_PDU")


class E1AP(_Part):
    """Between the control and the user plane of 5G's base stations."""

    name, label, column = "e1ap", "E1 Application Protocol", "E1AP"
    binds = {"sctp.ppi": (64,), "sctp.port": (38462,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("e1ap", "E1AP_PDU")


class RANAP(_Part):
    """Between UMTS' radio network and its core (3GPP TS 25.413), above SCCP."""

    name, label, column = "ranap", "Radio Access Network Application Part", "RANAP"
    binds = {"sccp.ssn": (142,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("ranap", "RANAP_PDU")


class RUA(_Part):
    """What carries RANAP between femtocells and their gateway (3GPP TS 25.468)."""

    name, label, column = "rua", "UTRAN Iuh interface RUA signalling", "RUA"
    binds = {"sctp.ppi": (19,), "sctp.port": (29169,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("rua", "RUA_PDU")


class HNBAP(_Part):
    """Femtocells register at their gateway (3GPP TS 25.469)."""

    name, label, column = "hnbap", "UTRAN Iuh interface HNBAP signalling", "HNBAP"
    binds = {"sctp.ppi": (20,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("hnbap", "HNBAP_PDU")


class SABP(_Part):
    """Cell broadcasts (3GPP TS 25.419)."""

    name, label, column = "sabp", "UTRAN IuBC interface SABP signaling", "SABP"
    binds = {"sctp.ppi": (31,), "udp.port": (3452,), "tcp.port": (3452,)}
    twice = True
    pdu, outcomes, procedure, head, element, number, content = _fields("sabp", "SABP_PDU")


class SBcAP(_Part):
    """Warnings for LTE's cells (3GPP TS 29.168)."""

    name, label, column = "sbcap", "SBc Application Part", "SBcAP"
    binds = {"sctp.ppi": (24,), "sctp.port": (29168,)}
    twice = True
    pdu, outcomes, procedure, head, element, number, content = _fields("sbc-ap", "SBC_AP_PDU")


class LCSAP(_Part):
    """Where a mobile is (3GPP TS 29.171)."""

    name, label, column = "lcsap", "LCS Application Protocol", "LCSAP"
    binds = {"sctp.ppi": (29,), "sctp.port": (9082,)}
    twice = True
    pdu, outcomes, procedure, head, element, number, content = _fields("lcsap", "LCS_AP_PDU")


class M2AP(_Part):
    """Multicasts in LTE, to its base stations (3GPP TS 36.443)."""

    name, label, column = "m2ap", "M2 Application Protocol", "M2AP"
    binds = {"sctp.ppi": (43,), "sctp.port": (36443,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("m2ap", "M2AP_PDU")


class M3AP(_Part):
    """Multicasts in LTE, in its core (3GPP TS 36.444)."""

    name, label, column = "m3ap", "M3 Application Protocol", "M3AP"
    binds = {"sctp.ppi": (44,), "sctp.port": (36444,)}
    pdu, outcomes, procedure, head, element, number, content = _fields("m3ap", "M3AP_PDU")


class E2AP(_Part):
    """A controller of radio networks and their parts (O-RAN)."""

    name, label, column = "e2ap", "E2 Application Protocol", "E2AP"
    binds = {"sctp.port": (37464,)}
    twice = True
    pdu, outcomes, procedure, head, element, number, content = _fields("e2ap", "E2AP_PDU")


class NBAP(Named):
    """Between UMTS' base stations and their controller (3GPP TS 25.433)."""

    name, label, column = "nbap", "UTRAN Iub interface NBAP signalling", "NBAP"
    binds = {"sctp.ppi": (25,)}


class SGsAP(Named):
    """Between LTE's core and GSM's switches (3GPP TS 29.118)."""

    name, label, column = "sgsap", "SGs Application Part (SGsAP)", "SGSAP"
    binds = {"sctp.port": (29118,)}

    type = u8(0, "sgsap.msg_type", "SGSAP Message Type", HEX, names=SGS)

    @staticmethod
    def info(type: int) -> str:
        return SGS.get(type, "Unknown")
