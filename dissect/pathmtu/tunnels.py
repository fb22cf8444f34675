"""M28: datagrams that had to be fragmented because a tunnel's headers made them too long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dissect.library import Capture
from dissect.pathmtu.datagrams import Datagram
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import finding
from dissect.pathmtu.model import Finding

GRE, IP_IN_IP, IPV6_IN, ESP, L2TP = 47, 4, 41, 50, 115
PORTS = {4789: "vxlan", 8472: "vxlan", 6081: "geneve", 1701: "l2tp", 51820: "wireguard", 2152: "gtp", 4500: "esp"}
ETHERNET = 14
WIREGUARD_DATA = b"\4\0\0\0"
FULL = 1200  # bytes of an inner packet that is "of full size"


@dataclass(frozen=True, slots=True)
class Inside:
    """What a tunnel's packet carries: `overhead` octets around an inner IP packet of `inner` (0: encrypted)."""

    tunnel: str
    overhead: int
    inner: int
    inner_df: bool


def look_inside(protocol: int, payload: bytes, header: int) -> Inside | None:
    """What the payload of an outer IP packet (header of `header` octets) carries, if it is a tunnel's."""
    total = header + len(payload)
    if protocol == GRE and len(payload) >= 4:
        flags = int.from_bytes(payload[:2], "big")
        start = 4 + 4 * bool(flags & 0x8000) + 4 * bool(flags & 0x2000) + 4 * bool(flags & 0x1000)
        return _inner("gre", total, payload, start, payload[2:4] == b"\x65\x58")
    if protocol in (IP_IN_IP, IPV6_IN):
        return _inner("ipip" if protocol == IP_IN_IP else "6in4", total, payload, 0, False)
    if protocol == ESP:
        return Inside("esp", header + 8, 0, False)
    if protocol != 17 or len(payload) < 16:
        return None
    ports = int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:4], "big")
    name = PORTS.get(ports[1]) or PORTS.get(ports[0])
    if payload[8:12] == WIREGUARD_DATA and (len(payload) - 8) % 16 == 0:
        return Inside("wireguard", header + 8 + 32, 0, False)  # its own header (16) and tag (16)
    if name == "vxlan":
        return _inner(name, total, payload, 16, True)
    if name == "geneve":
        return _inner(name, total, payload, 16 + 4 * (payload[8] & 0x3F), payload[10:12] == b"\x65\x58")
    if name == "gtp":
        return _inner(name, total, payload, 16 + 4 * bool(payload[8] & 7), False)
    return Inside(name, header + 8, 0, False) if name else None


def _inner(tunnel: str, total: int, payload: bytes, start: int, ethernet: bool) -> Inside | None:
    start += ETHERNET * ethernet
    if start + 20 > len(payload):
        return None
    if payload[start] >> 4 == 4:
        size, df = int.from_bytes(payload[start + 2 : start + 4], "big"), bool(payload[start + 6] & 0x40)
    elif payload[start] >> 4 == 6:
        size, df = int.from_bytes(payload[start + 4 : start + 6], "big") + 40, True
    else:
        return None
    return Inside(tunnel, total - size, size, df) if 0 < total - size < 200 else None


def findings(cap: Capture, evidence: Evidence, datagrams: list[Datagram]) -> list[Finding]:
    """M28, one a tunnel; the tunnels are noted on their paths."""
    seen: dict[tuple[str, str, str, int], list[tuple[Datagram, Inside]]] = defaultdict(list)
    state = cap.fragments
    for d in datagrams:
        if d.number < 0 or d.length is None or d.holes():
            continue
        inside = look_inside(d.pieces[0].protocol, state.payload(d.number), d.pieces[0].header)
        if inside is None or (inside.inner and inside.inner < FULL and not inside.inner_df):
            continue
        path = evidence.path(d.pieces[0].path)
        path.tunnels = {**path.tunnels, inside.tunnel: inside.overhead}
        seen[d.source, d.destination, inside.tunnel, inside.overhead].append((d, inside))
    return [_tunnel(*key, found) for key, found in seen.items()]


def _tunnel(source: str, destination: str, tunnel: str, overhead: int, found: list[tuple[Datagram, Inside]]) -> Finding:
    inner = max(i.inner for _, i in found)
    outer = max((d.length or 0) + d.pieces[0].header for d, _ in found)
    largest = max(p.size for d, _ in found for p in d.pieces)
    overhead = overhead if inner else _full_overhead(tunnel, overhead, found[0][0].six)
    fits = largest - overhead
    sum_ = f"{inner} + {overhead} = {inner + overhead}" if inner else f"{outer}"
    what = (
        f"{len(found)} packets of the {tunnel} tunnel from {source} to {destination} are fragmented: {sum_} octets, and "
        f"{largest} fit.  The tunnel adds {overhead} octets."
    )
    remedy = (
        f"Set the tunnel's MTU to {largest} - {overhead} = {fits}, and clamp the MSS to {fits} - 40 = {fits - 40} "
        f"(IPv6: {fits - 60})."
    )
    proof = [
        (d.pieces[-1].packet, f"{(d.length or 0) + d.pieces[0].header} octets in {len(d.pieces)} fragments")
        for d, _ in found
    ]
    return finding(
        "M28",
        source,
        destination,
        what,
        proof,
        remedy=remedy,
        tunnel=tunnel,
        overhead=overhead,
        inner=inner,
        outer=outer,
    )


def _full_overhead(tunnel: str, shown: int, six: bool) -> int:
    """What an encrypted tunnel adds in all: WireGuard's outer IP and UDP headers and its own 32 octets."""
    return {"wireguard": 80 if six else 60}.get(tunnel, shown)
