"""Every input of the corpus, and hypothesis' own ideas, through the targets of the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
CASES = [(name, path) for name in TARGETS for path in sorted((CORPUS / name).glob("*"))]


@pytest.mark.parametrize(("target", "path"), CASES, ids=[f"{name}-{path.name}" for name, path in CASES])
def test_what_went_wrong_once(target: str, path: Path) -> None:
    TARGETS[target](path.read_bytes())


def test_every_folder_is_a_targets() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=600))
def test_any_bytes(target: str, data: bytes) -> None:
    TARGETS[target](data)
