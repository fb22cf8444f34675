"""Conversations of captures nobody here made are tshark's (`-q -z conv,TYPE`): who with whom, and how many packets each
way.  What differs for a reason is named here."""

from __future__ import annotations

import fnmatch
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dissect
from dissect.stats import conversations
from tests import corpus

EVERY = corpus.each(8)
TITLES = {"Ethernet": "eth", "IPv4": "ip", "IPv6": "ipv6", "TCP": "tcp", "UDP": "udp"}
FLOORS = {"eth": 99.9, "ip": 99.9, "ipv6": 99.5, "tcp": 99.9, "udp": 99.9}  # per cent; the issue asks for 99.5

# (file, kind, why).  Who is right is said in each.
EXPLAINED = [
    ("*bigtcp-*", "*", "A length of 0 is one too long for its field (RFC 2675, section 4): ours go on"),
    ("*vxlan_port_8472*", "*", "VXLAN on the port that Linux has it on: tshark knows 4789 alone, ours go on"),
    ("ipv6_fragments*", "ipv6", "tshark counts of IPv6 fragments those that complete a datagram, of IPv4 all"),
    ("sender-fragments-v6*", "ipv6", "As of ipv6_fragments"),
    ("*sflow-print-v6*", "eth", "Where a frame that sFlow sampled is cut, tshark counts that in the packet's place"),
    ("*sflow_expanded*", "*", "As of sflow-print-v6"),
    ("*routing-header*", "udp", "tshark takes the last address of a routing header, ours are the IPv6 header's"),
    ("*srh-insert*", "udp", "As of ipv6-routing-header"),
    ("*rpki-rtr-oobr*", "tcp", "A fragment longer than its frame: ours are those that are whole"),
    ("*of13_ericsson*", "*", "tshark counts the frames within OpenFlow 1.3's messages"),
    ("*hncp_dhcpv4data*", "udp", "tshark counts what HNCP quotes"),
]  # fmt: skip
# Headers that contradict themselves, of captures made to break dissectors: tshark counts no conversation of a header
# in whose options it gave up, ours what the header says.
BROKEN = ("*oobr*", "*asan*", "*negative_len*", "*missing_jumbo*", "*too-long-jumbo*", "*-trunc*", "*heapoverflow*")

Row = tuple[str, str, int, int]


def theirs(path: Path) -> dict[str, set[Row]]:
    """(A, B, frames B to A, frames A to B) by kind."""
    command = ["tshark", "-n", "-r", str(path), "-q"]
    for kind in TITLES.values():
        command += ["-z", f"conv,{kind}"]
    text = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stdout
    found: dict[str, set[Row]] = {kind: set() for kind in TITLES.values()}
    kind = ""
    for line in text.splitlines():
        if line.endswith("Conversations"):
            kind = TITLES.get(line.split()[0], "")
        elif "<->" in line and kind:
            cells = line.split()
            found[kind].add((cells[0], cells[2], int(cells[3]), int(cells[6])))
    return found


def ours(path: Path) -> dict[str, set[Row]]:
    """The same of ours."""

    def end(row: dict[str, Any], side: str) -> str:
        return row[f"address_{side}"] + (f":{row[f'port_{side}']}" if row[f"port_{side}"] is not None else "")

    found: dict[str, set[Row]] = {kind: set() for kind in TITLES.values()}
    with dissect.open(str(path)) as cap:
        for row in conversations.table(cap, analysed=False, kinds=tuple(TITLES.values())).to_pylist():
            found[row["type"]].add((end(row, "a"), end(row, "b"), row["packets_b_a"], row["packets_a_b"]))
    return found


def explained(name: str, kind: str) -> bool:
    """Whether differences in a file's conversations are."""
    return any(fnmatch.fnmatch(name, file) and fnmatch.fnmatch(kind, of) for file, of, _ in EXPLAINED) or any(
        fnmatch.fnmatch(name, file) for file in BROKEN
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
def test_conversations_of_others_are_tsharks() -> None:
    paths = [path for path in corpus.captures(every=EVERY) if path.is_relative_to(corpus.SHARED)]
    if not paths:
        pytest.skip("no captures here")
    equal, all_of, unlike = dict.fromkeys(FLOORS, 0), dict.fromkeys(FLOORS, 0), []
    for path in paths:
        there = theirs(path)
        if not any(there.values()):
            continue  # tshark cannot read it, or has nothing to say
        here = ours(path)
        for kind in FLOORS:
            if here[kind] != there[kind] and explained(path.name, kind):
                continue
            equal[kind] += len(here[kind] & there[kind])
            all_of[kind] += len(here[kind] | there[kind])
            if here[kind] != there[kind]:
                sides = f"ours {here[kind] - there[kind]}, tshark's {there[kind] - here[kind]}"
                unlike.append(f"{path.name} {kind}: {sides}")
    for kind, floor in FLOORS.items():
        reached = 100 * equal[kind] / max(all_of[kind], 1)
        assert reached >= floor, f"{kind}: {reached:.2f} % of {all_of[kind]} rows\n" + "\n".join(unlike)
    print({kind: f"{equal[kind]} of {all_of[kind]}" for kind in FLOORS}, *unlike, sep="\n")
