"""Make a big, believable capture from the packets of `samples/`, reproducibly and fast.

    python tests/bench/make_capture.py OUT.pcap [--packets N] [--seed N] [--dns | --http-only | --fragments]

A *script* is one conversation: who sends what, with payloads taken from the samples (HTTP, TLS handshakes,
DNS messages) and stretched with bulk data.  A script becomes a row of bytes with holes for everything that
differs between conversations; thousands of copies of the row are made at once and the holes filled with
NumPy: addresses, ports, IP identifications, sequence and acknowledgement numbers, TCP timestamps, DNS
transaction ids, and all checksums (each is a constant of the script plus the words that were filled in).
The packets of a slab of conversations are then put in time order and written.  Conversations begin and end
within their slab of about 150,000 packets; the last slab is cut where the wanted number is reached.

After a million packets the same ones come again, later and between other hosts: what is added to a client's address
is taken from the server's, so that every checksum stays right.
"""

from __future__ import annotations

import argparse
import struct
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import dpkt
import numpy as np

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SLAB = 150_000
MILLION = 1_000_000  # packets made; further ones are these again
PIECE = 1 << 26  # octets patched at a time
START = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z in microseconds
SYN, FIN, PSH, ACK = 2, 1, 8, 16
CLIENT, SERVER = 0, 1


def ones_sum(data: bytes) -> int:
    """The sum of 16-bit words, as a plain integer, not yet folded."""
    data += b"\0" * (len(data) & 1)
    return int(np.frombuffer(data, ">u2").sum(dtype=np.int64))


# ---------------------------------------------------------------- a packet before its holes are filled


@dataclass
class Packet:
    """One packet of a script: its bytes, and where the holes are (offsets from the start of the frame)."""

    side: int
    data: bytearray
    gap: float  # seconds since the packet before
    ip: int = -1  # where the IP header begins
    v6: bool = False
    l4: int = -1  # where ports are; -1 for none
    check: int = -1  # where the transport checksum is
    check_sum: int = 0  # the sum of everything constant that it covers
    seq: int = -1  # TCP: where the sequence number is …
    seq_add: int = 0
    ack_add: int = -1  # … and what to add to the peer's (-1: no ACK)
    stamp: int = -1  # TCP: where the timestamp value is
    ident: int = -1  # where an identification is that all packets of a datagram share (2 or 4 bytes)
    words: list[tuple[int, str]] = field(default_factory=list)  # other 16-bit holes: (offset, name)
    arp: bool = False


@dataclass
class Script:
    """A conversation, made once per slab in as many copies as its weight asks for."""

    name: str
    packets: list[Packet]
    weight: float  # its share of packets
    port: int = 0
    kind: str = "tcp"

    @cached_property
    def template(self) -> bytes:
        """The records of its packets with holes, times among them."""
        return b"".join(struct.pack("<8xII", len(p.data), len(p.data)) + p.data for p in self.packets)

    @cached_property
    def starts(self) -> np.ndarray:
        """Where they begin, and the end."""
        return np.concatenate(([0], np.cumsum([len(p.data) + 16 for p in self.packets])))


class Conversation:
    """Builds the packets of one script: link, network and transport headers around payloads."""

    def __init__(
        self, *, v6: bool = False, vlan: bool = False, port: int = 80, proto: int = 6, hops: int = 57
    ) -> None:
        self.v6, self.vlan, self.port, self.proto, self.hops = v6, vlan, port, proto, hops
        self.packets: list[Packet] = []
        self.sent = [0, 0]  # sequence numbers used so far, by side

    def link(self, ethertype: int) -> bytes:
        tag = struct.pack(">HH", 0x8100, 110) if self.vlan else b""
        return bytes(12) + tag + struct.pack(">H", ethertype)

    def network(self, side: int, proto: int, length: int, frag: int = 0x4000) -> bytes:
        hops = 64 if side == CLIENT else self.hops
        if self.v6:
            return self.link(0x86DD) + struct.pack(">IHBB32x", 0x60000000, length, proto, hops)
        return self.link(0x0800) + struct.pack(">BBHHHBBH8x", 0x45, 0, 20 + length, 0, frag, hops, proto, 0)

    def add(self, side: int, transport: bytes, gap: float, check_at: int, frag: int = 0x4000) -> Packet:
        head = self.network(side, self.proto, len(transport), frag)
        ip = len(head) - (40 if self.v6 else 20)
        packet = Packet(side, bytearray(head + transport), gap, ip, self.v6, l4=len(head))
        packet.check = len(head) + check_at
        packet.check_sum = ones_sum(transport) + len(transport) + self.proto
        self.packets.append(packet)
        return packet

    def tcp(self, side: int, flags: int, payload: bytes = b"", gap: float = 0.00002, mss: int = 0) -> None:
        if flags & SYN:
            options = struct.pack(">BBHBBBBIIBBBB", 2, 4, mss, 4, 2, 8, 10, 0, 0, 1, 3, 3, 7)
        else:
            options = struct.pack(">BBBBII", 1, 1, 8, 10, 0, 0)
        header = struct.pack(">HHIIBBHHH", 0, 0, 0, 0, (20 + len(options)) << 2, flags, 501, 0, 0) + options
        packet = self.add(side, header + payload, gap, 16)
        packet.seq, packet.seq_add = packet.l4 + 4, self.sent[side]
        packet.ack_add = self.sent[1 - side] if flags & ACK else -1
        packet.stamp = packet.l4 + (28 if flags & SYN else 24)
        self.sent[side] += len(payload) + (1 if flags & (SYN | FIN) else 0)

    def connect(self) -> None:
        mss = 1440 if self.v6 else 1460
        self.tcp(CLIENT, SYN, mss=mss)
        self.tcp(SERVER, SYN | ACK, gap=0.012, mss=mss)
        self.tcp(CLIENT, ACK)

    def say(self, side: int, payload: bytes, gap: float = 0.002) -> None:
        """Send some bytes in full segments, acknowledged every second one."""
        size = 1428 if self.v6 else 1448
        pieces = [payload[i : i + size] for i in range(0, len(payload), size)]
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            self.tcp(side, ACK | (PSH if last else 0), piece, gap if number == 0 else 0.00003)
            if number % 2 or last:
                self.tcp(1 - side, ACK)

    def close(self) -> None:
        self.tcp(CLIENT, FIN | ACK, gap=0.001)
        self.tcp(SERVER, FIN | ACK, gap=0.012)
        self.tcp(CLIENT, ACK)

    def udp(self, side: int, payload: bytes, gap: float = 0.01, frag: int = 0) -> Packet:
        return self.add(side, struct.pack(">HHHH", 0, 0, 8 + len(payload), 0) + payload, gap, 6, frag)

    def fragmented(self, side: int, payload: bytes, gap: float = 0.01) -> None:
        """One UDP datagram in as many fragments as a 1500-octet link makes of it."""
        datagram = struct.pack(">HHHH", 0, 0, 8 + len(payload), 0) + payload
        room = 1448 if self.v6 else 1480
        for at in range(0, len(datagram), room):
            piece, more = datagram[at : at + room], at + room < len(datagram)
            if self.v6:
                fragment = struct.pack(">BBHI", 17, 0, at | more, 0)
                head = self.network(side, 44, 8 + len(piece)) + fragment
                packet = Packet(side, bytearray(head + piece), gap, len(head) - 48, True)
                packet.ident = len(head) - 4
            else:
                head = self.network(side, 17, len(piece), at >> 3 | (0x2000 if more else 0))
                packet = Packet(side, bytearray(head + piece), gap, len(head) - 20)
                packet.ident = len(head) - 16
            if at == 0:
                packet.l4, packet.check = len(head), len(head) + 6
                packet.check_sum = ones_sum(datagram) + len(datagram) + 17
            self.packets.append(packet)
            gap = 0.000012

    def ping(self, size: int = 56) -> None:
        for side in (CLIENT, SERVER):
            kind = ((128, 129) if self.v6 else (8, 0))[side]
            packet = self.add(side, struct.pack(">BBHHH", kind, 0, 0, 0, 1) + bytes(range(size)), 0.012, 2, 0)
            packet.words.append((packet.l4 + 4, "id"))
            packet.l4 = -1
            if not self.v6:  # no pseudo header
                packet.check_sum = ones_sum(bytes(packet.data[packet.check - 2 :]))

    def arp(self) -> None:
        for side in (CLIENT, SERVER):
            body = struct.pack(">HHBBH20x", 1, 0x0800, 6, 4, side + 1)
            data = bytearray(self.link(0x0806) + body + bytes(18 if side else 0))
            self.packets.append(Packet(side, data, 0.0004, arp=True, ip=len(self.link(0))))


# ---------------------------------------------------------------- payloads, from the samples


@dataclass
class Payloads:
    """What was found in the samples: whole TCP dialogues by kind, and DNS question and answer pairs."""

    http: list[list[tuple[int, bytes]]] = field(default_factory=list)
    tls: list[list[tuple[int, bytes]]] = field(default_factory=list)
    dns: list[tuple[bytes, bytes]] = field(default_factory=list)


def read_samples() -> Payloads:
    """The dialogues of `tour.pcapng`: retransmissions dropped, consecutive segments of a side joined."""
    found = Payloads()
    streams: dict[tuple[bytes, int], list[tuple[int, bytes]]] = defaultdict(list)
    seen: set[tuple[object, ...]] = set()
    questions: dict[tuple[object, ...], bytes] = {}
    with open(SAMPLES / "tour.pcapng", "rb") as file:
        for _, frame in dpkt.pcapng.Reader(file):
            ip = dpkt.ethernet.Ethernet(frame).data
            if not isinstance(ip, (dpkt.ip.IP, dpkt.ip6.IP6)):
                continue
            part = ip.data
            if isinstance(part, dpkt.udp.UDP) and 53 in (part.sport, part.dport):
                message = bytes(part.data)
                key = (message[:2], min(ip.src, ip.dst), max(part.sport, part.dport))
                if part.dport == 53:
                    questions[key] = message
                elif key in questions:
                    found.dns.append((questions[key], message))
            elif isinstance(part, dpkt.tcp.TCP) and part.data and {part.sport, part.dport} & {80, 443}:
                side = CLIENT if part.dport in (80, 443) else SERVER
                client, port = (ip.src, part.sport) if side == CLIENT else (ip.dst, part.dport)
                if (client, port, side, part.seq) not in seen:
                    seen.add((client, port, side, part.seq))
                    dialogue = streams[client, port]
                    if dialogue and dialogue[-1][0] == side:
                        dialogue[-1] = (side, dialogue[-1][1] + bytes(part.data))
                    else:
                        dialogue.append((side, bytes(part.data)))
    for dialogue in streams.values():
        first = dialogue[0][1]
        if first[:1] == b"\x16" and len(dialogue) > 3:
            found.tls.append(dialogue)
        elif first.split(b" ")[0] in (b"GET", b"POST") and sum(len(d) for _, d in dialogue) < 9000:
            found.http.append(dialogue)
    if not (found.http and found.tls and found.dns):
        raise SystemExit(f"{SAMPLES / 'tour.pcapng'}: no HTTP, TLS or DNS in it")
    return found


# ---------------------------------------------------------------- the scripts


def http_script(dialogue: list[tuple[int, bytes]], bulk: int, weight: float, **how: bool) -> Script:
    talk = Conversation(port=80, **how)
    talk.connect()
    for side, payload in dialogue:
        talk.say(side, payload)
    if bulk:
        body = (b"0123456789abcdef" * (bulk // 16 + 1))[:bulk]
        talk.say(CLIENT, b"GET /download HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n")
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/binary\r\nContent-Length: %d\r\n\r\n" % bulk
        talk.say(SERVER, head + body)
    talk.close()
    return Script("http", talk.packets, weight, 80)


def tls_script(dialogue: list[tuple[int, bytes]], up: int, down: int, weight: float, **how: bool) -> Script:
    talk = Conversation(port=443, **how)
    talk.connect()
    for side, payload in dialogue:
        talk.say(side, payload)
    noise = np.random.default_rng(7).bytes(16384)
    for side, records in ((CLIENT, up), (SERVER, down)):
        talk.say(side, (struct.pack(">BHH", 23, 0x0303, len(noise)) + noise) * records)
    talk.close()
    return Script("tls", talk.packets, weight, 443)


def dns_script(pair: tuple[bytes, bytes], weight: float, *, v6: bool = False, vlan: bool = False) -> Script:
    talk = Conversation(v6=v6, vlan=vlan, port=53, proto=17)
    for side, message in enumerate(pair):
        packet = talk.udp(side, message, 0.015, 0x4000 if side == CLIENT else 0)
        packet.words.append((packet.l4 + 8, "id"))
        if pair[0][12] >= 3:  # the second and third letter of the name
            packet.words.append((packet.l4 + 8 + 14, "letters"))
    return Script("dns", talk.packets, weight, 53, "dns")


def datagram_script(weight: float, *, v6: bool = False) -> Script:
    """A stream of datagrams of about QUIC's sizes, on a port nobody claims."""
    talk = Conversation(v6=v6, port=4433, proto=17)
    noise = np.random.default_rng(8).bytes(1400)
    for size in (1200, 1200, 600, 1350, 1350, 1350, 1350, 40):
        talk.udp(SERVER if size == 1350 else CLIENT, b"\x5a" + noise[:size], 0.003, 0x4000)
    return Script("udp", talk.packets, weight, 4433, "udp")


def fragment_script(sizes: tuple[int, ...], weight: float, *, v6: bool = False) -> Script:
    talk = Conversation(v6=v6, port=2049, proto=17)
    noise = np.random.default_rng(9).bytes(16000)
    for size in sizes:
        talk.fragmented(CLIENT, noise[:size])
        talk.udp(SERVER, noise[:40], 0.004)
    return Script("fragments", talk.packets, weight, 2049, "udp")


def small_script(kind: str, weight: float, *, v6: bool = False, vlan: bool = False) -> Script:
    talk = Conversation(v6=v6, vlan=vlan, proto=58 if v6 else 1)
    if kind == "ping":
        talk.ping()
    else:
        talk.arp()
    return Script(kind, talk.packets, weight, 0, kind)


def scripts(flavour: str) -> list[Script]:
    """The mix of a flavour; the weights are shares of packets and need not add up to one."""
    found = read_samples()
    many = range(10**6)
    if flavour == "dns":
        return [dns_script(p, 1.0, v6=i % 6 == 5) for i, p in zip(many, found.dns * 2, strict=False)]
    http, tls, n = found.http, found.tls, len(found.http)
    if flavour == "http":
        small = [http_script(d, 0, 0.5 / n, v6=i % 6 == 5) for i, d in zip(many, http, strict=False)]
        return small + [http_script(http[i % n], 3000 * (i + 1), 0.1, v6=i == 4) for i in range(5)]
    if flavour == "fragments":
        return [
            fragment_script((4000, 8000, 2500), 0.36),
            fragment_script((1600, 4000), 0.12, v6=True),
            *[http_script(d, 9000, 0.3 / n) for d in http],
            *[dns_script(p, 0.22 / len(found.dns)) for p in found.dns],
        ]
    mixed = [http_script(d, 0, 0.06 / n, vlan=i == 0) for i, d in zip(many, http, strict=False)]
    mixed += [http_script(http[i % n], size, 0.10) for i, size in enumerate((12_000, 30_000, 60_000, 90_000))]
    mixed += [http_script(http[0], 40_000, 0.08, v6=True), http_script(http[-1], 25_000, 0.04, vlan=True)]
    mixed += [tls_script(d, 0, 0, 0.06 / len(tls)) for d in tls]
    mixed += [tls_script(tls[i % len(tls)], 0, i + 1, 0.09) for i in range(4)]
    mixed += [tls_script(tls[0], 2, 1, 0.05), tls_script(tls[-1], 0, 3, 0.07, v6=True)]
    share = 0.07 / len(found.dns)
    mixed += [dns_script(p, share, vlan=i == 1) for i, p in zip(many, found.dns, strict=False)]
    mixed += [dns_script(found.dns[0], 0.03, v6=True), datagram_script(0.07), datagram_script(0.03, v6=True)]
    mixed += [small_script("ping", 0.02), small_script("ping", 0.01, v6=True), small_script("arp", 0.02)]
    return mixed


# ---------------------------------------------------------------- many copies of a script at once


def fold(total: np.ndarray) -> np.ndarray:
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return (~total & 0xFFFF).astype(np.uint16)


def put16(rows: np.ndarray, at: int, value: np.ndarray) -> None:
    rows[:, at] = value >> 8
    rows[:, at + 1] = value & 0xFF


def put32(rows: np.ndarray, at: int, value: np.ndarray) -> np.ndarray:
    """Writes 32 bits; gives the sum of the two words, for the checksum."""
    high, low = value >> 16 & 0xFFFF, value & 0xFFFF
    put16(rows, at, high)
    put16(rows, at + 2, low)
    return high + low


class Copies:
    """`count` copies of a script, filled in; `times` are microseconds since the slab's start."""

    def __init__(self, script: Script, rows: np.ndarray, span: float, rng: np.random.Generator) -> None:
        count = len(rows)
        self.starts = script.starts
        self.rows = rows
        self.rows[:] = np.frombuffer(script.template, np.uint8)
        gaps = np.cumsum([p.gap for p in script.packets])
        pace = rng.uniform(0.5, 3.0, count)
        begin = rng.uniform(0, span, count)
        self.times = ((begin[:, None] + pace[:, None] * gaps) * 1e6).astype(np.int64)
        self.fill(script, count, rng)

    def fill(self, script: Script, count: int, rng: np.random.Generator) -> None:
        def random(high: int, low: int = 0) -> np.ndarray:
            return rng.integers(low, high, count, dtype=np.int64)

        hosts = (random(4000), random(600) % random(600, 1))  # some servers are much more popular than others
        ports = (random(61000, 49152), np.full(count, script.port))
        first = (random(1 << 32), random(1 << 32))  # initial sequence numbers
        clock = (random(1 << 31), random(1 << 31))
        ids = [random(1 << 16), random(1 << 16)]
        shared = random(1 << 32)
        names = {"id": random(1 << 16), "letters": (97 + random(26)) << 8 | (97 + random(26))}
        ticks = self.times // 1000
        for number, packet in enumerate(script.packets):
            rows = self.rows[:, self.starts[number] + 16 : self.starts[number + 1]]
            side, other = packet.side, 1 - packet.side
            for at, who in ((0, other), (6, side)):  # local MAC addresses; one gateway for all servers
                rows[:, at] = 2
                if who == CLIENT:
                    put16(rows, at + 4, hosts[CLIENT])
                else:
                    rows[:, at + 5] = 0xFE
            if packet.arp:
                self.fill_arp(rows, packet, hosts[CLIENT])
                continue
            address_sum = self.fill_addresses(rows, packet, hosts)
            if not packet.v6:
                if packet.ident >= 0:
                    if number and packet.data[packet.ip + 6] & 0x1F == 0 and not packet.data[packet.ip + 7]:
                        shared = shared + 1
                    ident = shared & 0xFFFF
                else:
                    ids[side] = ids[side] + 1 & 0xFFFF
                    ident = ids[side]
                put16(rows, packet.ip + 4, ident)
                header = ones_sum(bytes(packet.data[packet.ip : packet.ip + 20]))
                put16(rows, packet.ip + 10, fold(header + address_sum + ident))
            elif packet.ident >= 0:
                if number and packet.check >= 0:
                    shared = shared + 1
                put32(rows, packet.ident, shared & 0xFFFFFFFF)
            if packet.check < 0:
                continue
            pseudo = script.kind != "ping" or packet.v6
            total = np.full(count, packet.check_sum) + (address_sum if pseudo else 0)
            if packet.l4 >= 0:
                put16(rows, packet.l4, ports[side])
                put16(rows, packet.l4 + 2, ports[other])
                total += ports[side] + ports[other]
            if packet.seq >= 0:
                total += put32(rows, packet.seq, first[side] + packet.seq_add & 0xFFFFFFFF)
                total += put32(rows, packet.stamp, clock[side] + ticks[:, number] & 0xFFFFFFFF)
                if packet.ack_add >= 0:
                    total += put32(rows, packet.seq + 4, first[other] + packet.ack_add & 0xFFFFFFFF)
                    echoed = clock[other] + ticks[:, max(number - 1, 0)]
                    total += put32(rows, packet.stamp + 4, echoed & 0xFFFFFFFF)
            for at, name in packet.words:
                total += names[name] - (packet.data[at] << 8 | packet.data[at + 1])
                put16(rows, at, names[name])
            put16(rows, packet.check, fold(total))

    def fill_addresses(
        self, rows: np.ndarray, packet: Packet, hosts: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Source and destination; gives the sum of their words.  Clients 10.20/16, servers 198.18/15."""
        total = np.zeros(len(rows), np.int64)
        width = 16 if packet.v6 else 4
        at = packet.ip + (8 if packet.v6 else 12)
        for who in (packet.side, 1 - packet.side):
            if packet.v6:
                words: tuple[object, ...] = (0x2001, 0x0DB8, 0x20 + who, 0, 0, 0, 0, hosts[who] + 16)
            else:
                words = (0xC612, hosts[who] * 37 + 16 & 0xFFFF) if who else (0x0A14, hosts[who] + 16)
            for index, word in enumerate(words):
                value = np.broadcast_to(np.asarray(word), len(rows))
                put16(rows, at + 2 * index, value)
                total += value
            at += width
        return total

    def fill_arp(self, rows: np.ndarray, packet: Packet, hosts: np.ndarray) -> None:
        """A client asks for the gateway, 10.20.0.1; the gateway answers."""
        at = packet.ip
        if packet.side == CLIENT:
            rows[:, :6] = 0xFF
        for who, place in ((packet.side, at + 8), (1 - packet.side, at + 18)):
            if who == CLIENT or packet.side == SERVER or place == at + 8:
                rows[:, place] = 2
                rows[:, place + 5] = 0xFE
                if who == CLIENT:
                    put16(rows, place + 4, hosts)
            rows[:, place + 6 : place + 10] = (10, 20, 0, 1)
            if who == CLIENT:
                put16(rows, place + 8, hosts + 16)


class Room:
    """Memory for the rows of a slab, the same for each: new pages cost more than what is written into them."""

    def __init__(self) -> None:
        self.octets = np.empty(0, np.uint8)

    def rows(self, shapes: list[tuple[int, int]]) -> tuple[np.ndarray, list[np.ndarray]]:
        """Arrays of these shapes, one behind the other, and where they begin."""
        base = np.concatenate(([0], np.cumsum([count * width for count, width in shapes])))
        if len(self.octets) < base[-1]:
            self.octets = np.empty(int(base[-1] * 1.05), np.uint8)
        parts = zip(shapes, base, base[1:], strict=False)
        return base, [self.octets[a:b].reshape(shape) for shape, a, b in parts]


def slab(
    mix: list[Script], packets: int, begin: int, rng: np.random.Generator, room: Room
) -> tuple[list[memoryview], int]:
    """At least `packets` packets in time order, as pieces of pcap file, and when the next slab may begin."""
    weights = sum(s.weight for s in mix)
    shares = [max(1, round(packets * s.weight / weights / len(s.packets) + 0.5)) for s in mix]
    span = packets / 12_000
    base, rows = room.rows([(count, len(s.template)) for s, count in zip(mix, shares, strict=True)])
    made = [Copies(script, own, span, rng) for script, own in zip(mix, rows, strict=True)]
    times = np.concatenate([c.times.ravel() for c in made]) + begin
    starts, ends = [], []
    for copies, offset in zip(made, base, strict=False):
        at = offset + np.arange(len(copies.rows))[:, None] * copies.rows.shape[1]
        starts.append((at + copies.starts[:-1]).ravel())
        ends.append((at + copies.starts[1:]).ravel())
        seconds, micros = np.divmod(copies.times + begin, 1_000_000)
        for number, start in enumerate(copies.starts[:-1]):
            head = np.stack((seconds[:, number], micros[:, number]), 1).astype("<u4").view(np.uint8)
            copies.rows[:, start : start + 8] = head
    everything = room.octets.data
    order = np.argsort(times, kind="stable")
    first, last = np.concatenate(starts)[order].tolist(), np.concatenate(ends)[order].tolist()
    return [everything[a:b] for a, b in zip(first, last, strict=True)], int(times.max()) + 1000


def slabs(packets: int, flavour: str, seed: int) -> Iterator[tuple[list[memoryview], int]]:
    """The packets of each slab, and when the next may begin."""
    mix, begin, number, room = scripts(flavour), START, 0, Room()
    while packets > 0:
        pieces, begin = slab(mix, min(SLAB, packets), begin, np.random.default_rng([seed, number]), room)
        yield pieces[:packets], begin
        packets -= len(pieces)
        number += 1


def elsewhere(octets: np.ndarray, starts: np.ndarray, later: int, turn: int) -> None:
    """The records that begin at `starts`, `later` microseconds later and between other hosts, in place."""

    def word(at: np.ndarray) -> np.ndarray:
        return octets[at].astype(np.int64) << 8 | octets[at + 1]

    def put(at: np.ndarray, value: np.ndarray) -> None:
        octets[at], octets[at + 1] = value >> 8 & 0xFF, value & 0xFF

    head = starts[:, None] + np.arange(8)
    seconds, micros = octets[head].view("<u4").astype(np.int64).T
    moved = seconds * 1_000_000 + micros + later
    octets[head] = np.stack((moved // 1_000_000, moved % 1_000_000), 1).astype("<u4").view(np.uint8)
    frame = starts + 16
    tagged = word(frame + 12) == 0x8100
    network = frame + np.where(tagged, 18, 14)
    kind = word(network - 2)
    for ethertype, source, destination, changing in ((0x0800, 12, 16, 0), (0x86DD, 8, 24, 6)):
        ip = network[kind == ethertype]
        for place in (source, destination):
            client = word(ip + place) == 0x0A14 if changing == 0 else word(ip + place + 4) == 0x20
            at = ip + place + changing
            put(at, (word(at) + np.where(client, turn, 0xFFFF - turn if changing else -turn)) & 0xFFFF)


def again(out: Path, starts: np.ndarray, packets: int, span: int) -> None:
    """Append the packets of the file, which begin at `starts`, until there are as many as wanted."""
    made = np.memmap(out, np.uint8, "r")
    with open(out, "ab") as file:
        for turn in range(1, -(-packets // len(starts))):
            wanted = starts[: packets - turn * len(starts)]
            end = starts[len(wanted)] if len(wanted) < len(starts) else len(made)
            for some in np.array_split(wanted, int(end // PIECE) + 1):
                after = np.searchsorted(wanted, some[-1], side="right")
                octets = np.array(made[some[0] : wanted[after] if after < len(wanted) else end])
                elsewhere(octets, some - some[0], turn * span, turn)
                file.write(octets.data)


def make(out: Path, packets: int, flavour: str = "mixed", seed: int = 1) -> None:
    """Write the capture; under its final name only when it is whole."""
    part = out.with_name(out.name + ".part")
    sizes, begin = [], START
    with open(part, "wb", buffering=1 << 22) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for pieces, after in slabs(min(packets, MILLION), flavour, seed):
            file.writelines(pieces)
            begin = after
            sizes.append(np.fromiter(map(len, pieces), np.int64, len(pieces)))
    if packets > MILLION:
        starts = 24 + np.concatenate(([0], np.cumsum(np.concatenate(sizes))[:-1]))
        again(part, starts, packets, begin - START)
    part.replace(out)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    for flag, flavour, text in (
        ("--dns", "dns", "DNS only"),
        ("--http-only", "http", "HTTP only"),
        ("--fragments", "fragments", "half of the packets are fragments of UDP datagrams"),
    ):
        parser.add_argument(flag, dest="flavour", action="store_const", const=flavour, help=text)
    args = parser.parse_args()
    begin = time.perf_counter()
    make(args.out, args.packets, args.flavour or "mixed", args.seed)
    took, size = time.perf_counter() - begin, args.out.stat().st_size
    mean = (size - 24) / max(args.packets, 1) - 16
    figures = f"{args.packets:,} packets, {size / 1e6:.1f} MB, mean {mean:.0f} octets, {took:.1f} s"
    print(f"{args.out}: {figures}", file=sys.stderr)


if __name__ == "__main__":
    main()
