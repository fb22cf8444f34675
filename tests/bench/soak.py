"""Long captures: is the time linear, and the memory flat?  A Markdown table.

    python tests/bench/soak.py [--sizes 1,10,50] [--folder FOLDER]        (millions of packets; 50 take 33 GB of disk)

Each command runs once a size, on a capture that `make_capture.py` makes.  `a packet` should not grow down a column, nor
should `memory` (the anonymous memory at its largest, of all processes).
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import make_capture
from run import THIRTY_SIX, dissect, peak_anonymous

COMMANDS = {
    "list": ("list", "{capture}"),
    "list -Y": ("list", "{capture}", "-Y", "tcp.port == 443 && ip.ttl < 64"),
    "export, 36 fields": ("export", "{capture}", "-o", "{out}.parquet", *(w for f in THIRTY_SIX for w in ("-e", f))),
    "export, packets": ("export", "{capture}", "-o", "{out}.all.parquet"),
    "mtu": ("mtu", "{capture}"),
    "stats conversations": ("stats", "{capture}", "conversations"),
    "stats hierarchy": ("stats", "{capture}", "hierarchy"),
}


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,10", help="millions of packets, with commas")
    parser.add_argument("--folder", type=Path, help="where captures and outputs go (default: a temporary folder)")
    options = parser.parse_args()
    print("| command | packets (millions) | seconds | CPU µs a packet | memory (MB) |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for size in (float(text) for text in options.sizes.split(",")):
            capture = Path(folder) / "soak.pcap"
            count = int(size * 1e6)
            sys.argv = ["make_capture", str(capture), "--packets", str(count)]
            make_capture.main()
            for name, words in COMMANDS.items():
                command = [word.format(capture=capture, out=Path(folder) / "out") for word in words]
                began, before = time.perf_counter(), children_cpu()
                peak = peak_anonymous(dissect(*command))
                took, cpu = time.perf_counter() - began, children_cpu() - before
                print(f"| `{name}` | {size:g} | {took:.1f} | {cpu / count * 1e6:.2f} | {peak:.0f} |", flush=True)
            for made in Path(folder).glob("out*"):
                made.unlink()


if __name__ == "__main__":
    main()
