"""TCP flows, folded chunk by chunk: what was acknowledged, and which flows are worth a second look.

A flow is one direction of a connection.  Sequence numbers are relative to the flow's first, without wrap-around.
Everything here is done for all segments of a chunk at once; segments that were sent again mark their flow, and only
marked flows are read again, packet by packet (see blackhole).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.engine.window import mixed, order_of
from dissect.passes.keys import Keys
from dissect.passes.shelf import Table
from dissect.pathmtu.facts import Columns
from dissect.pathmtu.paths import Paths, blocks, chosen

SYN, FIN, RST, ACK = 0x02, 0x01, 0x04, 0x10
BIG = 400  # bytes: nothing smaller is lost for its size on a path of today
TIMESTAMPS = 12  # octets of the option that most segments carry
JUMBO_MSS = 9000  # more than any usual link carries
ETHERNET_MSS = 1460  # the most a segment carries where nobody has said an MSS: what is longer may be an aggregate
FAR = np.int64(1) << 40  # further than any sequence number: keeps groups apart in one running maximum
NONE = -(1 << 62)

FIELDS = {  # of each flow, and what they start with
    "base": 0, "end": NONE, "acked": NONE, "largest": 0, "delivered": 0, "delivered_by": 0, "waiting": 0,
    "waiting_end": 0, "waiting_number": 0, "again": 0, "mss": -3, "mss_number": 0, "payload": 0, "payload_number": 0,
    "payload_times": 0, "first": 0, "segments": 0, "df": 0, "syn": 0, "unseen": 0,
}  # fmt: skip


class Flows:
    """State of every flow as columns (`FIELDS`; `path`, `sport`, `dport`; `reverse`: the other direction, or -1)."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._numbers = Keys()
        columns = {name: (np.int64, start) for name, start in FIELDS.items()}
        self._table = Table(
            path=(np.uint64, 0), sport=(np.int64, 0), dport=(np.int64, 0), reverse=(np.int64, -1), **columns
        )

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._table[name]

    def __len__(self) -> int:
        return self._table.count

    def rows(self, which: NDArray[np.int64], *names: str) -> Iterator[tuple[int, ...]]:
        """Columns of some flows as Python numbers."""
        for some in blocks(which):
            yield from zip(*(self[name][some].tolist() for name in names), strict=True)

    def taken(self, which: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Some flows, all columns."""
        return {name: self[name][which] for name in ("path", *FIELDS)}

    def ports(self, flow: int) -> tuple[int, int]:
        """The ports of a flow."""
        return int(self["sport"][flow]), int(self["dport"][flow])

    def chosen(self, test: Callable[[slice], Any]) -> NDArray[np.int64]:
        """The flows for which a test of a stretch of them says so."""
        return chosen(len(self), test)

    def _mss_of_others(self, which: slice | NDArray[np.int64]) -> NDArray[np.int64]:
        """Of some flows the MSS that the other side announced; 0 where it is not known."""
        reverse = self["reverse"][which]
        return np.where(reverse >= 0, self["mss"][np.maximum(reverse, 0)], 0).clip(min=0)

    def beyond_mss(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """(flow, the other side's MSS or 0, largest TCP payload) of flows whose segments are longer than that MSS."""
        which = self.chosen(lambda some: self["payload"][some] > self._mss_of_others(some))
        return which, self._mss_of_others(which), self["payload"][which]

    def aggregates(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """As `beyond_mss`, of flows whose largest segment a card was to cut, or had put together."""
        def longer(some: slice) -> NDArray[np.bool_]:
            mss, payload = self._mss_of_others(some), self["payload"][some]
            return (payload > mss) & self.aggregate(mss, payload)

        which = self.chosen(longer)
        return which, self._mss_of_others(which), self["payload"][which]

    def aggregate(self, mss: NDArray[np.int64], payload: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether flows' longest payloads were several segments on the wire, not one that is too long."""
        longer = (payload > np.maximum(ETHERNET_MSS, mss + 60)) | self.full(mss, payload)
        return np.where(mss <= 0, payload > JUMBO_MSS, longer)

    def full(self, mss: NDArray[np.int64], payload: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether so many octets are full segments by this MSS: where they are not, others made it less."""
        out = np.zeros(len(mss), bool)
        for options in (0, TIMESTAMPS):
            out |= (mss > options) & (payload % np.maximum(mss - options, 1) == 0)
        return out

    def take(self, tcp: Columns) -> NDArray[np.int64]:
        """Fold the segments of a chunk; the flow of each."""
        flow = self._identify(tcp)
        order = order_of(flow)
        sent = _Sorted(flow[order], {name: tcp[name][order] for name in tcp})
        self._open(sent)
        start = self._relative(sent, sent["seq"], self["end"], self["base"])
        end = start + sent["payload"] + ((sent["flags"] & (SYN | FIN)) > 0)
        clean = self._again(sent, start, end)
        self._acknowledge(sent)
        self._segment_sizes(sent)
        self._deliver(sent, end, clean)
        return flow

    def most(self, flows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The TCP payload beyond which what a flow sends is an aggregate of a card's, or against the MSS."""
        reverse = self["reverse"][flows]
        mss = np.where(reverse >= 0, self["mss"][np.maximum(reverse, 0)], 0)
        return np.where(mss > 0, mss, ETHERNET_MSS)

    def _identify(self, tcp: Columns) -> NDArray[np.int64]:
        ports = (tcp["sport"] << 16 | tcp["dport"]).astype(np.uint64)
        unique, first, inverse = np.unique(mixed(tcp["path"], ports), return_index=True, return_inverse=True)
        numbers = self._numbers.find(unique)
        new = np.flatnonzero(numbers < 0)
        if len(new):
            numbers[new] = len(self) + np.arange(len(new))
            self._new(unique[new], numbers[new], {name: tcp[name][first[new]] for name in ("path", "sport", "dport")})
        return numbers[inverse]

    def _new(self, keys: NDArray[np.uint64], numbers: NDArray[np.int64], columns: Columns) -> None:
        self._numbers.put(keys, numbers)
        self._table.grow(len(self) + len(numbers))
        for name, values in columns.items():
            self[name][numbers] = values
        back = self._paths.keys_back(columns["path"])
        others = self._numbers.find(mixed(back, (columns["dport"] << 16 | columns["sport"]).astype(np.uint64)))
        known = others >= 0
        self["reverse"][numbers[known]], self["reverse"][others[known]] = others[known], numbers[known]

    def _open(self, sent: _Sorted) -> None:
        """Give new flows (and connections that begin anew) the sequence number they count from."""
        new = self["segments"][sent.flows] == 0
        at = sent.starts[new]
        self["base"][sent.flows[new]] = sent["seq"][at]
        self["end"][sent.flows[new]] = 0
        self["first"][sent.flows[new]] = sent["number"][at]
        self["segments"][sent.flows] += sent.counts
        self["df"][sent.flows] += sent.sums(sent["df"])

    def _relative(self, sent: _Sorted, numbers: Any, near: Any, base: Any) -> NDArray[np.int64]:
        """Sequence numbers relative to `base`, unwrapped: the candidate nearest to `near`."""
        reference = base[sent.flow] + np.maximum(near[sent.flow], 0)
        step = (numbers - reference + (1 << 31)) % (1 << 32) - (1 << 31)
        out: NDArray[np.int64] = np.maximum(near[sent.flow], 0) + step
        return out

    def _again(self, sent: _Sorted, start: Any, end: Any) -> NDArray[np.bool_]:
        """Count big segments whose bytes had been sent before.  The segments of which no byte was sent again."""
        before = sent.running_maximum(end, self["end"])
        data = sent["payload"] > 0
        again = data & (end <= before) & (sent["size"] >= BIG)
        self["again"][sent.flows] += sent.sums(again)
        self["end"][sent.flows] = np.maximum(self["end"][sent.flows], sent.maxima(np.where(data, end, NONE)))
        twice = data & (start < before)
        low = -sent.maxima(np.where(twice, -start, NONE))
        high = sent.maxima(np.where(twice, end, NONE))
        doubtful = self["waiting_end"][sent.flows] > low
        self["waiting"][sent.flows[doubtful]] = 0
        clean: NDArray[np.bool_] = (end <= sent.spread(low)) | (start >= sent.spread(high))
        return clean

    def _acknowledge(self, sent: _Sorted) -> None:
        """What each flow acknowledges of the other direction."""
        reverse = self["reverse"][sent.flow]
        known = (reverse >= 0) & ((sent["flags"] & ACK) > 0)
        safe = np.maximum(reverse, 0)
        reference = self["base"][safe] + np.maximum(self["end"][safe], 0)
        step = (sent["ack"] - reference + (1 << 31)) % (1 << 32) - (1 << 31)
        acked = np.where(known, np.maximum(self["end"][safe], 0) + step, NONE)
        others = safe[sent.starts]
        highest = sent.maxima(acked)
        told = (highest > NONE) & (reverse[sent.starts] >= 0)
        self["acked"][others[told]] = np.maximum(self["acked"][others[told]], highest[told])
        self["unseen"][others[told]] |= highest[told] > self["end"][others[told]] + 2  # its SYN and FIN, at most

    def _deliver(self, sent: _Sorted, end: Any, clean: Any) -> None:
        """The largest segment of each flow that is acknowledged by now, and was sent just once."""
        flows = sent.flows
        arrived = (self["waiting"][flows] > self["delivered"][flows]) & (self["waiting_end"][flows] <= self["acked"][flows])
        at = flows[arrived]
        self["delivered"][at], self["delivered_by"][at] = self["waiting"][at], self["waiting_number"][at]
        whole = sent["payload"] <= sent.spread(self.most(flows))
        plain = (sent["payload"] > 0) & ~sent["offloaded"] & clean & whole
        self._keep_largest(sent, plain & (end <= self["acked"][sent.flow]), "delivered", "delivered_by")
        self["waiting"][flows[self["waiting_end"][flows] <= self["acked"][flows]]] = 0
        best = self._keep_largest(sent, plain & (end > self["acked"][sent.flow]), "waiting", "waiting_number")
        for group, row in best:
            self["waiting_end"][group] = end[row]
        self._largest_payload(sent)
        self["largest"][flows] = np.maximum(self["largest"][flows], sent.maxima(sent["size"]))

    def _largest_payload(self, sent: _Sorted) -> None:
        """The largest payload of each flow, and how often it was sent."""
        before = self["payload"][sent.flows].copy()
        self._keep_largest(sent, ~sent["offloaded"], "payload", "payload_number", "payload")
        top = self["payload"][sent.flows]
        times = sent.sums((sent["payload"] == sent.spread(top)) & ~sent["offloaded"])
        self["payload_times"][sent.flows] = np.where(top > before, 0, self["payload_times"][sent.flows]) + times

    def _keep_largest(
        self, sent: _Sorted, which: Any, value: str, number: str, of: str = "size"
    ) -> list[tuple[int, int]]:
        """Keep the largest of the chosen segments, and its packet; (flow, row) where it is larger than before."""
        sizes = np.where(which, sent[of], 0)
        best = sent.maxima(sizes)
        better = np.flatnonzero(best > self[value][sent.flows])
        if not len(better):
            return []
        ahead = sizes == sent.spread(best)  # the first of the largest
        rows = np.minimum.reduceat(np.where(ahead, np.arange(len(sizes)), len(sizes)), sent.starts)[better]
        flows = sent.flows[better]
        self[value][flows], self[number][flows] = sizes[rows], sent["number"][rows]
        return list(zip(flows.tolist(), rows.tolist(), strict=True))

    def _segment_sizes(self, sent: _Sorted) -> None:
        """The MSS that SYN segments announce."""
        rows = np.flatnonzero((sent["flags"] & SYN > 0) & (self["mss"][sent.flow] == -3))
        flow = sent.flow[rows]
        first = np.ones(len(rows), bool)
        first[1:] = flow[1:] != flow[:-1]
        rows, flow = rows[first], flow[first]
        self["mss"][flow], self["mss_number"][flow] = sent["mss"][rows], sent["number"][rows]
        self["syn"][flow] = 1 + (sent["flags"][rows] & ACK > 0)


class _Sorted:
    """Segments sorted by flow: `flow` of each; of each flow its first row and the number of rows."""

    def __init__(self, flow: NDArray[np.int64], columns: Columns) -> None:
        self.flow, self._columns = flow, columns
        self.flows, self.starts, self.counts = np.unique(flow, return_index=True, return_counts=True)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def spread(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """A value of each flow, for each of its rows."""
        return np.repeat(values, self.counts)

    def sums(self, values: Any) -> NDArray[np.int64]:
        """The sum over each flow."""
        out: NDArray[np.int64] = np.add.reduceat(np.asarray(values).astype(np.int64), self.starts)
        return out

    def maxima(self, values: Any) -> NDArray[np.int64]:
        """The greatest value of each flow."""
        out: NDArray[np.int64] = np.maximum.reduceat(np.asarray(values, np.int64), self.starts)
        return out

    def running_maximum(self, values: Any, start: NDArray[np.int64]) -> NDArray[np.int64]:
        """Before each row, the greatest value so far of its flow; `start` has that of earlier chunks."""
        group = np.repeat(np.arange(len(self.flows)), self.counts)
        shifted = np.empty(len(values), np.int64)
        shifted[1:] = values[:-1]
        shifted[self.starts] = np.maximum(start[self.flows], -FAR // 4)
        out: NDArray[np.int64] = np.maximum.accumulate(shifted + group * FAR) - group * FAR
        return out
