"""The long tail: protocols whose messages dpkt describes, as layers.

dpkt declares a header as a list of names and `struct` codes, with bit fields beside it.  `Adapted` takes those
declarations as they are (widths, offsets, byte order, bits) and gives them Wireshark's names; a layer adds where it
is found, how long a message is, and what dpkt does not know.  dpkt's own readers never see a packet: the engine reads
what is declared, with positions, in rows and in columns, and whatever bytes come.  docs/longtail.md says for every module of dpkt whether
it is used so.

Importing dpkt imports all of its seventy modules (40 ms, more than all of our start-up).  The few modules used here
are loaded one by one under a package name of our own, which costs some tenths of a millisecond each.
"""

from __future__ import annotations

import importlib
import importlib.util
import struct
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC,
    HEX,
    INT8,
    INT16,
    INT32,
    INT64,
    IPV4,
    NONE,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Base,
    Expr,
    Field,
    FieldType,
    flag,
    raw,
    string,
    u16,
    u32,
)
from dissect.engine.layer import RESERVED, Layer, To
from dissect.engine.peek import Likely

PACKAGE = "_dissect_dpkt"  # dpkt's modules without dpkt's __init__
CODES = {
    "B": UINT8, "H": UINT16, "I": UINT32, "L": UINT32, "Q": UINT64, "b": INT8, "h": INT16, "i": INT32, "l": INT32,
    "q": INT64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """What we call a field that dpkt declares, and how it is shown."""

    name: str
    label: str
    base: Base = DEC
    names: Mapping[int, str] | None = None
    type: FieldType | None = None
    when: Expr | None = None
    bits: tuple[tuple[str, str, int], ...] = ()  # flags that dpkt does not declare: name, label, mask


Names = Mapping[str, Named | None]


@cache
def model(path: str) -> type[Any]:
    """The class of dpkt at `path`, e.g. ``aim.FLAP``."""
    if PACKAGE not in sys.modules:
        found = importlib.util.find_spec("dpkt")
        if found is None or found.submodule_search_locations is None:
            raise ImportError("dpkt is not installed")
        package = types.ModuleType(PACKAGE)
        package.__path__ = list(found.submodule_search_locations)
        sys.modules[PACKAGE] = package
    module, _, name = path.partition(".")
    made: type[Any] = getattr(importlib.import_module(f"{PACKAGE}.{module}"), name)
    return made


def header(path: str, layer: str, names: Names, placed: bool) -> dict[str, Field]:
    """The fields that the class at `path` declares, by their names there (`length_` where a layer has a `length`).

    A field without a name of ours is called after dpkt's; one whose name is None is left out.
    """
    made, out, at = model(path), {}, 0
    order = getattr(made, "__byte_order__", ">")
    bits = getattr(made, "__bit_fields__", None) or {}
    for attr, code, _ in made.__hdr__:
        size = struct.calcsize(order + code)
        place, at = at if placed else None, at + size
        named = names.get(attr, Named("" if attr in bits else f"{layer}.{attr}", attr.replace("_", " ").capitalize()))
        if named is None or not size:
            continue
        attr += "_" * (hasattr(Layer, attr) or attr in RESERVED)
        type_ = named.type or CODES.get(code, BYTES)
        field = out[attr] = Field(
            named.name, named.label, type_, named.base, named.names, at=place, size=size, when=named.when,
            little=order == "<" and code[-1] != "s" and size > 1,
        )  # fmt: skip
        for name, label, mask in named.bits:
            out[name.replace(".", "_")] = flag(None, name, label, mask, within=field, when=named.when)
        shift = 8 * size
        for bit, width in bits.get(attr, ()):
            shift -= width
            one = names.get(bit, Named(f"{layer}.{bit}", bit.capitalize()))
            if one is None or bit.startswith("_"):
                continue
            out[bit] = Field(
                one.name, one.label, one.type or type_, one.base, one.names, at=place, size=size, when=one.when,
                mask=((1 << width) - 1) << shift, little=order == "<", within=field if named.name else None,
            )  # fmt: skip
    return out


class Adapted:
    """What makes a layer's header the one of a dpkt class: ``class AIM(Adapted, Layer)``.

    - ``adapts``: the class, ``module.Class``.
    - ``named``: its fields' names here.
    - ``parts``: classes that a message may contain, each with its fields' names; `part` draws one.
    """

    name: ClassVar[str]
    adapts: ClassVar[str] = ""
    named: ClassVar[Names] = {}
    parts: ClassVar[Mapping[str, Names]] = {}
    data = raw(None, "", "Data")

    def __init_subclass__(cls) -> None:
        for attr, field in header(cls.adapts, cls.name, cls.named, True).items():
            setattr(cls, attr, field)
        drawn: dict[tuple[str, FieldType, Any], Field] = {}
        for path, names in cls.parts.items():
            fields = header(path, cls.name, names, False).values()
            shared = tuple(drawn.setdefault((field.name, field.type, field.size), field) for field in fields)
            setattr(cls, path.replace(".", "_"), shared)
        super().__init_subclass__()

    @classmethod
    def part(cls, c: Cursor, path: str) -> None:
        """Read the fields of the class at `path`, one of `parts`, at the cursor."""
        for field in getattr(cls, path.replace(".", "_")):
            if field.within is None:
                c.add(field, field.size)


CHANNELS = {
    1: "New Connection", 2: "SNAC Data", 3: "FLAP-Level Error", 4: "Close Connection", 5: "Keep Alive",
}  # fmt: skip
SNAC = 2


class AIM(Adapted, Layer):
    """AOL instant messenger: OSCAR's frames (FLAP), the SNACs in them by their headers.

    No port leads here, as in Wireshark: ``-d tcp.port==5190,aim`` does.
    """

    name, label, column = "aim", "AOL Instant Messenger", "AIM"
    adapts = "aim.FLAP"
    named = {
        "ast": Named("aim.cmd_start", "Command Start", HEX),
        "type": Named("aim.channel", "Channel ID", HEX, names=CHANNELS),
        "seq": Named("aim.seqno", "Sequence Number"),
        "len": Named("aim.datalen", "Data Field Length"),
    }
    parts = {
        "aim.SNAC": {
            "family": Named("aim.fnac.family", "FNAC Family ID", HEX),
            "subtype": Named("aim.fnac.subtype", "FNAC Subtype ID", HEX),
            "flags": Named("aim.fnac.flags", "FNAC Flags", HEX, bits=(
                ("aim.fnac.flags.next_is_related", "Followed By SNAC with related information", 0x0001),
                ("aim.fnac.flags.contains_version", "Contains Version of Family this SNAC is in", 0x8000),
            )),
            "reqid": Named("aim.fnac.id", "FNAC ID", HEX),
        },
    }  # fmt: skip
    version = raw(None, "aim.version", "Protocol Version", size=4)
    data = raw(None, "aim.data", "Data")

    length = lambda h: h.len + 6
    next = (To("aim"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        channel = c.h.type
        c.info(CHANNELS.get(channel, f"Unknown Channel (0x{channel:02x})"))
        if channel == SNAC and c.remaining:
            family, subtype = c.peek(2), c.peek(2, 2)
            c.append_info(f", Family 0x{family:04x}, Subtype 0x{subtype:04x}")
            cls.part(c, "aim.SNAC")
        elif channel == 1 and c.remaining:
            c.add(cls.version)
        c.rest(cls.data)


OICQ_COMMANDS = {
    1: "Log out", 2: "Heart Message", 4: "Update User information", 5: "Search user",
    6: "Get User informationBroadcast", 9: "Add friend no auth", 10: "Delete user", 11: "Add friend by auth",
    13: "Set status", 18: "Confirmation of receiving message from server", 22: "Send message", 23: "Receive message",
    24: "Retrieve information", 26: "Reserved", 28: "Delete Me", 29: "Request KEY", 33: "Cell Phone", 34: "Log in",
    38: "Get friend list", 39: "Get friend online", 41: "Cell PHONE", 48: "Operation on group", 49: "Log in test",
    60: "Group name operation", 61: "Upload group friend", 62: "MEMO Operation", 88: "Download group friend",
    92: "Get level", 98: "Request login", 101: "Request extra information", 103: "Signature operation",
    128: "Receive system message", 129: "Get status of friend", 181: "Get friend's status of group",
    1015: "Withdraw message",
}  # fmt: skip


class OICQ(Adapted, Layer):
    """QQ, the messenger, by its header; what follows is encrypted."""

    name, label, column = "oicq", "OICQ - IM software, popular in China", "OICQ"
    heuristics = ("udp",)
    likely = Likely({0: b"\2"})
    probe = lambda p: ((p.h.srcport == 8000) | (p.h.dstport == 8000)) & (p.u8(0) == 2) & (p.length >= 11)
    adapts = "qq.QQBasicPacket"
    named = {
        "header_type": Named("oicq.flag", "Flag", HEX, names={2: "Oicq packet"}),
        "source": Named("oicq.version", "Version", HEX),
        "command": Named("oicq.command", "Command", names=OICQ_COMMANDS),
        "sequence": Named("oicq.seq", "Sequence"),
        "qqNum": Named("oicq.qqid", "Data(OICQ Number,if sender is client)"),
    }
    data = string(None, "oicq.data", "Data")

    @staticmethod
    def info() -> str:
        return "OICQ Protocol "

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining:
            c.add(cls.data, c.remaining)


YAHOO_SERVICES = {
    1: "Pager Logon", 2: "Pager Logoff", 3: "Is Away", 4: "Is Back", 5: "Idle", 6: "Message", 7: "Activate Identity",
    8: "Deactivate Identity", 9: "Mail Status", 10: "User Status", 11: "New Mail", 12: "Chat Invitation",
    13: "Calendar Reminder", 14: "New Personals Mail", 15: "New Friend", 16: "Add Identity", 17: "Add Ignore",
    18: "Ping", 19: "Got Group Rename", 20: "System Message", 21: "Skinname", 22: "Passthrough 2",
    24: "Conference Invitation", 25: "Conference Logon", 26: "Conference Decline", 27: "Conference Logoff",
    28: "Conference Additional Invitation", 29: "Conference Message", 30: "Chat Logon", 31: "Chat Logoff",
    32: "Chat Message", 40: "Game Logon", 41: "Game Logoff", 42: "Game Message", 70: "File Transfer",
    74: "Voice Chat", 75: "Notify", 76: "Verify", 77: "P2P File Transfer", 79: "Peer To Peer", 80: "WebCam",
    84: "Authentication Response", 85: "List", 87: "Authentication", 109: "Authorize Buddy", 131: "Add Buddy",
    132: "Remove Buddy", 133: "Ignore Contact", 134: "Reject Contact", 137: "Group Rename", 138: "Keep Alive",
    150: "Chat Online", 151: "Chat Goto", 152: "Chat Join", 153: "Chat Leave", 155: "Chat Exit", 157: "Chat Invite",
    160: "Chat Logout", 161: "Chat Ping", 168: "Comment", 183: "Game Invite", 185: "Stealth Permanent",
    186: "Stealth Session", 188: "Avatar", 189: "Picture Checksum", 190: "Picture", 193: "Picture Update",
    194: "Picture Upload", 196: "Yahoo Address Book Update", 197: "Y6 Visibility Toggle", 198: "Y6 Status Update",
    199: "Picture Sharing Status", 200: "Verify ID Exists", 208: "Audible", 211: "Y7 Contact Details",
    212: "Y7 Chat Session", 214: "Y7 Buddy Authorization", 220: "Y7 File Transfer",
    221: "Y7 File Transfer Information", 222: "Y7 File Transfer Accept", 231: "Y7 Change Group", 240: "Status V15",
    241: "List V15", 550: "WebLogin", 746: "SMS Message",
}  # fmt: skip


class YMSG(Adapted, Layer):
    """Yahoo messenger, version 5 and later."""

    name, label, column = "ymsg", "Yahoo YMSG Messenger Protocol", "YMSG"
    heuristics = ("tcp",)
    likely = Likely.opening(b"YMSG")
    probe = lambda p: (p.u32(0) == 0x594D5347) & (p.length >= 20)
    adapts = "yahoo.YMSG"
    named = {  # dpkt counts the two numbers behind the magic into one string
        "version": None,
        "length": Named("ymsg.len", "Packet Length"),
        "type": Named("ymsg.service", "Service", names=YAHOO_SERVICES),
        "unknown1": Named("ymsg.status", "Status"),
        "unknown2": None,
    }
    session = u32(16, "ymsg.session_id", "Session ID", HEX, little=True)
    magic = raw(0, "ymsg.magic", "Magic", size=4)
    number = u16(4, "ymsg.version", "Version")
    vendor = u16(6, "ymsg.vendor", "Vendor ID")
    content = raw(None, "ymsg.content", "Content")
    line = Field("", "Content-line", NONE)
    key = string(None, "ymsg.content-line.key", "Key")
    value_ = string(None, "ymsg.content-line.value", "Value")

    length = lambda h: h.length_ + 20
    next = (To("ymsg"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        service = c.h.type
        c.info(f"{YAHOO_SERVICES.get(service, f'Unknown Service: {service}')} (status={c.h.unknown1})   ")
        if not c.remaining:
            return
        with c.group(cls.content, c.remaining):
            while c.remaining:
                size = _pair(c.peek_bytes(c.remaining))
                if not size:
                    break
                with c.group(cls.line, size) as one:
                    text = one.peek_bytes(size)
                    at = text.find(b"\xc0\x80")
                    one.add(cls.key, at)
                    one.pos += 2
                    one.add(cls.value_, size - at - 4)
                    one.pos += 2


def _pair(data: bytes) -> int:
    """The length of a key and its value, each ended by C0 80, at the start of `data`; 0 where there is no pair."""
    key = data.find(b"\xc0\x80")
    value = data.find(b"\xc0\x80", key + 2) if key >= 0 else -1
    return value + 2 if value >= 0 else 0


class YHOO(Adapted, Layer):
    """Yahoo messenger before version 5."""

    name, label, column = "yhoo", "Yahoo Messenger Protocol", "YHOO"
    heuristics = ("tcp",)
    likely = Likely.opening(b"YHOO", b"YPNS")
    probe = lambda p: ((p.u32(0) == 0x59484F4F) | (p.u32(0) == 0x59504E53)) & (p.length >= 105)
    adapts = "yahoo.YHOO"
    named = {
        "version": Named("yhoo.version", "Version", type=STRING),
        "length": Named("yhoo.len", "Packet Length"),
        "service": Named("yhoo.service", "Service Type", names=YAHOO_SERVICES),
        "connid": Named("yhoo.connection_id", "Connection ID", HEX),
        "magic": Named("yhoo.magic_id", "Magic ID", HEX),
        "unknown": Named("yhoo.unknown1", "Unknown 1"),
        "type": Named("yhoo.msgtype", "Message Type"),
        "nick1": Named("yhoo.nick1", "Real Nick (nick1)", type=STRING),
        "nick2": Named("yhoo.nick2", "Active Nick (nick2)", type=STRING),
    }
    content = string(None, "yhoo.content", "Content")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        service = YAHOO_SERVICES.get(c.h.service, f"Unknown Service: {c.h.service}")
        c.info(f"{'Request' if c.peek_bytes(4, -104) == b'YPNS' else 'Response'}: {service}")
        if c.remaining:
            c.add(cls.content, c.remaining)


LINE, CALL = Named("skinny.lineInstance", "lineInstance"), Named("skinny.callReference", "callReference")
CONFERENCE = Named("skinny.conferenceId", "conferenceId")
PARTY = Named("skinny.passThroughPartyId", "passThroughPartyId")
STREAM = {
    "conference_id": CONFERENCE, "passthruparty_id": PARTY,
    "ms_packet": Named("skinny.millisecondPacketSize", "millisecondPacketSize"),
    "payload_capability": Named("skinny.compressionType", "compressionType", HEX),
    "echo_cancel_type": Named("skinny.ecValue", "ecValue", HEX),
    "silence_suppression": Named("skinny.ssValue", "ssValue", HEX),
    "precedence": Named("skinny.precedenceValue", "precedenceValue"),
    "max_frames_per_pkt": Named("skinny.maxFramesPerPacket", "maxFramesPerPacket"),
    "g723_bitrate": Named("skinny.g723BitRate", "g723BitRate", HEX),
    "call_reference": CALL,
    "ipv4_or_ipv6": Named("skinny.ipv4or6", "IPv4or6"),
    "remote_port": Named("skinny.remotePortNumber", "remotePortNumber"),
}  # fmt: skip
SKINNY_PARTS: dict[str, Names] = {
    "sccp.KeypadButton": {"button": Named("skinny.kpButton", "kpButton", HEX)},
    "sccp.OpenReceiveChannelAck": {
        "channel_status": Named("skinny.mediaReceptionStatus", "mediaReceptionStatus", HEX),
        "ip": Named("skinny.ipAddress", "ipAddress", type=IPV4),
        "port": Named("skinny.portNumber", "portNumber"), "passthruparty_id": PARTY,
    },
    "sccp.StartTone": {"tone": Named("skinny.tone", "tone", HEX)},
    "sccp.SetLamp": {
        "stimulus": Named("skinny.stimulus", "stimulus", HEX),
        "stimulus_instance": Named("skinny.stimulusInstance", "stimulusInstance"),
        "lamp_mode": Named("skinny.lampMode", "lampMode", HEX),
    },
    "sccp.StartMediaTransmission": STREAM,
    "sccp.StopMediaTransmission": STREAM,
    "sccp.CallInfo": {
        "calling_party_name": Named("skinny.callingPartyName", "callingPartyName", type=STRING),
        "calling_party": Named("skinny.callingParty", "callingParty", type=STRING),
        "called_party_name": Named("skinny.calledPartyName", "calledPartyName", type=STRING),
        "called_party": Named("skinny.calledParty", "calledParty", type=STRING),
        "line_instance": LINE, "call_id": CALL, "call_type": Named("skinny.callType", "callType", HEX),
        "orig_called_party_name": Named("skinny.originalCalledPartyName", "originalCalledPartyName", type=STRING),
        "orig_called_party": Named("skinny.originalCalledParty", "originalCalledParty", type=STRING),
    },
    "sccp.DisplayText": {"display_msg": Named("skinny.text", "text", type=STRING)},
    "sccp.OpenReceiveChannel": STREAM,
    "sccp.CloseReceiveChannel": STREAM,
    "sccp.CallState": {
        "call_state": Named("skinny.callState", "callState", HEX), "line_instance": LINE, "call_id": CALL,
    },
    "sccp.DisplayPromptStatus": {
        "msg_timeout": Named("skinny.timeOutValue", "timeOutValue"),
        "display_msg": Named("skinny.promptStatus", "promptStatus", type=STRING), "line_instance": LINE, "call_id": CALL,
    },
    "sccp.ClearPromptStatus": {"line_instance": LINE, "call_id": CALL},
    "sccp.ActivateCallPlane": {"line_instance": LINE},
}  # fmt: skip
SKINNY_MESSAGES = {
    0: "KeepAliveReq", 1: "RegisterReq", 2: "IpPort", 3: "KeypadButton", 4: "EnblocCall", 5: "Stimulus", 6: "OffHook",
    7: "OnHook", 8: "HookFlash", 9: "ForwardStatReq", 10: "SpeedDialStatReq", 11: "LineStatReq", 12: "ConfigStatReq",
    13: "TimeDateReq", 14: "ButtonTemplateReq", 15: "VersionReq", 16: "CapabilitiesRes", 18: "ServerReq", 32: "Alarm",
    33: "MulticastMediaReceptionAck", 34: "OpenReceiveChannelAck", 35: "ConnectionStatisticsRes",
    36: "OffHookWithCallingPartyNumber", 37: "SoftKeySetReq", 38: "SoftKeyEvent", 39: "UnregisterReq",
    40: "SoftKeyTemplateReq", 41: "RegisterTokenReq", 42: "MediaTransmissionFailure", 43: "HeadsetStatus",
    44: "MediaResourceNotification", 45: "RegisterAvailableLines", 46: "DeviceToUserData",
    47: "DeviceToUserDataResponse", 48: "UpdateCapabilities", 49: "OpenMultiMediaReceiveChannelAck",
    50: "ClearConference", 51: "ServiceURLStatReq", 52: "FeatureStatReq", 53: "CreateConferenceRes",
    54: "DeleteConferenceRes", 55: "ModifyConferenceRes", 56: "AddParticipantRes", 57: "AuditConferenceRes",
    64: "AuditParticipantRes", 65: "DeviceToUserDataVersion1", 66: "DeviceToUserDataResponseVersion1",
    67: "CapabilitiesV2Res", 68: "CapabilitiesV3Res", 69: "PortRes", 70: "QoSResvNotify", 71: "QoSErrorNotify",
    72: "SubscriptionStatReq", 73: "MediaPathEvent", 74: "MediaPathCapability", 76: "MwiNotification",
    129: "RegisterAck", 130: "StartTone", 131: "StopTone", 133: "SetRinger", 134: "SetLamp",
    135: "SetHookFlashDetect", 136: "SetSpeakerMode", 137: "SetMicroMode", 138: "StartMediaTransmission",
    139: "StopMediaTransmission", 143: "CallInfo", 144: "ForwardStatRes", 145: "SpeedDialStatRes", 146: "LineStatRes",
    147: "ConfigStatRes", 148: "TimeDateRes", 149: "StartSessionTransmission", 150: "StopSessionTransmission",
    151: "ButtonTemplateRes", 152: "VersionRes", 153: "DisplayText", 154: "ClearDisplay", 155: "CapabilitiesReq",
    157: "RegisterReject", 158: "ServerRes", 159: "Reset", 256: "KeepAliveAck", 257: "StartMulticastMediaReception",
    258: "StartMulticastMediaTransmission", 259: "StopMulticastMediaReception", 260: "StopMulticastMediaTransmission",
    261: "OpenReceiveChannel", 262: "CloseReceiveChannel", 263: "ConnectionStatisticsReq", 264: "SoftKeyTemplateRes",
    265: "SoftKeySetRes", 272: "SelectSoftKeys", 273: "CallState", 274: "DisplayPromptStatus",
    275: "ClearPromptStatus", 276: "DisplayNotify", 277: "ClearNotify", 278: "ActivateCallPlane",
    279: "DeactivateCallPlane", 280: "UnregisterAck", 281: "BackSpaceRes", 282: "RegisterTokenAck",
    283: "RegisterTokenReject", 284: "StartMediaFailureDetection", 285: "DialedNumber", 286: "UserToDeviceData",
    287: "FeatureStatRes", 288: "DisplayPriNotify", 289: "ClearPriNotify", 290: "StartAnnouncement",
    291: "StopAnnouncement", 292: "AnnouncementFinish", 295: "NotifyDtmfTone", 296: "SendDtmfTone",
    297: "SubscribeDtmfPayloadReq", 298: "SubscribeDtmfPayloadRes", 299: "SubscribeDtmfPayloadErr",
    300: "UnSubscribeDtmfPayloadReq", 301: "UnSubscribeDtmfPayloadRes", 302: "UnSubscribeDtmfPayloadErr",
    303: "ServiceURLStatRes", 304: "CallSelectStatRes", 305: "OpenMultiMediaReceiveChannel",
    306: "StartMultiMediaTransmission", 307: "StopMultiMediaTransmission", 308: "MiscellaneousCommand",
    309: "FlowControlCommand", 310: "CloseMultiMediaReceiveChannel", 311: "CreateConferenceReq",
    312: "DeleteConferenceReq", 313: "ModifyConferenceReq", 314: "AddParticipantReq", 315: "DropParticipantReq",
    316: "AuditConferenceReq", 317: "AuditParticipantReq", 318: "ChangeParticipantReq",
    319: "UserToDeviceDataVersion1", 320: "VideoDisplayCommand", 321: "FlowControlNotify", 322: "ConfigStatV2Res",
    323: "DisplayNotifyV2", 324: "DisplayPriNotifyV2", 325: "DisplayPromptStatusV2", 326: "FeatureStatV2Res",
    327: "LineStatV2Res", 328: "ServiceURLStatV2Res", 329: "SpeedDialStatV2Res", 330: "CallInfoV2", 331: "PortReq",
    332: "PortClose", 333: "QoSListen", 334: "QoSPath", 335: "QoSTeardown", 336: "UpdateDSCP", 337: "QoSModify",
    338: "SubscriptionStatRes", 339: "Notification", 340: "StartMediaTransmissionAck",
    341: "StartMultiMediaTransmissionAck", 342: "CallHistoryInfo", 343: "LocationInfo", 344: "MwiRes",
    345: "AddOnDeviceCapabilities", 346: "EnhancedAlarm", 350: "CallCountReq", 351: "CallCountResp",
    352: "RecordingStatus", 32768: "SPCPRegisterTokenReq", 33024: "SPCPRegisterTokenAck",
    33025: "SPCPRegisterTokenReject",
}  # fmt: skip


class Skinny(Adapted, Layer):
    """Cisco's skinny client control: the messages between telephones and their call manager."""

    name, label, column = "skinny", "Skinny Client Control Protocol", "SKINNY"
    heuristics = ("tcp",)
    likely = Likely(ports=(2000,))
    probe = lambda p: (
        ((p.h.srcport == 2000) | (p.h.dstport == 2000)) & (p.length >= 12) & (p.uint(0, 4, True) >= 4)
        & (p.uint(0, 4, True) < 65536) & (p.uint(4, 4, True) <= 0x16)
    )  # fmt: skip
    adapts = "sccp.SCCP"
    named = {
        "len": Named("skinny.data_length", "Data length"),
        "rsvd": Named("skinny.hdr_version", "Header version", HEX),
        "msgid": Named("skinny.messageId", "Message ID", names=SKINNY_MESSAGES),
    }
    parts = SKINNY_PARTS

    length = lambda h: h.len + 8
    next = (To("skinny"),)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(SKINNY_MESSAGES.get(c.h.msgid, f"Unknown (0x{c.h.msgid:04x})"))
        part = model(cls.adapts)._msgsw.get(c.h.msgid)
        path = "" if part is None else f"sccp.{part.__name__}"
        if path in cls.parts:
            cls.part(c, path)
        c.rest(cls.data)
