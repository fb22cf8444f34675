"""Options of IPv6 (RFC 8200, section 4.2; numbers: IANA, ipv6-parameters), each a type, a length and its fields.

    CALIPSO: RFC 5570; SMF: RFC 6621; PDM: RFC 8250; quick start: RFC 4782; path MTU: RFC 9268; IOAM: RFC 9486, 9197;
    RPL: RFC 6553; MPL: RFC 7731; ILNP: RFC 6744; line identification: RFC 6788; DFF: RFC 6971
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    DEC_HEX,
    HEX,
    UINT24,
    UINT56,
    Field,
    bits,
    flag,
    group,
    ipv6,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
    u64,
)

TYPES = {
    0x00: "Pad1", 0x01: "PadN", 0x04: "Tunnel Encapsulation Limit", 0x05: "Router Alert", 0x07: "CALIPSO",
    0x08: "SMF_DPD", 0x0F: "Performance and Diagnostic Metrics", 0x1E: "0x1E", 0x26: "Quick-Start",
    0x30: "Path MTU Record Option", 0x31: "IOAM Option", 0x3E: "0x3E", 0x41: "Tunnel Payload Forwarding (TPF) Information",
    0x5E: "0x5E", 0x63: "RPL Option", 0x6D: "MPL Option", 0x7E: "0x7E", 0x8B: "ILNP Nonce",
    0x8C: "Line-Identification Option", 0x9E: "0x9E", 0xBE: "0xBE", 0xC2: "Jumbo Payload", 0xC9: "Home Address",
    0xDE: "0xDE", 0xEE: "IPv6 DFF", 0xFE: "0xFE",
}  # fmt: skip
EXPERIMENTAL = frozenset(range(0x1E, 0x100, 0x20))
TRACES = (0, 1)  # of IOAM: preallocated and incremental
SEED_SIZES = (0, 2, 8, 16)

pad1 = group("ipv6.opt.pad1", "Pad1")
padn = raw(None, "ipv6.opt.padn", "PadN")
tunnel_limit = u8(None, "ipv6.opt.tel", "Tunnel Encapsulation Limit")
alert = u16(None, "ipv6.opt.router_alert", "Router Alert", names={0: "MLD", 1: "RSVP", 2: "Active Network"})
calipso = (
    u32(None, "ipv6.opt.calipso.doi", "CALIPSO Domain of Interpretation"),
    u8(None, "ipv6.opt.calipso.cmpt.length", "Compartment Length"),
    u8(None, "ipv6.opt.calipso.sens_level", "Sensitivity Level"),
    u16(None, "ipv6.opt.calipso.checksum", "Checksum", HEX),
)
compartments = raw(None, "ipv6.opt.calipso.cmpt_bitmap", "Compartment Bitmap")
hash_bit = flag(None, "ipv6.opt.smf_dpd.hash_bit", "H-bit")
hash_value = raw(None, "ipv6.opt.smf_dpd.hav", "Hash Assist Value")
tagger_word = u8(None, "", "Tagger")
tagger_bits = (
    u8(0, "ipv6.opt.smf_dpd.tid_type", "TaggerID Type", mask=0x70, within=tagger_word),
    u8(0, "ipv6.opt.smf_dpd.tid_len", "TaggerID Length", mask=0x0F, within=tagger_word),
)
tagger = raw(None, "ipv6.opt.smf_dpd.tagger_id", "TaggerID")
identifier = raw(None, "ipv6.opt.smf_dpd.ident", "Identifier")
metrics = (
    u8(None, "ipv6.opt.pdm.scale_dtlr", "Scale DTLR"), u8(None, "ipv6.opt.pdm.scale_dtls", "Scale DTLS"),
    u16(None, "ipv6.opt.pdm.psn_this_pkt", "PSN This Packet"), u16(None, "ipv6.opt.pdm.psn_last_recv", "PSN Last Received"),
    u16(None, "ipv6.opt.pdm.delta_last_recv", "Delta Time Last Received"),
    u16(None, "ipv6.opt.pdm.delta_last_sent", "Delta Time Last Sent"),
)  # fmt: skip
quick_word = u8(None, "", "Function and rate")
quick_parts = (
    u8(0, "ipv6.opt.qs_func", "Function", mask=0xF0, within=quick_word),
    u8(0, "ipv6.opt.qs_rate", "Rate", mask=0x0F, within=quick_word),
)
quick_ttl, quick_unused = u8(None, "ipv6.opt.qs_ttl", "QS TTL"), u8(None, "ipv6.opt.qs_unused", "Not Used")
quick_diff = u8(None, "ipv6.opt.qs_ttl_diff", "TTL Diff")
nonce_word = u32(None, "", "Nonce and reserved bits")
nonce_parts = (
    u32(0, "ipv6.opt.qs_nonce", "QS Nonce", HEX, mask=0xFFFFFFFC, within=nonce_word),
    u32(0, "ipv6.opt.qs_reserved", "Reserved", HEX, mask=0x3, within=nonce_word),
)
least_mtu = u16(None, "ipv6.opt.pmtu.min", "Minimum Reported PMTU")
returned_word = u16(None, "", "Returned minimum, and whether it is asked for")
returned = u16(None, "ipv6.opt.pmtu.rtn", "Return Minimum PMTU")
returning = flag(1, "ipv6.opt.pmtu.r_flag", "Return Flag", 0x01, within=returned_word, size=1)
forwarding = u32(None, "ipv6.opt.tpf_information", "TPF Information", HEX)
rpl_flags = u8(None, "ipv6.opt.rpl.flag", "Flag", HEX)
rpl_bits = (
    *bits(rpl_flags, "ipv6.opt.rpl.flag", ("o", "Down", 0x80), ("r", "Rank Error", 0x40), ("f", "Forwarding Error", 0x20)),
    u8(0, "ipv6.opt.rpl.flag.rsv", "Reserved", HEX, mask=0x1F, within=rpl_flags),
)
rpl = (
    rpl_flags, u8(None, "ipv6.opt.rpl.instance_id", "RPLInstanceID", HEX),
    u16(None, "ipv6.opt.rpl.sender_rank", "Sender Rank", HEX),
)  # fmt: skip
mpl_flags = u8(None, "ipv6.opt.mpl.flag", "Flag", HEX)
mpl_bits = (
    u8(0, "ipv6.opt.mpl.flag.s", "Seed ID Length", mask=0xC0, within=mpl_flags),
    *bits(mpl_flags, "ipv6.opt.mpl.flag", ("m", "Largest Sequence", 0x20), ("v", "Version", 0x10)),
    u8(0, "ipv6.opt.mpl.flag.rsv", "Reserved", HEX, mask=0x0F, within=mpl_flags),
)
mpl_sequence = u8(None, "ipv6.opt.mpl.sequence", "Sequence", HEX)
seed = raw(None, "ipv6.opt.mpl.seed_id", "Seed ID")
ilnp_nonce = raw(None, "ipv6.opt.ilnp_nonce", "ILNP Nonce")
line_size = u8(None, "ipv6.opt.lio.length", "LineIDLen")
line = string(None, "ipv6.opt.lio.line_id", "Line ID")
jumbo = u32(None, "ipv6.opt.jumbo", "Payload Length", unit="bytes")
home = ipv6(None, "ipv6.opt.mipv6.home_address", "MIPv6 Home Address")
dff_flags = u8(None, "ipv6.opt.dff.flags", "Flags", HEX)
dff_bits = (
    u8(0, "ipv6.opt.dff.flag.ver", "Version (VER)", mask=0xC0, within=dff_flags),
    *bits(dff_flags, "ipv6.opt.dff.flag", ("dup", "Duplicate (DUP)", 0x20), ("ret", "Return (RET)", 0x10)),
    u8(0, "ipv6.opt.dff.flag.rsv", "Reserved", HEX, mask=0x0F, within=dff_flags),
)
dff = (dff_flags, u16(None, "ipv6.opt.dff.sequence_number", "Sequence Number", DEC_HEX))
experimental = raw(None, "ipv6.opt.experimental", "Experimental Option")
unknown = raw(None, "ipv6.opt.unknown", "Unknown Option Payload")
excess = raw(None, "ipv6.opt_unknown_data", "Unknown Data")

# IOAM: of each bit of the trace's type, what a node writes
ioam = (u8(None, "ipv6.opt.ioam.rsv", "Reserved"), u8(None, "ipv6.opt.ioam.opt_type", "Option-Type"))
TRACE, NODE = "ipv6.opt.ioam.trace", "ipv6.opt.ioam.trace.node"
namespace = u16(None, f"{TRACE}.ns", "Namespace ID")
trace_word = u16(None, "", "Node length and flags")
node_length = u8(0, f"{TRACE}.nodelen", "Node Length", mask=0xF8, within=trace_word)
trace_flags = u16(0, f"{TRACE}.flags", "Flags", HEX, mask=0x0780, within=trace_word)
trace_bits = bits(
    trace_flags, f"{TRACE}.flag",
    ("o", "Overflow", 0x0400), ("l", "Loopback", 0x0200), ("a", "Active", 0x0100), ("rsv", "Reserved", 0x0080),
)  # fmt: skip
left = u8(1, f"{TRACE}.remlen", "Remaining Length", mask=0x7F, within=trace_word)
trace_type = u24(None, f"{TRACE}.type", "Trace Type", HEX)
hop, node_id = u8(None, f"{NODE}.hlim", "Hop Limit"), u24(None, f"{NODE}.id", "ID", HEX)
wide_id = Field(f"{NODE}.id_wide", "ID", UINT56, base=HEX)
WRITES: tuple[tuple[str, tuple[Field, ...]], ...] = (
    ("Hop_Lim and Node ID (short)", (hop, node_id)),
    ("Ingress and Egress IDs (short)", (
        u16(None, f"{NODE}.iif", "Ingress ID", HEX), u16(None, f"{NODE}.eif", "Egress ID", HEX))),
    ("Timestamp seconds", (u32(None, f"{NODE}.tss", "Timestamp Seconds", HEX),)),
    ("Timestamp fraction", (u32(None, f"{NODE}.tsf", "Timestamp Fraction", HEX),)),
    ("Transit delay", (u32(None, f"{NODE}.trdelay", "Transit Delay", HEX),)),
    ("IOAM-Namespace specific data (short)", (u32(None, f"{NODE}.nsdata", "Namespace Data (short)", HEX),)),
    ("Queue depth", (u32(None, f"{NODE}.qdepth", "Queue Depth", HEX),)),
    ("Checksum complement", (u32(None, f"{NODE}.csum", "Checksum Complement", HEX),)),
    ("Hop_Lim and Node ID (wide)", (hop, wide_id)),
    ("Ingress and Egress IDs (wide)", (
        u32(None, f"{NODE}.iif_wide", "Ingress ID", HEX), u32(None, f"{NODE}.eif_wide", "Egress ID", HEX))),
    ("IOAM-Namespace specific data (wide)", (u64(None, f"{NODE}.nsdata_wide", "Namespace Data (wide)", HEX),)),
    ("Buffer occupancy", (u32(None, f"{NODE}.bufoccup", "Buffer Occupancy", HEX),)),
)  # fmt: skip
undefined = u32(None, f"{NODE}.undefined", "Undefined bit", HEX)
SNAPSHOT = 22  # the bit of what a node appends in a length of its own
type_bits = (
    *bits(trace_type, f"{TRACE}.type", *((f"bit{i}", label, 1 << 23 - i) for i, (label, _) in enumerate(WRITES))),
    flag(None, f"{TRACE}.type.undef", "Undefined", 0x000FFC, within=trace_type),
    flag(None, f"{TRACE}.type.bit22", "Opaque State Snapshot", 0x000002, within=trace_type),
    flag(None, f"{TRACE}.type.rsv", "Reserved", 0x000001, within=trace_type),
)
trace_reserved = u8(None, f"{TRACE}.rsv", "Reserved")
free = raw(None, f"{TRACE}.free_space", "Free space")
node = group("", "Node")
snapshot_size = u8(None, f"{NODE}.oss.len", "Length")
schema = Field(f"{NODE}.oss.scid", "Schema ID", UINT24, base=HEX)
snapshot = raw(None, f"{NODE}.oss.data", "Data")

PLAIN: dict[int, tuple[Field, ...]] = {
    0x04: (tunnel_limit,), 0x05: (alert,), 0x0F: metrics, 0x41: (forwarding,), 0x63: rpl, 0xC2: (jumbo,), 0xC9: (home,),
    0xEE: dff,
}  # fmt: skip
FIELDS = (
    pad1, padn, tunnel_limit, alert, *calipso, compartments, hash_bit, hash_value, tagger_word, *tagger_bits, tagger, identifier,
    *metrics, quick_word, *quick_parts, quick_ttl, quick_diff, quick_unused, nonce_word, *nonce_parts, least_mtu, returned_word, returned,
    returning, forwarding, *rpl, *rpl_bits, mpl_flags, *mpl_bits, mpl_sequence, seed, ilnp_nonce, line_size, line, jumbo, home,
    *dff, *dff_bits, experimental, unknown, excess, *ioam, namespace, trace_word, node_length, trace_flags, *trace_bits, left,
    trace_type, *type_bits, trace_reserved, free, node, *dict.fromkeys(f for _, fields in WRITES for f in fields), undefined,
    snapshot_size, schema, snapshot,
)  # fmt: skip


def body(c: Cursor, kind: int) -> None:
    """What an option has behind its type and length."""
    if kind == 1:
        c.add(padn, c.remaining)
    elif kind in PLAIN:
        for field in PLAIN[kind]:
            c.add(field)
    elif kind in EXPERIMENTAL:
        c.rest(experimental)
    elif kind in SPECIAL:
        SPECIAL[kind](c)
    else:
        c.rest(unknown)
    c.rest(excess)


def _calipso(c: Cursor) -> None:
    sizes = [c.add(field) for field in calipso]
    if sizes[1]:
        c.add(compartments, 4 * sizes[1])


def _duplicate_detection(c: Cursor) -> None:
    word = c.peek(1)
    c.derived(hash_bit, word >= 0x80)
    if word >= 0x80:
        c.rest(hash_value)
        return
    c.add(tagger_word)
    if word & 0x70:
        c.add(tagger, (word & 0x0F) + 1)
    c.rest(identifier)


def _quick_start(c: Cursor) -> None:
    function = c.add(quick_word) >> 4
    if function not in (0, 8):
        return
    if function:
        c.add(quick_unused)
    else:
        ttl, carrier = c.add(quick_ttl), c.h.outer("ipv6")
        if carrier is not None:
            c.derived(quick_diff, (carrier.hlim - ttl) % 256)
    c.add(nonce_word)


def _path_mtu(c: Cursor) -> None:
    c.add(least_mtu)
    c.derived(returned, c.add(returned_word) & 0xFFFE)


def _multicast(c: Cursor) -> None:
    size = SEED_SIZES[c.add(mpl_flags) >> 6]
    c.add(mpl_sequence)
    if size:
        c.add(seed, size)


def _line(c: Cursor) -> None:
    c.add(line, c.add(line_size))


def _ioam(c: Cursor) -> None:
    c.add(ioam[0])
    kind = c.add(ioam[1])
    if kind not in TRACES:
        return
    c.add(namespace)
    word = c.add(trace_word)
    wanted = c.add(trace_type)
    c.add(trace_reserved)
    if kind == 0 and word & 0x7F:
        c.add(free, 4 * (word & 0x7F))
    fields = [field for i, (_, some) in enumerate(WRITES) if wanted >> 23 - i & 1 for field in some]
    fields += [undefined] * (wanted >> 2 & 0x3FF).bit_count()
    size = sum(field.type.size or 0 for field in fields)
    if size != 4 * (word >> 11):
        c.note("warn", "Malformed", "Mismatch between Trace Type and NodeLen", "ipv6.opt.ioam.trace.invalid_type")
        return
    own = wanted >> 23 - SNAPSHOT & 1
    while c.remaining and size + 4 * own:
        with c.group(node, size + (4 + 4 * c.peek(1, size) if own else 0)) as one:
            for field in fields:
                one.add(field)
            if own:
                length = one.add(snapshot_size)
                one.add(schema)
                if length:
                    one.add(snapshot, 4 * length)


SPECIAL = {
    0x07: _calipso, 0x08: _duplicate_detection, 0x26: _quick_start, 0x30: _path_mtu, 0x31: _ioam, 0x6D: _multicast,
    0x8B: lambda c: c.rest(ilnp_nonce), 0x8C: _line,
}  # fmt: skip
