"""Spanning tree over LLC."""

from __future__ import annotations

from tests.layers.link_bytes import values

RAPID = (
    "0180c2000000 001906eab88c 0027 424203 0000 02 02 0e 8001001906eab880 00000000 8001001906eab880 800c"
    "0000 1400 0200 0f00 00" + "00" * 7
)


def test_rapid_spanning_tree() -> None:
    found = values(1, RAPID)
    assert found["llc.dsap"] == [0x42]
    assert found["stp.version"] == [2]
    assert found["stp.flags.port_role"] == [3]
    assert found["stp.root.prio"] == [32768]
    assert found["stp.root.ext"] == [1]
    assert found["stp.port"] == [0x800C]
    assert found["stp.max_age"] == [20.0]
    assert found["stp.version_1_length"] == [0]
    assert found["eth.padding"] == [bytes(7)]
