"""WebSocket: the examples of RFC 6455 section 5.7 and RFC 7692 section 7.2.3; connections that go over to it."""

from __future__ import annotations

import zlib

from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing
from tests.passes.test_messages import rows
from tests.passes.test_streams import ACK, SHAKEN, segment

HELLO, MASKED = bytes.fromhex("810548656c6c6f"), bytes.fromhex("818537fa213d7f9f4d5158")
PIECES = bytes.fromhex("010348656c 80026c6f")
DEFLATED = bytes.fromhex("c107f248cdc9c90700")
ANSWER = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n"


def test_text() -> None:
    for frame in (HELLO, MASKED, DEFLATED):
        found = layer_values("websocket", frame)
        assert (found["websocket.payload.text"], "data-text-lines" in found) == (["Hello"], True)
    assert layer_values("websocket", MASKED)["websocket.masking_key"] == [bytes.fromhex("37fa213d")]
    assert layer_tree("websocket", MASKED).info == "WebSocket Text [FIN] [MASKED]"


def test_pieces_and_sizes() -> None:
    found = layer_values("websocket", PIECES)
    assert (found["websocket.fin"], found["websocket.opcode"]) == ([False, True], [1, 0])
    assert found["websocket.payload.continue"] == [b"lo"]
    found = layer_values("websocket", bytes.fromhex("827e0100") + bytes(256))
    assert (found["websocket.payload_length_ext_16"], found["data.len"]) == ([256], [256])
    found = layer_values("websocket", bytes.fromhex("880503e8627965"))
    assert (found["websocket.payload.close.status_code"], found["websocket.payload.close.reason"]) == ([1000], ["bye"])


def test_a_bomb_is_shown_in_part() -> None:
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = (made.compress(bytes(1 << 26)) + made.flush(zlib.Z_SYNC_FLUSH))[:-4]
    tree = layer_tree("websocket", b"\xc2\x7f" + len(bomb).to_bytes(8, "big") + bomb)
    assert max(len(data) for _, data in tree.sources) <= 1 << 22


def test_a_connection_goes_over_to_it() -> None:
    request = b"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n"
    said, heard, packets = 501, 0, list(SHAKEN)
    spoken = [(True, request), (False, ANSWER), (True, MASKED), (False, HELLO[:3]), (False, HELLO[3:] + HELLO)]
    for forth, data in spoken:
        packets.append(segment(forth, ACK, said if forth else heard, heard if forth else said, data=data))
        said, heard = (said + len(data), heard) if forth else (said, heard + len(data))
    found = rows(packets, ["websocket.payload.text", "http.response.code"])
    assert [row.get("websocket.payload.text") for row in found[5:]] == [["Hello"], None, ["Hello", "Hello"]]
    assert found[4]["http.response.code"] == [101]


def test_changed_bytes_raise_nothing() -> None:
    for text in (HELLO, MASKED, PIECES, DEFLATED):
        raises_nothing("websocket", text, 300, most=1)
