"""The catalogue holds what PATHMTU findings there are, each with a source."""

from __future__ import annotations

import re

import pytest

from dissect.pathmtu import CATALOGUE
from dissect.pathmtu.fragmentation import chain_complete
from dissect.pathmtu.model import SEVERITIES
from dissect.pathmtu.tunnels import Inside, look_inside


def test_every_code_is_there_and_complete() -> None:
    assert list(CATALOGUE) == [f"M{i:02}" for i in range(1, 37)]
    for entry in CATALOGUE.values():
        assert entry.severity in SEVERITIES and entry.title and entry.rule and entry.cause and entry.remedy
        assert all(re.fullmatch(r"RFC \d+( section [\d.]+)?", source) for source in entry.references)


def test_header_chains() -> None:
    assert chain_complete(17, bytes(8)) and not chain_complete(17, bytes(7))
    assert chain_complete(60, bytes([17, 0]) + bytes(14)) and not chain_complete(60, bytes([17, 1]) + bytes(14))
    assert not chain_complete(0, b"")


INNER = bytes([0x45, 0]) + (1500).to_bytes(2, "big") + bytes([0, 0, 0x40, 0]) + bytes(1492)
INNER_6 = bytes([0x60, 0, 0, 0]) + (1460).to_bytes(2, "big") + bytes([6, 64]) + bytes(1492)
FRAME = bytes(12) + b"\x08\x00"


def udp(port: int, payload: bytes) -> bytes:
    return bytes([0x30, 0x39]) + port.to_bytes(2, "big") + bytes(4) + payload


@pytest.mark.parametrize(
    ("tunnel", "overhead", "header", "protocol", "payload"),
    [
        ("gre", 24, 20, 47, b"\x00\x00\x08\x00" + INNER),
        ("gre", 28, 20, 47, b"\x20\x00\x08\x00" + bytes(4) + INNER),
        ("gre", 44, 40, 47, b"\x00\x00\x86\xdd" + INNER_6),
        ("gre", 52, 40, 60, b"\x2f\x00\x04\x01\x04\x01\x01\x00" + b"\x00\x00\x86\xdd" + INNER_6),  # ip6gre of Linux
        ("gre", 42, 20, 47, b"\x20\x00\x65\x58" + bytes(4) + FRAME + INNER),  # NVGRE
        ("erspan", 50, 20, 47, b"\x10\x00\x88\xbe" + bytes(12) + FRAME + INNER),
        ("erspan", 38, 20, 47, b"\x00\x00\x88\xbe" + FRAME + INNER),
        ("pptp", 40, 20, 47, b"\x30\x81\x88\x0b" + bytes(12) + b"\xff\x03\x00\x21" + INNER),
        ("ipip", 20, 20, 4, INNER),
        ("6in4", 20, 20, 41, INNER_6),
        ("vxlan", 50, 20, 17, udp(4789, bytes(8) + FRAME + INNER)),
        ("vxlan", 70, 40, 17, udp(4789, bytes(8) + FRAME + INNER)),
        ("vxlan", 54, 20, 17, udp(4789, bytes(8) + bytes(12) + b"\x81\x00\x00\x05\x08\x00" + INNER)),
        ("geneve", 50, 20, 17, udp(6081, b"\x00\x00\x65\x58" + bytes(4) + FRAME + INNER)),
        ("geneve", 58, 20, 17, udp(6081, b"\x02\x00\x65\x58" + bytes(12) + FRAME + INNER)),
        ("geneve", 36, 20, 17, udp(6081, b"\x00\x00\x08\x00" + bytes(4) + INNER)),
        ("gtp", 36, 20, 17, udp(2152, b"\x30\xff" + bytes(6) + INNER)),
        ("gtp", 44, 20, 17, udp(2152, b"\x34\xff" + bytes(6) + b"\0\0\0\x85" + b"\1\0\0\0" + INNER)),
        ("l2tp", 38, 20, 17, udp(1701, b"\x00\x02" + bytes(4) + b"\xff\x03\x00\x21" + INNER)),
        ("l2tp", 40, 20, 17, udp(1701, b"\x40\x02\x00\x00" + bytes(4) + b"\xff\x03\x00\x21" + INNER)),
    ],
)  # fmt: skip
def test_overheads_of_tunnels(tunnel: str, overhead: int, header: int, protocol: int, payload: bytes) -> None:
    found = look_inside(protocol, payload, header)
    assert found == Inside(tunnel, overhead, 1500, True)


@pytest.mark.parametrize(
    ("tunnel", "overhead", "header", "protocol", "payload"),
    [
        ("wireguard", 60, 20, 17, udp(51820, b"\4\0\0\0" + bytes(1528))),
        ("wireguard", 80, 40, 17, udp(4711, b"\4\0\0\0" + bytes(1452))),
        ("esp", 77, 20, 50, bytes(1400)),
        ("esp", 85, 20, 17, udp(4500, b"\1\2\3\4" + bytes(1400))),
        ("l2tp", 0, 20, 115, bytes(1400)),
    ],
)  # fmt: skip
def test_what_sealed_tunnels_add(tunnel: str, overhead: int, header: int, protocol: int, payload: bytes) -> None:
    assert look_inside(protocol, payload, header) == Inside(tunnel, overhead, 0, False)


@pytest.mark.parametrize(
    "payload", [udp(4500, bytes(1400)), udp(1701, b"\xc8\x02" + bytes(1400)), udp(53, bytes(1400)), udp(4789, bytes(2))]
)
def test_what_is_no_tunnel(payload: bytes) -> None:
    assert look_inside(17, payload, 20) is None
