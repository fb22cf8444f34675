"""InfiniBand on its own links (LINKTYPE_INFINIBAND, which the installed tshark does not read from pcap files)."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

LINK = 247
BASE = "40 ffff a5 000012 81 000007"
IP = "4500001c00000000400100000a0000010a000002 0800f7ff00000000"
GLOBAL = "60512345 0020 1b 40 fe80000000000000000010e000664ab4 fe80000000000000000010e000664ab5"


def test_local_route() -> None:
    found = values(LINK, f"5032 0005 000a 0007 04{BASE} c3c4c5c6c7c8c9cacbcccdce 01020304 aabb")
    assert (found["infiniband.lrh.vl"], found["infiniband.lrh.sl"], found["infiniband.lrh.lnh"]) == ([5], [3], [2])
    assert (found["infiniband.lrh.dlid"], found["infiniband.lrh.slid"]) == ([5], [7])
    assert found["infiniband.lrh.pktlen"] == [10]
    assert (found["infiniband.invariant.crc"], found["infiniband.variant.crc"]) == ([0x01020304], [0xAABB])
    assert found["data.data"] == [bytes.fromhex("c3c4c5c6c7c8c9cacbcccdce")]


def test_global_route_and_payload_with_an_ethertype() -> None:
    text = f"5033 0005 001b 0007 {GLOBAL} 64{BASE} 80010000 00000012 08000000 {IP} 01020304 aabb"
    found = values(LINK, text)
    assert (found["infiniband.grh.tclass"], found["infiniband.grh.flowlabel"]) == ([5], [0x12345])
    assert found["infiniband.grh.dgid"] == [bytes.fromhex("fe80000000000000000010e000664ab5")]
    assert (found["infiniband.deth.srcqp"], found["ip.src"]) == ([0x12], [0x0A000001])
    assert tree(LINK, text).protocols == "infiniband:ethertype:ip:icmp"


def test_raw_packets() -> None:
    found = values(LINK, f"5030 0005 000b 0007 0000 0800 {IP} aabb")
    assert (found["infiniband.rwh.etype"], found["infiniband.variant.crc"]) == ([0x0800], [0xAABB])
    assert found["ip.src"] == [0x0A000001]
    assert tree(LINK, "5031 0005 000b 0007 6000000000003b40" + "00" * 32 + "aabb").protocols == "infiniband:ipv6"
