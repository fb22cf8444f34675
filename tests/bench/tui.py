"""How long the terminal interface makes its user wait: one JSON object of seconds (and MB).

    python tests/bench/tui.py CAPTURE [--filter TEXT] [--hasty]

`first_screen` counts from the start of the process (interpreter and imports included) to lines in the list;
`filter_first` to the first packets of a filter, `filter` to all of them; `…_cpu` is time of the processor, which a busy
machine does not stretch; `blocked…` is the longest time meanwhile in which the screen could not have answered a key;
`all_known` is when every line has what other packets tell of it (not waited for if `--hasty`), or
when no more is learned for want of memory; `known` packets then have it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)  # not this folder: the script has the name of the package


async def until(condition: Callable[[], Any]) -> float:
    """Wait for it; the longest time in which nothing else could run."""
    longest, last = 0.0, time.perf_counter()
    while not condition():
        await asyncio.sleep(0.002)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


def anonymous_memory() -> float:
    """MB of our own; the mapped file's pages belong to the system."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(path: str, text: str, begun: float, hasty: bool) -> dict[str, float]:
    """One session."""
    gc.disable()  # as `dissect open` does
    import dissect
    from tui.app import Dissect

    out: dict[str, float] = {}
    app = Dissect(dissect.open(path))
    async with app.run_test(size=(120, 36)) as pilot:
        main = app._main
        await until(lambda: main.is_mounted and main.packets._pages)  # the screen has asked for lines
        out["first_screen"] = time.time() - begun
        out["first_screen_cpu"] = time.process_time()
        out["blocked_reading"] = await until(lambda: main.done)
        out["whole_file"] = time.time() - begun
        out["packets"] = main.packets.total
        # a first time for each, then, where nothing of it is kept, one that counts
        for turn in (4, 2):
            steps: list[tuple[str, Callable[[], Any]]] = [
                ("page_down", lambda: main.packets.action_page(1)),
                ("end", lambda: main.packets.action_jump(-1)),
                ("home", lambda: main.packets.action_jump(0)),
                ("go_to", lambda: main.jump_to(main.packets.total // turn)),  # noqa: B023
            ]
            for name, step in steps:
                main.packets.forget()
                start, spent = time.perf_counter(), time.thread_time()
                step()
                main.show_packet()
                for y in range(main.packets.size.height):
                    main.packets.render_line(y)
                out[name], out[f"{name}_cpu"] = time.perf_counter() - start, time.thread_time() - spent
                await pilot.pause(0.1)
        start, spent = time.perf_counter(), time.process_time()
        main.apply_filter(text)
        blocked = await until(lambda: main.packets.rows is not None)
        out["filter_first"] = time.perf_counter() - start
        out["blocked_filtering"] = max(blocked, await until(lambda: main.note == ""))
        out["filter"], out["filter_cpu"] = time.perf_counter() - start, time.process_time() - spent
        out["passed"] = main.packets.count
        if not hasty:
            out["blocked_relating"] = await until(lambda: main.known or main.behind.full)
            out["all_known"], out["known"] = time.time() - begun, main.behind.known
    out["memory_mb"] = anonymous_memory()
    return {name: round(value, 3) for name, value in out.items()}


def main() -> None:
    """Measure in a process of its own, whose start is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture")
    parser.add_argument("--filter", default="tcp.port == 443 && ip.ttl < 64")
    parser.add_argument("--hasty", action="store_true")
    parser.add_argument("--begun", type=float, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.begun is None:
        words = [sys.executable, __file__, chosen.capture, "--filter", chosen.filter, *["--hasty"] * chosen.hasty]
        words += ["--begun", repr(time.time())]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DISSECT_CONFIG": os.devnull}
        if environment.pop("PYTHONDONTWRITEBYTECODE", None):  # an installed program has its bytecode
            environment["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp()
            subprocess.run(words, env=environment, stdout=subprocess.DEVNULL)
            words[-1] = repr(time.time())
        sys.exit(subprocess.run(words, env=environment).returncode)
    print(json.dumps(asyncio.run(measure(chosen.capture, chosen.filter, chosen.begun, chosen.hasty)), indent=1))


if __name__ == "__main__":
    main()
