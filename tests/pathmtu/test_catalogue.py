"""The catalogue holds what PATHMTU findings there are, each with a source."""

from __future__ import annotations

import re

from dissect.pathmtu import CATALOGUE
from dissect.pathmtu.datagrams import chain_complete
from dissect.pathmtu.model import SEVERITIES
from dissect.pathmtu.tunnels import look_inside


def test_every_code_is_there_and_complete() -> None:
    assert list(CATALOGUE) == [f"M{i:02}" for i in range(1, 37)]
    for entry in CATALOGUE.values():
        assert entry.severity in SEVERITIES and entry.title and entry.rule and entry.cause and entry.remedy
        assert all(re.fullmatch(r"RFC \d+( section [\d.]+)?", source) for source in entry.references)


def test_header_chains() -> None:
    assert chain_complete(17, bytes(8)) and not chain_complete(17, bytes(7))
    assert chain_complete(60, bytes([17, 0]) + bytes(14)) and not chain_complete(60, bytes([17, 1]) + bytes(14))
    assert not chain_complete(0, b"")


def test_overheads_of_tunnels() -> None:
    inner = bytes([0x45, 0]) + (1500).to_bytes(2, "big") + bytes([0, 0, 0x40, 0]) + bytes(1492)
    with_key = b"\x20\x00\x08\x00" + bytes(4) + inner
    found = look_inside(47, with_key, 20)
    assert found is not None and (found.tunnel, found.overhead, found.inner, found.inner_df) == ("gre", 28, 1500, True)
    vxlan = bytes([0x30, 0x39, 0x12, 0xB5]) + bytes(4) + bytes(8) + bytes(14) + inner
    found = look_inside(17, vxlan, 20)
    assert found is not None and (found.tunnel, found.overhead) == ("vxlan", 50)
