"""Long captures: is the time linear, and the memory flat?  A Markdown table, on the screen and in docs/performance.md.

    python tests/bench/soak.py [--sizes 1,10,50] [--commands list,mtu] [--folder FOLDER] [--keep] [--print]

Sizes are millions of packets, of which `make_capture.py` makes a capture (0.67 GB a million, in FOLDER, as the largest
output, too); each command runs once a size.  `CPU µs a packet` should not grow from size to size, nor should `memory`
(the anonymous memory at its largest, of all processes of the command).  The table between the marks of the document is
replaced, for the sizes and commands that were run; rows of others stay.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

import make_capture
from run import ROOT, THIRTY_SIX, Failed, dissect, peak_anonymous

DOCUMENT = ROOT / "docs" / "performance.md"
MARK, END = "<!-- soak -->", "<!-- /soak -->"
HEAD = "| command | packets (millions) | seconds | CPU µs a packet | memory (MB) |\n| --- | --- | --- | --- | --- |"
ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<size>[\d.]+) \|.*$", re.MULTILINE)
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


def measured(name: str, capture: Path, size: float) -> str:
    """The row of a command."""
    with tempfile.TemporaryDirectory(dir=capture.parent) as folder:
        command = [word.format(capture=capture, out=Path(folder) / "out") for word in COMMANDS[name]]
        began, before = time.perf_counter(), children_cpu()
        peak = peak_anonymous(dissect(*command))
        took, cpu = time.perf_counter() - began, children_cpu() - before
    return f"| `{name}` | {size:g} | {took:.1f} | {cpu / size:.2f} | {peak:.0f} |"


def captured(folder: Path, size: float) -> Path:
    """A capture of that many millions of packets; one that is there is taken."""
    path = folder / f"soak-{size:g}m.pcap"
    if not path.exists():
        began = time.perf_counter()
        make_capture.make(path, int(size * 1e6))
        print(f"made {path} in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return path


def table(text: str, rows: list[str]) -> str:
    """The document with these rows in its table, in the order of commands and sizes."""
    start, end = text.index(MARK) + len(MARK), text.index(END)
    found = {(row["name"], float(row["size"])): row[0] for row in ROW.finditer("\n".join([text[start:end], *rows]))}
    order = list(COMMANDS)
    lines = [found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1])) if key[0] in COMMANDS]
    when = f"Measured on {datetime.date.today()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}."
    return "\n".join([text[:start], when, "", HEAD, *lines, text[end:]])


def main() -> None:
    """Run, print the rows, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1,10", help="millions of packets, with commas")
    parser.add_argument("--commands", default="", help=f"with commas (default: all): {', '.join(n for n in COMMANDS)}")
    parser.add_argument("--folder", type=Path, help="where captures and outputs go (default: a temporary folder)")
    parser.add_argument("--keep", action="store_true", help="leave the captures in the folder")
    parser.add_argument("--print", action="store_true", help="leave the document as it is")
    options = parser.parse_args()
    asked = [name for name in re.split(r",(?! )", options.commands) if name] or list(COMMANDS)  # a name may have ", "
    if unknown := [name for name in asked if name not in COMMANDS]:
        parser.error(f"no command {unknown[0]!r}; there are {'; '.join(COMMANDS)}")
    rows: list[str] = []
    print(HEAD)
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = options.folder if options.folder and options.keep else Path(temporary)
        for size in map(float, options.sizes.split(",")):
            capture = captured(folder, size)
            for name in asked:
                try:
                    rows.append(measured(name, capture, size))
                except Failed as error:
                    sys.exit(f"{name}, {size:g} million packets: {error}")
                print(rows[-1], flush=True)
                if not options.print:  # what was measured is not lost when a later one is interrupted
                    DOCUMENT.write_text(table(DOCUMENT.read_text(encoding="utf-8"), rows), encoding="utf-8")
            if not options.keep:
                capture.unlink()


if __name__ == "__main__":
    main()
