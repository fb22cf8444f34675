"""The same filter on packets and on exported Parquet."""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds
import pytest

import dissect
from dissect.cli import main
from dissect.filters import FilterError, compile_filter
from tests.corpus import SAMPLES

TOUR = SAMPLES / "tour.pcapng"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export")
    assert main(["export", str(TOUR), "-o", str(out / "packets.parquet")]) == 0
    flat = ["-e", "frame.number", "-e", "ip.src", "-e", "ip.dst", "-e", "tcp.dstport", "-e", "frame.time_relative"]
    assert main(["export", str(TOUR), "-o", str(out / "fields.parquet"), *flat]) == 0
    return out


@pytest.mark.parametrize(
    "text",
    [
        "tcp",
        "!tcp",
        "tcp.dstport == 443",
        "tcp.port == 443",
        "tcp.srcport != 443",
        "ip.ttl < 64 and tcp",
        "not ip.ttl < 64",
        "tcp xor udp",
        "tcp.flags.syn == 1",
        "ip.src == 192.0.2.50 || udp.dstport in {53, 1000..60000}",
        "ip.addr == 198.51.100.0/24",
        "ip.src != 192.0.2.48/29",
        "ip.dst in {224.0.0.0/4, 198.51.100.128/25}",
        "ipv6.addr == fe80::/10",
        "ipv6.dst == ff02::/16 && !(ipv6.src == fe80::/64)",
        "ipv6.src == 2001:db8::/32",
        "eth.dst == ff:ff:ff:ff:ff:ff",
        'frame.protocols contains "tcp"',
        'frame.protocols matches "^ETH"',
        "frame.time_relative > 0.5",
        'frame.time > "2020-01-01"',
        "frame.number in {3, 10..20}",
    ],
)
def test_packets_table(folder: Path, text: str) -> None:
    chosen = compile_filter(text)
    table = ds.dataset(folder / "packets.parquet").to_table(filter=chosen.expression())
    found = table["frame"].combine_chunks().field("number").to_pylist()
    with dissect.open(TOUR) as capture:
        # the table holds the first occurrence only: packets with an inner IP header are left out of the comparison
        inner = {int(row) + 1 for row in capture.filter("ip.src#2 or ipv6.src#2")}
        expected = [int(row) + 1 for row in capture.filter(chosen)]
    assert [n for n in found if n not in inner] == [n for n in expected if n not in inner]


def test_chosen_fields(folder: Path) -> None:
    expression = compile_filter("ip.addr == 192.0.2.50 and tcp.dstport > 100").expression("fields")
    assert ds.dataset(folder / "fields.parquet").to_table(filter=expression).num_rows > 0


@pytest.mark.parametrize(
    "text",
    [
        "frame contains 00",
        "ip.src == ip.dst",
        "ipv6.src == ::/8",
        "ip.src > 10.0.0.0",
        "ip.ttl + 1 == 2",
        "tcp[0] == 1",
        "ip.src#2",
        "tcp.payload",
    ],
)
def test_what_cannot_be(text: str) -> None:
    with pytest.raises(FilterError, match="no expression"):
        compile_filter(text).expression()
