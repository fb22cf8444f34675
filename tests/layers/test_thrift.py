"""Thrift where Wireshark 4.0 reads it otherwise than its specification says."""

from __future__ import annotations

from tests.limits.reach import layer


def test_a_boolean_of_the_compact_protocol_is_its_type() -> None:
    """Wireshark takes the octet behind it for its value, and with that loses the fields that follow."""
    tree = layer("thrift", bytes.fromhex("8221 02 01 61 11 12 05 12 0e 00"))
    assert tree.find("thrift.bool") == [True, False]
    assert tree.find("thrift.fid") == [1, 2, 9]  # the last one in full: every second number is negative
    assert tree.find("thrift.i32") == [7]
