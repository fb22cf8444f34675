"""ATA over Ethernet."""

from __future__ import annotations

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
