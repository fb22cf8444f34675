"""RDP: how a connection begins (MS-RDPBCGR 2.2.1.1), and the conference protocol it lies on (T.125).

    "Cookie: mstshash=name" \\r\\n,  then type (1), flags (1), length (2, little-endian), protocols (4, little-endian)
    T.125:  7F 65 connect-initial, 7F 66 connect-response (BER); else PER, whose first six bits choose
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT16, UINT32, Field, flag, raw, string, u8, u32
from dissect.engine.layer import Layer

REQUEST, RESPONSE, FAILURE, CORRELATION = 1, 2, 3, 6
TYPES = {
    REQUEST: "RDP Negotiation Request", RESPONSE: "RDP Negotiation Response", FAILURE: "RDP Negotiation Failure",
    CORRELATION: "RDP Correlation Info",
}  # fmt: skip
SELECTED = {0: "Standard RDP Security", 1: "TLS 1.0", 2: "CredSSP", 4: "RDSTLS", 8: "CredSSP with Early User Authorization"}
FAILURES = {
    1: "TLS required by server", 2: "TLS not allowed by server", 3: "TLS certificate not on server",
    4: "Inconsistent flags", 5: "Server requires Enhanced RDP Security with CredSSP",
    6: "Server requires Enhanced RDP Security with TLS and certificate-based client authentication",
}  # fmt: skip
SAID = {REQUEST: "Negotiate Request", RESPONSE: "Negotiate Response", FAILURE: "Negotiate Failure"}
CHOICES = (
    "plumbDomainIndication", "erectDomainRequest", "mergeChannelsRequest", "mergeChannelsConfirm",
    "purgeChannelsIndication", "mergeTokensRequest", "mergeTokensConfirm", "purgeTokensIndication",
    "disconnectProviderUltimatum", "rejectMCSPDUUltimatum", "attachUserRequest", "attachUserConfirm",
    "detachUserRequest", "detachUserIndication", "channelJoinRequest", "channelJoinConfirm", "channelLeaveRequest",
    "channelConveneRequest", "channelConveneConfirm", "channelDisbandRequest", "channelDisbandIndication",
    "channelAdmitRequest", "channelAdmitIndication", "channelExpelRequest", "channelExpelIndication",
    "sendDataRequest", "sendDataIndication", "uniformSendDataRequest", "uniformSendDataIndication",
)  # fmt: skip
CONNECTS = {0x65: "connect-initial", 0x66: "connect-response", 0x67: "connect-additional", 0x68: "connect-result"}
ATTACH_CONFIRM, JOIN_REQUEST, JOIN_CONFIRM, SEND_REQUEST, SEND_INDICATION = 11, 14, 15, 25, 26


def begins(octets: bytes) -> bool:
    """Whether a connect request's or confirm's user data are RDP's."""
    return octets.startswith((b"Cookie:", b"tsv://")) or (octets[:1] in b"\1\2\3" and octets[2:4] == b"\x08\0")


def is_conference(octets: bytes) -> bool:
    """Whether data are of T.125 as RDP uses it."""
    if octets[:1] == b"\x7f":
        return octets[1:2] in (b"\x65", b"\x66", b"\x67", b"\x68")
    choice = octets[0] >> 2 if octets else 99
    return choice < len(CHOICES) and len(octets) <= 16 + (choice in (SEND_REQUEST, SEND_INDICATION)) * 0xFFFF


class RDP(Layer):
    """The beginning of a connection."""

    name, label, column = "rdp", "Remote Desktop Protocol", "RDP"

    cookie = string(None, "rdp.rt_cookie", "Routing Token/Cookie")
    type = u8(None, "rdp.neg_type", "Type", HEX, names=TYPES)
    request_flags = u8(None, "rdp.negReq.flags", "Flags", HEX)
    restricted = flag(0, "rdp.negReq.flags.restricted_admin_mode_req", "Restricted admin mode required", 0x01, within=request_flags)
    correlated = flag(0, "rdp.negReq.flags.correlation_info_present", "Correlation info present", 0x08, within=request_flags)
    response_flags = u8(None, "rdp.negRsp.flags", "Flags", HEX)
    extended = flag(0, "rdp.negRsp.flags.extended_client_data_supported", "Extended Client Data Blocks supported", 0x01, within=response_flags)
    graphics = flag(0, "rdp.negRsp.flags.dynvc_gfx_protocol_supported", "Graphics Pipeline Extension Protocol supported", 0x02, within=response_flags)
    admin = flag(0, "rdp.negRsp.flags.restricted_admin_mode_supported", "Restricted admin mode supported", 0x08, within=response_flags)
    authentication = flag(0, "rdp.negRsp.flags.restricted_authentication_mode_supported", "Restricted authentication mode supported", 0x10, within=response_flags)
    neg_length = Field("rdp.neg_length", "Length", UINT16, size=2, little=True)
    requested = u32(None, "rdp.negReq.requestedProtocols", "requestedProtocols", HEX, little=True)
    ssl = flag(0, "rdp.negReq.requestedProtocols.ssl", "TLS security supported", 0x01, size=4, little=True, within=requested)
    hybrid = flag(0, "rdp.negReq.requestedProtocols.hybrid", "CredSSP supported", 0x02, size=4, little=True, within=requested)
    rdstls = flag(0, "rdp.negReq.requestedProtocols.rdstls", "RDSTLS supported", 0x04, size=4, little=True, within=requested)
    hybrid_ex = flag(0, "rdp.negReq.requestedProtocols.hybrid_ex", "CredSSP with Early User Authorization supported", 0x08, size=4, little=True, within=requested)
    selected = u32(None, "rdp.negReq.selectedProtocol", "selectedProtocol", HEX, little=True, names=SELECTED)
    failure = u32(None, "rdp.negFailure.failureCode", "failureCode", HEX, little=True, names=FAILURES)
    ending = raw(None, "", "End of line")
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        end = c.data.find(b"\r\n", c.pos, c.end)
        if c.peek(1) > CORRELATION and end >= 0:
            said.append(str(c.add(cls.cookie, end - c.pos)))
            c.add(cls.ending, 2)
        while c.remaining >= 8 and c.peek(1) in TYPES:
            kind = c.add(cls.type)
            if kind in SAID:
                said.append(SAID[kind])
            size = c.peek(2, 1, little=True)
            c.add({REQUEST: cls.request_flags, RESPONSE: cls.response_flags}.get(kind, cls.other), 1)
            c.add(cls.neg_length)
            field = {REQUEST: cls.requested, RESPONSE: cls.selected, FAILURE: cls.failure}.get(kind)
            if field is not None:
                c.add(field)
            else:
                c.add(cls.other, min(max(size - 4, 0), c.remaining))
        c.rest(cls.other)
        c.info(", ".join(said))


class T125(Layer):
    """A message of the conference protocol."""

    name, label, column = "t125", "MULTIPOINT-COMMUNICATION-SERVICE T.125", "T.125"

    connect = u32(None, "t125.ConnectMCSPDU", "ConnectMCSPDU", names=CONNECTS)
    choice = u32(None, "t124.DomainMCSPDU", "DomainMCSPDU", names=dict(enumerate(CHOICES)))
    initiator = Field("t124.initiator", "initiator", UINT32, size=2)
    channel = Field("t124.channelId", "channelId", UINT32, size=2)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        first = c.peek(1)
        if first == 0x7F:
            c.info("")
            with c.group(cls.connect, c.remaining, value=c.peek(1, 1)) as c:
                c.rest(cls.other)
            return
        number = first >> 2
        said = CHOICES[number] + " " if number < len(CHOICES) else ""
        c.info(said)
        with c.group(cls.choice, c.remaining, value=number) as c:
            c.add(cls.other, 1)
            if number in (ATTACH_CONFIRM, JOIN_CONFIRM) and c.remaining:
                c.add(cls.other, 1)
            if number == ATTACH_CONFIRM and c.remaining >= 2:
                c.add(cls.initiator, 2, value=c.peek(2))
            if number in (JOIN_REQUEST, JOIN_CONFIRM, SEND_REQUEST, SEND_INDICATION):
                c.add(cls.initiator, 2, value=c.peek(2))
                channel: Any = c.add(cls.channel)
                c.info(f"{said}{channel}" if number in (JOIN_REQUEST, JOIN_CONFIRM) else f"{channel}")
            if number in (SEND_REQUEST, SEND_INDICATION):
                c.add(cls.other, 1)
                wide = c.peek(1) & 0x80
                c.add(cls.other, 2 if wide else 1)
                c.rest(cls.other)
            c.rest(cls.other)
