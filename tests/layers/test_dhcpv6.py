"""DHCPv6, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

SOLICIT = bytes.fromhex(
    "019de03f0001000e000100011def69bd000c295e77440006000400170018000800020019"
    "0003000c295e774400000e1000001518"
)  # fmt: skip


def test_a_solicit() -> None:
    found = layer_values("dhcpv6", SOLICIT)
    assert found["dhcpv6.msgtype"] == [1] and found["dhcpv6.xid"] == [0x9DE03F]
    assert found["dhcpv6.option.type"] == [1, 6, 8, 3] and found["dhcpv6.requested_option_code"] == [23, 24]
    assert found["dhcpv6.duidllt.link_layer_addr"] == ["00:0c:29:5e:77:44"]
    assert found["dhcpv6.elapsed_time"] == [250] and found["dhcpv6.iaid"] == ["295e7744"]
    assert layer_tree("dhcpv6", SOLICIT).info == "Solicit XID: 0x9de03f CID: 000100011def69bd000c295e7744 "


def test_a_relayed_message_with_an_address_and_names() -> None:
    address = bytes(15) + b"\1"
    ia = b"\0\5\0\x18" + address + b"\0\0\0\1\0\0\0\2"
    inner = b"\7\0\0\1" + b"\0\3\0\x28abcd" + bytes(8) + ia + b"\0\x18\0\7\1a\2bc\0\1d"
    found = layer_values("dhcpv6", b"\x0c\0" + bytes(32) + b"\0\x09" + len(inner).to_bytes(2, "big") + inner)
    assert found["dhcpv6.msgtype"] == [12, 7] and found["dhcpv6.iaaddr.valid_lifetime"] == [2]
    assert found["dhcpv6.search_list_entry"] == ["a.bc."] and "_ws.malformed" in found


def test_options_within_options_end() -> None:
    data = b""
    for _ in range(60):
        data = b"\0\x42" + len(data).to_bytes(2, "big") + data
    tree = layer_tree("dhcpv6", b"\1\0\0\0" + data)
    assert [note.name for note in tree.layers[0].notes] == ["dhcpv6.deep"]
