"""Cisco HDLC, loopback and the configuration test protocol."""

from __future__ import annotations

from tests.layers.link_bytes import values


def test_keepalive() -> None:
    found = values(104, "8f008035 00000002 00000005 00000002 ffff")
    assert found["chdlc.address"] == [0x8F]
    assert found["slarp.mysequence"] == [5]
    assert found["slarp.yoursequence"] == [2]


def test_bsd_family_in_either_byte_order() -> None:
    assert values(0, "00000002")["null.family"] == [2]
    assert values(0, "02000000")["null.family"] == [2]
    assert values(108, "02000000")["null.family"] == [0x02000000]


def test_configuration_test_names_the_function_that_matters() -> None:
    found = values(1, "aa0004006904 aa0004001d04 9000 0000 0200aa0004001d04 01000100 5555")
    assert found["loop.function"] == [2, 1]
    assert found["loop.relevant_function"] == [2]
    assert found["loop.receipt_number"] == [1]
