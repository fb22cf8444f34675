"""M28: datagrams that had to be fragmented because a tunnel's headers made them too long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dissect.library import Capture
from dissect.pathmtu.datagrams import Datagram
from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import counted, finding, pieces
from dissect.pathmtu.model import Finding

GRE, IP_IN_IP, IPV6_IN, ESP, L2TP, DESTINATION_OPTIONS = 47, 4, 41, 50, 115, 60
PORTS = {4789: "vxlan", 8472: "vxlan", 6081: "geneve", 1701: "l2tp", 51820: "wireguard", 2152: "gtp", 4500: "esp"}
ETHERNET, VLAN, VLAN_TYPES = 14, 4, (b"\x81\x00", b"\x88\xa8")
BRIDGED, ERSPAN, ERSPAN_3, PPP = b"\x65\x58", b"\x88\xbe", b"\x22\xeb", b"\x88\x0b"  # protocol types in GRE
WIREGUARD_DATA = b"\4\0\0\0"
WIREGUARD = 32  # octets: its own header (16) and tag (16)
ESP_MOST = 57  # octets: header 8, initialisation vector 16, padding and trailer 17, check value 16 (RFC 4303)
FULL = 1200  # bytes of an inner packet that is "of full size"


@dataclass(frozen=True, slots=True)
class Inside:
    """What a tunnel's packet carries: `overhead` octets (at most, where encrypted; 0: not known) around an inner IP
    packet of `inner` (0: encrypted, or not known)."""

    tunnel: str
    overhead: int
    inner: int
    inner_df: bool


def look_inside(protocol: int, payload: bytes, header: int) -> Inside | None:
    """What the payload of an outer IP packet (header of `header` octets) carries, if it is a tunnel's."""
    if protocol == DESTINATION_OPTIONS and len(payload) > 8:  # RFC 2473, section 5.1: the encapsulation limit
        size = 8 * (payload[1] + 1)
        return look_inside(payload[0], payload[size:], header + size)
    total = header + len(payload)
    if protocol == GRE and len(payload) >= 4:
        return _gre(payload, total)
    if protocol in (IP_IN_IP, IPV6_IN):
        return _inner("ipip" if protocol == IP_IN_IP else "6in4", total, payload, 0)
    if protocol == ESP:
        return Inside("esp", header + ESP_MOST, 0, False)
    if protocol == L2TP:
        return Inside("l2tp", 0, 0, False)  # how long its cookie is was agreed on before
    if protocol != 17 or len(payload) < 24:
        return None
    ports = int.from_bytes(payload[:2], "big"), int.from_bytes(payload[2:4], "big")
    name = PORTS.get(ports[1]) or PORTS.get(ports[0])
    if payload[8:12] == WIREGUARD_DATA and (name == "wireguard" or (len(payload) - 8) % 16 == 0):
        return Inside("wireguard", header + 8 + WIREGUARD, 0, False)
    if name == "vxlan":
        return _bridged(name, total, payload, 16)
    if name == "geneve":
        start = 16 + 4 * (payload[8] & 0x3F)
        return _bridged(name, total, payload, start) if payload[10:12] == BRIDGED else _inner(name, total, payload, start)
    if name == "gtp":
        return _gtp(payload, total)
    if name == "l2tp":
        return _l2tp(payload, total)
    if name == "esp" and payload[8:12] != bytes(4):  # not IKE's marker (RFC 3948, section 2.2)
        return Inside("esp", header + 8 + ESP_MOST, 0, False)
    return None


def _gre(payload: bytes, total: int) -> Inside | None:
    """RFC 2784, RFC 2890; PPTP's of version 1 (RFC 2637, section 4.1)."""
    flags, kind = int.from_bytes(payload[:2], "big"), payload[2:4]
    present = bool(flags & 0x8000), bool(flags & 0x2000), bool(flags & 0x1000), flags & 7 == 1 and bool(flags & 0x80)
    start = 4 + 4 * sum(present)  # checksum, key, sequence, acknowledgment
    if kind == PPP:
        return _ppp("pptp", total, payload, start)
    if kind in (BRIDGED, ERSPAN, ERSPAN_3):
        shim = 0 if kind == BRIDGED or not present[2] else 8 if kind == ERSPAN else 12
        return _bridged("gre" if kind == BRIDGED else "erspan", total, payload, start + shim)
    return _inner("gre", total, payload, start)


def _gtp(payload: bytes, total: int) -> Inside | None:
    """GTP-U (3GPP TS 29.281, section 5.1): extension headers follow if a flag says so."""
    start = 16 + 4 * bool(payload[8] & 7)
    kind = payload[19] if payload[8] & 4 and len(payload) > 19 else 0
    while kind and start < len(payload) and payload[start]:
        start += 4 * payload[start]
        kind = payload[start - 1] if start <= len(payload) else 0
    return _inner("gtp", total, payload, start)


def _l2tp(payload: bytes, total: int) -> Inside | None:
    """L2TP data messages (RFC 2661, section 3.1); those of version 3 have a cookie of unknown length."""
    flags = int.from_bytes(payload[8:10], "big")
    if flags & 0x8000:
        return None
    if flags & 0xF != 2:
        return Inside("l2tp", 0, 0, False)
    start = 14 + 2 * bool(flags & 0x4000) + 4 * bool(flags & 0x0800)
    if flags & 0x0200:
        start += 2 + int.from_bytes(payload[start : start + 2], "big")
    return _ppp("l2tp", total, payload, start)


def _ppp(tunnel: str, total: int, payload: bytes, start: int) -> Inside | None:
    """RFC 1661: address and control, and the first octet of the protocol, may be left out."""
    start += 2 * (payload[start : start + 2] == b"\xff\x03")
    start += 1 if payload[start : start + 1] in (b"\x21", b"\x57") else 2
    return _inner(tunnel, total, payload, start) or Inside(tunnel, 0, 0, False)


def _bridged(tunnel: str, total: int, payload: bytes, start: int) -> Inside | None:
    """A frame of Ethernet, with VLAN tags maybe."""
    while payload[start + ETHERNET - 2 : start + ETHERNET] in VLAN_TYPES:
        start += VLAN
    return _inner(tunnel, total, payload, start + ETHERNET)


def _inner(tunnel: str, total: int, payload: bytes, start: int) -> Inside | None:
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
    sum_ = f"{inner} + {overhead} = {inner + overhead}" if inner else f"{outer}"
    adds = f"The tunnel adds {'' if inner or tunnel == 'wireguard' else 'up to '}{overhead} octets."
    what = (
        f"Fragmented: {counted(len(found), 'packet')} of the {tunnel} tunnel from {source} to {destination}: {sum_} octets, and "
        f"{largest} fit.  {adds if overhead else 'What the tunnel adds does not show.'}"
    )
    fits = largest - overhead
    remedy = (
        f"Set the tunnel's MTU to {largest} - {overhead} = {fits}, and clamp the MSS to {fits} - 40 = {fits - 40} "
        f"(IPv6: {fits - 60})."
    )
    if not overhead:
        remedy = f"Make the tunnel's MTU, and the MSS, less by {outer} - {largest} = {outer - largest} octets."
    proof = [
        (d.pieces[-1].packet, f"{(d.length or 0) + d.pieces[0].header} octets in {len(d.pieces)} fragments")
        for d, _ in found
    ]
    return finding(
        "M28", source, destination, what, proof, remedy=remedy, filter_=pieces(source, destination), tunnel=tunnel,
        overhead=overhead, inner=inner, outer=outer,
    )  # fmt: skip
