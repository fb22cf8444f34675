"""Captures in pytest: the `capture` fixture, assertions with readable failures, golden captures.

    def test_login(capture):
        trace = capture("login.pcap")
        trace.expect("tcp.flags.reset == 1", "none")
        trace.check()
        trace.same_as("golden/login.pcap")

pytest loads this module by itself (entry point `pytest11`), so it imports nothing of the analyzer before a test asks.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dissect.check import Failure, Report
    from dissect.filters import Filter
    from dissect.library import Capture
    from dissect.packet import Packet

SHOWN = 8  # packets that a failure lists


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--capture-update`: golden captures become what the tests have now."""
    group = parser.getgroup("captures")
    group.addoption("--capture-update", action="store_true", help="write golden captures anew from what tests have now")


class Trace:
    """A capture in a test.  What does not hold fails the test and lists the packets that show it."""

    def __init__(self, path: Path, cap: Capture, base: Path, update: bool) -> None:
        self.path, self.cap = path, cap
        self._base, self._update = base, update

    def __len__(self) -> int:
        return len(self.cap)

    def packets(self, filter: str) -> list[Packet]:
        """The packets that a display filter lets through."""
        return [self.cap[row] for row in self.cap.filter(filter).tolist()]

    def count(self, filter: str) -> int:
        """How many packets a display filter lets through."""
        return len(self.cap.filter(filter))

    def expect(self, filter: str, expect: str = "some", why: str = "") -> None:
        """Fail unless as many packets pass as expected: `none`, `some`, `== 3`, `<= 1% of tcp`."""
        from dissect.check.expect import expectation
        from dissect.check.model import Rule
        from dissect.check.named import failures
        from dissect.check.ruleset import Named

        wanted = expectation(expect)
        share = self._compiled(wanted.share) if wanted.share else None
        rule = Rule("expect", f"{filter}: {expect}", "error", why, "", filter=filter)
        self._fail(failures(Named(rule, "expect", self._compiled(filter), wanted, share), self.cap, str(self.path)))

    def check(self, *rules: str | Path, fail_on: str = "error") -> Report:
        """Fail where a built-in check or one of these rule files (paths from the test's folder) does not hold."""
        from dissect.check import check_capture, read_rules

        files = [str(self._base / rule) for rule in rules]
        report = check_capture(self.cap, str(self.path), read_rules(files, self.cap.registry))
        self._fail(report.at_least(fail_on))
        return report

    def same_as(
        self, golden: str | Path, ignore: Sequence[str] = (), compare: Sequence[str] = (), tolerance: str | None = None,
        findings: bool = True,
    ) -> None:  # fmt: skip
        """Fail where this capture differs from a golden one (see `dissect diff`).

        With `--capture-update` it becomes the golden one instead.
        """
        import dissect
        from dissect.diff import Diff, Masks, diff_captures
        from dissect.durations import duration

        path = self._base / golden
        if self._update:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.resolve() != self.path.resolve():
                shutil.copyfile(self.path, path)
            return
        if not path.exists():
            pytest.fail(f"no golden capture {path}: look at {self.path}, then run pytest --capture-update", False)
        how = Diff(Masks(ignore, compare), None, duration(tolerance) if tolerance else None, findings)
        with dissect.open(path) as before:
            self._fail(diff_captures(before, self.cap, how, (str(path), str(self.path))).failures)

    def _compiled(self, filter: str) -> Filter:
        from dissect.filters import compile_filter

        return compile_filter(filter, self.cap.registry)

    def _fail(self, found: Iterator[Failure] | Sequence[Failure]) -> None:
        from dissect.check.reports.text import failure_lines

        failures = list(found)
        if not failures:
            return
        lines = [f"{self.path}: {len(failures)} failed"]
        for failure in failures:
            lines += ["", *failure_lines(failure)]
            lines += self._lines([spot.packet for spot in failure.spots if not spot.file][:SHOWN])
        pytest.fail("\n".join(lines), pytrace=False)

    def _lines(self, numbers: Sequence[int]) -> Iterator[str]:
        """The packets as the packet list has them."""
        for line in self.cap.lines([number - 1 for number in sorted(set(numbers))]):
            yield f"      {line.number:>6} {line.source} → {line.destination} {line.protocol} {line.length} {line.info}"


@pytest.fixture
def capture(request: pytest.FixtureRequest) -> Iterator[Callable[[str | Path], Trace]]:
    """Open a capture, by its path from the test's folder; closed after the test."""
    import dissect

    base = request.path.parent
    update = bool(request.config.getoption("--capture-update"))
    with ExitStack() as opened:

        def open_(path: str | Path) -> Trace:
            found = base / path
            try:
                return Trace(found, opened.enter_context(dissect.open(found)), base, update)
            except dissect.CaptureError as error:
                pytest.fail(str(error), pytrace=False)

        yield open_
