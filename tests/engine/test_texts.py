"""The list's columns are the same as Python texts and as cells."""

from __future__ import annotations

from ipaddress import IPv6Address

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dissect
from dissect.cli import main
from dissect.engine.cells import as_texts, integers
from dissect.engine.listing import INFO, PLACE, Texts
from dissect.engine.plan import COLUMNS
from dissect.engine.values import escape_text, ipv6_text
from tests.corpus import SAMPLES


@given(st.lists(st.sampled_from((0, 0, 1, 0x20, 0xFFFF, 0x0DB8)), min_size=8, max_size=8))
def test_ipv6_addresses_are_written_as_rfc_5952_says(groups: list[int]) -> None:
    octets = b"".join(group.to_bytes(2, "big") for group in groups)
    if any(groups[:6]) and groups[:6] != [0, 0, 0, 0, 0, 0xFFFF]:  # those forms hold IPv4 addresses
        assert ipv6_text(octets) == str(IPv6Address(octets))


def test_the_last_word_counts() -> None:
    texts = Texts(5)
    texts.put(INFO, np.array([0, 1, 3]), integers(np.array([7, 88, 999])))
    texts.say(INFO, np.array([1]), ["a\nb"])
    texts.say(INFO, 2, "x" * 300)
    texts.behind(INFO, np.array([0, 2]), " and on")
    said = ["7 and on", "a\nb", "x" * 300 + " and on", "999", ""]
    assert [texts.one(INFO, row) for row in range(5)] == said
    cells, long = texts.cells(INFO)
    assert as_texts(cells) == ["7 and on", "a\\nb", PLACE, "999", ""]
    assert long == {2: said[2]}
    assert texts[INFO].tolist() == said
    assert [texts.one(INFO, row) for row in range(5)] == said
    texts.put(INFO, np.array([4]), integers(np.array([5])))
    assert texts[INFO].tolist() == [*said[:4], "5"]


@pytest.mark.parametrize("file", ["tour.pcapng", "tls-h2.pcapng", "dns-fragments.pcap", "pmtud-v6.pcap"])
def test_lines_are_those_of_texts(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SAMPLES / file)
    assert main(["list", path]) == 0
    shown = capsys.readouterr().out.split("\n")[:-1]
    with dissect.open(path) as cap:
        texts = [[] for _ in COLUMNS]  # type: list[list[str]]
        for _, columns in cap.columns(COLUMNS):
            for column, name in zip(texts, COLUMNS, strict=True):
                column += map(escape_text, columns.text[name].tolist())
        lengths = [line.length for line in cap.lines(range(len(cap)))]
    wanted = zip(*texts[:3], lengths, texts[3], strict=True)
    ends = [f" {source} → {target} {protocol} {size} {info}" for source, target, protocol, size, info in wanted]
    assert len(shown) == len(ends) and all(map(str.endswith, shown, ends))
    assert [line.split()[0] for line in shown] == [str(number) for number in range(1, len(shown) + 1)]
