"""USB requests as Linux (usbmon; LINKTYPE_USB_LINUX, _MMAPPED) and Windows (USBPcap; LINKTYPE_USBPCAP) give them.

Linux, in the byte order of the capturing host:

     0               8    9    10   11   12   14    15    16         24       28
    +---------------+----+----+----+----+----+-----+-----+----------+--------+--------+
    | URB id        |type|tran|endp|dev |bus |setup|data | seconds  | micros | status |
    +---------------+----+----+----+----+----+-----+-----+----------+--------+--------+
     32       36       40                  48 (only LINKTYPE_USB_LINUX_MMAPPED)      64
    | length | length | setup packet, or   | interval | start    | transfer | number of   |
    | of URB | of data| counts of frames   |          | frame    | flags    | descriptors |

USBPcap: length of the header (2), IRP (8), status (4), function (2), direction (1), bus (2), device (2),
endpoint (1), transfer (1), length of data (4), then what the kind of transfer needs.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BYTES,
    CHAR,
    HEX,
    HEX_DEC,
    NONE,
    STRING,
    Field,
    bits,
    flag,
    i32,
    raw,
    u8,
    u16,
    u32,
    u64,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.engine.messages import Heard, Talk
from dissect.layers.streams import heard_of
from dissect.layers.usb_classes import CLASS, UNKNOWN, Request, Told, told
from dissect.layers.usb_descriptors import DESCRIPTORS, Descriptors

TRANSFERS = {0: "URB_ISOCHRONOUS", 1: "URB_INTERRUPT", 2: "URB_CONTROL", 3: "URB_BULK"}
URBS = {0x53: "URB_SUBMIT", 0x43: "URB_COMPLETE", 0x45: "URB_ERROR"}
REQUESTS = {
    0: "GET STATUS", 1: "CLEAR FEATURE", 3: "SET FEATURE", 5: "SET ADDRESS", 6: "GET DESCRIPTOR", 7: "SET DESCRIPTOR",
    8: "GET CONFIGURATION", 9: "SET CONFIGURATION", 10: "GET INTERFACE", 11: "SET INTERFACE", 12: "SYNCH FRAME",
    48: "SET SEL", 49: "SET ISOCH DELAY",
}  # fmt: skip
FUNCTIONS = {
    0x0000: "URB_FUNCTION_SELECT_CONFIGURATION", 0x0001: "URB_FUNCTION_SELECT_INTERFACE",
    0x0002: "URB_FUNCTION_ABORT_PIPE", 0x0008: "URB_FUNCTION_CONTROL_TRANSFER",
    0x0009: "URB_FUNCTION_BULK_OR_INTERRUPT_TRANSFER", 0x000A: "URB_FUNCTION_ISOCH_TRANSFER",
    0x000B: "URB_FUNCTION_GET_DESCRIPTOR_FROM_DEVICE", 0x001B: "URB_FUNCTION_CLASS_INTERFACE",
    0x001E: "URB_FUNCTION_SYNC_RESET_PIPE_AND_CLEAR_STALL",
}  # fmt: skip
CLASSES = {
    0: "Device", 1: "Audio", 2: "Communications and CDC Control", 3: "HID", 5: "Physical", 6: "Imaging", 7: "Printer",
    8: "Mass Storage", 9: "Hub", 10: "CDC-Data", 11: "Smart Card", 13: "Content Security", 14: "Video",
    0xE0: "Wireless Controller", 0xEF: "Miscellaneous", 0xFE: "Application Specific", 0xFF: "Vendor Specific",
}  # fmt: skip
DIRECTIONS = {0: "OUT", 1: "IN"}
STAGES = {0: "Setup", 1: "Data", 2: "Status", 3: "Complete"}
ISOCHRONOUS, INTERRUPT, CONTROL = 0, 1, 2
LINUX, MAPPED = 48, 64  # octets of usbmon's headers


class USB(Layer):
    """What all three kinds of capture have: ends, the setup packet, descriptors, data."""

    name, label, column = "usb", "USB", "USB"
    reaches = (
        "usbhid", "usbhub", "usbmsclass", "usbms", "usbcom", "usbprinter", "usbaudio", "usbvideo", "usbccid",
    )  # fmt: skip
    talks = ("bus", "device")

    address = Field("usb.addr", "Source or Destination", STRING, hidden=True)
    usb_src = Field("usb.src", "Source", STRING, also=(address,))
    usb_dst = Field("usb.dst", "Destination", STRING, also=(address,))
    interface_class = u8(None, "usb.bInterfaceClass", "bInterfaceClass", HEX, names=CLASSES)
    unused_setup = Field("usb.unused_setup_header", "Unused Setup Header", NONE)
    request_type = u8(None, "usb.bmRequestType", "bmRequestType", HEX)
    request_bits = (
        flag(None, "usb.bmRequestType.direction", "Direction", 0x80, within=request_type),
        u8(None, "usb.bmRequestType.type", "Type", HEX, mask=0x60, within=request_type,
           names={0: "Standard", 1: "Class", 2: "Vendor", 3: "Reserved"}),
        u8(None, "usb.bmRequestType.recipient", "Recipient", HEX, mask=0x1F, within=request_type,
           names={0: "Device", 1: "Interface", 2: "Endpoint", 3: "Other"}),
    )  # fmt: skip
    request = u8(None, "usb.setup.bRequest", "bRequest", names=REQUESTS)
    value = u16(None, "usb.setup.wValue", "wValue", HEX, little=True)
    feature = u16(None, "usb.setup.wFeatureSelector", "wFeatureSelector", little=True)
    status = u16(None, "usb.setup.wStatus", "wStatus", HEX, little=True)
    index = u16(None, "usb.setup.wIndex", "wIndex", HEX_DEC, little=True)
    interface = u16(None, "usb.setup.wInterface", "wInterface", little=True)
    length_ = u16(None, "usb.setup.wLength", "wLength", little=True)
    descriptor_index = u8(None, "usb.DescriptorIndex", "Descriptor Index", HEX)
    descriptor_type = u8(None, "usb.bDescriptorType", "bDescriptorType", HEX, names=DESCRIPTORS)
    language = u16(None, "usb.LanguageId", "Language Id", HEX, little=True)
    configuration = u8(None, "usb.bConfigurationValue", "bConfigurationValue")
    alternate = u8(None, "usb.bAlternateSetting", "bAlternateSetting")
    response = raw(None, "usb.control.Response", "CONTROL response data")
    taken = raw(None, "", "Answer")
    fragment = raw(None, "usb.data_fragment", "Data Fragment")
    captured = raw(None, "usb.capdata", "Leftover Capture Data")
    iso_data = Field("usb.iso.data", "ISO Data", BYTES)

    @staticmethod
    def info(transfer_type: int) -> str:
        return TRANSFERS.get(transfer_type, f"URB transfer type 0x{transfer_type:02x}")

    @classmethod
    def hears(cls, talk: Talk, heard: Heard) -> Told | None:
        """What a request is: see `usb_classes`."""
        one = requested(heard.octets)
        return None if one is None else told(talk, one)

    @classmethod
    def _told(cls, c: Cursor, fallback: bool) -> Told:
        """What is known of the request; its class is told, too.  `fallback`: what stands alone has one nobody knows."""
        heard: Told | None = heard_of(c.h)
        known = Told(UNKNOWN if fallback else -1) if heard is None else heard
        if known.kind >= 0:
            c.derived(cls.interface_class, known.kind)
        return known

    @classmethod
    def _onward(cls, c: Cursor, known: Told) -> None:
        """What a class says, all that is left."""
        if known.layers and c.remaining:
            c.h.__dict__["_reports"] = c.h.transfer_type == INTERRUPT
            c.child(known.layers[0])

    @classmethod
    def _ends(cls, c: Cursor, endpoint: int, to_host: bool) -> None:
        device = f"{c.h.bus}.{c.h.device}.{endpoint & 0x7F}"
        c.derived(cls.usb_src, device if to_host else "host")
        c.derived(cls.usb_dst, "host" if to_host else device)

    @classmethod
    def _setup(cls, c: Cursor, known: Told) -> None:
        """The eight octets of a setup packet (USB 2.0, section 9.3)."""
        kind = c.add(cls.request_type)
        if known.layers and c.remaining >= 7:
            c.h.__dict__["_setup_at"], c.h.__dict__["_standard"] = c.pos, kind & 0x60 != CLASS
            c.child(known.layers[0], 7)
            return
        request = c.add(cls.request)
        if kind & 0x60 or request not in REQUESTS:
            c.add(cls.value)
            c.add(cls.index)
        elif request in (6, 7) and kind & 0x1F == 0:
            c.add(cls.descriptor_index)
            c.add(cls.descriptor_type)
            c.add(cls.language)
        elif request == 9:
            c.add(cls.configuration)
            c.skip(1)
            c.add(cls.index)
        elif request in (10, 11):
            if request == 11:
                c.add(cls.alternate)
                c.skip(1)
            else:
                c.add(cls.value)
            c.add(cls.interface)
        elif request in (1, 3):
            c.add(cls.feature)
            c.add(cls.index)
        else:
            c.add(cls.value)
            c.add(cls.index)
        c.add(cls.length_)

    @classmethod
    def _answer(cls, c: Cursor, known: Told) -> None:
        """What a device sent in a control transfer: descriptors, where they look like some."""
        if Descriptors.begin(c):
            Descriptors.read(c, known.layers)
        elif known.heard:
            c.rest(cls.taken)
        else:
            cls._onward(c, known)
        c.rest(cls.response)


class LinuxUSB(USB):
    """A request or its completion as usbmon gives it."""

    name, label, column = "usb", "USB", "USB"
    binds = {"linktype": (189,)}

    urb_id = u64(0, "usb.urb_id", "URB id", HEX, little=True)
    urb_type = Field("usb.urb_type", "URB type", CHAR, at=8, names=URBS)
    transfer_type = u8(9, "usb.transfer_type", "URB transfer type", HEX, names=TRANSFERS)
    endpoint = u8(10, "usb.endpoint_address", "Endpoint", HEX)
    endpoint_direction = u8(10, "usb.endpoint_address.direction", "Direction", mask=0x80, within=endpoint, names=DIRECTIONS)
    endpoint_number = u8(10, "usb.endpoint_address.number", "Endpoint number", mask=0x0F, within=endpoint)
    device = u8(11, "usb.device_address", "Device")
    bus = u16(12, "usb.bus_id", "URB bus id", little=True)
    setup_flag = Field("usb.setup_flag", "Device setup request", CHAR, at=14, names={0: "relevant", 0x2D: "not relevant"})
    data_flag = Field("usb.data_flag", "Data", CHAR, at=15,
                      names={0: "present", 0x3C: "not present", 0x3E: "not present"})  # fmt: skip
    seconds = u64(16, "usb.urb_ts_sec", "URB sec", little=True)
    micros = u32(24, "usb.urb_ts_usec", "URB usec", little=True)
    urb_status = i32(28, "usb.urb_status", "URB status", little=True)
    urb_len = u32(32, "usb.urb_len", "URB length [bytes]", little=True)
    data_len = u32(36, "usb.data_len", "Data length [bytes]", little=True)
    iso_errors = u16(None, "usb.iso.error_count", "ISO error count", little=True)
    iso_count = u16(None, "usb.iso.numdesc", "Number of ISO descriptors", little=True)
    frame_status = i32(None, "usb.iso.iso_status", "Status", little=True)
    frame_offset = u32(None, "usb.iso.iso_off", "Offset [bytes]", little=True)
    frame_length = u32(None, "usb.iso.iso_len", "Length [bytes]", little=True)
    frame_padding = u32(None, "usb.iso.pad", "Padding", HEX, little=True)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        cls._ends(c, h.endpoint, h.urb_type != 0x53)
        setup = h.setup_flag == 0
        known = cls._told(c, h.transfer_type != CONTROL or (setup and c.peek(1) & 0x60 > 0))
        frames = 0
        if h.transfer_type == ISOCHRONOUS:
            c.add(cls.iso_errors, 4, c.peek(4, 0, True) & 0xFFFF)
            frames = c.add(cls.iso_count, 4, c.peek(4, 0, True) & 0xFFFF)
        elif setup:
            cls._setup(c, known)
        else:
            c.add(cls.unused_setup, 8)
        frames = cls._more(c, frames)
        if h.transfer_type == ISOCHRONOUS:
            cls._frames(c, frames)
        elif setup:
            c.rest(cls.fragment)
        elif h.transfer_type == CONTROL and h.endpoint & 0x80:
            cls._answer(c, known)
        else:
            cls._onward(c, known)
        c.rest(cls.captured)

    @classmethod
    def _more(cls, c: Cursor, frames: int) -> int:
        """What follows the setup packet before the data: nothing here.  Returns the number of frames described."""
        return 0

    @classmethod
    def _frames(cls, c: Cursor, frames: int) -> None:
        """The frames' places, then their octets."""
        lengths = []
        for _ in range(min(frames, c.remaining // 16)):
            c.add(cls.frame_status)
            c.add(cls.frame_offset)
            lengths.append(c.add(cls.frame_length))
            c.add(cls.frame_padding)
        for length in lengths:
            if 0 < length <= c.remaining:
                c.add(cls.iso_data, length)
        c.rest(cls.iso_data)


class MappedUSB(LinuxUSB):
    """The same with the longer header of the memory-mapped interface."""

    name, label, column = "usb", "USB", "USB"
    binds = {"linktype": (220,)}

    interval = u32(None, "usb.interval", "Interval", little=True)
    start_frame = u32(None, "usb.start_frame", "Start frame", little=True)
    transfer_flags = u32(None, "usb.copy_of_transfer_flags", "Copy of Transfer Flags", HEX, little=True)
    flag_bits = bits(
        transfer_flags, "usb.transfer_flags",
        ("short_not_ok", "Short not OK", 0x1), ("iso_asap", "ISO ASAP", 0x2),
        ("no_transfer_dma_map", "No transfer DMA map", 0x4), ("no_fsbr", "No FSBR", 0x20),
        ("zero_packet", "Zero Packet", 0x40), ("no_interrupt", "No Interrupt", 0x80),
        ("free_buffer", "Free Buffer", 0x100), ("dir_in", "Dir IN", 0x200),
        ("dma_map_single", "DMA Map Single", 0x10000), ("dma_map_page", "DMA Map Page", 0x20000),
        ("dma_map_sg", "DMA Map SG", 0x40000), ("map_local", "Map Local", 0x80000),
        ("setup_map_single", "Setup Map Single", 0x100000), ("setup_map_local", "Setup Map Local", 0x200000),
        ("dma_sg_combined", "DMA S-G Combined", 0x400000), ("aligned_temp_buffer", "Aligned Temp Buffer", 0x800000),
    )  # fmt: skip
    described = u16(None, "usb.iso.numdesc", "Number of ISO descriptors", little=True)

    @classmethod
    def _more(cls, c: Cursor, frames: int) -> int:
        c.add(cls.interval)
        c.add(cls.start_frame)
        c.add(cls.transfer_flags)
        return int(c.add(cls.described, 4, c.peek(4, 0, True) & 0xFFFF))


class USBPcap(USB):
    """A request or its completion as the Windows driver USBPcap gives it."""

    name, label, column = "usb", "USB", "USB"
    binds = {"linktype": (249,)}

    header_length = u16(0, "usb.usbpcap_header_len", "USBPcap pseudoheader length", little=True)
    irp = u64(2, "usb.irp_id", "IRP ID", HEX, little=True)
    usbd_status = u32(10, "usb.usbd_status", "IRP USBD_STATUS", HEX, little=True, names={0: "USBD_STATUS_SUCCESS"})
    function = u16(14, "usb.function", "URB Function", HEX, little=True, names=FUNCTIONS)
    irp_info = u8(16, "usb.irp_info", "IRP information", HEX)
    irp_reserved = u8(16, "usb.irp_info.reserved", "Reserved", HEX, mask=0xFE, within=irp_info)
    irp_direction = u8(16, "usb.irp_info.direction", "Direction", HEX, mask=0x01, within=irp_info,
                       names={0: "FDO -> PDO", 1: "PDO -> FDO"})  # fmt: skip
    bus = u16(17, "usb.bus_id", "URB bus id", little=True)
    device = u16(19, "usb.device_address", "Device address", little=True)
    endpoint = u8(21, "usb.endpoint_address", "Endpoint", HEX)
    endpoint_direction = u8(21, "usb.endpoint_address.direction", "Direction", mask=0x80, within=endpoint, names=DIRECTIONS)
    endpoint_number = u8(21, "usb.endpoint_address.number", "Endpoint number", mask=0x0F, within=endpoint)
    transfer_type = u8(22, "usb.transfer_type", "URB transfer type", HEX, names=TRANSFERS)
    data_len = u32(23, "usb.data_len", "Packet Data Length", little=True)
    stage = u8(None, "usb.control_stage", "Control transfer stage", names=STAGES)
    iso_frame = u32(None, "usb.win32.iso_frame", "Isochronous transfer start frame", little=True)
    iso_packets = u32(None, "usb.win32.iso_num_packets", "Isochronous transfer number of packets", little=True)
    iso_errors = u32(None, "usb.win32.iso_error_count", "Isochronous transfer error count", little=True)
    iso_offset = u32(None, "usb.win32.iso_offset", "ISO Data offset", HEX, little=True)
    iso_length = u32(None, "usb.win32.iso_data_len", "ISO Data length", HEX, little=True)
    iso_status = u32(None, "usb.win32.iso_status", "ISO USBD status", HEX, little=True)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        cls._ends(c, h.endpoint, h.irp_info & 1 == 1)
        extra = min(max(h.header_length - 27, 0), c.remaining)
        setup = False
        if h.transfer_type == CONTROL and extra:
            setup = c.add(cls.stage) in (0, 3) and h.irp_info & 1 == 0
            extra -= 1
        elif h.transfer_type == ISOCHRONOUS and extra >= 12:
            extra = cls._packets(c, extra)
        if extra:
            c.skip(extra)
        asks = setup and c.remaining > 0 and c.peek(1) & 0x60 > 0
        known = cls._told(c, h.transfer_type not in (CONTROL, ISOCHRONOUS) or asks)
        if setup and c.remaining >= 8:
            cls._setup(c, known)
            c.rest(cls.fragment)
        elif h.transfer_type == CONTROL and h.irp_info & 1:
            cls._answer(c, known)
        elif h.transfer_type != ISOCHRONOUS:
            cls._onward(c, known)
        c.rest(cls.iso_data if h.transfer_type == ISOCHRONOUS else cls.captured)

    @classmethod
    def _packets(cls, c: Cursor, extra: int) -> int:
        """The isochronous packets' places; how much of the header they leave."""
        c.add(cls.iso_frame)
        count = c.add(cls.iso_packets)
        c.add(cls.iso_errors)
        extra -= 12
        while count and extra >= 12:
            c.add(cls.iso_offset)
            c.add(cls.iso_length)
            c.add(cls.iso_status)
            count, extra = count - 1, extra - 12
        return extra


def requested(octets: bytes) -> Request | None:
    """What a packet of any of the three kinds holds; None for what tells nothing of classes."""
    if len(octets) >= LINUX and octets[8] in b"SCE" and octets[9] <= 3:
        size = int.from_bytes(octets[36:40], "little")
        setup = octets[40:48] if octets[9] == CONTROL and octets[14] == 0 else b""
        data = octets[MAPPED if len(octets) - size >= MAPPED else LINUX :]
        return None if octets[9] == ISOCHRONOUS else Request(octets[9], octets[10], setup, data)
    if len(octets) < 27 or octets[22] == ISOCHRONOUS or octets[22] > 3:
        return None
    data = octets[int.from_bytes(octets[:2], "little") :]
    if octets[22] == CONTROL and octets[16] & 1 == 0:
        return Request(CONTROL, octets[21], data[:8], data[8:]) if len(data) >= 8 else None
    return Request(octets[22], octets[21], b"", data)
