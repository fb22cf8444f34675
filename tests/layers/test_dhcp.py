"""DHCP and BOOTP."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.link_bytes import layer_tree, layer_values

MAC = bytes.fromhex("000b8201fc42")


def message(options: bytes, name: bytes = b"", cookie: bytes = b"\x63\x82\x53\x63") -> bytes:
    head = struct.pack(">4BIHH", 1, 1, 6, 0, 0x3D1D, 0, 0x8000) + bytes(16) + MAC.ljust(16, b"\0")
    return head + name.ljust(64, b"\0") + bytes(128) + cookie + options


DISCOVER = bytes.fromhex("350101 3d0701000b8201fc42 3204c0a8000a 370401032a06 ff 0000")


def test_discover() -> None:
    fields = layer_values("dhcp", message(DISCOVER, b"boot"))
    assert (fields["dhcp.type"], fields["dhcp.id"], fields["dhcp.flags.bc"]) == ([1], [0x3D1D], [True])
    assert fields["dhcp.hw.mac_addr"] == [MAC, MAC]  # of the header, and of the client identifier
    assert fields["dhcp.server"] == ["boot"]
    assert fields["dhcp.option.type"] == [53, 61, 50, 55, 255]
    assert fields["dhcp.option.dhcp"] == [1]
    assert fields["dhcp.option.requested_ip_address"] == [0xC0A8000A]
    assert fields["dhcp.option.request_list_item"] == [1, 3, 42, 6]
    assert fields["dhcp.option.value"][2] == b"\xc0\xa8\x00\x0a"
    assert "_ws.undecoded" not in fields
    assert layer_tree("dhcp", message(DISCOVER)).info == "DHCP Discover - Transaction ID 0x3d1d"


def test_lists_texts_and_the_unknown() -> None:
    fields = layer_values("dhcp", message(bytes.fromhex("0608 01010101 08080808 0f 03 6c616e e0 02 abcd 00 ff")))
    assert fields["dhcp.option.domain_name_server"] == [0x01010101, 0x08080808]
    assert fields["dhcp.option.domain_name"] == ["lan"]
    assert fields["dhcp.option.value"][-1] == b"\xab\xcd"


def test_without_a_cookie_it_is_bootp() -> None:
    tree = layer_tree("dhcp", message(b"", cookie=b""))
    assert tree.find("dhcp.bootp") == [True]
    assert tree.info == "Boot Request from 00:0b:82:01:fc:42 (00:0b:82:01:fc:42)"


def test_without_a_message_type_the_list_says_bootp() -> None:
    whole = message(DISCOVER)
    assert layer_tree("dhcp", whole).protocol_column == "DHCP"
    for octets in (whole[:100], message(b"\xff")):  # cut in front of the options; without any
        tree = layer_tree("dhcp", octets)
        assert tree.protocol_column == "BOOTP"
        assert tree.info.startswith("Boot Request from 00:0b:82:01:fc:42 (00:0b:82:01:fc:42)")



def test_an_option_that_reaches_beyond_is_malformed() -> None:
    tree = layer_tree("dhcp", message(b"\x0c\x20abc"))
    assert [note.group for note in tree.notes] == ["Malformed"]


@given(st.binary(max_size=60))
def test_any_options(options: bytes) -> None:
    layer_tree("dhcp", message(options))
