"""Messages over TCP: whole at the segment that completes them, however they were cut; the same in any chunks."""

from __future__ import annotations

import io
import random
import struct
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dissect
from tests.capture.files import paced, pcap
from tests.crafted.frames import Talk
from tests.passes.test_streams import ACK, FIN, SHAKEN, SYN, SYN_ACK, capture, segment

NAMES = [
    "tcp.segment", "tcp.segment.count", "tcp.reassembled.length", "tcp.reassembled_in", "tcp.segment_data",
    "http.response.code", "http.file_data", "frame.protocols",
]  # fmt: skip
BODY = bytes(range(65, 91)) * 3
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n3\r\nfgh\r\n0\r\n\r\n"


def said(octets: bytes, cuts: list[int], back: int = 0) -> list[bytes]:
    """The server's octets in segments that end at these places; `back`: the sequence number they begin at."""
    edges = [0, *sorted(set(cuts) & set(range(1, len(octets)))), len(octets)]
    return [segment(False, ACK, back + a, 501, data=octets[a:b]) for a, b in pairwise(edges)]


def rows(packets: list[bytes], names: list[str] = NAMES) -> list[dict[str, list[Any]]]:
    with capture(packets) as cap:
        return list(cap.json_rows(names))


def test_a_message_is_dissected_at_the_segment_that_completes_it() -> None:
    found = rows([*SHAKEN, *said(PLAIN, [20, 90])])
    assert [row.get("http.response.code") for row in found[3:]] == [None, None, [200]]
    assert found[5]["tcp.segment"] == [4, 5, 6]
    assert found[5]["tcp.segment.count"] == [3]
    assert found[5]["tcp.reassembled.length"] == [len(PLAIN)]
    assert found[5]["http.file_data"] == [BODY.decode()]
    assert [row["tcp.reassembled_in"] for row in found[3:5]] == [[6], [6]]
    assert [len(bytes.fromhex(row["tcp.segment_data"][0].replace(":", ""))) for row in found[3:]] == [
        20, 70, len(PLAIN) - 90,
    ]  # fmt: skip
    assert [row["frame.protocols"] for row in found[3:5]] == [["raw:ip:tcp"]] * 2


def test_the_tree_shows_the_segments() -> None:
    with capture([*SHAKEN, *said(PLAIN, [20, 90])]) as cap:
        packet = cap[5]
        assert packet.all("tcp.segment") == [4, 5, 6]
        assert packet.tree.sources[1] == ("Reassembled TCP", PLAIN)
        assert packet.tree.info == "HTTP/1.1 200 OK  (text/plain)"
        assert cap[4].tree.info.endswith(" [TCP segment of a reassembled PDU]")
        assert cap[4]["tcp.reassembled_in"] == 6


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_a_message_of_which_few_octets_come_first(size: int) -> None:
    found = rows([*SHAKEN, *said(CHUNKED + PLAIN, [len(CHUNKED), len(CHUNKED) + size])])
    assert [row.get("http.response.code") for row in found[3:]] == [[201], None, [200]]


def test_what_follows_a_message_in_its_segment() -> None:
    both = PLAIN + CHUNKED + PLAIN
    found = rows([*SHAKEN, *said(both, [len(PLAIN) - 10, len(PLAIN) + len(CHUNKED) + 5])])
    assert [row.get("http.response.code") for row in found[3:]] == [None, [200, 201], [200]]


def test_a_body_that_ends_with_the_connection() -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    end = segment(False, FIN, len(head) + 6, 501)
    found = rows([*SHAKEN, *said(head + b"so far", [len(head) + 2]), end])
    assert [row.get("http.file_data") for row in found[3:]] == [None, None, ["so far"]]


def test_an_answer_without_its_body_does_not_swallow_the_next() -> None:
    head = PLAIN[: -len(BODY)]  # to HEAD
    found = rows([*SHAKEN, *said(head + PLAIN, [len(head)])])
    assert [row.get("http.response.code") for row in found[3:]] == [None, [200, 200]]


def test_octets_sent_again_are_not_dissected_again() -> None:
    found = rows([*SHAKEN, *said(PLAIN, []), *said(PLAIN, [])])
    assert [row["frame.protocols"] for row in found[3:]] == [["raw:ip:tcp:http:data-text-lines"], ["raw:ip:tcp"]]


def test_a_lost_piece_that_comes_late_completes_the_message() -> None:
    first, second, third = said(PLAIN, [70, 90])
    found = rows([*SHAKEN, first, third, second])
    assert [row.get("http.response.code") for row in found[3:]] == [None, None, [200]]
    assert found[5]["tcp.segment"] == [4, 6, 5]


def test_a_cut_segment_is_dissected_as_far_as_it_goes() -> None:
    whole = segment(False, ACK, 0, 501, data=PLAIN)
    packets = [*SHAKEN, whole]
    with dissect.open(io.BytesIO(pcap(paced(packets, cut=80), network=101))) as cap:
        assert cap[3]["http.response.code"] == 200


def test_sequence_numbers_go_round() -> None:
    start = 0xFFFFFFFF - 30
    shaken = [segment(True, SYN, 500), segment(False, SYN_ACK, start - 1, 501)]
    pieces = [
        segment(False, ACK, (start + a) & 0xFFFFFFFF, 501, data=PLAIN[a : a + 25]) for a in range(0, len(PLAIN), 25)
    ]
    found = rows([*shaken, *pieces])
    assert found[-1]["http.response.code"] == [200]
    assert found[-1]["tcp.reassembled.length"] == [len(PLAIN)]


TEXTS = st.lists(st.sampled_from([PLAIN, CHUNKED, b"HTTP/1.1 204 No Content\r\n\r\n"]), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.lists(st.integers(8, 600), max_size=12), st.booleans(), st.integers(0, 99))
def test_any_cuts_any_chunks(texts: list[bytes], cuts: list[int], again: bool, seed: int) -> None:
    octets = b"".join(texts)
    pieces = said(octets, cuts)
    if again:
        pieces.insert(random.Random(seed).randrange(1, len(pieces) + 1), pieces[0])
    packets = [*SHAKEN, *pieces]
    codes = [int(text[9:12]) for text in texts]
    found = rows(packets)
    assert [code for row in found for code in row.get("http.response.code", [])] == codes
    with capture(packets) as cap:
        chunked = list(chunks(cap, 2))
    with capture(packets) as cap:
        trees = [{n: v for n in NAMES if (v := cap[i].all(n))} for i in reversed(range(len(cap)))][::-1]
    assert chunked == found
    assert [row.get("http.file_data") for row in trees] == [row.get("http.file_data") for row in found]
    assert [row.get("tcp.segment") for row in trees] == [row.get("tcp.segment") for row in found]


def chunks(cap: dissect.Capture, records: int) -> Any:
    """As json_rows, in chunks of so many packets."""
    for chunk, columns in cap.columns(NAMES, records):
        out: list[dict[str, list[Any]]] = [{} for _ in range(len(chunk))]
        for name in NAMES:
            cap._fill(out, name, columns)
        yield from out


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_dns_behind_its_length(size: int) -> None:
    query = bytes.fromhex("000701000001000000000000 07636f6e746f736f056c6f63616c00 00010001")
    octets = struct.pack(">H", len(query)) + query
    pieces = [segment(False, ACK, at, 501, data=octets[at : at + size]) for at in range(0, len(octets), size)]
    with capture([*SHAKEN, *pieces]) as cap:
        cap = dissect.Capture(cap.source, cap.registry.decode_as("tcp.port==80,dns"))
        assert cap[len(cap) - 1].all("dns.qry.name") == ["contoso.local"]
        assert cap[3].all("dns.qry.name") == ([] if size < 100 else ["contoso.local"])


def test_answers_to_head_have_no_body() -> None:
    """Whatever length they state (RFC 9110 section 9.3.2); the next question may want one."""
    head = b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"
    answer = b"HTTP/1.1 301 Moved\r\nContent-Length: 78\r\nContent-Type: text/plain\r\n\r\n"
    get = head.replace(b"HEAD", b"GET")
    at, packets = {True: 501, False: 0}, list(SHAKEN)
    for forth, octets in ((True, head), (False, answer), (True, get), (False, PLAIN[:80]), (False, PLAIN[80:])):
        packets.append(segment(forth, ACK, at[forth], at[not forth], data=octets))
        at[forth] += len(octets)
    found = rows(packets, ["http.response.code", "http.file_data"])
    assert [row.get("http.response.code") for row in found[3:]] == [None, [301], None, None, [200]]
    assert found[7]["http.file_data"] == [BODY.decode()]
    with capture(packets) as cap:
        assert cap[4].all("http.response.code") == [301]


def test_what_no_layer_claims_behind_a_gap() -> None:
    """A message only begins, some octets are missing, and what comes then is nobody's: it is dispatched as if alone."""
    begun, noise = bytes.fromhex("05644fd96213479f56ded17ceba0b13bb1564156"), bytes(range(100, 200))
    talk = Talk(41384, 50002)
    talk.asks(begun)
    talk.sequence[0] += 5000
    talk.asks(noise)
    with dissect.open(io.BytesIO(pcap(paced(talk.packets, 1000)))) as cap:
        told = [row["frame.protocols"][0] for row in cap.json_rows(["frame.protocols"])][3:]
        assert told == ["eth:ethertype:ip:tcp", "eth:ethertype:ip:tcp:data"] == [packet.protocols for packet in cap][3:]
