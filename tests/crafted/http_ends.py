"""HTTP answers without a length: they end with the connection, but for those that never have a body."""

from __future__ import annotations

from tests.crafted.frames import Talk

LAYERS = ("tcp", "http")
HEADS = (
    "1.1 301 Moved\r\nLocation: /x", "1.1 200 OK\r\nConnection: close", "1.1 404 No", "1.1 200 OK\r\nConnection: keep-alive",
    "1.1 200 OK\r\nContent-Type: a/b", "1.1 204 No", "1.1 304 No", "1.1 100 Continue", "1.0 200 OK\r\nDate: x",
    "1.1 101 S\r\nUpgrade: websocket", "1.1 407 Who\r\nContent-Length: 3",
)  # fmt: skip
QUESTIONS = ("GET", "HEAD", "CONNECT", "")


def talk(port: int, *said: tuple[int, str], ends: bool = False) -> list[bytes]:
    out = Talk(port, 80)
    for side, text in said:
        (out.answers if side else out.asks)(text.encode())
    if ends:
        out.ends(1)
    return out.packets


def answered(question: str, head: str, port: int) -> list[bytes]:
    asks = [(0, f"{question} / HTTP/1.1\r\nHost: a\r\n\r\n")] if question else []
    return talk(port, *asks, (1, f"HTTP/{head}\r\n\r\n" + "abc" * ("Length" in head and question != "HEAD")))


CASES = [(question, head) for question in QUESTIONS for head in HEADS]
GET, PLAIN = (0, "GET / HTTP/1.0\r\n\r\n"), "HTTP/1.0 200 OK\r\n\r\n"
PACKETS = [
    *(packet for number, case in enumerate(CASES) for packet in answered(*case, 41000 + number)),
    *talk(42000, GET, (1, PLAIN + "hello"), (1, "more"), ends=True),
    *talk(42001, GET, (1, "HTTP/1.0 20"), (1, "0 OK\r\n\r\nabc"), (1, "def"), ends=True),
    *talk(42002, GET, (1, PLAIN), ends=True), *talk(42003, (1, PLAIN), (1, "text"), ends=True),
]  # fmt: skip
