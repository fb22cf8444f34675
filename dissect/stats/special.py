"""The role of an address, by the IANA registries of special-purpose and of multicast addresses (RFC 6890, RFC 5771)."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

GLOBAL = "global"
_ROLES = {  # the narrowest network that holds an address names it
    "0.0.0.0/8": "this network", "0.0.0.0/32": "unspecified", "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared (carrier NAT)", "127.0.0.0/8": "loopback", "169.254.0.0/16": "link-local",
    "172.16.0.0/12": "private", "192.0.0.0/24": "IETF protocol assignments",
    "192.0.0.0/29": "IPv4 service continuity (464XLAT, DS-Lite)", "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112", "192.52.193.0/24": "AMT", "192.88.99.0/24": "6to4 relay anycast (deprecated)",
    "192.168.0.0/16": "private", "192.175.48.0/24": "AS112", "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation", "203.0.113.0/24": "documentation", "224.0.0.0/4": "multicast",
    "224.0.0.0/24": "multicast, local network", "232.0.0.0/8": "multicast, source-specific",
    "233.252.0.0/24": "multicast, documentation", "239.0.0.0/8": "multicast, administratively scoped",
    "240.0.0.0/4": "reserved", "255.255.255.255/32": "limited broadcast", "::/128": "unspecified",
    "::1/128": "loopback", "::ffff:0:0/96": "IPv4-mapped", "64:ff9b::/96": "NAT64",
    "64:ff9b:1::/48": "NAT64, local use", "100::/64": "discard only", "2001::/23": "IETF protocol assignments",
    "2001::/32": "Teredo", "2001:2::/48": "benchmarking", "2001:20::/28": "ORCHIDv2",
    "2001:db8::/32": "documentation", "2002::/16": "6to4", "3fff::/20": "documentation",
    "5f00::/16": "segment routing", "fc00::/7": "unique local", "fe80::/10": "link-local", "ff00::/8": "multicast",
    "ff01::/16": "multicast, interface-local", "ff02::/16": "multicast, link-local",
    "ff02::1:ff00:0/104": "multicast, solicited node", "ff05::/16": "multicast, site-local",
    "ff08::/16": "multicast, organisation-local", "ff0e::/16": "multicast, global",
}  # fmt: skip
NETWORKS: list[tuple[IPv4Network | IPv6Network, str]] = sorted(
    ((ip_network(text), role) for text, role in _ROLES.items()), key=lambda pair: -pair[0].prefixlen
)


@lru_cache(maxsize=65536)
def role(text: str) -> str:
    """What kind of address this is, e.g. `private`; `global` where no registry names it."""
    address: IPv4Address | IPv6Address = ip_address(text)
    for network, name in NETWORKS:
        if network.version == address.version and address in network:
            return name
    return GLOBAL


def single(name: str) -> bool:
    """Whether addresses of that role belong to one host."""
    return not name.startswith(("multicast", "limited broadcast", "unspecified", "this network", "reserved"))
