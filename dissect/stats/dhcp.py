"""DHCP: messages, outcomes, servers and leases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.tally import Tally, text

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

__all__ = ["table", "text"]


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row an item of a statistic; leases are `client → address (server, seconds)`."""
    from dissect import transactions

    tally = Tally()
    for batch in transactions.batches("dhcp", cap, where, **reading):
        for row in batch.to_pylist():
            for kind in row["messages"]:
                tally.count("Messages", kind)
            tally.count("Outcomes of transactions", row["outcome"])
            tally.count("Servers", row["server"])
            tally.count("Clients", row["hostname"] or row["client"])
            if row["outcome"] in ("ACK", "BOOTP") and row["address"]:
                lease = "" if row["lease"] is None else f", {row['lease']} s"
                server = row["server"] or "unknown server"
                tally.count("Leases", f"{row['client']} → {row['address']} ({server}{lease})")
            tally.time("Response times", "all", row["elapsed"])
    return tally.table()
