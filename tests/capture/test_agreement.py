"""Packet for packet what tshark reads, over captures nobody here made (and what our own samples hold)."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dissect.capture import NO_TIME, CaptureError, open_source
from tests.corpus import SAMPLES, SHARED, each

FIELDS = ("frame.number", "frame.time_epoch", "frame.cap_len", "frame.len", "frame.encap_type")

EVERY = each(3)
REASONS = {
    # file name: why we differ from tshark, and are right to
    "tests_bgp_vpn_rt-oobr.pcap": "ends in 224 zeros: damage for us, 14 empty packets for tshark",
    "tests_atm-heapoverflow.pcap": "SunATM: tshark takes the 4-byte pseudo-header off the packet's lengths",
    "tests_atm-oam-heapoverflow.pcap": "SunATM, as above",
    "tests_atm-oam-loopback-print-overrun.pcap": "SunATM, as above; and a fraction above 10⁶ µs",
    "tests_rx_serviceid_oobr.pcap": "a fraction far above 10⁶ µs: tshark's 32-bit nanoseconds overflow",
    "tests_timestamp_invalid_micro.pcap": "a fraction of 10⁶ µs: we carry it into the seconds",
    "tests_timestamp_invalid_nano.pcap": "a fraction of 10⁹ ns: we carry it into the seconds",
}
UNSUPPORTED = "network type"
"""tshark does not open files of link types it does not know; we do: records have nothing to do with it."""

Row = tuple[str, ...]

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")


def captures(root: Path) -> list[Path]:
    return sorted(
        p for p in root.rglob("*") if p.is_file() and p.suffix not in (".md", ".py", ".keys", ".txt")
    )


def by_tshark(path: Path) -> tuple[list[Row], str]:
    command = ["tshark", "-n", "-r", str(path), "-T", "fields"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
    if any(not row[4] for row in rows):  # custom blocks are frames for tshark, and counted; not for us
        rows = [row for row in rows if row[4]]
    return [row[1:4] for row in rows], done.stderr if done.returncode else ""


def by_us(path: Path) -> tuple[list[Row], str]:
    try:
        source = open_source(path)
    except CaptureError as error:
        return [], str(error)
    with source:
        rows = []
        for records in source.chunks(records=100):
            columns = (records.time.tolist(), records.caplen.tolist(), records.origlen.tolist())
            for time, caplen, origlen in zip(*columns, strict=True):
                shown = "" if time == NO_TIME else f"{time // 10**9}.{time % 10**9:09d}"
                rows.append((shown, str(caplen), str(origlen)))
        return rows, str(source.damage or "")


def difference(path: Path) -> str | None:
    theirs, their_problem = by_tshark(path)
    ours, our_problem = by_us(path)
    if UNSUPPORTED in their_problem:
        return None if ours else f"{path}: we read nothing"
    if path.name in REASONS:
        return None if ours != theirs else f"{path}: no difference any more; take it from REASONS"
    if ours != theirs:
        first = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), None)
        return f"{path}: {len(ours)} packets, tshark {len(theirs)}; first difference at {first}"
    if bool(our_problem) != bool(their_problem):
        return f"{path}: we say {our_problem!r}, tshark {their_problem!r}"
    return None


def differences(paths: list[Path]) -> list[str]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [found for found in pool.map(difference, paths) if found]


def test_every_fortieth_capture_and_those_with_a_reason() -> None:
    if not SHARED.is_dir():
        pytest.skip("no captures here")
    every = captures(SHARED)
    chosen = every[::40] + [path for path in every if path.name in REASONS or "pcapng-test" in str(path)][::6]
    assert differences(chosen) == []


def test_small_samples() -> None:
    chosen = [path for path in captures(SAMPLES) if path.stat().st_size < 1 << 20] if SAMPLES.is_dir() else []
    if not chosen:
        pytest.skip("no samples")
    assert differences([path for path in chosen if path.suffix.startswith(".pcap")][:10]) == []


@pytest.mark.slow
def test_every_third_capture() -> None:
    if not SHARED.is_dir():
        pytest.skip("no captures here")
    assert differences(captures(SHARED)[::EVERY]) == []
