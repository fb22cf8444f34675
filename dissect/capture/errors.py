"""The one exception of the readers and writers: always one line that names the file and the place in it."""

from __future__ import annotations


class CaptureError(Exception):
    """A file that cannot be read (or written), or only in part.

    ``path`` is the file, ``offset`` the byte where it went wrong, ``packet`` how many packets were read
    before that, and ``expected`` says what should have been there and what was found.
    """

    def __init__(
        self, path: str, expected: str, offset: int | None = None, packet: int | None = None
    ) -> None:
        self.path = path
        self.expected = expected
        self.offset = offset
        self.packet = packet
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ""
        if self.packet is not None:
            place = f"packet {self.packet + 1}, "
        if self.offset is not None:
            place += f"byte {self.offset}: "
        return f"{self.path}: {place}{self.expected}"

    def __reduce__(self) -> tuple[type[CaptureError], tuple[str, str, int | None, int | None]]:
        return type(self), (self.path, self.expected, self.offset, self.packet)
