"""Gates: what can come within a layer only after something else did is not looked for before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dissect
from dissect.engine.outline import KEYS
from dissect.engine.plan import Plan
from dissect.layers import builtin
from dissect.passes import gates
from tests.passes.test_exchanges import get
from tests.passes.test_streams import ACK, SHAKEN, capture, segment

SAMPLES = Path(__file__).parents[2] / "samples"


def test_a_plan_knows_which_gates_matter() -> None:
    registry = builtin()
    names = Plan(registry, ["dns.qry.name"])
    assert names.gates == {KEYS, "dns-message"} and not Plan(registry, ["ip.src"]).gates
    shut = Plan(registry, ["dns.qry.name"], shut=names.gates)
    for layer, enters in (("http", False), ("tls", False), ("udp", True)):
        assert shut.enters(registry.number_of[layer]) is enters
        assert names.enters(registry.number_of[layer])


def test_octets_open_a_gate_for_the_packets_behind_them() -> None:
    asked = frozenset({"dns-message", KEYS})
    with capture([*SHAKEN, segment(True, ACK, 501, 0, data=get(b"/"))]) as cap:
        assert cap._gates.shut(cap.source.chunk_of(0), asked) == asked
    over_http = b"POST / HTTP/1.1\r\nContent-Type: application/dns-message\r\nContent-Length: 19\r\n\r\n"
    question = b"\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"
    with capture([*SHAKEN, segment(True, ACK, 501, 0, data=over_http + question)]) as cap:
        assert cap._gates.shut(cap.source.chunk_of(0), asked) == {KEYS}
        assert cap.filter('dns.qry.name == "a"').tolist() == [len(SHAKEN)]


def test_keys_open_what_is_sealed() -> None:
    with dissect.open(SAMPLES / "tls13.pcapng") as cap:
        found = [packet.number for packet in cap if "http" in packet.protocols.split(":")]
        assert found and [row + 1 for row in cap.filter("http").tolist()] == found


@pytest.mark.parametrize("dense", [1, 256])
@given(st.lists(st.sampled_from([b"dns-message", b"dns", b"-m", b"message", b"s-", b"x"]), max_size=12))
def test_octets_are_looked_for_piece_by_piece(dense: int, parts: list[bytes]) -> None:
    octets, wanted = b"".join(parts), b"dns-message"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "PIECE", 5)
        patch.setattr(gates, "DENSE", dense)
        assert gates.holds(np.frombuffer(octets, np.uint8), wanted) is (wanted in octets)
