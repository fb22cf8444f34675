"""BitTorrent (BEP 3, BEP 6, BEP 10) and its distributed hash table (BEP 5); both speak bencoding.

    handshake: 19, "BitTorrent protocol", 8 octets of extensions, info hash (20), peer id (20)
    +-------------+----------+---------+
    | length (4)  | type (1) | payload |     5:hello  i42e  l...e  d key value ... e
    +-------------+----------+---------+
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, INT32, UINT32, Field, further, group, ipv4, ipv6, raw, string, u8, u16, u32
from dissect.engine.layer import Layer
from dissect.engine.messages import AS_IT_IS, MORE, Messages
from dissect.engine.peek import Likely

TYPES = {
    0: "Choke", 1: "Unchoke", 2: "Interested", 3: "Not Interested", 4: "Have", 5: "Bitfield", 6: "Request",
    7: "Piece", 8: "Cancel", 9: "Port", 13: "Suggest Piece", 14: "Have All", 15: "Have None", 16: "Reject Request",
    17: "Allowed Fast", 20: "Extended", 257: "Keepalive", 256: "Azureus Handshake",
    258: "Azureus BitTorrent Handshake", 259: "Azureus Peer Exchange", 260: "Azureus PeerCache Hello",
    261: "Azureus PeerCache Reply",
}  # fmt: skip
NAME = b"\x13BitTorrent protocol"
HANDSHAKE, LONGEST = 68, 1 << 20
HAVE, BITFIELD, REQUEST, PIECE, CANCEL, PORT, EXTENDED = 4, 5, 6, 7, 8, 9, 20
REJECT, SUGGEST, ALLOWED = 16, 13, 17
DEEPEST = 30  # lists within lists
ITEMS = 4000


def message_size(octets: bytes, at: int) -> int:
    """The length of the message at `at`, as `Messages.scan`."""
    have = len(octets) - at
    begins = octets[at : at + len(NAME)]
    if begins == NAME[: len(begins)] and have < HANDSHAKE:
        return MORE if have < len(NAME) else HANDSHAKE
    if begins == NAME:
        return HANDSHAKE
    if have < 4:
        return MORE
    size = int.from_bytes(octets[at : at + 4], "big")
    if not size:
        return 4
    if size > LONGEST or (have > 4 and octets[at + 4] not in TYPES):
        return AS_IT_IS
    return 4 + size


class BitTorrent(Layer):
    """What a segment holds, or one message that TCP put together."""

    name, label, column = "bittorrent", "BitTorrent", "BitTorrent"
    binds = {"tcp.port": tuple(range(6881, 6890))}
    heuristics = ("tcp",)
    likely = Likely.opening(b"\x13BitTorr")
    probe = lambda p: further(p.u32(0) == 0x13426974, lambda: p.u32(4) == 0x546F7272)
    messages = Messages(scan=message_size)
    reaches = ("bencode",)

    name_length = u8(None, "bittorrent.protocol.name.length", "Protocol Name Length")
    protocol_name = string(None, "bittorrent.protocol.name", "Protocol Name", size=19)
    reserved = raw(None, "bittorrent.reserved", "Reserved Extension Bytes", size=8)
    info_hash = raw(None, "bittorrent.info_hash", "SHA1 Hash of info dictionary", size=20)
    peer_id = raw(None, "bittorrent.peer_id", "Peer ID", size=20)
    message = group("bittorrent.msg", "Message")
    msg_length = u32(None, "bittorrent.msg.length", "Message Length")
    msg_type = u8(None, "bittorrent.msg.type", "Message Type", names=TYPES)
    bitfield = raw(None, "bittorrent.msg.bitfield", "Bitfield data")
    index = u32(None, "bittorrent.piece.index", "Piece index", HEX)
    begin = u32(None, "bittorrent.piece.begin", "Begin offset of piece", HEX)
    piece_data = raw(None, "bittorrent.piece.data", "Data in a piece")
    piece_length = u32(None, "bittorrent.piece.length", "Piece Length", HEX)
    port = u16(None, "bittorrent.port", "Port")
    extended_id = u8(None, "bittorrent.extended.id", "Extended Message ID")
    extended = raw(None, "bittorrent.extended", "Extended Message")
    continued = raw(None, "bittorrent.continuous_data", "Extended Message")
    keep_alive = u32(None, "", "Keep-alive")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = list[str]()
        count = 0
        while c.remaining and count < ITEMS:
            count += 1
            if c.data.startswith(NAME, c.pos):
                said.append("Handshake")
                for field in (cls.name_length, cls.protocol_name, cls.reserved, cls.info_hash, cls.peer_id):
                    c.add(field)
            elif c.remaining < 4 or message_size(c.data[c.pos : c.end], 0) in (AS_IT_IS, MORE):
                said.append("Continuation data")
                c.rest(cls.continued)
            elif not c.peek(4):
                said.append("KeepAlive")
                c.add(cls.keep_alive)
            else:
                said.append(cls._message(c))
            c.info("  ".join(said) + "  ")

    @classmethod
    def _message(cls, c: Cursor) -> str:
        size, kind = c.peek(4), c.peek(1, 4)
        name = TYPES.get(kind, "Unknown")
        with c.group(cls.message, 4 + size, f"Message: Len:{size}, {name}") as c:
            c.add(cls.msg_length)
            c.add(cls.msg_type)
            if kind in (HAVE, SUGGEST, ALLOWED):
                name += f", Piece (Idx:0x{c.add(cls.index):x})"
            elif kind in (REQUEST, CANCEL, REJECT):
                parts = c.add(cls.index), c.add(cls.begin), c.add(cls.piece_length)
                name += ", Piece (Idx:0x{:x},Begin:0x{:x},Len:0x{:x})".format(*parts)
            elif kind == PIECE:
                index, begin = c.add(cls.index), c.add(cls.begin)
                name += f", Idx:0x{index:x},Begin:0x{begin:x},Len:0x{c.limit - c.pos:x}"
                c.add(cls.piece_data, c.remaining)
            elif kind == BITFIELD:
                name += f", Len:0x{size - 1:x}"
                c.rest(cls.bitfield)
            elif kind == PORT:
                c.add(cls.port)
            elif kind == EXTENDED:
                c.add(cls.extended_id)
                if c.remaining and c.peek(1) == 0x64:
                    c.child("bencode", c.remaining)
            c.rest(cls.extended)
        return name


class Bencode(Layer):
    """Bencoded values."""

    name, label, column = "bencode", "Bencode", "Bencode"

    text = string(None, "bencode.str", "String")
    text_length = Field("bencode.str.length", "String Length", UINT32)
    number = Field("bencode.int", "Integer", INT32)
    list_ = group("bencode.list", "List")
    dictionary = group("bencode.dict", "Dictionary")
    entry = group("bencode.dict.entry", "Entry")
    mark = raw(None, "", "Mark")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        cls._value(c, 0)
        c.rest(cls.mark)

    @classmethod
    def _value(cls, c: Cursor, depth: int) -> None:
        kind = c.peek_bytes(1)
        if depth > DEEPEST:
            c.note("warn", "Undecoded", "Values are nested too deeply", "bencode.deep")
            c.rest(cls.mark)
        elif kind == b"i":
            end = c.data.find(b"e", c.pos, min(c.end, c.pos + 24))
            digits = c.peek_bytes(max(end - c.pos, 2))[1:]
            good = digits.removeprefix(b"-").isdigit() and end > 0
            number = int(digits) if good else 0
            c.add(cls.number, len(digits) + 2, value=(abs(number) & 0x7FFFFFFF) * (-1 if number < 0 else 1))
        elif kind in (b"l", b"d"):
            with c.group(cls.list_ if kind == b"l" else cls.dictionary) as c:
                c.add(cls.mark, 1)
                while c.peek_bytes(1) != b"e":
                    if kind == b"l":
                        cls._value(c, depth + 1)
                        continue
                    with c.group(cls.entry) as c:
                        cls._text(c)
                        cls._value(c, depth + 1)
                c.add(cls.mark, 1)
        else:
            cls._text(c)

    @classmethod
    def _text(cls, c: Cursor) -> None:
        width, size = length_at(c)
        c.add(cls.text_length, width, value=size)
        c.add(cls.text, size)


def length_at(c: Cursor) -> tuple[int, int]:
    """The width of a string's length with its colon, and the length; past all that is there where it is none."""
    end = c.data.find(b":", c.pos, min(c.end, c.pos + 10))
    digits = c.data[c.pos : end] if end >= 0 else b""
    return (len(digits) + 1, int(digits)) if digits.isdigit() else (c.remaining + 1, 0)


KEYS = {
    b"a": "Request arguments", b"e": "Error", b"q": "Request type", b"r": "Response values", b"t": "Transaction ID",
    b"v": "Version", b"y": "Message type",
}  # fmt: skip
PLAIN = (b"q", b"y")


class DHT(Layer):
    """A question, an answer or an error."""

    name, label, column = "bt-dht", "BitTorrent DHT Protocol", "BT-DHT"
    heuristics = ("udp",)
    likely = Likely({0: b"d", 1: b"12"})
    probe = lambda p: (p.length > 11) & (
        (p.u32(0) == 0x64313A61) & (p.u8(4) == 0x64) | (p.u32(0) == 0x64313A72) & (p.u8(4) == 0x64)
        | (p.u32(0) == 0x64323A69) & (p.u8(4) == 0x70) | (p.u32(0) == 0x64313A65) & (p.u8(4) == 0x6C))  # fmt: skip

    text = string(None, "bt-dht.bencoded.string", "String")
    number = string(None, "bt-dht.bencoded.int", "Int")
    list_ = group("bt-dht.bencoded.list", "List")
    dictionary = group("bt-dht.bencoded.dict", "Dictionary")
    entry = group("bt-dht.bencoded.dict_entry", "Dictionary Entry")
    terminator = string(None, "bt-dht.bencoded.list.terminator", "Terminator")
    error = group("bt-dht.error", "Error")
    peer = group("bt-dht.peer", "Peer")
    peers = group("bt-dht.peers", "Peers")
    node = group("bt-dht.node", "Node")
    nodes = group("bt-dht.nodes", "Nodes")
    id = raw(None, "bt-dht.id", "ID", size=20)
    ip = ipv4(None, "bt-dht.ip", "IP")
    ip6 = ipv6(None, "bt-dht.ip6", "IP")
    port = u16(None, "bt-dht.port", "Port")
    mark = raw(None, "", "Mark")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        said = ["BitTorrent DHT Protocol"]
        c.info(said[0])
        c.add(cls.mark, 1)
        cls._entries(c, 0, said)
        c.rest(cls.mark)
        c.info("".join(said))

    @classmethod
    def _entries(cls, c: Cursor, depth: int, said: list[str]) -> None:
        """The entries of a dictionary, and its end."""
        while c.peek_bytes(1) != b"e":
            with c.group(cls.entry) as c:
                key = cls._text(c, True)
                c.label(KEYS.get(key, key.decode("utf-8", "replace")))
                if key in (b"nodes", b"nodes6") and c.peek_bytes(1).isdigit():
                    cls._nodes(c, 26 if key == b"nodes" else 38, said)
                elif key == b"values" and c.peek_bytes(1) == b"l":
                    cls._peers(c, said)
                elif key == b"e" and c.peek_bytes(1) == b"l" and not depth:
                    cls._error(c, said)
                elif key == b"ip" and not depth and c.peek_bytes(2) == b"6:":
                    c.add(cls.mark, 2)
                    c.add(cls.ip)
                    c.add(cls.port)
                else:
                    cls._value(c, depth + 1, said, key in PLAIN)
        c.add(cls.terminator, 1)

    @classmethod
    def _value(cls, c: Cursor, depth: int, said: list[str], plain: bool) -> None:
        kind = c.peek_bytes(1)
        if depth > DEEPEST:
            c.note("warn", "Undecoded", "Values are nested too deeply", "bt-dht.deep")
            c.rest(cls.mark)
        elif kind == b"d":
            with c.group(cls.dictionary) as c:
                c.add(cls.mark, 1)
                cls._entries(c, depth, said)
        elif kind == b"l":
            with c.group(cls.list_) as c:
                c.add(cls.mark, 1)
                while c.peek_bytes(1) != b"e":
                    cls._value(c, depth + 1, said, False)
                c.add(cls.terminator, 1)
        elif kind == b"i":
            cls._number(c)
        else:
            cls._text(c, plain)

    @classmethod
    def _text(cls, c: Cursor, plain: bool) -> bytes:
        """A string, shown as text or as hex."""
        width, size = length_at(c)
        c.add(cls.mark, width)
        octets = c.peek_bytes(size)
        c.add(cls.text, size, value=octets.decode("utf-8", "replace") if plain else octets.hex())
        return octets

    @classmethod
    def _number(cls, c: Cursor) -> str:
        end = c.data.find(b"e", c.pos, min(c.end, c.pos + 24))
        c.add(cls.mark, 1)
        text = c.add(cls.number, max(end - c.pos, 0))
        c.add(cls.terminator, 1)
        return str(text)

    @classmethod
    def _error(cls, c: Cursor, said: list[str]) -> None:
        with c.group(cls.error) as c:
            c.add(cls.mark, 1)
            number = cls._number(c)
            text = cls._text(c, True).decode("utf-8", "replace")
            c.add(cls.terminator, 1)
            said.append(f"error_no={number} error_msg={text} ")

    @classmethod
    def _nodes(cls, c: Cursor, size: int, said: list[str]) -> None:
        width, whole = length_at(c)
        c.add(cls.mark, width)
        count = whole // size
        with c.group(cls.nodes, whole, f"Value: {count} nodes") as c:
            for number in range(1, count + 1):
                with c.group(cls.node, size, f"Node {number}") as c:
                    c.add(cls.id)
                    c.add(cls.ip if size == 26 else cls.ip6)
                    c.add(cls.port)
        said.append(f" reply={count} nodes")

    @classmethod
    def _peers(cls, c: Cursor, said: list[str]) -> None:
        count = 0
        with c.group(cls.peers) as c:
            c.add(cls.mark, 1)
            while c.peek_bytes(1) != b"e":
                width, size = length_at(c)
                c.add(cls.mark, width)
                if size not in (6, 18):
                    c.add(cls.mark, size)
                    continue
                count += 1
                with c.group(cls.peer, size, f"Peer {count}") as c:
                    address: Any = c.add(cls.ip if size == 6 else cls.ip6)
                    port = c.add(cls.port)
                    if size == 6:
                        c.label(f"Peer {count} (IP/Port: {IPv4Address(address)}:{port})")
            c.add(cls.terminator, 1)
        said.append(f" reply={count} peers")
