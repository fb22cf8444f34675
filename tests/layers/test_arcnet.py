"""ARCNET by Linux and by BSD, IP over InfiniBand, IPNET."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

IP = "45000014000000004001000001020304 01020305"


def test_linux() -> None:
    fields = values(129, "be50a8e7d4000166" + IP)
    assert (fields["arcnet.src"], fields["arcnet.dst"], fields["arcnet.protID"]) == ([0xBE], [0x50], [0xD4])
    assert (fields["arcnet.split_flag"], fields["arcnet.sequence"]) == ([0], [358])
    assert fields["ip.src"] == [0x01020304]


def test_rfc_1051_has_no_sequence() -> None:
    fields = values(129, "be00ed08f1" + "0007080001040001be0a508301000a5083fe")
    assert "arcnet.sequence" not in fields
    assert fields["arp.src.proto_ipv4"] == [0x0A508301]


def test_bsd_and_its_exception_packets() -> None:
    assert values(7, "be50d4000166" + IP)["ip.src"] == [0x01020304]
    fields = values(7, "be50d4ff0000000166" + IP)
    assert (fields["arcnet.exception_flag"], fields["arcnet.sequence"]) == ([0xFF], [358])
    assert tree(7, "be50d4ff0000000166" + IP).protocols.startswith("arcnet:ip")


def test_ip_over_infiniband() -> None:
    fields = values(242, "00" * 20 + "80000550 fe800000000000000010e000664ab451 08000000" + IP)
    assert (fields["ipoib.daddr.qpn"], fields["ipoib.type"]) == ([0x550], [0x0800])
    assert fields["ip.src"] == [0x01020304]


def test_ipnet() -> None:
    fields = values(226, "0102000000000014 0000000200000000 ffffffff00000000" + IP)
    assert (fields["ipnet.family"], fields["ipnet.zsrc"]) == ([2], [0xFFFFFFFF])
    assert fields["ip.src"] == [0x01020304]
