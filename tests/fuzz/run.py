"""Coverage-guided fuzzing of a target: `python -m tests.fuzz.run TARGET [--seconds N] [--runs N --seed N]`.

The same seed and number of runs (with PYTHONHASHSEED=0) try the same inputs again: a build does not fail by chance.

Needs atheris (`pip install 'pcap-dissect[fuzz]'`).  What it finds is written to `crash-…` in the current folder; put it
into `tests/fuzz/corpus/TARGET/`, mend the code, and the fast tests keep it mended.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
LARGEST_SEED = 4096


def seeds(target: str, folder: Path) -> None:
    """The corpus of a target, and what the samples give, into a folder."""
    for path in sorted((HERE / "corpus" / target).glob("*")):
        shutil.copy(path, folder)
    if target == "readers":
        for path in sorted(SAMPLES.glob("*.pcap*")):
            (folder / path.name).write_bytes(path.read_bytes()[:LARGEST_SEED])
    if target == "packet":
        import dissect
        from tests.fuzz.targets import LINK_TYPES

        for path in sorted(SAMPLES.glob("*.pcap*")):
            with dissect.open(path) as cap:
                for number, packet in zip(range(0, len(cap), 9), (cap[i] for i in range(0, len(cap), 9)), strict=False):
                    link = int(cap.link_types(cap.source.chunk_of(number))[0])
                    if link in LINK_TYPES:
                        kind = bytes([LINK_TYPES.index(link)])
                        (folder / f"{path.name}-{number}").write_bytes(kind + packet.data[:LARGEST_SEED])
    if target == "filters":
        for number, line in enumerate((HERE.parent / "filters" / "filters.txt").read_text().splitlines()):
            (folder / f"filter-{number}").write_text(line.partition("\t")[0])


def main() -> None:
    """Fuzz until the time or the runs are over, or something is found (exit code not 0)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=-1, help="executions at most")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    options = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["dissect"]):
        from tests.fuzz.targets import TARGETS
    if options.target not in TARGETS:
        parser.error(f"no target {options.target!r}; there are {', '.join(TARGETS)}")
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{options.target}-"))
    seeds(options.target, folder)
    limits = [f"-max_total_time={options.seconds}", f"-runs={options.runs}", f"-seed={options.seed}"]
    limits += ["-timeout=20", "-rss_limit_mb=3000", "-max_len=8192"]
    atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", str(folder)], TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
