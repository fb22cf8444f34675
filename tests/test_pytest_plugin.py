"""The pytest plug-in, as a project of its own would use it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.corpus import ROOT, SAMPLES

pytest_plugins = ["pytester"]
BROKEN, WHOLE = SAMPLES / "blackhole-v4-client.pcap", SAMPLES / "tour.pcapng"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with captures; the plug-in is there once, installed or not."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for path in (BROKEN, WHOLE):
        shutil.copyfile(path, pytester.path / path.name)
    return pytester


def run(project: pytest.Pytester, body: str, *arguments: str) -> pytest.RunResult:
    project.makepyfile(f"def test_it(capture):\n    trace = capture('{WHOLE.name}')\n    {body}\n")
    return project.runpytest("-p", "dissect.pytest_plugin", *arguments)


@pytest.mark.parametrize(
    "body",
    [
        "trace.expect('dns', '>= 3')",
        "trace.expect('tcp.flags.reset == 1', '<= 10% of tcp')",
        "trace.check()",
        f"trace.same_as('{WHOLE.name}')",
        "assert trace.count('arp') == len(trace.packets('arp')) > 0 and len(trace) == 242",
    ],
)
def test_what_holds_passes(project: pytest.Pytester, body: str) -> None:
    run(project, body).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("trace.expect('tcp.flags.reset == 1', 'none', why='no resets')",
         ["*tour.pcapng: 1 failed", "*1 packet matches; expected none*", "*why      no resets*", "*RST*"]),
        ("trace.expect('dns', '<= 1% of frame')", ["*of 242 packets (*%) match; expected <= 1% of frame*"]),
        (f"capture('{BROKEN.name}').check()", ["*M01 error: *black hole*", "*fix *", "*TCP 1514*"]),
        ("trace.check('rules.toml')", ["*no-arp error*"]),
        (f"trace.same_as('{BROKEN.name}')", ["*D02 error: Flow appeared*", "*→ *"]),
        ("trace.same_as('none.pcap')", ["*run pytest --capture-update*"]),
        ("capture('none.pcap')", ["*none.pcap: cannot be opened*"]),
    ],
)  # fmt: skip
def test_what_does_not_fails_and_says_why(project: pytest.Pytester, body: str, lines: list[str]) -> None:
    rules = '[[check]]\nname = "no-arp"\nfilter = "arp"\nexpect = "none"\n'
    (project.path / "rules.toml").write_text(rules, encoding="utf-8")
    result = run(project, body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(lines)
    assert "Traceback" not in result.stdout.str() and "pytest_plugin.py" not in result.stdout.str()


def test_a_golden_capture_is_written_when_asked(project: pytest.Pytester) -> None:
    golden = project.path / "golden" / "it.pcapng"
    run(project, "trace.same_as('golden/it.pcapng')").assert_outcomes(failed=1)
    run(project, "trace.same_as('golden/it.pcapng')", "--capture-update").assert_outcomes(passed=1)
    assert golden.read_bytes() == Path(WHOLE).read_bytes()
    run(project, "trace.same_as('golden/it.pcapng')").assert_outcomes(passed=1)


def test_it_costs_nothing_until_it_is_asked(project: pytest.Pytester) -> None:
    project.makepyfile("import sys\ndef test_it():\n    assert 'numpy' not in sys.modules\n")
    result = project.runpytest_subprocess("-p", "dissect.pytest_plugin")
    result.assert_outcomes(passed=1)
