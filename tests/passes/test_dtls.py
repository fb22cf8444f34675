"""The sessions of DTLS: messages out of fragments, records opened."""

from __future__ import annotations

import pytest

import dissect
from dissect.passes.dtls import complete
from dissect.passes.flows import Piece
from tests.corpus import SAMPLES

pytest.importorskip("cryptography")
CAPTURE = SAMPLES / "dtls.pcapng"


def test_a_certificate_in_fragments() -> None:
    with dissect.open(CAPTURE) as cap:
        found = [packet for packet in cap if packet.get("x509af.serialNumber") is not None]
        assert len(found) == 1
        assert "Certificate (Reassembled)" in found[0].tree.info
        assert found[0].all("x509ce.dNSName")


def test_what_was_sealed() -> None:
    with dissect.open(CAPTURE) as cap:
        words = [bytes.fromhex(text) for row in cap.json_rows(["data.data"]) for text in row.get("data.data", [])]
        kinds = [kind for row in cap.json_rows(["dtls.handshake.type"]) for kind in row.get("dtls.handshake.type", [])]
    assert words == [b"hello from the client\n", b"hello from the server\n"]
    assert kinds.count(20) == 2


@pytest.mark.parametrize("records", [1, 4])
def test_any_chunk_size_gives_the_same(records: int) -> None:
    fields = ["dtls.handshake.type", "data.data", "x509sat.uTF8String", "frame.protocols"]
    with dissect.open(CAPTURE) as cap:
        whole = list(cap.json_rows(fields))
    with dissect.open(CAPTURE) as cap:
        assert list(cap.json_rows(fields, records=records)) == whole


def test_fragments_in_any_order_and_twice() -> None:
    a, b, c = Piece(0, 0, 4, 1), Piece(1, 0, 4, 2), Piece(2, 0, 4, 3)
    assert complete([(4, b)], 8) == ()
    assert complete([(4, b), (0, a)], 8) == (a, b)
    assert complete([(4, b), (0, a), (2, c)], 8) == (a, c._replace(offset=2, size=2), b._replace(offset=2, size=2))
