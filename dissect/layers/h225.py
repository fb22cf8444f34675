"""H.225.0, call signalling and registration of H.323 (ITU-T H.225.0), in aligned PER: which message it is; the rest as octets.

    of a call, in a user-user element: extension, user data?, extension, non-standard data?, then the choice: extended (1), number (3)
    of registration, over UDP: the choice: extended (1), number (5); of an extended one the number has six bits
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import UINT32, Field, group, raw, u8, u16, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

CALL = (
    "setup", "callProceeding", "connect", "alerting", "information", "releaseComplete", "facility", "progress", "empty", "status",
    "statusInquiry", "setupAcknowledge", "notify",
)  # fmt: skip
RAS = (
    "gatekeeperRequest", "gatekeeperConfirm", "gatekeeperReject", "registrationRequest", "registrationConfirm", "registrationReject",
    "unregistrationRequest", "unregistrationConfirm", "unregistrationReject", "admissionRequest", "admissionConfirm",
    "admissionReject", "bandwidthRequest", "bandwidthConfirm", "bandwidthReject", "disengageRequest", "disengageConfirm",
    "disengageReject", "locationRequest", "locationConfirm", "locationReject", "infoRequest", "infoRequestResponse",
    "nonStandardMessage", "unknownMessageResponse", "requestInProgress", "resourcesAvailableIndicate", "resourcesAvailableConfirm",
    "infoRequestAck", "infoRequestNak", "serviceControlIndication", "serviceControlResponse", "admissionConfirmSequence",
)  # fmt: skip
DISCRIMINATOR = 8  # of Q.931, in the first octet of its messages
FURTHER_CALLS, FURTHER_RAS = 7, 25  # numbers of the first extended alternatives


def _named(names: tuple[str, ...]) -> dict[int, str]:
    return dict(enumerate(names))


class H225(Layer):
    """One message."""

    name, label, column = "h225", "H323-MESSAGES", "H.225.0"
    binds = {"udp.port": (1718, 1719)}

    user = group("h225.H323_UserInformation_element", "H323-UserInformation")
    unit = group("h225.h323_uu_pdu_element", "h323-uu-pdu")
    body = Field("h225.h323_message_body", "h323-message-body", UINT32, names=_named(CALL))
    message = Field("h225.RasMessage", "RasMessage", UINT32, names=_named(RAS))
    content = raw(None, "", "Contents")
    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = c.peek(1)
        if c.h.outer("q931") is None:
            number = FURTHER_RAS + (first & 0x3F) if first & 0x80 else first >> 2 & 0x1F
            c.info(f"RAS: {RAS[number] if number < len(RAS) else '<unknown>'} ")
            c.add(cls.message, 1, value=number)
            c.rest(cls.content)
            return
        number = FURTHER_CALLS + ((first & 3) << 4 | c.peek(1, 1) >> 4) if first & 8 else first & 7
        c.info(f"CS: {CALL[number] if number < len(CALL) else '<unknown>'} ")
        with c.group(cls.user, c.limit - c.pos), c.group(cls.unit, c.limit - c.pos):
            c.add(cls.body, 1, value=number)
            c.rest(cls.content)


class CallControl(Layer):
    """A packet of call control (Q.931): Wireshark calls what leads to it so, too."""

    name, label, column = "q931", "Q.931", "Q.931"
    heuristics = ("tcp",)
    likely = Likely({0: b"\3", 4: bytes([DISCRIMINATOR])})
    probe = lambda p: (p.u16(0) == 0x0300) & (p.u16(2) >= 7) & (p.length >= 7) & (p.u8(4) == DISCRIMINATOR) & (p.u8(5) <= 3)
    messages = Messages(header=4, length=lambda p: where((p.u16(0) == 0x0300) & (p.u16(2) >= 7), p.u16(2), AS_IT_IS))
    reaches = ("nlpid", "data")

    version, reserved = u8(0, "tpkt.version", "Version"), u8(1, "tpkt.reserved", "Reserved")
    len = u16(2, "tpkt.length", "Length")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        size = c.h.len - 4
        if size > 0 and not c.payload("nlpid", DISCRIMINATOR, min(size, c.limit - c.pos), size):
            c.child("data", min(size, c.limit - c.pos))
