"""TCP and UDP headers that are cut, or whose lengths make no sense: what Wireshark believes of them, we do, too."""

from __future__ import annotations

import struct

from tests.layers.link_bytes import tree, values

RAW_IPV4 = 228
OPTIONS = bytes.fromhex("020405b4 0402 080a 00000001 00000000")


def ip(protocol: int, payload: bytes, flags: int = 0) -> bytes:
    size, ends = 20 + len(payload), (0x0A000001, 0x0A000002)
    return struct.pack(">BBHHHBBHII", 0x45, 0, size, 0, flags, 64, protocol, 0, *ends) + payload


def tcp(words: int, flags: int = 2, data: bytes = b"") -> bytes:
    return struct.pack(">HHIIHHHH", 1024, 9, 77, 5, words << 12 | flags, 512, 0, 0) + data


def found(packet: bytes, size: int | None = None) -> dict[str, list[object]]:
    """Of the first `size` octets of a packet of IPv4."""
    return values(RAW_IPV4, packet[:size].hex(), len(packet))


def test_a_length_shorter_than_the_header_ends_it() -> None:
    fields = found(ip(6, tcp(4, data=bytes(6))))
    assert (fields["tcp.hdr_len"], fields["tcp.len"]) == ([16], [10])
    assert not {"tcp.flags", "tcp.checksum", "tcp.nxtseq", "tcp.payload"} & set(fields)


def test_of_a_header_longer_than_its_segment_nothing_is_counted() -> None:
    fields = found(ip(6, tcp(10)))
    assert fields["tcp.seq"] == [77] and fields["tcp.flags"] == [2]
    assert not {"tcp.len", "tcp.nxtseq"} & set(fields)


def test_the_length_of_a_fragment_is_not_known() -> None:
    packet = ip(6, tcp(5, data=bytes(60)), flags=0x2000)
    fields = found(packet, 60)  # cut: it cannot be put together
    assert fields["tcp.seq_raw"] == [77] and "tcp.len" not in fields


def test_a_cut_header_needs_sixteen_octets() -> None:
    packet = ip(6, tcp(5))
    assert [name for name in found(packet, 20 + 15) if name.startswith("tcp.") and "port" not in name] == []
    fields = found(packet, 20 + 16)
    assert fields["tcp.window_size_value"] == [512] and "tcp.checksum" not in fields


def test_a_cut_option_is_named() -> None:
    packet = ip(6, tcp(9, data=OPTIONS))
    fields = found(packet, 20 + 20 + 4 + 2 + 4)
    assert fields["tcp.option_kind"] == [2, 4, 8] and fields["tcp.option_len"] == [4, 2, 10]
    assert fields["tcp.options.timestamp"] == [OPTIONS[6:10]] and "tcp.options.timestamp.tsval" not in fields
    whole = found(packet, 20 + 20 + 4 + 2 + 6)
    assert whole["tcp.options.timestamp.tsval"] == [1] and "tcp.options.timestamp.tsecr" not in whole


def test_a_length_of_udp_without_room_for_its_header_ends_it() -> None:
    for length in (0, 7):
        packet = ip(17, struct.pack(">HHHH", 53, 53, length, 9) + bytes(20))
        names = {name for name in found(packet) if name.startswith(("udp.", "dns"))}
        assert names - {"udp.port"} == {"udp.srcport", "udp.dstport", "udp.length"}
        assert "BAD UDP LENGTH" in tree(RAW_IPV4, packet.hex()).info
