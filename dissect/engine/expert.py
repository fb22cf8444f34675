"""Expert notes as fields, so that filters and columns reach them: `_ws.expert` and what is below it.

Groups and severities have Wireshark's numbers (epan/proto.h, PI_GROUP_MASK and PI_SEVERITY_MASK).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dissect.engine.fields import PROTOCOL, STRING, UINT32, Field

if TYPE_CHECKING:
    from dissect.engine.tree import Expert

NAMES = (
    "Checksum", "Sequence", "Response", "Request", "Undecoded", "Reassemble", "Malformed", "Debug", "Protocol",
    "Security", "Comment", "Decryption", "Assumption", "Deprecated", "Receive", "Interface", "Dissector bug",
)  # fmt: skip
PATH_MTU = "Path MTU"  # a group of our own
GROUPS = {number << 24: name for number, name in enumerate((*NAMES, PATH_MTU), 1)}
SEVERITIES = {0x100000: "Comment", 0x200000: "Chat", 0x400000: "Note", 0x600000: "Warning", 0x800000: "Error"}
GROUP_NUMBERS = {name: number for number, name in GROUPS.items()}
SEVERITY_NUMBERS = {"comment": 0x100000, "chat": 0x200000, "note": 0x400000, "warn": 0x600000, "error": 0x800000}

EXPERT = Field("_ws.expert", "Expert Info", PROTOCOL, layer="_ws.expert")
MESSAGE = Field("_ws.expert.message", "Message", STRING, layer="_ws.expert")
GROUP = Field("_ws.expert.group", "Group", UINT32, names=GROUPS, layer="_ws.expert")
SEVERITY = Field("_ws.expert.severity", "Severity level", UINT32, names=SEVERITIES, layer="_ws.expert")


def told(note: Expert) -> Iterator[tuple[Field, object]]:
    """The fields and values of a note."""
    yield EXPERT, True
    yield MESSAGE, note.message
    yield GROUP, GROUP_NUMBERS.get(note.group, 0)
    yield SEVERITY, SEVERITY_NUMBERS[note.severity]
