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
