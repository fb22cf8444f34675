"""EDP."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

HEAD = "00e02b000000 000496010203 {:04x} aaaa03 00e02b 00bb 0100{:04x}{} 0005 0000 000496010203"


def packet(records: str, checksum: str = "0000") -> str:
    """An announcement with `records`."""
    size = len(bytes.fromhex(records))
    return HEAD.format(8 + 16 + size, 16 + size, checksum) + records


def test_display_info_and_vlan() -> None:
    info = "99020024 0000 0004 0000 000000000000 01020304" + "00" * 16
    vlan = "99050014 8000 0064 00000000 0a000001 76310000"
    found = values(1, packet("9901000a 737769746368" + info + vlan + "99000004", "bd56"))
    assert found["edp.checksum.status"] == [1]
    assert found["edp.display.string"] == ["switch"]
    assert (found["edp.info.slot"], found["edp.info.port"]) == ([1], [5])
    assert found["edp.info.version.internal"] == [4]
    assert (found["edp.vlan.id"], found["edp.vlan.ip"], found["edp.vlan.name"]) == ([100], [0x0A000001], ["v1"])
    assert found["edp.tlv.type"] == [1, 2, 5, 0]


def test_info_text_and_a_short_record() -> None:
    assert tree(1, packet("990d0006 0000 99000004")).info == "EDP: ELRP"
    result = tree(1, packet("99010002"))
    assert "edp.short_tlv" in [note.name for layer in result.layers for note in layer.notes]


def test_links_are_bounded_by_the_record() -> None:
    esl = "990e0026 0101 0064 00000000 000496010203 00000000 01 01 0001 0000 0000 0000 0002 0000 ffff"
    found = values(1, packet(esl + "99000004"))
    assert found["edp.esl.numlinks"] == [0xFFFF]
    assert "edp.esl.linklist" not in found
