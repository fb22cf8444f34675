"""GTP's control plane, byte for byte."""

from __future__ import annotations

from typing import Any

from dissect.engine.row import Dissection
from dissect.layers import builtin
from dissect.layers.gtpc_elements import bcd, network
from tests.layers.link_bytes import layer_tree, layer_values

CREATED = bytes.fromhex(
    "4821005b0000123400005500020002001000570009008b000000220a0000014f000500010a1400057f000100005d002600490001000502"
    "00020010005700090081000000780a0000015e000400000000014100020001029c00040000000001"
)  # fmt: skip


def test_a_session_is_created() -> None:
    found = layer_values("gtpv2", CREATED)
    assert found["gtpv2.message_type"] == [33] and found["gtpv2.cause"] == [16, 16]
    assert found["gtpv2.f_teid_interface_type"] == [11, 1] and found["gtpv2.ebi"] == [5]
    assert found["gtpv2.pdn_addr_and_prefix.ipv4"] == [0x0A140005]
    assert layer_tree("gtpv2", CREATED).info == "Create Session Response"


def test_version_1() -> None:
    elements = b"\2" + bytes.fromhex("09101032547698f0") + b"\x0e\1\x10\0\0\0\7\x83\0\x09\x08internet"
    data = b"\x32\x10" + (4 + len(elements)).to_bytes(2, "big") + bytes(4) + b"\0\1\0\0" + elements
    registry = builtin()
    run = Dissection(registry, data)
    run.enter(registry.find("udp.port", 2123), data, 0, len(data), len(data), None)
    found: dict[str, list[Any]] = {}
    for node in run.tree.walk():
        found.setdefault(node.field.name, []).append(node.value)
    assert found["e212.imsi"] == ["900101234567890"] and found["gtp.apn"] == ["internet"]
    assert found["gtp.teid_data"] == [7] and run.tree.info == "Create PDP context request"


def test_digits_and_networks() -> None:
    assert bcd(bytes.fromhex("09101032547698f0")) == "900101234567890"
    assert network(b"\x00\xf1\x10") == (1, 1) and network(b"\x13\x00\x14") == (310, 410)


def test_elements_that_lie_and_nest() -> None:
    assert "_ws.malformed" in layer_values("gtpv2", b"\x48\x20\0\x0c\0\0\0\0\0\0\1\0\x01\xff\xff\0")
    inner = b""
    for _ in range(100):
        inner = b"\x5d" + len(inner).to_bytes(2, "big") + b"\0" + inner
    data = b"\x48\x20" + (8 + len(inner)).to_bytes(2, "big") + bytes(8) + inner
    assert "_ws.malformed" not in layer_values("gtpv2", data)
