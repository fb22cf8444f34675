"""EIGRP and HSRP; addresses of frame relay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers import link_bytes
from tests.layers.link_bytes import layer_tree, layer_values

UPDATE = bytes.fromhex(
    "0201 0a7e 00000000 0000002d 00000000 0000 00640102 001c 00000000 00006e00 0003e800 0005dc01 ff 01 00 00 18 c0a804"
)
HELLO = bytes.fromhex("0205ee680000000000000000000000000000006400 01000c010001000000000f 00040008 0c040102")
WIDE = bytes.fromhex(
    "0201 0000 00000000 00000001 00000000 0000 0064"
    "0602 002c 0000 0001 0a000001 00 80 ff 01 0005dc 01 0000000f4240 000000002710 0000 0000 0a000002 18 c0a804"
)
HSRP_HELLO = bytes.fromhex("00 00 10 03 0a 64 01 00 636973636f000000 c0a80001")
HSRP_2 = bytes.fromhex("0128 02000604 0001 00059a000001 00000064 00000bb8 00002710 0a000001 000000000000000000000000")


def test_eigrp_hello() -> None:
    fields = layer_values("eigrp", HELLO)
    assert (fields["eigrp.opcode"], fields["eigrp.as"], fields["eigrp.checksum.status"]) == ([5], [100], [1])
    assert (fields["eigrp.par.k1"], fields["eigrp.par.holdtime"]) == ([1], [15])
    assert fields["eigrp.release_version"] == [0x0C04]
    assert layer_tree("eigrp", HELLO).info == "Hello"


def test_eigrp_route() -> None:
    fields = layer_values("eigrp", UPDATE)
    assert (fields["eigrp.ipv4.prefixlen"], fields["eigrp.ipv4.destination"]) == ([24], [0xC0A80400])
    assert (fields["eigrp.old_metric.delay"], fields["eigrp.old_metric.mtu"]) == ([28160], [1500])
    texts = [node.text for node in layer_tree("eigrp", UPDATE).walk()]
    assert "Internal Route(IPv4)  =   192.168.4.0/24" in texts


def test_eigrp_route_of_many_protocols() -> None:
    fields = layer_values("eigrp", WIDE)
    assert (fields["eigrp.metric.delay"], fields["eigrp.metric.bandwidth"]) == ([1_000_000], [10_000])
    assert (fields["eigrp.routerid"], fields["eigrp.ipv4.nexthop"]) == ([0x0A000001], [0x0A000002])
    assert fields["eigrp.ipv4.destination"] == [0xC0A80400]


def test_eigrp_lengths_that_lie() -> None:
    assert layer_tree("eigrp", UPDATE[:22] + b"\0\0" + UPDATE[24:]).notes
    assert layer_tree("eigrp", UPDATE[:-4] + bytes([33, 1, 2, 3])).notes


def test_hsrp_version_1() -> None:
    fields = layer_values("hsrp", HSRP_HELLO)
    assert (fields["hsrp.state"], fields["hsrp.priority"], fields["hsrp.virt_ip"]) == ([16], [100], [0xC0A80001])
    assert fields["hsrp.auth_data"] == ["cisco"]
    assert layer_tree("hsrp", HSRP_HELLO).info == "Hello (state Active)"


def test_hsrp_version_2() -> None:
    fields = layer_values("hsrp", HSRP_2)
    assert (fields["hsrp2.group"], fields["hsrp2.state"]) == ([1], [6])
    assert (fields["hsrp2.hellotime"], fields["hsrp2.virt_ip"]) == ([3000], [0x0A000001])
    tree = layer_tree("hsrp", HSRP_2)
    assert (tree.protocol_column, tree.info) == ("HSRPv2", "Hello (state Active)")


@given(st.binary(max_size=120), st.sampled_from(["eigrp", "hsrp"]))
def test_any_bytes(data: bytes, layer: str) -> None:
    layer_tree(layer, data)


@given(st.binary(max_size=60), st.sampled_from([1, 2, 3, 4, 8, 0x102, 0x103, 0x402, 0x403, 0x602, 0x603]))
def test_any_tlv(data: bytes, kind: int) -> None:
    layer_tree("eigrp", UPDATE[:20] + kind.to_bytes(2, "big") + (4 + len(data)).to_bytes(2, "big") + data)


def test_frame_relay_with_a_long_address_and_ciscos_type() -> None:
    fields = link_bytes.values(107, "80ea9d0800" + "45000014000000004001000001020304 01020305")
    assert (fields["fr.dlci"], fields["fr.chdlctype"]) == ([33703], [0x0800])
    assert fields["ip.src"] == [0x01020304]


def test_frame_relay_signals_on_circuit_0() -> None:
    fields = link_bytes.values(107, "000173020304")
    assert (fields["fr.dlci"], fields["fr.control"]) == ([0], [0x73])
    assert "fr.chdlctype" not in fields
