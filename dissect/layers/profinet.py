"""PROFINET's real time frames (IEC 61158-6-10), and the discovery and basic configuration protocol they carry.

    frame id (2), then by its range: cyclic data with, in the last four octets, cycle counter (2), data status (1) and
    transfer status (1); or DCP: service (1), type (1), transaction (4), delay (2), length (2), blocks of option (1),
    suboption (1), length (2), value and a pad octet to an even number
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, REST, STRING, Expr, Field, ipv4, raw, u8, u16, u32, where
from dissect.engine.layer import By, Layer, To

SERVICES = {0: "reserved", 1: "Manufacturer specific", 2: "Manufacturer specific", 3: "Get", 4: "Set", 5: "Identify",
            6: "Hello"}  # fmt: skip
SERVICE_TYPES = {0: "Request", 1: "Response Success", 5: "Response - Request not supported"}
OPTIONS = {1: "IP", 2: "Device properties", 3: "DHCP", 5: "Control", 6: "Device Initiative", 0xFF: "All Selector"}
IP, DEVICE, CONTROL, INITIATIVE, ALL = 1, 2, 5, 6, 0xFF
PARAMETER = 2
VENDOR, STATION, IDENTITY, ROLE, SUPPORTED, ALIAS = range(1, 7)
GET, SET, IDENTIFY, HELLO = 3, 4, 5, 6

_discovery: Expr = lambda h: (h.frame >= 0xFEFC) & (h.frame <= 0xFEFF)
_cyclic: Expr = lambda h: (h.frame >= 0x0100) & (h.frame < 0xFC00)
_room: Expr = lambda h: h.limit - h.start >= 6
_status: Expr = lambda h: h.limit - h.start - 2
_told: Expr = lambda h: _cyclic(h) & _room(h)


class RealTime(Layer):
    """A real time frame's id, and the status behind cyclic data."""

    name, label, column = "pn_rt", "PROFINET Real-Time Protocol", "PN-RT"
    binds = {"ethertype": (0x8892,), "udp.port": (0x8892,)}

    frame = u16(0, "pn_rt.frame_id", "FrameID", HEX)
    counter = u16(lambda h: h.limit - h.start - 4, "pn_rt.cycle_counter", "CycleCounter", when=_told)
    status = u8(_status, "pn_rt.ds", "DataStatus", HEX, when=_told)
    ignore = u8(_status, "pn_rt.ds_ignore", "Ignore", mask=0x80, within=status, when=_told)
    reserved = u8(_status, "pn_rt.ds_Reserved_2", "Reserved", mask=0x40, within=status, when=_told)
    problem = u8(_status, "pn_rt.ds_ok", "StationProblemIndicator", mask=0x20, within=status, when=_told)
    operate = u8(_status, "pn_rt.ds_operate", "ProviderState", mask=0x10, within=status, when=_told)
    third = u8(_status, "pn_rt.ds_res3", "Reserved", mask=0x08, within=status, when=_told)
    valid = u8(_status, "pn_rt.ds_valid", "DataValid", mask=0x04, within=status, when=_told)
    transfer = u8(lambda h: h.limit - h.start - 1, "pn_rt.transfer_status", "TransferStatus", HEX, when=_told)

    length = lambda h: 2
    payload = lambda h: where(_told(h), h.limit - h.start - 6, h.limit - h.start - 2)
    next = (To("pn_dcp", when=_discovery), To("pn_io", when=_told), By("pn_rt.frame_id", lambda h: h.frame))


class CyclicData(Layer):
    """Values of inputs and outputs; which is which, only the project of the controller knows."""

    name, label, column = "pn_io", "PROFINET IO Cyclic Service Data Unit", "PNIO"

    values = raw(0, "", "User data", size=REST)


class DCP(Layer):
    """Who is there, what it is called, which address it has."""

    name, label, column = "pn_dcp", "PROFINET DCP", "PN-DCP"

    service = u8(0, "pn_dcp.service_id", "ServiceID", names=SERVICES)
    kind = u8(1, "pn_dcp.service_type", "ServiceType", names=SERVICE_TYPES)
    xid = u32(2, "pn_dcp.xid", "Xid", HEX)
    reserved = u16(6, "pn_dcp.reserved16", "Reserved", when=lambda h: _delayed(h) == 0)
    delay = u16(6, "pn_dcp.response_delay", "ResponseDelay", when=lambda h: _delayed(h))
    size_ = u16(8, "pn_dcp.data_length", "DCPDataLength")
    option = u8(None, "pn_dcp.option", "Option", names=OPTIONS)
    sub_ip = u8(None, "pn_dcp.suboption_ip", "Suboption", names={1: "MAC address", 2: "IP parameter"})
    sub_device = u8(None, "pn_dcp.suboption_device", "Suboption")
    sub_control = u8(None, "pn_dcp.suboption_control", "Suboption")
    sub_initiative = u8(None, "pn_dcp.suboption_deviceinitiative", "Suboption")
    sub_all = u8(None, "pn_dcp.suboption_all", "Suboption")
    sub_other = u8(None, "", "Suboption")
    extent = u16(None, "pn_dcp.block_length", "DCPBlockLength")
    about = u16(None, "pn_dcp.block_info", "BlockInfo")
    ip_about = u16(None, "pn_dcp.suboption_ip_block_info", "BlockInfo")
    qualifier = u16(None, "pn_dcp.block_qualifier", "BlockQualifier")
    address = ipv4(None, "pn_dcp.suboption_ip_ip", "IPaddress")
    netmask = ipv4(None, "pn_dcp.suboption_ip_subnetmask", "Subnetmask")
    gateway = ipv4(None, "pn_dcp.suboption_ip_standard_gateway", "StandardGateway")
    vendor_text = Field("pn_dcp.suboption_device_devicevendorvalue", "DeviceVendorValue", STRING)
    station = Field("pn_dcp.suboption_device_nameofstation", "NameOfStation", STRING)
    alias_name = Field("pn_dcp.suboption_device_aliasname", "AliasName", STRING)
    vendor = u16(None, "pn_dcp.suboption_vendor_id", "VendorID", HEX)
    device = u16(None, "pn_dcp.suboption_device_id", "DeviceID", HEX)
    role = u8(None, "pn_dcp.suboption_device_role", "DeviceRoleDetails")
    role_reserved = u8(None, "pn_dcp.reserved8", "Reserved")
    value = raw(None, "", "Value")
    pad = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h, end = c.h, c.pos + c.h.size_
        answer = h.kind != 0
        while c.pos + 2 <= min(end, c.end):
            option = c.add(cls.option)
            sub = c.add({IP: cls.sub_ip, DEVICE: cls.sub_device, CONTROL: cls.sub_control,
                         INITIATIVE: cls.sub_initiative, ALL: cls.sub_all}.get(option, cls.sub_other))  # fmt: skip
            if h.service == GET and not answer:
                continue  # what is wanted has no values
            size = c.add(cls.extent)
            stop = c.pos + size
            if option not in (CONTROL, ALL) and size >= 2:
                if answer or h.service == HELLO:
                    c.add(cls.ip_about if option == IP else cls.about)
                elif h.service == SET:
                    c.add(cls.qualifier)
            cls._value(c, option, sub, stop)
            if size & 1 and c.remaining:
                c.add(cls.pad, 1)
        c.rest(cls.pad)
        c.info(f"{SERVICES.get(h.service, h.service)} {'Ok' if h.kind == 1 else 'Req' if h.kind == 0 else 'Res'}, "
               f"Xid:0x{h.xid:x}")  # fmt: skip

    @classmethod
    def _value(cls, c: Cursor, option: int, sub: int, stop: int) -> None:
        left = stop - c.pos
        if option == IP and sub == PARAMETER and left == 12:
            for field in (cls.address, cls.netmask, cls.gateway):
                c.add(field)
        elif option == DEVICE and sub in (VENDOR, STATION, ALIAS) and left > 0:
            c.add({VENDOR: cls.vendor_text, STATION: cls.station, ALIAS: cls.alias_name}[sub], left)
        elif option == DEVICE and sub == IDENTITY and left == 4:
            c.add(cls.vendor)
            c.add(cls.device)
        elif option == DEVICE and sub == ROLE and left == 2:
            c.add(cls.role)
            c.add(cls.role_reserved)
        elif left > 0:
            c.add(cls.value, left)


def _delayed(h: Any) -> Any:
    """An Identify request tells how long answers may wait."""
    return (h.service == IDENTIFY) & (h.kind == 0)
