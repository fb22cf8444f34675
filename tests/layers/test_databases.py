"""PostgreSQL and MySQL."""

from __future__ import annotations

import random

from tests.layers.link_bytes import layer_values, values
from tests.layers.mutated import raises_nothing
from tests.layers.test_longtail import tcp


def typed(letter: str, body: bytes) -> bytes:
    return letter.encode() + (4 + len(body)).to_bytes(4, "big") + body


STARTUP = (18).to_bytes(4, "big") + b"\0\3\0\0user\0bob\0\0"
ROWS = (
    typed("T", b"\0\1n\0" + bytes(4) + b"\0\1" + bytes.fromhex("00000017 0004 ffffffff 0000"))
    + typed("D", b"\0\1\0\0\0\1" + b"7") + typed("C", b"SELECT 1\0") + typed("Z", b"I")
)  # fmt: skip
SALTS = b"abcdefgh\0" + bytes.fromhex("fff7 21 0200 ff81 15") + bytes(10) + b"ijklmnopqrst\0"
GREETING = b"\n5.7.1\0" + bytes.fromhex("07000000") + SALTS + b"mysql_native_password\0"
FAILED = b"\xff\x15\x04#28000Access denied"


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([number]) + body


def server(body: bytes, port: int) -> dict[str, list[object]]:
    return values(101, tcp(body.hex(), port))


def test_queries_and_rows() -> None:
    assert layer_values("pgsql", STARTUP)["pgsql.parameter_value"] == ["bob"]
    assert layer_values("pgsql", typed("Q", b"SELECT 1\0"))["pgsql.query"] == ["SELECT 1"]
    found = server(ROWS, 5432)
    assert (found["pgsql.col.name"], found["pgsql.oid.type"], found["pgsql.val.data"]) == (["n"], [23], [b"7"])
    assert (found["pgsql.tag"], found["pgsql.status"]) == (["SELECT 1"], [ord("I")])


def test_greetings_and_errors() -> None:
    found = server(packet(0, GREETING), 3306)
    assert (found["mysql.version"], found["mysql.thread_id"]) == (["5.7.1"], [7])
    assert found["mysql.auth_plugin"] == ["mysql_native_password"]
    found = server(packet(2, FAILED), 3306)
    assert (found["mysql.error_code"], found["mysql.sqlstate"]) == ([1045], ["28000"])


def test_statements() -> None:
    found = layer_values("mysql", packet(0, b"\3select 1") + packet(0, b"\1"))
    assert (found["mysql.command"], found["mysql.query"]) == ([3, 1], ["select 1"])


def test_changed_bytes_raise_nothing() -> None:
    raises_nothing("pgsql", STARTUP + typed("P", b"s\0q\0\0\0"))
    raises_nothing("mysql", packet(0, b"\3select 1"))
    chance = random.Random(10)
    for _ in range(200):
        for port, text in ((5432, ROWS), (3306, packet(0, GREETING) + packet(2, FAILED))):
            data = bytearray(text)
            data[chance.randrange(len(data))] = chance.randrange(256)
            server(bytes(data), port)
