"""Packets that a capture holds twice: a mirror port, an "any" interface, two interfaces of one router, a doubling link.

A copy follows within milliseconds: same path, length, identification, and the same words of the transport header, its
checksum among them; the TTL may have gone down by one.  A retransmission differs in identification or comes later; where
there is no identification, it answers something: an acknowledgment that came in between, or a segment.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import Positions, grouped
from dissect.pathmtu.paths import Paths

MILLISECOND = 1_000_000
WINDOW = {False: 10 * MILLISECOND, True: MILLISECOND}  # by whether there is no identification (IPv6, or 0)
MOST = 3  # copies of one packet: what comes more often is sent so
TAIL = 4096  # packets of the chunk before that are remembered
KEPT = ("key", "time", "ttl", "number", "bare", "path")


class Copies:
    """Finds copies, chunk by chunk."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        empty = {name: np.empty(0, np.int64) for name in KEPT}
        self._tails: dict[str, dict[str, NDArray[Any]]] = {"ip": empty, "ipv6": empty}
        self.pairs: list[tuple[int, int]] = []  # packet, its copy; of the chunk at hand

    def rows(self, layer: str, ip: dict[str, NDArray[Any]]) -> NDArray[np.int64]:
        """The rows of a table of IP headers whose packet is a copy of an earlier one."""
        outer = np.flatnonzero(~ip["inside"])
        fresh = {
            "key": ip["content"][outer], "time": ip["time"][outer], "ttl": ip["ttl"][outer].astype(np.int64),
            "number": ip["number"][outer], "bare": ip["ident"][outer] == 0,
            "path": ip["path"][outer],
        }  # fmt: skip
        tail = self._tails[layer]
        old = len(tail["key"])
        both = {name: np.concatenate([tail[name].astype(fresh[name].dtype), fresh[name]]) for name in KEPT}
        self._tails[layer] = {name: values[-TAIL:] for name, values in fresh.items()}
        order = np.argsort(both["key"], kind="stable")
        a, b = order[:-1], order[1:]
        window = np.where(both["bare"][b], WINDOW[True], WINDOW[False])
        same = (both["key"][a] == both["key"][b]) & (both["time"][b] - both["time"][a] < window)
        same &= (np.abs(both["ttl"][a] - both["ttl"][b]) <= 1) & (b >= old)
        at = np.flatnonzero(same & both["bare"][b].astype(bool))
        if len(at):
            same[at] = ~self._answered(both["path"], a[at], b[at])
        same &= _runs(same) <= MOST
        first, second = a[same], b[same]
        self.pairs += zip(both["number"][first].tolist(), both["number"][second].tolist(), strict=True)
        found: NDArray[np.int64] = ip["row"][outer[second - old]]
        return found


    def _answered(self, path: NDArray[np.uint64], first: Positions, second: Positions) -> NDArray[np.bool_]:
        """Whether something came the other way between the packets at two places each."""
        known, _, code = grouped(path)
        ways = self._paths.keys_back(known)
        order = np.argsort(known)
        at = order[np.minimum(np.searchsorted(known, ways, sorter=order), len(known) - 1)]
        back = np.where(known[at] == ways, at, -1)
        count = len(path)
        places = np.sort(code * count + np.arange(count))
        other = back[code[first]] * count
        between = np.searchsorted(places, other + second) > np.searchsorted(places, other + first)
        out: NDArray[np.bool_] = between & (other >= 0)
        return out


def _runs(links: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of each place, how long the run of set ones around it is."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], links, [False]]).astype(np.int8)))
    out = np.zeros(len(links), np.int64)
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        out[start:end] = end - start
    return out
