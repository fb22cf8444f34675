"""SQL over captures: the cookbook, only what is named is decoded, conditions reach the column engine, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

import dissect
from dissect.cli import main
from dissect.sql import Session, SqlError
from dissect.sql import query as queries
from dissect.sql.tables import Packets

ROOT = Path(__file__).parents[2]
TOUR = str(ROOT / "samples" / "tour.pcapng")
COOKBOOK = [block.split("```")[0] for block in (ROOT / "docs" / "queries.md").read_text().split("```sql\n")[1:]]


@pytest.mark.parametrize("statement", COOKBOOK, ids=range(1, len(COOKBOOK) + 1))
def test_cookbook(statement: str) -> None:
    name = statement.splitlines()[0].removeprefix("-- ")
    with dissect.open(ROOT / name) as cap:
        found = cap.sql(statement)
    assert found.num_rows


def test_there_are_twenty() -> None:
    assert len(COOKBOOK) == 20


def packets(statement: str) -> Packets:
    session = Session([TOUR])
    return Packets(session.captures, queries.read(session.connection, statement))


def test_only_what_is_named_is_decoded() -> None:
    found = packets("SELECT ip.src, p.tcp.dstport FROM packets p WHERE udp IS NULL")
    assert {(layer.layer, short) for layer in found.layers for short, _ in layer.fields} >= {
        ("ip", "src"),
        ("tcp", "dstport"),
    }
    assert {layer.layer for layer in found.layers} == {"ip", "tcp", "udp"}
    assert [short for layer in found.layers if layer.layer == "ip" for short, _ in layer.fields] == ["src"]


def test_conditions_reach_the_column_engine() -> None:
    found = packets(
        "SELECT count(*) FROM packets WHERE tcp.dstport = 443 AND ip.src = '192.0.2.50' AND 60 >= frame.len"
    )
    assert found.where is not None
    assert found.where.text == "tcp.dstport == 443 && ip.src == 192.0.2.50 && frame.len <= 60"
    assert packets("SELECT count(*) FROM packets WHERE tcp.dstport = 443 OR udp.dstport = 53").where is None


@pytest.mark.parametrize(
    "condition", ["tcp.dstport = 443", "ip.src = '192.0.2.50'", "dns.qry_name = 'example.com'", "ip.ttl < 64"]
)
def test_conditions_take_nothing_away(condition: str) -> None:
    with dissect.open(TOUR) as cap:
        [pushed] = cap.sql(f"SELECT count(*) AS n FROM packets WHERE {condition}").to_pylist()
        [plain] = cap.sql(f"SELECT count(*) FILTER (WHERE {condition}) AS n FROM packets").to_pylist()
        assert pushed == plain
        assert 0 < pushed["n"] < len(cap)


def test_the_same_of_exported_tables(tmp_path: Path) -> None:
    assert main(["export", TOUR, "-o", str(tmp_path / "t.parquet")]) == 0
    statement = "SELECT ip.src, tcp.dstport, count(*) AS n FROM packets GROUP BY ALL ORDER BY ALL"
    with Session([TOUR]) as live, Session([str(tmp_path)]) as exported:
        assert live.table(statement).to_pylist() == exported.table(statement).to_pylist()


def test_whole_tables() -> None:
    with dissect.open(TOUR) as cap:
        connection = cap.to_duckdb(["packets", "flows"])
        assert connection.execute("SELECT count(*), count(DISTINCT tcp.stream) FROM packets").fetchall() == [
            (len(cap), 12)
        ]
        assert connection.execute("SELECT count(*) FROM flows WHERE type = 'tcp'").fetchall() == [(12,)]


def test_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    statement = "SELECT ip.src, count(*) AS n FROM packets WHERE icmp.type = 8 GROUP BY ALL ORDER BY ALL"
    assert main(["sql", TOUR, statement, "--format", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert set(rows[0]) == {"src", "n"}
    assert main(["sql", TOUR, statement, "--format", "parquet", "-o", str(tmp_path / "o.parquet")]) == 0
    assert (tmp_path / "o.parquet").stat().st_size
    assert main(["sql", TOUR, "SELECT ip.srx FROM packets"]) == 2
    assert main(["sql", TOUR, "SELEC 1"]) == 2
    assert main(["sql", TOUR, "SELECT * FROM nothing"]) == 2
    assert main(["sql", str(tmp_path / "none.pcap"), "SELECT 1"]) == 3
    assert "Traceback" not in capsys.readouterr().err


def test_errors_are_ours() -> None:
    with Session([TOUR]) as session, pytest.raises(SqlError, match="no field 'lenn'"):
        session.table("SELECT ip.lenn FROM packets")


def test_durations_are_seconds() -> None:
    with dissect.open(TOUR) as cap:
        text = "SELECT max(frame.time_relative) AS a, max(frame.time::TIMESTAMPTZ) - min(frame.time::TIMESTAMPTZ) AS b"
        [row] = cap.sql(f"{text} FROM packets").to_pylist()
        assert row["a"] == pytest.approx(row["b"], abs=1e-6) and 8 < row["a"] < 9


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("tcp.analysis.ack_rtt", "no field 'ack_rtt'; did you mean tcp.analysis_ack_rtt?"),
        ("dns.qryname", "no field 'qryname'; did you mean dns.qry_name?"),
        ("max(frame.time) - min(frame.time)", "write frame.time::TIMESTAMPTZ"),
        ("nosuch(1)", "nosuch"),
    ],
)
def test_errors_say_what_to_write(columns: str, words: str) -> None:
    with dissect.open(TOUR) as cap, pytest.raises(SqlError) as caught:
        cap.sql(f"SELECT {columns} FROM packets")
    assert words in str(caught.value) and "\n" not in str(caught.value)
