"""The connections of QUIC: packets opened, messages put together, whatever is asked for first."""

from __future__ import annotations

import pytest

import dissect
from dissect.passes.flows import Flow, Handed, Piece, handshake_size
from tests.corpus import SAMPLES

pytest.importorskip("cryptography")
HELLO, SNI = "tls.handshake.type", "tls.handshake.extensions_server_name"


def test_an_initial_packet_is_opened_by_what_it_says() -> None:
    with dissect.open(SAMPLES / "quic-retry.pcapng") as cap:
        names = [row[SNI] for row in cap.json_rows([SNI]) if row]
    assert names[0] == ["www.example.com"]


def test_secrets_of_the_file_open_what_follows() -> None:
    with dissect.open(SAMPLES / "quic.pcapng") as cap:
        texts = [line.info for line in cap.lines(range(len(cap)))]
        paths = [path for row in cap.json_rows(["http3.headers.path"]) for path in row.get("http3.headers.path", [])]
    assert any("(KP1)" in text and "HEADERS" in text for text in texts)
    assert paths == ["/", "/long", "/after"]


def test_a_hello_in_two_packets_is_put_together() -> None:
    with dissect.open(SAMPLES / "quic-retry.pcapng") as cap:
        made = [p for p in cap if p.get("tls.handshake.fragment.count")]
        assert made
        [types] = [p.all(HELLO) for p in made[:1]]
        assert types == [1]
        assert made[0].all("tls.handshake.fragment")[-1] == made[0].number


@pytest.mark.parametrize("records", [1, 7, 1000])
def test_any_chunk_size_gives_the_same(records: int) -> None:
    fields = ["quic.connection.number", "quic.packet_number", "quic.frame_type", "http3.frame_type", HELLO]
    with dissect.open(SAMPLES / "quic.pcapng") as cap:
        whole = list(cap.json_rows(fields))
    with dissect.open(SAMPLES / "quic.pcapng") as cap:
        assert list(cap.json_rows(fields, records=records)) == whole


def test_any_packet_first_gives_the_same() -> None:
    with dissect.open(SAMPLES / "quic-v2.pcapng") as cap:
        forwards = [packet.tree.info for packet in cap]
    with dissect.open(SAMPLES / "quic-v2.pcapng") as cap:
        assert [cap[i].tree.info for i in reversed(range(len(cap)))] == forwards[::-1]


def test_without_ciphers_packets_stay_shut_and_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dissect.crypto.ciphers.available", lambda: False)
    monkeypatch.setattr("dissect.layers.quic.available", lambda: False)
    with dissect.open(SAMPLES / "quic.pcapng") as cap:
        packet = next(p for p in cap if "quic" in p.protocols)
    assert packet.get("quic.packet_number") is None
    assert any("pcap-dissect[crypto]" in note.message for note in packet.notes)


def test_a_packet_that_crosses_a_retry() -> None:
    """What the client sent before it saw the Retry has the old id; the keys are those of the new one all the same."""
    with dissect.open(SAMPLES / "quic-retry.pcapng") as cap:
        numbers = [row.get("quic.packet_number") for row in cap.json_rows(["quic.packet_number"])]
        rows = cap.json_rows(["quic.connection.number"])
        connections = {number for row in rows for number in row.get("quic.connection.number", [])}
    assert numbers[:5] == [[0], None, [1], [2], [3]]
    assert connections == {0}


def piece(offset: int, size: int) -> Piece:
    return Piece(0, offset, size, 1)


def test_pieces_in_any_order_give_the_stream() -> None:
    message = b"\1\0\0\6abcdef"
    flow = Flow()
    assert flow.feed(4, message[4:], piece(4, 6), handshake_size) == Handed((), ())
    assert flow.feed(4, message[4:], piece(4, 6), handshake_size) == Handed((), ())
    now = flow.feed(0, message[:4], piece(0, 4), handshake_size)
    assert now is not None
    assert now.data == (piece(0, 4), piece(4, 6))
    again = flow.feed(0, message[:4], piece(0, 4), handshake_size)
    assert again is not None
    assert again.again


def test_a_message_that_goes_on_keeps_its_pieces() -> None:
    flow = Flow()
    begun = flow.feed(0, b"\2\0\0\0\1\0\0\3ab", piece(0, 10), handshake_size)
    assert begun is not None
    ended = flow.feed(10, b"c\2\0\0\0", piece(0, 5), handshake_size)
    assert ended is not None
    assert ended.before == (piece(4, 6),)
    assert flow.feed(15, b"\2\0\0\0", piece(0, 4), handshake_size) is None
