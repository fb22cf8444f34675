"""Lines of text made all at once are those made value by value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import dissect
from dissect.engine.cells import decimals, of_values, placed
from dissect.engine.values import texts

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NAMES = [
    "frame.number", "frame.time_epoch", "frame.protocols", "eth.src", "eth.type", "ip.src", "ip.addr", "ip.id",
    "ip.ttl", "ip.flags.df", "ip.frag_offset", "ip.fragment", "ip.fragment.count", "ip.reassembled_in", "ipv6.src",
    "ipv6.fraghdr.ident", "udp.port", "udp.checksum", "tcp.seq_raw", "tcp.flags", "tcp.options.mss_val", "icmp.type",
    "dns.qry.name", "_ws.col.Info",
]  # fmt: skip


@pytest.mark.parametrize("name", ["tour.pcapng", "odd-fragments-v4.pcap", "tunnel-gre.pcap", "dns-fragments.pcap"])
@pytest.mark.parametrize("names", [NAMES, NAMES[:2], NAMES[3:6], ["ip.id"], ["dns.qry.name"]])
def test_lines_are_the_texts_of_all_fields(name: str, names: list[str]) -> None:
    with dissect.open(str(SAMPLES / name)) as capture:
        for chunk, columns in capture.columns(names):
            cells = [capture.texts(columns, len(chunk), field) for field in names]
            wanted = "".join("\t".join(row) + "\n" for row in zip(*cells, strict=True))
            assert capture.rows_text(columns, len(chunk), names) == wanted


def test_numbers_of_any_width() -> None:
    values = np.array([0, 1, 9, 10, 99, 100, 105, 65535, 2**32 - 1, 2**32, 2**63 - 1])
    for high in range(1, len(values) + 1):
        some = values[:high]
        made = [row.tobytes().replace(b"\0", b"").decode() for row in decimals(some, int(some.max()))]
        assert made == [str(value) for value in some.tolist()]


def test_hosts_text_of_every_octet() -> None:
    field = dissect.fields()
    [address] = [one for one in field if one.name == "ip.src"]
    values = np.array([n << 24 | (255 - n) << 16 | n << 8 | n for n in range(256)], np.uint32)
    made = of_values(address, values)
    assert made is not None
    assert [row.tobytes().replace(b"\0", b"").decode() for row in made] == texts(address, values)


def test_many_values_of_one_row_are_left_to_others() -> None:
    cells = np.full((200, 2), ord("7"), np.uint8)
    assert placed(cells, np.zeros(200, np.int64), 3) is None
    few = placed(cells[:3], np.array([0, 0, 2]), 3)
    assert few is not None
    assert [row.tobytes().replace(b"\0", b"") for row in few] == [b"77,77", b"", b"77"]
