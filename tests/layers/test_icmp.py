"""ICMP: the moment that ping puts into an echo."""

from __future__ import annotations

from typing import Any

import pytest

from dissect.engine.record import NO_TIME
from dissect.engine.row import Dissection
from dissect.layers import builtin

SECOND = 1_000_000_000
MOMENT = 1_746_883_049 * SECOND + 142_411_000


def echo(data: bytes, time: int) -> dict[str, list[Any]]:
    """The fields of an echo request with these data, captured at `time`."""
    message = bytes.fromhex("08000000e3000001") + data
    registry = builtin()
    run = Dissection(registry, message)
    run.time = time
    run.enter(registry.layer("icmp"), message, 0, len(message), len(message), None)
    found: dict[str, list[Any]] = {}
    for node in run.tree.walk():
        found.setdefault(node.field.name, []).append(node.value)
    return found


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_moment_in_either_byte_order(order: Any) -> None:
    data = (MOMENT // SECOND).to_bytes(4, order) + (142_411).to_bytes(4, order) + b"\x08\x09"
    fields = echo(data, MOMENT + 5 * SECOND)
    assert (fields["icmp.data_time"], fields["icmp.data_time_relative"]) == ([MOMENT], [5 * SECOND])
    assert fields["data.data"] == [b"\x08\x09"]


def test_what_is_no_moment_stays_data() -> None:
    for data, time in ((bytes(range(8, 24)), MOMENT), (b"1234", MOMENT), (bytes(16), NO_TIME)):
        fields = echo(data, time)
        assert "icmp.data_time" not in fields
        assert fields["data.data"] == [data]
