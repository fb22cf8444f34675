"""Questions with their answers as tables: what is one transaction, what stays open, and in which order."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import dissect
from dissect import transactions
from dissect.cli import main
from dissect.stats import statistic
from dissect.transactions import rows as waiting
from tests.corpus import SAMPLES
from tests.passes.test_exchanges import dns, get
from tests.passes.test_streams import ACK, SHAKEN, capture, segment

TOUR = str(SAMPLES / "tour.pcapng")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def rows(name: str, packets: list[bytes]) -> list[dict[str, Any]]:
    with capture(packets) as cap:
        return transactions.transaction_table(name, cap).to_pylist()  # type: ignore[no-any-return]


def spoken(*said: tuple[bool, bytes]) -> list[bytes]:
    """A connection on which these octets are said."""
    out, at = list(SHAKEN), {True: 501, False: 0}
    for forth, octets in said:
        out.append(segment(forth, ACK, at[forth], at[not forth], data=octets))
        at[forth] += len(octets)
    return out


def test_a_question_asked_again_is_one_transaction() -> None:
    found = rows("dns", [dns(1), dns(1), dns(2), dns(1, True), dns(1, True), dns(3, True)])
    told = [(row["packet"], row["response_packet"], row["queries"], row["query"]) for row in found]
    assert told == [(1, 4, 2, "a"), (3, None, 1, "a"), (None, 6, 0, "a")]
    assert found[0]["elapsed"] == pytest.approx(0.003)
    assert (found[0]["client_port"], found[0]["server_port"], found[2]["client_port"]) == (4000, 53, 4000)


def test_what_an_error_quotes_was_not_asked() -> None:
    quoted = dns(1)
    error = struct.pack(">BBHI", 3, 3, 0, 0) + quoted
    packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(error), 1, 0, 64, 1, 0, b"\1" * 4, b"\2" * 4) + error
    assert [row["packet"] for row in rows("dns", [quoted, packet])] == [1]


def test_rows_wait_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 3)
    found = rows("dns", [*(dns(i) for i in range(10)), dns(0, True), dns(9, True)])
    assert [row["packet"] for row in found] == [*range(1, 11), None]
    assert found[9]["response_packet"] == 12  # the first question's row was given out before its answer came
    assert found[10]["response_packet"] == 11


def test_requests_in_one_segment_have_a_row_each() -> None:
    answers = ANSWER + ANSWER.replace(b"200 OK", b"404 No")
    found = rows("http", spoken((True, get(b"/1") + get(b"/2")), (False, answers)))
    assert [(row["number"], row["uri"], row["status"], row["response_length"]) for row in found] == [
        (1, "/1", 200, 4), (2, "/2", 404, 4),
    ]  # fmt: skip
    assert {(row["packet"], row["response_packet"]) for row in found} == {(4, 5)}


def test_interim_responses_complete_nothing() -> None:
    found = rows("http", spoken((True, get(b"/")), (False, b"HTTP/1.1 100 Continue\r\n\r\n"), (False, ANSWER)))
    assert [(row["status"], row["response_packet"]) for row in found] == [(200, 6)]


def test_sessions_of_tls() -> None:
    with dissect.open(TOUR) as cap:
        old, new = transactions.transaction_table("tls", cap).to_pylist()
    assert (old["version"], old["server_name"], old["alpn"], old["established"]) == (
        "TLSv1.2", "www.example.com", "http/1.1", True,
    )  # fmt: skip
    assert (new["version"], new["cipher_suite"], new["established"]) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384", True)
    assert old["certificates"] == 1 and len(old["certificate_sha256"]) == 64 and new["ja4"].startswith("t13d")


def test_a_lease() -> None:
    with dissect.open(TOUR) as cap:
        [row] = transactions.transaction_table("dhcp", cap).to_pylist()
    assert row["messages"] == ["Discover", "Discover", "Offer", "Offer", "Request", "ACK"]
    assert (row["address"], row["lease"], row["outcome"]) == ("192.0.2.50", 3600, "ACK")


def test_sql_reads_them() -> None:
    pytest.importorskip("duckdb")
    with dissect.open(TOUR) as cap:
        assert cap.sql("SELECT count(*) AS n FROM dns WHERE rcode = 'No such name'").to_pylist() == [{"n": 1}]
        assert cap.sql("SELECT max(status) AS s FROM http").to_pylist() == [{"s": 404}]


@pytest.mark.parametrize("kind", transactions.TABLES)
def test_statistics(kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with dissect.open(TOUR) as cap:
        found = statistic(kind).table(cap)
    assert found.schema.names[:4] == ["statistic", "item", "count", "percent"] and found.num_rows
    assert main(["stats", TOUR, kind, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == found.to_pylist()
    assert main(["stats", TOUR, kind]) == 0
    assert "all" in capsys.readouterr().out


def test_statistics_as_arrow(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["stats", TOUR, "dns", "--format", "arrow"]) == 0
    found = pa.ipc.open_stream(capfdbinary.readouterr().out).read_all()
    counts = {(row["statistic"], row["item"]): row["count"] for row in found.to_pylist()}
    assert counts["Messages", "queries"] == 9 and counts["Response codes", "No such name"] == 1
