"""M36, and what the capture cannot tell."""

from __future__ import annotations

from ipaddress import ip_address

import numpy as np
from numpy.typing import NDArray

from dissect.pathmtu.evidence import Evidence
from dissect.pathmtu.finding import SHOWN_PACKETS, counted, finding, only
from dissect.pathmtu.model import Finding
from dissect.pathmtu.paths import blocks, chosen


def findings(evidence: Evidence) -> list[Finding]:
    """M36: offload, snap length, copies."""
    return [*_offload(evidence), *_cut(evidence), *_copies(evidence)]


def aggregates(evidence: Evidence) -> NDArray[np.int64]:
    """(packet, TCP payload, peer's MSS) of segments that a card was to cut, or had put together, as three rows."""
    flows = evidence.flows
    which, mss, payload = flows.aggregates()
    looped = {path for path in np.unique(flows["path"][which]).tolist() if _loopback(evidence, path)}
    far = ~np.isin(flows["path"][which], np.array(sorted(looped), np.uint64))
    return np.stack((flows["payload_number"][which], payload, mss))[:, far]


def _loopback(evidence: Evidence, path: int) -> bool:
    """Whether a path never leaves its host: loopback interfaces carry 64 KiB."""
    source, destination = evidence.paths.addresses(path)
    return source == destination or ip_address(source).is_loopback


def _offload(evidence: Evidence) -> list[Finding]:
    big = aggregates(evidence)
    count = big.shape[1]
    if not count and not evidence.offloaded:
        return []
    what = (
        "Segments in this capture are longer than the wire carries: the card cuts them later, or has put them together."
    )
    if count:
        largest = big[:, int(np.argmax(big[1]))]
        what += f"  The largest has {largest[1]} octets of data"
        what += f", the other side's MSS is {largest[2]}." if largest[2] else "."
    proof = [(n, f"{size} octets of data, MSS {mss or 'unknown'}") for n, size, mss in big[:, :SHOWN_PACKETS].T.tolist()]
    proof += [(n, "IP length 0: left to the card") for n in evidence.offloaded]
    return [finding("M36", "", "", what, proof, filter_=only([n for n, _ in proof]), artefact="offload",
                    packets_in_all=count + len(evidence.offloaded))]  # fmt: skip


def _cut(evidence: Evidence) -> list[Finding]:
    if not evidence.cut:
        return []
    what = (
        f"{counted(evidence.cut, 'packet')} cut by the snap length: such fragments cannot be put together, nor checksums "
        f"checked."
    )
    filter_ = "frame.cap_len < frame.len"
    return [
        finding(
            "M36",
            "",
            "",
            what,
            [(evidence.first_cut, "the first that is cut")],
            filter_=filter_,
            artefact="snap length",
        )
    ]


def _copies(evidence: Evidence) -> list[Finding]:
    if not evidence.doubled:
        return []
    what = (
        f"{evidence.copied} packets are in the capture twice (a mirror port, several interfaces, or a link that doubles "
        f"them): they look like retransmissions and overlapping fragments, and are left out."
    )
    proof = [(copy, f"a copy of packet {first}") for first, copy in evidence.copies]
    return [finding("M36", "", "", what, proof, filter_=only([n for n, _ in proof]), artefact="copies")]


def _unanswerable(sender: str, receiver: str) -> bool:
    """Whether nobody can answer on a path: it leads to a group, to all hosts, or comes from no address."""
    source, destination = map(ip_address, (sender, receiver))
    return destination.is_multicast or source.is_unspecified or int(destination) == 0xFFFFFFFF


def limits(evidence: Evidence) -> list[str]:
    """What this capture cannot tell, and why."""
    out = []
    seen, packets = evidence.ledger.seen, evidence.ledger["packets"]
    alone = seen[chosen(len(seen), lambda some: packets[evidence.paths.rows_back(seen[some])] == 0)]
    one_way, both = len(alone), len(seen) - len(alone)
    if one_way * 2 > len(seen):  # nobody answers from a group's address, nor to one that is not known yet
        one_way -= sum(_unanswerable(*ends) for some in blocks(alone) for ends in evidence.paths.ends(some))
    if one_way and one_way * 2 > both + one_way:
        out.append(
            f"{one_way} of {both + one_way} paths are seen in one direction only: what was delivered on them, and "
            f"whether a packet-too-big came back, cannot be told."
        )
    flows = evidence.flows
    midway = int((flows["syn"] == 0).sum())
    if len(flows) and 2 * midway > len(flows):
        out.append(f"{midway} of {len(flows)} TCP flows began before the capture: their MSS is not known.")
    if evidence.cut:
        out.append(f"{counted(evidence.cut, 'packet')} cut by the snap length: what lies behind the cut cannot be told.")
    if evidence.offloaded or aggregates(evidence).size:
        out.append(
            "Segmentation offload is on where this was captured: sizes of TCP packets are not those on the wire."
        )
    lacking = int(flows["unseen"].sum())
    if lacking:
        out.append(
            f"Bytes that are not here are acknowledged in {counted(lacking, 'TCP flow')}: the capture itself lost packets, and what it lacks "
            f"need not have been lost on the path."
        )
    for (what, most), count in sorted(evidence.left_out.items()):
        out.append(f"{count:,} {what} beyond the first {most:,} were not examined.")
    if not len(seen):
        out.append("There are no IP packets in this capture.")
    return out
