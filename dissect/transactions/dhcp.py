"""`dhcp`: a row a transaction of DHCP (RFC 2131): what a client asked for, and what it got."""

from __future__ import annotations

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
    ("response_time", pa.timestamp("ns", "UTC")), ("elapsed", pa.float64()), ("transaction", pa.int64()),
    ("client", pa.string()), ("hostname", pa.string()), ("messages", pa.list_(pa.string())),
    ("requested", pa.string()), ("address", pa.string()), ("server", pa.string()), ("relay", pa.string()),
    ("lease", pa.int64()), ("outcome", pa.string()),
])  # fmt: skip
NAMES = {
    1: "Discover", 2: "Offer", 3: "Request", 4: "Decline", 5: "ACK", 6: "NAK", 7: "Release", 8: "Inform",
}  # fmt: skip
FROM_SERVER = (2, 5, 6)
FIELDS = (
    "dhcp.option.dhcp", "dhcp.hw.mac_addr", "dhcp.ip.your", "dhcp.ip.client", "dhcp.ip.relay", "dhcp.type",
    "dhcp.option.hostname", "dhcp.option.requested_ip_address", "dhcp.option.dhcp_server_id",
    "dhcp.option.ip_address_lease_time",
)  # fmt: skip
NOWHERE = "0.0.0.0"
MOST_MESSAGES = 64  # listed of one transaction


def batches(cap: Capture, where: Filter | None = None, **reading: Any) -> Iterator[pa.RecordBatch]:
    """The table."""
    known = [name for name in FIELDS if name in cap.registry.fields]
    rows = Rows(SCHEMA)
    for message in messages(cap, ["dhcp.id"], known, where, **reading):
        take(rows, message)
        yield from rows.ready(message.packet)
    yield from rows.rest()


def take(rows: Rows, message: Message) -> None:
    """A message of a transaction."""
    kind, client = message.first("dhcp.option.dhcp", 0), message.first("dhcp.hw.mac_addr")
    key = message.first("dhcp.id"), client
    row = rows.get(key)
    if row is None:
        row = rows.add(message.packet, {
            "packet": message.packet, "time": message.time, "transaction": key[0], "client": client, "messages": [],
        }, key)  # fmt: skip
    if len(row["messages"]) < MOST_MESSAGES:
        row["messages"].append(NAMES.get(kind, "BOOTP" if not kind else str(kind)))
    told = {
        "hostname": message.first("dhcp.option.hostname"),
        "requested": message.first("dhcp.option.requested_ip_address"),
        "server": message.first("dhcp.option.dhcp_server_id"),
        "relay": message.first("dhcp.ip.relay"),
        "lease": message.first("dhcp.option.ip_address_lease_time"),
    }
    row.update({name: value for name, value in told.items() if value not in (None, NOWHERE)})
    if kind in FROM_SERVER or (not kind and message.first("dhcp.type") == 2):
        if row.get("response_packet") is None:
            row["response_packet"], row["response_time"] = message.packet, message.time
            row["elapsed"] = (message.time - row["time"]) / 1e9
        address = message.first("dhcp.ip.your")
        if address not in (None, NOWHERE):
            row["address"] = address
    row["outcome"] = NAMES.get(kind, row.get("outcome") or "BOOTP")
