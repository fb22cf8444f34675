"""Speed and memory beside the peers, in one run: a Markdown table of medians and ratios.

    python tests/bench/run.py [--sections index,columns,…] [--packets N] [--rounds N] [--smoke]

What is compared is run in turn (ours, theirs, ours, theirs …) so that a busy machine slows both.  A ratio is
theirs / ours: above 1 we are faster.  A section that cannot run says why and the others go on; the exit
code is then 1.  `--smoke` runs everything on a tiny capture, once: it proves that the benchmark works.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parents[1]
sys.path[:0] = [str(ROOT), str(BENCH)]

import c_loop  # noqa: E402
import make_capture  # noqa: E402
import make_fragments  # noqa: E402

SMALL = ROOT / "samples" / "tour.pcapng"

LAYER_FIELDS = {
    "frame": "number len cap_len time_epoch",
    "eth": "src dst type",
    "ip": "version hdr_len dsfield len id flags.df flags.mf frag_offset ttl proto checksum src dst",
    "ipv6": "plen nxt hlim src dst",
    "tcp": "srcport dstport seq_raw ack_raw hdr_len flags flags.syn flags.ack flags.fin flags.reset "
    "window_size_value checksum",
    "udp": "srcport dstport length",
}
FORTY = [f"{layer}.{name}" for layer, names in LAYER_FIELDS.items() for name in names.split()]
THIRTY_SIX = [f for f in FORTY if f not in ("ip.checksum", "tcp.checksum", "ip.hdr_len", "tcp.hdr_len")]

# a filter, what it is an example of, and how many times faster than `tshark -Y` it is to be
FILTERS = (
    ("tcp.port == 443", "header field", 60),
    ("ip.addr == 10.0.0.0/8", "header field", 60),
    ("tcp.flags.syn == 1 && tcp.flags.ack == 0", "header field", 60),
    ("ip.len > 1000", "header field", 60),
    ("frame.len > 1000", "record", 60),
    ('frame contains "GET /"', "byte search", 20),
    ('dns.qry.name contains "example"', "DNS names", 10),
)
COLD = "tcp.port == 443 && ip.ttl < 64"

COLUMN_JOB = """
import sys
import dissect
with dissect.open(sys.argv[1]) as cap:
    rows = sum(len(batch) for batch in cap.batches(sys.argv[2].split(",")))
"""


class Failed(Exception):
    """Something under test did not work; the message is one line."""


@dataclass
class Row:
    """One line of the table."""

    section: str
    what: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    note: str = ""


# ---------------------------------------------------------------- running and timing


def dissect(*args: str | Path) -> list[str]:
    """The command line of `dissect` as a user of this interpreter has it."""
    script = Path(sys.executable).with_name("dissect")
    head = (
        [str(script)] if script.exists() else [sys.executable, "-c", "from dissect.cli import main; main()"]
    )
    return [*head, *map(str, args)]


def run(command: list[str], out: int | None = subprocess.DEVNULL) -> None:
    """Run a command to its end.  Raises Failed with the last line it wrote to standard error."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=environment, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["(no message)"]
        raise Failed(
            f"`{Path(command[0]).name} {' '.join(command[1:3])[:60]}` ended {done.returncode}: {said[-1]}"
        )


def first_lines(command: list[str], lines: int = 10) -> None:
    """What `command | head` does: read some lines, close the pipe, wait."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdout is not None
        got = [process.stdout.readline() for _ in range(lines)]
        process.stdout.close()
        process.wait()
    if not got[0]:
        raise Failed(f"`{Path(command[0]).name} {' '.join(command[1:3])[:60]} | head` printed nothing")


def seconds(job: Callable[[], object]) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def processor_seconds(job: Callable[[], object]) -> float:
    """Of what runs in this thread only: others may be busy."""
    begin = time.process_time()
    job()
    return time.process_time() - begin


def analysis_fields() -> list[str]:
    """The names of all `tcp.analysis` fields."""
    from dissect.layers import builtin

    return sorted(name for name in builtin().fields if name.startswith("tcp.analysis."))


def in_turn(rounds: int, *jobs: Callable[[], object]) -> list[float]:
    """Median seconds of each job, all run once a round."""
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, found in zip(jobs, times, strict=True):
            found.append(seconds(job))
    return [statistics.median(found) for found in times]


def peak_anonymous(command: list[str]) -> float:
    """Largest RssAnon of a command and its children while it runs, in MB."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(anonymous, family(process.pid))))
        time.sleep(0.01)
    said = process.stderr.read().decode(errors="replace").strip().splitlines() if process.stderr else []
    if process.returncode:
        raise Failed(f"ended {process.returncode}: {said[-1] if said else '(no message)'}")
    return peak / 1024


def family(pid: int) -> Iterable[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def anonymous(pid: int) -> int:
    """RssAnon in kB; 0 when the process is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def ratio(theirs: float, ours: float) -> str:
    return f"{theirs / ours:.2f}×"


# ---------------------------------------------------------------- the bench itself


class Bench:
    """The captures, the settings, and one method a section."""

    def __init__(self, args: argparse.Namespace, folder: Path) -> None:
        self.packets: int = args.packets
        self.rounds: int = args.rounds
        self.tshark_packets: int = min(args.tshark_packets, args.packets)
        self.memory_packets: list[int] = args.memory_packets
        self.folder = folder
        self.big = self.capture(self.packets)
        self.rows: list[Row] = []

    def capture(self, packets: int) -> Path:
        path = self.folder / f"bench-{packets}.pcap"
        if not path.exists():
            make_capture.make(path, packets)
        return path

    def add(
        self, section: str, what: str, ours: str, theirs: str = "", ratio: str = "", note: str = ""
    ) -> None:
        self.rows.append(Row(section, what, ours, theirs, ratio, note))

    def slice(self) -> Path:
        """The first packets of the big capture, for slow peers."""
        if self.tshark_packets == self.packets:
            return self.big
        path = self.folder / f"bench-{self.packets}-first-{self.tshark_packets}.pcap"
        if not path.exists():
            run(["editcap", "-F", "pcap", "-r", str(self.big), str(path), f"1-{self.tshark_packets}"])
        return path

    def scaled(self, took: float) -> tuple[float, str]:
        """tshark's time for the slice, scaled to the whole capture beyond its start-up time."""
        if self.tshark_packets == self.packets:
            return took, ""
        start = seconds(lambda: run(["tshark", "-v"]))
        whole = start + max(took - start, 0) * self.packets / self.tshark_packets
        return whole, f"tshark timed on {self.tshark_packets:,} packets, scaled"

    def known(self, names: list[str]) -> tuple[list[str], str]:
        """Those of the fields that there are, and a note on those missing."""
        import dissect as library

        found, missing = [], []
        with library.open(str(self.big)) as capture:
            for name in names:
                try:
                    capture.plan([name])
                    found.append(name)
                except KeyError:
                    missing.append(name)
        return found, f"no such field yet: {', '.join(missing)}" if missing else ""

    # -- sections -------------------------------------------------------------------------------------------

    def index(self) -> None:
        from dissect.capture import open_source

        def ours() -> None:
            source = open_source(str(self.big))
            count = sum(len(records) for records in source.chunks())
            source.close()
            if count != self.packets:
                raise Failed(f"{count} records of {self.packets}")

        def theirs() -> None:
            c_loop.find_records(self.big, self.packets)

        c_loop.library()
        a, b = in_turn(self.rounds, ours, theirs)
        ours_rate, loop_rate = (f"{t:.3f} s, {self.packets / t / 1e6:.1f} M/s" for t in (a, b))
        self.add("index", "all records, against a C loop", ours_rate, loop_rate, ratio(b, a))

    def columns(self) -> None:
        import dissect as library
        from dissect.capture import open_source

        def read(names: list[str]) -> Callable[[], None]:
            def job() -> None:
                with library.open(str(self.big)) as capture:
                    for _ in capture.batches(names):
                        pass

            return job

        def index() -> None:
            source = open_source(str(self.big))
            for _ in source.chunks():
                pass
            source.close()

        def arrays(names: list[str]) -> Callable[[], None]:
            def job() -> None:
                with library.open(str(self.big)) as capture:
                    for _ in capture.columns(names):
                        pass

            return job

        many, note = self.known(FORTY)
        jobs = read(many), arrays(many), read(["ip.len"]), arrays(["ip.len"]), index
        whole, bare_whole, one, bare_one, bare = in_turn(self.rounds, *jobs)
        for what, took, said in (
            (f"{len(many)} header fields, Arrow", whole, note),
            (f"{len(many)} header fields, NumPy", bare_whole, ""),
            ("one field (ip.len), Arrow", one, ""),
            ("one field (ip.len), NumPy", bare_one, ""),
        ):
            self.add("columns", what, f"{took:.3f} s", f"index {bare:.3f} s", "", note=said)
            self.add("columns", f"{what}, beyond the index", f"{max(took - bare, 0):.3f} s")

    def export(self) -> None:
        names, note = self.known(THIRTY_SIX)
        picked = [word for name in names for word in ("-e", name)]
        target = self.folder / "out.parquet"
        ours = dissect("export", self.big, "-o", target, *picked)
        theirs = ["tshark", "-n", "-r", str(self.slice()), "-T", "fields", *picked]
        a, b = in_turn(self.rounds, lambda: run(ours), lambda: run(theirs))
        b, how = self.scaled(b)
        what = f"{len(names)} fields to Parquet, against tshark -T fields"
        self.add(
            "export", what, f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note="; ".join(filter(None, (how, note)))
        )

    def list(self) -> None:
        theirs = ["tshark", "-n", "-r", str(self.slice())]
        a, b = in_turn(self.rounds, lambda: run(dissect("list", "-n", self.big)), lambda: run(theirs))
        b, how = self.scaled(b)
        self.add("list", "the packet list, against tshark", f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note=how)

    def filters(self) -> None:
        """Filters over an opened capture, beside `tshark -Y`; one from a cold command."""
        import dissect as library

        for text, kind, asked in FILTERS:
            found, known = list[int](), list[float]()

            def opening(text: str = text, found: list[int] = found) -> None:
                with library.open(str(self.big)) as capture:
                    found.append(len(capture.filter(text)))

            def opened(text: str = text, known: list[float] = known) -> None:
                with library.open(str(self.big)) as capture:
                    len(capture)
                    known.append(seconds(lambda: capture.filter(text)))

            theirs = ["tshark", "-n", "-r", str(self.slice()), "-Y", text]
            a, _, b = in_turn(self.rounds, opening, opened, lambda theirs=theirs: run(theirs))  # type: ignore[misc]
            b, how = self.scaled(b)
            note = "; ".join(filter(None, (f"{kind}, asked {asked}×", f"{found[0]:,} packets", how)))
            for what, took in (("opening included", a), ("packets were counted before", statistics.median(known))):
                self.add("filters", f"`{text}`, {what}", f"{took:.3f} s", f"{b:.2f} s", ratio(b, took), note=note)
        cold = dissect("list", self.big, "-Y", COLD, "-e", "frame.number")
        [a] = in_turn(self.rounds, lambda: run(cold))
        self.add("filters", f"cold command: `{COLD}`", f"{a:.3f} s", note="asked 0.5 s")

    def table(self) -> None:
        """The whole `packets` table, against tshark with the fields of LAYER_FIELDS."""
        names, _ = self.known(FORTY[:34])
        picked = [word for name in names for word in ("-e", name)]
        target = self.folder / "out.parquet"
        theirs = ["tshark", "-n", "-r", str(self.slice()), "-T", "fields", *picked]
        a, b = in_turn(self.rounds, lambda: run(dissect("export", self.big, "-o", target)), lambda: run(theirs))
        b, how = self.scaled(b)
        what = f"the packets table to Parquet, against tshark -T fields with {len(names)} fields"
        note = "; ".join(filter(None, ("asked 6×", how)))
        self.add("table", what, f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note=note)
        target.unlink(missing_ok=True)

    def start(self) -> None:
        small, middle = str(SMALL), str(self.packets // 2)
        pairs: list[tuple[str, Callable[[], object], Callable[[], object] | None]] = [
            ("--version", lambda: run(dissect("--version")), lambda: run(["tshark", "-v"])),
            (
                "list of a small capture",
                lambda: run(dissect("list", small)),
                lambda: run(["tshark", "-r", small]),
            ),
            ("list of the big one, head", lambda: first_lines(dissect("list", self.big)), None),
            (f"show {middle} of the big one", lambda: run(dissect("show", self.big, middle)), None),
        ]
        for what, ours, theirs in pairs:
            rounds = max(self.rounds, 3)
            try:
                if theirs is None:
                    [a] = in_turn(rounds, ours)
                    self.add("start", what, f"{a:.3f} s")
                else:
                    a, b = in_turn(rounds, ours, theirs)
                    self.add("start", what, f"{a:.3f} s", f"tshark {b:.3f} s", ratio(b, a))
            except Failed as problem:
                self.add("start", what, "failed", note=str(problem))

    def tree(self) -> None:
        """Trees of packets whose last layer is TCP: made, and made and every node of them looked at; by CPU time."""
        import dissect as library

        with library.open(str(self.big)) as capture:
            wanted = [i for i in range(3000) if capture[i].protocols.endswith(":ip:tcp")][:500]
            if not wanted:
                raise Failed("no packet that is only Ethernet, IP and TCP among the first 3,000")

            def made() -> None:
                for i in wanted:
                    _ = capture[i].tree

            def looked_at() -> None:
                for i in wanted:
                    for node in capture[i].tree.walk():
                        _ = node.value

            nodes = sum(1 for i in wanted for _ in capture[i].tree.walk()) / len(wanted)
            rows = (
                ("cap[i].tree of Ethernet/IP/TCP", made, "layers, lengths and ways; fields are made when looked at"),
                ("and every node of it", looked_at, f"{nodes:.0f} nodes a packet, values and expert notes among them"),
            )
            for what, job, note in rows:
                times = [processor_seconds(job) for _ in range(max(self.rounds, 5))]
                each = statistics.median(times) / len(wanted) * 1e6
                self.add("tree", what, f"{each:.1f} µs", note=note)

    def streams(self) -> None:
        """TCP analysis, conversations, hierarchy and following, by CPU time: the issue asks for 12, 15 and 15 times."""
        names = [n for n in analysis_fields() if self.known([n])[0]]
        picked = [word for name in names for word in ("-e", name)]
        target = self.folder / "out.parquet"
        tshark = ["tshark", "-n", "-r", str(self.slice())]
        pairs = (
            (f"{len(names)} tcp.analysis fields", dissect("export", self.big, "-o", target, *picked),
             [*tshark, "-T", "fields", *picked]),
            ("stats conversations --type tcp", dissect("stats", self.big, "conversations", "--type", "tcp"),
             [*tshark, "-q", "-z", "conv,tcp"]),
            ("stats hierarchy --headers", dissect("stats", self.big, "hierarchy", "--headers"),
             [*tshark, "-q", "-z", "io,phs"]),
            ("stats hierarchy", dissect("stats", self.big, "hierarchy"), [*tshark, "-q", "-z", "io,phs"]),
        )  # fmt: skip
        for what, ours, theirs in pairs:
            times = [(cpu_seconds(ours), cpu_seconds(theirs)) for _ in range(self.rounds)]
            a, b = (statistics.median(column) for column in zip(*times, strict=True))
            b, how = self.scaled(b)
            self.add("streams", f"{what}, CPU", f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note=how)
        [a] = in_turn(self.rounds, lambda: run(dissect("follow", self.big, "tcp", "5")))
        self.add("streams", "follow of one stream", f"{a:.2f} s")
        target.unlink(missing_ok=True)

    def memory(self) -> None:
        names, note = self.known(FORTY)
        chosen = ",".join(names)
        peaks: dict[str, list[float]] = {}
        for packets in self.memory_packets:
            path = self.capture(packets)
            target = self.folder / "out.parquet"
            jobs = {
                f"{len(names)} columns": [sys.executable, "-c", COLUMN_JOB, str(path), chosen],
                "export": dissect("export", path, "-o", target, *[w for n in names for w in ("-e", n)]),
            }
            for what, command in jobs.items():
                try:
                    peak = peak_anonymous(command)
                except Failed as problem:
                    self.add("memory", f"{what}, {packets:,} packets", "failed", note=str(problem))
                    continue
                peaks.setdefault(what, []).append(peak)
                self.add("memory", f"{what}, {packets:,} packets", f"{peak:.0f} MB anonymous", note=note)
            target.unlink(missing_ok=True)
        for what, found in peaks.items():
            if len(found) > 1:
                self.add(
                    "memory", f"{what}: largest capture against smallest", f"{found[-1] / found[0]:.2f}×"
                )


    def messages(self) -> None:
        """Captures of one application protocol: its main fields exported, and a name filter; in seconds of CPU."""
        count = min(self.packets, 200_000)
        for flavour, names in MESSAGE_FIELDS.items():
            path = self.folder / f"bench-{flavour}-{count}.pcap"
            if not path.exists():
                make_capture.make(path, count, flavour)
            picked = [word for name in names.split() for word in ("-e", name)]
            ours = dissect("export", path, "-o", self.folder / "out.parquet", *picked)
            theirs = ["tshark", "-n", "-r", str(path), "-T", "fields", *picked]
            a, b = (statistics.median(cpu_seconds(command) for _ in range(self.rounds)) for command in (ours, theirs))
            what = f"{len(picked) // 2} fields of {flavour}, {count:,} packets, CPU"
            self.add("messages", what, f"{a:.2f} s", f"{b:.2f} s", ratio(b, a))
        where = 'dns.qry.name == "www.example.com"'
        ours = dissect("list", "-n", self.big, "-Y", where, "-e", "frame.number")
        theirs = ["tshark", "-n", "-r", str(self.slice()), "-Y", where, "-T", "fields", "-e", "frame.number"]
        a, b = (statistics.median(cpu_seconds(command) for _ in range(self.rounds)) for command in (ours, theirs))
        b, how = self.scaled(b)
        self.add("messages", "a filter for a name of DNS, CPU", f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note=how)

    def fragments(self) -> None:
        """Half of the packets fragments, beside tshark; a flood that never completes, beside plain packets; CPU."""
        count = min(self.packets, 200_000)
        made = {}
        for kind in make_fragments.KINDS:
            made[kind] = self.folder / f"bench-{kind}-{count}.pcap"
            make_fragments.make(made[kind], count, kind)
        picked = [word for name in FRAGMENT_FIELDS.split() for word in ("-e", name)]
        tshark = ["tshark", "-n", "-r", str(made["half"]), "-T", "fields", *picked]
        target = self.folder / "out.parquet"
        for what, ours in (
            ("list -e", dissect("list", made["half"], "--format", "tsv", *picked)),
            ("export", dissect("export", made["half"], "-o", target, *picked)),
        ):
            times = [(cpu_seconds(ours), cpu_seconds(tshark)) for _ in range(self.rounds)]
            a, b = (statistics.median(column) for column in zip(*times, strict=True))
            what = f"{what}, {len(picked) // 2} fields, {count:,} packets, half of them fragments, CPU"
            self.add("fragments", what, f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note="asked 8×")
        flood, plain = (dissect("list", made[k], "--format", "tsv", "-e", "ip.id") for k in ("flood", "plain"))
        times = [(cpu_seconds(flood), cpu_seconds(plain)) for _ in range(self.rounds)]
        a, b = (statistics.median(column) for column in zip(*times, strict=True))
        what = f"a flood of {count:,} fragments, against packets that are none, CPU"
        self.add("fragments", what, f"{a:.2f} s", f"{b:.2f} s", ratio(b, a), note="asked 0.25×")
        target.unlink(missing_ok=True)


FRAGMENT_FIELDS = (
    "frame.number ip.src ip.dst ip.id ip.flags.mf ip.frag_offset ip.fragment ip.fragment.count ip.reassembled.length "
    "ip.reassembled_in udp.srcport udp.dstport udp.length"
)
MESSAGE_FIELDS = {
    "dns": "dns.id dns.flags.response dns.flags.rcode dns.count.answers dns.qry.name dns.qry.type dns.a",
    "http": "http.request.method http.host http.request.uri http.response.code http.user_agent",
}


def cpu_seconds(command: list[str]) -> float:
    """User and system seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


SECTIONS = (
    "index", "columns", "filters", "export", "table", "list", "start", "tree", "memory", "messages", "streams",
    "fragments",
)  # fmt: skip


# ---------------------------------------------------------------- the report


def version_of(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def machine() -> str:
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    tshark = "absent"
    if shutil.which("tshark"):
        said = subprocess.run(["tshark", "-v"], capture_output=True, text=True, check=False).stdout
        tshark = said.splitlines()[0].split()[-1].rstrip(".)") if said else "?"
    return (
        f"{len(os.sched_getaffinity(0))} cores ({model}), Linux {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, pyarrow {version_of('pyarrow')}, "
        f"tshark {tshark}"
    )


def table(rows: list[Row]) -> str:
    lines = [
        "| section | what | ours | theirs | theirs / ours | note |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for r in rows:
        cells = (r.section, r.what, r.ours, r.theirs, r.ratio, r.note)
        lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
    return "\n".join(lines)


def report(bench: Bench, sections: Iterable[str]) -> bool:
    """Run the sections and print the table; whether all of it worked."""
    for section in sections:
        begin = time.perf_counter()
        try:
            getattr(bench, section)()
        except Exception as problem:  # anything under test may be broken: say so, and go on
            bench.add(
                section, "", "failed", note=f"{type(problem).__name__}: {problem}".splitlines()[0][:200]
            )
        print(f"{section}: {time.perf_counter() - begin:.1f} s", file=sys.stderr)
    print(f"{machine()}\n")
    size = bench.big.stat().st_size / 1e6
    print(f"{bench.packets:,} packets, {size:.0f} MB; medians of {bench.rounds} rounds run in turn.\n")
    print(table(bench.rows))
    return not any(r.ours == "failed" for r in bench.rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sections", default=",".join(SECTIONS), help="some of: %(default)s")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--tshark-packets", type=int, default=10**9, help="let tshark read only so many, and scale"
    )
    parser.add_argument(
        "--memory-packets", default="1000000,10000000", help="capture sizes of the memory section"
    )
    parser.add_argument("--folder", type=Path, help="keep the captures here (default: a temporary folder)")
    parser.add_argument("--smoke", action="store_true", help="20,000 packets, one round: does it run?")
    args = parser.parse_args()
    if args.smoke:
        args.packets, args.rounds, args.memory_packets = 20_000, 1, "20000,40000"
    args.memory_packets = [int(n) for n in args.memory_packets.split(",")]
    sections = args.sections.split(",")
    if unknown := set(sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    if args.folder:
        args.folder.mkdir(parents=True, exist_ok=True)
        return 0 if report(Bench(args, args.folder), sections) else 1
    with tempfile.TemporaryDirectory(prefix="dissect-bench-") as folder:
        return 0 if report(Bench(args, Path(folder)), sections) else 1


if __name__ == "__main__":
    sys.exit(main())
