"""Lines of mail's protocols that several segments bring: commands as they are typed, answers, texts."""

from __future__ import annotations

from tests.crafted.frames import Talk

LAYERS = ("tcp", "smtp", "imap")
TEXT = b"".join(b"line %d of the text\r\n" % number for number in range(30))
FOLDERS = b"".join(b'* LIST (\\HasNoChildren) "." folder%d\r\n' % number for number in range(12))
OPENING = ((1, b"220 hi\r\n"), (0, b"EHLO x\r\n"), (1, b"250-a\r\n250 b\r\n"), (0, b"MAIL FROM:<a@b>\r\n"), (1, b"250 ok\r\n"))
DATA = ((0, b"RCPT TO:<a@b>\r\n"), (1, b"250 ok\r\n"), (0, b"DATA\r\n"), (1, b"354 go\r\n"))


def talk(number: int, port: int, *said: tuple[int, bytes], size: int = 1000) -> list[bytes]:
    out = Talk(40000 + number, port)
    for side, octets in said:
        for at in range(0, len(octets), size):
            (out.answers if side else out.asks)(octets[at : at + size])
    return out.packets


PACKETS = [
    *talk(1, 25, *OPENING, *DATA, (0, b"Subject: x\r\n\r\n" + b"x" * 500 + b"\r\ny\r\n.\r\n"), (1, b"250 queued\r\n"), size=200),
    *talk(2, 25, (1, b"220 hi\r\n"), (0, b"HELO x\r\n"), (1, b"250 ok\r\n"), (0, b"QUIT\r\n"), (1, b"221 bye\r\n"), size=3),
    *talk(3, 143, (1, b"* OK hi\r\n"), (0, b"a1 NOOP\r\n"), (1, b"a1 OK\r\n"), size=4),
    *talk(4, 143, (1, b"* OK hi\r\n"), (0, b'a1 LIST "" *\r\n'), (1, FOLDERS + b"a1 OK done\r\n"), size=100),
    *talk(5, 143, (1, b"* OK hi\r\n"), (0, b"a1 APPEND x {%d}\r\n" % len(TEXT)), (1, b"+ go\r\n"), (0, TEXT + b"\r\n"), size=150),
]  # fmt: skip
