"""Completion at a cursor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect import builtin
from dissect.filters import complete


def texts(text: str, cursor: int | None = None) -> list[str]:
    return [c.text for c in complete(text, len(text) if cursor is None else cursor, builtin())]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tc", "tcp"),
        ("tcp.fl", "tcp.flags"),
        ("ip.src == 1.2.3.4 and tcp.po", "tcp.port"),
        ("(not ud", "udp"),
        ("tcp.port ", "=="),
        ("tcp.port ", "in"),
        ("frame.protocols ", "contains"),
        ("tcp ", "and"),
        ("tcp.port == 80 ", "or"),
        ("ip.proto == ", '"TCP"'),
        ('ip.proto == "U', "UDP"),
        ("ip.proto in {1, ", '"TCP"'),
        ("tcp.flags.syn == ", "True"),
        ("le", "len("),
    ],
)
def test_candidates(text: str, wanted: str) -> None:
    assert wanted in texts(text)


def test_the_whole_word_is_replaced() -> None:
    found = complete("ip.srx == 1", 5, builtin())
    assert found[0].text == "ip.src" and (found[0].start, found[0].end) == (0, 6)


def test_nothing_within_a_string() -> None:
    assert texts('frame contains "tc') == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(-5, 80))
def test_never_raises(text: str, cursor: int) -> None:
    complete(text, cursor, builtin())
