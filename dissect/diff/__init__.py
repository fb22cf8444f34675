"""What changed between two captures: flow by flow, message by message, with what must differ masked.

    captures ──messages──▶ Messages (a signature each) ──align──▶ pairs ──fields──▶ what changed ──run──▶ Report
"""

from __future__ import annotations

from dissect.diff.masks import Masks
from dissect.diff.run import Diff, diff_captures

__all__ = ["Diff", "Masks", "diff_captures"]
