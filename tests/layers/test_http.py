"""HTTP/1 and SSDP."""

from __future__ import annotations

import gzip

from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing
from tests.passes.test_streams import ACK, SHAKEN, capture, segment

REQUEST = (
    b"GET /a?b=1&c=2 HTTP/1.1\r\nHost: example.com\r\nUser-Agent: me\r\nCookie: x=1; y=2\r\n"
    b"Authorization: Basic dTpw\r\nX-Other: z\r\n\r\n"
)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
)
FORM = (
    b"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\na=b+c&d=%41"
    b"HTTP/1.1 204 No Content\r\n\r\n"
)


def test_request() -> None:
    fields = layer_values("http", REQUEST)
    assert fields["http.request.method"] == ["GET"]
    assert fields["http.request.uri"] == ["/a?b=1&c=2"]
    assert fields["http.request.uri.query.parameter"] == ["b=1", "c=2"]
    assert fields["http.host"] == ["example.com"]
    assert fields["http.request.full_uri"] == ["http://example.com/a?b=1&c=2"]
    assert fields["http.cookie_pair"] == ["x=1", "y=2"]
    assert fields["http.authbasic"] == ["u:p"]
    assert fields["http.request.line"][-1] == "X-Other: z\r\n"
    assert "_ws.undecoded" not in fields


def test_chunks() -> None:
    fields = layer_values("http", CHUNKED)
    assert fields["http.response.code"] == [200]
    assert fields["http.chunk_size"] == [3, 4, 0]
    assert fields["http.file_data"] == ["abcdefg"]
    assert "data-text-lines" in fields


def test_a_form_and_what_follows_it() -> None:
    fields = layer_values("http", FORM)
    assert fields["urlencoded-form.value"] == ["b c", "A"]
    assert fields["http.response.code.desc"] == ["No Content"]


def test_compressed_body() -> None:
    body = gzip.compress(b"hello")
    head = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n"
    assert layer_values("http", head + body)["http.file_data"] == ["hello"]


def test_ssdp() -> None:
    data = b"NOTIFY * HTTP/1.1\r\nHost:239.255.255.250:1900\r\n\r\n"
    fields = layer_values("ssdp", data)
    assert (fields["http.notification"], fields["http.host"]) == ([True], ["239.255.255.250:1900"])
    assert layer_tree("ssdp", data).info.strip() == "NOTIFY * HTTP/1.1"


def test_changed_bytes_raise_nothing() -> None:
    for text in (REQUEST, CHUNKED, FORM):
        raises_nothing("http", text, 170, among=b"\r\n :;=?&%\x00\xff0")


def test_dns_in_a_body_is_found_by_column() -> None:
    """Only messages that may carry it are decoded where nothing but DNS is asked for."""
    question = bytes.fromhex("000001000001000000000000") + b"\1a\2bc\0\0\1\0\1"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    parts = b"--x\r\nContent-Type: application/dns-message\r\n\r\n" + question + b"\r\n--x--\r\n"
    plain, at, packets = head % (b"text/plain", 2) + b"hi", 0, list(SHAKEN)
    for answer in (
        plain, head % (b"Application/DNS-Message", len(question)) + question,
        head % (b"multipart/mixed; boundary=x", len(parts)) + parts, plain,
    ):  # fmt: skip
        packets.append(segment(False, ACK, at, 501, data=answer))
        at += len(answer)
    with capture(packets) as cap:
        found = [row.get("dns.qry.name") for row in cap.json_rows(["dns.qry.name"])]
        assert found[3:] == [None, ["a.bc"], ["a.bc"], None]
        assert [packet.all("dns.qry.name") or None for packet in cap] == found
