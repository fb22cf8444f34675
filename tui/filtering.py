"""Filters out of what is selected: a field of the tree, a cell of the list, the conversation of a packet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import dissect
from tui.columns import BUILT_IN, DESTINATION, LENGTH, NUMBER, PROTOCOL, SOURCE, Column

WAYS = ("selected", "not selected", "… and selected", "… or selected", "… and not selected", "… or not selected")


def combined(current: str, selected: str, way: str) -> str:
    """The filter that a way of Wireshark's "apply as filter" makes of the current one and what is selected."""
    part = f"!({selected})" if "not" in way else selected
    if not way.startswith("…") or not current.strip():
        return part
    joint = "&&" if " and" in way else "||"
    return f"({current.strip()}) {joint} {f'({part})' if ' ' in part and not part.startswith('!(') else part}"


def of_cell(packet: dissect.Packet, column: Column) -> str:
    """The filter for what a cell of the list shows; empty where there is none."""
    if column.field == SOURCE:
        return dissect.filter_for(*packet.tree.source) if packet.tree.source else ""
    if column.field == DESTINATION:
        return dissect.filter_for(*packet.tree.destination) if packet.tree.destination else ""
    if column.field == NUMBER:
        return f"frame.number == {packet.number}"
    if column.field == LENGTH:
        return f"frame.len == {packet['frame.len']}"
    if column.field == PROTOCOL:
        inner = [layer.field.name for layer in packet.layers if layer.field.name and not layer.layer.generated]
        named = [n for n in inner if n.lower() == packet.tree.protocol_column.lower()]
        return (named or inner or [""])[-1]
    if column.field in BUILT_IN:
        return ""
    for node in packet.tree.walk():
        if node.field.name == column.field:
            return dissect.filter_for(node.field, node.value)
    return f"!{column.field}"


def of_conversation(packet: dissect.Packet) -> str:
    """The filter for the packets between the same two ends; empty where the packet has none."""
    parts: list[str] = []
    for low, high in (("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst"), ("eth.src", "eth.dst")):
        ends = [packet.get(low), packet.get(high)]
        if None not in ends:
            name = low.split(".")[0] + ".addr"
            parts = [f"{name} == {_plain(end)}" for end in ends]
            break
    for name in ("tcp", "udp", "sctp"):
        ports = [packet.get(f"{name}.srcport"), packet.get(f"{name}.dstport")]
        if parts and None not in ports:
            parts += [f"{name}.port == {port}" for port in ports]
            break
    return " && ".join(parts)


def stream_of(packet: dissect.Packet) -> tuple[str, int] | None:
    """The protocol and the number of the packet's innermost stream."""
    for protocol in ("tcp", "udp"):
        numbers = packet.all(f"{protocol}.stream")
        if numbers:
            return protocol, numbers[-1]
    return None


def of_stream(packet: dissect.Packet) -> str:
    """The filter for the packet's innermost stream; for its conversation where it is in none."""
    found = stream_of(packet)
    return "{}.stream == {}".format(*found) if found else of_conversation(packet)


def of_address(kind: str, address: str) -> str:
    """The filter for the packets from or to an address; `kind` is a protocol, as the statistics name it."""
    if kind == "eth":
        return f"eth.addr == {address}"
    return f"{'ipv6' if ':' in address else 'ip'}.addr == {address}"


def of_row(row: Mapping[str, Any]) -> str:
    """The filter for what a row of a statistic counts; empty where it does not say."""
    kind = str(row.get("type") or "")
    if row.get("filter"):
        return str(row["filter"])
    if row.get("stream") is not None and kind in ("tcp", "udp"):
        return f"{kind}.stream == {row['stream']}"
    if row.get("path") and row.get("protocol"):
        return " && ".join(dict.fromkeys(str(row["path"]).split(":")))
    parts = [of_address(kind, str(row[name])) for name in ("address", "address_a", "address_b") if row.get(name)]
    ports = [row[name] for name in ("port", "port_a", "port_b") if row.get(name) is not None]
    return " && ".join([*parts, *(f"{kind}.port == {port}" for port in ports)])


def _plain(value: Any) -> str:
    return value.hex(":") if isinstance(value, bytes) else str(value)


def to_find(kind: str, text: str, place: str = "anywhere") -> str:
    """A display filter for what is looked for: a filter, text, an expression, or hex; text in the Info column (`list`),
    in the bytes, or `anywhere` of these.  Raises ValueError."""
    if kind == "filter":
        return text
    if kind == "hex":
        return f"frame contains {from_hex(text).hex(':')}"
    pattern = text if kind == "regex" else escaped(text)
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"')
    fields = {"list": ("_ws.col.Info",), "bytes": ("frame",)}.get(place, ("_ws.col.Info", "frame"))
    return " || ".join(f'{field} matches "{quoted}"' for field in fields)


def octets_to_find(kind: str, text: str) -> re.Pattern[bytes]:
    """The same as an expression over bytes.  Raises ValueError, re.error."""
    if kind == "hex":
        return re.compile(re.escape(from_hex(text)))
    return re.compile((text if kind == "regex" else escaped(text)).encode(), re.IGNORECASE)


def from_hex(text: str) -> bytes:
    """Bytes that are written in hex.  Raises ValueError."""
    digits = re.sub(r"[\s:.\-]|0x", "", text)
    if len(digits) % 2 or not re.fullmatch(r"[0-9a-fA-F]+", digits):
        raise ValueError("bytes in hex come in pairs of digits, e.g. 08 00 45")
    return bytes.fromhex(digits)


def escaped(text: str) -> str:
    """A text as an expression."""
    return re.sub(r"([\\.*+?^${}()|\[\]])", r"\\\1", text)
