"""DNS over datagrams and segments, multicast DNS, LLMNR."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.engine.peek import RowPeek
from dissect.engine.row import Dissection
from dissect.layers import builtin
from dissect.layers.dns import DNS, DNSOverTCP
from dissect.layers.dns_rdata import key_tag
from dissect.layers.dns_text import LOOPS, Beyond, read_name, told
from tests.layers.link_bytes import layer_tree, layer_values

WWW = b"\3www\7example\3com\0"
QUERY = bytes.fromhex("51ec01000001000000000001") + WWW + bytes.fromhex("00010001 0000291000000080000000")
ANSWER = (
    bytes.fromhex("8e3585800001000200000000")
    + WWW
    + bytes.fromhex("00010001 c00c 0005 0001 0000012c 0005 0265 78 c010 c02d 0001 0001 0000012c 0004 c633640a")
)


def header(questions: int = 0, answers: int = 0, flags: int = 0x8180) -> bytes:
    return struct.pack(">6H", 7, flags, questions, answers, 0, 0)


def record(kind: int, data: bytes, name: bytes = b"\0") -> bytes:
    return name + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def test_a_question_with_edns() -> None:
    fields = layer_values("dns", QUERY)
    assert fields["dns.id"] == [0x51EC]
    assert fields["dns.flags.response"] == [False]
    assert fields["dns.flags.recdesired"] == [True]
    assert "dns.flags.rcode" not in fields
    assert fields["dns.qry.name"] == ["www.example.com"]
    assert (fields["dns.qry.name.len"], fields["dns.count.labels"]) == ([15], [3])
    assert fields["dns.resp.name"] == ["<Root>"]
    assert (fields["dns.rr.udp_payload_size"], fields["dns.resp.z.do"]) == ([4096], [True])
    assert layer_tree("dns", QUERY).info == "Standard query 0x51ec A www.example.com OPT"


def test_an_answer_with_compressed_names() -> None:
    fields = layer_values("dns", ANSWER)
    assert fields["dns.flags.authoritative"] == [True]
    assert fields["dns.resp.name"] == ["www.example.com", "ex.example.com"]
    assert fields["dns.cname"] == ["ex.example.com"]
    assert fields["dns.a"] == [0xC633640A]
    assert "_ws.undecoded" not in fields
    info = "Standard query response 0x8e35 A www.example.com CNAME ex.example.com A 198.51.100.10"
    assert layer_tree("dns", ANSWER).info == info
    assert told(ANSWER) == (info, True)


def test_records_of_many_types() -> None:
    records = (
        record(15, b"\0\x0a\2mx\0") + record(16, b"\3abc\0\2de") + record(33, b"\0\1\0\2\0\x35\1s\0")
        + record(6, b"\1m\0\1r\0" + bytes(19) + b"\5") + record(43, b"\x12\x34\x08\2ab") + record(44, b"\4\2\xaa")
        + record(257, b"\x80\5issueca.example") + record(65, b"\0\1\0\0\1\0\3\2h2\0\3\0\2\1\xbb") + record(4711, b"xyz")
    )  # fmt: skip
    fields = layer_values("dns", header(answers=9) + records)
    assert (fields["dns.mx.preference"], fields["dns.mx.mail_exchange"]) == ([10], ["mx"])
    assert fields["dns.txt"] == ["abc", "", "de"]
    assert (fields["dns.srv.port"], fields["dns.srv.target"]) == ([53], ["s"])
    assert fields["dns.soa.minimum_ttl"] == [5]
    assert fields["dns.ds.key_id"] == [0x1234]
    assert fields["dns.sshfp.fingerprint"] == [b"\xaa"]
    assert (fields["dns.caa.tag"], fields["dns.caa.value"]) == (["issue"], ["ca.example"])
    assert (fields["dns.svcb.svcparam.alpn"], fields["dns.svcb.svcparam.port"]) == (["h2"], [443])
    assert fields["dns.data"] == [b"xyz"]


def test_a_segment_of_two_messages_and_a_half() -> None:
    framed = struct.pack(">H", len(QUERY)) + QUERY
    data = framed * 2 + framed[:20]
    run = Dissection(builtin(), data)
    run.enter(DNSOverTCP, data, 0, len(data), len(data), None)
    assert run.tree.find("dns.length") == [len(QUERY)] * 2
    assert run.tree.find("dns.qry.name") == ["www.example.com"] * 2
    assert run.tree.find("dns.flags.rcode") == []


def test_multicast_has_bits_in_the_class() -> None:
    data = header(1, 1, 0) + WWW + b"\0\x0c\x80\1" + b"\xc0\x0c\0\x0c\x80\1" + bytes(4) + b"\0\2\xc0\x0c"
    fields = layer_values("mdns", data)
    assert (fields["dns.qry.qu"], fields["dns.qry.class"]) == ([True], [1])
    assert fields["dns.resp.cache_flush"] == [True]
    assert layer_tree("mdns", data).protocol_column == "MDNS"
    assert '"QU" question PTR, cache flush www.example.com' in layer_tree("mdns", data).info


def test_llmnr_names_two_bits_otherwise() -> None:
    fields = layer_values("llmnr", header(1, 0, 0x0500) + WWW + b"\0\1\0\1")
    assert (fields["dns.flags.conflict"], fields["dns.flags.tentative"]) == ([True], [True])
    assert "dns.flags.recdesired" not in fields


@pytest.mark.parametrize("name", [b"\xc0\x0c", b"\1a\xc0\x0c", b"\xc0\x0e\xc0\x0c"])
def test_pointers_that_loop_end(name: bytes) -> None:
    assert read_name(bytes(12) + name, 12)[0] == LOOPS


def test_names_that_reach_beyond_are_malformed() -> None:
    with pytest.raises(Beyond):
        read_name(b"\5abc", 0)
    tree = layer_tree("dns", header(1) + b"\5abc")
    assert [note.group for note in tree.notes] == ["Malformed"]
    assert tree.info.endswith("[Malformed Packet]")


def test_counts_that_lie_are_bounded() -> None:
    tree = layer_tree("dns", header(65535, 65535) + bytes(60_000))
    assert tree.notes


def test_key_tag_of_the_rfc() -> None:
    # RFC 4034, section 5.4: the DNSKEY of dskey.example.com has the key tag 60485
    public = base64.b64decode(
        "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7Or"
        "zKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
    )
    assert key_tag(struct.pack(">HBB", 256, 3, 5) + public) == 60485


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    layer_tree("dns", QUERY[:12] + data)
    told(header(3, 3) + data)


def test_a_question_on_another_port_is_found() -> None:
    question = bytes.fromhex("43010100000100000000000003777777076578616d706c6503636f6d0000010001")
    assert DNS.probe is not None and DNS.probe(RowPeek(question, 0, len(question), len(question), None))
    assert not DNS.probe(RowPeek(question[:12] + b"\xc0" + question[13:], 0, len(question), len(question), None))
    other = b"\xff" + question[1:4] + b"\0\2" + question[6:]
    assert not DNS.probe(RowPeek(other, 0, len(other), len(other), None))
