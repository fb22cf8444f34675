"""Built-in rules about packets as such: malformed, checksums, cut, expert notes (C02, C03, C04, C18)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.check.catalogue import RULES
from dissect.check.model import Failure
from dissect.check.seen import Seen, Tally
from dissect.engine.expert import GROUP_NUMBERS, PATH_MTU, SEVERITY_NUMBERS
from dissect.layers.checksums import BAD, GOOD
from dissect.library import Capture

CHECKSUMS = ("ip", "tcp", "udp", "icmp", "icmpv6", "igmp", "sctp")
ERROR = SEVERITY_NUMBERS["error"]
OWN_RULES = [GROUP_NUMBERS[name] for name in ("Malformed", "Checksum", PATH_MTU)]  # groups that other rules tell of
OFFLOADED = frozenset({"tcp", "udp"})  # what network cards fill in


class Notes:
    """Malformed packets, and other expert notes of severity error."""

    names = ("_ws.malformed", "_ws.expert.severity", "_ws.expert.group", "_ws.expert.message")

    def __init__(self) -> None:
        self.malformed, self.errors = dict[int, None](), Tally()
        self.count = 0

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        rows = np.unique(seen.all("_ws.malformed")[0]) + seen.first
        self.count += len(rows)
        self.malformed.update(dict.fromkeys(rows[: max(0, 1000 - len(self.malformed))].tolist()))
        rows, severities = seen.all("_ws.expert.severity")
        _, groups = seen.all("_ws.expert.group")
        _, messages = seen.all("_ws.expert.message")
        for i in np.flatnonzero((severities == ERROR) & ~np.isin(groups.astype(np.int64), OWN_RULES)).tolist():
            self.errors.add(str(messages[i]), int(rows[i]) + seen.first, str(messages[i]))

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        found = Tally()
        for packet in self.malformed:
            last = cap[packet - 1].layers[-1].layer
            found.add(last.name, packet, f"{last.label} ends before it should")
        yield from found.failures("C02", "{count} malformed packet{s} of {subject}", "_ws.malformed")
        yield from self.errors.failures("C18", "{subject}: {count} packet{s}", "_ws.expert.severity == error")


class Checksums:
    """Bad checksums, a protocol and sender each; those of a sender all of whose are bad are taken for offloaded."""

    names = tuple(f"{name}.checksum.status" for name in CHECKSUMS)

    def __init__(self) -> None:
        self.bad = Tally()
        self.good: dict[str, int] = {}

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        for protocol, name in zip(CHECKSUMS, self.names, strict=True):
            rows, values = seen.all(name)
            mine = values <= GOOD
            if protocol not in ("icmp", "icmpv6"):
                mine &= ~seen.quoting[rows]
            bad = np.flatnonzero(mine & (values == BAD))
            if not len(bad) and not any(subject.startswith(f"{protocol} from") for subject in self.bad.spots):
                continue
            for i in bad.tolist():
                row = int(rows[i])
                self.bad.add(f"{protocol} from {seen.ends[row][0]}", row + seen.first, f"{protocol} checksum is bad")
            for row in rows[mine & (values == GOOD)].tolist():
                subject = f"{protocol} from {seen.ends[row][0]}"
                if subject in self.bad.spots:
                    self.good[subject] = self.good.get(subject, 0) + 1

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        what = "{count} bad checksum{s} of {subject}"
        for failure in self.bad.failures("C03", what, ""):
            protocol = failure.subject.partition(" ")[0]
            failure.filter = f"{protocol}.checksum.status == 0"
            if protocol in OFFLOADED and failure.count > 2 and not self.good.get(failure.subject):
                failure.severity = "note"
                failure.what += ": every one of this sender's, so its network card fills them in later"
            yield failure


class Cut:
    """Packets of which not all was captured."""

    names = ()

    def __init__(self) -> None:
        self.cut = Tally()

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        for row in seen.cut.tolist():
            self.cut.add("", row + seen.first, "less was captured than was sent")

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        yield from self.cut.failures("C04", "{count} packet{s} cut by the snap length", "frame.cap_len < frame.len")
        lost = sum(it.statistics.get("dropped", 0) for it in cap.source.interfaces if it.statistics)
        if lost:
            yield Failure(RULES["C05"], "", f"{lost:,} packets were dropped while recording", count=lost)
