"""UDP-Lite."""

from __future__ import annotations

import pytest

from dissect.engine.row import Dissection
from dissect.layers import builtin
from tests.layers.link_bytes import tree, values

RAW_IPV4 = 228
HEADER = "4500002100000000408864510a0101010a010102"


def status(text: str) -> object:
    """The checksum's status, verified."""
    data, registry = bytes.fromhex(text), builtin()
    run = Dissection(registry, data, verify=True)
    run.enter(registry.find("linktype", RAW_IPV4), data, 0, len(data), len(data), None)
    return run.tree.find("udp.checksum.status")


def test_coverage_takes_the_place_of_the_length() -> None:
    text = HEADER + "138813890008c24c4142434445"
    fields = values(RAW_IPV4, text)
    assert (fields["udp.checksum_coverage"], fields["udp.length"]) == ([8], [13])
    assert tree(RAW_IPV4, text).info == "5000 → 5001 Len=5"


@pytest.mark.parametrize(
    ("datagram", "expected"),
    [
        ("138813890000f8cd4142434445", 1),  # all of it is covered
        ("138813890008c24c4142434445", 1),
        ("138813890008c24c0000000000", 1),  # what is not covered may change
        ("138813890000f8cd4142434446", 0),
        ("1388138900080000" + "4142434445", 4),
        ("138813890007c24c4142434445", 2),
    ],
)
def test_checksum(datagram: str, expected: int) -> None:
    assert status(HEADER + datagram) == [expected]
