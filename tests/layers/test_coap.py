"""CoAP, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values


def test_a_request() -> None:
    data = b"\x44\x01\x12\x34TOKN\xb4temp\x03hum\x41a"
    found = layer_values("coap", data)
    assert found["coap.opt.name"] == ["#1: Uri-Path", "#2: Uri-Path", "#3: Uri-Query"]
    assert found["coap.opt.uri_path_recon"] == ["/temp/hum"] and found["coap.token"] == [b"TOKN"]
    assert layer_tree("coap", data).info == "CON, MID:4660, GET, TKN:54 4f 4b 4e, /temp/hum?a"


def test_an_answer_with_text_and_one_with_blocks() -> None:
    tree = layer_tree("coap", b"\x60\x45\0\1\xc0\xffhi")
    assert [layer.layer.name for layer in tree.layers] == ["coap", "data-text-lines"]
    assert tree.info == "ACK, MID:1, 2.05 Content (text/plain)"
    found = layer_values("coap", b"\x60\x45\0\1\xd1\x0a\x1e\xffhi")
    assert found["coap.opt.block_number"] == [1] and found["coap.opt.block_size"] == [6]
    assert found["coap.block_length"] == [2] and "coap.payload" not in found


def test_bad_options() -> None:
    assert [note.name for note in layer_tree("coap", b"\x40\1\0\1\xf0").layers[0].notes] == ["coap.option_length_bad"]
    assert "_ws.malformed" in layer_values("coap", b"\x40\1\0\1\xbeab")
