"""The command line on real files: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import dissect
from tests.corpus import SAMPLES

TOUR = str(SAMPLES / "tour.pcapng")


def run(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "dissect.cli", *arguments], input=stdin, capture_output=True, check=False
    )


def text(*arguments: str) -> str:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode()


@pytest.fixture
def cut(tmp_path: Path) -> str:
    """A capture that ends in the middle of a packet."""
    path = tmp_path / "cut.pcap"
    path.write_bytes((SAMPLES / "pmtud-v4.pcap").read_bytes()[:-7])
    return str(path)


def test_version_imports_nothing_heavy() -> None:
    heavy = {"numpy", "pyarrow", "rich"}
    code = f"import sys; from dissect.cli import main; main(['--version']); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == f"dissect {dissect.__version__}\n[]\n"


def test_help_lists_every_command() -> None:
    out = text("--help")
    assert all(f"  {name} " in out for name in ("list", "show", "info", "fields", "export", "explain"))


def test_list_has_a_line_a_packet() -> None:
    lines = text("list", TOUR).splitlines()
    assert len(lines) == 242
    assert lines[2].split()[:5] == ["3", "0.011703", "0.0.0.0", "→", "255.255.255.255"]


def test_a_file_alone_is_opened() -> None:
    assert text(TOUR) == text("list", TOUR)


def test_list_stops_after_so_many() -> None:
    assert len(text("list", TOUR, "-c", "7").splitlines()) == 7


@pytest.mark.parametrize(
    ("style", "second"),
    [
        ("r", "0.007929"),
        ("d", "0.007929"),
        ("e", "1795446744.702387"),
        ("u", "15:12:24.702387"),
        ("ud", "2026-11-23 15:12:24.702387"),
    ],
)
def test_time_formats(style: str, second: str) -> None:
    assert (
        text("list", TOUR, "-c", "2", "-t", style)
        .splitlines()[1]
        .lstrip()
        .removeprefix("2")
        .lstrip()
        .startswith(second)
    )


def test_fields_as_json_lines_keep_every_occurrence() -> None:
    out = text(
        "list",
        TOUR,
        "-c",
        "3",
        "--format",
        "jsonl",
        "-e",
        "frame.number",
        "-e",
        "ip.addr",
        "-e",
        "eth.dst",
        "-e",
        "ip.flags.df",
    )
    rows = [json.loads(line) for line in out.splitlines()]
    assert rows[2] == {
        "frame.number": [3],
        "ip.addr": ["0.0.0.0", "255.255.255.255"],
        "eth.dst": ["ff:ff:ff:ff:ff:ff"],
        "ip.flags.df": [False],
    }
    assert "ip.addr" not in rows[0]


def test_fields_as_tshark_prints_them() -> None:
    out = text(
        "list",
        TOUR,
        "-c",
        "3",
        "--format",
        "tsv",
        "-e",
        "frame.number",
        "-e",
        "ip.addr",
        "-e",
        "ip.id",
        "-e",
        "ip.flags.df",
    )
    assert out.splitlines()[2] == "3\t0.0.0.0,255.255.255.255\t0x0000\t0"
    assert out.splitlines()[0] == "1\t\t\t"


def test_csv_has_a_head() -> None:
    assert (
        text("list", TOUR, "-c", "1", "--format", "csv", "-e", "frame.number", "-e", "eth.src").splitlines()[0]
        == "frame.number,eth.src"
    )


def test_show_prints_trees_with_byte_ranges() -> None:
    out = text("show", TOUR, "3", "-x")
    assert out.startswith("Packet 3: 342 bytes, eth:ethertype:ip:udp")
    assert "    Time to Live: 64 [22:23]" in out
    assert "0000  ff ff ff ff ff ff 02 00  00 00 01 01 08 00 45 00  ..............E." in out


def test_show_ranges_and_json() -> None:
    rows = [json.loads(line) for line in text("show", TOUR, "3-4", "9", "--format", "json").splitlines()]
    assert [row["number"] for row in rows] == [3, 4, 9]
    ip = next(layer for layer in rows[0]["layers"] if layer["name"] == "ip")
    assert {"name": "ip.ttl", "label": "Time to Live", "value": 64, "start": 22, "size": 1} in ip["children"]


def test_info_as_text_and_json() -> None:
    assert "Packets         242" in text("info", TOUR)
    facts = json.loads(text("info", TOUR, "--format", "json"))[0]
    assert (facts["format"], facts["packets"], len(facts["interfaces"])) == ("pcapng", 242, 2)
    assert facts["time_ordered"] is True


def test_fields_reference() -> None:
    assert text("fields", "tcp.dstport").startswith("tcp.dstport")
    assert any(f["name"] == "ip.ttl" for f in json.loads(text("fields", "--format", "json")))


def test_explain_a_field_and_a_protocol() -> None:
    assert "FT_UINT8" in text("explain", "ip.ttl")
    assert "RFC 768" in text("explain", "udp")


def test_export_flat_columns(tmp_path: Path) -> None:
    out = tmp_path / "t.parquet"
    text("export", TOUR, "-o", str(out), "-e", "frame.number", "-e", "ip.src")
    table = pq.read_table(out)
    assert table.column_names == ["frame.number", "ip.src"]
    assert table["ip.src"].to_pylist()[:3] == [None, None, "0.0.0.0"]
    assert list(tmp_path.iterdir()) == [out]


def test_export_the_full_table(tmp_path: Path) -> None:
    out = tmp_path / "t.parquet"
    text("export", TOUR, "-o", str(out))
    table = pq.read_table(out)
    assert table.num_rows == 242
    row = table.slice(2, 1).to_pylist()[0]
    assert (row["ip"]["ttl"], row["udp"]["dstport"], row["tcp"]) == (64, 67, None)
    assert row["frame"]["protocols"].startswith("eth:ethertype:ip:udp")


@pytest.mark.parametrize("suffix", ["arrow", "csv", "jsonl"])
def test_export_other_formats(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"t.{suffix}"
    text("export", TOUR, "-o", str(out), "-e", "frame.number", "-e", "ip.src")
    if suffix == "arrow":
        import pyarrow as pa

        assert pa.ipc.open_stream(out).read_all().num_rows == 242
    else:
        assert len(out.read_text().splitlines()) == 242 + (suffix == "csv")


def test_export_many_is_a_folder(tmp_path: Path) -> None:
    text(
        "export", TOUR, str(SAMPLES / "pmtud-v4.pcap"), "-o", str(tmp_path / "set"), "-e", "frame.number", "--jobs", "2"
    )
    assert sorted(p.name for p in (tmp_path / "set" / "packets").iterdir()) == [
        "pmtud-v4.pcap.parquet",
        "tour.pcapng.parquet",
    ]


def test_write_by_number_keeps_packets(tmp_path: Path) -> None:
    out = tmp_path / "few.pcapng"
    text("list", TOUR, "-w", str(out), "--numbers", "3,10-12")
    with dissect.open(out) as few, dissect.open(TOUR) as whole:
        assert [p.data for p in few] == [whole[i].data for i in (2, 9, 10, 11)]
        assert few[0]["frame.time_epoch"] == whole[2]["frame.time_epoch"]


def test_standard_input() -> None:
    done = run("list", "-", stdin=Path(TOUR).read_bytes())
    assert done.stdout.decode() == text("list", TOUR)


def test_a_damaged_file_gives_what_is_before_the_damage(cut: str) -> None:
    done = run("list", cut)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) > 5
    assert len(done.stderr.splitlines()) == 1
    assert b"cut.pcap" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", TOUR, "-e", "tcp.dstprt"], "did you mean tcp.dstport?"),
        (["list", TOUR, "--format", "tsv"], "add -e FIELD"),
        (["list", TOUR, "-c", "0"], "-c"),
        (["list", TOUR, "-d", "tcp.port=80"], "expected TABLE==KEY,PROTOCOL"),
        (["show", TOUR, "x"], "no packet number"),
        (["show", TOUR, "9999"], "has 242 packets"),
        (["explain", "tcp.nothing"], "no field or protocol"),
        (["export", TOUR, "-o", "x.unknown"], "give --format"),
        (["nonsense"], "nonsense"),
        (["list"], "FILE"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.decode().splitlines()) == 1
    assert says in done.stderr.decode()


@pytest.mark.parametrize("name", ["nothing.pcap", __file__])
def test_what_is_no_capture_is_one_line_and_code_3(name: str) -> None:
    done = run("list", name)
    assert done.returncode == 3
    assert len(done.stderr.decode().splitlines()) == 1


def test_a_closed_pipe_is_silent() -> None:
    command = f"{sys.executable} -m dissect.cli list {TOUR} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert done.stderr == b""


def test_start_up_is_quick() -> None:
    best = 9.0
    for _ in range(3):
        began = time.perf_counter()
        run("--version")
        best = min(best, time.perf_counter() - began)
    assert best < 2  # 0.05 s on a quiet machine, which the bench measures; a busy one must not fail this


def test_the_tables_of_the_path_mtu_analysis(tmp_path: Path) -> None:
    done = run(
        "export",
        str(SAMPLES / "tunnel-gre.pcap"),
        "-o",
        str(tmp_path / "out"),
        "--tables",
        "packets,paths,findings,datagrams",
    )
    assert done.returncode == 0, done.stderr
    found = {name: pq.read_table(tmp_path / "out" / name) for name in ("packets", "paths", "findings", "datagrams")}
    assert found["packets"].num_rows == 54
    assert found["findings"]["code"].to_pylist() == ["M28"]
    assert set(found["datagrams"]["status"].to_pylist()) == {"complete"}
    assert {"gre": 28} in [{t["tunnel"]: t["overhead"] for t in path} for path in found["paths"]["tunnels"].to_pylist()]
    one = run(
        "export", str(SAMPLES / "tunnel-gre.pcap"), "-o", str(tmp_path / "findings.jsonl"), "--tables", "findings"
    )
    assert one.returncode == 0 and json.loads((tmp_path / "findings.jsonl").read_text())["code"] == "M28"
    assert run("export", TOUR, "-o", str(tmp_path / "x"), "--tables", "nothing").returncode == 2


def test_mtu_says_what_is_wrong_and_what_it_cannot_tell() -> None:
    done = run("mtu", str(SAMPLES / "blackhole-recovered-v4.pcap"))
    assert done.returncode == 0
    text = done.stdout.decode()
    assert "M02 error" in text and "1076 <= path MTU < 1500" in text and "MSS 1036" in text
    assert "What this capture cannot tell" in text
    found = json.loads(run("mtu", "--format", "json", str(SAMPLES / "blackhole-recovered-v4.pcap")).stdout)
    assert [f["code"] for f in found[0]["findings"]] == ["M02", "M33"]
    assert b"RFC 2923" in run("explain", "M01").stdout
    assert run("explain", "M99").returncode == 2


def test_info_lists_the_names_a_capture_brings(tmp_path: Path) -> None:
    def block(kind: int, body: bytes) -> bytes:
        size = (12 + len(body)).to_bytes(4, "little")
        return kind.to_bytes(4, "little") + size + body + size

    section = block(0x0A0D0D0A, bytes.fromhex("4d3c2b1a01000000ffffffffffffffff"))
    record = b"\x01\x00\x0b\x00" + bytes([192, 0, 2, 1]) + b"a\x1b[31mb\0" + b"\0"
    path = tmp_path / "names.pcapng"
    path.write_bytes(section + block(4, record + bytes(4)))
    out = text("info", str(path))
    assert "Names           1 in the file" in out
    assert "192.0.2.1 a\\x1b[31mb" in out
