"""The language itself: grammar, errors and their places, warnings, macros, references, newer constructs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dissect
from dissect.filters import FilterError, compile_filter
from dissect.filters import generate as generated
from dissect.filters.generate import table_source
from dissect.filters.parse import parse
from tests.corpus import SAMPLES


@pytest.fixture(scope="module")
def tour() -> Iterator[dissect.Capture]:
    with dissect.open(SAMPLES / "tour.pcapng") as capture:
        yield capture


def test_any_and_all_of_several_values(tour: dissect.Capture) -> None:
    """`tcp.port` has two values a packet: each operator says which of them must hold."""
    ports = tour.table(["tcp.port"], occurrence="all")["tcp.port"].to_pylist()
    there = {i for i, found in enumerate(ports) if found}
    has, has_other = ({i for i in there if any((p == 443) is same for p in ports[i])} for same in (True, False))
    assert has & has_other and there - has
    for text, rows in {
        "tcp.port == 443": has, "tcp.port === 443": there - has_other,
        "tcp.port != 443": there - has, "tcp.port !== 443": has_other, "any tcp.port != 443": has_other,
        "!(tcp.port == 443)": set(range(len(ports))) - has,
    }.items():  # fmt: skip
        assert set(tour.filter(text).tolist()) == rows, text


def test_table_is_current() -> None:
    assert (generated.HERE / "table.py").read_text("utf-8") == table_source()


@pytest.mark.parametrize(
    ("text", "start", "says"),
    [
        ("tcp.prt == 80", 0, "did you mean tcp.port?"),
        ("tcp.port == 80 and tcp.dstprt == 1", 19, "did you mean tcp.dstport?"),
        ("ip.src == tcp.port", 10, "cannot be held against"),
        ("tcp.port in {80 443}", 16, "commas"),
        ("tcp AND udp", 4, "did you mean and?"),
        ("tcp.port == 70000", 12, "65535"),
        ("ip.src == 1.2.3", 10, "no IPv4 address"),
        ("ip.ttl == x", 10, "not a number"),
        ("ip.ttl ==", 9, "too early"),
        ("(tcp", 4, "too early"),
        ("tcp)", 3, "not expected"),
        ('frame contains "abc', 15, "does not end"),
        ("tcp = 1", 4, "=="),
        ("ip.ttl[0] == 1", 0, "sliced"),
        ("eth.src[x] == 1", 7, "slice"),
        ('ip.src matches "a"', 0, "text or bytes"),
        ('frame matches "("', 14, "regular expression"),
        ("foo(ip.src) == 1", 0, "no function foo"),
        ("lower(ip.ttl) == 1", 6, "text"),
        ("len(ip.src)", 0, "no test"),
        ("ip.flags.df + 1", 0, "has no +"),
        ("eth.src == 00:11", 11, "2 bytes"),
        ('frame matches "\\d"', 15, "raw string"),
        ("$nomacro(1)", 0, "no macro"),
        ("${private_ipv4}", 0, "argument 1"),
    ],
)
def test_errors_show_the_place(text: str, start: int, says: str) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(text)
    message, line, caret = str(caught.value).split("\n")
    assert says in message
    assert caret.index("^") - 2 == start
    assert line[2:] == text or "$" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ip.addr != 1.2.3.4", "!=="),
        ("tcp.port ne 80", "!=="),
        ("tcp.port ~= 80", "deprecated"),
        ("eth.src[0] == ff", "0xff"),
        ("tcp.srcport != 80", ""),
        ("ip.addr !== 1.2.3.4", ""),
    ],
)
def test_warnings(text: str, says: str) -> None:
    warnings = compile_filter(text).warnings
    assert bool(warnings) == bool(says)
    assert all(says in str(w) for w in warnings)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("tcp xor udp", "(tcp and not udp) or (udp and not tcp)"),
        ("tcp ^^ udp", "tcp xor udp"),
        ("@tcp.port == 01:bb", "tcp.port == 443"),
        ("@ip.src == c0:00:02:32", "ip.src == 192.0.2.50"),
        ('vals(ip.proto) == "TCP"', "ip.proto == 6"),
        ('dec(ip.ttl) == "64"', "ip.ttl == 64"),
        ('hex(ip.ttl) == "0x40"', "ip.ttl == 64"),
        ("double(ip.ttl) / 2 == 32.0", "ip.ttl == 64"),
        ("float(frame.time_relative) > 0.5", "frame.time_relative > 0.5"),
        ("tcp.flags bitand 2", "tcp.flags & 2"),
        ("${private_ipv4:ip.src}", "ip.src == 192.168.0.0/16 or ip.src == 172.16.0.0/12 or ip.src == 10.0.0.0/8"),
        ("$private_ipv4(ip.src)", "${private_ipv4:ip.src}"),
        ("${between:ip.ttl;60;64}", "ip.ttl >= 60 and ip.ttl <= 64"),
        ("tcp.port == 443 or " * 200 + "udp", "tcp.port == 443 or udp"),
        ("", "frame"),
        ("  ", "frame"),
        ("{tcp.port} == 443", "tcp.port == 443"),
        ("443 == tcp.port", "tcp.port == 443"),
        ("63 < ip.ttl < 65", "ip.ttl == 64"),
        ("ip.src#[2-]", "ip.src#2"),
        ('_ws.col.protocol == "TCP"', '_ws.col.Protocol contains "TCP"'),
    ],
)
def test_same_packets(tour: dissect.Capture, text: str, same: str) -> None:
    macros = {"between": "$1 >= $2 and $1 <= $3"}
    assert tour.filter(text, macros=macros).tolist() == tour.filter(same).tolist()


def test_references(tour: dissect.Capture) -> None:
    first = tour.filter("tcp")[0] + 1
    source = tour[int(first) - 1]["ip.src"]
    expected = tour.filter(f"ip.src == {source}").tolist()
    assert tour.filter("ip.src == ${ip.src}", reference=int(first)).tolist() == expected
    assert tour.filter("ip.src == ${ip.src}").tolist() == []


def test_chunks_make_no_difference(tour: dissect.Capture) -> None:
    chosen = compile_filter("ip.src#2 or tcp.flags.syn == 1 and frame.time_delta < 1 and frame.number > 3")
    small = [chunk.first + row for chunk, rows in chosen.chunks(tour, 7) for row in rows.tolist()]
    assert small == tour.filter(chosen).tolist()


WORDS = st.sampled_from(
    ["tcp", "ip.src", "tcp.port", "==", "!=", "(", ")", "{", "}", "[0:2]", "[", "#", "1", "..", ",", "and", "not", "in",
     '"', "'a'", '"x"', "matches", "contains", "+", "-", "/", "%", "&", "@", "${ip.src}", "$", "len(", "any",
     "10.0.0.0/8", "00:11", "#[-1]", "\\", "é", "\0"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=4096), st.lists(WORDS, max_size=400).map(" ".join).map(lambda t: t[:4096]))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        compile_filter(text)
    except FilterError as error:
        assert str(error)


@pytest.mark.parametrize(
    "unit", ["(", "!", "-", "a or ", "a+", "a and !", "{", "a[0]", "1,", "a in {1,", "not ", "a==", "any ", '"', "#1"]
)
def test_long_texts_take_no_time(unit: str) -> None:
    text = (unit * 4096)[:4096]
    parse("tcp")
    best = 1.0
    for _ in range(3):
        began = time.process_time()
        with pytest.raises(FilterError):
            parse(text)
            raise FilterError("parsed", text, 0)
        best = min(best, time.process_time() - began)
    assert best < 0.2  # a slow machine takes 0.05; what reads a text again and again takes seconds


def test_an_expression_that_backtracks_is_stopped_and_named(tmp_path: Path) -> None:
    from dissect.capture import PcapWriter

    with PcapWriter(tmp_path / "a.pcap", linktype=1) as writer:
        writer.write(0, b"a" * 5000 + b"b")
    slow = "takes more than 1.0 s on one value"
    with dissect.open(tmp_path / "a.pcap") as cap, pytest.raises(FilterError, match=slow) as said:
        cap.filter('frame matches "^(a|a)*$"')
    assert "^~~" in str(said.value).splitlines()[-1]
