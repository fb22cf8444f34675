"""NTP."""

from __future__ import annotations

from dissect.layers.ntp import moment
from tests.layers.link_bytes import layer_tree, layer_values

SERVER = bytes.fromhex(
    "24 02 06 e9 00000521 00000a3b c0248f96"
    "c50204ec ec4298dd c50204eb e49a3f1a c50204ec ec7c5f00 c50204ec ec8a4000"
)  # fmt: skip


def test_a_servers_answer() -> None:
    fields = layer_values("ntp", SERVER)
    assert (fields["ntp.flags.vn"], fields["ntp.flags.mode"], fields["ntp.stratum"]) == ([4], [4], [2])
    assert fields["ntp.precision"] == [0xE9]
    assert fields["ntp.refid"] == [bytes.fromhex("c0248f96")]
    assert fields["ntp.xmt"][0] // 10**9 == 0xC50204EC - 2_208_988_800
    assert layer_tree("ntp", SERVER).info == "NTP Version 4, server"


def test_extensions_and_a_code() -> None:
    extension = bytes.fromhex("0104 0014") + bytes(16)
    fields = layer_values("ntp", SERVER + extension + b"\0\0\0\1" + bytes(16))
    assert (fields["ntp.ext.type"], fields["ntp.ext.length"]) == ([0x0104], [20])
    assert (fields["ntp.keyid"], len(fields["ntp.mac"][0])) == ([b"\0\0\0\1"], 16)


def test_times() -> None:
    assert moment(0) == 0
    assert moment(2_208_988_800 << 32 | 1 << 31) == 500_000_000
    assert moment(1 << 32) > 2_000_000_000 * 10**9  # of the era that begins in 2036


def test_control_messages_are_named() -> None:
    assert layer_tree("ntp", bytes.fromhex("160200010000000000000000")).info == "NTP Version 2, control"
