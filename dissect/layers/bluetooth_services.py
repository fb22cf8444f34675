"""What goes through Bluetooth's logical channels: service discovery, serial lines, input devices, remote control, audio, networks.

A channel's service is said when it is opened (volume 3, part A, sections 4.2 and 4.3); `told` remembers it for each connection.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, flag, raw, u8, u16
from dissect.engine.layer import Layer
from dissect.engine.messages import Talk
from dissect.layers.named import Named

SERVICES = {
    0x01: "btsdp", 0x03: "btrfcomm", 0x0F: "btbnep", 0x11: "bthid", 0x13: "bthid", 0x17: "btavctp", 0x19: "btavdtp",
    0x1B: "btavctp", 0x1F: "btatt",
}  # fmt: skip
SIGNALS, LEAST_DYNAMIC = 1, 0x40
ASKS, ANSWERS = 2, 3
MOST = 64  # commands of a frame that are read


def told(talk: Talk, octets: bytes) -> int | None:
    """The service of a frame's channel, if it was opened before."""
    channel = int.from_bytes(octets[2:4], "little")
    if channel >= LEAST_DYNAMIC:
        found: int | None = talk.get(("channel", channel))
        return found
    at = 4
    for _ in range(MOST if channel == SIGNALS else 0):
        if at + 4 > len(octets):
            break
        size, body = int.from_bytes(octets[at + 2 : at + 4], "little"), octets[at + 4 :]
        words = [int.from_bytes(body[i : i + 2], "little") for i in range(0, 6, 2)]
        if octets[at] == ASKS and size >= 4:
            talk["opening", words[1]] = words[0]
        elif octets[at] == ANSWERS and size >= 8 and words[2] == 0:
            service = talk.get(("opening", words[1]))
            if service is not None:
                talk["channel", words[0]] = talk["channel", words[1]] = service
        at += 4 + size
    return None


class ServiceDiscovery(Named):
    """What services a device has."""

    name, label, column = "btsdp", "Bluetooth SDP Protocol", "SDP"


class AudioVideoTransport(Named):
    """Streams of sound are arranged."""

    name, label, column = "btavdtp", "Bluetooth AVDTP Protocol", "AVDTP"


class RemoteControl(Named):
    """Players are controlled."""

    name, label, column = "btavrcp", "Bluetooth AVRCP Profile", "AVRCP"


FRAME, CREDITS = 0xEF, 0x10


class SerialLine(Layer):
    """RFCOMM (GSM TS 07.10): address, control, length, credits where there are any, data, a check sum."""

    name, label, column = "btrfcomm", "Bluetooth RFCOMM Protocol", "RFCOMM"
    reaches = ("data",)

    head = raw(None, "", "Head")
    check = raw(None, "", "Frame Check Sequence")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        address, control, wide = c.peek(1), c.peek(1, 1), c.peek(1, 2) & 1 == 0
        size = c.peek(2, 2, True) >> 1 if wide else c.peek(1, 2) >> 1
        is_data = control & ~CREDITS & 0xFF == FRAME and address >> 3 > 0
        c.add(cls.head, 3 + wide + (is_data and control & CREDITS > 0))
        if is_data and 0 < size <= c.remaining:
            c.child("data", size)
        c.rest(cls.check)


KEYBOARD, MOUSE = 1, 2


class InputDevice(Layer):
    """A keyboard's or a mouse's reports."""

    name, label, column = "bthid", "Bluetooth HID Profile", "HID"
    reaches = ("usbhid",)

    transaction = u8(None, "bthid.transaction_type", "Transaction Type", HEX, mask=0xF0)
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.peek(1)
        c.add(cls.transaction)
        if kind == 0xA1 and c.remaining > 1 and c.peek(1) in (KEYBOARD, MOUSE):
            c.add(cls.content, 1)
            c.child("usbhid")
        c.rest(cls.content)


REMOTE = 0x110E


class AudioVideoControl(Layer):
    """AVCTP: whom a command is for."""

    name, label, column = "btavctp", "Bluetooth AVCTP Protocol", "AVCTP"
    reaches = ("btavrcp",)

    head = raw(None, "", "Head")
    profile = u16(None, "btavctp.pid", "Profile Identifier", HEX)
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind = c.peek(1) >> 2 & 3
        c.add(cls.head, 2 if kind == 1 else 1)
        if kind < 2 and c.add(cls.profile) == REMOTE and kind == 0 and c.remaining:
            c.child("btavrcp")
        c.rest(cls.content)


ADDRESSED = {0: ("dst", "src"), 2: (), 3: ("src",), 4: ("dst",)}  # the addresses that are there, by type


class Network(Layer):
    """BNEP: Ethernet with as few addresses as needed."""

    name, label, column = "btbnep", "Bluetooth BNEP Protocol", "BNEP"
    reaches = ("ethertype",)

    extended = flag(0, "btbnep.extension_flag", "Extension Flag", 0x80)
    kind = u8(0, "btbnep.bnep_type", "BNEP Type", HEX, mask=0x7F)
    dst, src = ether(None, "btbnep.dst", "Destination"), ether(None, "btbnep.src", "Source")
    type = u16(None, "btbnep.type", "Type", HEX)
    content = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        addressed = ADDRESSED.get(c.h.kind)
        if addressed is not None and not c.h.extended:
            for name in addressed:
                c.add(getattr(cls, name))
            number = c.add(cls.type)
            if c.remaining:
                c.payload("ethertype", number)
        c.rest(cls.content)
