"""Built-in rules about name resolution, address resolution and HTTP (C10 to C13, C17)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.check.catalogue import RULES
from dissect.check.connections import PATIENCE
from dissect.check.model import MOST_EVIDENCE, Failure, Spot
from dissect.check.seen import MOST_SUBJECTS, Seen, Tally
from dissect.library import Capture

SERVFAIL, REFUSED = 2, 5
REQUEST, REPLY = 1, 2
ENOUGH = 3  # requests for an address without an answer


class Names:
    """DNS: queries without an answer, servers that fail."""

    names = ("dns.id", "dns.flags.response", "dns.flags.rcode", "udp.stream", "udp.srcport", "udp.dstport")

    def __init__(self) -> None:
        self.asked: dict[tuple[int, int], tuple[int, int, str]] = {}
        self.unanswered, self.failed = Tally(), Tally()
        self.last = 0

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        self.last = int(seen.time.max(initial=self.last))
        ident, response, stream = seen.one("dns.id"), seen.one("dns.flags.response"), seen.one("udp.stream")
        code, port = seen.one("dns.flags.rcode"), seen.one("udp.dstport")
        for row in np.flatnonzero((ident >= 0) & (stream >= 0) & ~seen.quoting).tolist():  # one a transaction
            key = int(stream[row]), int(ident[row])
            if response[row] == 0:
                if port[row] == 53 and key not in self.asked and len(self.asked) < MOST_SUBJECTS:
                    self.asked[key] = row + seen.first, int(seen.time[row]), seen.ends[row][1]
                continue
            self.asked.pop(key, None)
            if code[row] in (SERVFAIL, REFUSED):
                name = "SERVFAIL" if code[row] == SERVFAIL else "REFUSED"
                self.failed.add(f"{seen.ends[row][0]} {name}", row + seen.first, f"answers {name}")

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        for packet, time, server in self.asked.values():
            if self.last - time >= PATIENCE:
                self.unanswered.add(server, packet, "asked here")
        yield from self.unanswered.failures("C10", "{subject} did not answer: {count} time{s}", "dns")
        yield from self.failed.failures("C11", "{subject}: {count} answer{s}", "dns.flags.rcode in {2, 5}")


class Neighbours:
    """ARP: requests without an answer, addresses with two owners."""

    names = ("arp.opcode", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "arp.src.hw_mac")

    def __init__(self) -> None:
        self.asked: dict[str, list[int]] = {}
        self.owners: dict[str, dict[str, int]] = {}

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        opcode = seen.one("arp.opcode")
        rows = np.flatnonzero(opcode >= 0).tolist()
        if not rows:
            return
        columns = [seen.text(name) for name in self.names[1:]]
        for row in rows:  # ARP is a trickle
            source, target, owner = (column[row] for column in columns)
            if source and source != "0.0.0.0" and len(self.owners) < MOST_SUBJECTS:
                self.owners.setdefault(source, {}).setdefault(owner, row + seen.first)
            if opcode[row] == REQUEST and source != target and len(self.asked) < MOST_SUBJECTS:
                self.asked.setdefault(target, []).append(row + seen.first)

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        for target, packets in sorted(self.asked.items()):
            if len(packets) >= ENOUGH and target not in self.owners:
                what = f"{len(packets)} requests for {target} without an answer"
                spots = [Spot(packet, "asked here") for packet in packets[:MOST_EVIDENCE]]
                yield Failure(RULES["C12"], target, what, spots, len(packets), filter=f"arp.dst.proto_ipv4 == {target}")
        for address, owners in sorted(self.owners.items()):
            if len(owners) > 1:
                what = f"{address} is claimed by {', '.join(sorted(owners))}"
                spots = [Spot(packet, f"claimed by {owner}") for owner, packet in owners.items()]
                yield Failure(RULES["C13"], address, what, spots, filter=f"arp.src.proto_ipv4 == {address}")


class Web:
    """HTTP: answers that say the server failed."""

    names = ("http.response.code",)

    def __init__(self) -> None:
        self.failed = Tally()

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        rows, codes = seen.all("http.response.code")
        for i in np.flatnonzero((codes >= 500) & (codes < 600)).tolist():
            row = int(rows[i])
            self.failed.add(f"{seen.ends[row][0]} {codes[i]}", row + seen.first, f"answers {codes[i]}")

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        yield from self.failed.failures("C17", "{subject}: {count} answer{s}", "http.response.code >= 500")
