"""sFlow, byte for byte."""

from __future__ import annotations

import struct

from tests.layers.link_bytes import layer_tree, layer_values


def record(kind: int, body: bytes) -> bytes:
    """A record or a sample."""
    return struct.pack(">II", kind, len(body)) + body


def datagram(*samples: bytes) -> bytes:
    """A datagram of 10.0.0.1."""
    head = struct.pack(">II4sIIII", 5, 1, b"\x0a\0\0\1", 2, 7, 1000, len(samples))
    return head + b"".join(samples)


def test_a_sampled_packet() -> None:
    frame = bytes(12) + b"\x08\0" + bytes.fromhex("4500001c0001000040110000010203040506070800350035000800ff")
    header = record(1, struct.pack(">IIII", 1, 64, 4, len(frame)) + frame + bytes(-len(frame) % 4))
    flow = record(1, struct.pack(">IIIIIIII", 3, 9, 10, 30, 0, 9, 0x80000001, 2) + header + record(1001, bytes(16)))
    tree = layer_tree("sflow", datagram(flow))
    assert [layer.layer.name for layer in tree.layers][:4] == ["sflow", "eth", "ip", "udp"]
    assert tree.info == "V5, agent 10.0.0.1, sub-agent ID 2, seq 7, 1 samples" and tree.protocol_column == "sFlow"
    found = layer_values("sflow", datagram(flow))
    assert found["sflow.flow_sample.output_interface_format"] == [2] and found["sflow_245.vlan.in"] == [0]


def test_counters() -> None:
    counters = record(2, struct.pack(">III", 1, 0x01000005, 1) + record(2, struct.pack(">13I", *range(13))))
    found = layer_values("sflow", datagram(counters))
    assert found["sflow_245.dot3StatsSymbolErrors"] == [12]
    assert found["sflow.counters_sample.source_id_index"] == [5]


def test_counts_that_lie() -> None:
    assert "_ws.malformed" in layer_values("sflow", struct.pack(">II4sIIII", 5, 1, b"abcd", 2, 7, 1, 0xFFFFFFFF))
