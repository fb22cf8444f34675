"""Properties of a capture file: format, interfaces, packets, times, rates, sizes, comments, hash, damage."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.capture import Interface, Source
    from dissect.filters import Filter
    from dissect.library import Capture

    Progress = Callable[[int, int], None]

SECOND = 1_000_000_000


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row a property: its name and its value (JSON where it is more than a number or a word).

    They are the file's: a filter changes nothing.
    """
    import pyarrow as pa

    facts = properties(cap.source, reading.get("progress"))
    return pa.table({
        "property": pa.array(list(facts), pa.string()),
        "value": pa.array([_plain(value) for value in facts.values()], pa.string()),
    })  # fmt: skip


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def text(found: pa.Table) -> Iterator[str]:
    """A line a property."""
    from dissect.engine.values import escape_text

    for row in found.to_pylist():
        if row["value"] not in (None, "[]"):
            yield f"{row['property']:<20} {escape_text(row['value'])}"


def properties(source: Source, advance: Progress | None = None) -> dict[str, Any]:
    """What a capture file is and holds; one pass, bounded memory."""
    import numpy as np

    packets = captured = original = cut = shortest = longest = 0
    first = last = previous = None
    ordered = True
    per_interface: dict[int, int] = {}
    for chunk in source.chunks(progress=advance):
        if not len(chunk):
            continue
        packets += len(chunk)
        captured += int(chunk.caplen.sum())
        original += int(chunk.origlen.sum())
        cut += int((chunk.caplen < chunk.origlen).sum())
        low, high = int(chunk.origlen.min()), int(chunk.origlen.max())
        shortest, longest = (low if packets == len(chunk) else min(shortest, low)), max(longest, high)
        ordered &= bool(np.all(chunk.time[1:] >= chunk.time[:-1])) and (
            previous is None or int(chunk.time[0]) >= previous
        )
        previous = int(chunk.time[-1])
        first = int(chunk.time.min()) if first is None else min(first, int(chunk.time.min()))
        last = int(chunk.time.max()) if last is None else max(last, int(chunk.time.max()))
        for number, count in enumerate(np.bincount(chunk.interface).tolist()):
            if count:
                per_interface[number] = per_interface.get(number, 0) + count
    facts: dict[str, Any] = {"file": source.path, "format": source.format, "compression": source.compression}
    if os.path.isfile(source.path):
        facts["size"], facts["sha256"] = os.path.getsize(source.path), sha256(source.path)
    facts |= {"packets": packets, "captured_bytes": captured, "original_bytes": original, "cut_packets": cut}
    if packets and first is not None and last is not None:
        facts |= {"first": first, "last": last, "duration": (last - first) / SECOND, "time_ordered": ordered}
        facts |= {"shortest": shortest, "longest": longest, "mean": round(original / packets, 2)}
        if last > first:
            seconds = (last - first) / SECOND
            facts |= {
                "packets_per_second": round(packets / seconds, 3),
                "bits_per_second": round(8 * original / seconds, 3),
            }
    facts["interfaces"] = [_interface(i, per_interface.get(i.id, 0)) for i in source.interfaces]
    facts["sections"] = [
        {k: v for k, v in (("hardware", s.hardware), ("os", s.os), ("application", s.application)) if v}
        | ({"comments": list(s.comments)} if s.comments else {})
        for s in source.sections
    ]
    if source.names:
        facts["names"] = {_address(k): v for k, v in source.names.items()}
    if source.secrets:
        facts["secrets"] = len(source.secrets)
    if source.damage is not None:
        facts["damage"] = str(source.damage)
    return facts


def _address(raw: bytes) -> str:
    from dissect.engine.values import ipv4_text, ipv6_text

    return ipv4_text(int.from_bytes(raw, "big")) if len(raw) == 4 else ipv6_text(raw)


def _interface(interface: Interface, packets: int) -> dict[str, Any]:
    from dissect.capture.link_types import LINK_TYPES

    facts: dict[str, Any] = {
        "id": interface.local,
        "link_type": interface.linktype,
        "link_name": LINK_TYPES.get(interface.linktype, "unknown"),
        "snaplen": interface.snaplen,
        "packets": packets,
    }
    for key in ("name", "description", "filter", "os", "hardware", "speed", "fcs_len"):
        value = getattr(interface, key)
        if value is not None:
            facts[key] = value
    if interface.statistics:
        facts["statistics"] = dict(interface.statistics)
    return facts


def sha256(path: str) -> str:
    """The file's hash, read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
