"""`dns`: a row a question, with its answer: DNS over UDP and TCP, multicast DNS, LLMNR."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dissect.layers import dns_names
from dissect.layers.dns_text import type_name
from dissect.transactions.messages import Message, messages
from dissect.transactions.rows import Rows

if TYPE_CHECKING:
    from dissect.filters import Filter
    from dissect.library import Capture

SCHEMA = pa.schema([
    ("protocol", pa.string()), ("packet", pa.int64()), ("response_packet", pa.int64()),
    ("time", pa.timestamp("ns", "UTC")), ("response_time", pa.timestamp("ns", "UTC")), ("elapsed", pa.float64()),
    ("transport", pa.string()), ("stream", pa.int64()), ("client", pa.string()), ("client_port", pa.int32()),
    ("server", pa.string()), ("server_port", pa.int32()), ("id", pa.int32()), ("opcode", pa.string()),
    ("query", pa.string()), ("type", pa.string()), ("class", pa.string()), ("queries", pa.int32()),
    ("rcode", pa.string()), ("authoritative", pa.bool_()), ("truncated", pa.bool_()),
    ("recursion_desired", pa.bool_()), ("recursion_available", pa.bool_()), ("authenticated", pa.bool_()),
    ("answers", pa.list_(pa.struct([("name", pa.string()), ("type", pa.string()), ("ttl", pa.int64())]))),
    ("addresses", pa.list_(pa.string())), ("names", pa.list_(pa.string())),
    ("answer_count", pa.int32()), ("authority_count", pa.int32()), ("additional_count", pa.int32()),
])  # fmt: skip
ADDRESSES = ("dns.a", "dns.aaaa")
NAMED = ("dns.cname", "dns.ns", "dns.ptr.domain_name", "dns.mx.mail_exchange", "dns.srv.target")
FIELDS = (
    "mdns", "llmnr", "dns.flags.response", "dns.flags.opcode", "dns.flags.rcode", "dns.flags.authoritative",
    "dns.flags.truncated", "dns.flags.recdesired", "dns.flags.recavail", "dns.flags.authenticated", "dns.qry.name",
    "dns.qry.type", "dns.qry.class", "dns.resp.name", "dns.resp.type", "dns.resp.ttl", "dns.count.answers",
    "dns.count.auth_rr", "dns.count.add_rr", *ADDRESSES, *NAMED,
)  # fmt: skip
OPT = 41


def batches(cap: Capture, where: Filter | None = None, **reading: Any) -> Iterator[pa.RecordBatch]:
    """The table.  A question asked again before its answer is the same question (`queries` counts them)."""
    known = [name for name in FIELDS if name in cap.registry.fields or name in cap.registry.by_name]
    rows = Rows(SCHEMA)
    for message in messages(cap, ["dns.id"], known, where, **reading):
        take(rows, message)
        yield from rows.ready(message.packet)
    yield from rows.rest()


def take(rows: Rows, message: Message) -> None:
    """A question or an answer."""
    ident, answers = message.first("dns.id"), bool(message.first("dns.flags.response"))
    # the server of multicast answers from an address of its own
    ends = message.back if answers else message.ends
    multicast = next((name for name in ("mdns", "llmnr") if name in message.fields), "")
    key: Hashable = (multicast, ident, ends[1:3]) if multicast == "llmnr" else (ends, ident)
    row = None if multicast == "mdns" else rows.get(key)
    if not answers:
        if row is not None and row["response_packet"] is None and row["query"] == message.first("dns.qry.name"):
            row["queries"] += 1
            return
        made = question(message, multicast or "dns", ends) | {"packet": message.packet, "time": message.time}
        rows.add(message.packet, made, *(() if multicast == "mdns" else (key,)))
        return
    if row is not None and row["response_packet"] is not None:
        return  # the same answer again
    if row is None:
        row = rows.add(message.packet, question(message, multicast or "dns", ends))
    row.update(answer(message))
    if row["time"] is not None:
        row["elapsed"] = (message.time - row["time"]) / 1e9
    rows.close(row)


def question(message: Message, protocol: str, ends: tuple[Any, ...]) -> dict[str, Any]:
    """What a question says, or what its answer repeats of it."""
    kind, number = message.first("dns.qry.type"), message.first("dns.qry.class")
    opcode = message.first("dns.flags.opcode", 0)
    return {
        "protocol": protocol, "packet": None, "response_packet": None, "time": None, "transport": ends[0],
        "stream": message.stream, "client": ends[1], "client_port": ends[2], "server": ends[3], "server_port": ends[4],
        "id": message.first("dns.id"), "opcode": dns_names.OPCODES.get(opcode, str(opcode)),
        "query": message.first("dns.qry.name"), "type": None if kind is None else type_name(kind),
        "class": None if number is None else dns_names.CLASSES.get(number, str(number)),
        "queries": 0 if message.first("dns.flags.response") else 1,
        "recursion_desired": message.first("dns.flags.recdesired"),
    }  # fmt: skip


def answer(message: Message) -> dict[str, Any]:
    """What an answer says."""
    said, code = message.fields, message.first("dns.flags.rcode")
    kinds = said.get("dns.resp.type", [])
    count = message.first("dns.count.answers", 0)
    # an OPT record has no time to live: answers come first, so that the lists agree as far as these go
    columns = (said.get("dns.resp.name", []), kinds, said.get("dns.resp.ttl", []))
    listed = zip(*(values[:count] for values in columns), strict=False)
    return {
        "response_packet": message.packet, "response_time": message.time,
        "rcode": None if code is None else dns_names.RCODES.get(code, str(code)),
        "authoritative": message.first("dns.flags.authoritative"), "truncated": message.first("dns.flags.truncated"),
        "recursion_available": message.first("dns.flags.recavail"),
        "authenticated": message.first("dns.flags.authenticated"),
        "answers": [{"name": name, "type": type_name(kind), "ttl": ttl} for name, kind, ttl in listed],
        "addresses": [text for name in ADDRESSES for text in said.get(name, [])],
        "names": [text for name in NAMED for text in said.get(name, [])],
        "answer_count": count, "authority_count": message.first("dns.count.auth_rr"),
        "additional_count": message.first("dns.count.add_rr"),
    }  # fmt: skip
