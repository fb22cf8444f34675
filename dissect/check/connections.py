"""Built-in rules about TCP connections (C06 to C09, C19)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.check.catalogue import RULES
from dissect.check.model import Failure, Spot
from dissect.check.seen import MOST_SUBJECTS, Seen, Tally
from dissect.library import Capture

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
PATIENCE = 1_000_000_000  # ns that a capture must go on behind a request before it counts as unanswered
MOST_RESET = 0.1  # of the connections
MOST_AGAIN = 0.05  # of the segments
FEWEST = 10


class Connections:
    """How connections begin and end."""

    names = (
        "tcp.stream", "tcp.flags", "tcp.dstport", "tcp.window_size", "tcp.len", "icmp", "icmpv6",
        "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
    )  # fmt: skip

    def __init__(self) -> None:
        self.asked: dict[int, tuple[int, int, str]] = {}  # streams not answered yet: packet, time, to whom
        self.refused, self.unanswered, self.closed = Tally(), Tally(), Tally()
        self.resets: dict[int, tuple[int, str]] = {}
        self.streams = self.last = 0

    def see(self, seen: Seen) -> None:
        """See `Watch`."""
        stream, flags = seen.one("tcp.stream"), seen.one("tcp.flags")
        flags[seen.quoting] = -1
        self.last = int(seen.time.max(initial=self.last))
        self.streams = max(self.streams, int(stream.max(initial=-1)) + 1)
        waits = list(self.asked)
        asks = (flags >= 0) & (flags & (SYN | ACK) == SYN)
        told = (flags >= 0) & (np.isin(stream, waits) | np.isin(stream, stream[asks]))
        port = seen.one("tcp.dstport")
        for row in np.flatnonzero(told).tolist():  # the first packets of connections only
            self._handshake(seen, row, int(stream[row]), int(flags[row]), int(port[row]))
        for row in np.flatnonzero((flags >= 0) & (flags & RST > 0)).tolist():
            if len(self.resets) < MOST_SUBJECTS and int(stream[row]) not in self.resets:
                self.resets[int(stream[row])] = row + seen.first, f"reset by {seen.ends[row][0]}"
        shut = (flags >= 0) & (flags & (SYN | FIN | RST) == 0) & (seen.one("tcp.window_size") == 0)
        for row in np.flatnonzero(shut).tolist():
            self.closed.add(" → ".join(seen.ends[row][::-1]), row + seen.first, f"window of {seen.ends[row][0]} is 0")

    def _handshake(self, seen: Seen, row: int, stream: int, flags: int, port: int) -> None:
        if flags & (SYN | ACK) == SYN:
            if stream not in self.asked and len(self.asked) < MOST_SUBJECTS:
                self.asked[stream] = row + seen.first, int(seen.time[row]), address(seen.ends[row][1], port)
            return
        asked = self.asked.pop(stream, None)
        if asked is not None and flags & RST and not flags & SYN:
            self.refused.add(asked[2], asked[0], "asked here")
            self.resets[stream] = -1, ""  # refused: never open

    def failures(self, cap: Capture) -> Iterator[Failure]:
        """See `Watch`."""
        for packet, time, whom in self.asked.values():
            if self.last - time >= PATIENCE:
                self.unanswered.add(whom, packet, "asked here")
        yield from self.refused.failures("C06", "{count} connection{s} to {subject} refused", "tcp.flags.reset == 1")
        what = "{count} connection{s} to {subject} never answered"
        yield from self.unanswered.failures("C07", what, "tcp.flags.syn == 1")
        resets = [reset for reset in self.resets.values() if reset[0] > 0]
        if len(resets) >= 3 and len(resets) > MOST_RESET * self.streams:
            what = f"{len(resets):,} of {self.streams:,} connections were reset (more than one in ten)"
            yield Failure(RULES["C08"], "", what, [Spot(*one) for one in resets], filter="tcp.flags.reset == 1")
        what = "{subject}: {count} segment{s} with a window of 0"
        yield from self.closed.failures("C09", what, "tcp.window_size == 0")
        yield from self._again(cap)

    def _again(self, cap: Capture) -> Iterator[Failure]:
        messages = cap.streams.messages
        messages.finish()
        again, sent = messages.sent_again, messages.sent
        if len(again) >= FEWEST and len(again) > MOST_AGAIN * sent:
            what = f"{len(again):,} of {sent:,} segments with data were sent again ({len(again) / sent:.0%})"
            spots = [Spot(packet, "octets that were sent before") for packet in again]
            yield Failure(RULES["C19"], "", what, spots, len(again))


def address(host: str, port: int) -> str:
    """A host and port as one writes them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
