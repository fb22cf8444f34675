"""HTTP: methods, hosts, status codes, what was asked for, and how fast it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.tally import Tally, text

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

__all__ = ["table", "text"]
CLASSES = {
    1: "1xx: Informational", 2: "2xx: Success", 3: "3xx: Redirection", 4: "4xx: Client Error", 5: "5xx: Server Error",
}  # fmt: skip


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row an item of a statistic: requests, responses, methods, status codes, hosts, URIs, response times."""
    from dissect import transactions

    tally = Tally()
    for batch in transactions.batches("http", cap, where, **reading):
        for row in batch.to_pylist():
            _take(tally, row)
    return tally.table()


def _take(tally: Tally, row: dict[str, Any]) -> None:
    asked, status = row["packet"] is not None, row["status"]
    answered = row["response_packet"] is not None
    tally.count("Messages", "requests" if asked else None)
    tally.count("Messages", "responses" if answered else None)
    tally.count("Messages", "requests without response" if asked and not answered else None)
    tally.count("Messages", "responses without request" if answered and not asked else None)
    tally.count("Versions", row["version"])
    tally.count("Request methods", row["method"])
    if status is not None:
        tally.count("Status classes", CLASSES.get(status // 100, "broken"))
        tally.count("Status codes", f"{status} {row['phrase'] or ''}".rstrip())
    tally.count("Hosts", row["host"])
    tally.count("Requests", row["full_uri"] or row["uri"])
    tally.count("Servers", row["server"])
    tally.count("User agents", row["user_agent"])
    tally.count("Server software", row["server_software"])
    kind = row["response_type"]
    tally.count("Response types", kind.partition(";")[0].strip().lower() if kind else None)
    tally.time("Response times", "all", row["elapsed"])
    tally.time("Response times by host", row["host"] or str(row["server"]), row["elapsed"])
