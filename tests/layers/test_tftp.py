"""TFTP, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

REQUEST = b"\0\1file.bin\0octet\0blksize\x001428\0"


def test_a_request_with_an_option() -> None:
    found = layer_values("tftp", REQUEST)
    assert found["tftp.opcode"] == [1] and found["tftp.source_file"] == ["file.bin"]
    assert found["tftp.option.name"] == ["blksize"] and found["tftp.option.value"] == ["1428"]
    info = layer_tree("tftp", REQUEST).info
    assert info == "Read Request, File: file.bin, Transfer type: octet, blksize=1428"


def test_a_block_and_an_error() -> None:
    tree = layer_tree("tftp", b"\0\3\0\1abcdef")
    assert [layer.layer.name for layer in tree.layers] == ["tftp", "data"]
    assert tree.info == "Data Packet, Block: 1 (last)"
    found = layer_values("tftp", b"\0\5\0\1gone\0")
    assert found["tftp.error.code"] == [1] and found["tftp.error.message"] == ["gone"]


def test_text_without_an_end() -> None:
    assert "_ws.malformed" in layer_values("tftp", b"\0\2name")
