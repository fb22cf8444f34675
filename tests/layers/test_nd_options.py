"""Options of Neighbor Discovery beyond RFC 4861's, in router advertisements; values as Wireshark has them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.layers.link_bytes import layer_values

ADVERTISEMENT = "86000000 40080708 00000000 00000000"
ADDRESS = "20010db8000000000000000000000001"
FIRST = int(ADDRESS, 16) - 1


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("0701 0000 0000ea60", {"advertisement_interval": 60000}),
        ("0801 0000 0005 0708", {"home_agent_preference": 5, "home_agent_lifetime": 1800}),
        ("0c06 0000" + "48" * 16 + "53" * 28, {"rsa.key_hash": b"H" * 16}),
        ("0d02 000000000000 00005f5e1000 8000", {"timestamp": 1_600_000_000_500_000_000}),
        ("1801 0018 00000258", {"route_info.flag.route_preference": 3, "route_lifetime": 600}),
        ("1802 4008 00000258" + ADDRESS[:16], {"prefix.length": 64, "prefix": FIRST}),
        ("1701 1580 00000064", {"map.distance": 1, "map.preference": 5, "map.flag.r": True}),
        ("1a01 fc00 00000000", {"efo.m": True, "efo.prf": 3, "efo.rsv": 0}),
        ("2102 00000000 0014 0211223344556677", {"aro.registration_lifetime": 20}),
        ("2202 4013 0000 000a" + ADDRESS[:16], {"6co.flag.c": True, "6co.flag.cid": 3, "6co.context_prefix": FIRST}),
        ("2503" + b"https://x.example/".hex().ljust(44, "0"), {"captive_portal": "https://x.example/"}),
        ("2602 0258" + ADDRESS[:24], {"pref64.scaled_lifetime": 75, "pref64.plc": 0}),
        ("6301 616263646566", {}),
    ],
)
def test_option(option: str, expected: dict[str, Any]) -> None:
    found = layer_values("icmpv6", bytes.fromhex(ADVERTISEMENT + option))
    for name, value in expected.items():
        got = found[f"icmpv6.opt.{name}"]
        whole = isinstance(value, int)
        assert [int.from_bytes(v, "big") if whole and isinstance(v, bytes) else v for v in got] == [value]


def test_an_unknown_option_is_data() -> None:
    assert layer_values("icmpv6", bytes.fromhex(ADVERTISEMENT + "6301 616263646566"))["icmpv6.data"] == [b"abcdef"]
