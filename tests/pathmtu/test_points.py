"""Two capture points: samples recorded at both ends of a path, and copies of a capture that a path was made to harm."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import dissect
from dissect.cli import main
from dissect.pathmtu.points import Between, compare, findings, sentences

SAMPLES = Path(__file__).parents[2] / "samples"
CLIENT, SERVER = "192.0.2.10", "198.51.100.10"


def ends(name: str) -> dict[tuple[str, str], Between]:
    client, server = (str(SAMPLES / f"{name}-{end}.pcap") for end in ("client", "server"))
    with dissect.open(client) as a, dissect.open(server) as b:
        return {(one.source, one.destination): one for one in compare(a, b)}


def test_a_black_hole_is_where_loss_begins_with_size() -> None:
    upload = ends("blackhole-v4")[CLIENT, SERVER]
    assert (upload.by_size, upload.largest_arrived, upload.smallest_lost, upload.lost) == (True, 138, 1500, 16)
    assert (upload.upstream, upload.downstream, upload.hops) == (0, 1, 2)
    assert ends("blackhole-v4")[SERVER, CLIENT].lost == 0


def test_the_sender_may_be_the_second_capture() -> None:
    download = ends("blackhole-download")[SERVER, CLIENT]
    assert (download.upstream, download.by_size, download.smallest_lost) == (1, True, 1500)


def test_random_loss_does_not_begin_with_size() -> None:
    upload = ends("random-loss")[CLIENT, SERVER]
    assert upload.lost == 5
    assert not upload.by_size
    assert upload.larger_lost == 0


def test_a_router_that_clears_df_and_cuts() -> None:
    upload = ends("df-cleared")[CLIENT, SERVER]
    assert (upload.lost, upload.fragmented, upload.df_cleared) == (0, 13, 27)
    plain = ends("router-fragments")[CLIENT, SERVER]
    assert (plain.fragmented, plain.df_cleared) == (13, 0)


def test_a_clamped_segment_size_in_both_directions() -> None:
    for one in ends("mss-clamped").values():
        assert {(m.sent, m.arrived) for m in one.mss} == {(1460, 1360)}
    assert {(m.sent, m.arrived) for m in ends("mss-missing")[CLIENT, SERVER].mss} == {(1460, 0)}


@pytest.mark.parametrize("version", ["v4", "v6"])
def test_filtered_fragments_are_incomplete_datagrams(version: str) -> None:
    lost = max(ends(f"fragments-filtered-{version}").values(), key=lambda one: one.lost)
    assert lost.lost == lost.incomplete == 4
    assert not lost.by_size and lost.largest_arrived >= 1496  # fragments as large as any arrive


def test_a_path_on_which_only_fragments_arrive() -> None:
    """Nothing of it is whole at the other end: what the way back tells of hops and direction is enough."""
    name, client = "fragments-filtered-v4", bytes([192, 0, 2, 10])

    def in_pieces(n: int, data: bytes) -> bytes | None:
        whole = data[12:14] == b"\x08\x00" and int.from_bytes(data[20:22], "big") & 0x3FFF == 0
        return None if whole and data[26:30] == client else data

    client_side, server_side = (harmed(f"{name}-{end}.pcap", in_pieces) for end in ("client", "server"))
    with dissect.open(client_side) as a, dissect.open(server_side) as b:
        [lost] = [one for one in compare(a, b) if one.source == CLIENT]
    assert (lost.sent, lost.arrived, lost.lost, lost.incomplete, lost.upstream) == (4, 0, 4, 4, 0)


def packets(name: str) -> list[tuple[bytes, bytes]]:
    """(record header, bytes) of a pcap's packets."""
    data, at, out = (SAMPLES / name).read_bytes(), 24, []
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        out.append((data[at : at + 16], data[at + 16 : at + 16 + size]))
        at += 16 + size
    return out


def harmed(name: str, change: Callable[[int, bytes], bytes | None]) -> io.BytesIO:
    """A sample with its packets (numbered from 1) changed, or left out."""
    kept = [(head, change(n, data)) for n, (head, data) in enumerate(packets(name), 1)]
    return io.BytesIO((SAMPLES / name).read_bytes()[:24] + b"".join(h + d for h, d in kept if d is not None))


def against(name: str, change: Callable[[int, bytes], bytes | None]) -> list[Between]:
    with dissect.open(str(SAMPLES / name)) as a, dissect.open(harmed(name, change)) as b:
        return compare(a, b)


def test_a_capture_against_itself_has_lost_nothing() -> None:
    for one in against("pmtud-v4.pcap", lambda n, data: data):
        assert (one.lost, one.fragmented, one.df_cleared, one.mss, one.hops) == (0, 0, 0, [], 0)


def test_exactly_the_packets_left_out_are_lost() -> None:
    gone = {20, 33, 41}
    found = against("pmtud-v4.pcap", lambda n, data: None if n in gone else data)
    assert {n for one in found for n in one.lost_packets} == gone


def test_a_translator_is_seen_through() -> None:
    ours, theirs = bytes([192, 0, 2, 10]), bytes([203, 0, 113, 7])

    def translate(n: int, data: bytes) -> bytes:
        return data[:26] + data[26:34].replace(ours, theirs) + data[34:]

    found = {(one.source, one.destination): one for one in against("pmtud-v4.pcap", translate)}
    upload = found[CLIENT, SERVER]
    assert upload.translated == f"203.0.113.7 → {SERVER}"
    assert upload.arrived > 20


def test_a_translator_of_udp_is_seen_through() -> None:
    ours, theirs = bytes([192, 0, 2, 10]), bytes([203, 0, 113, 7])

    def translate(n: int, data: bytes) -> bytes:
        out = data[:26] + data[26:34].replace(ours, theirs) + data[34:]
        if data[23] != 17:
            return out
        port = 34 if data[26:30] == ours else 36
        return out[:port] + b"\xf0\x01" + out[port + 2 :]

    for name in ("ptb-ignored.pcap", "sender-fragments-v4.pcap"):
        found = {(one.source, one.destination): one for one in against(name, translate)}
        assert found[CLIENT, SERVER].translated == f"203.0.113.7 → {SERVER}"
        assert found[SERVER, CLIENT].translated == f"{SERVER} → 203.0.113.7"
        assert found[CLIENT, SERVER].lost == found[SERVER, CLIENT].lost == 0


def test_where_loss_begins_is_found_behind_a_translator() -> None:
    upload = ends("nat")[CLIENT, SERVER]
    assert (upload.by_size, upload.largest_arrived, upload.smallest_lost) == (True, 1328, 1500)
    assert upload.translated == f"203.0.113.1 → {SERVER}"


def test_clocks_that_differ_and_packets_that_overtake() -> None:
    """The other clock is an hour ahead, and each second packet comes before the first."""
    head, kept = (SAMPLES / "pmtud-v4.pcap").read_bytes()[:24], packets("pmtud-v4.pcap")
    late = [(struct.pack("<I", struct.unpack_from("<I", h)[0] + 3600) + h[4:], d) for h, d in kept]
    swapped = [late[i ^ 1] if i ^ 1 < len(late) else late[i] for i in range(len(late))]
    other = io.BytesIO(head + b"".join(h + d for h, d in swapped))
    with dissect.open(str(SAMPLES / "pmtud-v4.pcap")) as a, dissect.open(other) as b:
        found = compare(a, b)
    assert sum(one.sent for one in found) > 60
    assert [one.lost for one in found] == [0] * len(found)


def test_what_two_points_prove_is_a_finding() -> None:
    [forth, back] = findings(ends("mss-clamped").values())
    assert (forth.code, back.code) == ("M25", "M25")
    assert (forth.values["mss_before"], forth.values["mss_after"]) == (1460, 1360)
    assert {one.code for one in findings(ends("mss-missing").values())} == {"M24"}
    assert findings(ends("random-loss").values()) == []


def test_traffic_of_others_has_nothing_in_common() -> None:
    with dissect.open(str(SAMPLES / "tour.pcapng")) as a, dissect.open(str(SAMPLES / "raw-ip.pcap")) as b:
        assert compare(a, b) == []


def test_words_name_the_packets() -> None:
    text = " ".join(sentences(ends("blackhole-v4")[CLIENT, SERVER], ("c", "s")))
    assert "up to 138 octets arrived" in text
    assert "packet 18 of c" in text


def test_the_command_compares_two_files(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(SAMPLES / f"mss-clamped-{end}.pcap") for end in ("client", "server")]
    assert main(["mtu", *files]) == 0
    assert "MSS rewritten from 1460 to 1360" in capsys.readouterr().out
    assert main(["mtu", *files, "--format", "json"]) == 0
    reports = json.loads(capsys.readouterr().out)
    assert reports[2]["files"] == files
    assert reports[2]["between"][0]["mss"][0]["sent"] == 1460
