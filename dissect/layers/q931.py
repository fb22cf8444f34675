"""Q.931, ISDN call control (also of H.323, in TPKT).

    +---------------------+
    |    discriminator    |   8
    +------+--------------+
    |  0   | length of ref|
    +------+--------------+
    |F| call reference    |   F: sent by the side that was called
    +---------------------+
    |0|   message type    |
    +---------------------+
    information elements: 1, identifier (3 bits), value (4 bits)  |  1, identifier (7 bits)
                          or 0, identifier (7 bits), length, contents (of a user-user element in TPKT: length of 2 bytes)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, BYTES, HEX, NONE, STRING, Field, flag, raw, string, u8, u32
from dissect.engine.layer import Layer

MESSAGES = {
    0: "ESCAPE", 1: "ALERTING", 2: "CALL PROCEEDING", 3: "PROGRESS", 5: "SETUP", 6: "GROUP SERVICE", 7: "CONNECT",
    8: "RESYNC REQ", 9: "RESYNC RESP", 10: "VERSION", 11: "GROUP SERVICE ACK", 13: "SETUP ACKNOWLEDGE",
    15: "CONNECT ACKNOWLEDGE", 32: "USER INFORMATION", 33: "SUSPEND REJECT", 34: "RESUME REJECT", 36: "HOLD",
    37: "SUSPEND", 38: "RESUME", 40: "HOLD_ACKNOWLEDGE", 45: "SUSPEND ACKNOWLEDGE", 46: "RESUME ACKNOWLEDGE",
    48: "HOLD_REJECT", 49: "RETRIEVE", 51: "RETRIEVE ACKNOWLEDGE", 55: "RETRIEVE REJECT", 64: "DETACH",
    69: "DISCONNECT", 70: "RESTART", 72: "DETACH ACKNOWLEDGE", 77: "RELEASE", 78: "RESTART ACKNOWLEDGE",
    90: "RELEASE COMPLETE", 96: "SEGMENT", 98: "FACILITY", 100: "REGISTER", 106: "FACILITY ACKNOWLEDGE",
    110: "NOTIFY", 114: "FACILITY REJECT", 117: "STATUS ENQUIRY", 121: "CONGESTION CONTROL", 123: "INFORMATION",
    125: "STATUS",
}  # fmt: skip
CODINGS = {
    0: "ITU-T standardized coding", 1: "ISO/IEC standard", 2: "National standard",
    3: "Standard defined for this particular network",
}  # fmt: skip
CAPABILITIES = {
    0: "Speech", 8: "Unrestricted digital information", 9: "Restricted digital information", 16: "3.1 kHz audio",
    17: "Unrestricted digital information with tones/announcements", 24: "Video",
}  # fmt: skip
MODES = {
    0: "Circuit mode", 2: "Packet mode",
}  # fmt: skip
RATES = {
    0: "Packet mode", 16: "64 kbit/s", 17: "2 x 64 kbit/s", 19: "384 kbit/s", 21: "1536 kbit/s", 23: "1920 kbit/s",
    24: "Multirate (64 kbit/s base rate)",
}  # fmt: skip
LAYER_1 = {
    1: "V.110/I.460/X.30 rate adaption", 2: "Recommendation G.711 u-law", 3: "Recommendation G.711 A-law",
    4: "Recommendation G.721 32 kbit/s ADPCM and Recommendation I.460", 5: "Recommendation H.221 and H.242",
    6: "Recommendation H.223 and H.245", 7: "Non-ITU-T-standardized rate adaption", 8: "V.120 rate adaption",
    9: "X.31 HDLC flag stuffing", 10: "Recommendation G.728 LD-CELP", 11: "Recommendation G.729 CS-ACELP",
}  # fmt: skip
LAYER_2 = {
    1: "Basic mode ISO 1745", 2: "Q.921/I.441", 6: "X.25, link layer", 7: "X.25 multilink", 8: "T.71 Extended LAPB",
    9: "HDLC ARM", 10: "HDLC NRM", 11: "HDLC ABM", 12: "ISO 8802/2 LLC", 13: "X.75 Single Link Procedure",
    14: "Q.922", 15: "Core aspects of Q.922", 16: "User-specified", 17: "ISO 7776 DTE-DTE operation",
}  # fmt: skip
LAYER_3 = {
    2: "Q.931/I.451", 6: "X.25, packet layer", 7: "ISO/IEC 8208", 8: "X.223/ISO 8878", 9: "ISO/IEC 8473", 10: "T.70",
    11: "ISO/IEC TR 9577", 16: "User-specified",
}  # fmt: skip
CAUSES = {
    0: "Valid cause code not yet received", 1: "Unallocated (unassigned) number",
    2: "No route to specified transit network", 3: "No route to destination", 4: "Send special information tone",
    5: "Misdialled trunk prefix", 6: "Channel unacceptable",
    7: "Call awarded and being delivered in an established channel", 8: "Prefix 0 dialed but not allowed",
    9: "Prefix 1 dialed but not allowed", 10: "Prefix 1 dialed but not required",
    11: "More digits received than allowed, call is proceeding", 14: "QoR: ported number", 16: "Normal call clearing",
    17: "User busy", 18: "No user responding", 19: "No answer from user (user alerted)", 20: "Subscriber absent",
    21: "Call rejected", 22: "Number changed", 23: "Reverse charging rejected", 24: "Call suspended",
    25: "Call resumed", 26: "Non-selected user clearing", 27: "Destination out of order",
    28: "Invalid number format (incomplete number)", 29: "Facility rejected", 30: "Response to STATUS ENQUIRY",
    31: "Normal unspecified", 33: "Circuit out of order", 34: "No circuit/channel available",
    35: "Destination unattainable", 37: "Degraded service", 38: "Network out of order",
    39: "Transit delay range cannot be achieved", 40: "Throughput range cannot be achieved", 41: "Temporary failure",
    42: "Switching equipment congestion", 43: "Access information discarded",
    44: "Requested circuit/channel not available", 45: "Pre-empted", 46: "Precedence call blocked",
    47: "Resources unavailable, unspecified", 49: "Quality of service unavailable",
    50: "Requested facility not subscribed", 51: "Reverse charging not allowed", 52: "Outgoing calls barred",
    53: "Outgoing calls barred within CUG", 54: "Incoming calls barred", 55: "Incoming calls barred within CUG",
    56: "Call waiting not subscribed", 57: "Bearer capability not authorized",
    58: "Bearer capability not presently available",
    62: "Inconsistency in designated outgoing access information and subscriber class",
    63: "Service or option not available, unspecified", 65: "Bearer capability not implemented",
    66: "Channel type not implemented", 67: "Transit network selection not implemented",
    68: "Message not implemented", 69: "Requested facility not implemented",
    70: "Only restricted digital information bearer capability is available",
    79: "Service or option not implemented, unspecified", 81: "Invalid call reference value",
    82: "Identified channel does not exist", 83: "Call identity does not exist for suspended call",
    84: "Call identity in use", 85: "No call suspended",
    86: "Call having the requested call identity has been cleared", 87: "Called user not member of CUG",
    88: "Incompatible destination", 89: "Non-existent abbreviated address entry",
    90: "Destination address missing, and direct call not subscribed",
    91: "Invalid transit network selection (national use)", 92: "Invalid facility parameter",
    93: "Mandatory information element is missing", 95: "Invalid message, unspecified",
    96: "Mandatory information element is missing", 97: "Message type non-existent or not implemented",
    98: "Message not compatible with call state or message type non-existent or not implemented",
    99: "Information element non-existent or not implemented", 100: "Invalid information element contents",
    101: "Message not compatible with call state", 102: "Recovery on timer expiry",
    103: "Parameter non-existent or not implemented - passed on",
    110: "Message with unrecognized parameter discarded", 111: "Protocol error, unspecified",
    127: "Internetworking, unspecified",
}  # fmt: skip
LOCATIONS = {
    0: "User (U)", 1: "Private network serving the local user (LPN)", 2: "Public network serving the local user (LN)",
    3: "Transit network (TN)", 4: "Public network serving the remote user (RLN)",
    5: "Private network serving the remote user (RPN)", 6: "Unallocated code", 7: "International network (INTL)",
    8: "Unallocated code", 9: "Unallocated code", 10: "Network beyond interworking point (BI)",
}  # fmt: skip
STATES = {
    0: "Null", 1: "Call initiated", 2: "Overlap sending", 3: "Outgoing call proceeding", 4: "Call delivered",
    6: "Call present", 7: "Call received", 8: "Connect request", 9: "Incoming call proceeding", 10: "Active",
    11: "Disconnect request", 12: "Disconnect indication", 15: "Suspend request", 17: "Resume request",
    19: "Release request", 22: "Call abort", 25: "Overlap receiving", 61: "Restart request", 62: "Restart",
}  # fmt: skip
PROGRESS = {
    1: "Call is not end-to-end ISDN - progress information available in-band", 2: "Destination address is non-ISDN",
    3: "Origination address is non-ISDN", 4: "Call has returned to the ISDN",
    5: "Interworking has occurred and has resulted in a telecommunications service change",
    8: "In-band information or an appropriate pattern is now available",
}  # fmt: skip
NUMBERS = {
    0: "Unknown", 1: "International number", 2: "National number", 3: "Network specific number",
    4: "Subscriber number", 6: "Abbreviated number",
}  # fmt: skip
PLANS = {
    0: "Unknown", 1: "E.164 ISDN/telephony numbering", 3: "X.121 data numbering", 4: "F.69 Telex numbering",
    8: "National standard numbering", 9: "Private numbering",
}  # fmt: skip
PRESENTATIONS = {
    0: "Presentation allowed", 1: "Presentation restricted", 2: "Number not available due to interworking",
}  # fmt: skip
SCREENINGS = {
    0: "User-provided, not screened", 1: "User-provided, verified and passed",
    2: "User-provided, verified and failed", 3: "Network-provided",
}  # fmt: skip
REASONS = {
    0: "Unknown", 1: "Call forwarding busy or called DTE busy", 2: "Call forwarding no reply", 4: "Call deflection",
    9: "Called DTE out of order", 10: "Call forwarding by the called DTE",
    15: "Call forwarding unconditional or systematic call redirection",
}  # fmt: skip
CHARACTERISTICS = {
    1: "Telephony", 4: "F.182 Facsimile Group 2/3", 33: "F.184 Facsimile Group 4 Class I",
    36: "F.230 Teletex, basic and mixed mode, and F.184 Facsimile Group 4, Classes II and III",
    40: "F.220 Teletex, basic and processable mode", 49: "F.200 Teletex, basic mode",
    50: "F.300 and T.102 syntax-based Videotex", 51: "F.300 and T.101 international Videotex interworking",
    53: "F.60 Telex", 56: "X.400 Message Handling Systems", 65: "X.200 OSI application", 66: "FTAM application",
    94: "Reserved for maintenance", 95: "Reserved for management",
    96: "F.720/F.821 and F.731 Profile 1a videotelephony", 97: "F.702 and F.731 Profile 1b videoconferencing",
    98: "F.702 and F.731 audiographic conferencing", 104: "F.700-series Multimedia services",
}  # fmt: skip
USER_PROTOCOLS = {
    0: "User-specific protocol", 1: "OSI high layer protocols", 2: "X.244",
    3: "Reserved for system management convergence function", 4: "IA5 characters",
    5: "X.208 and X.209 coded user information", 6: "Undefined", 7: "V.120 rate adaption",
    8: "Q.931/I.451 user-network call control messages",
}  # fmt: skip
SIGNALS = {
    0: "Dial tone on", 1: "Ring tone on", 2: "Intercept tone on", 3: "Network congestion tone on", 4: "Busy tone on",
    5: "Confirm tone on", 6: "Answer tone on", 7: "Call waiting tone on", 8: "Off-hook warning tone on",
    9: "Preemption tone on", 63: "Tones off", 64: "Alerting on - pattern 0", 65: "Alerting on - pattern 1",
    66: "Alerting on - pattern 2", 67: "Alerting on - pattern 3", 68: "Alerting on - pattern 4",
    69: "Alerting on - pattern 5", 70: "Alerting on - pattern 6", 71: "Alerting on - pattern 7", 79: "Alerting off",
}  # fmt: skip
ELEMENT_TYPES = {
    3: "B-channel units", 6: "H0-channel units", 8: "H11-channel units", 9: "H12-channel units",
}  # fmt: skip
RESTARTS = {
    0: "Indicated channels", 6: "Single interface", 7: "All interfaces",
}  # fmt: skip
NOTIFICATIONS = {
    0: "User suspended", 1: "User resumed", 2: "Bearer service change",
}  # fmt: skip

ELEMENTS = {
    0x00: "Segmented message", 0x01: "Change status", 0x04: "Bearer capability", 0x08: "Cause",
    0x10: "Call identity", 0x14: "Call state", 0x18: "Channel identification", 0x1C: "Facility",
    0x1E: "Progress indicator", 0x20: "Network-specific facilities", 0x24: "Terminal capabilities",
    0x27: "Notification indicator", 0x28: "Display", 0x29: "Date/Time", 0x2C: "Keypad facility", 0x34: "Signal",
    0x40: "Information rate", 0x42: "End-to-end transit delay", 0x43: "Transit delay selection and indication",
    0x44: "Packet layer binary parameters", 0x45: "Packet layer window size", 0x46: "Packet size",
    0x47: "Closed user group", 0x4A: "Reverse charging indication", 0x4C: "Connected number",
    0x4D: "Connected subaddress", 0x6C: "Calling party number", 0x6D: "Calling party subaddress",
    0x70: "Called party number", 0x71: "Called party subaddress", 0x74: "Redirecting number",
    0x78: "Transit network selection", 0x79: "Restart indicator", 0x7C: "Low-layer compatibility",
    0x7D: "High-layer compatibility", 0x7E: "User-user", 0x7F: "Escape",
    # of one byte
    0x90: "Shift", 0xA0: "More data", 0xA1: "Sending complete", 0xB0: "Congestion level", 0xD0: "Repeat indicator",
}  # fmt: skip
(BEARER, CAUSE, STATE, CHANNEL, PROGRESS_IE, NOTIFICATION, DISPLAY, DATE, KEYPAD, SIGNAL, CONNECTED, CALLING,
 CALLING_SUB, CALLED, CALLED_SUB, REDIRECTING, RESTART, LOW, HIGH, USER) = (
    0x04, 0x08, 0x14, 0x18, 0x1E, 0x27, 0x28, 0x29, 0x2C, 0x34, 0x4C, 0x6C, 0x6D, 0x70, 0x71, 0x74, 0x79, 0x7C,
    0x7D, 0x7E)  # fmt: skip
LAST = 0x80  # the highest bit ends a group of bytes
USER_SPECIFIC, IA5, ASN1 = 0x00, 0x04, 0x05
FACILITY = 0x1C
REJECTED, TIMER = 21, 102  # causes with diagnostics of their own
WITH_CONDITION, WITH_ELEMENTS, WITH_MESSAGE = (1, 3, 49), (43, 88, 96, 99, 100), (97, 101)
MULTIRATE = 0x18


def begin(c: Cursor, flag: Field, reference: Field, message: Field, names: dict[int, str]) -> None:
    """The call reference and the message's type, of which the Info column tells: Q.933 (frame relay) begins alike."""
    size = c.h.ref_len
    if size:
        first = c.peek(1)
        c.derived(flag, bool(first & 0x80))
        c.add(reference, size, value=bytes([first & 0x7F]) + c.peek_bytes(size - 1, 1))
    kind = c.peek(1)
    c.info(names.get(kind, f"Unknown (0x{kind:02X})"))
    c.add(message)


class Q931(Layer):
    """A message about a call."""

    name, label, column = "q931", "Q.931", "Q.931"
    reaches = ("h225",)
    binds = {"osinl.incl": (8,), "nlpid": (8,), "sctp.ppi": (13,), "lapd.sapi": (0,)}

    disc = u8(0, "q931.disc", "Protocol discriminator", HEX)
    ref_len = u8(1, "q931.call_ref_len", "Call reference value length", mask=0x0F)
    ref_flag = Field("q931.call_ref_flag", "Call reference flag", BOOLEAN)
    ref = raw(None, "q931.call_ref", "Call reference value")
    message = u8(None, "q931.message_type", "Message type", HEX, names=MESSAGES)

    ie = Field("", "Information element", NONE)
    element = u8(None, "q931.information_element", "Information element", names=ELEMENTS)
    size_ = u8(None, "q931.information_element_len", "Length")
    size_2 = u8(None, "q931.information_element_len", "Length", size=2)
    element_2 = u8(None, "q932.ie.type", "Type", HEX, names=ELEMENTS)
    size_3 = u8(None, "q932.ie.len", "Length")
    sending = Field("q931.sending_complete", "Sending complete", NONE, size=1)
    more = Field("q931.more_data", "More data", NONE, size=1)
    congestion = u8(None, "q931.congestion_level", "Congestion level", HEX, mask=0x0F)
    repeat = u8(None, "q931.repeat_indicator", "Repeat indicator", HEX, mask=0x0F)
    shift_ = u8(None, "", "Shift", HEX)
    single = u8(None, "q931.information_element", "Information element", names=ELEMENTS)
    data = raw(None, "q931.data", "Data")
    rest = raw(None, "", "Contents")

    extension = flag(None, "q931.extension_ind", "Extension indicator", 0x80, size=1)
    coding = u8(None, "q931.coding_standard", "Coding standard", HEX, mask=0x60, names=CODINGS)
    capability = u8(None, "q931.information_transfer_capability", "Information transfer capability", HEX, mask=0x1F,
                    names=CAPABILITIES)
    mode = u8(None, "q931.transfer_mode", "Transfer mode", HEX, mask=0x60, names=MODES)
    rate = u8(None, "q931.information_transfer_rate", "Information transfer rate", HEX, mask=0x1F, names=RATES)
    multiplier = u8(None, "q931.bearer_capability.rate_multiplier", "Rate multiplier", mask=0x7F)
    layer_ident = u8(None, "q931.layer_ident", "Layer identification", HEX, mask=0x60)
    uil1 = u8(None, "q931.uil1", "User information layer 1 protocol", HEX, mask=0x1F, names=LAYER_1)
    uil2 = u8(None, "q931.uil2", "User information layer 2 protocol", HEX, mask=0x1F, names=LAYER_2)
    uil3 = u8(None, "q931.uil3", "User information layer 3 protocol", HEX, mask=0x1F, names=LAYER_3)
    out_band = flag(None, "q931.out_band_negotiation", "Out-band negotiation", 0x40, size=1)
    parameters = u8(None, "", "Parameters", HEX)
    bearer_data = raw(None, "q931.bearer_capability.data", "Data")
    location = u8(None, "q931.cause_location", "Cause location", mask=0x0F, names=LOCATIONS)
    recommendation = u8(None, "q931.cause.recommendation", "Recommendation", HEX, mask=0x7F)
    cause = u8(None, "q931.cause_value", "Cause value", mask=0x7F, names=CAUSES)
    cause_data = raw(None, "q931.cause.data", "Data")
    network_service = flag(None, "q931.network_service", "Network service", 0x80, size=1)
    condition_type = flag(None, "q931.extension_condition_type", "Type", 0x40, size=1)
    condition = u8(None, "q931.extension_condition", "Condition", HEX, mask=0x03)
    rejection = u8(None, "q931.cause_call.rejection_reason", "Rejection reason", HEX, mask=0x7C)
    missing = u8(None, "q931.missing_info_element", "Missing information element", HEX, names=ELEMENTS)
    insufficient = u8(None, "q931.insufficient_info_element", "Insufficient information element", HEX, names=ELEMENTS)
    rejection_condition = u8(None, "q931.cause_call.condition", "Condition", HEX, mask=0x03)
    cause_message = u8(None, "q931.cause_call.message_type", "Message type", HEX, names=MESSAGES)
    timer = string(None, "q931.cause_call.rec_timer", "Timer", size=3)
    diagnostic = raw(None, "q931.cause_call.diagnostic", "Diagnostic")
    state = u8(None, "q931.call_state", "Call state", HEX, mask=0x3F, names=STATES)
    state_data = raw(None, "q931.call_state.data", "Data")
    interface_present = flag(None, "q931.channel.interface_id_present", "Interface identifier present", 0x40, size=1)
    interface_type = flag(None, "q931.channel.interface_type", "Interface type", 0x20, size=1)
    exclusive = flag(None, "q931.channel.exclusive", "Indicated channel", 0x08, size=1)
    dchan = flag(None, "q931.channel.dchan", "D-channel indicator", 0x04, size=1)
    selection = u8(None, "q931.channel.selection", "Information channel selection", HEX, mask=0x03)
    interface_id = u32(None, "q931.channel.interface_id", "Interface ID")
    channel_map = flag(None, "q931.channel.map", "Number/map", 0x10, size=1)
    element_type = u8(None, "q931.channel.element_type", "Element type", HEX, mask=0x0F, names=ELEMENT_TYPES)
    channel = u8(None, "q931.channel.number", "Channel number", mask=0x7F)
    slots = u8(None, "q931.channel.slot_map", "Slot map", HEX)
    channel_data = raw(None, "q931.channel.data", "Data")
    progress_location = u8(None, "q931.progress_indicator.location", "Location", HEX, mask=0x0F, names=LOCATIONS)
    progress = u8(None, "q931.progress_indicator.description", "Progress description", HEX, mask=0x7F, names=PROGRESS)
    progress_data = raw(None, "q931.progress_indicator.data", "Data")
    notification = u8(None, "q932.nd", "Notification description", HEX, mask=0x7F, names=NOTIFICATIONS)
    display = string(None, "q931.display_information", "Display information")
    date = raw(None, "q931.date_time", "Date/time")
    keypad = string(None, "q931.keypad_facility", "Keypad facility")
    signal = u8(None, "q931.signal", "Signal", HEX, names=SIGNALS)
    plan = u8(None, "q931.numbering_plan", "Numbering plan", HEX, mask=0x0F, names=PLANS)
    number_type = u8(None, "q931.number_type", "Number type", HEX, mask=0x70, names=NUMBERS)
    screening = u8(None, "q931.screening_ind", "Screening indicator", HEX, mask=0x03, names=SCREENINGS)
    presentation = u8(None, "q931.presentation_ind", "Presentation indicator", HEX, mask=0x60, names=PRESENTATIONS)
    reason = u8(None, "q931.extension.reason", "Reason for redirection", HEX, mask=0x0F, names=REASONS)
    calling = string(None, "q931.calling_party_number.digits", "Calling party number digits")
    called = string(None, "q931.called_party_number.digits", "Called party number digits")
    connected = string(None, "q931.connected_number.digits", "Connected party number digits")
    redirecting = string(None, "q931.redirecting_number.digits", "Redirecting party number digits")
    sub_type = u8(None, "q931.party_subaddr.type", "Type of subaddress", HEX, mask=0x70)
    odd_even = u8(None, "q931.party_subaddr.odd_even", "Odd/even indicator", HEX, mask=0x08)
    subaddress = raw(None, "q931.party_subaddr", "Subaddress")
    restart = u8(None, "q931.restart_indicator", "Restart indicator", HEX, mask=0x07, names=RESTARTS)
    interpretation = u8(None, "q931.interpretation", "Interpretation", HEX, mask=0x1C)
    method = u8(None, "q931.presentation_method_protocol_profile", "Presentation method of protocol profile", HEX,
                mask=0x03)
    characteristics = u8(None, "q931.high_layer_characteristics", "High layer characteristics identification", HEX,
                         mask=0x7F, names=CHARACTERISTICS)
    high_data = raw(None, "q931.high_layer_compat.data", "Data")
    user_protocol = u8(None, "q931.user.protocol_discriminator", "Protocol discriminator", HEX, names=USER_PROTOCOLS)
    user_len = u32(None, "q931.user.len", "User information")
    user_text = Field("q931.user.string", "User information", STRING)
    user_bytes = Field("q931.user.bytes", "User information", BYTES)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        begin(c, cls.ref_flag, cls.ref, cls.message, MESSAGES)
        codeset = locked = 0
        while c.limit > c.pos:
            first = c.peek(1)
            if first & LAST:
                if first & 0xF0 == 0x90:
                    codeset = first & 0x07
                    locked = locked if first & 0x08 else codeset
                    c.add(cls.shift_)
                    continue
                cls._single(c, first, codeset)
            else:
                cls._element(c, first, codeset)
            codeset = locked

    @classmethod
    def _single(cls, c: Cursor, first: int, codeset: int) -> None:
        if codeset:
            c.add(cls.shift_)
            return
        field = {0xB0: cls.congestion, 0xD0: cls.repeat}.get(first & 0xF0)
        if field is None:
            field = {0xA0: cls.more, 0xA1: cls.sending}.get(first, cls.single)
        c.add(field)

    @classmethod
    def _element(cls, c: Cursor, kind: int, codeset: int) -> None:
        outer = c.h.outer_header
        wide = kind == USER and not codeset and outer is not None and outer.layer.name == "q931" and c.peek(1, 3) == ASN1
        width = 2 if wide else 1
        size = c.peek(width, 1)
        title = ELEMENTS.get(kind, f"Unknown information element (0x{kind:02X})")
        with c.group(cls.ie, 1 + width + size, title):
            supplementary = kind in (FACILITY, NOTIFICATION) and not codeset
            c.add(cls.element_2 if supplementary else cls.element)
            c.add(cls.size_2 if wide else cls.size_3 if supplementary else cls.size_)
            if size:
                if codeset:
                    c.add(cls.data, size)
                else:
                    cls._contents(c, kind, size)
            c.rest(cls.rest)

    @classmethod
    def _contents(cls, c: Cursor, kind: int, size: int) -> None:
        plain = {DISPLAY: cls.display, DATE: cls.date, KEYPAD: cls.keypad}.get(kind)
        octet = {NOTIFICATION: cls.notification, SIGNAL: cls.signal, RESTART: cls.restart}.get(kind)
        number = {CALLING: cls.calling, CALLED: cls.called, CONNECTED: cls.connected, REDIRECTING: cls.redirecting}
        if plain is not None:
            c.add(plain, size)
        elif octet is not None:
            c.add(octet)
        elif kind in number:
            cls._number(c, number[kind])
        elif kind in (CALLING_SUB, CALLED_SUB):
            cls._bits(c, cls.sub_type, cls.odd_even)
            if c.remaining:
                c.add(cls.subaddress, c.limit - c.pos)
        elif kind in (BEARER, LOW):
            cls._bearer(c)
        elif kind == CAUSE:
            cls._cause(c)
        elif kind == STATE:
            if c.peek(1) & 0x60:
                cls._bits(c, cls.coding, stay=True)
                c.add(cls.state_data, c.limit - c.pos)
            else:
                cls._bits(c, cls.coding, cls.state)
        elif kind == CHANNEL:
            cls._channel(c)
        elif kind == PROGRESS_IE:
            if c.peek(1) & 0x60:
                cls._bits(c, cls.coding, stay=True)
                c.add(cls.progress_data, c.limit - c.pos)
            else:
                cls._bits(c, cls.coding, cls.progress_location)
                if c.remaining:
                    c.add(cls.progress)
        elif kind == HIGH:
            cls._high(c)
        elif kind == USER:
            cls._user(c)

    @classmethod
    def _bits(cls, c: Cursor, *fields: Field, stay: bool = False) -> int:
        """Several fields of one octet; the octet."""
        octet = c.peek(1)
        for field in fields:
            c.add(field)
            c.pos -= 1
        c.pos += 0 if stay else 1
        return octet

    @classmethod
    def _number(cls, c: Cursor, digits: Field) -> None:
        octet = cls._bits(c, cls.plan, cls.number_type, cls.extension)
        if not octet & LAST and c.remaining:
            octet = cls._bits(c, cls.screening, cls.presentation, cls.extension)
            if not octet & LAST and c.remaining:
                c.add(cls.reason)
        if c.limit > c.pos:
            c.label(f"{digits.label.removesuffix(' digits')}: '{c.add(digits, c.limit - c.pos)}'")

    @classmethod
    def _bearer(cls, c: Cursor) -> None:
        """The capability; of the layers' protocols the first octets."""
        if c.peek(1) & 0x60:
            cls._bits(c, cls.extension, cls.coding, stay=True)
            c.add(cls.bearer_data, c.limit - c.pos)
            return
        octet = cls._bits(c, cls.extension, cls.coding, cls.capability)
        if not octet & LAST and c.remaining:
            c.add(cls.out_band)
        if c.remaining and cls._bits(c, cls.extension, cls.mode, cls.rate) & 0x1F == MULTIRATE and c.remaining:
            c.add(cls.multiplier)
        for ident, field, most in ((0x20, cls.uil1, 4), (0x40, cls.uil2, 2), (0x60, cls.uil3, 3)):
            if c.remaining and c.peek(1) & 0x60 == ident:
                octet = cls._bits(c, cls.extension, cls.layer_ident, field)
                while most and not octet & LAST and c.remaining:
                    octet = c.add(cls.parameters)
                    most -= 1

    @classmethod
    def _cause(cls, c: Cursor) -> None:
        if c.peek(1) & 0x60:
            cls._bits(c, cls.coding, stay=True)
            c.add(cls.cause_data, c.limit - c.pos)
            return
        octet = cls._bits(c, cls.location, cls.coding, cls.extension)
        if not octet & LAST and c.remaining:
            cls._bits(c, cls.recommendation, cls.extension)
        if not c.remaining:
            return
        cause = cls._bits(c, cls.cause, cls.extension) & 0x7F
        if not c.remaining:
            return
        if cause in WITH_CONDITION:
            cls._bits(c, cls.network_service, cls.condition_type, cls.condition)
        elif cause == REJECTED:
            reason = cls._bits(c, cls.rejection, cls.rejection_condition) & 0x7C
            field = {4: cls.missing, 8: cls.insufficient}.get(reason)
            if c.remaining:
                if field is not None:
                    c.add(field)
                else:
                    c.add(cls.diagnostic, c.limit - c.pos)
        elif cause in WITH_ELEMENTS:
            while c.remaining:
                c.add(cls.element)
        elif cause in WITH_MESSAGE:
            c.add(cls.cause_message)
        elif cause == TIMER:
            if c.limit - c.pos >= 3:
                c.add(cls.timer)
        else:
            c.add(cls.diagnostic, c.limit - c.pos)

    @classmethod
    def _channel(cls, c: Cursor) -> None:
        octet = cls._bits(c, cls.extension, cls.interface_present, cls.interface_type, cls.exclusive, cls.dchan,
                          cls.selection)  # fmt: skip
        if octet & 0x40:
            size, value = 0, 0
            while size < c.remaining:
                value = (value << 7 | c.peek(1, size) & 0x7F) & 0xFFFFFFFF
                size += 1
                if c.peek(1, size - 1) & LAST:
                    break
            if size:
                c.add(cls.interface_id, size, value=value)
        if not octet & 0x20 or not c.remaining:
            return
        if c.peek(1) & 0x60:
            cls._bits(c, cls.extension, cls.coding, stay=True)
            c.add(cls.channel_data, c.limit - c.pos)
            return
        slots = cls._bits(c, cls.extension, cls.coding, cls.channel_map, cls.element_type) & 0x10
        while c.remaining:
            if slots:
                c.add(cls.slots)
            elif cls._bits(c, cls.extension, cls.channel) & LAST:
                break

    @classmethod
    def _high(cls, c: Cursor) -> None:
        octet = cls._bits(c, cls.extension, cls.coding, cls.interpretation, cls.method)
        if octet & 0x60 or octet & 0x03 != 1:
            if c.remaining:
                c.add(cls.high_data, c.limit - c.pos)
        elif c.remaining:
            cls._bits(c, cls.extension, cls.characteristics)

    @classmethod
    def _user(cls, c: Cursor) -> None:
        protocol = c.add(cls.user_protocol)
        size = c.limit - c.pos
        if not size:
            return
        if protocol == USER_SPECIFIC:
            c.derived(cls.user_len, size)
            c.rest(cls.rest)
        elif protocol == ASN1 and c.h.outer("q931") is not None:  # H.323: the others are of ISDN
            c.child("h225", size)
        else:
            c.add(cls.user_text if protocol == IA5 else cls.user_bytes, size)
