"""ICMP: the moment that ping puts into an echo."""

from __future__ import annotations

from typing import Any

import pytest

from dissect.engine.record import NO_TIME
from dissect.engine.row import Dissection
from dissect.layers import builtin
from tests.layers.link_bytes import layer_tree, layer_values

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


QUOTE = bytes.fromhex("450000800000000001fd000001020304 01020305").ljust(128, b"\0")
STACK = bytes.fromhex("2000ddf4 00080101 00010101")


@pytest.mark.parametrize("words", [0, 32])
def test_extensions_behind_a_quote_of_told_and_of_untold_length(words: int) -> None:
    fields = layer_values("icmp", bytes([11, 0, 0, 0, 0, words, 0, 0]) + QUOTE + STACK)
    assert (fields["icmp.mpls.label"], fields["icmp.mpls.s"], fields["icmp.mpls.ttl"]) == ([16], [True], [1])
    assert fields["ip.len"] == [128]


@pytest.mark.parametrize("behind", [b"*/*\r\nContent-Length: 20000\r\n", bytes([0x20, 0, 0, 1]) + STACK[4:], bytes(40)])
def test_more_of_the_packet_behind_its_first_octets_is_no_extension(behind: bytes) -> None:
    longer = QUOTE[:2] + b"\x05\xdc" + QUOTE[4:]
    fields = layer_values("icmp", bytes([3, 4, 0, 0, 0, 0, 5, 120]) + longer + behind)
    assert fields["icmp.mtu"] == [1400] and not [name for name in fields if name.startswith(("icmp.ext", "icmp.mpls"))]


def test_an_interface_and_a_probe_of_one() -> None:
    interface = bytes.fromhex("20000000 0014020e 0000000f 00010000 0a0a0a0a 04657468")
    fields = layer_values("icmp", bytes([11, 0, 0, 0, 0, 32, 0, 0]) + QUOTE + interface)
    assert (fields["icmp.int_info.index"], fields["icmp.int_info.ipv4"]) == ([15], [0x0A0A0A0A])
    assert fields["icmp.int_info.name"] == ["eth"]
    probe = layer_values("icmp", bytes.fromhex("2a00000000070501 20000000 000a0301 656e70317330"))
    assert (probe["icmp.ident"], probe["icmp.ext.echo.seq"], probe["icmp.ext.echo.req.local"]) == ([7], [5], [True])
    assert probe["icmp.int_ident.name"] == ["enp1s0"]


def test_what_lies_behind_a_short_packet_quoted_is_no_more_of_it() -> None:
    head = bytes([11, 0, 0, 0, 0, 0, 0, 0])
    assert layer_values("icmp", head + QUOTE + bytes.fromhex("2000beef") + STACK[4:])["icmp.mpls.label"] == [16]
    assert "icmp.ext.checksum" not in layer_values("icmp", head + QUOTE + bytes(12)), "no version that is known"


def test_an_object_that_lies_about_its_length_is_noted() -> None:
    assert layer_tree("icmp", bytes.fromhex("2a00000000070501 20000000 ff0a0301 656e70317330")).notes
