"""AX.25, the link of amateur packet radio (version 2.2), and KISS, which modems are spoken to by (LINKTYPE_AX25, LINKTYPE_AX25_KISS).

    +-------------+--------+-----------------+---------+-----+--------------
    | destination | source | digipeaters ... | control | PID | information
    +-------------+--------+-----------------+---------+-----+--------------
      7             7        7 each            1         1 (I and UI frames)

A station is six letters, each shifted one bit to the left, and an octet with its number (bits 1 to 4); the lowest bit of
that octet ends the list of addresses.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, FieldType, flag, raw, u8, u16
from dissect.engine.layer import Layer, To

STATION = FieldType("FT_AX25", "string", 7)
PIDS = {
    0x01: "Rose", 0x06: "RFC1144 (compressed)", 0x07: "RFC1144 (uncompressed)", 0x08: "Segment", 0xC3: "Texnet",
    0xC4: "Link Quality protocol", 0xCA: "AppleTalk", 0xCB: "AppleTalk ARP", 0xCC: "IP", 0xCD: "ARP", 0xCE: "FlexNet",
    0xCF: "NetRom", 0xF0: "No L3", 0xFF: "L3 esc",
}  # fmt: skip
SUPERVISORY = {0: "Receiver ready", 1: "Receiver not ready", 2: "Reject", 3: "Selective reject"}
COMMANDS = {0: "Unnumbered Information", 3: "Disconnected mode", 0x0B: "Set Asynchronous Balanced Mode", 0x10: "Disconnect",
            0x18: "Unnumbered Acknowledge", 0x1B: "Set Asynchronous Balanced Mode Extended", 0x21: "Frame reject",
            0x2B: "Exchange identification", 0x38: "Test"}  # fmt: skip
FRAMES = {0: "Information frame", 1: "Supervisory frame", 2: "Information frame", 3: "Unnumbered frame"}
UI, LAST, POLL, VIAS = 0x03, 0x01, 0x10, 8
KISS = {0: "Data frame", 1: "Tx delay", 2: "Persistence", 3: "Slot time", 4: "Tx tail", 5: "Full duplex", 6: "Set hardware",
        12: "Data frame ack", 14: "Poll mode", 15: "Return"}  # fmt: skip


def station(data: bytes) -> str:
    """A station's address as text: letters and number."""
    letters = "".join(chr(octet >> 1) if 0x20 <= octet >> 1 < 0x7F else "." for octet in data[:6])
    number = data[6] >> 1 & 0x0F
    return f"{letters.rstrip()}-{number}" if number else letters.rstrip()


class AX25(Layer):
    """A frame of one octet of control (modulo 8)."""

    name, label, column = "ax25", "Amateur Radio AX.25", "AX.25"
    binds = {"linktype": (3,), "ip.proto": (93,)}
    reaches = ("ax25.pid", "data")

    to_station = Field("ax25.dst", "Destination", STATION)
    from_station = Field("ax25.src", "Source", STATION)
    vias = tuple(Field(f"ax25.via{number}", f"Via {number}", STATION) for number in range(1, VIAS + 1))
    further = raw(None, "", "Via", size=7)
    control = u8(None, "ax25.ctl", "Control", HEX)
    n_r = u8(None, "ax25.ctl.n_r", "n(r)", mask=0xE0)
    n_s = u8(None, "ax25.ctl.n_s", "n(s)", mask=0x0E)
    poll, final = flag(None, "ax25.ctl.p", "Poll", POLL, 1), flag(None, "ax25.ctl.f", "Final", POLL, 1)
    s_type = u8(None, "ax25.ctl.ftype_s", "Frame type", HEX, mask=0x0C, names=SUPERVISORY)
    command = u8(None, "ax25.ctl.u_cmd", "Frame type", HEX, mask=0xEC, names=COMMANDS)
    response = u8(None, "ax25.ctl.u_resp", "Frame type", HEX, mask=0xEC, names=COMMANDS)
    i_type = u8(None, "ax25.ctl.ftype_i", "Frame type", HEX, mask=0x01, names=FRAMES)
    su_type = u8(None, "ax25.ctl.ftype_su", "Frame type", HEX, mask=0x03, names=FRAMES)
    pid = u8(None, "ax25.pid", "Protocol ID", HEX, names=PIDS)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        response = not c.peek(1, 6) & 0x80 and bool(c.peek(1, 13) & 0x80)
        number = -2
        last = 0
        while number < 0 or not last & LAST:
            field = (cls.to_station, cls.from_station, *cls.vias)[number + 2] if number < VIAS else cls.further
            octets = c.peek_bytes(7)
            last = octets[6]
            if field is cls.further:
                c.add(field)
            else:
                c.add(field, value=octets.hex(":"), text=f"{field.label}: {station(octets)}")
            number += 1
        control = c.peek(1)
        with c.group(cls.control, 1) as c:
            cls._control(c, control, response)
        if control & 1 and control != UI:
            return
        pid = c.add(cls.pid)
        c.append_info(f", {PIDS.get(pid, f'Unknown (0x{pid:02x})')}")
        if not c.payload("ax25.pid", pid):
            c.child("data")

    @classmethod
    def _control(cls, c: Cursor, control: int, response: bool) -> None:
        kind = control & 3
        mark = (" F" if response and kind & 1 else " P") if control & POLL else ""
        fields = [cls.final if response and kind & 1 else cls.poll] if control & POLL else []
        if kind == 3:
            fields += [cls.response if response else cls.command, cls.su_type]
            c.info(f"U{mark}, func={COMMANDS.get((control & 0xEC) >> 2, 'Unknown')}")
        elif kind == 1:
            fields = [cls.n_r, *fields, cls.s_type, cls.su_type]
            c.info(f"S{mark}, func={('RR', 'RNR', 'REJ', 'SREJ')[control >> 2 & 3]}, N(R)={control >> 5}")
        else:
            fields = [cls.n_r, cls.n_s, *fields, cls.i_type]
            c.info(f"I{mark}, N(R)={control >> 5}, N(S)={control >> 1 & 7}")
        for field in fields:
            c.add(field)
            c.pos -= 1
        c.pos += 1


class BPQ(Layer):
    """AX.25 over Ethernet, as G8BPQ's node has it: a length before the frame."""

    name, label, column = "bpq", "Amateur Radio BPQ", "BPQ"
    binds = {"ethertype": (0x08FF,)}

    size_of = u16(0, "bpq.len", "BPQ len", little=True)
    next = (To("ax25"),)


class KISSFrame(Layer):
    """What a computer says to its modem: a frame, or how to send."""

    name, label, column = "ax25_kiss", "AX.25 KISS", "AX.25 KISS"
    binds = {"linktype": (202,)}
    reaches = ("ax25", "data")

    command = u8(None, "ax25_kiss.cmd", "Cmd", mask=0x0F, names=KISS)
    port = u8(None, "ax25_kiss.port", "Port", mask=0xF0)
    values = tuple(
        u8(None, f"ax25_kiss.{name}", label)
        for name, label in (("txdelay", "Tx delay"), ("persistence", "Persistence"), ("slottime", "Slot time"),
                            ("txtail", "Tx tail"), ("fullduplex", "Full duplex"))
    )  # fmt: skip
    hardware = raw(None, "ax25_kiss.sethardware", "Set hardware")
    acknowledge = u16(None, "ax25_kiss.data_ack", "Data ack")
    rest = raw(None, "", "Rest")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        command = c.peek(1) & 0x0F
        port = c.peek(1) >> 4
        c.add(cls.command)
        c.pos -= 1
        c.add(cls.port)
        text = KISS.get(command, f"Unknown ({command})")
        if 1 <= command <= 5:
            text += f" {c.add(cls.values[command - 1])}"
        elif command == 6:
            c.rest(cls.hardware)
        elif command == 12:
            text += f" {c.peek(1)}"
            c.add(cls.acknowledge, value=c.peek(1))
        c.info(f"{text}, Port {port}")
        if command in (0, 12):
            c.child("ax25")
        c.rest(cls.rest)


class NoLayer3(Layer):
    """Text and positions that stations broadcast, without a network layer."""

    name, label, column = "ax25_nol3", "AX.25 no Layer 3", "AX.25 NoL3"
    binds = {"ax25.pid": (0xF0,)}

    first = u8(lambda h: 0, "", "First letter")
    length = lambda h: 0
    next = (To("data"),)

    @staticmethod
    def info() -> str:
        return "Text"
