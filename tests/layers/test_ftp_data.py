"""FTP's data, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree


def test_text_and_octets() -> None:
    tree = layer_tree("ftp-data", b"-rw-r--r-- 1 file\r\n")
    assert [layer.layer.name for layer in tree.layers] == ["ftp-data", "data-text-lines"]
    assert tree.info == "FTP Data: 19 bytes" and tree.protocol_column == "FTP-DATA"
    assert [layer.layer.name for layer in layer_tree("ftp-data", b"\0\xff\1").layers] == ["ftp-data"]
