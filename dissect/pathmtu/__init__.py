"""Fragmentation, path MTU and DF: what a capture proves of its paths, and what is wrong with them.

`analyse` reads the capture once; flows and paths that raise a question are read a second time.
"""

from __future__ import annotations

from typing import Any

from dissect.library import Capture
from dissect.pathmtu import artefacts, datagrams, fragmentation, links, names, ptb, quic, tcp, tunnels
from dissect.pathmtu.catalogue import CATALOGUE, Entry
from dissect.pathmtu.evidence import gather, silent_probes, unanswered_probes
from dissect.pathmtu.model import SEVERITIES, Finding, Path, Report
from dissect.pathmtu.paths import PathList
from dissect.pathmtu.second import read_again

__all__ = ["CATALOGUE", "Entry", "Finding", "Path", "Report", "analyse"]


def analyse(cap: Capture, **reading: Any) -> Report:
    """Everything there is to say of a capture's paths.  `reading` goes to the reader: `progress`, `cancel`."""
    evidence = gather(cap, **reading)
    second = read_again(cap, evidence)
    ptb.link(evidence, second)
    unanswered_probes(evidence)
    silent_probes(evidence)
    found = tcp.black_holes(evidence, second) + tcp.segment_sizes(evidence)
    found += ptb.findings(evidence, second)
    whole = datagrams.collect(cap, evidence)
    datagrams.describe_paths(evidence, whole)
    found += fragmentation.findings(cap, evidence, whole)
    found += tunnels.findings(cap, evidence, whole)
    found += links.findings(evidence)
    found += names.findings(evidence, whole)
    found += quic.findings(evidence)
    found += artefacts.findings(evidence)
    found.sort(key=lambda f: (-SEVERITIES.index(f.severity), f.code, f.source, f.destination))
    for row, path in evidence.ledger.special.items():
        if path.lost and path.lost.size <= evidence.ledger["delivered"][row]:
            path.lost = None  # it was lost for another reason: as large a packet got through
    return Report(
        PathList(evidence.ledger), found, [*artefacts.limits(evidence), *given_up(cap)], datagrams.rows(whole),
        evidence.packets,
    )  # fmt: skip


def given_up(cap: Capture) -> list[str]:
    """What the bounds of reassembly keep from being known."""
    table = cap.fragments.datagrams
    if not table.given_up:
        return []
    most = f"more than {table.bounds.datagrams:,} waited for fragments at once, or one came in too many pieces"
    return [f"What {table.given_up:,} fragmented datagrams held: they were given up, the oldest first, as {most}."]
