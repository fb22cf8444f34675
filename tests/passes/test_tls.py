"""The sessions of TLS: records opened, whatever is asked for first; what is sealed in them is dissected."""

from __future__ import annotations

import io
import struct

import pytest

import dissect
from dissect.crypto import hkdf
from dissect.crypto.keylog import KeyLog
from dissect.crypto.records import TLS10, Seal, seals
from dissect.passes.flows import MORE, Flow, Piece
from dissect.passes.tls import TlsPass
from tests.corpus import SAMPLES
from tests.handmade import paced, pcap
from tests.passes.test_streams import ACK, SHAKEN, segment

pytest.importorskip("cryptography")
URI, CODE = "http.request.uri", "http.response.code"


def values(name: str, field: str, keylog: str | None = None) -> list[object]:
    where = None if keylog is None else SAMPLES / keylog
    with dissect.open(SAMPLES / name, keylog=where) as cap:
        return [value for row in cap.json_rows([field]) for value in row.get(field, [])]


@pytest.mark.parametrize(("name", "requests"), [("tls12.pcapng", 5), ("tls13.pcapng", 2)])
def test_the_files_own_secrets_open_its_sessions(name: str, requests: int) -> None:
    assert values(name, URI) == ["/answer"] * requests
    assert values(name, CODE) == [200] * requests


def test_a_key_log_opens_what_is_shut_without() -> None:
    assert values("tls-keylog.pcap", URI) == []
    assert values("tls-keylog.pcap", URI, "tls-keylog.keys") == ["/answer"]


def test_messages_that_were_sealed_are_fields() -> None:
    types = values("tls13.pcapng", "tls.handshake.type")
    assert types[:7] == [1, 2, 8, 11, 15, 20, 20]
    assert values("tls13.pcapng", "x509sat.uTF8String")[:1] == ["Example Trust"]


@pytest.mark.parametrize("records", [1, 5, 1000])
def test_any_chunk_size_gives_the_same(records: int) -> None:
    fields = ["tls.record.content_type", "tls.record.opaque_type", "tls.handshake.type", URI, "frame.protocols"]
    with dissect.open(SAMPLES / "tls12.pcapng") as cap:
        whole = list(cap.json_rows(fields))
    with dissect.open(SAMPLES / "tls12.pcapng") as cap:
        assert list(cap.json_rows(fields, records=records)) == whole


def test_any_packet_first_gives_the_same() -> None:
    with dissect.open(SAMPLES / "tls13.pcapng") as cap:
        forwards = [packet.tree.info for packet in cap]
    with dissect.open(SAMPLES / "tls13.pcapng") as cap:
        assert [cap[i].tree.info for i in reversed(range(len(cap)))] == forwards[::-1]


def test_http2_within_tls() -> None:
    assert values("tls-h2.pcapng", "http2.headers.path") == ["/data.json", "/index.html", "/missing"]
    assert values("tls-h2.pcapng", "http2.headers.status") == [200, 200, 404]
    assert values("tls-h2.pcapng", URI) == ["/index.html", "/data.json"]
    assert values("tls-h2.pcapng", "http.request.full_uri")[0] == "https://www.example.com/index.html"


def test_wrong_secrets_open_nothing_and_break_nothing() -> None:
    text = (SAMPLES / "tls-keylog.keys").read_bytes()
    wrong = b"\n".join(line[:-4] + b"0000" for line in text.splitlines())
    with dissect.open(SAMPLES / "tls-keylog.pcap", keylog=KeyLog(wrong)) as cap:
        assert [row for row in cap.json_rows([URI]) if row] == []
        assert cap.keylog.used


def test_later_packets_of_a_session_know_its_version() -> None:
    with dissect.open(SAMPLES / "tls-keylog.pcap") as cap:
        lines = [line for line in cap.lines(range(len(cap))) if line.protocol.startswith("TLS")]
        types = [row for row in cap.json_rows(["tls.record.opaque_type"]) if row]
    assert lines[-1].protocol == "TLSv1.3"
    assert types[-1] == {"tls.record.opaque_type": [23]}


def test_what_a_key_log_holds() -> None:
    log = KeyLog(
        b"# comment\r\nCLIENT_RANDOM " + b"ab" * 32 + b" " + b"cd" * 48 + b"\r\nEXPORTER_SECRET aa bb\n"
        b"QUIC_CLIENT_TRAFFIC_SECRET_0 " + b"01" * 32 + b" " + b"02" * 32 + b"\nnonsense\n"
    )
    assert len(log) == 2
    assert log.find("CLIENT_RANDOM", b"\xab" * 32) == b"\xcd" * 48
    assert log.find("CLIENT_TRAFFIC_SECRET_0", b"\1" * 32) == b"\2" * 32
    assert log.used == {b"\xab" * 32, b"\1" * 32}


def test_long_messages_are_not_scanned_again_and_again() -> None:
    asked = []

    def size(octets: bytes) -> int:
        asked.append(len(octets))
        return 4 + int.from_bytes(octets[:4], "big") if len(octets) >= 4 else MORE

    flow, message = Flow(), (1 << 20).to_bytes(4, "big") + bytes(1 << 20)
    for at in range(0, len(message), 16384):
        handed = flow.feed(flow.reach, message[at : at + 16384], Piece(0, 0, len(message[at : at + 16384]), 1), size)
    assert handed is not None
    assert handed.whole == len(message)
    assert len(asked) < 4


def test_a_filter_changes_nothing() -> None:
    """What a record is does not depend on which packets were chosen."""
    names = ["frame.number", "tls.record.opaque_type", "tls.record.content_type"]
    with dissect.open(SAMPLES / "tour.pcapng") as cap:
        whole = {row["frame.number"][0]: row for row in cap.json_rows(names)}
    with dissect.open(SAMPLES / "tour.pcapng") as cap:
        some = list(cap.json_rows(names, dissect.compile_filter("tcp.port == 443")))
    assert some and all(row == whole[row["frame.number"][0]] for row in some)


@pytest.mark.parametrize("name", ["tls-keylog.pcap", "tls12.pcapng", "tls13.pcapng", "tls-h2.pcapng", "tour.pcapng"])
@pytest.mark.parametrize("opens", [True, False])
def test_nothing_is_learned_from_the_rows_that_are_left_out(
    name: str, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learned() -> object:
        with dissect.open(SAMPLES / name, keylog=SAMPLES / "tls-keylog.keys" if opens else None) as cap:
            tls = cap.streams.tls
            if not opens:
                monkeypatch.setattr(tls, "_keys", lambda: ())
            tls.finish()
            told = [tls._of_stream[name].tolist() for name in ("modern", "suite")]
            return told, {key: list(column) for key, column in tls._units.items()}

    narrowed = learned()
    monkeypatch.setattr(TlsPass, "_within", lambda *_: None)
    assert learned() == narrowed


def sealed(seal: Seal, number: int, kind: int, plain: bytes, iv: bytes) -> bytes:
    """A record of TLS 1.0 with its MAC behind the sealed octets (RFC 7366)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    pad = 15 - len(plain) % 16
    cipher = Cipher(algorithms.AES(seal.key), modes.CBC(iv)).encryptor()
    body = cipher.update(plain + bytes([pad]) * (pad + 1)) + cipher.finalize()
    said = struct.pack(">QBHH", number, kind, TLS10, len(body)) + body
    return body + hkdf.mac(seal.mac, said, seal.digest)


def test_records_chained_with_their_mac_behind() -> None:
    client, server, master = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 48
    found = seals("TLS_RSA_WITH_AES_128_CBC_SHA", TLS10, master, client, server, True)
    assert found is not None
    seal, asked = found[0], [b"GET /1 HTTP/1.0\r\n\r\n", b"GET /2 HTTP/1.0\r\n\r\n"]
    bodies, iv = list[bytes](), seal.iv
    finished = bytes.fromhex("1400000c") + bytes(12)
    for number, (kind, plain) in enumerate([(22, finished), *((23, one) for one in asked)]):
        bodies.append(sealed(seal, number, kind, plain, iv))
        iv = bodies[-1][-36:-20]
    hello = bytes.fromhex("0301") + client + bytes.fromhex("00 0002002f 0100 0004 00160000")
    answer = bytes.fromhex("0301") + server + bytes.fromhex("00 002f 00 0004 00160000")
    flights = [
        (True, [(22, struct.pack(">I", 1 << 24 | len(hello)) + hello)]),
        (False, [(22, struct.pack(">I", 2 << 24 | len(answer)) + answer + bytes.fromhex("0e000000"))]),
        (True, [(20, b"\1"), (22, bodies[0])]), (False, [(20, b"\1")]),
        (True, [(23, bodies[1])]), (True, [(23, bodies[2])]),
    ]  # fmt: skip
    packets, at = [*SHAKEN], {True: 501, False: 0}
    for forth, records in flights:
        data = b"".join(struct.pack(">BHH", kind, TLS10, len(body)) + body for kind, body in records)
        packets.append(segment(forth, ACK, at[forth], at[not forth], data=data))
        at[forth] += len(data)
    at_443 = [packet[:20] + packet[20:24].replace(b"\0\x50", b"\1\xbb") + packet[24:] for packet in packets]
    keys = KeyLog(f"CLIENT_RANDOM {client.hex()} {master.hex()}\n".encode())
    with dissect.open(io.BytesIO(pcap(paced(at_443, 1000), network=101)), keylog=keys) as cap:
        assert [row[URI] for row in cap.json_rows([URI]) if URI in row] == [["/1"], ["/2"]]
