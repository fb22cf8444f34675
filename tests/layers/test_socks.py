"""SOCKS, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values


def test_version_5() -> None:
    assert layer_values("socks", b"\5\2\0\2")["socks.auth_method"] == [0, 2]
    found = layer_values("socks", b"\5\1\0\3\7foo.com\0\x50")
    assert found["socks.remote_name"] == ["foo.com"] and found["socks.port"] == [80]
    assert layer_tree("socks", b"\5\1\0\1\1\2\3\4\0\x50").info == "Version: 5 Command Request - Connect"
    assert layer_values("socks", b"\1\3bob\2pw")["socks.password"] == ["pw"]


def test_version_4a_and_what_is_carried() -> None:
    found = layer_values("socks", b"\4\1\0\x50\0\0\0\1bob\0foo.com\0")
    assert found["socks.v4a_dns_name"] == ["foo.com"] and found["socks.dstport"] == [80]
    tree = layer_tree("socks", b"GET / HTTP/1.0\r\n\r\n")
    assert [layer.layer.name for layer in tree.layers] == ["socks", "http"]
    assert "_ws.malformed" in layer_values("socks", b"\5\1\0\3\xffab")
