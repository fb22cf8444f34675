"""M30: what QUIC sends (RFC 9000, section 14)."""

from __future__ import annotations

from collections import defaultdict

from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import finding, only
from dissect.pathmtu.model import Finding

SEVERAL = 3  # packets, before they are sent again and again
LEAST_INITIAL = 1200  # RFC 9000, section 14.1


def findings(evidence: Evidence) -> list[Finding]:
    """M30: Initials that are too short or may be fragmented, and datagrams beyond what the path carries."""
    return [*_initials(evidence), *_beyond_path(evidence)]


def _initials(evidence: Evidence) -> list[Finding]:
    by_path: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for packet, path, size, df in evidence.initials:
        if size < LEAST_INITIAL or not df:
            by_path[path].append((packet, size, df))
    out = []
    for path, packets in by_path.items():
        source, destination = evidence.paths.addresses(path)
        small = [p for p in packets if p[1] < LEAST_INITIAL]
        said = [f"{len(small)} below {LEAST_INITIAL} octets"] if small else []
        said += [f"{sum(not df for _, _, df in packets)} without DF"] if any(not df for _, _, df in packets) else []
        what = f"QUIC Initials from {source} to {destination}: {', '.join(said)}."
        proof = [(n, f"{size} octets, DF {int(df)}") for n, size, df in packets]
        severity = "" if small else "note"
        out.append(
            finding(
                "M30", source, destination, what, proof, severity=severity, filter_=only([n for n, _, _ in packets])
            )
        )
    return out


def _beyond_path(evidence: Evidence) -> list[Finding]:
    """QUIC datagrams of sizes that are known to be lost, sent again and again."""
    out = []
    for key, sizes in evidence.quic.items():
        lost = evidence.path(key).lost
        large = sorted(
            (packet, size) for size, packets in sizes.items() for packet in packets if lost and size >= lost.size
        )
        if lost is None or len(large) < SEVERAL:
            continue
        source, destination = evidence.paths.addresses(key)
        what = (
            f"{len(large)} QUIC packets of {min(s for _, s in large)} to {max(s for _, s in large)} octets from {source} to "
            f"{destination}: packets of {lost.size} octets are lost on this path (packet {lost.packet}: {lost.why})."
        )
        proof = [(packet, f"{size} octets") for packet, size in large]
        remedy = (
            f"Let the sender's path MTU discovery end below {lost.size} octets (RFC 8899), or mend the narrow link."
        )
        cause = (
            "The sender probes for a larger packet size than the path has, or does not learn that its packets are lost."
        )
        filter_ = only([packet for packet, _ in large])
        out.append(finding(
            "M30", source, destination, what, proof, cause=cause, remedy=remedy, filter_=filter_, lost=lost.size,
            packets=len(large),
        ))  # fmt: skip
    return out
