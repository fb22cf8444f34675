"""The role of an address, by the IANA registries of special-purpose and of multicast addresses (RFC 6890, RFC 8190,
RFC 5771), and the scopes of RFC 7346."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

GLOBAL = "global"
_ROLES = {  # the narrowest network that holds an address names it
    "0.0.0.0/8": "this network", "0.0.0.0/32": "unspecified", "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared (carrier NAT)", "127.0.0.0/8": "loopback", "169.254.0.0/16": "link-local",
    "172.16.0.0/12": "private", "192.0.0.0/24": "IETF protocol assignments",
    "192.0.0.0/29": "IPv4 service continuity (464XLAT, DS-Lite)", "192.0.0.8/32": "dummy address",
    "192.0.0.9/32": "PCP anycast", "192.0.0.10/32": "TURN anycast", "192.0.0.170/31": "NAT64 discovery",
    "192.0.2.0/24": "documentation", "192.31.196.0/24": "AS112", "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relay anycast (deprecated)", "192.88.99.2/32": "6a44 relay anycast",
    "192.168.0.0/16": "private", "192.175.48.0/24": "AS112", "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation", "203.0.113.0/24": "documentation", "224.0.0.0/4": "multicast",
    "224.0.0.0/24": "multicast, local network", "224.0.1.0/24": "multicast, internetwork control",
    "232.0.0.0/8": "multicast, source-specific", "233.0.0.0/8": "multicast, GLOP", "233.252.0.0/14": "multicast",
    "233.252.0.0/24": "multicast, documentation", "234.0.0.0/8": "multicast, by unicast prefix",
    "239.0.0.0/8": "multicast, administratively scoped", "240.0.0.0/4": "reserved",
    "255.255.255.255/32": "limited broadcast", "::/128": "unspecified", "::1/128": "loopback",
    "::ffff:0:0/96": "IPv4-mapped", "64:ff9b::/96": "NAT64", "64:ff9b:1::/48": "NAT64, local use",
    "100::/64": "discard only", "100:0:0:1::/64": "dummy address", "2001::/23": "IETF protocol assignments",
    "2001::/32": "Teredo", "2001:1::1/128": "PCP anycast", "2001:1::2/128": "TURN anycast",
    "2001:1::3/128": "DNS-SD registration anycast", "2001:2::/48": "benchmarking", "2001:3::/32": "AMT",
    "2001:4:112::/48": "AS112", "2001:10::/28": "ORCHID (deprecated)", "2001:20::/28": "ORCHIDv2",
    "2001:30::/28": "drone remote identification", "2620:4f:8000::/48": "AS112", "2001:db8::/32": "documentation",
    "2002::/16": "6to4", "3fff::/20": "documentation", "5f00::/16": "segment routing", "fc00::/7": "unique local",
    "fe80::/10": "link-local", "fec0::/10": "site-local (deprecated)", "ff00::/8": "multicast",
    "ff01::/16": "multicast, interface-local", "ff02::/16": "multicast, link-local",
    "ff02::1:ff00:0/104": "multicast, solicited node", "ff03::/16": "multicast, realm-local",
    "ff04::/16": "multicast, admin-local", "ff05::/16": "multicast, site-local",
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
