"""Captures for measuring reassembly: half fragments of small datagrams, or a flood that never completes.

python tests/bench/make_fragments.py OUT [--packets N] [--kind half|flood|plain]
"""

from __future__ import annotations

import argparse
import struct
from pathlib import Path

EPOCH = 1_700_000_000  # as captures have it: where seconds are few, any zeros look like a time
ETHERNET = bytes.fromhex("020000000102 020000000101 0800".replace(" ", ""))


def packet(payload: bytes, bits: int, ident: int, source: int, dest: int) -> bytes:
    """An Ethernet frame with a piece of a datagram; `bits` are flags and offset."""
    head = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), ident & 0xFFFF, bits, 64, 17, 0, source, dest)
    return ETHERNET + head + payload


def half_fragments(number: int) -> list[bytes]:
    """Two plain packets and a datagram of 2,960 bytes in two pieces."""
    source, dest = 0x0A000000 | number >> 16, 0x0A800000 | number & 0xFF
    body = bytes(range(256)) * 12
    udp = struct.pack(">HHHH", 32768 + number % 28232, 9, 2960, 0) + body[:2952]
    plain = struct.pack(">HHHH", 32768 + number % 28232, 9, 508, 0) + body[:500]
    return [
        packet(plain, 0, number, source, dest), packet(udp[:1480], 0x2000, number, source, dest),
        packet(udp[1480:], 185, number, source, dest), packet(plain, 0, number, source, dest),
    ]  # fmt: skip


def flood(number: int) -> list[bytes]:
    """Four first pieces of datagrams that never complete."""
    return [packet(b"x" * 64, 0x2000, 4 * number + i, 0x0A000000 | number >> 10, 0x0A800001) for i in range(4)]


def plain(number: int) -> list[bytes]:
    """The same, but none is a fragment."""
    return [packet(b"x" * 64, 0, 4 * number + i, 0x0A000000 | number >> 10, 0x0A800001) for i in range(4)]


KINDS = {"half": half_fragments, "flood": flood, "plain": plain}


def make(path: Path, packets: int, kind: str) -> None:
    """Write a capture."""
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(packets // 4):
            for i, data in enumerate(KINDS[kind](number)):
                at = 4 * number + i
                out.write(struct.pack("<IIII", EPOCH + at // 100_000, at % 100_000, len(data), len(data)) + data)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--packets", type=int, default=200_000)
    parser.add_argument("--kind", choices=KINDS, default="half")
    options = parser.parse_args()
    make(options.out, options.packets, options.kind)


if __name__ == "__main__":
    main()
