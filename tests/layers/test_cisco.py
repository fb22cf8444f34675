"""DTP, UDLD and VTP."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

HEAD = "01000ccccccc 001906eab885 {:04x} aaaa03 00000c {:04x}"


def packet(protocol: int, body: str) -> str:
    """A frame with the message `body`."""
    return HEAD.format(8 + len(bytes.fromhex(body)), protocol) + body


def test_dtp() -> None:
    found = values(1, packet(0x2004, "01 000100084c616200 0002000504 0003000540 0004000a001906eab885"))
    assert found["dtp.domain"] == ["Lab"]
    assert (found["dtp.tos"], found["dtp.tas"], found["dtp.tot"], found["dtp.tat"]) == ([0], [4], [2], [0])
    assert found["dtp.senderid"] == [bytes.fromhex("001906eab885")]


def test_dtp_record_of_another_length() -> None:
    result = tree(1, packet(0x2004, "01 000200060400 00"))
    notes = {note.name for layer in result.layers for note in layer.notes}
    assert notes == {"dtp.tlv_len.invalid", "dtp.truncated"}


def test_udld() -> None:
    body = "21036d85 0001000f464f43313033315a374a47 000200094769302f31 0003000800000000 00040005 07"
    found = values(1, packet(0x0111, body))
    assert (found["udld.opcode"], found["udld.flags.rsy"]) == ([1], [1])
    assert found["udld.device_id"] == ["FOC1031Z7JG"]
    assert found["udld.data"] == [bytes(4), b"\x07"]
    assert tree(1, packet(0x0111, body)).info == "Device ID: FOC1031Z7JG  Port ID: Gi0/1  "


def test_vtp_summary_and_join() -> None:
    domain = "636973636f" + "00" * 27
    summary = f"01010005{domain} 00000002 9b012507 393330333031303030393030 fb393cf67014e50aa79c7c5b193f6fe1"
    found = values(1, packet(0x2003, summary))
    assert found["vtp.md"] == ["cisco"]
    assert found["vtp.upd_ts"] == ["930301000900"]
    assert tree(1, packet(0x2003, summary)).info == "Summary Advertisement, Revision: 2"
    assert values(1, packet(0x2003, f"01040005{domain} 0000 03ff 4080"))["vtp.pruning.active"] == [1, 8]


def test_vtp_subset() -> None:
    domain = "636973636f" + "00" * 27
    vlan = "18 00 01 07 0001 05dc 000186a1 64656661756c7400 0401 0002"
    found = values(1, packet(0x2003, f"01020105{domain} 00000002" + vlan))
    assert found["vtp.vlan_info.vlan_name"] == ["default"]
    assert found["vtp.vlan_info.parent_vlan"] == [2]


def test_pagp() -> None:
    end = "0019062ab885 01 80 00000005 00050001 0000000d "
    body = "0105" + end + end + "0001 0002 0001 0008 73773031 0002 0007 673031"
    found = values(1, packet(0x0104, body))
    assert (found["pagp.localgroupcap"], found["pagp.partnercount"]) == ([0x50001], [1])
    assert (found["pagp.tlvdevname"], found["pagp.tlvportname"]) == (["sw01"], ["g01"])
    assert tree(1, packet(0x0104, body)).info.startswith("Info PDU; Flags 0x5; Local DevID: 00:19:06:2a:b8:85")
