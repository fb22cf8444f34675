"""6LoWPAN, IPv6 over 802.15.4 (RFC 4944), its headers compressed (RFC 6282).

    0x41: IPv6 as it is;  11000, 11100: a fragment: size (11 bits), tag (16), offset (8, not of the first)
    10: mesh: widths and hops, originator, destination;  0x50: broadcast: sequence (8)
    011: word (16): traffic class (2), next (1), hops (2), contexts (1), source (1, 2), multicast (1), destination (1, 2);
         then contexts, class, next, hops, source, destination as the word has left them; UDP or extensions compressed too
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.fields import HEX, UINT8, UINT16, Field, flag, ipv6, raw, u8, u16, u24, u64
from dissect.engine.layer import Layer
from dissect.layers.checksums import ones_complement
from dissect.layers.wpan import WPAN

PLAIN, BROADCAST = 0x41, 0x50
LOCAL, ANY = bytes.fromhex("fe80000000000000"), bytes(8)
HOPS = (0, 1, 64, 255)
EXTENSIONS = (0, 43, 44, 60, 135, 0, 0, 41)
UDP = 17
MOST = 8  # extensions one after the other
WIDTHS = (16, 8, 2, 0)


def _link_addresses(c: Cursor) -> tuple[bytes, bytes]:
    """The interface identifiers that the frame's own addresses make, of source and destination."""
    source = target = ANY
    for layer in c.run.tree.layers:
        if layer.layer.name == "wpan":
            for node in layer.walk():
                if node.field in (WPAN.src64, WPAN.dst64):
                    octets = bytes([node.value[0] ^ 2]) + node.value[1:]
                elif node.field in (WPAN.src16, WPAN.dst16):
                    octets = bytes.fromhex("000000fffe00") + node.value.to_bytes(2, "big")
                else:
                    continue
                if node.field in (WPAN.src64, WPAN.src16):
                    source = octets
                else:
                    target = octets
    return source, target


class LowPAN(Layer):
    """What a frame carries."""

    name, label, column = "6lowpan", "IPv6 over Low power Wireless Personal Area Networks", "6LoWPAN"
    binds = {"ethertype": (0xA0ED,)}
    reaches = ("ipv6", "data")

    pattern = u8(None, "6lowpan.pattern", "Pattern", HEX)
    fragment = u16(None, "", "Fragment", HEX)
    fragment_parts = (
        u8(None, "6lowpan.pattern", "Pattern", HEX, mask=0xF8, within=fragment, size=1),
        u16(None, "6lowpan.frag.size", "Datagram size", mask=0x07FF, within=fragment),
    )
    tag, offset = u16(None, "6lowpan.frag.tag", "Datagram tag", HEX), Field("", "Datagram offset", UINT16)  # Wireshark's has too few bits
    mesh = u8(None, "", "Mesh", HEX)
    mesh_parts = (
        u8(None, "6lowpan.pattern", "Pattern", HEX, mask=0xC0, within=mesh),
        flag(None, "6lowpan.mesh.v", "V", 0x20, within=mesh), flag(None, "6lowpan.mesh.f", "D", 0x10, within=mesh),
        u8(None, "6lowpan.mesh.hops", "Hops left", mask=0x0F, within=mesh),
    )  # fmt: skip
    deep = u8(None, "6lowpan.mesh.hops8", "Deep Hops left (Flags.Hops left == 15)")
    from16, from64 = u16(None, "6lowpan.mesh.orig16", "Originator", HEX), u64(None, "6lowpan.mesh.orig64", "Originator", HEX)
    to16, to64 = u16(None, "6lowpan.mesh.dest16", "Destination", HEX), u64(None, "6lowpan.mesh.dest64", "Destination", HEX)
    sequence = u8(None, "6lowpan.bcast.seqnum", "Sequence number")
    word = u16(None, "", "IPHC Header", HEX)
    word_parts = (
        u8(0, "6lowpan.pattern", "Pattern", HEX, mask=0xE0, within=word, size=1),
        u16(None, "6lowpan.iphc.tf", "Traffic class and flow label", HEX, mask=0x1800, within=word),
        flag(None, "6lowpan.iphc.nh", "Next header", 0x0400, within=word),
        u16(None, "6lowpan.iphc.hlim", "Hop limit", HEX, mask=0x0300, within=word),
        flag(None, "6lowpan.iphc.cid", "Context identifier extension", 0x0080, within=word),
        flag(None, "6lowpan.iphc.sac", "Source address compression", 0x0040, within=word),
        u16(None, "6lowpan.iphc.sam", "Source address mode", HEX, mask=0x0030, within=word),
        flag(None, "6lowpan.iphc.m", "Multicast address compression", 0x0008, within=word),
        flag(None, "6lowpan.iphc.dac", "Destination address compression", 0x0004, within=word),
        u16(None, "6lowpan.iphc.dam", "Destination address mode", HEX, mask=0x0003, within=word),
    )
    contexts = u8(None, "", "Contexts", HEX)
    contexts_parts = (
        u8(None, "6lowpan.iphc.sci", "Source context identifier", HEX, mask=0xF0, within=contexts),
        u8(None, "6lowpan.iphc.dci", "Destination context identifier", HEX, mask=0x0F, within=contexts),
    )
    classes = u8(None, "", "Traffic class", HEX)
    ecn = u8(None, "6lowpan.ecn", "ECN", mask=0xC0, within=classes)
    dscp = u8(None, "6lowpan.dscp", "DSCP", mask=0x3F, within=classes)
    klass = Field("6lowpan.class", "Traffic class", UINT8, HEX)
    flows = u24(None, "", "Flow", HEX)
    flow = u24(None, "6lowpan.flow", "Flow label", HEX, mask=0x0FFFFF, within=flows)
    ecn_flow = u24(None, "", "ECN and flow", HEX)
    ecn_flow_parts = (
        u8(0, "6lowpan.ecn", "ECN", mask=0xC0, within=ecn_flow, size=1),
        u24(None, "6lowpan.flow", "Flow label", HEX, mask=0x0FFFFF, within=ecn_flow),
    )
    next_header, hop_limit = u8(None, "6lowpan.next", "Next header", HEX), u8(None, "6lowpan.hops", "Hop limit")
    from_, to = ipv6(None, "6lowpan.src", "Source"), ipv6(None, "6lowpan.dst", "Destination")
    extension = u8(None, "", "Extension header", HEX)
    extension_parts = (
        u8(None, "6lowpan.nhc.pattern", "Pattern", HEX, mask=0xF0, within=extension),
        u8(None, "6lowpan.nhc.ext.eid", "Header ID", HEX, mask=0x0E, within=extension),
        flag(None, "6lowpan.nhc.ext.nh", "Next header", 0x01, within=extension),
    )
    extension_next = u8(None, "6lowpan.nhc.ext.next", "Next header", HEX)
    extension_size = u8(None, "6lowpan.nhc.ext.length", "Header length")
    datagram = u8(None, "", "UDP header compression", HEX)
    datagram_parts = (
        u8(None, "6lowpan.nhc.pattern", "Pattern", HEX, mask=0xF8, within=datagram),
        flag(None, "6lowpan.nhc.udp.checksum", "Checksum", 0x04, within=datagram),
        u8(None, "6lowpan.nhc.udp.ports", "Ports", mask=0x03, within=datagram),
    )
    source_port, target_port = Field("6lowpan.udp.src", "Source port", UINT16), Field("6lowpan.udp.dst", "Destination port", UINT16)
    checksum = u16(None, "6lowpan.udp.checksum", "UDP checksum", HEX)
    contents = raw(None, "", "Contents")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        links, whole, headers = _link_addresses(c), True, 0
        while c.remaining and headers < MOST:
            headers += 1
            first = c.peek(1)
            if first >> 6 == 2:
                links = cls._mesh(c)
            elif first == BROADCAST:
                c.add(cls.pattern)
                c.add(cls.sequence)
            elif first >> 3 in (0x18, 0x1C):
                c.add(cls.fragment)
                c.add(cls.tag)
                whole = False
                if first >> 3 == 0x1C:
                    c.add(cls.offset, 1, value=8 * c.peek(1))
                    c.child("data")
                    return
            else:
                break
        if not c.remaining:
            return
        if first == PLAIN:
            c.add(cls.pattern)
            c.child("ipv6" if whole else "data")
        elif first >> 5 == 3:
            cls._compressed(c, links, whole)
        c.rest(cls.contents)

    @classmethod
    def _mesh(cls, c: Cursor) -> tuple[bytes, bytes]:
        """Who sent it, and to whom, over several frames."""
        flags = c.add(cls.mesh)
        if flags & 15 == 15:
            c.add(cls.deep)
        found = []
        for short, narrow, wide in ((flags & 0x20, cls.from16, cls.from64), (flags & 0x10, cls.to16, cls.to64)):
            if short:
                found.append(bytes.fromhex("000000fffe00") + c.add(narrow).to_bytes(2, "big"))
            else:
                octets = c.add(wide).to_bytes(8, "big")
                found.append(bytes([octets[0] ^ 2]) + octets[1:])
        return found[0], found[1]

    @classmethod
    def _compressed(cls, c: Cursor, links: tuple[bytes, bytes], whole: bool) -> None:
        word = c.add(cls.word)
        if word & 0x80:
            c.add(cls.contexts)
        traffic, flow = cls._traffic(c, word >> 11 & 3)
        following = -1 if word & 0x0400 else c.add(cls.next_header)
        hops = HOPS[word >> 8 & 3] or c.add(cls.hop_limit)
        source = cls._unicast(c, cls.from_, word >> 4 & 3, bool(word & 0x40), links[0])
        if word & 8:
            target = cls._multicast(c, word & 3, bool(word & 4))
        else:
            target = cls._unicast(c, cls.to, word & 3, bool(word & 4), links[1])
        payload = b""
        if following < 0:
            following, payload = cls._header(c, source + target, MOST)
        payload += c.peek_bytes(c.remaining)
        c.rest(cls.contents)
        start = (6 << 28 | traffic << 20 | flow).to_bytes(4, "big")
        made = start + len(payload).to_bytes(2, "big") + bytes([following, hops]) + source + target + payload
        c.inside("ipv6" if whole else "data", made, "Decompressed 6LoWPAN IPHC")

    @classmethod
    def _traffic(cls, c: Cursor, mode: int) -> tuple[int, int]:
        """Class, as IPv6 has it, and flow label."""
        ecn = dscp = flow = 0
        if mode in (0, 2):
            octet = c.add(cls.classes)
            ecn, dscp = octet >> 6, octet & 0x3F
        if mode == 0:
            flow = c.add(cls.flows) & 0xFFFFF
        elif mode == 1:
            octets = c.add(cls.ecn_flow)
            ecn, flow = octets >> 22, octets & 0xFFFFF
        if ecn or dscp:
            c.derived(cls.klass, dscp << 2 | ecn)
        return dscp << 2 | ecn, flow

    @classmethod
    def _unicast(cls, c: Cursor, field: Field, mode: int, context: bool, link: bytes) -> bytes:
        """An address; of a context only its place is known, and its prefix taken to be none."""
        prefix = ANY if context else LOCAL
        if context and mode == 0:
            c.derived(field, bytes(16))
            return bytes(16)
        inline = c.peek_bytes(WIDTHS[mode])
        if mode == 0:
            octets = inline
        elif mode == 1:
            octets = prefix + inline
        elif mode == 2:
            octets = prefix + bytes.fromhex("000000fffe00") + inline
        else:
            octets = prefix + link
        if inline:
            c.add(field, len(inline), value=octets)
        else:
            c.derived(field, octets)
        return octets

    @classmethod
    def _multicast(cls, c: Cursor, mode: int, context: bool) -> bytes:
        inline = c.peek_bytes(6 if context else (16, 6, 4, 1)[mode])
        if context:  # of a unicast prefix (RFC 3306), which only the context tells
            octets = b"\xff" + inline[:2] + bytes(9) + inline[2:]
        elif mode == 0:
            octets = inline
        elif mode == 3:
            octets = b"\xff\x02" + bytes(13) + inline
        else:
            octets = b"\xff" + inline[:1] + bytes(15 - len(inline)) + inline[1:]
        c.add(cls.to, len(inline), value=octets)
        return octets

    @classmethod
    def _header(cls, c: Cursor, addresses: bytes, left: int) -> tuple[int, bytes]:
        """A compressed header ahead: its number, and it and those behind it as IPv6 has them."""
        first = c.peek(1)
        if first >> 3 == 0x1E:
            return UDP, cls._datagram(c, addresses)
        if first >> 4 != 0x0E or not left:
            return 59, b""
        c.add(cls.extension)
        number, following = EXTENSIONS[first >> 1 & 7], 59
        if not first & 1:
            following = c.add(cls.extension_next)
        size = c.add(cls.extension_size)
        inner = c.peek_bytes(size)
        if size:
            c.add(cls.contents, size)
        behind = b""
        if first & 1:
            following, behind = cls._header(c, addresses, left - 1)
        gap = -(len(inner) + 2) % 8
        inner += _padding(gap) if gap else b""
        return number, bytes([following, (len(inner) + 2) // 8 - 1]) + inner + behind

    @classmethod
    def _datagram(cls, c: Cursor, addresses: bytes) -> bytes:
        kind = c.add(cls.datagram)
        ports = kind & 3
        if ports == 3:
            both = c.peek(1)
            source, target = 0xF0B0 | both >> 4, 0xF0B0 | both & 15
            c.derived(cls.source_port, source)
            c.add(cls.target_port, 1, value=target)
        else:
            source = c.add(cls.source_port, 1, value=0xF000 | c.peek(1)) if ports == 2 else c.add(cls.source_port)
            target = c.add(cls.target_port, 1, value=0xF000 | c.peek(1)) if ports == 1 else c.add(cls.target_port)
        checksum = 0 if kind & 4 else c.add(cls.checksum)
        payload = c.peek_bytes(c.remaining)
        size = 8 + len(payload)
        head = source.to_bytes(2, "big") + target.to_bytes(2, "big") + size.to_bytes(2, "big")
        if kind & 4:  # left out: it is what it has to be
            pseudo = addresses + size.to_bytes(4, "big") + bytes([0, 0, 0, UDP])
            checksum = ~ones_complement(pseudo + head + bytes(2) + payload) & 0xFFFF or 0xFFFF
        return head + checksum.to_bytes(2, "big")


def _padding(size: int) -> bytes:
    """Options that fill up."""
    return bytes(1) if size == 1 else bytes([1, size - 2]) + bytes(size - 2)
