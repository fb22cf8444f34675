"""Q.931 and TPKT."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values
from tests.layers.test_longtail import tcp


def packet(body: str, port: int = 1720) -> str:
    """A segment with one TPKT."""
    return tcp(f"0300{len(bytes.fromhex(body)) + 4:04x}" + body, port)


def test_setup() -> None:
    body = "0802123405 a1 04038893a5 28034a6f6e 6c050180313233 700481343536 1803a98381 7d029181"
    found = values(101, packet(body))
    assert (found["q931.call_ref"], found["q931.call_ref_flag"]) == ([b"\x12\x34"], [False])
    assert found["q931.information_element"] == [0x04, 0x28, 0x6C, 0x70, 0x18, 0x7D]
    assert (found["q931.uil1"], found["q931.channel.number"]) == ([5], [1])
    assert found["q931.calling_party_number.digits"] == ["123"]
    assert found["q931.called_party_number.digits"] == ["456"]
    assert found["q931.high_layer_characteristics"] == [1]
    assert tree(101, packet(body)).info == "SETUP"


def test_causes() -> None:
    found = values(101, packet("08005a 08028090 080380e408 08048095086c 080580e6333033"))
    assert found["q931.cause_value"] == [16, 100, 21, 102]
    assert found["q931.insufficient_info_element"] == [0x6C]
    assert found["q931.cause_call.rec_timer"] == ["303"]


def test_other_codesets_stay_bytes() -> None:
    found = values(101, packet("080045 96 080278 79 9d 050161"))
    assert found["q931.data"] == [b"xy", b"a"]
    assert "q931.cause_value" not in found


def test_tpkt_continuation_and_several() -> None:
    assert values(101, tcp("11e0000000", 102))["tpkt.continuation_data"] == [bytes.fromhex("11e0000000")]
    found = values(101, tcp("0300000702f080 0300000702f080", 102))
    assert found["tpkt.length"] == [7, 7]
