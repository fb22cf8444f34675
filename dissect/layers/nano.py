"""Nano, a currency's network (protocol versions to 18): messages over UDP.

    magic (1), network (1), versions: most, used, least (1 each), type (1), extensions (2, little-endian: block type in bits 8 to 11)
    keep-alive: eight peers of address (16) and port (2, little-endian); publish, ask and answer of a vote: a block
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, Field, group, ipv6, raw, string, u8, u16, u64
from dissect.engine.layer import Layer

KEEPALIVE, PUBLISH, CONFIRM_REQ, CONFIRM_ACK = 2, 3, 4, 5
TYPES = {0: "Invalid", 1: "Not A Type", KEEPALIVE: "Keepalive", PUBLISH: "Publish", CONFIRM_REQ: "Confirm Req",
         CONFIRM_ACK: "Confirm Ack", 6: "Bulk Pull", 7: "Bulk Push", 8: "Frontier Req", 9: "Bulk Pull Blocks"}  # fmt: skip
BLOCKS = {0: "Invalid", 1: "Not A Block", 2: "Send", 3: "Receive", 4: "Open", 5: "Change", 6: "State"}
PEER = 18


class Nano(Layer):
    """One message."""

    name, label, column = "nano", "Nano Cryptocurrency Protocol", "Nano"
    binds = {"udp.port": (7075,)}
    accepts = lambda p: p.length >= 8

    head = group("", "Nano Protocol Header")
    magic = string(None, "nano.magic_number", "Magic Number", size=2)
    versions = (u8(None, "nano.version_max", "Maximum Version"), u8(None, "nano.version_using", "Using Version"),
                u8(None, "nano.version_min", "Minimum Version"))  # fmt: skip
    type = u8(None, "nano.packet_type", "Packet Type", names=TYPES)
    extensions = u16(None, "nano.extensions", "Extensions Field", HEX, little=True)
    block_type = u16(0, "nano.extensions.block_type", "Block Type", HEX, mask=0x0F00, within=extensions, little=True, names=BLOCKS)
    peer = group("", "Peer")
    peer_ip = ipv6(None, "nano.keepalive.peer_ip", "Peer IP Address")
    peer_port = u16(None, "nano.keepalive.peer_port", "Peer Port", little=True)
    voter = raw(None, "nano.vote.account", "Account", size=32)
    vote_signature = raw(None, "nano.vote.signature", "Signature", size=64)
    vote_number = u64(None, "nano.vote.sequence", "Sequence", little=True)
    block = group("", "Block")
    account = raw(None, "nano.block.account", "Account", size=32)
    previous = raw(None, "nano.block.hash_previous", "Previous Block Hash", size=32)
    origin = raw(None, "nano.block.hash_source", "Source Block Hash", size=32)
    target = raw(None, "nano.block.destination_account", "Destination Account", size=32)
    representative = raw(None, "nano.block.representative_account", "Representative Account", size=32)
    balance = raw(None, "nano.block.balance", "Balance", size=16)
    link = raw(None, "nano.block.link", "Link", size=32)
    signature, work = raw(None, "nano.block.signature", "Signature", size=64), raw(None, "nano.block.work", "Work", size=8)
    rest = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        with c.group(cls.head, 8) as c:
            c.add(cls.magic)
            for field in cls.versions:
                c.add(field)
            kind = c.add(cls.type)
            block = c.add(cls.extensions) >> 8 & 0x0F
        text = TYPES.get(kind, "Unknown")
        if kind == KEEPALIVE:
            c.info(f"{text} ({cls._peers(c)} peers)")
        elif kind in (PUBLISH, CONFIRM_REQ, CONFIRM_ACK):
            if kind == CONFIRM_ACK:
                for field in (cls.voter, cls.vote_signature, cls.vote_number):
                    c.add(field)
            c.info(f"{text} ({BLOCKS.get(block, 'Unknown')})")
            with c.group(cls.block) as c:
                for field in cls._block(block):
                    c.add(field)
        else:
            c.info(text)
        c.rest(cls.rest)

    @classmethod
    def _peers(cls, c: Cursor) -> int:
        count = 0
        while c.remaining >= PEER:
            with c.group(cls.peer, PEER) as c:
                count += any(c.add(cls.peer_ip))
                c.add(cls.peer_port)
        return count

    @classmethod
    def _block(cls, kind: int) -> tuple[Field, ...]:
        """What a block of this type is made of."""
        own: dict[int, tuple[Field, ...]] = {
            2: (cls.previous, cls.target, cls.balance), 3: (cls.previous, cls.origin),
            4: (cls.origin, cls.representative, cls.account), 5: (cls.previous, cls.representative),
            6: (cls.account, cls.previous, cls.representative, cls.balance, cls.link),
        }  # fmt: skip
        return (*own[kind], cls.signature, cls.work) if kind in own else ()
