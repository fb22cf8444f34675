"""Peer Name Resolution Protocol (MS-PNRP): names of peers without servers.

    header: 0010, 12, 51, version (2), message, identifier (4);  then segments: type (2), length (2), content, to fours
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, group, ipv6, raw, u8, u16, u32
from dissect.engine.layer import Layer

INQUIRE, AUTHORITY = 7, 8
MESSAGES = {
    1: "SOLICIT", 2: "ADVERTISE", 3: "REQUEST", 4: "FLOOD", INQUIRE: "INQUIRE", AUTHORITY: "AUTHORITY", 9: "ACK", 11: "LOOKUP",
}  # fmt: skip
ACKED, TARGET, VALIDATE, FLAGS, SOLICITS, LOOKS, IDS = 0x18, 0x38, 0x39, 0x40, 0x44, 0x45, 0x60
CERTIFICATES, HASHED, NONCE, ROUTE, ENDPOINTS, WORDS = 0x80, 0x92, 0x93, 0x9A, 0x9E, 0x85
SEGMENTS = {
    0x10: "PNRP_HEADER", ACKED: "PNRP_HEADER_ACKED", 0x30: "PNRP_ID", TARGET: "TARGET_PNRP_ID", VALIDATE: "VALIDATE_PNRP_ID",
    FLAGS: "FLAGS_FIELD", 0x43: "FLOOD_CONTROLS", SOLICITS: "SOLICIT_CONTROLS", LOOKS: "LOOKUP_CONTROLS", 0x5A: "EXTENDED_PAYLOAD",
    IDS: "PNRP_ID_ARRAY", CERTIFICATES: "CERT_CHAIN", WORDS: "CLASSIFIER", HASHED: "HASHED_NONCE", NONCE: "NONCE", 0x98: "SPLIT_CONTROLS",
    ROUTE: "ROUTING_ENTRY", 0x9B: "VALIDATE_CPA", 0x9C: "REVOKE_CPA", 0x9D: "IPV6_ENDPOINT", ENDPOINTS: "IPV6_ENDPOINT_ARRAY",
}  # fmt: skip


def _words(field: Field, prefix: str, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    """The bits of a word, which are numbers here."""
    return tuple(Field(f"{prefix}.{name}", label, field.type, HEX, mask=mask, within=field) for name, label, mask in rows)


class PNRP(Layer):
    """A message."""

    name, label, column = "pnrp", "Peer Name Resolution Protocol", "PNRP"
    binds = {"udp.port": (3540,)}
    accepts = lambda p: (p.reported >= 20) & (p.u32(0) == 0x0010000C) & (p.u8(4) == 0x51)
    length = lambda h: h.end - h.start

    head, opening = group("pnrp.header", "Header"), u16(None, "pnrp.header.fieldID", "Header FieldID", HEX)
    head_size, mark = u16(None, "pnrp.header.length", "Header length"), u8(None, "pnrp.ident", "Ident", HEX)
    major, minor = u8(None, "pnrp.vMajor", "Version Major"), u8(None, "pnrp.vMinor", "Version Minor")
    message = u8(None, "pnrp.messageType", "Message Type", names=MESSAGES)
    identifier = u32(None, "pnrp.header.messageID", "Message ID", HEX)
    segment, kind = group("", "Segment"), u16(None, "pnrp.segment.type", "Segment Type", HEX, names=SEGMENTS)
    size_of, content = u16(None, "pnrp.segment.length", "Segment length"), raw(None, "", "Data")
    acked = u32(None, "pnrp.segment.headerAck", "ACKed Header ID", HEX)
    peer = raw(None, "pnrp.segment.pnrpID", "PNRP ID", size=32)
    inquires = u16(None, "pnrp.segment.inquire.flags", "Flags", HEX)
    inquire_bits = _words(
        inquires, "pnrp.segment.inquire.flags", ("reserved1", "Reserved 1", 0xFFE0), ("Abit", "CPA should (a)ppear in response", 0x10),
        ("Xbit", "E(X)tended Payload sent in Authority response", 0x08), ("Cbit", "(C)ertificate Chain sent in Authority response", 0x04),
        ("reserved2", "Reserved 2", 0x03),
    )  # fmt: skip
    answers = u16(None, "pnrp.segment.authority.flags", "Flags", HEX)
    answer_bits = _words(
        answers, "pnrp.segment.authority.flags", ("reserved1", "Reserved 1", 0xFC00), ("Lbit", "(L)eaf Set", 0x200),
        ("reserved2", "Reserved 2", 0x1F0), ("Bbit", "(B)usy", 0x08), ("reserved3", "Reserved 3", 0x06), ("Nbit", "(N)ot found", 0x01),
    )  # fmt: skip
    solicits = u8(None, "pnrp.segment.solicitType", "Solicit Type", names={0: "SOLICIT_TYPE_ANY", 1: "SOLICIT_TYPE_LOCAL"})
    looks = u16(None, "pnrp.lookupControls.flags", "Flags", HEX)
    look_bits = _words(looks, "pnrp.lookupControls.flags", ("reserved", "Reserved", 0xFFFC), ("Abit", "A bit", 0x02),
                       ("0bit", "0 bit - reserved", 0x01))  # fmt: skip
    precision = u16(None, "pnrp.lookupControls.precision", "Precision", HEX)
    criteria = u8(None, "pnrp.lookupControls.resolveCriteria", "Resolve Criteria", HEX)
    reason = u8(None, "pnrp.lookupControls.reasonCode", "Reason Code", HEX)
    count, array_size = u16(None, "pnrp.segment.idArray.NumEntries", "Number of Entries"), u16(None, "pnrp.segment.idArray.Length", "Length of Array")
    element = u16(None, "pnrp.segment.ElementFieldType", "Type of Array Entry", HEX, names=SEGMENTS)
    entry_size = u16(None, "pnrp.segment.idArray.Entrylength", "Length of each Array Entry")
    certificates = raw(None, "pnrp.segment.certChain", "Certificate Chain")
    hashed, nonce = raw(None, "pnrp.segment.hashednonce", "Hashed Nonce"), raw(None, "pnrp.segment.nonce", "Nonce")
    port = u16(None, "pnrp.segment.routeEntry.portNumber", "Port Number")
    route_flags = u8(None, "pnrp.segment.routeEntry.flags", "Flags")
    addresses, address = u8(None, "pnrp.segment.routeEntry.addressCount", "Address Count"), ipv6(None, "pnrp.segment.ipv6Address", "IPv6 Address")
    ends = u16(None, "pnrp.segment.ipv6EndpointArray.NumberOfEntries", "Number of Entries")
    ends_size = u16(None, "pnrp.segment.ipv6EndpointArray.ArrayLength", "Array Length")
    end_size = u16(None, "pnrp.segment.ipv6EndpointArray.EntryLength", "Entry Length")
    end_port = u16(None, "pnrp.segment.port_number", "Port Number")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        message = c.peek(1, 7)
        c.info(f"PNRP {MESSAGES.get(message, f'Unknown (0x{message:02x})')} Message")
        with c.group(cls.head, 12) as c:
            for field in (cls.opening, cls.head_size, cls.mark, cls.major, cls.minor, cls.message, cls.identifier):
                c.add(field)
        while c.remaining >= 4:
            size = c.peek(2, 2)
            if size < 4:
                break
            with c.group(cls.segment, size) as c:
                kind = c.add(cls.kind)
                c.add(cls.size_of)
                cls._segment(c, kind, message)
                c.rest(cls.content)
            if c.remaining:
                c.add(cls.content, min(-size % 4, c.remaining))
        c.rest(cls.content)

    @classmethod
    def _segment(cls, c: Cursor, kind: int, message: int) -> None:
        """What a segment has that has a name."""
        if kind in (TARGET, VALIDATE):
            cls._peers(c)
        elif kind == FLAGS and message in (INQUIRE, AUTHORITY):
            c.add(cls.inquires if message == INQUIRE else cls.answers)
        elif kind == SOLICITS:
            c.add(cls.content, 1)
            c.add(cls.solicits)
        elif kind == LOOKS:
            for field in (cls.looks, cls.precision, cls.criteria, cls.reason):
                c.add(field)
        elif kind == IDS:
            for field in (cls.count, cls.array_size, cls.element, cls.entry_size):
                c.add(field)
            cls._peers(c)
        elif kind in (ROUTE, ENDPOINTS):
            cls._places(c, kind)
        else:
            whole = {ACKED: cls.acked, CERTIFICATES: cls.certificates, HASHED: cls.hashed, NONCE: cls.nonce}.get(kind)
            if whole is not None:
                c.add(whole, c.remaining)

    @classmethod
    def _peers(cls, c: Cursor) -> None:
        while c.remaining >= 32:
            c.add(cls.peer)

    @classmethod
    def _places(cls, c: Cursor, kind: int) -> None:
        """Where peers are."""
        if kind == ROUTE:
            for field in (cls.peer, cls.major, cls.minor, cls.port, cls.route_flags, cls.addresses):
                c.add(field)
            while c.remaining >= 16:
                c.add(cls.address)
            return
        for field in (cls.ends, cls.ends_size, cls.kind, cls.end_size):
            c.add(field)
        while c.remaining >= 18:
            c.add(cls.end_port)
            c.add(cls.address)
