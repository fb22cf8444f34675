"""Every format and variant: given these bytes, these packets."""

from __future__ import annotations

import io
import struct

import pytest

from dissect.capture import NO_TIME, CaptureError, Source, open_source

from .files import block, epb, idb, opts, pcap, shb, snoop, spb

PACKETS = [
    (1700000000, 5, b"abc" * 20, 60),
    (1700000001, 999999, b"defgh" * 13, 1514),
    (1700000002, 0, b"x" * 60, 60),
]


def read(data: bytes) -> tuple[Source, list[tuple[int, bytes, int, int]]]:
    source = open_source(io.BytesIO(data))
    found = [
        (int(r.time[i]), r.data(i), int(r.origlen[i]), int(r.interface[i]))
        for r in source.chunks()
        for i in range(len(r))
    ]
    return source, found


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    ("magic", "unit", "extra", "name"),
    [
        (0xA1B2C3D4, 1000, b"", "pcap"),
        (0xA1B23C4D, 1, b"", "nanosecond pcap"),
        (0xA1B2CD34, 1000, bytes(8), "modified pcap"),
        (0xA1B2CD34, 1000, b"\1\0\0\0\2\3\4\5\6\7\x08\x09", "modified pcap (ss990915)"),
        (0xA1B2C3D4, 1000, b"\0\0\0\1\0\0\0\2", "modified pcap (ss990417)"),
        (0xA1B2C3D4, 1000, b"\1\2\3\4", "Nokia pcap"),
    ],
)
def test_pcap_variants(order: str, magic: int, unit: int, extra: bytes, name: str) -> None:
    source, found = read(pcap(PACKETS, order, magic, extra=extra))
    assert source.format == name
    assert source.byte_order == ("little" if order == "<" else "big")
    assert found == [(s * 10**9 + f * unit, data, n, 0) for s, f, data, n in PACKETS]
    assert source.damage is None and source.count() == 3


def test_pcap_link_type_and_fcs_share_a_word() -> None:
    interface = read(pcap(PACKETS, network=0x2400_0001))[0].interfaces[0]
    assert (interface.linktype, interface.fcs_len, interface.snaplen) == (1, 4, 65535)
    assert read(pcap(PACKETS, network=101))[0].interfaces[0].fcs_len is None


def test_old_pcap_has_its_lengths_swapped() -> None:
    expected = [data for _, _, data, _ in PACKETS]
    assert [p[1] for p in read(pcap(PACKETS, version=(2, 2), swapped=True))[1]] == expected
    assert [p[1] for p in read(pcap(PACKETS, version=(2, 3), swapped=True))[1]] == expected
    assert [p[1] for p in read(pcap(PACKETS, version=(2, 3)))[1]] == expected


def test_captured_length_above_the_original_is_kept() -> None:
    _, found = read(pcap([(1, 0, b"x" * 100, 4), *PACKETS]))
    assert (found[0][1], found[0][2]) == (b"x" * 100, 4)
    assert len(found) == 4


def test_a_packet_longer_than_any_snap_length() -> None:
    _, found = read(pcap([(1, 0, bytes(300_000), 300_000), *PACKETS]))
    assert len(found) == 4


def test_snoop() -> None:
    source, found = read(snoop(PACKETS))
    assert source.format == "snoop" and source.interfaces[0].linktype == 1
    assert found == [(s * 10**9 + f * 1000, data, n, 0) for s, f, data, n in PACKETS]


@pytest.mark.parametrize("order", "<>")
def test_pcapng_interface_options(order: str) -> None:
    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little" if order == "<" else "big")

    items = [
        (1, b"a comment"),
        (2, b"eth0"),
        (3, b"the uplink"),
        (6, b"\2\0\0\0\0\1"),
        (8, number(10**9, 8)),
        (9, b"\x09"),
        (11, b"\0tcp port 80"),
        (12, b"Linux"),
        (13, b"\4"),
        (14, number(3600, 8)),
        (15, b"NIC"),
        (999, b"unknown"),
    ]
    statistics = struct.pack(order + "III", 0, 0, 7) + opts([(4, number(100, 8)), (5, number(3, 8))], order)
    file = shb(order, [(2, b"HW"), (3, b"OS"), (4, b"app"), (1, b"section")]) + idb(113, 96, order, items)
    file += block(0xBAD, b"custom", order) + epb(5, b"data", order=order) + block(5, statistics, order)
    source, found = read(file)
    it = source.interfaces[0]
    assert found == [(3600 * 10**9 + 5, b"data", 4, 0)]
    assert (it.linktype, it.snaplen, it.name, it.description) == (113, 96, "eth0", "the uplink")
    assert (it.mac, it.speed, it.tsresol, it.tsoffset) == (b"\2\0\0\0\0\1", 10**9, 10**9, 3600)
    assert (it.filter, it.os, it.fcs_len, it.hardware, it.comment) == (
        "tcp port 80",
        "Linux",
        4,
        "NIC",
        "a comment",
    )
    assert it.statistics["received"] == 100 and it.statistics["dropped"] == 3
    section = source.sections[0]
    assert (section.hardware, section.os, section.application) == ("HW", "OS", "app")
    assert section.comments == ["section"]


@pytest.mark.parametrize(
    ("resolution", "ticks", "expected"),
    [
        (6, 1_700_000_000_000_001, 1_700_000_000_000_001_000),
        (9, 1_700_000_000_000_000_001, 1_700_000_000_000_000_001),
        (3, 1_700_000_000_123, 1_700_000_000_123_000_000),
        (0, 1_700_000_000, 1_700_000_000_000_000_000),
        (12, 1_700_000_000_123_456_789, 1_700_000_000_123_456),
        (0x80 | 20, 3 << 19, 1_500_000_000),
        (0x80 | 40, (5 << 40) + (1 << 39), 5_500_000_000),
        (0x80 | 63, 1 << 62, 500_000_000),
        (19, 10**19 + 5 * 10**18, 1_500_000_000),
        (30, 2**63, 0),
        (6, 2**64 - 1, 2**63 - 1),
    ],
)
def test_pcapng_time_resolutions(resolution: int, ticks: int, expected: int) -> None:
    _, found = read(shb() + idb(items=[(9, bytes([resolution]))]) + epb(ticks, b"x"))
    assert found[0][0] == expected


def test_pcapng_sections_of_either_order_with_their_own_interfaces() -> None:
    file = shb("<") + idb(1) + idb(101) + epb(1, b"a", 1) + epb(2, b"b", 0)
    file += shb(">") + idb(228, order=">") + epb(3, b"c", 0, order=">")
    file += shb("<") + idb(9, items=[(9, b"\3")]) + epb(4, b"d", 0)
    source, found = read(file)
    assert [p[1] for p in found] == [b"a", b"b", b"c", b"d"]
    assert [source.interfaces[p[3]].linktype for p in found] == [101, 1, 228, 9]
    assert [it.section for it in source.interfaces] == [0, 0, 1, 2]
    assert [p[0] for p in found] == [1000, 2000, 3000, 4_000_000]
    assert len(list(source.chunks(records=2))) == 2 and len(source.interfaces) == 4


@pytest.mark.parametrize("order", "<>")
def test_pcapng_simple_and_old_packet_blocks(order: str) -> None:
    old = block(2, struct.pack(order + "HHIIII", 1, 7, 0, 9, 3, 99) + b"old\0", order)
    file = shb(order) + idb(1, 4, order) + idb(101, 0, order) + spb(b"simp", 100, order) + old
    file += epb(1, b"new", order=order) + spb(b"abc", 3, order)
    _, found = read(file)
    assert found == [
        (NO_TIME, b"simp", 100, 0),
        (9000, b"old", 99, 1),
        (1000, b"new", 3, 0),
        (NO_TIME, b"abc", 3, 0),
    ]


@pytest.mark.parametrize("order", "<>")
def test_pcapng_packet_options(order: str) -> None:
    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little" if order == "<" else "big")

    items = [
        (1, "grüß".encode()),
        (1, b"again"),
        (2, number(0x101, 4)),
        (3, b"\2\1\2\3\4"),
        (4, number(12, 8)),
        (5, number(77, 8)),
        (6, number(3, 4)),
        (7, b"\0verdict"),
        (2988, b"custom"),
    ]
    source = open_source(
        io.BytesIO(
            shb(order) + idb(order=order) + epb(1, b"abc", order=order, items=items) + spb(b"q", 1, order)
        )
    )
    (records,) = source.chunks()
    assert source.comments(records, 0) == ["grüß", "again"]
    assert source.packet_options(records, 0) == {
        "comments": ["grüß", "again"],
        "flags": 0x101,
        "hash": [b"\2\1\2\3\4"],
        "dropcount": 12,
        "packetid": 77,
        "queue": 3,
        "verdict": [b"\0verdict"],
        "custom": [(2988, b"custom")],
    }
    assert source.packet_options(records, 1) == {}


def test_pcapng_names_and_secrets() -> None:
    names = opts([(1, b"\x0a\0\0\1host\0alias\0"), (2, bytes(15) + b"\1six\0")])
    secrets = struct.pack("<II", 0x544C534B, 5) + b"CLIEN"
    source, _ = read(shb() + block(4, names) + block(10, secrets) + idb() + epb(1, b"x"))
    assert source.names == {b"\x0a\0\0\1": ["host", "alias"], bytes(15) + b"\1": ["six"]}
    assert source.secrets == [(0x544C534B, b"CLIEN")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"hello, world", "68 65 6c 6c 6f"),
        (b"\xd4\xc3\xb2\xa1\2\0", "expected a pcap file header of 24 bytes, the file has 6"),
        (pcap([], version=(1, 0)), "expected pcap version 2 or later, found 1.0"),
        (shb()[:20], "expected a section header of 28 bytes, the file ends after 20"),
        (b"\x0a\x0d\x0d\x0a" + bytes(30), "expected a byte-order magic"),
        (b"snoop\0\0\0\0\0\0\7\0\0\0\4", "expected snoop version 2, found 7"),
    ],
)
def test_what_is_no_capture_is_one_clear_error(data: bytes, said: str) -> None:
    with pytest.raises(CaptureError) as caught:
        open_source(io.BytesIO(data))
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path: object) -> None:
    for path in (f"{tmp_path}/none.pcap", str(tmp_path)):
        with pytest.raises(CaptureError, match="cannot be opened"):
            open_source(path)
