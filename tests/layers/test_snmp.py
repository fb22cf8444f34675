"""SNMP, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

GET = bytes.fromhex("302602010004067075626c6963a019020101020100020100300e300c06082b060102010101000500")
REPORT = bytes.fromhex(
    "3063020103300e020107020300ffe3040100020103041f301d040b8000000903000102030405020105020164040475736572"
    "04000400302d040880000009046162630403637478a81c0201080201000201003011300f060a2b060106030f010104004101"
    "01"
)  # fmt: skip


def test_a_request() -> None:
    found = layer_values("snmp", GET)
    assert found["snmp.version"] == [0] and found["snmp.community"] == ["public"]
    assert found["snmp.data"] == [0] and found["snmp.variable_bindings"] == [1]
    tree = layer_tree("snmp", GET)
    assert tree.info == "get-request 1.3.6.1.2.1.1.1.0"


def test_version_3_in_the_clear() -> None:
    found = layer_values("snmp", REPORT)
    assert found["snmp.msgVersion"] == [3] and found["snmp.msgUserName"] == ["user"]
    assert found["snmp.engineid.mac"] == [bytes.fromhex("000102030405")] and found["snmp.engineid.text"] == ["abc"]
    assert found["snmp.contextName"] == ["ctx"] and found["snmp.v3.flags.auth"] == [False]


def test_a_binding_without_its_value() -> None:
    assert "_ws.malformed" in layer_values("snmp", GET[:-4] + b"\1\1\6\x7f")


def test_an_engine_that_made_its_own_id() -> None:
    octets = bytes.fromhex("80001f8880 11223344 00f1536500000000")
    more = len(octets) - 11  # than the id in the report has
    report = bytes([0x30, 0x63 + more]) + REPORT[2:21] + bytes([0x04, 0x1F + more, 0x30, 0x1D + more, 4, len(octets)])
    found = layer_values("snmp", report + octets + REPORT[38:])
    assert found["snmp.engineid.enterprise"] == [8072, 9] and found["snmp.engineid.data"] == [octets[5:9]]
    assert found["snmp.engineid.time"] == [1_700_000_000 * 10**9]
