"""TIPC, messages between the processes of a cluster (version 2 of its protocol).

    word 0: version (3 bits), user (4), header's size (4, words), flags, message size (17)
    word 1: type (3), error (4), reroutes (4), scope (2), options (3), broadcast acknowledged (16)
    word 2: acknowledged, sequence (16 each), in version 1 word 1; next word: the node before; payload: ports (4 each), nodes (4 each), name or range
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Expr, raw, string, u32
from dissect.engine.layer import Layer

USERS = {0: "Low Priority Payload Data", 1: "Normal Priority Payload Data", 2: "High Priority Payload Data",
         3: "Critical Priority Payload Data", 5: "Broadcast Protocol", 6: "Bundler Protocol", 7: "Link State Management",
         8: "Connection Manager", 9: "Link Changeover Protocol", 10: "Name Distributor", 11: "Fragmentation Protocol",
         13: "Neighbour Discovery Protocol", 15: "Changeover Protocol"}  # fmt: skip
DATA_TYPES = {0: "CONN_MSG", 1: "MCAST_MSG", 2: "NAMED_MSG", 3: "DIRECT_MSG"}
CRITICAL, CONNECTIONS, DISCOVERY = 3, 8, 13
_payload: Expr = lambda h: (h.version == 2) & ((h.user <= CRITICAL) | (h.user == CONNECTIONS))
_second: Expr = lambda h: (h.version == 2) & (h.user <= CRITICAL)
_sequenced: Expr = lambda h: (h.version == 2) & (h.user != DISCOVERY)
_first_version: Expr = lambda h: h.version != 2


def _node(number: int) -> str:
    """A node's address: zone, cluster, node."""
    return f"{number >> 24}.{number >> 12 & 0xFFF}.{number & 0xFFF}"


class TIPC(Layer):
    """One message."""

    name, label, column = "tipc", "Transparent Inter Process Communication(TIPC)", "TIPC"
    binds = {"ethertype": (0x88CA,), "udp.port": (6118,)}
    reaches = ("data",)

    version = u32(0, "tipc.ver", "Version", mask=0xE0000000)
    user = u32(0, "tipc.usr", "User", mask=0x1E000000, names=USERS)
    words = u32(0, "tipc.hdr_size", "Header size", mask=0x01E00000)
    unsequenced = u32(0, "tipc.non_sequenced", "Non-sequenced", mask=0x00100000)
    droppable = u32(0, "tipc.destdrop", "Destination Droppable", mask=0x00080000, when=_second)
    from_droppable = u32(0, "tipc.srcdrop", "Source Droppable", mask=0x00040000, when=_second)
    syn = u32(0, "tipc.syn", "Connection request (SYN)", mask=0x00020000, when=_second)
    message_size = u32(0, "tipc.msg_size", "Message size", mask=0x0001FFFF)
    kind_ = u32(4, "", "Message type", mask=0xE0000000)
    unknown = u32(4, "tipc.unknown", "Unknown", HEX, when=lambda h: (_second(h) | _first_version(h)) == 0)
    data_type = u32(4, "tipc.data_type", "Message type", mask=0xE0000000, names=DATA_TYPES, when=_second)
    error = u32(4, "tipcv2.errorcode", "Error code", mask=0x1E000000, when=_payload)
    reroutes = u32(4, "tipcv2.rer_cnt", "Reroute Counter", mask=0x01E00000, when=_payload)
    scope_of = u32(4, "tipcv2.lookup_scope", "Lookup Scope", mask=0x00180000, when=_payload)
    options = u32(4, "tipcv2.opt_p", "Options Position", mask=0x00070000, when=_second)
    broadcast = u32(4, "tipcv2.broadcast_ack_no", "Broadcast Acknowledge Number", mask=0x0000FFFF, when=_payload)
    acknowledged = u32(8, "tipcv2.link_level_ack_no", "Link Level Acknowledge Number", mask=0xFFFF0000, when=_sequenced)
    sequence = u32(8, "tipcv2.link_level_seq_no", "Link Level Sequence Number", mask=0x0000FFFF, when=_sequenced)
    acknowledged_1 = u32(
        4, "tipc.ack_link_lev_seq", "Acknowledged link level sequence number", mask=0xFFFF0000, when=_first_version
    )
    sequence_1 = u32(4, "tipc.link_lev_seq", "Link level sequence number", mask=0x0000FFFF, when=_first_version)
    length = lambda h: h.end - h.start

    before_1 = string(None, "tipc.prev_proc", "Previous processor")
    before = string(None, "tipcv2.prev_node", "Previous Node")
    from_port, to_port = u32(None, "tipc.org_port", "Originating port"), u32(None, "tipc.dst_port", "Destination port")
    from_node, to_node = string(None, "tipcv2.orig_node", "Originating Node"), string(None, "tipcv2.dest_node", "Destination Node")
    name_type = u32(None, "tipcv2.port_name_type", "Port name type")
    instance = u32(None, "tipcv2.port_name_instance", "Port name instance")
    lower, upper = u32(None, "tipcv2.multicast_lower", "Multicast lower bound"), u32(None, "tipcv2.multicast_upper", "Multicast upper bound")
    header_rest, contents = raw(None, "", "Header"), raw(None, "", "Data")

    @staticmethod
    def info(user: int) -> str:
        return USERS.get(user, f"User {user}")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.h.version != 2:
            c.pos = c.h.start + 8
            c.add(cls.before_1, 4, value=_node(c.peek(4)))
            c.rest(cls.contents)
            return
        c.pos = c.h.start + (8 if c.h.user == DISCOVERY else 12)
        if c.h.user > CRITICAL and c.h.user != CONNECTIONS:
            c.rest(cls.contents)
            return
        end = c.h.start + 4 * c.h.words
        c.add(cls.before, 4, value=_node(c.peek(4)))
        c.add(cls.from_port)
        c.add(cls.to_port)
        if end - c.pos >= 8:
            c.add(cls.from_node, 4, value=_node(c.peek(4)))
            c.add(cls.to_node, 4, value=_node(c.peek(4)))
        if c.h.user <= CRITICAL and end - c.pos >= 8 and c.h.kind_ in (1, 2):
            c.add(cls.name_type)
            c.add(cls.lower if c.h.kind_ == 1 else cls.instance)
            if c.h.kind_ == 1 and end - c.pos >= 4:
                c.add(cls.upper)
        if end > c.pos:
            c.add(cls.header_rest, min(end - c.pos, c.remaining))
        if c.remaining:
            c.child("data")
