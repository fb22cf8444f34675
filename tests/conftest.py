"""In tests a fault of a layer is raised, not shown as a note on its packet."""

from __future__ import annotations

from dissect.engine import row

row.STRICT = True
