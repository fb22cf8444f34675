"""The captures at hand: the project's own samples and, where present, the shared ones nobody here made."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "captures"
SUFFIXES = {".pcap", ".pcapng", ".cap", ".ntar", ".snoop", ".ntr", ".dmp"}


def captures(*, every: int = 1, most: int | None = None) -> list[Path]:
    """All captures at hand in a fixed order; `every`: each n-th of the shared ones; `most`: octets of the largest."""
    own = sorted(p for p in SAMPLES.rglob("*") if p.suffix in SUFFIXES)
    shared = sorted(p for p in SHARED.rglob("*") if p.suffix in SUFFIXES) if SHARED.is_dir() else []
    return [path for path in own + shared[::every] if most is None or path.stat().st_size <= most]


def each(usual: int) -> int:
    """A slow run takes each so many-th of the shared captures; DISSECT_EVERY says another number (1: all)."""
    return int(os.environ.get("DISSECT_EVERY", usual))


def label(path: Path) -> str:
    """A short name for test ids."""
    for root in (SAMPLES, SHARED):
        if path.is_relative_to(root):
            return str(path.relative_to(root))
    return path.name
