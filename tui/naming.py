"""Names in place of numbers: of hosts, of the vendors of network cards, of the services of ports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import dissect

KINDS = {
    "names": "hosts: as the capture's DNS answers and its blocks of names tell them",
    "vendors": "network cards: who made them, by the lists this machine has",
    "services": "ports: their services, by the system's list",
}
PORTS = (".port", ".srcport", ".dstport")


@dataclass(slots=True)
class Naming:
    """What is shown by name."""

    hosts: dict[str, str] = field(default_factory=dict)
    vendors: dissect.Vendors | None = None
    services: bool = False

    def end(self, address: str) -> str:
        """An address of the list."""
        if address in self.hosts:
            return self.hosts[address]
        return self.vendors.named(address) if self.vendors is not None else address

    def info(self, text: str) -> str:
        """An Info text of the list."""
        return dissect.with_services(text) if self.services else text

    def label(self, node: Any) -> str:
        """A line of the tree: the name comes behind the value."""
        text = dissect.label_of(node)
        name = self._of_value(node)
        return f"{text} ({name})" if name else text

    def _of_value(self, node: Any) -> str:
        name = node.field.name
        if self.services and name.endswith(PORTS) and isinstance(node.value, int):
            protocol = name.partition(".")[0]
            return dissect.service_name(node.value, protocol) if protocol in ("tcp", "udp", "sctp") else ""
        ft = node.field.type.ft
        if (ft == "FT_ETHER" and self.vendors is not None) or (ft in ("FT_IPv4", "FT_IPv6") and self.hosts):
            address = node.value.hex(":") if isinstance(node.value, bytes) else str(node.value)
            found = self.end(address)
            return found if found != address else ""
        return ""
