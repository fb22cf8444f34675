"""MongoDB, memcached, Kafka, BACnet, OPC UA, AMQP, PPTP."""

from __future__ import annotations

import struct

import pytest

from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing

DOCUMENT = b"\x0f\0\0\0\x10ping\0\1\0\0\0\0"
MONGO = struct.pack("<iIIi", 16 + 5 + 15, 7, 0, 2013) + bytes(5) + DOCUMENT
QUERY = struct.pack("<iIIii6sii", 16 + 4 + 6 + 8 + 15, 8, 0, 2004, 0, b"a.$cm", 0, -1) + DOCUMENT
GET = bytes.fromhex("80 00 0003 00 00 0000 00000003 00000000 0000000000000000") + b"abc"
KAFKA = bytes.fromhex("0000000d 0012 0000 00000005 0003") + b"abc"
WHO_IS = bytes.fromhex("810b 000c 01 20 ffff 00 ff 10 08")
READ = bytes.fromhex("810a 0011 01 04 00 05 01 0c 0c 00800001 1955")
HELLO = b"HELF" + struct.pack("<IIIIIII", 32 + 9, 0, 65535, 65535, 0, 0, 9) + b"opc.tcp:/"
OPEN = b"AMQP\0\0\x09\1" + bytes.fromhex("01 0000 00000004 000a 0028 ce")
ECHO = bytes.fromhex("0010 0001 1a2b3c4d 0005 0000 00000009")
ALL = {
    "mongo": MONGO + QUERY, "memcache": GET + GET, "kafka": KAFKA, "bvlc": READ, "opcua": HELLO, "amqp": OPEN,
    "pptp": ECHO,
}  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "data", "field", "expected"),
    [
        ("mongo", MONGO + QUERY, "mongo.opcode", [2013, 2004]),
        ("mongo", MONGO, "mongo.document.length", [15]),
        ("mongo", QUERY, "mongo.full_collection_name", ["a.$cm"]),
        ("memcache", GET + GET, "memcache.key", ["abc", "abc"]),
        ("kafka", KAFKA, "kafka.client_id", ["abc"]),
        ("bvlc", WHO_IS, "bacapp.unconfirmed_service", [8]),
        ("bvlc", WHO_IS, "bacnet.hopc", [255]),
        ("bvlc", READ, "bacapp.confirmed_service", [12]),
        ("opcua", HELLO, "opcua.transport.endpoint", ["opc.tcp:/"]),
        ("amqp", OPEN, "amqp.method.method", [40]),
        ("pptp", ECHO, "pptp.identifier", [9]),
    ],
)
def test_fields(layer: str, data: bytes, field: str, expected: list[object]) -> None:
    assert layer_values(layer, data)[field] == expected


def test_changed_bytes_raise_nothing() -> None:
    for layer, text in ALL.items():
        raises_nothing(layer, text, 150)


def test_a_virtual_link_that_is_cut_leads_nowhere() -> None:
    found = layer_tree("bvlc", bytes.fromhex("810a00"))
    assert [node.layer.name for node in found.layers] == ["bvlc"]
    assert [note.name for note in found.notes] == ["_ws.malformed.expert"]
