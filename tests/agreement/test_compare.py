"""The comparison itself can fail: what it must find different, and what it must take for the same."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from ..capture.files import paced, pcap
from . import compare as module
from . import tshark
from .canonical import Plain, canonical, canonical_list, same
from .compare import Compared, Known, Result, compare_rows, last_layer

FIELDS = [
    Compared("ip.src", "ip", "FT_IPv4"),
    Compared("ip.id", "ip", "FT_UINT16"),
    Compared("ip.flags.df", "ip", "FT_BOOLEAN"),
    Compared("data.data", "data", "FT_BYTES"),
]


def _rows(ours: list[dict[str, list[Any]]], theirs: list[dict[str, list[str]]]) -> Result:
    result = Result()
    compare_rows("fake.pcap", FIELDS, ours, theirs, result)
    return result


@pytest.mark.parametrize(
    ("type_", "ours", "theirs"),
    [
        ("FT_UINT16", 0x1D0F, "0x1d0f"),
        ("FT_UINT16", 7439, "7439"),
        ("FT_INT8", -22, "-22"),
        ("FT_CHAR", 0x41, "'A'"),
        ("FT_CHAR", 10, "'\\n'"),
        ("FT_FRAMENUM", 4, "4"),
        ("FT_BOOLEAN", True, "1"),
        ("FT_BOOLEAN", False, "False"),
        ("FT_BYTES", "0a0b0c", "0A:0b:0c"),
        ("FT_BYTES", "", "<MISSING>"),
        ("FT_ABSOLUTE_TIME", "Apr  5, 2017 20:10:10.322697000 UTC", "Apr  5, 2017 20:10:10.322697 UTC"),
        ("FT_ABSOLUTE_TIME", "NULL", "NULL"),
        ("FT_ABSOLUTE_TIME", "Jan  1, 1970 00:00:01.000000005 UTC", "1.000000005"),
        ("FT_RELATIVE_TIME", 0.5, "0.500000000"),
        ("FT_FLOAT", 19440000.0, "1.944e+07"),
        ("FT_DOUBLE", 3.456, "3.456"),
        ("FT_STRING", "a\\x01b\\n", "a\x01b\\n"),
        ("FT_NONE", True, "1"),
        ("FT_PROTOCOL", True, "Internet Protocol Version 4, Src: 10.0.0.1, Dst: 10.0.0.2"),
    ],
)
def test_what_is_the_same(type_: str, ours: Plain, theirs: str) -> None:
    assert same(canonical(type_, ours), canonical(type_, theirs))


@pytest.mark.parametrize(
    ("type_", "ours", "theirs"),
    [
        ("FT_UINT16", 10, "0x0010"),
        ("FT_UINT8", True, "1"),
        ("FT_BOOLEAN", 2, "1"),
        ("FT_BYTES", "0a0b", "0b0a"),
        ("FT_ABSOLUTE_TIME", "Apr  5, 2017 20:10:10.322697001 UTC", "Apr  5, 2017 20:10:10.322697000 UTC"),
        ("FT_RELATIVE_TIME", "0.000000001", "0.000000000"),
        ("FT_FLOAT", 1.5, "1.50001"),
        ("FT_STRING", "a", "A"),
        ("FT_IPv6", "::1", "0:0:0:0:0:0:0:1"),
    ],
)
def test_what_is_not(type_: str, ours: Plain, theirs: str) -> None:
    assert not same(canonical(type_, ours), canonical(type_, theirs))


def test_a_single_empty_text_is_as_good_as_none() -> None:
    assert canonical_list("FT_STRING", [""]) == []
    assert canonical_list("FT_STRING", ["", "a"]) == ["", "a"]


def test_cells_are_counted_by_what_differs() -> None:
    result = _rows(
        [{"ip.src": ["10.0.0.1"], "ip.id": [1], "ip.flags.df": [True]}, {"ip.src": ["10.0.0.1", "10.0.0.2"]}],
        [
            {"ip.src": ["10.0.0.1"], "ip.id": ["0x0002"], "data.data": ["00"]},
            {"ip.src": ["10.0.0.2", "10.0.0.1"]},
        ],
    )
    total = result.total()
    assert (total.cells, total.equal, total.only_ours, total.only_theirs, total.different) == (5, 1, 1, 1, 2)
    assert total.agreement == 20.0
    kinds = {(name, kind) for name, kind, _ in result.ranked()}
    assert kinds == {
        ("ip.id", "value"),
        ("ip.flags.df", "only ours"),
        ("data.data", "only theirs"),
        ("ip.src", "order"),
    }
    example = result.groups["ip.id", "value"].examples[0]
    assert str(example) == "fake.pcap packet 1: ours 1, tshark 0x0002"


def test_equal_rows_agree_fully() -> None:
    result = _rows([{"ip.id": [1], "ip.flags.df": [False]}], [{"ip.id": ["0x0001"], "ip.flags.df": ["0"]}])
    assert result.total().agreement == 100.0
    assert not result.groups


def test_occurrences_are_counted() -> None:
    result = _rows([{"ip.id": [1]}, {"ip.id": [1, 2]}], [{"ip.id": ["1", "2"]}, {"ip.id": ["1"]}])
    assert set(result.groups) == {("ip.id", "more of theirs"), ("ip.id", "more of ours")}


def test_explained_differences_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known(field="ip.i?", right="ours", why="for the test", file="fake*", kind="value")
    monkeypatch.setattr(module, "known_differences", lambda: (known,))
    result = _rows([{"ip.id": [1], "ip.src": ["::"]}], [{"ip.id": ["2"], "ip.src": ["1.1.1.1"]}])
    assert result.fields["ip.id"].explained == 1
    assert result.explained[known].count == 1
    assert result.total().agreement == 0.0
    assert set(result.groups) == {("ip.src", "value")}


def test_results_add_up() -> None:
    one, sum_ = _rows([{"ip.id": [1]}], [{"ip.id": ["2"]}]), Result()
    for _ in range(9):
        sum_.add(one)
    assert sum_.fields["ip.id"].cells == 9
    assert sum_.groups["ip.id", "value"].count == 9
    assert len(sum_.groups["ip.id", "value"].examples) == module.EXAMPLES


def test_the_last_layer_is_a_protocol() -> None:
    assert last_layer("eth:ethertype:ip:udp:data") == "udp"
    assert last_layer("eth:ethertype:ip:tcp:_ws.malformed") == "tcp"
    assert last_layer("") == ""


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "cache", lambda: tmp_path / "cache")


def _capture(path: Path, source: bytes) -> Path:
    packet = (
        bytes(12)
        + b"\x08\x00"
        + struct.pack("!BBHHHBBH", 0x45, 0, 20, 0x1234, 0x4000, 64, 253, 0)
        + source * 2
    )
    path.write_bytes(pcap(paced([packet])))
    return path


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@pytest.mark.usefixtures("empty_cache")
def test_answers_come_fresh_and_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _capture(tmp_path / "one.pcap", bytes([10, 0, 0, 1]))
    expected = {"ip.addr": ["10.0.0.1", "10.0.0.1"], "ip.id": ["0x1234"], "ip.flags.df": ["1"]}
    assert tshark.printed(path, list(expected)).rows == [expected]
    assert tshark.printed(path, ["ip.src", "ip.id", "udp.srcport"]).rows == [
        {"ip.src": ["10.0.0.1"], "ip.id": ["0x1234"]}
    ]
    monkeypatch.setattr(tshark, "_complaint_and_rows", None)
    assert tshark.printed(path, ["ip.src", "ip.addr"]).rows == [
        {"ip.src": ["10.0.0.1"], "ip.addr": ["10.0.0.1"] * 2}
    ]


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@pytest.mark.usefixtures("empty_cache")
def test_checksums_are_verified_where_their_status_is_asked_for(tmp_path: Path) -> None:
    path = _capture(tmp_path / "bad.pcap", bytes([10, 0, 0, 1]))
    assert tshark.printed(path, ["ip.checksum.status", "ip.ttl"]).rows == [
        {"ip.checksum.status": ["0"], "ip.ttl": ["64"]}
    ]


@pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")
@pytest.mark.usefixtures("empty_cache")
def test_a_file_that_is_no_capture_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "no.pcap"
    path.write_text("no capture")
    answer = tshark.printed(path, ["ip.src"])
    assert answer.rows == []
    assert "no.pcap" in answer.complaint
