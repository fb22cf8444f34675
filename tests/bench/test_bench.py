"""The captures that benchmarks are made of are right, and a soak's table keeps what was not measured again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import dissect

sys.path.insert(0, str(Path(__file__).parent))
import make_capture
import soak

CHECKED = ("ip", "tcp", "udp", "icmp", "icmpv6")


def test_packets_that_come_again_are_right_and_between_other_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_capture, "MILLION", 2000)
    make_capture.make(tmp_path / "made.pcap", 5000)
    with dissect.open(tmp_path / "made.pcap") as cap:
        names = ["ip.src", "ipv6.src", *(f"{one}.checksum.status" for one in CHECKED)]
        table = cap.table(names)
    assert len(table) == 5000 and cap.damage is None
    for name in names[2:]:
        found = set(table[name].to_pylist()) - {None}
        assert found == {1}, name  # good, each of them
    first, second, third = (table.slice(start, 2000) for start in (0, 2000, 4000))
    for name in ("ip.src", "ipv6.src"):
        hosts = [set(part[name].to_pylist()) - {None} for part in (first, second, third)]
        assert hosts[0] and hosts[2] and not (hosts[0] & hosts[1] or hosts[1] & hosts[2] or hosts[0] & hosts[2]), name
    assert len(set(first["ip.src"].to_pylist())) == len(set(second["ip.src"].to_pylist()))


def test_a_soak_replaces_its_rows_and_keeps_the_others() -> None:
    row = "| `{}` | {} | {} | 2.00 | 70 |".format
    before = f"# Speed\n{soak.MARK}\nold\n{row('mtu', 10, 1.0)}\n{row('list', 1, 1.0)}\n{soak.END}\nEnd.\n"
    after = soak.table(before, [row("mtu", 1, 5.0), row("mtu", 10, 6.0)])
    rows = [line for line in after.splitlines() if line.startswith("| `")]
    assert rows == [row("list", 1, 1.0), row("mtu", 1, 5.0), row("mtu", 10, 6.0)]
    assert after.startswith("# Speed\n") and after.endswith(f"{soak.END}\nEnd.\n") and "old" not in after
    assert soak.table(after, []) == after
