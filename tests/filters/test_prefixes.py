"""Prefixes as patterns hold for exactly the addresses that have them."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from hypothesis import given
from hypothesis import strategies as st

from dissect.engine.values import ipv4_text, ipv6_text
from dissect.filters.prefixes import ipv4_pattern, ipv6_pattern

IPV4 = st.integers(0, 2**32 - 1)
GROUP = st.sampled_from((0, 0, 0, 1, 0x20, 0x0DB8, 0x2001, 0xFE80, 0xFEBF, 0xFFFF))
ADDRESSES = st.lists(GROUP, min_size=8, max_size=8).map(lambda groups: b"".join(g.to_bytes(2, "big") for g in groups))


def cut(number: int, bits: int, width: int) -> int:
    """The number with only its first bits."""
    return number >> width - bits << width - bits if bits else 0


@given(IPV4, st.integers(0, 32), st.lists(IPV4, max_size=8), st.integers(0, 31))
def test_ipv4(number: int, bits: int, others: list[int], flipped: int) -> None:
    pattern = re.compile(ipv4_pattern(cut(number, bits, 32), bits))
    net = IPv4Network((cut(number, bits, 32), bits))
    for one in (number, number ^ 1 << flipped, *others):
        assert bool(pattern.search(ipv4_text(one))) == (IPv4Address(one) in net), (net, one)


@given(ADDRESSES, st.integers(0, 128), st.lists(ADDRESSES, max_size=8), st.integers(0, 127))
def test_ipv6(address: bytes, bits: int, others: list[bytes], flipped: int) -> None:
    number = int.from_bytes(address, "big")
    said = ipv6_pattern(cut(number, bits, 128), bits)
    if said is None:
        return
    pattern, net = re.compile(said), IPv6Network((cut(number, bits, 128), bits))
    low = number & (1 << 128 - bits) - 1
    mixed = [cut(number, bits, 128) | int.from_bytes(one, "big") & (1 << 128 - bits) - 1 for one in others]
    for one in (number, number ^ 1 << flipped, number ^ low, *mixed, *(int.from_bytes(one, "big") for one in others)):
        if one >> 32 in (0, 0xFFFF):
            continue  # written with an IPv4 address in it, and no prefix that has a pattern is one of theirs
        assert bool(pattern.search(ipv6_text(one.to_bytes(16, "big")))) == (IPv6Address(one) in net), (net, one)


def test_usual_prefixes_have_patterns() -> None:
    for text in ("2001:db8::/32", "fe80::/10", "fe80::/64", "2000::/3", "ff02::/16", "fc00::/7", "2001:db8:1::/48"):
        net = ip_network(text)
        assert ipv6_pattern(int(net.network_address), net.prefixlen), text
    for text in ("::/8", "::ffff:0:0/96", "2001:0:8000::/33"):
        net = ip_network(text)
        assert ipv6_pattern(int(net.network_address), net.prefixlen) is None, text
