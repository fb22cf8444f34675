"""Checks of captures for CI: rules, what does not hold, reports.

`builtin` has the rules that need no file, `ruleset` reads rule files, `named` evaluates them; `reports` writes what was
found, one file a format.
"""

from __future__ import annotations

from dissect.check.model import SEVERITIES, Failure, Report, Rule, Spot
from dissect.check.ruleset import RuleError, Ruleset, read_rules
from dissect.check.run import check_capture

__all__ = [
    "SEVERITIES", "Failure", "Report", "Rule", "RuleError", "Ruleset", "Spot", "check_capture", "read_rules",
]  # fmt: skip
