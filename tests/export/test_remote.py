"""Captures and data sets under addresses: whole or not at all, and tidied up after runs that were killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import dissect
from dissect.cli import main
from tests.corpus import SAMPLES
from tests.export import s3

CAPTURES = ("pmtud-v4.pcap", "dns-fragments.pcap")
FIELDS = ["-e", "frame.number", "-e", "ip.src"]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[s3.Store, str]]:
    """Object storage with captures, and the options of its addresses."""
    for name, value in s3.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with s3.serving() as (store, options):
        store.objects |= {f"bucket/in/{name}": (SAMPLES / name).read_bytes() for name in CAPTURES}
        yield store, options


def rows(data: bytes | Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(BytesIO(data) if isinstance(data, bytes) else data).to_pylist()
    return found


def test_captures_are_read_where_they_are(bucket: tuple[s3.Store, str]) -> None:
    store, options = bucket
    with dissect.open(f"s3://bucket/in/{CAPTURES[0]}{options}") as there, dissect.open(SAMPLES / CAPTURES[0]) as here:
        assert there.table(["frame.number", "ip.src"]).equals(here.table(["frame.number", "ip.src"]))
        assert there.source.path == f"s3://bucket/in/{CAPTURES[0]}"
    store.objects["bucket/in/two words.pcap"] = store.objects[f"bucket/in/{CAPTURES[0]}"]
    from dissect.capture.remote import expand

    def names(address: str) -> list[str]:
        return [one.removeprefix("s3://bucket/in/").removesuffix(options) for one in expand(address + options)]

    assert names("s3://bucket/in") == names("s3://bucket/in/") == [CAPTURES[1], CAPTURES[0], "two%20words.pcap"]
    assert names("s3://bucket/in/p*.pcap") == [CAPTURES[0]]
    assert names("s3://bucket/in/two%20words.pcap") == ["two%20words.pcap"]
    assert main(["info", f"s3://bucket/in/two%20words.pcap{options}"]) == 0


@pytest.mark.parametrize("jobs", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_a_data_set_in_a_bucket(bucket: tuple[s3.Store, str], tmp_path: Path, jobs: str) -> None:
    store, options = bucket
    command = ["export", "--quiet", "--partition", "date", "--tables", "packets,flows", "--jobs", jobs, "-o"]
    there = [f"s3://bucket/lake{options}", f"s3://bucket/in{options}"]
    assert main([*command, str(tmp_path), *(str(SAMPLES / name) for name in CAPTURES)]) == 0
    assert main([*command, *there]) == 0
    local = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.glob("*/*/*.parquet")}
    found = store.parquet("bucket/lake/")
    assert set(found) == set(local)
    for name, data in found.items():
        assert pq.read_table(BytesIO(data)).num_rows == pq.read_metadata(local[name]).num_rows
    assert {name for name in store.log if name[0] == "-"} == {f"-bucket/lake/_work/{name}.json" for name in CAPTURES}
    told = json.loads(store.objects[f"bucket/lake/_manifest/{CAPTURES[0]}.json"])
    assert told["source"] == f"s3://bucket/in/{CAPTURES[0]}" and len(told["files"]) == 2
    store.log.clear()
    assert main([*command, *there, "--resume"]) == 0 and not store.log
    store.objects[f"bucket/in/{CAPTURES[0]}"] = (SAMPLES / "multicast.pcap").read_bytes()
    assert main([*command, *there, "--resume"]) == 0
    with dissect.open(SAMPLES / "multicast.pcap") as capture:
        mine = [data for name, data in store.parquet("bucket/lake/packets/").items() if CAPTURES[0] in name]
        assert sum(pq.read_metadata(BytesIO(data)).num_rows for data in mine) == len(capture)


def test_stopped_after_any_object(
    bucket: tuple[s3.Store, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Storage that takes no more: nothing is half, one line says so, and the next run tidies up and goes on."""
    store, options = bucket
    command = ["export", "--quiet", "--partition", "source", *FIELDS, f"s3://bucket/in/{CAPTURES[0]}{options}", "-o"]
    assert main([*command, f"s3://bucket/alone{options}"]) == 0
    expected = {name: rows(data) for name, data in store.parquet("bucket/alone/").items()}
    written = sum(name[0] == "+" for name in store.log)
    for most in range(written):
        name, store.most = f"lake{most}", most
        store.log.clear()
        assert main([*command, f"s3://bucket/{name}{options}"]) == 3
        said = capsys.readouterr().err.splitlines()
        assert said and all("cannot be written" in line and "ACCESS_DENIED" in line for line in said)
        for data in store.parquet(f"bucket/{name}/").values():
            assert pq.read_metadata(BytesIO(data)).num_rows
        store.most = None
        assert main([*command, f"s3://bucket/{name}{options}", "--resume"]) == 0
        assert {name: rows(data) for name, data in store.parquet(f"bucket/{name}/").items()} == expected
        assert not [one for one in store.objects if f"/{name}/_work/" in one and one.endswith(".json")]


def test_stopped_while_a_capture_is_exported_anew(bucket: tuple[s3.Store, str]) -> None:
    """Its parts are of the one or the other capture: both go, and it is done again."""
    store, options = bucket
    command = ["export", "--quiet", "--partition", "hour", *FIELDS, "-o", f"s3://bucket/lake{options}"]
    assert main([*command, f"s3://bucket/in/{CAPTURES[0]}{options}"]) == 0
    store.objects[f"bucket/in/{CAPTURES[0]}"] = (SAMPLES / "multicast.pcap").read_bytes()
    store.log.clear()
    store.most = 2  # the note, and a part
    assert main([*command, f"s3://bucket/in/{CAPTURES[0]}{options}"]) == 3
    store.most = None
    assert main([*command, "--resume", f"s3://bucket/in/{CAPTURES[1]}{options}"]) == 0  # another capture
    assert [name for name in store.parquet("bucket/lake/packets/") if CAPTURES[0] in name] == []
    assert main([*command, "--resume", f"s3://bucket/in{options}"]) == 0
    mine = [rows(data) for name, data in store.parquet("bucket/lake/packets/").items() if CAPTURES[0] in name]
    with dissect.open(SAMPLES / "multicast.pcap") as capture:
        assert sum(map(len, mine)) == len(capture)


def test_one_file(bucket: tuple[s3.Store, str], tmp_path: Path) -> None:
    store, options = bucket
    capture = str(SAMPLES / CAPTURES[0])
    assert main(["export", capture, *FIELDS, "-o", str(tmp_path / "one.parquet")]) == 0
    assert main(["export", capture, *FIELDS, "-o", f"s3://bucket/a/one.parquet{options}"]) == 0
    assert rows(store.objects["bucket/a/one.parquet"]) == rows(tmp_path / "one.parquet")
    assert main(["export", capture, *FIELDS, "-o", f"file://{tmp_path}/two.parquet"]) == 0
    assert rows(tmp_path / "two.parquet") == rows(tmp_path / "one.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.parquet", "two.parquet"]


def test_other_file_systems_by_fsspec() -> None:
    fsspec = pytest.importorskip("fsspec")
    assert main(["export", str(SAMPLES / CAPTURES[0]), *FIELDS, "--quiet", "-o", "memory://lake/a", "--resume"]) == 0
    files = fsspec.filesystem("memory")
    assert f"/lake/a/packets/{CAPTURES[0]}.parquet" in files.find("/lake")
    with files.open(f"/lake/a/packets/{CAPTURES[0]}.parquet") as file, dissect.open(SAMPLES / CAPTURES[0]) as capture:
        assert len(rows(file.read())) == len(capture)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["list", "s3://bucket/none.pcap"], "No such file or directory"),
        (["export", "here", "-o", "s3://nowhere/lake"], "nowhere"),
        (["export", "here", "-o", "unheard-of://nowhere/lake"], "unheard-of"),
        (["export", "s3://nowhere/*.pcap", "-o", "there.parquet"], "nowhere"),
    ],
)
def test_what_cannot_be_is_one_line(
    bucket: tuple[s3.Store, str],
    arguments: list[str],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"here": str(SAMPLES / CAPTURES[0])}
    words = [f"{word}{bucket[1]}" if "s3://" in word else given.get(word, word) for word in arguments]
    assert main(words) in (2, 3)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and reason in said[0] and "endpoint" not in said[0].partition(": cannot")[0]
    assert not list(tmp_path.iterdir())
