"""Packets written by hand from the standards, for protocols of which no capture is at hand: by the layers they show.

What is in them is checked in tests/layers/test_handmade.py, and against tshark in tests/agreement/test_handmade.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.capture.files import paced, pcap

ETHERNET, WPAN, LOW_ENERGY = 1, 230, 251
SERVER, CLIENT = bytes([10, 0, 0, 2]), bytes([10, 0, 0, 1])
EMPTY_IP = "4500001400000000400000000a0000010a000002"
INNER = f"020000000001 020000000002 0800 {EMPTY_IP}"
_numbers = count(1)


def ether(kind: int, text: str) -> bytes:
    """A frame of Ethernet II."""
    return bytes.fromhex("020000000001 020000000002") + struct.pack(">H", kind) + bytes.fromhex(text)


def over_llc(text: str) -> bytes:
    """A frame of 802.3."""
    payload = bytes.fromhex(text)
    return bytes.fromhex("020000000001 020000000002") + struct.pack(">H", len(payload)) + payload


def over_ip(protocol: int, payload: bytes, to: bytes = SERVER) -> bytes:
    """A datagram, its checksum left 0."""
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, CLIENT, to)
    return ether(0x0800, (head + payload).hex())


def udp(port: int, text: str, source: int = 40000, to: bytes = SERVER) -> bytes:
    """A datagram to a port."""
    payload = bytes.fromhex(text)
    return over_ip(17, struct.pack(">HHHH", source, port, 8 + len(payload), 0) + payload, to)


def tcp(port: int, text: str) -> bytes:
    """A segment to a port; of a connection of its own."""
    head = struct.pack(">HHIIBBHHH", 40000 + next(_numbers), port, 1, 1, 0x50, 0x18, 1000, 0, 0)
    return over_ip(6, head + bytes.fromhex(text))


def sctp(protocol: int, text: str) -> bytes:
    """A chunk of data."""
    payload, number = bytes.fromhex(text), next(_numbers)
    chunk = struct.pack(">BBHIHHI", 0, 3, 16 + len(payload), number, 1, number, protocol) + payload
    return over_ip(132, struct.pack(">HHII", 40000, 40001, 1, 0) + chunk + bytes(-len(payload) % 4))


def _mesh() -> Iterator[bytes]:
    a, b = "0a0b0c0d0e0f", "0a0b0c0d0e0e"
    yield ether(0x4305, f"000f3200 00000001 {a} {b} 00ff 000c 01010008 00000064 00000032")
    yield ether(0x4305, f"400f3201 {a} {INNER}")
    yield ether(0x4305, f"420f3201 {a} {b} 0100 {INNER}")
    yield ether(0x4305, f"030f {a} 00000001 00000064")
    yield ether(0x4305, f"430f3208 {a} {b} 0100 0005")
    yield ether(0x4305, f"440f3200 {a} {b} 0008 0000 0401 0004 01 02 0000")
    yield ether(0x4305, f"410f3200 {a} {b} 0008 0100 01020304")


def _topology() -> Iterator[bytes]:
    a, b = "0a0b0c0d0e0f", "0a0b0c0d0e0e"
    yield ether(0x88D9, f"01000000 ffffffffffff 020000000002 0001 0002 0001 {a}")
    yield ether(
        0x88D9,
        f"01000001 ffffffffffff 020000000002 0000 0002 {a} {b} 0106010203040506 0204a0000000 030400000006 0704c0a80001"
        "081000000000000000000000000000000001 09020014 0a080000000000000bb8 0c0400002710 0f0441004200 1404c0000000 00",
    )
    yield ether(0x88D9, f"01000002 ffffffffffff 020000000002 0001 0001 0010 {a} {b}")
    yield ether(0x88D9, f"01000007 ffffffffffff 020000000002 0001 0001 0000 {a} {b} {a}")
    yield ether(0x88D9, "01020000 020000000001 020000000002 00aa 01")


def _substation() -> Iterator[bytes]:
    told = "800161 810201f4 820162 830163 84085f5e10000000000a 850101 860101 870100 880101 890100 8a0104"
    yield ether(0x88B8, f"0001 004c 0000 0000 6142 {told} ab17 830101 840203c0 850112 86020fff 870508 42280000 8a0161")
    yield ether(0x88B8, f"0001 0042 0000 0000 6138 {told} ab0d a20b 830101 84020640 85020fff")
    block = "800441414131 82020001 830400000001 850101 87080000000100000000"
    yield ether(0x88BA, f"4000 002e 0000 0000 6024 800101 a21f 301d {block}")


def _tags() -> Iterator[bytes]:
    yield ether(0x88E7, f"60000064 0a0b0c0d0e0f 0a0b0c0d0e0e 0800 {EMPTY_IP}")
    yield ether(0x893F, f"1002 0001 2003 0800 {EMPTY_IP}")
    yield ether(0x8926, f"80010002 0800 {EMPTY_IP}")


def _storage() -> Iterator[bytes]:
    yield ether(0x8914, "1000 0001 0002 0006 0008 0203 0a0b0c0d0e0f 0102 0080 04030000 1000000000000001")
    yield ether(0x8914, "1000 0004 0001 0003 0004 0202 0a0b0c0d0e0f 0e01 0064")
    frame = "22 010203 00 040506 08 290000 00 00 0000 0001 ffff 00000000 01020304"
    yield ether(0x8906, "00" * 13 + f"2e {frame} aabbccdd 41 000000")


def _cycles() -> Iterator[bytes]:
    yield ether(0x88AB, "01ff f000" + "00" * 42)
    yield ether(0x88AB, "03 0f f0 00 2000 0000 0000 0000 0000 0000")
    yield ether(0x88AB, "04 01 f0 00 fd 00 00 00 0400 2003 0102")
    yield ether(0x88AB, "05 ff f0 00 fd 00 01 01 20 0000000000")


def _identities() -> Iterator[bytes]:
    pair = "00112233445566778899aabbccddeeff ffeeddccbbaa99887766554433221100"
    yield over_ip(139, bytes.fromhex(f"3b 04 01 11 0000 0000 {pair}"))
    yield over_ip(139, bytes.fromhex(f"3b 06 03 21 0000 0001 {pair} 0041 000c 000000000000000000000001"))


def _signalling() -> Iterator[bytes]:
    head = "01000101 000000{:02x} 0210 00{:02x} 00000001 00000002 {:02x}020005"

    def carried(service: int, text: str) -> bytes:
        size = len(bytes.fromhex(text)) + 16
        padding = -size % 4
        return sctp(3, head.format(8 + size + padding, size, service) + text + "00" * padding)

    yield carried(5, "0100 01 00 00 0a 00 02 0a 08 83 90 12 34 aabb")
    yield carried(0, "14 01 00000000 000000 00000000")
    yield carried(3, "06 010203 00 01 04 01020304 00000000")
    yield sctp(2, "01000601 00000020 00010008 00000001 03000010 05 01420100 0100 01 00010203")
    yield sctp(5, "01000b01 0000001e 00000001 00000002 00 85 01020304 0506 01 01020304050607")
    yield sctp(5, "01000b02 00000014 00000001 00000002 00000004")
    yield sctp(4, "01000701 00000010 00060008 00000001")
    yield sctp(3, "01000301 00000010 00110008 00000001")
    yield sctp(3, "01000001 00000020 000d0008 00010003 00060008 00000001 0004000661620000")
    yield sctp(3, "01000202 00000010 00120008 00000102")


OFFLINE = "00ffff00fefefefefdfdfdfd12345678"


def _television() -> Iterator[bytes]:
    table = "47400010 00b00d0001c100000001f000" + "ff" * 172
    yield udp(5000, table)
    yield udp(5001, "47001130 0710 000000000001" + "ff" * 176 + table)


PACKETS: dict[str, tuple[bytes, ...]] = {
    "batadv": tuple(_mesh()),
    "lltd": tuple(_topology()),
    "goose sv": tuple(_substation()),
    "ieee8021ah etag vntag": tuple(_tags()),
    "fip fcoe fc": tuple(_storage()),
    "epl": tuple(_cycles()),
    "hip": tuple(_identities()),
    "realtek rrcp rldp": (
        ether(0x8899, "23" + "00" * 11), ether(0x8899, "0100 0a0b 0c0d0e0f00000000"),
        ether(0x8899, "0102 2379 0a0b 0c0d0e0f"), ether(0x8899, "0900 3792 0011223344556677"),
    ),
    "ieee1905": (ether(0x893A, "0000 0000 0005 00 80 010006 0a0b0c0d0e0f 020006 0a0b0c0d0e0e 000000"),),
    "homeplug-av": (ether(0x88E1, "00 00a0 00b052 01020304"), ether(0x88E1, "01 6460 0000 00000102030405060708")),
    "ieee1722 iec61883": (
        ether(0x22F0, "00 81 00 01 0102030405060708 00000001 00000000 0020 00a0 00000000"),
        ether(0x22F0, "7f0000080102030405060708"),
    ),
    "m3ua m2ua m2pa sua sccp isup mtp3mg": tuple(_signalling()),
    "tipc": (
        ether(0x88CA, "41420028 40100000 00000000 01001002 d150ac62 1947c220 01001002 01001003 000003e8 00000005"),
    ),
    "lwapp": (udp(12222, "08 1d 0018 e3 42 0040 0000 020000000001 020000000002 020000000001 3500"),),
    "esis": (
        over_llc("fefe03 82 14 01 00 04 012c 0000 0a 49000102030405060700"),
        over_llc("fefe03 82 16 01 00 02 012c 0000 01 0a 49000102030405060700 c000"),
    ),
    "ndp": (over_llc("aaaa03 000081 01a2 0a000001 000115 83 0c 02 00"),),
    "dsi afp": (
        tcp(548, "00 02 0001 00000000 00000002 00000000 1201"),
        tcp(548, "01 04 0001 00000000 0000000c 00000000 000400100000 020400000080"),
    ),
    "ams": (tcp(48898, "0000 20000000 c0a8000a0101 5103 c0a800010101 8000 0200 0400 00000000 00000000 01000000"),),
    "egd": (udp(18246, "0d 01 0001 0a000001 01000000 01000000 02000000 00000000 00000000 00000000 aabb"),),
    "hislip": (tcp(4880, "485300000100aabb 0000000000000004 61626364"),),
    "synphasor": (tcp(4712, "aa41 0012 0007 52c00000 00000000 0004 dc50"),),
    "who": (
        udp(513, "0101 0000 5f5e1000 00000000 686f7374" + "00" * 28 + "00000001 00000002 00000003 5f5e0000"
            "7474793100000000 726f6f7400000000 5f5e0001 00000005"),
    ),
    "glbp": (
        udp(3222, "01 00 0001 0000 0007b4000102 011c 00 20 00 64 0000 00000bb8 00002710 0258 3840 0000 0104 0a000001"
            "0214 01 20 64 64 64 00000000000000 0007b4000101", 3222, bytes([224, 0, 0, 102])),
    ),
    "ajp13": (
        tcp(8009, "1234 0031 02 02 0008 485454502f312e31 00 0001 2f 00 0009 3132372e302e302e31 00 ffff"
            "0009 6c6f63616c686f7374 00 0050 00 0000 ff"),
        tcp(8009, "4142 000a 04 00c8 0002 4f4b 00 0000"), tcp(8009, "4142 0002 05 01"),
    ),
    "tzsp": (
        udp(37008, "01 00 0012 0d0401020304 29020028 0a01b0 120106 3c060a0b0c0d0e0f 01 d4000000020000000001"),
        udp(37008, f"01 00 0001 01 {INNER}"),
    ),
    "mip": (
        udp(434, "03 00 0708 0a000001 0a000002 e000000000000001 20 0c 00000100 01020304 05060708"),
        udp(434, "01 a0 0708 0a000001 0a000002 0a000003 0000000000000000"),
    ),
    "ayiya": (
        udp(5072, "10 52 01 29 5f5e1000 0102 0102030405060708090a0b0c0d0e0f1011121314 6000000000003b40"
            "00000000000000000000000000000001 00000000000000000000000000000002"),
    ),
    "cups": (udp(631, "3620332069707020226122202262220a"),),
    "ngap s1ap x2ap f1ap xnap e1ap": (
        sctp(18, "000c400b 00 0001 0008 00 04 80010203"), sctp(62, "000100020001"), sctp(27, "0006000300 0000"),
        sctp(61, "0006000300 0000"), sctp(64, "0006000300 0000"), sctp(60, "2015000300 0000"),
    ),
    "mp2t": tuple(_television()),
    "raknet": (
        udp(19132, f"1c 0000000000000001 0000000000000002 {OFFLINE} 0004 4d435045"),
        udp(19132, f"05 {OFFLINE} 0a 00000000"), udp(19132, f"06 {OFFLINE} 0000000000000002 00 05d4"),
        udp(19132, f"01 0000000000000001 {OFFLINE} 0000000000000002"),
    ),
    "cops": (
        tcp(3288, "10010000 0000002c 00080b0161620000 0008010105060708 0008020100010000 0008050100010002"
            "00080a010000001e"),
    ),
    "pcep": (tcp(4189, "20010010 01100008 201e7800 02100004"),),
    "x11": (
        tcp(6000, "6c000b000000000000000000"),
        tcp(6001, "4200 000b 0000 0012 0010 0000 4d49542d4d414749432d434f4f4b49452d31 0000"
            "00112233445566778899aabbccddeeff"),
    ),
    "tplink-smarthome": (
        udp(9999, "d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf09af09a"), udp(9999, "0102030405"),
    ),
}  # fmt: skip


ADVERTISING, CONNECTION = "d6be898e", "50655d12"
AIR: dict[str, tuple[bytes, ...]] = {
    "btle btcommon": tuple(
        bytes.fromhex(text + "aabbcc")
        for text in (
            f"{ADVERTISING} 4016 0f0e0d0c0b0a 02010603034218 080941424344454647",
            f"{ADVERTISING} 030c 0f0e0d0c0b0a 1f1e1d1c1b1a",
            f"{ADVERTISING} 0209 0f0e0d0c0b0a 020af4", f"{ADVERTISING} 0410 0f0e0d0c0b0a 03194000 05ff4c001005",
            f"{CONNECTION} 0207 0300 0400 0a0300", f"{CONNECTION} 0301 12", f"{CONNECTION} 0100",
        )
    ),
}  # fmt: skip

FRAME = "61dc01cdab020000004b12000001000000004b1200"
MOTES: dict[str, tuple[bytes, ...]] = {
    "6lowpan": tuple(
        bytes.fromhex(text)
        for text in (
            "419801cdab02000100 7a333a 80001234 00010002", "419801cdab02000100 7a223a 0005 0006 80001234 00010002",
            f"{FRAME} 7ed5 10 0011223344556677 8899aabbccddeeff f3 12 beef 4142",
            f"{FRAME} 7233 80 3a80001234 00010002",
            f"{FRAME} 6a33 812345 3a 80001234 00010002", f"{FRAME} 6033 00000000 11 40 1f40 1f41 000a beef 4142",
            "61d801cdabffff01000000004b1200 7a3b 3a 11 80001234 00010002", f"{FRAME} c0800012 7a333a80001234 00010002",
            f"{FRAME} 41 6000000000003b40 00000000000000000000000000000001 00000000000000000000000000000002",
            f"{FRAME} e0800012 10 00010002", f"{FRAME} 7e33 f0 1f40 1f41 beef 4142",
        )
    ),
}  # fmt: skip


def write(path: Path, link: int = ETHERNET, made: dict[str, tuple[bytes, ...]] = PACKETS) -> list[bytes]:
    """All of them as a capture; what was written."""
    packets = [packet for some in made.values() for packet in some]
    path.write_bytes(pcap(paced(packets), network=link))
    return packets
