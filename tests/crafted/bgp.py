"""BGP-4: routes of each family that RFC 4760 lets a message carry, attributes and communities (RFC 4271 and others)."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("bgp", "tcp")
RD = ("0000 fde8 00000065", "0001 0a000001 0065", "0002 0000fde8 0065")


def message(kind: int, body: str | bytes) -> bytes:
    body = bytes.fromhex(body) if isinstance(body, str) else body
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body


def attribute(kind: int, value: str, flags: int = 0x80) -> bytes:
    data = bytes.fromhex(value)
    return bytes((flags, kind, len(data))) + data


def update(*attributes: bytes, nlri: str = "") -> bytes:
    both = b"".join(attributes)
    return message(2, struct.pack(">HH", 0, len(both)) + both + bytes.fromhex(nlri))


def reach(afi: int, safi: int, hop: str, routes: str) -> bytes:
    size = len(bytes.fromhex(hop))
    return update(attribute(14, f"{afi:04x}{safi:02x}{size:02x}{hop}00{routes}"))


def unreach(afi: int, safi: int, routes: str) -> bytes:
    return update(attribute(15, f"{afi:04x}{safi:02x}{routes}"))


def evpn(kind: int, body: str) -> str:
    return f"{kind:02x}{len(bytes.fromhex(body)):02x}{body}"


HOP4, HOP6 = "0a000001", "20010db8" + "00" * 11 + "01"
ESI = ["00" + "11" * 9, "01 020000000001 1234 00", "02 020000000002 8000 00", "03 020000000003 000001", "04 0a000001 00000007 00",
       "05 0000fde8 00000008 00"]  # fmt: skip
HOST = "30 020000000009"
EVPN = [
    *(evpn(1, f"{RD[1]} {esi} 00000005 000641") for esi in ESI), evpn(2, f"{RD[1]} {ESI[0]} 00000000 {HOST} 00 000641"),
    evpn(2, f"{RD[1]} {ESI[0]} 00000000 {HOST} 20 0a000009 000641 000651"), evpn(2, f"{RD[1]} {ESI[0]} 00000000 {HOST} 80 {HOP6} 000641"),
    evpn(3, f"{RD[1]} 00000007 20 0a000001"), evpn(3, f"{RD[1]} 00000007 80 {HOP6}"), evpn(4, f"{RD[1]} {ESI[1]} 20 0a000001"),
    evpn(4, f"{RD[1]} {ESI[1]} 80 {HOP6}"), evpn(5, f"{RD[1]} {ESI[0]} 00000000 18 0a000000 0a000001 000641"),
    evpn(5, f"{RD[1]} {ESI[0]} 00000000 40 {HOP6} {HOP6} 000641"),
]
GROUP = "20 0a000002 20 e8000001"
MULTICAST = [
    evpn(1, f"{RD[0]} 0a000001"), evpn(2, f"{RD[0]} 0000fde8"), evpn(3, f"{RD[0]} {GROUP} 0a000001"),
    evpn(4, f"03 16 {RD[0]} {GROUP} 0a000001 0a000003"), evpn(5, f"{RD[0]} {GROUP}"), evpn(6, f"{RD[0]} 0000fde8 {GROUP}"),
    evpn(7, f"{RD[0]} 0000fde8 {GROUP}"),
]
ROUTES = [
    reach(1, 1, HOP4, "18 0a0001 0f 0a02"), reach(1, 2, HOP4, "18 e80001"), reach(2, 1, HOP6, "40 20010db800000001 00"),
    reach(2, 1, HOP6 + "fe80" + "00" * 13 + "01", "80" + HOP6), reach(1, 4, HOP4, "30 000641 0a0001 40 000640 000651 0a00"),
    reach(2, 4, HOP6, "58 000641 20010db800000001"), *(reach(1, 128, "00" * 8 + HOP4, f"70 000641 {rd} 0a0001") for rd in RD),
    reach(2, 128, "00" * 8 + HOP6, f"98 000641 {RD[1]} 20010db800000001"), reach(1, 129, "00" * 8 + HOP4, f"70 000641 {RD[0]} 0a0001"),
    unreach(1, 1, "18 0a0001"), unreach(2, 1, "40 20010db800000001"), unreach(1, 4, "30 800000 0a0001"),
    unreach(1, 128, f"70 800000 {RD[0]} 0a0001"), unreach(25, 70, EVPN[0]), unreach(2, 128, f"98 800000 {RD[1]} 20010db800000001"),
    reach(1, 132, HOP4, "60 0000fde8 0002fde800000065 00"), reach(25, 65, HOP4, f"0011 {RD[0]} 0001 0001 000a 000641"),
    reach(25, 65, HOP4, f"0011 {RD[1]} 0002 0001 0008 000651"),
    *(reach(25, 70, HOP4, one) for one in EVPN), *(reach(1, 5, HOP4, one) for one in MULTICAST), unreach(1, 1, ""), unreach(2, 1, ""),
]
BASE = (attribute(1, "00", 0x40), attribute(3, HOP4, 0x40))
PATH = attribute(2, "0202 0000fde8 00010000", 0x40)
ATTRIBUTES = [
    update(*BASE, PATH, attribute(4, "00000064"), attribute(5, "000000c8", 0x40), attribute(6, "", 0x40), nlri="18 0a0001"),
    update(*BASE, attribute(2, "0102 0000fde8 00010000 0201 0000fde9 0301 0000fdea", 0x40), nlri="08 0a"),
    update(*BASE, PATH, attribute(7, "0000fde8 0a000001", 0xC0), attribute(18, "0000fde8 0a000001", 0xC0), nlri="08 0a"),
    update(*BASE, PATH, attribute(8, "ffffff01 ffffff02 ffffff03 fde80001", 0xC0), nlri="08 0a"),
    update(*BASE, PATH, attribute(9, "0a000001"), attribute(10, "0a000001 0a000002"), nlri="08 0a"),
    update(*BASE, PATH, attribute(16, "0002fde800000065 0003fde800000066 0102 0a000001 0065 0202 0000fde8 0067", 0xC0), nlri="08 0a"),
    update(*BASE, PATH, attribute(16, "030c000000000008 0600010000000005 0601010000000641 0602020000000001", 0xC0), nlri="08 0a"),
    update(*BASE, PATH, attribute(16, "0603020000000001 800a130005dc0000 8006fde849742400 0306000000000201", 0xC0), nlri="08 0a"),
    *(update(attribute(14, f"001946 04 {HOP4} 00 {one}"), attribute(16, "030c000000000008", 0xC0)) for one in (EVPN[6], EVPN[7], EVPN[12])),
    update(*BASE, PATH, attribute(17, "0202 0000fde8 00010000", 0xC0), nlri="08 0a"),
    update(*BASE, PATH, attribute(22, "00 00 000640 0a000001", 0xC0), attribute(26, "01000b 0000000000000064"), nlri="08 0a"),
    update(*BASE, PATH, attribute(32, "0000fde8 00000001 00000002 0000fde8 00000003 00000004", 0xC0), nlri="08 0a"),
    update(*BASE, PATH, attribute(35, "0000fde8", 0xC0), attribute(128, "0000fde8 40010100", 0xC0), nlri="08 0a"),
]
OPENINGS = [
    "0206 010400010001 0202 0200 0202 8000 0206 4104 0000fde8", "0208 4006 c078 0001 01 80", "0206 450400010103", "0202 4600 0202 0600",
    "0208 050600010001 0002", "0209 0307 0001 00 01 01 40 03", "0205 4303010241",
]  # fmt: skip
NOTICES = ["0101", "0102 0010", "0201 0004", "0202", "0300", "0303 400101", "0400", "0500", "0501", "0602 05 68656c6c6f", "0604", "0701"]


def conversation() -> list[bytes]:
    talk = Talk(40020, 179)
    for each in OPENINGS:
        body = bytes.fromhex(each)
        talk.asks(message(1, struct.pack(">BHHIB", 4, 0xFDE8, 180, 0x0A000001, len(body)) + body))
    talk.answers(message(4, ""))
    for one in (*ROUTES, *ATTRIBUTES):
        talk.asks(one)
    talk.answers(message(5, "0001 00 01"))
    talk.answers(message(5, "0001 01 01"))
    octets = message(4, "") * 3
    for piece in (octets[:30], octets[30:40], octets[40:]):  # what is cut takes all of the next segment
        talk.asks(piece)
    for each in NOTICES:
        talk.answers(message(3, each))
    return talk.packets


PACKETS = conversation()
