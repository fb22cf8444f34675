"""SCTP, byte for byte."""

from __future__ import annotations

from dissect.layers.sctp import crc32c
from tests.layers.link_bytes import values

IP = "45000000000000004084 0000 c0000201 c0000202".replace(" ", "")
RAW_IP = 228


def packet(chunks: str) -> dict[str, list[object]]:
    head = "13881389 00000001 00000000".replace(" ", "")
    whole = IP[:4] + f"{20 + (len(head) + len(chunks)) // 2:04x}" + IP[8:]
    return values(RAW_IP, whole + head + chunks)


def test_the_checksum_is_that_of_rfc_3720() -> None:
    assert crc32c(bytes(32)).to_bytes(4, "big").hex() == "aa36918a"
    assert crc32c(b"123456789") == 0x839206E3  # 0xe3069283, as it stands in a header


def test_data_chunks_with_padding_and_payload() -> None:
    found = packet("00030013 0000000a 0001 0002 00000000 616263 00".replace(" ", ""))
    assert found["sctp.chunk_length"] == [19] and found["sctp.data_tsn_raw"] == [10]
    assert found["sctp.data_b_bit"] == [True] and found["sctp.data_e_bit"] == [True]
    assert found["sctp.chunk_padding"] == [b"\0"] and found["data.data"] == [b"abc"]


def test_init_with_parameters() -> None:
    found = packet("0100001c 00000007 0000ffff 000a 0800 00000001 c0000004 8008 0006 c0c1 0000".replace(" ", "")[:-4])
    assert found["sctp.init_nr_out_streams"] == [10] and found["sctp.init_nr_in_streams"] == [2048]
    assert found["sctp.parameter_type"] == [0xC000, 0x8008]


def test_selective_acknowledgement() -> None:
    found = packet("03000018 00000005 00001000 0001 0001 0002 0003 00000004".replace(" ", ""))
    assert found["sctp.sack_gap_block_start"] == [2] and found["sctp.sack_duplicate_tsn"] == [4]


def test_a_length_of_zero_does_not_hang() -> None:
    assert packet("00000000" * 20)["sctp.chunk_type"]
