"""PROFINET."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

HEAD = "010ecf000000 020000000001 8892 "


def test_an_answer_to_identify() -> None:
    blocks = "0202 0007 0000 706c632d31 00 0203 0006 0000 002a 010d 0204 0004 0000 02 00"
    packet = f"{HEAD} feff 05 01 00000001 0000 0030 {blocks} 0102 000e 0001 c0a80001 ffffff00 c0a80002" + "00" * 4
    found = values(1, packet)
    assert tree(1, packet).protocols == "eth:ethertype:pn_rt:pn_dcp"
    assert (found["pn_dcp.xid"], found["pn_dcp.reserved16"], found["pn_dcp.data_length"]) == ([1], [0], [48])
    assert found["pn_dcp.option"] == [2, 2, 2, 1]
    assert (found["pn_dcp.block_length"], found["pn_dcp.suboption_device"]) == ([7, 6, 4, 14], [2, 3, 4])
    assert found["pn_dcp.suboption_device_nameofstation"] == ["plc-1"]
    assert (found["pn_dcp.suboption_vendor_id"], found["pn_dcp.suboption_device_id"]) == ([0x2A], [0x10D])
    assert found["pn_dcp.suboption_ip_ip"] == [0xC0A80001]
    assert found["pn_dcp.suboption_ip_standard_gateway"] == [0xC0A80002]


def test_questions() -> None:
    found = values(1, f"{HEAD} fefe 05 00 00000001 0080 0004 ffff 0000" + "00" * 32)
    assert (found["pn_dcp.response_delay"], found["pn_dcp.suboption_all"]) == ([128], [255])
    found = values(1, f"{HEAD} fefd 04 00 00000002 0000 000c 0202 0008 0001 706c632d3231" + "00" * 26)
    assert (found["pn_dcp.block_qualifier"], found["pn_dcp.suboption_device_nameofstation"]) == ([1], ["plc-21"])
    found = values(1, f"{HEAD} fefd 03 00 00000003 0000 0002 0102" + "00" * 32)
    assert (found["pn_dcp.suboption_ip"], "pn_dcp.block_length" in found) == ([2], False)


def test_cyclic_data_has_its_status_behind() -> None:
    packet = f"{HEAD} 8000 80" + "00" * 39 + "1234 35 01"
    found = values(1, packet)
    assert tree(1, packet).protocols == "eth:ethertype:pn_rt:pn_io"
    assert (found["pn_rt.frame_id"], found["pn_rt.cycle_counter"], found["pn_rt.ds"]) == ([0x8000], [0x1234], [0x35])
    assert (found["pn_rt.ds_valid"], found["pn_rt.ds_operate"], found["pn_rt.transfer_status"]) == ([1], [1], [1])


def test_a_frame_too_short_for_a_status_has_none() -> None:
    assert "pn_rt.ds" not in values(1, f"{HEAD} 8000 01")
