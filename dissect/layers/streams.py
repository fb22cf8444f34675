"""What a segment or datagram owes to its stream: see passes.streams.  A packet that stands alone has none."""

from __future__ import annotations

from typing import Any

from dissect.engine.fields import RELATIVE_TIME, Field, u32, where


def in_stream(h: Any) -> Any:
    """Whether a header is whole, and its stream can be known."""
    return (h.streams is not None) & (h.end - h.start >= h.layer.size)


class Nothing:
    """What is known of a packet that stands alone."""

    stream = relative = delta = 0
    base = back = scale = -1


def known(h: Any) -> Any:
    """What is known of a header's stream."""
    return Nothing if h.streams is None else h.streams.known(h)


def quoted(h: Any) -> bool:
    """Whether an error message quotes the header: its numbers are then left as they are."""
    return h.outer("icmp", "icmpv6") is not None


def relative(h: Any, number: Any, base: str) -> Any:
    """A sequence number counted from its stream's first; as it is where that is not known."""
    if h.streams is None or quoted(h):
        return number
    first = getattr(known(h), base)
    return where(first < 0, number, (number - first) & 0xFFFFFFFF)


def stream_fields(layer: str, label: str) -> tuple[Field, ...]:
    """`tcp.stream`, `tcp.time_relative`, `tcp.time_delta`."""
    when = in_stream if layer == "tcp" else lambda h: in_stream(h) & (quoted(h) == 0)
    since = f"Time since %s frame in this {label} stream"
    return (
        u32(None, f"{layer}.stream", "Stream index", value=lambda h: known(h).stream, when=in_stream),
        Field(
            f"{layer}.time_relative", since % "first", RELATIVE_TIME, value=lambda h: known(h).relative, when=when
        ),
        Field(f"{layer}.time_delta", since % "previous", RELATIVE_TIME, value=lambda h: known(h).delta, when=when),
    )
