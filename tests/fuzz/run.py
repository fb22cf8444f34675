"""Coverage-guided fuzzing of a target: `python -m tests.fuzz.run TARGET [--minutes N] [--runs N --seed N]`.

The same seed and number of runs (with PYTHONHASHSEED=0) try the same inputs again: a build does not fail by chance.
For that what libFuzzer takes from the clock and from addresses in memory is off, which guides a long run: leave
`--runs` out there.
Minutes are of processor time, as machines are shared; the last line says how many were used, and executions.  With
`--corpus FOLDER` what reaches new code is kept there, and the next run begins with it.

Needs atheris (`pip install 'pcap-dissect[fuzz]'`).  What it finds is written to `crash-…` in the current folder; put it
into `tests/fuzz/corpus/TARGET/`, mend the code, and the fast tests keep it mended.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPEATABLE = ["-reload=0", "-use_cmp=0", "-entropic=0"]


def bounded(target: Callable[[bytes], None], minutes: float, runs: int) -> Callable[[bytes], None]:
    """The target, which ends the process when the processor time or the runs are used up, and says so."""
    counter, began, most = itertools.count(), time.process_time(), minutes * 60

    def one(data: bytes) -> None:
        done, used = next(counter), time.process_time() - began
        if used >= most or done == runs:
            print(f"Done: {done} executions in {used / 60:.1f} minutes of processor time", file=sys.stderr, flush=True)
            os._exit(0)  # libFuzzer has no orderly end from within
        target(data)

    return one


def main() -> None:
    """Fuzz until the time or the runs are over, or something is found (exit code not 0)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=1, help="of processor time, at most (default: 1)")
    parser.add_argument("--runs", type=int, default=-1, help="executions at most")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--corpus", type=Path, help="a folder of inputs, read and added to")
    options = parser.parse_args()
    import atheris

    atheris.instrument_imports(include=["dissect"]).__enter__()  # and stays: layers are imported as they are met
    from tests.fuzz import seeds
    from tests.fuzz.targets import TARGETS

    if options.target not in TARGETS:
        parser.error(f"no target {options.target!r}; there are {', '.join(TARGETS)}")
    folder = options.corpus or Path(tempfile.mkdtemp(prefix=f"fuzz-{options.target}-"))
    folder.mkdir(parents=True, exist_ok=True)
    seeds.write(options.target, folder)
    limits = [f"-seed={options.seed}", "-timeout=20", "-rss_limit_mb=3000", "-max_len=8192"]
    if options.runs >= 0:
        limits += REPEATABLE
    one = bounded(TARGETS[options.target], options.minutes, options.runs)
    atheris.Setup([sys.argv[0], *limits, str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
