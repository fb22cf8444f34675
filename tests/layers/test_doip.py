"""DoIP and UDS, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values


def message(kind: int, body: bytes) -> bytes:
    """A message."""
    return b"\2\xfd" + kind.to_bytes(2, "big") + len(body).to_bytes(4, "big") + body


def test_a_diagnostic_answer() -> None:
    data = message(0x8001, b"\x10\1\x0e\0\x62\xf1\x90ABC")
    found = layer_values("doip", data)
    assert found["doip.source_address"] == [0x1001] and found["uds.rdbi.data_identifier"] == [0xF190]
    assert found["uds.sid"] == [0x22] and found["uds.reply"] == [1] and found["uds.rdbi.data_record"] == [b"ABC"]
    info = layer_tree("doip", data).info
    assert info.split() == ["Reply", "Read", "Data", "By", "Identifier", "0xf190", "41", "42", "43"]


def test_errors_and_routing() -> None:
    found = layer_values("uds", b"\x7f\x22\x31")
    assert found["uds.err.sid"] == [0x22] and found["uds.err.code"] == [0x31]
    found = layer_values("doip", message(6, b"\x0e\0\x10\1\x10\0\0\0\0"))
    assert found["doip.tester_logical_address"] == [0xE00] and found["doip.response_code"] == [0x10]


def test_a_length_that_lies() -> None:
    assert "_ws.malformed" in layer_values("doip", b"\2\xfd\x80\1\xff\xff\xff\xffab")
