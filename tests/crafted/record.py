"""Record what the installed tshark says of the packets made by hand: `python -m tests.crafted.record [MODULE...]`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.agreement import tshark
from tests.crafted.corpus import NAMES, crafted


def record(name: str) -> None:
    """One module."""
    one = crafted(name)
    with tempfile.TemporaryDirectory() as folder:
        rows = one.asked(one.write(Path(folder)))
    types = {f.name: f.type for f in one.compared}
    head = json.dumps({"tshark": tshark.version(), "digest": one.digest, "types": types})
    body = ",\n".join(json.dumps(row) for row in rows)
    one.answers.write_text(f'{head[:-1]}, "rows": [\n{body}\n]}}\n', encoding="utf-8")
    print(f"{name}: {len(rows)} packets, {sum(map(len, rows))} cells")


if __name__ == "__main__":
    for each in sys.argv[1:] or NAMES:
        record(each)
