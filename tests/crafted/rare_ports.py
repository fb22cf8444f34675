"""Services that few captures hold: a message each, whole as its length says."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk, ipv4, udp

LAYERS = (
    "9p", "nvme-tcp", "winsrepl", "synergy", "jdwp", "slsk", "gadu-gadu", "dlm3", "llrp", "dhcpfo", "gryphon",
    "netsync", "sametime", "tpm", "vicp", "gift", "beep", "omapi", "ipsictl", "ajns", "ax4000", "rsip", "cbsp", "slimp3", "kdp",
    "ltp", "packetbb", "pana", "cnip", "gtpprime", "rtpproxy", "find", "xyplex", "a21", "pktc", "tetra", "idn",
    "ulp", "dlep", "hcrt", "ncs",
)  # fmt: skip
SAID = bytes.fromhex("0201a44c11d1f6f1304142434445464748c3c4c5c6c7c8c9cacb")
ANY_UDP = (9956, 3357, 4555, 19948, 1628, 1629, 1001, 173, 23272, 1293, 7074, 7255, 7275, 854, 47000)
ANY_TCP = (2321, 1861, 1213, 10288, 7911, 5010, 9956, 3357, 4555, 48049)
DATAGRAMS = (
    (1113, bytes.fromhex("00 01 02 00 01 00 05") + b"hello"), (269, bytes.fromhex("00")),
    (716, struct.pack(">HHHHII", 0, 16, 0x8000, 2, 1, 2)),
    (3386, bytes.fromhex("0e 01 0000 0001 00000000")), (22222, b"1234_5 V\n"),
    (3483, b"h" + bytes(17)), (3483, b"d" + bytes(17)),
)  # fmt: skip
STREAMS = (
    (564, bytes.fromhex("13000000 64 ffff 00200000 0600 395032303030")), (4420, bytes.fromhex("04 00 18 00 18000000") + bytes(16)),
    (42, bytes.fromhex("00000029 00007800 00000000 00000000") + bytes(29)), (24800, bytes.fromhex("00000004") + b"CNOP"),
    (9009, bytes.fromhex("0000000b 00000001 00 01 01")), (2234, bytes.fromhex("08000000 20000000 00000000")),
    (8074, bytes.fromhex("08000000 00000000")),
    (5084, bytes.fromhex("043e 0000000a 00000001")), (647, bytes.fromhex("000c 02 0c 00000000 00000001")),
    (7000, bytes.fromhex("01 00 02 00 0004 01 00 01 02 03 04")), (1533, bytes.fromhex("00000004 00000000")),
    (21064, bytes.fromhex("00000300 01000000 00000000 14000100") + bytes(24)),
)  # fmt: skip


def connections() -> list[bytes]:
    packets: list[bytes] = []
    for number, (port, said) in enumerate([*((port, SAID) for port in ANY_TCP), *STREAMS]):
        talk = Talk(52000 + number, port)
        talk.asks(said)
        packets += talk.packets
    return packets


PACKETS = [
    *(udp(50000 + number, port, SAID) for number, port in enumerate(ANY_UDP)),
    *(udp(51000 + number, port, said) for number, (port, said) in enumerate(DATAGRAMS)),
    *(ipv4(protocol, SAID) for protocol in (224, 173)), *connections(),
]  # fmt: skip
