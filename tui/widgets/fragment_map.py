"""Where the fragments of a datagram lie: one bar a fragment, and what they make together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.text import Text

MOST = 200  # fragments drawn
LEGEND = "█ once  ▓ more than once  · missing"


def fragment_map(datagram: Mapping[str, Any], width: int) -> Text:
    """A row of the `datagrams` table as a picture `width` characters wide, behind packet, offset and size."""
    pieces = list(zip(datagram["packets"], datagram["offsets"], datagram["sizes"], strict=True))
    length = max([datagram["length"] or 0, *(offset + size for _, offset, size in pieces)])
    scale = max(length, 1) / width
    out = Text(f"{datagram['source']} → {datagram['destination']}, id {datagram['ident']:#06x}\n", style="bold")
    out.append(f"{len(pieces)} fragments, {datagram['length'] or '?'} bytes, {datagram['status']}")
    if datagram["overlaps"]:
        out.append(", overlapping with different bytes" if datagram["conflict"] else ", overlapping", style="red")
    out.append("\n\n  packet  offset   size\n", style="dim")
    middles = (np.arange(width) + 0.5) * scale
    covered = np.zeros(width, int)
    for packet, offset, size in pieces[:MOST]:
        first, last = int(offset / scale), max(int(-(-(offset + size) // scale)), int(offset / scale) + 1)
        covered += (offset <= middles) & (middles < offset + size)
        out.append(f"{packet:8} {offset:7} {size:6}  ", style="dim")
        out.append(" " * first + "━" * (min(last, width) - first) + "\n", style="cyan")
    for hole in datagram["holes"]:  # however small
        covered[int(hole["start"] / scale) : int(hole["end"] / scale) + 1] = 0
    out.append(" " * 25)
    for count in covered.tolist():
        out.append("·▓"[count > 1] if count != 1 else "█", style=("red", "green", "yellow")[min(count, 2)])
    holes = ", ".join(f"{h['start']}–{h['end']}" for h in datagram["holes"])
    out.append(f"\n\n{LEGEND}" + (f"\nmissing: {holes}" if holes else ""), style="dim")
    return out
