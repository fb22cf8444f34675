"""Ports whose protocols look at what comes before they take it: five payloads that none of them is, to each."""

from __future__ import annotations

from tests.crafted.frames import Talk, udp

LAYERS = ("udp",)
UDP = (
    654, 6696, 8611, 2055, 4739, 20000, 4665, 18246, 500, 3205, 750, 1701, 646, 2427, 434, 5678, 3503, 5351, 623, 7001,
    177, 8116, 8211, 20561, 2048, 3956, 5050, 6060, 27036, 2049, 319, 320, 1985, 2029, 1812, 2123, 1101, 1900, 2190,
)  # fmt: skip
TCP = (
    443, 993, 135, 2049, 104, 20000, 4661, 646, 2427, 502, 3389, 4369, 9042, 80, 8080, 3128, 389, 3268, 5222, 5432, 5672, 2126, 2575,
    4840, 9418, 2190,
)  # fmt: skip
NOISE = bytes.fromhex("82b70eee7f1a5039bef07ec2347f066ed08f5dc7512447e3404300026b6e545594a065685d64c498")
TEXT_THEN_NOISE = b"abc" + NOISE
SAID = (NOISE, TEXT_THEN_NOISE, b"Hello world, this is a text line\r\nand another one\r\n", b"\xff" * 40)


def connections() -> list[bytes]:
    packets: list[bytes] = []
    for number, (port, said) in enumerate((port, said) for port in TCP for said in SAID):
        talk = Talk(50000 + number, port)
        talk.asks(said)
        packets += talk.packets[3:]
    return packets


PACKETS = [*(udp(50000 + number, port, said) for number, (port, said) in enumerate((p, s) for p in UDP for s in SAID)),
           udp(50999, 12000, SAID[2]), udp(50999, 12004, b"\xf0\xf0\x03" + SAID[2]), *connections()]  # fmt: skip
