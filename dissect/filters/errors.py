"""What is wrong with a filter, and where."""

from __future__ import annotations

from dataclasses import dataclass


def marked(text: str, start: int, end: int) -> str:
    """The filter on a line, and below it a caret with a tail under the part from `start` to `end`."""
    line = "".join(c if c.isprintable() else " " for c in text)
    tail = "~" * (min(end, len(line)) - start - 1)
    return f"  {line}\n  {' ' * start}^{tail}"


class FilterError(ValueError):
    """A filter that makes no sense.  `start` and `end` are the columns (from 0) of the part that does not."""

    def __init__(self, message: str, text: str, start: int, end: int | None = None) -> None:
        super().__init__(message)
        self.message, self.text = message, text
        self.start = max(0, min(start, len(text)))
        self.end = max(self.start + 1, end if end is not None else start + 1)

    def __str__(self) -> str:
        return f"{self.message}\n{marked(self.text, self.start, self.end)}"


@dataclass(frozen=True, slots=True)
class FilterWarning:
    """A trap in a filter that does make sense."""

    message: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.message}\n{marked(self.text, self.start, self.end)}"
