"""A registry of outlines imports a layer when it is met, and knows of all others what a plan must know."""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dissect.engine.outline import Outline, outline_of
from dissect.engine.plan import Plan
from dissect.engine.registry import Registry, own_fields
from dissect.layers import all_layers, builtin
from dissect.remembered import MOST, keep, packed

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "samples" / "tour.pcapng"
IMPORTED = """
import sys, dissect
with dissect.open(sys.argv[1]) as cap:
    sum(len(columns.occurrences("ip.src")[0]) for _, columns in cap.columns(["ip.src"]))
print(sum(name.startswith("dissect.layers.") for name in sys.modules))
"""


def registries() -> tuple[Registry, Registry]:
    """One of layers, one of what a file keeps of them."""
    layers = all_layers()
    kept = marshal.loads(marshal.dumps([tuple(outline_of(layer)) for layer in layers]))
    return Registry(layers), Registry(Outline(*values) for values in kept)


def test_outlines_say_what_layers_do() -> None:
    layers, outlines = registries()
    assert outlines.layers == layers.layers
    declared = {field.name: None for layer in layers.layers for field in own_fields(layer)}
    assert list(outlines.fields) == list(layers.fields) == list(declared)
    assert all(outlines.fields[name] == found for name, found in layers.fields.items())
    for name in ("frame.number", "ip.src", "dns.qry.name", "_ws.expert", "frame.protocols"):
        plans = [Plan(one, [name]) for one in (layers, outlines)]
        for layer in layers.layers:
            assert plans[0].layers[layer] == plans[1].layers[layer]
            assert plans[0].steps(layer) == plans[1].steps(layer)


def test_only_layers_on_the_way_are_imported(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", IMPORTED, str(SMALL)]
    counts = [
        int(subprocess.run(command, capture_output=True, env=environment, check=True).stdout) for _ in range(2)
    ]
    assert counts[0] >= len({layer.__module__ for layer in builtin().layers})  # nothing was kept yet
    assert counts[1] < counts[0] / 2


def test_what_is_kept_of_other_sources_or_spoilt_is_not_used(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "dissect.cli", "list", str(SMALL), "-c", "1"]
    said = subprocess.run(command, capture_output=True, env=environment, check=True).stdout
    [kept] = (tmp_path / "pcap-dissect").glob("layers-*")
    content = marshal.loads(kept.read_bytes()[4:])
    content["layers"], content["state"][2] = [], "frame.py 0 0"
    for spoilt in (packed(content), packed({}), b"", kept.read_bytes()[:-1], b"\0" * 9):
        kept.write_bytes(spoilt)
        assert subprocess.run(command, capture_output=True, env=environment, check=True).stdout == said
        assert marshal.loads(kept.read_bytes()[4:])["layers"]
    shutil.rmtree(kept.parent)
    kept.parent.write_text("no folder")
    assert subprocess.run(command, capture_output=True, env=environment, check=True).stdout == said


def test_what_was_kept_longest_ago_is_deleted(tmp_path: Path) -> None:
    others = tmp_path / "not ours"
    others.touch()
    for number in range(MOST + 3):
        path = tmp_path / f"layers-{number:08x}.kept"
        keep(str(path), {})
        os.utime(path, (number, number))
    assert len([*tmp_path.glob("*.kept")]) == MOST and path.exists() and others.exists()
    assert not (tmp_path / f"layers-{1:08x}.kept").exists()


def test_each_layer_is_there_once() -> None:
    """Whatever short names a module has for it: twice is tried twice."""
    homes = [one.home for one in builtin().outlines]
    assert len(homes) == len(set(homes))


def test_of_layers_of_one_name_the_last_is_led_to_by_name() -> None:
    """DCE/RPC in a pipe is that of connections, a call's message in H.225 has no TPKT before it."""
    registry = builtin()
    meant = {name: registry.outlines[registry.number_of[name]].home for name in ("dcerpc", "dns", "q931")}
    assert meant == {
        "dcerpc": "dissect.layers.dcerpc:DCERPC", "dns": "dissect.layers.dns:DNS", "q931": "dissect.layers.q931:Q931",
    }  # fmt: skip
