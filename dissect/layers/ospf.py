"""OSPF version 2 (RFC 2328; opaque LSAs: RFC 5250) and version 3 (RFC 5340): its header, hellos and descriptions.

+---------------+---------------+-------------------------------+
|    version    |     type      |         packet length         |
+---------------+---------------+-------------------------------+
|                   router id; area id                          |
+-------------------------------+-------------------------------+
|           checksum            |  auth type, or instance id    |
+-------------------------------+-------------------------------+
|      version 2: authentication, 64 bits; then by type         |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import (
    BOOLEAN,
    HEX,
    Field,
    bits,
    flag,
    group,
    ipv4,
    raw,
    string,
    u8,
    u16,
    u24,
    u32,
)  # fmt: skip
from dissect.engine.layer import Layer
from dissect.layers.ospf_v3 import BODIES as BODIES_3
from dissect.layers.ospf_v3 import FUNCTIONS, IPV4_INSTANCES, Version3, trailer

HELLO, DESCRIPTION, REQUEST, UPDATE, ACKNOWLEDGE = range(1, 6)
TYPES = {
    HELLO: "Hello Packet", DESCRIPTION: "DB Description", REQUEST: "LS Request", UPDATE: "LS Update",
    ACKNOWLEDGE: "LS Acknowledge",
}  # fmt: skip
AUTHENTICATION = {0: "Null", 1: "Simple password", 2: "Cryptographic"}
LSAS = {
    1: "Router-LSA", 2: "Network-LSA", 3: "Summary-LSA (IP network)", 4: "Summary-LSA (ASBR)",
    5: "AS-External-LSA (ASBR)", 6: "Group Membership LSA", 7: "NSSA AS-External-LSA", 8: "External Attributes LSA",
    9: "Opaque LSA, Link-local scope", 10: "Opaque LSA, Area-local scope", 11: "Opaque LSA, AS-local scope",
}  # fmt: skip
KINDS = {1: "router", 2: "network", 3: "summary", 4: "asbr", 5: "asext", 6: "member", 7: "nssa", 8: "attr",
         9: "opaque", 10: "opaque", 11: "opaque"}  # fmt: skip
LINKS = {
    1: "Point-to-point connection to another router", 2: "Connection to a transit network",
    3: "Connection to a stub network", 4: "Virtual link",
}  # fmt: skip


def bits_of_options(word: Field, nssa: tuple[str, str, int]) -> tuple[Field, ...]:
    """The bits of version 2's options; `nssa`: the one of stubby areas, whose name depends on what has the options."""
    return bits(
        word, "ospf.v2.options",
        ("dn", "DN", 0x80), ("o", "O", 0x40), ("dc", "(DC) Demand Circuits", 0x20), ("l", "(L) LLS Data block", 0x10),
        nssa, ("mc", "(MC) Multicast", 0x04), ("e", "(E) External Routing", 0x02),
        ("mt", "(MT) Multi-Topology Routing", 0x01),
    )  # fmt: skip


class OSPF(Version3, Layer):
    """A packet of a router to its neighbours."""

    name, label, column = "ospf", "Open Shortest Path First", "OSPF"
    binds = {"ip.proto": (89,)}

    header_group = group("ospf.header", "OSPF Header")
    version = u8(0, "ospf.version", "Version")
    type = u8(1, "ospf.msg", "Message Type", names=TYPES)
    packet_length = u16(2, "ospf.packet_length", "Packet Length")
    router = ipv4(4, "ospf.srcrouter", "Source OSPF Router")
    area = ipv4(8, "ospf.area_id", "Area ID")
    checksum = u16(12, "ospf.checksum", "Checksum", HEX)
    auth_type = u16(None, "ospf.auth.type", "Auth Type", names=AUTHENTICATION)
    auth_none = raw(None, "ospf.auth.none", "Auth Data (none)")
    auth_simple = string(None, "ospf.auth.simple", "Auth Data (Simple)")
    auth_reserved = raw(None, "ospf.reserved", "Reserved")
    auth_key = u8(None, "ospf.auth.crypt.key_id", "Auth Crypt Key id")
    auth_length = u8(None, "ospf.auth.crypt.data_length", "Auth Crypt Data Length")
    auth_sequence = u32(None, "ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number")
    auth_data = raw(None, "ospf.auth.crypt.data", "Auth Crypt Data")
    auth_unknown = raw(None, "ospf.auth.unknown", "Auth Unknown")
    instance = u8(None, "ospf.instance_id", "Instance ID")
    kinds = tuple(
        Field(f"ospf.msg.{name}", label, BOOLEAN, hidden=True)
        for name, label in (
            ("hello", "Hello"), ("dbdesc", "Database Description"), ("lsreq", "Link State Adv Request"),
            ("lsupdate", "Link State Adv Update"), ("lsack", "Link State Adv Acknowledgement"),
        )
    )  # fmt: skip
    hello = group("ospf.hello", "OSPF Hello Packet")
    mask = ipv4(None, "ospf.hello.network_mask", "Network Mask")
    interface = u32(None, "ospf.hello.interface_id", "Interface ID")
    interval = u32(None, "ospf.hello.hello_interval", "Hello Interval [sec]", size=2)
    priority = u8(None, "ospf.hello.router_priority", "Router Priority")
    dead = u32(None, "ospf.hello.router_dead_interval", "Router Dead Interval [sec]")
    dead_3 = u32(None, "ospf.hello.router_dead_interval", "Router Dead Interval [sec]", size=2)
    designated = ipv4(None, "ospf.hello.designated_router", "Designated Router")
    backup = ipv4(None, "ospf.hello.backup_designated_router", "Backup Designated Router")
    neighbour = ipv4(None, "ospf.hello.active_neighbor", "Active Neighbor")
    options = u8(None, "ospf.v2.options", "Options", HEX)
    option_bits = bits_of_options(options, ("n", "(N) NSSA", 0x08))
    nssa_options = u8(None, "ospf.v2.options", "Options", HEX)  # of an NSSA's LSA: the bit is another's
    nssa_bits = bits_of_options(nssa_options, ("p", "(P) Propagate", 0x08))
    description = group("", "OSPF DB Description")
    mtu = u16(None, "ospf.db.interface_mtu", "Interface MTU")
    dd = u8(None, "ospf.dbd", "DB Description", HEX)
    dd_bits = bits(
        dd, "ospf.dbd",
        ("r", "(R) OOBResync", 0x08), ("i", "(I) Init", 0x04), ("m", "(M) More", 0x02), ("ms", "(MS) Master", 0x01),
    )  # fmt: skip
    dd_sequence = u32(None, "ospf.db.dd_sequence", "DD Sequence")
    request = group("", "Link State Request")
    request_type = u8(None, "ospf.lsa", "LS Type", names=LSAS, size=4)
    update = group("", "LS Update Packet")
    count = u32(None, "ospf.ls.number_of_lsas", "Number of LSAs")
    lsa = group("", "LSA")
    age_word = u16(None, "", "Age")
    age = u16(None, "ospf.lsa.age", "LS Age (seconds)", mask=0x7FFF, within=age_word)
    do_not_age = u16(None, "ospf.lsa.donotage", "Do Not Age Flag", mask=0x8000, within=age_word)
    ls_type = u8(None, "ospf.lsa", "LS Type", names=LSAS)
    kinds_2 = {n: Field(f"ospf.lsa.{n}", LSAS[k], BOOLEAN, hidden=True) for k, n in KINDS.items()}
    kinds_2_fields = tuple(kinds_2.values())
    ls_id = ipv4(None, "ospf.lsa.id", "Link State ID")
    link_state_id = ipv4(None, "ospf.link_state_id", "Link State ID")
    opaque_type = u8(None, "ospf.lsid_opaque_type", "Link State ID Opaque Type")
    te_reserved = u8(None, "ospf.lsid_te_lsa.reserved", "Link State ID TE-LSA Reserved")
    te_instance = u16(None, "ospf.lsid_te_lsa.instance", "Link State ID TE-LSA Instance")
    opaque_id = u24(None, "ospf.lsid.opaque_id", "Link State ID Opaque ID")
    advertising = ipv4(None, "ospf.advrouter", "Advertising Router")
    ls_sequence = u32(None, "ospf.lsa.seqnum", "Sequence Number", HEX)
    ls_checksum = u16(None, "ospf.lsa.chksum", "Checksum", HEX)
    ls_length = u16(None, "ospf.lsa.length", "Length")
    router_flags = u8(None, "ospf.v2.router.lsa.flags", "Flags", HEX)
    router_bits = bits(
        router_flags, "ospf.v2.router.lsa.flags",
        ("h", "(H) flag", 0x80), ("n", "(N) flag", 0x10), ("w", "(W) Wild-card multicast receiver", 0x08),
        ("v", "(V) Virtual link endpoint", 0x04), ("e", "(E) AS boundary router", 0x02),
        ("b", "(B) Area border router", 0x01),
    )  # fmt: skip
    links = u16(None, "ospf.lsa.number_of_links", "Number of Links")
    link = group("", "Link")
    link_id = ipv4(None, "ospf.lsa.router.linkid", "Link ID")
    link_data = ipv4(None, "ospf.lsa.router.linkdata", "Link Data")
    link_type = u8(None, "ospf.lsa.router.linktype", "Link Type", names=LINKS)
    metrics = u8(None, "ospf.lsa.router.nummetrics", "Number of Metrics")
    metric = u16(None, "ospf.lsa.router.metric0", "0 Metric")
    tos = u8(None, "ospf.lsa.tos", "TOS")
    tos_metric = u32(None, "ospf.metric", "Metric", size=2)
    netmask = ipv4(None, "ospf.lsa.network.netmask", "Netmask")
    attached = ipv4(None, "ospf.lsa.network.attchrtr", "Attached Router")
    summary_mask = ipv4(None, "ospf.lsa.asbr.netmask", "Netmask")
    external_mask = ipv4(None, "ospf.lsa.asext.netmask", "Netmask")
    external_word = u8(None, "", "External")
    external_type = flag(None, "ospf.lsa.asext.type", "External Type", 0x80, within=external_word)
    external_tos = u8(None, "ospf.lsa.tos", "TOS", mask=0x7F, within=external_word)
    rest_of_lsa = raw(None, "", "LSA data")
    wide_metric = u32(None, "ospf.metric", "Metric", size=3)
    forwarding = ipv4(None, "ospf.lsa.asext.fwdaddr", "Forwarding Address")
    route_tag = u32(None, "ospf.lsa.asext.extrttag", "External Route Tag")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h: Any = c.h
        c.info(TYPES.get(h.type, f"Unknown ({h.type})"))
        if 1 <= h.type <= len(cls.kinds):
            c.derived(cls.kinds[h.type - 1], True)
        proof = 0
        c.derived(cls.header_group, True)
        if h.version == 2:
            proof = cls._authentication(c)
        elif h.version == 3:
            c.add(cls.instance)
            c.add(cls.auth_reserved, 1)
        else:
            return
        size = h.start + h.packet_length - c.pos
        if size < 0:
            return
        body = {HELLO: cls._hello, DESCRIPTION: cls._description, UPDATE: cls._update}.get(h.type)
        if body is not None:
            with c.group({HELLO: cls.hello, DESCRIPTION: cls.description}.get(h.type, cls.update), size) as c:
                body(c, h.version)
        elif h.type in (REQUEST, ACKNOWLEDGE):
            stop = c.pos + size
            while c.pos < stop:
                cls._request(c, h.version) if h.type == REQUEST else cls._lsa_header(c, h.version)
        if proof:
            c.add(cls.auth_data, min(proof, c.remaining))
        elif h.version == 3 and h.type in (HELLO, DESCRIPTION) and c.remaining >= TRAILER:
            trailer(c)

    @classmethod
    def _authentication(cls, c: Cursor) -> int:
        """How many octets of cryptographic authentication follow the packet."""
        kind = int(c.add(cls.auth_type))
        if kind == CRYPTOGRAPHIC:
            c.skip(2)
            c.add(cls.auth_key)
            size = int(c.add(cls.auth_length))
            c.add(cls.auth_sequence)
            return size
        c.add({0: cls.auth_none, 1: cls.auth_simple}.get(kind, cls.auth_unknown), 8)
        return 0

    @classmethod
    def _hello(cls, c: Cursor, version: int) -> None:
        old = (cls.mask, cls.interval, cls.options, cls.priority, cls.dead)
        new = (cls.interface, cls.priority, cls.options_3, cls.interval, cls.dead_3)
        for field in (*(old if version == 2 else new), cls.designated, cls.backup):
            c.add(field)
        while c.remaining:
            c.add(cls.neighbour)

    @classmethod
    def _description(cls, c: Cursor, version: int) -> None:
        if version == 2:
            fields = (cls.mtu, cls.options, cls.dd, cls.dd_sequence)
            for field in fields:
                c.add(field)
        else:
            c.add(cls.auth_reserved, 1)
            c.add(cls.options_3)
            c.add(cls.mtu)
            c.add(cls.auth_reserved, 1)
            c.add(cls.dd)
            c.add(cls.dd_sequence)
        while c.remaining:
            cls._lsa_header(c, version)

    @classmethod
    def _request(cls, c: Cursor, version: int) -> None:
        with c.group(cls.request, 12) as c:
            if version == 2:
                c.add(cls.request_type)
            else:
                c.add(cls.auth_reserved, 2)
                c.add(cls.ls_type_3)
            c.add(cls.link_state_id)
            c.add(cls.advertising)

    @classmethod
    def _update(cls, c: Cursor, version: int) -> None:
        for _ in range(c.add(cls.count)):
            if not c.remaining:
                break
            cls._lsa(c, version)

    @classmethod
    def _lsa_header(cls, c: Cursor, version: int) -> None:
        with c.group(cls.lsa, 20) as c:
            cls._header_fields(c, version)

    @classmethod
    def _header_fields(cls, c: Cursor, version: int) -> int:
        """The header of an LSA; its type."""
        c.add(cls.age_word if version == 2 else cls.age_word_3)
        if version == 2:
            c.add(cls.nssa_options if c.peek(1, 1) == NSSA else cls.options)
            kind = int(c.add(cls.ls_type))
        else:
            kind = int(c.add(cls.ls_type_3))
        if version == 2 and kind in OPAQUE:
            engineering = c.add(cls.opaque_type) == TRAFFIC_ENGINEERING
            for field in (cls.te_reserved, cls.te_instance) if engineering else (cls.opaque_id,):
                c.add(field)
        else:
            c.add(cls.ls_id if version == 2 else cls.link_state_id)
        for field in (cls.advertising, cls.ls_sequence, cls.ls_checksum, cls.ls_length):
            c.add(field)
        if version == 3:
            kind &= 0x1FFF
        said = cls.kinds_2.get(KINDS.get(kind, "")) if version == 2 else cls.kinds_3.get(kind)
        if said is not None:
            c.derived(said, True)
        names = LSAS if version == 2 else FUNCTIONS
        c.label(f"LSA-type {kind} ({names.get(kind, 'Unknown')}), len {c.data[c.pos - 2] << 8 | c.data[c.pos - 1]}")
        return kind

    @classmethod
    def _lsa(cls, c: Cursor, version: int) -> None:
        size = c.peek(2, 18)
        with c.group(cls.lsa, max(size, LSA_HEADER)) as c:
            kind = cls._header_fields(c, version)
            if version == 2 and kind in BODIES:
                BODIES[kind](c)
            elif version == 3 and kind in BODIES_3:
                h: Any = c.h
                BODIES_3[kind](c, h.octets[h.start + 14] in IPV4_INSTANCES)
            c.rest(cls.rest_of_lsa)
        if size < LSA_HEADER:
            c.note("error", "Malformed", f"LSA length {size} is less than its header's", "ospf.lsa.invalid_length")
            c.skip(c.remaining)


CRYPTOGRAPHIC = 2
LSA_HEADER, TRAILER = 20, 16  # octets
NSSA = 7
OPAQUE = (9, 10, 11)
TRAFFIC_ENGINEERING = 1


def router_links(c: Cursor) -> None:
    """What a router is connected to (RFC 2328, appendix A.4.2)."""
    c.add(OSPF.router_flags)
    c.skip(1)
    for _ in range(c.add(OSPF.links)):
        count = c.peek(1, 9)
        with c.group(OSPF.link, 12 + 4 * count) as c:
            for field in (OSPF.link_id, OSPF.link_data, OSPF.link_type, OSPF.metrics, OSPF.metric):
                c.add(field)
            for _ in range(count):
                c.add(OSPF.tos)
                c.skip(1)
                c.add(OSPF.tos_metric)


def network(c: Cursor) -> None:
    """The routers of a transit network (appendix A.4.3)."""
    c.add(OSPF.netmask)
    while c.remaining:
        c.add(OSPF.attached)


def summary(c: Cursor) -> None:
    """A destination outside of the area (appendix A.4.4)."""
    c.add(OSPF.summary_mask)
    while c.remaining:
        c.add(OSPF.tos)
        c.add(OSPF.wide_metric)


def external(c: Cursor) -> None:
    """A destination outside of the autonomous system (appendix A.4.5)."""
    c.add(OSPF.external_mask)
    while c.remaining:
        c.add(OSPF.external_word)
        c.add(OSPF.wide_metric)
        c.add(OSPF.forwarding)
        c.add(OSPF.route_tag)


BODIES = {1: router_links, 2: network, 3: summary, 4: summary, 5: external, 7: external}
