"""Encrypted UDP-based FTP with multicast (UFTP), versions 3 to 5: files for many receivers at once.

    3: version, message, length of the body (2), group, source, destination (4 each), body: message, ...
    4, 5: version, message, sequence (2), source, group (4 each), instance, round trip time, size, 0 (1 each), body
"""

from __future__ import annotations

from math import exp
from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, bits, float64, group, ipv4, raw, string, u8, u16, u24, u32, u64
from dissect.engine.layer import Layer

THIRD = {
    1: "ANNOUNCE", 2: "REGISTER", 3: "CLIENT_KEY", 4: "REG_CONF", 5: "FILEINFO", 6: "KEYINFO", 7: "INFO_ACK", 8: "FILESEG", 9: "DONE",
    10: "STATUS", 11: "PRSTATUS", 12: "COMPLETE", 13: "DONE_CONF", 14: "HB_REQ", 15: "HB_RESP", 16: "KEY_REQ", 17: "PROXY_KEY",
}  # fmt: skip
FOURTH = {
    1: "ANNOUNCE", 2: "REGISTER", 3: "CLIENT_KEY", 4: "REG_CONF", 5: "KEYINFO", 6: "KEYINFO_ACK", 7: "FILEINFO", 8: "FILEINFO_ACK",
    9: "FILESEG", 10: "DONE", 11: "STATUS", 12: "COMPLETE", 13: "DONE_CONF", 14: "HB_REQ", 15: "HB_RESP", 16: "KEY_REQ", 17: "PROXY_KEY",
    18: "ENCRYPTED", 19: "ABORT", 20: "CONG_CTRL", 21: "CC_ACK",
}  # fmt: skip
FIFTH = {**FOURTH, 16: "KEY_REQ (obsolete)"}
HEARTBEATS = (14, 15)
FILESEG, PATH, OLDER = 8, 300, 0x30


def _takes(p: Any) -> Any:
    """Whether a payload is of a version that is known, and as long as it says."""
    third = ((p.u8(0) == 0x30) | (p.u8(0) == 0x31)) & (p.reported == p.u16(2) + 16)
    return third | (p.u8(0) == 0x40) | (p.u8(0) == 0x50)


def _trip(octet: int) -> float:
    """A round trip time in seconds, of an octet."""
    return (octet + 1) * 1.0e-6 if octet <= 31 else 1000.0 / exp((255 - octet) / 13.0)


def _size(octet: int) -> int:
    """How many are in a group, of an octet: five bits times ten to the power of three."""
    return int((octet >> 3) * (10.0 / 32.0) * 10 ** (octet & 7) + 0.5)


def _said(names: dict[int, str], width: int, message: int, whose: int) -> str:
    name = names.get(message, f"Unknown ({message})").ljust(width)
    return name if message in HEARTBEATS else f"{name} ID={whose:08X}"


class UFTP(Layer):
    """A message of version 3, or what is around one of a later version."""

    name, label, column = "uftp", "UDP based FTP w/ multicast", "UFTP"
    binds, accepts = {"udp.port": (1044,)}, _takes
    reaches = ("uftp4", "uftp5", "data")

    version, message = u8(None, "uftp.version", "Protocol Version", HEX), u8(None, "uftp.func", "Type", names=THIRD)
    size_of, group_id = u16(None, "uftp.blsize", "Block Size"), u32(None, "uftp.group_id", "Group ID", HEX)
    sender, receiver = ipv4(None, "uftp.srcaddr", "Source Address"), ipv4(None, "uftp.destaddr", "Destination Address")
    receivers, one = group("uftp.destlist", "Destination List"), ipv4(None, "uftp.dest", "Destination")
    content = raw(None, "", "Data")

    conf, conf_type = group("uftp.regconf", "REG_CONF"), u8(None, "uftp.regconf.func", "Type", names=THIRD)
    conf_pad, conf_count = u8(None, "uftp.regconf.reserved", "Reserved", HEX), u16(None, "uftp.regconf.destcount", "Destination Count")
    about, info_type = group("uftp.fileinfo", "FILEINFO"), u8(None, "uftp.fileinfo.func", "Type", names=THIRD)
    info_kind = u8(None, "uftp.fileinfo.ftype", "File Type", names={0: "Regular file", 1: "Directory", 2: "Symbolic link"})
    info_file, info_blocks = u16(None, "uftp.fileinfo.file_id", "File ID", HEX), u32(None, "uftp.fileinfo.block_total", "Total Blocks")
    info_sections = u16(None, "uftp.fileinfo.section_total", "Total Sections")
    info_count, info_size = u16(None, "uftp.fileinfo.destcount", "Destination Count"), u64(None, "uftp.fileinfo.fsize", "File Size")
    info_time, info_name = u32(None, "uftp.fileinfo.tstamp", "File Timestamp"), string(None, "uftp.fileinfo.name", "File Name", size=PATH)
    ack, ack_type = group("uftp.infoack", "INFO_ACK"), u8(None, "uftp.infoack.func", "Type", names=THIRD)
    ack_flags = u8(None, "uftp.infoack.flags", "Flags", HEX)
    ack_bits = bits(ack_flags, "uftp.infoack.flags", ("partial", "Partial", 0x01), ("reserved", "Reserved", 0xFE))
    ack_file, ack_count = u16(None, "uftp.infoack.file_id", "File ID", HEX), u16(None, "uftp.infoack.destcount", "Destination Count")
    ack_pad, ack_verify = u16(None, "uftp.infoack.reserved", "Reserved", HEX), raw(None, "uftp.infoack.verify_data", "Verify Data", size=12)
    part, part_type = group("uftp.fileseg", "FILESEG"), u8(None, "uftp.fileseg.func", "Type", names=THIRD)
    part_pad, part_file = u8(None, "uftp.fileseg.reserved1", "Reserved", HEX), u16(None, "uftp.fileseg.file_id", "File ID")
    part_pass, part_pad2 = u8(None, "uftp.fileseg.pass", "Pass"), u8(None, "uftp.fileseg.reserved2", "Reserved", HEX)
    part_section, part_data = u16(None, "uftp.fileseg.section", "Section"), raw(None, "uftp.fileseg.data", "Data")
    part_number = u8(None, "uftp.fileseg.seq_num", "Sequence Number")
    done, done_type = group("uftp.done", "DONE"), u8(None, "uftp.done.func", "Type", names=THIRD)
    done_pass, done_section = u8(None, "uftp.done.pass", "Pass"), u16(None, "uftp.done.section", "Section")
    done_file, done_count = u16(None, "uftp.done.file_id", "File ID"), u16(None, "uftp.done.destcount", "Destination Count")
    whole, end_type = group("uftp.complete", "COMPLETE"), u8(None, "uftp.complete.func", "Type", names=THIRD)
    end_state = u8(None, "uftp.complete.status", "Completion status", names={0: "Normal", 1: "Skipped", 2: "Overwrite", 3: "Rejected"})
    end_file, end_count = u16(None, "uftp.complete.file_id", "File ID"), u16(None, "uftp.complete.destcount", "Destination Count")
    end_pad = u16(None, "uftp.complete.reserved2", "Reserved", HEX)
    sure, sure_type = group("uftp.doneconf", "DONE_CONF"), u8(None, "uftp.doneconf.func", "Type", names=THIRD)
    sure_pad, sure_file = u8(None, "uftp.doneconf.reserved1", "Reserved", HEX), u16(None, "uftp.doneconf.file_id", "File ID")
    sure_count, sure_pad2 = u16(None, "uftp.doneconf.destcount", "Destination Count"), u16(None, "uftp.doneconf.reserved2", "Reserved", HEX)
    alive, alive_type = group("uftp.hbresp", "HB_RESP"), u8(None, "uftp.hbresp.func", "Type", names=THIRD)
    alive_state = u8(None, "uftp.hbresp.authenticated", "Authenticated")
    alive_pad, alive_nonce = u16(None, "uftp.hbresp.reserved", "Reserved", HEX), u32(None, "uftp.hbresp.nonce", "Nonce", HEX)
    ask, ask_type = group("uftp.keyreq", "KEY_REQ"), u8(None, "uftp.keyreq.func", "Type", names=THIRD)
    ask_pad = u24(None, "uftp.keyreq.reserved", "Reserved", HEX)
    # of each message: its node, its fields, the field that counts those it is for
    bodies: ClassVar[Any] = {
        4: (conf, (conf_type, conf_pad, conf_count), conf_count),
        5: (about, (info_type, info_kind, info_file, info_blocks, info_sections, info_count, info_size, info_time, info_name), info_count),
        7: (ack, (ack_type, ack_flags, ack_file, ack_count, ack_pad, ack_verify), ack_count),
        9: (done, (done_type, done_pass, done_section, done_file, done_count), done_count),
        12: (whole, (end_type, end_state, end_file, end_count, end_pad), end_count),
        13: (sure, (sure_type, sure_pad, sure_file, sure_count, sure_pad2), sure_count),
        15: (alive, (alive_type, alive_state, alive_pad, alive_nonce), None), 16: (ask, (ask_type, ask_pad), None),
    }  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        version = c.peek(1)
        if version in (0x40, 0x50):
            c.child(("uftp4" if version == 0x40 else "uftp5") if c.remaining >= 16 else "data")
            return
        c.info(_said(THIRD, 10, c.peek(1, 1), c.peek(4, 4)))
        c.add(cls.version)
        message = c.add(cls.message)
        for field in (cls.size_of, cls.group_id, cls.sender, cls.receiver):
            c.add(field)
        if message == FILESEG:
            cls._segment(c)
        known = cls.bodies.get(message)
        if known is not None:
            cls._body(c, known, version)
        c.rest(cls.content)

    @classmethod
    def _body(cls, c: Cursor, known: tuple[Field, tuple[Field, ...], Field | None], version: int) -> None:
        """A message that has all that it should have."""
        node, fields, counts = known
        used = tuple(field for field in fields if field is not cls.info_time or version != OLDER)
        least = sum(field.size for field in used if isinstance(field.size, int))
        if c.remaining < least:
            c.note("error", "Malformed", "Length is invalid", "uftp.length.invalid")
            return
        with c.group(node, c.remaining) as c:
            count = 0
            for field in used:
                value = c.add(field)
                count = value if field is counts else count
            if count:
                with c.group(cls.receivers):
                    for _ in range(count):
                        c.add(cls.one)

    @classmethod
    def _segment(cls, c: Cursor) -> None:
        """A part of a file.  Its number is told in its last octet only, as Wireshark's field is that narrow."""
        with c.group(cls.part, c.remaining) as c:
            for field in (cls.part_type, cls.part_pad, cls.part_file, cls.part_pass, cls.part_pad2, cls.part_section):
                c.add(field)
            c.add(cls.part_number, 4)
            c.rest(cls.part_data)


class Later(Layer):
    """The head of versions 4 and 5."""

    names: ClassVar[dict[int, str]] = {}
    trip: ClassVar[Field]
    size_of: ClassVar[Field]
    reserved: ClassVar[Field]
    content = raw(None, "", "Data")

    length = lambda h: h.end - h.start

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info(_said(cls.names, 12, c.h.message, c.h.group_id))
        c.add(cls.trip, 1, value=_trip(c.peek(1)))
        c.add(cls.size_of, 1, value=_size(c.peek(1)))
        c.add(cls.reserved)
        c.rest(cls.content)


class UFTP4(Later):
    """A message of version 4: the head of it, what follows is octets."""

    name, label, column = "uftp4", "UDP based FTP w/ multicast V4", "UFTP"

    version, message = u8(0, "uftp4.version", "Protocol Version", HEX), u8(1, "uftp4.func", "Type", names=FOURTH)
    sequence, sender = u16(2, "uftp4.seq", "Sequence Number"), u32(4, "uftp4.src_id", "Source ID", HEX)
    group_id, instance = u32(8, "uftp4.group_id", "Group ID", HEX), u8(12, "uftp4.group_inst", "Group Instance ID")
    trip, size_of = float64(None, "uftp4.grtt", "Group Round Trip Time"), u8(None, "uftp4.gsize", "Group Size")
    reserved = u8(None, "uftp4.reserved", "Reserved", HEX)
    names = FOURTH


class UFTP5(Later):
    """A message of version 5, likewise."""

    name, label, column = "uftp5", "UDP based FTP w/ multicast V5", "UFTP"

    version, message = u8(0, "uftp5.version", "Protocol Version", HEX), u8(1, "uftp5.func", "Type", names=FIFTH)
    sequence, sender = u16(2, "uftp5.seq", "Sequence Number"), u32(4, "uftp5.src_id", "Source ID", HEX)
    group_id, instance = u32(8, "uftp5.group_id", "Group ID", HEX), u8(12, "uftp5.group_inst", "Group Instance ID")
    trip, size_of = float64(None, "uftp5.grtt", "Group Round Trip Time"), u8(None, "uftp5.gsize", "Group Size")
    reserved = u8(None, "uftp5.reserved", "Reserved", HEX)
    names = FIFTH
