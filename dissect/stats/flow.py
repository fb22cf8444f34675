"""Flow graph: packets as arrows between the addresses that sent and received them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dissect.engine.values import escape_text

if TYPE_CHECKING:
    import pyarrow as pa

    from dissect.filters import Filter
    from dissect.library import Capture

NAMES = (
    "_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info", "tcp.srcport", "tcp.dstport",
    "udp.srcport", "udp.dstport", "sctp.srcport", "sctp.dstport", "frame.number", "frame.time_relative",
)  # fmt: skip
MOST_ROWS = 10_000  # packets, where no number is given
COLUMN, LABEL = 24, 60


def table(cap: Capture, where: Filter | None = None, count: int | None = None, **reading: Any) -> pa.Table:
    """A row a packet: number, time (s since the first packet), source, destination, their ports, protocol, what the
    list says of it.  Of the first `count` packets that there are, or that the filter lets through."""
    import pyarrow as pa

    schema = pa.schema([
        ("packet", pa.int64()), ("time", pa.float64()), ("source", pa.string()), ("destination", pa.string()),
        ("source_port", pa.int32()), ("destination_port", pa.int32()), ("protocol", pa.string()), ("info", pa.string()),
    ])  # fmt: skip
    out: list[pa.Table] = []
    left = MOST_ROWS if count is None else count
    for chunk, columns in cap.columns(NAMES, where=where, **reading):
        take = min(len(chunk), left)
        text = {name: list(map(escape_text, columns.text[name].tolist())) for name in NAMES[:4]}
        packets = columns.occurrences("frame.number")[1].tolist()
        times = (columns.occurrences("frame.time_relative")[1] / 1e9).tolist()
        ports = [_ports(columns, len(chunk), side) for side in ("src", "dst")]
        values = packets, times, text[NAMES[0]], text[NAMES[1]], *ports, text[NAMES[2]], text[NAMES[3]]
        out.append(pa.table([pa.array(v[:take], f.type) for v, f in zip(values, schema, strict=True)], schema=schema))
        left -= take
        if not left:
            break
    return pa.concat_tables(out) if out else schema.empty_table()


def _ports(columns: Any, count: int, side: str) -> list[int | None]:
    out: list[int | None] = [None] * count
    for layer in ("sctp", "udp", "tcp"):
        rows, values, field = columns.occurrences(f"{layer}.{side}port")
        if field is not None:
            for row, value in zip(rows.tolist(), values.tolist(), strict=True):
                out[row] = value
    return out


def text(found: pa.Table) -> Iterator[str]:
    """A column for each address in order of appearance, an arrow for each packet."""
    rows = found.to_pylist()
    nodes = list(dict.fromkeys(end for row in rows for end in (row["source"], row["destination"]) if end))
    place = {node: i for i, node in enumerate(nodes)}
    yield f"{'':>12}" + "".join(f"{node[: COLUMN - 1]:^{COLUMN}}" for node in nodes)
    for row in rows:
        info = row["info"][:LABEL]
        if not row["source"] or not row["destination"]:
            yield f"{row['time']:>11.6f} {'':<{COLUMN * len(nodes)}} {info}"
            continue
        a, b = place[row["source"]], place[row["destination"]]
        yield f"{row['time']:>11.6f} {_arrow(a, b, len(nodes), row)} {info}"


def _arrow(a: int, b: int, count: int, row: dict[str, Any]) -> str:
    """The line of a packet from column a to b, with the ports at its ends."""
    line = [" "] * (COLUMN * count)
    for node in range(count):
        line[node * COLUMN + COLUMN // 2] = "│"
    low, high = sorted((a, b))
    begin, end = low * COLUMN + COLUMN // 2, high * COLUMN + COLUMN // 2
    for at in range(begin + 1, end):
        line[at] = "─"
    if a < b:
        line[end - 1] = "►"
    elif a > b:
        line[begin + 1] = "◄"
    else:
        line[begin] = "↺"
    ports = (row["source_port"], row["destination_port"]) if a <= b else (row["destination_port"], row["source_port"])
    if ports[0] is not None and high > low:
        left, right = f"({ports[0]})", f"({ports[1]})"
        line[begin + 2 : begin + 2 + len(left)] = left
        line[end - 2 - len(right) : end - 2] = right
    return "".join(line)
