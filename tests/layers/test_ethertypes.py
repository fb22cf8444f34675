"""Protocols that Ethernet carries and nothing else is said of."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

GROUP = "ffffffffffff 020000000001"
POSITION = "426968bef7d08f10 1eaed88f 035fbd0e 00000000 0016 7000"


def protocols(text: str) -> str:
    """The chain of layers."""
    return tree(1, text).protocols


def test_geonetworking_to_an_area() -> None:
    packet = f"{GROUP} 8947 11005101 1041 0000 0008 0100 0001 0000 {POSITION} 00000001 00000002 0064 0032 005a 0000"
    packet += "07d107d2 01020304"
    found = values(1, packet)
    assert protocols(packet) == "eth:ethertype:gnw:btpa:data"
    assert (found["geonw.seq_num"], found["geonw.bh.lt.mult"], found["geonw.bh.lt.base"]) == ([1], [20], [1])
    assert (found["geonw.src_pos.addr.type"], found["geonw.src_pos.addr.country"]) == ([16], [617])
    assert found["geonw.src_pos.addr.mid"] == [bytes.fromhex("68bef7d08f10")]
    assert (found["geonw.gxc.distancea"], found["geonw.gxc.distanceb"], found["geonw.gxc.angle"]) == ([100], [50], [90])
    assert (found["btpa.dstport"], found["btpa.srcport"]) == ([2001], [2002])


def test_geonetworking_beacon_and_what_is_not_known() -> None:
    assert protocols(f"{GROUP} 8947 11005101 0010 0000 0000 0100 {POSITION}") == "eth:ethertype:gnw"
    assert protocols(f"{GROUP} 8947 01005101 008a 0000 0000 0100 {POSITION}") == "eth:ethertype:gnw"
    assert "geonw.ch.nh" not in values(1, f"{GROUP} 8947 00100000 00000001")


def test_mac_control_pauses() -> None:
    assert values(1, f"{GROUP} 8808 0001 ffff" + "00" * 42)["macc.pause_time"] == [65535]
    found = values(1, f"{GROUP} 8808 0101 0003" + "0010" + "0020" * 7 + "00" * 26)
    assert [found[f"macc.cbfc.enbv.c{n}"] for n in range(3)] == [[True], [True], [False]]
    assert (found["macc.cbfc.pause_time.c0"], found["macc.cbfc.pause_time.c7"]) == ([16], [32])


def test_hsr_goes_on_with_what_it_tags() -> None:
    packet = f"{GROUP} 892f 1034 0007 0800 45000020 00010000 4011 0000 00000000 00000000 0005 0006 000c 0000 01020304"
    assert protocols(packet) == "eth:ethertype:hsr:ip:udp:data"
    found = values(1, packet)
    assert (found["hsr.path"], found["hsr.lsdu_size"], found["hsr.sequence_nr"]) == ([1], [0x34], [7])


def test_supervision_of_a_redundancy_box() -> None:
    found = values(1, f"{GROUP} 88fb 1001 0009 1706 020000000005 1e06 020000000006 0000" + "00" * 30)
    assert found["hsr_prp_supervision.tlv.type"] == [23, 30, 0]
    assert found["hsr_prp_supervision.source_mac_address"] == [bytes.fromhex("020000000005")]
    assert found["hsr_prp_supervision.red_box_mac_address"] == [bytes.fromhex("020000000006")]


def test_gvrp_and_gmrp_are_told_by_their_groups() -> None:
    vlan = "0180c2000021 020000000001 000d 424203 0001 01 04 02 0005 00 00" + "00" * 33
    assert (protocols(vlan), values(1, vlan)["gvrp.attribute_value"]) == ("eth:llc:stp:gvrp", [5])
    group = "0180c2000020 020000000001 0011 424203 0001 01 08 02 01005e000001 00 00" + "00" * 29
    assert protocols(group) == "eth:llc:stp:gmrp"
    assert values(1, group)["gmrp.attribute_value_group_membership"] == [bytes.fromhex("01005e000001")]
    bridge = "0180c2000000 020000000001 0007 424203 0000 00 80" + "00" * 39
    assert protocols(bridge) == "eth:llc:stp"


def test_mvrp_has_three_events_an_octet() -> None:
    found = values(1, "0180c2000021 020000000001 88f5 00 01 02 2004 0001 d7 24 0000 0000" + "00" * 30)
    assert (found["mrp-mvrp.leave_all_event"], found["mrp-mvrp.number_of_values"]) == ([1], [4])
    assert (found["mrp-mvrp.vid"], found["mrp-mvrp.three_packed_event"]) == ([1], [5, 5, 5, 1])


def test_mmrp() -> None:
    found = values(1, "0180c2000020 020000000001 88f6 00 02 06 0001 01005e000001 24 0000 0000" + "00" * 30)
    assert (found["mrp-mmrp.attribute_type"], found["mrp-mmrp.three_packed_event"]) == ([2], [1])
    assert found["mrp-mmrp.end_mark"] == [0, 0]


def test_network_load_balancing() -> None:
    head = "bf01dec0 06000200 01000000 c0a86450 c0a86451 0100 0000 0100 0900 01020304 01000000 00000000 00000000"
    found = values(1, f"{GROUP} 886f {head}" + "19900161" * 32 + "01" + "00" * 7 + "00" * (8 * 127 + 4 * 33))
    assert (found["msnlb.cluster_ip"], found["msnlb.number_of_port_rules"]) == ([0xC0A86450], [9])
    assert found["msnlb.portruleconfiguration.data"] == [0x61019019] * 32
    assert found["msnlb.currentmap.data"][:2] == [1, 0]


def test_ethercat_datagrams() -> None:
    first, last = "04 01 0100 3001 0480 0000 01020304 0100", "0c 02 00000100 0200 0000 0102 0300"
    packet = f"{GROUP} 88a4 2010 {first} {last}" + "00" * 20
    found = values(1, packet)
    assert protocols(packet) == "eth:ethertype:ecatf:ecat"
    assert (found["ecat.cmd"], found["ecat.ado"], found["ecat.lad"]) == ([4, 12], [0x0130], [0x00010000])
    assert (found["ecat.data"], found["ecat.cnt"]) == ([b"\x01\x02"], [1, 3])


def test_continuity_check() -> None:
    names = "04 03 414243 02 06 414243444546"
    packet = f"{GROUP} 8902 a0 01 84 46 00000009 0001 {names}" + "00" * 35 + "00" * 16 + "02 0001 02 00"
    found = values(1, packet)
    assert (found["cfm.md.level"], found["cfm.opcode"], found["cfm.ccm.seq.num"]) == ([5], [1], [9])
    assert (found["cfm.flags.rdi"], found["cfm.flags.interval"]) == ([1], [4])
    assert (found["cfm.maid.md.name.string"], found["cfm.maid.ma.name.string"]) == (["ABC"], ["ABCDEF"])
    assert found["cfm.tlv.type"] == [2, 0]


def test_link_trace() -> None:
    found = values(1, f"{GROUP} 8902 a0 05 80 11 00000001 40 020000000001 020000000002 00")
    assert (found["cfm.lt.transaction.id"], found["cfm.lt.ttl"]) == ([1], [64])
    assert found["cfm.ltm.targ.addr"] == [bytes.fromhex("020000000002")]


def test_appletalk_names() -> None:
    head = "090007ffffff 020000000001 002d aaaa03 080007 809b 0025 0000 0001 0002 03 04 02 fe"
    packet = f"{head} 02 2105 0001 02 fe 00 0561626364 65 0461616161 012a" + "00" * 6
    found = values(1, packet)
    assert protocols(packet) == "eth:llc:ddp:nbp"
    assert (found["ddp.len"], found["ddp.dst_socket"], found["ddp.src.node"]) == ([37], [2], [4])
    assert (found["nbp.op"], found["nbp.object"], found["nbp.zone"]) == ([2], ["abcde"], ["*"])


def test_appletalk_transaction_and_address_resolution() -> None:
    head = "090007ffffff 020000000001 0025 aaaa03 080007 809b 001d 0000 0001 0002 03 04 02 fe"
    found = values(1, f"{head} 03 6301 0009 01020304 0102030405060708")
    assert (found["atp.function"], found["atp.xo"], found["atp.treltimer"], found["atp.tid"]) == ([1], [True], [3], [9])
    found = values(1, f"{GROUP} 80f3 0001 809b 06 04 0003 020000000001 00ff0102 000000000000 00ff0103")
    assert (found["aarp.opcode"], found["aarp.dst.proto_id"]) == ([3], [b"\x00\xff\x01\x03"])
