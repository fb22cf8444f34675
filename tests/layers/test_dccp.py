"""DCCP, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import values

RAW_IP = 228
REQUEST = (
    "45000034 00004000 40210000 c0000201 c0000202"  # IPv4, protocol 33
    "99fc1389 08000000 01000008 f4af5d7e 00000000"  # Request, extended sequence numbers
    "20 04 05 02  22 04 01 02  20 04 01 03"  # Change L Ack Ratio, Change R CCID, Change L CCID
).replace(" ", "")


def test_a_request_with_features() -> None:
    found = values(RAW_IP, REQUEST)
    assert found["dccp.type"] == [0] and found["dccp.seq_raw"] == [0x0008F4AF5D7E]
    assert found["dccp.service_code"] == [0]
    assert found["dccp.option_type"] == [32, 34, 32] and found["dccp.feature_number"] == [5, 1, 1]


def test_short_sequence_numbers() -> None:
    found = values(
        RAW_IP, "45000024 00004000 40210000 c0000201 c0000202 99fc1389 04000000 06000009 00000007".replace(" ", "")
    )
    assert found["dccp.seq_raw"] == [9] and found["dccp.ack_raw"] == [7]
