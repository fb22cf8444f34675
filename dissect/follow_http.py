"""The messages of an HTTP conversation: headers as they were said, bodies without chunks and compression.

Of HTTP/2 the headers are those that were decompressed, a line each; a stream of the connection may be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dissect.engine.tree import LayerNode, Node
from dissect.filters import compile_filter
from dissect.follow import ADDRESSES, Said
from dissect.library import Capture
from dissect.packet import Packet

PROTOCOLS = ("http", "http2")


def http_content(
    cap: Capture, protocol: str, number: int, substream: int | None = None
) -> tuple[list[str], list[Said]]:
    """The ends of TCP stream `number`, who asked first, and what they said.  Raises KeyError if it has no messages."""
    where = compile_filter(f"tcp.stream == {number} && ({protocol}) && !(icmp || icmpv6)", cap.registry)
    ends, said = list[str](), list[Said]()
    for row in cap.filter(where).tolist():
        packet = cap[row]
        source, destination = end_of(packet, "src"), end_of(packet, "dst")
        ends = ends or [source, destination]
        bodies = iter(packet.tree.bodies)
        for layer in packet.layers:
            if layer.layer.name == protocol:
                whole = packet.tree.sources[layer.source][1]
                parts = messages(layer, whole, bodies) if protocol == "http" else frames(layer, whole, substream)
                said += [Said(0 if source == ends[0] else 1, row + 1, part) for part in parts if part]
    if not ends:
        raise KeyError(number)
    return ends, said


def end_of(packet: Packet, side: str) -> str:
    """The innermost address and port."""
    address = next((str(packet.all(name)[-1]) for name in ADDRESSES if name.endswith(side) and packet.all(name)), "?")
    port = packet.all(f"tcp.{side}port")
    return f"[{address}]:{port[-1]}" if ":" in address else f"{address}:{port[-1]}"


def messages(layer: LayerNode, octets: bytes, bodies: Iterator[tuple[str, str, bytes]]) -> Iterator[bytes]:
    """Headers and body of each message of a layer."""
    start = -1
    for node in layer.children:
        if node.field.name == "http.file_data":
            yield next(bodies, ("", "", b""))[2]
        elif node.field.label == "Start line":
            start = node.start
        elif node.field.label == "End of the headers" and start >= 0:
            yield bytes(octets[start : node.start + node.size])
            start = -1
    if start >= 0:  # the headers do not end
        yield bytes(octets[start : layer.start + layer.size])


def frames(layer: LayerNode, octets: bytes, substream: int | None) -> Iterator[bytes]:
    """Headers and data of a layer's frames."""
    for stream in layer.children:
        if stream.field.name != "http2.stream":
            continue
        found = list(stream.walk())
        if substream is not None and value(found, "http2.streamid") != substream:
            continue
        names = [node.value for node in found if node.field.name == "http2.header.name"]
        values = [node.value for node in found if node.field.name == "http2.header.value"]
        if names:
            lines = "".join(f"{name}: {text}\n" for name, text in zip(names, values, strict=True))
            yield f"{lines}\n".encode()
        for node in found:
            if node.field.name == "http2.data.data":
                yield bytes(octets[node.start : node.start + node.size])


def value(nodes: list[Node], name: str) -> Any:
    """The value of the first node of a field."""
    return next((node.value for node in nodes if node.field.name == name), None)
