"""Bundles of version 7 (RFC 9171): arrays in CBOR, a primary block first, then what is carried, each block with its own check.

    [_ [7, flags, check, destination, source, report to, [time, number], lifetime, (offset, total), (CRC)],
       [type, number, flags, check, octets, (CRC)]...]
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, abs_time, flag, group, raw, rel_time, string, u8, u16, u32, u64
from dissect.engine.layer import Layer
from dissect.layers.sctp import crc32c

UNSIGNED, OCTETS, TEXT, ARRAY, TAG, SIMPLE = 0, 2, 3, 4, 6, 7
ENDLESS = 31
DTN, IPN = 1, 2
CRC16, CRC32 = 1, 2
PAYLOAD, PREVIOUS, AGE, HOPS = 1, 6, 7, 10
FRAGMENT, ADMINISTRATIVE = 0x000001, 0x000002
Y2000 = 946_684_800
REASONS = {
    0: "No additional information", 1: "Lifetime expired", 2: "Forwarded over unidirectional link", 3: "Transmission canceled",
    4: "Depleted storage", 5: "Destination endpoint ID unintelligible", 6: "No known route to destination from here",
    7: "No timely contact with next node on route", 8: "Block unintelligible", 9: "Hop limit exceeded", 10: "Traffic pared",
    11: "Block unsupported", 12: "Missing Security Operation", 13: "Unknown Security Operation", 14: "Unexpected Security Operation",
    15: "Failed Security Operation", 16: "Conflicting Security Operation",
}  # fmt: skip


def _crc16(data: bytes) -> int:
    """CRC-16/X-25, as RFC 9171 has it."""
    crc = 0xFFFF
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return crc ^ 0xFFFF


def head(c: Cursor) -> tuple[int, int, int]:
    """What comes next in CBOR: its kind, the number that goes with it, the octets of both; -1 for one without end."""
    size = 0
    while True:
        first = c.peek(1, size)
        kind, small = first >> 5, first & 31
        width = 1 << small - 24 if 24 <= small < 28 else 0
        value = c.peek(width, size + 1) if width else small if small < 24 else -1
        size += 1 + width
        if kind != TAG:
            return kind, value, size


def _bits(prefix: str, *rows: tuple[str, str, int]) -> tuple[Field, ...]:
    """The bits of a number, in however many octets it stands: last part of the name, label, mask."""
    return tuple(flag(None, f"{prefix}.{name}", label, mask, size=8) for name, label, mask in rows)


class Parts(Layer):
    """What bundles and the records in them are made of."""

    scheme = u64(None, "bpv7.eid.scheme", "Scheme Code", names={DTN: "dtn", IPN: "ipn"})
    known, text = u64(None, "bpv7.eid.dtn_ssp_code", "DTN SSP"), string(None, "bpv7.eid.dtn_ssp_text", "DTN SSP")
    node, service = u64(None, "bpv7.eid.ipn_node", "IPN Node Number"), u64(None, "bpv7.eid.ipn_service", "IPN Service Number")
    well_known, named = string(None, "bpv7.eid.wkssp", "Well-known SSP"), string(None, "bpv7.eid.serv", "Service Name")
    time, clock = u64(None, "bpv7.time.dtntime", "DTN Time", unit="milliseconds"), abs_time(None, "bpv7.time.utctime", "UTC Time")
    made, number = group("bpv7.create_ts.time", "Time"), u64(None, "bpv7.create_ts.seqno", "Sequence Number")
    array = raw(None, "", "Array")

    @classmethod
    def items(cls, c: Cursor) -> int:
        """How many an array has."""
        kind, count, size = head(c)
        if kind != ARRAY:
            c.skip(c.remaining + 1)
        c.add(cls.array, size)
        return count

    @classmethod
    def uint(cls, c: Cursor, field: Field) -> int:
        """An unsigned number."""
        kind, value, size = head(c)
        if kind != UNSIGNED:
            c.skip(c.remaining + 1)
        c.add(field, size, value=value)
        return value

    @classmethod
    def endpoint(cls, c: Cursor, field: Field, uri: Field) -> str:
        """An endpoint's identifier, and the URI that it stands for."""
        said, wkssp, serv = "", "", ""
        with c.group(field):
            cls.items(c)
            scheme = cls.uint(c, cls.scheme)
            kind, value, size = head(c)
            if scheme == DTN and kind == UNSIGNED:
                cls.uint(c, cls.known)
                wkssp = "none" if value == 0 else ""
                said = "dtn:none" if value == 0 else ""
            elif scheme == DTN and kind == TEXT:
                c.add(cls.array, size)
                text = c.add(cls.text, value)
                said = f"dtn:{text}"
                _, found, last = text.rpartition("/")
                wkssp, serv = ("", last) if found else (text, "")
            elif scheme == IPN and kind == ARRAY:
                cls.items(c)
                said = f"ipn:{cls.uint(c, cls.node)}.{cls.uint(c, cls.service)}"
            else:
                c.skip(c.remaining + 1)
            for made, what in ((cls.well_known, wkssp), (cls.named, serv), (uri, said)):
                if what:
                    c.derived(made, what)
        return said

    @classmethod
    def moment(cls, c: Cursor, field: Field) -> int:
        """A time: milliseconds from 2000 on; 0 where there is no clock."""
        with c.group(field):
            value = cls.uint(c, cls.time)
            if value:
                c.derived(cls.clock, (Y2000 * 1000 + value) * 1_000_000)
        return value

    @classmethod
    def stamp(cls, c: Cursor, field: Field) -> tuple[int, int]:
        """When a bundle was made, and which it was then."""
        with c.group(field):
            cls.items(c)
            return cls.moment(c, cls.made), cls.uint(c, cls.number)


class BPv7(Parts):
    """A bundle."""

    name, label, column = "bpv7", "DTN Bundle Protocol Version 7", "BPv7"
    binds = {"bundle.version": (7,)}
    reaches = ("bpv7.block_type", "data")

    opening, closing = raw(None, "bpv7.bundle_head", "Indefinite Array"), raw(None, "bpv7.bundle_break", "Indefinite Break")
    block = group("", "Block")
    check = u64(None, "bpv7.crc_type", "CRC Type", names={0: "None", CRC16: "CRC-16", CRC32: "CRC-32C"})
    crc16, crc32 = u16(None, "bpv7.crc_field", "CRC Field Integer", HEX), u32(None, "bpv7.crc_field", "CRC field Integer", HEX)
    status = u8(None, "bpv7.crc_status", "CRC Status", names={0: "Bad", 1: "Good", 2: "Unverified", 3: "Not present"})
    version = u64(None, "bpv7.primary.version", "Version")
    flags = u64(None, "bpv7.primary.bundle_flags", "Bundle Flags", HEX)
    flag_bits = _bits(
        "bpv7.primary.bundle_flags", ("is_fragment", "Bundle is a fragment", FRAGMENT),
        ("payload_admin", "Payload is an administrative record", ADMINISTRATIVE), ("no_fragment", "Bundle must not be fragmented", 0x04),
        ("user_app_ack", "Acknowledgement by application is requested", 0x20), ("req_status_time", "Status time requested in reports", 0x40),
        ("reception_report", "Request reporting of bundle reception", 0x4000),
        ("forwarding_report", "Request reporting of bundle forwarding", 0x10000),
        ("delivery_report", "Request reporting of bundle delivery", 0x20000),
        ("deletion_report", "Request reporting of bundle deletion", 0x40000),
    )  # fmt: skip
    to, to_uri = group("bpv7.primary.dst_eid", "Destination Endpoint ID"), string(None, "bpv7.primary.dst_uri", "Destination URI")
    by, by_uri = group("bpv7.primary.src_nodeid", "Source Node ID"), string(None, "bpv7.primary.src_uri", "Source URI")
    report_to, report_uri = group("bpv7.primary.report_nodeid", "Report-to Node ID"), string(None, "bpv7.primary.report_uri", "Report-to URI")
    created, lifetime = group("bpv7.primary.create_ts", "Creation Timestamp"), u64(None, "bpv7.primary.lifetime", "Lifetime", unit="milliseconds")
    lives, expires = rel_time(None, "bpv7.primary.lifetime_exp", "Lifetime Expanded"), abs_time(None, "bpv7.primary.expire_time", "Expire Time")
    part_offset = u64(None, "bpv7.primary.frag_offset", "Fragment Offset")
    whole = u64(None, "bpv7.primary.total_len", "Total Application Data Unit Length")
    identity = string(None, "bpv7.bundle.identity", "Bundle Identity")
    type = u64(None, "bpv7.canonical.type_code", "Type Code", names={
        PAYLOAD: "Payload", PREVIOUS: "Previous Node", AGE: "Bundle Age", HOPS: "Hop Count", 11: "Block Integrity Block",
        12: "Block Confidentiality Block"})  # fmt: skip
    block_number = u64(None, "bpv7.canonical.block_num", "Block Number")
    block_flags = u64(None, "bpv7.canonical.block_flags", "Block Flags", HEX)
    block_bits = _bits(
        "bpv7.canonical.block_flags", ("replicate_in_fragment", "Replicate block in fragment", 0x01),
        ("status_if_no_process", "Status bundle if not processed", 0x02), ("delete_if_no_process", "Delete bundle if not processed", 0x04),
        ("discard_if_no_process", "Discard block if not processed", 0x10),
    )  # fmt: skip
    carried = u64(None, "bpv7.canonical.data", "Block Type-Specific Data", unit="octets")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        kind, _, size = head(c)
        c.add(cls.opening, size)
        if kind != ARRAY:
            c.skip(c.remaining)
            return
        flags = -1
        while c.remaining:
            if c.peek(1) == 0xFF:
                c.add(cls.closing, 1)
                break
            with c.group(cls.block):
                if flags < 0:
                    flags = cls._primary(c)
                else:
                    cls._canonical(c, flags)

    @classmethod
    def _flags(cls, c: Cursor, field: Field, single: tuple[Field, ...]) -> int:
        """A number, and its bits."""
        kind, value, size = head(c)
        if kind != UNSIGNED:
            c.skip(c.remaining + 1)
        with c.group(field, value=value):
            c.add(cls.array, size)
            for bit in single:
                c.derived(bit, bool(value & bit.mask))
        return value

    @classmethod
    def _primary(cls, c: Cursor) -> int:
        """Whose a bundle is; its flags."""
        start = c.pos
        cls.items(c)
        cls.uint(c, cls.version)
        flags, check = cls._flags(c, cls.flags, cls.flag_bits), cls.uint(c, cls.check)
        to = cls.endpoint(c, cls.to, cls.to_uri)
        source = cls.endpoint(c, cls.by, cls.by_uri)
        cls.endpoint(c, cls.report_to, cls.report_uri)
        time, number = cls.stamp(c, cls.created)
        lifetime = cls.uint(c, cls.lifetime)
        c.derived(cls.lives, lifetime * 1_000_000)
        if time:
            c.derived(cls.expires, (Y2000 * 1000 + time + lifetime) * 1_000_000)
        said = f"Source: {source}, DTN Time: {time}, Seq: {number}"
        if flags & FRAGMENT:
            said += f", Frag Offset: {cls.uint(c, cls.part_offset)}, Total Length: {cls.uint(c, cls.whole)}"
        cls._checked(c, start, check)
        c.derived(cls.identity, said)
        c.info(f"{source} → {to}")
        return flags

    @classmethod
    def _checked(cls, c: Cursor, start: int, check: int) -> None:
        """A block's check: all of it, with zeros where the check stands."""
        if check not in (CRC16, CRC32):
            return
        _, width, size = head(c)
        c.add(cls.array, size)
        field, expected = (cls.crc16, 2) if check == CRC16 else (cls.crc32, 4)
        if width != expected:
            c.skip(c.remaining + 1)
        block = c.data[start : c.pos] + bytes(width)
        found = _crc16(block) if check == CRC16 else int.from_bytes(crc32c(block).to_bytes(4, "little"), "big")
        c.derived(cls.status, int(c.add(field) == found))

    @classmethod
    def _canonical(cls, c: Cursor, flags: int) -> None:
        """What is carried, and the check of it."""
        start = c.pos
        cls.items(c)
        kind = cls.uint(c, cls.type)
        cls.uint(c, cls.block_number)
        cls._flags(c, cls.block_flags, cls.block_bits)
        check = cls.uint(c, cls.check)
        sort, size, octets = head(c)
        if sort != OCTETS:
            c.skip(c.remaining + 1)
        c.add(cls.array, octets)
        with c.group(cls.carried, size, value=size) as c:
            key = kind | (flags & ADMINISTRATIVE) << 8 if kind == PAYLOAD else kind
            if kind == PAYLOAD and flags & FRAGMENT:
                c.rest(cls.array)
            elif not c.payload("bpv7.block_type", key) and c.remaining:
                c.child("data")
        cls._checked(c, start, check)


class Content(Parts):
    """What a block carries whose type is known: a layer of its own, of the bundle's name."""

    name, label, column = "bpv7", "DTN Bundle Protocol Version 7: Content", "BPv7"


class Payload(Content):
    """What is to be delivered."""

    binds = {"bpv7.block_type": (PAYLOAD,)}
    reaches = ("data",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining:
            c.child("data")


class Report(Content):
    """An administrative record."""

    binds = {"bpv7.block_type": (PAYLOAD | ADMINISTRATIVE << 8,)}
    reaches = ("bpv7.admin_rec",)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.child("bpv7.admin_rec")


class PreviousNode(Content):
    """Who had the bundle before."""

    binds = {"bpv7.block_type": (PREVIOUS,)}

    previous, previous_uri = group("bpv7.previous_node.nodeid", "Previous Node ID"), string(None, "bpv7.previous_node.uri", "Previous URI")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.endpoint(c, cls.previous, cls.previous_uri)


class BundleAge(Content):
    """How old a bundle is, where nobody has a clock."""

    binds = {"bpv7.block_type": (AGE,)}

    age = u64(None, "bpv7.bundle_age.time", "Bundle Age", unit="milliseconds")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.uint(c, cls.age)


class HopCount(Content):
    """How far a bundle may go, and has gone."""

    binds = {"bpv7.block_type": (HOPS,)}

    hop_limit, hops = u64(None, "bpv7.hop_count.limit", "Hop Limit"), u64(None, "bpv7.hop_count.current", "Hop Count")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.items(c)
        cls.uint(c, cls.hop_limit)
        cls.uint(c, cls.hops)


class AdministrativeRecord(Parts):
    """What a node reports of a bundle."""

    name, label, column = "bpv7.admin_rec", "BPv7 Administrative Record", "BPv7 Admin"
    reaches = ("bpv7.admin_record_type", "data")

    kind = u64(None, "bpv7.admin_rec.type_code", "Record Type Code", names={1: "Bundle Status Report"})

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls.items(c)
        if not c.payload("bpv7.admin_record_type", cls.uint(c, cls.kind)):
            c.child("data")


class StatusReport(Content):
    """What was done with a bundle."""

    binds, column = {"bpv7.admin_record_type": (1,)}, "BPv7 Admin"

    report, about = group("", "Status Report"), group("bpv7.status_rep.status_info", "Status Information")
    said, at = flag(None, "bpv7.status_assert.val", "Status Value"), group("bpv7.status_assert.time", "Status at")
    received = group("bpv7.status_rep.received", "Reporting node received bundle")
    forwarded = group("bpv7.status_rep.forwarded", "Reporting node forwarded bundle")
    delivered = group("bpv7.status_rep.delivered", "Reporting node delivered bundle")
    deleted = group("bpv7.status_rep.deleted", "Reporting node deleted bundle")
    reason = u64(None, "bpv7.status_rep.reason_code", "Reason Code", names=REASONS)
    subject = group("bpv7.status_rep.subj_src_nodeid", "Subject Source Node ID")
    subject_uri = string(None, "bpv7.status_rep.subj_src_uri", "Subject Source URI")
    stamped = group("bpv7.status_rep.subj_ts", "Subject Creation Timestamp")
    part_offset = u64(None, "bpv7.status_rep.subj_frag_offset", "Subject Fragment Offset")
    part_size = u64(None, "bpv7.status_rep.subj_payload_len", "Subject Payload Length")
    identity = string(None, "bpv7.status_rep.identity", "Subject Identity")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        with c.group(cls.report):
            count = cls.items(c)
            cls.items(c)
            states: list[str] = []
            with c.group(cls.about):
                for field, word in (
                    (cls.received, "RECEIVED"), (cls.forwarded, "FORWARDED"), (cls.delivered, "DELIVERED"), (cls.deleted, "DELETED"),
                ):  # fmt: skip
                    states += [word] * cls._state(c, field)
            cls.uint(c, cls.reason)
            source = cls.endpoint(c, cls.subject, cls.subject_uri)
            time, number = cls.stamp(c, cls.stamped)
            said = f"Source: {source}, DTN Time: {time}, Seq: {number}"
            if count > 4:
                said += f", Frag Offset: {cls.uint(c, cls.part_offset)}"
            if count > 5:
                said += f", Total Length: {cls.uint(c, cls.part_size)}"
            c.derived(cls.identity, said)
        c.append_info(f" Status: {'|'.join(states)}")

    @classmethod
    def _state(cls, c: Cursor, field: Field) -> bool:
        """Whether something was done with a bundle, and when."""
        with c.group(field):
            count = cls.items(c)
            done: Any = c.add(cls.said, 1, value=c.peek(1) == SIMPLE << 5 | 21)
            if count > 1:
                cls.moment(c, cls.at)
        return bool(done)
