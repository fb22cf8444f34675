"""Services by port: Nano, Mosh, Modbus over UDP, Sebek; GSM over IP; Fibre Channel between parts of MDS switches."""

from __future__ import annotations

from tests.crafted.frames import Talk, udp

LAYERS = ("nano", "ssyncp", "mbtcp", "gsm_ipa", "gsup", "mdshdr", "fc")
BLOCK = bytes(range(256))


def nano(network: bytes, kind: int, block: int, body: bytes) -> bytes:
    return udp(50000, 7075, b"R" + network + bytes([0x11, 0x11, 0x07, kind, 0, block]) + body)


STATION = Talk(50001, 3002)
for text in ("0001 fe 00", "0005 fe 04 0108 0107", "000a fe 05 0005 01 4e414d45 0101", "0002 00 1019", "0006 ee 00 4745542031",
             "0007 ee 05 04 01 03 010203", "0005 dd 68656c6c6f"):  # fmt: skip
    STATION.asks(bytes.fromhex(text))
FC = bytes.fromhex("06 010203 00 040506 80 290000 01 00 0000 0001 ffff 00000000") + bytes(range(32))


def mds(length: int) -> bytes:
    head = bytes.fromhex("0016") + length.to_bytes(2) + bytes(range(0x14, 0x20))
    return bytes.fromhex("020000000002 020000000001 fcfc") + head + FC + bytes.fromhex("a1a2a3a4a5a6") + bytes(4)


PACKETS = [
    nano(b"C", 2, 0, bytes(range(144))), *(nano(b"B", 3, kind, BLOCK[:size]) for kind, size in ((2, 152), (3, 136), (4, 168), (5, 136), (6, 216))),
    nano(b"A", 4, 2, BLOCK[:152]), nano(b"C", 5, 6, BLOCK[:104] + BLOCK[:216]),
    udp(50000, 60001, bytes.fromhex("8000000000000001") + b"sealed" * 5), udp(60001, 50000, bytes.fromhex("0000000000000002") + b"sealed" * 5),
    udp(50000, 502, bytes.fromhex("0001 0000 0006 01 03 0000 0001")), *STATION.packets, mds(len(FC) + 6), mds(2000),
]  # fmt: skip
