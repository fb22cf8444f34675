"""Segments that the capture cuts: each by itself, whatever reads them and however they lie in chunks."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from tests.capture.files import snapped
from tests.engine.evaluators import disagreements

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def protocols(path: Path) -> list[str]:
    with dissect.open(path) as cap:
        return [str(value) for value in cap.table(["frame.protocols"])["frame.protocols"].to_pylist()]


def test_what_follows_in_a_conversation_is_its_layers(tmp_path: Path) -> None:
    found = protocols(snapped(SAMPLES / "blackhole-v4-client.pcap", 70, tmp_path))
    assert found[5].endswith(":tcp:http") and "eth:ethertype:ip:tcp:http:data" in found
    assert not any(chain.endswith(":tcp:data") for chain in found)
    assert found.count("eth:ethertype:ip:tcp") > 10  # acknowledgments, and what was sent before


def test_of_a_payload_of_which_nothing_was_captured_nothing_is_said(tmp_path: Path) -> None:
    found = protocols(snapped(SAMPLES / "blackhole-v4-client.pcap", 66, tmp_path))
    assert {chain.rpartition(":")[2] for chain in found} == {"arp", "tcp"}


@pytest.mark.parametrize(
    ("name", "octets"), [("tour.pcapng", 66), ("tour.pcapng", 70), ("blackhole-v4-client.pcap", 96)]
)
def test_rows_and_columns_agree_in_chunks_of_any_size(name: str, octets: int, tmp_path: Path) -> None:
    path = snapped(SAMPLES / name, octets, tmp_path)
    assert disagreements(path) == disagreements(path, records=7) == []
