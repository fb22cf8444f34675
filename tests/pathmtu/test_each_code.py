"""Each code of the catalogue, in captures made packet by packet: one where it holds, one close by where it does not.

The packets come from scapy, which shares no code with ours.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

import dissect
from dissect.pathmtu import Report, analyse
from tests.capture.files import pcap

warnings.filterwarnings("ignore", module="scapy")
pytest.importorskip("scapy")

from scapy.contrib.cdp import CDPMsgGeneric, CDPv2_HDR  # noqa: E402
from scapy.contrib.lldp import (  # noqa: E402
    LLDPDUChassisID,
    LLDPDUEndOfLLDPDU,
    LLDPDUGenericOrganisationSpecific,
    LLDPDUPortID,
    LLDPDUTimeToLive,
)
from scapy.contrib.ospf import OSPF_DBDesc, OSPF_Hdr  # noqa: E402
from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.dns import DNS, DNSQR, DNSRR, DNSRROPT  # noqa: E402
from scapy.layers.inet import ICMP, IP, TCP, UDP  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    ICMPv6ND_RA,
    ICMPv6NDOptMTU,
    ICMPv6NDOptPrefixInfo,
    ICMPv6PacketTooBig,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
)
from scapy.layers.l2 import GRE, LLC, SNAP, Dot3, Ether  # noqa: E402
from scapy.layers.vxlan import VXLAN  # noqa: E402
from scapy.packet import Raw  # noqa: E402

A, B, R = "192.0.2.1", "198.51.100.2", "203.0.113.9"
A6, B6, R6 = "2001:db8:1::1", "2001:db8:2::2", "2001:db8:9::9"


def report(packets: Iterable[tuple[float, Any]], snap: int = 262144) -> Report:
    """What is said of packets at these times (seconds)."""
    out = []
    for time, packet in packets:
        frame = (
            packet
            if isinstance(packet, (Ether, Dot3))
            else Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / packet
        )
        data = bytes(frame)
        out.append((int(time), round(time % 1 * 1e6), data[:snap], len(data)))
    with dissect.open(io.BytesIO(pcap(out, snap=snap))) as cap:
        return analyse(cap)


def codes(packets: Iterable[tuple[float, Any]], snap: int = 262144) -> list[str]:
    return sorted({f.code for f in report(packets, snap).findings})


def spaced(packets: Iterable[Any], step: float = 0.02, start: float = 0.0) -> list[tuple[float, Any]]:
    return [(start + step * i, packet) for i, packet in enumerate(packets)]


class Talk:
    """A TCP connection from A to B: each call makes one segment."""

    def __init__(
        self, mss: int | None = 1460, back: int | None = 1460, six: bool = False, ports: tuple[int, int] = (4000, 80)
    ) -> None:
        self.six, self.ports, self.ids = six, ports, [100, 500]
        self.opening = [self.segment(0, 0, "S", mss=mss), self.answer(0, 1, "SA", mss=back), self.segment(1, 1)]

    def _ip(self, back: bool, df: bool = True, ttl: int = 64) -> Any:
        ends = ((B6, A6) if back else (A6, B6)) if self.six else ((B, A) if back else (A, B))
        if self.six:
            return IPv6(src=ends[0], dst=ends[1], hlim=ttl)
        self.ids[back] += 1
        return IP(src=ends[0], dst=ends[1], id=self.ids[back], flags="DF" if df else 0, ttl=ttl)

    @staticmethod
    def _options(mss: int | None) -> list[Any]:
        return [("MSS", mss)] if mss else []

    def segment(
        self, seq: int, ack: int, flags: str = "A", size: int = 0, mss: int | None = None, df: bool = True
    ) -> Any:
        tcp = TCP(
            sport=self.ports[0],
            dport=self.ports[1],
            seq=1000 + seq,
            ack=9000 + ack,
            flags=flags,
            options=self._options(mss),
        )
        return self._ip(False, df) / tcp / Raw(b"x" * size)

    def answer(self, seq: int, ack: int, flags: str = "A", size: int = 0, mss: int | None = None) -> Any:
        tcp = TCP(
            sport=self.ports[1],
            dport=self.ports[0],
            seq=9000 + seq,
            ack=1000 + ack,
            flags=flags,
            options=self._options(mss),
        )
        return self._ip(True, ttl=60) / tcp / Raw(b"y" * size)


def upload(
    tries: int = 4, six: bool = False, size: int = 1460, df: bool = True
) -> tuple[Talk, list[tuple[float, Any]]]:
    """A small exchange, then a full segment that is sent again and again."""
    talk = Talk(six=six, mss=1440 if six else 1460, back=1440 if six else 1460)
    out = spaced([*talk.opening, talk.segment(1, 1, "PA", 100), talk.answer(1, 101)])
    size -= 20 if six and size > 1000 else 0
    out += [(0.2 + 0.2 * (2**i - 1), talk.segment(101, 1, "A", size, df=df)) for i in range(tries)]
    return talk, out


def too_big(quoted: Any, mtu: int) -> Any:
    if IPv6 in quoted:
        return IPv6(src=R6, dst=A6) / ICMPv6PacketTooBig(mtu=mtu) / Raw(bytes(quoted)[:1200])
    return IP(src=R, dst=A, id=7) / ICMP(type=3, code=4, nexthopmtu=mtu) / Raw(bytes(quoted)[:28])


def cut(payload: bytes, at: Iterable[int], ident: int = 77, proto: int = 17, flags: int = 0, **ip: Any) -> list[Any]:
    """An IPv4 datagram in fragments that begin at these octets."""
    starts = [*at, len(payload)]
    out = []
    for start, end in pairwise(starts):
        more = "MF" if end < len(payload) else 0
        head = IP(**{"src": A, "dst": B, "id": ident, "proto": proto, "frag": start // 8, "flags": more, **ip})
        out.append(head / Raw(payload[start:end]))
    return out


def cut6(payload: bytes, at: Iterable[int], ident: int = 77, proto: int = 17, **ip: Any) -> list[Any]:
    starts = [*at, len(payload)]
    return [
        IPv6(**{"src": A6, "dst": B6, **ip})
        / IPv6ExtHdrFragment(nh=proto, offset=a // 8, m=int(b < len(payload)), id=ident)
        / Raw(payload[a:b])
        for a, b in pairwise(starts)
    ]


def datagram(size: int = 4000, sport: int = 5000, dport: int = 6000) -> bytes:
    return struct.pack(">HHHH", sport, dport, size, 0) + bytes(i * 7 & 0xFF for i in range(size - 8))


WHOLE = datagram()
THREE = (0, 1480, 2960)


@pytest.mark.parametrize("six", [False, True])
def test_m01_and_m33(six: bool) -> None:
    talk, sent = upload(six=six)
    found = report([*sent, (5, talk.segment(101, 1, "FA")), (5.1, talk.answer(1, 101))])
    assert [f.code for f in found.findings] == ["M01", "M33"]
    assert (found.findings[0].values["lost"], found.findings[0].values["delivered"]) == (1500, 160 if six else 140)
    assert codes(sent[:-2]) == []  # sent twice only
    assert codes([*sent, (5, talk.answer(1, 1561))]) == []  # and then it gets through
    even = [*sent[:5], *((0.2 + 0.01 * i, talk.segment(101, 1, "A", 1460)) for i in range(4))]
    assert "M01" not in codes(even)
    if not six:
        assert codes(upload(df=False)[1]) == []  # may be fragmented
    assert "M01" not in codes(upload(size=100)[1])  # small ones are lost for another reason


@pytest.mark.parametrize("six", [False, True])
def test_m02(six: bool) -> None:
    talk, sent = upload(six=six)
    sent += [(4, talk.segment(101, 1, "A", 1000)), (4.01, talk.answer(1, 1101))]
    sent += [(4.1, talk.segment(1101, 1, "A", 1000)), (4.11, talk.answer(1, 2101))]
    [proven, filtered] = report(sent).findings
    assert (proven.code, filtered.code) == ("M02", "M33")
    assert (proven.values["delivered"], proven.values["lost"]) == (1060 if six else 1040, 1500)
    full = [(4.2, talk.segment(2101, 1, "A", 1440 if six else 1460)), (4.21, talk.answer(1, 3541 if six else 3561))]
    assert codes([*sent, *full]) == []  # large ones get through after all


@pytest.mark.parametrize(("six", "mtu"), [(False, 1400), (True, 1280), (False, 1006)])
def test_m03(six: bool, mtu: int) -> None:
    talk, sent = upload(tries=1, six=six)
    big = too_big(sent[-1][1], mtu)
    told = [*sent, (0.21, big)]
    ignored = [*told, *((1 + i, talk.segment(101, 1, "A", 1440)) for i in range(3))]
    assert codes(ignored) == ["M03"]
    heeded = [
        *told,
        (0.22, talk.segment(101, 1, "A", mtu - 60)),
        (0.3, talk.answer(1, 41 + mtu)),
        (2, talk.segment(41 + mtu, 1, "A", mtu - 60)),
    ]
    assert codes(heeded) == []
    later = [
        *heeded,
        (900, talk.segment(2 * mtu - 19, 1, "A", 1440)),
        (900.1, too_big(talk.segment(2 * mtu - 19, 1, "A", 1440), mtu)),
    ]
    assert "M03" not in codes(later)  # it may try again after some minutes


def test_m04_to_m07() -> None:
    whole = IP(src=A, dst=B, id=5, flags="DF") / UDP(sport=1, dport=2) / Raw(bytes(1400))
    may = IP(src=A, dst=B, id=6) / UDP(sport=1, dport=2) / Raw(bytes(1400))
    six = IPv6(src=A6, dst=B6) / UDP(sport=1, dport=2) / Raw(bytes(1400))

    def after(sent: Any, mtu: int) -> list[str]:
        return codes([(0, sent), (0.01, too_big(sent, mtu))])

    assert after(whole, 0) == ["M04"]
    assert after(whole, 1428) == after(whole, 1500) == ["M05"]
    assert after(whole, 60) == ["M06"]
    assert after(six, 1000) == ["M06"]
    assert report([(0, whole), (0.01, too_big(whole, 552))]).findings[0].severity == "note"
    assert after(may, 1400) == ["M07"]
    assert after(whole, 1400) == after(six, 1300) == after(whole, 576) == []


def test_m08() -> None:
    talk, sent = upload(tries=1)
    stranger = Talk(ports=(4001, 80)).segment(1, 1, "A", 1460)
    assert "M08" in codes([*sent, (0.3, too_big(stranger, 1400))])
    guessed = talk.segment(900_000, 1, "A", 1460)  # a connection there is, a sequence number it never used
    assert "M08" in codes([*sent, (0.3, too_big(guessed, 1400))])
    assert codes([*sent, (0.3, too_big(sent[-1][1], 1400))]) == []
    inside = talk.segment(101 + 1460, 1, "A", 1460)  # cut by the card out of one long segment
    joined = [*sent[:-1], (0.2, talk.segment(101, 1, "A", 14600)), (0.3, too_big(inside, 1400))]
    assert "M08" not in codes(joined)
    assert "M08" not in codes(
        [(0, talk.segment(5000, 1, "A", 1460)), (0.01, too_big(talk.segment(101, 1, "A", 1460), 1400))]
    )


def test_m09() -> None:
    _, sent = upload(tries=1)
    swinging = [(0.3 + i / 100, too_big(sent[-1][1], 1400 if i % 2 else 1300)) for i in range(6)]
    assert "M09" in codes([*sent, *swinging])
    falling = [(0.3 + i / 100, too_big(sent[-1][1], 1400 - 40 * i)) for i in range(3)]
    assert "M09" not in codes([*sent, *falling])
    many = [(0.3 + i / 1000, too_big(sent[-1][1], 1400)) for i in range(150)]
    assert "M09" in codes([*sent, *many])


def test_fragments_that_are_as_they_should_be() -> None:
    assert codes(spaced(cut(WHOLE, THREE))) == []
    assert codes(spaced(cut6(WHOLE, (0, 1448, 2896)))) == []


def test_m10() -> None:
    assert codes(spaced(cut(WHOLE, THREE, flags=0, id=9))) == []
    with_df = [IP(bytes(p)) for p in cut(WHOLE, THREE)]
    for packet in with_df:
        packet.flags |= 2
        del packet.chksum
    assert codes(spaced(with_df)) == ["M10"]


def test_m11() -> None:
    one, two, three = cut(WHOLE, THREE)
    again = IP(src=A, dst=B, id=77, proto=17, frag=180, flags="MF") / Raw(WHOLE[1440:2960])
    other = IP(src=A, dst=B, id=77, proto=17, frag=180, flags="MF") / Raw(b"z" * 1520)
    [same] = report(spaced([one, again, three])).findings
    assert (same.code, same.values["conflict"], same.severity) == ("M11", False, "warning")
    [different] = report(spaced([one, other, three])).findings
    assert (different.code, different.values["conflict"], different.severity) == ("M11", True, "error")
    [copy] = report(spaced([one, two, two, three], 0.1)).findings
    assert (copy.code, copy.severity) == ("M11", "note")
    [late] = report(spaced([one, two, three, three], 0.1)).findings  # after it was complete
    assert (late.code, late.severity) == ("M11", "note")
    teardrop = [
        IP(src=A, dst=B, id=8, proto=17, flags="MF") / Raw(WHOLE[:40]),
        IP(src=A, dst=B, id=8, proto=17, frag=3) / Raw(b"z" * 4),
    ]
    assert {"M11", "M18"} <= set(codes(spaced(teardrop)))


def test_m12() -> None:
    one, two, three = cut6(WHOLE, (0, 1448, 2896))
    over = IPv6(src=A6, dst=B6) / IPv6ExtHdrFragment(nh=17, offset=180, m=1, id=77) / Raw(WHOLE[1440:2896])
    assert codes(spaced([one, over, three])) == ["M12"]
    assert codes(spaced([one, two, two, three], 0.1)) == []  # an exact copy may come


@pytest.mark.parametrize("maker", [cut, cut6])
def test_m13(maker: Any) -> None:
    one, two, three = maker(WHOLE, THREE)
    two[Raw].load = two[Raw].load[:-3]
    assert "M13" in codes(spaced([one, two, three]))


def test_m14() -> None:
    last = IP(src=A, dst=B, id=77, proto=17, frag=8189) / Raw(bytes(1000))
    assert "M14" in codes(spaced([*cut(WHOLE, THREE)[:2], last]))
    longest = datagram(65515)
    assert codes(spaced(cut(longest, range(0, 65515, 1480)))) == []


def test_m15() -> None:
    tcp = bytes(TCP(sport=1, dport=2, flags="S") / Raw(bytes(600)))
    assert "M15" in codes(spaced(cut(tcp, (0, 16), proto=6)))
    assert "M15" in codes(spaced(cut(tcp, (0, 8, 608), proto=6)))
    assert "M15" not in codes(spaced(cut(tcp, (0, 600), proto=6)))


def test_m16() -> None:
    chain = bytes(IPv6ExtHdrDestOpt(nh=17)) + WHOLE
    assert codes(spaced(cut6(chain, (0, 8), proto=60))) == ["M16"]
    assert codes(spaced(cut6(chain, (0, 1448, 2896), proto=60))) == []


def test_m17() -> None:
    one, two, three = cut(WHOLE, THREE)
    quiet = (5, IP(src=B, dst=A, id=3) / ICMP(type=0))
    for kept, what in (([one, three], "middle"), ([one, two], "tail"), ([two, three], "first")):
        found = report([(0, IP(src=B, dst=A, id=2) / ICMP(type=0)), *spaced(kept, start=1), quiet]).findings
        assert [(f.code, f.values["missing"]) for f in found] == [("M17", what)]
    noticed = IP(src=B, dst=A, id=4) / ICMP(type=11, code=1) / Raw(bytes(one)[:28])
    [lacking] = report([(0, one), (30, noticed), quiet]).findings
    assert any("gave up" in e.why for e in lacking.evidence)
    [beyond] = report([*spaced([one, two, three]), (30, noticed), quiet]).findings  # it is whole here, not there
    assert (beyond.code, beyond.values["missing"]) == ("M17", "beyond")
    other = IP(src=B, dst=A, id=4) / ICMP(type=11, code=1) / Raw(bytes(IP(src=A, dst=B, id=78, flags="MF")) + bytes(8))
    assert codes([*spaced([one, two, three]), (30, other), quiet]) == []
    assert codes([(0, one), (90, two), (90.1, three)]) == ["M17"]  # a minute and a half later: another datagram


def test_m18() -> None:
    one, two, three = cut(WHOLE, THREE)
    other = IP(src=A, dst=B, id=77, proto=17, frag=370) / Raw(bytes(200))
    assert "M18" in codes(spaced([one, other, two, three]))
    beyond = IP(src=A, dst=B, id=77, proto=17, frag=600, flags="MF") / Raw(bytes(80))
    assert "M18" in codes(spaced([one, beyond, two, three]))


def test_m19() -> None:
    again = datagram(sport=5001)
    assert codes([*spaced(cut(WHOLE, THREE)), *spaced(cut(again, THREE), start=5)]) == ["M19"]
    assert codes([*spaced(cut(WHOLE, THREE)), *spaced(cut(again, THREE), start=500)]) == []
    assert codes([*spaced(cut(WHOLE, THREE)), *spaced(cut(again, THREE, dst=R), start=5)]) == []


def test_m20() -> None:
    row = [p for i in range(6) for p in cut(WHOLE, THREE, ident=300 + i, dst=B if i % 2 else R)]
    assert codes(spaced(row)) == ["M20"]
    mixed = [p for i in range(6) for p in cut(WHOLE, THREE, ident=(300 + 7919 * i) % 65536, dst=B if i % 2 else R)]
    assert codes(spaced(mixed)) == []


def test_m21() -> None:
    def many(ident: int, flags: Any) -> list[tuple[float, Any]]:
        return spaced(
            IP(src=A, dst=B, id=ident, flags=flags) / UDP(sport=1, dport=2) / Raw(bytes([i]) * 700) for i in range(12)
        )

    assert codes(many(0, 0)) == ["M21"]
    assert codes(many(0, "DF")) == []


def test_m22() -> None:
    assert codes([(0, IPv6(src=A6, dst=B6) / IPv6ExtHdrFragment(nh=17, id=1) / Raw(datagram(100)))]) == ["M22"]


def test_m23() -> None:
    talk = Talk(back=1300)
    sent = spaced([*talk.opening, *(talk.segment(1 + 1400 * i, 1, "A", 1400) for i in range(3)), talk.answer(1, 4201)])
    assert codes(sent) == ["M23"]
    fits = spaced([*talk.opening, talk.segment(1, 1, "A", 1300), talk.answer(1, 1301)])
    assert codes(fits) == []


def test_m24() -> None:
    assert codes(spaced(Talk(mss=None).opening)) == ["M24"]
    assert codes(spaced(Talk().opening)) == []


def test_m25() -> None:
    assert codes(spaced(Talk(mss=1452).opening)) == ["M25"]
    assert codes(spaced(Talk(mss=1411).opening)) == []  # 1411 + 40 is the MTU of nothing in particular
    learned = spaced([*Talk().opening, *Talk(mss=1452, ports=(4003, 80)).opening])
    assert codes(learned) == []  # the same host said 1460 before: it has learned of a smaller path MTU


def test_m26() -> None:
    assert codes(spaced(Talk(mss=1460, back=1440, six=True).opening)) == ["M26"]
    assert codes(spaced(Talk(mss=1440, back=1440, six=True).opening)) == []
    router = IPv6(src="fe80::1", dst="ff02::1", hlim=255)
    said = ICMPv6ND_RA() / ICMPv6NDOptPrefixInfo(prefix="2001:db8:1::", prefixlen=64) / ICMPv6NDOptMTU(mtu=1400)
    assert codes([(0, router / said), *spaced(Talk(mss=1440, back=1440, six=True).opening, start=1)]) == ["M26"]
    assert codes([(0, dhcp(A, 1400)), *spaced(Talk(mss=1461, back=1460).opening, start=1)]) == ["M26"]
    assert codes([(0, dhcp(A, 1501)), *spaced(Talk(mss=1461, back=1460).opening, start=1)]) == []


def dhcp(host: str, mtu: int, server: str = "192.0.2.254") -> Any:
    options = [("message-type", "ack"), ("server_id", server), ("interface-mtu", mtu), "end"]
    return IP(src=server, dst=host) / UDP(sport=67, dport=68) / BOOTP(op=2, yiaddr=host) / DHCP(options=options)


def database(source: str, target: str, mtu: int) -> Any:
    return IP(src=source, dst=target, ttl=1) / OSPF_Hdr(type=2, src=source) / OSPF_DBDesc(mtu=mtu)


def discovery(mac: str, mtu: int) -> Any:
    head = Dot3(src=mac, dst="01:00:0c:cc:cc:cc") / LLC() / SNAP(OUI=0xC, code=0x2000)
    return head / CDPv2_HDR(msg=[CDPMsgGeneric(type=17, val=struct.pack(">I", mtu))])


def neighbour(mac: str, frame: int) -> Any:
    size = LLDPDUGenericOrganisationSpecific(org_code=0x00120F, subtype=4, data=struct.pack(">H", frame))
    about = LLDPDUChassisID(subtype=4, id=mac) / LLDPDUPortID(subtype=3, id=mac) / LLDPDUTimeToLive(ttl=120)
    return Ether(src=mac, dst="01:80:c2:00:00:0e", type=0x88CC) / about / size / LLDPDUEndOfLLDPDU()


def test_m27() -> None:
    def routers(one: int, other: int) -> list[tuple[float, Any]]:
        ends = (("fe80::1", one), ("fe80::2", other))
        return spaced(
            IPv6(src=who, dst="ff02::1", hlim=255) / ICMPv6ND_RA() / ICMPv6NDOptMTU(mtu=mtu) for who, mtu in ends
        )

    one, other = "02:00:00:00:00:11", "02:00:00:00:00:22"
    assert codes(routers(1500, 1480)) == ["M27"]
    assert codes(spaced([database(A, "192.0.2.9", 1500), database("192.0.2.9", A, 9000)])) == ["M27"]
    assert codes(spaced([dhcp(A, 1500), dhcp(A, 1400, "192.0.2.253")])) == ["M27"]
    assert codes(spaced([discovery(one, 1500), discovery(other, 9216)])) == ["M27"]
    assert codes(spaced([neighbour(one, 1522), neighbour(other, 9022)])) == ["M27"]
    assert codes(spaced([neighbour(one, 1522), neighbour(other, 1522), database(A, "192.0.2.9", 1500)])) == []
    assert codes(routers(1500, 1500)) == []


def test_m28() -> None:
    inner = IP(src="10.0.0.1", dst="10.0.0.2", id=5, flags="DF") / TCP(sport=1, dport=2, flags="A") / Raw(bytes(1460))
    gre = bytes(GRE(key_present=1, key=9) / inner)
    [found] = report(spaced(cut(gre, (0, 1480), proto=47))).findings
    assert (found.code, found.values["overhead"], found.values["inner"]) == ("M28", 28, 1500)
    assert "1500 - 28 = 1472" in found.remedy and "1432" in found.remedy
    vxlan = bytes(UDP(sport=50000, dport=4789, chksum=0) / VXLAN(vni=4) / Ether() / inner)
    [found] = report(spaced(cut6(vxlan, (0, 1448)))).findings
    assert (found.code, found.values["overhead"]) == ("M28", 70)
    small = bytes(GRE() / IP(src="10.0.0.1", dst="10.0.0.2") / UDP() / Raw(bytes(1000)))
    assert "M28" not in codes(spaced(cut(small, (0, 800), proto=47)))


def ask(ident: int, edns: int = 0, port: int = 5300) -> Any:
    more = DNSRROPT(rclass=edns) if edns else None
    return (
        IP(src=A, dst=B, id=ident)
        / UDP(sport=port, dport=53)
        / DNS(id=ident, qd=DNSQR(qname="big.example", qtype="TXT"), ar=more)
    )


def answered(ident: int, size: int = 100, tc: int = 0, port: int = 5300) -> Any:
    records = DNSRR(rrname="big.example", type="TXT", rdata=[b"t" * 200] * (size // 200 + 1))
    return (
        IP(src=B, dst=A, id=ident)
        / UDP(sport=53, dport=port)
        / DNS(id=ident, qr=1, tc=tc, qd=DNSQR(qname="big.example", qtype="TXT"), an=records)
    )


def test_m29() -> None:
    large = bytes(answered(1, 3000)[UDP])
    pieces = cut(large, (0, 1480), src=B, dst=A)
    [whole] = report([(0, ask(1, 4096)), *spaced(pieces, start=0.01)]).findings
    assert (whole.code, whole.severity) == ("M29", "note")
    lost = [(0, ask(1, 4096)), (0.01, pieces[0]), (5, ask(2, 1232)), (5.1, answered(2, tc=1)), (9, ask(3))]
    assert codes(lost) == ["M17", "M29"]
    silent = [(0, ask(1, 4096)), (2, ask(2, 4096)), (5, ask(3, 1232)), (5.1, answered(3, tc=1)), (9, ask(4))]
    [never] = report(silent).findings
    assert (never.code, never.values["lost"]) == ("M29", 2)
    assert codes([(0, ask(1, 4096)), (0.1, answered(1)), (9, ask(2))]) == []
    assert codes([(0, ask(1, 4096)), (2, ask(2, 4096)), (9, ask(3))]) == []  # the server may be down


def initial(size: int, df: bool = True) -> Any:
    head = bytes([0xC3, 0, 0, 0, 1, 8]) + bytes(8) + bytes([0, 0]) + struct.pack(">H", 0x4000 | size - 18)
    return (
        IP(src=A, dst=B, flags="DF" if df else 0, id=9)
        / UDP(sport=4444, dport=443)
        / Raw(head + bytes(size - len(head)))
    )


def test_m30() -> None:
    assert codes([(0, initial(1100))]) == ["M30"]
    assert codes([(0, initial(1250, df=False))]) == ["M30"]
    assert codes([(0, initial(1250))]) == []
    probe = IP(src=A, dst=B, flags="DF", id=11) / UDP(sport=4444, dport=443) / Raw(b"\x40" + bytes(1451))
    told = [(0, initial(1250)), (1, probe), (1.1, too_big(probe, 1400))]
    assert "M30" not in codes(told)
    assert "M30" in codes([*told, (2, probe), (3, probe), (4, probe)])


def test_m31() -> None:
    firsts = [cut(WHOLE, THREE, ident=i)[0] for i in range(1, 60, 13)]
    rests = [p for i in range(1, 60, 13) for p in cut(WHOLE, THREE, ident=i)[1:]]
    for kept, missing in ((firsts, "tail"), (rests, "first")):
        sent = [*spaced(kept, start=1), (9, Talk().opening[0])]
        assert [(f.code, f.values.get("missing")) for f in report(sent).findings if f.code == "M31"] == [
            ("M31", missing)
        ]
    assert "M31" not in codes([*spaced(firsts), *spaced(cut(WHOLE, THREE, ident=99), start=3)])


def test_m32() -> None:
    one, two, three = cut(WHOLE, THREE)
    assert codes(spaced([three, two, one])) == ["M32"]
    assert codes(spaced([one, three, two])) == ["M32"]


def test_m34() -> None:
    one, _, three = cut(WHOLE, THREE)
    assert codes(
        spaced([one, IP(src=A, dst=B, id=77, proto=17, frag=185, flags="MF", ttl=40) / Raw(WHOLE[1480:2960]), three])
    ) == ["M34"]
    assert codes(
        spaced([one, IP(src=A, dst=B, id=77, proto=17, frag=185, flags="MF", tos=0x10) / Raw(WHOLE[1480:2960]), three])
    ) == ["M34"]
    marked = IP(src=A, dst=B, id=77, proto=17, frag=185, flags="MF", tos=3) / Raw(WHOLE[1480:2960])
    assert codes(spaced([*cut(WHOLE, (0, 1480, 2960), tos=2)[:1], marked, *cut(WHOLE, THREE, tos=2)[2:]])) == []  # ECN
    six = cut6(WHOLE, (0, 1448, 2896))
    six[1][IPv6ExtHdrFragment].nh = 6
    assert codes(spaced(six)) == ["M34"]


def test_m35() -> None:
    assert codes(spaced(cut(WHOLE, range(0, 4000, 200)))) == ["M35"]
    assert codes(spaced(cut(datagram(50000), range(0, 50000, 1480)))) == []


def test_m36() -> None:
    talk = Talk()
    joined = [*spaced(talk.opening), (1, talk.segment(1, 1, "A", 14600)), (1.1, talk.answer(1, 14601))]
    [offload] = report(joined).findings
    assert (offload.code, offload.values["artefact"]) == ("M36", "offload")
    [cut_] = report(spaced([talk.segment(1, 1, "A", 1000)]), snap=96).findings
    assert (cut_.code, cut_.values["artefact"]) == ("M36", "snap length")
    talk, sent = upload(tries=2)
    twice = [(t + again, p) for t, p in sent for again in (0, 0.0001)]
    [copies] = report(twice).findings
    assert (copies.code, copies.values["artefact"]) == ("M36", "copies")
    loop = Talk()
    for packet in (sent := [*loop.opening, loop.segment(1, 1, "A", 16000)]):
        packet.src = packet.dst = "127.0.0.1"
    assert codes(spaced(sent)) == []  # loopback interfaces carry that much


def test_what_answers_something_is_no_copy() -> None:
    """IPv6 has no identification: a segment sent again at once is as the first, but for what asked for it."""
    talk, sent = Talk(1440, 1440, six=True), list[tuple[float, Any]]()
    for i in range(20):
        segment = talk.segment(1 + 1000 * i, 1, "A", 1000)
        sent += [(1 + i, segment), (1.0001 + i, talk.answer(1, 1 + 1000 * i)), (1.0002 + i, segment)]
    assert codes([*spaced(talk.opening), *sent]) == []
    doubled = [(t + again, p) for t, p in sent[::3] for again in (0, 0.0002)]
    assert codes([*spaced(talk.opening), *doubled]) == ["M36"]


def test_what_a_card_put_together_says_how_long_its_segments_were() -> None:
    """40 full segments are one thing, 43 shorter ones another: the sender was told to use less."""
    for payload, size in ((40 * 1460, 1500), (43 * 1360, None)):
        talk = Talk()
        sent = [*spaced(talk.opening), (1, talk.segment(1, 1, "A", payload)), (1.1, talk.answer(1, 1 + payload))]
        sent += [(2, talk.segment(1 + payload, 1, "A", 1460)), (2.1, talk.answer(1, 1461 + payload))]  # 1360 + 100?
        [path] = [p for p in report(sent).paths if p.source == A]
        assert (path.delivered.size if path.delivered else None) == size


def test_groups_do_not_answer() -> None:
    """What goes to all or to a group says nothing of directions that are missing."""
    groups = [IP(src=A, dst=f"224.0.0.{n}") / UDP() for n in range(1, 6)]
    both = [IP(src=A, dst=B) / UDP(), IP(src=B, dst=A) / UDP()]
    assert not report(spaced([*groups, *both])).limits
    assert any("one direction" in said for said in report(spaced([*groups, both[0]])).limits)


def test_random_loss_is_no_black_hole() -> None:
    """One segment is lost three times, the next of that size gets through."""
    talk, sent = upload(tries=3)
    sent += [(1.7, talk.segment(101, 1, "A", 1460)), (1.71, talk.answer(1, 1561))]
    sent += [(1.8, talk.segment(1561, 1, "A", 1460)), (1.81, talk.answer(1, 3021))]
    found = report(sent)
    assert found.findings == []
    [path] = [p for p in found.paths if p.source == A]
    assert path.delivered is not None and path.delivered.size == 1500 and path.lost is None


def test_bytes_sent_again_smaller_show_the_smaller_size() -> None:
    """Which of two packets an acknowledgement is for is not known: at least the smaller got through."""
    talk, sent = upload(tries=1)
    sent += [(0.21, too_big(sent[-1][1], 1400))]
    for i in range(3):
        sent += [(0.3 + i, talk.segment(101 + 1360 * i, 1, "A", 1360)), (0.4 + i, talk.answer(1, 1461 + 1360 * i))]
    [path] = [p for p in report(sent).paths if p.source == A]
    assert path.interval() == "1400 <= path MTU < 1500"
