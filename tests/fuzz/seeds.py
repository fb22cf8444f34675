"""What the fuzzer begins with: the corpus, and what samples, packets made by hand and documents give."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import dissect
from tests import handmade
from tests.check.test_rules import CONSTRUCTS
from tests.corpus import ROOT, SAMPLES
from tests.crafted.corpus import NAMES, crafted
from tests.fuzz.targets import LINK_TYPES, dissected, place_of

CORPUS = Path(__file__).parent / "corpus"
LARGEST = 4096
TRAINS = (  # packets of `reassembly`, six octets each: kind, identification, offset, size, more, fill
    "000100202041 000104202042 000108200043", "000108200043 000104202042 000100202041",  # fragments, and from behind
    "000100202041 000102202042 000104202043 000108100044", "000100202041 000100202041 000104200042",  # overlap, twice
    "010000300247 010000100047", "010000201041 010400201042 010800201043 010c00201141",  # segments
    "010000201041 010800201043 010400201042 010400201042", "010000001041 010000001041 010000001041 010000001041",
    "010000201041 010200201042 110000201041 110400201041", "210000081041 310000081041",
)  # fmt: skip


def packets() -> Iterator[tuple[int, bytes]]:
    """Link type and octets of packets that show every chain of layers once, and of all that were made by hand."""
    with tempfile.TemporaryDirectory() as folder:
        for made, link in ((handmade.PACKETS, handmade.ETHERNET), (handmade.MOTES, 195)):
            yield from ((link, packet) for packet in handmade.write(Path(folder) / "made.pcap", link, made))
    yield from ((one.link, packet) for one in map(crafted, NAMES) for packet in one.packets)
    for path in sorted(SAMPLES.glob("*.pcap*")):
        with dissect.open(path) as cap:
            seen: set[str] = set()
            for number in range(len(cap)):
                packet = cap[number]
                if packet.tree.protocols not in seen:
                    seen.add(packet.tree.protocols)
                    yield int(cap.link_types(cap.source.chunk_of(number))[0]), packet.data


def messages() -> Iterator[bytes]:
    """Every layer of those packets, from where it begins."""
    each: dict[str, int] = {}
    for link, data in packets():
        if link not in LINK_TYPES:
            continue
        tree = dissected(link, data)
        for node in tree.layers:
            if each.setdefault(node.layer.name, 0) < 40:
                each[node.layer.name] += 1
                octets = tree.sources[node.source][1]
                yield place_of(node.layer.name) + octets[node.start : node.limit or len(octets)]


def of(target: str) -> Iterator[bytes]:
    """The inputs a target begins with."""
    if target == "readers":
        yield from (path.read_bytes() for path in sorted(SAMPLES.glob("*.pcap*")))
    if target == "packet":
        yield from (bytes([LINK_TYPES.index(link)]) + data for link, data in packets() if link in LINK_TYPES)
    if target == "message":
        yield from messages()
    if target == "filters":
        lines = (ROOT / "tests" / "filters" / "filters.txt").read_text(encoding="utf-8").splitlines()
        yield from (line.partition("\t")[0].encode() for line in lines)
    if target == "rules":
        text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
        whole = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        tables = re.split(r"^(?=\[)", "".join(whole), flags=re.MULTILINE)
        single = (f'[[check]]\nname = "it"\n{rule}\n' for rule, _, _ in CONSTRUCTS.values())
        yield from (one.encode() for one in chain(whole, tables, single))
    if target == "reassembly":
        yield from map(bytes.fromhex, TRAINS)


def write(target: str, folder: Path) -> None:
    """The corpus of a target, and the inputs it begins with, into a folder."""
    kept = (path.read_bytes() for path in sorted((CORPUS / target).glob("*")))
    for data in chain(kept, of(target)):
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data[:LARGEST])
