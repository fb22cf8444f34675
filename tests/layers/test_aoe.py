"""ATA over Ethernet."""

from __future__ import annotations

from pathlib import Path

import dissect
from tests.capture.files import paced, pcap
from tests.layers.link_bytes import tree, values

HEAD = "ffffffffffff 0016ea000001 88a2"


def test_an_ata_request() -> None:
    packet = HEAD + "10000014 00000001cd4a 000001ec 0000000000a0 0000" + "00" * 10
    found = values(1, packet)
    assert (found["aoe.version"], found["aoe.major"], found["aoe.tag"]) == ([1], [0x14], [0x1CD4A])
    assert (found["aoe.ata.cmd"], found["aoe.lba"]) == ([0xEC], [0xA00000000000])
    assert "aoe.ata.status" not in found and "aoe.error" not in found
    assert tree(1, packet).info == "Issue ATA Command Request ATA:Identify Device"


def test_an_error_and_another_version() -> None:
    found = values(1, HEAD + "1c010014 000100000000")
    assert (found["aoe.error"], found["aoe.response"]) == ([1], [True])
    assert "aoe.major" not in values(1, HEAD + "00000014 000100000000")


def test_an_answer_is_of_the_command_asked_for(tmp_path: Path) -> None:
    """Its octet in an answer is a status; disks tell their answers apart by tags."""
    ask, answer = "10000014 0000{:08x} 000001ec 0000000000a0 0000", "18000014 0000{:08x} 00000140 0000000000a0 0000"
    frames = [bytes.fromhex(HEAD + text.format(tag)) for text, tag in ((ask, 7), (answer, 7), (answer, 8))]
    path = tmp_path / "aoe.pcap"
    path.write_bytes(pcap(paced(frames)))
    with dissect.open(str(path)) as cap:
        rows = [*cap.json_rows(["aoe.ata.cmd", "aoe.ata.status", "aoe.response_to"])]
    assert rows[1] == {"aoe.ata.cmd": [0xEC], "aoe.ata.status": [0x40], "aoe.response_to": [1]}
    assert rows[2] == {"aoe.ata.status": [0x40]}
