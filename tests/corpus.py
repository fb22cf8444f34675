"""The captures at hand: the project's own samples and, where present, the shared ones nobody here made."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "captures"
SUFFIXES = {".pcap", ".pcapng", ".cap", ".ntar", ".snoop", ".ntr", ".dmp"}


def captures(*, every: int = 1) -> list[Path]:
    """All captures at hand in a fixed order; `every` takes each n-th of the shared ones."""
    own = sorted(p for p in SAMPLES.rglob("*") if p.suffix in SUFFIXES)
    shared = sorted(p for p in SHARED.rglob("*") if p.suffix in SUFFIXES) if SHARED.is_dir() else []
    return own + shared[::every]


def label(path: Path) -> str:
    """A short name for test ids."""
    for root in (SAMPLES, SHARED):
        if path.is_relative_to(root):
            return str(path.relative_to(root))
    return path.name
