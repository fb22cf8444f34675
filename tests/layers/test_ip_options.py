"""IPv4 options."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

from tests.capture.files import pcap
from tests.engine.evaluators import disagreements
from tests.layers.link_bytes import tree, values

RAW_IPV4 = 228


def packet(options: str) -> str:
    """A UDP packet with these options, from 10.1.1.1 to 10.1.1.2."""
    body = bytes.fromhex(options)
    body += bytes(-len(body) % 4)
    header = struct.pack(
        ">BBHHHBBHII", 0x40 | 5 + len(body) // 4, 0, 28 + len(body), 0, 0, 64, 17, 0, 0x0A010101, 0x0A010102
    )
    return (header + body).hex() + "0400001b00080000"


def found(options: str) -> dict[str, list[Any]]:
    return values(RAW_IPV4, packet(options))


def test_router_alert() -> None:
    fields = found("94040000")
    assert (fields["ip.opt.type"], fields["ip.opt.type.number"], fields["ip.opt.ra"]) == ([148], [20], [0])


def test_recorded_and_empty_places() -> None:
    fields = found("070b080a00000100000000")
    assert (fields["ip.rec_rt"], fields["ip.empty_rt"]) == ([0x0A000001], [0])


def test_source_route_keeps_the_destination_last() -> None:
    fields = found("830f080a0000010a0000020a000003")
    assert (fields["ip.rec_rt"], fields["ip.src_rt"]) == ([0x0A000001], [0x0A000002])
    assert (fields["ip.cur_rt"], fields["ip.dst"]) == ([0x0A010102], [0x0A000003])
    destination = tree(RAW_IPV4, packet("830b040a0000010a000002")).destination
    assert destination is not None
    assert destination[1] == 0x0A000002


def test_time_stamps() -> None:
    fields = found("440c0901 0a000001 00000002")
    assert (fields["ip.opt.flag"], fields["ip.opt.time_stamp_addr"]) == ([1], [0x0A000001])
    assert fields["ip.opt.time_stamp"] == [2]
    assert found("440c0510 00000001 00000002")["ip.opt.time_stamp"] == [1, 2]


def test_security_of_both_rfcs() -> None:
    assert found("820bd7880001414243 4445")["ip.opt.sec_rfc791_hr"] == ["AB"]
    fields = found("82063d810300")
    assert (fields["ip.opt.sec_cl"], fields["ip.opt.sec_prot_auth_flags"]) == ([0x3D], [0x81, 3, 0])


def test_cipso_categories() -> None:
    assert found("860c 00000001 0106 0003 c001")["ip.cipso.categories"] == ["0,1,15"]
    assert found("860e 00000001 0508 0003 00090004")["ip.cipso.categories"] == ["9-4"]


def test_columns_equal_trees(tmp_path: Path) -> None:
    """Random option lists, whole and cut."""
    chosen, out = random.Random(3), []
    kinds = ["01", "00", "94040000", "830b040a0000010a000002", "0707040a000001", "19080540", "82045a80", "dead"]
    for _ in range(200):
        data = bytes.fromhex(packet("".join(chosen.choices(kinds, k=chosen.randrange(4)))))
        cut = len(data) - chosen.choice((0, 0, 0, 11))
        out.append((0, 0, data[:cut], len(data)))
    path = tmp_path / "options.pcap"
    path.write_bytes(pcap(out, network=RAW_IPV4))
    assert disagreements(path) == []
