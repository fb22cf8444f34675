"""What USB devices of some classes say: input devices (HID), hubs, mass storage, communication, printers, audio, video, smart cards.

A device's configuration tells the class of each interface and endpoint; `told` remembers it for each device, and says of
every request which layer it goes on with.
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import Talk

AUDIO, COMMUNICATION, INPUT, PRINTER, STORAGE, HUB, CARD, VIDEO = 1, 2, 3, 7, 8, 9, 11, 14
UNKNOWN = 0xFF  # no descriptor has told it
CONTROL, INTERRUPT, BULK = 2, 1, 3
STANDARD, CLASS = 0, 0x20
DEVICE, INTERFACE, ENDPOINT = 0, 1, 2
GET_DESCRIPTOR, CONFIGURATION = 6, 2
LEAST_OWN = 0x20  # types of descriptors from here on are a class's own
DESCRIBING = {AUDIO: "usbaudio", COMMUNICATION: "usbcom", INPUT: "usbhid", VIDEO: "usbvideo", CARD: "usbccid"}
ASKING = {INPUT: "usbhid", COMMUNICATION: "usbcom", PRINTER: "usbprinter"}
INPUT_REQUESTS = frozenset({1, 2, 3, 9, 10, 11})
INTERRUPTING = {INPUT: "usbhid", COMMUNICATION: "usbcom", VIDEO: "usbvideo"}
HUB_REQUESTS = frozenset({0, 1, 3, 6, 7, 8, 9, 10, 11})
STORAGE_REQUESTS = frozenset({0xFE, 0xFF})
VIDEO_REQUESTS = frozenset({0x01, *range(0x81, 0x88)})
MOST = 256  # descriptors of a configuration that are read
COMMAND, STATUS = b"USBC", b"USBS"


class Told(NamedTuple):
    """What is known of a request: the class of its interface (-1: not told), the layers that it goes on with."""

    kind: int = -1
    layers: tuple[str, ...] = ()
    heard: bool = False  # its class has taken the answer, and names it no layer


class Request(NamedTuple):
    """What a capture says of a request or its completion."""

    transfer: int
    endpoint: int
    setup: bytes  # of a control request; else empty
    data: bytes


def told(talk: Talk, one: Request) -> Told:
    """What a request is, by what the device has said."""
    if one.transfer != CONTROL:
        return _transfer(int(talk.get(("usb endpoint", one.endpoint), UNKNOWN)), one.transfer, one.data)
    if len(one.setup) == 8:
        found = _control(talk, one.setup)
        talk["usb asked"] = (one.setup, found)
        return found
    setup, found = talk.get("usb asked", (b"", Told()))
    talk["usb asked"] = (b"", Told())
    if setup[1:2] == bytes((GET_DESCRIPTOR,)) and setup[3] == CONFIGURATION and setup[0] & 0x60 == STANDARD:
        return _configuration(talk, one.data)
    if not one.data or not found.layers:
        return Told(found.kind)
    speaks = found.layers[0] in ("usbcom", "usbvideo", "usbmsclass")
    speaks |= found.layers[0] == "usbhid" and setup[0] & 0x60 == STANDARD
    speaks |= found.layers[0] == "usbhub" and setup[1] == 0
    return found if speaks else Told(found.kind, (), found.layers[0] in ("usbhid", "usbhub"))


def _transfer(kind: int, transfer: int, data: bytes) -> Told:
    if transfer == BULK and data:
        if (data[:4], len(data)) in ((COMMAND, 31), (STATUS, 13)):
            return Told(kind, ("usbms",))
        layers = {STORAGE: ("usbmsclass", "usbms"), AUDIO: ("usbaudio",), CARD: ("usbccid",)}.get(kind, ())
        return Told(kind, layers)
    name = INTERRUPTING.get(kind) if transfer == INTERRUPT and data else None
    return Told(kind, (name,) if name else ())


def _control(talk: Talk, setup: bytes) -> Told:
    """A control request: to whom, and of which sort."""
    sort, recipient, request = setup[0] & 0x60, setup[0] & 0x1F, setup[1]
    if sort == STANDARD and recipient != INTERFACE:
        return Told()
    kind = int(talk.get(("usb interface", setup[4]), UNKNOWN)) if recipient == INTERFACE else UNKNOWN
    name = ""
    if sort == STANDARD:
        name = ASKING.get(kind, "") if request == GET_DESCRIPTOR else ""
    elif sort == CLASS and recipient == INTERFACE:
        name = "" if kind == INPUT and request not in INPUT_REQUESTS else ASKING.get(kind, "")
        name = "usbmsclass" if kind == STORAGE and request in STORAGE_REQUESTS else name
        name = "usbvideo" if kind == VIDEO and request in VIDEO_REQUESTS else name
    elif sort == CLASS and request in HUB_REQUESTS:
        name = "usbhub"
    return Told(kind, ("usbmsclass", "usbms") if name == "usbmsclass" else (name,) if name else ())


def _configuration(talk: Talk, data: bytes) -> Told:
    """A configuration: what its interfaces and endpoints are."""
    at, last, found = 0, -1, list[str]()
    for _ in range(MOST):
        size = data[at] if at + 2 <= len(data) else 0
        if size < 2:
            break
        kind, body = data[at + 1], data[at : at + size]
        if kind == 4 and len(body) >= 9:
            last = body[5]
            talk["usb interface", body[2]] = last
        elif kind == 5 and len(body) >= 3 and last >= 0:
            talk["usb endpoint", body[2]] = last
        elif kind >= LEAST_OWN and last in DESCRIBING:
            found.append(DESCRIBING[last])
        at += size
    return Told(-1, tuple(found))


class _OfClass(Layer):
    """What a class says: the rest of a setup packet where it asks, else octets of its own."""

    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        asks = around is not None and around.__dict__.get("_setup_at") == c.pos
        parts = tuple(cls.by_attr[n] for n in ("request", "value", "index", "size_of") if n in cls.by_attr) if asks else ()
        for field in parts if c.remaining >= 7 else ():
            c.add(field)
        cls.says(c, asks)
        c.rest(cls.other)

    @classmethod
    def says(cls, c: Cursor, asks: bool) -> None:
        """What is told beyond that."""


def _setup(name: str) -> tuple[Field, Field, Field, Field]:
    return (
        u8(None, f"{name}.setup.bRequest", "bRequest", HEX), u16(None, f"{name}.setup.wValue", "wValue", HEX, little=True),
        u16(None, f"{name}.setup.wIndex", "wIndex", little=True), u16(None, f"{name}.setup.wLength", "wLength", little=True),
    )  # fmt: skip


class InputDevice(_OfClass):
    """Keyboards, mice and the like: requests, reports."""

    name, label, column = "usbhid", "USB HID", "USBHID"

    request, value, index, size_of = _setup("usbhid")
    report = raw(None, "usbhid.data", "HID Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        state = around.__dict__ if around is not None else {}
        if state.get("_setup_at") == c.pos and state.get("_standard"):
            c.rest(cls.other)
        elif state.get("_reports"):
            c.rest(cls.report)
        else:
            super().decode(c)


class Hub(_OfClass):
    """Hubs: requests of their ports."""

    name, label, column = "usbhub", "USB HUB", "USBHUB"

    request, value, index, size_of = _setup("usbhub")


class StorageClass(Layer):
    """Mass storage: what its protocol makes of it."""

    name, label, column = "usbmsclass", "USB Mass Storage Class", "USBMS"
    reaches = ("usbms",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        around = c.h.outer_header
        if around is not None:
            c.h.__dict__["_setup_at"] = around.__dict__.get("_setup_at")
        c.child("usbms")


class Storage(_OfClass):
    """Mass storage, bulk only: a command's wrapper, its status, blocks."""

    name, label, column = "usbms", "USB Mass Storage", "USBMS"

    request, value, index, size_of = _setup("usbms")
    signature = u32(None, "usbms.dCBWSignature", "Signature", HEX, little=True)
    status_signature = u32(None, "usbms.dCSWSignature", "Signature", HEX, little=True)
    tag = u32(None, "usbms.dCBWTag", "Tag", HEX, little=True)
    transfer_size = u32(None, "usbms.dCBWDataTransferLength", "DataTransferLength", little=True)
    residue = u32(None, "usbms.dCSWDataResidue", "DataResidue", little=True)
    status = u8(None, "usbms.dCSWStatus", "Status", HEX)

    @classmethod
    def says(cls, c: Cursor, asks: bool) -> None:
        if asks or c.remaining < 13:
            return
        word = c.peek_bytes(4)
        if word == COMMAND:
            parts: tuple[Field, ...] = (cls.signature, cls.tag, cls.transfer_size)
        else:
            parts = (cls.status_signature, cls.tag, cls.residue, cls.status) if word == STATUS else ()
        for field in parts:
            c.add(field)


class Communication(_OfClass):
    """Modems, network adapters."""

    name, label, column = "usbcom", "USB Communications and CDC Control", "USBCOM"

    request = u8(None, "usbcom.control.request_code", "Request Code", HEX)
    value = u16(None, "usbcom.control.value", "Value", little=True)
    index = u16(None, "usbcom.control.index", "Index", little=True)
    size_of = u16(None, "usbcom.control.length", "Length", little=True)


class Printer(_OfClass):
    """Printers."""

    name, label, column = "usbprinter", "USB Printer", "USBPRINTER"


class Audio(_OfClass):
    """Sound and MIDI."""

    name, label, column = "usbaudio", "USB Audio", "USBAUDIO"


class Video(_OfClass):
    """Cameras."""

    name, label, column = "usbvideo", "USB Video", "USBVIDEO"


class SmartCard(_OfClass):
    """Readers of smart cards."""

    name, label, column = "usbccid", "USB CCID", "USBCCID"
