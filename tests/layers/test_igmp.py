"""IGMP's three versions."""

from __future__ import annotations

from dissect.layers.igmp import spread
from tests.layers.link_bytes import layer_tree, layer_values


def test_a_query_of_version_3_tells_long_times_as_floating_point() -> None:
    fields = layer_values("igmp", bytes.fromhex("11fe0000 e0000101 027d0001 0a000001"))
    assert (fields["igmp.version"], fields["igmp.max_resp"]) == ([3], [0xFE])
    assert (fields["igmp.max_resp.exp"], fields["igmp.max_resp.mant"]) == ([7], [14])
    assert spread(0xFE) == 30720
    assert (fields["igmp.qrv"], fields["igmp.saddr"]) == ([2], [0x0A000001])


def test_versions() -> None:
    assert layer_values("igmp", bytes.fromhex("1100eeff00000000"))["igmp.version"] == [1]
    query = layer_values("igmp", bytes.fromhex("11fe0000 00000000"))
    assert (query["igmp.version"], query["igmp.max_resp"]) == ([2], [254])
    report = layer_values("igmp", bytes.fromhex("22000000 00000001 04000000 e00000fb"))
    assert (report["igmp.record_type"], report["igmp.maddr"]) == ([4], [0xE00000FB])


def test_frame_protocols_has_it_twice() -> None:
    assert layer_tree("igmp", bytes.fromhex("1600000000000000")).protocols == "igmp:igmp"


def test_a_trace_has_a_block_of_each_router() -> None:
    query = "1f 20 3113 00000000 ac102801 ac101401 ac102801 40 000007"
    block = "472cb65c 0a00000e 0a00000e 0a00000d 000000f2 00000000 00000000 03 00 18 00"
    fields = layer_values("igmp", bytes.fromhex(query + block))
    assert (fields["igmp.mtrace.max_hops"], fields["igmp.mtrace.q_id"]) == ([32], [7])
    assert (fields["igmp.mtrace.q_rtg_proto"], fields["igmp.mtrace.q_src_mask"]) == ([3], [24])
    assert layer_tree("igmp", bytes.fromhex(query)).info == "Traceroute Query"


def test_messages_of_dvmrp() -> None:
    found = layer_values("igmp", bytes.fromhex("1306768b 004a040c 0a000002 01 00 40 01 0a000001"))
    assert (found["dvmrp.v3.code"], found["dvmrp.capabilities"], found["dvmrp.cap.prune"]) == ([6], [0x4A], [True])
    assert (found["dvmrp.metric"], found["dvmrp.flag.querier"], found["dvmrp.neighbor"]) == ([1], [True], [0x0A000001])
    report = layer_values("igmp", bytes.fromhex("13020000 0000ff03 ffff00 0a0102 03 0a0103 84 000000 00 81"))
    assert report["dvmrp.netmask"] == [0xFFFFFF00, 0xFF000000]
    assert report["dvmrp.saddr"] == [0x0A010200, 0x0A010300, 0]
    assert report["dvmrp.metric"] == [3, 4, 1]
    prune = layer_values("igmp", bytes.fromhex("13070000 0000ff03 0a000001 e0010203 00001c20"))
    assert (prune["dvmrp.maddr"], prune["dvmrp.lifetime"]) == ([0xE0010203], [7200])
