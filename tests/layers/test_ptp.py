"""PTP, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values


def message(kind: int, body: bytes) -> bytes:
    """A message of a type."""
    size = (34 + len(body)).to_bytes(2, "big")
    fixed = bytes.fromhex("000002000000000000018000" "00000000" "000200fffe000001" "0001042b0000")
    return bytes([kind, 2]) + size + fixed + body


def test_an_announcement() -> None:
    body = bytes(10) + b"\0\x24\0\x80\xf8\xfe\xff\xff\x80" + bytes.fromhex("000200fffe000001") + b"\0\1\xa0"
    found = layer_values("ptp", message(11, body))
    assert found["ptp.v2.an.origincurrentutcoffset"] == [36] and found["ptp.v2.timesource"] == [0xA0]
    assert found["ptp.v2.correction.ns"] == [1] and found["ptp.v2.correction.subns"] == [0.5]
    assert found["ptp.v2.clockidentity_manuf"] == [b"\0\2\0"] and found["ptp.v2.an.localstepsremoved"] == [1]
    assert layer_tree("ptp", message(11, body)).info == "Announce Message"


def test_management_and_a_cut_message() -> None:
    body = bytes.fromhex("ffffffffffffffffffff03030000" "0001000220" "01")
    tree = layer_tree("ptp", message(13, body))
    assert tree.info == "Management (Current dataset) GET"
    assert "_ws.malformed" in layer_values("ptp", message(8, bytes(4))[:20])
