"""Bundles over UDP and TCP (RFC 5050 for versions 5 and 6; those of version 7 are arrays in CBOR: see `bpv7`).

    primary: version, flags, length, eight offsets into the dictionary, time, number, lifetime, dictionary, (offset, total)
    block: type, flags, length, content;  numbers are SDNVs: seven bits an octet, the last one without its highest bit
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, INT32, STRINGZ, STRINGZPAD, UINT8, Field, abs_time, bits, i32, raw, u8, u64
from dissect.engine.layer import Layer

ENDLESS_ARRAY = 0x9F  # in CBOR
FRAGMENT, ADMINISTRATIVE = 0x01, 0x02
PAYLOAD, LAST = 1, 0x08
Y2000 = 946_684_800
ENDS = (("dest", "destsssp", "Destination", "destination"), ("src", "srcssp", "Source", "source"),
        ("rpt", "rptssp", "Report", "report"), ("cust", "custssp", "Custodian", "custodian"))  # fmt: skip


def sdnv(c: Cursor, offset: int = 0) -> tuple[int, int]:
    """The number ahead, and its octets."""
    value, size = 0, 0
    while True:
        octet = c.peek(1, offset + size)
        value, size = value << 7 | octet & 0x7F, size + 1
        if not octet & 0x80 or size > 9:
            return value, size


def number(c: Cursor, field: Field) -> int:
    """Read one."""
    value, size = sdnv(c)
    c.add(field, size, value=value)
    return value


class Bundle(Layer):
    """What carries a bundle of any version: it has no octets of its own."""

    name, label, column = "bundle", "Bundle Protocol", "Bundle"
    binds = {"udp.port": (4556,)}
    accepts = lambda p: (p.u8(0) == ENDLESS_ARRAY) | (p.u8(0) == 6) | (p.u8(0) == 5)
    reaches = ("bundle.version",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.payload("bundle.version", 7 if c.peek(1) == ENDLESS_ARRAY else c.peek(1))


class Bundle6(Layer):
    """A bundle of version 5 or 6."""

    name, label, column = "bundle", "Bundle Protocol Version 6", "Bundle"
    binds = {"bundle.version": (5, 6)}

    version, content = u8(None, "bundle.version", "Bundle Version"), raw(None, "", "Data")
    control = u64(None, "bundle.primary.processing.control.flag", "Bundle Processing Control Flags", HEX)
    general = u8(None, "bundle.primary.proc.gen", "General Flags", HEX)
    general_bits = bits(
        general, "bundle.primary.proc", ("frag", "Bundle is a Fragment", FRAGMENT), ("admin", "Administrative Record", ADMINISTRATIVE),
        ("dontfrag", "Do Not Fragment Bundle", 0x04), ("xferreq", "Request Custody Transfer", 0x08),
        ("single", "Destination is Singleton", 0x10), ("ack", "Request Acknowledgement by Application", 0x20),
    )  # fmt: skip
    service = u8(None, "bundle.primary.proc.cos", "Class of Service Flags", HEX)
    priority = Field("bundle.primary.cos.priority", "Priority", UINT8, mask=0x03, names={0: "Bulk", 1: "Normal", 2: "Expedited"})
    reports = u8(None, "bundle.primary.proc.status", "Status Report Flags", HEX)
    report_bits = bits(
        reports, "bundle.primary.srr", ("report", "Request Reception Report", 0x01), ("custaccept", "Request Report of Custody Acceptance", 0x02),
        ("forward", "Request Report of Bundle Forwarding", 0x04), ("delivery", "Request Report of Bundle Delivery", 0x08),
        ("delete", "Request Report of Bundle Deletion", 0x10),
    )  # fmt: skip
    size_of = i32(None, "bundle.primary.len", "Bundle Header Length")
    offsets = tuple(
        Field(f"bundle.primary.{word}offi32", f"{label} {part} Offset", INT32)
        for scheme, ssp, label, _ in ENDS for word, part in ((f"{scheme}scheme", "Scheme"), (ssp, "SSP"))
    )  # fmt: skip
    names = tuple(
        Field(f"bundle.primary.{word}{suffix}", f"{label}{part}", STRINGZ)
        for _, _, label, word in ENDS for suffix, part in (("_scheme", " Scheme"), ("", ""))
    )  # fmt: skip
    created = abs_time(None, "bundle.primary.timestamp", "Timestamp")
    sequence = i32(None, "bundle.primary.timestamp_seq_num32", "Timestamp Sequence Number")
    lifetime = i32(None, "bundle.primary.lifetime_sdnv", "Lifetime")
    dictionary = i32(None, "bundle.primary.dictionary_len", "Dictionary Length")
    part_offset = i32(None, "bundle.primary.fragment_offset", "Fragment Offset")
    whole = i32(None, "bundle.primary.total_adu_len", "Total Application Data Unit Length")
    payload_type = u8(None, "bundle.payload.proc.header_type", "Header Type")
    payload_size = i32(None, "bundle.payload.length", "Payload Length")
    carried = Field("bundle.payload.data", "Payload Data", STRINGZPAD)
    block_type, block_size = u8(None, "bundle.block_type_code", "Block Type Code"), i32(None, "bundle.block.length", "Block Length")
    block_flags = u8(None, "bundle.block.control.flags", "Block Processing Control Flags", HEX, little=True)
    block_bits = bits(
        block_flags, "bundle.block.control", ("replicate", "Replicate Block in Every Fragment", 0x01),
        ("status", "Transmit Status if Block Can't be Processed", 0x02), ("delete", "Delete Bundle if Block Can't be Processed", 0x04),
        ("last", "Last Block", LAST), ("discard", "Discard Block If Can't Process", 0x10),
        ("process", "Block Was Forwarded Without Processing", 0x20), ("eid", "Block Contains an EID-reference Field", 0x40),
    )  # fmt: skip

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls._primary(c)
        last = 0
        while c.remaining and not last:
            last = cls._block(c)
        c.rest(cls.content)

    @classmethod
    def _primary(cls, c: Cursor) -> None:
        c.add(cls.version)
        flags, size = sdnv(c)
        c.add(cls.control, size, value=int.from_bytes(c.peek_bytes(size), "big"))
        c.derived(cls.general, flags & 0x7F)
        c.derived(cls.service, flags >> 7 & 0x7F)
        c.derived(cls.priority, flags >> 7 & 0x03)
        c.derived(cls.reports, flags >> 14 & 0x7F)
        number(c, cls.size_of)
        places = [number(c, field) for field in cls.offsets]
        seconds, size = sdnv(c)
        c.add(cls.created, size, value=(Y2000 + seconds) * 1_000_000_000)
        sequence = number(c, cls.sequence)
        number(c, cls.lifetime)
        size = number(c, cls.dictionary)
        said = cls._ends(c, places, size)
        if flags & FRAGMENT:
            number(c, cls.part_offset)
            number(c, cls.whole)
        c.info(f"{said[1]} > {said[0]} {seconds}.{sequence}")

    @classmethod
    def _ends(cls, c: Cursor, places: list[int], size: int) -> list[str]:
        """The names that the offsets mean: in a dictionary, or without one the two numbers of an ipn's."""
        octets, said = c.peek_bytes(size), []
        for index, field in enumerate(cls.names):
            scheme, ssp = places[index & ~1], places[index | 1]
            if size:
                text = octets[places[index] :].split(b"\0")[0].decode("ascii", "replace")
            else:
                known = ("ipn", f"{scheme}.{ssp}") if scheme or ssp else ("dtn", "none")  # RFC 6260
                text = known[index & 1]
            c.derived(field, text)
            said.append(text)
        c.add(cls.content, size)
        return [f"{said[n]}:{said[n + 1]}" for n in range(0, len(said), 2)]

    @classmethod
    def _block(cls, c: Cursor) -> int:
        """A block; whether it is the last."""
        payload = c.peek(1) == PAYLOAD
        c.add(cls.payload_type if payload else cls.block_type)
        flags, size = sdnv(c)
        c.add(cls.block_flags, size, value=flags & 0xFF)
        size = number(c, cls.payload_size if payload else cls.block_size)
        if payload:
            c.add(cls.carried, size, value=f"<{size} bytes>")
        else:
            c.add(cls.content, size)
        return flags & LAST
