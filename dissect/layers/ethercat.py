"""EtherCAT (IEC 61158): datagrams that slaves read and write while the frame goes by (little-endian).

    length (11 bits), reserved (1), type (4); type 1: datagrams of command (1), index (1), address (4), length and
    more (2), interrupt (2), data, working counter (2)
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, group, raw, u8, u16, u32
from dissect.engine.layer import By, Layer

TYPES = {1: "ALIAS", 2: "ADS", 3: "RAW-IO", 4: "NV", 5: "Mailbox"}
COMMANDS = {
    0: "NOP", 1: "APRD", 2: "APWR", 3: "APRW", 4: "FPRD", 5: "FPWR", 6: "FPRW", 7: "BRD", 8: "BWR", 9: "BRW", 10: "LRD",
    11: "LWR", 12: "LRW", 13: "ARMW", 14: "FRMW", 255: "EXT",
}  # fmt: skip
LOGICAL = (10, 11, 12)
MEMORY = 0x1000  # what is below are registers of the slave


class EtherCATFrame(Layer):
    """The frame's header."""

    name, label, column = "ecatf", "EtherCAT frame header", "ECATF"
    binds = {"ethertype": (0x88A4,), "udp.port": (34980,)}

    length_ = u16(0, "ecatf.length", "Length", HEX, mask=0x07FF, little=True)
    reserved = u16(0, "ecatf.reserved", "Reserved", HEX, mask=0x0800, little=True)
    type = u16(0, "ecatf.type", "Type", HEX, mask=0xF000, little=True, names=TYPES)
    next = (By("ecatf.type", lambda h: h.type),)


class EtherCAT(Layer):
    """The datagrams of a frame."""

    name, label, column = "ecat", "EtherCAT datagram(s)", "ECAT"
    binds = {"ecatf.type": (1,)}

    datagram = group("", "EtherCAT datagram")
    cmd = u8(None, "ecat.cmd", "Command", names=COMMANDS)
    idx = u8(None, "ecat.idx", "Index", HEX)
    adp = u16(None, "ecat.adp", "Slave Addr", HEX, little=True)
    ado = u16(None, "ecat.ado", "Offset Addr", HEX, little=True)
    lad = u32(None, "ecat.lad", "Log Addr", HEX, little=True)
    word = u16(None, "", "Length", HEX, little=True)
    interrupt = u16(None, "ecat.int", "Interrupt", HEX, little=True)
    data = raw(None, "ecat.data", "Data")
    registers = raw(None, "", "Registers")
    counter = u16(None, "ecat.cnt", "Working Cnt", little=True)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        commands, more = [], True
        while more:
            with c.group(cls.datagram) as c:
                command = c.add(cls.cmd)
                c.add(cls.idx)
                if command in LOGICAL:
                    c.add(cls.lad)
                    data = cls.data
                else:
                    c.add(cls.adp)
                    data = cls.data if c.add(cls.ado) >= MEMORY else cls.registers
                word = c.add(cls.word)
                c.add(cls.interrupt)
                c.add(data, word & 0x07FF)
                c.add(cls.counter)
            commands.append(COMMANDS.get(command, str(command)))
            more = bool(word & 0x8000)
        c.info(f"{len(commands)} Cmds, {', '.join(commands[:8])}")
