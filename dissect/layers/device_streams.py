"""What devices say over TCP: drones (DJI), bricks (Tinkerforge), Wi-Fi sensors (Kismet), ATM switches, AOL's client.

    DJI: magic 55bb, length (1), flags (1), sequence (2, little-endian), type (1), ..., checksum (1)
    AOL P3: 5a, checksum (2), length (2), sequences (1 each), type (1), token (2), ..., 0d
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, STRINGZ, UINT8, Field, group, raw, string, u8, u16, u32, u64, where
from dissect.engine.layer import Layer, To
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.layers.stated import Stated, asked, at_least

DRONE = 2001
DRONE_TYPES = {0x20: "Set Time"}


class DJI(Stated):
    """A drone of DJI is flown."""

    name, label, column = "djiuav", "DJI UAV Drone Control Protocol", "DJIUAV"
    binds = {"tcp.port": (DRONE,)}
    accepts = lambda p: (p.length >= 8) & (p.u16(0) == 0x55BB)
    messages = Messages(header=8, length=lambda p: where(p.u16(0) == 0x55BB, at_least(8, p.u8(2)), AS_IT_IS))

    magic = u16(None, "djiuav.magic", "Protocol Magic", HEX)
    size_of, flags = u8(None, "djiuav.length", "PDU Length", HEX), u8(None, "djiuav.flags", "Flags", HEX)
    sequence = u16(None, "djiuav.seqno", "Sequence No", little=True)
    type = u8(None, "djiuav.pdutype", "PDU Type", HEX, names=DRONE_TYPES)
    time = raw(None, "djiuav.cmd04.bcdtime", "Time in BCD")
    command = raw(None, "djiuav.cmd.unknown", "C Unknown")
    response = raw(None, "djiuav.resp.unknown", "R Unknown")
    unexpected = raw(None, "djiuav.unexpected", "Unexpected")
    checksum = u8(None, "djiuav.checksum", "Checksum", HEX)
    head = (magic, size_of, flags, sequence)

    @classmethod
    def body(cls, c: Cursor) -> None:
        commands = asked(c, DRONE)
        kind = c.add(cls.type)
        c.info(f"{'C' if commands else 'R'}: {DRONE_TYPES.get(kind, f'Type 0x{kind:02x}')}")
        if commands and kind == 0x20:
            c.add(cls.time, 7)
            if c.remaining > 1:
                c.add(cls.unexpected, c.remaining - 1)
        elif c.remaining > 1:
            c.add(cls.command if commands else cls.response, c.remaining - 1)
        c.add(cls.checksum)


BASE58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


def base58(number: int) -> str:
    """A number as Tinkerforge writes it."""
    text = ""
    while number >= len(BASE58):
        number, digit = divmod(number, len(BASE58))
        text = BASE58[digit] + text
    return BASE58[number] + text


class Tinkerforge(Stated):
    """Tinkerforge's bricks."""

    name, label, column = "tfp", "Tinkerforge Protocol", "TFP over TCP"
    binds = {"tcp.port": (4223,)}

    uid = Field("tfp.uid", "UID (String)", STRINGZ)
    number = u32(None, "tfp.uid_numeric", "UID (Numeric)", little=True)
    size_of, function = u8(None, "tfp.len", "Length"), u8(None, "tfp.fid", "Function ID")
    word, status = u8(None, "", "Options"), u8(None, "", "Status")
    sequence = u8(0, "tfp.seq", "Sequence Number", mask=0xF0, within=word)
    response = u8(0, "tfp.r", "Response Expected", mask=0x08, within=word)
    authentication = u8(0, "tfp.a", "Authentication", mask=0x04, within=word)
    options = u8(0, "tfp.oo", "Other Options", mask=0x03, within=word)
    error = u8(0, "tfp.e", "Error Code", mask=0xC0, within=status)
    future = u8(0, "tfp.future_use", "Future Use", mask=0x3F, within=status)
    content = raw(None, "tfp.payload", "Payload")

    @classmethod
    def body(cls, c: Cursor) -> None:
        c.info("")
        name = base58(c.peek(4, little=True))
        size, function, sequence = c.peek(1, 4), c.peek(1, 5), c.peek(1, 6) >> 4
        c.info(f"UID: {name}, Len: {size}, FID: {function}, Seq: {sequence}")
        c.derived(cls.uid, name)
        for field in (cls.number, cls.size_of, cls.function, cls.word, cls.status):
            c.add(field)
        c.rest(cls.content)


class ATMoverTCP(Layer):
    """ATM between Linux machines: a command where the length is all ones."""

    name, label, column = "atmtcp", "ATM over TCP", "ATMTCP"
    binds = {"tcp.port": (2812,)}
    next = (To("data"),)

    path, channel = u16(0, "atmtcp.vpi", "VPI"), u16(2, "atmtcp.vci", "VCI")
    size_of = u32(4, "atmtcp.length", "Length")

    @staticmethod
    def info(size_of: int) -> str:
        return "ATMTCP Command" if size_of == 0xFFFFFFFF else "ATMTCP Data"


class KismetDrone(Stated):
    """What a drone of Kismet hears."""

    name, label, column = "kdsp", "Kismet Drone/Server Protocol", "KDSP"
    binds = {"tcp.port": (2502,)}
    messages = Messages(header=12, length=lambda p: at_least(12, p.u32(8) + 12))

    sentinel, command = u32(None, "kdsp.sentinel", "Sentinel", HEX), u32(None, "kdsp.command", "Command")
    size_of = u32(None, "kdsp.length", "Length")
    version = u32(None, "kdsp.version", "KDSP Version")
    server, host = string(None, "kdsp.server.version", "Server Version"), string(None, "kdsp.hostname", "Hostname")
    flags, text_size = u32(None, "kdsp.str.flags", "String Flags", HEX), u32(None, "kdsp.str.length", "String Length")
    text = string(None, "kdsp.str.message", "Message")
    head = (sentinel, command, size_of)

    @classmethod
    def body(cls, c: Cursor) -> None:
        command = c.peek(4, -8)
        said = f"Command {KDSP_COMMANDS.get(command, f'Unknown (0x{command:02x})')}; "
        (c.info if c.pos - c.h.start == 12 else c.append_info)(said)
        if command == 1:
            c.add(cls.version)
            c.add(cls.server, 32)
            c.add(cls.host, 32)
        elif command == 2:
            c.add(cls.flags)
            c.add(cls.text_size)
            c.rest(cls.text)


KDSP_COMMANDS = {0: "NULL", 1: "HELLO", 2: "STRING", 3: "CAPPACKET", 4: "CHANNELSET", 5: "SOURCE", 6: "REPORT"}
P3_TYPES = {
    0x20: "Data", 0x21: "SS Request", 0x22: "SS Response", 0x23: "Init", 0x24: "ACK", 0x25: "NAK", 0x26: "Heartbeat",
}  # fmt: skip
P3_INIT, P3_START = 0x23, 0x5A


class AOL(Stated):
    """America Online's client, in frames of its P3 protocol."""

    name, label, column = "aol", "America Online", "AOL"
    binds = {"tcp.port": (5190,)}
    accepts = lambda p: p.u8(0) == P3_START
    messages = Messages(header=9, length=lambda p: at_least(9, p.u16(3) + 6))

    opening, checksum = u8(None, "aol.start", "Start of Frame", HEX), u16(None, "aol.checksum", "Checksum", HEX)
    size_of = u16(None, "aol.len", "Length")
    sent, received = u8(None, "aol.tx_seq", "Tx Sequence", HEX), u8(None, "aol.rx_seq", "Rx Sequence", HEX)
    type = Field("aol.type", "Type", UINT8, base=HEX, names=P3_TYPES)
    token = u16(None, "aol.token", "Token", HEX)
    data, unparsed = raw(None, "aol.data", "Data"), raw(None, "aol.udata", "Unparsed Data")
    last = u8(None, "aol.end", "End of Frame", HEX)
    init = group("aol.init_data", "AOL 'INIT' Data")
    platform = u8(None, "aol.init.platform", "Platform", HEX, names={3: "Microsoft Windows", 12: "Macintosh"})
    version, subversion = u8(None, "aol.init.version", "Client Version"), u8(None, "aol.init.subversion", "Client Subversion")
    unused, memory = u8(None, "aol.init.unused", "Unused", HEX), u8(None, "aol.init.memory", "Machine Memory")
    app_memory = u8(None, "aol.init.app_memory", "App Memory")
    machine = u16(None, "aol.init.pc_type", "PC Type", HEX, little=True)
    month, day = u8(None, "aol.init.rel_month", "Release Month"), u8(None, "aol.init.rel_day", "Release Day")
    customer = u16(None, "aol.init.cust_class", "Customer Class", HEX, little=True)
    stamp = u32(None, "aol.init.udo_ts", "UDO Timestamp", little=True)
    dos = u16(None, "aol.init.dos_ver", "DOS Version", HEX)
    session = u16(None, "aol.init.sess_flags", "Session Flags", HEX, little=True)
    video, cpu = u8(None, "aol.init.video_type", "Video Type"), u8(None, "aol.init.cpu_type", "CPU Type")
    media = u32(None, "aol.init.media_type", "Media Type", HEX, little=True)
    windows = u32(None, "aol.init.win_ver", "Windows Version", HEX)
    mode = u8(None, "aol.init.wmem_mode", "Windows Mem Type", names={0: "Standard", 1: "Enhanced"})
    across = u16(None, "aol.init.horiz_res", "Horizontal Res", little=True)
    down = u16(None, "aol.init.vert_res", "Vertical Res", little=True)
    colours = u16(None, "aol.init.colors", "Colors", little=True)
    filler, region = u8(None, "aol.init.filler", "Filler Byte", HEX), u16(None, "aol.init.region", "AOL Region", HEX, little=True)
    languages = u64(None, "aol.init.langs", "AOL Language(s)", HEX, little=True)
    speed = u8(None, "aol.init.conn_spd", "Connection Speed", HEX)
    head = (opening, checksum, size_of, sent, received)

    @classmethod
    def body(cls, c: Cursor) -> None:
        kind = c.peek(1) & 0x3F
        c.add(cls.type, 1, value=kind)
        said = f"America Online [Type: {P3_TYPES.get(kind, 'Unknown')}]"
        size = c.remaining - 1
        if size and kind == P3_INIT:
            with c.group(cls.init, size) as c:
                cls._init(c)
        elif size >= 2:
            said += f" [Token: '{c.peek_bytes(2).decode('latin-1')}']"
            c.add(cls.token)
            if size > 2:
                c.add(cls.data, size - 2)
        elif size:
            c.add(cls.data, size)
        c.info(said)
        c.add(cls.last)

    @classmethod
    def _init(cls, c: Cursor) -> None:
        """The client's machine; versions before 4.0 say at the end where it is and how fast its line."""
        for field in (
            cls.platform, cls.version, cls.subversion, cls.unused, cls.memory, cls.app_memory, cls.machine, cls.month, cls.day,
            cls.customer, cls.stamp, cls.dos, cls.session, cls.video, cls.cpu, cls.media,
        ):  # fmt: skip
            c.add(field)
        c.add(cls.windows, 4, value=c.peek(2))  # where Wireshark repeats the version of DOS
        for field in (cls.mode, cls.across, cls.down, cls.colours):
            c.add(field)
        if c.remaining + 1 <= 13:
            for field in ((cls.filler,) if c.remaining == 12 else ()) + (cls.region, cls.languages, cls.speed):
                c.add(field)
        c.rest(cls.unparsed)
