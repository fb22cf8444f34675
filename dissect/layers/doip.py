"""DoIP (ISO 13400-2) and the diagnostics it carries: UDS (ISO 14229-1).

     0                   1                   2                   3
    +---------------+---------------+-------------------------------+
    |    version    |  its inverse  |         payload type          |
    +---------------+---------------+-------------------------------+
    |              length           |  source, target address; UDS  |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, group, raw, string, u8, u16, u32, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages

VERSIONS = {
    0x0: "Reserved", 0x1: "DoIP ISO/DIS 13400-2:2010", 0x2: "DoIP ISO 13400-2:2012", 0x3: "DoIP ISO 13400-2:2019",
    0x4: "DoIP ISO 13400-2:2019 Amd1 (experimental)",
    0xff: "Default value for vehicle identification request messages",
}  # fmt: skip
TYPES = {
    0x0: "Generic DoIP header NACK", 0x1: "Vehicle identification request",
    0x2: "Vehicle identification request with EID", 0x3: "Vehicle identification request with VIN",
    0x4: "Vehicle announcement message/vehicle identification response message", 0x5: "Routing activation request",
    0x6: "Routing activation response", 0x7: "Alive check request", 0x8: "Alive check response",
    0x4001: "DoIP entity status request", 0x4002: "DoIP entity status response",
    0x4003: "Diagnostic power mode information request", 0x4004: "Diagnostic power mode information response",
    0x8001: "Diagnostic message", 0x8002: "Diagnostic message ACK", 0x8003: "Diagnostic message NACK",
}  # fmt: skip
NACKS = {
    0: "Incorrect pattern format", 1: "Unknown payload type", 2: "Message too large", 3: "Out of memory",
    4: "Invalid payload length",
}  # fmt: skip
ROUTING = {
    0x0: "Routing activation denied due to unknown source address.",
    0x1: "Routing activation denied because all concurrently supported TCP_DATA sockets are registered and active.",
    0x2: "Routing activation denied because an SA different from the table connection entry was received on the already activated TCP_DATA socket.",
    0x3: "Routing activation denied because the SA is already registered and active on a different TCP_DATA socket.",
    0x4: "Routing activation denied due to missing authentication.",
    0x5: "Routing activation denied due to rejected confirmation.",
    0x6: "Routing activation denied due to unsupported routing activation type.",
    0x7: "Routing activation denied due to request for encrypted connection via TLS.", 0x8: "Reserved by ISO 13400.",
    0x9: "Reserved by ISO 13400.", 0xa: "Reserved by ISO 13400.", 0xb: "Reserved by ISO 13400.",
    0xc: "Reserved by ISO 13400.", 0xd: "Reserved by ISO 13400.", 0xe: "Reserved by ISO 13400.",
    0xf: "Reserved by ISO 13400.", 0x10: "Routing successfully activated.",
    0x11: "Routing will be activated; confirmation required.",
}  # fmt: skip
ACTIVATIONS = {
    0x0: "Default", 0x1: "WWH-OBD", 0xe0: "Central security",
}  # fmt: skip
DIAGNOSTIC_NACKS = {
    0: "Reserved by ISO 13400", 1: "Reserved by ISO 13400", 2: "Invalid source address", 3: "Unknown target address",
    4: "Diagnostic message too large", 5: "Out of memory", 6: "Target unreachable", 7: "Unknown network",
    8: "Transport protocol error",
}  # fmt: skip
POWER = {0: "not ready", 1: "ready", 2: "not supported"}
NODES = {0: "DoIP gateway", 1: "DoIp node"}
DIAGNOSTIC, DIAGNOSTIC_ACK, DIAGNOSTIC_NACK = 0x8001, 0x8002, 0x8003


def is_header(p: Any) -> Any:
    """Whether what follows begins with a version and its inverse."""
    return p.u8(0) + p.u8(1) == 0xFF


class Common(Layer):
    """What DoIP has over UDP and over TCP."""

    reaches = ("uds",)
    head = group("", "Header")
    version = u8(None, "doip.version", "Version", HEX, names=VERSIONS)
    inverse = u8(None, "doip.inverse", "Inverse version", HEX)
    type = u16(None, "doip.type", "Type", HEX, names=TYPES)
    len = u32(None, "doip.length", "Length")
    nack = u8(None, "doip.nack_code", "DoIP Header NACK code", HEX, names=NACKS)
    vin = string(None, "doip.vin", "VIN", size=17)
    logical = u16(None, "doip.logical_address", "Logical Address", HEX)
    eid = raw(None, "doip.eid", "EID", size=6)
    gid = raw(None, "doip.gid", "GID", size=6)
    further = u8(None, "doip.futher_action", "Further action required", HEX)
    sync = u8(None, "doip.sync_status", "VIN/GID sync. status", HEX)
    power = u8(None, "doip.power_mode", "Diagnostic power mode", HEX, names=POWER)
    node = u8(None, "doip.node_type", "Node type", HEX, names=NODES)
    most_sockets = u8(None, "doip.max_sockets", "Max concurrent sockets")
    sockets = u8(None, "doip.sockets", "Currently open sockets")
    most_data = u32(None, "doip.max_data_size", "Max data size")
    source_address = u16(None, "doip.source_address", "Source Address", HEX)
    target_address = u16(None, "doip.target_address", "Target Address", HEX)
    activation = u8(None, "doip.activation_type", "Activation type", HEX, names=ACTIVATIONS)
    tester = u16(None, "doip.tester_logical_address", "Logical address of external tester", HEX)
    response = u8(None, "doip.response_code", "Routing activation response code", HEX, names=ROUTING)
    reserved = u32(None, "doip.reserved_iso", "Reserved by ISO", HEX)
    oem = u32(None, "doip.reserved_oem", "Reserved by OEM", HEX)
    data = raw(None, "doip.data", "User data")
    ack = u8(None, "doip.diag_ack_code", "ACK code", HEX, names={0: "ACK"})
    diagnostic_nack = u8(None, "doip.diag_nack_code", "NACK code", HEX, names=DIAGNOSTIC_NACKS)
    previous = raw(None, "doip.previous", "Previous message")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        count = 0
        while c.remaining >= 8 and count < 1000:
            count += 1
            with c.group(cls.head, 8, "Header") as c:
                c.add(cls.version)
                c.add(cls.inverse)
                kind = c.add(cls.type)
                size = c.add(cls.len)
            c.info(TYPES.get(kind, f"0x{kind:04x} Unknown payload"))
            end, limit = c.end, c.limit
            c.limit = c.pos + size
            c.end = min(end, c.limit)
            cls._contents(c, kind)
            c.rest(cls.data)
            c.end, c.limit = end, limit
        c.rest(cls.data)

    @classmethod
    def _contents(cls, c: Cursor, kind: int) -> None:
        for field in CONTENTS.get(kind, ()):
            if c.remaining or field not in (cls.sync, cls.oem, cls.most_data):
                c.add(field)
        if kind in (DIAGNOSTIC_ACK, DIAGNOSTIC_NACK):
            c.rest(cls.previous)
        elif kind == DIAGNOSTIC and c.remaining:
            c.child("uds", c.remaining)


class DoIP(Common):
    """A datagram."""

    name, label, column = "doip", "DoIP (ISO13400) Protocol", "DoIP"
    binds = {"udp.port": (13400,)}


class TCPDoIP(Common):
    """The messages of a segment."""

    name, label, column = "doip", "DoIP (ISO13400) Protocol", "DoIP"
    binds = {"tcp.port": (13400,)}
    messages = Messages(header=8, length=lambda p: where(is_header(p), 8 + p.u32(4), AS_IT_IS))


D = DoIP
CONTENTS = {
    0: (D.nack,), 2: (D.eid,), 3: (D.vin,), 4: (D.vin, D.logical, D.eid, D.gid, D.further, D.sync),
    5: (D.source_address, D.activation, D.reserved, D.oem), 6: (D.tester, D.source_address, D.response, D.reserved, D.oem),
    8: (D.source_address,), 0x4002: (D.node, D.most_sockets, D.sockets, D.most_data), 0x4004: (D.power,),
    DIAGNOSTIC: (D.source_address, D.target_address), DIAGNOSTIC_ACK: (D.source_address, D.target_address, D.ack),
    DIAGNOSTIC_NACK: (D.source_address, D.target_address, D.diagnostic_nack),
}  # fmt: skip

SERVICES = {
    0x10: "Diagnostic Session Control", 0x11: "ECU Reset", 0x14: "Clear Diagnostic Information",
    0x19: "Read DTC Information", 0x22: "Read Data By Identifier", 0x23: "Read Memory By Address",
    0x24: "Read Scaling Data By Identifier", 0x27: "Security Access", 0x28: "Communication Control",
    0x29: "Authentication", 0x2a: "Read Data By Periodic Identifier", 0x2c: "Dynamically Define Data Identifier",
    0x2e: "Write Data By Identifier", 0x2f: "Input Output Control By Identifier", 0x31: "Routine Control",
    0x34: "Request Download", 0x35: "Request Upload", 0x36: "Transfer Data", 0x37: "Request Transfer Exit",
    0x38: "Request File Transfer", 0x3d: "Write Memory By Address", 0x3e: "Tester Present", 0x3f: "Error",
    0x84: "Sercure Data Transmission", 0x85: "Control DTC Setting", 0x86: "Response On Event", 0x87: "Link Control",
}  # fmt: skip
ERRORS = {
    0x10: "General reject", 0x11: "Service not supported", 0x12: "Sub-Function Not Supported",
    0x13: "Incorrect Message Length or Invalid Format", 0x14: "Response too long", 0x21: "Busy repeat request",
    0x22: "Conditions Not Correct", 0x24: "Request Sequence Error", 0x25: "No response from sub-net component",
    0x26: "Failure prevents execution of requested action", 0x31: "Request Out of Range",
    0x33: "Security Access Denied", 0x34: "Authentication Required", 0x35: "Invalid Key",
    0x36: "Exceeded Number Of Attempts", 0x37: "Required Time Delay Not Expired",
    0x38: "Secure Data Transmission Required", 0x39: "Secure Data Transmission Not Allowed",
    0x3a: "Secure Data Verification Failed", 0x50: "Certificate Verification Failed: Invalid Time Period",
    0x51: "Certificate Verification Failed: Invalid Signature",
    0x52: "Certificate Verification Failed: Invalid Chain of Trust",
    0x53: "Certificate Verification Failed: Invalid Type", 0x54: "Certificate Verification Failed: Invalid Format",
    0x55: "Certificate Verification Failed: Invalid Content", 0x56: "Certificate Verification Failed: Invalid Scope",
    0x57: "Certificate Verification Failed: Invalid Certificate (revoked)", 0x58: "Ownership Verification Failed",
    0x59: "Challenge Calculation Failed", 0x5a: "Setting Access Rights Failed",
    0x5b: "Session Key Creation/Derivation Failed", 0x5c: "Configuration Data Usage Failed",
    0x5d: "DeAuthentication Failed", 0x70: "Upload/Download not accepted", 0x71: "Transfer data suspended",
    0x72: "General Programming Failure", 0x73: "Wrong Block Sequence Counter",
    0x78: "Request correctly received, but response is pending", 0x7e: "Sub-Function not supported in active session",
    0x7f: "Service not supported in active session", 0x81: "RPM Too High", 0x82: "RPM Too Low",
    0x83: "Engine Is Running", 0x84: "Engine Is Not Running", 0x85: "Run Time Too Low", 0x86: "Temperature Too High",
    0x87: "Temperature Too Low", 0x88: "Vehicle Speed Too High", 0x89: "Vehicle Speed Too Low",
    0x8a: "Throttle/Pedal Too High", 0x8b: "Throttle/Pedal Too Low", 0x8c: "Transmission Range Not In Neutral",
    0x8d: "Transmission Range Not In Gear", 0x8f: "Brake Switch(es) Not Closed", 0x90: "Shifter/Lever Not in Park",
    0x91: "Torque Converter Clutch Locked", 0x92: "Voltage Too High", 0x93: "Voltage Too Low",
    0x94: "Resource Temporarily Not Available",
}  # fmt: skip
SESSIONS = {
    0: "Reserved", 1: "Default Session", 2: "Programming Session", 3: "Extended Diagnostic Session",
    4: "Safety System Diagnostic Session",
}  # fmt: skip
RESETS = {
    0: "Reserved", 1: "Hard Reset", 2: "Key On Off Reset", 3: "Soft Reset", 4: "Enable Rapid Power Shutdown",
    5: "Disable Rapid Power Shutdown",
}  # fmt: skip
TROUBLE = {
    0x1: "Report Number of DTC by Status Mask", 0x2: "Report DTC by Status Mask",
    0x3: "Report DTC Snapshot Identification", 0x4: "Report DTC Snapshot Record by DTC Number",
    0x5: "Report DTC Snapshot Record by Record Number", 0x6: "Report DTC Extended Data Record by DTC Number",
    0x7: "Report Number of DTC By Severity Mask", 0x8: "Report DTC by Severity Mask",
    0x9: "Report Severity Information of DTC", 0xa: "Report Supported DTC", 0xb: "Report First Test Failed DTC",
    0xc: "Report First Confirmed DTC", 0xd: "Report Most Recent Test Failed DTC",
    0xe: "Report Most Recent Confirmed DTC", 0x14: "Report DTC Fault Detection Counter",
    0x15: "Report DTC with Permanent Status", 0x16: "Report DTC Extended Data Record by Record Number",
    0x17: "Report User Defined Memory DTC By Status Mask",
    0x18: "Report User Defined Memory DTC Snapshot Record By DTC Number",
    0x19: "Report User Defined Memory DTC Extended Data Record by DTC Number",
    0x1a: "Report List of DTCs Supporting Specific Extended Data Record", 0x42: "Report WWH-OBD DTC By Mask Record",
    0x55: "Report WWH-OBD DTC With Permanent Status", 0x56: "Report WWH-OBD DTC By Readiness Group Identifier",
}  # fmt: skip
ROUTINES = {
    0: "Reserved", 1: "Start routine", 2: "Stop routine", 3: "Request routine result",
}  # fmt: skip
REPLY, ERROR = 0x40, 0x3F


class UDS(Layer):
    """A request or an answer."""

    name, label, column = "uds", "Unified Diagnostic Services", "UDS"

    service = u8(0, "uds.sid", "Service Identifier", HEX, mask=0xBF, names=SERVICES)
    reply = u8(0, "uds.reply", "Reply Flag", HEX, mask=0x40)
    contents = group("", "Contents")
    session = u8(None, "uds.dsc.type", "Type", HEX, names=SESSIONS)
    session_record = raw(None, "uds.dsc.parameter_record", "Parameter Record")
    reset = u8(None, "uds.er.type", "Type", HEX, names=RESETS)
    trouble = u8(None, "uds.rdtci.type", "Type", HEX, names=TROUBLE)
    trouble_record = raw(None, "uds.rdtci.record", "Record")
    read_id = u16(None, "uds.rdbi.data_identifier", "Data Identifier", HEX)
    read_record = raw(None, "uds.rdbi.data_record", "Data Record")
    access = u8(None, "uds.sa.type", "Type", HEX)
    access_key = raw(None, "uds.sa.key", "Key")
    access_seed = raw(None, "uds.sa.seed", "Seed")
    write_id = u16(None, "uds.wdbi.data_identifier", "Data Identifier", HEX)
    write_record = raw(None, "uds.wdbi.data_record", "Data Record")
    control_id = u16(None, "uds.iocbi.data_identifier", "Data Identifier", HEX)
    control_parameter = u8(None, "uds.iocbi.parameter", "Parameter", HEX)
    control_state = raw(None, "uds.iocbi.state", "State")
    routine = u8(None, "uds.rc.type", "Type", HEX, names=ROUTINES)
    routine_id = u16(None, "uds.rc.identifier", "Identifier", HEX)
    routine_options = raw(None, "uds.rc.option_record", "Option record")
    routine_info = u8(None, "uds.rc.info", "Info", HEX)
    routine_status = raw(None, "uds.rc.status_record", "Status Record")
    block = u8(None, "uds.td.block_sequence_counter", "Block Sequence Counter")
    suppressed = u8(None, "uds.tp.suppress_reply", "Suppress reply", HEX, mask=0x7F)
    suppress = flag(None, "uds.tp.suppress_reply.indification", "Suppress reply", 0x80)
    error_service = u8(None, "uds.err.sid", "Service Identifier", HEX, names=SERVICES)
    error = u8(None, "uds.err.code", "Code", HEX, names=ERRORS)
    setting = u8(None, "uds.cdtcs.type", "Type", HEX)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        name = SERVICES.get(h.service, "Unknown")
        shown = list[str]()
        reader = READERS.get(h.service)
        size = c.limit - h.start
        c.pos = h.start
        with c.group(cls.contents, size, name) as c:
            c.pos += 1
            if reader is not None:
                reader(c, h.reply == 1, shown)
            c.rest(cls.other)
        kind = "Reply  " if h.reply or h.service == ERROR else "Request"
        c.info(f"{kind}   {name:<36}   {'   '.join(shown)}".rstrip())


def hexed(octets: bytes) -> str:
    """Octets as the list shows them."""
    return octets.hex(" ")


def sessions(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(SESSIONS.get(c.peek(1), "Unknown"))
    c.add(UDS.session)
    if reply and c.remaining:
        shown.append(hexed(c.rest(UDS.session_record)))


def resets(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(RESETS.get(c.peek(1), "Unknown"))
    c.add(UDS.reset)


def troubles(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(TROUBLE.get(c.peek(1), "Unknown"))
    c.add(UDS.trouble)
    if c.remaining:
        shown.append(hexed(c.rest(UDS.trouble_record)))


def reading(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(f"0x{c.add(UDS.read_id):04x}")
    if reply and c.remaining:
        shown.append(hexed(c.rest(UDS.read_record)))
    while c.remaining >= 2:
        shown.append(f"0x{c.add(UDS.read_id):04x}")


def writing(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(f"0x{c.add(UDS.write_id):04x}")
    if not reply and c.remaining:
        shown.append(hexed(c.rest(UDS.write_record)))


def access(c: Cursor, reply: bool, shown: list[str]) -> None:
    kind = c.add(UDS.access)
    shown.append("Request Seed" if kind & 1 else "Send Key")
    if c.remaining and kind & 1 == reply:
        shown.append(hexed(c.rest(UDS.access_seed if reply else UDS.access_key)))


def control(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(f"0x{c.add(UDS.control_id):04x}")
    c.add(UDS.control_parameter)
    c.rest(UDS.control_state)


def routines(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(f"{ROUTINES.get(c.peek(1), 'Unknown')} 0x{c.peek(2, 1):04x}")
    c.add(UDS.routine)
    c.add(UDS.routine_id)
    if reply and c.remaining:
        c.add(UDS.routine_info)
        c.rest(UDS.routine_status)
    else:
        c.rest(UDS.routine_options)


def transfer(c: Cursor, reply: bool, shown: list[str]) -> None:
    shown.append(f"Block Sequence Counter {c.add(UDS.block)}")


def presence(c: Cursor, reply: bool, shown: list[str]) -> None:
    c.add(UDS.suppressed)
    if not reply:
        c.pos -= 1
        shown.append("Reply suppressed" if c.add(UDS.suppress) else "Reply requested")


def errors(c: Cursor, reply: bool, shown: list[str]) -> None:
    service, code = c.add(UDS.error_service), c.add(UDS.error)
    shown.append(f"{SERVICES.get(service, 'Unknown')} (SID: {ERRORS.get(code, 'Unknown')})")


READERS: dict[int, Callable[[Cursor, bool, list[str]], None]] = {
    0x10: sessions, 0x11: resets, 0x19: troubles, 0x22: reading, 0x27: access, 0x2E: writing, 0x2F: control,
    0x31: routines, 0x36: transfer, 0x3E: presence, ERROR: errors,
}  # fmt: skip
