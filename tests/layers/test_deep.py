"""Lists without an end and things within things: the caps of docs/limits.md, reached from bytes."""

from __future__ import annotations

import struct

from dissect.layers.bgp_attributes import DEEPEST as DEEPEST_SET
from dissect.layers.isakmp import MOST as MOST_PAYLOADS
from dissect.layers.json_text import MOST_VALUES
from dissect.layers.smb_commands import DEEPEST as DEEPEST_COMMAND
from tests.layers.link_bytes import layer_tree, layer_values


def test_attribute_sets_within_attribute_sets() -> None:
    value = bytes.fromhex("40010100")
    for _ in range(DEEPEST_SET + 2):
        value = b"\xd0\x80" + struct.pack(">HI", 4 + len(value), 65000) + value
    message = b"\xff" * 16 + struct.pack(">HBHH", 23 + len(value), 2, 0, len(value)) + value
    tree = layer_tree("bgp", message)
    assert len(tree.find("bgp.update.path_attribute.attr_set.origin_as")) == DEEPEST_SET + 1
    assert [note.name for note in tree.layers[0].notes] == ["bgp.attr_set.depth"]
    assert tree.find("bgp.update.path_attribute.origin") == []


def test_more_payloads_than_a_message_has() -> None:
    body = struct.pack(">BBH", 43, 0, 4) * (MOST_PAYLOADS + 100)
    head = struct.pack(">QQBBBBII", 1, 2, 43, 0x20, 37, 0, 0, 28 + len(body))
    assert len(layer_values("isakmp", head + body)["isakmp.typepayload"]) == MOST_PAYLOADS


def test_commands_chained_to_commands() -> None:
    head = bytes.fromhex("ff534d42 74 00000000 18 01c8") + bytes(20)
    each = [struct.pack("<BBBHH", 2, 0x74, 0, 32 + 7 * (i + 1), 0) for i in range(DEEPEST_COMMAND + 10)]
    found = layer_values("smb", head + b"".join(each))
    assert len(found["smb.wct"]) == DEEPEST_COMMAND + 1


def test_values_of_a_json_text() -> None:
    most = layer_tree("json", b"[" + b"1," * (MOST_VALUES - 2) + b"1]")
    assert len(most.find("json.value.number")) == MOST_VALUES - 1 and not most.layers[0].notes
    beyond = layer_tree("json", b"[" + b"1," * (MOST_VALUES - 1) + b"1]")
    assert beyond.find("json.value.number") == [] and beyond.layers[0].notes
    assert beyond.protocols == "json:data-text-lines"
