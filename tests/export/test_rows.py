"""Lines made a column at a time are those made one by one, whatever the fields."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest

import dissect
from dissect.engine.columns import Columns
from dissect.engine.fields import STRING, UINT16, Field
from dissect.export import rows as module
from dissect.export.rows import Rows, harmless
from dissect.layers import builtin
from tests.corpus import SAMPLES

FORMATS = "csv", "tsv", "jsonl"
FILES = "tour.pcapng", "tls-h2.pcapng", "routing.pcap", "sctp.pcap", "quic.pcapng", "pmtud-v6.pcap", "stp.pcap"


def one_by_one(capture: Any, columns: Columns, count: int, names: list[str], format_: str) -> bytes:
    """The lines that `Rows` is to make."""
    if format_ == "jsonl":
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        return "".join(f"{encode(row)}\n" for row in capture.dictionaries(columns, count, names)).encode()
    cells = zip(*(capture.texts(columns, count, name) for name in names), strict=True)
    if format_ == "tsv":
        return "".join("\t".join(row) + "\n" for row in cells).encode()
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in cells)
    return out.getvalue().encode()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("file", FILES)
def test_lines_are_those_made_one_by_one(file: str, format_: str) -> None:
    with dissect.open(SAMPLES / file) as cap:
        found = {name for _, columns in cap.columns(list(builtin().fields)) for name in columns.pieces}
        wanted = ["frame.protocols", "_ws.col.Info", *sorted(found), "tcp.analysis.rto", "_ws.col.Source"]
        for names in (list(dict.fromkeys(wanted)), ["dns.qry.name"], ["ip.ttl"], ["sctp.chunk_type", "icmp.type"]):
            rows = Rows(cap, names, format_)
            for chunk, columns in cap.columns(names):
                count = len(chunk)
                whole = one_by_one(cap, columns, count, names, format_)
                assert b"".join(rows.pieces(columns, count, count)) == whole, names
                assert b"".join(rows.pieces(columns, count, 1)) == whole[: whole.index(b"\n") + 1]


CELLS = ["=1", "+", "-", "-5", "-a", "@x", 'say "no"', "a,b", "", "=a,b", "+²", "-\N{DEVANAGARI DIGIT ONE}", "é", "x"]


class Told:
    """A capture with fields that say what they are told."""

    def __init__(self, fields: list[Field]) -> None:
        self.field = {field.name: field for field in fields}.__getitem__

    texts, dictionaries = dissect.Capture.texts, dissect.Capture.dictionaries
    shown, _fill = dissect.Capture.shown, dissect.Capture._fill


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("format_", FORMATS)
def test_texts_that_need_care(format_: str, long: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 64)
    fields = [Field("a.a", "A", STRING), Field("a.b", "B", STRING), Field("a.c", "C", UINT16)]
    columns = Columns(len(CELLS) + 2)
    first = [*CELLS[:-1], "x" * 1000 if long else "x"]
    columns.add("a.a", np.arange(len(CELLS)), np.array(first, object), fields[0])
    rows = np.array([1, 1, 1, 4, 4, 5, 6, 6, len(CELLS)])
    columns.add("a.b", rows, np.array(["", "", "x", "y", "", "", "=z", "ü", "-"], object), fields[1])
    columns.add("a.c", np.array([0, 0, 2]), np.array([1, 2, 3]), fields[2])
    for names in (["a.a"], ["a.b"], ["a.c"], ["a.a", "a.b", "a.c"], ["a.c", "a.a", "a.c", "a.b"]):
        names = names if format_ != "jsonl" else list(dict.fromkeys(names))
        capture: Any = Told(fields)
        pieces = list(Rows(capture, names, format_).pieces(columns, columns.count, columns.count))
        assert b"".join(pieces) == one_by_one(capture, columns, columns.count, names, format_)


@pytest.mark.parametrize("texts", [["a", "b,c", ""], ["x,y"], ["plain"], [""]])
def test_csv_is_read_again(texts: list[str]) -> None:
    field = Field("a.a", "A", STRING)
    columns = Columns(len(texts))
    columns.add("a.a", np.arange(len(texts)), np.array(texts, object), field)
    capture: Any = Told([field])
    whole = b"".join(Rows(capture, ["a.a"], "csv").pieces(columns, len(texts), len(texts))).decode()
    assert list(csv.reader(io.StringIO(whole))) == [[text] for text in texts]
