"""Bluetooth between host and controller (Core specification, volume 4): commands, events, and data with L2CAP inside.

     0        1                 2              4
    +--------+-----------------+--------------+----------    command: opcode (2), length (1), parameters
    | packet | connection, two | length       | data         event: code (1), length (1), parameters
    | type   | flags each      |              |              ACL data: as here; SCO data: a length of one octet
    +--------+-----------------+--------------+----------

Everything is in little-endian order.  Only ACL packets that begin an L2CAP frame have one inside.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Expr, flag, group, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer, To
from dissect.engine.messages import Heard, Talk
from dissect.layers.bluetooth_services import LEAST_DYNAMIC, SERVICES, told
from dissect.layers.streams import heard_of

PACKETS = {1: "HCI Command", 2: "ACL Data", 3: "SCO Data", 4: "HCI Event", 5: "ISO Data"}
MONITORED = {
    0: "New Index", 1: "Delete Index", 2: "Command Packet", 3: "Event Packet", 4: "ACL Tx Packet", 5: "ACL Rx Packet",
    6: "SCO Tx Packet", 7: "SCO Rx Packet", 8: "Open Index", 9: "Close Index", 10: "Index Information",
    11: "Vendor Diagnostics", 12: "System Note", 13: "User Logging",
}  # fmt: skip
GROUPS = {
    1: "Link Control Commands", 2: "Link Policy Commands", 3: "Host Controller & Baseband Commands",
    4: "Informational Parameters", 5: "Status Parameters", 6: "Testing Commands", 8: "LE Controller Commands",
    0x3E: "Bluetooth Logo Testing Commands", 0x3F: "Vendor-Specific Commands",
}  # fmt: skip
COMMANDS = {
    0x0401: "Inquiry", 0x0402: "Inquiry Cancel", 0x0405: "Create Connection", 0x0406: "Disconnect",
    0x0409: "Accept Connection Request", 0x040A: "Reject Connection Request", 0x040B: "Link Key Request Reply",
    0x040C: "Link Key Request Negative Reply", 0x0411: "Authentication Requested", 0x0413: "Set Connection Encryption",
    0x0419: "Remote Name Request", 0x041B: "Read Remote Supported Features", 0x041D: "Read Remote Version Information",
    0x080D: "Write Link Policy Settings", 0x0C01: "Set Event Mask", 0x0C03: "Reset", 0x0C05: "Set Event Filter",
    0x0C13: "Change Local Name", 0x0C14: "Read Local Name", 0x0C1A: "Write Scan Enable",
    0x0C23: "Read Class of Device", 0x0C24: "Write Class of Device", 0x1001: "Read Local Version Information",
    0x1002: "Read Local Supported Commands", 0x1003: "Read Local Supported Features", 0x1005: "Read Buffer Size",
    0x1009: "Read BD ADDR", 0x2001: "LE Set Event Mask", 0x2002: "LE Read Buffer Size",
    0x2003: "LE Read Local Supported Features", 0x2005: "LE Set Random Address",
    0x2006: "LE Set Advertising Parameters", 0x2008: "LE Set Advertising Data", 0x200A: "LE Set Advertise Enable",
    0x200B: "LE Set Scan Parameters", 0x200C: "LE Set Scan Enable", 0x200D: "LE Create Connection",
    0x2013: "LE Connection Update",
}  # fmt: skip
EVENTS = {
    0x01: "Inquiry Complete", 0x02: "Inquiry Result", 0x03: "Connect Complete", 0x04: "Connect Request",
    0x05: "Disconnect Complete", 0x06: "Authentication Complete", 0x07: "Remote Name Request Complete",
    0x08: "Encryption Change", 0x0B: "Read Remote Supported Features", 0x0C: "Read Remote Version Information Complete",
    0x0E: "Command Complete", 0x0F: "Command Status", 0x10: "Hardware Error", 0x12: "Role Change",
    0x13: "Number of Completed Packets", 0x14: "Mode Change", 0x16: "PIN Code Request", 0x17: "Link Key Request",
    0x18: "Link Key Notification", 0x1B: "Max Slots Change", 0x22: "Inquiry Result With RSSI",
    0x2C: "Synchronous Connection Complete", 0x2F: "Extended Inquiry Result", 0x31: "IO Capability Request",
    0x33: "User Confirmation Request", 0x36: "Simple Pairing Complete", 0x3E: "LE Meta", 0xFF: "Vendor-Specific",
}  # fmt: skip
CHANNELS = {
    1: "L2CAP Signaling Channel", 2: "Connectionless Channel", 3: "AMP Manager Protocol", 4: "Attribute Protocol",
    5: "Low Energy L2CAP Signaling Channel", 6: "Security Manager Protocol", 0x3F: "AMP Test Manager",
}  # fmt: skip
SIGNALS = {
    1: "Command Reject", 2: "Connection Request", 3: "Connection Response", 4: "Configure Request",
    5: "Configure Response", 6: "Disconnection Request", 7: "Disconnection Response", 8: "Echo Request",
    9: "Echo Response", 10: "Information Request", 11: "Information Response",
    0x12: "Connection Parameter Update Request", 0x13: "Connection Parameter Update Response",
}  # fmt: skip
METHODS = {
    0x01: "Error Response", 0x02: "Exchange MTU Request", 0x03: "Exchange MTU Response",
    0x04: "Find Information Request", 0x05: "Find Information Response", 0x06: "Find By Type Value Request",
    0x07: "Find By Type Value Response", 0x08: "Read By Type Request", 0x09: "Read By Type Response",
    0x0A: "Read Request", 0x0B: "Read Response", 0x0C: "Read Blob Request", 0x0D: "Read Blob Response",
    0x10: "Read By Group Type Request", 0x11: "Read By Group Type Response", 0x12: "Write Request",
    0x13: "Write Response", 0x16: "Prepare Write Request", 0x18: "Execute Write Request",
    0x1B: "Handle Value Notification", 0x1D: "Handle Value Indication", 0x1E: "Handle Value Confirmation",
}  # fmt: skip
PAIRING = {
    1: "Pairing Request", 2: "Pairing Response", 3: "Pairing Confirm", 4: "Pairing Random", 5: "Pairing Failed",
    6: "Encryption Information", 7: "Master Identification", 8: "Identity Information",
    9: "Identity Address Information", 10: "Signing Information", 11: "Security Request",
}  # fmt: skip
_begins: Expr = lambda h: h.boundary != 1


class Bluetooth(Layer):
    """What Wireshark calls the whole: it has no bytes of its own."""

    name, label, column = "bluetooth", "Bluetooth", "Bluetooth"
    binds = {"linktype": (187,)}

    kind = u8(lambda h: 0, "", "HCI Packet Type")

    length = lambda h: 0
    next = (To("hci_h4"),)


class DirectedBluetooth(Layer):
    """The same where each packet begins with its direction (LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR)."""

    name, label, column = "bluetooth", "Bluetooth", "Bluetooth"
    binds = {"linktype": (201,)}

    direction = u32(0, "bluetooth.pseudo.direction", "Direction", names={0: "Sent", 1: "Received"})
    next = (To("hci_h4"),)


class MonitoredBluetooth(Layer):
    """What Linux's kernel tells `btmon` (LINKTYPE_BLUETOOTH_LINUX_MONITOR): this has no bytes of its own."""

    name, label, column = "bluetooth", "Bluetooth", "Bluetooth"
    binds = {"linktype": (254,)}

    kind = u8(lambda h: 0, "", "First octet")
    length = lambda h: 0
    next = (To("hci_mon"),)


def _monitored(h: Any) -> Any:
    """The packet type of what a monitor saw; 0 for what is no packet."""
    data = where((h.opcode == 4) | (h.opcode == 5), 2, where((h.opcode == 6) | (h.opcode == 7), 3, 0))
    return where(h.opcode == 2, 1, where(h.opcode == 3, 4, data))


class Monitor(Layer):
    """Which adapter, and what: commands, events and data in network order, notes of the system."""

    name, label, column = "hci_mon", "Bluetooth Linux Monitor Transport", "HCI_MON"

    adapter = u16(0, "hci_mon.adapter_id", "Adapter ID")
    opcode = u16(2, "hci_mon.opcode", "Opcode", names=MONITORED)
    next = (By("hci_h4.type", _monitored, when=lambda h: _monitored(h) > 0),)


class H4(Layer):
    """The packet type of the UART transport."""

    name, label, column = "hci_h4", "Bluetooth HCI H4", "HCI H4"

    kind = u8(0, "hci_h4.type", "HCI Packet Type", HEX, names=PACKETS)
    next = (By("hci_h4.type", lambda h: h.kind),)


class Command(Layer):
    """What the host asks of the controller."""

    name, label, column = "bthci_cmd", "Bluetooth HCI Command", "HCI_CMD"
    binds = {"hci_h4.type": (1,)}

    opcode = u16(0, "bthci_cmd.opcode", "Command Opcode", HEX, little=True, names=COMMANDS)
    ogf = u16(0, "bthci_cmd.opcode.ogf", "Opcode Group Field", HEX, mask=0xFC00, little=True, names=GROUPS, within=opcode)
    ocf = u16(0, "bthci_cmd.opcode.ocf", "Opcode Command Field", HEX, mask=0x03FF, little=True, within=opcode)
    parameters = u8(2, "bthci_cmd.param_length", "Parameter Total Length")

    length = lambda h: h.limit - h.start

    @staticmethod
    def info(opcode: int) -> str:
        return f"Sent {COMMANDS.get(opcode, f'Unknown (0x{opcode:04x})')}"


class Event(Layer):
    """What the controller tells."""

    name, label, column = "bthci_evt", "Bluetooth HCI Event", "HCI_EVT"
    binds = {"hci_h4.type": (4,)}

    code = u8(0, "bthci_evt.code", "Event Code", HEX, names=EVENTS)
    parameters = u8(1, "bthci_evt.param_length", "Parameter Total Length")
    commands = u8(lambda h: 2, "bthci_evt.num_command_packets", "Number of Allowed Command Packets",
                  when=lambda h: h.code == 0x0E)
    opcode = u16(lambda h: 3, "bthci_evt.opcode", "Command Opcode", HEX, little=True, names=COMMANDS,
                 when=lambda h: h.code == 0x0E)
    ogf = u16(lambda h: 3, "bthci_evt.opcode.ogf", "Opcode Group Field", HEX, mask=0xFC00, little=True, names=GROUPS,
              within=opcode, when=lambda h: h.code == 0x0E)
    ocf = u16(lambda h: 3, "bthci_evt.opcode.ocf", "Opcode Command Field", HEX, mask=0x03FF, little=True,
              within=opcode, when=lambda h: h.code == 0x0E)
    sub_event = u8(lambda h: 2, "bthci_evt.le_meta_subevent", "Sub Event", HEX, when=lambda h: h.code == 0x3E)

    length = lambda h: h.limit - h.start

    @staticmethod
    def info(code: int) -> str:
        return f"Rcvd {EVENTS.get(code, f'Unknown (0x{code:02x})')}"


class ACL(Layer):
    """Asynchronous data."""

    name, label, column = "bthci_acl", "Bluetooth HCI ACL Packet", "HCI_ACL"
    binds = {"hci_h4.type": (2,)}

    handle = u16(0, "bthci_acl.chandle", "Connection Handle", HEX, mask=0x0FFF, little=True)
    boundary = u16(0, "bthci_acl.pb_flag", "PB Flag", mask=0x3000, little=True)
    broadcast = u16(0, "bthci_acl.bc_flag", "BC Flag", mask=0xC000, little=True)
    total_ = u16(2, "bthci_acl.length", "Data Total Length", little=True)

    total = lambda h: h.total_ + 4
    length = lambda h: where(h.boundary == 1, h.limit - h.start, 4)  # a piece that goes on is nothing by itself
    next = (To("btl2cap", when=_begins),)

    @staticmethod
    def info(boundary: int) -> str:
        return "Continuation fragment" if boundary == 1 else "Data"


class SCO(Layer):
    """Synchronous data: voice."""

    name, label, column = "bthci_sco", "Bluetooth HCI SCO Packet", "HCI_SCO"
    binds = {"hci_h4.type": (3,)}

    reserved = u16(0, "bthci_sco.reserved", "Reserved", HEX, mask=0xC000, little=True)
    packet_status = u16(0, "bthci_sco.packet_status", "Packet Status", HEX, mask=0x3000, little=True)
    handle = u16(0, "bthci_sco.chandle", "Connection Handle", HEX, mask=0x0FFF, little=True)
    total_ = u8(2, "bthci_sco.length", "Data Total Length")

    length = lambda h: h.limit - h.start


def _connection(h: Any) -> Any:
    """The number of the connection that carries a frame; 0 on air."""
    acl = h.outer("bthci_acl")
    return h.cid * 0 if acl is None else acl.handle


class L2CAP(Layer):
    """A frame of the logical link (volume 3, part A): its signals are read, other channels by their number."""

    name, label, column = "btl2cap", "Bluetooth L2CAP Protocol", "L2CAP"

    length_ = u16(0, "btl2cap.length", "Length", little=True)
    cid = u16(2, "btl2cap.cid", "CID", HEX, little=True, names=CHANNELS)
    command = group("btl2cap.command", "Command")
    code = u8(None, "btl2cap.cmd_code", "Command Code", HEX, names=SIGNALS)
    ident = u8(None, "btl2cap.cmd_ident", "Command Identifier", HEX)
    size_ = u16(None, "btl2cap.cmd_length", "Command Length", little=True)
    psm = u16(None, "btl2cap.psm", "PSM", HEX, little=True)
    scid = u16(None, "btl2cap.scid", "Source CID", HEX, little=True)
    dcid = u16(None, "btl2cap.dcid", "Destination CID", HEX, little=True)
    result = u16(None, "btl2cap.result", "Result", HEX, little=True)
    status = u16(None, "btl2cap.status", "Status", HEX, little=True)
    info_type = u16(None, "btl2cap.info_type", "Information Type", HEX, little=True)
    info_result = u16(None, "btl2cap.info_result", "Result", HEX, little=True)
    reason = u16(None, "btl2cap.rej_reason", "Reason", HEX, little=True)
    min_interval = u16(None, "btl2cap.min_interval", "Min. Interval", little=True)
    max_interval = u16(None, "btl2cap.max_interval", "Max. Interval", little=True)
    latency = u16(None, "btl2cap.slave_latency", "Slave Latency", little=True)
    multiplier = u16(None, "btl2cap.timeout_multiplier", "Timeout Multiplier", little=True)
    le_result = u16(None, "btl2cap.le_result", "Move Result", HEX, little=True)
    payload_ = raw(None, "btl2cap.payload", "Payload")
    connection = u16(None, "", "Connection Handle", value=lambda h: _connection(h))
    reaches = ("btatt", "btsmp", "data", *dict.fromkeys(SERVICES.values()))
    talks = ("connection",)

    bodies: ClassVar = {
        1: (reason,), 2: (psm, scid), 3: (dcid, scid, result, status), 6: (dcid, scid), 7: (dcid, scid),
        10: (info_type,), 11: (info_type, info_result), 0x12: (min_interval, max_interval, latency, multiplier),
        0x13: (le_result,),
    }  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        whole = c.limit - c.pos >= h.length_
        if whole and h.cid in (1, 5):
            end = min(c.pos + h.length_, c.end)
            while end - c.pos >= 4:
                cls._signal(c)
        elif whole and h.cid in (4, 6) and c.remaining:
            c.child("btatt" if h.cid == 4 else "btsmp", min(h.length_, c.remaining))
        elif h.cid >= LEAST_DYNAMIC and (service := heard_of(h)) is not None:
            c.derived(cls.psm, service)
            if whole and c.remaining and service in SERVICES:
                c.child(SERVICES[service], min(h.length_, c.remaining))
        c.rest(cls.payload_)

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> int | None:
        """The service of a channel: see `bluetooth_services`."""
        return told(talk, heard.octets)

    @classmethod
    def _signal(cls, c: Cursor) -> None:
        size = c.peek(2, 2, True)
        with c.group(cls.command, min(4 + size, c.remaining)):
            code = c.add(cls.code)
            c.add(cls.ident)
            c.add(cls.size_)
            for field in cls.bodies.get(code, ()):
                c.add(field)
            c.info(SIGNALS.get(code, "Unknown command"))


class Attribute(Layer):
    """The attribute protocol (volume 3, part F)."""

    name, label, column = "btatt", "Bluetooth Attribute Protocol", "ATT"

    opcode = u8(0, "btatt.opcode", "Opcode", HEX, names=METHODS)
    signed = flag(0, "btatt.opcode.authentication_signature", "Authentication Signature", 0x80, within=opcode)
    is_command = flag(0, "btatt.opcode.command", "Command", 0x40, within=opcode)
    method = u8(0, "btatt.opcode.method", "Method", HEX, mask=0x3F, names=METHODS, within=opcode)
    error_opcode = u8(None, "btatt.req_opcode_in_error", "Request Opcode in Error", HEX, names=METHODS)
    handle = u16(None, "btatt.handle", "Handle", HEX, little=True)
    starting = u16(None, "btatt.starting_handle", "Starting Handle", HEX, little=True)
    ending = u16(None, "btatt.ending_handle", "Ending Handle", HEX, little=True)
    error = u8(None, "btatt.error_code", "Error Code", HEX)
    client_mtu = u16(None, "btatt.client_rx_mtu", "Client Rx MTU", little=True)
    server_mtu = u16(None, "btatt.server_rx_mtu", "Server Rx MTU", little=True)
    uuid16 = u16(None, "btatt.uuid16", "UUID", HEX, little=True)
    uuid128 = raw(None, "btatt.uuid128", "UUID")
    offset = u16(None, "btatt.offset", "Offset", little=True)
    value = raw(None, "btatt.value", "Value")

    bodies: ClassVar = {
        1: (error_opcode, handle, error), 2: (client_mtu,), 3: (server_mtu,), 4: (starting, ending),
        6: (starting, ending, uuid16), 0x0A: (handle,), 0x0C: (handle, offset), 0x12: (handle,),
        0x16: (handle, offset), 0x1B: (handle,), 0x1D: (handle,),
    }  # fmt: skip

    @staticmethod
    def info(opcode: int) -> str:
        return METHODS.get(opcode & 0x3F, f"Unknown (0x{opcode:02x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.method
        if kind in (8, 0x10):
            c.add(cls.starting)
            c.add(cls.ending)
            if c.remaining == 2:
                c.add(cls.uuid16)
            else:
                c.rest(cls.uuid128)
        for field in cls.bodies.get(kind, ()):
            c.add(field)
        if kind not in (5, 7, 9, 0x11, 0x18):
            c.rest(cls.value)


class Pairing(Layer):
    """The security manager (volume 3, part H)."""

    name, label, column = "btsmp", "Bluetooth Security Manager Protocol", "SMP"

    opcode = u8(0, "btsmp.opcode", "Opcode", HEX, names=PAIRING)
    capability = u8(None, "btsmp.io_capability", "IO Capability", HEX)
    oob = u8(None, "btsmp.oob_data_flags", "OOB Data Flags", HEX)
    auth = u8(None, "btsmp.authreq", "AuthReq", HEX)
    reserved = u8(None, "btsmp.reserved_flags", "Reserved", HEX, mask=0xE0, within=auth)
    keypress = flag(None, "btsmp.keypress_flag", "Keypress Flag", 0x10, within=auth)
    secure = flag(None, "btsmp.sc_flag", "Secure Connection Flag", 0x08, within=auth)
    mitm = flag(None, "btsmp.mitm_flag", "MITM Flag", 0x04, within=auth)
    bonding = u8(None, "btsmp.bonding_flags", "Bonding Flags", HEX, mask=0x03, within=auth)
    key_size = u8(None, "btsmp.max_enc_key_size", "Max Encryption Key Size")
    initiator = u8(None, "btsmp.initiator_key_distribution", "Initiator Key Distribution", HEX)
    responder = u8(None, "btsmp.responder_key_distribution", "Responder Key Distribution", HEX)
    confirm = raw(None, "btsmp.cfm_value", "Confirm Value")
    random = raw(None, "btsmp.random_value", "Random Value")
    reason = u8(None, "btsmp.reason", "Reason", HEX)

    @staticmethod
    def info(opcode: int) -> str:
        return PAIRING.get(opcode, f"Unknown (0x{opcode:02x})")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.h.opcode
        if kind in (1, 2):
            for field in (cls.capability, cls.oob, cls.auth, cls.key_size, cls.initiator, cls.responder):
                c.add(field)
        elif kind == 3:
            c.add(cls.confirm, 16)
        elif kind == 4:
            c.add(cls.random, 16)
        elif kind == 5:
            c.add(cls.reason)
        elif kind == 11:
            c.add(cls.auth)
