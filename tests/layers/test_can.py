"""CAN's error frames (linux/can/error.h)."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values

CAPTURED = 227


def test_what_went_wrong() -> None:
    found = values(CAPTURED, "2000001e 08 000000 05 01 82 0a 21 010203")
    assert found["can.err.lostarb.bitnum"] == [5]
    assert (found["can.err.ctrl.rx_overflow"], found["can.err.ctrl.active"]) == ([True], [False])
    assert (found["can.err.prot.type.form"], found["can.err.prot.location"]) == ([True], [10])
    assert (found["can.err.trx.canh"], found["can.err.trx.canl"]) == ([1], [2])
    assert found["can.err.ctrl_specific"] == [b"\1\2\3"]


def test_only_what_the_identifier_names_is_told() -> None:
    found = values(CAPTURED, "20000004 08 000000 05 01 82 0a 21 010203")
    assert "can.err.lostarb.bitnum" not in found
    assert "data.data" not in found


def test_another_length_is_an_error_itself() -> None:
    result = tree(CAPTURED, "20000004 02 000000 0501")
    assert "can.err.dlc_mismatch" in [note.name for note in result.notes]
    assert result.protocols == "can"


def test_a_data_frame_has_none_of_it() -> None:
    found = values(CAPTURED, "00000123 02 000000 0501")
    assert found["data.data"] == [b"\5\1"]
    assert "can.err.ctrl_specific" not in found
