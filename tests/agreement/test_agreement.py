"""The values of fields we share with tshark are tshark's, packet for packet.

Captures: our samples, and a folder of captures others made where it lies beside the checkout.  The quick run
takes a fixed choice of small ones; `-m slow` all of them.
"""

from __future__ import annotations

import functools
import hashlib
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests import corpus

from . import tshark
from .compare import Compared, Count, Result, compare, compared_fields, report

CHOSEN, CHOSEN_SIZE, CHOSEN_PACKETS = 40, 50_000, 500
EVERY = corpus.each(8)
FEW = 300  # cells of a layer in the choice that say little: one odd packet is then several per cent
SHOWN = 12

pytestmark = pytest.mark.skipif(not tshark.available(), reason="tshark is not installed")


def _layers() -> list[str]:
    import dissect

    return list(dict.fromkeys(f.layer for f in dissect.fields() if f.name and f.layer))


def _choice() -> list[Path]:
    """Some small captures, the same ones every time and wherever the checkout lies."""
    small = [p for p in corpus.captures() if 24 < p.stat().st_size < CHOSEN_SIZE]
    return sorted(sorted(small, key=lambda p: hashlib.sha256(p.name.encode()).digest())[:CHOSEN])


@functools.cache
def _compared(whole: bool) -> tuple[Result, list[Compared]]:
    paths = corpus.captures(every=EVERY) if whole else _choice()
    if not paths:
        pytest.skip("no captures here")
    fields, _ = compared_fields()
    jobs = 1 if "PYTEST_XDIST_WORKER" in os.environ else min(4, os.cpu_count() or 1)
    return compare(paths, fields, jobs, 0 if whole else CHOSEN_PACKETS), fields


def _floors(whole: bool) -> dict[str, Any]:
    """Per cent by layer, of the quick run or of the run over every capture."""
    with (Path(__file__).parent / "floors.toml").open("rb") as file:
        floors: dict[str, Any] = tomllib.load(file)["every" if whole else "choice"]
    return floors


def _require(count: Count, floor: float, what: str, result: Result, fields: list[Compared]) -> None:
    """Fail below the floor, with the fields, files, packets and both values."""
    if count.agreement >= floor:
        return
    names = {f.name for f in fields}
    lines = [
        f"  {name}: {kind}, {group.count} times\n    {group.examples[0]}"
        for name, kind, group in result.ranked()
        if name in names
    ]
    more = [f"  … and {len(lines) - SHOWN} other kinds"] if len(lines) > SHOWN else []
    counts = f"{count.equal} of {count.cells - count.explained} cells"
    head = f"{what}: {count.agreement:.3f} % ({counts}) equal tshark's, the floor is {floor} %"
    pytest.fail("\n".join([head, *lines[:SHOWN], *more]), pytrace=False)


def _require_none(lines: list[str], what: str) -> None:
    if lines:
        pytest.fail("\n".join([f"{len(lines)} {what}:", *lines]), pytrace=False)


def _check_layer(layer: str, whole: bool) -> None:
    result, fields = _compared(whole)
    count = result.layers(fields).get(layer)
    if count is None:
        pytest.skip(f"no {layer} in these captures")
    if count.cells < FEW:
        pytest.skip(f"only {count.cells} cells of {layer} in these captures")
    floors = _floors(whole)
    floor = floors.get(layer, floors["default"])
    _require(count, floor, layer, result, [f for f in fields if f.layer == layer])


def _check_overall(whole: bool) -> None:
    result, fields = _compared(whole)
    _require_none(result.failed, "captures that tshark reads and we do not")
    _require_none(result.uneven, "captures with other numbers of packets")
    assert result.packets, "nothing was compared: " + "; ".join(result.skipped[:3])
    _require(result.total(), _floors(whole)["overall"], "all fields", result, fields)
    print(report(result, fields, [], 5))


@pytest.mark.parametrize("layer", _layers())
def test_a_layers_fields_equal_tsharks(layer: str) -> None:
    _check_layer(layer, whole=False)


def test_all_fields_together_equal_tsharks() -> None:
    _check_overall(whole=False)


@pytest.mark.slow
@pytest.mark.parametrize("layer", _layers())
def test_a_layers_fields_equal_tsharks_in_every_capture(layer: str) -> None:
    _check_layer(layer, whole=True)


@pytest.mark.slow
def test_all_fields_together_equal_tsharks_in_every_capture() -> None:
    _check_overall(whole=True)


# Fields whose type is another than the one tshark lists, and why.  Wireshark declares some names several times, of
# several widths, and lists one of them.
SEVERAL = "declared several times in Wireshark, in several widths or kinds: ours is as wide as what it is read from"
OTHER_TYPES = {
    "vxlan.flags": SEVERAL, "can.reserved": SEVERAL, "eap.ext.vendor_id": SEVERAL, "eap.ext.vendor_type": SEVERAL,
    "eap.sim.subtype.attribute": SEVERAL, "eap.aka.subtype.attribute": SEVERAL,
    "smb.sm": SEVERAL, "smb.challenge_length": SEVERAL, "smb.file_name_len": SEVERAL, "smb.file_attribute": SEVERAL,
    "smb.maxcount_high": SEVERAL, "smb.remaining": SEVERAL, "smb2.find.infolevel": SEVERAL, "trmac.length": SEVERAL,
    "capwap.control.header.message_type.enterprise_specific": SEVERAL, "asf.reserved": SEVERAL,
    "fip.reserved": SEVERAL, "nordic_ble.len": SEVERAL,
    "http2.headers.weight_real": "256 is a weight (RFC 7540 section 5.3.2): it does not fit into tshark's 8 bits",
    "iax2.dtmf.subclass": "one character, without an end", "mysql.message": "it ends with its packet, not with a zero",
    "pflog.ifname": "zeros behind a name are no part of it", "pflog.ruleset": "zeros behind a name are no part of it",
}  # fmt: skip


def test_our_types_are_tsharks() -> None:
    _, unlike = compared_fields()
    named = {line.partition(":")[0] for line in unlike}
    known = {name for name in OTHER_TYPES if name in named or any(one.startswith(f"{name}.") for one in named)}
    assert known == set(OTHER_TYPES), "what is as tshark's now is explained no longer"
    unlike = [line for line in unlike if not line.startswith(tuple(OTHER_TYPES))]
    _require_none(unlike, "fields with other types")
