"""TLS: versions, cipher suites, names, protocols, fingerprints, alerts, and how long a hello waits for its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dissect.stats.tally import Tally, text

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

__all__ = ["table", "text"]
TITLES = {
    "Protocols": "protocol", "Versions": "version", "Cipher suites": "cipher_suite", "Groups": "group",
    "Server names": "server_name", "Application protocols": "alpn", "Alerts": "alert", "Servers": "server",
    "Certificates (SHA-256)": "certificate_sha256", "JA3": "ja3", "JA3S": "ja3s", "JA4": "ja4",
}  # fmt: skip


def table(cap: Capture, where: Filter | None = None, **reading: Any) -> pa.Table:
    """A row an item of a statistic, of the sessions whose hellos were captured."""
    from dissect import transactions

    tally = Tally()
    for batch in transactions.batches("tls", cap, where, **reading):
        for row in batch.to_pylist():
            outcome = "established" if row["established"] else "not established"
            tally.count("Sessions", outcome if row["response_packet"] is not None else "no server hello")
            tally.count("Resumption", "resumed" if row["resumed"] else None)
            for title, name in TITLES.items():
                tally.count(title, row[name])
            for offered in row["alpn_offered"] or ():
                tally.count("Application protocols offered", offered)
            tally.time("Time to server hello", "all", row["elapsed"])
    return tally.table()
