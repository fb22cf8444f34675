"""Routing as seen from a capture, and the roles of addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.cli import main
from dissect.stats import routing
from dissect.stats.special import role, single

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def tour() -> dict[str, dict[str, Any]]:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        return {row["address"]: row for row in routing.table(cap).to_pylist()}


def test_what_is_on_the_link_and_what_behind_the_gateway(tour: dict[str, dict[str, Any]]) -> None:
    assert tour["192.0.2.50"]["place"] == "on link"
    assert tour["192.0.2.1"]["place"] == "gateway"
    far = tour["198.51.100.10"]
    assert (far["place"], far["gateway"], far["hops"]) == ("behind", "02:00:00:00:01:02", 1)
    assert tour["203.0.113.9"]["place"] == "behind"  # nothing came back, but the gateway took what was sent there


def test_link_local_addresses_are_no_hops_away(tour: dict[str, dict[str, Any]]) -> None:
    assert all(row["hops"] == 0 for row in tour.values() if row["role"] == "link-local")


def test_groups_are_nobodys(tour: dict[str, dict[str, Any]]) -> None:
    groups = {row["address"] for row in tour.values() if row["place"] == "group"}
    assert "0.0.0.0" in groups
    assert all(not single(tour[address]["role"]) for address in groups)


def test_the_subnet_holds_the_addresses_seen() -> None:
    with dissect.open(str(SAMPLES / "routing.pcap")) as cap:
        rows = {row["address"]: row for row in routing.table(cap).to_pylist()}
    assert rows["192.0.2.1"]["subnet"] == rows["192.0.2.2"]["subnet"] == "192.0.2.0/30"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", "private"), ("8.8.8.8", "global"), ("169.254.1.1", "link-local"),
        ("100.64.0.1", "shared (carrier NAT)"), ("203.0.113.1", "documentation"),
        ("224.0.0.5", "multicast, local network"), ("239.1.1.1", "multicast, administratively scoped"),
        ("fe80::1", "link-local"), ("fd00::1", "unique local"), ("2001:db8::1", "documentation"),
        ("2606:4700::1", "global"), ("ff02::1:ff00:1", "multicast, solicited node"), ("::1", "loopback"),
        ("64:ff9b::1", "NAT64"), ("192.0.0.171", "NAT64 discovery"), ("192.0.0.9", "PCP anycast"),
        ("2001:4:112::1", "AS112"), ("100:0:0:1::1", "dummy address"), ("233.252.0.7", "multicast, documentation"),
    ],
)  # fmt: skip
def test_roles(address: str, expected: str) -> None:
    assert role(address) == expected


def test_the_commands_formats(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / "tour.pcapng")
    assert main(["stats", path, "routing"]) == 0
    assert "Behind gateways" in capsys.readouterr().out
    assert main(["stats", path, "hierarchy", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["protocol"] == "eth"
    assert rows[0]["packets"] == 242
    assert sum(row["end_packets"] for row in rows) == 242
    assert main(["stats", path, "lengths", "--format", "csv", "-Y", "tcp"]) == 0
    lines = capsys.readouterr().out.splitlines()
    with dissect.open(path) as cap:
        assert sum(int(line.split(",")[1]) for line in lines[1:]) == len(cap.filter("tcp"))


def test_a_statistic_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(SAMPLES / "tour.pcapng"), "nonsense"]) == 2
    assert "routing" in capsys.readouterr().err


def test_the_name_of_a_statistic_comes_last_or_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(SAMPLES / "stp.pcap")
    assert main(["stats", path, "lengths"]) == 0
    said = capsys.readouterr().out
    assert main(["stats", "lengths", path]) == 0
    assert capsys.readouterr().out == said
    assert main(["stats", path, path, "lengths"]) == main(["stats", "lengths", path, path]) == 0
    out = capsys.readouterr().out
    assert out[: len(out) // 2] == out[len(out) // 2 :]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dns").write_bytes(Path(path).read_bytes())  # a file that has the name of a statistic
    for operands in (["lengths", "dns"], ["dns", "lengths"]):
        assert main(["stats", *operands]) == 0
        assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("operands", "expected"),
    [
        (["lengths"], "no file; `dissect stats FILE lengths`"),
        (["x.pcap", "conversatons"], "no statistic is named, last or first: did you mean conversations?"),
        (["conversatons", "x.pcap"], "no statistic is named, last or first: did you mean conversations?"),
        (["x.pcap"], "no statistic is named, last or first: one of routing, "),
    ],
)
def test_no_statistic_or_no_file(operands: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *operands]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"dissect: {expected}") and err.count("\n") == 1
