"""USB descriptors (USB 2.0, chapter 9.6): a length, a type, and what the type says; a configuration has many in a row."""

from __future__ import annotations

from typing import ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, NONE, STRING, Field, flag, group, u8, u16
from dissect.engine.layer import Layer
from dissect.layers.usb_classes import DESCRIBING, LEAST_OWN

DESCRIPTORS = {
    1: "DEVICE", 2: "CONFIGURATION", 3: "STRING", 4: "INTERFACE", 5: "ENDPOINT", 6: "DEVICE QUALIFIER",
    7: "OTHER_SPEED CONFIGURATION", 8: "INTERFACE_POWER", 9: "OTG", 10: "DEBUG", 11: "INTERFACE ASSOCIATION", 15: "BOS",
    16: "DEVICE CAPABILITY", 0x21: "HID", 0x22: "HID REPORT", 0x24: "CS_INTERFACE", 0x25: "CS_ENDPOINT", 0x29: "HUB",
    0x30: "SUPERSPEED USB ENDPOINT COMPANION",
}  # fmt: skip
LENGTHS = {1: 18, 2: 9, 6: 10, 7: 9}
TRANSFERS = {0: "Control-Transfer", 1: "Isochronous-Transfer", 2: "Bulk-Transfer", 3: "Interrupt-Transfer"}


class Descriptors(Layer):
    """The fields of descriptors; read within a USB layer, never found by a table."""

    name, label, column = "usb.descriptor", "USB Descriptor", "USB"

    descriptor = group("", "Descriptor")
    length_ = u8(None, "usb.bLength", "bLength")
    kind = u8(None, "usb.bDescriptorType", "bDescriptorType", HEX, names=DESCRIPTORS)
    version = u16(None, "usb.bcdUSB", "bcdUSB", HEX, little=True)
    device_class = u8(None, "usb.bDeviceClass", "bDeviceClass", HEX)
    device_subclass = u8(None, "usb.bDeviceSubClass", "bDeviceSubClass")
    device_protocol = u8(None, "usb.bDeviceProtocol", "bDeviceProtocol")
    packet_size = u8(None, "usb.bMaxPacketSize0", "bMaxPacketSize0")
    vendor = u16(None, "usb.idVendor", "idVendor", HEX, little=True)
    product = u16(None, "usb.idProduct", "idProduct", HEX, little=True)
    release = u16(None, "usb.bcdDevice", "bcdDevice", HEX, little=True)
    manufacturer = u8(None, "usb.iManufacturer", "iManufacturer")
    product_string = u8(None, "usb.iProduct", "iProduct")
    serial = u8(None, "usb.iSerialNumber", "iSerialNumber")
    configurations = u8(None, "usb.bNumConfigurations", "bNumConfigurations")
    total_length = u16(None, "usb.wTotalLength", "wTotalLength", little=True)
    interfaces = u8(None, "usb.bNumInterfaces", "bNumInterfaces")
    configuration = u8(None, "usb.bConfigurationValue", "bConfigurationValue")
    configuration_string = u8(None, "usb.iConfiguration", "iConfiguration")
    configuration_attributes = u8(None, "usb.configuration.bmAttributes", "Configuration bmAttributes", HEX)
    configuration_bits = (
        flag(None, "usb.configuration.legacy10buspowered", "Must be 1", 0x80, within=configuration_attributes),
        flag(None, "usb.configuration.selfpowered", "Self-Powered", 0x40, within=configuration_attributes),
        flag(None, "usb.configuration.remotewakeup", "Remote Wakeup", 0x20, within=configuration_attributes),
    )
    power = u8(None, "usb.bMaxPower", "bMaxPower")
    interface = u8(None, "usb.bInterfaceNumber", "bInterfaceNumber")
    alternate = u8(None, "usb.bAlternateSetting", "bAlternateSetting")
    endpoints = u8(None, "usb.bNumEndpoints", "bNumEndpoints")
    interface_class = u8(None, "usb.bInterfaceClass", "bInterfaceClass", HEX)
    interface_subclass = u8(None, "usb.bInterfaceSubClass", "bInterfaceSubClass", HEX)
    interface_protocol = u8(None, "usb.bInterfaceProtocol", "bInterfaceProtocol", HEX)
    interface_string = u8(None, "usb.iInterface", "iInterface")
    endpoint = u8(None, "usb.bEndpointAddress", "bEndpointAddress", HEX)
    endpoint_direction = flag(None, "usb.bEndpointAddress.direction", "Direction", 0x80, within=endpoint)
    endpoint_number = u8(None, "usb.bEndpointAddress.number", "Endpoint Number", HEX, mask=0x0F, within=endpoint)
    attributes = u8(None, "usb.bmAttributes", "bmAttributes", HEX)
    transfer = u8(None, "usb.bmAttributes.transfer", "Transfertype", HEX, mask=0x03, within=attributes, names=TRANSFERS)
    packet = u16(None, "usb.wMaxPacketSize", "wMaxPacketSize", little=True)
    packet_slots = u16(None, "usb.wMaxPacketSize.slots", "Transactions per microframe", mask=0x1800, little=True,
                       within=packet)  # fmt: skip
    packet_bytes = u16(None, "usb.wMaxPacketSize.size", "Maximum Packet Size", mask=0x3FF, little=True, within=packet)
    packet_of_bulk = u16(None, "usb.wMaxPacketSize", "wMaxPacketSize", little=True)
    packet_size_of_bulk = u16(None, "usb.wMaxPacketSize.size", "Maximum Packet Size", mask=0x3FF, little=True,
                              within=packet_of_bulk)
    interval = u8(None, "usb.bInterval", "bInterval")
    first_interface = u8(None, "usb.bFirstInterface", "bFirstInterface")
    interface_count = u8(None, "usb.bInterfaceCount", "bInterfaceCount")
    function_class = u8(None, "usb.bFunctionClass", "bFunctionClass", HEX)
    function_subclass = u8(None, "usb.bFunctionSubClass", "bFunctionSubClass", HEX)
    function_protocol = u8(None, "usb.bFunctionProtocol", "bFunctionProtocol", HEX)
    function_string = u8(None, "usb.iFunction", "iFunction")
    language = u16(None, "usb.wLANGID", "wLANGID", HEX, little=True)
    text = Field("usb.bString", "bString", STRING)
    unknown = Field("", "Descriptor data", NONE)

    KINDS: ClassVar[dict[int, tuple[Field, ...]]] = {
        1: (version, device_class, device_subclass, device_protocol, packet_size, vendor, product, release, manufacturer,
            product_string, serial, configurations),
        2: (total_length, interfaces, configuration, configuration_string, configuration_attributes, power),
        4: (interface, alternate, endpoints, interface_class, interface_subclass, interface_protocol, interface_string),
        5: (endpoint, attributes, packet, interval),
        6: (version, device_class, device_subclass, device_protocol, packet_size, configurations),
        7: (total_length, interfaces, configuration, configuration_string, configuration_attributes, power),
        11: (first_interface, interface_count, function_class, function_subclass, function_protocol, function_string),
    }  # fmt: skip

    @classmethod
    def begin(cls, c: Cursor) -> bool:
        """Whether what follows looks like the answer to a request for a descriptor."""
        if c.remaining < 2:
            return False
        size, kind = c.peek(1), c.peek(1, 1)
        if kind == 3:
            return size >= 2 and size % 2 == 0 and c.remaining <= size
        return LENGTHS.get(kind) == size

    @classmethod
    def read(cls, c: Cursor, layers: tuple[str, ...] = ()) -> None:
        """Descriptors, one behind the other, to the end; those that are a class's own are dissected by its `layers`."""
        own, last = list(reversed(layers)), -1
        while c.remaining >= 2:
            size = c.peek(1)
            if size < 2:
                break
            last = c.peek(1, 5) if c.peek(1, 1) == 4 and c.remaining >= 9 else last
            with c.group(cls.descriptor, min(size, c.remaining)):
                c.label(f"{DESCRIPTORS.get(c.peek(1, 1), 'UNKNOWN')} DESCRIPTOR")
                c.add(cls.length_)
                kind = c.add(cls.kind)
                if own and kind >= LEAST_OWN and last in DESCRIBING:
                    name = own.pop()
                    if c.remaining:
                        c.child(name)
                cls._body(c, kind)

    @classmethod
    def _body(cls, c: Cursor, kind: int) -> None:
        if kind == 3:
            if c.remaining == 2:
                c.add(cls.language)
            elif c.remaining:
                c.add(cls.text, c.remaining, c.peek_bytes(c.remaining).decode("utf-16-le", "replace"))
            return
        for field in cls.KINDS.get(kind, ()):
            if c.remaining < field.type.size:
                break
            bulk = field is cls.packet and c.peek(1, -1) & 1 == 0  # no transactions a microframe
            c.add(cls.packet_of_bulk if bulk else field)
