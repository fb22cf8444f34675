"""What a check says: rules, their failures, and the report of a capture."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

SEVERITIES = ("note", "warning", "error")
MOST_EVIDENCE = 20  # packets listed of a failure; the others are counted


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is checked.  `code` names it: `C02` (built in), `M01` (path MTU), or the name in a rule file."""

    code: str
    title: str
    severity: str
    why: str
    remedy: str
    tags: tuple[str, ...] = ()
    where: str = ""  # file and line, of a rule in a file
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A packet that shows it: its number, and where its record's bytes are in the file (-1: not known).

    `file`: which file, where it is not the report's own (a comparison's golden capture).
    """

    packet: int
    why: str
    offset: int = -1
    size: int = 0
    file: str = ""


@dataclass(slots=True)
class Failure:
    """A rule that does not hold for `subject` (a path, a name, a protocol; "" for the capture as a whole)."""

    rule: Rule
    subject: str
    what: str
    spots: list[Spot] = field(default_factory=list)
    count: int = 0
    severity: str = ""
    filter: str = ""
    known: bool = False  # the baseline has it

    def __post_init__(self) -> None:
        self.severity = self.severity or self.rule.severity
        self.count = self.count or len(self.spots)
        self.spots = self.spots[:MOST_EVIDENCE]

    def packets(self, most: int) -> str:
        """The numbers of the first packets that show it (`3, 7, …`), and of which file where it is another."""
        numbers = ", ".join(str(spot.packet) for spot in self.spots[:most])
        numbers += ", …" if numbers and self.count > min(len(self.spots), most) else ""
        return f"{numbers} of {self.spots[0].file}" if numbers and self.spots[0].file else numbers

    @property
    def fingerprint(self) -> str:
        """The same for the same failure in another recording: no packet numbers, times or passing ports in it."""
        about = stable(self.subject) or re.sub(r"[\d,.]+", "#", self.what)
        return hashlib.sha256(f"{self.rule.code}\0{about}".encode()).hexdigest()[:20]


@dataclass(slots=True)
class Report:
    """What was checked in a capture, and what does not hold."""

    file: str
    packets: int
    rules: list[Rule]
    failures: list[Failure]
    damage: str = ""

    def at_least(self, severity: str) -> list[Failure]:
        """The failures that count: as grave as that or more, and not in the baseline."""
        level = SEVERITIES.index(severity)
        return [f for f in self.failures if not f.known and SEVERITIES.index(f.severity) >= level]


PASSING_PORT = re.compile(r"(?<=[:\]])(?:3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[4-6]\d{4})\b")


def stable(subject: str) -> str:
    """A subject without what changes from one recording to the next: ports of the ephemeral range (RFC 6335)."""
    return PASSING_PORT.sub("*", subject)
