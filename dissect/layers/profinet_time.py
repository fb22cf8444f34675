"""PTCP: the clocks of PROFINET's nodes, and how long a cable is (IEC 61158-6-10).  What a frame is says its identifier.

    synchronisation: reserved (8 octets), delay in 10 ns (32 bits), sequence (16), delay in ns (8), filler, delay in ns (32)
    other:           reserved (12 octets), sequence (16 bits), filler, delay in ns (32)
    then blocks of type (7 bits), length (9 bits) and body, up to one of type 0
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, group, guid, i16, i32, raw, u8, u16, u24, u32
from dissect.engine.layer import Layer

SYNCHRONISES = {0x0020: "RTSync FU (Clock)", 0x0021: "RTSync FU  (Time)", 0x0080: "RTSync    (Clock)", 0x0081: "RTSync     (Time)"}
ANNOUNCES = {0xFF00: "Announce  (Clock)", 0xFF01: "Announce   (Time)"}
FOLLOWS = {0xFF20: "FollowUp  (Clock)", 0xFF21: "FollowUp   (Time)"}
DELAYS = {0xFF40: "DelayReq         ", 0xFF41: "DelayRes         ", 0xFF42: "DelayFuRes       ", 0xFF43: "DelayRes         "}
NAMES = SYNCHRONISES | ANNOUNCES | FOLLOWS | DELAYS
SUBDOMAIN, TIME, TIME_EXTENSION, MASTER, PORT_PARAMETER, DELAY_PARAMETER, PORT_TIME, OWN = 1, 2, 3, 4, 5, 6, 7, 0x7F
PRIORITIES = {0: "Sync slave", 1: "Primary master", 2: "Secondary master"} | dict.fromkeys(range(3, 8), "Reserved")
LEVELS = {0: "Level 0 (highest)", 7: "Level 7 (lowest)"} | {i: f"Level {i}" for i in range(1, 7)}
ACCURACIES = {32: "25ns", 33: "100ns (Default)", 34: "250ns", 35: "1us", 36: "2.5us", 37: "10us", 38: "25us", 39: "100us", 40: "250us",
              41: "1ms", 254: "Unknown"}  # fmt: skip
PROFINET = {0x000ECF: "PROFINET", 0x010ECF: "PROFINET"}


class PTCP(Layer):
    """A frame of the clocks."""

    name, label, column = "pn_ptcp", "PROFINET PTCP", "PN-PTCP"
    binds = {"pn_rt.frame_id": (*range(0x100), *range(0xFF00, 0xFF60))}
    partly = True

    head = group("pn_ptcp.header", "Header")
    reserved = u32(None, "pn_ptcp.res1", "Reserved 1"), u32(None, "pn_ptcp.res2", "Reserved 2")
    delay_10, delay_1 = u32(None, "pn_ptcp.delay10ns", "Delay10ns"), u8(None, "pn_ptcp.delay1ns_byte", "Delay1ns_Byte")
    sequence, delay = u16(None, "pn_ptcp.sequence_id", "SequenceID"), u32(None, "pn_ptcp.delay1ns", "Delay1ns")
    delay_after = i32(None, "pn_ptcp.delay1ns_fup", "Delay1ns_FUP")
    block, block_head = group("pn_ptcp.block", "Block"), group("pn_ptcp.tlvheader", "TLVHeader")
    block_type = u16(None, "pn_ptcp.tl_type", "TypeLength.Type", mask=0xFE00)
    block_size = u16(None, "pn_ptcp.tl_length", "TypeLength.Length", mask=0x01FF)
    master = ether(None, "pn_ptcp.master_source_address", "MasterSourceAddress")
    subdomain = guid(None, "pn_ptcp.subdomain_uuid", "SubdomainUUID")
    epoch, seconds = u16(None, "pn_ptcp.epoch_number", "EpochNumber"), u32(None, "pn_ptcp.seconds", "Seconds")
    nanoseconds = u32(None, "pn_ptcp.nanoseconds", "NanoSeconds")
    flags, offset = u16(None, "pn_ptcp.flags", "Flags", HEX), u16(None, "pn_ptcp.currentutcoffset", "CurrentUTCOffset")
    priority = (
        u8(None, "pn_ptcp.master_priority1_prio", "MasterPriority1.Priority", HEX, mask=0x07, names=PRIORITIES),
        u8(None, "pn_ptcp.master_priority1_level", "MasterPriority1.Level", HEX, mask=0x38, names=LEVELS),
        u8(None, "pn_ptcp.master_priority1_res", "MasterPriority1.Reserved", HEX, mask=0x40),
        u8(None, "pn_ptcp.master_priority1_act", "MasterPriority1.Active", HEX, mask=0x80, names={0: "inactive", 1: "active"}),
    )  # fmt: skip
    clock = (
        u8(None, "pn_ptcp.master_priority2", "MasterPriority2", names={255: "Default"}),
        u8(None, "pn_ptcp.clock_class", "ClockClass", names={255: "Slave-only clock"}),
        u8(None, "pn_ptcp.clock_accuracy", "ClockAccuracy", names=ACCURACIES), i16(None, "pn_ptcp.clockvariance", "ClockVariance"),
    )  # fmt: skip
    receives, sends = u32(None, "pn_ptcp.t2portrxdelay", "T2PortRxDelay (ns)"), u32(None, "pn_ptcp.t3porttxdelay", "T3PortTxDelay (ns)")
    port, received = ether(None, "pn_ptcp.port_mac_address", "PortMACAddress"), u32(None, "pn_ptcp.t2timestamp", "T2TimeStamp (ns)")
    owner = u24(None, "pn_ptcp.oui", "Organizationally Unique Identifier", HEX, names=PROFINET)
    subtype, data = u8(None, "pn_ptcp.subtype", "Subtype", HEX, names={1: "RTData"}), guid(None, "pn_ptcp.irdata_uuid", "IRDataUUID")
    filler = raw(None, "", "Padding")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        outer = c.h.outer("pn_rt")
        frame = 0 if outer is None else outer.frame
        if frame not in NAMES:
            c.info(f"Reserved FrameID 0x{frame:04x}")
            return
        if frame in SYNCHRONISES:
            cls._synchronises(c, NAMES[frame])
        else:
            cls._tells(c, frame)
        while cls._block(c, frame):
            pass

    @classmethod
    def _synchronises(cls, c: Cursor, name: str) -> None:
        with c.group(cls.head, 20) as c:
            for field in cls.reserved:
                c.add(field)
            coarse, number, fine = c.add(cls.delay_10), c.add(cls.sequence), c.add(cls.delay_1)
            cls._fill(c)
            delay = 10 * coarse + fine + c.add(cls.delay)
        c.info(f"{name}, Seq={number:3}, Delay={delay:11}ns")

    @classmethod
    def _tells(cls, c: Cursor, frame: int) -> None:
        with c.group(cls.head, 20) as c:
            c.add(cls.filler, 12)
            number = c.add(cls.sequence)
            if frame in ANNOUNCES:
                c.info(f"{NAMES[frame]}, Seq={number:3}")
                return
            cls._fill(c)
            delay = c.add(cls.delay_after if frame in FOLLOWS else cls.delay)
        c.info(f"{NAMES[frame]}, Seq={number:3}, Delay={delay:11}ns")

    @classmethod
    def _block(cls, c: Cursor, frame: int) -> bool:
        """A block; whether another one follows.  (Wireshark goes twice as far behind one that it does not know.)"""
        with c.group(cls.block) as c:
            with c.group(cls.block_head):
                kind = c.add(cls.block_type)
                c.pos -= 2
                size = c.add(cls.block_size)
            end = c.pos + size
            cls._body(c, kind, size, frame)
            if c.pos < end:
                c.skip(end - c.pos)
            c.pos = end
        return bool(kind)

    @classmethod
    def _body(cls, c: Cursor, kind: int, size: int, frame: int) -> None:
        if kind == SUBDOMAIN:
            master = c.add(cls.master)
            c.add(cls.subdomain)
            if frame in ANNOUNCES:
                c.append_info(f", Master={bytes(master).hex(':')}")
        elif kind == TIME:
            epoch, seconds, nanoseconds = c.add(cls.epoch), c.add(cls.seconds), c.add(cls.nanoseconds)
            c.append_info(f", Time: {seconds:4}s {nanoseconds:09}ns, Epoch: {epoch}")
        elif kind == TIME_EXTENSION:
            c.add(cls.flags)
            c.add(cls.offset)
        elif kind == MASTER:
            cls._master(c)
        elif kind == PORT_PARAMETER:
            cls._fill(c)
            c.append_info(f", T2Rx={c.add(cls.receives)}ns, T3Tx={c.add(cls.sends)}ns")
        elif kind == DELAY_PARAMETER:
            c.append_info(f", PortMAC={bytes(c.add(cls.port)).hex(':')}")
        elif kind == PORT_TIME:
            cls._fill(c)
            c.append_info(f", T2TS={c.add(cls.received)}ns")
        elif kind == OWN and size >= 4 and c.add(cls.owner) in PROFINET and c.add(cls.subtype) == 1:
            cls._fill(c)
            c.add(cls.data)

    @classmethod
    def _master(cls, c: Cursor) -> None:
        """How good a clock is."""
        octet = c.peek(1)
        for field in cls.priority:
            c.add(field)
            c.pos -= 1
        c.pos += 1
        for field in cls.clock:
            c.add(field)
        c.append_info(f', Prio1="{PRIORITIES[octet & 7]}"{" active" if octet & 0x80 else ""}')

    @classmethod
    def _fill(cls, c: Cursor) -> None:
        """Octets up to a multiple of four, from the frame's identifier on."""
        width = -(c.pos - c.h.start) % 4
        if width:
            c.add(cls.filler, width)
