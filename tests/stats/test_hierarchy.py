"""The protocol hierarchy is tshark's, but for what it says of reassembly and damage."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import dissect
from dissect.stats import hierarchy

SAMPLES = Path(__file__).parents[2] / "samples"
NOTES = ("tcp.segments", "_ws.short", "_ws.malformed")


def ours(name: str, **options: bool) -> dict[str, tuple[int, int]]:
    with dissect.open(str(SAMPLES / name)) as cap:
        rows = hierarchy.table(cap, **options).to_pylist()
    return {row["path"]: (row["packets"], row["bytes"]) for row in rows}


def theirs(name: str) -> dict[str, tuple[int, int]]:
    command = ["tshark", "-n", "-q", "-r", str(SAMPLES / name), "-z", "io,phs"]
    out: dict[str, tuple[int, int]] = {}
    path: list[str] = []
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        if " frames:" in line:
            path[(len(line) - len(line.lstrip())) // 2 :] = [line.split()[0]]
            frames, size = line.split("frames:")[1].split(" bytes:")
            if path[-1] not in NOTES:
                out[":".join(path)] = int(frames), int(size)
    return out


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
@pytest.mark.parametrize("name", ["tunnel-gre.pcap", "pmtud-v4.pcap", "random-loss-heavy.pcap", "vlan-qinq.pcap"])
def test_as_tshark(name: str) -> None:
    assert ours(name) == theirs(name)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
def test_header_layers_alone() -> None:
    found, expected = ours("tour.pcapng", headers=True), theirs("tour.pcapng")
    carriers = {"eth", "vlan", "ieee8021ad", "ip", "ipv6", "arp", "tcp", "udp", "icmp", "icmpv6"}
    wanted = {path: counts for path, counts in expected.items() if set(path.split(":")) <= carriers}
    assert {path: counts for path, counts in found.items() if set(path.split(":")) <= carriers} == wanted


def test_what_an_error_quotes_is_a_part_of_it() -> None:
    assert hierarchy.placed("eth:ethertype:ip:icmp:ip:udp:data") == ("eth", "ip", "icmp", "data")
    assert hierarchy.placed("eth:ethertype:ipv6:ipv6.hopopts:icmpv6") == ("eth", "ipv6", "icmpv6")
    assert hierarchy.placed("eth:ethertype:ip:icmp:data") == ("eth", "ip", "icmp")


def test_what_stands_within_another_protocol_in_a_tree_has_no_place() -> None:
    assert hierarchy.placed("eth:ethertype:ip:udp:db-lsp-disc:json") == ("eth", "ip", "udp", "db-lsp-disc")
    assert hierarchy.placed("eth:ethertype:ip:igmp:igmp") == ("eth", "ip", "igmp")
    assert hierarchy.placed("eth:ethertype:ip:igmp:igmp:pim") == ("eth", "ip", "pim")
    assert hierarchy.placed("eth:llc:osi:isis:isis.lsp") == ("eth", "llc", "isis", "isis.lsp")


def test_each_message_of_bgp_has_a_place() -> None:
    steps = ("eth", "ip", "tcp", "bgp")
    assert hierarchy.with_more(steps, {"bgp.type": 3}) == (*steps, "bgp", "bgp")
    assert hierarchy.with_more(("radiotap", "wlan"), {"wlan.mgt": 1}) == ("radiotap", "wlan", "wlan.mgt")
