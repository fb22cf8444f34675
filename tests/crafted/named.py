"""Services that are told by name or by a fixed head: a datagram or a segment each."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, ipv4, udp

LAYERS = (
    "artnet", "pktgen", "cpha", "papi", "mactelnet", "wccp", "iapp", "dis", "asterix", "gvcp", "sbus", "esio",
    "steam_ihs_discovery", "armagetronad", "infiniband",
)  # fmt: skip
SAID = bytes.fromhex("0201a44c11d1f6f1304142434445464748c3c4c5c6c7c8c9cacb")
UDP = (
    1718, 1719, 2099, 2945, 32000, 2157, 2948, 9200, 2269, 2222, 1153, 6160, 4991, 3804, 24576, 2887, 8848,
    1745, 6073, 8767, 27910, 41170, 11273, 6970, 524, 54328,
    9201, 2268, 910, 925, 3250, 3567, 1755, 2345,
)  # fmt: skip
TCP = (524, 1863, 17500, 2401, 3632, 1099, 3724, 8085, 15740, 9300, 2600)
DATAGRAMS = (
    (2944, b"!/1 [192.0.2.1]:2944\nT=1{C=-{SC=ROOT{SV{MT=RS}}}}\n"), (699, bytes.fromhex("0100070800000000c0000201c0000202") + bytes(8)),
    (6454, b"Art-Net\0" + bytes.fromhex("0020 000e 02 00")),
    (9, bytes.fromhex("be9be955 00000001 5f5e1000 00000001")),
    (8116, bytes.fromhex("1a90 0001 0001 0001 0001 0001 0001 0001 0001 0000")),
    (8211, bytes.fromhex("4972 0003 c0000202 c0000201 0000 0000 2004 2004 0000 0000 0001 0001") + bytes(16)),
    (20561, bytes.fromhex("01 00 020000000001 020000000002 0015 0001 00000000")),
    (2048, bytes.fromhex("00000007 00000004 00000000")), (2313, bytes.fromhex("01 00")),
    (3000, bytes.fromhex("07 01 14 05 00000000 0020 28 00") + bytes(20)),
    (8600, bytes.fromhex("30 0007 80 0102 00")), (3956, bytes.fromhex("42 01 0002 0000 0001")),
    (5050, bytes.fromhex("0000000d 00 00 0001 00 05 20 beef")), (6060, b"ESIO" + bytes.fromhex("0001 0000 0014 0001 00000001 00000000")),
    (4791, bytes.fromhex("0440ffff000000118000000a") + SAID[:20] + bytes.fromhex("01020304")),
    (4791, bytes.fromhex("1140ffff000000110000000a 00000001 01020304")), (27036, bytes.fromhex("ffffffff214c5fa0 00000000 00000000")),
    (4534, bytes.fromhex("0001 0002 0001 abcd 0003")), (464, bytes.fromhex("0006 0001 0000")),
)  # fmt: skip


def connections() -> list[bytes]:
    packets: list[bytes] = []
    words = [(port, SAID) for port in TCP]
    words += [(40001, b"\x00\x0a\xd0\x01\x00\x01\x00\x04\x10\x41"),
              (705, bytes.fromhex("01 0d 10 00 00000001 00000002 00000003 00000000"))]  # fmt: skip
    for number, (port, said) in enumerate(words):
        talk = Talk(50000 + number, port)
        talk.asks(said)
        packets += talk.packets
    return packets


SEARCH = b"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: 00\r\n\r\n\r\n"
NEARBY = ipv4(17, struct.pack(">HHHH", 6771, 6771, 8 + len(SEARCH), 0) + SEARCH, destination=bytes((239, 192, 152, 143)))
PACKETS = [
    NEARBY,
    *(udp(50000 + number, port, SAID) for number, port in enumerate(UDP)),
    *(udp(51000 + number, port, said) for number, (port, said) in enumerate(DATAGRAMS)), *connections(),
]  # fmt: skip
