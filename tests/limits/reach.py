"""How a cap is reached: it is lowered until a small input goes beyond it, and what is seen then differs from what is
seen of the same input where the cap is as documented."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import dissect
from dissect.engine.row import Dissection
from dissect.engine.tree import PacketTree
from dissect.layers import builtin
from tests.capture import files

REGISTRY = builtin()
ETHERNET = 1


class Reach(NamedTuple):
    """A row of a table: what the cap is lowered to, what is done, what is seen then, and what is seen otherwise."""

    to: float
    act: Callable[[], object]
    held: object
    free: object
    also: tuple[str, ...] = ()  # modules that have imported it


def layer(name: str, octets: bytes) -> PacketTree:
    """A message alone."""
    run = Dissection(REGISTRY, octets)
    run.enter(REGISTRY.layer(name), octets, 0, len(octets), len(octets), None)
    return run.tree


def count(name: str, octets: bytes, field: str) -> Callable[[], object]:
    """How often a field is found in a message."""
    return lambda: len(layer(name, octets).find(field))


def noted(name: str, octets: bytes, note: str) -> Callable[[], object]:
    """Whether a message has a note."""
    return lambda: note in {one.name for one in layer(name, octets).notes}


def pcap(packets: Iterable[bytes], link: int = ETHERNET) -> io.BytesIO:
    """A capture of packets, a millisecond apart."""
    return io.BytesIO(files.pcap(files.paced(packets, 1000), network=link))


def values(packets: Iterable[bytes], field: str, link: int = ETHERNET, **opening: Any) -> list[Any]:
    """All values of a field in a capture of packets, as columns have them."""
    with dissect.open(pcap(packets, link), **opening) as cap:
        return [value for row in cap.json_rows([field]) for value in row.get(field, [])]


def packets(made: Iterable[bytes], link: int = ETHERNET, **opening: Any) -> list[dissect.Packet]:
    """The packets of a capture, with their trees."""
    with dissect.open(pcap(made, link), **opening) as cap:
        found = list(cap)
        for packet in found:
            packet.tree.walk()
    return found
