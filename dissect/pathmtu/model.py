"""What the analysis says: findings with their evidence, and what is known of each path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dissect.pathmtu.paths import PathList

NO_TUNNELS: Mapping[str, int] = {}  # of most paths, and there may be very many
SEVERITIES = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A packet and what it shows."""

    packet: int
    why: str


@dataclass(slots=True)
class Finding:
    """One problem, as the catalogue's `code` describes it.  `values` are the numbers in `what`, by name."""

    code: str
    severity: str
    title: str
    source: str
    destination: str
    what: str
    cause: str
    remedy: str
    references: tuple[str, ...]
    evidence: list[Evidence]
    filter: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Witness:
    """A size and the packet that shows it."""

    size: int
    packet: int
    why: str


@dataclass(slots=True)
class TooBig:
    """A packet-too-big message: ICMP 3/4 (RFC 1191) or ICMPv6 type 2 (RFC 4443), and what it quotes."""

    packet: int
    time: int
    router: str
    receiver: str
    mtu: int
    source: str  # of the quoted packet
    destination: str
    size: int  # IP length of the quoted packet
    df: bool
    ident: int
    protocol: int
    ports: tuple[int, int] | None
    sequence: int | None
    cause: int = 0  # the packet in this capture that it answers, 0 where there is none


@dataclass(slots=True)
class Path:
    """One direction between two addresses: `delivered` <= path MTU < `lost`."""

    source: str = ""
    destination: str = ""
    packets: int = 0
    largest: int = 0
    largest_packet: int = 0
    ttl: int = 0  # the greatest seen
    delivered: Witness | None = None
    lost: Witness | None = None
    df: int = 0  # packets that must not be fragmented (DF, and all of IPv6)
    mss_announced: int | None = None  # by the source, for what comes back
    mss_used: int = 0  # largest TCP payload sent
    too_big: int = 0
    datagrams: int = 0  # fragmented ones
    largest_fragment: int = 0
    made_by: str = ""  # who made the fragments: sender or router
    tunnels: Mapping[str, int] = field(default_factory=lambda: NO_TUNNELS)  # that this path carries: overhead in bytes

    def interval(self) -> str:
        """`1400 <= path MTU < 1500`, as far as it is known."""
        low = f"{self.delivered.size} <= " if self.delivered else ""
        high = f" < {self.lost.size}" if self.lost else ""
        return f"{low}path MTU{high}" if low or high else "unknown"


@dataclass(slots=True)
class Report:
    """Everything `dissect mtu` says of a capture."""

    paths: PathList
    findings: list[Finding]
    limits: list[str]  # what this capture cannot tell, and why
    datagrams: list[dict[str, Any]]
    packets: int = 0
