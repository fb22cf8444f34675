"""DOCSIS, data over cable television's networks (CM-SP-MULPI, section 6; LINKTYPE_DOCSIS).

    +--------------------------+---------------------+-----------------------+----------------+-----+---------
    | type (2), parameter (5), | MAC parameter (or   | length (or a service  | extended       | HCS | payload
    | extended header (1)      | extended length)    | identifier)           | header         |     |
    +--------------------------+---------------------+-----------------------+----------------+-----+---------
      1                          1 (2: queue depth)    2                       0 to 240         2

The header's check (CRC of ITU-T X.25) must hold for the payload to be believed: an Ethernet frame or a management message.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, ether, flag, group, raw, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.layers.checksums import crc16_ccitt_reflected

PACKET, RESERVED, ISOLATION, SPECIFIC = 0, 1, 2, 3
TYPES = {PACKET: "Packet PDU", RESERVED: "Reserved PDU", ISOLATION: "Isolation PDU", SPECIFIC: "Mac Specific"}
TIMING, MANAGEMENT, REQUEST, FRAGMENT, DEPTH, CONCATENATED = 0, 1, 2, 3, 4, 0x1C
PARAMETERS = {TIMING: "Timing Header", MANAGEMENT: "MAC Management Message", REQUEST: "Request Frame",
              FRAGMENT: "Fragmentation Header", DEPTH: "Queue Depth-based Request Frame",
              CONCATENATED: "Concatenation Header"}  # fmt: skip
ELEMENTS = {0: "NULL Configuration Parameter", 1: "Request", 2: "Acknowledgement Requested", 3: "Upstream Privacy Element",
            4: "Downstream  Privacy Element", 5: "Service Flow EH; PHS Header Upstream", 6: "Service Flow EH; PHS Header Downstream",
            7: "Upstream Privacy with Multi Channel", 8: "Downstream Service", 9: "Path Verify", 15: "Extended"}  # fmt: skip
BAD, GOOD = 0, 1
FIRST, LAST = 0x20, 0x10


class DOCSIS(Layer):
    """A frame of the cable's MAC."""

    name, label, column = "docsis", "DOCSIS", "DOCSIS"
    binds = {"linktype": (143,)}
    reaches = ("eth", "docsis_mgmt", "data")

    type = u8(None, "docsis.fctype", "FCType", HEX, mask=0xC0, names=TYPES)
    parameter = u8(None, "docsis.fcparm", "FCParm", mask=0x3E)
    specific = u8(None, "docsis.fcparm", "FCParm", mask=0x3E, names=PARAMETERS)
    extends = flag(None, "docsis.exthdr", "EXTHDR", 0x01, 1)
    mac_parameter = u8(None, "docsis.macparm", "MACParm", HEX)
    frames = u8(None, "docsis.concat_cnt", "Number of Concatenated Frames")
    extended_length = u8(None, "docsis.ehdrlen", "Extended Header Length (bytes)")
    size_of = u16(None, "docsis.len", "Length of the MAC frame (bytes)")
    check = u16(None, "docsis.hcs", "Header check sequence", HEX)
    check_status = u8(None, "docsis.hcs.status", "HCS Status", names={BAD: "Bad", GOOD: "Good"})
    minislots = u8(None, "docsis.ehdr.minislots", "MiniSlots")
    requested = u16(None, "docsis.ehdr.reqsize", "Requested bytes in units of the service flow's")
    service = u16(None, "docsis.ehdr.sid", "SID", mask=0x3FFF)

    extended = group("", "Extended Header")
    element = group("", "Element")
    element_type = u8(None, "docsis.ehdr.type", "Type", mask=0xF0, names=ELEMENTS)
    element_size = u8(None, "docsis.ehdr.len", "Length", mask=0x0F)
    element_value = raw(None, "docsis.ehdr.value", "Value")
    key_sequence = u8(None, "docsis.ehdr.keyseq", "Key Sequence", mask=0xF0)
    key_version = u8(None, "docsis.ehdr.ver", "Version", mask=0x0F)
    encrypts, toggles = flag(None, "docsis.bpi_en", "Encryption", 0x80, 1), flag(None, "docsis.toggle_bit", "Toggle", 0x40, 1)
    association = u16(None, "docsis.ehdr.said", "SAID", mask=0x3FFF)
    filler = u8(None, "docsis.ehdr.rsvd", "Reserved", HEX)
    fragment_reserved = u8(None, "docsis.frag_rsvd", "Reserved", mask=0xC0)
    fragment_first = flag(None, "docsis.frag_first", "First Frame", FIRST, 1)
    fragment_last = flag(None, "docsis.frag_last", "Last Frame", LAST, 1)
    fragment_number = u8(None, "docsis.frag_seq", "Fragmentation Sequence #", mask=0x0F)
    suppression = u8(None, "docsis.ehdr.phsi", "Payload Header Suppression Index")
    overrun = flag(None, "docsis.ehdr.qind", "Queue Indicator", 0x80, 1)
    grants = u8(None, "docsis.ehdr.act_grants", "Active Grants", mask=0x7F)
    up_sequence = u8(None, "docsis.ehdr.bpup2_keyseq", "Key Sequence", mask=0xF0)
    up_version = u8(None, "docsis.ehdr.bpup2_ver", "Version", mask=0x0F)
    up_encrypts = flag(None, "docsis.ehdr.bpup2_bpi_en", "Encryption", 0x80, 1)
    up_toggles = flag(None, "docsis.ehdr.bpup2_toggle_bit", "Toggle", 0x40, 1)
    up_service = u16(None, "docsis.ehdr.bpup2_sid", "SID", mask=0x3FFF)
    priority = u8(None, "docsis.ehdr.ds_traffic_pri", "DS Traffic Priority", mask=0xE0)
    changes = u8(None, "docsis.ehdr.ds_seq_chg_cnt", "DS Sequence Change Count", mask=0x10)
    downstream = u32(None, "docsis.ehdr.ds_dsid", "DS DSID", mask=0xFFFFF, size=3)
    packet_number = u16(None, "docsis.ehdr.ds_pkt_seq_num", "DS Packet Sequence Number")
    reference = u8(None, "docsis.ehdr.pv_start_ref", "Start Reference Point")
    stamp = u32(None, "docsis.ehdr.pv_timestamp", "Timestamp")
    sealed_to, sealed_from = ether(None, "docsis.dst", "Destination"), ether(None, "docsis.src", "Source")
    sealed = raw(None, "docsis.encrypted_payload", "Encrypted Payload")
    fragment_check = u32(None, "docsis.frag.fcs", "Fragment FCS", HEX)
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        start = c.pos
        kind, parameter, extends = c.peek(1) >> 6, c.peek(1) >> 1 & 0x1F, c.peek(1) & 1
        specific = kind == SPECIFIC
        cls._at_once(c, cls.type, cls.specific if specific else cls.parameter, cls.extends)
        c.info(TYPES[kind])
        encrypted = False
        if specific and parameter in (REQUEST, DEPTH):
            cls._request(c, parameter)
        elif specific and parameter == CONCATENATED:
            c.add(cls.frames)
            c.add(cls.size_of)
        elif specific and parameter not in (TIMING, MANAGEMENT, FRAGMENT):
            c.rest(cls.rest)
            return
        else:
            size = c.add(cls.extended_length if extends else cls.mac_parameter)
            c.add(cls.size_of)
            if extends:
                with c.group(cls.extended, size) as c:
                    encrypted = cls._elements(c, specific and parameter == FRAGMENT)
        good = cls._check(c, start)
        if good and not (specific and parameter in (REQUEST, DEPTH, CONCATENATED)):
            cls._payload(c, kind, parameter, encrypted)
        c.rest(cls.rest)

    @classmethod
    def _at_once(cls, c: Cursor, *fields: object, size: int = 1) -> None:
        """Fields of the same octets."""
        for field in fields:
            here = c.pos
            c.add(field)  # type: ignore[arg-type]
            c.pos = here
        c.pos += size

    @classmethod
    def _request(cls, c: Cursor, parameter: int) -> None:
        if parameter == DEPTH:
            count, what = c.add(cls.requested), "Bytes Requested"
        else:
            count, what = c.add(cls.minislots), "Mini Slots"
        service = c.peek(2)
        c.add(cls.service)
        c.info(f"Request Frame SID = {service} {what} = {count}")

    @classmethod
    def _check(cls, c: Cursor, start: int) -> bool:
        crc = crc16_ccitt_reflected(c.data[start : c.pos], 0xFFFF) ^ 0xFFFF
        computed = (crc & 0xFF) << 8 | crc >> 8
        stated = c.add(cls.check)
        good: bool = computed == stated
        c.derived(cls.check_status, GOOD if good else BAD)
        if not good:
            c.note("error", "Checksum", f"Bad checksum [should be 0x{computed:04x}]", "docsis.hcs_bad")
        return good

    @classmethod
    def _payload(cls, c: Cursor, kind: int, parameter: int, encrypted: bool) -> None:
        if kind == SPECIFIC and parameter == FRAGMENT:
            c.info("Fragmented Frame")
            size = max(c.limit - c.pos - 4, 0)
            c.child("data", size)
            if c.remaining == 4:
                c.add(cls.fragment_check)
        elif kind == RESERVED:
            c.child("data")
        elif encrypted:
            c.add(cls.sealed_to)
            c.add(cls.sealed_from)
            c.rest(cls.sealed)
        elif c.remaining:
            c.child("docsis_mgmt" if kind == SPECIFIC else "eth")

    @classmethod
    def _elements(cls, c: Cursor, fragment: bool) -> bool:
        """The extended header's elements; whether one says that the payload is encrypted."""
        encrypted = False
        while c.remaining:
            size, kind = c.peek(1) & 0x0F, c.peek(1) >> 4
            with c.group(cls.element, 1 + min(size, c.remaining - 1)) as c:
                cls._at_once(c, cls.element_type, cls.element_size)
                encrypted |= cls._element(c, kind, size, fragment)
        return encrypted

    @classmethod
    def _element(cls, c: Cursor, kind: int, size: int, fragment: bool) -> bool:
        if kind == 1 and size == 3:
            c.add(cls.minislots)
            c.add(cls.service)
        elif kind == 2 and size == 2:
            c.add(cls.service)
        elif kind in (3, 4) and size >= 4:
            cls._at_once(c, cls.key_sequence, cls.key_version)
            encrypted = bool(c.peek(1) & 0x80)
            cls._at_once(c, cls.encrypts, cls.toggles, cls.service if kind == 3 else cls.association, size=2)
            c.add(cls.minislots if kind == 3 else cls.filler)
            if kind == 3 and fragment and c.remaining:
                cls._at_once(c, cls.fragment_reserved, cls.fragment_first, cls.fragment_last, cls.fragment_number)
            return encrypted
        elif kind in (5, 6) and size:
            c.add(cls.suppression)
            if size == 2:
                cls._at_once(c, cls.overrun, cls.grants)
        elif kind == 7 and size >= 3:
            cls._at_once(c, cls.up_sequence, cls.up_version)
            encrypted = bool(c.peek(1) & 0x80)
            cls._at_once(c, cls.up_encrypts, cls.up_toggles, cls.up_service, size=2)
            return encrypted
        elif kind == 8 and size:
            cls._at_once(c, cls.priority, *((cls.changes,) if size == 5 else ()), size=0 if size in (3, 5) else 1)
            if size in (3, 5):
                c.add(cls.downstream)
            if size == 5:
                c.add(cls.packet_number)
        elif kind == 9 and size == 5:
            c.add(cls.reference)
            c.add(cls.stamp)
        else:
            c.rest(cls.element_value)
        return False
