"""IS-IS (ISO 10589, RFC 1195): hellos, link states and sequence numbers; OSI's network layer by its first octet.

    +---------------+---------------+---------------+---------------+
    |  NLPID, 0x83  | header length |    version    |   ID length   |
    +-----+---------+---------------+---------------+---------------+
    | res |  type   |    version    |   reserved    |   max areas   |
    +-----+---------+---------------+---------------+---------------+
    |        by type; then options: type, length, value             |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dissect.engine.cursor import Cursor
from dissect.engine.fields import ETHER, HEX, SYSTEM_ID, Field, flag, group, ipv6, raw, u8, u16, u32
from dissect.engine.layer import By, Layer
from dissect.layers import isis_lsp
from dissect.layers.checksums import BAD, GOOD, NOT_PRESENT, STATUS, UNVERIFIED
from dissect.layers.isis_options import OptionFields, option_fields, options, system_id

L1_HELLO, L2_HELLO, P2P_HELLO, L1_LSP, L2_LSP = 15, 16, 17, 18, 20
L1_CSNP, L2_CSNP, L1_PSNP, L2_PSNP = 24, 25, 26, 27
TYPES = {
    L1_HELLO: "L1 HELLO", L2_HELLO: "L2 HELLO", P2P_HELLO: "P2P HELLO", L1_LSP: "L1 LSP", L2_LSP: "L2 LSP",
    L1_CSNP: "L1 CSNP", L2_CSNP: "L2 CSNP", L1_PSNP: "L1 PSNP", L2_PSNP: "L2 PSNP",
}  # fmt: skip
CIRCUITS = {0: "Reserved value 0, must ignore PDU", 1: "Level 1 only", 2: "Level 2 only", 3: "Level 1 and 2"}
HEADER = 8


class OSI(Layer):
    """What the first octet of a network layer PDU of OSI's tells apart (ISO 9577); the octet is the PDU's own."""

    name, label, column = "osi", "OSI", "OSI"
    binds = {"llc.dsap": (0xFE,), "chdlc": (0xFEFE,), "gre.proto": (0x00FE, 0xFEFE), "ppp": (0x0023,)}
    nlpid = u8(lambda h: 0, "", "Network Layer Protocol Identifier", HEX)
    length = lambda h: 0
    next = (By("osi.nlpid", lambda h: h.nlpid),)


class ISIS(Layer):
    """The header of all PDUs."""

    name, label, column = "isis", "ISO 10589 ISIS InTRA Domain Routeing Information Exchange Protocol", "ISIS"
    binds = {"osi.nlpid": (0x83,), "ethertype": (0x22F4,)}

    irpd = u8(0, "isis.irpd", "Intradomain Routing Protocol Discriminator", HEX, names={0x83: "ISIS"})
    len = u8(1, "isis.len", "Length Indicator")
    version = u8(2, "isis.version", "Version/Protocol ID Extension")
    sysid_len = u8(3, "isis.sysid_len", "ID Length")
    reserved_bits = u8(4, "isis.type.reserved", "Reserved", HEX, mask=0xE0)
    type = u8(4, "isis.type", "PDU Type", mask=0x1F, names=TYPES)
    version2 = u8(5, "isis.version2", "Version")
    reserved = u8(6, "isis.reserved", "Reserved")
    max_areas = u8(7, "isis.max_area_adr", "Maximum Area Addresses")

    next = (By("isis.type", lambda h: h.type),)

    @staticmethod
    def info(type: int) -> str:
        return TYPES.get(type, f"Unknown ({type})")


def prefix(c: Cursor) -> str:
    """`L1 HELLO`: the type of the PDU around."""
    outer = c.h.outer("isis")
    return TYPES.get(outer.type, "Unknown") if outer is not None else "Unknown"


def bounded(c: Cursor, size: int, name: str) -> None:
    """End where the PDU's stated length does: `size` octets from IS-IS's header on; what follows is padding."""
    end = c.h.start - HEADER + size
    if end > c.limit:
        c.note("error", "Malformed", "PDU length greater than packet length", f"{name}.long_pdu")
    elif end >= c.pos:
        c.end, c.limit = min(c.end, end), end
    else:
        c.note("error", "Malformed", "PDU length less than header length", f"{name}.short_pdu")


class Hello(OptionFields, Layer):
    """A neighbour's greeting, on a LAN or on a point-to-point link."""

    name, label, column = "isis.hello", "ISIS HELLO", "ISIS HELLO"
    binds = {"isis.type": (L1_HELLO, L2_HELLO, P2P_HELLO)}

    reserved = u8(0, "isis.hello.reserved", "Reserved", HEX, mask=0xFC)
    circuit = u8(0, "isis.hello.circuit_type", "Circuit type", HEX, mask=0x03, names=CIRCUITS)
    source_id = Field("isis.hello.source_id", "SystemID {Sender of PDU}", SYSTEM_ID, size=6)
    holding = u16(None, "isis.hello.holding_timer", "Holding timer")
    pdu_length = u16(None, "isis.hello.pdu_length", "PDU length")
    priority_word = u8(None, "", "Priority")
    priority = u8(None, "isis.hello.priority", "Priority", mask=0x7F, within=priority_word)
    priority_reserved = u8(None, "isis.hello.reserved", "Reserved", mask=0x80, within=priority_word)
    lan = Field("isis.hello.lan_id", "SystemID {Designated IS}", SYSTEM_ID, size=7)
    local_circuit = u8(None, "isis.hello.local_circuit_id", "Local circuit ID")
    option = group("", "Option")
    option_type, option_length, area, nlpid, ipv4_address, iid, itid, authentication = option_fields("hello")
    ipv6_address = ipv6(None, "isis.hello.clv_ipv6_int_addr", "IPv6 interface address")
    ipv6_global = ipv6(None, "isis.hello.clv_ipv6_glb_int_addr", "IPv6 global interface address")
    mt = u16(None, "isis.hello.clv_mt", "MT-ID", HEX)
    neighbor = Field("isis.hello.is_neighbor", "IS Neighbor", ETHER)
    restart = u8(None, "isis.hello.clv_restart_flags", "Restart Signaling Flags", HEX)
    restart_sa = flag(None, "isis.hello.clv_restart_flags.sa", "Suppress Adjacency", 0x04, within=restart)
    restart_ra = flag(None, "isis.hello.clv_restart_flags.ra", "Restart Acknowledgment", 0x02, within=restart)
    restart_rr = flag(None, "isis.hello.clv_restart_flags.rr", "Restart Request", 0x01, within=restart)
    restart_time = u16(None, "isis.hello.clv_restart.remain_time", "Remaining holding time")
    restart_neighbor = Field("isis.hello.clv_restart.neighbor", "Restarting Neighbor ID", SYSTEM_ID, size=6)
    adjacency = u8(
        None, "isis.hello.adjacency_state", "Adjacency State", names={0: "Up", 1: "Initializing", 2: "Down"}
    )
    extended_circuit = u32(None, "isis.hello.extended_local_circuit_id", "Extended Local circuit ID", HEX)
    neighbor_system = Field("isis.hello.neighbor_systemid", "Neighbor SystemID", SYSTEM_ID, size=6)
    neighbor_circuit = u32(
        None, "isis.hello.neighbor_extended_local_circuit_id", "Neighbor Extended Local circuit ID", HEX
    )
    checksum = u16(None, "isis.hello.checksum", "Checksum", HEX)
    port_word = u16(None, "", "Topology")
    port_topology = u16(None, "isis.hello.mtid", "Topology ID", mask=0x0FFF, within=port_word)
    sub_type, sub_length = u8(None, "", "Type"), u8(None, "", "Length")
    mcid = raw(None, "isis.hello.mcid", "MCID", size=51)
    aux_mcid = raw(None, "isis.hello.aux_mcid", "Aux MCID", size=51)
    digest_word = u8(None, "", "Digest flags")
    digest_v = u8(None, "isis.hello.digest.v", "V", mask=0x10, within=digest_word)
    digest_a = u8(None, "isis.hello.digest.a", "A", mask=0x0C, within=digest_word)
    digest_d = u8(None, "isis.hello.digest.d", "D", mask=0x03, within=digest_word)
    digest = raw(None, "isis.hello.digest", "Digest", size=32)
    ect = raw(None, "isis.hello.ect", "ECT", size=4)
    bvid_word = u16(None, "", "BVID word")
    bvid = u16(None, "isis.hello.bvid", "BVID", mask=0xFFF0, within=bvid_word)
    bvid_u = u16(None, "isis.hello.bvid.u", "U", mask=0x0008, within=bvid_word)
    bvid_m = u16(None, "isis.hello.bvid.m", "M", mask=0x0004, within=bvid_word)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        sender = system_id(c.peek_bytes(6))
        c.info(f"{prefix(c)}, System-ID: {sender}")
        c.add(cls.source_id, value=sender)
        c.add(cls.holding)
        size = c.add(cls.pdu_length)
        outer = c.h.outer("isis")
        if outer is not None and outer.type == P2P_HELLO:
            c.add(cls.local_circuit)
        else:
            c.add(cls.priority_word)
            c.add(cls.lan, value=system_id(c.peek_bytes(7)))
        bounded(c, size, "isis.hello")
        options(c, cls, cls._OPTIONS)

    @classmethod
    def _restart(cls, c: Cursor) -> None:
        """RFC 8706."""
        acknowledged = c.add(cls.restart) & 0x02
        if acknowledged and c.remaining >= 2:
            c.add(cls.restart_time)
        if acknowledged and c.remaining >= 6:
            c.add(cls.restart_neighbor, value=system_id(c.peek_bytes(6)))

    @classmethod
    def _adjacency(cls, c: Cursor) -> None:
        """RFC 5303."""
        c.add(cls.adjacency)
        if c.remaining >= 4:
            c.add(cls.extended_circuit)
        if c.remaining >= 6:
            c.add(cls.neighbor_system, value=system_id(c.peek_bytes(6)))
        if c.remaining >= 4:
            c.add(cls.neighbor_circuit)

    @classmethod
    def _ports(cls, c: Cursor) -> None:
        """RFC 6165, RFC 6329: what a port is capable of."""
        c.add(cls.port_word)
        while c.remaining:
            kind = c.add(cls.sub_type)
            with c.group(cls.option, c.add(cls.sub_length), f"Sub-TLV {kind}") as c:
                if kind == 4:
                    c.add(cls.mcid)
                    c.add(cls.aux_mcid)
                elif kind == 5:
                    c.add(cls.digest_word)
                    c.add(cls.digest)
                while c.remaining and kind == 6:
                    c.add(cls.ect)
                    c.add(cls.bvid_word)

    _OPTIONS: Mapping[int, Callable[[Cursor], None]] = {
        6: lambda c: Hello.repeat(c, Hello.neighbor),
        12: lambda c: Hello.repeat(c, Hello.checksum),
        143: lambda c: Hello._ports(c),
        211: lambda c: Hello._restart(c),
        229: lambda c: Hello.repeat(c, Hello.mt),
        232: lambda c: Hello.repeat(c, Hello.ipv6_address),
        233: lambda c: Hello.repeat(c, Hello.ipv6_global),
        240: lambda c: Hello._adjacency(c),
    }


class SequenceFields(OptionFields):
    """Fields of both kinds of lists of link states."""

    entry = group("", "LSP Entry")
    entry_life = u16(None, "isis.csnp.lsp_remain_life", "Remaining Lifetime")
    entry_id = Field("isis.csnp.lsp_id", "LSP-ID", SYSTEM_ID, size=8)
    entry_sequence = u32(None, "isis.csnp.lsp_seq_num", "LSP Sequence Number", HEX)
    entry_checksum = u16(None, "isis.csnp.lsp_checksum", "LSP checksum", HEX)

    @classmethod
    def entries(cls, c: Cursor) -> None:
        """Link states that a router has."""
        while c.remaining:
            with c.group(cls.entry, 16, f"LSP-ID: {system_id(c.peek_bytes(8, 2))}") as c:
                c.add(cls.entry_life)
                c.add(cls.entry_id, value=system_id(c.peek_bytes(8)))
                c.add(cls.entry_sequence)
                c.add(cls.entry_checksum)


class CSNP(SequenceFields, Layer):
    """All link states that a router has."""

    name, label = "isis.csnp", "ISO 10589 ISIS Complete Sequence Numbers Protocol Data Unit"
    column = "ISIS CSNP"
    binds = {"isis.type": (L1_CSNP, L2_CSNP)}

    pdu_length = u16(0, "isis.csnp.pdu_length", "PDU length")
    source_id = Field("isis.csnp.source_id", "Source-ID", SYSTEM_ID, size=6)
    circuit = raw(None, "isis.csnp.source_circuit", "Source-ID-Circuit", size=1)
    start_id = Field("isis.csnp.start_lsp_id", "Start LSP-ID", SYSTEM_ID, size=8)
    end_id = Field("isis.csnp.end_lsp_id", "End LSP-ID", SYSTEM_ID, size=8)
    option = group("", "Option")
    option_type, option_length, area, nlpid, ipv4_address, iid, itid, authentication = option_fields("csnp")
    checksum = u16(None, "isis.csnp.checksum", "Checksum", HEX)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        source, first, last = (system_id(c.peek_bytes(n, at)) for n, at in ((6, 0), (8, 7), (8, 15)))
        c.info(f"{prefix(c)}, Source-ID: {source}.{c.peek(1, 6):02x}, Start LSP-ID: {first}, End LSP-ID: {last}")
        c.add(cls.source_id, value=source)
        c.add(cls.circuit)
        c.add(cls.start_id, value=first)
        c.add(cls.end_id, value=last)
        bounded(c, c.h.pdu_length, cls.name)
        options(c, cls, {9: cls.entries, 12: lambda c: cls.repeat(c, cls.checksum)})


class PSNP(SequenceFields, Layer):
    """Link states that a router asks for, or acknowledges."""

    name, label = "isis.psnp", "ISO 10589 ISIS Partial Sequence Numbers Protocol Data Unit"
    column = "ISIS PSNP"
    binds = {"isis.type": (L1_PSNP, L2_PSNP)}

    pdu_length = u16(0, "isis.psnp.pdu_length", "PDU length")
    source_id = Field("isis.psnp.source_id", "Source-ID", SYSTEM_ID, size=6)
    circuit = raw(None, "isis.psnp.source_circuit", "Source-ID-Circuit", size=1)
    option = group("", "Option")
    option_type = u8(None, "isis.psnp.clv.type", "Type")
    option_length = u8(None, "isis.psnp.clv.length", "Length")
    area, nlpid, ipv4_address, iid, itid, authentication = option_fields("csnp")[2:]

    @classmethod
    def decode(cls, c: Cursor) -> None:
        source = system_id(c.peek_bytes(6))
        c.info(f"{prefix(c)}, Source-ID: {source}.{c.peek(1, 6):02x}")
        c.add(cls.source_id, value=source)
        c.add(cls.circuit)
        bounded(c, c.h.pdu_length, cls.name)
        options(c, cls, {9: cls.entries})


class LSP(isis_lsp.LinkStateFields, Layer):
    """What a router says of itself and its links."""

    name, label, column = "isis.lsp", "ISO 10589 ISIS Link State Protocol Data Unit", "ISIS LSP"
    binds = {"isis.type": (L1_LSP, L2_LSP)}

    pdu_length = u16(0, "isis.lsp.pdu_length", "PDU length")
    life = u16(2, "isis.lsp.remaining_life", "Remaining lifetime")
    lsp_id = Field("isis.lsp.lsp_id", "LSP-ID", SYSTEM_ID, size=8)
    sequence = u32(12, "isis.lsp.sequence_number", "Sequence number", HEX)
    checksum = u16(16, "isis.lsp.checksum", "Checksum", HEX)
    checksum_status = u8(None, "isis.lsp.checksum.status", "Checksum Status", names=STATUS)
    repair = flag(18, "isis.lsp.partition_repair", "Partition Repair", 0x80)
    attached = u8(18, "isis.lsp.att", "Attachment", mask=0x78)
    error_metric = flag(18, "isis.lsp.error_metric", "Error metric", 0x08)
    expense_metric = flag(18, "isis.lsp.expense_metric", "Expense metric", 0x04)
    delay_metric = flag(18, "isis.lsp.delay_metric", "Delay metric", 0x02)
    default_metric = flag(18, "isis.lsp.default_metric", "Default metric", 0x01)
    overload = flag(18, "isis.lsp.overload", "Overload bit", 0x04)
    is_type = u8(18, "isis.lsp.is_type", "Type of Intermediate System", mask=0x03)

    length = lambda h: h.end - h.start
    next = ()

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        name = system_id(h.octets[h.start + 4 : h.start + 12])
        c.info(f"{prefix(c)}, LSP-ID: {name}, Sequence: 0x{h.sequence:08x}, Lifetime: {h.life}s")
        c.pos = h.start + 4
        c.add(cls.lsp_id, value=name)
        c.pos = h.start + 19
        status = cls._status(c)
        c.derived(cls.checksum_status, status)
        if status == BAD:
            c.note("error", "Checksum", "Bad checksum", "isis.lsp.bad_checksum")
        bounded(c, h.pdu_length, cls.name)
        outer = h.outer("isis")
        level1 = outer is not None and outer.type == L1_LSP
        options(c, cls, isis_lsp.readers(level1))

    @classmethod
    def _status(cls, c: Cursor) -> int:
        """Fletcher's checksum from the LSP's identifier on (ISO 8473, annex C)."""
        if not c.h.checksum:
            return NOT_PRESENT
        start, end = c.h.start + 4, c.h.start - HEADER + c.h.pdu_length
        if end > c.end or end < c.pos:
            return UNVERIFIED
        low = high = 0
        for octet in c.data[start:end]:
            low += octet
            high += low
        return BAD if low % 255 or high % 255 else GOOD
