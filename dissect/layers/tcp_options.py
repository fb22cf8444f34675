"""TCP options: end, no-operation, MSS (RFC 9293), window scale and timestamps (RFC 7323), SACK (RFC 2018, 2883),
MD5 (RFC 2385), AO (RFC 5925), Fast Open (RFC 7413), user timeout (RFC 5482), MPTCP (RFC 8684), and older ones.

    +--------+--------+-------------------+
    |  kind  | length | length - 2 octets |      kinds 0 and 1 are a single octet
    +--------+--------+-------------------+
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BYTES, HEX, Field, flag, group, raw, u8, u16, u24, u32
from dissect.engine.header import spans
from dissect.engine.layer import Note
from dissect.engine.window import order_of
from dissect.layers import hot_lines, mptcp
from dissect.layers.streams import relative

KINDS = {
    0: "End of Option List", 1: "No-Operation", 2: "Maximum Segment Size", 3: "Window Scale", 4: "SACK Permitted",
    5: "SACK", 6: "Echo", 7: "Echo Reply", 8: "Time Stamp Option", 9: "Partial Order Connection Permitted",
    10: "Partial Order Service Profile", 11: "CC", 12: "CC.NEW", 13: "CC.ECHO", 14: "TCP Alternate Checksum Request",
    15: "TCP Alternate Checksum Data", 16: "Skeeter", 17: "Bubba", 18: "Trailer Checksum Option", 19: "MD5 Signature Option",
    20: "SCPS Capabilities", 21: "Selective Negative Acknowledgements", 22: "Record Boundaries", 23: "Corruption experienced",
    24: "SNAP", 26: "TCP Compression Filter", 27: "Quick-Start Response", 28: "User Timeout Option",
    29: "The TCP Authentication Option", 30: "Multipath TCP", 34: "TCP Fast Open", 69: "Encryption Negotiation",
    172: "Accurate ECN Order 0", 174: "Accurate ECN Order 1", 253: "RFC3692-style Experiment 1",
    254: "RFC3692-style Experiment 2",
}  # fmt: skip
EOL, NOP, MSS, SCALE, SACK_PERMITTED, SACK, TIMESTAMP, MULTIPATH = 0, 1, 2, 3, 4, 5, 8, 30
FAST_OPEN = 0xF989  # the experiment's identifier
ACCURATE_ECN = (0xACC0, 0xACC1)  # those of accurate ECN before it had options of its own (draft-ietf-tcpm-accurate-ecn)
COOKIE = 34  # fast open's own number (RFC 7413)
ACCURATE = {172: 0, 174: 1}  # accurate ECN, in two orders
EXPERIMENTS = (253, 254)
HIGHEST = 14  # window scale (RFC 7323, section 2.3)
MOST_STEPS = 40  # options in 40 octets


def _option(name: str, label: str) -> Field:
    return Field(f"tcp.options.{name}", f"TCP Option - {label}", BYTES)


whole = Field("tcp.options", "TCP Options", BYTES)
kind = u8(None, "tcp.option_kind", "Kind", names=KINDS)
length = u8(None, "tcp.option_len", "Length")
eol, nop = _option("eol", "End of Option List (EOL)"), _option("nop", "No-Operation (NOP)")
mss, mss_value = _option("mss", "Maximum segment size"), u16(None, "tcp.options.mss_val", "MSS Value", unit="bytes")
scale, shift = _option("wscale", "Window scale"), u8(None, "tcp.options.wscale.shift", "Shift count")
multiplier = u16(None, "tcp.options.wscale.multiplier", "Multiplier")
sack_permitted, sack = _option("sack_perm", "SACK permitted"), _option("sack", "SACK")
sack_left = u32(None, "tcp.options.sack_le", "TCP SACK Left Edge")
sack_right = u32(None, "tcp.options.sack_re", "TCP SACK Right Edge")
sack_count = u8(None, "tcp.options.sack.count", "TCP SACK Count")
dsack_left = u32(None, "tcp.options.sack.dsack_le", "TCP D-SACK Left Edge")
dsack_right = u32(None, "tcp.options.sack.dsack_re", "TCP D-SACK Right Edge")
echo, echo_reply = _option("echo", "Echo"), _option("echoreply", "Echo reply")
echo_value = u32(None, "tcp.options.echo_value", "TCP Echo Option")
timestamp = _option("timestamp", "Timestamps")
ts_value = u32(None, "tcp.options.timestamp.tsval", "Timestamp value")
ts_echo = u32(None, "tcp.options.timestamp.tsecr", "Timestamp echo reply")
cc, cc_new, cc_echo = _option("cc", "CC"), _option("ccnew", "CC.NEW"), _option("ccecho", "CC.ECHO")
cc_value = u32(None, "tcp.options.cc_value", "TCP CC Option")
md5, md5_digest = _option("md5", "TCP MD5 signature"), raw(None, "tcp.options.md5.digest", "MD5 digest")
ao, ao_key = _option("ao", "TCP AO"), u8(None, "tcp.options.ao.keyid", "AO KeyID")
ao_next, ao_mac = u8(None, "tcp.options.ao.rnextkeyid", "AO RNextKeyID"), raw(None, "tcp.options.ao.mac", "AO MAC")
timeout = _option("user_to", "User Timeout")
timeout_word = u16(None, "", "User Timeout")
timeout_unit = flag(None, "tcp.options.user_to_granularity", "Granularity", 0x8000, within=timeout_word)
timeout_value = u16(None, "tcp.options.user_to_val", "User Timeout", mask=0x7FFF, within=timeout_word)
fast_open = _option("tfo", "Fast Open")
fast_open_request = group("tcp.options.tfo.request", "Fast Open Cookie Request")
fast_open_cookie = raw(None, "tcp.options.tfo.cookie", "Fast Open Cookie")
quick_start, quick_rate = _option("qs", "Quick-Start"), u8(None, "tcp.options.qs.rate", "QS Rate", mask=0x0F)
quick_ttl = u8(None, "tcp.options.qs.ttl_diff", "QS Rate")
accurate = _option("acc_ecn", "Accurate ECN")
accurate_e0 = u24(None, "tcp.options.acc_ecn.ee0b", "Accurate ECN Echo E0B")
accurate_ce = u24(None, "tcp.options.acc_ecn.eceb", "Accurate ECN Echo ECB")
accurate_e1 = u24(None, "tcp.options.acc_ecn.ee1b", "Accurate ECN Echo E1B")
experimental = _option("experimental", "Experimental")
experiment = u16(None, "tcp.options.experimental.exid", "Experiment Identifier", HEX)
experimental_data = raw(None, "tcp.options.experimental.data", "Data")
multipath = _option("mptcp", "Multipath TCP")
unknown, unknown_payload = _option("unknown", "Unknown"), raw(None, "tcp.options.unknown.payload", "Payload")

FIELDS: tuple[Field, ...] = (
    whole, kind, length, eol, nop, mss, mss_value, scale, shift, multiplier, sack_permitted, sack, sack_left, sack_right,
    sack_count, dsack_left, dsack_right, echo, echo_reply, echo_value, timestamp, ts_value, ts_echo, cc, cc_new, cc_echo, cc_value, md5, md5_digest, ao,
    ao_key, ao_next, ao_mac, timeout, timeout_word, timeout_unit, timeout_value, fast_open, fast_open_request,
    fast_open_cookie, quick_start, quick_rate, quick_ttl, accurate, accurate_e0, accurate_ce, accurate_e1, experimental,
    experiment, experimental_data, multipath, *mptcp.FIELDS, unknown, unknown_payload,
)  # fmt: skip

Reader = Callable[[Cursor], None]


def _simple(*fields: Field) -> Reader:
    def read(c: Cursor) -> None:
        for field in fields:
            c.add(field)

    return read


def _scale(c: Cursor) -> None:
    count = c.add(shift)
    c.derived(multiplier, 1 << min(count, 14))


def _sack(c: Cursor) -> None:
    """Blocks, counted from the first sequence number of the side that sent what they are of."""
    blocks = 0
    while c.limit - c.pos >= 8:
        c.add(sack_left, None, relative(c.h, c.peek(4), "back"))
        c.add(sack_right, None, relative(c.h, c.peek(4), "back"))
        blocks += 1
    c.derived(sack_count, blocks)
    if blocks:
        _duplicate(c, [int.from_bytes(c.data[at : at + 4], "big") for at in range(c.pos - 8 * blocks, c.pos, 4)])


def _duplicate(c: Cursor, edges: list[int]) -> None:
    """The first block tells of what came twice where it was acknowledged, or lies in the second (RFC 2883, section 4)."""
    left, right = edges[:2]
    inside = len(edges) > 3 and before(edges[2] - 1, left) and before(right, edges[3] + 1)
    if before(left, c.h.ack_raw) or inside:
        c.derived(dsack_left, relative(c.h, left, "back"))
        c.derived(dsack_right, relative(c.h, right, "back"))
        c.note("warn", "Sequence", "D-SACK Sequence", "tcp.options.sack.dsack")


def before(one: Any, other: Any) -> Any:
    """Whether a sequence number comes before another (RFC 9293, section 3.4)."""
    return (one - other) & 0x80000000 != 0


def _authentication(c: Cursor) -> None:
    c.add(ao_key)
    c.add(ao_next)
    _left(c, ao_mac)


def _fast_open(c: Cursor) -> None:
    if c.remaining:
        _left(c, fast_open_cookie)
    else:
        c.derived(fast_open_request, True)


def _experiment(c: Cursor) -> None:
    kind = c.add(experiment)
    if kind == FAST_OPEN:
        _fast_open(c)
    elif kind in ACCURATE_ECN:
        _octet_counters(c, ACCURATE_ECN.index(kind))
    else:
        _left(c, experimental_data)


def _accurate(c: Cursor) -> None:
    _octet_counters(c, 0 if c.data[c.pos - 2] == 172 else 1)


def _octet_counters(c: Cursor, order: int) -> None:
    """Up to three counters of octets, of ECT(0) first or of ECT(1)."""
    first, last = (accurate_e1, accurate_e0) if order else (accurate_e0, accurate_e1)
    for field in (first, accurate_ce, last):
        if c.remaining >= 3:
            c.add(field)


def _rest_of(field: Field) -> Reader:
    def read(c: Cursor) -> None:
        _left(c, field)

    return read


def _left(c: Cursor, field: Field) -> None:
    """What is left of an option, which may be cut."""
    if c.pos < c.limit:
        c.add(field, c.limit - c.pos)


# kind: (subtree, length or 0 for any, what reads the octets after the length)
READERS: dict[int, tuple[Field, int, Reader]] = {
    MSS: (mss, 4, _simple(mss_value)), SCALE: (scale, 3, _scale), SACK_PERMITTED: (sack_permitted, 2, _simple()),
    SACK: (sack, 0, _sack), 6: (echo, 6, _simple(echo_value)), 7: (echo_reply, 6, _simple(echo_value)),
    TIMESTAMP: (timestamp, 10, _simple(ts_value, ts_echo)), 11: (cc, 6, _simple(cc_value)),
    12: (cc_new, 6, _simple(cc_value)), 13: (cc_echo, 6, _simple(cc_value)), 19: (md5, 18, _rest_of(md5_digest)),
    27: (quick_start, 8, _simple(quick_rate, quick_ttl)), 28: (timeout, 4, _simple(timeout_word)),
    29: (ao, 0, _authentication), MULTIPATH: (multipath, 0, mptcp.decode), 34: (fast_open, 0, _fast_open),
    172: (accurate, 0, _accurate), 174: (accurate, 0, _accurate), 253: (experimental, 0, _experiment),
    254: (experimental, 0, _experiment),
}  # fmt: skip
LENGTHS = {number: exact for number, (_, exact, _) in READERS.items() if exact}
UNKNOWN = (unknown, 0, _rest_of(unknown_payload))


def decode(c: Cursor) -> None:
    """All options of a header; where their lengths are right, when they are first looked at."""
    if c.end == c.limit and plain(c.data, c.pos, c.end):
        c.defer(whole, c.remaining, _all)
    elif c.remaining:
        with c.group(whole, c.limit - c.pos) as options:
            _all(options)


STAMPED = bytes((NOP, NOP, TIMESTAMP, 10))


def plain(octets: bytes, at: int, end: int) -> bool:
    """Whether there are options, all known and of the right length."""
    if end - at == 12 and octets[at : at + 4] == STAMPED:  # most have just this
        return True
    if at == end:
        return False
    while at < end:
        number = octets[at]
        if number <= NOP:
            at += 1
            continue
        if at + 1 >= end or LENGTHS.get(number) != octets[at + 1]:
            return False
        at += octets[at + 1]
    return at == end


def _all(c: Cursor) -> None:
    while c.pos < c.limit:
        number = c.peek(1)
        if number <= NOP:
            with c.group(nop if number else eol, 1):
                c.add(kind)
            if number == EOL and c.pos < c.limit and c.peek(1) != EOL:
                return  # only more of the same may follow the end
            continue
        size = c.peek(1, 1)
        if size < 2 or size > c.limit - c.pos:
            c.note("warn", "Protocol", f"Option {number} has a wrong length: {size}", "tcp.option.len.invalid")
            return
        _one(c, number, size)


def _one(c: Cursor, number: int, size: int) -> None:
    field, exact, read = READERS.get(number, UNKNOWN)
    if exact and size != exact:
        c.note("warn", "Protocol", f"Option {number} has a wrong length: {size}", "tcp.option.len.invalid")
    with c.group(field, size) as option:
        option.add(kind)
        option.add(length)
        if exact in (0, size):
            read(option)


def text(octets: bytes | int, back: int = -1) -> str:
    """What the packet list says of the options (` MSS=1460 SACK_PERM TSval=1 TSecr=0 WS=128`).

    `back`: the peer's first sequence number, from which what it is told to have sent is counted; -1: not known.
    """
    if not octets or isinstance(octets, int):
        return ""
    out, at, end = "", 0, len(octets)
    while at < end:
        number = octets[at]
        if number == EOL:
            break
        if number == NOP:
            at += 1
            continue
        size = octets[at + 1] if at + 1 < end else 0
        if size < 2 or at + size > end:
            break
        word = int.from_bytes(octets[at + 2 : at + 6], "big")
        if number == TIMESTAMP and size == 10:
            out += f" TSval={word} TSecr={int.from_bytes(octets[at + 6 : at + 10], 'big')}"
        elif number == MSS and size == 4:
            out += f" MSS={octets[at + 2] << 8 | octets[at + 3]}"
        elif number == SCALE and size == 3:
            out += f" WS={1 << min(octets[at + 2], 14)}"
        elif number == SACK_PERMITTED:
            out += " SACK_PERM"
        elif number == SACK:
            for edge in range(at + 2, at + size - 7, 8):
                edges = (int.from_bytes(octets[i : i + 4], "big") for i in (edge, edge + 4))
                left, right = (number if back < 0 else (number - back) & 0xFFFFFFFF for number in edges)
                out += f" SLE={left} SRE={right}"
        elif number == COOKIE:
            out += " TFO=C" if size > 2 else " TFO=R"
        elif number in ACCURATE:
            out += _counters(octets[at + 2 : at + size], ACCURATE[number])
        elif number in EXPERIMENTS and size >= 4:
            which = octets[at + 2] << 8 | octets[at + 3]
            if which == FAST_OPEN:
                out += " TFO=C" if size > 4 else " TFO=R"
            elif which in ACCURATE_ECN:
                out += _counters(octets[at + 4 : at + size], which & 1)
        at += size
    return out


def _counters(octets: bytes, order: int) -> str:
    """The counters of accurate ECN (draft-ietf-tcpm-accurate-ecn), which come in two orders."""
    names = ("EE1B", "ECEB", "EE0B") if order else ("EE0B", "ECEB", "EE1B")
    numbers = [int.from_bytes(octets[i : i + 3], "big") for i in range(0, len(octets) - 2, 3)]
    return "".join(f" {name}={number}" for name, number in zip(names, numbers, strict=False))


class Walk:
    """The options of many headers at once: `row` of the group, `number`, `place` and `size` of each, by row."""

    def __init__(self, h: Any) -> None:
        octets = h.octets.u1
        row = np.flatnonzero(h.hdr_len > 20)
        place, end = h.start[row] + 20, np.minimum(h.start + h.hdr_len, h.end)[row]
        steps, broken = [], []
        for _ in range(MOST_STEPS):
            live = place < end
            row, place, end = row[live], place[live], end[live]
            if not len(row):
                break
            number = octets[place]
            single = number <= NOP
            there = place + 1 < end
            size = np.where(single, 1, octets[np.where(there, place + 1, place)] * there)
            good = single | ((size >= 2) & (place + size <= end))
            broken.append(row[~good])
            steps.append((row[good], number[good], place[good], size[good].astype(np.int64)))
            following = octets[np.minimum(place + size, end - 1)]
            on = good & ((number != EOL) | (following == EOL))
            row, place, end = row[on], place[on] + size[on], end[on]
        columns = [np.concatenate(parts) for parts in zip(*steps, strict=True)] if steps else [np.empty(0, np.int64)] * 4
        order = order_of(columns[0])
        self.row, self.number, self.place, self.size = (column[order] for column in columns)
        self.broken = np.concatenate([*broken, np.empty(0, np.int64)])  # rows with options that cannot be told apart
        self._stop_at_malformed(h)

    def _stop_at_malformed(self, h: Any) -> None:
        """Multipath options may be too short for what they say they are: none behind these is read."""
        octets, keep = memoryview(h.octets.u1), np.ones(len(self.row), bool)
        for row in sorted(set(self.row[self.number == MULTIPATH].tolist())):
            start = int(h.start[row])
            decoded = hot_lines.decoded(h, bytes(octets[start : start + int(h.hdr_len[row])]), (kind.name,))
            keep[np.flatnonzero(self.row == row)[len(decoded) :]] = False
        if not keep.all():
            self.row, self.number, self.place, self.size = (
                column[keep] for column in (self.row, self.number, self.place, self.size)
            )


def walk(h: Any) -> Walk:
    """The (cached) walk over a group's headers."""
    found = h.__dict__.get("_options")
    if found is None:
        found = h.__dict__["_options"] = Walk(h)
    assert isinstance(found, Walk)
    return found


def with_option(h: Any, number: int) -> Any:
    """Whether headers have an option."""
    if isinstance(h.octets, bytes):
        return any(found == number for found, _ in _listed(h))
    options, out = walk(h), np.zeros(len(h), bool)
    out[options.row[options.number == number]] = True
    return out


def overscaled(h: Any) -> Any:
    """Whether headers offer a larger window scale than there may be (RFC 7323, section 2.3)."""
    if isinstance(h.octets, bytes):
        return any(found == SCALE and value[:1] > bytes((HIGHEST,)) for found, value in _listed(h))
    options, out = walk(h), np.zeros(len(h), bool)
    scales = np.flatnonzero((options.number == SCALE) & (options.size == 3))
    out[options.row[scales[h.octets.u1[options.place[scales] + 2] > HIGHEST]]] = True
    return out


def _listed(h: Any) -> Iterator[tuple[int, bytes]]:
    """Number and value of each option of one header, as far as they can be told apart."""
    at, end = h.start + 20, min(h.start + h.hdr_len, h.end)
    while at < end:
        number = h.octets[at]
        size = 1 if number <= NOP else h.octets[at + 1] if at + 1 < end else 0
        if size < 1 + (number > NOP) or at + size > end:
            return
        yield number, h.octets[at + 2 : at + size]
        at += size
        if number == EOL and h.octets[at : at + 1] != b"\0":
            return


NOTES = (
    Note("tcp.options.mss.absent", "note", "Protocol", "The SYN packet does not contain a MSS option",
         when=lambda h: h.syn & (h.hdr_len > 20) & (h.start + h.hdr_len <= h.end) & (with_option(h, MSS) == 0)),
    Note("tcp.options.mss.present", "warn", "Protocol", "The non-SYN packet does contain a MSS option",
         when=lambda h: (h.syn == 0) & with_option(h, MSS)),
    Note("tcp.options.wscale.shift.invalid", "warn", "Protocol", "Window scale shift exceeds 14", when=overscaled),
)

STAMPS_ONLY = 0x0101080A  # no operation, twice, and a time stamp of ten octets


def stamps(h: Any) -> tuple[Any, Any]:
    """The value and echo of headers that have a time stamp and no other option; -1 for all others."""
    value, echo = np.full(len(h), -1, np.int64), np.full(len(h), -1, np.int64)
    long = np.flatnonzero((h.hdr_len == 32) & (h.end - h.start >= 32))
    at = h.start[long]
    only = h.octets.uint(at + 20, 4) == STAMPS_ONLY
    long, at = long[only], at[only]
    value[long], echo[long] = h.octets.uint(at + 24, 4), h.octets.uint(at + 28, 4)
    return value, echo


CALM = [number << 8 | size for number, size in (
    (EOL, 1), (NOP, 1), (MSS, 4), (SCALE, 3), (SACK_PERMITTED, 2), (TIMESTAMP, 10), (SACK, 10), (SACK, 18), (SACK, 26), (SACK, 34),
)]  # fmt: skip


def uneasy(h: Any) -> Any:
    """True for the headers with any option but the usual ones."""
    options = walk(h)
    found = np.zeros(len(h), bool)
    found[options.broken] = True
    found[options.row[~np.isin(options.number.astype(np.int64) << 8 | options.size, CALM)]] = True
    found[_duplicates(h, options)] = True
    return found


def has_multipath(h: Any) -> Any:
    """The headers with an option of Multipath TCP; those with time stamps alone are not walked over."""
    found = np.zeros(len(h), bool)
    more = np.flatnonzero((h.hdr_len > 20) & (h.end - h.start >= 24))
    stamped = (h.hdr_len[more] == 32) & (h.octets.uint(h.start[more] + 20, 4) == STAMPS_ONLY)
    more = more[~stamped]
    if len(more):
        options = walk(h.taken(more))
        found[more[options.row[options.number == MULTIPATH]]] = True
    return found


def _duplicates(h: Any, options: Walk) -> Any:
    """The rows whose first block of selective acknowledgements tells of what came twice: see `_duplicate`."""
    sacks = np.flatnonzero((options.number == SACK) & (options.size >= 10))
    row, place, size = options.row[sacks], options.place[sacks], options.size[sacks]
    if not len(row):
        return row
    left, right = h.octets.uint(place + 2, 4).astype(np.int64), h.octets.uint(place + 6, 4).astype(np.int64)
    twice = before(left, h.ack_raw[row].astype(np.int64))
    more = np.flatnonzero(size >= 18)
    low, high = (h.octets.uint(place[more] + at, 4).astype(np.int64) for at in (10, 14))
    twice[more] |= before(low - 1, left[more]) & before(right[more], high + 1)
    return row[twice]


def _value(number: int, size: int, at: int, width: int) -> Callable[[Any], tuple[Any, Any]]:
    """A vectorised extractor: `width` octets at `at` of every option of this kind and size."""

    def extract(h: Any) -> tuple[Any, Any]:
        options = walk(h)
        found = np.flatnonzero((options.number == number) & (options.size == size))
        return options.row[found], h.octets.uint(options.place[found] + at, width)

    return extract


def _multiplier(h: Any) -> tuple[Any, Any]:
    rows, count = _value(SCALE, 3, 2, 1)(h)
    return rows, np.left_shift(1, np.minimum(count, 14).astype(np.int64)).astype(np.uint16)


def _kinds(h: Any) -> tuple[Any, Any]:
    options = walk(h)
    return options.row, options.number


def _lengths(h: Any) -> tuple[Any, Any]:
    options = walk(h)
    found = np.flatnonzero(options.number > NOP)
    return options.row[found], options.size[found].astype(np.uint8)


def _permitted(h: Any) -> tuple[Any, Any]:
    options = walk(h)
    found = np.flatnonzero(options.number == SACK_PERMITTED)
    size = options.size[found]
    if (size == 2).all():
        return options.row[found], h.octets.raw(options.place[found], 2)
    return options.row[found], spans(h.octets, options.place[found], size, "bytes")


HOT: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    mss_value.name: _value(MSS, 4, 2, 2), shift.name: _value(SCALE, 3, 2, 1), multiplier.name: _multiplier,
    ts_value.name: _value(TIMESTAMP, 10, 2, 4), ts_echo.name: _value(TIMESTAMP, 10, 6, 4), kind.name: _kinds,
    length.name: _lengths, sack_permitted.name: _permitted,
}  # fmt: skip
