"""PPP, its control protocols, PPPoE, MPLS and GRE: exact bytes."""

from __future__ import annotations

from tests.layers.link_bytes import values

ETHER = "000218030007 000423a95d8e"


def ipv4(protocol: str, payload: str) -> str:
    size = 20 + len(bytes.fromhex(payload))
    return f"4500 {size:04x} 0000 0000 40 {protocol} 0000 0a010101 0a010102 {payload}"


def test_configuration_request_in_pptp() -> None:
    found = values(1, ETHER + "0800" + ipv4("2f", (
        "3001880b 0030 0000 00000000 ff03c021 0100002c 0506021952cf 0702 0802 0d0306 1104064e"
        "1317 0129f76a9077f1472c835247f271d656070000000c"
    )))  # fmt: skip
    assert found["gre.flags.version"] == [1]
    assert found["gre.key.payload_length"] == [48]
    assert found["gre.key.call_id"] == [0]
    assert found["gre.sequence_number"] == [0]
    assert found["ppp.protocol"] == [0xC021]
    assert found["lcp.opt.type"] == [5, 7, 8, 13, 17, 19]
    assert found["lcp.opt.magic_number"] == [0x021952CF]
    assert found["lcp.opt.mrru"] == [1614]
    assert found["lcp.opt.ep_disc_class"] == [1]


def test_echo_request_in_a_session() -> None:
    found = values(1, ETHER + "8864 1100 0017 000e c021 096a000c a4cbea34 0ee2f609")
    assert found["pppoe.session_id"] == [0x17]
    assert found["ppp.identifier"] == [0x6A]
    assert found["lcp.magic_number"] == [0xA4CBEA34]
    assert found["lcp.data"] == [bytes.fromhex("0ee2f609")]


def test_compressed_protocol_carries_ipv4() -> None:
    found = values(9, "21" + ipv4("3b", ""))
    assert found["ppp.protocol"] == [0x21]
    assert found["ip.proto"] == [59]


def test_asyncmap_authentication_and_unknown_option() -> None:
    found = values(9, "ff03 c021 01 01 0016 0206000a0000 0305c22305 4003ff 010405dc")
    assert found["lcp.opt.asyncmap"] == [0x000A0000]
    assert found["lcp.opt.asyncmap.dc1"] == [True]
    assert found["lcp.opt.asyncmap.dc2"] == [False]
    assert found["lcp.opt.auth_protocol"] == [0xC223]
    assert found["lcp.opt.algorithm"] == [5]
    assert found["lcp.opt.type"] == [2, 3, 1]
    assert found["lcp.opt.mru"] == [1500]


def test_addresses_and_interface_identifiers() -> None:
    found = values(9, "ff03 8021 01010016 03060a000001 810608080808 8306 08080404")
    assert found["ipcp.opt.type"] == [3, 129, 131]
    assert len(found["ipcp.opt.ip_address"]) == 1
    found = values(9, "ff03 8057 0101000e 010a 0200 5eff fe00 0001")
    assert found["ipv6cp.interface_identifier"] == [bytes.fromhex("02005efffe000001")]


def test_compression_control() -> None:
    found = values(9, "ff03 80fd 0102000a 1206 01000040")
    assert found["ccp.opt.supported_bits.h"] == [True]
    assert found["ccp.opt.supported_bits.s"] == [True]
    found = values(9, "ff03 80fd 01020008 1a04 7800")
    assert (found["ccp.opt.window"], found["ccp.opt.method"]) == ([7], [8])


def test_password_and_challenge() -> None:
    found = values(9, "ff03 c023 0101 000c 03 626f62 03 707764")
    assert (found["pap.peer_id"], found["pap.password"]) == (["bob"], ["pwd"])
    found = values(9, "ff03 c223 0101 000b 04 01020304 6162")
    assert (found["chap.value"], found["chap.name"]) == ([bytes([1, 2, 3, 4])], ["ab"])


def test_discovery_tags() -> None:
    found = values(1, "ffffffffffff 000c29903a8b 8863 1109 0000 0012 01010000 01200002 05dc 01030004 16372c16")
    assert found["pppoed.tags.max_payload"] == [b"\x05\xdc"]
    assert found["pppoed.tags.host_uniq"] == [bytes.fromhex("16372c16")]
    found = values(1, ETHER + "8863 1109 0000 0013 0105000f 00000de9 0103616263 8104 00000400".replace(" ", ""))
    assert found["pppoed.tags.circuit_id"] == ["abc"]
    assert found["pppoed.tags.act_data_rate_up"] == [1024]


def test_label_stack_and_what_it_carries() -> None:
    found = values(1, ETHER + "8847 0001023f 000201ff" + ipv4("3b", ""))
    assert found["mpls.label"] == [16, 32]
    assert found["mpls.bottom"] == [0, 1]
    assert found["mpls.exp"] == [1, 0]
    assert found["ip.proto"] == [59]
    deep = values(1, ETHER + "8847" + "000010ff" * 9 + "000011ff" + ipv4("3b", ""))
    assert deep["mpls.label"] == [1] * 10
    assert deep["ip.proto"] == [59]


def test_ethernet_pseudowire() -> None:
    found = values(1, ETHER + "8847 000101ff 00000007 020000000001 020000000002 0800" + ipv4("3b", ""))
    assert found["pweth.cw.sequence_number"] == [7]
    assert found["eth.type"] == [0x8847, 0x0800]


def test_gre_checksum_key_and_routing() -> None:
    found = values(1, ETHER + "0800" + ipv4("2f", "e000 0800 1234 0000 0000002a 0800 0004 0a000001 00000000"))
    assert found["gre.checksum"] == [0x1234]
    assert found["gre.checksum.status"] == [0]
    assert found["gre.key"] == [42]
    assert found["gre.routing.address_family"] == [0x0800, 0]
    assert found["gre.routing.information"] == [bytes([10, 0, 0, 1])]


def test_redirect_header_of_wccp() -> None:
    inner = ipv4("3b", "")
    found = values(1, ETHER + "0800" + ipv4("2f", "0000 883e 05330044" + inner))
    assert (found["gre.wccp.dynamic_service"], found["gre.wccp.alternative_bucket_used"]) == ([True], [False])
    assert found["gre.wccp.service_id"] == [0x33]
    assert found["gre.wccp.primary_bucket"] == [0x44]
    assert found["ip.proto"] == [47, 59]


def test_mirrored_frames() -> None:
    frame = ETHER + "0800" + ipv4("3b", "")
    assert values(1, ETHER + "0800" + ipv4("2f", "000088be" + frame))["ip.proto"] == [47, 59]
    found = values(1, ETHER + "0800" + ipv4("2f", "100088be 00000001 1064 8003 00000005" + frame))
    assert (found["erspan.vlan"], found["erspan.cos"], found["erspan.spanid"]) == ([100], [4], [3])
    assert (found["erspan.index"], found["ip.proto"]) == ([5], [47, 59])
    found = values(1, ETHER + "0800" + ipv4("2f", "100022eb 00000001" + (
        "2064 8003 00000005 0007 8001 0c000001 00000009" + frame
    )))  # fmt: skip
    assert (found["erspan.sgt"], found["erspan.pid3.port_index"], found["erspan.pid3.timestamp"]) == ([7], [1], [9])
    assert found["ip.proto"] == [47, 59]


def test_options_that_cannot_be_so_long_are_not_read() -> None:
    found = values(9, "c021 0101000d 010305 05060a0b0c0d")
    assert "lcp.opt.mru" not in found
    assert found["lcp.opt.magic_number"] == [0x0A0B0C0D]
    assert found["lcp.opt.type"] == [5]


def test_bridging_and_callback() -> None:
    found = values(9, "8031 0101000b 01041235 030301")
    assert (found["bcp_ncp.lcp.lan_seg_no"], found["bcp_ncp.lcp.bridge_no"]) == ([0x123], [5])
    found = values(9, "c029 0101000d 0409 05 01 3132333400")
    assert (found["cbcp.callback_delay"], found["cbcp.address"]) == ([5], ["1234"])


def test_compression_option_of_ipv6() -> None:
    found = values(9, "8057 01010012 010a0102030405060708 02040061")
    assert found["ipv6cp.interface_identifier"] == [bytes(range(1, 9))]
    assert found["ipcp.opt.compress_proto"] == [0x61]


def test_echo_of_any_control_protocol() -> None:
    assert values(9, "8021 09010008 01020304")["lcp.magic_number"] == [0x01020304]


def test_pseudowire_without_a_control_word() -> None:
    found = values(1, ETHER + "8847 000101ff 001b21000001 001b21000002 0800" + ipv4("3b", ""))
    assert "pweth.cw.sequence_number" not in found
    assert (found["eth.type"], found["ip.proto"]) == ([0x8847, 0x0800], [59])


def test_multilink() -> None:
    found = values(9, "003d c0000007 0021" + ipv4("3b", ""))
    assert (found["mp.seq"], found["ip.proto"]) == ([7], [59])
    found = values(9, "003d 80000008 0021")
    assert (found["mp.first"], found["mp.last"], found["mp.payload"]) == ([True], [False], [b"\x00\x21"])


def test_generic_associated_channel() -> None:
    found = values(1, ETHER + "8847 000010ff 0000d1ff 10000021" + ipv4("3b", ""))
    assert found["mpls.label"] == [1, 13]
    assert (found["pwach.channel_type"], found["ip.proto"]) == ([0x21], [59])


def test_cisco_hdlc_where_ppp_was_announced() -> None:
    found = values(9, "0f000800" + ipv4("3b", ""))
    assert (found["chdlc.protocol"], found["ip.proto"]) == ([0x0800], [59])
    assert "ppp.protocol" not in found
