"""L2TP version 2 (RFC 2661) and 3 (RFC 3931), over UDP and over IP.

     0                   1                   2                   3
    +-+-+---+-+-+-+-+-------+-------+-------------------------------+
    |T|L|   |S| |O|P|       |version|            length (L)         |
    +-+-+---+-+-+-+-+-------+-------+-------------------------------+
    |           tunnel id           |          session id           |   version 2
    |                     control connection id                     |   version 3, control
    |                          session id                           |   version 3, data (length is reserved)
    +-------------------------------+-------------------------------+
    |            Ns (S)             |             Nr (S)            |
    +-------------------------------+-------------------------------+
    |        offset size (O)        |         offset padding        |   version 2, data
    +-------------------------------+-------------------------------+

A control message is a list of AVPs:

    +-+-+-------+-------------------+-------------------------------+
    |M|H|       |      length       |           vendor id           |
    +-+-+-------+-------------------+-------------------------------+
    |        attribute type         |   value (length - 6 bytes)    |
    +-------------------------------+-------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    DEC_HEX,
    HEX,
    NONE,
    STRING,
    Field,
    flag,
    group,
    minimum,
    u8,
    u16,
    u32,
    u64,
    where,
)
from dissect.engine.layer import Layer, To

MESSAGES = {
    0: "Reserved", 1: "SCCRQ", 2: "SCCRP", 3: "SCCCN", 4: "StopCCN", 5: "Reserved", 6: "Hello", 7: "OCRQ", 8: "OCRP",
    9: "OCCN", 10: "ICRQ", 11: "ICRP", 12: "ICCN", 13: "Reserved", 14: "CDN", 15: "WEN", 16: "SLI", 17: "MDMST",
    18: "SRRQ", 19: "SRRP", 20: "ACK", 21: "FSQ", 22: "FSR", 23: "MSRQ", 24: "MSRP", 25: "MSE", 26: "MSI", 27: "MSEN",
    28: "CSUN", 29: "CSURQ",
}  # fmt: skip
LONG_MESSAGES = {
    1: "Start_Control_Request", 2: "Start_Control_Reply", 3: "Start_Control_Connected", 4: "Stop_Control_Notification",
    5: "Reserved", 6: "Hello", 7: "Outgoing_Call_Request", 8: "Outgoing_Call_Reply", 9: "Outgoing_Call_Connected",
    10: "Incoming_Call_Request", 11: "Incoming_Call_Reply", 12: "Incoming_Call_Connected", 13: "Reserved",
    14: "Call_Disconnect_Notification", 15: "WAN_Error_Notify", 16: "Set_Link_Info",
    17: "Modem_Status", 18: "Service_Relay_Request_Msg", 19: "Service_Relay_Reply_Message",
    20: "Explicit_Acknowledgement", 21: "Failover_Session_Query_Message", 22: "Failover_Session_Response_Message",
}  # fmt: skip
AVPS = {
    0: "Control Message", 1: "Result-Error Code", 2: "Protocol Version", 3: "Framing Capabilities",
    4: "Bearer Capabilities", 5: "Tie Breaker", 6: "Firmware Revision", 7: "Host Name", 8: "Vendor Name",
    9: "Assigned Tunnel ID", 10: "Receive Window Size", 11: "Challenge", 12: "Cause Code", 13: "Challenge Response",
    14: "Assigned Session", 15: "Call Serial Number", 16: "Minimum BPS", 17: "Maximum BPS", 18: "Bearer Type",
    19: "Framing Type", 20: "Reserved", 21: "Called Number", 22: "Calling Number", 23: "Sub-Address",
    24: "Connect Speed", 25: "Physical Channel", 26: "Initial Received LCP CONFREQ", 27: "Last Sent LCP CONFREQ",
    28: "Last Received LCP CONFREQ", 29: "Proxy Authen Type", 30: "Proxy Authen Name", 31: "Proxy Authen Challenge",
    32: "Proxy Authen ID", 33: "Proxy Authen Response", 34: "Call status AVPs", 35: "ACCM", 36: "Random Vector",
    37: "Private group ID", 38: "RxConnect Speed", 39: "Sequencing Required", 46: "PPP Disconnect Cause Code",
    58: "Extended Vendor ID", 59: "Message Digest", 60: "Router ID", 61: "Assigned Control Connection ID",
    62: "Pseudowire Capability List", 63: "Local Session ID", 64: "Remote Session ID", 65: "Assigned Cookie",
    66: "Remote End ID", 68: "Pseudowire Type", 69: "Layer2 Specific Sublayer", 70: "Data Sequencing",
    71: "Circuit Status", 72: "Preferred Language", 73: "Control Message Authentication Nonce",
    74: "Tx Connect Speed Version 3", 75: "Rx Connect Speed Version 3", 97: "Connect Speed Update",
}  # fmt: skip
PSEUDOWIRES = {
    0x0001: "Frame Relay DLCI", 0x0002: "ATM AAL5 SDU VCC transport", 0x0003: "ATM Cell transparent Port Mode",
    0x0004: "Ethernet VLAN", 0x0005: "Ethernet", 0x0006: "HDLC", 0x0007: "PPP", 0x0009: "ATM Cell transport VCC Mode",
    0x000A: "ATM Cell transport VPC Mode", 0x000B: "IP Transport",
}  # fmt: skip
LAYER_TYPES = {0: "Data Message", 1: "Control Message"}


def text(name: str, label: str) -> Field:
    """A string of an AVP."""
    return Field(name, label, STRING)


def octets(name: str, label: str) -> Field:
    """Bytes of an AVP."""
    return Field(name, label, BYTES)


class Messages(Layer):
    """Control messages, as L2TP over UDP and over IP have them."""

    avp = group("", "AVP")
    avp_word = u16(None, "", "Flags and length")
    mandatory = flag(0, "l2tp.avp.mandatory", "Mandatory", 0x8000, within=avp_word)
    concealed = flag(0, "l2tp.avp.hidden", "Hidden", 0x4000, within=avp_word)
    avp_length = u16(0, "l2tp.avp.length", "Length", mask=0x03FF, within=avp_word)
    vendor = u16(None, "l2tp.avp.vendor_id", "Vendor ID")
    avp_type = u16(None, "l2tp.avp.type", "AVP Type", names=AVPS)
    cisco_type = u16(None, "l2tp.avp.ciscotype", "Type")
    message_type = u16(None, "l2tp.avp.message_type", "Message Type", names=LONG_MESSAGES)
    result = u16(None, "l2tp.result_code", "Result code")
    error = u16(None, "l2tp.avp.error_code", "Error code")
    error_message = text("l2tp.avp.error_message", "Error Message")
    protocol_version = u8(None, "l2tp.avp.protocol_version", "Version")
    protocol_revision = u8(None, "l2tp.avp.protocol_revision", "Revision")
    framing = u32(None, "", "Framing Capabilities")
    framing_async = flag(0, "l2tp.avp.async_framing_supported", "Async Framing Supported", 2, within=framing)
    framing_sync = flag(0, "l2tp.avp.sync_framing_supported", "Sync Framing Supported", 1, within=framing)
    bearer = u32(None, "", "Bearer Capabilities")
    bearer_analog = flag(0, "l2tp.avp.analog_access_supported", "Analog Access Supported", 2, within=bearer)
    bearer_digital = flag(0, "l2tp.avp.digital_access_supported", "Digital Access Supported", 1, within=bearer)
    tie_breaker = u64(None, "l2tp.tie_breaker", "Tie Breaker", HEX)
    firmware = u16(None, "l2tp.avp.firmware_revision", "Firmware Revision", DEC_HEX)
    host_name = text("l2tp.avp.host_name", "Host Name")
    vendor_name = text("l2tp.avp.vendor_name", "Vendor Name")
    assigned_tunnel = u16(None, "l2tp.avp.assigned_tunnel_id", "Assigned Tunnel ID")
    window = u16(None, "l2tp.avp.receive_window_size", "Receive Window Size")
    challenge = octets("l2tp.avp.chap_challenge", "CHAP Challenge")
    cause = u16(None, "l2tp.avp.cause_code", "Cause Code")
    cause_msg = u8(None, "l2tp.avp.cause_msg", "Cause Msg")
    advisory = text("l2tp.avp.advisory_msg", "Advisory Msg")
    response = Field("l2tp.avp.chap_challenge_response", "CHAP Challenge Response", BYTES, size=16)
    assigned_session = u16(None, "l2tp.avp.assigned_session_id", "Assigned Session ID")
    call_serial = u32(None, "l2tp.avp.call_serial_number", "Call Serial Number")
    minimum_bps = u32(None, "l2tp.avp.minimum_bps", "Minimum BPS")
    maximum_bps = u32(None, "l2tp.avp.maximum_bps", "Maximum BPS")
    bearer_type = u32(None, "", "Bearer Type")
    bearer_type_analog = flag(0, "l2tp.avp.analog_bearer_type", "Analog Bearer Type", 2, within=bearer_type)
    bearer_type_digital = flag(0, "l2tp.avp.digital_bearer_type", "Digital Bearer Type", 1, within=bearer_type)
    framing_type = u32(None, "", "Framing Type")
    framing_type_async = flag(0, "l2tp.avp.async_framing_type", "Async Framing Type", 2, within=framing_type)
    framing_type_sync = flag(0, "l2tp.avp.sync_framing_type", "Sync Framing Type", 1, within=framing_type)
    called = text("l2tp.avp.called_number", "Called Number")
    calling = text("l2tp.avp.calling_number", "Calling Number")
    sub_address = text("l2tp.avp.sub_address", "Sub-Address")
    speed = u32(None, "l2tp.avp.connect_speed", "Connect Speed")
    channel = u32(None, "l2tp.avp.physical_channel", "Physical Channel")
    lcp_received = octets("l2tp.avp.initial_received_lcp_confreq", "Initial Received LCP CONFREQ")
    lcp_sent = octets("l2tp.avp.last_sent_lcp_confreq", "Last Sent LCP CONFREQ")
    lcp_last = octets("l2tp.avp.last_received_lcp_confreq", "Last Received LCP CONFREQ")
    proxy_type = u16(None, "l2tp.avp.proxy_authen_type", "Proxy Authen Type")
    proxy_name = text("l2tp.avp.proxy_authen_name", "Proxy Authen Name")
    proxy_challenge = octets("l2tp.avp.proxy_authen_challenge", "Proxy Authen Challenge")
    proxy_id = u8(None, "l2tp.avp.proxy_authen_id", "Proxy Authen ID")
    proxy_response = octets("l2tp.avp.proxy_authen_response", "Proxy Authen Response")
    crc_errors = u32(None, "l2tp.avp.crc_errors", "CRC Errors")
    framing_errors = u32(None, "l2tp.avp.framing_errors", "Framing Errors")
    overruns = u32(None, "l2tp.avp.hardware_overruns", "Hardware Overruns")
    buffer_overruns = u32(None, "l2tp.avp.buffer_overruns", "Buffer Overruns")
    timeouts = u32(None, "l2tp.avp.time_out_errors", "Time-out Errors")
    alignment = u32(None, "l2tp.avp.alignment_errors", "Alignment Errors")
    send_accm = u32(None, "l2tp.avp.send_accm", "Send ACCM")
    receive_accm = u32(None, "l2tp.avp.receive_accm", "Receive ACCM")
    random_vector = octets("l2tp.avp.random_vector", "Random Vector")
    private_group = octets("l2tp.avp.private_group_id", "Private Group ID")
    rx_speed = u32(None, "l2tp.avp.rx_connect_speed", "Rx Connect Speed")
    disconnect = u16(None, "l2tp.avp.disconnect_code", "Disconnect Code")
    control_protocol = u16(None, "l2tp.avp.control_protocol_number", "Control Protocol Number")
    direction = u8(None, "l2tp.avp.cause_code_direction", "Direction")
    cause_text = text("l2tp.avp.cause_code_message", "Message")
    digest = octets("l2tp.avp.message_digest", "Message Digest")
    router = u32(None, "l2tp.avp.router_id", "Router ID")
    assigned_ccid = u32(None, "l2tp.avp.assigned_control_conn_id", "Assigned Control Connection ID")
    pw_type = u16(None, "l2tp.avp.pw_type", "PW Type", names=PSEUDOWIRES)
    local_session = u32(None, "l2tp.avp.local_session_id", "Local Session ID")
    remote_session = u32(None, "l2tp.avp.remote_session_id", "Remote Session ID")
    assigned_cookie = octets("l2tp.avp.assigned_cookie", "Assigned Cookie")
    remote_end = text("l2tp.avp.remote_end_id", "Remote End ID")
    pseudowire_type = u16(None, "l2tp.avp.pseudowire_type", "Pseudowire Type", names=PSEUDOWIRES)
    sublayer = u16(None, "l2tp.avp.layer2_specific_sublayer", "Layer2 Specific Sublayer")
    sequencing = u16(None, "l2tp.avp.data_sequencing", "Data Sequencing")
    circuit = u16(None, "", "Circuit Status")
    circuit_status = flag(0, "l2tp.avp.circuit_status", "Circuit Status", 1, within=circuit)
    circuit_type = flag(0, "l2tp.avp.circuit_type", "Circuit Type", 2, within=circuit)
    language = text("l2tp.avp.preferred_language", "Preferred Language")
    nonce = octets("l2tp.avp.nonce", "Nonce")
    tx_speed_v3 = u64(None, "l2tp.avp.tx_connect_speed_v3", "Tx Connect Speed v3", HEX)
    rx_speed_v3 = u64(None, "l2tp.avp.rx_connect_speed_v3", "Rx Connect Speed v3", HEX)
    cisco_ccid = u32(None, "l2tp.cisco.assigned_control_connection_id", "Assigned Control Connection ID")
    cisco_pw_type = u16(None, "l2tp.cisco.pw_type", "PW Type", names=PSEUDOWIRES)
    cisco_local = u32(None, "l2tp.cisco.local_session_id", "Local Session ID")
    cisco_remote = u32(None, "l2tp.cisco.remote_session_id", "Remote Session ID")
    cisco_cookie = octets("l2tp.cisco.assigned_cookie", "Assigned Cookie")
    cisco_end = text("l2tp.cisco.remote_end_id", "Remote End ID")
    cisco_pseudowire = u16(None, "l2tp.cisco.pseudowire_type", "Pseudowire Type", names=PSEUDOWIRES)
    cisco_circuit = u16(None, "", "Circuit Status")
    cisco_status = flag(0, "l2tp.cisco.circuit_status", "Circuit Status", 1, within=cisco_circuit)
    cisco_new = flag(0, "l2tp.cisco.circuit_type", "Circuit Type", 1, within=cisco_circuit)
    cisco_tie = u64(None, "l2tp.cisco.tie_breaker", "Tie Breaker", HEX)
    cisco_draft = u16(None, "l2tp.cisco.draft_avp_version", "Draft AVP Version")
    cisco_digest = octets("l2tp.cisco.message_digest", "Message Digest")
    cisco_nonce = octets("l2tp.cisco.nonce", "Nonce")
    cisco_mtu = u16(None, "l2tp.cisco.interface_mtu", "Interface MTU")

    @classmethod
    def avps(cls, c: Cursor, ids: str) -> None:
        """All AVPs of the message that `ids` tell in the Info column; the first should say what it is."""
        if c.remaining >= 8 and c.peek(4, 2) == 0:
            kind = c.peek(2, 6)
            c.info(f"Control Message - {MESSAGES.get(kind, f'Unknown ({kind})')} {ids}")
        while c.remaining:
            word, vendor, kind = c.peek(2), c.peek(2, 2), c.peek(2, 4)
            size = word & 0x03FF
            if size < 6:
                c.note("warn", "Protocol", f"AVP length must be >= 6, got {size}", "l2tp.avp_length.bad")
                return
            name = AVPS.get(kind, f"Unknown ({kind})") if vendor == 0 else f"Vendor {vendor}: type {kind}"
            with c.group(cls.avp, size, f"{name} AVP") as avp:
                avp.add(cls.avp_word)
                if word & 0x4000:
                    continue
                if vendor == 0 and kind == 58:
                    avp.skip(2)
                    avp.add(cls.vendor, 4)
                    continue
                avp.add(cls.vendor)
                avp.add(cls.cisco_type if vendor == 9 else cls.avp_type)
                if vendor == 0:
                    cls.value(avp, kind)
                elif vendor == 9:
                    cls.cisco_value(avp, kind)

    @classmethod
    def value(cls, c: Cursor, kind: int) -> None:
        """The value of an AVP of RFC 2661 or 3931; parts that are not there are left out."""
        for field in FIELDS.get(kind, ()):
            if not isinstance(field, Field):
                c.skip(field)
            elif field.size:
                if c.remaining < field.type.size and field is not FIELDS[kind][0]:
                    return
                c.add(field)
            else:
                c.rest(field)
        if kind in (63, 64) and c.pos >= c.start + 4:
            number = int.from_bytes(c.data[c.pos - 4 : c.pos], "big")
            c.append_info(f", {'L' if kind == 63 else 'R'}SID: {number:2}")
        if kind == 62:
            while c.remaining >= 2:
                c.add(cls.pw_type)

    @classmethod
    def cisco_value(cls, c: Cursor, kind: int) -> None:
        """The value of one of Cisco's AVPs, from before RFC 3931."""
        for field in CISCO_FIELDS.get(kind, ()):
            if field.size:
                c.add(field)
            else:
                c.rest(field)
        if kind == 2:
            while c.remaining >= 2:
                c.add(cls.cisco_pw_type)


M = Messages
FIELDS: dict[int, tuple[Any, ...]] = {  # AVP → its fields; a number stands for bytes without meaning
    0: (M.message_type,), 1: (M.result, M.error, M.error_message), 2: (M.protocol_version, M.protocol_revision),
    3: (M.framing,), 4: (M.bearer,), 5: (M.tie_breaker,), 6: (M.firmware,), 7: (M.host_name,), 8: (M.vendor_name,),
    9: (M.assigned_tunnel,), 10: (M.window,), 11: (M.challenge,), 12: (M.cause, M.cause_msg, M.advisory),
    13: (M.response,), 14: (M.assigned_session,), 15: (M.call_serial,), 16: (M.minimum_bps,), 17: (M.maximum_bps,),
    18: (M.bearer_type,), 19: (M.framing_type,), 21: (M.called,), 22: (M.calling,), 23: (M.sub_address,),
    24: (M.speed,), 25: (M.channel,), 26: (M.lcp_received,), 27: (M.lcp_sent,), 28: (M.lcp_last,),
    29: (M.proxy_type,), 30: (M.proxy_name,), 31: (M.proxy_challenge,), 32: (1, M.proxy_id), 33: (M.proxy_response,),
    34: (2, M.crc_errors, M.framing_errors, M.overruns, M.buffer_overruns, M.timeouts, M.alignment),
    35: (2, M.send_accm, M.receive_accm), 36: (M.random_vector,), 37: (M.private_group,), 38: (M.rx_speed,),
    46: (M.disconnect, M.control_protocol, M.direction, M.cause_text), 59: (M.digest,), 60: (M.router,),
    61: (M.assigned_ccid,), 63: (M.local_session,), 64: (M.remote_session,), 65: (M.assigned_cookie,),
    66: (M.remote_end,), 68: (M.pseudowire_type,), 69: (M.sublayer,), 70: (M.sequencing,), 71: (M.circuit,),
    72: (M.language,), 73: (M.nonce,), 74: (M.tx_speed_v3,), 75: (M.rx_speed_v3,),
}  # fmt: skip
CISCO_FIELDS: dict[int, tuple[Field, ...]] = {
    1: (M.cisco_ccid,), 3: (M.cisco_local,), 4: (M.cisco_remote,), 5: (M.cisco_cookie,), 6: (M.cisco_end,),
    7: (M.cisco_pseudowire,), 8: (M.cisco_circuit,), 9: (M.cisco_tie,), 10: (M.cisco_draft,), 12: (M.cisco_digest,),
    13: (M.cisco_nonce,), 14: (M.cisco_mtu,),
}  # fmt: skip


class L2TPIP(Messages):
    """L2TP version 3 over IP: a session id of 0 marks a control message."""

    name, label, column = "l2tp", "Layer 2 Tunneling Protocol", "L2TPv3"
    binds = {"ip.proto": (115,)}

    sid = u32(0, "l2tp.sid", "Session ID", HEX)
    flags = u16(4, "l2tp.flags", "Flags", HEX, when=lambda h: h.sid == 0)
    type = u16(4, "l2tp.type", "Type", mask=0x8000, names=LAYER_TYPES, within=flags)
    length_bit = flag(4, "l2tp.length_bit", "Length Bit", 0x4000, within=flags)
    seq_bit = flag(4, "l2tp.seq_bit", "Sequence Bit", 0x0800, within=flags)
    version = u16(4, "l2tp.version", "Version", mask=0x000F, within=flags)
    len = u16(6, "l2tp.length", "Length", when=lambda h: h.length_bit)
    ccid = u32(
        lambda h: where(h.length_bit, 8, 6), "l2tp.ccid", "Control Connection ID", HEX, when=lambda h: h.sid == 0
    )
    ns = u16(lambda h: where(h.length_bit, 12, 10), "l2tp.Ns", "Ns", when=lambda h: h.seq_bit)
    nr = u16(lambda h: where(h.length_bit, 14, 12), "l2tp.Nr", "Nr", when=lambda h: h.seq_bit)
    empty = Field(
        "l2tp.zero_length_body_message",
        "Zero Length Body message",
        NONE,
        value=lambda h: h.sid >= 0,
        when=lambda h: h.length_bit & (h.len == 12),
    )

    informs = True
    length = lambda h: where(h.sid == 0, h.limit - h.start, 4)
    total = lambda h: where(h.length_bit, minimum(h.len + 4, h.limit - h.start), h.limit - h.start)
    next = (To("data"),)

    @staticmethod
    def info(sid: int, ccid: int, empty: bool) -> str:
        if sid:
            return f"D[S:0x{sid:08X}]"
        return f"Control Message - ZLB (ccid=0x{ccid:08X})" if empty else f"Control Message (ccid=0x{ccid:08X})"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.sid:
            return
        c.pos = h.start + (12 if h.length_bit else 10) + (4 if h.seq_bit else 0)
        cls.avps(c, f"(ccid=0x{h.ccid:08X})")


def second(h: Any) -> Any:
    """Where the second word begins: behind the length, where there is one."""
    return where(h.data_3, 4, where(h.length_bit, 4, 2))


def end(h: Any) -> Any:
    """Where the header ends without an offset."""
    return second(h) + where(h.data_3, 4, where(h.seq_bit, 8, 4))


class L2TP(Messages):
    """L2TP over UDP."""

    name, label, column = "l2tp", "Layer 2 Tunneling Protocol", "L2TP"
    binds = {"udp.port": (1701,)}
    accepts = lambda p: (p.u8(1) & 15 == 2) | (p.u8(1) & 15 == 3)

    flags = u16(0, "l2tp.flags", "Flags", HEX)
    type = u16(0, "l2tp.type", "Type", mask=0x8000, names=LAYER_TYPES, within=flags)
    length_bit = flag(0, "l2tp.length_bit", "Length Bit", 0x4000, within=flags)
    seq_bit = flag(0, "l2tp.seq_bit", "Sequence Bit", 0x0800, within=flags)
    offset_bit = flag(0, "l2tp.offset_bit", "Offset bit", 0x0200, within=flags, when=lambda h: h.version != 3)
    priority = flag(0, "l2tp.priority", "Priority", 0x0100, within=flags, when=lambda h: h.version != 3)
    version = u16(0, "l2tp.version", "Version", mask=0x000F, within=flags)
    data_3 = flag(None, "", "Version 3 data", value=lambda h: (h.version == 3) & (h.type == 0))
    res = u16(2, "l2tp.res", "Reserved", HEX, when=lambda h: h.data_3)
    len = u16(2, "l2tp.length", "Length", when=lambda h: h.length_bit & (h.data_3 == 0))
    tunnel = u16(second, "l2tp.tunnel", "Tunnel ID", when=lambda h: h.version != 3)
    session = u16(lambda h: second(h) + 2, "l2tp.session", "Session ID", when=lambda h: h.version != 3)
    ccid = u32(second, "l2tp.ccid", "Control Connection ID", HEX, when=lambda h: (h.version == 3) & h.type)
    sid = u32(second, "l2tp.sid", "Session ID", HEX, when=lambda h: h.data_3)
    ns = u16(lambda h: second(h) + 4, "l2tp.Ns", "Ns", when=lambda h: h.seq_bit & (h.data_3 == 0))
    nr = u16(lambda h: second(h) + 6, "l2tp.Nr", "Nr", when=lambda h: h.seq_bit & (h.data_3 == 0))
    offset = u16(end, "l2tp.offset", "Offset", when=lambda h: h.offset_bit)
    padding = Field(
        "l2tp.offset_padding",
        "Offset Padding",
        NONE,
        at=lambda h: end(h) + 2,
        size=lambda h: h.offset,
        when=lambda h: h.offset_bit & (h.offset > 0),
    )
    empty = Field(
        "l2tp.zero_length_body_message",
        "Zero Length Body message",
        NONE,
        value=lambda h: h.flags >= 0,
        when=lambda h: h.type & h.length_bit & (h.len == 12),
    )

    informs = True
    length = lambda h: where(h.type == 1, h.limit - h.start, where(h.offset_bit, end(h) + 2 + h.offset, end(h)))
    total = lambda h: where(h.length_bit & (h.data_3 == 0), minimum(h.len, h.limit - h.start), h.limit - h.start)
    next = (To("ppp", when=lambda h: h.version == 2), To("data"))
    scope = ("tunnel", "session", "sid")

    @staticmethod
    def info(type: int, version: int, tunnel: int, session: int, sid: int, ccid: int, empty: bool) -> str:
        if version == 3:
            if type == 0:
                return f"D[S:0x{sid:08X}]"
            return f"Control Message - ZLB (ccid=0x{ccid:08X})" if empty else f"Control Message (ccid=0x{ccid:08X})"
        ids = f"(tunnel id={tunnel}, session id={session})"
        if type == 0:
            return f"Data Message            {ids}"
        return f"Control Message - ZLB      {ids}" if empty else f"Control Message {ids}"

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        if h.type == 0:
            c.pos = c.end
            return
        c.pos = h.start + int(end(h)) + (2 + h.offset if h.offset_bit else 0)
        cls.avps(c, f"(ccid=0x{h.ccid:08X})" if h.version == 3 else f"(tunnel id={h.tunnel}, session id={h.session})")
