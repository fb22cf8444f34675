"""The small services of old: echo (RFC 862), character generator (RFC 864), daytime (RFC 867), time (RFC 868).

    whatever was said, said again; lines of characters; a line that tells the time; seconds since 1900 in 32 bits
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dissect.engine.cursor import Cursor
from dissect.engine.fields import BOOLEAN, UINT32, Field, raw, string
from dissect.engine.layer import Layer
from dissect.layers.sides import sent_from, sent_to

ECHO, DAYTIME, CHARGEN, TIME = 7, 13, 19, 37


class Echo(Layer):
    """What is said to the echo service, and what it says."""

    name, label, column = "echo", "Echo", "ECHO"
    binds = {"tcp.port": (ECHO,), "udp.port": (ECHO,)}

    request = Field("echo.request", "Echo request", BOOLEAN, hidden=True)
    response = Field("echo.response", "Echo response", BOOLEAN, hidden=True)
    data = raw(None, "echo.data", "Echo data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        asks = sent_to(c, ECHO)
        c.derived(cls.request if asks else cls.response, True)
        c.info("Request" if asks else "Response")
        c.rest(cls.data)


class Chargen(Layer):
    """Characters."""

    name, label, column = "chargen", "Character Generator Protocol", "Chargen"
    binds = {"tcp.port": (CHARGEN,), "udp.port": (CHARGEN,)}

    data = string(None, "chargen.data", "Data")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        c.info("Chargen Response" if sent_from(c, CHARGEN) else "Chargen Request")
        if c.remaining:
            c.add(cls.data, c.remaining)


class Daytime(Layer):
    """The time as a line of text."""

    name, label, column = "daytime", "Daytime Protocol", "DAYTIME"
    binds = {"tcp.port": (DAYTIME,), "udp.port": (DAYTIME,)}

    answers = Field("daytime.response_request", "Type", BOOLEAN)
    text = string(None, "daytime.string", "Daytime")

    @classmethod
    def decode(cls, c: Cursor) -> None:
        answers = sent_from(c, DAYTIME)
        c.info(f"DAYTIME {'Response' if answers else 'Request'}")
        c.derived(cls.answers, answers)
        if answers and c.remaining:
            c.add(cls.text, c.remaining)


class Time(Layer):
    """The time as seconds."""

    name, label, column = "time", "Time Protocol", "TIME"
    binds = {"tcp.port": (TIME,), "udp.port": (TIME,)}

    answers = Field("time.response", "Type", BOOLEAN)
    seconds = Field("time.time", "Time", UINT32)

    @classmethod
    def decode(cls, c: Cursor) -> None:
        answers = sent_from(c, TIME)
        c.info(f"TIME {'Response' if answers else 'Request'}")
        c.derived(cls.answers, answers)
        if answers:
            when = datetime(1900, 1, 1, tzinfo=UTC) + timedelta(seconds=c.peek(4))
            c.add(cls.seconds, text=f"{when:%b %d, %Y %H:%M:%S} UTC")
