"""TCP options: exact bytes, and the hot columns beside the trees."""

from __future__ import annotations

import random
import struct
from pathlib import Path

from dissect.layers.tcp_options import HOT, before
from tests.capture.files import pcap
from tests.engine.evaluators import disagreements
from tests.layers.link_bytes import tree, values

RAW_IPV4 = 228
SYN = "020405b4 01 030308 01 01 0402 080a 00000001 00000002 0000"


def segment(options: str) -> str:
    """A SYN with these options over IPv4."""
    body = bytes.fromhex(options)
    body += bytes(-len(body) % 4)
    tcp = struct.pack(">HHIIHHHH", 1024, 9, 1, 0, (5 + len(body) // 4) << 12 | 2, 512, 0, 0) + body
    header = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, 0x0A000001, 0x0A000002)
    return (header + tcp).hex()


def found(options: str) -> dict[str, list[object]]:
    return values(RAW_IPV4, segment(options))


def test_options_of_a_syn() -> None:
    fields = found(SYN)
    assert fields["tcp.option_kind"] == [2, 1, 3, 1, 1, 4, 8, 0, 0]
    assert fields["tcp.options.mss_val"] == [1460]
    assert (fields["tcp.options.wscale.shift"], fields["tcp.options.wscale.multiplier"]) == ([8], [256])
    assert fields["tcp.options.sack_perm"] == [b"\x04\x02"]
    assert (fields["tcp.options.timestamp.tsval"], fields["tcp.options.timestamp.tsecr"]) == ([1], [2])
    assert fields["tcp.flags.str"] == ["··········S·"]
    info = tree(RAW_IPV4, segment(SYN)).info
    assert info.endswith("Win=512 Len=0 MSS=1460 WS=256 SACK_PERM TSval=1 TSecr=2")


def test_sack_blocks() -> None:
    fields = found("0101 0512 0000000a 00000014 0000001e 00000028")
    assert (fields["tcp.options.sack_le"], fields["tcp.options.sack_re"]) == ([10, 30], [20, 40])
    assert fields["tcp.options.sack.count"] == [2]


def test_fast_open_request_cookie_and_experiment() -> None:
    assert found("2202")["tcp.options.tfo.request"] == [True]
    assert found("220a 0102030405060708")["tcp.options.tfo.cookie"] == [bytes(range(1, 9))]
    experiment = found("fe08 f989 01020304")
    assert (experiment["tcp.options.experimental.exid"], experiment["tcp.options.tfo.cookie"]) == (
        [0xF989], [b"\1\2\3\4"])  # fmt: skip


def test_user_timeout_and_authentication() -> None:
    timeout = found("1c04 8005")
    assert (timeout["tcp.options.user_to_granularity"], timeout["tcp.options.user_to_val"]) == ([True], [5])
    ao = found("1d08 0702 aabbccdd")
    assert (ao["tcp.options.ao.keyid"], ao["tcp.options.ao.mac"]) == ([7], [b"\xaa\xbb\xcc\xdd"])


def test_multipath_data_sequence_signal_and_address() -> None:
    fields = found("1e14 2005 d52abeca d1b97490 00000001 0029 082f 1e08 3401 0a010202")
    assert fields["tcp.options.mptcp.subtype"] == [2, 3]
    assert fields["tcp.options.mptcp.rawdataack"] == [3576348362]
    assert fields["tcp.options.mptcp.checksum"] == [0x082F]
    assert (fields["tcp.options.mptcp.ipver"], fields["tcp.options.mptcp.ipv4"]) == ([4], [0x0A010202])


def test_bad_lengths_end_the_list() -> None:
    for options in ("01010204", "0201 05b4", "0300", "01010102"):
        fields = found(options)
        assert "tcp.options.mss_val" not in fields
        assert len(fields["tcp.options"]) == 1


def test_columns_equal_trees(tmp_path: Path) -> None:
    """Random option lists, most of them broken."""
    chosen, out = random.Random(7), []
    kinds = ["01", "00", "020405b4", "030308", "03031f", "0402", "080a0000000100000002", "0403", "0802", "0209", "ff01"]
    for _ in range(300):
        packet = bytes.fromhex(segment("".join(chosen.choices(kinds, k=chosen.randrange(5)))))
        cut = len(packet) - chosen.choice((0, 0, 0, 3))
        out.append((0, 0, packet[:cut], len(packet)))
    path = tmp_path / "options.pcap"
    path.write_bytes(pcap(out, network=RAW_IPV4))
    assert disagreements(path, ["tcp.options", "tcp.flags.str", *HOT]) == []
    assert disagreements(path) == []


def test_an_edge_before_the_acknowledgement_came_twice() -> None:
    assert before(0xFFFFFFF0, 0x10)
    assert not before(0x10, 0x10)


def test_accurate_ecn_as_an_experiment() -> None:
    fields = found("fe0d acc1 000003 000002 000001")
    counters = [fields[f"tcp.options.acc_ecn.{name}"] for name in ("ee0b", "eceb", "ee1b")]
    assert counters == [[1], [2], [3]], "of ECT(1) first, by its identifier"
