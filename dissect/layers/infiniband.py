"""InfiniBand (Architecture Specification, volume 1): on its own links, over Ethernet (RoCE) and over UDP (RoCE, version 2).

    LRH, local route (8; own links only) -> GRH, global route (40; as IPv6's header) -> BTH, base transport (12) ->
    extended headers, as the operation wants -> payload -> invariant CRC (4) -> variant CRC (2; own links only)

     0        1                    2                 4        5                 8               9               12
    +--------+--------------------+-----------------+--------+-----------------+---------------+---------------+
    | opcode | SE,M,pad,version   | partition key   |        | destination QP  | A, reserved   | sequence (24) |
    +--------+--------------------+-----------------+--------+-----------------+---------------+---------------+

Queue pairs 0 and 1 are spoken to in management datagrams (layers/infiniband_mad).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, flag, ipv6, raw, u8, u16, u24, u32, u64
from dissect.engine.layer import Layer, To
from dissect.layers import infiniband_mad as mad

NAME, LABEL, COLUMN = "infiniband", "InfiniBand", "InfiniBand"
NEXT = {0: "Raw", 1: "IP non-IBA", 2: "IBA local", 3: "IBA global"}
EOIB = 0xC  # what a datagram of Mellanox's Ethernet over InfiniBand opens with
RAW, NON_IBA, LOCAL, GLOBAL, BTH_FOLLOWS = 0, 1, 2, 3, 0x1B
HEADER, CHECK, BOTH_CHECKS = 12, 4, 6
SERVICES = {0: "RC", 1: "UC", 2: "RD", 3: "UD"}
OPERATIONS = (
    "Send First", "Send Middle", "Send Last", "Send Last Immediate", "Send Only", "Send Only Immediate", "RDMA Write First",
    "RDMA Write Middle", "RDMA Write Last", "RDMA Write Last Immediate", "RDMA Write Only", "RDMA Write Only Immediate",
    "RDMA Read Request", "RDMA Read Response First", "RDMA Read Response Middle", "RDMA Read Response Last",
    "RDMA Read Response Only", "Acknowledge", "Atomic Acknowledge", "Cmp Swap", "Fetch Add", "Resync", "Send Last Invalidate",
    "Send Only Invalidate",
)  # fmt: skip
NAMES = {service << 5 | number: f"{SERVICES[service]} {operation}" for service in (0, 1, 2, 3)
         for number, operation in enumerate(OPERATIONS) if service != 3 or number in (4, 5)}  # fmt: skip
CONNECTED, RELIABLE_DATAGRAM, DATAGRAM, DYNAMIC = 0, 2, 3, 0x55
# what follows the base header in a reliable connection, by the operation; "payload" is there where it may be
AFTER = (
    "payload", "payload", "payload", "immdt payload", "payload", "immdt payload", "reth payload", "payload", "payload",
    "immdt payload", "reth payload", "reth immdt payload", "reth payload", "aeth payload", "payload", "aeth payload",
    "aeth payload", "aeth", "aeth atomicacketh", "atomiceth", "atomiceth", None, "ieth payload", "ieth payload",
)  # fmt: skip
EXTENDED = {
    "rdeth": "Reliable Datagram Extended Transport Header", "deth": "Datagram Extended Transport Header",
    "reth": "RDMA Extended Transport Header", "atomiceth": "Atomic Extended Transport Header",
    "aeth": "ACK Extended Transport Header", "atomicacketh": "Atomic ACK Extended Transport Header",
    "immdt": "Immediate Data", "ieth": "RKey",
}  # fmt: skip
UNRELIABLE = frozenset(range(12))


def after(opcode: int) -> tuple[str, ...] | None:
    """The headers that follow an operation's; None where that is not known."""
    service, number = opcode >> 5, opcode & 0x1F
    if service == DATAGRAM:
        return {4: ("deth", "payload"), 5: ("deth", "immdt", "payload")}.get(number)
    headers = AFTER[number] if number < len(AFTER) else None
    if service == CONNECTED or (service == 1 and number in UNRELIABLE):
        return tuple(headers.split()) if headers else None
    if service == RELIABLE_DATAGRAM and number == 21:
        return ("rdeth", "deth")
    if service != RELIABLE_DATAGRAM or headers is None or number > 20:
        return None
    answers = 13 <= number <= 18
    return ("rdeth", *(() if answers else ("deth",)), *(h for h in headers.split() if number != 12 or h != "payload"))


class Transport(Layer):
    """The headers all have; a packet begins with one of the three."""

    reaches = ("data", "ipv6", "ethertype", "infiniband.eoib")

    reserved = raw(None, "infiniband.reserved", "Reserved")
    base = raw(None, "infiniband.bth", "Base Transport Header")
    opcode = u8(None, "infiniband.bth.opcode", "Opcode", names=NAMES)
    word = u8(None, "", "Event, migration, padding, version", HEX)
    event = flag(0, "infiniband.bth.se", "Solicited Event", 0x80, within=word)
    migration = flag(0, "infiniband.bth.m", "MigReq", 0x40, within=word)
    padding = u8(0, "infiniband.bth.padcnt", "Pad Count", mask=0x30, within=word)
    version = u8(0, "infiniband.bth.tver", "Header Version", mask=0x0F, within=word)
    partition = u16(None, "infiniband.bth.p_key", "Partition Key")
    pair = u24(None, "infiniband.bth.destqp", "Destination Queue Pair", HEX)
    acknowledges = u8(None, "", "Acknowledge Request", HEX)
    asks = flag(0, "infiniband.bth.a", "Acknowledge Request", 0x80, within=acknowledges)
    reserved7 = u8(0, "infiniband.bth.reserved7", "Reserved (7 bits)", mask=0x7F, within=acknowledges)
    sequence = u24(None, "infiniband.bth.psn", "Packet Sequence Number")

    local = raw(None, "infiniband.lrh", "Local Route Header")
    lane_word = u8(None, "", "Lane and version", HEX)
    lane = u8(0, "infiniband.lrh.vl", "Virtual Lane", HEX, mask=0xF0, within=lane_word)
    link_version = u8(0, "infiniband.lrh.lver", "Link Version", mask=0x0F, within=lane_word)
    level_word = u8(None, "", "Service level and next header", HEX)
    level = u8(0, "infiniband.lrh.sl", "Service Level", mask=0xF0, within=level_word)
    reserved2 = u8(0, "infiniband.lrh.reserved2", "Reserved (2 bits)", mask=0x0C, within=level_word)
    next_header = u8(0, "infiniband.lrh.lnh", "Link Next Header", HEX, mask=0x03, within=level_word, names=NEXT)
    to_local = u16(None, "infiniband.lrh.dlid", "Destination Local ID")
    size_word = u16(None, "", "Packet length", HEX)
    reserved5 = u16(0, "infiniband.lrh.reserved5", "Reserved (5 bits)", mask=0xF800, within=size_word)
    words = u16(0, "infiniband.lrh.pktlen", "Packet Length", mask=0x07FF, within=size_word)
    from_local = u16(None, "infiniband.lrh.slid", "Source Local ID")

    whole = raw(None, "infiniband.grh", "Global Route Header")
    first = u32(None, "", "Version, class, flow", HEX)
    ip_version = u8(0, "infiniband.grh.ipver", "IP Version", mask=0xF0, size=1, within=first)
    traffic = u16(0, "infiniband.grh.tclass", "Traffic Class", mask=0x0FF0, size=2, within=first)
    flow = u32(0, "infiniband.grh.flowlabel", "Flow Label", mask=0xFFFFF, within=first)
    payload_length = u16(None, "infiniband.grh.paylen", "Payload Length")
    following = u8(None, "infiniband.grh.nxthdr", "Next Header")
    hops = u8(None, "infiniband.grh.hoplmt", "Hop Limit")
    from_gid, to_gid = ipv6(None, "infiniband.grh.sgid", "Source GID"), ipv6(None, "infiniband.grh.dgid", "Destination GID")

    raw_header = raw(None, "infiniband.rwh", "Raw Header")
    ethertype = u16(None, "infiniband.rwh.etype", "Ethertype", HEX)
    extended = tuple(raw(None, f"infiniband.{name}", label) for name, label in EXTENDED.items())
    context = u24(None, "infiniband.rdeth.eecnxt", "E2E Context")
    queue_key = u64(None, "infiniband.deth.q_key", "Queue Key", HEX, size=4)
    from_pair = u32(None, "infiniband.deth.srcqp", "Source Queue Pair", HEX, size=3)
    address = u64(None, "infiniband.reth.va", "Virtual Address", HEX)
    remote_key = u32(None, "infiniband.reth.r_key", "Remote Key", HEX)
    dma_length = u32(None, "infiniband.reth.dmalen", "DMA Length")
    swap = u64(None, "infiniband.atomiceth.swapdt", "Swap (Or Add) Data")
    compare = u64(None, "infiniband.atomiceth.cmpdt", "Compare Data")
    syndrome = u8(None, "infiniband.aeth.syndrome", "Syndrome")
    syndrome_reserved = u8(0, "infiniband.aeth.syndrome.reserved", "Reserved", mask=0x80, within=syndrome)
    syndrome_code = u8(0, "infiniband.aeth.syndrome.opcode", "OpCode", mask=0x60, within=syndrome,
                       names={0: "ACK", 1: "RNR NAK", 2: "Reserved", 3: "NAK"})  # fmt: skip
    syndrome_values = tuple(
        u8(None, f"infiniband.aeth.syndrome.{name}", label, mask=0x1F)
        for name, label in (("credit_count", "Credit Count"), ("timer", "Timer"), ("reserved_value", "Reserved"),
                            ("error_code", "Error Code"))
    )  # fmt: skip
    message = u24(None, "infiniband.aeth.msn", "Message Sequence Number")
    original = u64(None, "infiniband.atomicacketh.origremdt", "Original Remote Data")

    wrapped = raw(None, "infiniband.payload", "Payload")
    unknown = raw(None, "infiniband.vendor", "Unknown/Vendor Specific Data")
    content = raw(None, "", "Data")
    check = u32(None, "infiniband.invariant.crc", "Invariant CRC", HEX)
    variant_check = u16(None, "infiniband.variant.crc", "Variant CRC", HEX)
    management = mad.FIELDS
    length = lambda h: h.end - h.start

    @classmethod
    def _global(cls, c: Cursor) -> int:
        with c.group(cls.whole, 40) as c:
            c.add(cls.first)
            c.add(cls.payload_length)
            following: int = c.add(cls.following)
            for field in (cls.hops, cls.from_gid, cls.to_gid):
                c.add(field)
        return following

    @classmethod
    def _transport(cls, c: Cursor, checks: int) -> None:
        """The base header and what it announces."""
        opcode, dynamic = c.peek(1), c.peek(1) >> 5 == 2
        connects = not c.peek(1, 1) & 0x80
        with c.group(cls.base, HEADER + 8 * dynamic) as c:
            for field in (cls.opcode, cls.word, cls.partition):
                c.add(field)
            c.add(cls.reserved, 1)
            pair = c.add(cls.pair)
            c.add(cls.acknowledges)
            c.add(cls.sequence)
            if dynamic:
                c.add(cls.content, 8)
        c.info(f"{NAMES.get(opcode, 'Unknown OpCode')} QP=0x{pair:06x} ")
        headers = after(opcode)
        if opcode == DYNAMIC:
            headers = ("payload",)
            if connects:
                c.add(cls.content, 16)
        if headers is None:
            c.add(cls.unknown, min(4, c.remaining))
            c.pos = c.pos if c.remaining else c.end
            return
        source = -1
        for header in headers:
            if header == "payload":
                cls._payload(c, opcode, {pair, source}, checks)
            else:
                source = cls._extended(c, header, source)
        cls._checks(c)

    @classmethod
    def _extended(cls, c: Cursor, header: str, source: int) -> int:
        size = {"deth": 8, "reth": 16, "atomiceth": 28, "atomicacketh": 8}.get(header, 4)
        whole = cls.extended[list(EXTENDED).index(header)]
        with c.group(whole, size) as c:
            if header == "deth":
                c.add(cls.queue_key)
                c.add(cls.reserved, 1)
                source = c.add(cls.from_pair)
            elif header == "rdeth":
                c.add(cls.reserved, 1)
                c.add(cls.context)
            elif header == "aeth":
                cls._syndrome(c)
                c.add(cls.message)
            elif header in ("immdt", "ieth"):
                c.add(whole, 4)
            elif header == "atomicacketh":
                c.add(cls.original)
            else:
                for field in (cls.address, cls.remote_key, *((cls.dma_length,) if header == "reth" else (cls.swap, cls.compare))):
                    c.add(field)
        return source

    @classmethod
    def _syndrome(cls, c: Cursor) -> None:
        kind = c.peek(1) >> 5 & 3
        with c.group(cls.syndrome, 1, value=c.peek(1)) as c:
            for field in (cls.syndrome_reserved, cls.syndrome_code, cls.syndrome_values[kind]):
                c.add(field)
                c.pos -= 1
            c.pos += 1

    @classmethod
    def _payload(cls, c: Cursor, opcode: int, pairs: set[int], checks: int) -> None:
        size = c.limit - c.pos - checks
        if c.limit > c.end or size < 0:  # of a cut packet nobody knows what is payload
            c.rest(cls.content)
        elif pairs & {0, 1}:
            mad.datagram(c)
        elif opcode >> 5 == DATAGRAM and size >= 4 and c.peek(1) >> 4 == EOIB:
            c.child("infiniband.eoib", size)
        elif size and not cls._ethertype(c, size):
            c.child("data", size)

    @classmethod
    def _ethertype(cls, c: Cursor, size: int) -> bool:
        """Payload that begins as a raw header does: an EtherType and nothing."""
        if size < 4 or c.peek(2, 2):
            return False
        kind = c.peek(2)
        if c.run.registry.find("ethertype", kind) is None:
            return False
        with c.group(cls.wrapped, 4, value=c.peek_bytes(max(size - 6, 0))) as c:
            c.add(cls.ethertype)
            c.add(cls.reserved, 2)
        return c.payload("ethertype", kind, size - 4, via="ethertype")

    @classmethod
    def _checks(cls, c: Cursor) -> None:
        left = c.limit - c.pos
        if left in (CHECK, BOTH_CHECKS) and c.remaining >= CHECK:
            c.add(cls.check)
        if left in (2, BOTH_CHECKS) and c.remaining >= 2:
            c.add(cls.variant_check)
        c.rest(cls.content)


class OverUDP(Transport):
    """Over UDP (RoCE, version 2): from the base header on."""

    name, label, column = NAME, LABEL, "RRoCE"
    binds = {"udp.port": (4791,)}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls._transport(c, CHECK)


class OverEthernet(Transport):
    """Over Ethernet (RoCE): from the global header on."""

    name, label, column = NAME, LABEL, "RoCE"
    binds = {"ethertype": (0x8915,)}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if cls._global(c) == BTH_FOLLOWS:
            cls._transport(c, CHECK)
        cls._checks(c)


class OwnLink(Transport):
    """On InfiniBand's own links (LINKTYPE_INFINIBAND)."""

    name, label, column = NAME, LABEL, COLUMN
    binds = {"linktype": (247,), "erf.type": (21,)}

    @classmethod
    def decode(cls, c: Cursor) -> None:
        following = c.peek(1, 1) & 3
        with c.group(cls.local, 8) as c:
            for field in (cls.lane_word, cls.level_word, cls.to_local, cls.size_word, cls.from_local):
                c.add(field)
        if following == LOCAL or (following == GLOBAL and cls._global(c) == BTH_FOLLOWS):
            cls._transport(c, BOTH_CHECKS)
        elif following == NON_IBA:
            c.child("ipv6", max(c.limit - c.pos - 2, 0))
        elif following == RAW:
            with c.group(cls.raw_header, 4) as c:
                c.add(cls.reserved, 2)
                kind = c.add(cls.ethertype)
            size = max(c.limit - c.pos - 2, 0)
            if not c.payload("ethertype", kind, size, via="ethertype"):
                c.child("data", size)
        cls._checks(c)


class EthernetOverInfiniBand(Layer):
    """Mellanox's header before an Ethernet frame, or before a piece of a long one."""

    name, label, column = "infiniband.eoib", "Mellanox EoIB Encapsulation Header", "EoIB"

    version = u16(0, "infiniband.eoib.version", "Version", HEX, mask=0x3000)
    tcp_check = u16(0, "infiniband.eoib.tcp_chk", "TCP Checksum", HEX, mask=0x0C00)
    ip_check = u16(0, "infiniband.eoib.ip_chk", "IP Checksum", HEX, mask=0x0300)
    with_fcs = flag(0, "infiniband.eoib.fcs", "FCS Field Present", 0x40, size=2)
    more = flag(0, "infiniband.eoib.ms", "More Segments to Follow", 0x20, size=2)
    offset = u16(0, "infiniband.eoib.ip_seg_offset", "Segment Offset", mask=0x001F)
    segment = u16(2, "infiniband.eoib.ip_seg_id", "Segment ID")
    next = (To("eth", when=lambda h: (h.more == 0) & (h.offset == 0)), To("data"))
