"""Padding of a cooked packet is Ethernet's field, though there is no Ethernet header."""

from __future__ import annotations

from pathlib import Path

import pytest

import dissect
from tests.capture.files import paced, pcap

ARP = bytes.fromhex("0001080006040001" + "020000000001" + "0a000001" + "000000000000" + "0a000002")
V1 = bytes.fromhex("0000000100060200000000010000" + "0806")
V2 = bytes.fromhex("08060000" + "00000002" + "0001" + "00" + "06" + "0200000000010000")


@pytest.mark.parametrize(("linktype", "header"), [(113, V1), (276, V2)])
def test_padding_asked_for_alone(tmp_path: Path, linktype: int, header: bytes) -> None:
    octets = (header + ARP).ljust(60, b"\0")
    size = len(octets) - len(header) - len(ARP)
    path = tmp_path / "cooked.pcap"
    path.write_bytes(pcap(paced([octets]), network=linktype))
    with dissect.open(path) as cap:
        assert cap[0].all("eth.padding") == [bytes(size)]
        [(_, columns)] = cap.columns(["eth.padding"])
        assert [bytes(value) for value in columns.occurrences("eth.padding")[1].tolist()] == [bytes(size)]
        assert cap.filter("eth.padding").tolist() == [0]
