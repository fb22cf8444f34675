"""What a segment or datagram owes to its stream: see passes.streams.  A packet that stands alone has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.fields import RELATIVE_TIME, Field, framenum, u32, where

CLOSED_BY_PEER = 1 << 9  # beside what was seen of a connection (`Known.complete`): a FIN that is not the first side's


def in_stream(h: Any) -> Any:
    """Whether a header is whole, and its stream can be known."""
    found = h.__dict__.get("_in_stream")
    if found is None:
        found = h.__dict__["_in_stream"] = (h.streams is not None) & (h.end - h.start >= h.layer.enough)
    return found


class Nothing:
    """What is known of a packet that stands alone."""

    stream = relative = delta = complete = 0
    base = back = scale = -1


def known(h: Any) -> Any:
    """What is known of a header's stream."""
    return Nothing if h.streams is None else h.streams.known(h)


def quoted(h: Any) -> bool:
    """Whether an error message quotes the header: its numbers are then left as they are."""
    found = h.__dict__.get("_quoted")
    if found is None:
        found = h.__dict__["_quoted"] = h.outer("icmp", "icmpv6") is not None
    return bool(found)


def empty(h: Any) -> Any:
    """Whether a datagram carries nothing: Wireshark's clock of its stream does not see it."""
    return h.limit - h.start <= h.layer.size


def relative(h: Any, number: Any, base: str) -> Any:
    """A sequence number counted from its stream's first; as it is where that is not known."""
    if h.streams is None or quoted(h):
        return number
    first = getattr(known(h), base)
    return where(first < 0, number, (number - first) & 0xFFFFFFFF)


def conversation_field(name: str) -> Field:
    """`ip.stream`: which conversation a header belongs to.  It is looked for when it is asked for, not to draw trees."""
    return u32(None, name, "Stream index", value=conversation, when=in_stream, hidden=True)


def conversation(h: Any) -> Any:
    """The number of a header's conversation; -1 where it has none, or stands alone."""
    return -1 if h.streams is None else h.streams.conversation(h)


def heard_of(h: Any) -> Any:
    """What the messages before a header's have told of it; None for nothing, or where it stands alone."""
    return None if h.streams is None else h.streams.talk(h)


class Alone:
    """What is known of a question or answer that stands alone."""

    asked = again = alone = answered = 0
    since = -1


def exchange(h: Any) -> Any:
    """What question a header, or a group's, answers."""
    if h.streams is None or h.layer.name not in h.streams.links or quoted(h):
        return Alone
    found = h.__dict__.get("_exchange")
    if found is None:
        found = h.__dict__["_exchange"] = h.streams.exchange(h)
    return found


def request_in(packet: int) -> str:
    """What the list says of an answer whose request is known."""
    return f" (request in {packet})" if packet else ""


def answering(h: Any) -> str:
    """The same, of one header."""
    return request_in(exchange(h).asked)


def linked(name: str, label: str, part: str, told: Callable[[Any], Any] = in_stream, **more: Any) -> Field:
    """A packet's number that a question or answer has to do with; `told`: of which headers it is."""
    return framenum(
        None, name, label, value=lambda h: getattr(exchange(h), part),
        when=lambda h: told(h) & (getattr(exchange(h), part) > 0), linked=True, **more,
    )  # fmt: skip


def stream_fields(layer: str, label: str, timed: Callable[[Any], Any]) -> tuple[Field, ...]:
    """`tcp.stream`, `tcp.time_relative`, `tcp.time_delta`.  `timed`: which headers of a stream have these times."""
    when = lambda h: in_stream(h) & timed(h)
    since = f"Time since %s frame in this {label} stream"
    return (
        u32(None, f"{layer}.stream", "Stream index", value=lambda h: known(h).stream, when=in_stream),
        Field(
            f"{layer}.time_relative", since % "first", RELATIVE_TIME, value=lambda h: known(h).relative, when=when
        ),
        Field(f"{layer}.time_delta", since % "previous", RELATIVE_TIME, value=lambda h: known(h).delta, when=when),
    )
