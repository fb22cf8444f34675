"""Making captures out of captures: packets chosen, cut, shifted, merged, split, made anonymous.

`steps` change or leave out packets chunk by chunk, `merge` puts captures together, `outputs` writes them to one file or
many, `anonymise` hides addresses.  Nothing is changed in place, and no more than some chunks are in memory.
"""

from __future__ import annotations

from dissect.edit.anonymise import Anonymiser
from dissect.edit.merge import in_order, in_time
from dissect.edit.outputs import Single, Split, parse_split
from dissect.edit.steps import Between, Comments, Dedupe, Matching, Shift, Snap, Step, edited

__all__ = [
    "Anonymiser", "Between", "Comments", "Dedupe", "Matching", "Shift", "Single", "Snap", "Split", "Step", "edited",
    "in_order", "in_time", "parse_split",
]  # fmt: skip
