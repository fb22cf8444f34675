"""Conversations have numbers: pairs of addresses, and associations of SCTP."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import dissect
from tests.capture.files import paced, pcap

SAMPLES = Path(__file__).parents[2] / "samples"
A, B = (1000, 2000), (2000, 1000)
OTHER, BACK = (1001, 2000), (2000, 1001)
MIDDLE, REST = (3000, 4000), (4000, 3000)
INIT, INIT_ACK, SACK, DATA, ABORT, DONE = 1, 2, 3, 0, 6, 14
STEPS = [  # ports, tag, kind of the first chunk, its flags, the tag an INIT asks for, the association
    (A, 0, INIT, 0, 0x11, 0), (B, 0x11, INIT_ACK, 0, 0x22, 0), (A, 0x22, DATA, 3, 0, 0), (B, 0x11, SACK, 0, 0, 0),
    (OTHER, 0, INIT, 0, 0x33, 1), (BACK, 0x33, INIT_ACK, 0, 0x44, 1), (OTHER, 0x44, DATA, 3, 0, 1),
    (A, 0, INIT, 0, 0x55, 2), (A, 0, INIT, 0, 0x55, 2), (B, 0x55, INIT_ACK, 0, 0x66, 2), (A, 0x66, DATA, 3, 0, 2),
    (A, 0x22, DATA, 3, 0, 0), (B, 0x55, ABORT, 0, 0, 2), (B, 0x66, ABORT, 1, 0, 2), (A, 0x55, DONE, 1, 0, 2),
    (MIDDLE, 0x77, DATA, 3, 0, 3), (REST, 0x88, DATA, 3, 0, 3), (MIDDLE, 0x99, DATA, 3, 0, 4),
]  # fmt: skip


def packet(ports: tuple[int, int], tag: int, kind: int, flags: int, asked: int) -> bytes:
    body = struct.pack(">IIHHI", asked, 65535, 1, 1, 1) if kind in (INIT, INIT_ACK) else bytes(12)
    body = b"" if kind in (ABORT, DONE) else body
    chunk = struct.pack(">BBH", kind, flags, 4 + len(body)) + body
    sctp = struct.pack(">HHII", *ports, tag, 0) + chunk
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(sctp), 0, 0, 64, 132, 0, b"\x0a\0\0\1", b"\x0a\0\0\2")
    return b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + sctp


@pytest.fixture
def associations(tmp_path: Path) -> Path:
    path = tmp_path / "sctp.pcap"
    packets = [packet(*step[:5]) for step in STEPS]
    path.write_bytes(pcap(paced(packets)))
    return path


def test_associations_are_known_by_ports_and_tags(associations: Path) -> None:
    with dissect.open(str(associations)) as cap:
        found = [row["sctp.assoc_index"] for row in cap.json_rows(["sctp.assoc_index"])]
    assert found == [[step[5]] for step in STEPS]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
def test_associations_are_tsharks(associations: Path) -> None:
    command = ["tshark", "-n", "-o", "sctp.association_index:TRUE", "-r", str(associations), "-T", "fields"]
    done = subprocess.run([*command, "-e", "sctp.assoc_index"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(step[5]) for step in STEPS]


def test_pairs_are_numbered_as_they_come() -> None:
    names = {"eth.stream": ("eth.src", "eth.dst"), "ip.stream": ("ip.src", "ip.dst"),
             "ipv6.stream": ("ipv6.src", "ipv6.dst")}  # fmt: skip
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        rows = list(cap.json_rows([*names, *(one for pair in names.values() for one in pair)]))
        for name, (source, destination) in names.items():
            numbers: dict[frozenset[str], int] = {}
            for i, row in enumerate(rows):
                pairs = map(frozenset, zip(row.get(source, ()), row.get(destination, ()), strict=True))
                expected = [numbers.setdefault(pair, len(numbers)) for pair in pairs]
                assert row.get(name, []) == expected
                if i % 7 == 0:
                    assert cap[i].all(name) == expected
            assert numbers


def test_a_conversation_is_filtered_by_its_number() -> None:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as cap:
        assert len(cap.filter("ip.stream == 0")) > 0
        assert len(cap.filter("ip.stream < 0 || ip.stream > 100000")) == 0
