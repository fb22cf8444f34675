"""Rx."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values
from tests.layers.test_longtail import udp

HEAD = "bfb12c5e 1b557adc 00000122 00000000 000001b0 {:02x} 21 00 02 8514 0001"


def test_an_acknowledgment() -> None:
    body = HEAD.format(2) + "0000 0000 00000002 00000001 0000015b 08 01 01 000000 0000163c 000005a4"
    found = values(101, udp(body, 7001))
    assert found["rx.epoch"] == [0xBFB12C5E * 10**9]
    assert found["rx.serial"] == [432, 347]
    assert (found["rx.reason"], found["rx.ack_type"]) == ([8], [1])
    assert (found["rx.max_mtu"], found["rx.if_mtu"]) == ([5692], [1444])
    assert tree(101, udp(body, 7001)).info.startswith("ACK  Delay  Seq: 0  Call: 290")


def test_challenge_and_abort() -> None:
    found = values(101, udp(HEAD.format(6) + "00000002 01020304 00000001", 7001))
    assert (found["rx.nonce"], found["rx.min_level"]) == ([0x01020304], [1])
    assert values(101, udp(HEAD.format(4) + "fffffff0", 7001))["rx.abort_code"] == [-16]


def test_afs_requests_name_their_operation() -> None:
    data = bytes.fromhex(udp("bfb12c5e 1b557adc 00000122 00000001 000001b0 01 05 00 02 8514 0001 000000cc", 7001))
    swapped = data[:20] + data[22:24] + data[20:22] + data[24:]  # towards port 7001
    assert tree(101, swapped.hex()).info == "CB Request: callback (204)"
