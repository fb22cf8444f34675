"""`http`: a row a request, with its response."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dissect.transactions.messages import Message, messages
from dissect.transactions.rows import Rows

if TYPE_CHECKING:
    from dissect.filters import Filter
    from dissect.library import Capture

SCHEMA = pa.schema([
    ("packet", pa.int64()), ("response_packet", pa.int64()), ("time", pa.timestamp("ns", "UTC")),
    ("response_time", pa.timestamp("ns", "UTC")), ("elapsed", pa.float64()), ("stream", pa.int64()),
    ("client", pa.string()), ("client_port", pa.int32()), ("server", pa.string()), ("server_port", pa.int32()),
    ("number", pa.int32()), ("version", pa.string()), ("method", pa.string()), ("host", pa.string()),
    ("uri", pa.string()), ("full_uri", pa.string()), ("referer", pa.string()), ("user_agent", pa.string()),
    ("username", pa.string()), ("request_type", pa.string()), ("request_length", pa.int64()),
    ("status", pa.int32()), ("phrase", pa.string()), ("server_software", pa.string()),
    ("response_type", pa.string()), ("response_length", pa.int64()), ("encoding", pa.string()),
    ("location", pa.string()),
])  # fmt: skip
METHOD, VERSION = "http.request.method", "http.response.version"
FIELDS = (
    "http", "http.request.uri", "http.request.full_uri", "http.request.version", "http.host", "http.referer",
    "http.user_agent", "http.authbasic", "http.content_type", "http.content_length", "http.chunk_size",
    "http.response.code", "http.response.phrase", "http.server", "http.content_encoding", "http.location",
)  # fmt: skip
MOST_ASKED = 1000  # requests of a connection that wait for their response
INTERIM = (100, 102, 103)


def batches(cap: Capture, where: Filter | None = None, **reading: Any) -> Iterator[pa.RecordBatch]:
    """The table.  Responses come in the order of their requests (RFC 9112 section 9.3.2)."""
    rows, waiting = Rows(SCHEMA), dict[int, deque[dict[str, Any]]]()
    numbers: dict[int, int] = {}
    for message in messages(cap, [METHOD, VERSION], FIELDS, where, **reading):
        if message.transport == "tcp" and message.stream is not None:  # over UDP it is SSDP
            take(rows, waiting, numbers, message)
            yield from rows.ready(message.packet)
    yield from rows.rest()


def take(
    rows: Rows, waiting: dict[int, deque[dict[str, Any]]], numbers: dict[int, int], message: Message
) -> None:
    """A request or a response."""
    assert message.stream is not None
    queue = waiting.setdefault(message.stream, deque(maxlen=MOST_ASKED))
    if METHOD in message.fields:
        numbers[message.stream] = numbers.get(message.stream, 0) + 1
        row = common(message, message.ends) | asked(message) | {"number": numbers[message.stream]}
        queue.append(rows.add(message.packet, row, (message.stream, row["number"])))
        return
    if message.first("http.response.code") in INTERIM:
        return
    while queue:
        row = queue.popleft()
        if rows.get((message.stream, row["number"])) is row and row["client"] == message.destination:
            break
    else:
        row = rows.add(message.packet, common(message, message.back))
    if not queue:
        del waiting[message.stream]
    row.update(answered(message))
    if row.get("time") is not None:
        row["elapsed"] = (message.time - row["time"]) / 1e9
    rows.close(row)


def common(message: Message, ends: tuple[Any, ...]) -> dict[str, Any]:
    """Who talks to whom."""
    _, client, client_port, server, server_port = ends
    return {
        "stream": message.stream, "client": client, "client_port": client_port, "server": server,
        "server_port": server_port,
    }  # fmt: skip


def asked(message: Message) -> dict[str, Any]:
    """What a request says."""
    credentials = message.first("http.authbasic")
    return {
        "packet": message.packet, "time": message.time, "version": number_of(message.first("http.request.version")),
        "method": message.first(METHOD), "host": message.first("http.host"), "uri": message.first("http.request.uri"),
        "full_uri": message.first("http.request.full_uri"), "referer": message.first("http.referer"),
        "user_agent": message.first("http.user_agent"),
        "username": None if credentials is None else credentials.partition(":")[0],
        "request_type": message.first("http.content_type"), "request_length": length(message),
    }  # fmt: skip


def answered(message: Message) -> dict[str, Any]:
    """What a response says."""
    return {
        "response_packet": message.packet, "response_time": message.time,
        "version": number_of(message.first(VERSION)), "status": message.first("http.response.code"),
        "phrase": message.first("http.response.phrase"), "server_software": message.first("http.server"),
        "response_type": message.first("http.content_type"), "response_length": length(message),
        "encoding": message.first("http.content_encoding"), "location": message.first("http.location"),
    }  # fmt: skip


def number_of(version: str | None) -> str | None:
    """`1.1` of `HTTP/1.1`."""
    return None if version is None else version.removeprefix("HTTP/")


def length(message: Message) -> int | None:
    """Octets of the body on the wire: as the headers say, or its chunks."""
    if "http.chunk_size" in message.fields:
        return int(sum(message.fields["http.chunk_size"]))
    found: int | None = message.first("http.content_length")
    return found
