"""DNS: what was asked, how it was answered, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.tally import Tally, text

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

__all__ = ["table", "text"]


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row an item of a statistic: messages, types, codes, names, servers, response times."""
    from dissect import transactions

    tally = Tally()
    for batch in transactions.batches("dns", cap, where, **reading):
        for row in batch.to_pylist():
            _take(tally, row)
    return tally.table()


def _take(tally: Tally, row: dict[str, Any]) -> None:
    asked, answered = row["packet"] is not None, row["response_packet"] is not None
    tally.count("Messages", "queries" if asked else None)
    tally.count("Messages", "queries repeated" if row["queries"] > 1 else None, row["queries"] - 1)
    tally.count("Messages", "responses" if answered else None)
    if row["protocol"] != "mdns":
        tally.count("Messages", "queries without response" if asked and not answered else None)
        tally.count("Messages", "responses without query" if answered and not asked else None)
    tally.count("Protocols", row["protocol"])
    tally.count("Operations", row["opcode"])
    tally.count("Query types", row["type"])
    tally.count("Query classes", row["class"])
    tally.count("Response codes", row["rcode"])
    tally.count("Truncated responses", "truncated" if row["truncated"] else None)
    for one in row["answers"] or ():
        tally.count("Answer types", one["type"])
    tally.count("Names", row["query"])
    tally.count("Names that do not exist", row["query"] if row["rcode"] == "No such name" else None)
    tally.count("Servers", row["server"])
    tally.time("Response times", "all", row["elapsed"])
    tally.time("Response times by server", str(row["server"]), row["elapsed"])
    tally.time("Response times by type", str(row["type"]), row["elapsed"])
