"""Names of what is assigned: who made a network card, which service a port is for.

No list is shipped.  Vendors are read where this machine has them: Wireshark's `manuf` (and `wka`, the well-known
addresses), `oui.txt` of the packages ieee-data or hwdata, else the Python package netaddr (extra `vendors`);
`DISSECT_VENDORS` names a file of either form.  Services are those of the system (`/etc/services`).
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FOLDERS = ("/usr/share/wireshark", "/usr/local/share/wireshark", "/opt/homebrew/share/wireshark")
LISTS = ("/usr/share/ieee-data/oui.txt", "/var/lib/ieee-data/oui.txt", "/usr/share/hwdata/oui.txt")
OCTETS = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
SHORT = 8  # letters of a vendor's name, as Wireshark has them
WELL_KNOWN = """
FF-FF-FF-FF-FF-FF Broadcast
01-00-5E/25 IPv4mcast
33-33/16 IPv6mcast
01-80-C2-00-00-00/44 Spanning-tree-(for-bridges)
01-80-C2-00-00-0E LLDP_Multicast
01-00-0C-CC-CC-CC CDP/VTP/DTP/PAgP/UDLD
00-00-5E-00-01/40 IETF-VRRP-VRID
"""
GENERIC = {"the", "inc", "incorporated", "co", "corp", "corporation", "ltd", "llc", "gmbh", "ag", "ab", "sa", "plc",
           "company", "limited", "and", "of"}  # fmt: skip

Entry = tuple[int, int, str]
"""How many bits count, these bits, and the name."""


class Vendors:
    """Names of addresses by their first bits; `source` says where they are from, and is empty where there is none."""

    def __init__(self, vendors: Iterable[Entry], known: Iterable[Entry] = (), source: str = "") -> None:
        self.source = source
        self._vendors = {(bits, value): name for bits, value, name in vendors}
        self._known = {(bits, value): name for bits, value, name in known}

    def vendor(self, address: str) -> str:
        """The vendor's short name, or nothing."""
        return self._found(self._vendors, address)[0] or self._asked(address)

    def named(self, address: str) -> str:
        """An address as Wireshark writes it: the name of the group or of the vendor with what is left of its octets."""
        name, bits = self._found(self._known, address)
        if name:
            rest = _rest(address, bits)
            while len(rest) > 1 and rest[0] == "00":
                del rest[0]
            return "_".join([name, *([":".join(rest)] if rest else [])])
        name, bits = self._found(self._vendors, address)
        name, bits = (name, bits) if name else (self._asked(address), 24)
        return f"{name}_{':'.join(_rest(address, bits))}" if name else address

    def _found(self, names: dict[tuple[int, int], str], address: str) -> tuple[str, int]:
        if OCTETS.fullmatch(address):
            value = int(address.replace(":", ""), 16)
            for bits in (48, 44, 40, 36, 32, 28, 25, 24, 16):
                if found := names.get((bits, value >> 48 - bits)):
                    return found, bits
        return "", 0

    def _asked(self, address: str) -> str:
        return _of_netaddr(address[:8]) if self.source == NETADDR and OCTETS.fullmatch(address) else ""


NETADDR = "netaddr"


@cache
def vendors() -> Vendors:
    """What this machine knows of vendors."""
    known = list(entries(WELL_KNOWN.splitlines()))
    named = os.environ.get("DISSECT_VENDORS")
    for path in [named] if named else [*(f"{folder}/manuf" for folder in FOLDERS), *LISTS]:
        found = _read(path)
        if found:
            return Vendors(found, [*known, *_read(str(Path(path).with_name("wka")))], path)
    try:
        import netaddr
    except ImportError:
        return Vendors([], known)
    return Vendors([], known, NETADDR if netaddr else "")


def _read(path: str) -> list[Entry]:
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            return list(entries(lines))
    except OSError:
        return []


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """What the lines of such a list say, in Wireshark's form (`00:1B:C5:00:00:00/36 Name`) or the IEEE's
    (`00-00-0C   (hex)  Cisco Systems, Inc`)."""
    form = re.compile(r"([0-9A-Fa-f]{2}(?:[-:.][0-9A-Fa-f]{2}){1,5})(?:/(\d+))?\s+(\(hex\)\s+)?(\S.*)")
    for line in lines:
        found = form.match(line)
        if found is None:
            continue
        octets, size, long, name = found.groups()
        digits = re.sub("[-:.]", "", octets)
        bits = int(size or 4 * len(digits))
        if bits <= 48:
            value = int(digits.ljust(12, "0"), 16) >> 48 - bits
            yield bits, value, shortened(name) if long else name.split("\t")[0].split()[0]


def shortened(name: str) -> str:
    """The name of a company in a few letters: "Cisco Systems, Inc" is "CiscoSys"."""
    words = [word for word in re.findall(r"\w+", name) if word.lower() not in GENERIC]
    return "".join(word if word[0].isupper() else word.capitalize() for word in words)[:SHORT]


def _rest(address: str, bits: int) -> list[str]:
    """The octets of an address behind its first bits; of a first one that is cut, what is left."""
    octets = [int(part, 16) for part in address.split(":")][bits // 8 :]
    if octets and bits % 8:
        octets[0] &= 0xFF >> bits % 8
    return [f"{octet:02x}" for octet in octets]


@cache
def _of_netaddr(first: str) -> str:
    import netaddr

    try:
        return shortened(str(netaddr.OUI(first.replace(":", "-")).registration().org))
    except (netaddr.NotRegisteredError, ValueError):
        return ""


@cache
def service_name(port: int, protocol: str) -> str:
    """The system's name of a port of "tcp", "udp" or "sctp", or nothing."""
    try:
        return socket.getservbyport(port, protocol)
    except (OSError, OverflowError):
        return ""


PORTS = re.compile(r"((?:\[TCP [^\]]*\] ?)*)(\d{1,5}) → (\d{1,5})(?= (\[)?)")


def with_services(info: str) -> str:
    """An Info text that begins with ports, with the names of their services: `domain(53) → 45339 [SYN]`."""
    found = PORTS.match(info)
    if found is None:
        return info
    before, *ports, flags = found.groups()
    names = [service_name(int(port), "tcp" if flags else "udp") for port in ports]
    first, second = (f"{name}({port})" if name else port for name, port in zip(names, ports, strict=True))
    return f"{before}{first} → {second}{info[found.end():]}"
