"""What packets say of one protocol: a message at a time, with who said it to whom.

Fields come from columns.  Only a packet with several messages is looked at as a tree, where it is plain which field is
whose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.engine.values import json_value, python_values

if TYPE_CHECKING:
    from dissect.filters import Filter
    from dissect.library import Capture

CARRIERS = (
    "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.stream", "udp.srcport",
    "udp.dstport", "udp.stream",
)  # fmt: skip
QUOTES = ("icmp", "icmpv6")


@dataclass(slots=True)
class Message:
    """A message: its packet, time (ns), ends, and all values of each field that it has (texts for addresses)."""

    packet: int
    time: int
    transport: str
    stream: int | None
    source: str | None
    source_port: int | None
    destination: str | None
    destination_port: int | None
    fields: dict[str, list[Any]]

    def first(self, name: str, default: Any = None) -> Any:
        """The first value of a field."""
        values = self.fields.get(name)
        return values[0] if values else default

    @property
    def ends(self) -> tuple[Any, ...]:
        """Transport and both ends, from who sends it."""
        return self.transport, self.source, self.source_port, self.destination, self.destination_port

    @property
    def back(self) -> tuple[Any, ...]:
        """The same as its answer has it."""
        return self.transport, self.destination, self.destination_port, self.source, self.source_port


def messages(
    cap: Capture, markers: Sequence[str], fields: Sequence[str], where: Filter | None = None, single: bool = True,
    **reading: Any,
) -> Iterator[Message]:  # fmt: skip
    """The messages of a capture in order.  A packet has one for each occurrence of a marker (with `single` false:
    one at most); what an ICMP error quotes was not said.
    """
    names = list(dict.fromkeys(["frame.number", *QUOTES, *CARRIERS, *markers, *fields]))
    for chunk, columns in cap.columns(names, where=where, **reading):
        found = np.concatenate([columns.occurrences(name)[0] for name in markers])
        if not len(found):
            continue
        counts = np.bincount(found, minlength=len(chunk))
        for name in QUOTES:
            counts[columns.occurrences(name)[0]] = 0
        rows: dict[int, dict[str, list[Any]]] = {row: {} for row in np.flatnonzero(counts).tolist()}
        for name in names:
            _fill(rows, name, columns)
        for row, said in rows.items():
            time = int(chunk.time[row])
            if single and counts[row] > 1:
                for part in _parts(cap, said["frame.number"][0], markers, fields):
                    yield _message(time, said, part)
            else:
                yield _message(time, said, said)


def _fill(rows: dict[int, dict[str, list[Any]]], name: str, columns: Any) -> None:
    at, values, field = columns.occurrences(name)
    if field is None:
        return
    for row, value in zip(at.tolist(), python_values(field, values), strict=True):
        there = rows.get(row)
        if there is not None:
            there.setdefault(name, []).append(value)


def _parts(
    cap: Capture, number: int, markers: Sequence[str], fields: Sequence[str]
) -> Iterator[dict[str, list[Any]]]:
    """The fields of each message of one packet: a marker is a message's first field."""
    part: dict[str, list[Any]] | None = None
    wanted = {*markers, *fields}
    for node in cap[number - 1].tree.walk():
        name = node.field.name
        if name not in wanted:
            continue
        if name in markers:
            if part is not None:
                yield part
            part = {}
        if part is not None:
            part.setdefault(name, []).append(json_value(node.field, node.value))
    if part is not None:
        yield part


def _message(time: int, carrier: dict[str, list[Any]], fields: dict[str, list[Any]]) -> Message:
    transport = "tcp" if "tcp.srcport" in carrier else "udp"
    family = "ip" if "ip.src" in carrier else "ipv6"

    def last(name: str) -> Any:
        values = carrier.get(name)
        return values[-1] if values else None

    return Message(
        carrier["frame.number"][0], time, transport, last(f"{transport}.stream"), last(f"{family}.src"),
        last(f"{transport}.srcport"), last(f"{family}.dst"), last(f"{transport}.dstport"), fields,
    )  # fmt: skip
