"""BGP."""

from __future__ import annotations

from dissect.layers.bgp_attributes import as_size
from dissect.layers.bgp_routes import distinguisher, has_path_ids
from tests.layers.link_bytes import layer_values
from tests.layers.mutated import raises_nothing


def message(kind: int, body: str) -> bytes:
    data = bytes.fromhex(body)
    return b"\xff" * 16 + (19 + len(data)).to_bytes(2, "big") + bytes([kind]) + data


OPEN = message(1, "04 fde9 00b4 c0a80a44 16" + "0206 010400010001" + "0202 0200" + "0206 41040000fde9")
UPDATE = message(
    2,
    "0003 10 0a01" + "0031" + "400101 00" + "400206 0201 000000ae" + "400304 c0a80a7b" + "c00804 fde82bc1"
    "c01008 0002fde800000065" + "800e08 0001 04 00 00 18 0a00" + "18 0a0002",
)  # fmt: skip


def test_open_and_its_capabilities() -> None:
    found = layer_values("bgp", OPEN)
    assert (found["bgp.open.myas"], found["bgp.open.identifier"]) == ([65001], [0xC0A80A44])
    assert found["bgp.cap.type"] == [1, 2, 65]
    assert (found["bgp.cap.mp.afi"], found["bgp.cap.mp.safi"], found["bgp.cap.4as"]) == ([1], [1], [65001])


def test_extended_parameters() -> None:
    found = layer_values("bgp", message(1, "04 00ae 00b4 06060606 ff ff 0009 02 0006 010400010001"))
    assert found["bgp.cap.mp.safi"] == [1]


def test_update() -> None:
    data = "0003 10 0a01 001b" + "400101 00" + "400206 0201 000000ae" + "400304 c0a80a7b" + "c00804 fde82bc1"
    found = layer_values("bgp", message(2, data) + message(4, ""))
    assert found["bgp.type"] == [2, 4]
    assert found["bgp.withdrawn_prefix"] == [0x0A010000]
    assert found["bgp.update.path_attribute.as_path_segment.as4"] == [174]
    assert found["bgp.update.path_attribute.next_hop"] == [0xC0A80A7B]
    assert found["bgp.update.path_attribute.community_value"] == [11201]


def test_labels_and_distinguishers() -> None:
    body = "800e20 0001 80 0c 0000000000000000 04040404 00 70 0001 41 0000fde800000065 0a0102".replace(" ", "")
    found = layer_values("bgp", message(2, "0000" + f"{len(body) // 2:04x}" + body))
    assert found["bgp.label_stack"] == ["20 (bottom)"]
    assert found["bgp.rd"] == ["65000:101"]
    assert found["bgp.mp_reach_nlri_ipv4_prefix"] == [0x0A010200]
    assert found["bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv4"] == [0x04040404]


def test_a_continuation_and_a_notification() -> None:
    found = layer_values("bgp", b"\1\2" + message(3, "0602 03 627965"))
    assert found["bgp.continuation"] == [True]
    assert found["bgp.notify.communication"] == ["bye"]


def test_what_only_looks_can_tell() -> None:
    assert as_size(bytes.fromhex("0202006400c8")) == 2
    assert as_size(bytes.fromhex("0201000000ae")) == 4
    assert has_path_ids(bytes.fromhex("00000014 18 080200 00000015 18 080201"), 32)
    assert not has_path_ids(bytes.fromhex("180802001808 0201"), 32)
    assert distinguisher(bytes.fromhex("0001040404040004")) == "4.4.4.4:4"


def test_changed_bytes_raise_nothing() -> None:
    raises_nothing("bgp", OPEN + UPDATE, 500)
