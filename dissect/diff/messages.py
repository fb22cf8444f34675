"""The messages of a capture, each as a number that stands for all its fields that are compared.

A message is what a packet says above the mechanics of its transport: of TCP, segments that open or close, and those
that complete a message of the layer above; acknowledgments, segments on the way and those sent again are none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dissect.diff.masks import LINES, Masks
from dissect.engine.columns import Columns
from dissect.engine.registry import Registry
from dissect.filters import Filter
from dissect.library import Capture

Codes = NDArray[np.uint64]
PROTOCOLS = "frame.protocols"
TRANSPORTS = ("tcp", "udp", "sctp")
CARRIERS = ("eth", "vlan", "ip", "ipv6", "tcp", "udp")
ERRORS = ("icmp", "icmpv6")
ADDRESSES = (("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst"), ("eth.src", "eth.dst"))
ENDS = (
    PROTOCOLS, "frame.number", "tcp.stream", "tcp.flags", *(name for pair in ADDRESSES for name in pair),
    *(f"{layer}.{end}port" for layer in TRANSPORTS for end in ("src", "dst")),
)  # fmt: skip
PASSING_PORT = 32768  # from here on a port is one that passes (RFC 6335, and what kernels do)
FIN, SYN, RST = 0x01, 0x02, 0x04


@dataclass(slots=True)
class Messages:
    """The messages of a capture, a row each, in order.

    `packet` (number), `time` (ns), `flow` (the same in every capture), `part` (the TCP stream, 0 for others), `side`
    (which end sent it), `kind` (its layers and side), `says` (all that is compared).  `flows`: each flow's name.
    """

    packet: NDArray[np.int64]
    time: NDArray[np.int64]
    flow: Codes
    part: NDArray[np.int64]
    side: NDArray[np.int64]
    kind: Codes
    says: Codes
    flows: dict[int, str]


def read_messages(cap: Capture, masks: Masks, where: Filter | None = None) -> Messages:
    """The messages of a capture, of the packets that a filter lets through."""
    fields = compared(cap.registry, masks, occurring(cap))
    names = [name for name in ENDS if name in cap.registry.fields]
    parts: list[tuple[Any, ...]] = []
    flows: dict[int, str] = {}
    for chunk, columns in cap.columns(names, where=where):
        parts.append(_chunk(cap, chunk, columns, fields, masks, flows))
    none: list[Any] = [np.zeros(0, np.uint64)] * 7
    packet, time, flow, part, side, kind, says = (
        [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else none
    )
    return Messages(packet, time, flow, part, side, kind, says, flows)


def occurring(cap: Capture) -> set[str]:
    """The layers of a capture."""
    found = set[str]()
    for _, columns in cap.columns([PROTOCOLS]):
        found.update(name for chain in columns.chains for name in chain.split(":"))
    return found


def compared(registry: Registry, masks: Masks, layers: set[str]) -> tuple[list[str], list[str]]:
    """The fields of these layers that are compared: those of all messages, and those of segments that open.

    Of the layers that carry others only their headers: their options are looked at in SYN segments.
    """
    names, opening = dict[str, None](), dict[str, None]()
    for layer in registry.layers:
        if layer.name not in layers or layer.generated:
            continue
        for field in layer.fields:
            if masks.hides(field) or field.type.kind == "none":
                continue
            if layer.name not in CARRIERS or field in layer.header:
                names[field.name] = None
            elif layer.name == "tcp":
                opening[field.name] = None
    return list(names), list(opening)


def _chunk(
    cap: Capture, chunk: Any, columns: Columns, fields: tuple[list[str], list[str]], masks: Masks, flows: dict[int, str]
) -> tuple[Any, ...]:
    count = len(chunk)
    chains = [_Chain(text) for text in columns.chains]
    chain = columns.chain_of
    ports = _ports(columns, count, chains, chain)
    low = np.minimum(*ports)
    service = np.where((low >= 0) & (low < PASSING_PORT), low, -1)
    ends = [_numbered(columns, count, which) for which in (0, 1)]
    by_port = (service >= 0) & (ports[0] != ports[1])
    side = np.where(by_port, ports[0] == service, ends[0] > ends[1]).astype(np.int64)
    flow = mixed(np.array([_code(one.protocol) for one in chains], np.uint64)[chain], service)
    if masks.addresses:
        flow = mixed(flow, np.minimum(*ends), np.maximum(*ends))
    kind = mixed(np.array([_code(one.text) for one in chains], np.uint64)[chain], side)
    streams = np.array([one.protocol == "tcp" for one in chains])[chain]
    part = np.where(streams, _first(columns, "tcp.stream", count), 0)
    number = _first(columns, "frame.number", count)
    at = _complete(columns, count, chains, chain)
    _name_flows(cap, columns, flows, (flow, at, side, service), [one.protocol for one in chains], masks)
    says = kind[at]
    flags = _first(columns, "tcp.flags", count)[at]
    for names, some in ((fields[0], np.arange(len(at))), (fields[1], np.flatnonzero((flags >= 0) & (flags & SYN > 0)))):
        if len(some) and names:
            _add_all(says, some, cap, chunk, at[some], names, masks)
    return (*(column[at] for column in (number, chunk.time, flow, part, side, kind)), says)


def _add_all(
    says: Codes, some: NDArray[np.int64], cap: Capture, chunk: Any, at: NDArray[np.int64], names: list[str],
    masks: Masks,
) -> None:  # fmt: skip
    """Take these fields of some messages (`some`: their places in `says`, `at`: in the chunk) into what they say."""
    columns = cap.evaluate(chunk, names, at)
    for name in names:
        rows, values, _ = columns.occurrences(name)
        if name in LINES:
            stay = np.array([not masks.passing(name, value) for value in values.tolist()], bool)
            rows, values = rows[stay], values[stay]
        if len(rows):
            _add(says, some[rows], values, _code(name))


class _Chain:
    """The layers of a packet, and which one names its flow."""

    def __init__(self, text: str) -> None:
        self.text, names = text, text.split(":")
        self.last = names[-1]
        inside = next((i for i, name in enumerate(names) if name in ("ip", "ipv6")), len(names) - 2)
        rest = [name for name in names[inside + 1 :] if not name.startswith("ipv6")] or [self.last]
        self.protocol = next((name for name in rest if name in (*TRANSPORTS, *ERRORS)), rest[0])


def _complete(columns: Columns, count: int, chains: list[_Chain], chain: Any) -> NDArray[np.int64]:
    """Which packets are messages."""
    bare = np.array([one.protocol == "tcp" and one.last == "tcp" for one in chains])[chain]
    flags = _first(columns, "tcp.flags", count)
    return np.flatnonzero(~bare | ((flags & (SYN | FIN | RST)) > 0))


def _numbered(columns: Columns, count: int, which: int) -> Codes:
    """The outermost source (or destination) of each packet as numbers."""
    out = np.zeros(count, np.uint64)
    for pair in reversed(ADDRESSES):
        rows, values, _ = columns.occurrences(pair[which])
        if len(rows):
            first = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
            out[rows[first]] = _numbers(values[first])
    return out


def _ports(columns: Columns, count: int, chains: list[_Chain], chain: Any) -> list[NDArray[np.int64]]:
    out = [np.full(count, -1, np.int64), np.full(count, -1, np.int64)]
    for layer in TRANSPORTS:
        mine = np.array([one.protocol == layer for one in chains])[chain]
        for i, end in enumerate(("src", "dst")):
            out[i] = np.where(mine, _first(columns, f"{layer}.{end}port", count), out[i])
    return out


def _name_flows(
    cap: Capture, columns: Columns, flows: dict[int, str], known: tuple[Any, ...], protocols: list[str], masks: Masks
) -> None:
    """Name the flows that were not met before, by a packet of theirs: `10.0.0.1 → 10.0.0.2:53 udp`."""
    flow, at, side, service = known
    codes, first = np.unique(flow[at], return_index=True)
    fresh = [(code, int(at[i])) for code, i in zip(codes.tolist(), first.tolist(), strict=True) if code not in flows]
    if not fresh:
        return
    texts = [[cap.texts(columns, len(flow), name) for name in pair] for pair in ADDRESSES]
    for code, row in fresh:
        ends = next(([a[row].split(",")[0], b[row].split(",")[0]] for a, b in texts if a[row]), ["?", "?"])
        if not masks.addresses:
            ends = ["*", "*"]
        if side[row]:
            ends.reverse()
        port = int(service[row])
        server = f"[{ends[1]}]" if ":" in ends[1] and port >= 0 else ends[1]
        protocol = protocols[columns.chain_of[row]]
        flows[code] = f"{ends[0]} → {server}{f':{port}' if port >= 0 else ''} {protocol}"


def _first(columns: Columns, name: str, count: int) -> NDArray[np.int64]:
    """The first value of a field in each packet; -1 where there is none."""
    out = np.full(count, -1, np.int64)
    rows, values, _ = columns.occurrences(name)
    out[rows[::-1]] = values[::-1]
    return out


def _add(says: Codes, rows: NDArray[np.int64], values: Any, name: int) -> None:
    """Take a field's occurrences into what packets say; their order within a packet counts."""
    index = np.arange(len(rows))
    opens = np.concatenate([[True], rows[1:] != rows[:-1]])
    nth = index - np.maximum.accumulate(np.where(opens, index, 0))
    np.add.at(says, rows, mixed(_numbers(values), nth, np.full(len(rows), name, np.uint64)))


def _numbers(values: Any) -> Codes:
    """A number for each value; the same for the same value."""
    if values.dtype.kind == "V":
        size, whole = values.dtype.itemsize, np.ascontiguousarray(values).view(np.uint8)
        padded = np.zeros((len(values), -(-size // 8) * 8), np.uint8)
        padded[:, :size] = whole.reshape(len(values), size)
        words = padded.view(np.uint64)
        return mixed(*(words[:, i] for i in range(words.shape[1])))
    if values.dtype.kind == "O":
        return np.array([_code(value) for value in values.tolist()], np.uint64)
    if values.dtype.kind == "f":
        return np.ascontiguousarray(values, np.float64).view(np.uint64)
    return values.astype(np.int64).view(np.uint64)  # type: ignore[no-any-return]


def _code(value: Any) -> int:
    """A number for a Python value, the same in every run."""
    if isinstance(value, int):
        return value & 0xFFFFFFFFFFFFFFFF
    octets = bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value).encode()
    return int.from_bytes(hashlib.blake2b(octets, digest_size=8).digest(), "little")


def mixed(*words: Any) -> Codes:
    """Numbers of all these, in this order."""
    out = np.zeros(np.shape(words[0]), np.uint64)
    for word in words:
        out = (out ^ np.asarray(word).astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(0x9E3779B97F4A7C15)
        out ^= out >> np.uint64(29)
    return out


def by_flow(messages: Messages) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """(flow, its rows) of each flow, in order of their first packet."""
    order = np.argsort(messages.flow, kind="stable")
    cuts = np.flatnonzero(np.diff(messages.flow[order])) + 1
    groups = [group for group in np.split(order, cuts) if len(group)]
    for rows in sorted(groups, key=lambda one: int(one[0])):
        yield int(messages.flow[rows[0]]), rows
