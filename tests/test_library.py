"""The library as a user's code meets it."""

from __future__ import annotations

import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

import dissect
from tests.corpus import SAMPLES

TOUR = SAMPLES / "tour.pcapng"
SYN = next(i for i in range(242) if dissect.open(TOUR)[i].get("tcp.flags.syn"))


def test_packets_by_index() -> None:
    with dissect.open(TOUR) as cap:
        assert len(cap) == 242
        packet = cap[SYN]
        assert packet.number == SYN + 1
        assert packet["tcp.flags.syn"] is True
        assert isinstance(packet["ip.src"], str)
        assert packet.all("ip.addr") == [packet["ip.src"], packet["ip.dst"]]
        assert [layer.name for layer in packet.layers][:4] == ["frame", "eth", "ip", "tcp"]
        assert cap[-1].number == 242
        assert packet.get("dns.id") is None
        with pytest.raises(KeyError):
            packet["dns.id"]
        with pytest.raises(IndexError):
            cap[242]


def test_iteration_numbers_packets() -> None:
    with dissect.open(TOUR) as cap:
        assert [packet.number for packet in cap] == list(range(1, 243))


def test_a_table_has_arrow_types() -> None:
    with dissect.open(TOUR) as cap:
        table = cap.table(["frame.time", "ip.src", "tcp.dstport", "tcp.flags.syn", "eth.dst"])
    assert table.num_rows == 242
    assert table.schema.field("tcp.dstport").type == pa.uint16()
    assert table.schema.field("frame.time").type == pa.timestamp("ns", "UTC")
    assert pa.types.is_dictionary(table.schema.field("ip.src").type)
    assert table["tcp.flags.syn"].to_pylist()[SYN] is True


def test_all_occurrences_are_lists() -> None:
    with dissect.open(TOUR) as cap:
        table = cap.table(["ip.addr"], occurrence="all")
        assert table["ip.addr"].to_pylist()[SYN] == cap[SYN].all("ip.addr")
        assert cap.table(["ip.addr"], occurrence="last")["ip.addr"].to_pylist()[SYN] == cap[SYN]["ip.dst"]


def test_raw_addresses_are_bytes() -> None:
    with dissect.open(TOUR) as cap:
        value = cap.table(["eth.dst"], raw_addresses=True)["eth.dst"].to_pylist()[0]
        assert value.hex(":") == cap[0]["eth.dst"]


def test_batches_do_not_depend_on_their_size() -> None:
    names = ["frame.number", "ip.src", "udp.length", "frame.time_delta", "frame.protocols"]
    with dissect.open(TOUR) as cap:
        whole = cap.table(names).to_pylist()
        for size in (1, 7, 100):
            assert [row for batch in cap.batches(names, records=size) for row in batch.to_pylist()] == whole


def test_an_unknown_field_is_a_key_error() -> None:
    with dissect.open(TOUR) as cap, pytest.raises(KeyError):
        cap.table(["no.such"])


def _ports(path: Path) -> list[int | None]:
    with dissect.open(path) as cap:
        return cap.table(["tcp.dstport"])["tcp.dstport"].to_pylist()


def test_threads_and_processes() -> None:
    here = _ports(TOUR)
    found: list[list[int | None]] = []
    threads = [threading.Thread(target=lambda: found.append(_ports(TOUR))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [here] * 3
    with ProcessPoolExecutor(1) as pool:
        assert list(pool.map(_ports, [TOUR])) == [here]


def test_decode_as_makes_another_registry() -> None:
    plain = dissect.builtin()
    other = plain.decode_as("udp.port==67,data")
    assert other is not plain
    with dissect.open(TOUR, other) as cap:
        assert cap[2].protocols == "eth:ethertype:ip:udp:data"


def test_damage_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes((SAMPLES / "pmtud-v4.pcap").read_bytes()[:-3])
    with dissect.open(path) as cap, dissect.open(SAMPLES / "pmtud-v4.pcap") as whole:
        assert len(cap) == len(whole) - 1
        assert cap.damage is not None
        assert "\n" not in str(cap.damage)


def test_a_host_is_its_address_as_text() -> None:
    """Further names of addresses that are text: they were taken for octets, or for a number of zeros."""
    with dissect.open(SAMPLES / "vlan-qinq.pcap") as cap:
        names = ["ip.src", "ip.src_host", "ipv6.src", "ipv6.src_host", "eth.src", "eth.src_resolved"]
        for occurrence in ("first", "all"):
            table = pa.Table.from_batches(list(cap.batches(names, occurrence=occurrence)))
            for one, other in zip(names[::2], names[1::2], strict=True):
                assert table[one].to_pylist() == table[other].to_pylist()
