"""What a comparison can find, by code."""

from __future__ import annotations

from dissect.check.model import Rule

_IGNORE = "If this may change, name it in --ignore; if the new behaviour is right, take the new capture as golden."
RULES = {
    code: Rule(code, title, "error", why, remedy, ("diff",))
    for code, title, why, remedy in (
        ("D01", "Flow vanished", "Who talked in the golden capture does not in the new one.",
         "Look whether the client still asks, and the name, address and port that it uses."),
        ("D02", "Flow appeared", "Somebody talks who did not in the golden capture.",
         "Look who opens it; if it belongs there, take the new capture as golden, or filter it away (-Y)."),
        ("D03", "Messages vanished", "Something is not said any more.", _IGNORE),
        ("D04", "Messages appeared", "Something is said that was not, or more often.", _IGNORE),
        ("D05", "Field changed", "The same message says something else.", _IGNORE),
        ("D06", "Timing shifted", "A message comes sooner or later behind the one before it than it did.",
         "Look at what the sender waits for; or allow more (--tolerance)."),
        ("D07", "New finding", "A check fails that did not in the golden capture.", "See the finding's own remedy."),
        ("D08", "Finding gone", "A check that failed in the golden capture does not now.",
         "Take the new capture as golden."),
    )
}  # fmt: skip
