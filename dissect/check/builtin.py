"""The built-in rules over a capture, in one reading and the path-MTU analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dissect.check.catalogue import RULES
from dissect.check.connections import Connections
from dissect.check.model import Failure, Spot
from dissect.check.packets import Checksums, Cut, Notes
from dissect.check.security import Sessions
from dissect.check.seen import Seen, Watch
from dissect.check.services import Names, Neighbours, Web
from dissect.library import Capture
from dissect.pathmtu import analyse
from dissect.pathmtu.annotations import annotate

WATCHES: tuple[tuple[Callable[[], Watch], tuple[str, ...]], ...] = (
    (Notes, ("C02", "C18")), (Checksums, ("C03",)), (Cut, ("C04", "C05")),
    (Connections, ("C06", "C07", "C08", "C09", "C19")), (Names, ("C10", "C11")), (Neighbours, ("C12", "C13")),
    (Sessions, ("C14", "C15", "C16", "C20")), (Web, ("C17",)),
)  # fmt: skip


def failures(cap: Capture, codes: Sequence[str], **reading: Any) -> Iterator[Failure]:
    """What of the built-in rules with these codes does not hold.  `reading` goes to the reader."""
    wanted = set(codes)
    if any(code.startswith("M") for code in wanted):
        yield from _path_mtu(cap, wanted, **reading)
    watches = [watch() for watch, own in WATCHES if wanted & set(own)]
    names = sorted({name for watch in watches for name in watch.names} | set(NETWORK))
    for chunk, columns in cap.columns(names, **reading):
        seen = Seen(cap, chunk, columns)
        for watch in watches:
            watch.see(seen)
    for watch in watches:
        yield from (failure for failure in watch.failures(cap) if failure.rule.code in wanted)
    if cap.damage is not None and "C01" in wanted:
        yield Failure(RULES["C01"], "", str(cap.damage), count=1)


NETWORK = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "icmp", "icmpv6")


def _path_mtu(cap: Capture, wanted: set[str], **reading: Any) -> Iterator[Failure]:
    report = analyse(cap, **reading)
    cap.annotations = annotate(report)  # expert notes ask for them: not to be worked out again
    for one in report.findings:
        if one.code in wanted:
            subject = " → ".join(end for end in (one.source, one.destination) if end)
            spots = [Spot(proof.packet, proof.why) for proof in one.evidence]
            yield Failure(RULES[one.code], subject, one.what, spots, severity=one.severity, filter=one.filter)
