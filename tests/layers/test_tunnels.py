"""VXLAN, Geneve, NSH, IPsec, BFD."""

from __future__ import annotations

from typing import Any

from dissect.engine.tree import PacketTree
from tests.layers.link_bytes import tree, values

IP = 228  # link type: IPv4
INNER = "4500001c 00010000 40110000 0a000001 0a000002 1b9e1b9f00080000"  # a UDP datagram without data


def ip(protocol: int, body: str) -> str:
    """An IPv4 packet."""
    size = 20 + len(bytes.fromhex(body))
    return f"4500{size:04x} 00000000 40{protocol:02x}0000 c0a80001 c0a80002 {body}"


def udp(port: int, body: str) -> str:
    """A UDP datagram to `port`, in IPv4."""
    return ip(17, f"c001{port:04x}{8 + len(bytes.fromhex(body)):04x}0000 {body}")


def found(packet: str) -> dict[str, list[Any]]:
    """The values of an IPv4 packet."""
    return values(IP, packet)


def layers(packet: str) -> list[str]:
    """The names of its layers."""
    return [node.layer.name for node in tree(IP, packet).layers]


def shown(packet: str) -> PacketTree:
    """Its tree."""
    return tree(IP, packet)


def test_vxlan_with_group_policy() -> None:
    packet = udp(4789, "88080123 0000640a 003088010002 001636000001 0800" + INNER)
    fields = found(packet)
    assert (fields["vxlan.flag_g"], fields["vxlan.flag_i"], fields["vxlan.flag_a"]) == ([True], [True], [True])
    assert (fields["vxlan.gbp"], fields["vxlan.vni"], fields["vxlan.reserved8"]) == ([0x123], [100], [10])
    assert layers(packet) == ["ip", "udp", "vxlan", "eth", "ip", "udp"]


def test_vxlan_gpe_with_nsh_of_variable_metadata() -> None:
    packet = udp(4790, "0c000004 ffffff00 30060201 ffffffff 0001020112345678 0002030112345678" + INNER)
    fields = found(packet)
    assert (fields["vxlan.next_proto"], fields["vxlan.vni"], fields["nsh.spi"]) == ([4], [0xFFFFFF], [0xFFFFFF])
    assert (fields["nsh.metadataclass"], fields["nsh.metadatatype"]) == ([1, 2], [2, 3])
    assert (fields["nsh.metadatalen"], fields["nsh.metadata"]) == ([1, 1], [b"\x12", b"\x12"])
    assert layers(packet) == ["ip", "udp", "vxlan", "nsh", "ip", "udp"]


def test_nsh_with_four_context_headers() -> None:
    fields = values(1, "000000000000 000000000000 894f 00060101 00030907 00000001 00000002"
                    "00000003 00000004" + INNER)  # fmt: skip
    assert (fields["nsh.spi"], fields["nsh.si"]) == ([777], [7])
    assert [int.from_bytes(word, "big") for word in fields["nsh.contextheader"]] == [1, 2, 3, 4]
    assert len(fields["ip.src"]) == 1


def test_geneve_options() -> None:
    packet = udp(6081, "05000800 00000000 01320101 800000d1 0132030200000000 00001234" + INNER)
    fields = found(packet)
    assert fields["geneve.option.length"] == [20, 8, 12]
    assert fields["geneve.option.class"] == [0x0132, 0x0132]
    assert (fields["geneve.option.gcp.vnid"], fields["geneve.option.gcp.direction"]) == ([0x800000D], [True])
    assert fields["geneve.option.gcp.profile"] == [0x1234]
    assert layers(packet) == ["ip", "udp", "geneve", "ip", "udp"]


def test_geneve_option_past_the_end_of_the_options() -> None:
    result = shown(udp(6081, "01000800 00000000 01320102" + INNER))
    assert "geneve.option.length.invalid" in [note.name for layer in result.layers for note in layer.notes]
    assert [node.layer.name for node in result.layers][-1] == "udp"


def test_ah_then_what_it_protects() -> None:
    packet = ip(51, "11040000 00000103 00000001 000102030405060708090a0b c001c00200080000")
    fields = found(packet)
    assert (fields["ah.spi"], fields["ah.sequence"]) == ([0x103], [1])
    assert fields["ah.icv"] == [bytes(range(12))]
    assert layers(packet) == ["ip", "ah", "udp"]


def test_esp_in_udp() -> None:
    packet = udp(4500, "f4dc0ae5 00000001 deadbeef")
    assert (found(packet)["esp.spi"], found(packet)["esp.sequence"]) == ([0xF4DC0AE5], [1])
    assert layers(packet) == ["ip", "udp", "udpencap", "esp"]
    assert shown(packet).info == "ESP (SPI=0xf4dc0ae5)"


def test_keepalive_and_marker_in_udp() -> None:
    assert "udpencap.nat_keepalive" in found(udp(4500, "ff"))
    assert shown(udp(4500, "ff")).info == "NAT-keepalive"
    assert "udpencap.non_esp_marker" in found(udp(4500, "00000000 0102030405060708"))


def test_bfd_with_md5() -> None:
    packet = udp(3784, "2044053000000001 00000000000f4240 000f4240 00000000"
                 "02180200 00000005 000102030405060708090a0b0c0d0e0f")  # fmt: skip
    fields = found(packet)
    assert (fields["bfd.version"], fields["bfd.sta"], fields["bfd.flags"]) == ([1], [1], [0x44])
    assert (fields["bfd.auth.key"], fields["bfd.auth.seq_num"]) == ([2], [5])
    assert fields["bfd.checksum"] == [bytes(range(16))]
    assert shown(packet).info == "Diag: No Diagnostic, State: Down, Flags: 0x04"


def test_wireguard_handshake_and_data() -> None:
    packet = udp(51820, "01000000 01020304" + bytes(range(32)).hex() + "00" * 76 + "11" * 16 + "22" * 16)
    fields = found(packet)
    assert fields["wg.sender"] == [0x04030201]
    assert fields["wg.ephemeral"] == ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
    assert (fields["wg.mac1"], fields["wg.mac2"]) == ([b"\x11" * 16], [b"\x22" * 16])
    packet = udp(51820, "04000000 01020304 0200000000000000" + "00" * 48)
    assert shown(packet).info == "Transport Data, receiver=0x04030201, counter=2, datalen=32"
    assert layers(udp(51820, "01000000 01020304")) == ["ip", "udp", "data"]


def test_teredo_with_authentication_and_origin() -> None:
    inner = "60000000 0000 3b 40" + "20010000000000000000000000000001" * 2
    packet = udp(3544, "0001 02 03 aabb ccddee 0102030405060708 01 0000 0bbd f5fffffe" + inner)
    fields = found(packet)
    assert (fields["teredo.auth.id"], fields["teredo.auth.value"]) == ([b"\xaa\xbb"], [b"\xcc\xdd\xee"])
    assert (fields["teredo.orig.port"], fields["teredo.orig.addr"]) == ([62530], [0x0A000001])
    assert layers(packet) == ["ip", "udp", "teredo", "ipv6"]
    assert layers(udp(3544, inner)) == ["ip", "udp", "teredo", "ipv6"]


def test_lisp_data_with_instance() -> None:
    packet = udp(4341, "c8000001 00000101" + INNER)
    fields = found(packet)
    assert (fields["lisp-data.nonce"], fields["lisp-data.iid"], fields["lisp-data.lsb8"]) == ([1], [1], [1])
    assert layers(packet) == ["ip", "udp", "lisp-data", "ip", "udp"]


def test_etherip() -> None:
    assert layers(ip(97, "3000 003088010002 001636000001 0800" + INNER)) == ["ip", "etherip", "eth", "ip", "udp"]
