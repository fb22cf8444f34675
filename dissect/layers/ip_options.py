"""IPv4 options (RFC 791): routes and time stamps, security (RFC 791, 1108), CIPSO (FIPS 188), MTU probes (RFC 1063),
traceroute (RFC 1393), directed broadcast (RFC 1770), router alert (RFC 2113), Quick-Start (RFC 4782).

    +-+-----+---------+--------+-------------------+
    |C|class| number  | length | length - 2 octets |      types 0 and 1 are a single octet
    +-+-----+---------+--------+-------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, STRING, UINT8, Field, alias, flag, ipv4, raw, string, u8, u16, u32

CLASSES = {0: "Control", 1: "Reserved for future use", 2: "Debugging and measurement", 3: "Reserved for future use"}
NUMBERS = {
    0: "End of Option List (EOL)", 1: "No-Operation (NOP)", 2: "Security", 3: "Loose Source Route", 4: "Time Stamp",
    5: "Extended Security", 6: "Commercial IP Security", 7: "Record Route", 8: "Stream ID", 9: "Strict Source Route",
    11: "MTU Probe", 12: "MTU Reply", 18: "Traceroute", 20: "Router Alert", 21: "Selective Directed Broadcast",
    25: "Quick-Start",
}  # fmt: skip
EOL, NOP, LOOSE_ROUTE, STRICT_ROUTE = 0, 1, 131, 137
RFC791_LEVELS = {
    0x0000: "Unclassified", 0xF135: "Confidential", 0x789A: "EFTO", 0xBC4D: "MMMM", 0x5E26: "PROG",
    0xAF13: "Restricted", 0xD788: "Secret", 0x6BC5: "Top secret", 0x35E2: "Reserved", 0x9AF1: "Reserved",
    0x4D78: "Reserved", 0x24BD: "Reserved", 0x135E: "Reserved", 0x89AF: "Reserved", 0xC4D6: "Reserved",
    0xE26B: "Reserved",
}  # fmt: skip
LEVELS = {
    0x01: "Reserved 4", 0x3D: "Top secret", 0x5A: "Secret", 0x96: "Confidential", 0x66: "Reserved 3",
    0xCC: "Reserved 2", 0xAB: "Unclassified", 0xF1: "Reserved 1",
}  # fmt: skip
TIMESTAMP_FLAGS = {
    0: "Time stamps only", 1: "Time stamp and address", 3: "Time stamps for prespecified addresses",
}  # fmt: skip
QUICK_START = {0: "Rate request", 8: "Rate report"}
TAGS = {
    0: "Padding", 1: "Restrictive Category Bitmap", 2: "Enumerated Categories", 5: "Ranged Categories",
    6: "Permissive Categories", 7: "Free Form",
}  # fmt: skip


def _option(name: str, label: str) -> Field:
    return Field(f"ip.options.{name}", f"IP Option - {label}", BYTES)


def _address(name: str, label: str) -> Field:
    return ipv4(None, f"ip.{name}", label, also=(alias(f"ip.{name}_host", STRING, f"{label} Host"),))


kind = u8(None, "ip.opt.type", "Type")
kind_copy = flag(None, "ip.opt.type.copy", "Copy on fragmentation", 0x80, within=kind)
kind_class = u8(None, "ip.opt.type.class", "Class", mask=0x60, names=CLASSES, within=kind)
kind_number = u8(None, "ip.opt.type.number", "Number", mask=0x1F, names=NUMBERS, within=kind)
length, pointer = u8(None, "ip.opt.len", "Length"), u8(None, "ip.opt.ptr", "Pointer")
eol, nop = _option("eol", "End of Options List (EOL)"), _option("nop", "No-Operation (NOP)")
security, extended = _option("security", "Security"), _option("ext_security", "Extended Security")
rfc791_level = u16(None, "ip.opt.sec_rfc791_sec", "Security", HEX, names=RFC791_LEVELS)
rfc791_compartments = u16(None, "ip.opt.sec_rfc791_comp", "Compartments")
rfc791_handling = string(None, "ip.opt.sec_rfc791_hr", "Handling Restrictions", size=2)
rfc791_control = string(None, "ip.opt.sec_rfc791_tcc", "Transmission Control Code", size=3)
level = u8(None, "ip.opt.sec_cl", "Classification Level", HEX, names=LEVELS)
authorities = u8(None, "ip.opt.sec_prot_auth_flags", "Protection Authority Flags", HEX)
authority_bits = (
    flag(None, "ip.opt.sec_prot_auth_genser", "GENSER", 0x80, within=authorities),
    flag(None, "ip.opt.sec_prot_auth_siop_esi", "SIOP-ESI", 0x40, within=authorities),
    flag(None, "ip.opt.sec_prot_auth_sci", "SCI", 0x20, within=authorities),
    flag(None, "ip.opt.sec_prot_auth_nsa", "NSA", 0x10, within=authorities),
    flag(None, "ip.opt.sec_prot_auth_doe", "DOE", 0x08, within=authorities),
    u8(None, "ip.opt.sec_prot_auth_unassigned", "Unassigned", HEX, mask=0x06, within=authorities),
    flag(None, "ip.opt.sec_prot_auth_fti", "Field Termination Indicator", 0x01, within=authorities),
)
more_authorities = u8(None, "ip.opt.sec_prot_auth_flags", "Protection Authority Flags", HEX)
more_authority_bits = (
    u8(None, "ip.opt.sec_prot_auth_unassigned", "Unassigned", HEX, mask=0xFE, within=more_authorities),
    flag(None, "ip.opt.sec_prot_auth_fti", "Field Termination Indicator", 0x01, within=more_authorities),
)
format_code = u8(None, "ip.opt.ext_sec_add_sec_info_format_code", "Additional Security Info Format Code", HEX)
additional = raw(None, "ip.opt.ext_sec_add_sec_info", "Additional Security Info")
cipso = _option("cipso", "Commercial Security")
cipso_domain = u32(None, "ip.cipso.doi", "DOI")
cipso_tag = u8(None, "ip.cipso.tag_type", "Tag Type", names=TAGS)
cipso_level = u8(None, "ip.cipso.sensitivity_level", "Sensitivity Level")
cipso_categories = string(None, "ip.cipso.categories", "Categories")
cipso_data = raw(None, "ip.cipso.tag_data", "Tag data")
loose, strict = _option("route", "Loose Source Route"), _option("source_route", "Strict Source Route")
record = _option("record_route", "Record Route")
recorded, current = _address("rec_rt", "Recorded Route"), _address("cur_rt", "Current Route")
ahead, empty = _address("src_rt", "Source Route"), _address("empty_rt", "Empty Route")
timestamp = _option("timestamp", "Time Stamp")
overflow = u8(None, "ip.opt.overflow", "Overflow", mask=0xF0)
timestamp_flag = u8(None, "ip.opt.flag", "Flag", HEX, mask=0x0F, names=TIMESTAMP_FLAGS)
time_stamp = u32(None, "ip.opt.time_stamp", "Time stamp")
time_stamp_address = ipv4(None, "ip.opt.time_stamp_addr", "Address")
stream, stream_id = _option("sid", "Stream ID"), u16(None, "ip.opt.sid", "Stream Identifier")
mtu_probe, mtu_reply = _option("mtu_probe", "MTU Probe"), _option("mtu_reply", "MTU Reply")
mtu = u16(None, "ip.opt.mtu", "MTU")
traceroute, id_number = _option("traceroute", "Traceroute"), u16(None, "ip.opt.id_number", "ID Number")
outbound, returned = u16(None, "ip.opt.ohc", "Outbound Hop Count"), u16(None, "ip.opt.rhc", "Return Hop Count")
originator = ipv4(None, "ip.opt.originator", "Originator IP Address")
alert = _option("routeralert", "Router Alert")
alert_value = u16(None, "ip.opt.ra", "Router Alert", names={0: "Router shall examine packet"})
broadcast, broadcast_address = _option("sdb", "Selective Directed Broadcast"), ipv4(None, "ip.opt.addr", "IP Address")
padding = raw(None, "ip.opt.padding", "Padding")
quick_start = _option("qs", "Quick-Start")
quick_function = u8(None, "ip.opt.qs_func", "Function", mask=0xF0, names=QUICK_START)
quick_rate = u8(None, "ip.opt.qs_rate", "Rate", mask=0x0F)
quick_ttl, quick_unused = u8(None, "ip.opt.qs_ttl", "QS TTL"), u8(None, "ip.opt.qs_unused", "Not Used")
quick_ttl_diff = Field("ip.opt.qs_ttl_diff", "TTL Diff", UINT8)
quick_nonce = u32(None, "ip.opt.qs_nonce", "QS Nonce", HEX, mask=0xFFFFFFFC)
quick_reserved = u32(None, "ip.opt.qs_reserved", "Reserved", HEX, mask=0x3)

FIELDS: tuple[Field, ...] = (
    kind, kind_copy, kind_class, kind_number, length, pointer, eol, nop, security, extended, rfc791_level,
    rfc791_compartments, rfc791_handling, rfc791_control, level, authorities, *authority_bits, more_authorities,
    *more_authority_bits, format_code, additional, cipso, cipso_domain, cipso_tag, cipso_level, cipso_categories,
    cipso_data, loose, strict, record, recorded, current, ahead, empty, timestamp, overflow, timestamp_flag,
    time_stamp, time_stamp_address, stream, stream_id, mtu_probe, mtu_reply, mtu, traceroute, id_number, outbound,
    returned, originator, alert, alert_value, broadcast, broadcast_address, padding, quick_start, quick_function,
    quick_rate, quick_ttl, quick_ttl_diff, quick_unused, quick_nonce, quick_reserved,
)  # fmt: skip

Reader = Callable[[Cursor], None]


def _simple(*fields: Field) -> Reader:
    def read(c: Cursor) -> None:
        for field in fields:
            c.add(field)

    return read


def _security(c: Cursor) -> None:
    if c.remaining == 9 and c.peek(2) in RFC791_LEVELS:
        for field in (rfc791_level, rfc791_compartments, rfc791_handling, rfc791_control):
            c.add(field)
        return
    c.add(level)
    field = authorities
    while c.remaining:
        if c.add(field) & 1 == 0:
            return
        field = more_authorities


def _extended(c: Cursor) -> None:
    c.add(format_code)
    c.rest(additional)


def _cipso(c: Cursor) -> None:
    c.add(cipso_domain)
    while c.remaining:
        tag = c.add(cipso_tag)
        if tag == 0:
            continue
        size = c.peek(1) if c.remaining else 0
        low = 4 if tag < 7 else 2
        if tag not in TAGS or not low <= size <= c.remaining + 1:
            return
        c.pos += 1  # the tag's length
        if tag >= 6:
            c.add(cipso_data, size - 2)
            continue
        c.pos += 1  # alignment
        c.add(cipso_level)
        if size > 4:
            c.add(cipso_categories, size - 4, value=_categories(tag, c.peek_bytes(size - 4)))


def _categories(tag: int, data: bytes) -> str:
    """The categories of a CIPSO tag as numbers and ranges."""
    if tag == 1:
        return ",".join(str(i) for i in range(8 * len(data)) if data[i >> 3] & 0x80 >> (i & 7))
    words = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2)]
    if tag == 2:
        return ",".join(map(str, words))
    if len(words) & 1:
        words.append(0)
    pairs = zip(words[::2], words[1::2], strict=True)
    return ",".join(f"{high}-{low}" if high != low else f"{high}" for high, low in pairs)


def _pointer(c: Cursor) -> int:
    """The pointer; 0 where it points to no address."""
    value: int = c.add(pointer)
    if value >= 4 and value & 3 == 0:
        return value
    where = "before first" if value < 4 else "to middle of"
    c.note("error", "Protocol", f"Pointer points {where} address",
           "ip.opt.ptr.before_address" if value < 4 else "ip.opt.ptr.middle_address")
    return 0


def _record(c: Cursor) -> None:
    size, start = c.remaining + 2, c.pos - 2
    place = _pointer(c)
    while place and c.remaining >= 4:
        c.add(recorded if place > size or c.pos - start + 1 < place else empty)


def _route(c: Cursor) -> None:
    """The route behind and ahead of the current hop, which the header has as destination; the last is the real one."""
    size, start = c.remaining + 2, c.pos - 2
    place = _pointer(c)
    while place and c.remaining >= 4:
        at = c.pos - start
        if place > size:
            c.add(recorded)
        elif at == size - 4:
            _destination(c)
        else:
            c.add(recorded if at + 1 < place else ahead)


def _destination(c: Cursor) -> None:
    field = c.h.layer.by_attr["dst"]
    hop = next((node for node in c.node.children if node.field is field), None)
    if hop is not None:
        hop.field = current
    value = c.add(field)
    if not c.run.columns_locked:
        c.run.tree.destination = (field, value)


def _timestamps(c: Cursor) -> None:
    c.add(pointer)
    word = c.peek(1)
    c.add(overflow, 0, value=word >> 4)
    c.add(timestamp_flag)
    addressed = word & 15 in (1, 3)
    while c.remaining >= (8 if addressed else 4):
        if addressed:
            c.add(time_stamp_address)
        c.add(time_stamp)


def _broadcast(c: Cursor) -> None:
    while c.remaining >= 4:
        c.add(broadcast_address)
    c.rest(padding)


def _quick_start(c: Cursor) -> None:
    function = c.peek(1) >> 4
    if function not in QUICK_START:
        c.add(quick_function)
        return
    c.add(quick_function, 0, value=function)
    c.add(quick_rate)
    if function:
        c.add(quick_unused)
    else:
        ttl = c.add(quick_ttl)
        c.derived(quick_ttl_diff, (c.h.ttl - ttl) & 0xFF)
    c.add(quick_nonce, 0, value=c.peek(4) >> 2)
    c.add(quick_reserved)


# type: (subtree, length or 0 for any, what reads the octets after the length)
READERS: dict[int, tuple[Field, int, Reader]] = {
    130: (security, 0, _security), LOOSE_ROUTE: (loose, 0, _route), 68: (timestamp, 0, _timestamps),
    133: (extended, 0, _extended), 134: (cipso, 0, _cipso), 7: (record, 0, _record),
    136: (stream, 4, _simple(stream_id)), STRICT_ROUTE: (strict, 0, _route), 11: (mtu_probe, 4, _simple(mtu)),
    12: (mtu_reply, 4, _simple(mtu)), 82: (traceroute, 12, _simple(id_number, outbound, returned, originator)),
    148: (alert, 4, _simple(alert_value)), 149: (broadcast, 0, _broadcast), 25: (quick_start, 8, _quick_start),
}  # fmt: skip


def decode(c: Cursor) -> None:
    """All options up to the end of the list or of the header; one with a bad length ends it."""
    while c.remaining:
        what = c.peek(1)
        if what in (EOL, NOP):
            with c.group(nop if what else eol, 1):
                c.add(kind)
            if what == EOL:
                return
            continue
        size = c.peek(1, 1) if c.remaining > 1 else 0
        if size < 2 or size > c.remaining:
            if c.end < c.limit:
                c.skip(c.remaining)
                c.peek(1)  # the capture ends within the option
            c.note("warn", "Protocol", "Invalid length for option", "ip.opt.len.invalid")
            return
        if what in READERS:
            _read(c, what, size)
        else:
            c.skip(size)


def _read(c: Cursor, what: int, size: int) -> None:
    field, right, reader = READERS[what]
    with c.group(field, size):
        c.add(kind)
        c.add(length)
        if right not in (0, size):
            c.note("warn", "Protocol", "Invalid length for option", "ip.opt.len.invalid")
        reader(c)
