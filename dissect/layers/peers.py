"""Peers: Bitcoin's messages, BitTorrent's transport (BEP 29), eDonkey's messages and Gnutella's lines and headers.

    Bitcoin: magic, command (12 octets), length, checksum; little-endian
    uTP: type and version, extension, connection, times, window, sequence and acknowledgment numbers
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, Field, group, raw, string, u8, u32, u64, where
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, Messages
from dissect.engine.peek import Likely

MAGICS = {0xF9BEB4D9: "Bitcoin", 0xFABFB5DA: "Testnet", 0x0B110907: "Testnet 3", 0x0A03CF40: "Signet", 0xF9BEB4FE: "Namecoin"}
WIRE_MAGICS = tuple(MAGICS)
BITCOIN_HEADER = 24


def _is_bitcoin(p: object) -> object:
    found = p.u32(0) == WIRE_MAGICS[0]  # type: ignore[attr-defined]
    for magic in WIRE_MAGICS[1:]:
        found = found | (p.u32(0) == magic)  # type: ignore[attr-defined]
    return found


class Bitcoin(Layer):
    """One message; those behind it follow as further layers."""

    name, label, column = "bitcoin", "Bitcoin protocol", "Bitcoin"
    heuristics = ("tcp",)
    likely = Likely.opening(*(magic.to_bytes(4, "big") for magic in WIRE_MAGICS))
    probe = lambda p: (p.length >= 4) & _is_bitcoin(p)
    reaches = ("bitcoin",)
    messages = Messages(
        header=BITCOIN_HEADER,
        length=lambda p: where(
            _is_bitcoin(p) & (p.u8(19) < 2),
            BITCOIN_HEADER + p.u8(16) + (p.u8(17) << 8) + (p.u8(18) << 16) + (p.u8(19) << 24), AS_IT_IS,
        ),
    )  # fmt: skip

    also_via = ("bitcoin",)
    magic = u32(0, "bitcoin.magic", "Packet magic", HEX, names=MAGICS)
    command = string(4, "bitcoin.command", "Command name", size=12)
    size_of = u32(16, "bitcoin.length", "Payload Length", little=True)
    checksum = u32(20, "bitcoin.checksum", "Payload checksum", HEX)
    version = group("bitcoin.version", "Version message")
    number = u32(None, "bitcoin.version.version", "Protocol version", little=True)
    ping, pong = group("bitcoin.ping", "Ping message"), group("bitcoin.pong", "Pong message")
    ping_nonce = u64(None, "bitcoin.ping.nonce", "Random nonce", HEX, little=True)
    pong_nonce = u64(None, "bitcoin.pong.nonce", "Random nonce", HEX, little=True)
    inventory, wanted = group("bitcoin.inv", "Inventory message"), group("bitcoin.getdata", "Getdata message")
    count = u8(None, "bitcoin.inv.count", "Count")
    item_type, item_hash = u32(None, "bitcoin.inv.type", "Type", little=True), raw(None, "bitcoin.inv.hash", "Data hash")
    wanted_count = u8(None, "bitcoin.getdata.count", "Count")
    wanted_type = u32(None, "bitcoin.getdata.type", "Type", little=True)
    wanted_hash = raw(None, "bitcoin.getdata.hash", "Data hash")
    other = raw(None, "", "Data")
    length = lambda h: h.end - h.start

    @staticmethod
    def info(command: str) -> str:
        return command

    @classmethod
    def decode(cls, c: Cursor) -> None:
        h = c.h
        c.pos = h.start + BITCOIN_HEADER
        size = min(h.size_of, c.limit - c.pos)
        body = {"ping": (cls.ping, cls.ping_nonce), "pong": (cls.pong, cls.pong_nonce)}.get(h.command)
        if body is not None and size >= 8:
            with c.group(body[0], size) as c:
                c.add(body[1])
        elif h.command in ("inv", "getdata") and size:
            asks = h.command == "getdata"
            with c.group(cls.wanted if asks else cls.inventory, size) as c:
                number = c.add(cls.wanted_count if asks else cls.count)
                while number < 0xFD and c.remaining >= 36:
                    c.add(cls.wanted_type if asks else cls.item_type)
                    c.add(cls.wanted_hash if asks else cls.item_hash, 32)
                c.rest(cls.other)
        elif size > 0:
            c.add(cls.other, min(size, c.remaining))
        if c.remaining >= BITCOIN_HEADER:
            c.child("bitcoin", listed=False)


EDONKEY_PROTOCOLS = {0xE3: "eDonkey", 0xE4: "Kademlia", 0xE5: "Kademlia (Compressed)", 0xC5: "eMule Extensions",
                     0xD4: "eMule Compressed"}  # fmt: skip


class EDonkey(Layer):
    """The messages of a segment, or one of a datagram, by their headers."""

    name, label, column = "edonkey", "eDonkey Protocol", "eDonkey"
    binds = {"tcp.port": (4661, 4662, 4663), "udp.port": (4665, 4672)}
    accepts = lambda p: (
        (p.u8(0) == 0xE3) | (p.u8(0) == 0xC5) | (p.u8(0) == 0xD4) | (p.u8(0) == 0xE4)
        | (p.u8(0) == 0xE5)
    )
    messages = Messages(
        header=6,
        length=lambda p: where(
            (p.u8(0) == 0xE3) | (p.u8(0) == 0xC5) | (p.u8(0) == 0xD4),
            5 + p.u8(1) + (p.u8(2) << 8) + (p.u8(3) << 16) + (p.u8(4) << 24), AS_IT_IS,
        ),
    )  # fmt: skip

    message = group("edonkey.message", "eDonkey Message")
    transport = u8(None, "edonkey.protocol", "Protocol", HEX, names=EDONKEY_PROTOCOLS)
    size_of = u32(None, "edonkey.message.length", "Message Length", little=True)
    type = u8(None, "edonkey.message.type", "Message Type", HEX)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        over_tcp = c.h.outer("tcp") is not None
        said = list[str]()
        while c.remaining >= 2 and c.peek(1) in EDONKEY_PROTOCOLS:
            size = 5 + c.peek(4, 1, little=True) if over_tcp and c.remaining >= 5 else c.remaining
            with c.group(cls.message, min(max(size, 2), c.limit - c.pos)) as c:
                kind = c.add(cls.transport)
                if over_tcp:
                    c.add(cls.size_of)
                if c.remaining:
                    said.append(f"{EDONKEY_PROTOCOLS[kind]}: 0x{c.add(cls.type):02x}")
                c.rest(cls.other)
        c.info(", ".join(said) or "eDonkey")
        c.rest(cls.other)


class Gnutella(Layer):
    """A handshake's lines, or messages by their headers."""

    name, label, column = "gnutella", "Gnutella Protocol", "Gnutella"
    binds = {"tcp.port": (6346,)}

    stream = group("gnutella.stream", "Gnutella Upload / Download Stream")
    descriptor_header = group("gnutella.header", "Descriptor Header")
    identifier = raw(None, "gnutella.header.id", "ID")
    descriptor = u8(None, "gnutella.header.payload", "Payload")
    ttl, hops = u8(None, "gnutella.header.ttl", "TTL"), u8(None, "gnutella.header.hops", "Hops")
    size_of = Field("gnutella.header.size", "Length", UINT8, size=4, little=True)
    other = raw(None, "", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        if c.remaining < 23 or c.peek(1, 16) not in (0, 1, 2, 0x30, 0x31, 0x40, 0x80, 0x81) or c.peek(1, 17) > 16:
            c.info("Gnutella Upload / Download Stream")
            with c.group(cls.stream, c.remaining) as c:
                c.rest(cls.other)
            return
        with c.group(cls.descriptor_header, 23) as c:
            c.add(cls.identifier, 16)
            for field in (cls.descriptor, cls.ttl, cls.hops, cls.size_of):
                c.add(field)
        c.info("Gnutella")
        c.rest(cls.other)


