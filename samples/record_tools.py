"""The programs `record.sh` runs inside its namespaces: small servers and senders, a userspace tunnel.

Standard library only.  Nothing here is used by `dissect`.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import http.server
import os
import select
import socket
import struct
import sys
import threading
import time

IP_MTU_DISCOVER, IPV6_MTU_DISCOVER = 10, 23
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
PMTUDISC_DONT, PMTUDISC_DO, PMTUDISC_PROBE = 0, 2, 3


class Handler(http.server.BaseHTTPRequestHandler):
    """GET /bytes/N answers N bytes; POST reads everything and says how much it was."""

    protocol_version = "HTTP/1.1"

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.answer(b"y" * int(self.path.rsplit("/", 1)[-1] or 0))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(b"got %d bytes\n" % len(body))

    def log_message(self, format: str, *args: object) -> None:
        pass


class DualStack(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def echo(family: int, port: int) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind(("", port))
        while True:
            data, peer = s.recvfrom(65535)
            s.sendto(data[:64], peer)  # a short answer: proof of delivery without fragments of its own


def serve(args: argparse.Namespace) -> None:
    for family in (socket.AF_INET, socket.AF_INET6):
        threading.Thread(target=echo, args=(family, 7), daemon=True).start()
    DualStack(("::", args.port), Handler).serve_forever()


def udp(args: argparse.Namespace) -> None:
    """Send datagrams of the given payload sizes, waiting for an answer to each."""
    family, _, _, _, peer = socket.getaddrinfo(args.host, args.port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        level, option = (
            (socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER) if family == socket.AF_INET6 else (0, IP_MTU_DISCOVER)
        )
        how = PMTUDISC_PROBE if args.probe else PMTUDISC_DO if args.df else PMTUDISC_DONT
        s.setsockopt(level, option, how)
        s.settimeout(args.wait)
        for number, size in enumerate(args.sizes):
            payload = bytes((number + i) & 0xFF for i in range(size))
            try:
                s.sendto(payload, peer)
                s.recv(65535)
            except OSError:  # a time-out, or the error a PTB left on the socket
                time.sleep(0.05)


def trickle(args: argparse.Namespace) -> None:
    """Send a piece of data every tenth of a second for some seconds over one TCP connection."""
    with socket.create_connection((args.host, args.port), 3) as s:
        s.sendall(b"POST /upload HTTP/1.1\r\nHost: server\r\nContent-Length: 1000000\r\n\r\n")
        end = time.monotonic() + args.seconds
        s.settimeout(args.seconds)
        while time.monotonic() < end:
            with contextlib.suppress(OSError):  # the send buffer is full: nothing comes back
                s.sendall(b"z" * args.size)
            time.sleep(0.1)


def converse(args: argparse.Namespace) -> None:
    """Small exchanges over one TCP connection, a pause in which a capture can begin, small ones again, a large one."""
    with socket.create_connection((args.host, 80), 5) as s, contextlib.suppress(OSError):
        s.settimeout(args.seconds)
        for size, pause in ((50, 0), (60, 1.5), (70, 0.2), (80, 0), (args.size, 0)):
            s.sendall(b"POST /upload HTTP/1.1\r\nHost: server\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
            s.recv(4096)
            time.sleep(pause)


def open_tun(name: str) -> int:
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def tunnel(args: argparse.Namespace) -> None:
    """IP in GRE (with a key), IP, or Geneve: TUN device on one side, raw or UDP socket on the other."""
    fd = open_tun("tun0")
    kinds = {"gre": 47, "ipip": 4, "sit": 41}
    if args.kind == "geneve":
        outer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        outer.bind((args.local, 6081))
    else:
        outer = socket.socket(socket.AF_INET, socket.SOCK_RAW, kinds[args.kind])
        outer.bind((args.local, 0))
    outer.setsockopt(0, IP_MTU_DISCOVER, PMTUDISC_DONT)  # the outer packet may be fragmented
    while True:
        for ready in select.select([fd, outer.fileno()], [], [])[0]:
            if ready == fd:
                packet = os.read(fd, 65535)
                ethertype = 0x86DD if packet[0] >> 4 == 6 else 0x0800
                if args.kind == "gre":
                    head = struct.pack(">HHI", 0x2000, ethertype, args.key)
                elif args.kind == "geneve":  # no options, virtual network 42
                    head = struct.pack(">BBHI", 0, 0, ethertype, 42 << 8)
                else:
                    head = b""
                    if (args.kind == "sit") != (ethertype == 0x86DD):
                        continue
                outer.sendto(head + packet, (args.remote, 6081 if args.kind == "geneve" else 0))
            else:
                data, (source, *_) = outer.recvfrom(65535)
                if source != args.remote:
                    continue
                if args.kind != "geneve":
                    data = data[(data[0] & 15) * 4 :]
                with contextlib.suppress(OSError):  # the device may not be up yet
                    os.write(fd, data[8:] if args.kind in ("gre", "geneve") else data)


def join(args: argparse.Namespace) -> None:
    """Join and leave multicast groups, the way a program that listens does."""
    v4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    v6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    index = socket.if_nametoindex(args.interface)
    any_source = socket.inet_aton("233.252.0.1") + struct.pack("=4si", bytes(4), index)
    one_source = b"".join(map(socket.inet_aton, ("232.1.2.3", args.address, "198.51.100.10")))
    group6 = socket.inet_pton(socket.AF_INET6, "ff3e::db8:1") + struct.pack("=i", index)
    v4.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, any_source)
    v4.setsockopt(socket.IPPROTO_IP, 39, one_source)  # IP_ADD_SOURCE_MEMBERSHIP
    v6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group6)
    time.sleep(args.seconds)
    v4.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, any_source)
    v6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP, group6)
    time.sleep(0.5)


def ones_sum(data: bytes) -> int:
    data += bytes(len(data) & 1)
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source: str, target: str, proto: int, body: bytes, ident: int, frag: int, tos: int = 0) -> bytes:
    """`frag` is the whole 16-bit word: flags and offset in units of 8."""
    ends = socket.inet_aton(source) + socket.inet_aton(target)
    head = struct.pack(">BBHHHBBH", 0x45, tos, 20 + len(body), ident, frag, 64, proto, 0) + ends
    return head[:10] + struct.pack(">H", ones_sum(head)) + head[12:] + body


def udp_datagram(source: str, target: str, size: int, port: int = 40000) -> bytes:
    """A UDP header and payload of `size` octets in all, with its checksum, over IPv4 or IPv6."""
    pair = [socket.inet_pton(socket.AF_INET6 if ":" in a else socket.AF_INET, a) for a in (source, target)]
    body = struct.pack(">HHHH", port, 9, size, 0) + bytes(i & 0xFF for i in range(size - 8))
    check = ones_sum(b"".join(pair) + struct.pack(">II", size, 17) + body)
    return body[:6] + struct.pack(">H", check) + body[8:]


def odd_ptb(args: argparse.Namespace) -> None:
    """A router's packet-too-big messages as they should not be, quoting what `client` sent (or not)."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    sender, target = args.client, args.server
    cases = [  # next-hop MTU, length and DF of the quoted packet, the port it came from
        (0, 1500, True, 40000),
        (1500, 1500, True, 40001),
        (60, 1500, True, 40002),
        (552, 1500, True, 40003),
        (1400, 1500, False, 40004),
        (1400, 1500, True, 50999),
    ]
    for number, (mtu, length, df, port) in enumerate(cases):
        body = udp_datagram(sender, target, length - 20, port)
        quoted = ipv4(sender, target, 17, body, 0x1000 + number, 0x4000 if df else 0)
        message = struct.pack(">BBHHH", 3, 4, 0, 0, mtu) + quoted[:528]
        message = message[:2] + struct.pack(">H", ones_sum(message)) + message[4:]
        raw.sendto(message, (sender, 0))
        time.sleep(0.05)


def odd_sender(args: argparse.Namespace) -> None:
    """What `odd_ptb` quotes, as far as it was really sent."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for number in range(5):
        body = udp_datagram(args.client, args.server, 1480, 40000 + number)
        df = 0 if number == 4 else 0x4000
        raw.sendto(ipv4(args.client, args.server, 17, body, 0x1000 + number, df), (args.server, 0))
        time.sleep(0.02)


def odd_fragments(args: argparse.Namespace) -> None:
    """Fragments as no sane sender makes them; each case has an identification of its own."""
    source, target = args.client, args.server
    mf, df = 0x2000, 0x4000
    data = udp_datagram(source, target, 2400)
    other = bytes(len(data)).replace(b"\0", b"X")
    tcp = struct.pack(">HHIIBBHHH", 40000, 80, 1, 0, 0x50, 2, 1000, 0, 0) + bytes(60)
    cases: list[tuple[int, list[tuple[int, int, bytes]]]] = [  # proto, (flags, offset in octets, octets)
        (17, [(df | mf, 0, data[:1200]), (df, 1200, data[1200:])]),
        (17, [(mf, 0, data[:1200]), (mf, 800, data[800:1600]), (0, 1600, data[1600:])]),
        (17, [(mf, 0, data[:1200]), (mf, 800, other[800:1600]), (0, 1600, data[1600:])]),
        (17, [(mf, 0, data[:1203]), (0, 1208, data[1208:])]),
        (17, [(mf, 0, data[:1200]), (0, 65528, data[:400])]),
        (6, [(mf, 0, tcp[:8]), (0, 8, tcp[8:])]),
        (17, [(0, 1200, data[1200:]), (0, 1200, data[1200:1800]), (mf, 0, data[:1200])]),
        (17, [(0, 1200, data[1200:]), (mf, 0, data[:1200])]),
        (17, [(mf, 0, data[:800]), (0, 1600, data[1600:])]),
        (17, [(mf, at, data[at : at + 48]) for at in range(0, 2352, 48)] + [(0, 2352, data[2352:])]),
        (17, [(mf, 0, data[:1200]), (0, 1200, data[1200:]), (mf, 0, other[:1200]), (0, 1200, other[1200:])]),
    ]
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for number, (proto, pieces) in enumerate(cases):
        for flags, at, piece in pieces:
            raw.sendto(ipv4(source, target, proto, piece, 0x2000 + number, flags | at >> 3), (target, 0))
        time.sleep(0.05)
    for number in range(2):  # type of service differs between the fragments of one datagram
        piece, frag = (data[:1200], mf) if number == 0 else (data[1200:], 150)
        raw.sendto(ipv4(source, target, 17, piece, 0x2100, frag, (0, 0xB8)[number]), (target, 0))


def odd_fragments_v6(args: argparse.Namespace) -> None:
    """The same over IPv6, where an overlap kills the datagram."""
    source, target = args.client, args.server
    ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, target)
    data = udp_datagram(source, target, 2400)
    other = b"X" * 2400
    options = struct.pack(">BB", 17, 1) + bytes([1, 12]) + bytes(12)  # destination options, 16 octets
    cases: list[tuple[int, list[tuple[int, int, bytes]]]] = [  # next header, (more, offset in octets, octets)
        (17, [(1, 0, data[:1200]), (1, 800, data[800:1600]), (0, 1600, data[1600:])]),
        (17, [(1, 0, data[:1200]), (1, 800, other[800:1600]), (0, 1600, data[1600:])]),
        (17, [(1, 0, data[:1200]), (1, 0, data[:1200]), (0, 1200, data[1200:])]),
        (17, [(1, 0, data[:1203]), (0, 1208, data[1208:])]),
        (17, [(0, 0, udp_datagram(source, target, 200))]),
        (60, [(1, 0, options[:8]), (0, 8, options[8:] + data[:1000])]),
        (17, [(1, 0, data[:1200])]),
    ]
    raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for number, (following, pieces) in enumerate(cases):
        for more, at, piece in pieces:
            body = struct.pack(">BBHI", following, 0, at | more, 0x30000000 + number) + piece
            raw.sendto(struct.pack(">IHBB", 6 << 28, len(body), 44, 64) + ends + body, (target, 0))
        time.sleep(0.05)


def read_pcap(path: str) -> tuple[int, list[tuple[int, int, bytes]]]:
    """Link type and (microseconds, original length, bytes) of a little-endian pcap file."""
    with open(path, "rb") as f:
        data = f.read()
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    if magic != 0xA1B2C3D4:
        raise SystemExit(f"{path}: not a little-endian microsecond pcap file")
    packets, at = [], 24
    while at + 16 <= len(data):
        seconds, micros, captured, original = struct.unpack_from("<IIII", data, at)
        packets.append((seconds * 1_000_000 + micros, original, data[at + 16 : at + 16 + captured]))
        at += 16 + captured
    return link, packets


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def merge(args: argparse.Namespace) -> None:
    """Merge NAME=FILE.pcap captures into one pcapng, one interface each, by time; no machine facts."""
    comment = option(1, args.comment.encode()) + option(0, b"") if args.comment else b""
    out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + comment)]
    packets = []
    for number, item in enumerate(args.inputs):
        name, path = item.split("=", 1)
        link, found = read_pcap(path)
        out.append(block(1, struct.pack("<HHI", link, 0, 262144) + option(2, name.encode()) + option(0, b"")))
        packets += [(when, number, original, data) for when, original, data in found]
    for when, number, original, data in sorted(packets):
        head = struct.pack("<IIIII", number, when >> 32, when & 0xFFFFFFFF, len(data), original)
        out.append(block(6, head + data))
    with open(args.out, "wb") as f:
        f.write(b"".join(out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    p = commands.add_parser("serve")
    p.add_argument("--port", type=int, default=80)
    p.set_defaults(run=serve)
    p = commands.add_parser("udp")
    p.add_argument("host")
    p.add_argument("port", type=int)
    p.add_argument("sizes", type=int, nargs="+")
    p.add_argument("--df", action="store_true", help="set DF and heed PTBs")
    p.add_argument("--probe", action="store_true", help="set DF and ignore PTBs")
    p.add_argument("--wait", type=float, default=0.5)
    p.set_defaults(run=udp)
    p = commands.add_parser("trickle")
    p.add_argument("host")
    p.add_argument("port", type=int)
    p.add_argument("size", type=int)
    p.add_argument("seconds", type=float)
    p.set_defaults(run=trickle)
    p = commands.add_parser("converse")
    p.add_argument("host")
    p.add_argument("size", type=int)
    p.add_argument("seconds", type=float)
    p.set_defaults(run=converse)
    p = commands.add_parser("tunnel")
    p.add_argument("kind", choices=["gre", "ipip", "sit", "geneve"])
    p.add_argument("local")
    p.add_argument("remote")
    p.add_argument("--key", type=int, default=42)
    p.set_defaults(run=tunnel)
    p = commands.add_parser("join")
    p.add_argument("interface")
    p.add_argument("address")
    p.add_argument("--seconds", type=float, default=2)
    p.set_defaults(run=join)
    odd = (("odd-ptb", odd_ptb), ("odd-sender", odd_sender), ("odd-fragments", odd_fragments))
    for name, run in (*odd, ("odd-fragments-v6", odd_fragments_v6)):
        p = commands.add_parser(name)
        p.add_argument("client")
        p.add_argument("server")
        p.set_defaults(run=run)
    p = commands.add_parser("merge")
    p.add_argument("out")
    p.add_argument("inputs", nargs="+")
    p.add_argument("--comment", default="")
    p.set_defaults(run=merge)
    args = parser.parse_args()
    sys.exit(args.run(args))


if __name__ == "__main__":
    main()
