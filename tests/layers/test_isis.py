"""IS-IS."""

from __future__ import annotations

from tests.layers.link_bytes import layer_values
from tests.layers.mutated import raises_nothing

HELLO = "831401001101 0000" + "03 111111111111 001e 0025 00" + "d303000000" + "f00102" + "8101cc" + "8404 0a000001"
CSNP = "832101001801 0000" + "0033 333333333333 00 0000000000000000 ffffffffffffffff" + (
    "0910 04a0 2222222222220000 0000000e 5910"
)


def lsp(options: str) -> bytes:
    """A link state of level 1, its checksum left out."""
    body = bytes.fromhex(options)
    size = (27 + len(body)).to_bytes(2, "big")
    head = bytes.fromhex("831b01001201 0000") + size + bytes.fromhex("04b0 1920000000080000 00000031 0000 03")
    return head + body


def test_a_hello_between_two() -> None:
    found = layer_values("osi", bytes.fromhex(HELLO))
    assert (found["isis.type"], found["isis.hello.source_id"]) == ([17], ["1111.1111.1111"])
    assert found["isis.hello.clv.type"] == [211, 240, 129, 132]
    assert (found["isis.hello.adjacency_state"], found["isis.hello.clv_ipv4_int_addr"]) == ([2], [0x0A000001])


def test_sequence_numbers() -> None:
    found = layer_values("isis", bytes.fromhex(CSNP))
    assert found["isis.csnp.lsp_id"] == ["2222.2222.2222.00-00"]
    assert found["isis.csnp.lsp_seq_num"] == [14]


def test_a_link_state() -> None:
    found = layer_values("isis", lsp("8902 5232" + "0e02 05d4" + "160b 19216800100300 00000a 00"))
    assert found["isis.lsp.lsp_id"] == ["1920.0000.0008.00-00"]
    assert (found["isis.lsp.hostname"], found["isis.lsp.originating_lsp_buffer_size"]) == (["R2"], [1492])
    assert found["isis.lsp.ext_is_reachability.is_neighbor_id"] == ["1921.6800.1003.00"]
    assert found["isis.lsp.checksum.status"] == [3]


def test_prefixes() -> None:
    found = layer_values("isis", lsp("8709 000f4240 1f 0a001b00"))
    assert found["isis.lsp.ext_ip_reachability.ipv4_prefix"] == [0x0A001B00]
    assert found["isis.lsp.ext_ip_reachability.prefix_length"] == [31]
    found = layer_values("isis", lsp("ec0a 0000000a 00 20 20010db8"))
    assert found["isis.lsp.ipv6_reachability.ipv6_prefix"] == [bytes.fromhex("20010db8") + bytes(12)]


def test_changed_bytes_raise_nothing() -> None:
    for text in (bytes.fromhex(HELLO), bytes.fromhex(CSNP), lsp("8902 5232" + "160b 19216800100300 00000a 00")):
        raises_nothing("isis", text, 300)
